"""What was known and asked, as a case of the law (docs/rules.md, "A case, as a file").

Owns the way from records to plain data, so that every stored decision is also a bug report that `primum decide` reads.
Refuses to read cases back: `rules.cases` does.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from primum.gate.known import Known, day_of, events_of
from primum.words.contacts import Candidate, Contact, Customer, Response, State
from primum.words.filters import Attributes
from primum.words.time import instant_text, is_zone


def case_of(
    id: str, people: Iterable[Known], candidates: Iterable[Candidate], zone: str | None, earlier: Iterable[Contact] = ()
) -> dict[str, Any]:
    """The case of one customer, or of one household, without its strategy.

    Every candidate names its customer. The first of `people` is the case's customer, the others are its members.
    """
    known = sorted(people, key=lambda k: k.customer.id)
    home = _home(known[0].customer, zone)
    case: dict[str, Any] = {"id": id, "use": "gate", "customer": _customer(known[0].customer, home)}
    if len(known) > 1:
        case["members"] = [_customer(k.customer, home) for k in known[1:]]
    case["history"] = [_event(e, home) for e in (*events_of(known), *earlier)]
    case["candidates"] = [_candidate(c) for c in candidates]
    return case


def _home(customer: Customer, zone: str | None) -> ZoneInfo:
    first = customer.zones[0] if customer.zones else zone
    return ZoneInfo(first if first is not None and is_zone(first) else "UTC")


def _customer(customer: Customer, home: ZoneInfo) -> dict[str, Any]:
    told: dict[str, Any] = {"id": customer.id, "zones": list(customer.zones), **_plain(customer.attributes)}
    if customer.household is not None:
        told["household"] = customer.household
    told["segments"] = [_state("segment", s, home) for s in customer.segments]
    told["states"] = [_state("state", s, home) for s in customer.states]
    return told


def _state(kind: str, state: State, home: ZoneInfo) -> dict[str, Any]:
    return {
        kind: state.name,
        "from": None if state.start is None else _at(state.start, state.start_precision, home),
        "until": None if state.until is None else _at(state.until, state.until_precision, home),
        **({} if state.as_of is None else {"as_of": instant_text(state.as_of)}),
        **_plain(state.scope),
    }


def _event(event: Contact | Response, home: ZoneInfo) -> dict[str, Any]:
    told: dict[str, Any] = {"id": event.id, "customer": event.customer, "at": _at(event.at, event.precision, home)}
    told |= _plain(event.attributes)
    if isinstance(event, Response):
        return told | {"response": event.kind}
    return told | {"status": event.status} | ({"priority": event.priority} if event.priority else {})


def _candidate(candidate: Candidate) -> dict[str, Any]:
    told: dict[str, Any] = {"id": candidate.id, "customer": candidate.customer, "at": instant_text(candidate.at)}
    told |= _plain(candidate.attributes)
    if candidate.priority:
        told["priority"] = candidate.priority
    return told | ({} if candidate.not_after is None else {"not_after": instant_text(candidate.not_after)})


def _at(at: int, precision: str, home: ZoneInfo) -> str:
    return day_of(at, home) if precision == "day" else instant_text(at)


def _plain(attributes: Attributes | Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in attributes.items()}
