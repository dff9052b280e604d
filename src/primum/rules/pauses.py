"""Pauses after responses: which responses complete a run, and until when each of them keeps the company silent.

Owns the step from responses to intervals (docs/rules.md, `pause`). Refuses to know a contact: pauses are known before
any contact is judged.
"""

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from primum.rules.clock import DAILY, coordinate, first_instant
from primum.rules.compile import Compiled, Fact, Row
from primum.rules.layout import AXIS_KIND, AXIS_ZONE, ZONES_START

if TYPE_CHECKING:
    from primum.rules.facts import Intervals, Responses

Clock = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, int, np.ndarray]
"""`customers`, `near_zones`, `axes`, `zone_start`, `zones` of `rules.layout.Facts`, the first day, and `periods`."""


def with_pauses(
    compiled: Compiled,
    intervals: "Intervals",
    responses: "Responses",
    unit: np.ndarray,
    clock: Clock,
) -> "Intervals":
    """The intervals, and those that responses begin; sorted by (customer, start)."""
    from primum.rules.facts import Intervals

    parts = [intervals]
    for row in compiled.rows:
        if row.pause is not None:
            heard = _of_household(responses, unit) if row.household else responses
            parts.append(_pauses_of(compiled, row, heard, clock))
    if len(parts) == 1:
        return intervals
    names = list(intervals.scopes)
    customer, start, until, fact = (
        np.concatenate([getattr(p, n) for p in parts]) for n in ("customer", "start", "until", "fact")
    )
    order = np.lexsort((start, customer))
    scopes = {n: np.concatenate([p.scopes[n] for p in parts])[order] for n in names}
    return Intervals(customer[order], start[order], until[order], fact[order], scopes)


def _pauses_of(compiled: Compiled, row: Row, responses: "Responses", clock: Clock) -> "Intervals":
    """The intervals of one row: each response that completes a run of `times` begins one of `duration`."""
    from primum.rules.facts import Intervals

    assert row.pause is not None
    limit = row.pause.limit
    fact = compiled.facts.index(Fact("pause", f"{row.rule}.{row.variant}"))
    own = np.flatnonzero(responses.starts[fact])
    groups = [responses.scopes[scope][own] for scope in row.scopes()]
    order = np.lexsort((responses.at[own], *reversed(groups), responses.customer[own]))
    own = own[order]
    customer, at = responses.customer[own], responses.at[own]
    same = _same_group([customer, *(g[order] for g in groups)], limit.times)
    if row.pause.axis >= 0 and limit.within is not None:
        place = _coordinates(customer, at, row.pause.axis, *clock)
        back = np.arange(len(own)) - (limit.times - 1)
        same &= place - place[np.maximum(back, 0)] < limit.within.width
    done = np.flatnonzero(same)
    scopes = {n: values[own[done]] for n, values in responses.scopes.items()}
    until = at[done] + limit.duration.microseconds
    if limit.duration.local_days:
        until = _after_days(customer[done], at[done], limit.duration.local_days, *clock)
    return Intervals(customer[done], at[done], until, np.full(len(done), fact, np.int64), scopes)


def _of_household(responses: "Responses", unit: np.ndarray) -> "Responses":
    """Every response as one of each member of the household."""
    from primum.rules.facts import Responses

    first = np.searchsorted(unit, unit[responses.customer])
    members = np.searchsorted(unit, unit[responses.customer], "right") - first
    again = np.repeat(np.arange(len(responses.at)), members)
    nth = np.arange(len(again)) - np.repeat(np.cumsum(members) - members, members)
    customer = (first[again] + nth).astype(np.int32)
    order = np.lexsort((responses.at[again], customer))
    again = again[order]
    return Responses(
        customer[order],
        responses.at[again],
        {f: s[again] for f, s in responses.starts.items()},
        {n: s[again] for n, s in responses.scopes.items()},
    )


def _same_group(columns: list[np.ndarray], times: int) -> np.ndarray:
    """Whether a response and the one `times - 1` places before it belong to one customer and scope."""
    count = len(columns[0])
    found = np.zeros(count, bool)
    back = times - 1
    if count > back:
        found[back:] = np.logical_and.reduce([c[back:] == c[: count - back] for c in columns])
    return found


@njit(cache=True, nogil=True)
def _coordinates(
    customer: np.ndarray,
    at: np.ndarray,
    axis: int,
    customers: np.ndarray,
    near_zones: np.ndarray,
    axes: np.ndarray,
    zone_start: np.ndarray,
    zones: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> np.ndarray:
    found = np.empty(len(at), np.int64)
    for i in range(len(at)):
        own = axes[axis, AXIS_ZONE] if axes[axis, AXIS_ZONE] >= 0 else near_zones[customers[customer[i], ZONES_START]]
        found[i] = coordinate(at[i], axes[axis, AXIS_KIND], axis, own, zone_start, zones, first_day, periods)
    return found


@njit(cache=True, nogil=True)
def _after_days(
    customer: np.ndarray,
    at: np.ndarray,
    days: int,
    customers: np.ndarray,
    near_zones: np.ndarray,
    axes: np.ndarray,
    zone_start: np.ndarray,
    zones: np.ndarray,
    first_day: int,
    periods: np.ndarray,
) -> np.ndarray:
    """The first instant of the local day so many days later."""
    found = np.empty(len(at), np.int64)
    for i in range(len(at)):
        own = near_zones[customers[customer[i], ZONES_START]]
        day = coordinate(at[i], DAILY, 0, own, zone_start, zones, first_day, periods)
        found[i] = first_instant(at[i], day + days, DAILY, 0, own, zone_start, zones, first_day, periods)
    return found
