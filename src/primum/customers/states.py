"""What is true of a bucket's customers, when: states, segments and stages as scoped intervals.

Owns the seam to `rules` (`rules.tables.Tables.states`) and the order of the passes. Refuses to judge what was said
while they held.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from primum.customers.assertions import CLOSES, OPENS, Assertions
from primum.customers.flag_rows import of_states
from primum.customers.fold import fold
from primum.customers.rfv import all_stated
from primum.customers.segments import SegmentSpec, buyers, segment_spec, segments_of, with_cuts
from primum.customers.spec import StateSpec, state_spec
from primum.customers.state_responses import of_bounces, of_responses, told_responses
from primum.history import History
from primum.strategy.models import Strategy

THREADS = 2


@dataclass(frozen=True)
class Spec:
    """What every bucket of one history and strategy shares."""

    states: StateSpec
    segments: SegmentSpec


def make_spec(
    history: History,
    strategy: Strategy,
    *,
    until: int | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Spec:
    """Read what the strategy says; where scores are cut into equal parts, this goes over all buckets once.

    Args:
        until: segments are not looked at after this instant (microseconds); by default the history's last row.
        progress: called with a step and the buckets done since the last call.

    Raises: StrategyError where a condition cannot be used.
    """
    segments = segment_spec(history, strategy, until)
    if segments.needs_scores and len(segments.instants):
        counted = []
        if not all_stated(segments.scores):
            with ThreadPoolExecutor(THREADS) as pool:
                for one in pool.map(lambda b: buyers(history, b, segments), history.buckets):
                    counted.append(one)
                    if progress:
                        progress("cutting customers into equal parts", 1)
        segments = with_cuts(segments, counted)
    return Spec(state_spec(history, strategy), segments)


def intervals_of(history: History, bucket: int, spec: Spec) -> pa.Table:
    """States, segments and stages of one bucket's customers (`fold.INTERVALS`).

    `customer` is the number within the bucket; instants are microseconds UTC, null where they are not known. Sorted by
    customer within each kind, states first.
    """
    return pa.concat_tables([states_of(history, bucket, spec.states), segments_of(history, bucket, spec.segments)])


def states_of(history: History, bucket: int, spec: StateSpec, *, bounces: bool = True) -> pa.Table:
    """The intervals of states alone, sorted by customer, state and start."""
    said = told(history, bucket, spec, bounces=bounces)
    return fold(said.opens, said.closes, spec).table


def told(history: History, bucket: int, spec: StateSpec, *, bounces: bool = True) -> Assertions:
    """Everything that begins or ends a state of the bucket's customers: rows of states, responses and bounces.

    Args:
        bounces: whether dead addresses matter; looking for them means reading all contacts.
    """
    opens, closes = [OPENS.empty_table()], [CLOSES.empty_table()]
    rows = history.table("states", bucket)
    if rows is not None and rows.num_rows:
        opens.append(of_states(rows, history.tags("states"), spec))
    heard = of_responses(told_responses(history, bucket, spec), spec)
    bounced = of_bounces(history, bucket, spec) if bounces else Assertions(OPENS.empty_table(), CLOSES.empty_table())
    return Assertions(
        pa.concat_tables([*opens, heard.opens, bounced.opens]),
        pa.concat_tables([*closes, heard.closes, bounced.closes]),
        bounced.bounces_untold,
    )


def told_states(history: History, spec: Spec) -> frozenset[str]:
    """States that rows of states name, and those that responses of the history begin."""
    kinds = {x for x in history.tags("responses")["kind"].to_pylist() if x}
    named = {s for s in history.tags("states")["state"].to_pylist() if s}
    return frozenset(named | {name for name, rule in spec.states.rules.items() if kinds & set(rule.opened_by)})
