"""The history, told to the ledger: what happened before the gate was asked, and beside it.

Owns the seed's beginning, its batches and its end, with a watermark; the matching of what the ledger recorded itself;
and the counts. Refuses to open the gate before the end: until then decisions are denied ("history incomplete").
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from primum.gate import storing
from primum.gate.in_force import canonical
from primum.gate.known import SEEDED
from primum.gate.matching import TOLERANCE, Match, Side, match
from primum.gate.recording import ToldCustomer, record_customers
from primum.ledger.protocol import Ledger, Row, Transaction
from primum.words.filters import Attributes

SOURCE = SEEDED
"""The source of every row that a seed tells. The ledger's views leave them out: nothing goes round in circles."""


@dataclass(frozen=True, slots=True)
class SeededContact:
    """A contact of the history; `id` is stable from one build of the history to the next."""

    id: str
    customer: str
    at: int
    precision: str
    status: str
    priority: float
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class SeededResponse:
    """A response of the history."""

    id: str
    customer: str
    at: int
    precision: str
    kind: str
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class SeededState:
    """A telling of a state or segment in the history; `kind`: state or segment."""

    id: str
    customer: str
    kind: str
    state: str
    start: int | None
    until: int | None
    as_of: int | None
    start_precision: str
    until_precision: str
    scope: Attributes


@dataclass(frozen=True)
class Batch:
    """Some customers with all their rows."""

    customers: Sequence[ToldCustomer]
    contacts: Sequence[SeededContact] = ()
    responses: Sequence[SeededResponse] = ()
    states: Sequence[SeededState] = ()


@dataclass
class Counts:
    """What a seed told: `matched` contacts were recorded here already; `unmatched` of ours no export tells of."""

    customers: int = 0
    contacts: int = 0
    responses: int = 0
    states: int = 0
    matched: int = 0
    unmatched: int = 0
    farthest: int = field(default=0)
    """Microseconds between the two tellings of a match, at most."""


class Seeding:
    """One seed, from its beginning to its end.

    `version`: of the history; `watermark`: the last instant it surely knows (microseconds UTC).
    """

    def __init__(self, ledger: Ledger, version: str, watermark: int, tolerance: int = TOLERANCE) -> None:
        self._ledger, self._version, self._watermark, self._tolerance = ledger, version, watermark, tolerance
        self.counts = Counts()

    def begin(self) -> bool:
        """Begin; False where this version was told to its end already.

        A ledger that was seeded before stays open meanwhile: what it knows does not become wrong.
        """
        with self._ledger.writing([f"seed:{SOURCE}"]) as transaction:
            found = transaction.rows("SELECT version, completed_at FROM seeds WHERE name = ?", SOURCE)
            if found and found[0][0] == self._version and found[0][1] is not None:
                return False
            if not found:
                row = (SOURCE, self._version, self._watermark, transaction.now, "{}")
                transaction.run("INSERT INTO seeds VALUES (?, ?, ?, ?, NULL, ?)", [row])
            return True

    def tell(self, batch: Batch) -> None:
        """Tell some customers, in one transaction, with them locked."""
        locks = [f"customer:{c.customer}" for c in batch.customers]
        with self._ledger.writing(locks) as transaction:
            record_customers(transaction, batch.customers)
            matches = self._match(transaction, batch.contacts)
            self._tell_contacts(transaction, batch.contacts, matches)
            storing.add_responses(transaction, [_response(r, transaction.now) for r in batch.responses])
            names = [c.customer for c in batch.customers]
            transaction.rows("DELETE FROM state_facts WHERE source = ? AND customer {any}", SOURCE, names)
            storing.add_states(transaction, [_state(s, transaction.now) for s in batch.states])
        self.counts.customers += len(batch.customers)
        self.counts.contacts += len(batch.contacts)
        self.counts.responses += len(batch.responses)
        self.counts.states += len(batch.states)

    def _match(self, transaction: Transaction, contacts: Sequence[SeededContact]) -> dict[str, tuple[str, str]]:
        """Contacts of the history that were recorded here: their id -> our source and id."""
        names = sorted({c.customer for c in contacts})
        known = transaction.rows("SELECT id, our_source, our_id FROM matches WHERE customer {any}", names)
        before = {row[0]: (row[1], row[2]) for row in known}
        theirs = [_side(c) for c in contacts if c.id not in before]
        statement = """SELECT source, id, customer, at, attributes, reservation FROM contact_facts f
            WHERE customer {any} AND source <> ? AND NOT EXISTS (SELECT 1 FROM matches m
            WHERE m.customer = f.customer AND m.our_source = f.source AND m.our_id = f.id) ORDER BY number"""
        ours = {(row[0], row[1]): row for row in reversed(transaction.rows(statement, names, SOURCE))}
        found = match([_own_side(row) for row in ours.values()], theirs, self._tolerance)
        storing.add_matches(transaction, [_match_row(m, contacts) for m in found])
        self.counts.matched += len(found)
        self.counts.farthest = max([self.counts.farthest, *(m.apart for m in found)])
        self.counts.unmatched += sum(row[3] <= self._watermark - self._tolerance for row in ours.values()) - len(found)
        return before | {m.theirs[1]: m.ours for m in found}

    def _tell_contacts(
        self, transaction: Transaction, contacts: Sequence[SeededContact], matches: dict[str, tuple[str, str]]
    ) -> None:
        rows = []
        for c in contacts:
            source, id = matches.get(c.id, (SOURCE, c.id))
            row = (source, id, c.customer, c.at, c.precision, c.status, c.at, c.priority)
            rows.append((*row, storing.attributes_text(c.attributes), None, transaction.now))
        storing.add_contacts(transaction, rows)

    def finish(self) -> Counts:
        """The end: from now on the gate decides."""
        with self._ledger.writing([f"seed:{SOURCE}"]) as transaction:
            told = canonical(vars(self.counts))
            transaction.run(
                "UPDATE seeds SET version = ?, watermark = ?, completed_at = ?, counts = ? WHERE name = ?",
                [(self._version, self._watermark, transaction.now, told, SOURCE)],
            )
            storing.add_trail(transaction, "primum", "history told", self._version, json.loads(told))
        return self.counts


def _side(contact: SeededContact) -> Side:
    attributes = contact.attributes
    return Side(
        (SOURCE, contact.id),
        contact.customer,
        _text(attributes, "channel"),
        _text(attributes, "communication"),
        contact.at,
    )


def _own_side(row: Row) -> Side:
    attributes = json.loads(row[4])
    named = (_text(attributes, "channel"), _text(attributes, "communication"))
    return Side((row[0], row[1]), row[2], *named, row[3], row[5])


def _text(attributes: Any, name: str) -> str | None:
    value = attributes.get(name)
    return value if isinstance(value, str) else None


def _match_row(found: Match, contacts: Sequence[SeededContact]) -> Row:
    customer = next(c.customer for c in contacts if c.id == found.theirs[1])
    return (*found.theirs, customer, *found.ours, found.by, found.apart)


def _response(told: SeededResponse, now: int) -> Row:
    row = (SOURCE, told.id, told.customer, told.at, told.precision, told.kind)
    return (*row, storing.attributes_text(told.attributes), now)


def _state(told: SeededState, now: int) -> Row:
    ends = (told.start, told.until, told.as_of, told.start_precision, told.until_precision)
    return (SOURCE, told.id, told.customer, told.kind, told.state, *ends, canonical(dict(told.scope)), now)
