"""Everything the ledger knows of one customer, in time order.

Owns the gathering. Refuses to hide: who may read what is the service's to say.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from primum.gate.asking import instant
from primum.gate.known import other_names
from primum.ledger.protocol import Transaction

_ALL: Final = """
SELECT at, 'contact' AS what, source, source || ':' || id AS id, status AS word, attributes FROM contact_facts
WHERE customer {any}
UNION ALL
SELECT at, 'reservation', department, r.id, coalesce(s.outcome, CASE WHEN expires_at > ? THEN 'reserved' ELSE 'expired'
       END), attributes FROM reservations r LEFT JOIN resolutions s ON s.reservation = r.id WHERE customer {any}
UNION ALL
SELECT at, 'response', source, source || ':' || id, kind, attributes FROM response_facts WHERE customer {any}
UNION ALL
SELECT coalesce(from_at, until_at, as_of), kind, source, source || ':' || id, state, scope FROM state_facts
WHERE customer {any}
UNION ALL
SELECT decided_at, 'decision', department, id, decision, answer FROM decisions WHERE customer {any}
ORDER BY 1, 2, 4"""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened. `department`: who told it; `word`: status, kind, state or decision."""

    at: int
    what: str
    department: str
    id: str
    word: str
    detail: dict[str, Any]

    def plain(self, reader: str | None = None) -> dict[str, Any]:
        """As JSON. `reader`: a department, which reads of others only that they were there; None reads everything."""
        own = reader is None or self.department == reader
        told: dict[str, Any] = {"at": instant(self.at), "what": self.what}
        if not own:
            return told | {"department": "another department"}
        return told | {"department": self.department, "id": self.id, "word": self.word, "detail": self.detail}


def timeline_of(transaction: Transaction, customer: str) -> list[Happened]:
    """The customer's own rows."""
    now = transaction.now
    names = [customer, *other_names(transaction, [customer])]
    rows = transaction.rows(_ALL, names, now, names, names, names, names)
    return [Happened(row[0], row[1], row[2], row[3], row[4], _detail(row[1], row[5])) for row in rows]


def _detail(what: str, text: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(text)
    if what == "decision":
        return {"reasons": data["decision"]["reasons"], "until": instant(data["decision"]["until"])}
    return data
