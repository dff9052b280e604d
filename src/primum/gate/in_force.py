"""The strategy in force: its rules, compiled, and its register, with the text from which both can be made again.

Owns the content that is stored with every version, packs included, so that a decision can be replayed when the file and
the packs are long others. Refuses a rule set that the gate cannot keep.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from primum.gate.register import Register, register_of
from primum.rules.compile import Compiled, compile_rules
from primum.rules.faults import Faults
from primum.rules.model import Capacity, Rule, RuleSet
from primum.rules.packs import joined
from primum.rules.parse import parse_rules
from primum.strategy.models import Strategy
from primum.words.errors import Complaint, StrategyError

_OF_RULES: Final = ("rules", "use", "priorities", "exempt", "calendars")
_OF_A_COMMUNICATION: Final = frozenset(
    ("purpose", "topic", "initiated", "priority", "valid_for", "channels", "known_as")
)


@dataclass(frozen=True)
class InForce:
    """One version of a strategy, ready to decide by."""

    version: str
    content: str
    """Canonical JSON of the rules (with those of packs) and of the register."""
    rules: RuleSet
    register: Register
    compiled: Compiled

    @cached_property
    def seeking(self) -> Compiled:
        """The same rules, all of them deferrable: for seeking an instant that suits shared capacity as well."""
        rules = tuple(replace(rule, otherwise="defer") for rule in self.rules.rules)
        return compile_rules(replace(self.rules, rules=rules))

    @cached_property
    def by_name(self) -> dict[str, Rule]:
        """The rules by their names."""
        return {rule.name: rule for rule in self.rules.rules}

    @cached_property
    def capacities(self) -> tuple[Rule, ...]:
        """The rules that share an allowance among all customers."""
        return tuple(rule for rule in self.rules.rules if shares(rule))


def shares(rule: Rule) -> bool:
    """Whether a rule, at least at some dates, shares an allowance."""
    return any(isinstance(limit, Capacity) for limit in (rule.limit, *(e.limit for e in rule.excepts)))


def in_force(strategy: Strategy, version: str, *, zone_is_said: bool = True) -> InForce:
    """A checked strategy, ready to decide by.

    Args:
        strategy: the strategy.
        version: its content hash.
        zone_is_said: whether the file names its `zone`; only then it serves customers who have none.

    Raises: StrategyError where the gate cannot keep its rules.
    """
    said = {key: getattr(strategy, key) for key in _OF_RULES}
    both = joined(said, Faults())
    register = {
        name: one.model_dump(include=set(_OF_A_COMMUNICATION), exclude_defaults=True)
        for name, one in strategy.communications.items()
    }
    content = {
        "rules": both.rules,
        "calendars": both.calendars,
        "priorities": strategy.priorities,
        "exempt": strategy.exempt,
        "zone": strategy.zone if zone_is_said else None,
        "communications": register,
    }
    return restored(version, canonical({key: value for key, value in content.items() if value}))


def restored(version: str, content: str) -> InForce:
    """A version as it was stored.

    Raises: StrategyError.
    """
    data: Mapping[str, Any] = json.loads(content)
    rules = parse_rules(data)
    _refuse_what_cannot_be_kept(rules)
    return InForce(version, content, rules, register_of(data.get("communications", {})), compile_rules(rules))


def canonical(data: Any) -> str:
    """The one JSON text of some data."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str)


def _refuse_what_cannot_be_kept(rules: RuleSet) -> None:
    wrong = [rule for rule in rules.rules if shares(rule) and rule.instead_of is not None]
    if wrong:
        raise StrategyError(
            Complaint(
                f"rules.{rule.name}",
                0,
                0,
                "a shared capacity cannot stand instead of another rule at the gate.",
                "Take `instead_of` out, and narrow the other rule by its `to`.",
            )
            for rule in wrong
        )
