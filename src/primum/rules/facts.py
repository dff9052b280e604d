"""Facts: what happened to a batch of customers, as arrays; the only form in which rules are executed.

Owns the arrays that the kernel reads, and their making from columns: rings laid out, local times, intervals in which
something holds of a customer. Refuses to read a file, a database or a clock: whoever has columns (`rules.records` from
records, `rules.tables` from Arrow) makes facts of them.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from primum.rules.bind import DEPTH, KEYS, P_DEPTH, P_KEYS, P_POOL, P_RING, P_SLOT, POOL, RING, SLOT, Bound
from primum.rules.calendar import bits, day_tables, zone_tables
from primum.rules.clock import CALENDAR, DAILY, ELAPSED, EVER, HOURLY, local_columns
from primum.rules.compile import Compiled, Kind, Scope
from primum.rules.pauses import with_pauses

CONTEXT, CANDIDATE, PLANNED, PROMISED = range(4)
"""What a row is: a contact that is known once it has been made, something to be decided, a contact that is planned, and
one that is known beforehand."""
ABSENT = -1
ANY = -2
"""Codes of scopes: the attribute is absent; the state names no value, which means all of them."""
LONG_AGO = int(np.iinfo(np.int64).min)


@dataclass
class Columns:
    """Contacts of a batch, sorted by (unit, instant, tie order).

    `customer` (int32) counts through the batch, customers of one unit (a household, or one customer) being neighbours;
    `at` (int64, microseconds), `signature` (int64), `role` (uint8), `priority` (float64), `not_after` (int64, FOREVER
    for none), `same` (int64: rows of equal non-negative numbers are one event). `keys` by key set, `distinct` by
    attribute, `scopes` by attribute: int64 codes of what the signatures do not tell. In key sets that need all their
    attributes ABSENT marks a row without one; others give what is absent a code of its own. In `distinct` ABSENT rows
    equal no other.
    """

    customer: np.ndarray
    at: np.ndarray
    signature: np.ndarray
    role: np.ndarray
    priority: np.ndarray
    not_after: np.ndarray
    same: np.ndarray
    keys: dict[int, np.ndarray] = field(default_factory=dict)
    distinct: dict[str, np.ndarray] = field(default_factory=dict)
    scopes: dict[Scope, np.ndarray] = field(default_factory=dict)


@dataclass
class People:
    """The customers of a batch.

    `unit` (int64): the unit of each, ascending. `zones`: names; customer c's are `zone[zone_start[c] :
    zone_start[c + 1]]` (int32), the first one first. `governed` (uint64, customers x words): rows whose `for` terms
    over attributes match, and `held_out` those hold-outs that hold the customer.
    """

    unit: np.ndarray
    zones: list[str]
    zone_start: np.ndarray
    zone: np.ndarray
    governed: np.ndarray
    held_out: np.ndarray


@dataclass
class Intervals:
    """What holds of customers, sorted by (customer, start); `start` LONG_AGO and `until` FOREVER where open.

    `fact` (int64) numbers `Compiled.facts`; `scopes` per scope attribute: int64 codes, ANY where none is named.
    """

    customer: np.ndarray
    start: np.ndarray
    until: np.ndarray
    fact: np.ndarray
    scopes: dict[Scope, np.ndarray]


@dataclass
class Responses:
    """Responses, sorted by (customer, instant).

    `starts` per pause fact: which of them may start it (bool). `scopes` as in `Intervals`, ABSENT where absent.
    """

    customer: np.ndarray
    at: np.ndarray
    starts: dict[int, np.ndarray]
    scopes: dict[Scope, np.ndarray]


class Facts(NamedTuple):
    """The arrays of a batch; masks are uint64 with `governs.shape[1]` words, instants int64 microseconds UTC.

    Rows (contacts) of unit u are `unit_start[u] : unit_start[u + 1]`; `first` is each unit's first customer.
    """

    unit_start: np.ndarray
    first: np.ndarray
    customer: np.ndarray
    at: np.ndarray
    signature: np.ndarray
    role: np.ndarray
    rank: np.ndarray
    same: np.ndarray
    key: np.ndarray
    distinct: np.ndarray
    day: np.ndarray
    minute: np.ndarray
    period: np.ndarray
    row_scope: np.ndarray
    governs: np.ndarray
    checks: np.ndarray
    check_start: np.ndarray
    pushes: np.ndarray
    push_start: np.ndarray
    counted: np.ndarray
    sent: np.ndarray
    layout: np.ndarray
    masks: np.ndarray
    kind: np.ndarray
    row_hours: np.ndarray
    row_condition: np.ndarray
    scope_start: np.ndarray
    scope_of: np.ndarray
    wildcard: np.ndarray
    fact_of_row: np.ndarray
    replacer: np.ndarray
    replaced: np.ndarray
    axis_kind: np.ndarray
    axis_zone: np.ndarray
    governed: np.ndarray
    shut: np.ndarray
    unknown: np.ndarray
    zone_start: np.ndarray
    zone: np.ndarray
    z_start: np.ndarray
    z_at: np.ndarray
    z_offset: np.ndarray
    first_day: np.ndarray
    live: np.ndarray
    dates: np.ndarray
    closed: np.ndarray
    periods: np.ndarray
    shut_class: np.ndarray
    shut_minutes: np.ndarray
    wait: np.ndarray
    interval_start: np.ndarray
    starts: np.ndarray
    untils: np.ndarray
    fact: np.ndarray
    scopes: np.ndarray
    scope_match: np.ndarray
    condition_start: np.ndarray
    condition_of: np.ndarray
    need: np.ndarray
    forbid: np.ndarray
    close: np.ndarray
    open: np.ndarray


ENFORCED, DEFERRABLE, HOURS_ROWS, SCOPED, HELD_IF_UNKNOWN = range(5)
"""Rows of `Facts.masks`."""
SLOTS, CELLS, MEMBERS, AXES, LOCAL, DATED, CONDITIONS, SAME = range(8)
"""Fields of `Facts.layout`: slots and cells of rings a member, members a unit at most, axes, whether local times are
needed, whether the rows in force depend on the day, the number of conditions, whether any rows are one event."""


def make_facts(bound: Bound, columns: Columns, people: People, intervals: Intervals, responses: Responses) -> Facts:
    """Lay a batch out for the kernel.

    Args:
        bound: the rule set, bound to the signatures that `columns.signature` numbers.
    """
    compiled = bound.compiled
    first_us, last_us = _span(columns.at)
    days = day_tables(compiled, first_us, last_us)
    named = [a.zone for a in compiled.axes if a.zone]
    names = [*people.zones, "UTC", *named]
    zones, readable = zone_tables(names, first_us, last_us)
    axis_zone = np.array([names.index(a.zone, len(people.zones) + 1) if a.zone else -1 for a in compiled.axes])
    unknown, zone_start, zone = _zones_of(compiled, people, readable)
    axis_kind = np.array([_axis_kind(a.axis) for a in compiled.axes], np.int64)
    clock = (axis_kind, axis_zone, zones.start, zones.at, zones.offset, days.first, days.periods)
    intervals = with_pauses(compiled, intervals, responses, people.unit, zone_start, zone, clock)
    day, minute, period = _local(compiled, columns, zone_start, zone, clock)
    checks, pushes, slots, cells, key = _lay_out_rings(bound, columns)
    unit_start, first, members = _units(compiled, people, columns)
    layout = np.zeros(8, np.int64)
    layout[[SLOTS, CELLS, MEMBERS, AXES]] = (slots, cells, members, len(compiled.axes))
    layout[[LOCAL, DATED, CONDITIONS]] = (compiled.needs_local, compiled.is_dated, len(compiled.conditions))
    layout[SAME] = bool((columns.same >= 0).any())
    row_scope, scope_match, scope_codes = _scopes(bound, columns, intervals)
    return Facts(
        unit_start=unit_start,
        first=first,
        customer=columns.customer,
        at=columns.at,
        signature=columns.signature,
        role=columns.role,
        rank=_ranks(bound, columns),
        same=columns.same,
        key=key,
        distinct=_distinct(bound, columns),
        day=day,
        minute=minute,
        period=period,
        row_scope=row_scope,
        governs=bound.governs,
        checks=checks,
        check_start=bound.check_start,
        pushes=pushes,
        push_start=bound.push_start,
        counted=bound.counted,
        sent=bound.sent,
        layout=layout,
        masks=_masks(compiled),
        axis_kind=axis_kind,
        axis_zone=axis_zone,
        governed=people.governed,
        shut=people.held_out | _never(compiled),
        unknown=unknown,
        zone_start=zone_start,
        zone=zone,
        z_start=zones.start,
        z_at=zones.at,
        z_offset=zones.offset,
        first_day=np.array([days.first]),
        live=days.live,
        dates=days.dates,
        closed=days.closed,
        periods=days.periods,
        shut_class=bound.hour_tables.shut_class,
        shut_minutes=bound.hour_tables.shut,
        wait=bound.hour_tables.wait,
        interval_start=np.searchsorted(intervals.customer, np.arange(len(people.unit) + 1)).astype(np.int64),
        starts=intervals.start,
        untils=intervals.until,
        fact=intervals.fact,
        scopes=scope_codes,
        scope_match=scope_match,
        **_row_arrays(compiled),
        **_replacements(compiled),
        **_conditions(compiled),
    )


def _span(at: np.ndarray) -> tuple[int, int]:
    return (int(at.min()), int(at.max())) if len(at) else (0, 0)


def _axis_kind(axis: str) -> int:
    return {"elapsed": ELAPSED, "ever": EVER, "hour": HOURLY, "local_days": DAILY, "day": DAILY}.get(axis, CALENDAR)


def _zones_of(compiled: Compiled, people: People, readable: list[bool]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows that cannot be evaluated for want of a zone (uint64, customers x words), and zones with UTC in its place."""
    fine = np.array(readable, bool)
    count = np.diff(people.zone_start)
    first = (
        np.where(count > 0, people.zone[np.minimum(people.zone_start[:-1], max(0, len(people.zone) - 1))], -1)
        if len(people.zone)
        else np.full(len(count), -1)
    )
    first_fine = (first >= 0) & fine[first]
    bad = np.zeros(len(people.zone) + 1, np.int64)
    bad[1:] = np.cumsum(~fine[people.zone])
    all_fine = (count > 0) & (bad[people.zone_start[1:]] == bad[people.zone_start[:-1]])
    by_first = bits(compiled.rows_needing_first_zone(), compiled.words)
    by_all = bits(compiled.rows_needing_all_zones(), compiled.words)
    unknown = np.where(first_fine[:, None], np.uint64(0), by_first) | np.where(all_fine[:, None], np.uint64(0), by_all)
    unknown |= bits([i for i, r in enumerate(compiled.rows) if r.unknown_calendar], compiled.words)
    lacking = count == 0
    if not lacking.any():
        return unknown, people.zone_start, people.zone
    place = people.zone_start[:-1][lacking]
    zone = np.insert(people.zone, place, len(people.zones)).astype(np.int32)
    start = np.zeros(len(count) + 1, np.int64)
    start[1:] = np.cumsum(np.maximum(count, 1))
    return unknown, start, zone


def _local(
    compiled: Compiled, columns: Columns, zone_start: np.ndarray, zone: np.ndarray, clock: tuple[Any, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not compiled.needs_local and len(compiled.axes) == 1:
        empty = np.zeros(0, np.int32)
        return empty, empty, np.zeros((0, 0), np.int64)
    found = local_columns(columns.customer, columns.at, zone_start, zone, *clock)
    return found[0], found[1], found[2]


def _lay_out_rings(bound: Bound, columns: Columns) -> tuple[np.ndarray, np.ndarray, int, int, np.ndarray]:
    """Give each pool its slots and cells; keyed pools get as many slots as the batch's busiest customer has keys."""
    key = np.stack([columns.keys[i] for i in range(len(bound.key_sets))]) if bound.key_sets else _no_rows()
    slot_of, ring_of = [], []
    slots = cells = 0
    for place in bound.places:
        slot_of.append(slots)
        ring_of.append(cells)
        own = place.slots if place.keys < 0 else int(key[place.keys].max(initial=-1)) + 1
        slots += own
        cells += own * place.depth
    checks, pushes = bound.checks.copy(), bound.pushes.copy()
    for lines, pool, slot, ring, depth, keys in (
        (checks, POOL, SLOT, RING, DEPTH, KEYS),
        (pushes, P_POOL, P_SLOT, P_RING, P_DEPTH, P_KEYS),
    ):
        if len(lines):
            relative = np.where(lines[:, keys] < 0, lines[:, slot], 0)
            lines[:, ring] = np.array(ring_of)[lines[:, pool]] + relative * lines[:, depth]
            lines[:, slot] = np.array(slot_of)[lines[:, pool]] + relative
    return checks, pushes, slots, cells, key


def _no_rows() -> np.ndarray:
    return np.zeros((0, 0), np.int64)


def _units(compiled: Compiled, people: People, columns: Columns) -> tuple[np.ndarray, np.ndarray, int]:
    """Where each unit's rows begin, its first customer, and the most members a unit has."""
    count = len(people.unit)
    if any(p.household for p in compiled.pools):
        first = np.flatnonzero(np.diff(people.unit, prepend=people.unit[:1] - 1)) if count else np.zeros(0, np.int64)
    else:
        first = np.arange(count)
    members = int(np.diff(np.append(first, count)).max(initial=1))
    unit_of_customer = np.searchsorted(first, np.arange(count), "right") - 1
    start = np.searchsorted(unit_of_customer[columns.customer], np.arange(len(first) + 1)).astype(np.int64)
    return start, first.astype(np.int64), members


def _ranks(bound: Bound, columns: Columns) -> np.ndarray:
    """The smaller, the more important."""
    if bound.compiled.priorities:
        return np.asarray(bound.rank[columns.signature])
    return np.asarray(-columns.priority)


def _distinct(bound: Bound, columns: Columns) -> np.ndarray:
    """Per attribute of `distinct` the value's code; what has none gets a code of its own."""
    if not bound.distincts:
        return _no_rows()
    own = -2 - np.arange(len(columns.at))
    found = []
    for number, name in enumerate(bound.distincts):
        told = name in bound.in_signature
        codes = bound.distinct_codes[number][columns.signature] if told else columns.distinct[name]
        found.append(np.where(codes == ABSENT, own, codes))
    return np.stack(found)


def _scopes(bound: Bound, columns: Columns, intervals: Intervals) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes of scopes by row, a table (attributes x codes + 1 x signatures) for those signatures tell, and by interval.

    The table's row 0 is for what is absent. An attribute told row by row has no use of the table.
    """
    names = bound.compiled.scopes()
    if not names:
        return _no_rows(), np.zeros((0, 0, 0), np.uint8), _no_rows()
    rows = np.full((len(names), len(columns.at)), np.iinfo(np.int64).min, np.int64)
    codes = np.stack([intervals.scopes[n] for n in names])
    told = [n.attribute in bound.in_signature for n in names]
    widest = max((int(codes[i].max(initial=-1)) for i in range(len(names)) if told[i]), default=-1) + 2
    match = np.zeros((len(names), widest, len(bound.signatures)), np.uint8)
    for i, name in enumerate(names):
        if not told[i]:
            rows[i] = columns.scopes[name]
            continue
        for s, values in enumerate(bound.scope_codes[name]):
            for value in values:
                if value + 1 < widest:
                    match[i, value + 1, s] = 1
    return rows, match, codes


def _masks(compiled: Compiled) -> np.ndarray:
    rows = list(enumerate(compiled.rows))
    rules = compiled.rules
    kinds = (
        [i for i, r in rows if not rules[r.rule].shadow],
        [i for i, r in rows if rules[r.rule].otherwise == "defer"],
        [i for i, r in rows if r.kind == Kind.HOURS],
        [i for i, r in rows if r.scope and r.kind in (Kind.HELD, Kind.ONLY)],
        [i for i, r in rows if rules[r.rule].hold_if_unknown],
    )
    return np.stack([bits(k, compiled.words) for k in kinds])


def _row_arrays(compiled: Compiled) -> dict[str, np.ndarray]:
    names = compiled.scopes()
    scopes = [[names.index(s) for s in r.scopes()] for r in compiled.rows]
    start = np.zeros(len(compiled.rows) + 1, np.int64)
    start[1:] = np.cumsum([len(s) for s in scopes])
    facts = np.zeros((max(1, len(compiled.facts)), len(compiled.rows)), np.uint8)
    for i, row in enumerate(compiled.rows):
        facts[list(row.facts), i] = 1
    return {
        "kind": np.array([int(r.kind) for r in compiled.rows], np.int64),
        "row_hours": np.array([r.hours for r in compiled.rows], np.int64),
        "row_condition": np.array([r.condition for r in compiled.rows], np.int64),
        "scope_start": start,
        "scope_of": np.array([s for own in scopes for s in own], np.int64),
        "wildcard": np.array([r.wildcard for r in compiled.rows], np.uint8),
        "fact_of_row": facts,
    }


def _replacements(compiled: Compiled) -> dict[str, np.ndarray]:
    """Masks of replacing rules and of what each replaces."""
    pairs = [
        (bits(compiled.rows_of(a), compiled.words), bits(compiled.rows_of(b), compiled.words))
        for a, b in compiled.replaces
    ]
    if not pairs:
        empty = np.zeros((0, compiled.words), np.uint64)
        return {"replacer": empty, "replaced": empty}
    return {"replacer": np.stack([p[0] for p in pairs]), "replaced": np.stack([p[1] for p in pairs])}


def _never(compiled: Compiled) -> np.ndarray:
    return bits([i for i, r in enumerate(compiled.rows) if r.kind == Kind.NEVER], compiled.words)


def _conditions(compiled: Compiled) -> dict[str, np.ndarray]:
    """Which conditions each fact makes true; and per condition the rows that need it (true, false) to govern, and
    those that are broken while it is true, and while it is false."""
    of_fact = [[c for c, cond in enumerate(compiled.conditions) if f in cond.facts] for f in range(len(compiled.facts))]
    start = np.zeros(len(of_fact) + 1, np.int64)
    start[1:] = np.cumsum([len(o) for o in of_fact])
    need, forbid, close, opened = (np.zeros((len(compiled.conditions), compiled.words), np.uint64) for _ in range(4))
    for number, who in enumerate(compiled.who):
        own = bits(compiled.rows_of(number), compiled.words)
        for condition, negated in who.conditions:
            (forbid if negated else need)[condition] |= own
    for i, row in enumerate(compiled.rows):
        if row.condition >= 0:
            (opened if row.kind == Kind.ONLY else close)[row.condition] |= bits([i], compiled.words)
    return {
        "condition_start": start,
        "condition_of": np.array([c for o in of_fact for c in o], np.int64),
        "need": need,
        "forbid": forbid,
        "close": close,
        "open": opened,
    }
