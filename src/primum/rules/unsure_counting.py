"""Counting contacts of which some are known only to the day: which windows surely hold too many, and which may.

Owns what an ask sees of its unit, and the question `free` in both readings, for `rules.unsure`. Refuses rings: there is
no order among days that overlap.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at, has, put
from primum.rules.compiling import part
from primum.rules.doubts import LONG_WINDOW, places_of, span_of
from primum.rules.holding import first_zone
from primum.rules.layout import (
    AFTER,
    AS_SENT,
    AT,
    AXIS,
    CANDIDATE,
    CHECK_LIST,
    CHECKS,
    CHECKS_START,
    CONTEXT,
    COUNTED,
    CUSTOMER,
    DISTINCT,
    DISTINCT_COLUMN,
    FORM,
    KEY_COLUMN,
    KEYS,
    LONG_AGO,
    OWN_SLOT,
    PAUSE,
    PLANNED,
    POOL,
    RANK,
    ROLE,
    ROW,
    SAME,
    SHARED,
    SIGNATURE,
    SIGNATURES,
    WHOLE_DAYS,
    WIDTH,
    WINDOW,
)
from primum.rules.layout import N as MOST
from primum.rules.unsure_holding import (
    ASK_AT,
    ASK_DAY,
    ASK_FIRST,
    ASK_LAST,
    BROKEN,
    STANDS,
    SURELY,
)

AUDIT, BACKTEST = 0, 1
SEEN_ROW, SEEN_AS, SEEN_AT, SEEN_FIRST, SEEN_LAST, SEEN_DAY, LEAST, MOST_SEEN, WHAT = range(9)
"""Columns of what an ask sees: a contact's row, signature, instant, span and date; then the starts of windows that hold
it, and its value of `distinct`."""
NOT_KEPT, KEPT_AS_TOLD, KEPT_EXACTLY, REPLACED_BY_ASK = range(4)


@part
def look(
    tables: np.ndarray, rows: np.ndarray, kept: np.ndarray, seen: np.ndarray, low: int, high: int, r: int, use: int
) -> int:
    """Fill `seen` with the contacts that the ask in row r is judged against; returns how many."""
    zone, count = first_zone(tables, rows[r, CUSTOMER]), 0
    for e in range(low, high):
        role, instant, signature = rows[e, ROLE], rows[e, AT], rows[e, SIGNATURE]
        state, whole = kept[e - low, 0], at(tables, WHOLE_DAYS, e, 0) != 0
        if e == r or state == REPLACED_BY_ASK or (rows[e, SAME] >= 0 and rows[e, SAME] == rows[r, SAME]):
            continue
        if role == CANDIDATE:
            if state == NOT_KEPT:
                continue
            instant, whole = kept[e - low, 1], whole and state == KEPT_AS_TOLD
            if use != AUDIT:
                signature = at(tables, SIGNATURES, signature, AS_SENT)
        elif role == PLANNED:
            if use <= BACKTEST or rows[e, RANK] >= rows[r, RANK]:
                continue
        elif role == CONTEXT and e > r:
            continue
        seen[count, SEEN_ROW], seen[count, SEEN_AS], seen[count, SEEN_AT] = e, signature, instant
        first, last, day = span_of(tables, instant, whole, zone)
        seen[count, SEEN_FIRST], seen[count, SEEN_LAST], seen[count, SEEN_DAY] = first, last, day
        count += 1
    return count


@part
def _counts(tables: np.ndarray, rows: np.ndarray, base: int, r: int, e: int, signature: int) -> bool:
    """Whether a contact in row e, as this signature, is counted by a check (at `base`) of the ask in row r."""
    slot = at(tables, COUNTED, tables[base + POOL], signature)
    if slot < 0 or (not tables[base + SHARED] and rows[e, CUSTOMER] != rows[r, CUSTOMER]):
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
def free_in_doubt(
    tables: np.ndarray,
    rows: np.ndarray,
    seen: np.ndarray,
    count: int,
    base: int,
    r: int,
    ask: np.ndarray,
    reading: int,
    bears: bool,
) -> int:
    """The place from which on the windows that break a check no longer do; LONG_AGO where none does."""
    if tables[base + KEYS] >= 0 and rows[r, tables[KEY_COLUMN] + tables[base + KEYS]] < 0:
        return LONG_AGO
    width, axis, form, customer = tables[base + WIDTH], tables[base + AXIS], tables[base + FORM], rows[r, CUSTOMER]
    told = bears and axis == 0 and width >= LONG_WINDOW and form != PAUSE
    ask_first, ask_last = (ask[ASK_AT], ask[ASK_AT]) if told else (ask[ASK_FIRST], ask[ASK_LAST])
    low, high = places_of(tables, ask[ASK_AT], ask_first, ask_last, ask[ASK_DAY], axis, customer)
    found, latest = 0, LONG_AGO
    for i in range(count):
        if not _counts(tables, rows, base, r, seen[i, SEEN_ROW], seen[i, SEEN_AS]):
            continue
        instant = seen[i, SEEN_AT]
        first, last = (instant, instant) if told else (seen[i, SEEN_FIRST], seen[i, SEEN_LAST])
        a, b = places_of(tables, instant, first, last, seen[i, SEEN_DAY], axis, customer)
        if form != WINDOW:
            latest = max(
                latest,
                _near(tables[base + AFTER] != 0, first, last, ask_first, ask_last, a, b, low, high, width, reading),
            )
            continue
        seen[found, LEAST] = (b if reading == SURELY else a) - width + 1
        seen[found, MOST_SEEN] = a if reading == SURELY else b
        seen[found, WHAT] = i
        if tables[base + DISTINCT] >= 0:
            seen[found, WHAT] = rows[seen[i, SEEN_ROW], tables[DISTINCT_COLUMN] + tables[base + DISTINCT]]
        found += 1
    if form == WINDOW:
        least, most = (high, low) if reading == SURELY else (low, high)
        latest = _latest_start(seen, found, least - width + 1, most, tables[base + MOST])
    return latest if latest == LONG_AGO else latest + width


@part
def _near(
    after: bool,
    first: int,
    last: int,
    ask_first: int,
    ask_last: int,
    a: int,
    b: int,
    low: int,
    high: int,
    width: int,
    reading: int,
) -> int:
    """The place that a contact between a and b keeps free behind it, if it is near an ask between low and high."""
    if reading == SURELY:
        near = max(high - a, b - low) < width and (not after or last <= ask_first)
        return a if near else LONG_AGO
    near = max(low - b, a - high) < width and (not after or first <= ask_last)
    return b if near else LONG_AGO


@part
def _latest_start(seen: np.ndarray, count: int, least: int, most: int, n: int) -> int:
    """The latest start of a window, between two places, that holds n things; LONG_AGO where none does."""
    latest = LONG_AGO
    for s in range(-1, count):
        start = most if s < 0 else seen[s, MOST_SEEN]
        if start < least or start > most or start <= latest:
            continue
        found = 0
        for i in range(count):
            if seen[i, LEAST] <= start <= seen[i, MOST_SEEN]:
                new = True
                for k in range(i):
                    new &= seen[k, WHAT] != seen[i, WHAT] or not (seen[k, LEAST] <= start <= seen[k, MOST_SEEN])
                found += new
        if found >= n:
            latest = start
    return latest


@part
def break_by_counts(
    tables: np.ndarray,
    rows: np.ndarray,
    work: np.ndarray,
    seen: np.ndarray,
    count: int,
    r: int,
    ask: np.ndarray,
    bears: bool,
) -> None:
    """Break rows that count too many."""
    signature = rows[r, SIGNATURE]
    first, last = at(tables, SIGNATURES, signature, CHECKS_START), at(tables, SIGNATURES, signature + 1, CHECKS_START)
    for line in range(tables[CHECK_LIST] + first, tables[CHECK_LIST] + last):
        base = tables[CHECKS] + tables[line]
        for reading in range(2):
            row = tables[base + ROW]
            stands = has(work, STANDS + reading, row)
            if stands and free_in_doubt(tables, rows, seen, count, base, r, ask, reading, bears) != LONG_AGO:
                put(work, BROKEN + reading, row)
