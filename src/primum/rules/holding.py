"""What holds of a customer at an instant, and which rows are therefore in force or broken.

Owns conditions (states, segments, pauses), their scopes, life by local date and `instead_of`, inside kernels. Refuses
to count contacts (`rules.kernel` does).
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np
from numba import njit

from primum.rules.clock import coordinate, first_instant
from primum.rules.compile import Kind
from primum.rules.layout import (
    ANY,
    AXIS_KIND,
    AXIS_ZONE,
    CLOSE,
    CONDITIONS,
    DAYS,
    FACT,
    FIRST_DAY,
    FORBID,
    FOREVER,
    GOVERNED,
    HOMELESS,
    INTERVALS_START,
    KIND,
    LIVE,
    LOCAL,
    NEED,
    OF_CONDITIONS,
    OF_DAYS,
    OF_PEOPLE,
    OF_REPLACEMENTS,
    OF_RULES,
    OPEN,
    REPLACED,
    REPLACEMENTS,
    REPLACER,
    SCOPE_COLUMN,
    SCOPE_END,
    SCOPE_START,
    SCOPED,
    SCOPES,
    SIGNATURE,
    START,
    TOLD_BY_SIGNATURE,
    UNTIL,
    WILDCARD,
    ZONES_START,
    Facts,
)

ONLY = int(Kind.ONLY)
MAY, BROKEN, LOOK, MAY_NOW, BROKEN_NOW, WANTED, GONE = range(7)
"""Rows of the kernel's working masks: rules in force, broken rows, scoped rows to look up; what conditions allow and
break at present; the rows whose instant is sought; rows that are replaced."""


@njit(cache=True, nogil=True)
def has(masks: np.ndarray, which: int, row: int) -> bool:
    """Whether a row's bit is set in one of the masks."""
    return (masks[which, row // 64] >> np.uint64(row % 64)) & np.uint64(1) != 0


@njit(cache=True, nogil=True)
def put(masks: np.ndarray, which: int, row: int) -> None:
    """Set a row's bit in one of the masks."""
    masks[which, row // 64] |= np.uint64(1) << np.uint64(row % 64)


@njit(cache=True, nogil=True)
def first_zone(f: Facts, customer: int) -> int:
    """The customer's first zone."""
    return f.near_zones[f.customers[customer, ZONES_START]]


@njit(cache=True, nogil=True)
def place_on(f: Facts, t: int, axis: int, customer: int) -> int:
    """Where an instant lies on an axis of this customer."""
    if axis == 0:
        return t
    zone = f.axes[axis, AXIS_ZONE]
    if zone < 0:
        zone = first_zone(f, customer)
    return coordinate(t, f.axes[axis, AXIS_KIND], axis, zone, f.zone_start, f.zones, f.sizes[FIRST_DAY], f.periods)


@njit(cache=True, nogil=True)
def instant_of(f: Facts, t: int, target: int, axis: int, customer: int) -> int:
    """The first instant, not before t, at `target` or beyond on an axis of this customer."""
    if axis == 0:
        return max(t, target)
    zone = f.axes[axis, AXIS_ZONE]
    if zone < 0:
        zone = first_zone(f, customer)
    kind = f.axes[axis, AXIS_KIND]
    return first_instant(t, target, kind, axis, zone, f.zone_start, f.zones, f.sizes[FIRST_DAY], f.periods)


@njit(cache=True, nogil=True)
def look_at_conditions(f: Facts, customer: int, t: int, known: int, count: np.ndarray, work: np.ndarray) -> int:
    """Fill MAY_NOW, BROKEN_NOW and LOOK by what holds of a customer at t; returns the next instant of a change.

    Facts that began after `known` are not seen.
    """
    for c in range(len(count)):
        count[c] = 0
    for w in range(work.shape[1]):
        work[LOOK, w] = 0
    change = FOREVER
    for i in range(f.customers[customer, INTERVALS_START], f.customers[customer + 1, INTERVALS_START]):
        start, until = f.intervals[i, START], f.intervals[i, UNTIL]
        if start > known:
            break
        if start > t:
            change = min(change, start)
            break
        if until > t:
            change = min(change, until)
            for c in range(len(count)):
                count[c] += f.fact_conditions[f.intervals[i, FACT], c]
            for row in range(len(f.rule_rows)):
                if f.fact_rows[f.intervals[i, FACT], row] and has(f.masks, f.sizes[OF_RULES] + SCOPED, row):
                    put(work, LOOK, row)
    for row in range(len(f.rule_rows)):
        if f.rule_rows[row, KIND] == ONLY and has(f.masks, f.sizes[OF_RULES] + SCOPED, row):
            put(work, LOOK, row)
    _apply_conditions(f, count, work)
    return change


@njit(cache=True, nogil=True)
def _apply_conditions(f: Facts, count: np.ndarray, work: np.ndarray) -> None:
    for w in range(work.shape[1]):
        work[MAY_NOW, w] = ~np.uint64(0)
        work[BROKEN_NOW, w] = 0
        for c in range(f.sizes[CONDITIONS]):
            base = f.sizes[OF_CONDITIONS] + 4 * c
            if count[c] > 0:
                work[MAY_NOW, w] &= ~f.masks[base + FORBID, w]
                work[BROKEN_NOW, w] |= f.masks[base + CLOSE, w]
            else:
                work[MAY_NOW, w] &= ~f.masks[base + NEED, w]
                work[BROKEN_NOW, w] |= f.masks[base + OPEN, w]


@njit(cache=True, nogil=True)
def put_in_force(f: Facts, signature: int, customer: int, day: int, work: np.ndarray) -> None:
    """Fill MAY with the rows in force on a local day, conditions being known (MAY_NOW)."""
    person = f.sizes[OF_PEOPLE] + 3 * customer
    place = f.sizes[OF_DAYS] + 2 * min(max(day - f.sizes[FIRST_DAY], 0), f.sizes[DAYS] - 1)
    for w in range(work.shape[1]):
        may = f.masks[signature, w] & f.masks[person + GOVERNED, w] & work[MAY_NOW, w]
        if f.sizes[LOCAL] and not f.customers[customer, HOMELESS]:
            may &= f.masks[place + LIVE, w]
        work[MAY, w] = may
    if f.sizes[REPLACEMENTS]:
        _replace(f, work)


@njit(cache=True, nogil=True)
def _replace(f: Facts, work: np.ndarray) -> None:
    """Take out what a rule in force replaces; a rule that is replaced still replaces its own target."""
    for w in range(work.shape[1]):
        work[GONE, w] = 0
    for p in range(f.sizes[REPLACEMENTS]):
        base = f.sizes[OF_REPLACEMENTS] + 2 * p
        here = False
        for w in range(work.shape[1]):
            here |= (work[MAY, w] & f.masks[base + REPLACER, w]) != 0
        if here:
            for w in range(work.shape[1]):
                work[GONE, w] |= f.masks[base + REPLACED, w]
    for w in range(work.shape[1]):
        work[MAY, w] &= ~work[GONE, w]


@njit(cache=True, nogil=True)
def _covers(f: Facts, interval: int, row: int, r: int) -> bool:
    """Whether a fact speaks of the ask in row r, by the scopes that a row of the rule set asks for."""
    if not f.fact_rows[f.intervals[interval, FACT], row]:
        return False
    for j in range(f.rule_rows[row, SCOPE_START], f.rule_rows[row, SCOPE_END]):
        scope = f.scope_of[j]
        code = f.intervals[interval, SCOPES + scope]
        mine = f.rows[r, f.sizes[SCOPE_COLUMN] + scope]
        if code == ANY:
            if not f.rule_rows[row, WILDCARD]:
                return False
        elif mine != TOLD_BY_SIGNATURE:
            if mine != code:
                return False
        elif not f.scope_match[scope, code + 1, f.rows[r, SIGNATURE]]:
            return False
    return True


@njit(cache=True, nogil=True)
def held(f: Facts, row: int, r: int, customer: int, t: int) -> bool:
    """Whether a scoped row is broken at t by what holds of the customer."""
    found = False
    for i in range(f.customers[customer, INTERVALS_START], f.customers[customer + 1, INTERVALS_START]):
        if f.intervals[i, START] > t:
            break
        if f.intervals[i, UNTIL] > t and _covers(f, i, row, r):
            found = True
            break
    return found != (f.rule_rows[row, KIND] == ONLY)


@njit(cache=True, nogil=True)
def held_until(f: Facts, row: int, r: int, customer: int, t: int, known: int) -> int:
    """The first instant, not before t, at which what holds of the customer does not break a row; FOREVER for none.

    Facts are in the order of their beginnings, so one pass suffices: what began before and has ended stays ended.
    """
    only = f.rule_rows[row, KIND] == ONLY
    for i in range(f.customers[customer, INTERVALS_START], f.customers[customer + 1, INTERVALS_START]):
        start, until = f.intervals[i, START], f.intervals[i, UNTIL]
        if start > known or (not only and start > t):
            break
        if until <= t or until <= start or not _covers(f, i, row, r):
            continue
        if only:
            return max(t, start)
        t = until
    return FOREVER if only else t
