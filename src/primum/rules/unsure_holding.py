"""What holds of a customer where something is known only to the day, in both readings: surely, and perhaps.

Owns conditions, scoped facts, hours and `instead_of` for `rules.unsure`. Refuses to count contacts.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at, has, put, width_of
from primum.rules.clock import DAY, MINUTE, local_at, minute_of_week
from primum.rules.compile import Kind
from primum.rules.compiling import part
from primum.rules.doubts import EXACT
from primum.rules.holding import covers, first_zone
from primum.rules.layout import (
    CLOSE,
    CLOSED_DATE,
    CONDITIONS,
    CUSTOMER,
    CUSTOMERS,
    D_FACT,
    D_START,
    D_UNTIL,
    DAYS,
    DOUBTS,
    DOUBTS_START,
    FACT_CONDITIONS,
    FIRST_DAY,
    FORBID,
    FOREVER,
    GOVERNED,
    HOLDS_ALONE,
    HOMELESS,
    KIND,
    KNOWN_FROM,
    LIVE,
    LOCAL,
    MAY_HOLD,
    MINUTE_CLASS,
    NEAR_ZONES,
    NEED,
    OF_CONDITIONS,
    OF_DAYS,
    OF_HOURS,
    OF_PEOPLE,
    OF_REPLACEMENTS,
    OF_RULES,
    OPEN,
    READING,
    REPLACED,
    REPLACEMENTS,
    REPLACER,
    RULE_COUNT,
    RULE_ROWS,
    SCOPED,
    SHUT,
    SIGNATURE,
    ZONES_START,
)

ONLY_KIND = int(Kind.ONLY)
PERHAPS, SURELY = range(2)
"""The two readings; masks of one follow those of the other."""
MAY, STANDS, BROKEN, WANTED, GONE = 0, 2, 4, 6, 7
"""Working masks: rows in force (perhaps, surely); those of them that are not replaced; broken rows; what is sought."""
ASK_AT, ASK_FIRST, ASK_LAST, ASK_DAY, ASK_KNOWN, ASK_BEGIN = range(6)
"""When an ask is made (as in `doubts.span_of`); the last instant of which anything is known; where seeking begins."""


@part
def _holds(
    tables: np.ndarray, rows: np.ndarray, r: int, condition: int, row: int, ask: np.ndarray, surely: bool
) -> bool:
    """Whether something holds at some instant of the ask's (perhaps), or at each of them (surely).

    Args:
        condition, row: the condition whose facts are meant, or else (-1) the scoped row.
    """
    width, customer = tables[DOUBTS + 1], rows[r, CUSTOMER]
    begin, end = at(tables, CUSTOMERS, customer, DOUBTS_START), at(tables, CUSTOMERS, customer + 1, DOUBTS_START)
    reached, last = ask[ASK_FIRST], ask[ASK_LAST]
    moved = True
    while moved:
        moved = False
        for base in range(tables[DOUBTS] + begin * width, tables[DOUBTS] + end * width, width):
            start, until, reading = tables[base + D_START], tables[base + D_UNTIL], tables[base + READING]
            if (reading == MAY_HOLD) == surely or tables[base + KNOWN_FROM] > ask[ASK_KNOWN] or start >= until:
                continue
            if condition >= 0 and not at(tables, FACT_CONDITIONS, tables[base + D_FACT], condition):
                continue
            if condition < 0 and not covers(tables, rows, base + D_FACT, row, r):
                continue
            if not surely:
                if start <= last and ask[ASK_FIRST] < until:
                    return True
            elif reading == HOLDS_ALONE:
                if start <= ask[ASK_FIRST] and last < until:
                    return True
            elif start <= reached < until:
                if last < until:
                    return True
                reached, moved = until, True
    return False


@part
def next_change(tables: np.ndarray, customer: int, t: int, known: int) -> int:
    """The next instant at which anything begins or ends, perhaps or surely."""
    width, change = tables[DOUBTS + 1], FOREVER
    begin, end = at(tables, CUSTOMERS, customer, DOUBTS_START), at(tables, CUSTOMERS, customer + 1, DOUBTS_START)
    for base in range(tables[DOUBTS] + begin * width, tables[DOUBTS] + end * width, width):
        if tables[base + KNOWN_FROM] <= known:
            for edge in (tables[base + D_START], tables[base + D_UNTIL]):
                if edge > t:
                    change = min(change, edge)
    return change


@part
def _weigh_conditions(
    tables: np.ndarray, masks: np.ndarray, work: np.ndarray, perhaps: bool, surely: bool, c: int
) -> None:
    """What a condition allows and breaks, in both readings."""
    base = tables[OF_CONDITIONS] + 4 * c
    for reading in range(2):
        # Surely governing needs what surely holds, and is forbidden by what may; perhaps governing the other way.
        needed, forbidden = (surely, perhaps) if reading == SURELY else (perhaps, surely)
        for w in range(width_of(work)):
            if not needed:
                work[MAY + reading, w] &= ~masks[base + NEED, w]
            if forbidden:
                work[MAY + reading, w] &= ~masks[base + FORBID, w]
            if needed:
                work[BROKEN + reading, w] |= masks[base + CLOSE, w]
            if not forbidden:
                work[BROKEN + reading, w] |= masks[base + OPEN, w]


@part
def _weigh_scoped(
    tables: np.ndarray, masks: np.ndarray, rows: np.ndarray, work: np.ndarray, r: int, ask: np.ndarray
) -> None:
    """Break rows that look at facts with a scope."""
    for row in range(tables[RULE_COUNT]):
        if not has(masks, tables[OF_RULES] + SCOPED, row):
            continue
        perhaps = _holds(tables, rows, r, -1, row, ask, False)
        surely = _holds(tables, rows, r, -1, row, ask, True)
        if at(tables, RULE_ROWS, row, KIND) == ONLY_KIND:
            perhaps, surely = not surely, not perhaps
        if perhaps:
            put(work, BROKEN + PERHAPS, row)
        if surely:
            put(work, BROKEN + SURELY, row)


# What is in force


@part
def put_in_force_in_doubt(
    tables: np.ndarray, masks: np.ndarray, rows: np.ndarray, work: np.ndarray, r: int, ask: np.ndarray
) -> None:
    """Fill MAY, STANDS, and BROKEN with what conditions and scoped facts break."""
    customer = rows[r, CUSTOMER]
    person = tables[OF_PEOPLE] + 3 * customer
    day = ask[ASK_DAY] if ask[ASK_DAY] != EXACT else local_at(tables, ask[ASK_AT], first_zone(tables, customer)) // DAY
    live = tables[OF_DAYS] + 2 * min(max(day - tables[FIRST_DAY], 0), tables[DAYS] - 1) + LIVE
    dated = tables[LOCAL] and not at(tables, CUSTOMERS, customer, HOMELESS)
    for w in range(width_of(work)):
        may = masks[rows[r, SIGNATURE], w] & masks[person + GOVERNED, w]
        may = may & masks[live, w] if dated else may
        for reading in range(2):
            work[MAY + reading, w] = may
            work[BROKEN + reading, w] = masks[person + SHUT, w]
    for c in range(tables[CONDITIONS]):
        perhaps, surely = _holds(tables, rows, r, c, -1, ask, False), _holds(tables, rows, r, c, -1, ask, True)
        _weigh_conditions(tables, masks, work, perhaps, surely, c)
    _weigh_scoped(tables, masks, rows, work, r, ask)
    for reading in range(2):
        _replace(tables, masks, work, reading)


@part
def _replace(tables: np.ndarray, masks: np.ndarray, work: np.ndarray, reading: int) -> None:
    """What surely stands is replaced by nothing that may govern; what may stand, by nothing that surely does."""
    for w in range(width_of(work)):
        work[GONE, w] = 0
    for p in range(tables[REPLACEMENTS]):
        base = tables[OF_REPLACEMENTS] + 2 * p
        here = False
        for w in range(width_of(work)):
            here |= (work[MAY + 1 - reading, w] & masks[base + REPLACER, w]) != 0
        if here:
            for w in range(width_of(work)):
                work[GONE, w] |= masks[base + REPLACED, w]
    for w in range(width_of(work)):
        work[STANDS + reading, w] = work[MAY + reading, w] & ~work[GONE, w]


@part
def break_by_hours(tables: np.ndarray, masks: np.ndarray, work: np.ndarray, customer: int, ask: np.ndarray) -> None:
    """Break hours rows that are closed at some minute of the ask's (perhaps), or at each of them (surely)."""
    begin, end = at(tables, CUSTOMERS, customer, ZONES_START), at(tables, CUSTOMERS, customer + 1, ZONES_START)
    for w in range(width_of(work)):
        perhaps, surely = np.uint64(0), ~np.uint64(0)
        t = ask[ASK_FIRST]
        while t <= ask[ASK_LAST]:
            shut = np.uint64(0)
            for z in range(begin, end):
                local = local_at(tables, t, at(tables, NEAR_ZONES, z, 0))
                date = min(max(local // DAY - tables[FIRST_DAY], 0), tables[DAYS] - 1)
                shut |= masks[tables[OF_HOURS] + at(tables, MINUTE_CLASS, minute_of_week(local), 0), w]
                shut |= masks[tables[OF_DAYS] + 2 * date + CLOSED_DATE, w]
            perhaps |= shut
            surely &= shut
            t = (t // MINUTE + 1) * MINUTE
        work[BROKEN + PERHAPS, w] |= perhaps
        work[BROKEN + SURELY, w] |= surely
