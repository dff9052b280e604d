"""What a strategy says about states, in a form that every bucket shares: which responses begin and end which of them.

Owns the words of dead addresses, the readings of opt-outs, and the days of successive extracts. Refuses rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from primum.customers.days import day_number
from primum.customers.state_rules import StateRule, state_rules
from primum.history import History
from primum.sources.file_dates import DatedFile, days
from primum.strategy.models import AsOf, Strategy

SCOPES = ("channel", "purpose", "topic", "brand", "address", "account")
"""What a state may be about; where it names no value it is about all."""

COVERED: Mapping[str, tuple[str, ...]] = {"as_said": SCOPES, "channel": ("channel", "address"), "company": ()}
"""Per reading of opt-outs, the scopes that stay as they were said."""

_DEAD = re.compile(
    r"hard|permanent|invalid|does ?n[o']t exist|unknown|no such|not found|wrong number|unallocated|inactive"
    r"|deactivated|\b5[0-9][0-9]\b|\b5\.\d+\.\d+",
    re.IGNORECASE,
)
"""Words in which systems say that an address will never work (RFC 3463: replies of class 5 are permanent)."""


@dataclass(frozen=True)
class StateSpec:
    """What all buckets share.

    `zones`: source -> zone in which its dates are days. `extracts`: source -> days (numbers, ascending) of its
    extracts. `day_of_file`: number of a file among all files -> the day it tells of. `additions`: sources whose later
    files only add. `dead`: words of `outcome` beside Primum's own.
    """

    rules: Mapping[str, StateRule]
    reading: str
    zone: str
    zones: Mapping[str, str]
    extracts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    day_of_file: Mapping[int, int] = field(default_factory=dict)
    additions: frozenset[str] = frozenset()
    dead: tuple[str, ...] = ()

    def kinds(self) -> frozenset[str]:
        """Kinds of response that begin or end some state."""
        return frozenset(k for r in self.rules.values() for k in (*r.opened_by, *r.closed_by))

    def rule(self, state: str) -> StateRule:
        """The rule of a state; one that nobody declares has only its own rows."""
        return self.rules.get(state, StateRule())

    def is_dead(self, outcome: str) -> bool:
        """Whether a bounce with this outcome says that the address will never work."""
        return outcome.casefold() in {w.casefold() for w in self.dead} or bool(_DEAD.search(outcome))


def state_spec(history: History, strategy: Strategy) -> StateSpec:
    """What a history and its strategy say about states."""
    sources = strategy.data.sources
    day_of_file = _days_of_files(history, strategy)
    return StateSpec(
        state_rules(strategy.customers),
        strategy.customers.opt_out_reading,
        strategy.zone,
        {name: source.zone or strategy.zone for name, source in sources.items()},
        _extracts(history, history.tags("states"), day_of_file),
        day_of_file,
        frozenset(strategy.customers.additions),
        tuple(strategy.customers.hard_bounces),
    )


def _days_of_files(history: History, strategy: Strategy) -> dict[int, int]:
    """The day that each file of a source of states tells of, by the file's number."""
    found: dict[int, int] = {}
    for entry in history.manifest.sources:
        source = strategy.data.sources.get(entry.name)
        if source is not None and source.kind == "states" and source.as_of is not None:
            files = [DatedFile(f.number, f.name, f.modified_ns) for f in entry.files if f.counted]
            found |= _days(source.as_of, files, source.zone or strategy.zone)
    return found


def _days(as_of: AsOf, files: list[DatedFile], zone: str) -> dict[int, int]:
    if as_of.day is not None:
        return {f.number: day_number(date.fromisoformat(as_of.day)) for f in files}
    return {number: day_number(day) for number, day in days(files, as_of.file_name, zone).items()}


def _extracts(history: History, tags: pa.Table, day_of_file: Mapping[int, int]) -> dict[str, tuple[int, ...]]:
    """Per source the days of its extracts: of its files (an empty one too); of its rows, where no file has a day."""
    by_rows: dict[str, set[int]] = {}
    for source, day in zip(tags["source"].to_pylist(), tags["as_of"].to_pylist(), strict=True):
        if day is not None:
            by_rows.setdefault(source, set()).add(day_number(date.fromisoformat(day)))
    by_files: dict[str, set[int]] = {}
    for entry in history.manifest.sources:
        held = {day_of_file[f.number] for f in entry.files if f.number in day_of_file}
        if held:
            by_files[entry.name] = held
    return {source: tuple(sorted(held)) for source, held in (by_rows | by_files).items()}
