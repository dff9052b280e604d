"""The kernel: one pass over the contacts of a batch, in time order, that tells every broken rule of every ask.

Owns the counting, both ways (docs in design.md section 6 and ARCHITECTURE.md): the *tail*, rings of what was kept
before, decides while nothing kept lies after the instant; otherwise contacts *around* the instant are looked at. Both
give one meaning (claim `tail_equals_around`). Refuses objects, names and texts: numbers and arrays only.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np
from numba import njit

from primum.rules.around import insert, latest_run, latest_set
from primum.rules.bind import (
    AFTER,
    AXIS,
    BIT,
    DEPTH,
    DISTINCT,
    KEYS,
    OWN_SLOT,
    P_DEPTH,
    P_DISTINCT,
    P_KEYS,
    P_RING,
    P_SHARED,
    P_SLOT,
    POOL,
    RING,
    SHARED,
    SLOT,
    WIDTH,
    WORD,
)
from primum.rules.bind import N as MOST
from primum.rules.clock import DAY, minute_of_week, next_midnight, next_open, segment_at
from primum.rules.facts import (
    AXES,
    CELLS,
    CONTEXT,
    DATED,
    DEFERRABLE,
    ENFORCED,
    HELD_IF_UNKNOWN,
    LOCAL,
    MEMBERS,
    PLANNED,
    PROMISED,
    SAME,
    SLOTS,
    Facts,
)
from primum.rules.holding import condition_masks, governing, held, held_until, instant_of, place_on, replace

AUDIT, BACKTEST, PLAN, GATE = range(4)
"""The four uses."""
ALLOW, DEFER, DENY = range(3)
"""What an ask is answered."""
FOREVER = np.iinfo(np.int64).max
LONG_AGO = np.iinfo(np.int64).min
LOOK_AHEAD = 400 * DAY
HOURS_KIND, HELD_KIND, ONLY_KIND = 1, 2, 3


@njit(cache=True, nogil=True)
def _find(values: np.ndarray, start: int, count: int, value: int) -> int:
    for i in range(count):
        if values[start + i] == value:
            return i
    return count


@njit(cache=True, nogil=True)
def _remember(
    ring: np.ndarray, kinds: np.ndarray, total: np.ndarray, slot: int, base: int, depth: int, kind: int, x: np.ndarray
) -> None:
    """Put a value in front of the last seen ones, each once."""
    axes, held_now = len(x), min(total[slot], depth)
    place = _find(kinds, base, held_now, kind)
    if place == held_now:
        place = min(held_now, depth - 1)
        total[slot] = min(total[slot] + 1, depth)
    for i in range(base + place, base, -1):
        kinds[i] = kinds[i - 1]
        for a in range(axes):
            ring[i * axes + a] = ring[(i - 1) * axes + a]
    kinds[base] = kind
    for a in range(axes):
        ring[base * axes + a] = x[a]


@njit(cache=True, nogil=True)
def _push(
    f: Facts,
    ring: np.ndarray,
    kinds: np.ndarray,
    total: np.ndarray,
    stamp: np.ndarray,
    now: int,
    r: int,
    signature: int,
    member: int,
    x: np.ndarray,
) -> None:
    """A contact that is kept goes into the rings of every pool that counts it."""
    for p in range(f.push_start[signature], f.push_start[signature + 1]):
        slot, base = f.pushes[p, P_SLOT], f.pushes[p, P_RING]
        depth, keys = f.pushes[p, P_DEPTH], f.pushes[p, P_KEYS]
        if keys >= 0:
            key = f.key[keys, r]
            if key < 0:
                continue
            slot += key
            base += key * depth
        if member > 0 and not f.pushes[p, P_SHARED]:
            slot += member * f.layout[SLOTS]
            base += member * f.layout[CELLS]
        if stamp[slot] != now:
            stamp[slot] = now
            total[slot] = 0
        if f.pushes[p, P_DISTINCT] >= 0:
            _remember(ring, kinds, total, slot, base, depth, f.distinct[f.pushes[p, P_DISTINCT], r], x)
            continue
        cell = base + (total[slot] & (depth - 1))
        for a in range(len(x)):
            ring[cell * len(x) + a] = x[a]
        total[slot] += 1


@njit(cache=True, nogil=True)
def _gather(
    f: Facts,
    q: int,
    r: int,
    member: int,
    t: int,
    x: int,
    ring: np.ndarray,
    kinds: np.ndarray,
    total: np.ndarray,
    stamp: np.ndarray,
    now: int,
    rows: tuple[int, int, int],
    planned: bool,
    ahead: tuple[int, int],
    ahead_row: np.ndarray,
    ahead_at: np.ndarray,
    ahead_place: np.ndarray,
    values: np.ndarray,
    told: np.ndarray,
    gone: np.ndarray,
) -> int:
    """Where, on the axis of check q, the contacts lie that it counts and that may share a window with the ask at t.

    Args:
        rows: the unit's first row, the first that is not in the rings, and the one behind its last.
        ahead: the first of the kept contacts that are not in the rings, and how many there are.
        values, told: filled, ascending, with places and with the value of `distinct`.
    """
    c = f.checks
    axis, width, keys = c[q, AXIS], c[q, WIDTH], c[q, KEYS]
    depth, distinct = c[q, DEPTH], c[q, DISTINCT]
    slot, base, key = c[q, SLOT], c[q, RING], np.int64(0)
    if keys >= 0:
        key = f.key[keys, r]
        if key < 0:
            return 0
        slot += key
        base += key * depth
    if member > 0 and not c[q, SHARED]:
        slot += member * f.layout[SLOTS]
        base += member * f.layout[CELLS]
    axes = f.layout[AXES]
    count = 0
    own = f.distinct[distinct, r] if distinct >= 0 else np.int64(0)
    if stamp[slot] == now:
        kept = min(total[slot], depth)
        for i in range(kept):
            cell = base + i
            value = ring[cell * axes + axis]
            if distinct >= 0 and kinds[cell] == own:
                continue
            if x - value < width:
                count = insert(values, told, count, value, kinds[cell])
    for e in range(rows[1], rows[2]):
        if axis == 0 and f.at[e] - t >= width:
            break
        if f.role[e] != PROMISED or (c[q, AFTER] and f.at[e] > t):
            continue
        if _counted(f, q, r, e, f.signature[e], key, gone):
            value = f.at[e] if axis == 0 else f.period[axis - 1, e]
            if abs(value - x) < width and not (distinct >= 0 and f.distinct[distinct, e] == own):
                count = insert(values, told, count, value, f.distinct[distinct, e] if distinct >= 0 else 0)
    if planned:
        for e in range(rows[0], rows[2]):
            if f.role[e] != PLANNED or not f.rank[e] < f.rank[r] or (c[q, AFTER] and f.at[e] > t):
                continue
            value = f.at[e] if axis == 0 else f.period[axis - 1, e]
            if abs(value - x) >= width or not _counted(f, q, r, e, f.signature[e], key, gone):
                continue
            if not (distinct >= 0 and f.distinct[distinct, e] == own):
                count = insert(values, told, count, value, f.distinct[distinct, e] if distinct >= 0 else 0)
    for i in range(ahead[0], ahead[1]):
        e = ahead_row[i]
        if (c[q, AFTER] and ahead_at[i] > t) or not _counted(f, q, r, e, f.sent[f.signature[e]], key, gone):
            continue
        value = ahead_place[axis, i]
        if abs(value - x) < width and not (distinct >= 0 and f.distinct[distinct, e] == own):
            count = insert(values, told, count, value, f.distinct[distinct, e] if distinct >= 0 else 0)
    return count


@njit(cache=True, nogil=True)
def _counted(f: Facts, q: int, r: int, e: int, signature: int, key: int, gone: np.ndarray) -> bool:
    """Whether a contact in row e, as this signature, is counted by check q of the ask in row r."""
    slot = f.counted[f.checks[q, POOL], signature]
    if slot < 0 or (f.same[e] >= 0 and (f.same[r] == f.same[e] or gone[e])):
        return False
    if not f.checks[q, SHARED] and f.customer[e] != f.customer[r]:
        return False
    if f.checks[q, KEYS] >= 0:
        return f.key[f.checks[q, KEYS], e] == key
    return slot == f.checks[q, OWN_SLOT]


@njit(cache=True, nogil=True)
def _latest(f: Facts, q: int, count: int, x: int, values: np.ndarray, told: np.ndarray) -> int:
    """The greatest first value of the runs that break check q at x; LONG_AGO where none does."""
    if f.checks[q, DISTINCT] >= 0:
        return latest_set(values, told, count, f.checks[q, MOST], x, f.checks[q, WIDTH])
    return latest_run(values, count, f.checks[q, MOST], x, f.checks[q, WIDTH])


@njit(cache=True, nogil=True)
def _tail_breaks(
    f: Facts,
    q: int,
    r: int,
    member: int,
    x: int,
    ring: np.ndarray,
    kinds: np.ndarray,
    total: np.ndarray,
    stamp: np.ndarray,
    now: int,
) -> bool:
    """Whether check q is broken by the contacts kept before the ask in row r, which lies at x on its axis."""
    c = f.checks
    slot, base, depth, n = c[q, SLOT], c[q, RING], c[q, DEPTH], c[q, MOST]
    if c[q, KEYS] >= 0:
        key = f.key[c[q, KEYS], r]
        if key < 0:
            return False
        slot += key
        base += key * depth
    if member > 0 and not c[q, SHARED]:
        slot += member * f.layout[SLOTS]
        base += member * f.layout[CELLS]
    if stamp[slot] != now or total[slot] < n:
        return False
    axes = f.layout[AXES]
    if c[q, DISTINCT] < 0:
        cell = base + ((total[slot] - n) & (depth - 1))
        return x - ring[cell * axes + c[q, AXIS]] < c[q, WIDTH]
    own = f.distinct[c[q, DISTINCT], r]
    place = _find(kinds, base, min(total[slot], n), own)
    wanted = n - 1 if place == min(total[slot], n) else n
    if total[slot] <= wanted:
        return False
    return x - ring[(base + wanted) * axes + c[q, AXIS]] < c[q, WIDTH]


# Seeking an instant


@njit(cache=True, nogil=True)
def _seek(
    f: Facts,
    r: int,
    member: int,
    t: int,
    limit: int,
    known: int,
    only: np.ndarray,
    ring: np.ndarray,
    kinds: np.ndarray,
    total: np.ndarray,
    stamp: np.ndarray,
    now: int,
    rows: tuple[int, int, int],
    planned: bool,
    ahead: tuple[int, int],
    ahead_row: np.ndarray,
    ahead_at: np.ndarray,
    ahead_place: np.ndarray,
    values: np.ndarray,
    told: np.ndarray,
    count: np.ndarray,
    may: np.ndarray,
    shut: np.ndarray,
    look: np.ndarray,
    gone: np.ndarray,
) -> int:
    """The first instant from t on at which none of the rows of the mask `only` is broken; FOREVER beyond the limit.

    Row after row moves t on, until a whole round moves nothing (design.md section 6, "until").
    """
    customer, signature = f.customer[r], f.signature[r]
    words = len(may)
    while t <= limit:
        day = np.int64(0)
        first = f.zone[f.zone_start[customer]]
        if f.layout[LOCAL]:
            day = (t + f.z_offset[segment_at(t, first, f.z_start, f.z_at)]) // DAY
        change = governing(f, signature, customer, t, known, day, count, may, shut, look)
        if f.layout[DATED]:
            change = min(change, next_midnight(t, first, f.z_start, f.z_at, f.z_offset))
        found = t
        for w in range(words):
            may[w] &= only[w] & ~(f.unknown[customer, w] & ~f.masks[HELD_IF_UNKNOWN, w])
            if may[w] & (f.unknown[customer, w] | f.shut[customer, w]):
                found = FOREVER
        if found == t:
            found = _row_moves(f, r, customer, t, limit, known, may)
        if found == t:
            for q in range(f.check_start[signature], f.check_start[signature + 1]):
                if not may[f.checks[q, WORD]] & np.uint64(f.checks[q, BIT]):
                    continue
                x = place_on(f, t, f.checks[q, AXIS], customer)
                held_count = _gather(
                    f,
                    q,
                    r,
                    member,
                    t,
                    x,
                    ring,
                    kinds,
                    total,
                    stamp,
                    now,
                    rows,
                    planned,
                    ahead,
                    ahead_row,
                    ahead_at,
                    ahead_place,
                    values,
                    told,
                    gone,
                )
                latest = _latest(f, q, held_count, x, values, told)
                if latest != LONG_AGO:
                    found = instant_of(f, t, latest + f.checks[q, WIDTH], f.checks[q, AXIS], customer)
                    break
        if found == t:
            return t
        t = min(found, change)
    return FOREVER


@njit(cache=True, nogil=True)
def _row_moves(f: Facts, r: int, customer: int, t: int, limit: int, known: int, may: np.ndarray) -> int:
    """The instant to which the first broken row of hours, states or pauses moves t; t where none is broken."""
    for row in range(len(f.kind)):
        if not (may[row // 64] >> np.uint64(row % 64)) & np.uint64(1):
            continue
        found = t
        if f.kind[row] == HOURS_KIND:
            for z in range(f.zone_start[customer], f.zone_start[customer + 1]):
                at = next_open(
                    t,
                    limit,
                    f.row_hours[row],
                    f.zone[z],
                    f.z_start,
                    f.z_at,
                    f.z_offset,
                    f.first_day[0],
                    f.closed,
                    f.wait,
                )
                found = max(found, at)
        elif f.kind[row] == HELD_KIND or f.kind[row] == ONLY_KIND:
            found = held_until(f, row, r, customer, t, known)
        if found > t:
            return found
    return t


# Judging


@njit(cache=True, nogil=True)
def judge_batch(
    f: Facts,
    use: int,
    ask_start: np.ndarray,
    ask_row: np.ndarray,
    not_after: np.ndarray,
    rule_of_row: np.ndarray,
    rules: int,
    look_around: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Judge every ask of a batch.

    Args:
        ask_start: int64, units + 1: which asks are whose; asks are in judging order.
        ask_row, not_after: int64, of each ask: its row in the facts, and the last instant that suits.
        rule_of_row: int64: the rule of each row of the rule set.
        rules: how many rules `alone` is told for: all of them, or 0.
        look_around: count around the instant even where the tail would do.

    Returns: broken (uint64, asks x words), unevaluated (the same), verdict (uint8), until (int64, FOREVER for none),
        alone (int64, asks x rules).
    """
    words, asks = f.governs.shape[1], len(ask_row)
    broken = np.zeros((asks, words), np.uint64)
    unevaluated = np.zeros((asks, words), np.uint64)
    verdict = np.zeros(asks, np.uint8)
    until = np.full(asks, FOREVER, np.int64)
    alone = np.full((asks, rules), FOREVER, np.int64)
    axes, members = f.layout[AXES], f.layout[MEMBERS]
    ring = np.empty(f.layout[CELLS] * members * axes, np.int64)
    kinds = np.empty(f.layout[CELLS] * members, np.int64)
    total = np.zeros(f.layout[SLOTS] * members, np.int64)
    stamp = np.zeros(f.layout[SLOTS] * members, np.int64)
    most = 1
    for u in range(len(ask_start) - 1):
        most = max(most, ask_start[u + 1] - ask_start[u])
    ahead_row = np.empty(most, np.int64)
    ahead_at = np.empty(most, np.int64)
    ahead_place = np.empty((axes, most), np.int64)
    room = 1
    for u in range(len(f.unit_start) - 1):
        room = max(room, f.unit_start[u + 1] - f.unit_start[u])
    deepest = 1
    for q in range(len(f.checks)):
        deepest = max(deepest, f.checks[q, DEPTH])
    values = np.empty(2 * room + deepest + 1, np.int64)
    told = np.empty(2 * room + deepest + 1, np.int64)
    count = np.zeros(f.need.shape[0], np.int64)
    may, shut = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
    look = np.zeros(words, np.uint64)
    cond_may, cond_shut = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
    only = np.zeros(words, np.uint64)
    x = np.zeros(axes, np.int64)
    enforced = np.zeros(words, np.uint64)
    final = np.zeros(words, np.uint64)
    for w in range(words):
        enforced[w] = f.masks[ENFORCED, w]
        final[w] = enforced[w] & ~f.masks[DEFERRABLE, w]
    gone = np.zeros(len(f.at) if f.layout[SAME] else 1, np.bool_)
    has_zones = f.layout[LOCAL] > 0
    now = 0
    for u in range(len(ask_start) - 1):
        if ask_start[u] == ask_start[u + 1]:
            continue
        low, high = f.unit_start[u], f.unit_start[u + 1]
        now += 1
        pointer, ahead_from, ahead_count, reached = low, 0, 0, LONG_AGO
        contexts, planned, tangled = 0, False, False
        if f.layout[SAME]:
            for a in range(ask_start[u], ask_start[u + 1]):
                tangled |= f.same[ask_row[a]] >= 0
        if use != AUDIT and ask_start[u + 1] - ask_start[u] < high - low:
            for e in range(low, high):
                contexts += f.role[e] == CONTEXT or f.role[e] == PROMISED
                planned |= f.role[e] == PLANNED and use != BACKTEST
        elif ask_start[u + 1] - ask_start[u] < high - low:
            contexts = 1
        customer_now, changes, began = -1, LONG_AGO, LONG_AGO
        for a in range(ask_start[u], ask_start[u + 1]):
            r = ask_row[a]
            t, customer, signature = f.at[r], f.customer[r], f.signature[r]
            member = customer - f.first[u]
            skips = f.same[r] >= 0
            if t < reached or skips:
                now += 1
                pointer, ahead_from = low, 0
            # 1. What was kept before flows into the rings.
            if contexts > 0 or ahead_from < ahead_count:
                while True:
                    end = r if use <= BACKTEST else high
                    while pointer < end and f.role[pointer] != CONTEXT and f.role[pointer] != PROMISED:
                        pointer += 1
                    next_row = f.at[pointer] if pointer < end else FOREVER
                    next_kept = ahead_at[ahead_from] if ahead_from < ahead_count else FOREVER
                    if min(next_row, next_kept) > t:
                        break
                    if next_row <= next_kept:
                        e, as_what = pointer, f.signature[pointer]
                        x[0] = f.at[e]
                        for i in range(1, axes):
                            x[i] = f.period[i - 1, e]
                        pointer += 1
                    else:
                        e = ahead_row[ahead_from]
                        as_what = f.signature[e] if use == AUDIT else f.sent[f.signature[e]]
                        for i in range(axes):
                            x[i] = ahead_place[i, ahead_from]
                        ahead_from += 1
                    if not (tangled and (gone[e] or (skips and f.same[e] == f.same[r]))):
                        _push(f, ring, kinds, total, stamp, now, e, as_what, f.customer[e] - f.first[u], x)
            reached = t
            # 2. Which rows are in force.
            day = f.day[r] if has_zones else 0
            if f.interval_start[customer] == f.interval_start[customer + 1] and customer_now == -2:
                pass
            elif customer != customer_now or t >= changes or t < began:
                changes = condition_masks(f, customer, t, FOREVER, count, cond_may, cond_shut, look)
                customer_now, began = customer, t
                if f.interval_start[customer] == f.interval_start[customer + 1]:
                    customer_now, changes = -2, FOREVER
            place = 0
            if has_zones:
                place = min(max(day - f.first_day[0], 0), f.live.shape[0] - 1)
            for w in range(words):
                m = f.governs[signature, w] & f.governed[customer, w] & cond_may[w]
                if has_zones:
                    m &= f.live[place, w] | f.unknown[customer, w]
                may[w] = m
            if f.replacer.shape[0] > 0:
                replace(f, may)
            # 3. Every row, evaluated.
            for w in range(words):
                shut[w] = f.shut[customer, w] | cond_shut[w]
            if has_zones:
                minute = f.shut_class[f.minute[r]]
                for w in range(words):
                    shut[w] |= f.shut_minutes[minute, w] | f.dates[place, w]
                for z in range(f.zone_start[customer] + 1, f.zone_start[customer + 1]):
                    _other_zone(f, t, f.zone[z], shut)
            for w in range(words):
                seen = may[w] & look[w]
                while seen:
                    row = _lowest(seen)
                    seen &= seen - np.uint64(1)
                    if held(f, w * 64 + row, r, customer, t):
                        shut[w] |= np.uint64(1) << np.uint64(row)
            for w in range(words):
                shut[w] &= may[w]
            x[0] = t
            for i in range(1, axes):
                x[i] = f.period[i - 1, r]
            around = look_around or planned or ahead_from < ahead_count or (use != AUDIT and contexts > 0)
            for q in range(f.check_start[signature], f.check_start[signature + 1]):
                w = f.checks[q, WORD]
                bit = np.uint64(f.checks[q, BIT])
                if not may[w] & bit:
                    continue
                if not look_around and _tail_breaks(
                    f, q, r, member, x[f.checks[q, AXIS]], ring, kinds, total, stamp, now
                ):
                    shut[w] |= bit
                elif around:
                    held_count = _gather(
                        f,
                        q,
                        r,
                        member,
                        t,
                        x[f.checks[q, AXIS]],
                        ring,
                        kinds,
                        total,
                        stamp,
                        now,
                        (low, pointer, high if use != AUDIT else pointer),
                        planned,
                        (ahead_from, ahead_count),
                        ahead_row,
                        ahead_at,
                        ahead_place,
                        values,
                        told,
                        gone,
                    )
                    if _latest(f, q, held_count, x[f.checks[q, AXIS]], values, told) != LONG_AGO:
                        shut[w] |= bit
            stops = waits = False
            for w in range(words):
                unknown = f.unknown[customer, w] & may[w]
                unevaluated[a, w] = unknown
                shut[w] = (shut[w] | (unknown & f.masks[HELD_IF_UNKNOWN, w])) & ~(
                    unknown & ~f.masks[HELD_IF_UNKNOWN, w]
                )
                broken[a, w] = shut[w]
                stops |= (shut[w] & final[w]) != 0
                waits |= (shut[w] & enforced[w]) != 0
            # 4. The answer, and what is kept.
            known = t if use <= BACKTEST else FOREVER
            last = min(not_after[a], t + LOOK_AHEAD)
            if waits and not stops and (use != AUDIT or rules > 0):
                until[a] = _seek(
                    f,
                    r,
                    member,
                    t,
                    last,
                    known,
                    enforced,
                    ring,
                    kinds,
                    total,
                    stamp,
                    now,
                    (low, pointer, high if use != AUDIT else pointer),
                    planned,
                    (ahead_from, ahead_count),
                    ahead_row,
                    ahead_at,
                    ahead_place,
                    values,
                    told,
                    count,
                    may,
                    shut,
                    look,
                    gone,
                )
                customer_now = -1
            verdict[a] = ALLOW if not waits else DENY if stops or until[a] == FOREVER else DEFER
            for rule in range(rules):
                mine = False
                for w in range(words):
                    only[w] = 0
                for row in range(len(rule_of_row)):
                    if rule_of_row[row] == rule:
                        only[row // 64] |= np.uint64(1) << np.uint64(row % 64)
                        mine |= (broken[a, row // 64] >> np.uint64(row % 64)) & np.uint64(1) != 0
                if mine:
                    alone[a, rule] = _seek(
                        f,
                        r,
                        member,
                        t,
                        t + LOOK_AHEAD,
                        known,
                        only,
                        ring,
                        kinds,
                        total,
                        stamp,
                        now,
                        (low, pointer, high if use != AUDIT else pointer),
                        planned,
                        (ahead_from, ahead_count),
                        ahead_row,
                        ahead_at,
                        ahead_place,
                        values,
                        told,
                        count,
                        may,
                        shut,
                        look,
                        gone,
                    )
                    customer_now = -1
            if use == AUDIT or verdict[a] != DENY:
                at = t if use == AUDIT or verdict[a] == ALLOW else until[a]
                if at == t and use <= BACKTEST and not tangled:
                    as_what = signature if use == AUDIT else f.sent[signature]
                    _push(f, ring, kinds, total, stamp, now, r, as_what, member, x)
                else:
                    i = ahead_count
                    while i > 0 and ahead_at[i - 1] > at:
                        ahead_at[i] = ahead_at[i - 1]
                        ahead_row[i] = ahead_row[i - 1]
                        for j in range(axes):
                            ahead_place[j, i] = ahead_place[j, i - 1]
                        i -= 1
                    ahead_at[i] = at
                    ahead_row[i] = r
                    for j in range(axes):
                        ahead_place[j, i] = place_on(f, at, j, customer)
                    ahead_count += 1
                    if i < ahead_from:
                        reached = FOREVER
            if skips:
                reached = FOREVER
                if use == AUDIT or verdict[a] != DENY:
                    for e in range(low, high):
                        gone[e] |= e != r and f.same[e] == f.same[r]
    return broken, unevaluated, verdict, until, alone


@njit(cache=True, nogil=True)
def _lowest(mask: int) -> int:
    """The number of the lowest bit that is set."""
    row = 0
    while not (mask >> np.uint64(row)) & np.uint64(1):
        row += 1
    return row


@njit(cache=True, nogil=True)
def _other_zone(f: Facts, t: int, zone: int, shut: np.ndarray) -> None:
    """Add the hours rows that are closed by one more zone's clock."""
    local = t + f.z_offset[segment_at(t, zone, f.z_start, f.z_at)]
    minute = f.shut_class[minute_of_week(local)]
    place = min(max(local // DAY - f.first_day[0], 0), f.dates.shape[0] - 1)
    for w in range(len(shut)):
        shut[w] |= f.shut_minutes[minute, w] | f.dates[place, w]
