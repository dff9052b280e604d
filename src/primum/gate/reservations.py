"""The life of a reservation: confirmed, released, or expired; resolved once.

Owns what a confirmation and a release do at each point of that life, judged by the database's clock under the
customer's lock. Refuses to lose a fact: what was sent is recorded, however late, and flagged where it is over a cap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from primum.gate import storing
from primum.gate.allowance import Allowance, Counted
from primum.gate.in_force import InForce
from primum.gate.judging import Heard, Sitting
from primum.gate.known import attributes_of, events_of, read_known, with_priority
from primum.ledger.protocol import Row, Transaction
from primum.words.contacts import Candidate, Customer
from primum.words.errors import Complaint, RequestError

SENT: Final = ("sent", "delivered", "bounced", "failed")
"""What a confirmation may say has become of the contact."""

_FIND: Final = """SELECT r.id, r.customer, r.contact, r.department, r.at, r.expires_at, r.priority, r.attributes,
    s.outcome, s.late, s.over_cap FROM reservations r LEFT JOIN resolutions s ON s.reservation = r.id
    WHERE r.id {any}"""


class UnknownReservationError(RequestError):
    """There is no such reservation, or it is another department's."""


class ResolvedError(RequestError):
    """The reservation was resolved otherwise."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation with what has become of it; `outcome` None: nothing yet."""

    id: str
    customer: str
    contact: str
    department: str
    at: int
    expires_at: int
    priority: float
    attributes: dict[str, Any]
    outcome: str | None
    late: bool
    over_cap: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a reservation. `state`: confirmed, released, replaced or expired.

    `late`: it was confirmed after it had expired, been released or been replaced. `over_cap`: sent nonetheless, and a
    rule would have held it back.
    """

    reservation: str
    contact: str
    state: str
    late: bool = False
    over_cap: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def find(transaction: Transaction, ids: Sequence[str]) -> dict[str, Reserved]:
    """Reservations by their ids."""
    return {row[0]: _reserved(row) for row in transaction.rows(_FIND, list(ids))}


def _reserved(row: Row) -> Reserved:
    id, customer, contact, department, at, expires_at, priority, attributes, outcome, late, over_cap = row
    told = attributes_of(attributes)
    return Reserved(
        id, customer, contact, department, at, expires_at, priority, told, outcome, bool(late), bool(over_cap)
    )


def owned(transaction: Transaction, id: str, department: str) -> Reserved:
    """A department's own reservation.

    Raises: UnknownReservationError, for another department's as well.
    """
    found = find(transaction, [id]).get(id)
    if found is None or found.department != department:
        raise UnknownReservationError([Complaint(f"reservation {id}", 0, 0, "there is no such reservation.")])
    return found


def confirm(transaction: Transaction, strategy: InForce, reserved: Reserved, status: str, at: int | None) -> Resolution:
    """Record that the reserved contact was made: at the instant it was reserved for, or at another.

    The customer is locked. A confirmation that is told again changes nothing.
    """
    if status not in SENT:
        cure = f"Allowed: {', '.join(SENT)}."
        raise RequestError([Complaint("status", 0, 0, f'"{status}" is not what may become of a contact.', cure)])
    if reserved.outcome == "confirmed" and at is None:
        _record(transaction, reserved, reserved.at, status)
        return Resolution(reserved.id, reserved.contact, "confirmed", reserved.late, reserved.over_cap)
    sent_at = reserved.at if at is None else at
    late = reserved.outcome is not None or reserved.expires_at <= transaction.now
    moved = sent_at != reserved.at
    over_cap = (late or moved) and _is_over(transaction, strategy, reserved, sent_at)
    _record(transaction, reserved, sent_at, status)
    if reserved.outcome is None:
        storing.add_resolutions(transaction, [(reserved.id, "confirmed", transaction.now, int(late), int(over_cap))])
    elif reserved.outcome != "confirmed":
        storing.copy_uses(transaction, reserved.id)
    if over_cap:
        detail = {"contact": reserved.contact, "late": late}
        storing.add_trail(transaction, reserved.department, "sent over cap", reserved.id, detail)
    return Resolution(reserved.id, reserved.contact, reserved.outcome or "confirmed", late, over_cap)


def release(transaction: Transaction, reserved: Reserved) -> Resolution:
    """Give the reserved place back. What has expired is free already.

    Raises: ResolvedError where it was confirmed.
    """
    if reserved.outcome == "confirmed":
        what = "it was confirmed: the contact was made."
        raise ResolvedError([Complaint(f"reservation {reserved.id}", 0, 0, what, "Nothing can be released.")])
    if reserved.outcome is None and reserved.expires_at > transaction.now:
        storing.add_resolutions(transaction, [(reserved.id, "released", transaction.now, 0, 0)])
        return Resolution(reserved.id, reserved.contact, "released")
    return Resolution(reserved.id, reserved.contact, reserved.outcome or "expired")


def _record(transaction: Transaction, reserved: Reserved, at: int, status: str) -> None:
    source, _, id = reserved.contact.partition(":")
    row = (source, id, reserved.customer, at, "instant", status, at, reserved.priority)
    attributes = storing.attributes_text(reserved.attributes)
    storing.add_contacts(transaction, [(*row, attributes, reserved.id, transaction.now)])


def _is_over(transaction: Transaction, strategy: InForce, reserved: Reserved, at: int) -> bool:
    """Whether a rule would have held the contact back at that instant, with all that is known now."""
    households = strategy.compiled.counts_households
    known = read_known(transaction, [reserved.customer], strategy.rules.zone, with_households=households)
    history = events_of(known.values())
    candidate = Candidate(
        reserved.contact,
        reserved.customer,
        at,
        with_priority(reserved.attributes, reserved.priority),
        reserved.priority,
    )
    uses = Counted(lambda rule, period: storing.used(transaction, rule, period))
    sitting = Sitting(strategy, Heard([k.customer for k in known.values()], history), uses)
    return sitting.judge([candidate])[0].decision.decision != "allow"


def takes(
    transaction: Transaction, strategy: InForce, customer: Customer, candidate: Candidate
) -> list[tuple[str, int, int]]:
    """What a contact that was made elsewhere takes of shared allowances."""
    uses = Counted(lambda rule, period: storing.used(transaction, rule, period))
    return list(Allowance(strategy, customer, candidate, uses).takes(candidate.at))
