"""What a file holds, before anybody has said how to read it: its tables, their columns and a sample of their values.

Owns the guesses of encoding, delimiter, title rows, sheets and tables. Refuses to guess what a column means.
"""

import codecs
import csv
import gzip
import io
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, cast
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.sources.database import Database
from primum.sources.delimited import DELIMITERS, ROW, Delimited
from primum.sources.guess_dates import dates_of
from primum.sources.lines import Lines
from primum.sources.mapping import BLANKS
from primum.sources.rejects import RejectLog
from primum.sources.resolve import format_of
from primum.sources.workbook import Workbook
from primum.strategy.models import FileSpec
from primum.words.errors import Complaint, SourceError

SCANNED: Final = 50_000
"""Rows of a table that are looked at for its words."""
SCANNED_BYTES: Final = 64 << 20
SAMPLED: Final = 500
"""Rows whose values are looked at one by one."""
SPREAD: Final = 1_500
"""Further values, taken evenly from the rows behind the sample."""
DISTINCT: Final = 20_000
TITLES: Final = 30
"""Rows among which the header is looked for."""


@dataclass(frozen=True)
class Column:
    """One column as the sample shows it; values are trimmed texts, empty ones left out."""

    name: str
    type: str
    """`text`, `number` or `instant`: what the file itself says (Parquet does)."""
    values: tuple[str, ...]
    words: dict[str, int]
    """Distinct value -> rows, most frequent first; over all rows that were looked at."""
    filled: int
    rows: int

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.words)

    @property
    def is_unique(self) -> bool:
        """Whether hardly a value comes twice."""
        return self.filled > 0 and self.distinct >= 0.98 * min(self.filled, DISTINCT)


@dataclass(frozen=True)
class Table:
    """One table of one file, and how to read it."""

    path: Path
    spec: FileSpec
    format: str
    columns: tuple[Column, ...]
    rows: int
    """Rows that were looked at."""
    notes: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(c.name for c in self.columns)


def tables_of(path: Path) -> tuple[list[Table], list[str]]:
    """Every table of a file, and what is to be said about parts that cannot be used.

    Raises: SourceError where the file as a whole cannot be read.
    """
    kind = format_of(path, None, path.name)
    try:
        if kind == "csv":
            return [_delimited(path)], []
        if kind == "jsonl":
            return [_lines(path)], []
        if kind == "parquet":
            return [_parquet(path)], []
        return _sheets(path) if kind == "excel" else _database(path)
    except (OSError, EOFError, UnicodeError, pa.ArrowException, csv.Error) as error:
        raise _wrong(path, f"cannot be read ({' '.join(str(error).split())[:160]}).", "Export it again.") from None


def _wrong(path: Path, what: str, cure: str = "") -> SourceError:
    return SourceError([Complaint(path.name, 0, 0, what, cure)])


# Delimited files


def _opened(path: Path) -> IO[bytes]:
    """The file's bytes, uncompressed."""
    return cast(IO[bytes], gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb"))


def _marked(start: bytes) -> str | None:
    """The encoding that a byte order mark says."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else None


def _delimited(path: Path) -> Table:
    encoding, notes = _encoding(path)
    sample = _start(path, encoding)
    if not sample.strip():
        raise _wrong(path, "the file is empty.", "Export it again, with its header row.")
    delimiter = _delimiter(sample)
    rows = _first_rows(sample, delimiter)
    header = _header_row(path, [cells for _, cells in rows])
    spec = FileSpec(
        files=[path.name],
        delimiter=None if delimiter == "," else delimiter,
        encoding=encoding,
        skip_rows=rows[header][0],
    )
    reader = Delimited(path, spec, RejectLog(path.name))
    batches = _taken(reader.batches())
    return _table(path, spec, "csv", batches, reader.names, notes)


def _start(path: Path, encoding: str | None) -> str:
    with _opened(path) as stream:
        raw = stream.read(256 << 10)
    return codecs.getincrementaldecoder(encoding or _marked(raw) or "utf-8")("replace").decode(raw)


def _encoding(path: Path) -> tuple[str | None, tuple[str, ...]]:
    """The encoding to state; None for UTF-8 and what a byte order mark says."""
    bad = good = 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with _opened(path) as stream:
        raw = first = stream.read(4 << 20)
        if _marked(first):
            return None, ()
        for _ in range(16):
            text = decoder.decode(raw)
            found = len(re.findall("[\udc80-\udcff]", text))
            bad, good = bad + found, good + len(re.findall("[^\x00-\x7f]", text)) - found
            if not (raw := stream.read(4 << 20)):
                break
    if first[:4096].count(b"\0") > len(first[:4096]) // 4:
        return ("utf-16-le" if first[1:2] == b"\0" else "utf-16-be"), ()
    if bad == 0:
        return None, ()
    if good > bad:
        return None, (f"{bad} bytes are not UTF-8, their rows will be rejected",)
    return ("latin-1" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", first) else "cp1252"), ()


def _delimiter(sample: str) -> str:
    """The delimiter that parts most lines into the same number of columns, more than one."""
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(cells) for _, cells in _first_rows(sample, delimiter)]
        common = max(set(widths), key=lambda w: (widths.count(w) * (w > 1), w), default=1)
        if common > 1 and (found := widths.count(common) / len(widths) * common**0.5) > score:
            best, score = delimiter, found
    return best


def _first_rows(sample: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows with something in them: lines above, cells. The last may be cut off and is left out."""
    rows: list[tuple[int, list[str]]] = []
    above = 0
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    for cells in islice(reader, TITLES + 70):
        if any(c.strip() for c in cells):
            rows.append((above, [c.strip().lstrip("\ufeff") for c in cells]))
        above = reader.line_num
    return rows[:-1] if len(rows) > 2 and not sample.endswith("\n") else rows


def _header_row(path: Path, rows: Sequence[Sequence[str]]) -> int:
    """Which row is the header: the first that is as wide as the table and names every column.

    Raises: SourceError where that row holds data.
    """
    widths = [sum(1 for c in cells if c) for cells in rows]
    full = [len(cells) for cells in rows]
    common = max(set(full), key=lambda w: (full.count(w), w))
    wanted = max(1, min(common, max(w for w, f in zip(widths, full, strict=True) if f == common)))
    for number, cells in enumerate(rows[:TITLES]):
        if len(cells) >= common and widths[number] >= 0.6 * wanted:
            if _is_data(cells):
                raise _wrong(
                    path, "has no header row: its first row holds values.", "Add a row that names the columns."
                )
            return number
    return 0


def _is_data(cells: Sequence[str]) -> bool:
    """Whether a row that should be a header holds e-mail addresses, dates, or mostly numbers."""
    named = [c for c in cells if c]
    if any(re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", c) or (len(c) > 7 and dates_of([c])) for c in named):
        return True
    return sum(bool(re.fullmatch(r"[-+(]?[\d .,()/-]+", c)) for c in named) > len(named) / 2


# Other formats


def _lines(path: Path) -> Table:
    spec = FileSpec(files=[path.name], encoding=_encoding(path)[0])
    log = RejectLog(path.name)
    batches = _taken(Lines(path, spec, log).batches())
    if not batches:
        raise _wrong(path, "holds no JSON objects." if log.count else "the file is empty.", "Export it again.")
    return _table(path, spec, "jsonl", batches, [])


def _parquet(path: Path) -> Table:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        plain = [f.name for f in schema if not pa.types.is_nested(f.type)]
        batches = _taken(file.iter_batches(batch_size=8192, columns=plain))
    nested = [f.name for f in schema if pa.types.is_nested(f.type)]
    types = {f.name: _type(f.type) for f in schema}
    notes = (f"nested columns are left out: {', '.join(nested)}",) if nested else ()
    return _table(path, FileSpec(files=[path.name]), "parquet", batches, plain, notes, types)


def _type(kind: Any) -> str:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "instant"
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return "number" if number else "text"


def _sheets(path: Path) -> tuple[list[Table], list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with _opened(path) as stream:
            book = CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        firsts = [
            (str(n), book.get_sheet_by_name(n).to_python(skip_empty_area=False, nrows=TITLES + 70))
            for n in book.sheet_names
        ]
    except (CalamineError, ValueError) as error:
        raise _wrong(path, f"the workbook cannot be read ({error}).", "Save it again as .xlsx.") from None
    tables, notes = [], []
    for sheet, rows in firsts:
        try:
            tables.append(_sheet(path, sheet, rows, only=len(firsts) == 1))
        except SourceError as error:
            notes += [f"sheet '{sheet}': {c.what} {c.cure}".strip() for c in error.complaints]
    if not tables:
        raise _wrong(path, "no sheet can be used: " + "; ".join(notes))
    return tables, notes


def _sheet(path: Path, sheet: str, rows: list[list[Any]], *, only: bool) -> Table:
    shown = [["" if c is None else str(c).strip() for c in r] for r in rows]
    filled = [i for i, r in enumerate(shown) if any(r)]
    if not filled:
        raise _wrong(path, "is empty.")
    spec = FileSpec(
        files=[path.name],
        sheet=None if only else sheet,
        skip_rows=filled[_header_row(path, [shown[i] for i in filled])],
    )
    reader = Workbook(path, spec, RejectLog(path.name))
    batches = _taken(reader.batches())
    return _table(path, spec, "excel", batches, reader.names)


def _database(path: Path) -> tuple[list[Table], list[str]]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as con:
            names = [
                str(n)
                for (n,) in con.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                    "AND name NOT LIKE 'sqlite_%' ORDER BY name"
                )
            ]
    except sqlite3.Error as error:
        raise _wrong(path, f"the SQLite file cannot be read ({error}).", "Copy it again.") from None
    if not names:
        raise _wrong(path, "the SQLite file holds no tables.")
    tables = []
    for name in names:
        spec = FileSpec(files=[path.name], table=name)
        reader = Database(path, spec, RejectLog(path.name))
        batches = _taken(reader.batches())
        tables.append(_table(path, spec, "sqlite", batches, reader.names))
    return tables, []


# Samples


def _taken(batches: Iterator[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """The first batches, until there are rows or bytes enough."""
    taken, rows, size = [], 0, 0
    for batch in batches:
        taken.append(batch.slice(0, SCANNED - rows))
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= SCANNED or size >= SCANNED_BYTES:
            break
    return taken


def _table(
    path: Path,
    spec: FileSpec,
    kind: str,
    batches: Sequence[pa.RecordBatch],
    names: Iterable[str],
    notes: tuple[str, ...] = (),
    types: dict[str, str] | None = None,
) -> Table:
    rows = sum(b.num_rows for b in batches)
    every = dict.fromkeys([*names, *(n for b in batches for n in b.schema.names)])
    every.pop(ROW, None)
    columns = [_column(n, (types or {}).get(n, "text"), _texts(batches, n), rows) for n in every]
    return Table(path, spec, kind, tuple(columns), rows, notes)


def _texts(batches: Sequence[pa.RecordBatch], name: str) -> Any:
    """A column as texts, trimmed and normalised as a mapping reads them, without empty ones."""
    chunks = [b.column(b.schema.names.index(name)) for b in batches if name in b.schema.names]
    texts = pa.chunked_array([pc.utf8_trim(pc.utf8_normalize(_as_text(c), "NFC"), BLANKS) for c in chunks], pa.string())
    return texts.filter(pc.fill_null(pc.not_equal(texts, ""), False))


def _as_text(column: Any) -> Any:
    if pa.types.is_floating(column.type):
        whole = [str(int(v)) if v is not None and v == v and abs(v) < 1e15 and v == int(v) else v
                 for v in column.to_pylist()]  # fmt: skip
        return pa.array([None if v is None else str(v) for v in whole], pa.string())
    if pa.types.is_binary(column.type) or pa.types.is_boolean(column.type) or pa.types.is_dictionary(column.type):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _column(name: str, kind: str, texts: Any, rows: int) -> Column:
    counted = texts.value_counts()
    pairs = list(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))
    words = dict(sorted(pairs, key=lambda p: -p[1])[:DISTINCT])
    first = texts.slice(0, SAMPLED).to_pylist()
    step = max(1, (len(texts) - SAMPLED) // SPREAD)
    spread = texts.take(pa.array(range(SAMPLED, len(texts), step), pa.int64())).to_pylist()
    return Column(name, kind, (*first, *spread), words, len(texts), rows)
