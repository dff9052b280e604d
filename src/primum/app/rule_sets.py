"""Rule sets to be tried: the strategy's own, a file's, a pack's, or none.

Owns what may be named and what a file of rules leaves to the strategy. Refuses to judge by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from primum.app.rules import check_strategy
from primum.rules.model import RuleSet
from primum.rules.parse import FACETS, parse_rules
from primum.strategy.load import Loaded
from primum.strategy.packs import known_packs
from primum.strategy.positions import parse, read_text
from primum.words.errors import Complaint, StrategyError, UsageError, did_you_mean

NO_RULES: Final = "no rules"
_FROM_FILE: Final = ("rules", "use")
"""What a file of rules replaces as a whole; whatever else it leaves out is as in the strategy."""


@dataclass(frozen=True, slots=True)
class NamedRules:
    """A rule set, and where it stands."""

    name: str
    rules: RuleSet


def rule_set(named: str | Path | None, loaded: Loaded) -> NamedRules:
    """The rule set of this name.

    Args:
        named: a file (of rules, or a whole strategy), a pack, or `no rules`; None for the strategy's own.

    Raises: UsageError where the strategy has no rules and none are named; StrategyError with every complaint.
    """
    if named is None:
        return _own(loaded)
    text = str(named)
    if text == NO_RULES:
        return NamedRules(NO_RULES, parse_rules(_of_strategy(loaded)))
    if text in known_packs() and not Path(text).exists():
        return NamedRules(text, parse_rules(_of_strategy(loaded) | {"use": [text]}))
    return NamedRules(text, _of_file(Path(text), loaded))


def _own(loaded: Loaded) -> NamedRules:
    own = {key: getattr(loaded.strategy, key) for key in _FROM_FILE}
    if not any(own.values()):
        raise UsageError(
            f"{loaded.path.name} has no rules to try. Try a pack on your history: "
            "`primum backtest --rules common-decency`; or a file of rules of your own: `--rules rules.yaml`."
        )
    return NamedRules(loaded.path.name, parse_rules(_of_strategy(loaded) | own, loaded.positions))


def _of_strategy(loaded: Loaded) -> dict[str, Any]:
    """What holds unless a file of rules says otherwise; the zone serves customers only where the strategy names it."""
    data = {key: getattr(loaded.strategy, key) for key in ("priorities", "exempt", "calendars")}
    return data | ({"zone": loaded.strategy.zone} if loaded.positions.has(("zone",)) else {})


def _of_file(path: Path, loaded: Loaded) -> RuleSet:
    """The rules of a file: of rules alone, or of a whole strategy.

    Raises: StrategyError with every complaint.
    """
    parsed = parse(read_text(path), str(path))
    if "strategy" in parsed.data:
        return check_strategy(path).rules
    wrong = [*parsed.complaints, *_strangers(parsed.data, str(path))]
    if wrong:
        raise StrategyError(wrong)
    return parse_rules(_of_strategy(loaded) | parsed.data, parsed.positions)


def _strangers(data: Mapping[str, Any], name: str) -> list[Complaint]:
    """Keys that no file of rules has, and the lack of any rule."""
    cure = "A file of rules looks like `rules: {weekly: {says: Three a week., at_most: 3, within: 7 days}}`."
    found = [
        Complaint(name, 0, 0, f'"{key}" is no part of a rule set.', did_you_mean(str(key), FACETS))
        for key in data
        if key not in FACETS
    ]
    if not any(data.get(key) for key in _FROM_FILE):
        found.append(Complaint(name, 0, 0, "the file holds no rules.", cure))
    return found
