"""The manifest of a history that grew: what was said of every source before, with what came and went.

Owns the counts and warnings of a grown history: they are those of a new build over the same files. Refuses to read a
row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc

from primum.app.changes import Changes
from primum.history.change import Grown
from primum.history.intake import SourceTally
from primum.history.manifest import FileEntry, Manifest, SharedEntry, SourceEntry, order_of_shared
from primum.identity.growing import Joined
from primum.sources import (
    Prepared,
    SourceWarning,
    about_files,
    eaten_zeros,
    judged,
    reject_file,
    reject_reasons,
    same_bytes,
)
from primum.sources.zeros import Digits
from primum.strategy.load import Loaded
from primum.words.masking import masked_identifier


@dataclass(frozen=True)
class Step:
    """What a growth did. `files` are today's by source, `rejected` counts rejected rows by source as of now."""

    loaded: Loaded
    rejects: Path
    before: Manifest
    changes: Changes
    sources: Sequence[Prepared]
    files: Mapping[str, tuple[FileEntry, ...]]
    next_file: int
    tallies: Mapping[str, SourceTally]
    joined: Joined
    dead: int
    done: Grown
    rejected: Mapping[str, int]

    @property
    def customers(self) -> int:
        """Customers numbered so far, those who are no more included."""
        return self.before.next_customer + int(self.joined.customers.num_rows)


def grown_manifest(step: Step) -> Manifest:
    """The manifest as of now."""
    before, done = step.before, step.done
    files = {e.name: _with_extents(step, e.name) for e in before.sources}
    warnings = source_warnings(step.loaded, before.sources, files)
    entries = [
        replace(_counted(step, place, entry), files=files[entry.name], warnings=warnings[entry.name])
        for place, entry in enumerate(before.sources)
    ]
    return replace(
        before,
        sources=tuple(_dated(entry) for entry in entries),
        shared=_shared(before.shared, step.joined, recount=before.has_master),
        not_people=step.joined.not_people,
        customers=before.customers + step.joined.customers.num_rows - step.dead,
        kinds=step.joined.kinds,
        rows=done.rows,
        read=done.read,
        unlinked=done.unlinked,
        delta_rows=sum(int(r.offsets[-1]) + len(r.gone) for r in done.runs.values()),
        next_customer=step.customers,
        next_file=step.next_file,
    )


def _counted(step: Step, place: int, entry: SourceEntry) -> SourceEntry:
    """A source with its counts as of now; `place` is its own among all sources."""
    name, found, tally = entry.name, step.done.found, step.tallies.get(entry.name)
    change = step.changes.sources.get(name)
    gone = sum(f.rows for f in entry.files if change is not None and f.name in change.gone)
    customers, in_master = _named(step, entry)
    return replace(
        entry,
        rows=entry.rows + (tally.rows if tally else 0) - gone,
        rejected=step.rejected[name],
        unlinked=int(step.done.unlinked_by[place]),
        repeated=entry.repeated + int(found["repeated"][place]),
        folded=entry.folded + int(found["folded"][place]),
        alike=entry.alike + int(found["alike"][place]),
        ids_of_several=entry.ids_of_several + int(found["several"][place]),
        ignored=entry.ignored + (tally.ignored if tally else 0),
        customers=customers,
        found_in_master=in_master,
        reject_file=f".primum/rejects/{reject_file(name)}" if step.rejected[name] else None,
        reject_reasons=reject_reasons(step.rejects / reject_file(name)),
    )


def _named(step: Step, entry: SourceEntry) -> tuple[int, int | None]:
    """How many customers a source names, and how many of them a customer master knows."""
    before, known = step.before, step.joined.known
    if entry.name not in step.changes.sources or entry.name not in before.keyed:
        return entry.customers, entry.found_in_master
    customers = known.customers_of(before.keyed.index(entry.name))
    return len(customers), int(known.in_master(step.customers)[customers].sum()) if before.has_master else None


def _dated(entry: SourceEntry) -> SourceEntry:
    """A source with the first and last instant of its files."""
    first = min((f.first for f in entry.files if f.first is not None), default=None)
    return replace(entry, first=first, last=max((f.last for f in entry.files if f.last is not None), default=None))


def source_warnings(
    loaded: Loaded, entries: Sequence[SourceEntry], files_of: Mapping[str, Sequence[FileEntry]]
) -> dict[str, tuple[SourceWarning, ...]]:
    """The warnings about every source, from what was seen of its files; those of sources nothing joined stay."""
    country = loaded.strategy.customers.country
    told: dict[str, list[SourceWarning]] = {}
    digits: list[Digits] = []
    for entry in entries:
        files = files_of[entry.name]
        source = loaded.strategy.data.sources[entry.name]
        seen = {f.name: f.seen for f in files if f.seen is not None}
        profile = judged(entry.name, source, seen, country)
        digits += profile.digits
        told[entry.name] = [*about_files(entry.name, files, entry.only_days), *profile.warnings]
        if files == entry.files:
            told[entry.name] = [w for w in entry.warnings if w.kind not in ("eaten_zeros", "same_file")]
    eaten = eaten_zeros(digits)
    return {
        e.name: (
            *told[e.name],
            *(w for w in eaten if w.source == e.name),
            *same_bytes(e.name, [(f.name, f.digest, f.rows) for f in files_of[e.name]]),
        )
        for e in entries
    }


def _with_extents(step: Step, name: str) -> tuple[FileEntry, ...]:
    """A source's files; new ones with the first and last instant of their rows."""
    files = step.files[name]
    found = next((s for s in step.sources if s.name == name), None)
    if found is None:
        return files
    extents = {f.name: step.tallies[name].extents.get(i) for i, f in enumerate(found.files)}
    return tuple(replace(f, first=e[0], last=e[1]) if (e := extents.get(f.name)) else f for f in files)


def _shared(before: Sequence[SharedEntry], joined: Joined, *, recount: bool) -> tuple[SharedEntry, ...]:
    """Identifiers that name no one person, with the contacts of today: counted anew, or those of the new rows added."""
    found = {s.hash: s for s in before}
    for met in joined.nobody:
        entry = SharedEntry(met.kind, masked_identifier(met.kind, met.value), met.why, 0, 0, met.hash)
        held = found.get(met.hash, entry)
        found[met.hash] = replace(held, contacts=held.contacts + met.contacts)
    if recount:
        nodes = joined.known.table.filter(pc.is_valid(joined.known.table["why"])).select(["hash", "used", "contacts"])
        for mark, used, contacts in zip(*(c.to_pylist() for c in nodes.columns), strict=True):
            if used or found[mark.hex()].customers:
                found[mark.hex()] = replace(found[mark.hex()], contacts=contacts)
            else:
                found.pop(mark.hex(), None)
    return tuple(sorted(found.values(), key=order_of_shared))
