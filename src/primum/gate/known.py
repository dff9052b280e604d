"""What the ledger knows of some customers, as records of the law.

Owns the one statement that reads it, and the folding of its rows: the first row of a contact says what was said, its
latest status what became of it; a reservation counts while it is neither resolved nor expired by the database's clock.
Refuses to judge.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from primum.gate.states import Told, edges_of_responses, folded
from primum.ledger.protocol import Row, Transaction
from primum.rules.parse_parts import text_of
from primum.words.contacts import Contact, Customer, Response, State
from primum.words.time import US_PER_DAY, from_us, instant_us, is_zone

_Event = TypeVar("_Event", Contact, Response)
SEEDED: Final = "history"
"""The source of what the history told."""
_PEOPLE: Final = "SELECT customer, zones, household, attributes FROM customers WHERE customer {any}"
_HOUSEHOLDS: Final = "SELECT customer, zones, household, attributes FROM customers WHERE household {any}"
_EVENTS: Final = """
SELECT 'contact' AS kind, number, customer, source || ':' || id AS id, at, precision_of_at AS precision, status AS word,
       status_at AS other, priority, attributes, reservation
FROM contact_facts WHERE customer {any}
UNION ALL
SELECT 'reservation', 0, customer, contact, at, 'instant', 'reserved', reserved_at, priority, attributes, id
FROM reservations r WHERE customer {any} AND expires_at > ?
     AND NOT EXISTS (SELECT 1 FROM resolutions s WHERE s.reservation = r.id)
UNION ALL
SELECT 'response', number, customer, source || ':' || id, at, precision_of_at, kind, 0, 0.0, attributes, NULL
FROM response_facts WHERE customer {any}
ORDER BY 2"""
_STATES: Final = """
SELECT customer, kind, state, from_at, until_at, scope, from_precision, until_precision, as_of
FROM state_facts WHERE customer {any} ORDER BY number"""
_WATERMARK: Final = "SELECT coalesce(max(number), 0) FROM contact_facts"


@dataclass
class Known:
    """What is known of one customer; `live` maps a contact's id to its live reservation, `sent` holds confirmed ids."""

    customer: Customer
    contacts: list[Contact] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    live: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)


def events_of(known: Iterable[Known]) -> list[Contact | Response]:
    """The contacts and responses of some customers."""
    found: list[Contact | Response] = []
    for one in known:
        found += [*one.contacts, *one.responses]
    return found


def households_of(transaction: Transaction, customers: Sequence[str]) -> dict[str, str | None]:
    """The household of each customer who has one: what to lock beside the customers themselves."""
    found = transaction.rows(_PEOPLE, list(customers))
    return {row[0]: row[2] for row in found}


def real_names(transaction: Transaction, names: Iterable[str]) -> dict[str, str]:
    """Other names of customers -> the names under which the ledger knows them."""
    found = transaction.rows("SELECT alias, customer FROM aliases WHERE alias {any}", sorted(set(names)))
    return {row[0]: row[1] for row in found}


def other_names(transaction: Transaction, customers: Sequence[str]) -> dict[str, str]:
    """Every other name of these customers -> their own: what was told under it before they were linked is theirs."""
    found = transaction.rows("SELECT alias, customer FROM aliases WHERE customer {any}", list(customers))
    return {row[0]: row[1] for row in found if row[0] != row[1]}


def watermark(transaction: Transaction) -> int:
    """The last contact that the ledger had when it was asked."""
    return int(transaction.rows(_WATERMARK)[0][0])


def read_known(
    transaction: Transaction, customers: Sequence[str], zone: str | None, *, with_households: bool
) -> dict[str, Known]:
    """What is known of these customers, and of everybody in their households where rules count over those."""
    rows = {row[0]: row for row in transaction.rows(_PEOPLE, list(customers))}
    homes = sorted({row[2] for row in rows.values() if row[2] is not None}) if with_households else []
    if homes:
        rows |= {row[0]: row for row in transaction.rows(_HOUSEHOLDS, homes)}
    names = sorted({*customers, *rows})
    others: dict[str, str] = other_names(transaction, names)
    every = [*names, *others]
    told: dict[str, list[Told]] = defaultdict(list)
    for row in transaction.rows(_STATES, every):
        own = row[0] if row[0] not in others else others[row[0]]
        told[own].append(_told(row))
    events: dict[str, list[Row]] = defaultdict(list)
    for row in transaction.rows(_EVENTS, every, every, transaction.now, every):
        name = row[2] if row[2] not in others else others[row[2]]
        events[name].append((*row[:2], name, *row[3:]))
    return {name: _known(_customer(name, rows.get(name)), events[name], told[name], zone) for name in names}


def _customer(name: str, row: Row | None) -> Customer:
    if row is None:
        return Customer(name)
    return Customer(name, tuple(json.loads(row[1])), attributes_of(row[3]), household=row[2])


def attributes_of(text: str) -> dict[str, Any]:
    """Attributes as they were stored."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(text).items()}


def _told(row: Row) -> Told:
    return Told(row[1], row[2], row[3], row[4], attributes_of(row[5]), row[6], row[7], row[8])


def _known(customer: Customer, events: Sequence[Row], told: list[Told], zone: str | None) -> Known:
    known = Known(customer)
    contacts = _Folding()
    for row in events:
        if row[0] == "response":
            known.responses.append(Response(row[3], customer.id, row[4], row[6], attributes_of(row[9]), row[5]))
        elif row[0] == "reservation":
            known.live[row[3]] = row[10]
            known.contacts.append(_contact(row))
        else:
            contacts.tell(row)
    known.contacts += contacts.folded()
    known.sent = {row[3] for row in events if row[0] == "contact"}
    states, segments = folded([*told, *edges_of_responses(_ours(known.responses))])
    home = _home(customer, zone)
    known.customer = replace(
        customer,
        states=tuple(_day_by_day(s, home) for s in states),
        segments=tuple(_day_by_day(s, home) for s in segments),
    )
    known.contacts = [_at_home(c, home) for c in known.contacts]
    known.responses = [_at_home(r, home) for r in known.responses]
    return known


def _ours(responses: Iterable[Response]) -> list[Response]:
    """Responses that were told to the gate: those of the history stand in the history's own intervals already."""
    return [r for r in responses if not r.id.startswith(f"{SEEDED}:")]


def _contact(row: Row) -> Contact:
    return Contact(row[3], row[2], row[4], row[6], with_priority(attributes_of(row[9]), row[8]), row[8], row[5])


def with_priority(attributes: dict[str, Any], priority: float) -> dict[str, Any]:
    """Attributes as a case tells them: a priority that is said is one of them."""
    return {**attributes, "priority": text_of(priority)} if priority else attributes


class _Folding:
    """Rows of contacts, each contact once."""

    def __init__(self) -> None:
        self._first: dict[str, Row] = {}
        self._latest: dict[str, Row] = {}

    def tell(self, row: Row) -> None:
        self._first.setdefault(row[3], row)
        latest = self._latest.get(row[3])
        if latest is None or row[7] >= latest[7]:
            self._latest[row[3]] = row

    def folded(self) -> list[Contact]:
        return [replace(_contact(row), status=self._latest[id][6]) for id, row in self._first.items()]


# Days


def _home(customer: Customer, zone: str | None) -> ZoneInfo:
    first = customer.zones[0] if customer.zones else zone
    return ZoneInfo(first if first is not None and is_zone(first) else "UTC")


def _at_home(event: _Event, home: ZoneInfo) -> _Event:
    """An event known to the day stands at the first instant of that day where the customer lives."""
    return replace(event, at=midnight(event.at, home)) if event.precision == "day" else event


def _day_by_day(state: State, home: ZoneInfo) -> State:
    start, until = state.start, state.until
    if start is not None and state.start_precision == "day":
        start = midnight(start, home)
    if until is not None and state.until_precision == "day":
        until = midnight(until, home)
    return replace(state, start=start, until=until)


def midnight(at: int, home: ZoneInfo) -> int:
    """The first instant of the local day on which the middle of the day lies that was told by `at`."""
    date = from_us(at + US_PER_DAY // 2).astimezone(home).date()
    return instant_us(datetime.combine(date, time(), home))


def day_of(at: int, home: ZoneInfo) -> str:
    """The ISO date of a local midnight."""
    return from_us(at).astimezone(home).date().isoformat()
