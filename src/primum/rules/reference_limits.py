"""Every kind of limit as one question: does it hold the candidate back, and what does so?

Owns the meaning of each limit (docs/rules.md, "How often", "When", "Who"). Refuses shortcuts: each question looks at
everything that is known, from the beginning. `surely` chooses between two readings of what is known only to the day:
what breaks the limit however the day went (True), and what could (False). They agree where all instants are known.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from primum.rules.model import (
    COUNTED,
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
from primum.rules.reference_clock import TWO_DAYS, US_PER_MINUTE, Clock, When, clock, position, turning_points
from primum.words.contacts import Candidate, Contact, Customer, Response, State
from primum.words.durations import Duration
from primum.words.filters import Attributes, Value
from primum.words.time import US_PER_DAY
from primum.words.windows import Window

Evidence = tuple[Contact | Response | State, ...]
"""What breaks a limit; empty where nothing but the instant does."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when one candidate is judged (docs/rules.md, "Four uses"): nothing else may matter.

    `contacts` and `responses` are those of the household; `zones` are the customer's, or the strategy's.
    """

    candidate: Candidate
    customer: Customer
    zones: tuple[str, ...]
    contacts: tuple[Contact, ...]
    responses: tuple[Response, ...]
    states: tuple[State, ...]
    bears_days: bool
    """Whether long windows bear a day's uncertainty (audit and backtest)."""

    @property
    def home(self) -> Clock:
        """The clock of the customer's first zone; UTC where there is none."""
        return clock(self.zones[0] if self.zones else "UTC")


@dataclass(frozen=True, slots=True)
class Question:
    """A limit's answer for one candidate at any instant.

    `broken(when, surely)` is what breaks it, None where it is satisfied. `points` and `daily(first, last)` list the
    instants at which the answer may change.
    """

    broken: Callable[[When, bool], Evidence | None]
    points: frozenset[int] = frozenset()
    daily: Callable[[int, int], Iterable[int]] = field(default=lambda first, last: ())


def question(rule: Rule, limit: Limit, known: Known) -> Question:
    """The question that this limit asks about this candidate."""
    return _ASK[type(limit)](rule, limit, known)  # type: ignore[operator, no-any-return]


# What counts


def counted(rule: Rule, counting: Counting, per: Sequence[str], known: Known) -> list[Contact]:
    """The contacts that a limit counts for this candidate."""
    words = COUNTED[counting.status] + (() if counting.status == "delivered" else ("planned",))
    return [
        contact
        for contact in known.contacts
        if contact.status in words
        and (rule.level == "household" or contact.customer == known.customer.id)
        and counting.filter.matches(contact.attributes)
        and agree(contact.attributes, known.candidate.attributes, per)
    ]


def agree(one: Attributes, other: Attributes, names: Iterable[str]) -> bool:
    """Whether both have the same value, or none, of every attribute named."""
    return all(values(one.get(name)) == values(other.get(name)) for name in names)


def values(value: Value | None) -> frozenset[str]:
    """The values that an attribute holds; none where it is absent."""
    return frozenset(value if isinstance(value, tuple) else () if value is None else (value,))


def inside(place: tuple[int, int], start: int, end: int, surely: bool) -> bool:
    """Whether a place that may be uncertain lies in the window [start, end)."""
    low, high = place
    return start <= low and high < end if surely else low < end and start <= high


def bearing(when: When, window: Window, known: Known) -> When:
    """Long elapsed windows take a day for the instant that stands for it, in audit and backtest."""
    return when.told() if known.bears_days and window.axis == "elapsed" and window.width >= TWO_DAYS else when


# Windows: at_most, once


def _at_most(rule: Rule, limit: AtMost, known: Known) -> Question:
    window, home = limit.window, known.home
    contacts = counted(rule, limit.counting, limit.per, known)
    whens = [bearing(home.when(c.at, c.precision), window, known) for c in contacts]
    places = [position(when, window, home) for when in whens]
    kinds = [_kind(c.id, c.attributes, limit.distinct) for c in contacts]
    own = _kind("", known.candidate.attributes, limit.distinct)

    def broken(when: When, surely: bool) -> Evidence | None:
        here = position(bearing(when, window, known), window, home)
        for start in {here[0], here[1], *(p for place in places for p in place)}:
            end = start + window.width
            if inside(here, start, end, surely):
                held = [i for i, place in enumerate(places) if inside(place, start, end, surely)]
                if len({own, *(kinds[i] for i in held)}) > limit.n:
                    return tuple(contacts[i] for i in held)
        return None

    return Question(broken, frozenset(p for when in whens for p in turning_points(when, window, home)))


def _kind(id: str, attributes: Attributes, distinct: str | None) -> tuple[str, frozenset[str]]:
    """What counts once: a value of `distinct`, or the contact itself where it has none."""
    shared = values(attributes.get(distinct)) if distinct else frozenset()
    return ("", shared) if shared else (f"contact {id}", shared)


# Distances: apart, clash, pause


def _axis_of(duration: Duration) -> Window:
    if duration.local_days:
        return Window("local_days", duration.local_days)
    return Window("elapsed", duration.microseconds)


def near(event: When, ask: When, axis: Window, home: Clock, only_after: bool, surely: bool) -> bool:
    """Whether they lie less than a duration apart; with `only_after` also the event not after the candidate."""
    (a, b), (low, high) = position(event, axis, home), position(ask, axis, home)
    if surely:
        return max(high - a, b - low) < axis.width and (not only_after or event.last <= ask.first)
    return max(low - b, a - high) < axis.width and (not only_after or event.first <= ask.last)


def _distance(contacts: list[Contact], duration: Duration, known: Known, *, after: bool, bears: bool) -> Question:
    """Broken while one of the contacts lies near."""
    axis, home = _axis_of(duration), known.home
    bear: Callable[[When], When] = (lambda when: bearing(when, axis, known)) if bears else (lambda when: when)
    whens = [bear(home.when(c.at, c.precision)) for c in contacts]

    def broken(when: When, surely: bool) -> Evidence | None:
        close = [c for c, w in zip(contacts, whens, strict=True) if near(w, bear(when), axis, home, after, surely)]
        return tuple(close) or None

    return Question(broken, frozenset(p for w in whens for p in turning_points(w, axis, home)))


def _apart(rule: Rule, limit: Apart, known: Known) -> Question:
    contacts = counted(rule, limit.counting, limit.per, known)
    return _distance(contacts, limit.duration, known, after=limit.only_after, bears=True)


def _clash(rule: Rule, limit: Clash, known: Known) -> Question:
    """Two `apart`: to one with the other, and to the other with the one."""
    attributes = known.candidate.attributes
    near_to = [limit.other] if limit.one.matches(attributes) else []
    near_to += [limit.one] if limit.other.matches(attributes) else []
    close = {c.id: c for others in near_to for c in counted(rule, Counting(others, limit.status), limit.per, known)}
    return _distance(list(close.values()), limit.duration, known, after=False, bears=True)


def _pause_after_contact(rule: Rule, limit: PauseAfterContact, known: Known) -> Question:
    contacts = counted(rule, limit.counting, limit.per, known)
    return _distance(contacts, limit.duration, known, after=True, bears=False)


def _pause_after_response(rule: Rule, limit: PauseAfterResponse, known: Known) -> Question:
    axis, home = _axis_of(limit.duration), known.home
    run = limit.within or Window("ever", 1)
    found = [(home.when(r.at, r.precision), r) for r in known.responses if _starts(rule, limit, r, known)]
    places = [position(bearing(when, run, known), run, home) for when, _ in found]

    def broken(when: When, surely: bool) -> Evidence | None:
        for start in {p for place in places for p in place}:
            members = [
                (w, r)
                for (w, r), place in zip(found, places, strict=True)
                if inside(place, start, start + run.width, surely)
                and (w.last <= when.first if surely else w.first <= when.last)
            ]
            members.sort(key=lambda member: member[0].first if surely else member[0].last)
            if any(near(w, when, axis, home, True, surely) for w, _ in members[limit.times - 1 :]):
                return tuple(r for _, r in members)
        return None

    points = {p for w, _ in found for p in turning_points(w, axis, home) | turning_points(w, run, home)}
    return Question(broken, frozenset(points))


def _starts(rule: Rule, limit: PauseAfterResponse, response: Response, known: Known) -> bool:
    """Whether this response is one of those that start the pause."""
    return (
        response.kind in limit.kinds
        and (rule.level == "household" or response.customer == known.customer.id)
        and limit.filter.matches(response.attributes)
        and agree(response.attributes, known.candidate.attributes, limit.per)
    )


# States


_LONG_AGO, _NEVER_ENDING = -(2**62), 2**62


def state_may_hold(state: State, at: int, home: Clock) -> bool:
    """Whether the state could hold at an instant."""
    first = _LONG_AGO if state.start is None else home.when(state.start, state.start_precision).first
    last = _NEVER_ENDING if state.until is None else home.when(state.until, state.until_precision).last
    return first <= at < last


def state_surely_holds(state: State, at: int, home: Clock) -> bool:
    """Whether the state holds at an instant however the days went on which it began and ended."""
    begun = state.as_of is None or state.as_of <= at
    if state.start is not None:
        begun = begun and home.when(state.start, state.start_precision).last <= at
    return begun and (state.until is None or at < home.when(state.until, state.until_precision).first)


def edges_of_states(states: Iterable[State], home: Clock) -> set[int]:
    """Instants at which one of the states may begin or end."""
    points: set[int] = set()
    for state in states:
        points |= {state.as_of} if state.as_of is not None else set()
        for at, precision in ((state.start, state.start_precision), (state.until, state.until_precision)):
            if at is not None:
                when = home.when(at, precision)
                points |= {when.first, when.last}
    return points


def moments(when: When, points: Iterable[int]) -> list[int]:
    """Instants that stand for all at which the candidate may lie."""
    if when.first == when.last:
        return [when.first]
    near_points = {p + step for p in points for step in (-1, 0, 1)}
    return sorted({when.first, when.last} | {p for p in near_points if when.first <= p <= when.last})


def _held(rule: Rule, limit: Held, known: Known) -> Question:
    home = known.home
    states = [s for s in known.states if s.name in limit.states and covers(s, known.candidate.attributes, limit)]
    points = frozenset(edges_of_states(states, home))

    def never_if(when: When, surely: bool) -> Evidence | None:
        holds = state_surely_holds if surely else state_may_hold
        holding = [[s for s in states if holds(s, at, home)] for at in moments(when, points)]
        broken = all(holding) if surely else any(holding)
        return tuple({id(s): s for at in holding for s in at}.values()) if broken else None

    def only_if(when: When, surely: bool) -> Evidence | None:
        holds = state_may_hold if surely else state_surely_holds
        without = [not any(holds(s, at, home) for s in states) for at in moments(when, points)]
        return () if (all(without) if surely else any(without)) else None

    return Question(only_if if limit.only else never_if, points)


def covers(state: State, attributes: Attributes, limit: Held) -> bool:
    """Whether the state is about the candidate. Naming no value of a scope means all for never_if, none for only_if."""
    return all(
        bool(values(state.scope[name]) & values(attributes.get(name))) if name in state.scope else not limit.only
        for name in limit.per
    )


# Hours


def is_open(limit: Hours, here: Clock, at: int) -> bool:
    """Whether the wall clock of one zone shows an open time on a date that is not closed."""
    day, minute = here.day(at), here.minute(at)
    if day in limit.closed:
        return False
    if limit.spans is None:
        return True
    weekday = (day + 3) % 7
    today, yesterday = limit.spans[weekday], limit.spans[weekday - 1]
    return any(start <= minute < end for start, end in today) or any(
        start <= minute + 1440 < end for start, end in yesterday
    )


def _hours(rule: Rule, limit: Hours, known: Known) -> Question:
    clocks = [clock(zone) for zone in known.zones]

    def broken(when: When, surely: bool) -> Evidence | None:
        minutes = range(when.first - when.first % US_PER_MINUTE, when.last + 1, US_PER_MINUTE)
        shut = [not all(is_open(limit, here, at) for here in clocks) for at in moments(when, minutes)]
        return () if (all(shut) if surely else any(shut)) else None

    def daily(first: int, last: int) -> Iterator[int]:
        for here in clocks:
            for day in range(here.day(first) - 1, here.day(last) + 2):
                yield from _turns_of_hours(limit, here, day)

    return Question(broken, daily=daily)


def _turns_of_hours(limit: Hours, here: Clock, day: int) -> set[int]:
    """Instants of a local day at which it may open or close: midnight, each end of a span, each change of the clock."""
    points = here.turns(day)
    for start, end in limit.spans[(day + 3) % 7] if limit.spans is not None else ():
        for _, _, offset in here.stretches(day):
            points |= {day * US_PER_DAY + minute * US_PER_MINUTE - offset for minute in (start, end)}
    return points


# Always


def _never(rule: Rule, limit: Never, known: Known) -> Question:
    return Question(lambda when, surely: ())


def _hold_out(rule: Rule, limit: HoldOut, known: Known) -> Question:
    digest = hashlib.sha256(f"{limit.salt}\x1f{known.customer.id}".encode()).digest()
    out = int.from_bytes(digest[:8], "big") < limit.below
    return Question(lambda when, surely: () if out else None)


def _for_later(rule: Rule, limit: Capacity | AtLeast, known: Known) -> Question:
    """Shared allowances are the gate's, silence is the audit's: neither holds anything back here."""
    return Question(lambda when, surely: None)


_ASK: Final = {
    AtMost: _at_most,
    Apart: _apart,
    Clash: _clash,
    Never: _never,
    Hours: _hours,
    Held: _held,
    PauseAfterResponse: _pause_after_response,
    PauseAfterContact: _pause_after_contact,
    HoldOut: _hold_out,
    Capacity: _for_later,
    AtLeast: _for_later,
}
