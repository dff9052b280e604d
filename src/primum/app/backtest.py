"""Trying rule sets on the history: from a workspace to `backtest.results`.

Owns the order of work and what stands with the figures. Refuses to count.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import tzdata

from primum.app.rule_sets import NO_RULES, NamedRules, rule_set
from primum.backtest import results as r
from primum.backtest.figures import DEFINITIONS, result_of
from primum.backtest.frame import make_frame
from primum.backtest.run import backtest_all
from primum.backtest.stakes import make_stakes_frame
from primum.customers.heard_states import heard_states
from primum.customers.hearing import make_hearing
from primum.customers.states import make_spec
from primum.history import History
from primum.rules.compile import compile_rules
from primum.strategy.load import Loaded

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

Progress = Callable[[str, int], None]


def backtest(
    workspace: "Workspace",
    rules: str | Path | None = None,
    against: Sequence[str | Path] = (),
    *,
    rebuild: bool = False,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> r.Backtests:
    """Try one rule set on the history, or several side by side.

    Args:
        rules: a file, a pack or `no rules`; None for the strategy's own.
        against: further ones to compare it with.
        rebuild: build the history anew even where nothing changed.
        as_of: the instant of the backtest; by default now.
        progress: called with a step's name and what it has done since the last call.

    Raises: UsageError, StrategyError, SourceError, TooManyRejectsError.
    """
    from primum.app.workspace import primum_version

    loaded = workspace.load()
    tried = [rule_set(named, loaded) for named in (rules, *against)]
    with workspace.history(rebuild=rebuild, progress=progress) as history:
        results = tuple(try_rules(history, named, loaded, progress) for named in tried)
        calibrated = _calibrated(history, loaded, progress) if against else None
    moment = (as_of or datetime.now(UTC)).isoformat(timespec="seconds").replace("+00:00", "Z")
    method = r.Method(
        primum_version(), loaded.version, moment, tzdata.IANA_VERSION, history.manifest.buckets, DEFINITIONS
    )
    about = loaded.strategy.strategy
    return r.Backtests(about.name, loaded.strategy.zone, results, calibrated, method)


def try_rules(
    history: History, named: NamedRules, loaded: Loaded, progress: Progress | None = None
) -> r.BacktestResult:
    """One rule set over a history."""
    strategy, compiled = loaded.strategy, compile_rules(named.rules)
    spec = make_spec(history, strategy, progress=progress)
    segments = tuple(c.name for c in spec.segments.conditions)
    states = heard_states(history, spec, compiled, segments=bool(segments))
    hearing = make_hearing(history, compiled, strategy, states=states, segments=bool(segments))
    frame = make_frame(hearing, strategy.zone, segments, make_stakes_frame(hearing, strategy))
    return result_of(frame, backtest_all(frame, progress), named.name, history.manifest.unlinked.get("contacts", 0))


def _calibrated(history: History, loaded: Loaded, progress: Progress | None) -> r.Calibration:
    """The backtest of no rules, which must leave everything where it was."""
    ends = try_rules(history, rule_set(NO_RULES, loaded), loaded, progress).ends
    return r.Calibration(ends.asked, ends.kept)
