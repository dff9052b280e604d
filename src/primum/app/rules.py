"""The strategy with its rules: what the file's parts say together.

Owns the joining of the strategy's own complaints with those of its rules and its packs, so that all are told at once.
Refuses to read either (`strategy` reads the file, `rules.parse` the rules in it), and to know today's date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from primum.customers.state_rules import HARD_BOUNCED, state_rules
from primum.rules.faults import Fault, Faults, complaints
from primum.rules.model import RuleSet
from primum.rules.pack_doubts import doubts
from primum.rules.packs import PackInUse, packs_in_use
from primum.rules.parse import parse_rules, read_rules
from primum.rules.parse_hours import read_between
from primum.rules.warnings import Declared, warnings
from primum.strategy.check import check
from primum.strategy.findings import within
from primum.strategy.load import Loaded, attempt, settled
from primum.strategy.models import Entry, Strategy
from primum.strategy.moment_rules import place_of, rules_of_moments
from primum.strategy.positions import read_text
from primum.words.errors import Complaint, StrategyError

if TYPE_CHECKING:
    from primum.audit.law import Statute

_KEYS: Final = ("rules", "use", "priorities", "exempt", "calendars")


@dataclass(frozen=True, slots=True)
class Checked:
    """A strategy with nothing wrong in it, its rules, and what is doubtful about either."""

    loaded: Loaded
    rules: RuleSet
    warnings: tuple[Complaint, ...]
    packs: tuple[PackInUse, ...] = ()


def check_strategy(path: Path | str, as_of: date | None = None) -> Checked:
    """Read a strategy file and its rules.

    Args:
        path: the file.
        as_of: the day on which packs must not be past their review; None asks nothing of them.

    Raises: StrategyError with everything that is wrong: in the file, across it, and in its rules.
    """
    return check_text(read_text(Path(path)), str(path), as_of)


def check_text(text: str, name: str = "primum.yaml", as_of: date | None = None) -> Checked:
    """As `check_strategy`, for a text.

    Raises: StrategyError.
    """
    tried = attempt(text, name)
    if tried.loaded is None:
        raise StrategyError(tried.complaints)
    report = check(tried.loaded, tried.cut)
    rules, faults = read_rules(_data(tried.loaded))
    faults = [*faults, *_conditions(tried.loaded.strategy), *_hours(tried.loaded.strategy)]
    fresh = [fault for fault in faults if not within(fault.path, tried.cut)]
    wrong = [*tried.complaints, *report.errors, *_told(fresh, tried.loaded)]
    if wrong:
        raise StrategyError(wrong)
    packs = packs_in_use(_data(tried.loaded))
    doubtful = _told(_doubts(rules, packs, declared_by(tried.loaded), as_of), tried.loaded)
    return Checked(settled(tried), rules, tuple(sorted({*report.warnings, *doubtful})), packs)


def _doubts(rules: RuleSet, packs: tuple[PackInUse, ...], declared: Declared, as_of: date | None) -> list[Fault]:
    """What is doubtful about the strategy's own rules, one by one, and about each pack as a whole."""
    of_packs = {name for pack in packs for name in pack.rules}
    own = [fault for fault in warnings(rules, declared) if not (fault.path[1:2] and fault.path[1] in of_packs)]
    return own + doubts(packs, rules, declared, as_of)


def _conditions(strategy: Strategy) -> list[Fault]:
    """What is wrong with the conditions of segments and stages; their engine is loaded only where there are some."""
    if not (strategy.customers.segments or strategy.customers.stages):
        return []
    from primum.customers.conditions import read_conditions

    return read_conditions(strategy)[1]


def _told(faults: Iterable[Fault], loaded: Loaded) -> list[Complaint]:
    """Faults as complaints; those of a moment's rule where the moment is declared."""
    return complaints([replace(f, path=place_of(f.path, loaded.strategy)) for f in faults], loaded.positions)


def _hours(strategy: Strategy) -> list[Fault]:
    """What is wrong with the open hours of channels."""
    faults = Faults()
    for name, channel in strategy.channels.items():
        if channel.hours is not None:
            read_between(channel.hours, ("channels", name, "hours"), f'channel "{name}"', faults)
    return faults.found


def rules_of(loaded: Loaded) -> RuleSet:
    """The rules of a strategy that was loaded.

    Raises: StrategyError.
    """
    return parse_rules(_data(loaded), loaded.positions)


def _data(loaded: Loaded) -> dict[str, Any]:
    """What rules are read from; a rule of the strategy stands in the place of a moment's of the same name.

    A zone serves customers without one only where the file names it.
    """
    data = {key: getattr(loaded.strategy, key) for key in _KEYS}
    made = rules_of_moments(loaded.strategy)
    if made and (data["rules"] is None or isinstance(data["rules"], Mapping)):
        data["rules"] = {**made, **(data["rules"] or {})}
    return data | ({"zone": loaded.strategy.zone} if loaded.positions.has(("zone",)) else {})


def declared_by(loaded: Loaded) -> Declared:
    """The names that a strategy declares, as far as rules may name them."""
    return Declared(
        channels=frozenset(loaded.strategy.channels),
        states=_states(loaded.strategy),
        segments=frozenset({*loaded.strategy.customers.segments, *(s.stage for s in loaded.strategy.customers.stages)}),
        customers=_attributes_of_customers(loaded.strategy),
    )


def _attributes_of_customers(strategy: Strategy) -> frozenset[str]:
    sources = [source for source in strategy.data.sources.values() if source.kind == "customers"]
    return frozenset(name for source in sources for name in (*source.map, *source.attributes))


def _states(strategy: Strategy) -> frozenset[str] | None:
    """The states that sources map by name or responses make; None where one takes them from its data as they are."""
    found = _of_responses(strategy)
    for source in strategy.data.sources.values():
        entry = source.map.get("state") if source.kind == "states" else None
        words = _words(entry) if entry is not None else set()
        if words is None:
            return None
        found |= words
    return frozenset(found)


def _of_responses(strategy: Strategy) -> set[str]:
    """States that responses begin, where there are some; dead addresses, where a source tells how contacts ended."""
    sources = strategy.data.sources.values()
    heard = any(source.kind in ("responses", "events") for source in sources)
    found = {name for name, rule in state_rules(strategy.customers).items() if rule.opened_by and heard}
    return found | ({HARD_BOUNCED} if any("outcome" in source.map for source in sources) else set())


def _words(entry: Entry) -> set[str] | None:
    if entry.value is not None:
        return {str(entry.value)}
    if entry.values is None:
        return None
    return {*entry.values.values(), *([entry.otherwise] if entry.otherwise else [])}


DEFAULT_PACK: Final = "common-decency"
"""What an audit holds contacts against where the strategy declares no rules."""


def statute_of(checked: Checked) -> "Statute":
    """The rules an audit judges by: the strategy's, or common decency where it has none."""
    from primum.audit.law import Statute

    by_default = not checked.rules.rules
    rules, packs = checked.rules, checked.packs
    if by_default:
        data = _data(checked.loaded) | {"rules": None, "use": [DEFAULT_PACK]}
        rules, packs = parse_rules(data, checked.loaded.positions), packs_in_use(data)
    return Statute(
        rules,
        tuple((p.used.pack.name, p.used.pack.title, p.used.pack.reviewed) for p in packs),
        {name: p.used.pack.name for p in packs for name in p.rules},
        by_default,
    )
