"""The facts of a case: customers with their states, contacts and responses, and every instant in them.

Owns how rows become the records of the law: local times, dates alone, values as texts, rows told twice. Refuses to
know rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from primum.rules.faults import Faults
from primum.rules.parse_parts import day_number, found, text_of
from primum.strategy.positions import KeyPath
from primum.words.contacts import Contact, Customer, Precision, Response, State
from primum.words.errors import did_you_mean
from primum.words.filters import Value
from primum.words.time import day_date, instant_us
from primum.words.vocabulary import STATUSES

_HOW_INSTANTS: Final = "Write, as in 2026-06-01T09:00 (local), 2026-06-01T09:00Z or 2026-06-01T09:00+02:00."
_OF_AN_EVENT: Final = frozenset(("id", "at", "customer", "status", "status_at", "precision", "not_after", "response"))
_OF_A_CUSTOMER: Final = frozenset(("id", "zones", "segments", "states", "household"))
_OF_A_STATE: Final = frozenset(("state", "segment", "from", "until", "as_of", "precision"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows are read with: the zone of times that carry none, and the faults found so far."""

    zone: ZoneInfo
    faults: Faults

    def instant_at(self, row: Mapping[str, Any], key: str, path: KeyPath) -> int | None:
        """The instant under a key, in microseconds; None where it is absent, a date alone, or wrong."""
        if row.get(key) is None:
            return None
        at, precision = self.told(row, key, path)
        if precision == "day":
            what = f"`{key}` is {found(row[key])}, a date without a time."
            self.faults.add((*path, key), what, _HOW_INSTANTS)
            return None
        return at

    def told(self, row: Mapping[str, Any], key: str, path: KeyPath) -> tuple[int, Precision]:
        """An instant and how exactly it is told: a date alone stands for its local day."""
        written = row.get(key)
        precision = row.get("precision", "instant")
        if precision not in ("instant", "hour", "day"):
            what = f"`precision` is {found(precision)}, which is not on the list."
            cure = did_you_mean(str(precision), ("instant", "hour", "day"))
            self.faults.add((*path, "precision"), what, cure)
            precision = "instant"
        day = day_number(written)
        if day is not None:
            return self._midnight(day), "day"
        try:
            moment = datetime.fromisoformat(written) if isinstance(written, str) and len(written) > 10 else None
        except ValueError:
            moment = None
        if moment is None:
            self.faults.add((*path, key), f"`{key}` is {found(written)}, which is no instant.", _HOW_INSTANTS)
            return 0, "instant"
        local = moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)
        if precision == "day":
            date = local.astimezone(self.zone).date()
            return self._midnight((date - day_date(0)).days), "day"
        return instant_us(local), precision

    def _midnight(self, day: int) -> int:
        """The first instant of a local day, as near as a wall clock tells it."""
        return instant_us(datetime.combine(day_date(day), time(), self.zone))


# Customers


def customer_of(value: Any, path: KeyPath, facts: Facts) -> Customer:
    """The customer of a case."""
    if value is None:
        return Customer("customer")
    if not isinstance(value, Mapping):
        facts.faults.add(path, f"a customer is {found(value)}, but must be a group of keys.", "Write, as in {id: c1}.")
        return Customer("customer")
    return Customer(
        str(value.get("id", "customer")),
        _texts(value, "zones", path, facts),
        _attributes(value, _OF_A_CUSTOMER, path, facts),
        tuple(_states(value, "segments", "segment", path, facts)),
        tuple(_states(value, "states", "state", path, facts)),
        text_of(value.get("household")),
    )


def _texts(row: Mapping[str, Any], key: str, path: KeyPath, facts: Facts) -> tuple[str, ...]:
    value = row.get(key)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(item, str) for item in items):
        facts.faults.add((*path, key), f"`{key}` must be a list of texts.", "Write, as in [Europe/London].")
        return ()
    return tuple(items)


def _states(row: Mapping[str, Any], key: str, name: str, path: KeyPath, facts: Facts) -> Iterator[State]:
    values = row.get(key) or []
    if not isinstance(values, list):
        facts.faults.add((*path, key), f"`{key}` is {found(values)}, but must be a list.", f"Write a list of {key}.")
        return
    for number, value in enumerate(values):
        where = (*path, key, number)
        if isinstance(value, str) and value:
            yield State(value, None, None)
        elif isinstance(value, Mapping) and isinstance(value.get(name), str):
            yield _state(value, name, where, facts)
        else:
            what = f"{found(value)} in `{key}` is no {name}."
            facts.faults.add(where, what, f"Write its name, or {{{name}: NAME, from: 2026-06-01T09:00, until: null}}.")


def _state(value: Mapping[str, Any], name: str, path: KeyPath, facts: Facts) -> State:
    begun = facts.told(value, "from", path) if value.get("from") is not None else None
    ended = facts.told(value, "until", path) if value.get("until") is not None else None
    as_of = facts.told(value, "as_of", path)[0] if value.get("as_of") is not None else None
    if begun is not None and ended is not None and ended[0] < begun[0]:
        facts.faults.add((*path, "until"), f'the {name} "{value[name]}" ends before it begins.', "Mend one of them.")
    return State(
        value[name],
        None if begun is None else begun[0],
        None if ended is None else ended[0],
        _attributes(value, _OF_A_STATE, path, facts),
        "instant" if begun is None else begun[1],
        "instant" if ended is None else ended[1],
        as_of,
    )


# Contacts and responses


def events_of(rows: Iterable[Any], customer: str, facts: Facts) -> tuple[Contact | Response, ...]:
    """The history of a case: contacts and responses, each told once."""
    contacts: list[tuple[Contact, int]] = []
    responses: list[Response] = []
    for number, row in enumerate(rows):
        path = ("history", number)
        if not isinstance(row, Mapping):
            _refuse_row(row, path, facts)
        elif "response" in row:
            responses.append(_response(row, number, customer, path, facts))
        else:
            contact = _contact(row, number, customer, "sent", path, facts)
            told = facts.instant_at(row, "status_at", path)
            contacts.append((contact, contact.at if told is None else told))
    return (*_folded(contacts), *responses)


def contacts_of(rows: Iterable[Any], path: KeyPath, customer: str, status: str, facts: Facts) -> tuple[Contact, ...]:
    """Contacts of a case; `status` is what one has that says nothing."""
    found_contacts = []
    for number, row in enumerate(rows):
        where = (*path, number)
        if isinstance(row, Mapping):
            found_contacts.append(_contact(row, number, customer, status, where, facts))
        else:
            _refuse_row(row, where, facts)
    return tuple(found_contacts)


def _refuse_row(row: Any, path: KeyPath, facts: Facts) -> None:
    what = f"{found(row)} in `{path[0]}` is no event."
    facts.faults.add(path, what, "Write, as in {id: h1, at: 2026-06-01T09:00, channel: email}.")


def _folded(contacts: Iterable[tuple[Contact, int]]) -> Iterator[Contact]:
    """Rows of one id are one contact: the first says what it was, the one with the latest status what became of it."""
    rows: dict[str, list[tuple[Contact, int]]] = {}
    for contact, told in sorted(contacts, key=lambda row: row[0].at):
        rows.setdefault(contact.id, []).append((contact, told))
    for same in rows.values():
        latest = max(range(len(same)), key=lambda i: (same[i][1], i))
        yield replace(same[0][0], status=same[latest][0].status)


def _contact(row: Mapping[str, Any], number: int, customer: str, status: str, path: KeyPath, facts: Facts) -> Contact:
    at, precision = facts.told(row, "at", path)
    told = row.get("status", status)
    if told not in STATUSES:
        cure = did_you_mean(str(told), STATUSES)
        facts.faults.add((*path, "status"), f"`status` is {found(told)}, which is not on the list.", cure)
    return Contact(
        _id(row, number, path),
        str(row.get("customer", customer)),
        at,
        str(told),
        _attributes(row, _OF_AN_EVENT, path, facts),
        _priority(row, path, facts),
        precision,
    )


def _response(row: Mapping[str, Any], number: int, customer: str, path: KeyPath, facts: Facts) -> Response:
    at, precision = facts.told(row, "at", path)
    kind = row["response"]
    if not isinstance(kind, str) or not kind:
        facts.faults.add((*path, "response"), f"`response` is {found(kind)}, but must be a text.", "Write its kind.")
    attributes = _attributes(row, _OF_AN_EVENT, path, facts)
    return Response(_id(row, number, path), str(row.get("customer", customer)), at, str(kind), attributes, precision)


def _id(row: Mapping[str, Any], number: int, path: KeyPath) -> str:
    return text_of(row.get("id")) or f"{path[0]} {number + 1}"


def _priority(row: Mapping[str, Any], path: KeyPath, facts: Facts) -> float:
    value = row.get("priority", 0)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    facts.faults.add((*path, "priority"), f"`priority` is {found(value)}, but must be a number.", "Write, say, 10.")
    return 0.0


def _attributes(row: Mapping[str, Any], but: frozenset[str], path: KeyPath, facts: Facts) -> dict[str, Value]:
    """Every other key as an attribute: numbers and truths as texts, lists sorted and distinct, nothing left out."""
    attributes: dict[str, Value] = {}
    for name, value in row.items():
        if name in but or value is None or value == "" or value == []:
            continue
        items = [text_of(item) for item in value] if isinstance(value, list) else [text_of(value)]
        texts = sorted({item for item in items if item is not None})
        if None in items:
            what = f"`{name}` is {found(value)}, but must be a text, a number, true or false, or a list of those."
            facts.faults.add((*path, name), what, "What is deeper has no place in a case.")
        elif len(texts) == 1:
            attributes[name] = texts[0]
        else:
            attributes[name] = tuple(texts)
    return attributes
