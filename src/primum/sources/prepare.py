"""From a source's declaration to a view in our words.

Owns the order of it: find the files, read or stage them, run the query, map. Refuses to decide what is wrong with the
strategy itself (`strategy.check` has).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from primum.sources.database import Database
from primum.sources.delimited import ROW, Delimited
from primum.sources.direct import Direct, direct_reading
from primum.sources.expressions import RefusedSqlError, check_tables, checked_query, literal, quoted
from primum.sources.lines import Lines
from primum.sources.mapping import Mapped, Relation, map_source
from primum.sources.rejects import Reject, RejectLog
from primum.sources.resolve import file_specs, format_of, matching, shown_name, source_files
from primum.sources.workbook import Workbook
from primum.strategy.models import FileSpec, Source, Strategy
from primum.words.errors import Complaint, SourceError

Progress = Callable[[str, int], None]


class Reader(Protocol):
    """Reads one file; every batch holds texts and `__row`."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The file's readable rows."""


READERS: dict[str, Callable[[Path, FileSpec, RejectLog], Reader]] = {
    "csv": Delimited,
    "jsonl": Lines,
    "excel": Workbook,
    "sqlite": Database,
}


@dataclass(frozen=True)
class ReadFile:
    """One file as it was read. `counted`: its rows are rows of the source (not so for the tables of a query)."""

    name: str
    bytes: int
    rows: int
    rejected: int
    counted: bool = True


@dataclass(frozen=True)
class Prepared:
    """A source as a view (see ARCHITECTURE.md)."""

    name: str
    kind: str
    view: str
    columns: dict[str, str]
    key_kinds: tuple[str, ...]
    identifier_kinds: tuple[str, ...]
    files: tuple[ReadFile, ...]
    rejects: tuple[Reject, ...]
    can_reject: bool
    mapped: frozenset[str]
    warnings: tuple[str, ...]
    direct: Direct | None = None
    """The same rows without the engine, where the mapping is simple and no row can be rejected."""


def prepare(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: Source,
    strategy: Strategy,
    root: Path,
    scratch: Path,
    progress: Progress | None = None,
) -> Prepared:
    """Make the view of one source.

    Args:
        con: gets the view `source_NAME` and what it rests on.
        root: the folder of the strategy; file names are relative to it.
        scratch: a folder for staged copies of what is not Parquet.

    Raises: SourceError with every complaint.
    """
    source_files(name, source, root)
    stage = _Stage(con, name, root, scratch, progress)
    tables = {table: stage.table(table, spec) for table, spec in file_specs(source)}
    relation = stage.query(source, tables) if source.query else tables[""]
    mapped = map_source(source, relation, strategy.zone, name)
    if mapped.complaints:
        shown = ", ".join(source.files) or f"the query of {', '.join(source.tables)}"
        raise SourceError(
            [
                Complaint(shown, 0, 0, f"source '{name}': {what}", cure)
                for what, cure in dict.fromkeys(mapped.complaints)
            ]
        )
    view = quoted(f"source_{name}")
    try:
        con.execute(f"CREATE OR REPLACE VIEW {view} AS {mapped.sql}")
        can_reject = _can_reject(con, mapped, view, relation)
        if not can_reject:
            con.execute(f"CREATE OR REPLACE VIEW {view} AS {mapped.bare}")
    except duckdb.Error as error:
        raise SourceError(
            [Complaint(", ".join(source.files), 0, 0, f"source '{name}': the mapping fails: {_short(error)}", "")]
        ) from None
    return Prepared(
        name,
        source.kind,
        view,
        mapped.columns,
        mapped.key_kinds,
        mapped.identifier_kinds,
        tuple(stage.files),
        tuple(stage.rejects),
        can_reject,
        frozenset(mapped.columns),
        tuple(stage.warnings),
        None if can_reject else stage.direct(source, relation, strategy.zone),
    )


def _can_reject(con: duckdb.DuckDBPyConnection, mapped: Mapped, view: str, relation: Relation) -> bool:
    """Whether the mapping may reject a row. Texts may always; of typed files each check is asked, by its short cut."""
    if relation.texts:
        con.execute(f"FROM {view} LIMIT 0")
        return bool(mapped.checks)
    slow = [c for c in mapped.checks if c.probe is None]
    probes = [c.probe for c in mapped.checks if c.probe is not None]
    if slow:
        probes.append(f"SELECT 1 FROM {view} WHERE reject_column IS NOT NULL LIMIT 1")
    con.execute(f"FROM {view} LIMIT 0")
    return any(con.execute(probe).fetchone() is not None for probe in probes)


class _Stage:
    """Reads the files of one source."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, name: str, root: Path, scratch: Path, progress: Progress | None
    ) -> None:
        self._con, self._name, self._root, self._scratch = con, name, root, scratch
        self._tell = progress or (lambda step, done: None)
        self.files: list[ReadFile] = []
        self.rejects: list[Reject] = []
        self.warnings: list[str] = []
        self._schemas: list[list[tuple[str, str]]] = []

    def table(self, table: str, spec: FileSpec) -> Relation:
        """One table of the source: all its files, united by column name."""
        paths = [p for pattern in spec.files for p in matching(self._root, pattern)]
        formats = {format_of(p, spec.format, self._name) for p in paths}
        if formats == {"parquet"}:
            return self._parquet(table, paths)
        parts: list[Path] = []
        columns: list[list[str]] = []
        for path in dict.fromkeys(paths):
            staged, names = self._stage(table, path, spec)
            parts += staged
            columns.append(names)
        self._compare(columns, paths)
        names = list(dict.fromkeys(n for found in columns for n in found))
        relation = quoted(f"rows_{self._name}_{table}")
        if not parts:
            empty = ", ".join(f"NULL::VARCHAR AS {quoted(n)}" for n in names)
            select = f"SELECT {empty}{', ' if empty else ''}NULL::INTEGER AS __file, NULL::BIGINT AS __row WHERE false"
        else:
            listed = ", ".join(literal(p.as_posix()) for p in parts)
            select = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
        self._con.execute(f"CREATE OR REPLACE VIEW {relation} AS {select}")
        return Relation(relation, dict.fromkeys(names, "VARCHAR") | {"__file": "INTEGER", "__row": "BIGINT"}, True)

    def _stage(self, table: str, path: Path, spec: FileSpec) -> tuple[list[Path], list[str]]:
        """Write one file's rows as Parquet; a new part begins where new columns appear."""
        number = len(self.files)
        shown = shown_name(path, self._root)
        log = RejectLog(shown)
        reader = READERS[format_of(path, spec.format, self._name)](path, spec, log)
        parts: list[Path] = []
        writer: pq.ParquetWriter | None = None
        names: dict[str, None] = {}
        rows = 0
        try:
            for batch in _columns_first(reader, names):
                table_batch = pa.Table.from_batches([batch]).append_column(
                    "__file", pa.array([number] * batch.num_rows, pa.int32())
                )
                if writer is None or writer.schema != table_batch.schema:
                    if writer is not None:
                        writer.close()
                    parts.append(self._scratch / f"{_safe(self._name)}-{_safe(table)}-{number}-{len(parts)}.parquet")
                    writer = pq.ParquetWriter(parts[-1], table_batch.schema, compression="lz4", write_statistics=False)
                writer.write_table(table_batch)
                rows += batch.num_rows
                self._tell(f"preparing {self._name}", batch.num_rows)
        finally:
            if writer is not None:
                writer.close()
        self.rejects += log.rejects
        self.files.append(ReadFile(shown, path.stat().st_size, rows + log.count, log.count))
        return parts, [n for n in names if n != ROW]

    def _compare(self, columns: list[list[str]], paths: Sequence[Path]) -> None:
        everything = {n for found in columns for n in found}
        for found, path in zip(columns, dict.fromkeys(paths), strict=True):
            lacking = sorted(everything - set(found))
            if lacking and found:
                self.warnings.append(
                    f"{path.name} lacks columns that other files of the source have: {', '.join(lacking)}"
                )

    def _parquet(self, table: str, paths: Sequence[Path]) -> Relation:
        paths = list(dict.fromkeys(paths))
        first = len(self.files)
        for path in paths:
            shown = shown_name(path, self._root)
            try:
                metadata = pq.read_metadata(path)
                rows = metadata.num_rows
                self._schemas.append([(f.name, str(f.type)) for f in metadata.schema.to_arrow_schema()])
            except (pa.ArrowInvalid, OSError) as error:
                raise SourceError(
                    [
                        Complaint(
                            shown,
                            0,
                            0,
                            f"source '{self._name}': the Parquet file is damaged or cut off ({_short(error)}).",
                            "Copy or export it again: a Parquet file without its end cannot be read.",
                        )
                    ]
                ) from None
            self.files.append(ReadFile(shown, path.stat().st_size, rows, 0))
        listed = ", ".join(literal(p.as_posix()) for p in paths)
        number = f"{first}::INTEGER"
        if len(paths) > 1:
            number = f"(list_position([{listed}], filename) - 1 + {first})::INTEGER"
        options = "file_row_number = true, filename = true, union_by_name = true"
        relation = quoted(f"rows_{self._name}_{table}")
        try:
            self._con.execute(
                f"CREATE OR REPLACE VIEW {relation} AS SELECT * EXCLUDE (filename, file_row_number), "
                f"{number} AS __file, file_row_number + 1 AS __row FROM read_parquet([{listed}], {options})"
            )
            described = self._con.execute(f"DESCRIBE {relation}").fetchall()
        except duckdb.Error as error:
            raise SourceError(
                [Complaint(", ".join(p.name for p in paths), 0, 0, f"source '{self._name}': {_short(error)}", "")]
            ) from None
        return Relation(relation, {str(n): str(t) for n, t, *_ in described}, False)

    def direct(self, source: Source, relation: Relation, zone: str) -> Direct | None:
        """How to read the source without the engine, if that is possible: one schema, typed files, a simple mapping."""
        if relation.texts or source.query or len({tuple(s) for s in self._schemas}) != 1:
            return None
        paths = list(dict.fromkeys(p for pattern in source.files for p in matching(self._root, pattern)))
        return direct_reading(source, relation.types, paths, 0, zone, self._name)

    def query(self, source: Source, tables: dict[str, Relation]) -> Relation:
        """The rows of the source's query, in a fixed order, as a file of their own."""
        listed = ", ".join(source.tables)
        try:
            bare = self._bare(tables)
            sql = checked_query(str(source.query), bare)
            check_tables(self._con, sql, bare.values())
            target = self._scratch / f"{_safe(self._name)}-query.parquet"
            where = literal(target.as_posix())
            self._con.execute(f"COPY (FROM ({sql}) ORDER BY ALL) TO {where} (FORMAT parquet, COMPRESSION lz4)")
        except RefusedSqlError as error:
            raise self._refused(listed, f"the query is refused: {error}") from None
        except duckdb.Error as error:
            raise self._refused(listed, f"the query fails: {_short(error)}") from None
        rows = pq.read_metadata(target).num_rows
        self.files = [ReadFile(f.name, f.bytes, f.rows, f.rejected, counted=False) for f in self.files]
        self.files.append(ReadFile(f"query of {listed}", 0, rows, 0))
        relation = quoted(f"rows_{self._name}")
        self._con.execute(
            f"CREATE OR REPLACE VIEW {relation} AS SELECT * EXCLUDE (file_row_number), "
            f"{len(self.files) - 1}::INTEGER AS __file, file_row_number + 1 AS __row "
            f"FROM read_parquet({where}, file_row_number = true)"
        )
        described = self._con.execute(f"DESCRIBE {relation}").fetchall()
        return Relation(relation, {str(n): str(t) for n, t, *_ in described}, False)

    def _bare(self, tables: dict[str, Relation]) -> dict[str, str]:
        """Views of the tables without our own columns, so that `*` and set operations see only what the files hold."""
        found = {}
        for name, relation in tables.items():
            view = f"table_{self._name}_{name}"
            self._con.execute(
                f"CREATE OR REPLACE VIEW {quoted(view)} AS SELECT * EXCLUDE (__file, __row) FROM {relation.name}"
            )
            found[name] = view
        return found

    def _refused(self, listed: str, what: str) -> SourceError:
        cure = f"It may read {listed}, and nothing else."
        return SourceError([Complaint(f"query of {listed}", 0, 0, f"source '{self._name}': {what}", cure)])


def _columns_first(reader: Reader, names: dict[str, None]) -> Iterator[pa.RecordBatch]:
    """The reader's batches; `names` collects every column in the order of appearance, those of empty files too."""
    for batch in reader.batches():
        names.update(dict.fromkeys(batch.schema.names))
        if batch.num_rows:
            yield batch
    for name in getattr(reader, "names", ()):
        names.setdefault(name)


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
