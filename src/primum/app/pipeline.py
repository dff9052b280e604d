"""From a strategy to a current contact history: prepare the sources, link the customers, build the buckets.

Owns the order of these steps, the engine's settings, and the decision whether a history is still current. Refuses to
know what a column means.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from primum.app.changes import Changes, MustRebuildError, changes, parts_of
from primum.app.growth import Place, grown, people_of
from primum.app.in_passing import history_in_passing, lent
from primum.app.scratch import clear_scratch, scratch_folder
from primum.history import History, Reading, build_history
from primum.history.build import Built, manifest_of
from primum.history.compacting import compact, compacted, is_due
from primum.history.generations import begin, next_number, sweep
from primum.history.manifest import FileEntry, Manifest, SourceEntry, file_digest, read_manifest
from primum.identity import IdentityKey, Linked, link_customers
from primum.identity.known import read_known, renumbered, write_known
from primum.sources import (
    Prepared,
    check_rejects,
    eaten_zeros,
    prepare,
    reject_file,
    reject_reasons,
    same_bytes,
    source_files,
    write_rejects,
)
from primum.strategy.load import Loaded
from primum.words.errors import Complaint, HistoryError, SourceError
from primum.words.masking import masked_text

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

Progress = Callable[[str, int], None]
ENGINE_MEMORY = "1500MB"


def ensure_history(
    workspace: "Workspace", loaded: Loaded, *, rebuild: bool = False, progress: Progress | None = None
) -> History:
    """The current history of a workspace.

    The one that is there; or that one grown by what came, went or changed; or a new one, where only that will do.
    """
    if lent(loaded):
        return history_in_passing(workspace, loaded, lambda place: _read_anew(place, loaded, progress))
    folder = workspace.derived / "history"
    clear_scratch(workspace.derived)
    files = _source_files(workspace, loaded)
    old = _old_manifest(folder)
    signed = _signed(files, old, {n for n, s in loaded.strategy.data.sources.items() if s.dated_by_change})
    secret = workspace.keys.held()
    found = changes(old, loaded, signed) if old is not None else Changes({}, None)
    fits = workspace.keys.fits(secret)
    if old is not None and found.none and fits and not rebuild:
        return History(folder)
    reason = found.reason
    if not fits or secret is None:
        reason = "the workspace's key is new"
    if secret is not None and old is not None and reason is None and not rebuild:
        try:
            return _grown(workspace, loaded, signed, found, secret, progress)
        except MustRebuildError as why:
            reason = str(why)
    if progress and old is not None and not rebuild:
        progress(f"rebuilding: {reason}", 0)
    return _rebuilt(workspace, loaded, signed, secret or workspace.keys.make(), progress)


def _read_anew(workspace: "Workspace", loaded: Loaded, progress: Progress | None) -> History:
    """A history of everything, whatever there was before."""
    signed = _signed(_source_files(workspace, loaded), None, ())
    return _rebuilt(workspace, loaded, signed, workspace.keys.held() or workspace.keys.make(), progress)


def _grown(
    workspace: "Workspace",
    loaded: Loaded,
    signed: "Signed",
    found: Changes,
    key: IdentityKey,
    progress: Progress | None,
) -> History:
    folder = workspace.derived / "history"
    with _engine(workspace, loaded) as (con, scratch):
        place = Place(workspace, loaded, scratch, signed, key)
        manifest = grown(con, place, History(folder), found, progress)
    manifest.write(folder)
    if is_due(manifest):
        manifest = _compacted(workspace, folder, progress)
    _tidy(workspace, manifest)
    return History(folder)


def _compacted(workspace: "Workspace", folder: Path, progress: Progress | None) -> Manifest:
    """Write buckets and delta as one new base."""
    if progress:
        progress("writing the history anew, with what came since", 0)
    history, number = History(folder), next_number(folder)
    base, links = f"base-{number:04d}", f"nodes-{number:04d}"
    identity = workspace.derived / "identity"
    begin(folder / base)
    numbers = compact(history, folder / base)
    renumbered(read_known(identity, history.manifest.links, history.manifest.links_since), numbers, identity, links)
    manifest = compacted(history.manifest, base, links)
    manifest.write(folder)
    return manifest


def _tidy(workspace: "Workspace", manifest: Manifest) -> None:
    """Remove what no manifest names any more."""
    sweep(workspace.derived / "history", {manifest.base, manifest.delta})
    keep = {f"{name}.arrow" for name in (manifest.links, manifest.links_since)}
    for path in (workspace.derived / "identity").glob("nodes-*"):
        if path.name not in keep:
            path.unlink(missing_ok=True)


@contextmanager
def _engine(workspace: "Workspace", loaded: Loaded) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """An engine and a folder for its work; what fails while rows are read is said in words."""
    with scratch_folder(workspace.derived) as scratch:
        con = connect(scratch)
        try:
            yield con, scratch
        except (duckdb.Error, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            what = f"reading stopped in the middle of a file: {masked_text(' '.join(str(error).split()))[:300]}"
            cure = "A value or a part of a file is not what its column promises: look at it, or map the column as text."
            raise SourceError([Complaint(loaded.path.name, 0, 0, what, cure)]) from None
        finally:
            con.close()


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


Signed = dict[str, list[FileEntry]]
"""Per source, the identity of its files in order."""


def _signed(files: Sequence[tuple[str, str, Path]], old: Manifest | None, dated_by_change: Collection[str]) -> Signed:
    """Each file's identity; a file whose size and time are as they were is not read again for its hash.

    One that was only touched keeps its old time, unless its source's rows are dated by it.
    """
    known = {(s.name, f.name): f for s in old.sources for f in s.files} if old else {}
    signed: Signed = {}
    for source, name, path in files:
        stat = path.stat()
        before = known.get((source, name))
        same = before is not None and (before.bytes, before.modified_ns) == (stat.st_size, stat.st_mtime_ns)
        digest = before.digest if before is not None and same else file_digest(path)
        modified = stat.st_mtime_ns
        same = before is not None and before.digest == digest and before.bytes == stat.st_size
        if before is not None and same and source not in dated_by_change:
            modified = before.modified_ns
        signed.setdefault(source, []).append(FileEntry(name, stat.st_size, modified, digest, 0, 0))
    return signed


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory engine that works out of core below `scratch` and never fetches extensions."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET memory_limit = '{ENGINE_MEMORY}'")
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute(f"SET temp_directory = '{scratch.as_posix().replace(chr(39), chr(39) * 2)}'")
    return con


def _rebuilt(
    workspace: "Workspace",
    loaded: Loaded,
    signed: Signed,
    secret: IdentityKey,
    progress: Progress | None,
) -> History:
    """A new history; the one before is removed once the new one is complete."""
    folder, rejects = workspace.derived / "history", workspace.derived / "rejects"
    shutil.rmtree(rejects, ignore_errors=True)
    number = next_number(folder)
    base, links = f"base-{number:04d}", f"nodes-{number:04d}"
    with _engine(workspace, loaded) as (con, scratch):
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
            people=people_of(loaded.strategy.customers),
        )
        begin(folder / base)
        built = build_history(con, reading, linked, folder / base, progress=progress)
        workspace.identity.write(linked.names, linked.links, secret)
        workspace.keys.record(secret)
        write_known(linked.nodes, built.numbers, workspace.identity.folder, links)
        manifest = _manifest(loaded, sources, linked, built, rejected, reasons, signed)
    manifest = replace(manifest, base=base, links=links, parts=parts_of(loaded))
    manifest.write(folder)
    _tidy(workspace, manifest)
    return History(folder)


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
    signed: Signed,
) -> Manifest:
    entries, number = [], 0
    eaten = eaten_zeros([d for s in sources for d in s.digits])
    for s in sources:
        tally, figures = built.tallies[s.name], linked.figures.get(s.name)
        declared = loaded.strategy.data.sources[s.name]
        marks = {f.name: f for f in signed[s.name]}
        files = []
        for place, f in enumerate(s.files):
            mark = marks.get(f.name)
            modified, digest = (mark.modified_ns, mark.digest) if mark else (0, "")
            first, last = tally.extents.get(place, (None, None))
            seen = s.seen[place] if s.seen is not None else None
            files.append(
                FileEntry(
                    f.name,
                    f.bytes,
                    modified,
                    digest,
                    f.rows,
                    f.rejected,
                    number,
                    f.columns,
                    first,
                    last,
                    f.typed,
                    f.counted,
                    seen,
                )
            )
            number += 1
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
                f".primum/rejects/{reject_file(s.name)}" if rejected[s.name] and declared.mode == "copy" else None,
                declared.dates_are,
                tally.folded,
                tally.alike,
                tally.ids_of_several,
                tally.ignored,
                s.replaced,
                s.zone,
                s.only_days,
                reasons[s.name],
            )
        )
    return replace(manifest_of(built, linked, entries), next_file=number)
