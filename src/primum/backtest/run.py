"""Running a backtest: each bucket to a partial result, by one pure function, and the merge.

Owns the order of work in a bucket: facts, decisions, what overtook deferrals, counts. Refuses to name what it counts.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.backtest import kernels as k
from primum.backtest.frame import DAYS_A_WEEK, Frame
from primum.backtest.stakes import count_stakes, no_stakes
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
    return count(frame, bucket, judged, number)


def count(frame: Frame, bucket: BucketFacts, judged: Judged, number: int) -> Partial:
    """Count the decisions on the contacts of a bucket, `number`."""
    row, tag = bucket.asks[:, 0], bucket.rows["tag"].to_numpy()
    ended, counts = np.empty(len(row), np.uint8), _zeros(frame)
    k.end_asks(
        judged.verdict,
        judged.broken,
        judged.unevaluated,
        overtaken(bucket.facts, bucket.asks, judged),
        frame.never,
        row,
        frame.line,
        tag,
        frame.sender_of_line,
        frame.rule_of,
        frame.enforced,
        ended,
        counts["by_rule"].reshape(-1, k.WHATS),
        counts["not_judged"],
    )
    asks = _Asks(row, ended, judged.until, bucket.rows["customer"].to_numpy(), bucket.facts.rows[:, AT], tag)
    _count_asks(frame, asks, counts)
    _count_customers(frame, asks, counts)
    _count_segments(frame, bucket, asks, counts)
    counts["left_out"] += _left_out(frame, bucket)
    if frame.stakes is not None:
        counts |= count_stakes(frame.stakes, frame.hearing, number, bucket, ended)
    return Partial(counts)


@dataclass(frozen=True)
class _Asks:
    """`row`, `ended` and `until` by ask; `customer`, `at` and `tag` by row."""

    row: np.ndarray
    ended: np.ndarray
    until: np.ndarray
    customer: np.ndarray
    at: np.ndarray
    tag: np.ndarray

    def by_customer(self) -> "_Asks":
        """The asks of each customer side by side (members of a household stand between each other)."""
        order = np.argsort(self.customer[self.row], kind="stable")
        return replace(self, row=self.row[order], ended=self.ended[order], until=self.until[order])


def _zeros(frame: Frame) -> dict[str, np.ndarray]:
    """Nothing counted yet; names as the kernels' arguments."""
    hours, channels, rules = frame.calendar.hours, len(frame.channels), len(frame.enforced)
    days = hours // 24
    shapes: dict[str, tuple[int, ...]] = {
        "asked": (len(frame.lines),),
        "not_kept": (len(frame.lines), k.ENDS),
        "weeks": (days // DAYS_A_WEEK, k.ENDS),
        "by_segment": (len(frame.segments), k.ENDS),
        "by_rule": (rules, len(frame.senders), k.WHATS),
        "not_judged": (rules,),
        "hours": (channels, hours),
        "hours_change": (channels, hours),
        "days": (channels, days),
        "days_change": (channels, days),
        "delays": (MOST_HOURS + 1,),
        "waiting": (days,),
        "customers": (4,),
        "pressure_before": (MOST_PRESSURE + 1,),
        "pressure_after": (MOST_PRESSURE + 1,),
        "left_out": (2,),
    }
    return {name: np.zeros(shape, np.int64) for name, shape in shapes.items()} | no_stakes(frame.stakes)


def _count_asks(frame: Frame, asks: _Asks, counts: Mapping[str, np.ndarray]) -> None:
    k.count_asks(
        asks.row,
        asks.at,
        asks.tag,
        frame.line,
        frame.flags,
        frame.channel_of_line,
        asks.ended,
        asks.until,
        frame.calendar.begin,
        frame.calendar.hour_of_quarter,
        counts["asked"],
        counts["not_kept"],
        counts["weeks"],
        counts["hours"],
        counts["hours_change"],
        counts["days"],
        counts["days_change"],
        counts["delays"],
        counts["waiting"],
    )


def _count_customers(frame: Frame, asks: _Asks, counts: Mapping[str, np.ndarray]) -> None:
    if frame.hearing.compiled.counts_households:
        asks = asks.by_customer()
    most = int(np.bincount(asks.customer).max(initial=0))
    k.count_customers(
        asks.row,
        asks.customer,
        asks.at,
        asks.tag,
        frame.flags,
        asks.ended,
        asks.until,
        np.empty((2, most), np.int64),
        counts["customers"],
        counts["pressure_before"],
        counts["pressure_after"],
    )


def _count_segments(frame: Frame, bucket: BucketFacts, asks: _Asks, counts: Mapping[str, np.ndarray]) -> None:
    if frame.segments and bucket.states is not None:
        offsets, start, until, segment = _memberships(frame, bucket.states, bucket.customers.num_rows)
        into = counts["by_segment"]
        k.count_segments(asks.row, asks.customer, asks.at, asks.ended, offsets, start, until, segment, into)


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
