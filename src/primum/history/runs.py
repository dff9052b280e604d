"""Delta runs: what came, went or moved since the buckets were built, as one sorted run beside them.

A built history (the *base*) is never touched again. What changes afterwards stands in one folder, the *delta*: it holds
every difference between the base and now, so a reader merges two things, whatever the number of exports that came.
A further change writes a new delta (the old one and what is new) and then a new manifest that names it; a folder that
no manifest names is a half-written one and is removed. Beyond 10% of the rows the two are compacted into a new base.

    delta-0003/
      customers.arrow    customers that are new or changed: the base's columns and
                           bucket, customer   where they sit: number within the bucket, as merged
                           code               their number for good: base customers are numbered bucket by bucket,
                                              newer ones behind them; never used twice
                           base               the base customer (within the bucket) whose line this replaces, or -1
                           place              else: the base customer before whom they sit
      customers.npz      dead: base customers who are no more, bucket by bucket (`dead_offsets`)
      contacts.arrow     rows that are new or moved, bucket by bucket (`offsets`; the last group has no customer), in
                         the order of the merged bucket: the base's columns and
                           place              the base row of that bucket before which they stand
                           code               the customer's number for good
      contacts.npz       offsets; gone: base rows that are no more (positions, bucket by bucket: `gone_offsets`);
                         tag_map: what the base's tags are called now, where tags fell out of use
      contacts-told.arrow  what the rows told one by one that stand for several
      contacts-tags.parquet
      responses..., states...

Owns these files. Refuses to decide what is in them.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PLACING = ("place", "code")
"""Columns of a run's rows that the base's rows do not have."""
SEATING = ("bucket", "customer", "code", "base", "place")
"""Columns of a run's customers that the base's customers do not have."""


@dataclass(frozen=True)
class Run:
    """What changed in one relation. See the top of this module for the columns."""

    rows: pa.Table
    offsets: np.ndarray
    gone: np.ndarray
    gone_offsets: np.ndarray
    tags: pa.Table
    tag_map: np.ndarray | None
    told: pa.Table | None = None
    """What the rows told one by one that stand for several (see `told`)."""

    def added(self, bucket: int) -> pa.Table:
        """Rows that stand in a bucket (number `buckets`: those without a customer) beside the base's."""
        low, high = int(self.offsets[bucket]), int(self.offsets[bucket + 1])
        return self.rows.slice(low, high - low)

    def missing(self, bucket: int) -> np.ndarray:
        """Positions of the base's rows that are no more, ascending."""
        return self.gone[self.gone_offsets[bucket] : self.gone_offsets[bucket + 1]]

    def touches(self, bucket: int) -> bool:
        """Whether anything of a bucket changed."""
        b = bucket
        return bool(self.offsets[b + 1] > self.offsets[b] or self.gone_offsets[b + 1] > self.gone_offsets[b])

    def write(self, folder: Path, name: str) -> None:
        """Write the files of relation `name`."""
        _write_arrow(self.rows, folder / f"{name}.arrow")
        if self.told is not None:
            _write_arrow(self.told, folder / f"{name}-told.arrow")
        pq.write_table(self.tags, folder / f"{name}-tags.parquet", compression="zstd")
        arrays = {"offsets": self.offsets, "gone": self.gone, "gone_offsets": self.gone_offsets}
        if self.tag_map is not None:
            arrays["tag_map"] = self.tag_map
        np.savez(folder / f"{name}.npz", **arrays)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Seating:
    """Which customers are new, changed or gone, and where everybody sits now."""

    table: pa.Table
    offsets: np.ndarray
    dead: np.ndarray
    dead_offsets: np.ndarray

    def added(self, bucket: int) -> pa.Table:
        """Customers of a bucket who are new or changed."""
        low, high = int(self.offsets[bucket]), int(self.offsets[bucket + 1])
        return self.table.slice(low, high - low)

    def missing(self, bucket: int) -> np.ndarray:
        """Base customers of a bucket who are no more, ascending."""
        return self.dead[self.dead_offsets[bucket] : self.dead_offsets[bucket + 1]]

    def count(self, bucket: int, base: int) -> int:
        """Customers of a bucket, of which the base knows `base`."""
        new = int((column(self.added(bucket), "base") < 0).sum())
        return base + new - len(self.missing(bucket))

    def seats(self, bucket: int, base: int) -> np.ndarray:
        """The merged number of each of the `base` base customers of a bucket, -1 for those who are no more."""
        return seats_of(base, self.missing(bucket), _new_places(self.added(bucket)))

    def write(self, folder: Path) -> None:
        """Write the customers' files."""
        _write_arrow(self.table, folder / "customers.arrow")
        np.savez(folder / "customers.npz", offsets=self.offsets, dead=self.dead, dead_offsets=self.dead_offsets)


def _new_places(added: pa.Table) -> np.ndarray:
    return column(added, "place")[column(added, "base") < 0]


def seats_of(base: int, dead: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Merged numbers of base customers 0 .. base - 1 when `dead` left and others sat down before `places`."""
    shift = np.bincount(places, minlength=base + 1)[: base + 1].cumsum()[:base]
    left = np.zeros(base, np.int64)
    left[dead] = 1
    seats = np.arange(base) + shift - left.cumsum()
    seats[dead] = -1
    return np.asarray(seats.astype(np.int32))


class Delta:
    """The delta of a history, opened: its files are mapped, not read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs: dict[str, Run | None] = {}

    @cached_property
    def seating(self) -> Seating:
        """The customers."""
        with np.load(self.folder / "customers.npz") as arrays:
            found = {name: arrays[name] for name in ("offsets", "dead", "dead_offsets")}
        return Seating(_read_arrow(self.folder / "customers.arrow"), **found)

    def run(self, relation: str) -> Run | None:
        """The run of a relation; None where it did not change."""
        if relation not in self._runs:
            self._runs[relation] = self._opened(relation)
        return self._runs[relation]

    def _opened(self, name: str) -> Run | None:
        path = self.folder / f"{name}.npz"
        if not path.exists():
            return None
        with np.load(path) as arrays:
            found = {key: arrays[key] for key in ("offsets", "gone", "gone_offsets")}
            tag_map = arrays.get("tag_map")
        rows, told = _read_arrow(self.folder / f"{name}.arrow"), self.folder / f"{name}-told.arrow"
        return Run(
            rows,
            **found,
            tags=pq.read_table(self.folder / f"{name}-tags.parquet"),
            tag_map=tag_map,
            told=_read_arrow(told) if told.exists() else None,
        )


def column(table: pa.Table, name: str) -> np.ndarray:
    """A column without nulls, as an array."""
    found = table[name]
    return np.asarray((found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()).to_numpy())


def _write_arrow(table: pa.Table, path: Path) -> None:
    table = table.combine_chunks()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _read_arrow(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
