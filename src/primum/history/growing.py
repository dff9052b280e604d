"""Growing: what came and what went, put beside a built history as its next delta.

Owns the step from (base, delta, change) to the next delta. Refuses to touch a file that exists, and to know where rows
come from. The rows of the delta are kept whole: base rows that share customer and instant, or customer, source and id,
with one of them are taken over, so that the code that settles a build settles them as well (`arranging`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.history import folding
from primum.history.arranging import Arranging, Part, instants, one
from primum.history.ids import identity_hashes, sampled
from primum.history.intake import NODE
from primum.history.interning import Tags
from primum.history.layout import INSTANT, RELATIONS, rows_for
from primum.history.merge import offsets_of, places_of
from primum.history.runs import PLACING, Delta, Run, Seating, column
from primum.history.seating import Base, Seats, seat
from primum.history.told import expanded, places, told_of, without

ITEMS = ("repeated", "folded", "alike", "several")


class CannotGrowError(Exception):
    """Why rows cannot join a history one by one, in words."""


@dataclass(frozen=True)
class Sources:
    """All sources in their order, and whose each file is."""

    names: Sequence[str]
    kinds: Sequence[str]
    zones: Sequence[str]
    position: np.ndarray
    """Where each file, by number, stands in the order of all files; a permutation."""
    owner: np.ndarray
    """The source of each file, by that position."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.kinds)

    def of_files(self, files: np.ndarray) -> np.ndarray:
        """The source of each file, by number."""
        return np.asarray(self.owner[self.position[files]])


@dataclass(frozen=True)
class Change:
    """What is new, and what is no more."""

    rows: Mapping[str, pa.Table]
    """Per relation, rows as they were read: the base's columns, `customer` as the number for good, -1 for nobody."""
    tags: Mapping[str, Tags]
    """Per relation with new rows, the tags of the history and of these rows."""
    customers: pa.Table
    """Customers who are new or changed: `code` and the base's columns."""
    dead: np.ndarray
    """Numbers of customers who are no more."""
    sources: Sources
    read: Mapping[str, int]
    """Per relation, the rows that were read before."""
    columns: Mapping[str, Sequence[str]]
    """Per relation, the columns beside the fixed ones that its rows have (`Manifest.columns`)."""
    removed: frozenset[int] = frozenset()
    """Files whose rows are no more."""
    pruned: frozenset[str] = frozenset()
    """Sources that lost a file: tags of theirs that no row has any more fall away."""
    code_of_node: np.ndarray | None = None
    """The customer of each identifier, where rows know theirs (`node`)."""
    moved: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    """Numbers of customers whose rows may belong to another one now; -1: rows without a customer may have one now."""


@dataclass(frozen=True)
class Grown:
    """What a step made. `found` counts, by source, how much more of `ITEMS` there is than before."""

    seating: Seating
    runs: dict[str, Run]
    read: dict[str, int]
    rows: dict[str, int]
    unlinked: dict[str, int]
    unlinked_by: np.ndarray
    """Rows read without a customer by source, of all relations."""
    found: dict[str, np.ndarray]

    def write(self, folder: Path) -> None:
        """Write the delta's files."""
        folder.mkdir(parents=True, exist_ok=True)
        self.seating.write(folder)
        for name, run in self.runs.items():
            run.write(folder, name)


def grow(base: Base, old: Delta | None, change: Change, relations: Sequence[str]) -> Grown:
    """The next delta: what `old` says and the change, relative to the same base.

    Raises: CannotGrowError.
    """
    seating = seat(base, old.seating if old else None, change.customers, change.dead)
    seats = Seats(base, seating)
    runs: dict[str, Run] = {}
    read, rows, unlinked = {}, {}, {}
    by, found = np.zeros(change.sources.count, np.int64), {n: np.zeros(change.sources.count, np.int64) for n in ITEMS}
    for name in relations:
        step = _Step(base, name, old.run(name) if old else None, change, seats)
        run = step.run()
        if run is not None:
            runs[name] = run
        for item in ITEMS:
            found[item] += step.found[item]
        read[name] = step.read
        rows[name], nobody, raw = _counts(base, name, run, change.sources)
        unlinked[name] = nobody
        by += raw
    return Grown(seating, runs, read, rows, unlinked, by, found)


def _counts(base: Base, name: str, run: Run | None, sources: Sources) -> tuple[int, int, np.ndarray]:
    """Rows with and without a customer, and rows read without one by source."""
    held = sum(base.length(name, b) for b in range(base.buckets))
    nobody = base.read(name, base.buckets, ["file", "row"])
    told = base.told(name, base.buckets)
    files = column(nobody, "file") if nobody is not None else np.empty(0, np.int32)
    extra = [] if told is None else [column(told, "file")[places(told) != places(told, lead=True)]]
    if run is not None:
        held += int(run.offsets[-2]) - int(run.gone_offsets[-2])
        gone, added = run.missing(base.buckets), run.added(base.buckets)
        if nobody is not None and told is not None and len(gone):
            left = without(told, places(nobody.take(pa.array(gone))))
            extra = [] if left is None else [column(left, "file")[places(left) != places(left, lead=True)]]
        more = told_of(run.told, added)
        if more is not None:
            extra.append(column(more, "file")[places(more) != places(more, lead=True)])
        files = np.concatenate([np.delete(files, gone), column(added, "file")])
    raw = np.concatenate([files, *extra])
    return held, len(files), np.bincount(sources.of_files(raw), minlength=sources.count)


def keys_of(base: Base, old: Delta | None, relation: str, files: frozenset[int]) -> np.ndarray:
    """What the rows of some files are keyed by, once a row: the number of the key, where rows hold it (-1 for none).

    Where they do not, nobody is linked, and it is the number for good of the row's customer.
    """
    run = old.run(relation) if old is not None else None
    found: list[np.ndarray] = []
    for b in range(base.buckets + 1):
        table = base.read(relation, b, ["customer", NODE, "file"])
        if table is not None:
            wanted = np.isin(column(table, "file"), list(files))
            if run is not None:
                wanted[run.missing(b)] = False
            if NODE in table.column_names:
                found.append(column(table, NODE)[wanted])
            elif b < base.buckets:
                found.append(column(table, "customer")[wanted] + base.starts[b])
    if run is not None:
        wanted = np.isin(column(run.rows, "file"), list(files))
        found.append(column(run.rows, NODE if NODE in run.rows.column_names else "code")[wanted])
    return np.concatenate(found).astype(np.int64) if found else np.empty(0, np.int64)


class _Step:
    """The growth of one relation."""

    def __init__(self, base: Base, name: str, old: Run | None, change: Change, seats: Seats) -> None:
        self._base, self._name, self._old, self._change, self._seats = base, name, old, change, seats
        relation = next(r for r in RELATIONS if r.name == name)
        self._own = np.array([i for i, k in enumerate(change.sources.kinds) if rows_for(relation, k)], np.int64)
        place = np.full(change.sources.count, 0, np.int64)
        place[self._own] = np.arange(len(self._own))
        self._tags = change.tags[name] if name in change.tags else Tags.of(self._tags_before())
        zones = [change.sources.zones[i] for i in self._own]
        self._plain = {n: relation.plain[n] for n in change.columns[name]}
        folds = folding.HISTORY in self._plain
        names = [change.sources.names[i] for i in self._own]
        self._arranging = Arranging(self._tags, place[change.sources.owner], names, zones, folds)
        self._number_of = np.argsort(change.sources.position)
        self.found = {n: np.zeros(change.sources.count, np.int64) for n in ITEMS}
        self._told: list[pa.Table] = []
        self._fresh: list[np.ndarray] = []
        """Hashes of ids that may stand under other customers now."""
        self.read = change.read[name]
        self._gone: list[np.ndarray] = [
            old.missing(b).copy() if old is not None else np.empty(0, np.int64) for b in range(base.buckets + 1)
        ]

    def run(self) -> Run | None:
        """The relation's next run; None where it differs in nothing from the base."""
        parts = [*self._kept(), *self._moved()]
        self._drop_removed()
        if self._name in self._change.rows:
            new = self._change.rows[self._name]
            self.read += new.num_rows
            self._note_ids(new)
            parts.append(new)
        groups = self._by_bucket(parts)
        if not any(len(g) for g in self._gone) and not any(t.num_rows for t in groups.values()):
            return None
        placed = [self._placed(b, groups.get(b)) for b in range(self._base.buckets + 1)]
        tables = [t for t in placed if t is not None]
        rows = pa.concat_tables([self._no_rows(), *tables], promote_options="default")
        sizes = [t.num_rows if t is not None else 0 for t in placed]
        run = Run(
            rows,
            np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
            np.concatenate(self._gone).astype(np.int64),
            np.concatenate([[0], np.cumsum([len(g) for g in self._gone], dtype=np.int64)]),
            self._tags.table(),
            self._old.tag_map if self._old is not None else None,
            pa.concat_tables(self._told, promote_options="default") if self._told else None,
        )
        self._count_ids(run)
        return self._tidied(run)

    def _no_rows(self) -> pa.Table:
        """No rows, with every column that rows of this relation have, whichever sources the change is of."""
        fixed = {"customer": pa.int32(), "at": INSTANT, "tag": pa.int32(), "file": pa.int32(), "row": pa.int32()}
        placing = dict.fromkeys(PLACING, pa.int64())
        return pa.schema({**fixed, **self._plain, **placing}).empty_table()

    def _kept(self) -> list[pa.Table]:
        """The rows of the delta so far, without those of removed files, each with its customer as of now."""
        if self._old is None or not self._old.rows.num_rows:
            return []
        rows = self._old.rows
        code = column(rows, "code").astype(np.int32)
        rows = rows.drop_columns(PLACING).set_column(0, "customer", pa.array(code))
        if self._change.removed:
            keep = ~np.isin(column(rows, "file"), list(self._change.removed))
            self.read -= int((~keep).sum())
            rows = rows.filter(pa.array(keep))
        told = told_of(self._old.told, rows)
        self._uncount(told)
        return [self._recoded(expanded(rows, told)) if len(self._change.moved) else expanded(rows, told)]

    def _recoded(self, rows: pa.Table) -> pa.Table:
        """Rows with their customers as of now; ids of those that move are looked at again."""
        codes = self._change.code_of_node
        if codes is None or NODE not in rows.column_names:
            return rows
        node = column(rows, NODE)
        now = np.where(node >= 0, codes[np.maximum(node, 0)], -1).astype(np.int32)
        self._note_ids(rows.filter(pa.array(now != column(rows, "customer"))))
        return _set(rows, "customer", now)

    def _uncount(self, told: pa.Table | None) -> None:
        """Take back what folding counted of rows that are folded again."""
        if told is None:
            return
        tally = folding.tally_of(told, places(told, lead=True), self._source(told), self._tags, len(self._own))
        for item in ("repeated", "folded", "alike"):
            self.found[item][self._own] -= getattr(tally, item)

    def _source(self, rows: pa.Table) -> np.ndarray:
        """The position of each row's source among the relation's own."""
        return np.asarray(self._arranging.source_of_file[self._change.sources.position[column(rows, "file")]])

    def _drop_removed(self) -> None:
        if not self._change.removed:
            return
        for b in range(self._base.buckets + 1):
            table = self._base.read(self._name, b, ["file"])
            if table is not None:
                gone = np.flatnonzero(np.isin(column(table, "file"), list(self._change.removed)))
                gone = np.setdiff1d(gone, self._gone[b])
                self.read -= len(gone)
                self._take_away(b, gone)

    def _take_away(self, bucket: int, positions: np.ndarray) -> None:
        if len(positions):
            self._gone[bucket] = np.union1d(self._gone[bucket], positions)

    def _moved(self) -> list[pa.Table]:
        """Rows of the base that have another customer now; they leave the base."""
        change, found = self._change, []
        codes = change.code_of_node
        if codes is None or not len(change.moved):
            return []
        buckets = self._base.bucket_of(change.moved[change.moved < self._base.starts[-1]])
        for b in sorted({b if b >= 0 else self._base.buckets for b in buckets.tolist()}):
            table = self._base.read(self._name, b, ["customer", NODE, "file"])
            if table is None:
                continue
            node = column(table, NODE)
            now = np.where(node >= 0, codes[np.maximum(node, 0)], -1)
            nobody = b == self._base.buckets
            was = np.full(len(node), -1) if nobody else column(table, "customer") + self._base.starts[b]
            there = np.ones(len(node), bool)
            there[self._gone[b]] = False
            there &= ~np.isin(column(table, "file"), list(change.removed))
            positions = np.flatnonzero((now != was) & there)
            if len(positions):
                found.append(self._recoded(self._taken(b, positions)))
        return found

    def _taken(self, bucket: int, positions: np.ndarray) -> pa.Table:
        """Whole rows of the base as they came, in today's tags; they leave the base."""
        rows, told = self._base.rows(self._name, bucket, positions), self._base.told(self._name, bucket)
        if self._old is not None and self._old.tag_map is not None:
            rows = _set(rows, "tag", self._old.tag_map[column(rows, "tag")])
            told = told if told is None else _set(told, "tag", self._old.tag_map[column(told, "tag")])
        told = told_of(told, rows)
        self._uncount(told)
        self._take_away(bucket, positions)
        return expanded(rows, told)

    def _by_bucket(self, parts: list[pa.Table]) -> dict[int, pa.Table]:
        parts = [p for p in parts if p.num_rows]
        if not parts:
            return {}
        rows = pa.concat_tables(parts, promote_options="default").combine_chunks()
        bucket = self._seats.bucket_of(column(rows, "customer"))
        order = np.argsort(bucket, kind="stable")
        rows = rows.take(pa.array(order))
        bounds = np.searchsorted(bucket[order], np.arange(self._base.buckets + 2))
        return {
            b: rows.slice(low, high - low).combine_chunks()
            for b, (low, high) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True))
            if high > low
        }

    def _placed(self, bucket: int, rows: pa.Table | None) -> pa.Table | None:
        """Rows of one bucket in their order, each with its place among the base's."""
        if rows is None:
            return None
        rows = self._with_named_alike(bucket, rows)
        if bucket == self._base.buckets:
            rows = self._arranged(self._arranging.nobody(self._by_position(rows, column(rows, "customer"))))
            rows, code = rows.drop_columns(["code"]), column(rows, "code")
            return _with(rows, code, code, np.full(len(code), self._base.length(self._name, bucket)))
        there = self._base.read(self._name, bucket, ["customer", "at"])
        offsets, at = np.zeros(self._base.size(bucket) + 1, np.int64), np.empty(0, np.int64)
        if there is not None:
            offsets, at = offsets_of(column(there, "customer"), self._base.size(bucket)), instants(one(there["at"]))
            rows = self._with_tied(bucket, rows, offsets, at)
        seat_of, _, _ = self._seats.here(bucket, column(rows, "customer"))
        size = self._seats.seating.count(bucket, self._base.size(bucket))
        rows = self._arranged(self._arranging.part(bucket, self._by_position(rows, seat_of), size))
        rows, code = rows.drop_columns(["code"]), column(rows, "code")
        seat_of, own, fresh = self._seats.here(bucket, code)
        place, _ = places_of(offsets, at, own, fresh, instants(one(rows["at"])))
        return _with(rows, code, seat_of, place)

    def _by_position(self, rows: pa.Table, seat_of: np.ndarray) -> pa.Table:
        """Rows as they are put in order: merged numbers of customers, files by their place; `code` for good."""
        rows = rows.append_column("code", rows["customer"])
        file = self._change.sources.position[column(rows, "file")]
        return _set(_set(rows, "customer", seat_of), "file", file).combine_chunks()

    def _arranged(self, part: Part) -> pa.Table:
        """The rows of a part that stay, in order; what was found on the way is noted."""
        self.found["repeated"][self._own] += np.array(part.repeated, np.int64)
        if part.folded is not None:
            for item in ("repeated", "folded", "alike"):
                self.found[item][self._own] += getattr(part.folded.tally, item)
            told = part.folded.told
            for name in ("file", "lead_file"):
                told = _set(told, name, self._number_of[column(told, name)])
            if told.num_rows:
                self._told.append(told)
        rows = self._arranging.joined(part).rows()
        return _set(rows, "file", self._number_of[column(rows, "file")])

    def _with_tied(self, bucket: int, rows: pa.Table, offsets: np.ndarray, at: np.ndarray) -> pa.Table:
        """The rows and those of the base that share customer and instant with one of them; these leave the base."""
        _, own, fresh = self._seats.here(bucket, column(rows, "customer"))
        place, tied = places_of(offsets, at, own, fresh, instants(one(rows["at"])))
        hit = np.flatnonzero(tied)
        if not len(hit):
            return rows
        positions = np.unique(np.concatenate([np.arange(p, p + n) for p, n in zip(place[hit], tied[hit], strict=True)]))
        return self._with_taken(bucket, rows, positions)

    def _with_taken(self, bucket: int, rows: pa.Table, positions: np.ndarray) -> pa.Table:
        positions = np.setdiff1d(positions, self._gone[bucket])
        if not len(positions):
            return rows
        return pa.concat_tables([rows, self._taken(bucket, positions)], promote_options="default").combine_chunks()

    def _with_named_alike(self, bucket: int, rows: pa.Table) -> pa.Table:
        """The rows and those of the base with customer, source and id of one of them; these leave the base.

        They are found by a hash: another row that is taken by chance is only kept in the delta.
        """
        if not self._arranging.folds:
            return rows
        mine = self._hashes(rows)
        if not mine.any():
            return rows
        there = self._base.read(self._name, bucket, ["customer", "file", "id"])
        if there is None:
            return rows
        theirs = self._hashes(there)
        if bucket < self._base.buckets:
            codes = column(there, "customer") + self._base.starts[bucket]
            theirs, mine = _mixed(theirs, codes), _mixed(mine, column(rows, "customer"))
        mine = np.unique(mine[mine != 0])
        return self._with_taken(bucket, rows, np.flatnonzero((theirs != 0) & np.isin(theirs, mine)))

    def _hashes(self, rows: pa.Table) -> np.ndarray:
        """A hash of source and id of each row; 0 where it has no id."""
        return identity_hashes(one(rows["id"]), self._source(rows))

    def _note_ids(self, rows: pa.Table) -> None:
        if self._arranging.folds and rows.num_rows:
            self._fresh.append(self._hashes(rows)[~folding.made(one(rows["id"]))])

    def _count_ids(self, run: Run) -> None:
        """How many more ids stand under several customers than before: those of new and moved rows may."""
        fresh = np.unique(np.concatenate([np.empty(0, np.uint64), *self._fresh]))
        fresh = fresh[fresh != 0]
        one_in = sampled(self.read)
        if not len(fresh):
            return
        if one_in != sampled(self._change.read[self._name]):
            raise CannotGrowError("there are so many ids now that fewer of them are looked at")
        fresh = fresh[fresh % np.uint64(one_in) == 0]
        before, now = np.zeros(len(fresh), np.int64), np.zeros(len(fresh), np.int64)
        source = np.zeros(len(fresh), np.int64)

        def count(rows: pa.Table, into: np.ndarray, keep: np.ndarray | None = None) -> None:
            hashes = self._hashes(rows)
            place = np.minimum(np.searchsorted(fresh, hashes), len(fresh) - 1)
            hit = fresh[place] == hashes if keep is None else (fresh[place] == hashes) & keep
            np.add.at(into, place[hit], 1)
            source[place[hit]] = self._source(rows)[hit]

        if len(fresh):
            for b in range(self._base.buckets + 1):
                table = self._base.read(self._name, b, ["file", "id"])
                if table is not None:
                    for into, missing in ((before, self._old.missing(b) if self._old else ()), (now, run.missing(b))):
                        keep = np.ones(table.num_rows, bool)
                        keep[np.asarray(missing, np.int64)] = False
                        count(table, into, keep)
            if self._old is not None:
                count(self._old.rows, before)
            count(run.rows, now)
        more = (now > 1).astype(np.int64) - (before > 1)
        np.add.at(self.found["several"], self._own[source], more * one_in)

    def _tidied(self, run: Run) -> Run:
        """The run, without tags that fell out of use with a file."""
        used = self._used(run) if self._change.pruned else np.ones(1, bool)
        if used.all():
            return run
        number = np.cumsum(used) - 1
        before = run.tag_map if run.tag_map is not None else np.arange(run.tags.num_rows)
        tag_map = np.where(used[before], number[before], 0).astype(np.int32)
        told = run.told if run.told is None else _set(run.told, "tag", number[column(run.told, "tag")])
        rows = _set(run.rows, "tag", number[column(run.rows, "tag")])
        return replace(run, rows=rows, told=told, tags=run.tags.filter(pa.array(used)), tag_map=tag_map)

    def _tags_before(self) -> pa.Table:
        if self._old is not None:
            return self._old.tags
        return pq.read_table(self._base.folder / self._name / "tags.parquet")

    def _used(self, run: Run) -> np.ndarray:
        """Which tags are in use; those of sources that lost no file count as used."""
        suspects = pc.is_in(run.tags["source"], pa.array(sorted(self._change.pruned), pa.string()))
        used = ~suspects.to_numpy(zero_copy_only=False)
        used[column(run.rows, "tag")] = True
        if run.told is not None:
            used[column(run.told, "tag")] = True
        for b in range(self._base.buckets + 1):
            table = self._base.read(self._name, b, ["tag"])
            if table is not None:
                tag = np.delete(column(table, "tag"), run.missing(b))
                used[run.tag_map[tag] if run.tag_map is not None else tag] = True
        return np.asarray(used)


def _mixed(hashes: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Hashes that tell customers apart; 0 stays 0."""
    mixed = hashes ^ (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return np.where(hashes == 0, np.uint64(0), np.maximum(mixed, np.uint64(1)))


def _with(rows: pa.Table, code: np.ndarray, seat_of: np.ndarray, place: np.ndarray) -> pa.Table:
    rows = _set(rows, "customer", seat_of)
    return rows.append_column("place", pa.array(place, pa.int64())).append_column("code", pa.array(code, pa.int64()))


def _set(table: pa.Table, name: str, values: np.ndarray) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, pa.array(values, table.schema.field(name).type))
