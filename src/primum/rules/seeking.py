"""Seeking: counting around an instant, and the first instant at which nothing holds a contact back.

Owns the question `free` (design.md section 6): the first instant from t on at which a row is satisfied. Refuses a grid:
it goes from instant to instant at which an answer changes, and never passes one at which a row is satisfied.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type,return-value"
import numpy as np

from primum.rules.around import insert, latest_run, latest_set
from primum.rules.cells import at, has, width_of
from primum.rules.clock import DAY as DAY_LONG
from primum.rules.clock import local_at, next_midnight, next_open
from primum.rules.compile import Kind
from primum.rules.compiling import part
from primum.rules.holding import (
    MAY,
    WANTED,
    first_zone,
    held_until,
    instant_of,
    look_at_conditions,
    place_on,
    put_in_force,
)
from primum.rules.layout import (
    AFTER,
    AS_SENT,
    AT,
    AXES,
    AXIS,
    CHECK_LIST,
    CHECKS,
    CHECKS_START,
    COUNTED,
    CUSTOMER,
    CUSTOMERS,
    DATED,
    DEPTH,
    DISTINCT,
    DISTINCT_COLUMN,
    FOREVER,
    GONE_MEMORY,
    HELD_IF_UNKNOWN,
    HOURS,
    KEPT_MEMORY,
    KEY_COLUMN,
    KEYS,
    KIND,
    LOCAL,
    LONG_AGO,
    NEAR,
    NEAR_ZONES,
    OF_PEOPLE,
    OF_RULES,
    OWN_SLOT,
    PLANNED,
    POOL,
    PROMISED,
    RANK,
    ROLE,
    ROW,
    RULE_COUNT,
    RULE_ROWS,
    SAME,
    SHARED,
    SHUT,
    SIGNATURE,
    SIGNATURES,
    UNKNOWN,
    WIDTH,
    ZONES_START,
)
from primum.rules.layout import N as MOST
from primum.rules.rings import HAS_PLANS, HIGH, KEPT, KEPT_FROM, KNOWN, LOW, POINTER, own_place, ring_of

HOURS_KIND, HELD_KIND, ONLY_KIND = int(Kind.HOURS), int(Kind.HELD), int(Kind.ONLY)


@part
def _counts(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, e: int, signature: int
) -> bool:
    """Whether a contact in row e, as this signature, is counted by a check (at `base`) of the ask in row r."""
    slot = at(tables, COUNTED, tables[base + POOL], signature)
    same = rows[e, SAME]
    if slot < 0 or (same >= 0 and (rows[r, SAME] == same or memory[tables[GONE_MEMORY] + e])):
        return False
    if not tables[base + SHARED] and rows[e, CUSTOMER] != rows[r, CUSTOMER]:
        return False
    if tables[base + DISTINCT] >= 0:
        column = tables[DISTINCT_COLUMN] + tables[base + DISTINCT]
        if rows[e, column] == rows[r, column]:
            return False
    if tables[base + KEYS] >= 0:
        column = tables[KEY_COLUMN] + tables[base + KEYS]
        return rows[e, column] == rows[r, column]
    return slot == tables[base + OWN_SLOT]


@part
def _add(
    tables: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    base: int,
    r: int,
    e: int,
    count: int,
    instant: int,
    place: int,
    x: int,
) -> int:
    """Add a contact that is counted to those near x, if it may share a window with x."""
    place = own_place(tables, rows, base, r, instant, place)
    if abs(place - x) >= tables[base + WIDTH]:
        return count
    what = np.int64(0)
    if tables[base + DISTINCT] >= 0:
        what = rows[e, tables[DISTINCT_COLUMN] + tables[base + DISTINCT]]
    return insert(memory, tables[NEAR], count, place, what)


@part
def _gather_ring(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, member: int, x: int
) -> int:
    """Put what the ring of a check holds near x; returns how many."""
    total, cell = ring_of(tables, rows, memory, base, r, member)
    if total <= 0:
        return 0
    own, distinct = np.int64(-1), tables[base + DISTINCT]
    if distinct >= 0:
        own = rows[r, tables[DISTINCT_COLUMN] + distinct]
    count, stride, axis = np.int64(0), tables[AXES] + 1, tables[base + AXIS]
    for c in range(cell, cell + min(total, tables[base + DEPTH]) * stride, stride):
        what = memory[c + stride - 1]
        if distinct >= 0 and what == own:
            continue
        place = own_place(tables, rows, base, r, memory[c], memory[c + axis])
        if x - place < tables[base + WIDTH]:
            count = insert(memory, tables[NEAR], count, place, what)
    return count


@part
def free(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, member: int, t: int) -> int:
    """The first instant, from t on, at which the runs that break a check at t no longer do; t where none does.

    Args:
        base: where the check stands in the tables.
    """
    if tables[base + KEYS] >= 0 and rows[r, tables[KEY_COLUMN] + tables[base + KEYS]] < 0:
        return t
    axis, stride, after = tables[base + AXIS], tables[AXES] + 1, tables[base + AFTER] != 0
    x = place_on(tables, t, axis, rows[r, CUSTOMER])
    count = _gather_ring(tables, rows, memory, base, r, member, x)
    for e in range(memory[POINTER], memory[HIGH]):
        if rows[e, ROLE] != PROMISED or (after and rows[e, AT] > t):
            continue
        if _counts(tables, rows, memory, base, r, e, rows[e, SIGNATURE]):
            count = _add(tables, rows, memory, base, r, e, count, rows[e, AT], rows[e, AT + axis], x)
    if memory[HAS_PLANS]:
        for e in range(memory[LOW], memory[HIGH]):
            if rows[e, ROLE] != PLANNED or rows[e, RANK] >= rows[r, RANK] or (after and rows[e, AT] > t):
                continue
            if _counts(tables, rows, memory, base, r, e, rows[e, SIGNATURE]):
                count = _add(tables, rows, memory, base, r, e, count, rows[e, AT], rows[e, AT + axis], x)
    for i in range(memory[KEPT_FROM], memory[KEPT]):
        kept = tables[KEPT_MEMORY] + i * stride
        e = memory[kept]
        if after and memory[kept + 1] > t:
            continue
        if _counts(tables, rows, memory, base, r, e, at(tables, SIGNATURES, rows[e, SIGNATURE], AS_SENT)):
            count = _add(tables, rows, memory, base, r, e, count, memory[kept + 1], memory[kept + 1 + axis], x)
    n, width = tables[base + MOST], tables[base + WIDTH]
    if tables[base + DISTINCT] >= 0:
        latest = latest_set(memory, tables[NEAR], count, n, x, width)
    else:
        latest = latest_run(memory, tables[NEAR], count, n, x, width)
    return t if latest == LONG_AGO else instant_of(tables, t, latest + width, axis, rows[r, CUSTOMER])


@part
def seek(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    r: int,
    member: int,
    limit: int,
) -> int:
    """The first instant from the ask's on at which no row of WANTED is broken; FOREVER beyond the limit.

    Row after row moves the instant on, until a whole round moves nothing. It never passes an instant at which another
    row comes into force or goes out of it.
    """
    customer, t = rows[r, CUSTOMER], rows[r, AT]
    zone, person = first_zone(tables, customer), tables[OF_PEOPLE] + 3 * customer
    while t <= limit:
        change = look_at_conditions(tables, masks, memory, work, customer, t, memory[KNOWN])
        day = local_at(tables, t, zone) // DAY_LONG if tables[LOCAL] else np.int64(0)
        if tables[DATED]:
            change = min(change, next_midnight(tables, t, zone))
        put_in_force(tables, masks, work, rows[r, SIGNATURE], customer, day)
        found = t
        for w in range(width_of(work)):
            unknown = masks[person + UNKNOWN, w]
            work[MAY, w] &= work[WANTED, w] & ~(unknown & ~masks[tables[OF_RULES] + HELD_IF_UNKNOWN, w])
            if work[MAY, w] & (unknown | masks[person + SHUT, w]):
                found = FOREVER
        if found == t:
            found = _free_of_rows(tables, rows, memory, work, r, t, limit)
        if found == t:
            found = _free_of_checks(tables, rows, memory, work, r, member, t)
        if found == t:
            return t
        t = min(found, change)
    return FOREVER


@part
def _free_of_rows(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, work: np.ndarray, r: int, t: int, limit: int
) -> int:
    """The instant to which the first row in force of hours, states or pauses moves t; t where none does."""
    customer = rows[r, CUSTOMER]
    for row in range(tables[RULE_COUNT]):
        kind, found = at(tables, RULE_ROWS, row, KIND), t
        if not has(work, MAY, row):
            continue
        if kind == HOURS_KIND:
            hours = at(tables, RULE_ROWS, row, HOURS)
            zones = at(tables, CUSTOMERS, customer, ZONES_START)
            for z in range(zones, at(tables, CUSTOMERS, customer + 1, ZONES_START)):
                found = max(found, next_open(tables, t, limit, hours, at(tables, NEAR_ZONES, z, 0)))
        elif kind in (HELD_KIND, ONLY_KIND):
            found = held_until(tables, rows, row, r, t, memory[KNOWN])
        if found > t:
            return found
    return t


@part
def _free_of_checks(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, work: np.ndarray, r: int, member: int, t: int
) -> int:
    """The instant to which the first row in force that counts moves t; t where none does."""
    signature = rows[r, SIGNATURE]
    first, last = at(tables, SIGNATURES, signature, CHECKS_START), at(tables, SIGNATURES, signature + 1, CHECKS_START)
    for line in range(tables[CHECK_LIST] + first, tables[CHECK_LIST] + last):
        base = tables[CHECKS] + tables[line]
        if has(work, MAY, tables[base + ROW]):
            found = free(tables, rows, memory, base, r, member, t)
            if found > t:
                return found
    return t
