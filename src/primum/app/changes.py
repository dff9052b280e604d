"""What changed since a history was written, and whether it can grow by that or must be built anew.

Owns the comparison of a manifest with the strategy and the files of today. Refuses to read a row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import xxhash

from primum.history.manifest import FileEntry, Manifest, SourceEntry
from primum.sources import lands_after
from primum.strategy.load import Loaded
from primum.strategy.models import Source

WHO_IS_WHO = {"not_people", "people", "own_domains", "agency_domains", "country"}
"""What of the facet `customers` a history rests on; the rest is judged when it is read."""
Files = Mapping[str, Sequence[FileEntry]]
"""Per source, its files of today in order."""


class MustRebuildError(Exception):
    """Why a history cannot grow and is built anew, in words."""


@dataclass(frozen=True)
class SourceChange:
    """What changed about the files of one source; a rewritten file is both gone and new."""

    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What changed, by source; `reason` says why only a new build will do (None: the history can grow)."""

    sources: dict[str, SourceChange]
    reason: str | None

    @property
    def none(self) -> bool:
        """Whether the history is as of today."""
        return self.reason is None and not self.sources


def parts_of(loaded: Loaded) -> tuple[tuple[str, str], ...]:
    """What a history depends on besides files, in words, with digests."""
    data = loaded.strategy.data
    parts: list[tuple[str, object]] = [
        (
            f"the mapping of source '{name}'",
            source.model_dump(exclude={"files", "fresh", "control"}, mode="json") | _tables(source),
        )
        for name, source in data.sources.items()
    ]
    parts.append(("the order of the sources", list(data.sources)))
    for name, value in data.model_dump(exclude={"sources"}, mode="json").items():
        parts.append((f"`data: {name}`", value))
    who = loaded.strategy.customers.model_dump(mode="json", include=WHO_IS_WHO)
    parts.append(("`customers`", who))
    parts.append(("`zone`", loaded.strategy.zone))
    parts.append(("`lands_after` of a channel", lands_after(loaded.strategy)))
    return tuple(
        (what, xxhash.xxh3_128_hexdigest(json.dumps(value, ensure_ascii=False).encode())) for what, value in parts
    )


def _tables(source: Source) -> dict[str, object]:
    """The tables of a query without their files, which may come and go."""
    return {"tables": {name: spec.model_dump(exclude={"files"}, mode="json") for name, spec in source.tables.items()}}


def changes(manifest: Manifest, loaded: Loaded, files: Files) -> Changes:
    """Compare a history with today."""
    reason = _other(manifest, parts_of(loaded))
    found: dict[str, SourceChange] = {}
    for entry in manifest.sources:
        change = _of_files(entry, files.get(entry.name, ()))
        if change.new or change.gone:
            found[entry.name] = change
            reason = reason or _obstacle(entry, change, loaded.strategy.data.sources.get(entry.name), files)
    return Changes(found, reason)


def _other(manifest: Manifest, parts: Sequence[tuple[str, str]]) -> str | None:
    """What is other than files."""
    if manifest.duckdb != duckdb.__version__:
        return f"the engine changed (DuckDB {manifest.duckdb} before, {duckdb.__version__} now)"
    before, now = dict(manifest.parts), dict(parts)
    named = [w for w in (*now, *before) if before.get(w) != now.get(w)]
    if not named:
        return None
    what = named[0]
    if what not in before:
        return f"{what.removeprefix('the mapping of ')} is new"
    return f"{what.removeprefix('the mapping of ')} is gone" if what not in now else f"{what} changed"


def _of_files(entry: SourceEntry, today: Sequence[FileEntry]) -> SourceChange:
    held = {f.name: f for f in entry.files if f.digest}
    now = {f.name: f for f in today}
    same = {n for n in held.keys() & now.keys() if _identity(held[n]) == _identity(now[n])}
    return SourceChange(
        tuple(n for n in now if n not in same),
        tuple(n for n in held if n not in same),
    )


def _identity(file: FileEntry) -> tuple[str, int, int]:
    return file.digest, file.bytes, file.modified_ns


def _obstacle(entry: SourceEntry, change: SourceChange, source: Source | None, files: Files) -> str | None:
    """Why a source's files cannot come or go without a new build."""
    if source is None:
        return f"source '{entry.name}' is gone"
    if source.query:
        return f"source '{entry.name}' is a query over several tables, and a file of it changed"
    if source.replaces:
        return f"source '{entry.name}' has corrected files, and a file of it changed"
    kept = [f.name for f in entry.files if f.name not in change.gone]
    if kept != [f.name for f in files[entry.name] if f.name not in change.new]:
        return f"the files of source '{entry.name}' stand in another order"
    if not change.gone:
        return None
    lost = f"a file of source '{entry.name}' was rewritten or is gone"
    if entry.repeated or entry.folded:
        return f"{lost}, and rows of it may repeat rows of another one"
    if entry.rejected:
        return f"{lost}, and some of its rows were rejected"
    if any(f.typed for f in entry.files):
        return f"{lost}, and its times may all be days now"
    return None
