"""Ranges of what is at stake: from nothing to all, and a middle less what like customers did anyway.

Owns the estimate and its interval. Refuses rows, and to give the middle without its bounds.

The middle: responses that followed, less the time for which contacts could have been answered times the rate at which
like customers did the same, stratum by stratum; between nothing and all. Its interval is two standard deviations either
way, with counts taken as Poisson: the variance of what followed is its count, that of what like customers did is its
count times the square of the weight it got.
"""

from collections.abc import Mapping

import numpy as np

from primum.backtest import results as r
from primum.backtest.stakes import HARM, SECOND, StakesFrame
from primum.words.time import US_PER_DAY

DEVIATIONS = 1.96


def stakes_figures(frame: StakesFrame | None, counts: Mapping[str, np.ndarray]) -> r.Stakes | None:
    """What followed contacts that were not sent, in all and by department; None without responses."""
    if frame is None:
        return None
    not_sent = counts["stakes_not_sent"]
    everything = _figures(frame, counts, slice(None))
    departments = [
        r.DepartmentStakes(name, int(not_sent[i].sum()), _figures(frame, counts, slice(i, i + 1)))
        for i, name in enumerate(frame.departments)
        if not_sent[i].any()
    ]
    departments.sort(key=lambda d: (-d.not_sent, d.department is None, d.department or ""))
    unmatched = int(not_sent[:, counts["stakes_alike"] == 0].sum())
    bands = tuple(int(c) / 100 for c in frame.cuts[1:])
    return r.Stakes(int(not_sent.sum()), unmatched, frame.currency, bands, everything, tuple(departments))


def _figures(frame: StakesFrame, counts: Mapping[str, np.ndarray], which: slice) -> tuple[r.AtStake, ...]:
    followed = counts["stakes_followed"][which].sum(axis=0)
    cents = counts["stakes_followed_cents"][which].sum(axis=0)
    exposed = counts["stakes_exposed"][which].sum(axis=0)
    months = _seconds_of_months(frame)
    found = []
    for i, kind in enumerate(frame.kinds):
        if followed[i]:
            weight = _weight(exposed[i], counts["stakes_alike"], months)
            heard = counts["stakes_alike_heard"][i]
            anyway = float((weight * heard).sum())
            spread = DEVIATIONS * float(np.sqrt(followed[i] + (weight**2 * heard).sum()))
            worth = float((weight * counts["stakes_alike_cents"][i]).sum())
            found.append(_at_stake(frame, kind, int(followed[i]), anyway, spread, int(cents[i]), worth))
    return tuple(sorted(found, key=lambda a: (not a.harm, -a.value, -a.followed, a.kind)))


def _seconds_of_months(frame: StakesFrame) -> np.ndarray:
    """For how long like customers were watched in each month."""
    begin = np.maximum(frame.starts, frame.first)
    end = np.append(frame.starts[1:], frame.last + 1)
    return np.asarray((end - begin) / SECOND)


def _weight(exposed: np.ndarray, alike: np.ndarray, months: np.ndarray) -> np.ndarray:
    """How many responses are expected for each that like customers gave, by stratum; nothing where there are none."""
    watched = alike * months[None, None, :]
    return np.asarray(np.divide(exposed, watched, out=np.zeros(alike.shape), where=watched > 0))


def _at_stake(
    frame: StakesFrame, kind: str, followed: int, anyway: float, spread: float, cents: int, worth: float
) -> r.AtStake:
    def within(count: float) -> float:
        return round(min(max(count, 0.0), float(followed)), 2)

    middle = followed - anyway
    return r.AtStake(
        kind=kind,
        harm=kind in HARM,
        window_days=frame.windows.widths[kind] / US_PER_DAY,
        window_stated=kind in frame.stated,
        followed=followed,
        middle=within(middle),
        middle_least=within(middle - spread),
        middle_most=within(middle + spread),
        value=cents / 100,
        value_middle=round(min(max(cents - worth, min(cents, 0.0)), max(cents, 0.0)) / 100, 2),
    )
