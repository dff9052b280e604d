"""From Arrow tables (a bucket of a history, an export) to facts: the way of audit and backtest.

Owns the numbering of values by dictionaries and the choice of what signatures tell. Refuses rows that are not sorted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.rules.bind import Bound, Signature, bind
from primum.rules.calendar import bits
from primum.rules.compile import Compiled, KeySet, Scope
from primum.rules.compiling import entry
from primum.rules.facts import Columns, Intervals, People, Responses, make_facts
from primum.rules.layout import ABSENT, ANY, CANDIDATE, FOREVER, LONG_AGO, Facts, unit_starts
from primum.rules.records import held_out
from primum.words.filters import Value
from primum.words.vocabulary import ATTEMPTED

FEW = 4096
"""An attribute of `per` or `distinct` with more values than this is told row by row."""
MOST_COMBINATIONS = 4_000_000


@dataclass(frozen=True)
class Tables:
    """A batch as Arrow tables.

    `customers`: a row per customer, members of a unit side by side: `id` (text; needed by hold-outs), `zones` (text or
    list of texts), `unit` (int64, optional) and every attribute that `for` may name. `contacts`, sorted by (customer's
    unit, instant, priority, id): `customer` (int32, row of `customers`), `at` (timestamp or int64 microseconds),
    `status`, `at_precision` (optional; `day`), and attributes as texts, dictionaries, integers or lists of texts.
    `responses` (customer, at, at_precision, kind, ...), sorted by (customer, instant). `states` (customer, state,
    start, until, start_precision, until_precision, as_of, ...; where `kind` is `segment` a segment).
    """

    customers: pa.Table
    contacts: pa.Table
    responses: pa.Table | None = None
    states: pa.Table | None = None


@dataclass(frozen=True)
class Batch:
    """Facts made of tables, and their asks: every contact that was reserved, sent, delivered, bounced or failed."""

    facts: Facts
    bound: Bound
    ask_start: np.ndarray
    asks: np.ndarray


@dataclass
class Column:
    """An attribute as numbers: `codes` (int64, ABSENT where null) into `values`; None: the codes are the values."""

    codes: np.ndarray
    values: list[Value] | None
    numbers: dict[Value, int] = field(default_factory=dict)


def facts_of_tables(compiled: Compiled, tables: Tables) -> Batch:
    """Lay a batch of tables out for the kernel.

    Raises: ValueError where the contacts are not sorted.
    """
    contacts = tables.contacts
    customer = _numbers(contacts["customer"]).astype(np.int32)
    at = _numbers(contacts["at"])
    unit = _numbers(tables.customers["unit"]) if "unit" in tables.customers.column_names else None
    unit = np.arange(tables.customers.num_rows) if unit is None else unit
    _check_order(customer if not compiled.counts_households else unit[customer], at)
    columns = {n: column_of(contacts, n) for n in wanted(compiled) | {"status"}}
    told = _told(compiled, columns)
    signature, signatures = _signatures(compiled, columns, told)
    known: dict[Scope, dict[Value, int]] = {s: {} for s in compiled.scopes()}
    intervals = intervals_of(compiled, tables.states, columns, told, known)
    responses = responses_of(compiled, tables.responses, columns, told, known)
    bound = bind(compiled, signatures, told, known)
    made = Columns(
        customer=customer,
        at=at,
        signature=signature,
        role=np.full(len(at), CANDIDATE, np.uint8),
        priority=_floats(contacts, "priority"),
        not_after=np.full(len(at), FOREVER, np.int64),
        same=np.full(len(at), -1, np.int64),
        whole=_whole(contacts, "at_precision"),
        keys={i: _keys(k, columns, unit[customer]) for i, k in enumerate(bound.key_sets)},
        distinct={n: columns[n].codes for n in bound.distincts if n not in told},
        scopes={s: columns[s.attribute].codes for s in compiled.scopes() if s.attribute not in told},
    )
    facts = make_facts(bound, made, people_of(compiled, tables.customers, unit), intervals, responses)
    attempted = np.array([s.status in ATTEMPTED for s in bound.signatures])
    asks = np.flatnonzero(attempted[signature])
    start = np.searchsorted(asks, unit_starts(facts)).astype(np.int64)
    return Batch(facts, bound, start, np.stack([asks, np.full(len(asks), FOREVER)], axis=1))


def wanted(compiled: Compiled) -> set[str]:
    names = set(compiled.filter_attributes()) | {s.attribute for s in compiled.scopes()} | compiled.needed()
    names |= {a for k in compiled.key_sets() for a in k.attributes}
    return names | {p.distinct for p in compiled.pools if p.distinct}


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp("us", tz=array.type.tz)).cast(pa.int64())
    return np.asarray(array.to_numpy(zero_copy_only=False))


def _floats(table: pa.Table, name: str) -> np.ndarray:
    if name not in table.column_names:
        return np.zeros(table.num_rows)
    return np.asarray(pc.fill_null(table[name].cast(pa.float64()), 0.0).to_numpy())


def _whole(table: pa.Table, name: str) -> np.ndarray:
    """Which instants are known only to the day."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, bool)
    days = pc.equal(table[name].cast(pa.string()), "day")
    return np.asarray(pc.fill_null(days, False).to_numpy())


@entry
def _first_disorder(group: np.ndarray, at: np.ndarray) -> int:
    for i in range(1, len(at)):
        if group[i] < group[i - 1] or (group[i] == group[i - 1] and at[i] < at[i - 1]):
            return i
    return -1


def _check_order(group: np.ndarray, at: np.ndarray) -> None:
    found = _first_disorder(group, at)
    if found >= 0:
        raise ValueError(f"contacts must be sorted by customer and instant; row {found} comes too late")


def column_of(table: pa.Table, name: str) -> Column:
    """An attribute's codes and values; all absent where the table has no such column."""
    if name not in table.column_names:
        return Column(np.full(table.num_rows, ABSENT, np.int64), [])
    array = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
    if pa.types.is_integer(array.type):
        codes = array.cast(pa.int64())
        if codes.null_count:
            codes = pc.fill_null(codes, ABSENT)
        return Column(np.asarray(codes.to_numpy()), None)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = pc.binary_join(array, "\x1f")
        listed = True
    else:
        listed = False
        if not pa.types.is_dictionary(array.type) and not pa.types.is_string(array.type):
            array = array.cast(pa.string())
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    texts = array.dictionary.to_pylist()
    indices = pc.fill_null(array.indices, ABSENT) if array.indices.null_count else array.indices
    values: list[Value] = [tuple(t.split("\x1f")) for t in texts] if listed else list(texts)
    return Column(np.asarray(indices.to_numpy(zero_copy_only=False)).astype(np.int64), values)


def _told(compiled: Compiled, columns: Mapping[str, Column]) -> frozenset[str]:
    """What signatures tell: what filters name, lists, and whatever else has few values, as long as that stays few."""
    filters = compiled.filter_attributes()
    told = {n for n, c in columns.items() if n in filters or (c.values and isinstance(c.values[0], tuple))}
    size = 1
    for name in sorted(told | {"status"}):
        size *= _count(columns[name]) + 1
    further = sorted(
        (_count(c), n) for n, c in columns.items() if n not in told and n != "status" and c.values is not None
    )
    for count, name in further:
        if count <= FEW and size * (count + 1) <= FEW * 16:
            told.add(name)
            size *= count + 1
    return frozenset(told)


def _count(column: Column) -> int:
    return len(column.values) if column.values is not None else int(column.codes.max(initial=-1)) + 1


def _signatures(
    compiled: Compiled, columns: Mapping[str, Column], told: frozenset[str]
) -> tuple[np.ndarray, list[Signature]]:
    """The number of each row's signature, and the signatures."""
    needed = sorted(compiled.needed() - told)
    parts = [(n, columns[n].codes + 1, _count(columns[n]) + 1) for n in ("status", *sorted(told))]
    parts += [(f"?{n}", (columns[n].codes != ABSENT).astype(np.int64), 2) for n in needed]
    code = np.zeros(len(columns["status"].codes), np.int64)
    size = 1
    for _, codes, count in parts:
        code = code * count + codes
        size *= count
    numbers, present = _ranked(code, size)
    return numbers, [_signature(c, parts, columns) for c in present]


def _ranked(code: np.ndarray, size: int) -> tuple[np.ndarray, list[int]]:
    """Codes numbered from 0 in their order, and those that occur."""
    if size > MOST_COMBINATIONS:
        found, numbers = np.unique(code, return_inverse=True)
        return numbers.reshape(-1), found.tolist()
    seen = np.zeros(size, bool)
    seen[code] = True
    present = np.flatnonzero(seen)
    number = np.zeros(size, np.int64)
    number[present] = np.arange(len(present))
    return number[code], present.tolist()


def _signature(code: int, parts: Sequence[tuple[str, np.ndarray, int]], columns: Mapping[str, Column]) -> Signature:
    values: dict[str, Value] = {}
    present = set()
    for name, _, count in reversed(parts):
        code, part = divmod(code, count)
        if name.startswith("?"):
            present |= {name[1:]} if part else set()
        elif part:
            known = columns[name].values
            values[name] = known[part - 1] if known is not None else str(part - 1)
    status = values.pop("status", "sent")
    return Signature(str(status), values, frozenset(present))


def dense(unit: np.ndarray, value: np.ndarray, skip_absent: bool) -> np.ndarray:
    """Codes of values, counted from 0 within each unit; ABSENT stays where it is to be skipped."""
    found = np.empty(len(unit), np.int64)
    ends = np.flatnonzero(np.diff(unit, append=-1))
    size = 1 << int(2 * np.diff(ends, prepend=-1).max(initial=1) - 1).bit_length()
    _number(unit, value, skip_absent, np.full(size, -1, np.int64), np.empty((size, 2), np.int64), found)
    return found


@entry
def _number(
    unit: np.ndarray, value: np.ndarray, skip_absent: bool, stamp: np.ndarray, held: np.ndarray, found: np.ndarray
) -> None:
    """An open table of twice the largest unit's size; entries are stamped, so that it is never cleared."""
    size, count = len(stamp), 0
    for i in range(len(unit)):
        if i == 0 or unit[i] != unit[i - 1]:
            count = 0
        if skip_absent and value[i] == ABSENT:
            found[i] = ABSENT
            continue
        place = (value[i] * -7046029254386353131) & 0x7FFFFFFFFFFFFFFF
        place = (place >> 20) & (size - 1)
        while stamp[place] == unit[i] and held[place, 0] != value[i]:
            place = (place + 1) & (size - 1)
        if stamp[place] != unit[i]:
            stamp[place], held[place, 0], held[place, 1] = unit[i], value[i], count
            count += 1
        found[i] = held[place, 1]


def _keys(keys: KeySet, columns: Mapping[str, Column], unit: np.ndarray) -> np.ndarray:
    """Codes of a key set's values, counted from 0 within each unit."""
    own = [columns[a].codes for a in keys.attributes]
    value = own[0]
    if len(own) > 1:
        value = np.unique(np.stack(own, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    if keys.all_present:
        value = np.where(np.logical_or.reduce([o == ABSENT for o in own]), ABSENT, value)
    return np.asarray(dense(unit, value, keys.all_present))


def people_of(compiled: Compiled, customers: pa.Table, unit: np.ndarray) -> People:
    count = customers.num_rows
    zones, start, zone = _zones(compiled, customers)
    governed = np.zeros((count, compiled.words), np.uint64)
    for number, who in enumerate(compiled.who):
        own = bits(compiled.rows_of(number), compiled.words)
        fits = np.ones(count, bool)
        for term in who.attributes:
            column = column_of(customers, term.attribute)
            holds = np.array([term.holds(v) for v in column.values or []] + [False])
            fits &= holds[column.codes] if column.values is not None else np.isin(column.codes.astype(str), term.values)
        governed |= np.where(fits[:, None], own, np.uint64(0))
    out = np.zeros((count, compiled.words), np.uint64)
    if any(r.salt or r.below for r in compiled.rows):
        each = [bits(held_out(compiled, str(i)), compiled.words) for i in customers["id"].to_pylist()]
        out = np.array(each, np.uint64).reshape(count, compiled.words)
    return People(unit, zones, start, zone, governed, out)


def _zones(compiled: Compiled, customers: pa.Table) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of zones, where each customer's begin, and the zones of all customers."""
    count = customers.num_rows
    default = [compiled.zone] if compiled.zone else []
    if "zones" not in customers.column_names:
        return default, np.arange(count + 1) * len(default), np.zeros(count * len(default), np.int32)
    array = customers["zones"].combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    if pa.types.is_list(array.type):
        flat = array.flatten().dictionary_encode()
        sizes = pc.fill_null(pc.list_value_length(array), 0).to_numpy()
        names, codes = flat.dictionary.to_pylist(), flat.indices.to_numpy()
    else:
        column = column_of(customers, "zones")
        names, sizes = [str(v) for v in column.values or []], (column.codes >= 0).astype(np.int64)
        codes = column.codes[column.codes >= 0]
    start = np.zeros(count + 1, np.int64)
    if default and (sizes == 0).any():
        names = [*names, default[0]]
        codes = np.insert(codes, np.cumsum(sizes)[sizes == 0], len(names) - 1)
        sizes = np.maximum(sizes, 1)
    start[1:] = np.cumsum(sizes)
    return names, start, codes.astype(np.int32)


def _scope_codes(
    table: pa.Table,
    scope: Scope,
    columns: Mapping[str, Column],
    told: frozenset[str],
    known: dict[Value, int],
    absent: int,
) -> np.ndarray:
    """A scope's codes in states or responses: the contacts' own where rows tell them, else numbers of their own."""
    column = column_of(table, scope.attribute)
    own = columns[scope.attribute]
    if column.values is None and own.values is None and scope.attribute not in told:
        return np.where(column.codes == ABSENT, absent, column.codes)
    values: Sequence[Value] = column.values if column.values is not None else [str(v) for v in range(_count(column))]
    if scope.attribute in told:
        table_of = [known.setdefault(v, len(known)) for v in values]
    else:
        numbers = {v: i for i, v in enumerate(own.values or [])}
        strangers = len(numbers)
        table_of = [numbers.setdefault(v, strangers + i) for i, v in enumerate(values)]
    return np.asarray(np.array([*table_of, absent], np.int64)[column.codes])


def intervals_of(
    compiled: Compiled,
    states: pa.Table | None,
    columns: Mapping[str, Column],
    told: frozenset[str],
    known: dict[Scope, dict[Value, int]],
) -> Intervals:
    """States and segments that some rule names."""
    empty = np.zeros(0, np.int64)
    if states is None or not compiled.facts:
        scopes = dict.fromkeys(compiled.scopes(), empty)
        whole = empty.astype(bool)
        return Intervals(empty.astype(np.int32), empty, empty, empty, scopes, whole, whole, empty)
    facts = {(f.kind, f.name): i for i, f in enumerate(compiled.facts)}
    name = column_of(states, "state")
    names = [*(name.values or []), None]
    number = np.array([facts.get(("state", str(v)), -1) for v in names], np.int64)[name.codes]
    if "kind" in states.column_names:
        kind = column_of(states, "kind")
        segment = np.array([v == "segment" for v in kind.values or []] + [False])[kind.codes]
        numbers = np.array([facts.get(("segment", str(v)), -1) for v in names], np.int64)[name.codes]
        number = np.where(segment, numbers, number)
    own = pa.array(number >= 0)
    kept = states.filter(own)
    start, until = _instants(kept, "start", LONG_AGO), _instants(kept, "until", FOREVER)
    customer = _numbers(kept["customer"]).astype(np.int32)
    order = np.lexsort((start, customer))
    scopes = {s: _scope_codes(kept, s, columns, told, known[s], ANY)[order] for s in compiled.scopes()}
    return Intervals(
        customer[order],
        start[order],
        until[order],
        number[number >= 0][order],
        scopes,
        _whole(kept, "start_precision")[order],
        _whole(kept, "until_precision")[order],
        _instants(kept, "as_of", LONG_AGO)[order],
    )


def _instants(table: pa.Table, name: str, missing: int) -> np.ndarray:
    if name not in table.column_names:
        return np.full(table.num_rows, missing, np.int64)
    column = table[name]
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz)).cast(pa.int64())
    return np.asarray(pc.fill_null(column, missing).to_numpy())


def responses_of(
    compiled: Compiled,
    responses: pa.Table | None,
    columns: Mapping[str, Column],
    told: frozenset[str],
    known: dict[Scope, dict[Value, int]],
) -> Responses:
    """Responses, and which of them may start which pause."""
    pauses = [(row.facts[0], row.pause.limit) for row in compiled.rows if row.pause is not None]
    empty = np.zeros(0, np.int64)
    if responses is None or not pauses:
        starts = {fact: np.zeros(0, bool) for fact, _ in pauses}
        scopes = dict.fromkeys(compiled.scopes(), empty)
        return Responses(empty.astype(np.int32), empty, starts, scopes, empty.astype(bool))
    kind = column_of(responses, "kind")
    starts = {}
    for fact, limit in pauses:
        wanted = np.array([v in limit.kinds for v in kind.values or []] + [False])[kind.codes]
        for term in limit.filter.terms:
            column = column_of(responses, term.attribute)
            wanted &= np.array([term.holds(v) for v in column.values or []] + [term.holds(None)])[column.codes]
        starts[fact] = wanted
    scopes = {s: _scope_codes(responses, s, columns, told, known[s], ABSENT) for s in compiled.scopes()}
    customer = _numbers(responses["customer"]).astype(np.int32)
    return Responses(customer, _numbers(responses["at"]), starts, scopes, _whole(responses, "at_precision"))
