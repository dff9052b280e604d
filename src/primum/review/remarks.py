"""Remarks about a strategy: what is wrong or doubtful, where, why it matters, and how to mend it.

Owns the record, the register of checks, and what every check looks at. Refuses to know any of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from primum.review.results import Level, Remark
from primum.rules.model import RuleSet
from primum.strategy.findings import File
from primum.strategy.load import Loaded
from primum.strategy.models import Strategy
from primum.strategy.moment_rules import place_of
from primum.strategy.positions import KeyPath
from primum.words.errors import Complaint
from primum.words.filters import Attributes


@dataclass(frozen=True, slots=True)
class Volume:
    """So many contacts with these attributes, counted in the history or declared by flows (then for a month)."""

    attributes: Attributes
    contacts: float


@dataclass(frozen=True)
class Setting:
    """What every check looks at.

    `volumes` are counted contacts (empty where no history was built); `as_of` is the day of the review, None where
    nothing is to depend on one; `states` are those that can hold, None where any name may come from the data.
    """

    loaded: Loaded
    rules: RuleSet
    volumes: tuple[Volume, ...] = ()
    as_of: date | None = None
    states: frozenset[str] | None = None

    @property
    def strategy(self) -> Strategy:
        """The strategy."""
        return self.loaded.strategy

    @cached_property
    def file(self) -> File:
        """The strategy with its places."""
        return File(self.loaded.strategy, self.loaded.positions, frozenset())

    def rule_path(self, name: str, *keys: str) -> KeyPath:
        """Where a rule stands: under `rules`, at the moment that makes it, or at the pack that brings it."""
        if self.loaded.positions.has(("rules", name)):
            return ("rules", name, *keys)
        made = place_of(("rules", name, *keys), self.strategy)
        return ("use",) if made[0] == "rules" else made


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, at a path of the strategy."""

    path: KeyPath
    what: str
    cure: str
    at_key: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name in annotations, how grave its findings are, and why they matter."""

    code: str
    level: Level
    why: str
    look: Callable[[Setting], Iterator[Found]] = field(repr=False)


_CHECKS: Final[dict[str, Check]] = {}


def check(code: str, level: Level, why: str) -> Callable[[Callable[[Setting], Iterator[Found]]], Callable[..., object]]:
    """Register a check under its name; two of one name are refused."""

    def register(look: Callable[[Setting], Iterator[Found]]) -> Callable[[Setting], Iterator[Found]]:
        if code in _CHECKS:
            raise ValueError(f"there are two checks named {code}")
        _CHECKS[code] = Check(code, level, why, look)
        return look

    return register


def checks() -> Mapping[str, Check]:
    """All registered checks by name."""
    return dict(sorted(_CHECKS.items()))


def remark(one: Check, found: Found, setting: Setting) -> Remark:
    """The finding with its place."""
    positions = setting.loaded.positions
    place = positions.key(found.path) if found.at_key else positions.value(found.path)
    told = Complaint(place.file, place.line, place.column, found.what, found.cure, place.cell)
    return Remark(told, one.code, one.level, one.why, str(found.path[0]) if found.path else "")


def named(names: list[str], most: int = 6) -> str:
    """Names in a sentence: the first few, and how many more."""
    shown = ", ".join(f'"{name}"' for name in names[:most])
    more = len(names) - most
    return f"{shown} and {more:,} more" if more > 0 else shown
