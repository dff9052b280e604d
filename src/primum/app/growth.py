"""Growing a history by what changed: only new files are read, and only what they touch is written.

Owns the order of these steps and the manifest of a grown history. Refuses to grow where a new build could say something
else: it raises `MustRebuildError` with the reason, and nothing has been changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from primum.app.changes import Changes, MustRebuildError, parts_of
from primum.app.grown_manifest import Step, grown_manifest
from primum.history import History, Reading
from primum.history.change import CannotGrowError, Change, Sources
from primum.history.generations import begin, next_number
from primum.history.growing import grow
from primum.history.interning import Tags
from primum.history.key_rows import keys_of
from primum.history.layout import RELATIONS, bucket_count, rows_for
from primum.history.manifest import FileEntry, Manifest, SourceEntry
from primum.history.seating import Base
from primum.identity.growing import Before, Joined, Terms, link_new_keys
from primum.identity.keyed import IdentityKey
from primum.identity.known import Known, read_known
from primum.identity.looks import People
from primum.sources import (
    Prepared,
    ReadFile,
    check_rejects,
    prepare,
    reject_file,
    write_rejects,
)
from primum.sources.rejects import merge_rejects
from primum.strategy.facets.customers import Customers
from primum.strategy.load import Loaded
from primum.words.errors import SourceError

if TYPE_CHECKING:
    from primum.app.pipeline import Progress
    from primum.app.workspace import Workspace

CONTACTS = ("contacts", "events")
MASTERS = ("customers", "identifiers")


@dataclass(frozen=True)
class Place:
    """Where a growth reads and writes."""

    workspace: "Workspace"
    loaded: Loaded
    scratch: Path
    files: Mapping[str, Sequence[FileEntry]]
    """Per source, its files of today in order."""
    key: IdentityKey


@dataclass(frozen=True)
class _Plan:
    """The files of today with their numbers for good."""

    entries: dict[str, tuple[FileEntry, ...]]
    removed: frozenset[int]
    position: np.ndarray
    owner: np.ndarray
    next_file: int


def grown(
    con: duckdb.DuckDBPyConnection, place: Place, history: History, changes: Changes, progress: "Progress | None"
) -> Manifest:
    """Write the next delta and return its manifest, which is not written yet.

    Raises: MustRebuildError where only a new build will do.
    """
    manifest = history.manifest
    sources = _prepared(con, place, manifest, changes, progress)
    plan = _plan(place, manifest, changes, sources)
    _check_size(place, manifest, plan)
    rejected = _rejected(con, place, manifest, plan, sources)
    reading = Reading(
        sources,
        {n: s.department for n, s in place.loaded.strategy.data.sources.items()},
        place.scratch,
        place.key,
        {name: Tags.of(history.tags(name)) for name in _relations(sources)},
    )
    reading.read_ahead(progress)
    identity = place.workspace.derived / "identity"
    known = read_known(identity, manifest.links, manifest.links_since)
    base = Base.open(history.base, manifest.buckets)
    known = _released(base, history, known, changes, plan)
    joined = _linked(con, place, manifest, known, sources, reading)
    known, dead = joined.known.buried()
    joined = replace(joined, known=known)
    if len(dead) and manifest.not_people:
        raise MustRebuildError("customers are gone, and some of them may be those that `not_people` names")
    change = _change(con, manifest, plan, changes, sources, reading, joined, dead, progress)
    try:
        done = grow(base, history.delta, change, list(manifest.rows))
    except CannotGrowError as why:
        raise MustRebuildError(str(why)) from None
    number = next_number(history.folder)
    name = f"delta-{number:04d}"
    begin(history.folder / name)
    done.write(history.folder / name)
    since = f"nodes-{number:04d}"
    joined.known.write(identity, since)
    place.workspace.identity.add(joined.names, f"{number:04d}", place.key)
    step = Step(
        place.loaded,
        place.workspace.derived / "rejects",
        manifest,
        changes,
        sources,
        plan.entries,
        plan.next_file,
        reading.tallies,
        joined,
        len(dead),
        done,
        rejected,
    )
    return replace(grown_manifest(step), delta=name, links_since=since, parts=parts_of(place.loaded))


def _change(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    plan: _Plan,
    changes: Changes,
    sources: Sequence[Prepared],
    reading: Reading,
    joined: Joined,
    dead: np.ndarray,
    progress: "Progress | None",
) -> Change:
    """What is new and what is no more, as the history numbers it."""
    rows = reading.rows(con, joined, manifest.next_customer + joined.customers.num_rows, progress)
    entries = manifest.sources
    return Change(
        {name: _numbered(table, plan, sources) for name, table in rows.items() if table.num_rows},
        {name: intake.tags for name, intake in reading.relations.items()},
        joined.customers,
        dead,
        Sources(
            [e.name for e in entries], [e.kind for e in entries], [e.zone for e in entries], plan.position, plan.owner
        ),
        manifest.read,
        manifest.columns,
        plan.removed,
        frozenset(s for s, c in changes.sources.items() if c.gone),
    )


def _relations(sources: Sequence[Prepared]) -> set[str]:
    """The relations that these sources have rows of."""
    return {name for s in sources for name in relations_of(s.kind)}


def _prepared(
    con: duckdb.DuckDBPyConnection, place: Place, manifest: Manifest, changes: Changes, progress: "Progress | None"
) -> list[Prepared]:
    """Views of the new files alone."""
    prepared = []
    data = place.loaded.strategy.data
    held = {e.name: e for e in manifest.sources}
    for name, change in changes.sources.items():
        if data.sources[name].kind in MASTERS:
            raise MustRebuildError(f"the customer master '{name}' changed")
        if not change.new:
            continue
        source = data.sources[name].model_copy(update={"files": list(change.new)})
        where = (place.loaded.strategy, place.workspace.folder, place.scratch)
        try:
            found = prepare(con, name, source, *where, progress=progress, positions=place.loaded.positions)
        except SourceError:
            raise MustRebuildError(f"a new file of source '{name}' cannot be read like the others") from None
        _compare(held[name], change.gone, found)
        prepared.append(found)
    return prepared


def _compare(entry: SourceEntry, gone: Sequence[str], found: Prepared) -> None:
    """Refuse what says something about the source as a whole."""
    columns = {f.columns for f in entry.files if f.name not in gone}
    for file in found.files:
        if columns and columns != {file.columns}:
            raise MustRebuildError(f"{file.name} has other columns than the other files of source '{entry.name}'")
    if found.only_days != entry.only_days:
        raise MustRebuildError(f"times of source '{entry.name}' are days in some files and instants in others")
    if (found.seen is None) != (entry.files[0].seen is None):
        raise MustRebuildError(f"the new files of source '{entry.name}' are read in another way")


def _plan(place: Place, manifest: Manifest, changes: Changes, sources: Sequence[Prepared]) -> _Plan:
    read = {
        (s.name, f.name): (f, s.seen[i] if s.seen is not None else None) for s in sources for i, f in enumerate(s.files)
    }
    entries: dict[str, tuple[FileEntry, ...]] = {}
    fresh = manifest.next_file
    removed: set[int] = set()
    for entry in manifest.sources:
        change = changes.sources.get(entry.name)
        held = {f.name: f for f in entry.files}
        if change is None:
            entries[entry.name] = entry.files
            continue
        removed |= {held[n].number for n in change.gone}
        files = []
        for mark in place.files[entry.name]:
            if mark.name not in change.new:
                files.append(held[mark.name])
                continue
            file, seen = read[entry.name, mark.name]
            files.append(
                replace(
                    mark,
                    bytes=file.bytes,
                    rows=file.rows,
                    rejected=file.rejected,
                    number=fresh,
                    columns=file.columns,
                    typed=file.typed,
                    seen=seen,
                )
            )
            fresh += 1
        entries[entry.name] = tuple(files)
    numbers = [f.number for files in entries.values() for f in files]
    owner = np.repeat(np.arange(len(entries)), [len(files) for files in entries.values()])
    position = np.full(fresh, -1, np.int64)
    position[numbers] = np.arange(len(numbers))
    idle = np.flatnonzero(position < 0)
    position[idle] = len(numbers) + np.arange(len(idle))
    return _Plan(entries, frozenset(removed), position, np.concatenate([owner, np.zeros(len(idle), np.int64)]), fresh)


def _check_size(place: Place, manifest: Manifest, plan: _Plan) -> None:
    kinds = {e.name: e.kind for e in manifest.sources}
    rows = sum(f.rows for n, files in plan.entries.items() if kinds[n] in CONTACTS for f in files)
    if bucket_count(rows) != manifest.buckets:
        raise MustRebuildError(f"{rows:,} contacts need {bucket_count(rows)} buckets instead of {manifest.buckets}")


def _linked(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    manifest: Manifest,
    known: Known,
    sources: Sequence[Prepared],
    reading: Reading,
) -> Joined:
    strategy = place.loaded.strategy
    bits = {name: i for i, name in enumerate(manifest.keyed)}
    before = Before(known, bits, manifest.kinds, manifest.next_customer, manifest.not_people, manifest.has_master)
    people = people_of(strategy.customers)
    terms = Terms(place.key, strategy.customers.country, strategy.data.placeholders, people)
    return link_new_keys(con, sources, before, terms, reading.keys)


def relations_of(kind: str) -> list[str]:
    """The relations that rows of a kind of source belong to."""
    return [r.name for r in RELATIONS if rows_for(r, kind)]


def _released(base: Base, history: History, known: Known, changes: Changes, plan: _Plan) -> Known:
    """What is known, without the uses of rows that are gone."""
    manifest = history.manifest
    for entry in manifest.sources:
        change = changes.sources.get(entry.name)
        if change is None or not change.gone or entry.name not in manifest.keyed:
            continue
        if entry.unlinked and manifest.shared and not manifest.has_master:
            raise MustRebuildError(f"rows of source '{entry.name}' are gone that stood under an identifier of nobody")
        files = frozenset(f.number for f in entry.files)
        rows = [
            np.concatenate([keys_of(base, history.delta, name, some) for name in relations_of(entry.kind)])
            for some in (files & plan.removed, files - plan.removed)
        ]
        lost, left = rows if manifest.has_master else (known.nodes_of(r) for r in rows)
        counts = manifest.has_master and entry.kind in CONTACTS
        known = known.released(manifest.keyed.index(entry.name), lost, left, contacts=counts)
    return known


def people_of(customers: Customers) -> People:
    """What the strategy says about who is a person."""
    return People(
        tuple(entry.identifier for entry in customers.not_people),
        tuple(customers.people),
        tuple(customers.own_domains),
        tuple(customers.agency_domains),
        customers.country,
    )


def _numbered(rows: pa.Table, plan: _Plan, sources: Sequence[Prepared]) -> pa.Table:
    """The rows with their files' numbers for good."""
    names = [(s.name, f.name) for s in sources for f in s.files]
    number = {(s, f.name): f.number for s, files in plan.entries.items() for f in files}
    place = np.array([number[n] for n in names], np.int32)
    file = rows["file"].combine_chunks().to_numpy()
    return rows.set_column(rows.schema.get_field_index("file"), "file", pa.array(place[file]))


def _rejected(
    con: duckdb.DuckDBPyConnection, place: Place, before: Manifest, plan: _Plan, sources: Sequence[Prepared]
) -> dict[str, int]:
    """Rejected rows by source, once the rejects of the new files lie with the others."""
    counts = {e.name: e.rejected for e in before.sources}
    folder, apart = place.workspace.derived / "rejects", place.scratch / "rejects"
    whole = []
    for source in sources:
        counts[source.name] += write_rejects(con, source, apart)
        files = plan.entries[source.name]
        merge_rejects(
            folder / reject_file(source.name),
            apart / reject_file(source.name),
            [f.name for f in files],
            [f.name for f in source.files],
        )
        whole.append(replace(source, files=tuple(ReadFile(f.name, f.bytes, f.rows, f.rejected) for f in files)))
    check_rejects(whole, counts, place.loaded.strategy.data, folder)
    return counts
