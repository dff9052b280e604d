"""The kernel for units that hold something known only to the day: slower, and the same law.

Owns the two readings of such units (docs/rules.md, "Precision"): what breaks a rule however the day went (`SURELY`),
and what could (`PERHAPS`). Audit and backtest hold back what surely breaks a rule and call what only may break it
unevaluated; gate and plan hold back what may. Every ask looks at all that is known of its unit: no rings. Refuses
units where all instants are known: `rules.kernel` judges those.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at, has, lent, put, width_of
from primum.rules.clock import DAY, next_midnight, next_open
from primum.rules.compile import Kind
from primum.rules.compiling import entry, folded, part
from primum.rules.doubts import EXACT, span_of
from primum.rules.holding import first_zone, instant_of
from primum.rules.layout import (
    AT,
    AXIS,
    CHECK_LIST,
    CHECKS,
    CHECKS_START,
    CUSTOMER,
    CUSTOMERS,
    DATED,
    DEFERRABLE,
    ENFORCED,
    FOREVER,
    HELD_IF_UNKNOWN,
    HOURS,
    KIND,
    LOCAL,
    LONG_AGO,
    NEAR_ZONES,
    OF_PEOPLE,
    OF_RULES,
    ROW,
    RULE,
    RULE_COUNT,
    RULE_ROWS,
    SAME,
    SIGNATURE,
    SIGNATURES,
    UNIT_START,
    UNITS,
    UNKNOWN,
    WHOLE_DAYS,
    ZONES_START,
    Facts,
    unit_starts,
)
from primum.rules.unsure_counting import (
    KEPT_AS_TOLD,
    KEPT_EXACTLY,
    REPLACED_BY_ASK,
    break_by_counts,
    free_in_doubt,
    look,
)
from primum.rules.unsure_holding import (
    ASK_AT,
    ASK_BEGIN,
    ASK_DAY,
    ASK_FIRST,
    ASK_KNOWN,
    ASK_LAST,
    BROKEN,
    PERHAPS,
    STANDS,
    SURELY,
    WANTED,
    break_by_hours,
    next_change,
    put_in_force_in_doubt,
)

AUDIT, BACKTEST = 0, 1
ALLOW, DEFER, DENY = range(3)
LOOK_AHEAD = 400 * DAY
HOURS_KIND = int(Kind.HOURS)


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
        change = next_change(tables, customer, t, ask[ASK_KNOWN])
        if tables[DATED]:
            change = min(change, next_midnight(tables, t, zone))
        put_in_force_in_doubt(tables, masks, rows, work, r, ask)
        found = t
        for w in range(width_of(work)):
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
            place = free_in_doubt(tables, rows, seen, count, base, r, ask, reading, bears)
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
    for w in range(width_of(work)):
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
    for w in range(width_of(work)):
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


def room_for_unsure(facts: Facts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Room for what an ask keeps, sees and is (see `judge_unsure`)."""
    room = int(np.diff(unit_starts(facts)).max(initial=0))
    return np.zeros((room, 2), np.int64), np.empty((room, 9), np.int64), np.zeros(6, np.int64)


@entry
def judge_unsure(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    work: np.ndarray,
    kept: np.ndarray,
    seen: np.ndarray,
    ask: np.ndarray,
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
        kept, seen: int64, the contacts of the largest unit x 2 and x 9.
        ask: int64, 6.
        others: as of `kernel.judge_batch`.
    """
    tables, masks, rows, work = lent(tables), lent(masks), lent(rows), lent(work)
    kept, seen, ask, broken, unevaluated = lent(kept), lent(seen), lent(ask), lent(broken), lent(unevaluated)
    ask_start, asks, verdict, until, alone = lent(ask_start), lent(asks), lent(verdict), lent(until), lent(alone)
    reading, bears, rules = SURELY if use <= BACKTEST else PERHAPS, use <= BACKTEST, width_of(alone)
    for u in units:
        low, high = at(tables, UNITS, u, UNIT_START), at(tables, UNITS, u + 1, UNIT_START)
        for e in range(high - low):
            kept[e, 0] = kept[e, 1] = 0
        for a in range(ask_start[u], ask_start[u + 1]):
            r = asks[a, 0]
            t, customer = rows[r, AT], rows[r, CUSTOMER]
            first, last, day = span_of(tables, t, at(tables, WHOLE_DAYS, r, 0) != 0, first_zone(tables, customer))
            ask[ASK_AT], ask[ASK_FIRST], ask[ASK_LAST], ask[ASK_DAY] = t, first, last, day
            ask[ASK_KNOWN], ask[ASK_BEGIN] = last if use <= BACKTEST else FOREVER, first
            count = look(tables, rows, kept, seen, low, high, r, use)
            put_in_force_in_doubt(tables, masks, rows, work, r, ask)
            if tables[LOCAL]:
                break_by_hours(tables, masks, work, customer, ask)
            break_by_counts(tables, rows, work, seen, count, r, ask, bears)
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
