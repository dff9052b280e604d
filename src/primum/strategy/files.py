"""A strategy in several files: `include` adds parts that nobody else says, `extends` lays this strategy over a base.

Owns the joining, with every key in its own place, and the list of what stands in the place of the base. Refuses
to let two files of one strategy say the same thing, circles, and bases over bases without end.

Names under these two keys are relative to the file they stand in; all others to the strategy file itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar, get_origin

from pydantic import BaseModel

from primum.strategy.models import AsOf, Entry
from primum.strategy.positions import KeyPath, Parsed, Place, Positions, parse, read_text
from primum.strategy.sentences import complaint, subject
from primum.strategy.shapes import shape_at
from primum.words.errors import Complaint, StrategyError

MAX_BASES: Final = 5
_NAMED: Final = (("rules",), ("calendars",))
"""Groups of names that the models leave to `rules.parse`: each name is one thing."""
_WHOLE: Final = (Entry, AsOf)
"""Groups of which one key excludes the others: they are replaced as they are."""


@dataclass(frozen=True, slots=True)
class Override:
    """A value that stands in the place of the base's: where each is, and what the base says."""

    path: KeyPath
    here: Place
    there: Place
    was: Any
    now: Any

    @property
    def name(self) -> str:
        """The path as people write it."""
        return ".".join(map(str, self.path))


@dataclass(frozen=True, slots=True)
class Whole:
    """A strategy with all of its files, and what it says in the place of its base."""

    parsed: Parsed
    overrides: tuple[Override, ...] = ()


def with_files(parsed: Parsed, path: Path) -> Whole:
    """Join a parsed strategy with the files it includes, and lay it over its base; complaints are among the rest.

    Args:
        parsed: the strategy file.
        path: where it lies.
    """
    return _Joining((path.resolve(),)).whole(parsed, path)


class _Joining:
    """Reads files that name files; `above` are those that led here."""

    def __init__(self, above: tuple[Path, ...]) -> None:
        self._above = above

    def whole(self, parsed: Parsed, path: Path) -> Whole:
        joined = parsed
        for where, file in _named(parsed, "include"):
            joined = self._included(joined, where, path.parent / file)
        base = next(_named(parsed, "extends"), None)
        return Whole(joined) if base is None else self._extended(joined, base[0], path.parent / base[1])

    def _included(self, parsed: Parsed, where: KeyPath, path: Path) -> Parsed:
        other = self._read(parsed, where, path)
        if isinstance(other, Complaint):
            return _with(parsed, other)
        for key in ("include", "extends"):
            if key in other.data:
                what = f"`{key}` stands in a file that is included itself."
                other = _with(other, complaint(other.positions.key((key,)), what, "Say it in the strategy file."))
        data = {key: value for key, value in other.data.items() if key not in ("include", "extends")}
        return _joined(parsed, replace(other, data=data))

    def _extended(self, parsed: Parsed, where: KeyPath, path: Path) -> Whole:
        if len(self._above) > MAX_BASES:
            what = f"this is the base of a base, {MAX_BASES} deep."
            return Whole(_with(parsed, complaint(parsed.positions.value(where), what, "Join some of them.")))
        base = self._read(parsed, where, path)
        if isinstance(base, Complaint):
            return Whole(_with(parsed, base))
        below = _Joining((*self._above, path.resolve())).whole(base, path)
        laid = laid_over(below.parsed, parsed)
        kept = [o for o in below.overrides if not any(o.path[: len(n.path)] == n.path for n in laid.overrides)]
        return Whole(laid.parsed, (*kept, *laid.overrides))

    def _read(self, parsed: Parsed, where: KeyPath, path: Path) -> Parsed | Complaint:
        place = parsed.positions.value(where)
        if path.resolve() in self._above:
            return complaint(place, f"'{path}' leads back to itself.", "Take one of the two out of the circle.")
        try:
            return parse(read_text(path), str(path))
        except StrategyError as error:
            wrong = error.complaints[0]
            return complaint(place, f"'{path}': {wrong.what}", wrong.cure)


def _named(parsed: Parsed, key: str) -> Iterator[tuple[KeyPath, str]]:
    """The files that a key names, each with its place; what is no text is left to the models."""
    value = parsed.data.get(key)
    if isinstance(value, str) and value:
        yield (key,), value
    elif isinstance(value, list) and key == "include":
        yield from (((key, n), file) for n, file in enumerate(value) if isinstance(file, str) and file)


def _with(parsed: Parsed, told: Complaint) -> Parsed:
    return replace(parsed, complaints=(*parsed.complaints, told))


# Files beside each other


def _joined(one: Parsed, other: Parsed) -> Parsed:
    """Two files of one strategy; what both say is complained of, and the first counts."""
    complaints: list[Complaint] = []
    data = _beside(one, other, (), complaints)
    return _merged(one, other, data, complaints)


def _beside(one: Parsed, other: Parsed, path: KeyPath, complaints: list[Complaint]) -> Any:
    here, there = _at(one.data, path), _at(other.data, path)
    if isinstance(here, dict) and isinstance(there, dict) and _is_shared(path):
        added = {k: _beside(one, other, (*path, k), complaints) if k in here else v for k, v in there.items()}
        return {**here, **added}
    first = one.positions.key(path)
    what = f"{subject(path)} stands in two files of this strategy."
    cure = f"It stands in {first.file}, line {first.line}, already: keep one of them."
    complaints.append(complaint(other.positions.key(path), what, cure))
    return here


def _is_shared(path: KeyPath) -> bool:
    """Whether several files may add to what stands there: groups of names, and the facets that hold them."""
    if path in _NAMED:
        return True
    within_names = any(get_origin(shape_at(path[:n])) is dict for n in range(len(path)))
    return not within_names and _is_group(shape_at(path))


# A file over its base


@dataclass(slots=True)
class _Laying:
    """What the strategy says in the place of its base, while the one is laid over the other."""

    base: Parsed
    own: Parsed
    overrides: list[Override]

    def over(self, path: KeyPath) -> Any:
        was, now = _at(self.base.data, path), _at(self.own.data, path)
        if isinstance(was, dict) and isinstance(now, dict) and (path in _NAMED or _is_laid_key_by_key(path)):
            return {**was, **{k: self.over((*path, k)) if k in was else v for k, v in now.items()}}
        if was != now and path not in (("extends",), ("include",)):
            places = self.own.positions.key(path), self.base.positions.key(path)
            self.overrides.append(Override(path, *places, was, now))
        return now


def laid_over(base: Parsed, own: Parsed) -> Whole:
    """A strategy over its base: groups key by key; lists, texts, numbers, and every rule as a whole."""
    laying = _Laying(base, own, [])
    data = laying.over(())
    replaced = [o.path for o in laying.overrides]
    under = replace(base, positions=_without(base.positions, replaced))
    return Whole(_merged(own, under, data, []), tuple(laying.overrides))


_Told = TypeVar("_Told")


def _without(positions: Positions, parts: list[KeyPath]) -> Positions:
    """The places of a base, but for what stands below a part that was replaced."""
    p = positions
    return Positions(p.file, _kept(p.keys, parts), _kept(p.values, parts), _kept(p.spelled, parts))


def _kept(table: Mapping[KeyPath, _Told], parts: list[KeyPath]) -> dict[KeyPath, _Told]:
    return {path: told for path, told in table.items() if not any(path[: len(part)] == part for part in parts)}


def _is_laid_key_by_key(path: KeyPath) -> bool:
    shape = shape_at(path)
    return _is_group(shape) and shape not in _WHOLE


# Both


def _is_group(shape: Any) -> bool:
    return get_origin(shape) is dict or (isinstance(shape, type) and issubclass(shape, BaseModel))


def _at(data: Any, path: KeyPath) -> Any:
    for step in path:
        data = data[step]
    return data


def _merged(first: Parsed, second: Parsed, data: dict[str, Any], complaints: list[Complaint]) -> Parsed:
    """One parsed strategy of two, the first one's places going before."""
    a, b = first.positions, second.positions
    positions = Positions(a.file, {**b.keys, **a.keys}, {**b.values, **a.values}, {**b.spelled, **a.spelled})
    return Parsed(
        data,
        positions,
        (*first.complaints, *second.complaints, *complaints),
        first.broken | second.broken,
        first.whole and second.whole,
    )
