"""Writing buckets: rows that were grouped are sorted, folded and written, bucket by bucket.

Owns the files of a base. Refuses to hold more than one bucket per thread.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from primum.history.arranging import Part, one
from primum.history.ids import IdSample
from primum.history.intake import Intake, Progress, Whereabouts, join_of
from primum.identity import IdentityKey, Linked
from primum.identity.hidden import hide
from primum.words.views import SourceView, usable

THREADS = 2
TOLD = "told"
"""The folder, beside the buckets, of what the rows of folded contacts told one by one."""
DELTA = ("customer", "file")
"""Columns written as differences: sorted or constant."""


def write_rows(table: pa.Table, path: Path) -> None:
    """Write sorted rows: numbers plain and uncompressed, since every audit reads them again; texts compressed."""
    texts = [f.name for f in table.schema if pa.types.is_string(f.type)]
    plain = [f.name for f in table.schema if f.name not in texts]
    pq.write_table(
        table,
        path,
        compression=dict.fromkeys(texts, "zstd") | dict.fromkeys(plain, "none"),
        use_dictionary=texts,
        column_encoding={n: "DELTA_BINARY_PACKED" if n in DELTA else "PLAIN" for n in plain},
        write_statistics=["customer"],
        row_group_size=1 << 18,
    )


class BucketWriter:
    """Writes the buckets of one relation once all its rows are in."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def write(self, folder: Path, tell: Progress) -> tuple[int, int]:
        """Sort, fold and write every bucket; returns the rows with and without a customer."""
        folder.mkdir(parents=True)
        rows = without = 0
        if self._intake.spill:
            ids = IdSample(self._intake.spill.rows, len(self._intake.sources))
            rows = self._write_buckets(folder, ids, tell)
            without = self._write_unlinked(folder, ids)
            for name, count in zip(self._intake.sources, ids.of_several().tolist(), strict=True):
                self._intake.tallies[name].ids_of_several += count
        pq.write_table(self._intake.tags.table(), folder / "tags.parquet", compression="zstd")
        return rows, without

    def _write_buckets(self, folder: Path, ids: IdSample, tell: Progress) -> int:
        """Every bucket; tags that folding adds are numbered in the order of buckets, whatever the threads do."""

        def write(part: Part) -> tuple[int, list[int]]:
            if len(part.order):
                write_rows(part.rows(), folder / f"{part.bucket:04d}.parquet")
            self._write_told(part, folder, f"{part.bucket:04d}")
            tell(f"sorting {self._intake.relation.name}", len(part.order))
            return len(part.order), part.repeated

        def sort_and_write(bucket: int) -> tuple[int, list[int]]:
            return write(self._sorted(bucket))

        buckets = range(self._intake.whereabouts.buckets)
        results: list[tuple[int, list[int]]] = []
        with ThreadPoolExecutor(THREADS) as pool:
            if not self._intake.folds:
                results += pool.map(sort_and_write, buckets)
            for low in range(0, len(buckets) if self._intake.folds else 0, THREADS):
                parts = [self._joined(p, ids) for p in pool.map(self._sorted, buckets[low : low + THREADS])]
                results += pool.map(write, parts)
        for _, repeated in results:
            for name, count in zip(self._intake.sources, repeated, strict=True):
                self._intake.tallies[name].repeated += count
        return sum(rows for rows, _ in results)

    def _sorted(self, bucket: int) -> Part:
        return self._intake.arranging.part(
            bucket, self._intake.spill.bucket(bucket), int(self._intake.whereabouts.sizes[bucket])
        )

    def _joined(self, part: Part, ids: IdSample) -> Part:
        """A part with the tags of its folded contacts joined; what folding found is counted."""
        if part.folded is None:
            return part
        ids.add(part.folded.ids, part.folded.id_sources)
        for position, name in enumerate(self._intake.sources):
            tally = self._intake.tallies[name]
            tally.repeated += int(part.folded.tally.repeated[position])
            tally.folded += int(part.folded.tally.folded[position])
            tally.alike += int(part.folded.tally.alike[position])
        return self._intake.arranging.joined(part)

    def _write_unlinked(self, folder: Path, ids: IdSample) -> int:
        """The rows without a customer, in order of arrival; those of one source and id are one."""
        rest = self._intake.spill.bucket(self._intake.whereabouts.buckets)
        if rest is None:
            return 0
        part = self._joined(self._intake.arranging.nobody(rest), ids)
        rest = part.rows().drop_columns(["customer"])
        write_rows(rest, folder / "unlinked.parquet")
        self._write_told(part, folder, "unlinked")
        return int(rest.num_rows)

    @staticmethod
    def _write_told(part: Part, folder: Path, name: str) -> None:
        """Keep what each row of a folded contact told, so that a later row can join them."""
        if part.folded is not None and part.folded.told.num_rows:
            (folder / TOLD).mkdir(exist_ok=True)
            write_rows(part.folded.told, folder / TOLD / f"{name}.parquet")


def write_customers(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[SourceView],
    key: IdentityKey,
    linked: Linked,
    layout: Whereabouts,
    folder: Path,
) -> None:
    """`customers/BUCKET.parquet`: row = the customer's number within the bucket; `unit` where households are."""
    table = linked.customers
    if table["unit"].equals(table["id"]):
        table = table.drop_columns(["unit"])
    for name, column in _customer_fields(con, sources, linked).items():
        table = table.append_column(name, hide(key, "open", one(column)) if name == "attributes" else column)
    (folder / "customers").mkdir()
    for bucket, codes in enumerate(layout.members):
        part = table if layout.buckets == 1 else table.take(pa.array(codes))
        pq.write_table(part, folder / "customers" / f"{bucket:04d}.parquet", use_dictionary=False)


def _customer_fields(
    con: duckdb.DuckDBPyConnection, sources: Sequence[SourceView], linked: Linked
) -> dict[str, pa.ChunkedArray]:
    """Zone, country and further fields of each customer: the first row of the first source that has them."""
    own = [s for s in sources if s.kind == "customers" and s.name in linked.tables]
    known = {"zone": "VARCHAR", "country": "VARCHAR", "since": "TIMESTAMP", "value": "DOUBLE", "attributes": "VARCHAR"}
    names = [n for n in known if any(n in s.columns for s in own)]
    if not own or not names:
        return {}
    selects = []
    for position, s in enumerate(own):
        held = ", ".join(f"v.{n} AS {n}" if n in s.columns else f"NULL::{known[n]} AS {n}" for n in names)
        selects.append(
            f"SELECT l.code, {position} AS source, v.file, v.row, {held} "
            f"FROM {s.view} v JOIN {linked.tables[s.name]} l "
            f"ON {join_of(s)} WHERE l.code >= 0 AND {usable(s, 'v.')}"
        )
    firsts = ", ".join(f"arg_min({n}, (source, file, row)) AS {n}" for n in names)
    found = con.execute(
        f"SELECT code, {firsts} FROM ({' UNION ALL '.join(selects)}) GROUP BY code ORDER BY code"
    ).to_arrow_table()
    place = np.full(linked.customers.num_rows, -1, np.int64)
    place[found["code"].to_numpy()] = np.arange(found.num_rows)
    rows = pa.array(place, mask=place < 0)
    return {n: found[n].take(rows) for n in names}
