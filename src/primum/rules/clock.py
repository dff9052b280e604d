"""Local time inside kernels: offsets, local days, calendar periods, and the way back to instants.

Owns the arithmetic between instants and the tables of `rules.calendar`. Refuses objects: numbers and arrays only.
Instants are microseconds UTC; zone z's table is `z_at[z_start[z] : z_start[z + 1]]`.
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np
from numba import njit

DAY = 86_400_000_000
HOUR = 3_600_000_000
MINUTE = 60_000_000
FOREVER = np.iinfo(np.int64).max
ELAPSED, EVER, HOURLY, DAILY, CALENDAR = range(5)
"""Kinds of axis: elapsed time, a constant, local hours, local days, periods of the calendar."""


@njit(cache=True, nogil=True)
def segment_at(t: int, zone: int, z_start: np.ndarray, z_at: np.ndarray) -> int:
    """The entry of the zone's table that holds at an instant."""
    low, high = z_start[zone], z_start[zone + 1] - 1
    while low < high:
        middle = (low + high + 1) // 2
        if z_at[middle] <= t:
            low = middle
        else:
            high = middle - 1
    return low


@njit(cache=True, nogil=True)
def day_at(t: int, zone: int, z_start: np.ndarray, z_at: np.ndarray, z_offset: np.ndarray) -> int:
    """The local day (days since 1970-01-01)."""
    return (t + z_offset[segment_at(t, zone, z_start, z_at)]) // DAY


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
    z_start: np.ndarray,
    z_at: np.ndarray,
    z_offset: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> int:
    """Where an instant lies on an axis."""
    if kind == ELAPSED:
        return t
    if kind == EVER:
        return 0
    offset = z_offset[segment_at(t, zone, z_start, z_at)]
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
    z_start: np.ndarray,
    z_at: np.ndarray,
    z_offset: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> int:
    """The first instant, not before t, that lies at `target` or beyond on an axis; FOREVER where there is none."""
    if kind == ELAPSED:
        return max(t, target)
    if kind == EVER:
        return FOREVER
    if kind == HOURLY:
        return _first_hour(t, target, zone, z_start, z_at, z_offset)
    day = target
    if kind == CALENDAR:
        place = np.searchsorted(periods[axis], target)
        if place == periods.shape[1]:
            return FOREVER
        day = first_day + place
    segment = segment_at(t, zone, z_start, z_at)
    while segment < z_start[zone + 1]:
        offset = z_offset[segment]
        found = max(t, day * DAY - offset, z_at[segment])
        if segment + 1 == z_start[zone + 1] or found < z_at[segment + 1]:
            return found
        segment += 1
    return FOREVER


@njit(cache=True, nogil=True)
def _first_hour(t: int, target: int, zone: int, z_start: np.ndarray, z_at: np.ndarray, z_offset: np.ndarray) -> int:
    """The first instant, not before t, of an hour that began at `target` or later."""
    while True:
        segment = segment_at(t, zone, z_start, z_at)
        begun = t - (t + z_offset[segment]) % HOUR
        if begun >= target:
            return t
        t = begun + HOUR
        if segment + 1 < z_start[zone + 1]:
            t = min(t, z_at[segment + 1])


@njit(cache=True, nogil=True)
def next_midnight(t: int, zone: int, z_start: np.ndarray, z_at: np.ndarray, z_offset: np.ndarray) -> int:
    """The next instant at which the local date changes; at most that of the zone's next change of offset."""
    segment = segment_at(t, zone, z_start, z_at)
    offset = z_offset[segment]
    found = ((t + offset) // DAY + 1) * DAY - offset
    if segment + 1 < z_start[zone + 1]:
        found = min(found, z_at[segment + 1])
    return found


@njit(cache=True, nogil=True)
def next_open(
    t: int,
    limit: int,
    hours: int,
    zone: int,
    z_start: np.ndarray,
    z_at: np.ndarray,
    z_offset: np.ndarray,
    first_day: int,
    closed: np.ndarray,
    wait: np.ndarray,
) -> int:
    """The first instant, not before t, at which the hours are open by one zone's clock; FOREVER beyond the limit."""
    while t <= limit:
        segment = segment_at(t, zone, z_start, z_at)
        local = t + z_offset[segment]
        day = local // DAY
        place = day - first_day
        if place >= closed.shape[1]:
            return FOREVER
        if place >= 0 and closed[hours, place]:
            following = (day + 1) * DAY - z_offset[segment]
        else:
            minutes = wait[hours, minute_of_week(local)]
            if minutes == 0:
                return t
            if minutes < 0:
                return FOREVER
            following = min((local // MINUTE + minutes) * MINUTE, (day + 1) * DAY) - z_offset[segment]
        if segment + 1 < z_start[zone + 1]:
            following = min(following, z_at[segment + 1])
        t = following
    return FOREVER


@njit(cache=True, nogil=True)
def local_columns(
    customer: np.ndarray,
    at: np.ndarray,
    zone_start: np.ndarray,
    zone: np.ndarray,
    axis_kind: np.ndarray,
    axis_zone: np.ndarray,
    z_start: np.ndarray,
    z_at: np.ndarray,
    z_offset: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Local day, minute of the week (first zone), and the place on each axis but the first, of every row.

    A pointer walks each zone's table with the rows, which are sorted by time within a customer.

    Args:
        axis_zone: the zone of each axis; -1 for the customer's first.
    """
    rows, axes = len(at), len(axis_kind)
    day = np.empty(rows, np.int32)
    minute = np.empty(rows, np.int32)
    period = np.empty((axes - 1, rows), np.int64)
    pointer, held, last = 0, -1, 0
    for r in range(rows):
        t = at[r]
        own = zone[zone_start[customer[r]]]
        if own != held or t < last:
            pointer, held = segment_at(t, own, z_start, z_at), own
        while pointer + 1 < z_start[own + 1] and z_at[pointer + 1] <= t:
            pointer += 1
        last = t
        local = t + z_offset[pointer]
        day[r] = local // DAY
        minute[r] = minute_of_week(local)
        for a in range(1, axes):
            kind = axis_kind[a]
            if axis_zone[a] < 0 and kind == DAILY:
                period[a - 1, r] = day[r]
            elif axis_zone[a] < 0 and kind == CALENDAR:
                period[a - 1, r] = periods[a, min(max(day[r] - first_day, 0), periods.shape[1] - 1)]
            else:
                z = axis_zone[a] if axis_zone[a] >= 0 else own
                period[a - 1, r] = coordinate(t, kind, a, z, z_start, z_at, z_offset, first_day, periods)
    return day, minute, period
