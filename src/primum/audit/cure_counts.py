"""Cures tried on the history: each enforced in every bucket, and what it changed, counted.

Owns the runs and the counts that travel from buckets to the merge. Refuses to choose (`cures` does) and to name.

Every run of a bucket is judged on the same facts, only with other rows enforced (`rules.enforcing`). A customer (or
household) in whose history nothing that a cure enforces is broken, while nothing is held back, is not run again: the
first contact that it could hold back would have to be broken there already.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from primum.audit.counting import counted
from primum.audit.cure_proposals import Proposal
from primum.audit.law import SEVERITIES, Law
from primum.audit.partial import Partial, merge_all
from primum.customers.facts import BucketFacts, facts_of_bucket
from primum.customers.hearing import Hearing, make_hearing
from primum.rules.calendar import bits
from primum.rules.compile import compile_rules
from primum.rules.enforcing import enforcing
from primum.rules.judge import judge
from primum.rules.overtaking import overtaken
from primum.strategy.models import Strategy

THREADS = 2
DEFER, DENY = 1, 2
REMOVED, MOVED, CUSTOMERS, FIRST_SEVERITY = range(4)
NOT_AGAINST = FIRST_SEVERITY + len(SEVERITIES)
FIELDS = NOT_AGAINST + 1
"""Columns of the counts of a run."""

Rows = tuple[int, ...]
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Trial:
    """A hearing of the law's rules and of those that cures add. R rules.

    `severity` (int32, per row): place of the severity of a rule of the law, -1 for what cures add and what is void.
    `rows`: per proposal, the rows it enforces.
    """

    hearing: Hearing
    severity: np.ndarray
    rows: tuple[Rows, ...]


def make_trial(law: Law, proposals: Sequence[Proposal], strategy: Strategy) -> Trial:
    """Compile the law with what the proposals add, and prepare the hearing."""
    rules = law.statute.rules
    added = [rule for p in proposals for rule in p.adds]
    both = replace(rules, rules=tuple(sorted((*rules.rules, *added), key=lambda rule: rule.name)))
    compiled = compile_rules(both)
    hearing = make_hearing(law.hearing.history, compiled, strategy, states=law.hearing.states)
    void = {rule.name for i, rule in enumerate(law.rules) if law.is_void(i)} | {rule.name for rule in added}
    number = {rule.name: i for i, rule in enumerate(compiled.rules)}
    own = [compiled.rules[row.rule] for row in compiled.rows]
    severity = np.array([-1 if r.name in void else SEVERITIES.index(r.severity) for r in own], np.int32)
    rows = tuple(tuple(row for name in p.enforces for row in compiled.rows_of(number[name])) for p in proposals)
    return Trial(hearing, severity, rows)


def try_alone(trial: Trial, number: int) -> Partial:
    """What each proposal alone does in a bucket: counts, and the asks that each set of them touches by severities."""
    runs = _Runs(trial, number)
    figures = np.zeros((len(trial.rows), FIELDS), np.int64)
    touched = np.zeros(len(runs.kinds), np.int64)
    for i, rows in enumerate(trial.rows):
        gone, moved = runs.run(rows)
        figures[i] = runs.figures(gone, moved)
        touched |= (gone | moved).astype(np.int64) << i
    some = np.flatnonzero(touched)
    counts = {"cures": figures, "cure severities": _by_severity(runs.kinds)}
    return Partial(counts, {}, {}, {}, {"cures": counted(np.stack([touched, runs.kinds], axis=1)[some])}, {})


def try_together(trial: Trial, sets: Sequence[Rows], number: int) -> Partial:
    """What each set of rows does in a bucket."""
    runs = _Runs(trial, number)
    figures = np.stack([runs.figures(*runs.run(rows)) for rows in sets])
    return Partial({"cures": figures}, {}, {}, {}, {}, {})


def over_buckets(trial: Trial, one: Callable[[int], Partial], progress: Progress | None = None) -> Partial:
    """The merged partial result of every bucket."""

    def told(number: int) -> Partial:
        partial = one(number)
        if progress:
            progress("trying what to fix first", 1)
        return partial

    with ThreadPoolExecutor(THREADS) as pool:
        return merge_all(list(pool.map(told, trial.hearing.history.buckets)))


class _Runs:
    """A bucket, laid out once and judged over and over. `kinds`: per ask, a bit for each severity it is against."""

    def __init__(self, trial: Trial, number: int) -> None:
        self._compiled = trial.hearing.compiled
        self._bucket: BucketFacts = facts_of_bucket(trial.hearing, number)
        b = self._bucket
        self._customer = b.rows["customer"].to_numpy()[b.asks[:, 0]]
        seen = judge(self._compiled, b.facts, "audit", b.ask_start, b.asks)
        self.kinds = _kinds(seen.broken & ~seen.unevaluated, trial.severity)
        self._free = judge(self._compiled, enforcing(b.facts, ()), "backtest", b.ask_start, b.asks).broken

    def run(self, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """Which asks (bool) are removed, and which are moved, where these rows are enforced."""
        b, count = self._bucket, len(self._bucket.asks)
        gone, moved = np.zeros(count, bool), np.zeros(count, bool)
        chosen, start = self._touched(rows)
        if len(chosen):
            facts, asks = enforcing(b.facts, rows), np.ascontiguousarray(b.asks[chosen])
            judged = judge(self._compiled, facts, "backtest", start, asks)
            late = overtaken(facts, asks, judged)
            gone[chosen] = (judged.verdict == DENY) | late
            moved[chosen] = (judged.verdict == DEFER) & ~late
        return gone, moved

    def _touched(self, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """The asks of units in which any of these rows is broken, and where each unit's begin."""
        start, mask = self._bucket.ask_start, bits(list(rows), self._free.shape[1])
        broken = np.concatenate([[0], np.cumsum((self._free & mask).any(axis=1))])
        units = broken[start[1:]] > broken[start[:-1]]
        sizes = np.diff(start)
        chosen = np.flatnonzero(np.repeat(units, sizes))
        return chosen, np.concatenate([[0], np.cumsum(np.where(units, sizes, 0))]).astype(np.int64)

    def figures(self, gone: np.ndarray, moved: np.ndarray) -> np.ndarray:
        """FIELDS counts of a run."""
        either = np.flatnonzero(gone | moved)
        kinds = self.kinds[either]
        customers = len(np.unique(self._customer[either]))
        return np.array([gone.sum(), moved.sum(), customers, *_by_severity(kinds), (kinds == 0).sum()], np.int64)


def _kinds(against: np.ndarray, severity: np.ndarray) -> np.ndarray:
    """Per ask, a bit for each severity of the rules it is against."""
    found = np.zeros(len(against), np.int64)
    for place in range(len(SEVERITIES)):
        own = bits(np.flatnonzero(severity == place).tolist(), against.shape[1])
        found |= (against & own).any(axis=1).astype(np.int64) << place
    return found


def _by_severity(kinds: np.ndarray) -> np.ndarray:
    """Asks with each severity's bit."""
    return np.array([((kinds >> s) & 1).sum() for s in range(len(SEVERITIES))], np.int64)
