"""Compacting: a base and its delta become one new base, without reading a source.

Owns the rewriting of buckets once a delta holds more than a tenth of the rows. Refuses to settle anything: the merged
rows are in their order already, and customers, files, tags and keys keep what they are; only the customers' numbers for
good are given anew, bucket by bucket.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from primum.history.manifest import Manifest
from primum.history.read import History
from primum.history.runs import column
from primum.history.seating import Base
from primum.history.told import places, told_of, without
from primum.history.writing import THREADS, TOLD, write_rows

MOST = 0.1
"""A delta that changes more than this share of the rows is compacted."""


def is_due(manifest: Manifest) -> bool:
    """Whether so much stands beside the buckets that reading them costs more than writing them anew."""
    held = sum(manifest.rows.values()) + sum(manifest.unlinked.values())
    return bool(manifest.delta) and manifest.delta_rows > MOST * held


def compact(history: History, folder: Path) -> np.ndarray:
    """Write the merged buckets below `folder`.

    Returns: the new number for good of each customer, by the old one; -1 for those who are no more.
    """
    old, delta = Base.open(history.base, history.manifest.buckets), history.delta
    assert delta is not None
    numbers = np.full(history.manifest.next_customer, -1, np.int64)
    (folder / "customers").mkdir(parents=True, exist_ok=True)
    start = 0
    for b in history.buckets:
        seats = delta.seating.seats(b, old.size(b))
        alive = np.flatnonzero(seats >= 0)
        numbers[old.starts[b] + alive] = start + seats[alive]
        added = delta.seating.added(b)
        numbers[column(added, "code")] = start + column(added, "customer")
        table = history.customers(b)
        pq.write_table(table, folder / "customers" / f"{b:04d}.parquet", use_dictionary=False)
        start += table.num_rows
    for relation in history.manifest.rows:
        _write_relation(history, old, relation, folder / relation)
    return numbers


def _write_relation(history: History, old: Base, relation: str, folder: Path) -> None:
    folder.mkdir()
    pq.write_table(history.tags(relation), folder / "tags.parquet", compression="zstd")

    def bucket(b: int) -> None:
        name = old.path(relation, b).name
        rows = history.unlinked(relation) if b == old.buckets else history.table(relation, b)
        if rows is not None and rows.num_rows:
            write_rows(_plain_types(rows, old.path(relation, b)), folder / name)
        told = _told(history, old, relation, b)
        if told is not None and told.num_rows:
            (folder / TOLD).mkdir(exist_ok=True)
            write_rows(told.combine_chunks(), folder / TOLD / name)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(bucket, range(old.buckets + 1)))


def _plain_types(rows: pa.Table, before: Path) -> pa.Table:
    """The rows with the columns in the order and of the types of the file before, where there was one."""
    if before.exists():
        schema = pq.read_schema(before)
        rows = rows.select(schema.names).cast(pa.schema([schema.field(n) for n in schema.names]))
    return rows.combine_chunks()


def _told(history: History, old: Base, relation: str, bucket: int) -> pa.Table | None:
    """What was told of the rows of a bucket as of now."""
    told, run = old.told(relation, bucket), history.delta.run(relation) if history.delta is not None else None
    if run is None:
        return told
    gone = run.missing(bucket)
    if told is not None and len(gone):
        rows = old.read(relation, bucket, ["file", "row"])
        assert rows is not None
        told = without(told, places(rows.take(pa.array(gone))))
    if told is not None and run.tag_map is not None:
        at = told.schema.get_field_index("tag")
        told = told.set_column(at, "tag", pa.array(run.tag_map[column(told, "tag")]))
    more = told_of(run.told, run.added(bucket))
    found = [t for t in (told, more) if t is not None]
    return pa.concat_tables(found, promote_options="default") if found else None


def compacted(manifest: Manifest, base: str, links: str) -> Manifest:
    """The manifest of a history whose buckets were written anew."""
    return replace(
        manifest, base=base, delta="", delta_rows=0, links=links, links_since="", next_customer=manifest.customers
    )
