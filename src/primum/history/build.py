"""Building the history: sources' rows, each with its customer, into sorted Parquet buckets.

Owns the one way rows take: batches with customer codes -> runs grouped by bucket -> sorted buckets. Refuses to hold a
whole relation in memory: some runs, a batch and one bucket per thread are the most it holds.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.history import folding
from primum.history.arranging import Arranging, Part, one
from primum.history.ids import IdSample
from primum.history.interning import Numbering, Tags
from primum.history.layout import INSTANT, RELATIONS, VERSION, Relation, bucket_count, column_for, rows_for
from primum.history.manifest import Manifest, SharedEntry, SourceEntry, order_of_shared
from primum.history.sorting import group_by_bucket
from primum.history.spill import Spill
from primum.identity import IdentityKey, Linked
from primum.identity.hidden import hide
from primum.words.masking import masked_identifier
from primum.words.views import SourceView, usable

BATCH_ROWS = 262_144
THREADS = 2
NODE = "node"
"""The column that holds the number of a row's key, in histories whose keys are linked: it tells who moves."""
TOLD = "told"
"""The folder, beside the buckets, of what the rows of folded contacts told one by one."""
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


@dataclass
class _Layout:
    """Where each customer lies: bucket and position within it, by code."""

    buckets: int
    bucket_of: np.ndarray
    local: np.ndarray
    sizes: np.ndarray
    members: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def flat(cls, customers: int) -> "_Layout":
        """One bucket in which everybody keeps their code."""
        local = np.arange(customers, dtype=np.int32)
        return cls(1, np.zeros(customers, np.int16), local, np.array([customers]))

    def numbers(self) -> np.ndarray:
        """Customers numbered bucket by bucket, by code."""
        return np.asarray((np.cumsum(self.sizes) - self.sizes)[self.bucket_of] + self.local)


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
        self.relations: dict[str, _RelationWriter] = {}
        for relation in RELATIONS:
            own = [s for s in sources if rows_for(relation, s.kind)]
            if own:
                runs = scratch / "runs" / relation.name
                self.relations[relation.name] = _RelationWriter(
                    relation, own, self.tallies, first_file, runs, key, (tags or {}).get(relation.name)
                )

    def read_ahead(self, progress: Progress | None = None) -> None:
        """Read every source that can be read directly."""
        for source in self.sources:
            writer = self.relations.get(source.kind)
            if writer is not None and source.direct is not None:
                self.keys[source.name] = writer.read_ahead(
                    source, self.departments.get(source.name), progress or _silent
                )

    def read_all(
        self, con: duckdb.DuckDBPyConnection, name: str, linked: Linking, layout: "_Layout", tell: Progress
    ) -> "_RelationWriter":
        """Group all rows of a relation by bucket, each with its customer; returns what holds them."""
        writer = self.relations[name]
        writer.open(layout, with_nodes=linked.has_master)
        for source in self.sources:
            if source.kind == name and source.name in self.keys:
                writer.settle(con, source, linked)
            elif rows_for(writer.relation, source.kind):
                writer.read(con, source, linked, self.departments.get(source.name), tell)
        return writer

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
        layout = _Layout.flat(customers)
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
    _write_customers(con, reading, linked, layout, folder)
    read: dict[str, int] = {}
    rows: dict[str, int] = {}
    unlinked: dict[str, int] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for name in reading.relations:
        writer = reading.read_all(con, name, linked, layout, tell)
        read[name] = writer.count
        rows[name], unlinked[name] = writer.write(folder / name, tell)
        columns[name] = tuple(writer.plain)
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


def _owners(sources: Sequence[SourceView], first_file: dict[str, int]) -> list[np.ndarray]:
    """Position of the source (among `sources`) that each file belongs to, from the first source's files on."""
    ends = [first_file[s.name] for s in sources[1:]] + [first_file[sources[-1].name] + len(sources[-1].files)]
    return [
        np.full(end - first_file[s.name], position, np.int64)
        for position, (s, end) in enumerate(zip(sources, ends, strict=True))
    ]


def _contact_rows(sources: Sequence[SourceView]) -> int:
    return sum(f.rows for s in sources if s.kind in ("contacts", "events") for f in s.files)


def _lay_out(linked: Linked, buckets: int) -> _Layout:
    hashes = linked.customers["hash"].to_numpy()
    bucket_of = (hashes % np.uint64(buckets)).astype(np.int16)
    members = [np.flatnonzero(bucket_of == b) for b in range(buckets)]
    local = np.empty(len(hashes), np.int32)
    for codes in members:
        local[codes] = np.arange(len(codes), dtype=np.int32)
    return _Layout(buckets, bucket_of, local, np.array([len(m) for m in members]), members)


def _write_customers(
    con: duckdb.DuckDBPyConnection, reading: Reading, linked: Linked, layout: _Layout, folder: Path
) -> None:
    """`customers/BUCKET.parquet`: row = the customer's number within the bucket; `unit` where households are."""
    table = linked.customers
    if table["unit"].equals(table["id"]):
        table = table.drop_columns(["unit"])
    for name, column in _customer_fields(con, reading.sources, linked).items():
        table = table.append_column(name, hide(reading.key, "open", one(column)) if name == "attributes" else column)
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
            f"ON {_join(s)} WHERE l.code >= 0 AND {usable(s, 'v.')}"
        )
    firsts = ", ".join(f"arg_min({n}, (source, file, row)) AS {n}" for n in names)
    found = con.execute(
        f"SELECT code, {firsts} FROM ({' UNION ALL '.join(selects)}) GROUP BY code ORDER BY code"
    ).to_arrow_table()
    place = np.full(linked.customers.num_rows, -1, np.int64)
    place[found["code"].to_numpy()] = np.arange(found.num_rows)
    rows = pa.array(place, mask=place < 0)
    return {n: found[n].take(rows) for n in names}


def _join(source: SourceView) -> str:
    return "v.key = l.key" if len(source.key_kinds) == 1 else "v.key = l.key AND v.key_kind = l.key_kind"


class _RelationWriter:
    """Reads the sources of one relation into runs, then writes its buckets."""

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
        self._layout = _Layout(1, np.empty(0, np.int16), np.empty(0, np.int32), np.zeros(1, np.int64))
        self._tallies = tallies
        self._sources = [s.name for s in sources]
        self._first_file = first_file
        self._source_of_file = np.concatenate(
            [np.zeros(first_file[sources[0].name], np.int64), *_owners(sources, first_file)]
        )
        self._tags = tags or Tags(relation.tag)
        self._runs = runs
        self._spill = Spill(runs, 1)
        self._ahead: dict[str, tuple[Spill, Numbering]] = {}
        self.plain = [n for n in relation.plain if any(_holds(s, n) for s in sources)]
        self._with_nodes = False
        self._folds = folding.HISTORY in relation.plain and "id" in self.plain
        if self._folds:
            self.plain.append(folding.HISTORY)
        self._arranging = Arranging(
            self._tags, self._source_of_file, self._sources, [s.zone for s in sources], self._folds
        )

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

    def open(self, layout: _Layout, *, with_nodes: bool) -> None:
        """Customers are known from here on; `with_nodes`: rows keep the number of their key, for it may move."""
        self._layout = layout
        self._with_nodes = with_nodes
        self._spill = Spill(self._runs / "grouped", layout.buckets)

    def read_ahead(self, source: SourceView, department: str | None, tell: Progress) -> pa.Table:
        """Read one source directly; its rows wait until customers are known. Returns its keys with their counts."""
        assert source.direct is not None
        waiting = Spill(self._runs / f"ahead-{self._sources.index(source.name)}", 0)
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
            join = f"LEFT JOIN {linked.tables[source.name]} l ON {_join(source)}"
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
            "tag": pa.array(self._tags.codes({**held, **constants}, batch.num_rows)),
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
        layout = self._layout
        order, offsets = group_by_bucket(code, layout.bucket_of, layout.buckets)
        self._tallies[source.name].unlinked += int(offsets[-1] - offsets[-2])
        customer = np.where(code >= 0, layout.local[np.maximum(code, 0)], -1) if len(layout.local) else code
        table = table.set_column(0, "customer", pa.array(customer, pa.int32()))
        self._spill.add(table.take(pa.array(order)).combine_chunks(), offsets)

    def _note(self, source: SourceView, batch: pa.Table) -> None:
        """Count a source's rows and their extent in time."""
        at = _instant(batch, self.relation.at).cast(pa.int64())
        self._tallies[source.name].note(one(batch["file"]).to_numpy(), at)

    @property
    def count(self) -> int:
        """Rows so far."""
        return self._spill.rows

    def rows(self) -> pa.Table:
        """All rows that were grouped into one bucket, those without a customer behind the others."""
        parts = [t for t in (self._spill.bucket(0), self._spill.bucket(1)) if t is not None]
        return pa.concat_tables(parts) if parts else pa.table({})

    @property
    def tags(self) -> Tags:
        """The tags of all rows so far."""
        return self._tags

    def write(self, folder: Path, tell: Progress) -> tuple[int, int]:
        """Sort, fold and write every bucket; returns the rows with and without a customer."""
        folder.mkdir(parents=True)
        rows = without = 0
        if self._spill:
            ids = IdSample(self._spill.rows, len(self._sources))
            rows = self._write_buckets(folder, ids, tell)
            without = self._write_unlinked(folder, ids)
            for name, count in zip(self._sources, ids.of_several().tolist(), strict=True):
                self._tallies[name].ids_of_several += count
        pq.write_table(self._tags.table(), folder / "tags.parquet", compression="zstd")
        return rows, without

    def _write_buckets(self, folder: Path, ids: IdSample, tell: Progress) -> int:
        """Every bucket; tags that folding adds are numbered in the order of buckets, whatever the threads do."""

        def write(part: Part) -> tuple[int, list[int]]:
            if len(part.order):
                write_rows(part.rows(), folder / f"{part.bucket:04d}.parquet")
            self._write_told(part, folder, f"{part.bucket:04d}")
            tell(f"sorting {self.relation.name}", len(part.order))
            return len(part.order), part.repeated

        def sort_and_write(bucket: int) -> tuple[int, list[int]]:
            return write(self._sorted(bucket))

        buckets = range(self._layout.buckets)
        results: list[tuple[int, list[int]]] = []
        with ThreadPoolExecutor(THREADS) as pool:
            if not self._folds:
                results += pool.map(sort_and_write, buckets)
            for low in range(0, len(buckets) if self._folds else 0, THREADS):
                parts = [self._joined(p, ids) for p in pool.map(self._sorted, buckets[low : low + THREADS])]
                results += pool.map(write, parts)
        for _, repeated in results:
            for name, count in zip(self._sources, repeated, strict=True):
                self._tallies[name].repeated += count
        return sum(rows for rows, _ in results)

    def _sorted(self, bucket: int) -> Part:
        return self._arranging.part(bucket, self._spill.bucket(bucket), int(self._layout.sizes[bucket]))

    def _joined(self, part: Part, ids: IdSample) -> Part:
        """A part with the tags of its folded contacts joined; what folding found is counted."""
        if part.folded is None:
            return part
        ids.add(part.folded.ids, part.folded.id_sources)
        for position, name in enumerate(self._sources):
            tally = self._tallies[name]
            tally.repeated += int(part.folded.tally.repeated[position])
            tally.folded += int(part.folded.tally.folded[position])
            tally.alike += int(part.folded.tally.alike[position])
        return self._arranging.joined(part)

    def _write_unlinked(self, folder: Path, ids: IdSample) -> int:
        """The rows without a customer, in order of arrival; those of one source and id are one."""
        rest = self._spill.bucket(self._layout.buckets)
        if rest is None:
            return 0
        part = self._joined(self._arranging.nobody(rest), ids)
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
