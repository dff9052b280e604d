"""A decision and its reasons: never a bare yes or no.

Owns the shape of an answer (docs/rules.md, chapter "Deciding"). Refuses to decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["allow", "defer", "deny"]
"""For people: send / wait until / do not send."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of one candidate.

    `reasons` are the broken enforced rules, sorted; `alone` has for each the first instant (microseconds UTC, not
    before the candidate's) at which it alone would be satisfied, None for never within 400 days. `shadow` are the
    broken rules that only monitor; `unevaluated` those that could not be judged (an enforced one is also a reason,
    unless it says `if_unknown: allow`, or the use is audit or backtest and only the time of day is missing).
    `missing` says for each unevaluated rule which fact is lacking.
    """

    candidate: str
    decision: Verdict
    until: int | None = None
    reasons: tuple[str, ...] = ()
    alone: Mapping[str, int | None] = field(default_factory=dict)
    shadow: tuple[str, ...] = ()
    unevaluated: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple["Decision", ...] = ()
    """With `try_channels`, a deny has the decisions on the same candidate over other channels."""
    channel: str | None = None
    """Of an alternative: the channel it is about."""
