"""States as the gate knows them: what was told, in any order, folded into what holds when.

Owns the fold: every telling is an edge, so that duplicates and the order of arrival change nothing. At equal instants
the careful side wins: what forbids (an opt-out) holds, what permits (consent) does not. Refuses segments' conditions:
memberships come as intervals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from primum.words.contacts import Response, State
from primum.words.filters import Attributes, Value

SCOPES: Final = ("channel", "purpose", "topic", "brand", "address", "account")
PERMITS: Final = frozenset(("consent",))
"""States that allow something; every other forbids."""
OPENS: Final[Mapping[str, tuple[str, ...]]] = {
    "opted_out": ("opted_out",),
    "opted_in": ("consent",),
    "consented": ("consent",),
}
CLOSES: Final[Mapping[str, tuple[str, ...]]] = {
    "opted_out": ("consent",),
    "opted_in": ("opted_out",),
    "consented": ("opted_out",),
    "complaint_closed": ("complaint_open",),
}
"""Kind of response -> the states that it begins and ends."""


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of a state or segment: that it began, that it ended, both, or that it held on a day (`as_of`)."""

    kind: str
    name: str
    start: int | None
    until: int | None
    scope: Attributes
    start_precision: str = "instant"
    until_precision: str = "instant"
    as_of: int | None = None


_Scope = tuple[tuple[str, Value], ...]


def edges_of_responses(responses: Iterable[Response]) -> list[Told]:
    """The states that responses begin and end."""
    told = []
    for response in responses:
        scope = {name: response.attributes[name] for name in SCOPES if name in response.attributes}
        for name in OPENS.get(response.kind, ()):
            told.append(Told("state", name, response.at, None, scope, response.precision))
        for name in CLOSES.get(response.kind, ()):
            told.append(Told("state", name, None, response.at, scope, until_precision=response.precision))
    return told


def folded(told: Iterable[Told], permits: frozenset[str] = PERMITS) -> tuple[list[State], list[State]]:
    """Every state and every segment that held, holds or will hold, as intervals: (states, segments)."""
    groups: dict[tuple[str, str, _Scope], list[Told]] = defaultdict(list)
    for one in set_of(told):
        groups[one.kind, one.name, _frozen(one.scope)].append(one)
    found: dict[str, list[State]] = {"state": [], "segment": []}
    for (kind, name, scope), own in sorted(groups.items(), key=lambda item: repr(item[0])):
        ends = [o for o in own if _only_ends(o)]
        if scope:  # what ended everywhere ended here as well
            ends += [o for o in groups.get((kind, name, ()), ()) if _only_ends(o)]
        found[kind] += _intervals(own, ends, dict(scope), permits=name in permits)
    return found["state"], found["segment"]


def set_of(told: Iterable[Told]) -> list[Told]:
    """Tellings without repetitions."""
    return list({(o.kind, o.name, o.start, o.until, _frozen(o.scope), o.as_of): o for o in told}.values())


def _frozen(scope: Attributes) -> _Scope:
    return tuple(sorted(scope.items()))


def _only_ends(one: Told) -> bool:
    return one.start is None and one.until is not None and one.as_of is None


def _intervals(own: Iterable[Told], ends: Iterable[Told], scope: Attributes, *, permits: bool) -> list[State]:
    """Begin and end edges of one state in one scope, paired: a beginning lasts to the next ending."""
    begins = sorted((o for o in own if not _only_ends(o)), key=lambda o: (_begin(o), o.until or 0))
    closing = sorted(ends, key=lambda o: o.until or 0)
    found = []
    for one in begins:
        begin = _begin(one)
        end = next((e for e in closing if (e.until or 0) >= begin + (not permits)), None)
        until, precision = one.until, one.until_precision
        if end is not None and (until is None or (end.until or 0) < until):
            until, precision = end.until, end.until_precision
        if until is None or until > begin:
            found.append(_state(one, until, precision, scope))
    return found


def _begin(one: Told) -> int:
    return one.start if one.start is not None else one.as_of if one.as_of is not None else -(2**62)


def _state(one: Told, until: int | None, until_precision: str, scope: Attributes) -> State:
    return State(
        one.name,
        one.start,
        until,
        scope,
        "day" if one.start_precision == "day" else "instant",
        "day" if until_precision == "day" else "instant",
        one.as_of,
    )
