"""Reading the history: one bucket at a time, as arrays.

Owns the way back from Parquet to arrays sorted by (customer, instant). Refuses to write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.history.layout import RELATIONS
from primum.history.manifest import Manifest, read_manifest

MISSING_INSTANT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Rows:
    """The rows of one relation in one bucket.

    `offsets` (int64, customers + 1): customer c's rows are offsets[c] : offsets[c + 1]. `at`: int64 microseconds UTC,
    ascending within a customer. `tag`: int32, a row of the relation's tag table. `columns`: the further columns asked
    for, instants as int64 with MISSING_INSTANT for null, numbers as float64 with NaN, `content` as int64 (see
    `has_content`: None where every row has one).
    """

    offsets: np.ndarray
    at: np.ndarray
    tag: np.ndarray
    columns: dict[str, np.ndarray]
    has_content: np.ndarray | None


@dataclass(frozen=True)
class Bucket:
    """One bucket: the unit of all work over the history."""

    number: int
    customers: int
    contacts: Rows
    responses: Rows | None
    states: Rows | None


class History:
    """A built history on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)

    @property
    def buckets(self) -> range:
        """The numbers of the buckets."""
        return range(self.manifest.buckets)

    def tags(self, relation: str) -> pa.Table:
        """The tag table of a relation; empty (with its columns) where the history holds none."""
        path = self.folder / relation / "tags.parquet"
        if not path.exists():
            spec = next(r for r in RELATIONS if r.name == relation)
            return pa.table({c: pa.array([], pa.string()) for c in spec.tag})
        return pq.read_table(path)

    def customers(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Customers of a bucket in order: id, hash, kinds, in_master, declared fields; `unit` where it differs."""
        path = self.folder / "customers" / f"{bucket:04d}.parquet"
        names = pq.read_schema(path).names
        return pq.read_table(path, columns=[c for c in columns if c in names] if columns else None)

    def bucket(self, number: int, contact_columns: Sequence[str] = (), *, states: bool = False) -> Bucket:
        """Read one bucket; columns that no source mapped are absent from `Rows.columns`, states unless asked for."""
        count = pq.read_metadata(self.folder / "customers" / f"{number:04d}.parquet").num_rows
        contacts = self._rows("contacts", number, count, contact_columns)
        return Bucket(
            number,
            count,
            contacts if contacts is not None else no_rows(count),
            self._rows("responses", number, count, ()),
            self._rows("states", number, count, ["until"]) if states else None,
        )

    def _rows(self, relation: str, number: int, customers: int, columns: Sequence[str]) -> Rows | None:
        path = self.folder / relation / f"{number:04d}.parquet"
        if not path.exists():
            return None
        held = [c for c in columns if c in self.manifest.columns.get(relation, ()) or c in ("file", "row")]
        table = pq.read_table(path, columns=["customer", "at", "tag", *held], use_threads=False, pre_buffer=False)
        customer = _array(table, "customer").to_numpy()
        offsets = np.searchsorted(customer, np.arange(customers + 1, dtype=np.int32)).astype(np.int64)
        return rows_of_table(table, offsets, held)

    def rows(self, relation: str, number: int, columns: Sequence[str] = ()) -> Rows | None:
        """One relation's rows of a bucket, as if they were one customer's: `at`, `tag` and the columns asked for."""
        path = self.folder / relation / f"{number:04d}.parquet"
        if not path.exists():
            return None
        table = pq.read_table(path, columns=["at", "tag", *columns], use_threads=False, pre_buffer=False)
        return rows_of_table(table, np.array([0, table.num_rows], np.int64), columns)

    def texts(self, number: int) -> pa.Table | None:
        """`customer`, `at`, `tag` and `subject` (dictionary-encoded) of a bucket's contacts, in order.

        None where the bucket is empty or no source says what its contacts say.
        """
        path = self.folder / "contacts" / f"{number:04d}.parquet"
        if "subject" not in self.manifest.columns.get("contacts", ()) or not path.exists():
            return None
        names = ["customer", "at", "tag", "subject"]
        return pq.read_table(path, columns=names, use_threads=False, read_dictionary=["subject"])

    def unlinked(self, relation: str = "contacts") -> pa.Table | None:
        """Rows without a customer (at, tag, source, file, row and plain columns); None where there are none."""
        path = self.folder / relation / "unlinked.parquet"
        return pq.read_table(path) if path.exists() else None

    def table(self, relation: str, bucket: int, columns: Sequence[str] | None = None) -> pa.Table | None:
        """All rows of a bucket, with all columns or those of `columns` that are held; None where it has none."""
        path = self.folder / relation / f"{bucket:04d}.parquet"
        if not path.exists():
            return None
        names = pq.read_schema(path).names
        wanted = names if columns is None else [c for c in columns if c in names]
        return pq.read_table(path, columns=wanted, use_threads=False)

    def customer_rows(self, relation: str, bucket: int, customer: int) -> pa.Table | None:
        """All columns of one customer's rows, in time order."""
        path = self.folder / relation / f"{bucket:04d}.parquet"
        if not path.exists():
            return None
        return pq.read_table(path, filters=[("customer", "=", customer)])


def rows_of_table(table: pa.Table, offsets: np.ndarray, columns: Sequence[str]) -> Rows:
    """The arrays of rows that lie in memory; columns the table does not have are left out."""
    held = [c for c in columns if c in table.column_names]
    has = None
    if "content" in held:
        content = _array(table, "content")
        has = pc.is_valid(content).to_numpy(zero_copy_only=False) if content.null_count else None
    return Rows(
        offsets,
        _number(_array(table, "at")),
        _array(table, "tag").to_numpy(),
        {c: _number(_array(table, c)) for c in held},
        has,
    )


def no_rows(customers: int) -> Rows:
    """A bucket's relation without rows."""
    return Rows(np.zeros(customers + 1, np.int64), np.empty(0, np.int64), np.empty(0, np.int32), {}, None)


def _array(table: pa.Table, name: str) -> pa.Array:
    column = table[name]
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _number(array: pa.Array) -> np.ndarray:
    missing: float = 0
    if pa.types.is_timestamp(array.type):
        array, missing = array.cast(pa.int64()), MISSING_INSTANT
    elif pa.types.is_floating(array.type):
        missing = float("nan")
    return np.asarray((pc.fill_null(array, missing) if array.null_count else array).to_numpy())
