"""Growing: what came and what went, put beside a built history as its next delta.

Owns the step from (base, delta, change) to the next delta. Refuses to touch a file that exists, and to know where rows
come from. The rows of the delta are kept whole: base rows that share customer and instant, or customer, source and id,
with one of them are taken over, so that the code that settles a build settles them as well (`arranging`).
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from primum.history import folding
from primum.history.arranging import Arranging, Part, instants, one
from primum.history.change import ITEMS, CannotGrowError, Change, Grown, Sources
from primum.history.idle_tags import without_idle_tags
from primum.history.ids import identity_hashes, sampled
from primum.history.interning import Tags
from primum.history.layout import INSTANT, RELATIONS, rows_for
from primum.history.merge import offsets_of, places_of
from primum.history.runs import PLACING, Delta, Run, column
from primum.history.seating import Base, Seats, seat
from primum.history.told import expanded, places, told_of, without


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
        parts = self._kept()
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
        return without_idle_tags(self._base, self._name, run, self._change.pruned)

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
        return [expanded(rows, told)]

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
        before, now, source = self._uses_of(fresh, run)
        more = (now > 1).astype(np.int64) - (before > 1)
        np.add.at(self.found["several"], self._own[source], more * one_in)

    def _uses_of(self, ids: np.ndarray, run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How many contacts had each of some ids before and have it now, and the source of each."""
        before, now, source = (np.zeros(len(ids), np.int64) for _ in range(3))

        def count(rows: pa.Table, into: np.ndarray, missing: np.ndarray) -> None:
            hashes = self._hashes(rows)
            place = np.minimum(np.searchsorted(ids, hashes), len(ids) - 1)
            hit = ids[place] == hashes
            hit[missing] = False
            np.add.at(into, place[hit], 1)
            source[place[hit]] = self._source(rows)[hit]

        none = np.empty(0, np.int64)
        for b in range(self._base.buckets + 1 if len(ids) else 0):
            table = self._base.read(self._name, b, ["file", "id"])
            if table is not None:
                count(table, before, self._old.missing(b) if self._old is not None else none)
                count(table, now, run.missing(b))
        if len(ids):
            count(run.rows, now, none)
            if self._old is not None:
                count(self._old.rows, before, none)
        return before, now, source

    def _tags_before(self) -> pa.Table:
        if self._old is not None:
            return self._old.tags
        return pq.read_table(self._base.folder / self._name / "tags.parquet")


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
