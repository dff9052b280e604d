"""Rings: what was kept before, as far as any row of the rule set can still see it.

Owns the pushing of kept contacts and the count of the tail. Refuses to look at what lies after an instant.

A pool's slot holds its last contacts, on all axes, in a ring of `depth` cells; a pool that counts distinct values holds
the last seen values, each once, the latest first. Slots are stamped (STAMP), so that nothing is cleared between
customers. All of it lies in the kernel's memory (see `place_memory`), which begins with a cursor.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at
from primum.rules.compiling import folded, part
from primum.rules.holding import place_on
from primum.rules.layout import (
    AXES,
    AXIS,
    CELLS,
    CHECK_FIELDS,
    CHECK_LIST,
    CHECKS,
    CONDITIONS,
    COUNT,
    CUSTOMER,
    CUSTOMERS,
    DEPTH,
    DISTINCT,
    DISTINCT_COLUMN,
    GONE_MEMORY,
    KEPT_MEMORY,
    KEY_COLUMN,
    KEYS,
    MEMBERS,
    MEMORY,
    NEAR,
    P_DEPTH,
    P_DISTINCT,
    P_KEYS,
    P_RING,
    P_SHARED,
    P_SLOT,
    PLACE,
    PUSH_FIELDS,
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
)
from primum.rules.layout import N as MOST

LOW, POINTER, HIGH, KEPT_FROM, KEPT, NOW, HAS_PLANS, KNOWN = range(8)
"""The cursor, at the beginning of memory: the unit's first row, the first that is not in the rings, the one behind its
last; the first kept contact that is not in the rings, how many are kept; the stamp of the present; whether the unit has
plans; the last instant of which facts are known."""
CURSOR = 8
STAMP = 1 << 32
"""Stamps rise by this; what a slot holds beyond the present stamp is how many went into its ring."""


def place_memory(tables: np.ndarray, rows: int) -> None:
    """Write into a batch's tables where the parts of the kernel's memory begin, and how many cells (int64) it has.

    Parts: the cursor; the present place on each axis; counts of conditions; slots (pushed so far, upon the stamp);
    cells of rings (a place on each axis, and the value of `distinct`); places near an instant; kept contacts (their row
    and places); which rows have been replaced by a candidate of the same id.
    """
    units = tables[tables[UNITS] : tables[CUSTOMERS]].reshape(-1, 2)[:, UNIT_START]
    room = int(np.diff(units).max(initial=1))
    checks = tables[tables[CHECKS] : tables[PUSHES]].reshape(-1, CHECK_FIELDS)
    deepest = int(checks[:, DEPTH].max(initial=1))
    axes, members = int(tables[AXES]), int(tables[MEMBERS])
    sizes = {
        PLACE: axes,
        COUNT: int(tables[CONDITIONS]),
        SLOT_MEMORY: int(tables[SLOTS]) * members,
        RING_MEMORY: int(tables[CELLS]) * members * (axes + 1),
        NEAR: 2 * (2 * room + deepest + 2),
        KEPT_MEMORY: room * (axes + 1),
        GONE_MEMORY: rows if tables[TANGLED] else 0,
    }
    begin = CURSOR
    for what, size in sizes.items():
        tables[what] = begin
        begin += size
    tables[MEMORY] = begin
    pushes = tables[tables[PUSHES] : tables[CHECK_LIST]].reshape(-1, PUSH_FIELDS)
    for lines, slot, ring in ((checks, SLOT, RING), (pushes, P_SLOT, P_RING)):
        lines[:, slot] += tables[SLOT_MEMORY]
        lines[:, ring] = tables[RING_MEMORY] + lines[:, ring] * (axes + 1)


@part
def _find(memory: np.ndarray, cell: int, stride: int, count: int, what: int) -> int:
    """Where among `count` cells a value stands; `count` where it does not."""
    for i in range(count):
        if memory[cell + (i + 1) * stride - 1] == what:
            return i
    return count


@part
def _remember(tables: np.ndarray, memory: np.ndarray, slot: int, cell: int, stride: int, depth: int, what: int) -> None:
    """Put a value in front of the last seen ones, each once."""
    count = min(memory[slot] - memory[NOW], depth)
    found = _find(memory, cell, stride, count, what)
    if found == count:
        found = min(count, depth - 1)
        memory[slot] = memory[NOW] + min(count + 1, depth)
    for i in range(cell + (found + 1) * stride - 1, cell + stride - 1, -1):
        memory[i] = memory[i - stride]
    for a in range(stride - 1):
        memory[cell + a] = memory[tables[PLACE] + a]
    memory[cell + stride - 1] = what


@folded
def push(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, r: int, signature: int, member: int) -> None:
    """A contact that is kept, at the present place, goes into the rings of every pool that counts it."""
    now, stride, here, pushes = memory[NOW], tables[AXES] + 1, tables[PLACE], tables[PUSHES]
    first, last = at(tables, SIGNATURES, signature, PUSHES_START), at(tables, SIGNATURES, signature + 1, PUSHES_START)
    instant, lines = memory[here], tables[PUSH_LIST]
    for line in range(lines + first, lines + last):
        base = pushes + tables[line]
        slot, cell = tables[base + P_SLOT], tables[base + P_RING]
        depth, keys = tables[base + P_DEPTH], tables[base + P_KEYS]
        if keys >= 0:
            key = rows[r, tables[KEY_COLUMN] + keys]
            if key < 0:
                continue
            slot += key
            cell += key * depth * stride
        if member > 0 and not tables[base + P_SHARED]:
            slot += member * tables[SLOTS]
            cell += member * tables[CELLS] * stride
        total = max(memory[slot], now)
        distinct = tables[base + P_DISTINCT]
        if distinct >= 0:
            memory[slot] = total
            _remember(tables, memory, slot, cell, stride, depth, rows[r, tables[DISTINCT_COLUMN] + distinct])
            continue
        cell += (total & (depth - 1)) * stride
        memory[slot] = total + 1
        memory[cell] = instant
        for a in range(1, stride - 1):
            memory[cell + a] = memory[here + a]


@folded
def own_place(tables: np.ndarray, rows: np.ndarray, base: int, r: int, instant: int, place: int) -> int:
    """Where a contact lies on a check's axis; over a household by the clock of the customer asked about."""
    if tables[base + SHARED] and tables[base + AXIS] > 0:
        return place_on(tables, instant, tables[base + AXIS], rows[r, CUSTOMER])
    return place


@folded
def ring_of(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, member: int
) -> tuple[int, int]:
    """How many contacts went into the ring of a check (at `base` in the tables) of the ask in row r, and where it lies.

    Where nothing lies there, or the ask lacks an attribute that is needed, there are none, or fewer.
    """
    slot, cell, keys = tables[base + SLOT], tables[base + RING], tables[base + KEYS]
    if keys >= 0:
        key = rows[r, tables[KEY_COLUMN] + keys]
        if key < 0:
            return -1, -1
        slot += key
        cell += key * tables[base + DEPTH] * (tables[AXES] + 1)
    if member > 0 and not tables[base + SHARED]:
        slot += member * tables[SLOTS]
        cell += member * tables[CELLS] * (tables[AXES] + 1)
    return memory[slot] - memory[NOW], cell


@folded
def tail_breaks(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, base: int, r: int, member: int) -> bool:
    """Whether a check (at `base` in the tables) is broken by what was kept before the ask in row r, at its place."""
    total, cell = ring_of(tables, rows, memory, base, r, member)
    n = tables[base + MOST]
    if total < n:
        return False
    stride, axis = tables[AXES] + 1, tables[base + AXIS]
    if tables[base + DISTINCT] < 0:
        cell += ((total - n) & (tables[base + DEPTH] - 1)) * stride
    else:
        own = rows[r, tables[DISTINCT_COLUMN] + tables[base + DISTINCT]]
        wanted = n if _find(memory, cell, stride, n, own) < n else n - 1
        if total <= wanted:
            return False
        cell += wanted * stride
    x = memory[tables[PLACE] + axis]
    return x - own_place(tables, rows, base, r, memory[cell], memory[cell + axis]) < tables[base + WIDTH]
