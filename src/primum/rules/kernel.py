"""The kernel: one pass over the contacts of a batch, in time order, that tells every broken rule of every ask.

Owns the order of judging, and what is kept. It counts both ways (ARCHITECTURE.md, "One question"): the *tail*, rings of
what was kept before, decides while nothing kept lies after the instant; otherwise contacts *around* the instant are
looked at. Both give one meaning (claim `tail_equals_around`). Refuses objects, names and texts: numbers and arrays
only, named in `rules.layout`, and handed from function to function by themselves (tuples of arrays cost more than the
work, both to compile and to run).
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import at, has, lent, put, width_of
from primum.rules.clock import DAY as DAY_LONG
from primum.rules.clock import local_at, minute_of_week
from primum.rules.compiling import entry, folded, part
from primum.rules.holding import (
    BROKEN,
    BROKEN_NOW,
    LOOK,
    MAY,
    WANTED,
    held,
    look_at_conditions,
    place_on,
    put_in_force,
)
from primum.rules.layout import (
    AS_SENT,
    AT,
    AXES,
    CHECK_LIST,
    CHECKS,
    CHECKS_START,
    CLOSED_DATE,
    CONTEXT,
    CUSTOMER,
    CUSTOMERS,
    DAY,
    DAYS,
    DEFERRABLE,
    ENFORCED,
    FIRST_CUSTOMER,
    FIRST_DAY,
    FOREVER,
    GONE_MEMORY,
    HELD_IF_UNKNOWN,
    KEPT_MEMORY,
    LOCAL,
    LONG_AGO,
    MINUTE,
    MINUTE_CLASS,
    NEAR_ZONES,
    OF_DAYS,
    OF_HOURS,
    OF_PEOPLE,
    OF_RULES,
    PLACE,
    PLANNED,
    PROMISED,
    ROLE,
    ROW,
    RULE,
    RULE_COUNT,
    RULE_ROWS,
    SAME,
    SHUT,
    SIGNATURE,
    SIGNATURES,
    TANGLED,
    UNIT_START,
    UNITS,
    UNKNOWN,
    ZONES_START,
)
from primum.rules.rings import HAS_PLANS, HIGH, KEPT, KEPT_FROM, KNOWN, LOW, NOW, POINTER, STAMP, push, tail_breaks
from primum.rules.seeking import free, seek

AUDIT, BACKTEST, PLAN, GATE = range(4)
"""The four uses."""
ALLOW, DEFER, DENY = range(3)
"""What an ask is answered."""
LOOK_AHEAD = 400 * DAY_LONG


@part
def _flow(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, r: int, end: int, first: int, as_sent: bool
) -> None:
    """What was made or kept up to the ask's instant goes into the rings, in the order of time."""
    t, axes, skipped, here = rows[r, AT], tables[AXES], rows[r, SAME], tables[PLACE]
    while True:
        pointer, kept = memory[POINTER], tables[KEPT_MEMORY] + memory[KEPT_FROM] * (axes + 1)
        while pointer < end and rows[pointer, ROLE] != CONTEXT and rows[pointer, ROLE] != PROMISED:
            pointer += 1
        memory[POINTER] = pointer
        made = rows[pointer, AT] if pointer < end else FOREVER
        promised = memory[kept + 1] if memory[KEPT_FROM] < memory[KEPT] else FOREVER
        if min(made, promised) > t:
            return
        e = pointer if made <= promised else memory[kept]
        signature = rows[e, SIGNATURE]
        if made <= promised:
            for a in range(axes):
                memory[here + a] = rows[e, AT + a]
            memory[POINTER] += 1
        else:
            if as_sent:
                signature = at(tables, SIGNATURES, signature, AS_SENT)
            for a in range(axes):
                memory[here + a] = memory[kept + 1 + a]
            memory[KEPT_FROM] += 1
        same = rows[e, SAME]
        if not (same >= 0 and (same == skipped or memory[tables[GONE_MEMORY] + e])):
            push(tables, rows, memory, e, signature, rows[e, CUSTOMER] - first)


@part
def _keep(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, r: int, instant: int) -> bool:
    """Remember an admitted contact at its instant; returns whether that lies before what is in the rings."""
    stride = tables[AXES] + 1
    i = memory[KEPT]
    cell = tables[KEPT_MEMORY] + i * stride
    while i > 0 and memory[cell - stride + 1] > instant:
        for a in range(stride):
            memory[cell + a] = memory[cell - stride + a]
        cell -= stride
        i -= 1
    memory[cell] = r
    for a in range(stride - 1):
        memory[cell + 1 + a] = place_on(tables, instant, a, rows[r, CUSTOMER])
    memory[KEPT] += 1
    return i < memory[KEPT_FROM]


@folded
def _break_by_hours(tables: np.ndarray, masks: np.ndarray, work: np.ndarray, day: int, minute: int) -> None:
    """Add the hours rows that are closed on a local day, or at a local minute of the week."""
    hours = tables[OF_HOURS] + at(tables, MINUTE_CLASS, minute, 0)
    date = tables[OF_DAYS] + 2 * min(max(day - tables[FIRST_DAY], 0), tables[DAYS] - 1) + CLOSED_DATE
    for w in range(width_of(work)):
        work[BROKEN, w] |= masks[hours, w] | masks[date, w]


@folded
def _break_by_facts(tables: np.ndarray, masks: np.ndarray, rows: np.ndarray, work: np.ndarray, r: int) -> None:
    """Fill BROKEN with what an instant and a customer break, before contacts are counted."""
    customer, t = rows[r, CUSTOMER], rows[r, AT]
    for w in range(width_of(work)):
        work[BROKEN, w] = masks[tables[OF_PEOPLE] + 3 * customer + SHUT, w] | work[BROKEN_NOW, w]
    if tables[LOCAL]:
        _break_by_hours(tables, masks, work, rows[r, DAY], rows[r, MINUTE])
        others = at(tables, CUSTOMERS, customer, ZONES_START) + 1
        for z in range(others, at(tables, CUSTOMERS, customer + 1, ZONES_START)):
            local = local_at(tables, t, at(tables, NEAR_ZONES, z, 0))
            _break_by_hours(tables, masks, work, local // DAY_LONG, minute_of_week(local))
    for w in range(width_of(work)):
        seen = work[MAY, w] & work[LOOK, w]
        row = w * 64
        while seen:
            if seen & np.uint64(1) and held(tables, rows, row, r, t):
                put(work, BROKEN, row)
            seen >>= np.uint64(1)
            row += 1
        work[BROKEN, w] &= work[MAY, w]


@part
def _want_rule(
    tables: np.ndarray, masks: np.ndarray, work: np.ndarray, broken: np.ndarray, ask: int, rule: int
) -> bool:
    """Fill WANTED with the rows of a rule (-1: of all enforced rules); whether any of them is broken."""
    found = False
    for w in range(width_of(work)):
        work[WANTED, w] = masks[tables[OF_RULES] + ENFORCED, w] if rule < 0 else np.uint64(0)
    for row in range(tables[RULE_COUNT]):
        if at(tables, RULE_ROWS, row, RULE) == rule:
            put(work, WANTED, row)
        found |= has(work, WANTED, row) and has(broken, ask, row)
    return found


@folded
def _count_all(
    tables: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    r: int,
    member: int,
    tail: bool,
    around: bool,
) -> None:
    """Add to BROKEN the rows in force that count too many."""
    signature, lines, checks = rows[r, SIGNATURE], tables[CHECK_LIST], tables[CHECKS]
    first, last = at(tables, SIGNATURES, signature, CHECKS_START), at(tables, SIGNATURES, signature + 1, CHECKS_START)
    for line in range(lines + first, lines + last):
        base = checks + tables[line]
        row = tables[base + ROW]
        if has(work, MAY, row):
            hit = tail and tail_breaks(tables, rows, memory, base, r, member)
            if hit or (around and free(tables, rows, memory, base, r, member, rows[r, AT]) > rows[r, AT]):
                put(work, BROKEN, row)


@folded
def _sum_up(
    tables: np.ndarray,
    masks: np.ndarray,
    work: np.ndarray,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    ask: int,
    customer: int,
) -> int:
    """Write an ask's masks; returns ALLOW, DENY, or DEFER where every broken rule may be waited for."""
    person, rules = tables[OF_PEOPLE] + 3 * customer, tables[OF_RULES]
    stops = waits = False
    for w in range(width_of(work)):
        unknown = masks[person + UNKNOWN, w] & work[MAY, w]
        found = (work[BROKEN, w] | unknown) & ~(unknown & ~masks[rules + HELD_IF_UNKNOWN, w])
        unevaluated[ask, w], broken[ask, w] = unknown, found
        found &= masks[rules + ENFORCED, w]
        stops |= (found & ~masks[rules + DEFERRABLE, w]) != 0
        waits |= found != 0
    return DENY if stops else DEFER if waits else ALLOW


@folded
def _begin(
    tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, use: int, u: int, begin: int, end: int, asks: np.ndarray
) -> tuple[bool, bool, bool]:
    """Set the cursor to a unit with these asks.

    Returns: whether it holds anything but asks, anything promised, and asks that bear the id of something else.
    """
    low, high = at(tables, UNITS, u, UNIT_START), at(tables, UNITS, u + 1, UNIT_START)
    memory[NOW] += STAMP
    memory[LOW], memory[POINTER], memory[HIGH] = low, low, high if use != AUDIT else low
    memory[KEPT_FROM], memory[KEPT], memory[HAS_PLANS] = 0, 0, 0
    context, promised, tangled = end - begin < high - low, False, False
    if context and use != AUDIT:
        for e in range(low, high):
            promised |= rows[e, ROLE] == PROMISED
            memory[HAS_PLANS] |= rows[e, ROLE] == PLANNED and use > BACKTEST
    if tables[TANGLED]:
        for a in range(begin, end):
            tangled |= rows[asks[a, 0], SAME] >= 0
    return context, promised, tangled


@folded
def _wait(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    broken: np.ndarray,
    until: np.ndarray,
    alone: np.ndarray,
    use: int,
    a: int,
    r: int,
    member: int,
    last: int,
    stops: bool,
) -> int:
    """Seek until when an ask must wait (unless `stops`), and (if asked) when each rule alone would be satisfied.

    Returns: DEFER where it may be sent by `last`, else DENY.
    """
    memory[KNOWN] = rows[r, AT] if use <= BACKTEST else FOREVER
    limit, answer = rows[r, AT] + LOOK_AHEAD, DENY
    for rule in range(0 if stops else -1, width_of(alone)):
        if not _want_rule(tables, masks, work, broken, a, rule):
            continue
        instant = seek(tables, masks, rows, memory, work, r, member, limit if rule >= 0 else min(limit, last))
        if rule >= 0:
            alone[a, rule] = instant
        elif instant != FOREVER:
            until[a], answer = instant, DEFER
    return answer


@folded
def _replace_others(tables: np.ndarray, rows: np.ndarray, memory: np.ndarray, r: int, high: int) -> None:
    """What bears the id of an ask that is kept is there no more."""
    for e in range(memory[LOW], high):
        if e != r and rows[e, SAME] == rows[r, SAME]:
            memory[tables[GONE_MEMORY] + e] = 1


@folded
def _settle(
    tables: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    use: int,
    r: int,
    member: int,
    high: int,
    denied: bool,
    instant: int,
    tangled: bool,
) -> int:
    """Keep what was admitted, at its instant; returns the instant that the rings have reached, FOREVER for too far."""
    again = tangled and rows[r, SAME] >= 0
    reached = FOREVER if again else rows[r, AT]
    if denied:
        return reached
    if instant == rows[r, AT] and use <= BACKTEST and not tangled:
        signature = rows[r, SIGNATURE]
        push(tables, rows, memory, r, signature if use == AUDIT else at(tables, SIGNATURES, signature, AS_SENT), member)
    elif _keep(tables, rows, memory, r, instant):
        reached = FOREVER
    if again:
        _replace_others(tables, rows, memory, r, high)
    return reached


@folded
def _rewind(memory: np.ndarray) -> None:
    """Forget what is in the rings: it flows into them again from the unit's first row on."""
    memory[NOW] += STAMP
    memory[POINTER], memory[KEPT_FROM] = memory[LOW], 0


@part
def _judge_unit(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    use: int,
    u: int,
    begin: int,
    end: int,
    asks: np.ndarray,
    look_around: bool,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    verdict: np.ndarray,
    until: np.ndarray,
    alone: np.ndarray,
) -> None:
    """Judge the asks of one unit, in their order."""
    high, first = at(tables, UNITS, u + 1, UNIT_START), at(tables, UNITS, u, FIRST_CUSTOMER)
    context, promised, tangled = _begin(tables, rows, memory, use, u, begin, end, asks)
    reached, customer_now, since, changes = LONG_AGO, np.int64(-1), LONG_AGO, LONG_AGO
    for a in range(begin, end):
        r = asks[a, 0]
        t, customer, member = rows[r, AT], rows[r, CUSTOMER], rows[r, CUSTOMER] - first
        if t < reached or (tangled and rows[r, SAME] >= 0):
            _rewind(memory)
        if context or memory[KEPT_FROM] < memory[KEPT]:
            _flow(tables, rows, memory, r, r if use <= BACKTEST else high, first, use != AUDIT)
        if customer != customer_now or t >= changes or t < since:
            changes = look_at_conditions(tables, masks, memory, work, customer, t, np.int64(FOREVER))
            customer_now, since = customer, t
        put_in_force(tables, masks, work, rows[r, SIGNATURE], customer, rows[r, DAY])
        _break_by_facts(tables, masks, rows, work, r)
        for i in range(tables[AXES]):
            memory[tables[PLACE] + i] = rows[r, AT + i]
        around = look_around or promised or memory[HAS_PLANS] != 0 or memory[KEPT_FROM] < memory[KEPT]
        _count_all(tables, rows, memory, work, r, member, not look_around, around)
        answer = _sum_up(tables, masks, work, broken, unevaluated, a, customer)
        if answer != ALLOW and (width_of(alone) > 0 or (answer == DEFER and use != AUDIT)):
            last, stops = asks[a, 1], answer == DENY
            answer = _wait(tables, masks, rows, memory, work, broken, until, alone, use, a, r, member, last, stops)
            customer_now = -1  # seeking looked at other instants
        elif answer == DEFER:
            answer = DENY
        verdict[a] = answer
        denied, instant = use != AUDIT and answer == DENY, until[a] if use != AUDIT and answer == DEFER else t
        reached = _settle(tables, rows, memory, use, r, member, high, denied, instant, tangled)


@entry
def judge_batch(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    unsure: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    use: int,
    ask_start: np.ndarray,
    asks: np.ndarray,
    look_around: bool,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    verdict: np.ndarray,
    until: np.ndarray,
    alone: np.ndarray,
) -> bool:
    """Judge every ask of a batch, but those of units that are not sure; returns whether there are such asks.

    Args:
        memory, work: int64, as long as the tables say, empty (zeros); uint64, 7 x words.
        ask_start: int64, units + 1: which asks are whose.
        asks: int64, asks x 2, in judging order: the row in the facts, and the last instant that suits.
        look_around: count around the instant even where the tail would do.
        broken, unevaluated: filled; uint64, asks x words.
        verdict, until, alone: filled; uint8, int64 (FOREVER for none), and int64, asks x rules (or asks x 0).
    """
    left = False
    tables, masks, rows, memory, work = lent(tables), lent(masks), lent(rows), lent(memory), lent(work)
    ask_start, asks, broken, unevaluated = lent(ask_start), lent(asks), lent(broken), lent(unevaluated)
    verdict, until, alone = lent(verdict), lent(until), lent(alone)
    for u in range(len(unsure)):
        begin, end = ask_start[u], ask_start[u + 1]
        for a in range(begin, end):
            until[a] = FOREVER
            for rule in range(width_of(alone)):
                alone[a, rule] = FOREVER
        if unsure[u]:
            left |= begin < end
        elif begin < end:
            _judge_unit(
                tables,
                masks,
                rows,
                memory,
                work,
                use,
                u,
                begin,
                end,
                asks,
                look_around,
                broken,
                unevaluated,
                verdict,
                until,
                alone,
            )
    return left
