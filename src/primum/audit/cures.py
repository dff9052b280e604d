"""What to fix first: the cures that mend most, in order, each with what it does alone and on top of those above it.

Owns the choice among the cures that were tried, and the records. Refuses to count (`cure_counts` does).

The choice is greedy: the next cure is the one that reaches most contacts against a rule of severity never which those
before it leave, then of severity harm, then most contacts in all. It is made from what each cure does alone; what the
chosen ones do together is then run again, so that the figures are those of enforcing and of no estimate.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from primum.audit import results as r
from primum.audit.cure_counts import (
    CUSTOMERS,
    FIRST_SEVERITY,
    MOVED,
    NOT_AGAINST,
    REMOVED,
    Progress,
    make_trial,
    over_buckets,
    try_alone,
    try_together,
)
from primum.audit.cure_proposals import Findings, Proposal, propose
from primum.audit.law import SEVERITIES, Law
from primum.audit.partial import Partial
from primum.audit.results_cures import Cure, CureEffect, Cures
from primum.strategy.models import Strategy

MOST_CURES = 10
ENOUGH = 0.8
"""The share of the gravest contacts that the first cures are said to reach."""


def cures(
    findings: Findings,
    law: Law | None,
    strategy: Strategy,
    departments: Sequence[str],
    progress: Progress | None = None,
) -> Cures:
    """What to fix first.

    Args:
        departments: all that are recorded.
        progress: called with a step and the buckets done since the last call.
    """
    proposals = propose(findings, law, strategy, departments) if law is not None else ()
    if law is None or not proposals or not law.hearing.history.buckets:
        return Cures()
    trial = make_trial(law, proposals, strategy)
    alone = over_buckets(trial, lambda number: try_alone(trial, number), progress)
    order = chosen(alone.tables["cures"], len(proposals))
    if not order:
        return Cures(len(proposals), *_three(alone.counts["cure severities"]))
    sets = [tuple(sorted({row for i in order[: n + 1] for row in trial.rows[i]})) for n in range(len(order))]
    together = over_buckets(trial, lambda number: try_together(trial, sets, number), progress)
    return told([proposals[i] for i in order], alone, order, together, len(proposals), strategy)


def chosen(touched: Mapping[tuple[int, ...], int], proposals: int) -> tuple[int, ...]:
    """Numbers of the cures to list, in order.

    Args:
        touched: (bits of the proposals that touch a contact, bits of the severities it is against) -> contacts.
    """
    bits = np.array([key[0] for key in touched], np.int64)
    kinds = np.array([key[1] for key in touched], np.int64)
    count = np.array(list(touched.values()), np.int64)
    order: list[int] = []
    left = np.ones(len(count), bool)
    while len(order) < MOST_CURES:
        gains = [_gain(left & ((bits >> i) & 1 > 0), kinds, count) for i in range(proposals)]
        best = max(range(proposals), key=lambda i: (gains[i], -i))
        if best in order or not any(gains[best]):
            break
        order.append(best)
        left &= (bits >> best) & 1 == 0
    return tuple(order)


def _gain(own: np.ndarray, kinds: np.ndarray, count: np.ndarray) -> tuple[int, int, int]:
    """Contacts of severity never, of severity harm, and in all."""
    never, harm = (int(count[own & ((kinds >> s) & 1 > 0)].sum()) for s in (0, 1))
    return never, harm, int(count[own].sum())


def told(
    proposals: Sequence[Proposal],
    alone: Partial,
    order: Sequence[int],
    together: Partial,
    tried: int,
    strategy: Strategy,
) -> Cures:
    """The records of the chosen cures."""
    in_all = alone.counts["cure severities"]
    so_far = together.counts["cures"]
    on_top = np.diff(so_far, axis=0, prepend=np.zeros((1, so_far.shape[1]), np.int64))
    found = tuple(
        _cure(p, alone.counts["cures"][order[i]], on_top[i], so_far[i], in_all, strategy)
        for i, p in enumerate(proposals)
    )
    return Cures(tried, *_three(in_all), found, *_reach(so_far, in_all))


def _reach(so_far: np.ndarray, in_all: np.ndarray) -> tuple[r.Severity | None, int, float]:
    """The gravest severity that is reached, the fewest cures that reach enough of it, and the share they reach."""
    for place, severity in enumerate(SEVERITIES):
        reached = so_far[:, FIRST_SEVERITY + place]
        if reached[-1] > 0:
            shares = reached / in_all[place]
            aim = ENOUGH if shares.max() >= ENOUGH else shares.max()
            first = int(np.argmax(shares >= aim))
            return severity, first + 1, float(shares[first])  # type: ignore[return-value]
    return None, 0, 0.0


def _cure(
    p: Proposal,
    alone: np.ndarray,
    on_top: np.ndarray,
    so_far: np.ndarray,
    in_all: np.ndarray,
    strategy: Strategy,
) -> Cure:
    entry = strategy.departments.get(p.owner) if p.owner is not None else None
    shares = [int(so_far[FIRST_SEVERITY + s]) / int(n) if n else None for s, n in enumerate(in_all)]
    return Cure(
        p.kind,
        p.department,
        p.everybody,
        p.owner,
        entry.owner if entry else None,
        p.communication,
        p.into,
        p.into_department,
        p.rule.name if p.rule else None,
        p.rule.says if p.rule else None,
        _effect(alone),
        _effect(on_top),
        _effect(so_far),
        *shares,
    )


def _effect(figures: np.ndarray) -> CureEffect:
    severities = _three(figures[FIRST_SEVERITY:NOT_AGAINST])
    return CureEffect(
        int(figures[REMOVED]), int(figures[MOVED]), int(figures[CUSTOMERS]), *severities, int(figures[NOT_AGAINST])
    )


def _three(by_severity: np.ndarray) -> tuple[int, int, int]:
    never, harm, courtesy = (int(n) for n in by_severity)
    return never, harm, courtesy
