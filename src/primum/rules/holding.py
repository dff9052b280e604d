"""What holds of a customer at an instant, and which rows are therefore in force or broken.

Owns conditions (states, segments, pauses), their scopes, life by local date and `instead_of`, inside kernels. Refuses
to count contacts (`rules.kernel` does).
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np
from numba import njit

from primum.rules.clock import coordinate, first_instant
from primum.rules.facts import CONDITIONS, LOCAL, SCOPED, Facts

FOREVER = np.iinfo(np.int64).max
TOLD_BY_SIGNATURE = np.iinfo(np.int64).min
ANY_VALUE = -2
ONLY_KIND = 3


@njit(cache=True, nogil=True)
def place_on(f: Facts, t: int, axis: int, customer: int) -> int:
    """Where an instant lies on an axis of this customer."""
    if axis == 0:
        return t
    zone = f.axis_zone[axis] if f.axis_zone[axis] >= 0 else f.zone[f.zone_start[customer]]
    return coordinate(t, f.axis_kind[axis], axis, zone, f.z_start, f.z_at, f.z_offset, f.first_day[0], f.periods)


@njit(cache=True, nogil=True)
def instant_of(f: Facts, t: int, target: int, axis: int, customer: int) -> int:
    """The first instant, not before t, at `target` or beyond on an axis of this customer."""
    if axis == 0:
        return max(t, target)
    zone = f.axis_zone[axis] if f.axis_zone[axis] >= 0 else f.zone[f.zone_start[customer]]
    return first_instant(
        t, target, f.axis_kind[axis], axis, zone, f.z_start, f.z_at, f.z_offset, f.first_day[0], f.periods
    )


@njit(cache=True, nogil=True)
def condition_masks(
    f: Facts,
    customer: int,
    t: int,
    known: int,
    count: np.ndarray,
    may: np.ndarray,
    shut: np.ndarray,
    look: np.ndarray,
) -> int:
    """What conditions allow to govern (`may`), what they break (`shut`), and which scoped rows must be looked up.

    Facts that began after `known` are not seen. Returns the next instant at which this may change.
    """
    count[:] = 0
    look[:] = 0
    change = FOREVER
    for i in range(f.interval_start[customer], f.interval_start[customer + 1]):
        if f.starts[i] > known:
            break
        if f.starts[i] > t:
            change = min(change, f.starts[i])
            break
        if f.untils[i] > t:
            change = min(change, f.untils[i])
            for j in range(f.condition_start[f.fact[i]], f.condition_start[f.fact[i] + 1]):
                count[f.condition_of[j]] += 1
            _add_scoped(f, f.fact[i], look)
    for w in range(len(may)):
        may[w] = ~np.uint64(0)
        shut[w] = 0
    for c in range(f.layout[CONDITIONS]):
        for w in range(len(may)):
            if count[c] > 0:
                may[w] &= ~f.forbid[c, w]
                shut[w] |= f.close[c, w]
            else:
                may[w] &= ~f.need[c, w]
                shut[w] |= f.open[c, w]
    for row in range(len(f.kind)):
        if f.kind[row] == ONLY_KIND and (f.masks[SCOPED, row // 64] >> np.uint64(row % 64)) & np.uint64(1):
            look[row // 64] |= np.uint64(1) << np.uint64(row % 64)
    return change


@njit(cache=True, nogil=True)
def _add_scoped(f: Facts, fact: int, look: np.ndarray) -> None:
    for row in range(len(f.kind)):
        if f.fact_of_row[fact, row]:
            look[row // 64] |= (np.uint64(1) << np.uint64(row % 64)) & f.masks[SCOPED, row // 64]


@njit(cache=True, nogil=True)
def governing(
    f: Facts,
    signature: int,
    customer: int,
    t: int,
    known: int,
    day: int,
    count: np.ndarray,
    may: np.ndarray,
    shut: np.ndarray,
    look: np.ndarray,
) -> int:
    """Fill `may` with the rows in force at t; returns the next instant at which conditions may change that."""
    change = condition_masks(f, customer, t, known, count, may, shut, look)
    for w in range(len(may)):
        may[w] &= f.governs[signature, w] & f.governed[customer, w]
    if f.layout[LOCAL]:
        place = min(max(day - f.first_day[0], 0), f.live.shape[0] - 1)
        for w in range(len(may)):
            may[w] &= f.live[place, w] | f.unknown[customer, w]
    replace(f, may)
    return change


@njit(cache=True, nogil=True)
def replace(f: Facts, may: np.ndarray) -> None:
    """Take out the rows of every rule that a rule in force replaces; a replaced rule still replaces its own target."""
    gone = np.zeros(len(may), np.uint64)
    for p in range(f.replacer.shape[0]):
        here = False
        for w in range(len(may)):
            here |= (may[w] & f.replacer[p, w]) != 0
        if here:
            for w in range(len(may)):
                gone[w] |= f.replaced[p, w]
    for w in range(len(may)):
        may[w] &= ~gone[w]


@njit(cache=True, nogil=True)
def _covers(f: Facts, interval: int, row: int, r: int) -> bool:
    """Whether a fact speaks of the ask in row r, by the scopes that a row of the rule set asks for."""
    if not f.fact_of_row[f.fact[interval], row]:
        return False
    for j in range(f.scope_start[row], f.scope_start[row + 1]):
        scope = f.scope_of[j]
        code = f.scopes[scope, interval]
        if code == ANY_VALUE:
            if not f.wildcard[row]:
                return False
        elif f.row_scope[scope, r] != TOLD_BY_SIGNATURE:
            if f.row_scope[scope, r] != code:
                return False
        elif not f.scope_match[scope, code + 1, f.signature[r]]:
            return False
    return True


@njit(cache=True, nogil=True)
def held(f: Facts, row: int, r: int, customer: int, t: int) -> bool:
    """Whether a scoped row is broken at t by what holds of the customer."""
    found = False
    for i in range(f.interval_start[customer], f.interval_start[customer + 1]):
        if f.starts[i] > t:
            break
        if f.untils[i] > t and _covers(f, i, row, r):
            found = True
            break
    return found != (f.kind[row] == ONLY_KIND)


@njit(cache=True, nogil=True)
def held_until(f: Facts, row: int, r: int, customer: int, t: int, known: int) -> int:
    """The first instant, not before t, at which what holds of the customer does not break a row; FOREVER for none.

    Facts are in the order of their beginnings, so one pass suffices: what began before and has ended stays ended.
    """
    only = f.kind[row] == ONLY_KIND
    for i in range(f.interval_start[customer], f.interval_start[customer + 1]):
        if f.starts[i] > known or (not only and f.starts[i] > t):
            break
        if f.untils[i] <= t or f.untils[i] <= f.starts[i] or not _covers(f, i, row, r):
            continue
        if only:
            return max(t, f.starts[i])
        t = f.untils[i]
    return FOREVER if only else t
