"""From a source's declaration to a view in our words.

Owns the order of it: find the files, read or stage them, run the query, map. Refuses to decide what is wrong with the
strategy itself (`strategy.check` has).
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from primum.sources.accidents import Profile, judged
from primum.sources.database import Database
from primum.sources.delimited import ROW, Delimited
from primum.sources.direct import Direct, direct_reading
from primum.sources.expressions import RefusedSqlError, check_tables, checked_query, literal, quoted
from primum.sources.file_dates import DatedFile
from primum.sources.lines import Lines
from primum.sources.mapping import Mapped, Relation, Setting, map_source
from primum.sources.parquet import Schema, reserved, schema_of, united
from primum.sources.profile import Facts, profiled
from primum.sources.rejects import Reject, RejectLog, personal_columns
from primum.sources.resolve import (
    file_specs,
    format_of,
    matching,
    missing_replaced,
    replaced_files,
    shown_name,
    source_files,
)
from primum.sources.warnings import (
    CountedFile,
    SourceWarning,
    cut_off,
    lacking,
    only_midnights,
    replaces_nothing,
    two_types,
)
from primum.sources.workbook import Workbook
from primum.sources.zeros import Digits
from primum.strategy.models import FileSpec, Source, Strategy
from primum.strategy.positions import Positions
from primum.words.durations import parse_duration
from primum.words.errors import Complaint, SourceError
from primum.words.masking import masked_text

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


TITLES = 10
"""Lines above the header that are looked through when the mapping's columns are not in it."""


@dataclass(frozen=True)
class ReadFile:
    """One file as it was read. `counted`: its rows are rows of the source (not so for the tables of a query)."""

    name: str
    bytes: int
    rows: int
    rejected: int
    counted: bool = True
    modified_ns: int = 0
    """When it was last changed, since 1970."""
    replaced: bool = False
    """Whether a corrected file stands for it, so that none of its rows is used."""
    columns: tuple[str, ...] = ()
    """Its columns, with their types where files have types."""
    typed: bool = False
    whole: bool = True
    """Whether all of its rows were read, not only the first."""


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
    warnings: tuple[SourceWarning, ...]
    zone: str
    """The zone of times that carry none, in which dates are days."""
    direct: Direct | None = None
    """The same rows without the engine, where the mapping is simple and no row can be rejected."""
    digits: tuple[Digits, ...] = ()
    """How identifiers are written, to be compared with other sources (see `zeros.eaten_zeros`)."""
    personal: frozenset[str] = frozenset()
    """Columns whose values name somebody (see `rejects.personal_columns`)."""
    seen: tuple[Facts, ...] | None = None
    """What was seen of each file's columns; None where nobody looked."""
    only_days: tuple[tuple[str, str], ...] = ()
    """Instants whose columns hold midnights alone, so that they are days: (attribute, column)."""

    @property
    def replaced(self) -> int:
        """Rows of files for which a corrected file stands."""
        return sum(f.rows for f in self.files if f.replaced)


def prepare(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: Source,
    strategy: Strategy,
    root: Path,
    scratch: Path,
    progress: Progress | None = None,
    positions: Positions | None = None,
    first: int | None = None,
) -> Prepared:
    """Make the view of one source.

    Args:
        con: gets the view `source_NAME` (see `slug`) and what it rests on.
        root: the folder of the strategy; file names are relative to it.
        scratch: a folder for staged copies of what is not Parquet.
        positions: where things stand in the strategy, for complaints about the mapping.
        first: read about so many rows of each file that has to be copied, for a look at it; then rows are not profiled.

    Raises: SourceError with every complaint.
    """
    shown = [file for file, _ in source_files(name, source, root)]
    stage = _Stage(con, name, root, scratch, progress, replaced_files(name, source, shown), first)
    tables = {table: stage.table(table, spec) for table, spec in file_specs(source)}
    relation = stage.query(source, tables) if source.query else tables[""]
    files = () if source.query else stage.dated()
    mapped = map_source(source, relation, Setting(strategy.zone, files, lands_after(strategy)), name)
    if mapped.complaints:
        raise SourceError(_complaints(name, source, mapped, positions, stage.titles(source)))
    view = quoted(f"source_{slug(name)}")
    try:
        con.execute(f"CREATE OR REPLACE VIEW {view} AS {mapped.sql}")
        can_reject = _can_reject(con, mapped, view, relation)
        if not can_reject:
            con.execute(f"CREATE OR REPLACE VIEW {view} AS {mapped.bare}")
    except duckdb.Error as error:
        what = f"source '{name}': the mapping fails: {_short(error)}"
        raise SourceError([Complaint(", ".join(source.files), 0, 0, what, "")]) from None
    direct = None
    if not (can_reject or "handed_over" in mapped.columns):
        direct = stage.direct(source, relation, strategy.zone, mapped.only_days)
    profile, seen = Profile(), None
    if direct is None and first is None:
        seen = profiled(con, source, relation, len(stage.files), strategy.customers.country)
        by_file = dict(zip((f.name for f in stage.files), seen, strict=True))
        profile = judged(name, source, by_file, strategy.customers.country)
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
        (
            *stage.warnings,
            *about_files(name, [f for f in stage.files if f.whole and not f.replaced], mapped.only_days.items()),
            *profile.warnings,
            *(replaces_nothing(name, what) for what in missing_replaced(source, shown)),
        ),
        source.zone or strategy.zone,
        direct,
        profile.digits,
        personal_columns(source),
        seen,
        tuple(mapped.only_days.items()),
    )


class TypedFile(CountedFile, Protocol):
    """A file that may have types."""

    @property
    def typed(self) -> bool:
        """Whether its columns have types."""


def about_files(name: str, files: Sequence[TypedFile], only_days: Iterable[tuple[str, str]]) -> list[SourceWarning]:
    """What the lengths of a source's files and its times tell; `only_days`: (attribute, column) of midnights alone."""
    days = [only_midnights(name, column, attribute) for attribute, column in only_days]
    return [*cut_off(name, files, [f.name for f in files if f.typed]), *days]


def lands_after(strategy: Strategy) -> dict[str, int]:
    """How long a contact is under way (microseconds), by the channels of which the strategy says so."""
    said = {n: parse_duration(c.lands_after).microseconds for n, c in strategy.channels.items() if c.lands_after}
    return {channel: under_way for channel, under_way in said.items() if under_way}


def _complaints(name: str, source: Source, mapped: Mapped, positions: Positions | None, titles: str) -> list[Complaint]:
    """What is wrong with a mapping, at its place in the strategy where that is known.

    `titles`: what to do where lines stand above the header; empty where none do.
    """
    complaints = []
    for below, what, cure in dict.fromkeys(mapped.complaints):
        file, line, column = ", ".join(source.files) or f"the query of {', '.join(source.tables)}", 0, 0
        if positions is not None:
            path = ("data", "sources", name, *below)
            inner = next((p for p in ((*path, n) for n in ("column", "sql", "file_name")) if positions.has(p)), path)
            place = positions.value(inner)
            file, line, column = place.file, place.line, place.column
        cure = titles if titles and what.startswith("there is no column") else cure
        complaints.append(Complaint(file, line, column, f"source '{name}': {what}", cure))
    return complaints


def slug(name: str) -> str:
    """A name for the engine and for files: never that of another source, though they ignore capitals and signs."""
    if re.fullmatch("[a-z0-9_]{0,60}", name):
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{re.sub('[^a-z0-9]', '_', name.lower())[:40]}-{mark}"


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
        self,
        con: duckdb.DuckDBPyConnection,
        name: str,
        root: Path,
        scratch: Path,
        progress: Progress | None,
        replaced: Collection[str],
        first: int | None,
    ) -> None:
        self._con, self._name, self._root, self._scratch = con, name, root, scratch
        self._replaced, self._first_rows = replaced, first
        self._tell = progress or (lambda step, done: None)
        self.files: list[ReadFile] = []
        self.rejects: list[Reject] = []
        self.warnings: list[SourceWarning] = []
        self._schemas: list[list[tuple[str, str]]] = []

    def table(self, table: str, spec: FileSpec) -> Relation:
        """One table of the source: all its files, united by column name."""
        paths = [p for pattern in spec.files for p in matching(self._root, pattern)]
        formats = {format_of(p, spec.format, self._name) for p in paths}
        if formats == {"parquet"}:
            return self._parquet(table, paths)
        if "parquet" in formats:
            what = f"its files have different formats: {', '.join(sorted(formats))}."
            raise self._wrong(", ".join(spec.files), what, "Make a source of each format, with the same mapping.")
        parts: list[Path] = []
        columns: list[list[str]] = []
        spelled: dict[str, str] = {}
        for path in dict.fromkeys(paths):
            staged, names = self._stage(table, path, spec, spelled)
            parts += staged
            columns.append(names)
        self._compare(columns, paths)
        names = list(dict.fromkeys(n for found in columns for n in found))
        if not names:
            raise self._wrong(", ".join(spec.files), "no row tells its columns: the files are empty.", self._first())
        relation = self._relation(table)
        if not parts:
            empty = ", ".join(f"NULL::VARCHAR AS {quoted(n)}" for n in names)
            select = f"SELECT {empty}{', ' if empty else ''}NULL::INTEGER AS __file, NULL::BIGINT AS __row WHERE false"
        else:
            listed = ", ".join(literal(p.as_posix()) for p in parts)
            select = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
        self._con.execute(f"CREATE OR REPLACE VIEW {relation} AS {self._current(select)}")
        return Relation(
            relation,
            dict.fromkeys(names, "VARCHAR") | {"__file": "INTEGER", "__row": "BIGINT"},
            True,
            self._type_of(relation),
            self._some(relation),
        )

    def _stage(self, table: str, path: Path, spec: FileSpec, spelled: dict[str, str]) -> tuple[list[Path], list[str]]:
        """Write one file's rows as Parquet; `spelled` holds each column as the first file spells it."""
        number = len(self.files)
        shown = shown_name(path, self._root)
        log = RejectLog(shown)
        names: dict[str, None] = {}
        writer = _Parts(self._scratch / f"{slug(self._name)}-{slug(table)}-{number}", number)
        try:
            reader = READERS[format_of(path, spec.format, self._name)](path, spec, log)
            batches = _columns_first(reader, names)
            for batch in batches:
                if batch.schema.names.count(ROW) > 1:
                    self._check_names(shown, [ROW])
                writer.write(batch.rename_columns([spelled.setdefault(n.casefold(), n) for n in batch.schema.names]))
                self._tell(f"preparing {self._name}", batch.num_rows)
                if self._first_rows is not None and writer.rows >= self._first_rows:
                    break
            whole = next(batches, None) is None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            what = f"the gzip file is damaged or cut off ({_short(error).strip('.')})."
            raise self._wrong(shown, what, "Export or copy it again.") from None
        except OSError as error:
            what = f"the file cannot be read ({error.strerror or error})."
            raise self._wrong(shown, what, "Look at its permissions and at the disk.") from None
        finally:
            writer.close()
        replaced = shown in self._replaced
        self.rejects += [] if replaced else log.rejects
        rejected = 0 if replaced else log.count
        found = [n for n in names if n != ROW]
        self._read(shown, path, writer.rows + log.count, rejected, found, whole=whole)
        self._check_names(shown, found)
        return writer.paths, [spelled.setdefault(n.casefold(), n) for n in found]

    def _read(
        self,
        shown: str,
        path: Path,
        rows: int,
        rejected: int,
        columns: Sequence[str],
        *,
        typed: bool = False,
        whole: bool = True,
    ) -> None:
        """Note a file that was read."""
        state, replaced = path.stat(), shown in self._replaced
        self.files.append(
            ReadFile(
                shown,
                state.st_size,
                rows,
                rejected,
                modified_ns=state.st_mtime_ns,
                replaced=replaced,
                columns=tuple(columns),
                typed=typed,
                whole=whole,
            )
        )

    def dated(self) -> tuple[DatedFile, ...]:
        """The files whose rows are used, by their number."""
        return tuple(DatedFile(i, f.name, f.modified_ns) for i, f in enumerate(self.files) if not f.replaced)

    def _current(self, select: str) -> str:
        """The rows of a table without those of replaced files."""
        gone = [str(i) for i, f in enumerate(self.files) if f.replaced]
        return f"FROM ({select}) WHERE __file NOT IN ({', '.join(gone)})" if gone else select

    def _first(self) -> str:
        """A cure for a source of which no row could be read."""
        if not self.rejects:
            return "Export it again; an empty export needs at least a header."
        first = self.rejects[0]
        return f"The first of {len(self.rejects)} rows that cannot be read is row {first.row}: {first.reason}."

    def _compare(self, columns: list[list[str]], paths: Sequence[Path]) -> None:
        everything = {n.casefold(): n for found in columns for n in found}
        for found, path in zip(columns, dict.fromkeys(paths), strict=True):
            held = {n.casefold() for n in found}
            missing = sorted(n for folded, n in everything.items() if folded not in held)
            if missing and found:
                rows = next((f.rows for f in self.files if f.name == shown_name(path, self._root)), 0)
                self.warnings.append(lacking(self._name, path.name, missing, rows))

    def _parquet(self, table: str, paths: Sequence[Path]) -> Relation:
        paths = list(dict.fromkeys(paths))
        first = len(self.files)
        schemas: list[Schema] = []
        for path in paths:
            shown = shown_name(path, self._root)
            try:
                schema = schema_of(path)
            except (pa.ArrowInvalid, OSError) as error:
                what = f"the Parquet file is damaged or cut off ({_short(error)})."
                cure = "Copy or export it again: a Parquet file without its end cannot be read."
                raise self._wrong(shown, what, cure) from None
            self._check_names(shown, list(schema.families))
            schemas.append(schema)
            self._read(shown, path, schema.rows, 0, [f"{name}: {kind}" for name, kind in schema.types], typed=True)
        self._schemas += [list(s.types) for s in schemas]
        self._compare([list(s.families) for s in schemas], paths)
        found = united(paths, schemas, first)
        rows = sum(s.rows for s in schemas)
        self.warnings += [two_types(self._name, column, families, rows) for column, families in found.disagree]
        relation = self._relation(table)
        try:
            self._con.execute(f"CREATE OR REPLACE VIEW {relation} AS {self._current(found.select)}")
            described = self._con.execute(f"DESCRIBE {relation}").fetchall()
        except duckdb.Error as error:
            shown = ", ".join(shown_name(p, self._root) for p in paths)
            raise self._wrong(
                shown, f"the Parquet file cannot be read ({_short(error)}).", "Export it again."
            ) from None
        return Relation(
            relation, {str(n): str(t) for n, t, *_ in described}, False, self._type_of(relation), self._some(relation)
        )

    def _type_of(self, relation: str) -> Callable[[str], str]:
        def type_of(sql: str) -> str:
            try:
                described = self._con.execute(f"DESCRIBE SELECT {sql} AS x FROM {relation}").fetchone()
            except duckdb.Error as error:
                raise ValueError(_short(error).partition(" LINE 1:")[0]) from None
            return str(described[1]) if described else ""

        return type_of

    def _some(self, relation: str) -> Callable[[str], bool]:
        def some(condition: str) -> bool:
            return self._con.execute(f"SELECT 1 FROM {relation} WHERE {condition} LIMIT 1").fetchone() is not None

        return some

    def titles(self, source: Source) -> str:
        """What to do where the columns of the mapping stand some lines below the first; empty where they do not."""
        wanted = {e.column.casefold() for e in (*source.map.values(), *source.attributes.values()) if e.column}
        wanted |= {c.casefold() for c in (*source.key.values(), *source.identifiers.values())}
        for path in dict.fromkeys(p for pattern in source.files for p in matching(self._root, pattern)):
            if wanted and (above := _lines_above(path, source, self._name, wanted)):
                return (
                    f"{path.name} has its columns in line {source.skip_rows + above + 1}: if what stands above is a"
                    f" title, say `skip_rows: {source.skip_rows + above}`."
                )
        return ""

    def _relation(self, table: str) -> str:
        return quoted(f"rows_{slug(self._name)}|{slug(table)}")

    def _wrong(self, shown: str, what: str, cure: str) -> SourceError:
        return SourceError([Complaint(shown, 0, 0, f"source '{self._name}': {what}", cure)])

    def _check_names(self, shown: str, names: Sequence[str]) -> None:
        """Refuse columns that the engine could not tell from one another, or from our own."""
        ours = reserved(names)
        if ours is not None:
            raise self._wrong(shown, f"the name of the column '{ours}' is reserved.", "Rename it in the export.")
        spelled: dict[str, str] = {}
        for name in names:
            other = spelled.setdefault(name.casefold(), name)
            if other != name:
                what = f"the columns '{other}' and '{name}' differ only in capitals, so the mapping would be a guess."
                raise self._wrong(shown, what, "Rename one of them in the export.")

    def direct(self, source: Source, relation: Relation, zone: str, only_days: Collection[str]) -> Direct | None:
        """How to read the source without the engine, if that is possible: one schema, typed files, a simple mapping."""
        if relation.texts or source.query or len({tuple(s) for s in self._schemas}) != 1:
            return None
        paths = list(dict.fromkeys(p for pattern in source.files for p in matching(self._root, pattern)))
        return direct_reading(source, relation.types, paths, 0, zone, self._name, only_days)

    def query(self, source: Source, tables: dict[str, Relation]) -> Relation:
        """The rows of the source's query, in a fixed order, as a file of their own."""
        listed = ", ".join(source.tables)
        try:
            bare = self._bare(tables)
            sql = checked_query(str(source.query), bare)
            check_tables(self._con, sql, bare.values())
            target = self._scratch / f"{slug(self._name)}-query.parquet"
            where = literal(target.as_posix())
            self._con.execute(f"COPY (FROM ({sql}) ORDER BY ALL) TO {where} (FORMAT parquet, COMPRESSION lz4)")
        except RefusedSqlError as error:
            raise self._refused(listed, f"the query is refused: {error}") from None
        except duckdb.Error as error:
            raise self._refused(listed, f"the query fails: {_short(error)}") from None
        schema = schema_of(target)
        if (ours := reserved(schema.families)) is not None:
            raise self._refused(listed, f"the name of the column '{ours}' is reserved.")
        rows = schema.rows
        self.files = [replace(f, counted=False) for f in self.files]
        self.files.append(ReadFile(f"query of {listed}", 0, rows, 0))
        relation = quoted(f"rows_{slug(self._name)}")
        self._con.execute(
            f"CREATE OR REPLACE VIEW {relation} AS SELECT * EXCLUDE (file_row_number), "
            f"{len(self.files) - 1}::INTEGER AS __file, file_row_number + 1 AS __row "
            f"FROM read_parquet({where}, file_row_number = true)"
        )
        described = self._con.execute(f"DESCRIBE {relation}").fetchall()
        return Relation(
            relation, {str(n): str(t) for n, t, *_ in described}, False, self._type_of(relation), self._some(relation)
        )

    def _bare(self, tables: dict[str, Relation]) -> dict[str, str]:
        """Views of the tables without our own columns, so that `*` and set operations see only what the files hold."""
        found = {}
        for name, relation in tables.items():
            view = f"table_{slug(self._name)}|{slug(name)}"
            self._con.execute(
                f"CREATE OR REPLACE VIEW {quoted(view)} AS SELECT * EXCLUDE (__file, __row) FROM {relation.name}"
            )
            found[name] = view
        return found

    def _refused(self, listed: str, what: str) -> SourceError:
        cure = f"It may read {listed}, and nothing else."
        return SourceError([Complaint(f"query of {listed}", 0, 0, f"source '{self._name}': {what}", cure)])


def _lines_above(path: Path, spec: FileSpec, source: str, wanted: set[str]) -> int:
    """How many lines below the place of the header the wanted columns stand; 0 where they are not found."""
    make = READERS.get(format_of(path, spec.format, source))
    if make not in (Delimited, Workbook):
        return 0
    for above in range(1, TITLES + 1):
        reader = make(path, spec.model_copy(update={"skip_rows": spec.skip_rows + above}), RejectLog(path.name))
        names: dict[str, None] = {}
        try:
            next(_columns_first(reader, names), None)
        except (SourceError, OSError, EOFError, zlib.error):
            continue
        if wanted <= {n.casefold() for n in names}:
            return above
    return 0


def _columns_first(reader: Reader, names: dict[str, None]) -> Iterator[pa.RecordBatch]:
    """The reader's batches; `names` collects every column in the order of appearance, those of empty files too."""
    for batch in reader.batches():
        names.update(dict.fromkeys(batch.schema.names))
        if batch.num_rows:
            yield batch
    for name in getattr(reader, "names", ()):
        names.setdefault(name)


class _Parts:
    """Parquet files for the rows of one file; a new one begins where new columns appear."""

    def __init__(self, stem: Path, number: int) -> None:
        self._stem, self._number = stem, number
        self._writer: pq.ParquetWriter | None = None
        self.paths: list[Path] = []
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Add a batch."""
        file = pa.repeat(pa.scalar(self._number, pa.int32()), batch.num_rows)
        table = pa.Table.from_batches([batch]).append_column("__file", file)
        if self._writer is None or self._writer.schema != table.schema:
            self.close()
            self.paths.append(self._stem.with_name(f"{self._stem.name}-{len(self.paths)}.parquet"))
            self._writer = pq.ParquetWriter(self.paths[-1], table.schema, compression="lz4", write_statistics=False)
        self._writer.write_table(table)
        self.rows += batch.num_rows

    def close(self) -> None:
        """End the last file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _short(error: Exception) -> str:
    """What went wrong, on one line; engines quote values of rows."""
    return masked_text(" ".join(str(error).split()))[:300]
