"""A strategy file, read into the models.

Owns what it means to have loaded a strategy, and the raising of all complaints at once. Refuses to judge names across
the file (`check` does) and to open a source.
"""

from collections.abc import Iterable, Set
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from primum.strategy.environment import secrets_in
from primum.strategy.files import Override, with_files
from primum.strategy.findings import within
from primum.strategy.models import Entry, Source, Strategy
from primum.strategy.positions import KeyPath, Parsed, Positions, parse, read_text
from primum.strategy.register import Table, with_tables
from primum.strategy.sentences import translated
from primum.strategy.shapes import known_part, shape_at
from primum.strategy.version import version_of
from primum.words.errors import Complaint, StrategyError

_ROUNDS: Final = 8


@dataclass(frozen=True, slots=True)
class Loaded:
    """A strategy, the file it comes from, the place of every key in it, and the hash of what it says.

    `tables` are the spreadsheets that sections stand in; the strategy, the positions and the version hold their rows.
    """

    strategy: Strategy
    positions: Positions
    path: Path
    version: str
    tables: tuple[Table, ...] = ()
    warnings: tuple[Complaint, ...] = ()
    overrides: tuple[Override, ...] = ()
    """What stands in the place of what a base strategy says (`extends`)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What could be loaded of a file that may be wrong.

    `loaded` leaves out or fills in the wrong parts, whose paths are in `cut`; it serves only to look for further
    mistakes. It is None where too little can be read.
    """

    loaded: Loaded | None
    complaints: tuple[Complaint, ...]
    cut: frozenset[KeyPath]


def load(path: Path | str) -> Loaded:
    """The strategy in this file.

    Raises:
        StrategyError: the file cannot be read, is not the YAML that a strategy may use, or does not fit the models;
            it holds all complaints.
    """
    return loads(read_text(Path(path)), str(path))


def loads(text: str, name: str = "primum.yaml") -> Loaded:
    """The strategy in this text, which complaints call `name`.

    Raises:
        StrategyError: as `load` does.
    """
    return settled(attempt(text, name))


def settled(tried: Attempt) -> Loaded:
    """What was loaded, when nothing is wrong with it.

    Raises:
        StrategyError: something is.
    """
    if tried.complaints or tried.loaded is None:
        raise StrategyError(tried.complaints)
    return tried.loaded


def attempt(text: str, name: str) -> Attempt:
    """As much of the strategy in this text as can be loaded, with all complaints."""
    whole = with_files(parse(text, name), Path(name))
    parsed = whole.parsed
    if not parsed.whole:
        return Attempt(None, parsed.complaints, parsed.broken)
    merged = with_tables(parsed, Path(name).parent)
    parsed = merged.parsed
    strategy, complaints, cut = _validated(parsed)
    everything = (*parsed.complaints, *complaints, *secrets_in(parsed))
    if strategy is None or merged.unread:
        return Attempt(None, everything, cut)
    version = version_of(parsed.data)
    loaded = Loaded(strategy, parsed.positions, Path(name), version, merged.tables, merged.warnings, whole.overrides)
    return Attempt(loaded, everything, cut)


def _validated(parsed: Parsed) -> tuple[Strategy | None, list[Complaint], frozenset[KeyPath]]:
    """The model; wrong parts are complained of, mended, and what is left is validated again.

    Rules that join several keys run only once every key is right by itself: hence the rounds.
    """
    data = deepcopy(parsed.data)
    complaints: list[Complaint] = []
    cut = set(parsed.broken)
    for _ in range(_ROUNDS):
        try:
            return Strategy.model_validate(data), complaints, frozenset(cut)
        except ValidationError as error:
            errors = [_in_file(e, parsed.positions) for e in error.errors(include_url=False)]
        fresh = [e for e in errors if not _known_already(e, cut)]
        complaints += translated(fresh, parsed.positions)
        cut |= {_mend(data, e) for e in errors}
    return None, complaints, frozenset(cut)


_JOINED: Final = ("column", "value", "sql", "files", "tables", "query")
"""Keys of which exactly one, or a pair, is needed: when one of them is wrong, no more is said about their number."""


def _in_file(error: Any, positions: Positions) -> Any:
    """The error, at the text itself where a single text stands for a list or for an entry."""
    path: KeyPath = error["loc"]
    while error["type"] != "missing" and not positions.has(path):
        path = path[:-1]
    return {**error, "loc": path}


def _known_already(error: Any, cut: Set[KeyPath]) -> bool:
    path: KeyPath = error["loc"]
    if error["type"] == "value_error":
        return within(path, cut) or any(p[:-1] == path and _is_joined(p) for p in cut)
    return within(path, cut)


def _is_joined(path: KeyPath) -> bool:
    """Whether a wrong key is, or was meant to be, one of those of which a number is needed."""
    return bool(get_close_matches(str(path[-1]), _JOINED, n=1)) if path else False


_STAND_INS: Final[dict[str, Any]] = {"name": "?", "kind": "customers", "files": ["?"], "strategy": {"name": "?"}}
"""Values for required keys that are missing or wrong, so that the rest can be looked at."""


def _mend(data: dict[str, Any], error: Any) -> KeyPath:
    """Take the wrong part out of the data, or put something harmless in its place; returns its path."""
    path: KeyPath = known_part(error["loc"])
    if error["type"] == "value_error":
        _mend_group(_part(data, path), shape_at(path))
        return (*path, "column" if shape_at(path) is Entry else "files")
    if not path:
        return path
    around, last = _part(data, path[:-1]), path[-1]
    if isinstance(last, int):
        around[last] = "?"
    elif last in _STAND_INS and _is_required(path):
        around[last] = deepcopy(_STAND_INS[last])
    else:
        around.pop(last, None)
    return path


def _mend_group(part: Any, shape: Any) -> None:
    if shape is Entry:
        _replace(part, ("column", "value", "sql"), {"column": "?"})
    elif shape is Source:
        _replace(part, ("files", "tables", "query"), {"files": ["?"]})


def _replace(part: dict[str, Any], old: Iterable[str], new: dict[str, Any]) -> None:
    for key in old:
        part.pop(key, None)
    part.update(new)


def _is_required(path: KeyPath) -> bool:
    shape = shape_at(path[:-1])
    fields = getattr(shape, "model_fields", {})
    return str(path[-1]) in fields and fields[str(path[-1])].is_required()


def _part(data: Any, path: KeyPath) -> Any:
    for step in path:
        data = data[step]
    return data
