"""Building the history: sources' rows, each with its customer, into sorted Parquet buckets.

Owns the one way rows take: batches with customer codes -> runs grouped by bucket (`intake`) -> sorted buckets
(`writing`). Refuses to know how a row is read, and how it is written.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from primum.history.intake import Intake, Linking, Progress, SourceTally, Whereabouts
from primum.history.interning import Tags
from primum.history.layout import RELATIONS, VERSION, bucket_count, rows_for
from primum.history.manifest import Manifest, SharedEntry, SourceEntry, order_of_shared
from primum.history.writing import BucketWriter, write_customers
from primum.identity import IdentityKey, Linked
from primum.words.masking import masked_identifier
from primum.words.views import SourceView, usable


@dataclass(frozen=True)
class Built:
    """What a build wrote; the caller completes it to a manifest."""

    buckets: int
    tallies: dict[str, SourceTally]
    rows: dict[str, int]
    unlinked: dict[str, int]
    columns: dict[str, tuple[str, ...]]
    read: dict[str, int]
    """Rows that were read by relation, those that became part of another one included."""
    numbers: np.ndarray
    """The number for good of each customer, by code: they are numbered bucket by bucket."""


def manifest_of(built: Built, linked: Linked, sources: Sequence[SourceEntry]) -> Manifest:
    """The manifest of a built history."""
    shared = [
        SharedEntry(s.kind, masked_identifier(s.kind, s.value), s.why, s.customers, s.contacts, s.hash)
        for s in linked.shared
    ]
    return Manifest(
        VERSION,
        built.buckets,
        tuple(sources),
        tuple(sorted(shared, key=order_of_shared)),
        linked.merged,
        linked.customers.num_rows,
        linked.kinds,
        built.rows,
        built.unlinked,
        built.columns,
        duckdb.__version__,
        linked.not_people,
        read=built.read,
        next_customer=linked.customers.num_rows,
        keyed=linked.keyed,
        has_master=linked.has_master,
    )


class Reading:
    """The rows of all sources on their way into a history.

    Sources that can be read directly are read before customers are linked: their rows wait under a running number of
    their key, so that finding the distinct keys costs no reading of its own. The others are read afterwards, joined
    with their customer.
    """

    def __init__(
        self,
        sources: Sequence[SourceView],
        departments: dict[str, str | None],
        scratch: Path,
        key: IdentityKey,
        tags: Mapping[str, Tags] | None = None,
    ) -> None:
        """Args:
        sources: every source, in the order in which files are numbered.
        departments: per source, the department that a row without one belongs to.
        scratch: a folder for runs; what is put there is deleted by `build_history`.
        key: makes ids, addresses and the like unreadable.
        tags: per relation, the tags to go on from.
        """
        self.sources = sources
        self.scratch = scratch
        self.departments = departments
        self.key = key
        self.tallies = {s.name: SourceTally() for s in sources}
        self.keys: dict[str, pa.Table] = {}
        """Per source that was read ahead: its distinct keys (`key`, int64) and how many rows use each (`n`)."""
        first_file = _first_files(sources)
        self.relations: dict[str, Intake] = {}
        for relation in RELATIONS:
            own = [s for s in sources if rows_for(relation, s.kind)]
            if own:
                runs = scratch / "runs" / relation.name
                self.relations[relation.name] = Intake(
                    relation, own, self.tallies, first_file, runs, key, (tags or {}).get(relation.name)
                )

    def read_ahead(self, progress: Progress | None = None) -> None:
        """Read every source that can be read directly."""
        for source in self.sources:
            intake = self.relations.get(source.kind)
            if intake is not None and source.direct is not None:
                self.keys[source.name] = intake.read_ahead(
                    source, self.departments.get(source.name), progress or _silent
                )

    def read_all(
        self, con: duckdb.DuckDBPyConnection, name: str, linked: Linking, layout: Whereabouts, tell: Progress
    ) -> Intake:
        """Group all rows of a relation by bucket, each with its customer; returns what holds them."""
        intake = self.relations[name]
        intake.open(layout, with_nodes=linked.has_master)
        for source in self.sources:
            if source.kind == name and source.name in self.keys:
                intake.settle(con, source, linked)
            elif rows_for(intake.relation, source.kind):
                intake.read(con, source, linked, self.departments.get(source.name), tell)
        return intake

    def count_others(self, con: duckdb.DuckDBPyConnection) -> None:
        """Count the rows that belong to no relation."""
        for source in self.sources:
            tally = self.tallies[source.name]
            if source.kind in ("customers", "identifiers"):
                tally.rows = _rows_where(con, source, "true")
            elif source.kind == "events":
                tally.ignored = _rows_where(con, source, "status IS NULL AND kind IS NULL")
                tally.rows += tally.ignored

    def rows(
        self, con: duckdb.DuckDBPyConnection, linked: Linking, customers: int, progress: Progress | None = None
    ) -> dict[str, pa.Table]:
        """All rows by relation, unsorted; `customer` is the code that `linked` gives, -1 for nobody.

        Args:
            customers: codes are below this number.
        """
        layout = Whereabouts.flat(customers)
        found = {name: self.read_all(con, name, linked, layout, progress or _silent).rows() for name in self.relations}
        self.count_others(con)
        shutil.rmtree(self.scratch / "runs", ignore_errors=True)
        return found


def _silent(step: str, rows: int) -> None:
    """Progress nobody watches."""


def build_history(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    linked: Linked,
    folder: Path,
    *,
    buckets: int | None = None,
    progress: Progress | None = None,
) -> Built:
    """Write the buckets of every relation below `folder`.

    Args:
        con: holds the sources' views and the link tables.
        reading: the sources; those that were not read ahead are read now.
        buckets: a power of two; by default about 600,000 contacts a bucket.

    Raises: duckdb.Error where a source fails while being read.
    """
    tell = progress or _silent
    folder.mkdir(parents=True, exist_ok=True)
    layout = _lay_out(linked, buckets or bucket_count(_contact_rows(reading.sources)))
    write_customers(con, reading.sources, reading.key, linked, layout, folder)
    read: dict[str, int] = {}
    rows: dict[str, int] = {}
    unlinked: dict[str, int] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for name in reading.relations:
        intake = reading.read_all(con, name, linked, layout, tell)
        read[name] = intake.count
        rows[name], unlinked[name] = BucketWriter(intake).write(folder / name, tell)
        columns[name] = tuple(intake.plain)
    reading.count_others(con)
    shutil.rmtree(reading.scratch / "runs", ignore_errors=True)
    return Built(layout.buckets, reading.tallies, rows, unlinked, columns, read, layout.numbers())


def _rows_where(con: duckdb.DuckDBPyConnection, source: SourceView, condition: str) -> int:
    found = con.execute(f"SELECT count(*) FROM {source.view} WHERE {condition} AND {usable(source)}").fetchone()
    return int(found[0]) if found else 0


def _first_files(sources: Sequence[SourceView]) -> dict[str, int]:
    """Where each source's files begin in the numbering of all files (sources in order, files in order)."""
    first, numbers = 0, {}
    for source in sources:
        numbers[source.name] = first
        first += len(source.files)
    return numbers


def _contact_rows(sources: Sequence[SourceView]) -> int:
    return sum(f.rows for s in sources if s.kind in ("contacts", "events") for f in s.files)


def _lay_out(linked: Linked, buckets: int) -> Whereabouts:
    hashes = linked.customers["hash"].to_numpy()
    bucket_of = (hashes % np.uint64(buckets)).astype(np.int16)
    members = [np.flatnonzero(bucket_of == b) for b in range(buckets)]
    local = np.empty(len(hashes), np.int32)
    for codes in members:
        local[codes] = np.arange(len(codes), dtype=np.int32)
    return Whereabouts(buckets, bucket_of, local, np.array([len(m) for m in members]), members)
