"""The kernel: one pass over the contacts of a batch, in time order, that tells every broken rule of every ask.

Owns the counting, both ways (ARCHITECTURE.md, "One question"): the *tail*, rings of what was kept before, decides while
nothing kept lies after the instant; otherwise contacts *around* the instant are looked at. Both give one meaning (claim
`tail_equals_around`). Refuses objects, names and texts: numbers and arrays only, named in `rules.layout`.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
from typing import NamedTuple

import numpy as np
from numba import njit

from primum.rules.around import insert, latest_run, latest_set
from primum.rules.clock import DAY as DAY_LONG
from primum.rules.clock import minute_of_week, next_midnight, next_open, segment_at
from primum.rules.compile import Kind
from primum.rules.holding import (
    BROKEN,
    BROKEN_NOW,
    LOOK,
    MAY,
    WANTED,
    first_zone,
    has,
    held,
    held_until,
    instant_of,
    look_at_conditions,
    place_on,
    put,
    put_in_force,
)
from primum.rules.layout import (
    AFTER,
    AS_SENT,
    AT,
    AXES,
    AXIS,
    CELLS,
    CHECKS_START,
    CLOSED_DATE,
    CONTEXT,
    CUSTOMER,
    DATED,
    DAY,
    DAYS,
    DEFERRABLE,
    DEPTH,
    DISTINCT,
    DISTINCT_COLUMN,
    ENFORCED,
    FIRST_CUSTOMER,
    FIRST_DAY,
    FOREVER,
    HELD_IF_UNKNOWN,
    HOURS,
    KEY_COLUMN,
    KEYS,
    KIND,
    LOCAL,
    LONG_AGO,
    MEMBERS,
    MINUTE,
    OF_DAYS,
    OF_HOURS,
    OF_PEOPLE,
    OF_RULES,
    OFFSET,
    OWN_SLOT,
    P_DEPTH,
    P_DISTINCT,
    P_KEYS,
    P_RING,
    P_SHARED,
    P_SLOT,
    PLANNED,
    POOL,
    PROMISED,
    PUSHES_START,
    RANK,
    RING,
    ROLE,
    ROW,
    RULE,
    SAME,
    SHARED,
    SHUT,
    SIGNATURE,
    SLOT,
    SLOTS,
    TANGLED,
    UNIT_START,
    UNKNOWN,
    WIDTH,
    ZONES_START,
    Facts,
)
from primum.rules.layout import N as MOST

AUDIT, BACKTEST, PLAN, GATE = range(4)
"""The four uses."""
ALLOW, DEFER, DENY = range(3)
"""What an ask is answered."""
LOOK_AHEAD = 400 * DAY_LONG
HOURS_KIND, HELD_KIND, ONLY_KIND = int(Kind.HOURS), int(Kind.HELD), int(Kind.ONLY)
STAMP, TOTAL = range(2)
"""Columns of `Scratch.slots`: for whom it was last used, and how many were pushed."""
PLACE, WHAT = range(2)
"""Columns of `Scratch.near`: where on the axis, and which value of `distinct`."""
LOW, POINTER, HIGH, KEPT_FROM, KEPT, NOW, HAS_PLANS, KNOWN = range(8)
"""Fields of `Scratch.cursor`: the unit's first row, the first that is not in the rings, the one behind its last; the
first kept contact that is not in the rings, how many are kept; the stamp of the present; whether the unit has plans;
the last instant of which facts are known."""


class Scratch(NamedTuple):
    """What the pass remembers while it works on a unit.

    `ring` (int64, cells x axes + 1): places on all axes and the value of `distinct`. `kept` (int64, asks x 1 + axes):
    contacts that were admitted, by instant, with their row, and places on all axes. `work`: masks (see `holding`).
    """

    ring: np.ndarray
    slots: np.ndarray
    near: np.ndarray
    kept: np.ndarray
    work: np.ndarray
    count: np.ndarray
    place: np.ndarray
    gone: np.ndarray
    cursor: np.ndarray


# Rings


@njit(cache=True, nogil=True)
def _find(ring: np.ndarray, base: int, count: int, what: int) -> int:
    axes = ring.shape[1] - 1
    for i in range(count):
        if ring[base + i, axes] == what:
            return i
    return count


@njit(cache=True, nogil=True)
def _remember(s: Scratch, slot: int, base: int, depth: int, what: int) -> None:
    """Put a value in front of the last seen ones, each once."""
    axes = len(s.place)
    count = min(s.slots[slot, TOTAL], depth)
    found = _find(s.ring, base, count, what)
    if found == count:
        found = min(count, depth - 1)
        s.slots[slot, TOTAL] = min(count + 1, depth)
    for i in range(base + found, base, -1):
        for a in range(axes + 1):
            s.ring[i, a] = s.ring[i - 1, a]
    s.ring[base, axes] = what
    for a in range(axes):
        s.ring[base, a] = s.place[a]


@njit(cache=True, nogil=True)
def _own_place(f: Facts, q: int, r: int, at: int, place: int) -> int:
    """Where a contact lies on the axis of check q; over a household by the clock of the customer asked about."""
    if f.checks[q, SHARED] and f.checks[q, AXIS] > 0:
        return place_on(f, at, f.checks[q, AXIS], f.rows[r, CUSTOMER])
    return place


@njit(cache=True, nogil=True)
def _push(f: Facts, s: Scratch, r: int, signature: int, member: int) -> None:
    """A contact that is kept, at `s.place`, goes into the rings of every pool that counts it."""
    now, axes = s.cursor[NOW], len(s.place)
    for p in range(f.signatures[signature, PUSHES_START], f.signatures[signature + 1, PUSHES_START]):
        slot, base = f.pushes[p, P_SLOT], f.pushes[p, P_RING]
        depth, keys = f.pushes[p, P_DEPTH], f.pushes[p, P_KEYS]
        if keys >= 0:
            key = f.rows[r, f.sizes[KEY_COLUMN] + keys]
            if key < 0:
                continue
            slot += key
            base += key * depth
        if member > 0 and not f.pushes[p, P_SHARED]:
            slot += member * f.sizes[SLOTS]
            base += member * f.sizes[CELLS]
        if s.slots[slot, STAMP] != now:
            s.slots[slot, STAMP] = now
            s.slots[slot, TOTAL] = 0
        if f.pushes[p, P_DISTINCT] >= 0:
            _remember(s, slot, base, depth, f.rows[r, f.sizes[DISTINCT_COLUMN] + f.pushes[p, P_DISTINCT]])
            continue
        cell = base + (s.slots[slot, TOTAL] & (depth - 1))
        for a in range(axes):
            s.ring[cell, a] = s.place[a]
        s.slots[slot, TOTAL] += 1


@njit(cache=True, nogil=True)
def _tail_breaks(f: Facts, s: Scratch, q: int, r: int, member: int) -> bool:
    """Whether check q is broken by the contacts kept before the ask in row r, which lies at `s.place`."""
    slot, base, depth, n = f.checks[q, SLOT], f.checks[q, RING], f.checks[q, DEPTH], f.checks[q, MOST]
    if f.checks[q, KEYS] >= 0:
        key = f.rows[r, f.sizes[KEY_COLUMN] + f.checks[q, KEYS]]
        if key < 0:
            return False
        slot += key
        base += key * depth
    if member > 0 and not f.checks[q, SHARED]:
        slot += member * f.sizes[SLOTS]
        base += member * f.sizes[CELLS]
    total = s.slots[slot, TOTAL]
    if s.slots[slot, STAMP] != s.cursor[NOW] or total < n:
        return False
    axis = f.checks[q, AXIS]
    if f.checks[q, DISTINCT] < 0:
        cell = base + ((total - n) & (depth - 1))
        return s.place[axis] - _own_place(f, q, r, s.ring[cell, 0], s.ring[cell, axis]) < f.checks[q, WIDTH]
    own = f.rows[r, f.sizes[DISTINCT_COLUMN] + f.checks[q, DISTINCT]]
    wanted = n if _find(s.ring, base, n, own) < n else n - 1
    cell = base + wanted
    if total <= wanted:
        return False
    return s.place[axis] - _own_place(f, q, r, s.ring[cell, 0], s.ring[cell, axis]) < f.checks[q, WIDTH]


# Around an instant


@njit(cache=True, nogil=True)
def _counts(f: Facts, s: Scratch, q: int, r: int, e: int, signature: int) -> bool:
    """Whether a contact in row e, as this signature, is counted by check q of the ask in row r."""
    slot = f.counted[f.checks[q, POOL], signature]
    same = f.rows[e, SAME]
    if slot < 0 or (same >= 0 and (f.rows[r, SAME] == same or s.gone[e])):
        return False
    if not f.checks[q, SHARED] and f.rows[e, CUSTOMER] != f.rows[r, CUSTOMER]:
        return False
    distinct = f.checks[q, DISTINCT]
    if distinct >= 0:
        column = f.sizes[DISTINCT_COLUMN] + distinct
        if f.rows[e, column] == f.rows[r, column]:
            return False
    if f.checks[q, KEYS] >= 0:
        column = f.sizes[KEY_COLUMN] + f.checks[q, KEYS]
        return f.rows[e, column] == f.rows[r, column]
    return slot == f.checks[q, OWN_SLOT]


@njit(cache=True, nogil=True)
def _add(f: Facts, s: Scratch, q: int, r: int, e: int, count: int, at: int, place: int, x: int) -> int:
    """Add a contact that is counted to those near x, if it may share a window with x."""
    place = _own_place(f, q, r, at, place)
    if abs(place - x) >= f.checks[q, WIDTH]:
        return count
    what = 0
    if f.checks[q, DISTINCT] >= 0:
        what = f.rows[e, f.sizes[DISTINCT_COLUMN] + f.checks[q, DISTINCT]]
    return insert(s.near, count, place, what)


@njit(cache=True, nogil=True)
def _gather_ring(f: Facts, s: Scratch, q: int, r: int, member: int, x: int) -> int:
    """Fill `s.near` with what the ring of check q holds; returns how many."""
    slot, base, depth, axis = f.checks[q, SLOT], f.checks[q, RING], f.checks[q, DEPTH], f.checks[q, AXIS]
    if f.checks[q, KEYS] >= 0:
        key = f.rows[r, f.sizes[KEY_COLUMN] + f.checks[q, KEYS]]
        slot += key
        base += key * depth
    if member > 0 and not f.checks[q, SHARED]:
        slot += member * f.sizes[SLOTS]
        base += member * f.sizes[CELLS]
    if s.slots[slot, STAMP] != s.cursor[NOW]:
        return 0
    own = -1
    if f.checks[q, DISTINCT] >= 0:
        own = f.rows[r, f.sizes[DISTINCT_COLUMN] + f.checks[q, DISTINCT]]
    count, axes = 0, s.ring.shape[1] - 1
    for cell in range(base, base + min(s.slots[slot, TOTAL], depth)):
        if f.checks[q, DISTINCT] >= 0 and s.ring[cell, axes] == own:
            continue
        place = _own_place(f, q, r, s.ring[cell, 0], s.ring[cell, axis])
        if x - place < f.checks[q, WIDTH]:
            count = insert(s.near, count, place, s.ring[cell, axes])
    return count


@njit(cache=True, nogil=True)
def _free(f: Facts, s: Scratch, q: int, r: int, member: int, t: int) -> int:
    """The first instant, from t on, at which the runs that break check q at t no longer do; t where none does."""
    if f.checks[q, KEYS] >= 0 and f.rows[r, f.sizes[KEY_COLUMN] + f.checks[q, KEYS]] < 0:
        return t
    axis, customer = f.checks[q, AXIS], f.rows[r, CUSTOMER]
    x = place_on(f, t, axis, customer)
    count = _gather_ring(f, s, q, r, member, x)
    after = f.checks[q, AFTER] != 0
    for e in range(s.cursor[POINTER], s.cursor[HIGH]):
        if f.rows[e, ROLE] != PROMISED or (after and f.rows[e, AT] > t):
            continue
        if _counts(f, s, q, r, e, f.rows[e, SIGNATURE]):
            count = _add(f, s, q, r, e, count, f.rows[e, AT], f.rows[e, AT + axis], x)
    if s.cursor[HAS_PLANS]:
        for e in range(s.cursor[LOW], s.cursor[HIGH]):
            if f.rows[e, ROLE] != PLANNED or f.rows[e, RANK] >= f.rows[r, RANK] or (after and f.rows[e, AT] > t):
                continue
            if _counts(f, s, q, r, e, f.rows[e, SIGNATURE]):
                count = _add(f, s, q, r, e, count, f.rows[e, AT], f.rows[e, AT + axis], x)
    for i in range(s.cursor[KEPT_FROM], s.cursor[KEPT]):
        e = s.kept[i, 0]
        if after and s.kept[i, 1] > t:
            continue
        if _counts(f, s, q, r, e, f.signatures[f.rows[e, SIGNATURE], AS_SENT]):
            count = _add(f, s, q, r, e, count, s.kept[i, 1], s.kept[i, 1 + axis], x)
    if f.checks[q, DISTINCT] >= 0:
        latest = latest_set(s.near, count, f.checks[q, MOST], x, f.checks[q, WIDTH])
    else:
        latest = latest_run(s.near, count, f.checks[q, MOST], x, f.checks[q, WIDTH])
    if latest == LONG_AGO:
        return t
    return instant_of(f, t, latest + f.checks[q, WIDTH], axis, customer)


# Seeking an instant


@njit(cache=True, nogil=True)
def _seek(f: Facts, s: Scratch, r: int, member: int, limit: int) -> int:
    """The first instant from the ask's on at which no row of WANTED is broken; FOREVER beyond the limit.

    Row after row moves the instant on, until a whole round moves nothing. It never passes an instant at which another
    row comes into force or goes out of it.
    """
    customer, signature, t = f.rows[r, CUSTOMER], f.rows[r, SIGNATURE], f.rows[r, AT]
    zone = first_zone(f, customer)
    person = f.sizes[OF_PEOPLE] + 3 * customer
    work = s.work
    while t <= limit:
        day = np.int64(0)
        change = look_at_conditions(f, customer, t, s.cursor[KNOWN], s.count, work)
        if f.sizes[LOCAL]:
            day = (t + f.zones[segment_at(t, zone, f.zone_start, f.zones), OFFSET]) // DAY_LONG
        if f.sizes[DATED]:
            change = min(change, next_midnight(t, zone, f.zone_start, f.zones))
        put_in_force(f, signature, customer, day, work)
        found = t
        for w in range(work.shape[1]):
            unknown = f.masks[person + UNKNOWN, w]
            work[MAY, w] &= work[WANTED, w] & ~(unknown & ~f.masks[f.sizes[OF_RULES] + HELD_IF_UNKNOWN, w])
            if work[MAY, w] & (unknown | f.masks[person + SHUT, w]):
                found = FOREVER
        if found == t:
            found = _free_of_rows(f, s, r, t, limit)
        if found == t:
            found = _free_of_checks(f, s, r, member, t)
        if found == t:
            return t
        t = min(found, change)
    return FOREVER


@njit(cache=True, nogil=True)
def _free_of_rows(f: Facts, s: Scratch, r: int, t: int, limit: int) -> int:
    """The instant to which the first row in force of hours, states or pauses moves t; t where none does."""
    customer = f.rows[r, CUSTOMER]
    for row in range(len(f.rule_rows)):
        kind = f.rule_rows[row, KIND]
        if not has(s.work, MAY, row):
            continue
        found = t
        if kind == HOURS_KIND:
            for z in range(f.customers[customer, ZONES_START], f.customers[customer + 1, ZONES_START]):
                hours, zone, first = f.rule_rows[row, HOURS], f.near_zones[z], f.sizes[FIRST_DAY]
                opens = next_open(t, limit, hours, zone, f.zone_start, f.zones, first, f.closed, f.minutes)
                found = max(found, opens)
        elif kind in (HELD_KIND, ONLY_KIND):
            found = held_until(f, row, r, customer, t, s.cursor[KNOWN])
        if found > t:
            return found
    return t


@njit(cache=True, nogil=True)
def _free_of_checks(f: Facts, s: Scratch, r: int, member: int, t: int) -> int:
    """The instant to which the first row in force that counts moves t; t where none does."""
    signature = f.rows[r, SIGNATURE]
    for q in range(f.signatures[signature, CHECKS_START], f.signatures[signature + 1, CHECKS_START]):
        if has(s.work, MAY, f.checks[q, ROW]):
            found = _free(f, s, q, r, member, t)
            if found > t:
                return found
    return t


# Judging


@njit(cache=True, nogil=True)
def _flow(f: Facts, s: Scratch, r: int, end: int, first: int, as_sent: bool) -> None:
    """What was made or kept up to the ask's instant goes into the rings, in the order of time."""
    t, axes, skipped = f.rows[r, AT], len(s.place), f.rows[r, SAME]
    while True:
        pointer, kept = s.cursor[POINTER], s.cursor[KEPT_FROM]
        while pointer < end and f.rows[pointer, ROLE] != CONTEXT and f.rows[pointer, ROLE] != PROMISED:
            pointer += 1
        s.cursor[POINTER] = pointer
        made = f.rows[pointer, AT] if pointer < end else FOREVER
        promised = s.kept[kept, 1] if kept < s.cursor[KEPT] else FOREVER
        if min(made, promised) > t:
            return
        if made <= promised:
            e, signature = pointer, f.rows[pointer, SIGNATURE]
            for a in range(axes):
                s.place[a] = f.rows[e, AT + a]
            s.cursor[POINTER] += 1
        else:
            e = s.kept[kept, 0]
            signature = f.rows[e, SIGNATURE]
            if as_sent:
                signature = f.signatures[signature, AS_SENT]
            for a in range(axes):
                s.place[a] = s.kept[kept, 1 + a]
            s.cursor[KEPT_FROM] += 1
        same = f.rows[e, SAME]
        if not (same >= 0 and (same == skipped or s.gone[e])):
            _push(f, s, e, signature, f.rows[e, CUSTOMER] - first)


@njit(cache=True, nogil=True)
def _keep(f: Facts, s: Scratch, r: int, at: int) -> bool:
    """Remember an admitted contact at its instant; returns whether that lies before what is in the rings."""
    i = s.cursor[KEPT]
    while i > 0 and s.kept[i - 1, 1] > at:
        for a in range(len(s.place) + 1):
            s.kept[i, a] = s.kept[i - 1, a]
        i -= 1
    s.kept[i, 0] = r
    for a in range(len(s.place)):
        s.kept[i, 1 + a] = place_on(f, at, a, f.rows[r, CUSTOMER])
    s.cursor[KEPT] += 1
    return i < s.cursor[KEPT_FROM]


@njit(cache=True, nogil=True)
def _break_by_hours(f: Facts, s: Scratch, r: int, zone: int) -> None:
    """Add the hours rows that are closed by a zone's clock; zone -1 is the first one, whose time is in the row."""
    day, minute = f.rows[r, DAY], f.rows[r, MINUTE]
    if zone >= 0:
        local = f.rows[r, AT] + f.zones[segment_at(f.rows[r, AT], zone, f.zone_start, f.zones), OFFSET]
        day, minute = local // DAY_LONG, minute_of_week(local)
    hours = f.sizes[OF_HOURS] + f.minutes[minute, 0]
    date = f.sizes[OF_DAYS] + 2 * min(max(day - f.sizes[FIRST_DAY], 0), f.sizes[DAYS] - 1) + CLOSED_DATE
    for w in range(s.work.shape[1]):
        s.work[BROKEN, w] |= f.masks[hours, w] | f.masks[date, w]


@njit(cache=True, nogil=True)
def _break_by_facts(f: Facts, s: Scratch, r: int) -> None:
    """Fill BROKEN with what an instant and a customer break, before contacts are counted."""
    customer, work = f.rows[r, CUSTOMER], s.work
    for w in range(work.shape[1]):
        work[BROKEN, w] = f.masks[f.sizes[OF_PEOPLE] + 3 * customer + SHUT, w] | work[BROKEN_NOW, w]
    if f.sizes[LOCAL]:
        _break_by_hours(f, s, r, np.int64(-1))
        for z in range(f.customers[customer, ZONES_START] + 1, f.customers[customer + 1, ZONES_START]):
            _break_by_hours(f, s, r, f.near_zones[z])
    for w in range(work.shape[1]):
        seen = work[MAY, w] & work[LOOK, w]
        row = w * 64
        while seen:
            if seen & np.uint64(1) and held(f, row, r, customer, f.rows[r, AT]):
                put(work, BROKEN, row)
            seen >>= np.uint64(1)
            row += 1
    for w in range(work.shape[1]):
        work[BROKEN, w] &= work[MAY, w]


@njit(cache=True, nogil=True)
def _want_rule(f: Facts, broken: np.ndarray, ask: int, rule: int, work: np.ndarray) -> bool:
    """Fill WANTED with the rows of a rule (-1: of all enforced rules); whether any of them is broken."""
    found = False
    for w in range(work.shape[1]):
        work[WANTED, w] = f.masks[f.sizes[OF_RULES] + ENFORCED, w] if rule < 0 else 0
    for row in range(len(f.rule_rows)):
        if f.rule_rows[row, RULE] == rule:
            put(work, WANTED, row)
        found |= has(work, WANTED, row) and has(broken, ask, row)
    return found


@njit(cache=True, nogil=True)
def judge_batch(
    f: Facts, use: int, ask_start: np.ndarray, asks: np.ndarray, rules: int, look_around: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Judge every ask of a batch.

    Args:
        ask_start: int64, units + 1: which asks are whose.
        asks: int64, asks x 2, in judging order: the row in the facts, and the last instant that suits.
        rules: how many rules `alone` is told for: all of them, or 0.
        look_around: count around the instant even where the tail would do.

    Returns: broken (uint64, asks x words), unevaluated (the same), verdict (uint8), until (int64, FOREVER for none),
        alone (int64, asks x rules).
    """
    words, axes = f.masks.shape[1], f.sizes[AXES]
    broken, unevaluated = np.zeros((len(asks), words), np.uint64), np.zeros((len(asks), words), np.uint64)
    verdict, until = np.zeros(len(asks), np.uint8), np.full(len(asks), FOREVER, np.int64)
    alone = np.full((len(asks), rules), FOREVER, np.int64)
    s = _scratch(f, ask_start)
    work, cursor, place = s.work, s.cursor, s.place
    rule_masks = f.sizes[OF_RULES]
    for u in range(len(ask_start) - 1):
        if ask_start[u] == ask_start[u + 1]:
            continue
        low, high = f.units[u, UNIT_START], f.units[u + 1, UNIT_START]
        first = f.units[u, FIRST_CUSTOMER]
        cursor[NOW] += 1
        cursor[LOW], cursor[POINTER], cursor[HIGH] = low, low, high if use != AUDIT else low
        cursor[KEPT_FROM], cursor[KEPT], cursor[HAS_PLANS] = 0, 0, 0
        has_context = ask_start[u + 1] - ask_start[u] < high - low
        promised = False
        if has_context and use != AUDIT:
            for e in range(low, high):
                promised |= f.rows[e, ROLE] == PROMISED
                cursor[HAS_PLANS] |= f.rows[e, ROLE] == PLANNED and use > BACKTEST
        tangled = False
        if f.sizes[TANGLED]:
            for a in range(ask_start[u], ask_start[u + 1]):
                tangled |= f.rows[asks[a, 0], SAME] >= 0
        reached, customer_now, since, changes = LONG_AGO, np.int64(-1), LONG_AGO, LONG_AGO
        for a in range(ask_start[u], ask_start[u + 1]):
            r = asks[a, 0]
            t, customer, signature = f.rows[r, AT], f.rows[r, CUSTOMER], f.rows[r, SIGNATURE]
            person, member = f.sizes[OF_PEOPLE] + 3 * customer, customer - first
            again = tangled and f.rows[r, SAME] >= 0
            if t < reached or again:
                cursor[NOW] += 1
                cursor[POINTER], cursor[KEPT_FROM] = low, 0
            if has_context or cursor[KEPT_FROM] < cursor[KEPT]:
                _flow(f, s, r, r if use <= BACKTEST else high, first, use != AUDIT)
            reached = t
            if customer != customer_now or t >= changes or t < since:
                changes = look_at_conditions(f, customer, t, np.int64(FOREVER), s.count, work)
                customer_now, since = customer, t
            put_in_force(f, signature, customer, f.rows[r, DAY], work)
            _break_by_facts(f, s, r)
            for i in range(axes):
                place[i] = f.rows[r, AT + i]
            around = look_around or promised or cursor[HAS_PLANS] != 0 or cursor[KEPT_FROM] < cursor[KEPT]
            for q in range(f.signatures[signature, CHECKS_START], f.signatures[signature + 1, CHECKS_START]):
                row = f.checks[q, ROW]
                if has(work, MAY, row):
                    hit = not look_around and _tail_breaks(f, s, q, r, member)
                    if hit or (around and _free(f, s, q, r, member, t) > t):
                        put(work, BROKEN, row)
            stops = waits = False
            for w in range(words):
                unknown = f.masks[person + UNKNOWN, w] & work[MAY, w]
                found = (work[BROKEN, w] | unknown) & ~(unknown & ~f.masks[rule_masks + HELD_IF_UNKNOWN, w])
                unevaluated[a, w], broken[a, w] = unknown, found
                found &= f.masks[rule_masks + ENFORCED, w]
                stops |= (found & ~f.masks[rule_masks + DEFERRABLE, w]) != 0
                waits |= found != 0
            verdict[a] = DENY if waits else ALLOW
            if waits and (rules > 0 or (not stops and use != AUDIT)):
                cursor[KNOWN] = t if use <= BACKTEST else FOREVER
                for rule in range(-1, rules):
                    if not _want_rule(f, broken, a, rule, work) or (rule < 0 and stops):
                        continue
                    limit = t + LOOK_AHEAD
                    instant = _seek(f, s, r, member, min(limit, asks[a, 1]) if rule < 0 else limit)
                    if rule < 0:
                        until[a] = instant
                        verdict[a] = DEFER if instant != FOREVER else DENY
                    else:
                        alone[a, rule] = instant
                customer_now = -1
            if use != AUDIT and verdict[a] == DENY:
                reached = FOREVER if again else t
                continue
            at = until[a] if use != AUDIT and verdict[a] == DEFER else t
            if at == t and use <= BACKTEST and not tangled:
                _push(f, s, r, signature if use == AUDIT else f.signatures[signature, AS_SENT], member)
            elif _keep(f, s, r, at):
                reached = FOREVER
            if again:
                reached = FOREVER
                for e in range(low, high):
                    s.gone[e] |= e != r and f.rows[e, SAME] == f.rows[r, SAME]
    return broken, unevaluated, verdict, until, alone


@njit(cache=True, nogil=True)
def _scratch(f: Facts, ask_start: np.ndarray) -> Scratch:
    """Room for the largest unit."""
    words, axes, members = f.masks.shape[1], f.sizes[AXES], f.sizes[MEMBERS]
    most, room, deepest = 1, 1, 1
    for u in range(len(ask_start) - 1):
        most = max(most, ask_start[u + 1] - ask_start[u])
        room = max(room, f.units[u + 1, UNIT_START] - f.units[u, UNIT_START])
    for q in range(len(f.checks)):
        deepest = max(deepest, f.checks[q, DEPTH])
    return Scratch(
        np.empty((f.sizes[CELLS] * members, axes + 1), np.int64),
        np.zeros((f.sizes[SLOTS] * members, 2), np.int64),
        np.empty((2 * room + deepest + 1, 2), np.int64),
        np.empty((most, axes + 1), np.int64),
        np.zeros((7, words), np.uint64),
        np.zeros(f.fact_conditions.shape[1], np.int64),
        np.zeros(axes, np.int64),
        np.zeros(len(f.rows) if f.sizes[TANGLED] else 1, np.bool_),
        np.zeros(8, np.int64),
    )
