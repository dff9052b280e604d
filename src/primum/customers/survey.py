"""What is true of all customers of a history, in figures: one pass over the buckets, merged.

Owns the counting of intervals. Refuses to show anybody: no figure names a customer.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.assertions import Assertions
from primum.customers.attribution import Windows, attribution_figures, count_attribution, windows_of
from primum.customers.days import NO_END, NO_START, local_days
from primum.customers.fold import NEVER_SURE, fold
from primum.customers.measure_names import SCORES
from primum.customers.results import (
    CustomersResult,
    OptOutReading,
    ScoreCutFigures,
    SegmentFigures,
    StateFigures,
)
from primum.customers.segments import memberships
from primum.customers.spec import COVERED, SCOPES, StateSpec
from primum.customers.state_rules import OPTED_OUT
from primum.customers.states import THREADS, Spec, make_spec, told
from primum.history import History
from primum.strategy.models import Strategy
from primum.words.time import day_text

Counts = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Counted:
    """One bucket's part: everything in it adds up. `states`: (state, what) -> number."""

    customers: int = 0
    states: Counts = field(default_factory=Counter)
    too_narrow: int = 0
    widened: int = 0
    bounces_untold: int = 0
    sizes: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    """Customers per condition and evaluation; its last column those ever in it."""
    attributed: Counts = field(default_factory=Counter)

    def __add__(self, other: "Counted") -> "Counted":
        sizes = (
            self.sizes + other.sizes
            if self.sizes.size and other.sizes.size
            else max(self.sizes, other.sizes, key=lambda s: s.size)
        )
        return Counted(
            self.customers + other.customers,
            self.states + other.states,
            self.too_narrow + other.too_narrow,
            self.widened + other.widened,
            self.bounces_untold + other.bounces_untold,
            sizes,
            self.attributed + other.attributed,
        )


def survey_customers(
    history: History,
    strategy: Strategy,
    spec: Spec | None = None,
    *,
    progress: Callable[[str, int], None] | None = None,
) -> CustomersResult:
    """Count what is true of whom over the whole history.

    Args:
        spec: of `states.make_spec`, where it is known already.
        progress: called with a step and the buckets done since the last call.
    """
    spec = spec or make_spec(history, strategy, progress=progress)
    now, windows = _end_of(history), windows_of(strategy)
    total = Counted()
    with ThreadPoolExecutor(THREADS) as pool:
        for one in pool.map(lambda b: count_bucket(history, b, spec, windows, now), history.buckets):
            total = total + one
            if progress:
                progress("what is true of customers", 1)
    return _result(total, strategy, spec, windows)


def _end_of(history: History) -> int:
    lasts = [s.last for s in history.manifest.sources if s.last is not None and s.kind != "states"]
    return max(lasts, default=0)


def count_bucket(history: History, bucket: int, spec: Spec, windows: Windows, now: int) -> Counted:
    """One bucket's part; `now` is the instant at which a state is called present."""
    said = told(history, bucket, spec.states)
    folded = fold(said.opens, said.closes, spec.states)
    return Counted(
        history.bucket(bucket).customers,
        count_states(folded.table, now),
        folded.narrower,
        _widened(said, spec.states),
        said.bounces_untold,
        _sizes(history, bucket, spec),
        count_attribution(history, bucket, windows),
    )


def _widened(said: Assertions, spec: StateSpec) -> int:
    """Opt-outs that name something which the reading in use looks past."""
    dropped = [scope for scope in SCOPES if scope not in COVERED[spec.reading]]
    if not dropped:
        return 0
    as_said = fold(said.opens, said.closes, replace(spec, reading="as_said")).table
    own = as_said.filter(pc.equal(as_said["state"], OPTED_OUT))
    named = np.zeros(own.num_rows, bool)
    for scope in dropped:
        named |= own[scope].is_valid().to_numpy()
    return int(named.sum())


def _sizes(history: History, bucket: int, spec: Spec) -> np.ndarray:
    segments = spec.segments
    if not segments.conditions or not len(segments.instants):
        return np.zeros((0, 0), np.int64)
    found = memberships(history, bucket, segments)
    return np.stack([np.append(held.sum(axis=0), held.any(axis=1).sum()) for held in found]).astype(np.int64)


def count_states(table: pa.Table, now: int) -> Counts:
    """(state, what) -> number, of one bucket's intervals of states."""
    if not table.num_rows:
        return Counter()
    until = pc.fill_null(table["until"].cast(pa.int64()), NO_END).to_numpy()
    sure = pc.max_element_wise(table["start"].cast(pa.int64()), table["as_of"].cast(pa.int64()))
    sure = pc.fill_null(sure, NO_START).to_numpy()
    as_of = pc.fill_null(table["as_of"].cast(pa.int64()), NO_START).to_numpy()
    never = as_of >= np.minimum(until, NEVER_SURE)
    precision = {
        word: pc.or_(pc.equal(table["start_precision"], word), pc.equal(table["until_precision"], word)).to_numpy()
        for word in ("hour", "day")
    }
    present = (sure <= now) & (until > now)
    masks = {
        "intervals": np.ones(table.num_rows, bool),
        "open_ended": until == NO_END,
        "by_day": precision["day"],
        "by_hour": precision["hour"] & ~precision["day"],
        "exact": ~precision["day"] & ~precision["hour"],
        "possible_before": (as_of != NO_START) & ~never,
        "never_certain": never,
    }
    return _tallied(table, masks, present)


def _tallied(table: pa.Table, masks: dict[str, np.ndarray], present: np.ndarray) -> Counts:
    encoded = table["state"].combine_chunks().dictionary_encode()
    names, state = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    customer = table["customer"].to_numpy()
    scope = _scope_words(table)
    total: Counts = Counter()
    for number, name in enumerate(names):
        own = state == number
        for what, mask in masks.items():
            total[name, what] = int((own & mask).sum())
        total[name, "customers"] = len(np.unique(customer[own]))
        total[name, "customers_now"] = len(np.unique(customer[own & present]))
        for words, count in zip(*np.unique(scope[own], return_counts=True), strict=True):
            total[name, f"scope:{words}"] = int(count)
    return total


def _scope_words(table: pa.Table) -> np.ndarray:
    """Which scopes each interval names, in words."""
    named = np.zeros(table.num_rows, np.int64)
    for bit, scope in enumerate(SCOPES):
        named |= table[scope].is_valid().to_numpy().astype(np.int64) << bit
    words = [", ".join(s for bit, s in enumerate(SCOPES) if n >> bit & 1) for n in range(1 << len(SCOPES))]
    return np.array(words)[named]


# Figures


def _result(total: Counted, strategy: Strategy, spec: Spec, windows: Windows) -> CustomersResult:
    return CustomersResult(
        total.customers,
        tuple(_state(name, total.states) for name in sorted({s for s, _ in total.states})),
        OptOutReading(
            spec.states.reading,
            total.states[OPTED_OUT, "customers"],
            total.states[OPTED_OUT, "intervals"],
            total.widened,
            total.too_narrow,
        ),
        total.bounces_untold,
        strategy.customers.evaluate,
        len(spec.segments.instants),
        spec.segments.left_out,
        tuple(_segments(total.sizes, strategy, spec)),
        tuple(_cuts(spec)),
        tuple(attribution_figures(total.attributed, windows)),
    )


def _state(name: str, counts: Counts) -> StateFigures:
    scopes = {w.removeprefix("scope:"): n for (s, w), n in counts.items() if s == name and w.startswith("scope:")}
    return StateFigures(
        state=name,
        customers=counts[name, "customers"],
        intervals=counts[name, "intervals"],
        open_ended=counts[name, "open_ended"],
        customers_now=counts[name, "customers_now"],
        exact=counts[name, "exact"],
        by_hour=counts[name, "by_hour"],
        by_day=counts[name, "by_day"],
        possible_before=counts[name, "possible_before"],
        never_certain=counts[name, "never_certain"],
        by_scope=tuple(sorted(scopes.items(), key=lambda s: (-s[1], s[0]))),
    )


def _days(instants: np.ndarray, zone: str) -> list[str]:
    return [day_text(d) for d in local_days(instants, zone).tolist()]


def _segments(sizes: np.ndarray, strategy: Strategy, spec: Spec) -> Sequence[SegmentFigures]:
    days = _days(spec.segments.instants, spec.segments.zone) if len(spec.segments.instants) else []
    titles = {n: (s.title, s.when) for n, s in strategy.customers.segments.items()}
    titles |= {s.stage: (s.title, s.when) for s in strategy.customers.stages}
    found = []
    for i, condition in enumerate(spec.segments.conditions):
        row = sizes[i].tolist() if sizes.size else [0]
        title, when = titles[condition.name]
        kind = "segment" if condition.stage is None else "stage"
        found.append(
            SegmentFigures(condition.name, title, kind, when, tuple(zip(days, row[:-1], strict=True)), row[-1])
        )
    return found


def _cuts(spec: Spec) -> list[ScoreCutFigures]:
    segments = spec.segments
    if segments.cuts is None or not len(segments.instants):
        return []
    (day,) = _days(segments.instants[-1:], segments.zone)
    said = (segments.scores.recency_days, segments.scores.frequency, segments.scores.value)
    found = []
    for i, name in enumerate(SCORES):
        row = segments.cuts.cuts[i][-1]
        cuts = [-c if i == 0 else c + 1 for c in row.tolist()]
        shown = tuple(c / 100 if i == 2 else float(c) for c in cuts)
        found.append(ScoreCutFigures(name, day, bool(said[i]), shown))
    return found
