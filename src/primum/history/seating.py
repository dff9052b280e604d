"""Where customers sit: a base's customers, those who came since, and the number each keeps for good.

Owns the numbers for good and the merged numbers within a bucket. Refuses rows: it knows customers alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.history.runs import SEATING, Seating, column, seats_of


@dataclass(frozen=True)
class Base:
    """The buckets of a history, as they were built."""

    folder: Path
    buckets: int
    starts: np.ndarray
    """Customer c of bucket b has the number starts[b] + c for good; starts[-1] customers in all."""

    @classmethod
    def open(cls, folder: Path, buckets: int) -> "Base":
        """Look at a base; only the ends of its files are read."""
        counts = [pq.read_metadata(folder / "customers" / f"{b:04d}.parquet").num_rows for b in range(buckets)]
        return cls(folder, buckets, np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]))

    def path(self, relation: str, bucket: int) -> Path:
        """A bucket's file; number `buckets` holds the rows without a customer."""
        return self.folder / relation / ("unlinked.parquet" if bucket == self.buckets else f"{bucket:04d}.parquet")

    def size(self, bucket: int) -> int:
        """Customers of a bucket."""
        return int(self.starts[bucket + 1] - self.starts[bucket])

    def read(self, relation: str, bucket: int, columns: Sequence[str] | None = None) -> pa.Table | None:
        """Some columns (all by default) of a bucket; None where it has no rows."""
        path = self.path(relation, bucket)
        if not path.exists():
            return None
        names = None if columns is None else [c for c in columns if c in pq.read_schema(path).names]
        return pq.read_table(path, columns=names, use_threads=False, pre_buffer=False)

    def length(self, relation: str, bucket: int) -> int:
        """Rows of a bucket."""
        path = self.path(relation, bucket)
        return int(pq.read_metadata(path).num_rows) if path.exists() else 0

    def told(self, relation: str, bucket: int) -> pa.Table | None:
        """What the rows of folded contacts told one by one; None where nothing was folded."""
        path = self.path(relation, bucket)
        path = path.parent / "told" / path.name
        return pq.read_table(path, use_threads=False) if path.exists() else None

    def rows(self, relation: str, bucket: int, positions: np.ndarray) -> pa.Table:
        """Whole rows of a bucket, `customer` as their number for good (-1 without a customer)."""
        table = self.read(relation, bucket)
        assert table is not None
        table = table.take(pa.array(positions))
        if bucket == self.buckets:
            return table.add_column(0, "customer", pa.array(np.full(table.num_rows, -1, np.int32)))
        numbers = column(table, "customer").astype(np.int64) + self.starts[bucket]
        return table.set_column(0, "customer", pa.array(numbers.astype(np.int32)))

    def bucket_of(self, codes: np.ndarray) -> np.ndarray:
        """The bucket of base customers."""
        return np.searchsorted(self.starts, codes, side="right") - 1


def seat(base: Base, old: Seating | None, customers: pa.Table, dead: np.ndarray) -> Seating:
    """Who sits where, once these customers are there (or changed) and those are gone."""
    table = customers
    if old is not None:
        before = old.table.drop_columns([n for n in SEATING if n != "code"])
        gone = np.isin(column(before, "code"), np.concatenate([column(customers, "code"), dead]))
        table = pa.concat_tables([before.filter(pa.array(~gone)), customers], promote_options="default")
    code = column(table, "code")
    is_base = code < base.starts[-1]
    bucket = (column(table, "hash") % np.uint64(base.buckets)).astype(np.int64)
    dead_base = np.sort(dead[dead < base.starts[-1]])
    if old is not None:
        dead_base = np.union1d(dead_base, _numbers(base, old))
    own = np.where(is_base, code - base.starts[bucket], -1)
    place = np.full(len(code), -1, np.int64)
    for b in np.unique(bucket[~is_base]).tolist():
        fresh = np.flatnonzero(~is_base & (bucket == b))
        place[fresh] = _before_whom(base, b, table.take(pa.array(fresh)))
    dead_bucket = base.bucket_of(dead_base)
    dead_offsets = np.concatenate([[0], np.bincount(dead_bucket, minlength=base.buckets).cumsum()])
    dead_local = dead_base - base.starts[dead_bucket]
    order = np.lexsort((pc.rank(table["id"]).to_numpy(), column(table, "hash"), bucket))
    offsets = np.concatenate([[0], np.bincount(bucket, minlength=base.buckets).cumsum()])
    seat_of = np.empty(len(code), np.int64)
    for b in range(base.buckets):
        here = order[offsets[b] : offsets[b + 1]]
        seat_of[here] = _seats_here(
            base.size(b), dead_local[dead_offsets[b] : dead_offsets[b + 1]], own[here], place[here]
        )
    for name, values in (("place", place), ("base", own), ("customer", seat_of), ("bucket", bucket)):
        table = table.append_column(name, pa.array(values.astype(np.int32)))
    return Seating(table.take(pa.array(order)), offsets, dead_local.astype(np.int64), dead_offsets)


def _numbers(base: Base, seating: Seating) -> np.ndarray:
    """The dead by their number for good."""
    return np.asarray(seating.dead + np.repeat(base.starts[:-1], np.diff(seating.dead_offsets)))


def _before_whom(base: Base, bucket: int, customers: pa.Table) -> np.ndarray:
    """The base customer before whom each new one sits: by hash, then by id."""
    there = pq.read_table(base.path("customers", bucket), columns=["hash"])
    hashes, mine = column(there, "hash"), column(customers, "hash")
    place, end = np.searchsorted(hashes, mine), np.searchsorted(hashes, mine, side="right")
    twins = np.flatnonzero(end > place)
    if len(twins):
        ids = pq.read_table(base.path("customers", bucket), columns=["id"])["id"].combine_chunks()
        for i in twins.tolist():
            own = customers["id"][i].as_py()
            place[i] += sum(other < own for other in ids.slice(place[i], end[i] - place[i]).to_pylist())
    return place


def _seats_here(base: int, dead: np.ndarray, own: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The merged number of each customer of the delta in one bucket, who stand in their final order."""
    fresh = own < 0
    seats = np.empty(len(own), np.int64)
    if not fresh.all():
        seats[~fresh] = seats_of(base, dead, place[fresh])[own[~fresh]]
    seats[fresh] = place[fresh] - np.searchsorted(dead, place[fresh]) + np.arange(int(fresh.sum()))
    return seats


class Seats:
    """Where any customer sits, by number for good."""

    def __init__(self, base: Base, seating: Seating) -> None:
        self.base, self.seating = base, seating
        code = column(seating.table, "code")
        self._order = np.argsort(code)
        self._codes = code[self._order]
        self._held: dict[int, np.ndarray] = {}

    def bucket_of(self, codes: np.ndarray) -> np.ndarray:
        """The bucket of each customer; `buckets` for nobody (-1)."""
        out = np.full(len(codes), self.base.buckets, np.int64)
        known = (codes >= 0) & (codes < self.base.starts[-1])
        out[known] = self.base.bucket_of(codes[known])
        fresh = codes >= self.base.starts[-1]
        out[fresh] = column(self.seating.table, "bucket")[self._line(codes[fresh])]
        return out

    def _line(self, codes: np.ndarray) -> np.ndarray:
        return self._order[np.searchsorted(self._codes, codes)]

    def here(self, bucket: int, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of customers of one bucket: merged number, base customer (or whom they sit before), and who is new."""
        fresh = codes >= self.base.starts[-1]
        own = (codes - self.base.starts[bucket]).astype(np.int64)
        seat = np.empty(len(codes), np.int64)
        if not fresh.all():
            if bucket not in self._held:
                self._held[bucket] = self.seating.seats(bucket, self.base.size(bucket))
            seat[~fresh] = self._held[bucket][own[~fresh]]
        line = self._line(codes[fresh])
        seat[fresh] = column(self.seating.table, "customer")[line]
        own[fresh] = column(self.seating.table, "place")[line]
        return seat, own, fresh
