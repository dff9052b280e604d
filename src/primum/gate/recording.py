"""Recording what happened elsewhere: contacts, responses, states, and who customers are.

Owns the checks of what is told and the rows it becomes; what the register knows of a communication goes before what
the teller says. Refuses to judge: facts are facts. Every row carries its teller's own id, so that telling it again
changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from primum.gate import storing
from primum.gate.asking import OF_THE_REGISTER, Faults, check_attributes, check_text, tidy
from primum.gate.in_force import InForce, canonical
from primum.gate.known import read_known, with_priority
from primum.gate.reservations import Reserved, confirm, takes
from primum.gate.reservations import find as find_reservations
from primum.ledger.protocol import Row, Transaction
from primum.words.contacts import Candidate
from primum.words.filters import Attributes
from primum.words.vocabulary import RECEIVED, STATUSES

PRECISIONS: Final = ("instant", "hour", "day")


@dataclass(frozen=True, slots=True)
class ToldContact:
    """A contact that was made, or a new status of one. Instants in microseconds UTC."""

    id: str
    customer: str
    at: int
    communication: str
    channel: str
    status: str = "sent"
    status_at: int | None = None
    precision: str = "instant"
    attributes: Attributes = field(default_factory=dict)
    reservation: str | None = None


@dataclass(frozen=True, slots=True)
class ToldResponse:
    """Something a customer did."""

    id: str
    customer: str
    at: int
    kind: str
    precision: str = "instant"
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldState:
    """A state that began, ended, or both. `scope` as in the law: channel, topic, account..."""

    id: str
    customer: str
    state: str
    start: int | None = None
    until: int | None = None
    precision: str = "instant"
    scope: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldCustomer:
    """Who a customer is now."""

    customer: str
    zones: tuple[str, ...] = ()
    household: str | None = None
    attributes: Attributes = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many rows were told, how many of them confirmed a reservation, and which went over a cap."""

    told: int
    confirmed: int = 0
    over_cap: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {"told": self.told, "confirmed": self.confirmed, "over_cap": list(self.over_cap)}


# Contacts


def check_contacts(contacts: Sequence[ToldContact]) -> None:
    """Refuse what cannot be recorded.

    Raises: RequestError with everything that is wrong.
    """
    faults = Faults()
    for number, told in enumerate(contacts):
        place = f"contacts[{number}]"
        for name in ("id", "customer", "communication", "channel"):
            check_text(getattr(told, name), f"{place}.{name}", faults)
        if told.status not in STATUSES:
            faults.add(f"{place}.status", "it is no status.", f"Allowed: {', '.join(STATUSES)}.")
        _check_at(told.at, told.precision, place, faults)
        owned = tuple(name for name in OF_THE_REGISTER if name != "topic")
        check_attributes(told.attributes, f"{place}.attributes", owned, faults)
    faults.settle()


def _check_at(at: int, precision: str, place: str, faults: Faults) -> None:
    if not 0 <= at < 2**62:
        faults.add(f"{place}.at", "it lies outside of what a clock can tell.")
    if precision not in PRECISIONS:
        faults.add(f"{place}.precision", "it is no precision.", f"Allowed: {', '.join(PRECISIONS)}.")


def record_contacts(
    transaction: Transaction, strategy: InForce, contacts: Sequence[ToldContact], department: str
) -> Recorded:
    """Record contacts; one that was reserved confirms its reservation."""
    reserved = _reservations(transaction, contacts, department)
    over, rows, free = [], [], []
    for told in contacts:
        own = reserved.get(told.reservation or "") or reserved.get(f"{department}:{told.id}")
        if own is not None and told.status in ("sent", "delivered", "bounced", "failed"):
            if confirm(transaction, strategy, own, told.status, told.at).over_cap:
                over.append(told.id)
            continue
        rows.append(_contact_row(strategy, told, department, transaction.now))
        free.append(told)
    storing.add_contacts(transaction, rows)
    _take_capacity(transaction, strategy, free, department)
    return Recorded(len(contacts), len(contacts) - len(rows), tuple(over))


def _reservations(transaction: Transaction, contacts: Sequence[ToldContact], department: str) -> dict[str, Reserved]:
    """The department's own reservations that these contacts are about, by id and by the contact's id."""
    named = find_reservations(transaction, [c.reservation for c in contacts if c.reservation])
    own = {id: r for id, r in named.items() if r.department == department}
    statement = """SELECT id FROM reservations r WHERE contact {any} AND NOT EXISTS
        (SELECT 1 FROM resolutions s WHERE s.reservation = r.id AND s.outcome <> 'confirmed')"""
    ids = [row[0] for row in transaction.rows(statement, [f"{department}:{c.id}" for c in contacts])]
    by_contact = {r.contact: r for r in find_reservations(transaction, ids).values() if r.department == department}
    return by_contact | own


def attributes_from_register(
    strategy: InForce, communication: str, channel: str, department: str, told: Attributes
) -> tuple[dict[str, Any], float]:
    """The attributes of a contact, with those that the register knows, and its priority."""
    registered = strategy.register.look_up(communication)
    attributes = {**tidy(told), **registered.attributes, "communication": registered.name, "channel": channel}
    return {**attributes, "department": department}, registered.priority


def _contact_row(strategy: InForce, told: ToldContact, department: str, now: int) -> Row:
    attributes, priority = attributes_from_register(
        strategy, told.communication, told.channel, department, told.attributes
    )
    status_at = told.at if told.status_at is None else told.status_at
    row = (department, told.id, told.customer, told.at, told.precision, told.status, status_at, priority)
    return (*row, storing.attributes_text(attributes), told.reservation, now)


def _take_capacity(
    transaction: Transaction, strategy: InForce, contacts: Sequence[ToldContact], department: str
) -> None:
    """Contacts that were made elsewhere use up shared allowances as well."""
    counted = [c for c in contacts if c.status in RECEIVED]
    if not strategy.capacities or not counted:
        return
    names = sorted({c.customer for c in counted})
    known = read_known(transaction, names, strategy.rules.zone, with_households=False)
    rows = []
    for told in counted:
        attributes, priority = attributes_from_register(
            strategy, told.communication, told.channel, department, told.attributes
        )
        id = f"{department}:{told.id}"
        candidate = Candidate(id, told.customer, told.at, with_priority(attributes, priority), priority)
        for rule, period, amount in takes(transaction, strategy, known[told.customer].customer, candidate):
            rows.append((rule, period, id, told.customer, amount))
    storing.use_capacity_once(transaction, rows)


# Responses, states, customers


def check_responses(responses: Sequence[ToldResponse]) -> None:
    """Refuse what cannot be recorded.

    Raises: RequestError with everything that is wrong.
    """
    faults = Faults()
    for number, told in enumerate(responses):
        place = f"responses[{number}]"
        for name in ("id", "customer", "kind"):
            check_text(getattr(told, name), f"{place}.{name}", faults)
        _check_at(told.at, told.precision, place, faults)
        check_attributes(told.attributes, f"{place}.attributes", (), faults)
    faults.settle()


def record_responses(transaction: Transaction, responses: Sequence[ToldResponse], department: str) -> Recorded:
    """Record responses."""
    storing.add_responses(
        transaction,
        [
            (department, r.id, r.customer, r.at, r.precision, r.kind, canonical(tidy(r.attributes)), transaction.now)
            for r in responses
        ],
    )
    return Recorded(len(responses))


def check_states(states: Sequence[ToldState]) -> None:
    """Refuse what cannot be recorded.

    Raises: RequestError with everything that is wrong.
    """
    faults = Faults()
    for number, told in enumerate(states):
        place = f"states[{number}]"
        for name in ("id", "customer", "state"):
            check_text(getattr(told, name), f"{place}.{name}", faults)
        if told.start is None and told.until is None:
            faults.add(place, "it says neither `from` nor `until`.", "Say when it began, when it ended, or both.")
        for at in (told.start, told.until):
            if at is not None:
                _check_at(at, told.precision, place, faults)
        if told.start is not None and told.until is not None and told.until < told.start:
            faults.add(f"{place}.until", "it lies before `from`.", "Mend one of the two.")
        check_attributes(told.scope, f"{place}.scope", (), faults)
    faults.settle()


def record_states(transaction: Transaction, states: Sequence[ToldState], department: str) -> Recorded:
    """Record tellings of states."""
    storing.add_states(transaction, [_state_row(s, department, transaction.now) for s in states])
    return Recorded(len(states))


def _state_row(told: ToldState, department: str, now: int) -> Row:
    precision = "day" if told.precision == "day" else "instant"
    ends = (told.start, told.until, None, precision, precision)
    return (department, told.id, told.customer, "state", told.state, *ends, canonical(tidy(told.scope)), now)


def record_customers(transaction: Transaction, customers: Sequence[ToldCustomer]) -> Recorded:
    """Record who customers are; what was known of them before is replaced."""
    rows = [
        (c.customer, canonical(list(c.zones)), c.household, canonical(tidy(c.attributes)), transaction.now)
        for c in customers
    ]
    storing.set_customers(transaction, rows)
    storing.set_aliases(transaction, [(alias, c.customer) for c in customers for alias in c.aliases])
    return Recorded(len(customers))


Check = Callable[[Any], None]
CHECKS: Final[Mapping[str, Check]] = {
    "contacts": check_contacts,
    "responses": check_responses,
    "states": check_states,
}
"""What is told -> its check."""
