"""A rule in exact words: whom it governs, what it forbids, what becomes of what it holds back.

Owns the sentences. Refuses to shorten: what a rule says for people (`says`) stands beside them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import singledispatch
from typing import Final

from primum.rules.model import (
    Apart,
    AtLeast,
    AtMost,
    Capacity,
    Clash,
    Counting,
    Held,
    HoldOut,
    Hours,
    Limit,
    Never,
    PauseAfterContact,
    PauseAfterResponse,
    Rule,
)
from primum.words.durations import Duration
from primum.words.filters import EVERYTHING, Filter, Term
from primum.words.windows import WEEKDAYS, Window

_LABELS: Final = {"purpose": "message class", "initiated": "initiator"}
_UNITS: Final = (
    ("week", 604_800_000_000),
    ("day", 86_400_000_000),
    ("hour", 3_600_000_000),
    ("minute", 60_000_000),
    ("second", 1_000_000),
)
_COUNTED: Final = {
    "attempts": "attempts, also those that failed",
    "sent": "contacts sent or reserved",
    "delivered": "contacts delivered",
}


def reading(rule: Rule) -> tuple[str, ...]:
    """The rule in exact sentences."""
    return tuple(_sentences(rule))


def _sentences(rule: Rule) -> Iterator[str]:
    yield f"Governs {filter_words(rule.to)}{_to_whom(rule.who)}."
    yield f"{_limit(rule.limit, rule.to)}."
    for exception in rule.excepts:
        yearly = "" if isinstance(exception.start, int) else " of each year"
        numbers = _lower(_limit(exception.limit, rule.to))
        yield f"From {_bound(exception.start)} to {_bound(exception.end)}{yearly} instead: {numbers}."
    yield f"{_otherwise(rule)}."
    if rule.level == "household":
        yield "Counts over everybody in the household."
    if rule.starts is not None or rule.ends is not None:
        yield f"In force {_in_force(rule)}."
    if rule.instead_of is not None:
        yield f'Stands in the place of "{rule.instead_of}" wherever both govern.'
    if not rule.hold_if_unknown:
        yield "Where a fact is missing, it lets the contact through."
    if rule.shadow:
        yield "Monitor only: it is told of and holds nothing back."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _in_force(rule: Rule) -> str:
    parts = [f"from {_day(rule.starts)}"] if rule.starts is not None else []
    return " ".join([*parts, f"until {_day(rule.ends)}"] if rule.ends is not None else parts)


def _otherwise(rule: Rule) -> str:
    if rule.otherwise == "defer":
        return "What it holds back waits until it may go"
    if rule.otherwise == "try_channels":
        return f"What it holds back tries {any_of(rule.try_channels)}"
    return "What it holds back is not sent"


# Filters


def filter_words(to: Filter) -> str:
    """`contacts whose message class is marketing or sales and whose channel is not call`."""
    return "every contact" if to == EVERYTHING else f"contacts {_terms(to)}"


def _to_whom(who: Filter) -> str:
    return "" if who == EVERYTHING else f", to customers {_terms(who)}"


def _terms(to: Filter) -> str:
    return " and ".join(_term(term) for term in to.terms)


def _term(term: Term) -> str:
    label = _LABELS.get(term.attribute, term.attribute.replace("_", " "))
    return f"whose {label} is {'not ' if term.negated else ''}{any_of(term.values)}"


def any_of(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _counted(counting: Counting, to: Filter) -> str:
    what = "" if counting.filter == to else f": {filter_words(counting.filter)}"
    return f"Counted are {_COUNTED[counting.status]}{what}"


def _per(per: Sequence[str]) -> str:
    return f" that share {_all_of(per)}" if per else ""


def _all_of(words: Sequence[str]) -> str:
    names = [_LABELS.get(w, w.replace("_", " ")) for w in words]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# Limits


@singledispatch
def _limit(limit: Limit, to: Filter) -> str:
    raise TypeError(f"no words for {type(limit).__name__}")


@_limit.register
def _(limit: AtMost, to: Filter) -> str:
    distinct = f", several of one {_all_of([limit.distinct])} counting once" if limit.distinct else ""
    return (
        f"At most {limit.n} in {window_words(limit.window)}{_per(limit.per)}{distinct}. {_counted(limit.counting, to)}"
    )


@_limit.register
def _(limit: Apart, to: Filter) -> str:
    side = "after" if limit.only_after else "before and after"
    what = "each other" if limit.counting.filter == to else filter_words(limit.counting.filter)
    return f"At least {duration_words(limit.duration)} {side} {what}{_per(limit.per)}"


@_limit.register
def _(limit: Clash, to: Filter) -> str:
    one, other = filter_words(limit.one), filter_words(limit.other)
    return f"At least {duration_words(limit.duration)} between {one} and {other}{_per(limit.per)}"


@_limit.register
def _(limit: Never, to: Filter) -> str:
    return "Never allowed"


@_limit.register
def _(limit: Hours, to: Filter) -> str:
    closed = _many(len(limit.closed), "closed date")
    if not limit.spans:
        return f"Not on {closed}"
    return f"Only {_week(limit.spans)}, local time{f'; not on {closed}' if limit.closed else ''}"


@_limit.register
def _(limit: Held, to: Filter) -> str:
    scope = f", for the same {_all_of(limit.per)}" if limit.per else ""
    return f"{'Only' if limit.only else 'Not'} while the state {any_of(limit.states)} holds{scope}"


@_limit.register
def _(limit: PauseAfterResponse, to: Filter) -> str:
    what = "the response" if limit.times == 1 else f"{limit.times} responses"
    within = f" within {window_words(limit.within)}" if limit.within is not None and limit.times > 1 else ""
    return f"Not for {duration_words(limit.duration)} after {what} {any_of(limit.kinds)}{within}{_per(limit.per)}"


@_limit.register
def _(limit: PauseAfterContact, to: Filter) -> str:
    return f"Not for {duration_words(limit.duration)} after {filter_words(limit.counting.filter)}{_per(limit.per)}"


@_limit.register
def _(limit: HoldOut, to: Filter) -> str:
    return f"Not to {limit.below / 2**64:.1%} of all customers, drawn by the salt {limit.salt}"


@_limit.register
def _(limit: Capacity, to: Filter) -> str:
    of = " of cost" if limit.of_cost else ""
    return f"At most {limit.amount:,.0f}{of} in {window_words(limit.window)}, over all customers together"


@_limit.register
def _(limit: AtLeast, to: Filter) -> str:
    return f"At least {limit.n} in {window_words(limit.window)}; told by the audit, never enforced"


# Times


def window_words(window: Window) -> str:
    """`any 7 days`, `any 7 local days`, `one calendar week (Europe/London)`, `all time`."""
    if window.axis == "ever":
        return "all time"
    if window.axis == "elapsed":
        return f"any {_elapsed(window.width)}"
    if window.axis == "local_days":
        return f"any {_many(window.width, 'local day')}"
    zone = f" ({window.zone})" if window.zone else ""
    return f"one calendar {window.axis}{zone}"


def duration_words(duration: Duration) -> str:
    """`36 hours`, `60 local days`."""
    return _many(duration.local_days, "local day") if duration.local_days else _elapsed(duration.microseconds)


def _elapsed(microseconds: int) -> str:
    for unit, size in _UNITS[1:]:
        if microseconds % size == 0 and microseconds:
            return _many(microseconds // size, unit)
    return f"{microseconds:,} microseconds"


def _many(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _day(number: int | None) -> str:
    return (date(1970, 1, 1) + timedelta(days=number or 0)).isoformat()


def _bound(bound: int | tuple[int, int]) -> str:
    return _day(bound) if isinstance(bound, int) else f"{bound[0]:02}-{bound[1]:02}"


def _week(spans: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Days with the same hours together: `monday to friday 08:00-20:00, saturday 09:00-13:00`."""
    groups: list[tuple[int, int, Sequence[tuple[int, int]]]] = []
    for day, each in enumerate(spans):
        if groups and groups[-1][2] == each:
            groups[-1] = (groups[-1][0], day, each)
        else:
            groups.append((day, day, each))
    return ", ".join(f"{_days(first, last)} {_hours(each)}" for first, last, each in groups if each)


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "every day"
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]} to {WEEKDAYS[last]}"


def _hours(each: Sequence[tuple[int, int]]) -> str:
    return " and ".join(f"{_clock(start)}-{_clock(end)}" for start, end in each)


def _clock(minute: int) -> str:
    minute = minute if minute <= 1440 else minute - 1440
    return f"{minute // 60:02}:{minute % 60:02}"
