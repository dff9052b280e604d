"""Reading the history: one bucket at a time, as arrays.

Owns the way back from Parquet to arrays sorted by (customer, instant), with what a delta changes merged in. Refuses to
write.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.history.generations import Hold, hold
from primum.history.layout import RELATIONS
from primum.history.manifest import Manifest, read_manifest
from primum.history.merge import merged_offsets, offsets_of, splice_tables
from primum.history.rows import Rows, as_one, completed, no_rows, rows_of_table, spliced_rows
from primum.history.runs import PLACING, SEATING, Delta, Run, column
from primum.words.errors import HistoryError

TRIES = 10
"""How often a manifest is read again whose folders were replaced before they could be held."""


@dataclass(frozen=True)
class Bucket:
    """One bucket: the unit of all work over the history."""

    number: int
    customers: int
    contacts: Rows
    responses: Rows | None
    states: Rows | None


class History:
    """A built history on disk: a base of buckets, and beside it a delta where something changed since."""

    def __init__(self, folder: Path, manifest: Manifest | None = None, delta: Path | None = None) -> None:
        """Args:
        folder: holds the manifest and the folders it names.
        manifest: instead of the one in `folder`.
        delta: the folder of the delta, instead of the one that the manifest names.
        """
        self.folder = folder
        self.manifest, self._held = _opened(folder, manifest)
        self.base = folder / self.manifest.base
        named = folder / self.manifest.delta if self.manifest.delta else None
        where = delta or named
        self.delta = Delta(where) if where is not None else None
        self._tags: dict[str, pa.Table] = {}
        self.let_go: Callable[[], object] | None = None
        """What becomes of the history once it has been read; None: it stays."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.let_go is not None:
            self.let_go()

    @property
    def buckets(self) -> range:
        """The numbers of the buckets."""
        return range(self.manifest.buckets)

    def tags(self, relation: str) -> pa.Table:
        """The tag table of a relation; empty (with its columns) where the history holds none. Read once."""
        if relation not in self._tags:
            self._tags[relation] = self._read_tags(relation)
        return self._tags[relation]

    def _read_tags(self, relation: str) -> pa.Table:
        run = self._run(relation)
        if run is not None:
            return run.tags
        path = self.base / relation / "tags.parquet"
        if not path.exists():
            spec = next(r for r in RELATIONS if r.name == relation)
            return pa.table({c: pa.array([], pa.string()) for c in spec.tag})
        return pq.read_table(path)

    def customers(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Customers of a bucket in order: id, hash, kinds, in_master, declared fields; `unit` where it differs."""
        path = self.base / "customers" / f"{bucket:04d}.parquet"
        names = pq.read_schema(path).names
        table = pq.read_table(path, columns=[c for c in columns if c in names] if columns else None)
        if self.delta is None:
            return table
        added = self.delta.seating.added(bucket)
        if not added.num_rows and not len(self.delta.seating.missing(bucket)):
            return table
        held = [c for c in added.column_names if c not in SEATING and (columns is None or c in columns)]
        return self._seated(bucket, table, added, held)

    def _seated(self, bucket: int, table: pa.Table, added: pa.Table, columns: Sequence[str]) -> pa.Table:
        assert self.delta is not None
        base = table.num_rows
        seats = self.delta.seating.seats(bucket, base)
        index = np.empty(self.delta.seating.count(bucket, base), np.int64)
        alive = seats >= 0
        index[seats[alive]] = np.flatnonzero(alive)
        index[column(added, "customer")] = base + np.arange(added.num_rows)
        both = pa.concat_tables([table, added.select(columns)], promote_options="default")
        return both.take(pa.array(index))

    def customer_count(self, bucket: int) -> int:
        """How many customers a bucket has."""
        base = self._base_customers(bucket)
        return base if self.delta is None else self.delta.seating.count(bucket, base)

    def _base_customers(self, bucket: int) -> int:
        return int(pq.read_metadata(self.base / "customers" / f"{bucket:04d}.parquet").num_rows)

    def bucket(self, number: int, contact_columns: Sequence[str] = (), *, states: bool = False) -> Bucket:
        """Read one bucket; columns that no source mapped are absent from `Rows.columns`, states unless asked for."""
        count = self.customer_count(number)
        contacts = self._rows("contacts", number, count, contact_columns)
        return Bucket(
            number,
            count,
            contacts if contacts is not None else no_rows(count),
            self._rows("responses", number, count, ()),
            self._rows("states", number, count, ["until"]) if states else None,
        )

    def _run(self, relation: str) -> Run | None:
        return self.delta.run(relation) if self.delta is not None else None

    def _rows(self, relation: str, number: int, customers: int, columns: Sequence[str]) -> Rows | None:
        held = [c for c in columns if c in self.manifest.columns.get(relation, ()) or c in ("file", "row")]
        names = ["customer", "at", "tag", *held]
        path = self.base / relation / f"{number:04d}.parquet"
        table = _read(path, names) if path.exists() else None
        run = self._run(relation)
        if run is not None and run.tag_map is not None and table is not None:
            table = _set(table, "tag", run.tag_map[column(table, "tag")])
        added = run.added(number) if run is not None else None
        if added is not None and table is None and added.num_rows:
            table = added.select([n for n in names if n in added.column_names])
        elif self.delta is not None and table is not None:
            merged = self._merged(relation, number, customers, table, held)
            return merged if len(merged.at) else None
        return (
            rows_of_table(table, offsets_of(column(table, "customer"), customers), held) if table is not None else None
        )

    def _merged(self, relation: str, number: int, customers: int, table: pa.Table, columns: Sequence[str]) -> Rows:
        """The base's rows with the delta's, as arrays."""
        assert self.delta is not None
        run = self._run(relation)
        base = column(table, "customer")
        seats = self.delta.seating.seats(number, self._base_customers(number))
        added = run.added(number) if run is not None else table.slice(0, 0)
        gone = run.missing(number) if run is not None else np.empty(0, np.int64)
        offsets = merged_offsets(base, gone, seats, column(added, "customer"), customers)
        table, added = completed(table, added, columns), completed(added, table, columns)
        theirs = rows_of_table(table, offsets, columns)
        if not added.num_rows and not len(gone):
            return theirs
        return spliced_rows(theirs, gone, column(added, "place"), rows_of_table(added, offsets, columns))

    def rows(self, relation: str, number: int, columns: Sequence[str] = ()) -> Rows | None:
        """One relation's rows of a bucket, as if they were one customer's: `at`, `tag` and the columns asked for."""
        names = ["at", "tag", *columns]
        run, path = self._run(relation), self.base / relation / f"{number:04d}.parquet"
        table = _read(path, names) if path.exists() else None
        if run is None:
            return as_one(table, columns) if table is not None else None
        added = run.added(number)
        if table is None:
            return as_one(added, columns) if added.num_rows else None
        if run.tag_map is not None:
            table = _set(table, "tag", run.tag_map[column(table, "tag")])
        table, added = completed(table, added, columns), completed(added, table, columns)
        offsets = np.array([0, table.num_rows - len(run.missing(number)) + added.num_rows], np.int64)
        if not offsets[1]:
            return None
        base = replace(as_one(table, columns), offsets=offsets)
        return spliced_rows(base, run.missing(number), column(added, "place"), as_one(added, columns))

    def arrays(self, relation: str, number: int, columns: Sequence[str] = ()) -> Rows | None:
        """One relation's rows of a bucket by customer, with numbers and instants asked for; None where it has none."""
        return self._rows(relation, number, self.customer_count(number), columns)

    def texts(self, number: int) -> pa.Table | None:
        """`customer`, `at`, `tag` and `subject` (dictionary-encoded) of a bucket's contacts, in order.

        None where the bucket is empty or no source says what its contacts say.
        """
        if "subject" not in self.manifest.columns.get("contacts", ()):
            return None
        whole = self.table("contacts", number, ["customer", "at", "tag", "subject"], encoded=["subject"])
        return whole.combine_chunks() if whole is not None else None

    def unlinked(self, relation: str = "contacts") -> pa.Table | None:
        """Rows without a customer (at, tag, source, file, row and plain columns); None where there are none."""
        path = self.base / relation / "unlinked.parquet"
        table = pq.read_table(path) if path.exists() else None
        run = self._run(relation)
        if run is None:
            return table
        if table is not None and run.tag_map is not None:
            table = _set(table, "tag", run.tag_map[column(table, "tag")])
        number = self.manifest.buckets
        added = run.added(number).drop_columns([*PLACING, "customer"])
        if table is None:
            return added if added.num_rows else None
        if run.touches(number):
            table = splice_tables(table, run.missing(number), np.full(added.num_rows, table.num_rows), added)
        return table if table.num_rows else None

    def table(
        self, relation: str, bucket: int, columns: Sequence[str] | None = None, *, encoded: Sequence[str] = ()
    ) -> pa.Table | None:
        """A relation's rows of a bucket, merged, in order; None where it has none.

        Args:
            columns: those to read, where held; None: all.
            encoded: which of them to read as dictionaries.
        """
        path = self.base / relation / f"{bucket:04d}.parquet"
        wanted = None if columns is None else list(dict.fromkeys(("customer", "tag", *columns)))
        table = _read(path, _held(wanted, pq.read_schema(path).names), encoded) if path.exists() else None
        run = self._run(relation)
        added = run.added(bucket) if run is not None else None
        if added is not None:
            added = _encoded(added.select(_held(wanted and [*wanted, *PLACING], added.column_names)), encoded)
        whole = self._whole(relation, bucket, table, 0, added)
        if whole is None or columns is None:
            return whole
        whole = whole.select(_held(columns, whole.column_names))
        return whole.unify_dictionaries() if encoded and added is not None else whole

    def customer_rows(self, relation: str, bucket: int, customer: int) -> pa.Table | None:
        """All columns of one customer's rows, in time order."""
        path = self.base / relation / f"{bucket:04d}.parquet"
        if self.delta is None:
            return pq.read_table(path, filters=[("customer", "=", customer)]) if path.exists() else None
        theirs = np.flatnonzero(self.delta.seating.seats(bucket, self._base_customers(bucket)) == customer)
        table, first = None, 0
        if path.exists():
            table, first = _slice_of(path, int(theirs[0]) if len(theirs) else None)
        run = self._run(relation)
        added = None
        if run is not None:
            added = run.added(bucket)
            added = added.filter(pc.equal(added["customer"], customer))
        return self._whole(relation, bucket, table, first, added)

    def _whole(
        self, relation: str, bucket: int, table: pa.Table | None, first: int, added: pa.Table | None
    ) -> pa.Table | None:
        """Rows `first` and following of a bucket of the base, with what the delta takes away and adds among them.

        None where none are left.
        """
        run = self._run(relation)
        if table is not None and self.delta is not None:
            seats = self.delta.seating.seats(bucket, self._base_customers(bucket))
            table = _set(table, "customer", seats[column(table, "customer")])
        if run is None or added is None:
            return table
        if table is None:
            return added.drop_columns(PLACING) if added.num_rows else None
        if run.tag_map is not None:
            table = _set(table, "tag", run.tag_map[column(table, "tag")])
        gone = run.missing(bucket) - first
        places = np.clip(column(added, "place") - first, 0, table.num_rows)
        gone = gone[(gone >= 0) & (gone < table.num_rows)]
        whole = splice_tables(table, gone, places, added.drop_columns(PLACING))
        return whole if whole.num_rows else None


def _opened(folder: Path, manifest: Manifest | None) -> tuple[Manifest, list[Hold]]:
    """The manifest, and what keeps its generations from being removed while they are read."""
    for _ in range(TRIES):
        found = manifest or read_manifest(folder)
        try:
            return found, [h for n in (found.base, found.delta) if n and (h := hold(folder / n)) is not None]
        except FileNotFoundError:
            continue
    raise HistoryError(f"{folder} changes faster than it can be read: run the command again.")


def _read(path: Path, columns: Sequence[str], encoded: Sequence[str] = ()) -> pa.Table:
    names = [c for c in encoded if c in columns]
    return pq.read_table(path, columns=list(columns), use_threads=False, pre_buffer=False, read_dictionary=names)


def _encoded(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The table with these columns as dictionaries."""
    for name in _held(names, table.column_names):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].combine_chunks().dictionary_encode())
    return table


def _held(wanted: Sequence[str] | None, names: Sequence[str]) -> list[str]:
    """Those of `wanted` (None: all) that are among `names`."""
    return list(names) if wanted is None else [c for c in wanted if c in names]


def _slice_of(path: Path, customer: int | None) -> tuple[pa.Table, int]:
    """The rows of one customer of the base and the position of the first of them."""
    order = column(_read(path, ["customer"]), "customer")
    low, high = (0, 0) if customer is None else np.searchsorted(order, [customer, customer + 1]).tolist()
    return pq.read_table(path, filters=[("customer", "=", customer)]) if high > low else pq.read_schema(
        path
    ).empty_table(), low


def _set(table: pa.Table, name: str, values: np.ndarray) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, pa.array(values))
