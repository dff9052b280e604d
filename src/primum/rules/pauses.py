"""Pauses after responses: which responses complete a run, and until when each of them keeps the company silent.

Owns the step from responses to intervals (docs/rules.md, `pause`). Refuses to know a contact: pauses are known before
any contact is judged.
"""

from typing import TYPE_CHECKING

import numpy as np

from primum.rules.cells import lent
from primum.rules.clock import DAILY, coordinate, first_instant
from primum.rules.compile import Compiled, Fact, Row
from primum.rules.compiling import entry
from primum.rules.holding import first_zone, place_on
from primum.rules.layout import LONG_AGO

if TYPE_CHECKING:
    from primum.rules.facts import Intervals, Responses


def with_pauses(
    compiled: Compiled,
    intervals: "Intervals",
    responses: "Responses",
    unit: np.ndarray,
    tables: np.ndarray,
) -> "Intervals":
    """The intervals, and those that responses begin; sorted by (customer, start)."""
    from primum.rules.facts import Intervals

    parts = [intervals]
    for row in compiled.rows:
        if row.pause is not None:
            heard = of_household(responses, unit) if row.household else responses
            parts.append(_pauses_of(compiled, row, heard, tables))
    if len(parts) == 1:
        return intervals
    names = list(intervals.scopes)
    customer, start, until, fact = (
        np.concatenate([getattr(p, n) for p in parts]) for n in ("customer", "start", "until", "fact")
    )
    order = np.lexsort((start, customer))
    scopes = {n: np.concatenate([p.scopes[n] for p in parts])[order] for n in names}
    return Intervals(customer[order], start[order], until[order], fact[order], scopes, *_exact(len(order)))


def _pauses_of(compiled: Compiled, row: Row, responses: "Responses", tables: np.ndarray) -> "Intervals":
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
        place = _coordinates(tables, customer, at, row.pause.axis)
        back = np.arange(len(own)) - (limit.times - 1)
        same &= place - place[np.maximum(back, 0)] < limit.within.width
    done = np.flatnonzero(same)
    scopes = {n: values[own[done]] for n, values in responses.scopes.items()}
    until = at[done] + limit.duration.microseconds
    if limit.duration.local_days:
        until = _after_days(tables, customer[done], at[done], limit.duration.local_days)
    return Intervals(customer[done], at[done], until, np.full(len(done), fact, np.int64), scopes, *_exact(len(done)))


def _exact(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros(count, bool), np.zeros(count, bool), np.full(count, LONG_AGO, np.int64)


def of_household(responses: "Responses", unit: np.ndarray) -> "Responses":
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
        responses.whole[again],
    )


def _same_group(columns: list[np.ndarray], times: int) -> np.ndarray:
    """Whether a response and the one `times - 1` places before it belong to one customer and scope."""
    count = len(columns[0])
    found = np.zeros(count, bool)
    back = times - 1
    if count > back:
        found[back:] = np.logical_and.reduce([c[back:] == c[: count - back] for c in columns])
    return found


@entry
def _coordinates(tables: np.ndarray, customer: np.ndarray, instant: np.ndarray, axis: int) -> np.ndarray:
    """Where each instant lies on an axis of its customer."""
    tables = lent(tables)
    found = np.empty(len(instant), np.int64)
    for i in range(len(instant)):
        found[i] = place_on(tables, instant[i], axis, customer[i])
    return found


@entry
def _after_days(tables: np.ndarray, customer: np.ndarray, instant: np.ndarray, days: int) -> np.ndarray:
    """The first instant of the local day so many days later."""
    tables = lent(tables)
    found = np.empty(len(instant), np.int64)
    for i in range(len(instant)):
        zone = first_zone(tables, customer[i])
        day = coordinate(tables, instant[i], DAILY, 0, zone)
        found[i] = first_instant(tables, instant[i], day + days, DAILY, 0, zone)
    return found
