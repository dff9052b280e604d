"""The manifest: what the history was built from, so that it is rebuilt when, and only when, that changes.

Owns `manifest.json`. Refuses to guess: a manifest of another layout version, or one that cannot be read, means a
rebuild.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import xxhash

from primum.history.layout import VERSION
from primum.sources.warnings import SourceWarning
from primum.words.errors import HistoryError

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FileEntry:
    """One file that was read: its identity (size, modification time, XXH3-128 of its bytes) and what it held."""

    name: str
    bytes: int
    modified_ns: int
    digest: str
    rows: int
    rejected: int
    number: int = -1
    """The `file` of its rows; given once and never to another file of the same history."""
    columns: tuple[str, ...] = ()
    """Its columns, with their types where files have types."""
    first: int | None = None
    last: int | None = None
    """Extent of its rows in time, microseconds since 1970."""
    typed: bool = False
    counted: bool = True
    """Whether its rows are rows of the source."""
    seen: dict[str, Any] | None = None
    """What was seen of its columns (see `sources.profile`); None where nobody looked."""


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
    only_days: tuple[tuple[str, str], ...] = ()
    """Instants whose columns hold midnights alone: (attribute, column)."""
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


def order_of_shared(entry: SharedEntry) -> tuple[int, int, str, str]:
    """Most contacts first, then most customers."""
    return -entry.contacts, -entry.customers, entry.kind, entry.hash


@dataclass(frozen=True)
class Manifest:
    """Everything about a history but its rows. `rows` counts per relation what lies in buckets (with a customer)."""

    layout: int
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
    read: dict[str, int] = field(default_factory=dict)
    """Rows that were read by relation, those that became part of another one included."""
    base: str = ""
    """The folder that holds the buckets, below the manifest's own."""
    delta: str = ""
    """The folder that holds what changed since they were written; empty where nothing did."""
    delta_rows: int = 0
    """Rows that the delta adds or takes away."""
    links: str = ""
    """The file in `identity/` of the identifiers known when the base was written."""
    links_since: str = ""
    """The file in `identity/` of what changed about them since; empty where nothing did."""
    next_customer: int = 0
    """The first number for good that no customer has had."""
    next_file: int = 0
    """The first number that no file has had."""
    keyed: tuple[str, ...] = ()
    """Sources with keys, by their bit among an identifier's uses."""
    has_master: bool = False
    """Whether customers are linked, so that rows hold the number of their key."""
    parts: tuple[tuple[str, str], ...] = ()
    """What the history depends on besides files: (in words, its digest)."""

    def write(self, folder: Path) -> None:
        """Write `manifest.json`; the last act of a build, so that a half-built history has none."""
        path = folder / MANIFEST
        half = path.with_suffix(".half")
        half.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")
        half.replace(path)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a history.

    Raises: HistoryError where there is none, or it belongs to another layout.
    """
    path = folder / MANIFEST
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HistoryError(f"{folder} holds no contact history: run `primum audit` to build it.") from None
    except ValueError as error:
        raise HistoryError(f"{path} is damaged ({error}): delete the folder, it is rebuilt from the sources.") from None
    other = HistoryError(f"{folder} was written by another version of Primum: delete it, it is rebuilt.")
    if data.get("layout") != VERSION:
        raise other
    try:
        return _manifest(data)
    except (KeyError, TypeError, ValueError):
        raise other from None


def _manifest(data: dict[str, Any]) -> Manifest:
    """The record of what the file holds; raises KeyError, TypeError or ValueError where fields are others."""
    sources = tuple(
        SourceEntry(
            **{**s, "files": tuple(FileEntry(**f | _tuples(f, "columns")) for f in s["files"])}
            | {"warnings": tuple(SourceWarning(**w) for w in s["warnings"])}
            | {"only_days": tuple((a, c) for a, c in s["only_days"])}
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
            "parts": tuple((what, digest) for what, digest in data["parts"]),
            "keyed": tuple(data["keyed"]),
        }
    )


def _tuples(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(data[name]) for name in names}


def file_digest(path: Path) -> str:
    """XXH3-128 of a file's bytes, in hexadecimal."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as stream:
        while block := stream.read(1 << 22):
            digest.update(block)
    return str(digest.hexdigest())
