"""Facts: what happened to a batch of customers, as arrays; the only form in which rules are executed.

Owns the arrays that the kernel reads, and their making from columns: rings laid out, local times, intervals in which
something holds of a customer. Refuses to read a file, a database or a clock: whoever has columns (`rules.records` from
records, `rules.tables` from Arrow) makes facts of them.
"""

from dataclasses import dataclass, field

import numpy as np

from primum.rules.bind import Bound
from primum.rules.calendar import DayTables, bits, day_tables, zone_tables
from primum.rules.cells import lent
from primum.rules.clock import CALENDAR, DAILY, ELAPSED, EVER, HOURLY, fill_local
from primum.rules.compile import Compiled, Kind, Scope
from primum.rules.compiling import entry
from primum.rules.doubts import doubts_of
from primum.rules.layout import (
    ABSENT,
    AT,
    AXES,
    AXIS_TABLE,
    CELLS,
    CHECK_LIST,
    CHECKS,
    CLOSED,
    CONDITIONS,
    COUNTED,
    CUSTOMER,
    CUSTOMERS,
    D_FACT,
    DATED,
    DAY,
    DAYS,
    DEPTH,
    DISTINCT_COLUMN,
    DOUBTS,
    DOUBTS_START,
    FACT_CONDITIONS,
    FACT_ROWS,
    FIRST_CUSTOMER,
    FIRST_DAY,
    HEADER,
    HOMELESS,
    INTERVALS,
    INTERVALS_START,
    KEY_COLUMN,
    KEYS,
    LOCAL,
    LONG_AGO,
    MEMBERS,
    MINUTE,
    MINUTE_CLASS,
    MINUTES,
    NEAR_ZONES,
    OF_CONDITIONS,
    OF_DAYS,
    OF_HOURS,
    OF_PEOPLE,
    OF_REPLACEMENTS,
    OF_RULES,
    P_DEPTH,
    P_KEYS,
    P_POOL,
    P_RING,
    P_SLOT,
    PERIODS,
    PLANNED,
    POOL,
    PUSH_LIST,
    PUSHES,
    RANK,
    REPLACEMENTS,
    RING,
    ROLE,
    RULE_COUNT,
    RULE_ROWS,
    SAME,
    SCOPE_COLUMN,
    SCOPE_MATCH,
    SCOPE_OF,
    SIGNATURE,
    SIGNATURE_COUNT,
    SIGNATURES,
    SLOT,
    SLOTS,
    TANGLED,
    TOLD_BY_SIGNATURE,
    UNITS,
    WHOLE_DAYS,
    ZONE_START,
    ZONES,
    ZONES_START,
    Facts,
)
from primum.rules.pauses import of_household, with_pauses
from primum.rules.rings import place_memory


@dataclass
class Columns:
    """Contacts of a batch, sorted by (unit, instant, tie order).

    `customer` (int32) counts through the batch, customers of one unit (a household, or one customer) being neighbours;
    `at` (int64, microseconds), `signature` (int64), `role` (uint8), `priority` (float64), `not_after` (int64, FOREVER
    for none), `same` (int64: rows of equal non-negative numbers are one event), `whole`
    (bool: known only to the day). `keys` by key set, `distinct` by
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
    whole: np.ndarray
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
    `start_whole`, `until_whole` (bool): known only to the day. `as_of` (int64): from when on what has no start surely
    holds.
    """

    customer: np.ndarray
    start: np.ndarray
    until: np.ndarray
    fact: np.ndarray
    scopes: dict[Scope, np.ndarray]
    start_whole: np.ndarray
    until_whole: np.ndarray
    as_of: np.ndarray


@dataclass
class Responses:
    """Responses, sorted by (customer, instant).

    `starts` per pause fact: which of them may start it (bool). `scopes` as in `Intervals`, ABSENT where absent.
    `whole` (bool): known only to the day.
    """

    customer: np.ndarray
    at: np.ndarray
    starts: dict[int, np.ndarray]
    scopes: dict[Scope, np.ndarray]
    whole: np.ndarray


def make_facts(
    bound: Bound,
    columns: Columns,
    people: People,
    intervals: Intervals,
    responses: Responses,
    *,
    bears: bool = True,
    days: DayTables | None = None,
) -> Facts:
    """Lay a batch out for the kernel.

    Args:
        bound: the rule set, bound to the signatures that `columns.signature` numbers.
        bears: whether long windows bear a day's uncertainty (audit and backtest).
        days: the rule set's tables by local day where somebody has made them for all batches.
    """
    compiled = bound.compiled
    first_us, last_us = (int(columns.at.min()), int(columns.at.max())) if len(columns.at) else (0, 0)
    days = days or day_tables(compiled, first_us, last_us)
    names = [*people.zones, "UTC", *(a.zone for a in compiled.axes if a.zone)]
    zones, readable = zone_tables(names, first_us, last_us)
    axis_zone = [names.index(a.zone, len(people.zones) + 1) if a.zone else -1 for a in compiled.axes]
    axes = np.array([[_axis_kind(a.axis) for a in compiled.axes], axis_zone], np.int64).T.copy()
    unknown, customers, near_zones = _zones_of(compiled, people, readable)
    sizes = np.zeros(HEADER, np.int64)
    rows = _rows(bound, columns, sizes)
    checks, pushes = _lay_out_rings(bound, columns, sizes)
    masks = _masks(bound, people, unknown, days, sizes)
    sizes[FIRST_DAY], sizes[DAYS] = days.first, len(days.live)
    sizes[LOCAL], sizes[DATED] = compiled.needs_local, compiled.is_dated
    sizes[SIGNATURE_COUNT], sizes[RULE_COUNT] = len(bound.signatures), len(compiled.rows)
    parts = {
        UNITS: _units(compiled, people, columns, sizes),
        CUSTOMERS: customers,
        NEAR_ZONES: near_zones.reshape(-1, 1),
        SIGNATURES: np.stack([bound.check_start, bound.push_start, np.append(bound.sent, 0)], axis=1),
        CHECKS: checks,
        PUSHES: pushes,
        CHECK_LIST: bound.check_list,
        PUSH_LIST: bound.push_list,
        COUNTED: bound.counted,
        AXIS_TABLE: axes,
        ZONE_START: zones.start.reshape(-1, 1),
        ZONES: zones.table,
        CLOSED: days.closed,
        PERIODS: days.periods,
        MINUTE_CLASS: bound.hour_tables.minutes[:, :1],
        MINUTES: bound.hour_tables.minutes[:, 1:],
        **_rule_tables(compiled),
    }
    # Pauses end at local midnights, so that they need tables; what they add to the tables comes last.
    unsure, told = _unsure(people, columns, intervals, responses), intervals
    if any(row.pause is not None for row in compiled.rows):
        intervals = with_pauses(compiled, intervals, responses, people.unit, _packed(sizes, parts))
    customers[:, INTERVALS_START] = _begins(intervals.customer, len(people.unit))
    scope_match, codes = _scopes(bound, intervals, responses)
    parts[SCOPE_MATCH] = scope_match.reshape(len(scope_match), scope_match.shape[1] * scope_match.shape[2])
    parts[INTERVALS] = np.stack([intervals.start, intervals.until, intervals.fact, *codes], axis=1)
    parts[DOUBTS], parts[WHOLE_DAYS] = np.zeros((0, D_FACT + 1 + len(codes)), np.int64), np.zeros((0, 1), np.int64)
    if unsure.any():
        household = of_household(responses, people.unit)
        given = doubts_of(compiled, told, responses, household, _packed(sizes, parts), unsure, bears)
        parts[DOUBTS], parts[WHOLE_DAYS] = given[0], columns.whole.reshape(-1, 1)
        customers[:, DOUBTS_START] = np.searchsorted(given[1], np.arange(len(customers)))
    tables = _packed(sizes, parts)
    place_memory(tables, len(rows))
    if compiled.needs_local:
        fill_local(tables, rows)
    firsts = parts[UNITS][:-1, FIRST_CUSTOMER]
    return Facts(rows, masks, tables, np.logical_or.reduceat(unsure, firsts) if len(firsts) else unsure)


def _unsure(people: People, columns: Columns, intervals: Intervals, responses: Responses) -> np.ndarray:
    """Customers in whose household something is known only to the day."""
    found = np.zeros(len(people.unit), bool)
    found[columns.customer[columns.whole]] = True
    found[responses.customer[responses.whole]] = True
    found[intervals.customer[intervals.start_whole | intervals.until_whole | (intervals.as_of != LONG_AGO)]] = True
    if not found.any():
        return found
    return np.isin(people.unit, people.unit[found])


def _packed(sizes: np.ndarray, parts: dict[int, np.ndarray]) -> np.ndarray:
    """One array of all tables behind a header that says where each begins and how wide it is."""
    header = sizes.copy()
    begin = HEADER
    for name, table in parts.items():
        header[name], header[name + 1] = begin, table.shape[1] if table.ndim > 1 else 1
        begin += table.size
    return np.concatenate([header, *(t.reshape(-1).astype(np.int64, copy=False) for t in parts.values())])


def _axis_kind(axis: str) -> int:
    return {"elapsed": ELAPSED, "ever": EVER, "hour": HOURLY, "local_days": DAILY, "day": DAILY}.get(axis, CALENDAR)


def _zones_of(compiled: Compiled, people: People, readable: list[bool]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows that cannot be evaluated for want of a zone or calendar (uint64, customers x words), `customers` with the
    starts of their zones, and the zones; UTC stands in where there is none."""
    fine = np.array(readable, bool)
    count = np.diff(people.zone_start)
    start = np.zeros((len(count) + 1, 4), np.int64)
    start[1:, ZONES_START] = np.cumsum(np.maximum(count, 1))
    near_zones = np.insert(people.zone, people.zone_start[:-1][count == 0], len(people.zones)).astype(np.int64)
    unreadable = np.zeros(len(near_zones) + 1, np.int64)
    unreadable[1:] = np.cumsum(~fine[near_zones])
    ends, begins = start[1:, ZONES_START], start[:-1, ZONES_START]
    all_known = (count > 0) & (unreadable[ends] == unreadable[begins])
    first_known = (count > 0) & fine[near_zones[begins]]
    start[:-1, HOMELESS] = ~first_known
    unknown = np.where(first_known[:, None], np.uint64(0), bits(compiled.rows_needing_first_zone(), compiled.words))
    unknown |= np.where(all_known[:, None], np.uint64(0), bits(compiled.rows_needing_all_zones(), compiled.words))
    unknown |= bits([i for i, r in enumerate(compiled.rows) if r.unknown_calendar], compiled.words)
    return unknown, start, near_zones


def _rows(bound: Bound, columns: Columns, sizes: np.ndarray) -> np.ndarray:
    """The rows' columns side by side (see `rules.layout`)."""
    compiled = bound.compiled
    scopes = [_scope_column(bound, columns, s) for s in compiled.scopes()]
    keys = [columns.keys[i] for i in range(len(bound.key_sets))]
    further = [*keys, *_distinct(bound, columns), *scopes]
    first = AT + len(compiled.axes)
    rows = np.empty((len(columns.at), first + len(further)), np.int64)
    _fill_rows(
        rows,
        columns.customer.astype(np.int64),
        columns.signature.astype(np.int64),
        columns.role.astype(np.int64),
        columns.same.astype(np.int64),
        _ranks(bound, columns).astype(np.int64),
        columns.at.astype(np.int64),
        np.array(further, np.int64).reshape(len(further), len(rows)),
    )
    sizes[[AXES, KEY_COLUMN, DISTINCT_COLUMN]] = (len(compiled.axes), first, first + len(keys))
    sizes[[SCOPE_COLUMN, TANGLED]] = (first + len(further) - len(scopes), bool((columns.same >= 0).any()))
    return rows


@entry
def _fill_rows(
    rows: np.ndarray,
    customer: np.ndarray,
    signature: np.ndarray,
    role: np.ndarray,
    same: np.ndarray,
    rank: np.ndarray,
    at: np.ndarray,
    further: np.ndarray,
) -> None:
    """Write each row at once: column by column, all of the memory would be walked as often as there are columns.

    Args:
        rows: filled; the others by row, all int64. further: [columns, rows], the last ones.
    """
    count, width, extra = rows.shape[0], rows.shape[1], further.shape[0]
    rows, further, customer, signature = lent(rows), lent(further), lent(customer), lent(signature)
    role, same, rank, at = lent(role), lent(same), lent(rank), lent(at)
    for r in range(count):
        rows[r, CUSTOMER], rows[r, SIGNATURE], rows[r, ROLE] = customer[r], signature[r], role[r]
        rows[r, SAME], rows[r, RANK], rows[r, AT] = same[r], rank[r], at[r]
        rows[r, DAY] = rows[r, MINUTE] = 0
        for i in range(AT + 1, width - extra):
            rows[r, i] = 0
        for i in range(extra):
            rows[r, width - extra + i] = further[i, r]


def _ranks(bound: Bound, columns: Columns) -> np.ndarray:
    """The smaller, the more important."""
    if bound.compiled.priorities:
        return np.asarray(bound.rank[columns.signature])
    if not (columns.role == PLANNED).any():
        return np.zeros(len(columns.at), np.int64)
    return np.unique(-columns.priority, return_inverse=True)[1].reshape(-1)


def _distinct(bound: Bound, columns: Columns) -> list[np.ndarray]:
    """Per attribute of `distinct` the value's code; what has none gets a code of its own."""
    own = -2 - np.arange(len(columns.at))
    found = []
    for number, name in enumerate(bound.distincts):
        told = name in bound.in_signature
        codes = bound.distinct_codes[number][columns.signature] if told else columns.distinct[name]
        found.append(np.where(codes == ABSENT, own, codes))
    return found


def _scope_column(bound: Bound, columns: Columns, scope: Scope) -> np.ndarray:
    if scope.attribute in bound.in_signature:
        return np.full(len(columns.at), TOLD_BY_SIGNATURE, np.int64)
    return columns.scopes[scope]


def _scopes(bound: Bound, intervals: Intervals, responses: Responses) -> tuple[np.ndarray, list[np.ndarray]]:
    """Which signatures hold which codes (row 0 of the table is for what is absent); and the codes of the intervals."""
    names = bound.compiled.scopes()
    codes = [intervals.scopes[s] for s in names]
    told = [s.attribute in bound.in_signature for s in names]
    met = [max(int(part.scopes[s].max(initial=-1)) for part in (intervals, responses)) for s in names]
    widest = max((m for m, t in zip(met, told, strict=True) if t), default=-1) + 2
    match = np.zeros((len(names), widest, len(bound.signatures)), np.uint8)
    for i, scope in enumerate(names):
        for signature, values in enumerate(bound.scope_codes[scope] if told[i] else ()):
            for value in values:
                if value + 1 < widest:
                    match[i, value + 1, signature] = 1
    return match, codes


def _lay_out_rings(bound: Bound, columns: Columns, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each pool its slots and cells; keyed pools get as many slots as the batch's busiest customer has keys."""
    slot_of, ring_of = [], []
    slots = cells = 0
    for place in bound.places:
        slot_of.append(slots)
        ring_of.append(cells)
        own = place.slots if place.keys < 0 else int(columns.keys[place.keys].max(initial=-1)) + 1
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
    sizes[[SLOTS, CELLS]] = (slots, cells)
    return checks, pushes


def _units(compiled: Compiled, people: People, columns: Columns, sizes: np.ndarray) -> np.ndarray:
    """Where each unit's rows begin, and its first customer; customers are units where no rule counts by household."""
    count = len(people.unit)
    first = np.arange(count)
    if compiled.counts_households and count:
        first = np.flatnonzero(np.diff(people.unit, prepend=people.unit[:1] - 1))
    sizes[MEMBERS] = np.diff(np.append(first, count)).max(initial=1)
    customer = np.append(first, count)
    return np.stack([_begins(columns.customer, count)[customer], customer], axis=1).astype(np.int64)


def _begins(customer: np.ndarray, count: int) -> np.ndarray:
    """How many rows customers before each one have, and before the end: where its own begin, if they are sorted."""
    return np.concatenate([[0], np.cumsum(np.bincount(customer, minlength=count))])


def _masks(bound: Bound, people: People, unknown: np.ndarray, days: DayTables, sizes: np.ndarray) -> np.ndarray:
    """All masks, one part behind the other; `sizes` gets where each part begins."""
    compiled = bound.compiled
    shut = people.held_out | bits([i for i, r in enumerate(compiled.rows) if r.kind == Kind.NEVER], compiled.words)
    replacements = [bits(compiled.rows_of(rule), compiled.words) for pair in compiled.replaces for rule in pair]
    parts = (
        bound.governs,
        _rule_masks(compiled),
        _interleaved(people.governed, shut, unknown),
        _interleaved(*_condition_masks(compiled)),
        np.array(replacements, np.uint64).reshape(-1, compiled.words),
        _interleaved(days.live, days.dates),
        bound.hour_tables.shut,
    )
    starts = np.cumsum([len(p) for p in parts])
    sizes[[OF_RULES, OF_PEOPLE, OF_CONDITIONS, OF_REPLACEMENTS, OF_DAYS, OF_HOURS]] = starts[:-1]
    sizes[[CONDITIONS, REPLACEMENTS]] = (len(compiled.conditions), len(compiled.replaces))
    return np.concatenate(parts)


def _interleaved(*masks: np.ndarray) -> np.ndarray:
    """Rows of several arrays in turn: the first of each, the second of each..."""
    return np.stack(masks, axis=1).reshape(-1, masks[0].shape[1])


def _rule_masks(compiled: Compiled) -> np.ndarray:
    rows, rules = list(enumerate(compiled.rows)), compiled.rules
    kinds = (
        [i for i, r in rows if not rules[r.rule].shadow],
        [i for i, r in rows if rules[r.rule].otherwise == "defer"],
        [i for i, r in rows if r.scope],
        [i for i, r in rows if rules[r.rule].hold_if_unknown],
    )
    return np.stack([bits(k, compiled.words) for k in kinds])


def _condition_masks(compiled: Compiled) -> tuple[np.ndarray, ...]:
    """Per condition the rows that need it to govern (true, false), and those broken while it is true, or false."""
    need, forbid, close, opened = (np.zeros((len(compiled.conditions), compiled.words), np.uint64) for _ in range(4))
    for number, who in enumerate(compiled.who):
        own = bits(compiled.rows_of(number), compiled.words)
        for condition, negated in who.conditions:
            (forbid if negated else need)[condition] |= own
    for i, row in enumerate(compiled.rows):
        if row.condition >= 0:
            (opened if row.kind == Kind.ONLY else close)[row.condition] |= bits([i], compiled.words)
    return need, forbid, close, opened


def _rule_tables(compiled: Compiled) -> dict[int, np.ndarray]:
    """What does not depend on the batch: the rows of the rule set, their scopes, and what each fact bears on."""
    names = compiled.scopes()
    scopes = [[names.index(s) for s in r.scopes()] for r in compiled.rows]
    ends = np.cumsum([len(s) for s in scopes])
    lines = [
        (int(r.kind), r.hours, r.wildcard, end - len(own), end, r.rule)
        for r, own, end in zip(compiled.rows, scopes, ends, strict=True)
    ]
    facts = range(len(compiled.facts))
    return {
        RULE_ROWS: np.array(lines, np.int64).reshape(-1, 6),
        SCOPE_OF: np.array([s for own in scopes for s in own], np.int64).reshape(-1, 1),
        FACT_ROWS: _truths([[f in r.facts for r in compiled.rows] for f in facts], len(compiled.rows)),
        FACT_CONDITIONS: _truths(
            [[f in c.facts for c in compiled.conditions] for f in facts], len(compiled.conditions)
        ),
    }


def _truths(lines: list[list[bool]], width: int) -> np.ndarray:
    return np.array(lines, np.uint8).reshape(len(lines), width)
