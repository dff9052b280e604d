"""Rings: what was kept before, as far as any row of the rule set can still see it.

Owns the pushing of kept contacts and the count of the tail. Refuses to look at what lies after an instant.

A pool's slot holds its last contacts, on all axes, in a ring of `depth` cells; a pool that counts distinct values holds
the last seen values, each once, the latest first. Slots are stamped, so that nothing is cleared between customers. All
of it lies in the kernel's memory (see `memory_of`), which begins with a cursor.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np
from numba import njit

from primum.rules.holding import place_on
from primum.rules.layout import (
    AXES,
    AXIS,
    CELLS,
    CHECK_FIELDS,
    CHECKS,
    CONDITIONS,
    COUNT,
    CUSTOMER,
    DEPTH,
    DISTINCT,
    DISTINCT_COLUMN,
    GONE_MEMORY,
    KEPT_MEMORY,
    KEY_COLUMN,
    KEYS,
    MEMBERS,
    NEAR,
    P_DEPTH,
    P_DISTINCT,
    P_KEYS,
    P_RING,
    P_SHARED,
    P_SLOT,
    PLACE,
    PUSH_LIST,
    PUSHES,
    PUSHES_START,
    RING,
    RING_MEMORY,
    SHARED,
    SIGNATURES,
    SLOT,
    SLOT_MEMORY,
    SLOTS,
    TANGLED,
    UNIT_START,
    UNITS,
    WIDTH,
    at,
)
from primum.rules.layout import N as MOST

LOW, POINTER, HIGH, KEPT_FROM, KEPT, NOW, HAS_PLANS, KNOWN = range(8)
"""The cursor, at the beginning of memory: the unit's first row, the first that is not in the rings, the one behind its
last; the first kept contact that is not in the rings, how many are kept; the stamp of the present; whether the unit has
plans; the last instant of which facts are known."""
CURSOR = 8


def memory_of(tables: np.ndarray, ask_start: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The kernel's memory (int64) for a batch, and the tables with where its parts begin.

    Parts: the cursor; the present place on each axis; counts of conditions; slots (stamp, pushed so far); cells of
    rings (a place on each axis, and the value of `distinct`); places near an instant; kept contacts (their row and
    places); which rows have been replaced by a candidate of the same id.
    """
    tables = tables.copy()
    units = tables[tables[UNITS] + UNIT_START :: 2][: len(ask_start)]
    room, most = int(np.diff(units).max(initial=1)), int(np.diff(ask_start).max(initial=1))
    checks = tables[tables[CHECKS] : tables[PUSHES]].reshape(-1, CHECK_FIELDS)
    deepest = int(checks[:, DEPTH].max(initial=1))
    axes, members = int(tables[AXES]), int(tables[MEMBERS])
    sizes = {
        PLACE: axes,
        COUNT: int(tables[CONDITIONS]),
        SLOT_MEMORY: 2 * int(tables[SLOTS]) * members,
        RING_MEMORY: int(tables[CELLS]) * members * (axes + 1),
        NEAR: 2 * (2 * room + deepest + 2),
        KEPT_MEMORY: most * (axes + 1),
        GONE_MEMORY: rows if tables[TANGLED] else 0,
    }
    begin = CURSOR
    for part, size in sizes.items():
        tables[part] = begin
        begin += size
    return np.zeros(begin, np.int64), tables


@njit(cache=True, nogil=True)
def _find(memory: np.ndarray, cell: int, stride: int, count: int, what: int) -> int:
    """Where among `count` cells a value stands; `count` where it does not."""
    for i in range(count):
        if memory[cell + (i + 1) * stride - 1] == what:
            return i
    return count


@njit(cache=True, nogil=True)
def _remember(tables: np.ndarray, memory: np.ndarray, slot: int, cell: int, stride: int, depth: int, what: int) -> None:
    """Put a value in front of the last seen ones, each once."""
    count = min(memory[slot + 1], depth)
    found = _find(memory, cell, stride, count, what)
    if found == count:
        found = min(count, depth - 1)
        memory[slot + 1] = min(count + 1, depth)
    for i in range(cell + (found + 1) * stride - 1, cell + stride - 1, -1):
        memory[i] = memory[i - stride]
    for a in range(stride - 1):
        memory[cell + a] = memory[tables[PLACE] + a]
    memory[cell + stride - 1] = what


@njit(cache=True, nogil=True)
def push(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, r: int, signature: int, member: int) -> None:
    """A contact that is kept, at the present place, goes into the rings of every pool that counts it."""
    now, stride, here = memory[NOW], tables[AXES] + 1, tables[PLACE]
    first, last = at(tables, SIGNATURES, signature, PUSHES_START), at(tables, SIGNATURES, signature + 1, PUSHES_START)
    for line in range(tables[PUSH_LIST] + first, tables[PUSH_LIST] + last):
        base = tables[PUSHES] + tables[line]
        slot, cell, depth, keys = (
            tables[base + P_SLOT],
            tables[base + P_RING],
            tables[base + P_DEPTH],
            tables[base + P_KEYS],
        )
        if keys >= 0:
            key = rows[r, tables[KEY_COLUMN] + keys]
            if key < 0:
                continue
            slot += key
            cell += key * depth
        if member > 0 and not tables[base + P_SHARED]:
            slot += member * tables[SLOTS]
            cell += member * tables[CELLS]
        slot = tables[SLOT_MEMORY] + 2 * slot
        cell = tables[RING_MEMORY] + cell * stride
        if memory[slot] != now:
            memory[slot], memory[slot + 1] = now, 0
        distinct = tables[base + P_DISTINCT]
        if distinct >= 0:
            _remember(tables, memory, slot, cell, stride, depth, rows[r, tables[DISTINCT_COLUMN] + distinct])
            continue
        cell += (memory[slot + 1] & (depth - 1)) * stride
        for a in range(stride - 1):
            memory[cell + a] = memory[here + a]
        memory[slot + 1] += 1


@njit(cache=True, nogil=True)
def own_place(tables: np.ndarray, rows: np.ndarray, base: int, r: int, instant: int, place: int) -> int:
    """Where a contact lies on a check's axis; over a household by the clock of the customer asked about."""
    if tables[base + SHARED] and tables[base + AXIS] > 0:
        return place_on(tables, instant, tables[base + AXIS], rows[r, CUSTOMER])
    return place


@njit(cache=True, nogil=True)
def place_of_slot(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, member: int
) -> tuple[int, int]:
    """Where in memory the slot and the ring lie of a check (at `base` in the tables) of the ask in row r.

    The slot is -1 where nothing lies there, or the ask lacks an attribute that is needed.
    """
    slot, cell, keys = tables[base + SLOT], tables[base + RING], tables[base + KEYS]
    if keys >= 0:
        key = rows[r, tables[KEY_COLUMN] + keys]
        if key < 0:
            return -1, -1
        slot += key
        cell += key * tables[base + DEPTH]
    if member > 0 and not tables[base + SHARED]:
        slot += member * tables[SLOTS]
        cell += member * tables[CELLS]
    slot = tables[SLOT_MEMORY] + 2 * slot
    if memory[slot] != memory[NOW]:
        slot = -1
    return slot, tables[RING_MEMORY] + cell * (tables[AXES] + 1)


@njit(cache=True, nogil=True)
def tail_breaks(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, member: int) -> bool:
    """Whether a check (at `base` in the tables) is broken by what was kept before the ask in row r, at its place."""
    slot, cell = place_of_slot(tables, rows, memory, base, r, member)
    n = tables[base + MOST]
    if slot < 0 or memory[slot + 1] < n:
        return False
    total, depth, stride, axis = memory[slot + 1], tables[base + DEPTH], tables[AXES] + 1, tables[base + AXIS]
    if tables[base + DISTINCT] < 0:
        cell += ((total - n) & (depth - 1)) * stride
    else:
        own = rows[r, tables[DISTINCT_COLUMN] + tables[base + DISTINCT]]
        wanted = n if _find(memory, cell, stride, n, own) < n else n - 1
        if total <= wanted:
            return False
        cell += wanted * stride
    x = memory[tables[PLACE] + axis]
    return x - own_place(tables, rows, base, r, memory[cell], memory[cell + axis]) < tables[base + WIDTH]
