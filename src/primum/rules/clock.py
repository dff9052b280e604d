"""Local time inside kernels: offsets, local days, calendar periods, and the way back to instants.

Owns the arithmetic between instants and the tables of `rules.calendar`. Refuses objects: numbers and arrays only.
Instants are microseconds UTC; `tables` is that of `rules.layout.Facts`.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at, lent
from primum.rules.compiling import entry, part
from primum.rules.layout import (
    AT,
    AXES,
    AXIS_KIND,
    AXIS_TABLE,
    AXIS_ZONE,
    CHANGE,
    CLOSED,
    CUSTOMER,
    CUSTOMERS,
    DAYS,
    FIRST_DAY,
    FOREVER,
    MINUTES,
    NEAR_ZONES,
    OFFSET,
    PERIODS,
    ZONE_START,
    ZONES,
    ZONES_START,
)
from primum.rules.layout import DAY as ROW_DAY
from primum.rules.layout import MINUTE as ROW_MINUTE

DAY = 86_400_000_000
HOUR = 3_600_000_000
MINUTE = 60_000_000
ELAPSED, EVER, HOURLY, DAILY, CALENDAR = range(5)
"""Kinds of axis: elapsed time, a constant, local hours, local days, periods of the calendar."""


@part
def segment_at(tables: np.ndarray, t: int, zone: int) -> int:
    """The entry of the zone's table that holds at an instant."""
    low, high = at(tables, ZONE_START, zone, 0), at(tables, ZONE_START, zone + 1, 0) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if at(tables, ZONES, middle, CHANGE) <= t:
            low = middle
        else:
            high = middle - 1
    return low


@part
def local_at(tables: np.ndarray, t: int, zone: int) -> int:
    """What the clock on the wall shows, in microseconds since 1970-01-01 00:00 of that clock."""
    return t + at(tables, ZONES, segment_at(tables, t, zone), OFFSET)


@part
def minute_of_week(local: int) -> int:
    """Minute of the week (0: Monday 00:00) of a local time in microseconds."""
    day = local // DAY
    return (day + 3) % 7 * 1440 + (local - day * DAY) // MINUTE


@part
def period_of(tables: np.ndarray, axis: int, day: int) -> int:
    """The number of the calendar period in which a local day lies."""
    return at(tables, PERIODS, axis, min(max(day - tables[FIRST_DAY], 0), tables[DAYS] - 1))


@part
def coordinate(tables: np.ndarray, t: int, kind: int, axis: int, zone: int) -> int:
    """Where an instant lies on an axis."""
    if kind == ELAPSED:
        return t
    if kind == EVER:
        return 0
    local = local_at(tables, t, zone)
    if kind == HOURLY:  # named by its first instant, so that an hour which a fold repeats is two hours
        return t - local % HOUR
    return local // DAY if kind == DAILY else period_of(tables, axis, local // DAY)


@part
def first_instant(tables: np.ndarray, t: int, target: int, kind: int, axis: int, zone: int) -> int:
    """The first instant, not before t, that lies at `target` or beyond on an axis; FOREVER where there is none."""
    if kind == ELAPSED:
        return max(t, target)
    if kind == EVER:
        return FOREVER
    if kind == HOURLY:
        return _first_hour(tables, t, target, zone)
    day = target
    if kind == CALENDAR:
        place = max(local_at(tables, t, zone) // DAY - tables[FIRST_DAY], 0)
        while place < tables[DAYS] and at(tables, PERIODS, axis, place) < target:
            place += 1
        if place == tables[DAYS]:
            return FOREVER
        day = tables[FIRST_DAY] + place
    segment, end = segment_at(tables, t, zone), at(tables, ZONE_START, zone + 1, 0)
    while segment < end:
        found = max(t, day * DAY - at(tables, ZONES, segment, OFFSET), at(tables, ZONES, segment, CHANGE))
        if segment + 1 == end or found < at(tables, ZONES, segment + 1, CHANGE):
            return found
        segment += 1
    return FOREVER


@part
def _next_change(tables: np.ndarray, segment: int, zone: int) -> int:
    """The instant at which the offset after this one begins."""
    if segment + 1 < at(tables, ZONE_START, zone + 1, 0):
        return at(tables, ZONES, segment + 1, CHANGE)
    return FOREVER


@part
def _first_hour(tables: np.ndarray, t: int, target: int, zone: int) -> int:
    """The first instant, not before t, of an hour that began at `target` or later."""
    while True:
        segment = segment_at(tables, t, zone)
        begun = t - (t + at(tables, ZONES, segment, OFFSET)) % HOUR
        if begun >= target:
            return t
        t = min(begun + HOUR, _next_change(tables, segment, zone))


@part
def next_midnight(tables: np.ndarray, t: int, zone: int) -> int:
    """The next instant at which the local date changes; at most that of the zone's next change of offset."""
    segment = segment_at(tables, t, zone)
    offset = at(tables, ZONES, segment, OFFSET)
    return min(((t + offset) // DAY + 1) * DAY - offset, _next_change(tables, segment, zone))


@part
def next_open(tables: np.ndarray, t: int, limit: int, hours: int, zone: int) -> int:
    """The first instant, not before t, at which the hours are open by one zone's clock; FOREVER beyond the limit."""
    while t <= limit:
        segment = segment_at(tables, t, zone)
        offset = at(tables, ZONES, segment, OFFSET)
        local = t + offset
        day = local // DAY
        place = day - tables[FIRST_DAY]
        if place >= tables[DAYS]:
            return FOREVER
        following = (day + 1) * DAY
        if place < 0 or not at(tables, CLOSED, hours, place):
            wait = at(tables, MINUTES, minute_of_week(local), hours)
            if wait == 0:
                return t
            if wait < 0:
                return FOREVER
            following = min((local // MINUTE + wait) * MINUTE, following)
        t = min(following - offset, _next_change(tables, segment, zone))
    return FOREVER


@entry
def fill_local(tables: np.ndarray, rows: np.ndarray) -> None:
    """Fill local day, minute of the week and the place on each axis of every row (see `rules.layout`).

    A pointer walks each zone's table with the rows, which are sorted by time within a customer.
    """
    tables, rows, count = lent(tables), lent(rows), len(rows)
    pointer, held, last, change, offset = np.int64(0), np.int64(-1), np.int64(0), np.int64(0), np.int64(0)
    for r in range(count):
        t = rows[r, AT]
        own = at(tables, NEAR_ZONES, at(tables, CUSTOMERS, rows[r, CUSTOMER], ZONES_START), 0)
        if own != held or t < last or t >= change:
            pointer, held = segment_at(tables, t, own), own
            change, offset = _next_change(tables, pointer, own), at(tables, ZONES, pointer, OFFSET)
        last = t
        local = t + offset
        day = local // DAY
        rows[r, ROW_DAY] = day
        rows[r, ROW_MINUTE] = minute_of_week(local)
        for a in range(1, tables[AXES]):
            kind, zone = at(tables, AXIS_TABLE, a, AXIS_KIND), at(tables, AXIS_TABLE, a, AXIS_ZONE)
            if zone < 0 and kind == DAILY:
                rows[r, AT + a] = day
            elif zone < 0 and kind == CALENDAR:
                rows[r, AT + a] = period_of(tables, a, day)
            else:
                rows[r, AT + a] = coordinate(tables, t, kind, a, zone if zone >= 0 else own)
