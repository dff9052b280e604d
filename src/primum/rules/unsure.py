"""The kernel for units that hold something known only to the day: slower, and the same law.

Owns the two readings of such units (docs/rules.md, "Precision"): what breaks a rule however the day went (`SURELY`),
and what could (`PERHAPS`). Audit and backtest hold back what surely breaks a rule and call what only may break it
unevaluated; gate and plan hold back what may. Every ask looks at all that is known of its unit: no rings. Refuses
units where all instants are known: `rules.kernel` judges those.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at, borrowed
from primum.rules.clock import DAY, MINUTE, local_at, minute_of_week, next_midnight, next_open
from primum.rules.compile import Kind
from primum.rules.compiling import entry, folded, part
from primum.rules.doubts import EXACT, LONG_WINDOW, places_of, span_of
from primum.rules.holding import covers, first_zone, has, instant_of, put
from primum.rules.layout import (
    AFTER,
    AS_SENT,
    AT,
    AXIS,
    CANDIDATE,
    CHECK_LIST,
    CHECKS,
    CHECKS_START,
    CLOSE,
    CLOSED_DATE,
    CONDITIONS,
    CONTEXT,
    COUNTED,
    CUSTOMER,
    CUSTOMERS,
    D_FACT,
    D_START,
    D_UNTIL,
    DATED,
    DAYS,
    DEFERRABLE,
    DISTINCT,
    DISTINCT_COLUMN,
    DOUBTS,
    DOUBTS_START,
    ENFORCED,
    FACT_CONDITIONS,
    FIRST_DAY,
    FORBID,
    FOREVER,
    FORM,
    GOVERNED,
    HELD_IF_UNKNOWN,
    HOLDS_ALONE,
    HOMELESS,
    HOURS,
    KEY_COLUMN,
    KEYS,
    KIND,
    KNOWN_FROM,
    LIVE,
    LOCAL,
    LONG_AGO,
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
    OWN_SLOT,
    PAUSE,
    PLANNED,
    POOL,
    RANK,
    READING,
    REPLACED,
    REPLACEMENTS,
    REPLACER,
    ROLE,
    ROW,
    RULE,
    RULE_COUNT,
    RULE_ROWS,
    SAME,
    SCOPED,
    SHARED,
    SHUT,
    SIGNATURE,
    SIGNATURES,
    UNIT_START,
    UNITS,
    UNKNOWN,
    WHOLE_DAYS,
    WIDTH,
    WINDOW,
    ZONES_START,
)
from primum.rules.layout import N as MOST

AUDIT, BACKTEST = 0, 1
ALLOW, DEFER, DENY = range(3)
LOOK_AHEAD = 400 * DAY
HOURS_KIND, ONLY_KIND = int(Kind.HOURS), int(Kind.ONLY)
PERHAPS, SURELY = range(2)
"""The two readings; masks of one follow those of the other."""
MAY, STANDS, BROKEN, WANTED, GONE = 0, 2, 4, 6, 7
"""Working masks: rows in force (perhaps, surely); those of them that are not replaced; broken rows; what is sought."""
SEEN_ROW, SEEN_AS, SEEN_AT, SEEN_FIRST, SEEN_LAST, SEEN_DAY, LEAST, MOST_SEEN, WHAT = range(9)
"""Columns of what an ask sees: a contact's row, signature, instant, span and date; then the starts of windows that hold
it, and its value of `distinct`."""
ASK_AT, ASK_FIRST, ASK_LAST, ASK_DAY, ASK_KNOWN, ASK_BEGIN = range(6)
"""When an ask is made (as in `doubts.span_of`); the last instant of which anything is known; where seeking begins."""
NOT_KEPT, KEPT_AS_TOLD, KEPT_EXACTLY, REPLACED_BY_ASK = range(4)


# What holds


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
def _next_change(tables: np.ndarray, customer: int, t: int, known: int) -> int:
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
        for w in range(work.shape[1]):
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
def _put_in_force(
    tables: np.ndarray, masks: np.ndarray, rows: np.ndarray, work: np.ndarray, r: int, ask: np.ndarray
) -> None:
    """Fill MAY, STANDS, and BROKEN with what conditions and scoped facts break."""
    customer = rows[r, CUSTOMER]
    person = tables[OF_PEOPLE] + 3 * customer
    day = ask[ASK_DAY] if ask[ASK_DAY] != EXACT else local_at(tables, ask[ASK_AT], first_zone(tables, customer)) // DAY
    live = tables[OF_DAYS] + 2 * min(max(day - tables[FIRST_DAY], 0), tables[DAYS] - 1) + LIVE
    dated = tables[LOCAL] and not at(tables, CUSTOMERS, customer, HOMELESS)
    for w in range(work.shape[1]):
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
    for w in range(work.shape[1]):
        work[GONE, w] = 0
    for p in range(tables[REPLACEMENTS]):
        base = tables[OF_REPLACEMENTS] + 2 * p
        here = False
        for w in range(work.shape[1]):
            here |= (work[MAY + 1 - reading, w] & masks[base + REPLACER, w]) != 0
        if here:
            for w in range(work.shape[1]):
                work[GONE, w] |= masks[base + REPLACED, w]
    for w in range(work.shape[1]):
        work[STANDS + reading, w] = work[MAY + reading, w] & ~work[GONE, w]


@part
def _break_by_hours(tables: np.ndarray, masks: np.ndarray, work: np.ndarray, customer: int, ask: np.ndarray) -> None:
    """Break hours rows that are closed at some minute of the ask's (perhaps), or at each of them (surely)."""
    begin, end = at(tables, CUSTOMERS, customer, ZONES_START), at(tables, CUSTOMERS, customer + 1, ZONES_START)
    for w in range(work.shape[1]):
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


# What counts


@part
def _look(
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
def _free(
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
def _break_by_counts(
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
            if stands and _free(tables, rows, seen, count, base, r, ask, reading, bears) != LONG_AGO:
                put(work, BROKEN + reading, row)


# Seeking


@part
def _seek(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    work: np.ndarray,
    seen: np.ndarray,
    count: int,
    r: int,
    ask: np.ndarray,
    limit: int,
    reading: int,
    bears: bool,
) -> int:
    """The first instant from the ask's on at which no row of WANTED holds it back; FOREVER beyond the limit."""
    customer, t = rows[r, CUSTOMER], max(rows[r, AT], ask[ASK_BEGIN])
    zone, person = first_zone(tables, customer), tables[OF_PEOPLE] + 3 * customer
    while t <= limit:
        ask[ASK_AT], ask[ASK_FIRST], ask[ASK_LAST], ask[ASK_DAY] = t, t, t, EXACT
        change = _next_change(tables, customer, t, ask[ASK_KNOWN])
        if tables[DATED]:
            change = min(change, next_midnight(tables, t, zone))
        _put_in_force(tables, masks, rows, work, r, ask)
        found = t
        for w in range(work.shape[1]):
            unknown = masks[person + UNKNOWN, w]
            left = (
                work[STANDS + reading, w] & work[WANTED, w] & ~(unknown & ~masks[tables[OF_RULES] + HELD_IF_UNKNOWN, w])
            )
            work[STANDS + reading, w] = left
            if left & (unknown | work[BROKEN + reading, w]):
                found = change
        if found == t:
            found = _free_of_hours(tables, work, customer, t, limit, reading)
        if found == t:
            found = _free_of_checks(tables, rows, work, seen, count, r, ask, reading, bears)
        if found == t:
            return t
        t = min(found, change)
    return FOREVER


@part
def _free_of_hours(tables: np.ndarray, work: np.ndarray, customer: int, t: int, limit: int, reading: int) -> int:
    """The instant to which the first row in force of hours moves t; t where none does."""
    for row in range(tables[RULE_COUNT]):
        if at(tables, RULE_ROWS, row, KIND) == HOURS_KIND and has(work, STANDS + reading, row):
            found, hours = t, at(tables, RULE_ROWS, row, HOURS)
            zones = at(tables, CUSTOMERS, customer, ZONES_START)
            for z in range(zones, at(tables, CUSTOMERS, customer + 1, ZONES_START)):
                found = max(found, next_open(tables, t, limit, hours, at(tables, NEAR_ZONES, z, 0)))
            if found > t:
                return found
    return t


@part
def _free_of_checks(
    tables: np.ndarray,
    rows: np.ndarray,
    work: np.ndarray,
    seen: np.ndarray,
    count: int,
    r: int,
    ask: np.ndarray,
    reading: int,
    bears: bool,
) -> int:
    """The instant to which the first row in force that counts moves the ask; its own where none does."""
    signature, t = rows[r, SIGNATURE], ask[ASK_AT]
    first, last = at(tables, SIGNATURES, signature, CHECKS_START), at(tables, SIGNATURES, signature + 1, CHECKS_START)
    for line in range(tables[CHECK_LIST] + first, tables[CHECK_LIST] + last):
        base = tables[CHECKS] + tables[line]
        if has(work, STANDS + reading, tables[base + ROW]):
            place = _free(tables, rows, seen, count, base, r, ask, reading, bears)
            if place != LONG_AGO:
                return instant_of(tables, t, place, tables[base + AXIS], rows[r, CUSTOMER])
    return t


# Judging


@part
def _sum_up(
    tables: np.ndarray,
    masks: np.ndarray,
    work: np.ndarray,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    a: int,
    customer: int,
    reading: int,
) -> int:
    """Write an ask's masks; returns ALLOW, DENY, or DEFER where every broken rule may be waited for."""
    person, rules = tables[OF_PEOPLE] + 3 * customer, tables[OF_RULES]
    stops = waits = False
    for w in range(work.shape[1]):
        unknown = masks[person + UNKNOWN, w]
        lacking = unknown & masks[rules + HELD_IF_UNKNOWN, w]
        found = work[STANDS + reading, w] & ((work[BROKEN + reading, w] & ~unknown) | lacking)
        broken[a, w], unevaluated[a, w] = found, work[STANDS + PERHAPS, w] & unknown
        if reading == SURELY:
            unevaluated[a, w] |= work[STANDS + PERHAPS, w] & work[BROKEN + PERHAPS, w] & ~unknown
        found &= masks[rules + ENFORCED, w]
        stops |= (found & ~masks[rules + DEFERRABLE, w]) != 0
        waits |= found != 0
    _forget_decided(tables, masks, broken, unevaluated, a, person)
    return DENY if stops else DEFER if waits else ALLOW


@part
def _forget_decided(
    tables: np.ndarray, masks: np.ndarray, broken: np.ndarray, unevaluated: np.ndarray, a: int, person: int
) -> None:
    """A rule that is surely broken by one of its rows lacks no time of day for another."""
    for row in range(tables[RULE_COUNT]):
        if not has(broken, a, row) or has(masks, person + UNKNOWN, row):
            continue
        for other in range(tables[RULE_COUNT]):
            if at(tables, RULE_ROWS, other, RULE) == at(tables, RULE_ROWS, row, RULE):
                unevaluated[a, other // 64] &= ~(np.uint64(1) << np.uint64(other % 64))


@part
def _want_rule(tables: np.ndarray, masks: np.ndarray, work: np.ndarray, broken: np.ndarray, a: int, rule: int) -> bool:
    """Fill WANTED with the rows of a rule (-1: of all enforced rules); whether any of them is broken."""
    found = False
    for w in range(work.shape[1]):
        work[WANTED, w] = masks[tables[OF_RULES] + ENFORCED, w] if rule < 0 else np.uint64(0)
    for row in range(tables[RULE_COUNT]):
        if at(tables, RULE_ROWS, row, RULE) == rule:
            put(work, WANTED, row)
        found |= has(work, WANTED, row) and has(broken, a, row)
    return found


@folded
def _keep(rows: np.ndarray, kept: np.ndarray, low: int, high: int, r: int, instant: int, deferred: bool) -> None:
    """Remember an ask that is kept; what bears its id is there no more."""
    for e in range(low, high):
        if e != r and rows[e, SAME] >= 0 and rows[e, SAME] == rows[r, SAME]:
            kept[e - low, 0] = REPLACED_BY_ASK
    kept[r - low, 0] = KEPT_EXACTLY if deferred else KEPT_AS_TOLD
    kept[r - low, 1] = instant


@entry
def judge_unsure(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    work: np.ndarray,
    kept: np.ndarray,
    seen: np.ndarray,
    use: int,
    units: np.ndarray,
    ask_start: np.ndarray,
    asks: np.ndarray,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    verdict: np.ndarray,
    until: np.ndarray,
    alone: np.ndarray,
) -> None:
    """Judge every ask of the units named.

    Args:
        work: uint64, 8 x words.
        kept, seen: int64, one more than the contacts of the largest unit x 2 and x 9.
        others: as of `kernel.judge_batch`.
    """
    tables, masks, rows, work = borrowed(tables), borrowed(masks), borrowed(rows), borrowed(work)
    kept, seen, broken, unevaluated = borrowed(kept), borrowed(seen), borrowed(broken), borrowed(unevaluated)
    ask = seen[len(seen) - 1]
    reading, bears, rules = SURELY if use <= BACKTEST else PERHAPS, use <= BACKTEST, alone.shape[1]
    for u in units:
        low, high = at(tables, UNITS, u, UNIT_START), at(tables, UNITS, u + 1, UNIT_START)
        kept[: high - low] = 0
        for a in range(ask_start[u], ask_start[u + 1]):
            r = asks[a, 0]
            t, customer = rows[r, AT], rows[r, CUSTOMER]
            first, last, day = span_of(tables, t, at(tables, WHOLE_DAYS, r, 0) != 0, first_zone(tables, customer))
            ask[ASK_AT], ask[ASK_FIRST], ask[ASK_LAST], ask[ASK_DAY] = t, first, last, day
            ask[ASK_KNOWN], ask[ASK_BEGIN] = last if use <= BACKTEST else FOREVER, first
            count = _look(tables, rows, kept, seen, low, high, r, use)
            _put_in_force(tables, masks, rows, work, r, ask)
            if tables[LOCAL]:
                _break_by_hours(tables, masks, work, customer, ask)
            _break_by_counts(tables, rows, work, seen, count, r, ask, bears)
            answer = _sum_up(tables, masks, work, broken, unevaluated, a, customer, reading)
            if answer != ALLOW:
                stops, answer = answer == DENY or (use == AUDIT and rules == 0), DENY
                for rule in range(0 if stops else -1, rules):
                    if _want_rule(tables, masks, work, broken, a, rule):
                        limit = t + LOOK_AHEAD if rule >= 0 else min(t + LOOK_AHEAD, asks[a, 1])
                        instant = _seek(tables, masks, rows, work, seen, count, r, ask, limit, reading, bears)
                        if rule >= 0:
                            alone[a, rule] = instant
                        elif instant != FOREVER:
                            until[a], answer = instant, DEFER
            verdict[a] = answer
            if use == AUDIT or answer != DENY:
                deferred = use != AUDIT and answer == DEFER
                _keep(rows, kept, low, high, r, until[a] if deferred else t, deferred)
