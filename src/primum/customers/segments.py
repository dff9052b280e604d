"""Segments and lifecycle stages: conditions looked at anew at stated times, and held until the next.

Owns the times, the two passes (cuts over all buckets, then conditions bucket by bucket) and the intervals. Refuses to
read what happens at or after the instant at which a condition is looked at.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from primum.customers import rfv
from primum.customers.conditions import Condition, evaluate, fields_of, read_conditions
from primum.customers.days import following_turn, turns
from primum.customers.fold import INTERVALS
from primum.customers.measure_names import FIXED, KINDS_COUNTED, SCORES, VALUE, window_of
from primum.customers.measures import Past, measure, past_of
from primum.history import History
from primum.rules.faults import Fault
from primum.strategy.facets.customers import ScoreCuts
from primum.strategy.models import CUSTOMER_COLUMNS, Strategy
from primum.words.errors import Complaint, StrategyError

MOST_TURNS = 4_000
"""More times than this (ten years of days) are not looked at: the earliest are left out."""
ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class SegmentSpec:
    """What all buckets share: conditions, instants at which they are looked at, and the end of the last."""

    conditions: tuple[Condition, ...]
    instants: np.ndarray
    end: int
    zone: str
    purchases: tuple[str, ...]
    scores: ScoreCuts
    fields: tuple[str, ...]
    left_out: int = 0
    """Instants before the first, which were too many to look at."""
    cuts: rfv.Cuts | None = None

    @property
    def uses(self) -> frozenset[str]:
        """Every name that some condition uses."""
        return frozenset(n for c in self.conditions for n in c.uses)

    @property
    def needs_scores(self) -> bool:
        """Whether some condition names a score."""
        return bool(self.uses & set(SCORES))


def segment_spec(history: History, strategy: Strategy, until: int | None = None) -> SegmentSpec:
    """Conditions and times, without the cuts (see `with_cuts`).

    Args:
        until: no time after this instant is looked at (microseconds); by default the history's last row.

    Raises: StrategyError where a condition cannot be used.
    """
    conditions, faults = read_conditions(strategy)
    if faults:
        raise StrategyError(_without_place(f) for f in faults)
    who = strategy.customers
    instants = _instants(history, strategy, until) if conditions else np.empty(0, np.int64)
    kept = instants[-MOST_TURNS:]
    end = following_turn(int(kept[-1]), who.evaluate, strategy.zone) if len(kept) else 0
    return SegmentSpec(
        tuple(conditions),
        kept,
        end,
        strategy.zone,
        tuple(who.purchases),
        who.scores,
        tuple(fields_of(strategy)),
        len(instants) - len(kept),
    )


def _without_place(fault: Fault) -> Complaint:
    return Complaint("primum.yaml", 0, 0, fault.what, fault.cure)


def _instants(history: History, strategy: Strategy, until: int | None) -> np.ndarray:
    """The turns of the stated period over everything the history tells of contacts and responses."""
    kinds = ("contacts", "events", "responses")
    extents = [(s.first, s.last) for s in history.manifest.sources if s.kind in kinds]
    firsts, lasts = [f for f, _ in extents if f is not None], [x for _, x in extents if x is not None]
    if not firsts:
        return np.empty(0, np.int64)
    last = max(lasts) if until is None else min(max(lasts), until)
    if last < min(firsts):
        return np.empty(0, np.int64)
    return turns(min(firsts), last, strategy.customers.evaluate, strategy.zone)


def buyers(history: History, bucket: int, spec: SegmentSpec) -> np.ndarray:
    """The first pass over one bucket: buyers by bin (`rfv.counts`); the counts of all buckets are added up."""
    past = past_of(history, bucket, spec.purchases, spec.zone)
    return rfv.counts(rfv.bought(past, spec.instants))


def with_cuts(spec: SegmentSpec, counted: Iterable[np.ndarray]) -> SegmentSpec:
    """The spec with the cuts of scores; `counted` are all buckets' buyers, none where all cuts are stated."""
    total = None
    for one in counted:
        total = one if total is None else total + one
    made = rfv.make_cuts(spec.scores, total, len(spec.instants))
    return SegmentSpec(**{**vars(spec), "cuts": made})


def memberships(history: History, bucket: int, spec: SegmentSpec) -> list[np.ndarray]:
    """The second pass: per condition (bool) which customers it holds of when: [customers, instants].

    A customer is in one stage at most: the first of the order.
    """
    kinds = {w[0] for n in spec.uses if (w := window_of(n)) and w[0] not in KINDS_COUNTED}
    past = past_of(history, bucket, spec.purchases, spec.zone, kinds)
    fields = _fields(history, bucket, spec)
    customers, step = len(past.since), max(1, ROWS_AT_ONCE // max(1, len(past.since)))
    found = [np.zeros((customers, len(spec.instants)), bool) for _ in spec.conditions]
    for low in range(0, len(spec.instants), step):
        high = min(low + step, len(spec.instants))
        columns = _columns(past, fields, spec, low, high)
        for whole, held in zip(found, evaluate(spec.conditions, columns), strict=True):
            whole[:, low:high] = held.reshape(customers, high - low)
    return _one_stage(spec.conditions, found)


def _one_stage(conditions: Sequence[Condition], found: list[np.ndarray]) -> list[np.ndarray]:
    taken = np.zeros_like(found[0])
    for i in sorted(
        (i for i, c in enumerate(conditions) if c.stage is not None), key=lambda i: conditions[i].stage or 0
    ):
        found[i] = found[i] & ~taken
        taken |= found[i]
    return found


def _fields(history: History, bucket: int, spec: SegmentSpec) -> pa.Table:
    """The declared fields that conditions use, a row per customer; a field the history does not hold is null."""
    table = history.customers(bucket)
    wanted = sorted(spec.uses & set(spec.fields))
    open_fields = [n for n in wanted if n not in CUSTOMER_COLUMNS]
    columns = {n: table[n] for n in wanted if n in table.column_names and n in CUSTOMER_COLUMNS}
    if open_fields and "attributes" in table.column_names:
        columns |= _of_json(table["attributes"], open_fields)
    empty = {n: pa.nulls(table.num_rows, pa.string()) for n in wanted if n not in columns}
    return pa.table({"": pa.nulls(table.num_rows), **columns, **empty}).drop_columns([""])


def _columns(past: Past, fields: pa.Table, spec: SegmentSpec, low: int, high: int) -> pa.Table:
    """Everything that conditions name, a row per customer and instant."""
    instants = spec.instants[low:high]
    names = [n for n in spec.uses if (n in FIXED or n == VALUE or window_of(n)) and n not in spec.fields]
    columns: dict[str, pa.Array] = dict(measure(past, names, instants))
    if spec.needs_scores:
        assert spec.cuts is not None
        cuts = rfv.Cuts(tuple(c[low:high] for c in spec.cuts.cuts))  # type: ignore[arg-type]
        for name, score in rfv.scores(rfv.bought(past, instants), cuts).items():
            columns[name] = pa.array(score.reshape(-1), mask=score.reshape(-1) == 0)
    place = pa.array(np.repeat(np.arange(fields.num_rows), len(instants)))
    columns |= {n: fields[n].take(place) for n in fields.column_names}
    return pa.table({"row": pa.array(np.arange(len(place))), **columns})


def segments_of(history: History, bucket: int, spec: SegmentSpec) -> pa.Table:
    """Memberships of one bucket's customers as intervals (`fold.INTERVALS`, kind `segment`), sorted.

    The last of them end when conditions would be looked at again.
    """
    if not spec.conditions or not len(spec.instants):
        return INTERVALS.empty_table()
    found = memberships(history, bucket, spec)
    parts = [as_intervals(c.name, held, spec) for c, held in zip(spec.conditions, found, strict=True)]
    return pa.concat_tables(parts).sort_by([("customer", "ascending"), ("state", "ascending"), ("start", "ascending")])


def as_intervals(name: str, held: np.ndarray, spec: SegmentSpec) -> pa.Table:
    """Runs of instants at which a condition held: each from the first until the instant after the last."""
    edges = np.zeros((held.shape[0], held.shape[1] + 2), np.int8)
    edges[:, 1:-1] = held
    steps = np.diff(edges, axis=1)
    customer, first = np.nonzero(steps == 1)
    last = np.nonzero(steps == -1)[1]
    ends = np.append(spec.instants, spec.end)
    count = len(customer)
    columns = {
        "customer": customer,
        "state": pa.array([name] * count, pa.string()),
        "start": ends[first],
        "until": ends[last],
        "start_precision": pa.array(["instant"] * count, pa.string()),
        "until_precision": pa.array(["instant"] * count, pa.string()),
        "kind": pa.array(["segment"] * count, pa.string()),
    }
    arrays = [columns[f.name] if f.name in columns else pa.nulls(count, f.type) for f in INTERVALS]
    return pa.table(dict(zip(INTERVALS.names, arrays, strict=True))).cast(INTERVALS)


def _of_json(attributes: pa.ChunkedArray, names: Sequence[str]) -> dict[str, pa.Array]:
    """Open attributes out of their JSON; each distinct text is read once."""
    encoded = attributes.combine_chunks().dictionary_encode()
    read = [json.loads(text) for text in encoded.dictionary.to_pylist()]
    return {n: pa.array([_as_text(r.get(n)) for r in read], pa.string()).take(encoded.indices) for n in names}


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)
