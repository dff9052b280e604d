"""What is known only to the day, as intervals in which it may hold and in which it surely does.

Owns the step from states and responses of customers who have something that is known only to the day to two kinds of
interval (docs/rules.md, "Precision"). Refuses to know a contact. Customers without such events need none of this.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
from typing import TYPE_CHECKING

import numpy as np

from primum.rules.cells import at, lent
from primum.rules.clock import DAILY, DAY, first_instant, local_at, segment_at
from primum.rules.compile import Compiled, Fact, Row
from primum.rules.compiling import entry, part
from primum.rules.holding import first_zone, place_on
from primum.rules.layout import (
    AXIS_KIND,
    AXIS_TABLE,
    CHANGE,
    DAYS,
    FIRST_DAY,
    FOREVER,
    HOLDS,
    HOLDS_ALONE,
    LONG_AGO,
    MAY_HOLD,
    OFFSET,
    PERIODS,
    ZONE_START,
    ZONES,
)

if TYPE_CHECKING:
    from primum.rules.facts import Intervals, Responses

EXACT = LONG_AGO
"""In place of a date: the instant is known."""
LONG_WINDOW = 2 * DAY
"""Elapsed windows of at least this length bear a day's uncertainty in audit and backtest."""


@part
def day_bounds(tables: np.ndarray, day: int, zone: int) -> tuple[int, int]:
    """The first and the last instant of a local day."""
    first, last = FOREVER, LONG_AGO
    segment, end = segment_at(tables, (day - 2) * DAY, zone), at(tables, ZONE_START, zone + 1, 0)
    while segment < end and at(tables, ZONES, segment, CHANGE) < (day + 3) * DAY:
        begin = day * DAY - at(tables, ZONES, segment, OFFSET)
        stop = begin + DAY
        begin = max(begin, at(tables, ZONES, segment, CHANGE))
        if segment + 1 < end:
            stop = min(stop, at(tables, ZONES, segment + 1, CHANGE))
        if begin < stop:
            first, last = min(first, begin), max(last, stop - 1)
        segment += 1
    return first, last


@part
def span_of(tables: np.ndarray, instant: int, whole: bool, zone: int) -> tuple[int, int, int]:
    """First and last instant at which something may have happened, and its date (EXACT where the instant is known).

    A day is told by its first instant, wherever that was; its date is the one on which its middle lies here.
    """
    if not whole:
        return instant, instant, EXACT
    day = local_at(tables, instant + DAY // 2, zone) // DAY
    first, last = day_bounds(tables, day, zone)
    return first, last, day


@part
def places_of(
    tables: np.ndarray, instant: int, first: int, last: int, day: int, axis: int, customer: int
) -> tuple[int, int]:
    """The least and the greatest place that something may have on an axis of a customer."""
    if axis == 0:
        return first, last
    if day == EXACT:
        place = place_on(tables, instant, axis, customer)
        return place, place
    kind = at(tables, AXIS_TABLE, axis, AXIS_KIND)
    if kind == DAILY:
        return day, day
    if kind > DAILY:
        place = at(tables, PERIODS, axis, min(max(day - tables[FIRST_DAY], 0), tables[DAYS] - 1))
        return place, place
    return place_on(tables, first, axis, customer), place_on(tables, last, axis, customer)


def doubts_of(
    compiled: Compiled,
    intervals: "Intervals",
    responses: "Responses",
    heard_by_household: "Responses",
    tables: np.ndarray,
    unsure: np.ndarray,
    bears: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """The table DOUBTS (sorted by customer) and the customer of each row.

    Args:
        unsure: bool, which customers need one.
        bears: whether long windows bear a day's uncertainty (audit and backtest).
    """
    parts = [_of_states(intervals, tables, unsure)]
    for row in compiled.rows:
        if row.pause is not None:
            heard = heard_by_household if row.household else responses
            parts.append(_of_pause(compiled, row, heard, tables, unsure, bears))
    customer = np.concatenate([p[0] for p in parts])
    order = np.argsort(customer, kind="stable")
    return np.concatenate([p[1] for p in parts])[order], customer[order]


_Part = tuple[np.ndarray, np.ndarray]


def _of_states(intervals: "Intervals", tables: np.ndarray, unsure: np.ndarray) -> _Part:
    own = np.flatnonzero(unsure[intervals.customer])
    begun = intervals.start[own] != LONG_AGO
    ended = intervals.until[own] != FOREVER
    customer = intervals.customer[own]
    start = _spans(tables, customer, np.where(begun, intervals.start[own], 0), intervals.start_whole[own])
    until = _spans(tables, customer, np.where(ended, intervals.until[own], 0), intervals.until_whole[own])
    first = np.where(begun, start[:, 0], LONG_AGO)
    codes = [c[own] for c in intervals.scopes.values()]
    fact = intervals.fact[own]
    sure = np.where(begun, np.maximum(start[:, 1], intervals.as_of[own]), intervals.as_of[own])
    lines = [
        _lines(MAY_HOLD, first, first, np.where(ended, until[:, 1], FOREVER), fact, codes),
        _lines(HOLDS, first, sure, np.where(ended, until[:, 0], FOREVER), fact, codes),
    ]
    return np.concatenate([customer, customer]), np.concatenate(lines)


def _lines(
    reading: int, known: np.ndarray, start: np.ndarray, until: np.ndarray, fact: np.ndarray, codes: list[np.ndarray]
) -> np.ndarray:
    return np.stack([known, np.full(len(known), reading), start, until, fact, *codes], axis=1).astype(np.int64)


@entry
def _spans(tables: np.ndarray, customer: np.ndarray, instant: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """`span_of` for each, by its customer's clock."""
    tables = lent(tables)
    found = np.empty((len(instant), 3), np.int64)
    for i in range(len(instant)):
        found[i, 0], found[i, 1], found[i, 2] = span_of(tables, instant[i], whole[i], first_zone(tables, customer[i]))
    return found


def _of_pause(
    compiled: Compiled, row: Row, responses: "Responses", tables: np.ndarray, unsure: np.ndarray, bears: bool
) -> _Part:
    """The intervals of one pause: from the completion of a run until a duration after its last response."""
    assert row.pause is not None
    limit, axis = row.pause.limit, row.pause.axis
    fact = compiled.facts.index(Fact("pause", f"{row.rule}.{row.variant}"))
    own = np.flatnonzero(responses.starts[fact] & unsure[responses.customer])
    groups = [responses.scopes[scope][own] for scope in row.scopes()]
    order = np.lexsort((responses.at[own], *reversed(groups), responses.customer[own]))
    own = own[order]
    customer = responses.customer[own]
    changed = np.zeros(len(own), bool)
    for column in (customer, *(g[order] for g in groups)):
        changed[1:] |= column[1:] != column[:-1]
    spans = _spans(tables, customer, responses.at[own], responses.whole[own])
    width = limit.within.width if limit.within is not None else 1
    told = bears and axis == 0 and width >= LONG_WINDOW
    places = _places(tables, customer, responses.at[own], spans, axis, told)
    found = []
    for surely in (False, True):
        begun = _complete(spans, places, np.cumsum(changed), width, limit.times, surely)
        done = np.flatnonzero(begun != FOREVER)
        until = _until(tables, customer[done], spans[done], surely, *_long(row))
        known = spans[done, 0] if surely else begun[done]
        codes = [c[own[done]] for c in responses.scopes.values()]
        reading = HOLDS_ALONE if surely else MAY_HOLD
        lines = _lines(reading, known, begun[done], until, np.full(len(done), fact), codes)
        found.append((customer[done], lines))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _long(row: Row) -> tuple[int, int]:
    assert row.pause is not None
    duration = row.pause.limit.duration
    return duration.microseconds, duration.local_days


@entry
def _places(
    tables: np.ndarray, customer: np.ndarray, instant: np.ndarray, spans: np.ndarray, axis: int, told: bool
) -> np.ndarray:
    """Least and greatest place on the axis of a run's window; -1 is `ever`."""
    tables = lent(tables)
    found = np.zeros((len(customer), 2), np.int64)
    if axis >= 0:
        for i in range(len(customer)):
            first, last = (instant[i], instant[i]) if told else (spans[i, 0], spans[i, 1])
            found[i, 0], found[i, 1] = places_of(tables, instant[i], first, last, spans[i, 2], axis, customer[i])
    return found


@entry
def _complete(
    spans: np.ndarray, places: np.ndarray, group: np.ndarray, width: int, times: int, surely: bool
) -> np.ndarray:
    """For each response the earliest instant at which it ends a run of so many; FOREVER where it ends none."""
    count = len(group)
    found = np.full(count, FOREVER, np.int64)
    heard = np.empty(count, np.int64)
    for m in range(count):
        low = np.searchsorted(group, group[m])
        high = np.searchsorted(group, group[m], "right")
        for s in range(2 * (high - low)):
            start = places[low + s // 2, s % 2]
            if not _inside(places, m, start, width, surely):
                continue
            size = 0
            for i in range(low, high):
                if i != m and _inside(places, i, start, width, surely) and _earlier(spans, i, m, surely):
                    heard[size] = spans[i, 1] if surely else spans[i, 0]
                    size += 1
            if size >= times - 1:
                begun = spans[m, 1] if surely else spans[m, 0]
                if times > 1:
                    begun = max(begun, np.sort(heard[:size])[times - 2])
                found[m] = min(found[m], begun)
    return found


@part
def _inside(places: np.ndarray, i: int, start: int, width: int, surely: bool) -> bool:
    """Whether a place surely lies in a window, or may."""
    if surely:
        return start <= places[i, 0] and places[i, 1] < start + width
    return places[i, 0] < start + width and start <= places[i, 1]


@part
def _earlier(spans: np.ndarray, i: int, m: int, surely: bool) -> bool:
    """Whether i comes before m in a run: by first instants, or (what may be) by last ones."""
    column = 0 if surely else 1
    return spans[i, column] < spans[m, column] or (spans[i, column] == spans[m, column] and i < m)


@entry
def _until(
    tables: np.ndarray, customer: np.ndarray, spans: np.ndarray, surely: bool, microseconds: int, days: int
) -> np.ndarray:
    """When the pause after each response ends: surely by its first instant, perhaps by its last."""
    tables = lent(tables)
    found = np.empty(len(customer), np.int64)
    for i in range(len(customer)):
        end = spans[i, 0] if surely else spans[i, 1]
        found[i] = end + microseconds
        if days > 0:
            zone = first_zone(tables, customer[i])
            day = spans[i, 2] if spans[i, 2] != EXACT else local_at(tables, end, zone) // DAY
            found[i] = first_instant(tables, end, day + days, DAILY, 0, zone)
    return found
