"""Rows on their way in: the sources of one relation, read in batches and grouped by bucket.

Owns what becomes of a row between its source and its bucket: the customer's number, the tag, hidden texts, and the
counts of the source it came from. Refuses to hold a whole relation in memory: some runs and a batch are the most.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.history import folding
from primum.history.arranging import Arranging, one
from primum.history.interning import Numbering, Tags
from primum.history.layout import INSTANT, Relation, column_for, rows_for
from primum.history.sorting import group_by_bucket
from primum.history.spill import Spill
from primum.identity import IdentityKey
from primum.identity.hidden import hide
from primum.words.views import SourceView, usable

BATCH_ROWS = 262_144
NODE = "node"
"""The column that holds the number of a row's key, in histories whose keys are linked: it tells who moves."""
Progress = Callable[[str, int], None]
"""Called with a step's name and the rows it has done since the last call."""


class Linking(Protocol):
    """Who the customer of a key is."""

    @property
    def tables(self) -> dict[str, str]:
        """Per source, a relation (key, code[, key_kind][, node])."""

    @property
    def has_master(self) -> bool:
        """Whether it says of each key its node as well."""


@dataclass
class SourceTally:
    """What became of one source's rows."""

    rows: int = 0
    unlinked: int = 0
    repeated: int = 0
    folded: int = 0
    """Rows that told another status of a contact that an earlier row had begun."""
    alike: int = 0
    """... of contacts no row of which told another status: what is mapped as their id may be none."""
    ids_of_several: int = 0
    """Ids that stand under more than one customer, each of whom keeps a contact of their own."""
    ignored: int = 0
    """Rows of an event log whose event means nothing here."""
    first: int | None = None
    last: int | None = None
    extents: dict[int, tuple[int, int]] = field(default_factory=dict)
    """First and last instant by file (its place in the source)."""

    def note(self, file: np.ndarray, at: pa.Array) -> None:
        """Count rows and their extent in time."""
        self.rows += len(file)
        files = [int(file[0])] if len(file) and file.min() == file.max() else np.unique(file).tolist()
        for number in files:
            extent = pc.min_max(at if len(files) == 1 else at.filter(pa.array(file == number)))
            low, high = extent["min"].as_py(), extent["max"].as_py()
            if low is None:
                continue
            first, last = self.extents.get(number, (low, high))
            self.extents[number] = (min(first, low), max(last, high))
            self.first = low if self.first is None else min(self.first, low)
            self.last = high if self.last is None else max(self.last, high)


@dataclass
class Whereabouts:
    """Where each customer lies: bucket and position within it, by code."""

    buckets: int
    bucket_of: np.ndarray
    local: np.ndarray
    sizes: np.ndarray
    members: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def flat(cls, customers: int) -> "Whereabouts":
        """One bucket in which everybody keeps their code."""
        local = np.arange(customers, dtype=np.int32)
        return cls(1, np.zeros(customers, np.int16), local, np.array([customers]))

    def numbers(self) -> np.ndarray:
        """Customers numbered bucket by bucket, by code."""
        return np.asarray((np.cumsum(self.sizes) - self.sizes)[self.bucket_of] + self.local)


class Intake:
    """Reads the sources of one relation into runs.

    `spill` holds the rows so far, `tags` their tags, `tallies` what became of the rows of each of `sources`; `plain`
    are the columns beside the fixed ones; `arranging` puts the rows of a bucket in order.
    """

    def __init__(
        self,
        relation: Relation,
        sources: Sequence[SourceView],
        tallies: dict[str, SourceTally],
        first_file: dict[str, int],
        runs: Path,
        key: IdentityKey,
        tags: Tags | None = None,
    ) -> None:
        self.relation = relation
        self._key = key
        self.whereabouts = Whereabouts(1, np.empty(0, np.int16), np.empty(0, np.int32), np.zeros(1, np.int64))
        self.tallies = tallies
        self.sources = [s.name for s in sources]
        self._first_file = first_file
        self._source_of_file = np.concatenate(
            [np.zeros(first_file[sources[0].name], np.int64), *_owners(sources, first_file)]
        )
        self.tags = tags or Tags(relation.tag)
        self._runs = runs
        self.spill = Spill(runs, 1)
        self._ahead: dict[str, tuple[Spill, Numbering]] = {}
        self.plain = [n for n in relation.plain if any(_holds(s, n) for s in sources)]
        self._with_nodes = False
        self.folds = folding.HISTORY in relation.plain and "id" in self.plain
        if self.folds:
            self.plain.append(folding.HISTORY)
        self.arranging = Arranging(self.tags, self._source_of_file, self.sources, [s.zone for s in sources], self.folds)

    def read(
        self,
        con: duckdb.DuckDBPyConnection,
        source: SourceView,
        linked: Linking,
        department: str | None,
        tell: Progress,
    ) -> None:
        """Stream one source's rows, each with its customer's code, into runs."""
        reader = con.execute(self._query(source, linked)).to_arrow_reader(BATCH_ROWS)
        for batch in _chunks(reader):
            self._add(batch, source, department)
            tell(f"reading {source.name}", batch.num_rows)

    def open(self, layout: Whereabouts, *, with_nodes: bool) -> None:
        """Customers are known from here on; `with_nodes`: rows keep the number of their key, for it may move."""
        self.whereabouts = layout
        self._with_nodes = with_nodes
        self.spill = Spill(self._runs / "grouped", layout.buckets)

    def read_ahead(self, source: SourceView, department: str | None, tell: Progress) -> pa.Table:
        """Read one source directly; its rows wait until customers are known. Returns its keys with their counts."""
        assert source.direct is not None
        waiting = Spill(self._runs / f"ahead-{self.sources.index(source.name)}", 0)
        numbering = Numbering()
        keys: list[np.ndarray] = []
        counts = np.zeros(0, np.int64)
        for batch in source.direct.batches(BATCH_ROWS):
            key = one(batch["key"])
            numbers, fresh = numbering.numbers(key.fill_null(0).to_numpy() if key.null_count else key.to_numpy())
            if key.null_count:
                numbers[key.is_null().to_numpy(zero_copy_only=False)] = -1
            keys.append(fresh)
            counts = np.concatenate([counts, np.zeros(numbering.count - len(counts), np.int64)])
            counts += np.bincount(numbers[numbers >= 0], minlength=numbering.count)
            self._note(source, batch)
            table = self._table(batch, source, department, numbers)
            waiting.add(table, np.array([0, table.num_rows], np.int64))
            tell(f"reading {source.name}", batch.num_rows)
        found = np.concatenate(keys) if keys else np.empty(0, np.int64)
        self._ahead[source.name] = (waiting, numbering)
        used = counts > 0
        return pa.table({"key": found[used], "n": counts[used]})

    def settle(self, con: duckdb.DuckDBPyConnection, source: SourceView, linked: Linking) -> None:
        """Give the rows that were read ahead their customers."""
        waiting, numbering = self._ahead.pop(source.name)
        count = numbering.count
        code_of_number, node_of_number = (np.full(count + 1, -1, np.int32) for _ in range(2))
        if source.name in linked.tables:
            node = ", node" if self._with_nodes else ""
            link = con.execute(f"SELECT key, code{node} FROM {linked.tables[source.name]}").to_arrow_table()
            numbers, _ = numbering.numbers(link["key"].to_numpy())
            own = numbers < count
            code_of_number[numbers[own]] = link["code"].to_numpy()[own]
            if self._with_nodes:
                node_of_number[numbers[own]] = link["node"].to_numpy()[own]
        for table in waiting.runs():
            number = one(table["customer"]).to_numpy()
            self._group(table, code_of_number[number], source, node_of_number[number] if self._with_nodes else None)

    def _query(self, source: SourceView, linked: Linking) -> str:
        relation = self.relation
        names = [n for n in (*relation.tag, *self.plain) if _holds(source, n)]
        held = "".join(f', v."{column_for(relation, source.kind, n)}" AS "{n}"' for n in names)
        code, join = "NULL::INTEGER AS code, NULL::INTEGER AS node", ""
        if source.name in linked.tables:
            code = "l.code, l.node" if self._with_nodes else "l.code"
            join = f"LEFT JOIN {linked.tables[source.name]} l ON {join_of(source)}"
        where = f"WHERE {usable(source, 'v.')} AND {rows_for(relation, source.kind)}"
        at = f'v."{relation.at}"' if relation.at in source.columns else "NULL::TIMESTAMP"
        return f'SELECT {code}, {at} AS "{relation.at}", v.file, v.row{held} FROM {source.view} v {join} {where}'

    def _add(self, batch: pa.Table, source: SourceView, department: str | None) -> None:
        self._note(source, batch)
        code = _codes(batch["code"])
        node = _codes(batch["node"]) if self._with_nodes else None
        self._group(self._table(batch, source, department, code), code, source, node)

    def _table(self, batch: pa.Table, source: SourceView, department: str | None, number: np.ndarray) -> pa.Table:
        """A batch in the history's columns; `customer` holds `number` for now."""
        constants: dict[str, pa.Array | str | None] = {"source": source.name}
        held = {n: one(batch[n]) for n in self.relation.tag if n in batch.column_names}
        if "department" in self.relation.tag and department:
            constants["department"] = department
            if "department" in held:
                constants["department"] = pc.fill_null(_plain(held["department"]), department)
        data = {
            "customer": pa.array(number, pa.int32()),
            "at": _instant(batch, self.relation.at),
            "tag": pa.array(self.tags.codes({**held, **constants}, batch.num_rows)),
            "file": pa.array(one(batch["file"]).to_numpy() + np.int32(self._first_file[source.name]), pa.int32()),
            "row": one(batch["row"]).cast(pa.int32()),
        }
        for name in self.plain:
            kind = self.relation.plain[name]
            if name in batch.column_names:
                column = _plain(one(batch[name])).cast(kind)
                what = self.relation.hidden.get(name)
                data[name] = hide(self._key, what, column) if what else column
            else:
                data[name] = pa.nulls(batch.num_rows, kind)
        return pa.table(data)

    def _group(self, table: pa.Table, code: np.ndarray, source: SourceView, node: np.ndarray | None) -> None:
        """Put rows into runs by bucket, each with its customer's place in the bucket (and its key, where given)."""
        if node is not None:
            table = table.append_column(NODE, pa.array(node, pa.int32()))
        layout = self.whereabouts
        order, offsets = group_by_bucket(code, layout.bucket_of, layout.buckets)
        self.tallies[source.name].unlinked += int(offsets[-1] - offsets[-2])
        customer = np.where(code >= 0, layout.local[np.maximum(code, 0)], -1) if len(layout.local) else code
        table = table.set_column(0, "customer", pa.array(customer, pa.int32()))
        self.spill.add(table.take(pa.array(order)).combine_chunks(), offsets)

    def _note(self, source: SourceView, batch: pa.Table) -> None:
        """Count a source's rows and their extent in time."""
        at = _instant(batch, self.relation.at).cast(pa.int64())
        self.tallies[source.name].note(one(batch["file"]).to_numpy(), at)

    @property
    def count(self) -> int:
        """Rows so far."""
        return self.spill.rows

    def rows(self) -> pa.Table:
        """All rows that were grouped into one bucket, those without a customer behind the others."""
        parts = [t for t in (self.spill.bucket(0), self.spill.bucket(1)) if t is not None]
        return pa.concat_tables(parts) if parts else pa.table({})


def _owners(sources: Sequence[SourceView], first_file: dict[str, int]) -> list[np.ndarray]:
    """Position of the source (among `sources`) that each file belongs to, from the first source's files on."""
    ends = [first_file[s.name] for s in sources[1:]] + [first_file[sources[-1].name] + len(sources[-1].files)]
    return [
        np.full(end - first_file[s.name], position, np.int64)
        for position, (s, end) in enumerate(zip(sources, ends, strict=True))
    ]


def join_of(source: SourceView) -> str:
    """SQL: a row of a source's view `v` against its link table `l`."""
    return "v.key = l.key" if len(source.key_kinds) == 1 else "v.key = l.key AND v.key_kind = l.key_kind"


def _holds(source: SourceView, name: str) -> bool:
    base = name.removesuffix("_precision")
    return name in source.columns or (base != name and base in source.columns)


def _instant(batch: pa.Table, name: str) -> pa.Array:
    if name not in batch.column_names:
        return pa.nulls(batch.num_rows, INSTANT)
    return one(batch[name]).cast(INSTANT)


def _plain(array: pa.Array) -> pa.Array:
    """Texts without a dictionary."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    array = one(column)
    filled = pc.fill_null(array, -1) if array.null_count else array
    return np.asarray(filled.to_numpy(zero_copy_only=False), np.int32)


def _chunks(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Tables of about BATCH_ROWS rows, whatever the size of the reader's batches."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        if rows >= BATCH_ROWS:
            yield pa.Table.from_batches(held).combine_chunks()
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held).combine_chunks()
