"""The manifest: what the history was built from, so that it is rebuilt when, and only when, that changes.

Owns `manifest.json`. Refuses to guess: a manifest of another layout version, or one that cannot be read, means a
rebuild.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xxhash

from primum.history.layout import VERSION
from primum.sources.warnings import SourceWarning
from primum.words.errors import HistoryError


@dataclass(frozen=True)
class FileEntry:
    """One file that was read: its identity (size, modification time, XXH3-128 of its bytes) and what it held."""

    name: str
    bytes: int
    modified_ns: int
    digest: str
    rows: int
    rejected: int


@dataclass(frozen=True)
class SourceEntry:
    """One source as it was read. `first` and `last` are microseconds since 1970, None for an empty source."""

    name: str
    kind: str
    department: str | None
    files: tuple[FileEntry, ...]
    rows: int
    rejected: int
    unlinked: int
    repeated: int
    """Rows that repeat an id, customer and instant already held: dropped, counted."""
    first: int | None
    last: int | None
    key_kinds: tuple[str, ...]
    mapped: tuple[str, ...]
    customers: int
    found_in_master: int | None
    warnings: tuple[SourceWarning, ...]
    reject_file: str | None
    dates_are: str
    folded: int = 0
    """Rows that told another status of a contact that an earlier row had begun."""
    alike: int = 0
    """... of contacts no row of which told another status: what is mapped as their id may be none."""
    ids_of_several: int = 0
    """Ids that stand under more than one customer."""
    ignored: int = 0
    """Rows of an event log whose event means nothing here."""
    replaced: int = 0
    """Rows of files for which a corrected file stands; they are not among `rows`."""
    zone: str = "UTC"
    """The zone in which its dates are days."""
    reject_reasons: tuple[tuple[str, str, int], ...] = ()
    """(column, reason, rows): why rows were rejected, most rows first; values are left out of the reasons."""


@dataclass(frozen=True)
class SharedEntry:
    """An identifier that names no one person: its value masked, and its keyed hash."""

    kind: str
    value: str
    why: str
    customers: int
    contacts: int
    hash: str


@dataclass(frozen=True)
class Manifest:
    """Everything about a history but its rows. `rows` counts per relation what lies in buckets (with a customer)."""

    layout: int
    inputs: str
    buckets: int
    sources: tuple[SourceEntry, ...]
    shared: tuple[SharedEntry, ...]
    merged: int
    customers: int
    kinds: tuple[str, ...]
    rows: dict[str, int]
    unlinked: dict[str, int]
    columns: dict[str, tuple[str, ...]]
    duckdb: str
    not_people: tuple[int, ...] = ()
    """Customers that each entry of the strategy's `customers.not_people` matches (see `identity.looks`)."""

    def write(self, folder: Path) -> None:
        """Write `manifest.json`; the last act of a build, so that a half-built history has none."""
        path = folder / "manifest.json"
        half = path.with_suffix(".half")
        half.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")
        half.replace(path)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a history.

    Raises: HistoryError where there is none, or it belongs to another layout.
    """
    path = folder / "manifest.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HistoryError(f"{folder} holds no contact history: run `primum audit` to build it.") from None
    except ValueError as error:
        raise HistoryError(f"{path} is damaged ({error}): delete the folder, it is rebuilt from the sources.") from None
    if data.get("layout") != VERSION:
        raise HistoryError(f"{folder} was written by another version of Primum: delete it, it is rebuilt.")
    sources = tuple(
        SourceEntry(
            **{**s, "files": tuple(FileEntry(**f) for f in s["files"])}
            | {"warnings": tuple(SourceWarning(**w) for w in s["warnings"])}
            | {"reject_reasons": tuple((c, why, n) for c, why, n in s["reject_reasons"])}
            | _tuples(s, "key_kinds", "mapped")
        )
        for s in data["sources"]
    )
    return Manifest(
        **{
            **data,
            "sources": sources,
            "shared": tuple(SharedEntry(**s) for s in data["shared"]),
            "kinds": tuple(data["kinds"]),
            "columns": {k: tuple(v) for k, v in data["columns"].items()},
            "not_people": tuple(data.get("not_people", ())),
        }
    )


def _tuples(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(data[name]) for name in names} | {"files": tuple(FileEntry(**f) for f in data["files"])}


def file_digest(path: Path) -> str:
    """XXH3-128 of a file's bytes, in hexadecimal."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as stream:
        while block := stream.read(1 << 22):
            digest.update(block)
    return str(digest.hexdigest())


def inputs_key(strategy_part: str, files: Sequence[tuple[str, int, int, str]], engine: str) -> str:
    """The identity of a build's inputs: strategy, files (name, size, time, hash) and engine."""
    text = json.dumps([VERSION, strategy_part, list(files), engine], ensure_ascii=False)
    return str(xxhash.xxh3_128_hexdigest(text.encode()))
