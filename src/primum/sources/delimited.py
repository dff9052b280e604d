"""CSV and its relatives: any delimiter, any encoding, gzip; every row numbered, every unreadable row kept.

Owns decoding, sniffing, ragged rows and the numbers of rows (as a spreadsheet counts them: the header is 1, a blank
line counts, a line end within quotes does not). Refuses rows beyond a limit, so that a file without line ends cannot
eat the machine's memory. Parsing is pyarrow's wherever the quotes are in order (`records`).
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from primum.sources.records import CarefulRows, strict_rows
from primum.sources.rejects import RejectLog
from primum.sources.resolve import is_gzip
from primum.strategy.models import FileSpec
from primum.words.errors import Complaint, SourceError

LONGEST_LINE = 16 << 20
"""Bytes a row may have."""
BLOCK = 4 << 20
"""Bytes that are read at once."""
STAND_IN = "\x1f"
"""Stands for a delimiter that is not ASCII, which the parser could not take."""
SNIFFED = 64 << 10
DELIMITERS = ",;\t|"
ROW = "__row"
_Batches = Generator[pa.RecordBatch, None, int]


class Utf8(io.RawIOBase):
    """A file's bytes as UTF-8, from any encoding; bytes that cannot be decoded come out as invalid UTF-8.

    So the row they are in, and no other, fails the check of its text.
    """

    def __init__(self, raw: IO[bytes], encoding: str, delimiter: str | None = None) -> None:
        self._raw = raw
        self._swap = delimiter if delimiter is not None and not delimiter.isascii() else None
        self._direct = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") and self._swap is None
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="primum.mark")
        self._rest = b""
        self._returns: bool | None = None
        """Whether lines end with a carriage return alone, as old spreadsheets write them."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            block = self._raw.read(1 << 20)
            if self._direct:
                self._rest = block
            else:
                text = self._decoder.decode(block, final=not block)
                text = text.replace(self._swap, STAND_IN) if self._swap else text
                self._rest = text.encode("utf-8", "surrogatepass")
            if self._returns is None and self._rest:
                self._returns = b"\r" in self._rest and b"\n" not in self._rest
            if self._returns:
                self._rest = self._rest.replace(b"\r", b"\n")
            if not block:
                break
        taken = self._rest[: len(view)]
        view[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Decoding error handler: a lone surrogate for each bad byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udc80" * (error.end - error.start), error.end


codecs.register_error("primum.mark", _mark)


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, uncompressed."""
    return cast(IO[bytes], gzip.open(path, "rb") if is_gzip(path) else path.open("rb"))


def encoding_of(path: Path, stated: str | None) -> str:
    """The stated encoding, else what a byte order mark says, else UTF-8."""
    with open_bytes(path) as stream:
        start = stream.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig" if stated is None or codecs.lookup(stated).name.startswith("utf-8") else stated
    if stated is None and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return stated or "utf-8"


def sniff_delimiter(sample: str, quote: str = '"') -> str:
    """The delimiter of the first lines: the one that parts them most, and most evenly, outside quotes."""
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            parted = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, **_quoting(quote))
            rows = [r for r in parted if r][:50]
        except csv.Error:
            continue
        widths = [len(r) for r in rows[:-1] or rows]
        if not widths or widths[0] < 2:
            continue
        even = sum(w == widths[0] for w in widths) / len(widths)
        if even * widths[0] > score:
            best, score = delimiter, even * widths[0]
    return best


def _quoting(quote: str) -> dict[str, Any]:
    return {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}


def _without_blank(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Rows of nothing but delimiters say nothing: spreadsheets append them by the thousand."""
    blank = pa.array([True] * batch.num_rows)
    for column in batch.columns[:-1]:
        blank = pc.and_(blank, pc.equal(pc.utf8_trim_whitespace(column), ""))
        if not pc.any(blank).as_py():
            return batch
    return batch.filter(pc.invert(blank))


class Delimited:
    """One delimited file: its header, then its rows in batches of text columns and `__row`."""

    def __init__(self, path: Path, spec: FileSpec, log: RejectLog, longest: int | None = None) -> None:
        self._path, self._spec, self._log = path, spec, log
        self._longest = LONGEST_LINE if longest is None else longest
        self._delimiter = ","
        self._encoding = encoding_of(path, spec.encoding)
        self.names: list[str] = []
        """The columns, known once reading has begun."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every readable row.

        Raises: SourceError where the file as a whole cannot be read.
        """
        quote = self._spec.quote
        if not quote.isascii() or (self._spec.delimiter or ",") in (quote, "\n", "\r"):
            what = f"{self._spec.delimiter!r} and {quote!r} cannot be delimiter and quote."
            raise self._wrong(what, "Say another `delimiter:` or `quote:`.")
        try:
            text = Utf8(open_bytes(self._path), self._encoding, self._spec.delimiter)
            with io.BufferedReader(text, 1 << 16) as stream:
                for row in range(1, self._spec.skip_rows + 1):
                    self._line(stream, row)
                self._header(stream)
                yield from self._rows(stream, self._spec.skip_rows + 2)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._wrong(f"the gzip file is damaged or cut off ({error}).", "Export or copy it again.") from None

    def _line(self, stream: "io.BufferedReader[Any]", number: int) -> bytes:
        line = stream.readline(self._longest + 1)
        if len(line) > self._longest:
            raise self._too_long(number)
        return line

    def _header(self, stream: "io.BufferedReader[Any]") -> None:
        """Read the header: the names of the columns, and the delimiter."""
        quote, row = self._spec.quote, self._spec.skip_rows + 1
        record = line = self._line(stream, row)
        while quote and line and record.count(quote.encode()) % 2:
            line = self._line(stream, row)
            record += line
            if len(record) > self._longest:
                raise self._too_long(row)
        text = self._header_text(record, bool(stream.peek(1)), row)
        sample = stream.peek(SNIFFED)[:SNIFFED].decode("utf-8", "replace")
        delimiter = self._spec.delimiter or sniff_delimiter(text.rstrip("\r\n") + "\n" + sample, quote)
        self._delimiter = delimiter if delimiter.isascii() else STAND_IN
        try:
            parted = csv.reader(
                io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True, **_quoting(quote)
            )
            names = [n.strip() for n in next(parted)]
        except csv.Error as error:
            raise self._wrong(f"the header cannot be parsed ({error}).", "Look at its quotes.", row) from None
        self._check_names(names)
        self.names = [n or f"column {i + 1}" for i, n in enumerate(names)]

    def _header_text(self, record: bytes, more: bool, row: int) -> str:
        if not record.strip():
            if not more:
                raise self._wrong("the file is empty: it has not even a header.", "Export it again, with its header.")
            raise self._wrong("the line where the header belongs is blank.", f"Say `skip_rows: {row}`.", row)
        if b"\0" in record:
            what = "the header holds NUL bytes, so it is no text of this encoding."
            raise self._wrong(what, "Say `encoding: utf-16` if it is that, or `format:` if it is no CSV file.")
        try:
            return record.decode("utf-8").lstrip("\ufeff")
        except UnicodeDecodeError as error:
            raise self._wrong(
                f"the header is not {self._encoding} (byte 0x{record[error.start]:02X}).",
                "Say `encoding:` for the source; often it is cp1252, latin-1 or utf-16.",
                row,
            ) from None

    def _check_names(self, names: list[str]) -> None:
        twice = sorted({n for n in names if n and names.count(n) > 1})
        if twice:
            raise self._wrong(
                f"the header names {', '.join(repr(n) for n in twice)} more than once: any mapping would be a guess.",
                "Rename the columns in the export.",
            )

    def _rows(self, stream: "io.BufferedReader[Any]", row: int) -> Iterator[pa.RecordBatch]:
        """Rows below the header, the first of which has the number `row`."""
        delimiter, quote = self._delimiter.encode(), self._spec.quote.encode()
        careful = CarefulRows(delimiter, quote)
        size = min(BLOCK, self._longest)
        window, last = b"", False
        while not last:
            block = stream.read(size)
            window, last = window + block, len(block) < size
            trusted = strict_rows(window, delimiter, quote, last)
            if trusted.end:
                row = yield from self._parsed(window[: trusted.end], row, trusted.quotes)
                window = window[trusted.end :]
            if window and (last or not trusted.clean or len(window) >= self._longest):
                row = yield from self._carefully(careful, window, last, row)
                window = window[careful.used :]

    def _parsed(self, chunk: bytes, row: int, quotes: bool) -> _Batches:
        """Rows whose quotes are in order; returns the number of the row below them."""
        skipped: set[int] = set()

        def ragged(found: pcsv.InvalidRow) -> str:
            skipped.add(row + found.number - 1)
            if found.text.strip("\r\n"):
                self._ragged(row + found.number - 1, found.actual_columns, found.text.count("\n") + 1)
            return "skip"

        table = pcsv.read_csv(
            pa.BufferReader(chunk),
            pcsv.ReadOptions(use_threads=False, block_size=len(chunk) + 1, column_names=self.names),
            pcsv.ParseOptions(
                delimiter=self._delimiter,
                quote_char=self._spec.quote or False,
                newlines_in_values=quotes,
                invalid_row_handler=ragged,
                ignore_empty_lines=False,
            ),
            pcsv.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.binary()), strings_can_be_null=False, null_values=[]
            ),
        )
        below = row + int(table.num_rows) + len(skipped)
        for batch in table.combine_chunks().to_batches():
            yield from self._texts(batch, [n for n in range(row, below) if n not in skipped])
        return below

    def _carefully(self, careful: CarefulRows, window: bytes, last: bool, row: int) -> _Batches:
        """Rows whose quotes may be wrong, one at a time; returns the number of the row below them."""
        found = list(careful.rows(window, last))
        if not found and len(window) >= self._longest:
            if b"\n" not in window:
                raise self._too_long(row)
            found = [careful.unclosed(window)]
        kept: list[list[bytes]] = []
        numbers: list[int] = []
        for number, each in enumerate(found, row):
            if each.wrong:
                self._log.add(number, "", each.wrong)
            elif len(each.values) == len(self.names):
                kept.append(each.values)
                numbers.append(number)
            elif any(each.values):
                self._ragged(number, len(each.values), each.lines)
        if kept:
            columns = [pa.array(values, pa.binary()) for values in zip(*kept, strict=True)]
            yield from self._texts(pa.RecordBatch.from_arrays(columns, names=self.names), numbers)
        return row + len(found)

    def _ragged(self, row: int, values: int, lines: int) -> None:
        what = f"{values} values where the header has {len(self.names)} columns"
        if lines > 1:
            what = f"{lines} lines run together within quotes: {what}; is a quote not closed?"
        self._log.add(row, "", what, lines)

    def _texts(self, batch: pa.RecordBatch, rows: list[int]) -> Iterator[pa.RecordBatch]:
        """The batch as text; rows with bytes that are not text are rejected one by one."""
        numbers = pa.array(rows, pa.int64())
        try:
            columns = [c.cast(pa.string()) for c in batch.columns]
        except pa.ArrowInvalid:
            bad = self._undecodable(batch, rows)
            keep = pa.array([r not in bad for r in rows])
            batch, numbers = batch.filter(keep), numbers.filter(keep)
            columns = [c.cast(pa.string()) for c in batch.columns]
        if self._delimiter == STAND_IN and self._spec.delimiter != STAND_IN:
            columns = [pc.replace_substring(c, STAND_IN, self._spec.delimiter) for c in columns]
        made = pa.RecordBatch.from_arrays([*columns, numbers], names=[*batch.schema.names, ROW])
        yield _without_blank(made)

    def _undecodable(self, batch: pa.RecordBatch, rows: list[int]) -> set[int]:
        bad: set[int] = set()
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            try:
                column.cast(pa.string())
            except pa.ArrowInvalid:
                for row, value in zip(rows, column.to_pylist(), strict=True):
                    if row not in bad and (fault := _fault(value, self._encoding)):
                        self._log.add(row, name, fault)
                        bad.add(row)
        return bad

    def _wrong(self, what: str, cure: str, line: int = 0) -> SourceError:
        return SourceError([Complaint(self._log.file, line, 0, what, cure)])

    def _too_long(self, row: int) -> SourceError:
        what = f"a row near line {row:,} is longer than {self._longest:,} bytes."
        return self._wrong(what, "Look for other line ends; is it a CSV file at all?", row)


def _fault(value: bytes, encoding: str) -> str:
    """Why these bytes are not text; empty when they are."""
    try:
        value.decode("utf-8")
    except UnicodeDecodeError as error:
        if not encoding.startswith("utf-8"):
            return f"a byte is not {encoding}; say another `encoding:`, or export it again as UTF-8"
        hint = "the file may be Windows-1252 here: say `encoding: cp1252`, or export it again as UTF-8"
        return f"byte 0x{value[error.start]:02X} is not {encoding}; {hint}"
    return ""
