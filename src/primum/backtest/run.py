"""Running a backtest: each bucket to a partial result, by one pure function, and the merge.

Owns the order of work in a bucket: facts, decisions, what overtook deferrals, counts. Refuses to name what it counts.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.backtest import kernels as k
from primum.backtest.frame import DAYS_A_WEEK, Frame
from primum.customers.facts import BucketFacts, facts_of_bucket
from primum.rules.judge import Judged, judge
from primum.rules.layout import AT, FOREVER, LONG_AGO
from primum.rules.overtaking import overtaken

THREADS = 2
MOST_HOURS = 400 * 24 + 24
"""No deferral is longer."""
MOST_PRESSURE = 100
"""Customers with more contacts in seven days are counted together."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Partial:
    """What one bucket holds, or several merged: integers by the codes of one frame, so that any split adds up."""

    counts: Mapping[str, np.ndarray]


def merge(left: Partial, right: Partial) -> Partial:
    """Combine two partial results of one frame."""
    return Partial({name: left.counts[name] + right.counts[name] for name in left.counts})


def backtest_bucket(frame: Frame, number: int) -> Partial:
    """The partial result of one bucket."""
    bucket = facts_of_bucket(frame.hearing, number)
    judged = judge(frame.hearing.compiled, bucket.facts, "backtest", bucket.ask_start, bucket.asks)
    return count(frame, bucket, judged)


def count(frame: Frame, bucket: BucketFacts, judged: Judged) -> Partial:
    """Count the decisions on a bucket's contacts."""
    shut = overtaken(bucket.facts, bucket.ask_start, bucket.asks, judged)
    ended = k.ends_of(judged.verdict, judged.broken, shut, frame.never)
    row, tag = bucket.asks[:, 0], bucket.rows["tag"].to_numpy()
    asks = _Asks(row, bucket.facts.rows[:, AT], tag, ended, judged.until)
    counts = _zeros(frame)
    _count_asks(frame, asks, counts)
    k.count_rules(
        frame.meaning[tag[row], k.SENDER],
        ended,
        judged.broken,
        judged.unevaluated,
        frame.rule_of,
        frame.enforced,
        counts["by_rule"],
        counts["not_judged"],
    )
    _count_customers(frame, bucket, asks, counts)
    counts["left_out"] += _left_out(frame, bucket)
    return Partial(counts)


@dataclass(frozen=True)
class _Asks:
    """`row`, `ended` and `until` by ask; `at` and `tag` by row."""

    row: np.ndarray
    at: np.ndarray
    tag: np.ndarray
    ended: np.ndarray
    until: np.ndarray


def _zeros(frame: Frame) -> dict[str, np.ndarray]:
    """Nothing counted yet."""
    hours, channels, rules = frame.calendar.hours, len(frame.channels), len(frame.enforced)
    days = hours // 24
    shapes: dict[str, tuple[int, ...]] = {
        "by_line": (len(frame.lines), k.ENDS),
        "by_week": (days // DAYS_A_WEEK, k.ENDS),
        "by_segment": (len(frame.segments), k.ENDS),
        "by_rule": (rules, len(frame.senders), k.WHATS),
        "not_judged": (rules,),
        "hours_before": (channels, hours),
        "hours_after": (channels, hours),
        "days_before": (channels, days),
        "days_after": (channels, days),
        "delays": (MOST_HOURS + 1,),
        "began_to_wait": (days,),
        "waited_until": (days,),
        "customers": (4,),
        "pressure_before": (MOST_PRESSURE + 1,),
        "pressure_after": (MOST_PRESSURE + 1,),
        "left_out": (2,),
    }
    return {name: np.zeros(shape, np.int64) for name, shape in shapes.items()}


def _count_asks(frame: Frame, asks: _Asks, counts: Mapping[str, np.ndarray]) -> None:
    k.count_asks(
        asks.row,
        asks.at,
        asks.tag,
        frame.meaning,
        asks.ended,
        asks.until,
        frame.calendar.begin,
        frame.calendar.hour_of_quarter,
        counts["by_line"],
        counts["by_week"],
        counts["hours_before"],
        counts["hours_after"],
        counts["days_before"],
        counts["days_after"],
        counts["delays"],
        counts["began_to_wait"],
        counts["waited_until"],
    )


def _count_customers(frame: Frame, bucket: BucketFacts, asks: _Asks, counts: Mapping[str, np.ndarray]) -> None:
    """Customers, their busiest days, and segments."""
    customer, at, ended, until = bucket.rows["customer"].to_numpy()[asks.row], asks.at[asks.row], asks.ended, asks.until
    pushed = (frame.meaning[asks.tag[asks.row], k.TAG_FLAGS] & k.PUSHED) > 0
    if frame.segments and bucket.states is not None:
        offsets, start, end, segment = _memberships(frame, bucket.states, bucket.customers.num_rows)
        k.count_segments(customer, at, ended, offsets, start, end, segment, counts["by_segment"])
    if frame.hearing.compiled.counts_households:  # members of a household stand between each other
        order = np.argsort(customer, kind="stable")
        customer, at, pushed, ended, until = (c[order] for c in (customer, at, pushed, ended, until))
    touched, before, after = (counts[n] for n in ("customers", "pressure_before", "pressure_after"))
    k.count_customers(customer, at, pushed, ended, until, touched, before, after)


def _memberships(frame: Frame, states: pa.Table, customers: int) -> tuple[np.ndarray, ...]:
    """Offsets by customer, and start, end and code of each membership of a segment that is counted by."""
    code = pc.index_in(states["state"].cast(pa.string()), pa.array(frame.segments, pa.string()))
    wanted = pc.and_(pc.equal(states["kind"].cast(pa.string()), "segment"), pc.is_valid(code))
    kept = pa.table({n: states[n] for n in ("customer", "start", "until")} | {"code": code}).filter(wanted)
    kept = kept.sort_by("customer")
    sizes = np.bincount(kept["customer"].to_numpy(), minlength=customers)
    start, until = (
        pc.fill_null(kept[name].cast(pa.int64()), missing).to_numpy()
        for name, missing in (("start", LONG_AGO), ("until", FOREVER))
    )
    return np.concatenate([[0], np.cumsum(sizes)]), start, until, kept["code"].to_numpy()


def _left_out(frame: Frame, bucket: BucketFacts) -> np.ndarray:
    """Contacts that were never attempted, and attempted ones to whom the strategy calls no customer."""
    attempted = int(frame.hearing.asked[bucket.rows["tag"].to_numpy()].sum())
    return np.array([bucket.rows.num_rows - attempted, attempted - len(bucket.asks)], np.int64)


def backtest_all(frame: Frame, progress: Progress | None = None) -> Partial:
    """The merged partial result of every bucket."""

    def one(number: int) -> Partial:
        partial = backtest_bucket(frame, number)
        if progress:
            progress("trying the rules on the history", 1)
        return partial

    with ThreadPoolExecutor(THREADS) as pool:
        total = Partial(_zeros(frame))
        for partial in pool.map(one, frame.hearing.history.buckets):
            total = merge(total, partial)
    return total
