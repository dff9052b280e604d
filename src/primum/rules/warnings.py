"""What is doubtful about a rule set that can be read: rules that do nothing, or what nobody meant.

Owns the warnings of `primum check` about rules. Refuses to call any of them wrong: each may be meant.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from primum.rules.faults import Fault
from primum.rules.model import (
    Apart,
    AtLeast,
    AtMost,
    Clash,
    Held,
    HoldOut,
    Hours,
    Never,
    PauseAfterContact,
    PauseAfterResponse,
    Rule,
    RuleSet,
)
from primum.rules.parse_hours import MINUTES, unknown_calendar
from primum.strategy.positions import KeyPath
from primum.words.durations import Duration
from primum.words.errors import did_you_mean
from primum.words.filters import EVERYTHING, Filter, Term
from primum.words.time import US_PER_DAY
from primum.words.vocabulary import PURPOSES
from primum.words.windows import WEEKDAYS

_WHOLE: Final = 2**64
_HORIZON_DAYS: Final = 400
_SHORT_GAP: Final = 30
"""Minutes; a shorter pause between open hours is hardly meant."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The names that the strategy declares; None where any name may come from the data."""

    channels: frozenset[str] | None = None
    states: frozenset[str] | None = None
    segments: frozenset[str] | None = None
    customers: frozenset[str] | None = None
    """Attributes of customers, such as `country`."""


def warnings(rules: RuleSet, declared: Declared) -> list[Fault]:
    """Everything doubtful, with the path of the rule it is about."""
    looks: tuple[Callable[[Rule, RuleSet], Iterator[Fault]], ...] = (
        _never_fires,
        _is_never_met,
        _clashes_one_way,
        _leaves_gaps,
    )
    found = [fault for rule in rules.rules for look in looks for fault in look(rule, rules)]
    return found + [fault for rule in rules.rules for fault in _names(rule, rules, declared)]


def _path(rule: Rule, *keys: str) -> KeyPath:
    return ("rules", rule.name, *keys)


# Rules that can never fire


def _never_fires(rule: Rule, rules: RuleSet) -> Iterator[Fault]:
    name, limit = f'rule "{rule.name}" can never fire', rule.limit
    if isinstance(limit, Hours) and _is_always_open(limit):
        yield Fault(_path(rule), f"{name}: its hours are open all week.", "Close some, or take it out.", True)
    if isinstance(limit, HoldOut) and limit.below == 0:
        yield Fault(_path(rule, "hold_out"), f"{name}: it holds out nobody.", "Write a share above 0%.")
    for number, exempt in enumerate(rules.exempt):
        if covers(exempt.to, rule.to):
            what = f"{name}: all it governs is exempt (item {number + 1} of `exempt`)."
            yield Fault(_path(rule), what, "Narrow the exemption, or take the rule out.", True)
    for other in rules.rules:
        if other.instead_of == rule.name and _always_replaces(other, rule):
            what = f'{name}: "{other.name}" always stands in its place.'
            yield Fault(_path(rule), what, f'Narrow "{other.name}", or take this rule out.', True)
    for number, exception in enumerate(rule.excepts):
        ends = (rule.starts, exception.end), (exception.start, rule.ends)
        if any(isinstance(a, int) and isinstance(b, int) and b < a for a, b in ends):
            what = f'exception {number + 1} of rule "{rule.name}" lies outside the dates of the rule.'
            yield Fault(_path(rule, "except"), what, "Mend its dates, or take it out.")


def _is_always_open(limit: Hours) -> bool:
    nothing_closed = not limit.closed and not limit.unknown_calendars
    return nothing_closed and (limit.spans is None or len(_open_minutes(limit)) == 7 * MINUTES)


def _open_minutes(limit: Hours) -> set[int]:
    """The open minutes of a week."""
    return {
        (day * MINUTES + minute) % (7 * MINUTES)
        for day, spans in enumerate(limit.spans or ())
        for start, end in spans
        for minute in range(start, end)
    }


def covers(wide: Filter, narrow: Filter) -> bool:
    """Whether whatever matches the narrow filter certainly matches the wide one."""
    return all(any(_implies(have, wanted) for have in narrow.terms) for wanted in wide.terms)


def _implies(have: Term, wanted: Term) -> bool:
    if have.attribute != wanted.attribute or have.negated is not wanted.negated:
        return False
    inner, outer = (wanted, have) if have.negated else (have, wanted)
    return set(inner.values) <= set(outer.values)


def _always_replaces(other: Rule, rule: Rule) -> bool:
    undated = other.starts is None and other.ends is None
    governs_all = covers(other.to, rule.to) and covers(other.who, rule.who)
    needs_more = isinstance(other.limit, Clash) or (isinstance(other.limit, AtMost) and other.limit.needs != ())
    return undated and governs_all and not other.shadow and not needs_more


# Rules that can never be met


def _is_never_met(rule: Rule, rules: RuleSet) -> Iterator[Fault]:
    yield from never_met(rule)
    yield from _never_lets_go(rule)


def never_met(rule: Rule) -> Iterator[Fault]:
    """Why no contact that the rule governs can ever meet it."""
    limit, name = rule.limit, f'rule "{rule.name}"'
    if isinstance(limit, Hours) and limit.spans is not None and not _open_minutes(limit):
        yield Fault(_path(rule, "between"), f"{name} can never be met: it is never open.", "Write some open hours.")
    if isinstance(limit, HoldOut) and limit.below >= _WHOLE:
        yield Fault(_path(rule, "hold_out"), f"{name} can never be met: it holds out everybody.", "Write, say, 5%.")
    if isinstance(limit, Never) and rule.to == EVERYTHING and rule.who == EVERYTHING:
        what = f"{name} can never be met: it holds back every contact to everybody."
        yield Fault(_path(rule), what, "Say with `to` and `for` what it is about.", True)


def _never_lets_go(rule: Rule) -> Iterator[Fault]:
    limit, name = rule.limit, f'rule "{rule.name}"'
    defers = rule.otherwise == "defer"
    if defers and isinstance(limit, Never | HoldOut):
        what = f"{name} defers, but no instant will satisfy it: every contact is held back for good."
        yield Fault(_path(rule, "otherwise"), what, "Write `otherwise: drop`, or a limit that ends.")
    if defers and isinstance(limit, AtMost) and limit.window.axis == "ever":
        what = f"{name} defers, but what was counted `ever` never ceases to count."
        yield Fault(_path(rule, "otherwise"), what, "Write `otherwise: drop`, or a window that ends.")
    if defers and _days_of(getattr(limit, "duration", None)) > _HORIZON_DAYS:
        what = f"{name} defers for longer than the {_HORIZON_DAYS} days that a deferral may reach."
        yield Fault(_path(rule, "otherwise"), what, "Write `otherwise: drop`, or a shorter time.")


def _days_of(duration: Duration | None) -> float:
    return 0 if duration is None else duration.local_days + duration.microseconds / US_PER_DAY


# A clash written one way only


def _clashes_one_way(rule: Rule, rules: RuleSet) -> Iterator[Fault]:
    limit = rule.limit
    if not isinstance(limit, Apart) or limit.only_after or limit.counting.filter == rule.to or rule.shadow:
        return
    if _matches_both(rule.to, limit.counting.filter):
        return
    for other in rules.rules:
        back = other.limit
        if isinstance(back, Apart) and other.to == limit.counting.filter and back.counting.filter == rule.to:
            return
    what = f'rule "{rule.name}" binds one side only: what it keeps away from is not kept away from what it governs.'
    cure = "Write `clash: [FILTER, FILTER]` with `within` to bind both, or `only: after` if one side is meant."
    yield Fault(_path(rule, "apart"), what, cure, True)


def _matches_both(one: Filter, other: Filter) -> bool:
    """Whether one filter is only a wider form of the other: then the rule is about one kind of contact."""
    return covers(one, other) or covers(other, one)


# Hours


def _leaves_gaps(rule: Rule, rules: RuleSet) -> Iterator[Fault]:
    limit = rule.limit
    if not isinstance(limit, Hours) or limit.spans is None:
        return
    minutes = sorted(_open_minutes(limit))
    ring = [*minutes, minutes[0] + 7 * MINUTES] if minutes else []
    for before, after in pairwise(ring):
        if 1 < after - before <= _SHORT_GAP:
            what = (
                f'the hours of rule "{rule.name}" leave {after - before - 1} minutes closed from {_clock(before + 1)}.'
            )
            yield Fault(_path(rule, "between"), what, "Write 24:00 for the end of a day, or join the two spans.")
    for day in range(1, 5):
        if not limit.spans[day] and limit.spans[day - 1] and limit.spans[day + 1]:
            what = f'the hours of rule "{rule.name}" leave out {WEEKDAYS[day]}, between two open days.'
            yield Fault(_path(rule, "between"), what, f"Add {WEEKDAYS[day][:3]}, if it was forgotten.")


def _clock(minute: int) -> str:
    day, rest = divmod(minute % (7 * MINUTES), MINUTES)
    return f"{WEEKDAYS[day]} {rest // 60:02}:{rest % 60:02}"


# Names that nobody declares


def _names(rule: Rule, rules: RuleSet, declared: Declared) -> Iterator[Fault]:
    yield from _named(rule, values_named(filters_of(rule), "channel"), "channel", declared.channels)
    yield from _named(rule, values_named([rule.who], "segment"), "segment", declared.segments)
    yield from _named(rule, [*values_named([rule.who], "state"), *states_of(rule)], "state", declared.states)
    for purpose in values_named(filters_of(rule), "purpose"):
        if purpose not in PURPOSES:
            what = f'rule "{rule.name}" names the message class "{purpose}", which is not on the list.'
            yield Fault(_path(rule), what, did_you_mean(purpose, PURPOSES), True)
    for limit in (rule.limit, *(e.limit for e in rule.excepts)):
        for calendar in limit.unknown_calendars if isinstance(limit, Hours) else ():
            what = (
                f'rule "{rule.name}" names the calendar "{calendar}", which nobody declares: it holds everything back.'
            )
            yield Fault(_path(rule, "closed"), what, unknown_calendar(calendar, rules.calendars))


def _named(rule: Rule, names: Iterable[str], noun: str, declared: frozenset[str] | None) -> Iterator[Fault]:
    for name in dict.fromkeys(names):
        if declared is not None and name not in declared:
            what = f'rule "{rule.name}" names the {noun} "{name}", which nobody declares.'
            yield Fault(_path(rule), what, f"{_HOW_TO_DECLARE[noun]} {did_you_mean(name, declared)}".strip(), True)


_HOW_TO_DECLARE: Final = {
    "channel": "Declare it under `channels`.",
    "state": "Map it in a source of kind states.",
    "segment": "Segments are declared by a later version; until then only cases have them.",
}


def filters_of(rule: Rule) -> list[Filter]:
    """Every filter over contacts in a rule."""
    filters = [rule.to]
    for limit in (rule.limit, *(e.limit for e in rule.excepts)):
        if isinstance(limit, AtMost | Apart | PauseAfterContact | AtLeast):
            filters.append(limit.counting.filter)
        elif isinstance(limit, Clash):
            filters += [limit.one, limit.other]
        elif isinstance(limit, PauseAfterResponse):
            filters.append(limit.filter)
    return list(dict.fromkeys(filters))


def values_named(filters: Iterable[Filter], attribute: str) -> list[str]:
    """The values that these filters name of one attribute, each once."""
    return list(
        dict.fromkeys(v for f in filters for term in f.terms if term.attribute == attribute for v in term.values)
    )


def states_of(rule: Rule) -> list[str]:
    """The states that a rule's limits name."""
    limits = (rule.limit, *(e.limit for e in rule.excepts))
    return [state for limit in limits if isinstance(limit, Held) for state in limit.states]
