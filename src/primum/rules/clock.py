"""Local time inside kernels: offsets, local days, calendar periods, and the way back to instants.

Owns the arithmetic between instants and the tables of `rules.calendar`. Refuses objects: numbers and arrays only.
Instants are microseconds UTC; zone z's table is `zones[zone_start[z] : zone_start[z + 1]]` (see `rules.layout`).
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np
from numba import njit

from primum.rules.layout import AT, AXIS_KIND, AXIS_ZONE, CHANGE, CUSTOMER, FOREVER, OFFSET, ZONES_START
from primum.rules.layout import DAY as ROW_DAY
from primum.rules.layout import MINUTE as ROW_MINUTE

DAY = 86_400_000_000
HOUR = 3_600_000_000
MINUTE = 60_000_000
ELAPSED, EVER, HOURLY, DAILY, CALENDAR = range(5)
"""Kinds of axis: elapsed time, a constant, local hours, local days, periods of the calendar."""


@njit(cache=True, nogil=True)
def segment_at(t: int, zone: int, zone_start: np.ndarray, zones: np.ndarray) -> int:
    """The entry of the zone's table that holds at an instant."""
    low, high = zone_start[zone], zone_start[zone + 1] - 1
    while low < high:
        middle = (low + high + 1) // 2
        if zones[middle, CHANGE] <= t:
            low = middle
        else:
            high = middle - 1
    return low


@njit(cache=True, nogil=True)
def day_at(t: int, zone: int, zone_start: np.ndarray, zones: np.ndarray) -> int:
    """The local day (days since 1970-01-01)."""
    return (t + zones[segment_at(t, zone, zone_start, zones), OFFSET]) // DAY


@njit(cache=True, nogil=True)
def minute_of_week(local: int) -> int:
    """Minute of the week (0: Monday 00:00) of a local time in microseconds."""
    day = local // DAY
    return (day + 3) % 7 * 1440 + (local - day * DAY) // MINUTE


@njit(cache=True, nogil=True)
def coordinate(
    t: int,
    kind: int,
    axis: int,
    zone: int,
    zone_start: np.ndarray,
    zones: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> int:
    """Where an instant lies on an axis."""
    if kind == ELAPSED:
        return t
    if kind == EVER:
        return 0
    offset = zones[segment_at(t, zone, zone_start, zones), OFFSET]
    if kind == HOURLY:  # named by its first instant, so that an hour which a fold repeats is two hours
        return t - (t + offset) % HOUR
    day = (t + offset) // DAY
    if kind == DAILY:
        return day
    return periods[axis, min(max(day - first_day, 0), periods.shape[1] - 1)]


@njit(cache=True, nogil=True)
def first_instant(
    t: int,
    target: int,
    kind: int,
    axis: int,
    zone: int,
    zone_start: np.ndarray,
    zones: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> int:
    """The first instant, not before t, that lies at `target` or beyond on an axis; FOREVER where there is none."""
    if kind == ELAPSED:
        return max(t, target)
    if kind == EVER:
        return FOREVER
    if kind == HOURLY:
        return _first_hour(t, target, zone, zone_start, zones)
    day = target
    if kind == CALENDAR:
        place = np.searchsorted(periods[axis], target)
        if place == periods.shape[1]:
            return FOREVER
        day = first_day + place
    segment = segment_at(t, zone, zone_start, zones)
    while segment < zone_start[zone + 1]:
        offset = zones[segment, OFFSET]
        found = max(t, day * DAY - offset, zones[segment, CHANGE])
        if segment + 1 == zone_start[zone + 1] or found < zones[segment + 1, CHANGE]:
            return found
        segment += 1
    return FOREVER


@njit(cache=True, nogil=True)
def _first_hour(t: int, target: int, zone: int, zone_start: np.ndarray, zones: np.ndarray) -> int:
    """The first instant, not before t, of an hour that began at `target` or later."""
    while True:
        segment = segment_at(t, zone, zone_start, zones)
        begun = t - (t + zones[segment, OFFSET]) % HOUR
        if begun >= target:
            return t
        t = begun + HOUR
        if segment + 1 < zone_start[zone + 1]:
            t = min(t, zones[segment + 1, CHANGE])


@njit(cache=True, nogil=True)
def next_midnight(t: int, zone: int, zone_start: np.ndarray, zones: np.ndarray) -> int:
    """The next instant at which the local date changes; at most that of the zone's next change of offset."""
    segment = segment_at(t, zone, zone_start, zones)
    offset = zones[segment, OFFSET]
    found = ((t + offset) // DAY + 1) * DAY - offset
    if segment + 1 < zone_start[zone + 1]:
        found = min(found, zones[segment + 1, CHANGE])
    return found


@njit(cache=True, nogil=True)
def next_open(
    t: int,
    limit: int,
    hours: int,
    zone: int,
    zone_start: np.ndarray,
    zones: np.ndarray,
    first_day: int,
    closed: np.ndarray,
    minutes: np.ndarray,
) -> int:
    """The first instant, not before t, at which the hours are open by one zone's clock; FOREVER beyond the limit."""
    while t <= limit:
        segment = segment_at(t, zone, zone_start, zones)
        local = t + zones[segment, OFFSET]
        day = local // DAY
        place = day - first_day
        if place >= closed.shape[1]:
            return FOREVER
        if place >= 0 and closed[hours, place]:
            following = (day + 1) * DAY - zones[segment, OFFSET]
        else:
            wait = minutes[minute_of_week(local), 1 + hours]
            if wait == 0:
                return t
            if wait < 0:
                return FOREVER
            following = min((local // MINUTE + wait) * MINUTE, (day + 1) * DAY) - zones[segment, OFFSET]
        if segment + 1 < zone_start[zone + 1]:
            following = min(following, zones[segment + 1, CHANGE])
        t = following
    return FOREVER


@njit(cache=True, nogil=True)
def fill_local(
    rows: np.ndarray,
    customers: np.ndarray,
    near_zones: np.ndarray,
    axes: np.ndarray,
    zone_start: np.ndarray,
    zones: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> None:
    """Fill local day, minute of the week and the place on each axis of every row (see `rules.layout`).

    A pointer walks each zone's table with the rows, which are sorted by time within a customer.
    """
    pointer, held, last = 0, -1, 0
    for r in range(len(rows)):
        t = rows[r, AT]
        own = near_zones[customers[rows[r, CUSTOMER], ZONES_START]]
        if own != held or t < last:
            pointer, held = segment_at(t, own, zone_start, zones), own
        while pointer + 1 < zone_start[own + 1] and zones[pointer + 1, CHANGE] <= t:
            pointer += 1
        last = t
        local = t + zones[pointer, OFFSET]
        day = local // DAY
        rows[r, ROW_DAY] = day
        rows[r, ROW_MINUTE] = minute_of_week(local)
        for a in range(1, len(axes)):
            kind = axes[a, AXIS_KIND]
            if axes[a, AXIS_ZONE] < 0 and kind == DAILY:
                rows[r, AT + a] = day
            elif axes[a, AXIS_ZONE] < 0 and kind == CALENDAR:
                rows[r, AT + a] = periods[a, min(max(day - first_day, 0), periods.shape[1] - 1)]
            else:
                zone = axes[a, AXIS_ZONE] if axes[a, AXIS_ZONE] >= 0 else own
                rows[r, AT + a] = coordinate(t, kind, a, zone, zone_start, zones, first_day, periods)
