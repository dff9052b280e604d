"""The strategy with its rules: what the file's parts say together.

Owns the joining of the strategy's own complaints with those of its rules, so that all are told at once. Refuses to
read either: `strategy` reads the file, `rules.parse` the rules in it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from primum.rules.faults import complaints
from primum.rules.model import RuleSet
from primum.rules.parse import parse_rules, read_rules
from primum.rules.warnings import Declared, warnings
from primum.strategy.check import check
from primum.strategy.load import Loaded, attempt, settled, within
from primum.strategy.models import Entry, Strategy
from primum.strategy.positions import read_text
from primum.words.errors import Complaint, StrategyError

_KEYS: Final = ("rules", "priorities", "exempt", "calendars")


@dataclass(frozen=True, slots=True)
class Checked:
    """A strategy with nothing wrong in it, its rules, and what is doubtful about either."""

    loaded: Loaded
    rules: RuleSet
    warnings: tuple[Complaint, ...]


def check_strategy(path: Path | str) -> Checked:
    """Read a strategy file and its rules.

    Raises: StrategyError with everything that is wrong: in the file, across it, and in its rules.
    """
    return check_text(read_text(Path(path)), str(path))


def check_text(text: str, name: str = "primum.yaml") -> Checked:
    """As `check_strategy`, for a text.

    Raises: StrategyError.
    """
    tried = attempt(text, name)
    if tried.loaded is None:
        raise StrategyError(tried.complaints)
    report = check(tried.loaded, tried.cut)
    rules, faults = read_rules(_data(tried.loaded))
    fresh = [fault for fault in faults if not within(fault.path, tried.cut)]
    wrong = [*tried.complaints, *report.errors, *complaints(fresh, tried.loaded.positions)]
    if wrong:
        raise StrategyError(wrong)
    doubtful = complaints(warnings(rules, declared_by(tried.loaded)), tried.loaded.positions)
    return Checked(settled(tried), rules, tuple(sorted({*report.warnings, *doubtful})))


def rules_of(loaded: Loaded) -> RuleSet:
    """The rules of a strategy that was loaded.

    Raises: StrategyError.
    """
    return parse_rules(_data(loaded), loaded.positions)


def _data(loaded: Loaded) -> dict[str, Any]:
    """What rules are read from. A zone serves customers without one only where the file names it."""
    data = {key: getattr(loaded.strategy, key) for key in _KEYS}
    return data | ({"zone": loaded.strategy.zone} if loaded.positions.has(("zone",)) else {})


def declared_by(loaded: Loaded) -> Declared:
    """The names that a strategy declares, as far as rules may name them."""
    return Declared(
        channels=frozenset(loaded.strategy.channels),
        states=_states(loaded.strategy),
        segments=frozenset(),
    )


def _states(strategy: Strategy) -> frozenset[str] | None:
    """The states that sources map by name; None where one takes them from its data as they are."""
    found: set[str] = set()
    for source in strategy.data.sources.values():
        entry = source.map.get("state") if source.kind == "states" else None
        words = _words(entry) if entry is not None else set()
        if words is None:
            return None
        found |= words
    return frozenset(found)


def _words(entry: Entry) -> set[str] | None:
    if entry.value is not None:
        return {str(entry.value)}
    if entry.values is None:
        return None
    return {*entry.values.values(), *([entry.otherwise] if entry.otherwise else [])}
