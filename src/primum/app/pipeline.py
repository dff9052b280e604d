"""From a strategy to a current contact history: prepare the sources, link the customers, build the buckets.

Owns the order of these steps, the engine's settings, and the decision whether a history is still current. Refuses to
know what a column means.
"""

import json
import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from primum.app.scratch import clear_scratch, scratch_folder
from primum.history import History, Reading, build_history
from primum.history.build import Built, manifest_of
from primum.history.manifest import (
    FileEntry,
    Manifest,
    SourceEntry,
    file_digest,
    inputs_key,
    read_manifest,
)
from primum.identity import IdentityKey, Linked, link_customers
from primum.identity.looks import People
from primum.sources import (
    Prepared,
    check_rejects,
    eaten_zeros,
    lands_after,
    prepare,
    reject_file,
    reject_reasons,
    same_bytes,
    source_files,
    write_rejects,
)
from primum.strategy.load import Loaded
from primum.strategy.models import Customers
from primum.words.errors import Complaint, HistoryError, SourceError
from primum.words.masking import masked_text

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

Progress = Callable[[str, int], None]
ENGINE_MEMORY = "1500MB"


def ensure_history(
    workspace: "Workspace", loaded: Loaded, *, rebuild: bool = False, progress: Progress | None = None
) -> History:
    """The current history of a workspace: the one that is there, or a new one where anything it rests on changed."""
    folder = workspace.derived / "history"
    clear_scratch(workspace.derived)
    files = _source_files(workspace, loaded)
    old = _old_manifest(folder)
    signed = _signed(files, old, {n for n, s in loaded.strategy.data.sources.items() if s.dated_by_change})
    key = inputs_key(
        _relevant(loaded), [(f"{s}/{e.name}", e.bytes, e.modified_ns, e.digest) for s, e in signed], duckdb.__version__
    )
    secret = workspace.keys.held()
    if old is not None and old.inputs == key and workspace.keys.fits(secret) and not rebuild:
        return History(folder)
    secret = secret or workspace.keys.make()
    with scratch_folder(workspace.derived) as scratch:
        _build(workspace, loaded, folder, scratch, key, secret, {(s, e.name): e for s, e in signed}, progress)
    return History(folder)


def _relevant(loaded: Loaded) -> str:
    """The part of a strategy that a history depends on."""
    s = loaded.strategy
    data = s.data.model_dump_json(exclude={"sources": {"__all__": {"fresh", "control"}}})
    who = s.customers.model_dump_json(include={"not_people", "people", "own_domains", "agency_domains", "country"})
    return data + who + s.zone + json.dumps(lands_after(s))


def _source_files(workspace: "Workspace", loaded: Loaded) -> list[tuple[str, str, Path]]:
    """(source, name, path) of every file, all complaints about missing ones at once."""
    found: list[tuple[str, str, Path]] = []
    complaints: list[Complaint] = []
    if not loaded.strategy.data.sources:
        raise SourceError(
            [
                Complaint(
                    loaded.path.name,
                    0,
                    0,
                    "the strategy declares no sources, so there is nothing to read.",
                    "Add them under `data: sources:`, or let `primum init exports/*` write a first version.",
                )
            ]
        )
    for name, source in loaded.strategy.data.sources.items():
        try:
            found += [(name, shown, path) for shown, path in source_files(name, source, workspace.folder)]
        except SourceError as error:
            complaints += error.complaints
    if complaints:
        raise SourceError(complaints)
    return found


def _old_manifest(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except HistoryError:
        return None


def _signed(
    files: Sequence[tuple[str, str, Path]], old: Manifest | None, dated_by_change: Collection[str]
) -> list[tuple[str, FileEntry]]:
    """Each file's identity; a file whose size and time are as they were is not read again for its hash.

    One that was only touched keeps its old time, unless its source's rows are dated by it.
    """
    known = {(s.name, f.name): f for s in old.sources for f in s.files} if old else {}
    signed = []
    for source, name, path in files:
        stat = path.stat()
        before = known.get((source, name))
        same = before is not None and (before.bytes, before.modified_ns) == (stat.st_size, stat.st_mtime_ns)
        digest = before.digest if before is not None and same else file_digest(path)
        modified = stat.st_mtime_ns
        same = before is not None and before.digest == digest and before.bytes == stat.st_size
        if before is not None and same and source not in dated_by_change:
            modified = before.modified_ns
        signed.append((source, FileEntry(name, stat.st_size, modified, digest, 0, 0)))
    return signed


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory engine that works out of core below `scratch` and never fetches extensions."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET memory_limit = '{ENGINE_MEMORY}'")
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute(f"SET temp_directory = '{scratch.as_posix().replace(chr(39), chr(39) * 2)}'")
    return con


def _build(
    workspace: "Workspace",
    loaded: Loaded,
    folder: Path,
    scratch: Path,
    key: str,
    secret: IdentityKey,
    signed: dict[tuple[str, str], FileEntry],
    progress: Progress | None,
) -> None:
    rejects = workspace.derived / "rejects"
    for stale in (rejects, folder):
        shutil.rmtree(stale, ignore_errors=True)
    con = connect(scratch)
    try:
        sources = _prepared(con, workspace, loaded, scratch, progress)
        rejected = {s.name: write_rejects(con, s, rejects) for s in sources}
        check_rejects(sources, rejected, loaded.strategy.data, rejects)
        reasons = {s.name: reject_reasons(rejects / reject_file(s.name)) for s in sources}
        data = loaded.strategy.data
        reading = Reading(sources, {n: s.department for n, s in data.sources.items()}, scratch, secret)
        reading.read_ahead(progress)
        if progress:
            progress("linking customers", 0)
        linked = link_customers(
            con,
            sources,
            key=secret,
            country=loaded.strategy.customers.country,
            shared_by_at_most=data.shared_by_at_most,
            placeholders=data.placeholders,
            counted=reading.keys,
            people=_people(loaded.strategy.customers),
        )
        workspace.identity.write(linked.names, linked.links, secret)
        workspace.keys.record(secret)
        built = build_history(con, reading, linked, folder, progress=progress)
        _manifest(loaded, sources, linked, built, rejected, reasons, signed, key).write(folder)
    except (duckdb.Error, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        what = f"reading stopped in the middle of a file: {masked_text(' '.join(str(error).split()))[:300]}"
        cure = "A value or a part of a file is not what its column promises: look at it, or map the column as text."
        raise SourceError([Complaint(loaded.path.name, 0, 0, what, cure)]) from None
    finally:
        con.close()


def _people(customers: Customers) -> People:
    """What the strategy says about who is a person."""
    return People(
        tuple(entry.identifier for entry in customers.not_people),
        tuple(customers.people),
        tuple(customers.own_domains),
        tuple(customers.agency_domains),
        customers.country,
    )


def _prepared(
    con: duckdb.DuckDBPyConnection, workspace: "Workspace", loaded: Loaded, scratch: Path, progress: Progress | None
) -> list[Prepared]:
    """Every source as a view, or every complaint about any of them."""
    prepared: list[Prepared] = []
    complaints: list[Complaint] = []
    for name, source in loaded.strategy.data.sources.items():
        if progress:
            progress(f"preparing {name}", 0)
        try:
            place = (loaded.strategy, workspace.folder, scratch)
            prepared.append(prepare(con, name, source, *place, progress=progress, positions=loaded.positions))
        except SourceError as error:
            complaints += error.complaints
    if complaints:
        raise SourceError(complaints)
    return prepared


def _manifest(
    loaded: Loaded,
    sources: Sequence[Prepared],
    linked: Linked,
    built: Built,
    rejected: dict[str, int],
    reasons: dict[str, tuple[tuple[str, str, int], ...]],
    signed: dict[tuple[str, str], FileEntry],
    key: str,
) -> Manifest:
    entries = []
    eaten = eaten_zeros([d for s in sources for d in s.digits])
    for s in sources:
        tally, figures = built.tallies[s.name], linked.figures.get(s.name)
        declared = loaded.strategy.data.sources[s.name]
        files = []
        for f in s.files:
            mark = signed.get((s.name, f.name))
            modified, digest = (mark.modified_ns, mark.digest) if mark else (0, "")
            files.append(FileEntry(f.name, f.bytes, modified, digest, f.rows, f.rejected))
        entries.append(
            SourceEntry(
                s.name,
                s.kind,
                declared.department,
                tuple(files),
                tally.rows,
                rejected[s.name],
                tally.unlinked,
                tally.repeated,
                tally.first,
                tally.last,
                s.key_kinds,
                tuple(sorted(s.mapped)),
                figures.customers if figures else 0,
                figures.found_in_master if figures else None,
                (
                    *s.warnings,
                    *(w for w in eaten if w.source == s.name),
                    *same_bytes(s.name, [(f.name, f.digest, f.rows) for f in files]),
                ),
                f".primum/rejects/{reject_file(s.name)}" if rejected[s.name] else None,
                declared.dates_are,
                tally.folded,
                tally.alike,
                tally.ids_of_several,
                tally.ignored,
                s.replaced,
                s.zone,
                reasons[s.name],
            )
        )
    return manifest_of(built, linked, entries, key)
