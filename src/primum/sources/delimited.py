"""CSV and its relatives: any delimiter, any encoding, gzip; every row numbered, every unreadable row kept.

Owns decoding, sniffing and ragged rows. Refuses lines beyond a limit, so that a file without line ends cannot eat the
machine's memory. Parsing is pyarrow's.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from primum.sources.rejects import RejectLog
from primum.sources.resolve import is_gzip
from primum.strategy.models import FileSpec
from primum.words.errors import Complaint, SourceError

LONGEST_LINE = 16 << 20
"""Bytes a line above the data, or of JSON, may have."""
BLOCK = 4 << 20
"""Bytes that are parsed at once; no row of data may be longer."""
SNIFFED = 64 << 10
DELIMITERS = ",;\t|"
ROW = "__row"


class Utf8(io.RawIOBase):
    """A file's bytes as UTF-8, from any encoding; bytes that cannot be decoded come out as invalid UTF-8.

    So the row they are in, and no other, fails the check of its text.
    """

    def __init__(self, raw: IO[bytes], encoding: str, quote: str) -> None:
        self._raw = raw
        self._direct = codecs.lookup(encoding).name == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="primum.mark")
        self._rest = b""
        self._quote = quote.encode()
        self._returns: bool | None = None
        """Whether lines end with a carriage return alone, as old spreadsheets write them."""
        self.quotes = 0
        """How many quoting characters have been read: an odd number at the end means that one was never closed."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            block = self._raw.read(1 << 20)
            if self._direct:
                self._rest = block
            else:
                self._rest = self._decoder.decode(block, final=not block).encode("utf-8", "surrogatepass")
            if self._returns is None and self._rest:
                self._returns = b"\r" in self._rest and b"\n" not in self._rest
            if self._returns:
                self._rest = self._rest.replace(b"\r", b"\n")
            if self._quote:
                self.quotes += self._rest.count(self._quote)
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


def sniff_delimiter(sample: str) -> str:
    """The delimiter of the first lines: the one that parts them most, and most evenly, outside quotes."""
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        rows = [r for r in csv.reader(io.StringIO(sample), delimiter=delimiter) if r][:50]
        widths = [len(r) for r in rows[:-1] or rows]
        if not widths or widths[0] < 2:
            continue
        even = sum(w == widths[0] for w in widths) / len(widths)
        if even * widths[0] > score:
            best, score = delimiter, even * widths[0]
    return best


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

    def __init__(self, path: Path, spec: FileSpec, log: RejectLog, longest: int = LONGEST_LINE) -> None:
        self._path, self._spec, self._log, self._longest = path, spec, log, longest
        self._encoding = encoding_of(path, spec.encoding)
        self.names: list[str] = []
        """The columns, known once reading has begun."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every readable row.

        Raises: SourceError where the file as a whole cannot be read.
        """
        try:
            text = Utf8(open_bytes(self._path), self._encoding, self._spec.quote)
            with io.BufferedReader(text, 1 << 16) as stream:
                header_row = self._skip(stream)
                names, delimiter, lines = self._header(stream)
                held: pa.RecordBatch | None = None
                for batch in self._rows(stream, names, delimiter, header_row + lines):
                    if held is not None:
                        yield held
                    held = batch
                if held is not None:
                    yield self._without_open_end(held) if text.quotes % 2 else held
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._wrong(f"the gzip file is damaged or cut off ({error}).", "Export or copy it again.") from None

    def _skip(self, stream: "io.BufferedReader[Any]") -> int:
        for _ in range(self._spec.skip_rows):
            self._line(stream, 1)
        return self._spec.skip_rows

    def _line(self, stream: "io.BufferedReader[Any]", number: int) -> bytes:
        line = stream.readline(self._longest + 1)
        if len(line) > self._longest:
            raise self._too_long(number)
        return line

    def _header(self, stream: "io.BufferedReader[Any]") -> tuple[list[str], str, int]:
        """Column names, delimiter, and how many lines the header takes."""
        quote = self._spec.quote.encode()
        record, lines = b"", 0
        while lines == 0 or (quote and record.count(quote) % 2 and lines < 100):
            line = self._line(stream, lines + 1)
            if not line:
                break
            record, lines = record + line, lines + 1
        if not record.strip():
            raise self._wrong("the file is empty: it has not even a header.", "Export it again, with its header row.")
        try:
            text = record.decode("utf-8").lstrip("\ufeff")
        except UnicodeDecodeError as error:
            raise self._wrong(
                f"the header is not {self._encoding} (byte 0x{record[error.start]:02X}).",
                "Say `encoding:` for the source; often it is cp1252, latin-1 or utf-16.",
            ) from None
        peek = stream.peek(SNIFFED)[:SNIFFED].decode("utf-8", "replace")
        delimiter = self._spec.delimiter or sniff_delimiter(text.rstrip("\r\n") + "\n" + peek)
        names = [n.strip() for n in next(csv.reader(io.StringIO(text), delimiter=delimiter, **self._quoting()))]
        self._check_names(names)
        self.names = [n or f"column {i + 1}" for i, n in enumerate(names)]
        return self.names, delimiter, lines

    def _quoting(self) -> dict[str, Any]:
        return {"quotechar": self._spec.quote} if self._spec.quote else {"quoting": csv.QUOTE_NONE}

    def _check_names(self, names: list[str]) -> None:
        twice = sorted({n for n in names if n and names.count(n) > 1})
        if twice:
            raise self._wrong(
                f"the header names {', '.join(repr(n) for n in twice)} more than once: any mapping would be a guess.",
                "Rename the columns in the export.",
            )

    def _rows(
        self, stream: "io.BufferedReader[Any]", names: list[str], delimiter: str, above: int
    ) -> Iterator[pa.RecordBatch]:
        """Rows below the header; `above` lines stand before the first of them."""
        skipped: list[int] = []

        def invalid(row: pcsv.InvalidRow) -> str:
            skipped.append(row.number)
            if row.text.strip():
                self._ragged(row, above)
            return "skip"

        if not stream.peek(1):
            return
        number = 1
        used = 0
        try:
            with self._parser(stream, names, delimiter, invalid) as reader:
                for batch in reader:
                    rows: list[int] = []
                    while len(rows) < batch.num_rows:
                        if used < len(skipped) and skipped[used] == number:
                            used += 1
                        else:
                            rows.append(number + above)
                        number += 1
                    yield from self._texts(batch, rows)
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) or "block boundaries" in str(error):
                raise self._too_long(number + above) from None
            raise self._wrong(
                f"row {number + above} or later cannot be parsed ({error}).", "Export it again."
            ) from None

    def _parser(
        self,
        stream: "io.BufferedReader[Any]",
        names: list[str],
        delimiter: str,
        invalid: Callable[[pcsv.InvalidRow], str],
    ) -> pcsv.CSVStreamingReader:
        return pcsv.open_csv(
            stream,
            read_options=pcsv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            parse_options=pcsv.ParseOptions(
                delimiter=delimiter,
                quote_char=self._spec.quote or False,
                newlines_in_values=bool(self._spec.quote),
                invalid_row_handler=invalid,
                ignore_empty_lines=False,
            ),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=False, null_values=[]
            ),
        )

    def _without_open_end(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The last batch of a file whose last quote is never closed: what ran into the last row is no value."""
        if not batch.num_rows:
            return batch
        last = batch.slice(batch.num_rows - 1).to_pylist()[0]
        number = last.pop(ROW)
        for name, value in last.items():
            if value is not None and "\n" in value:
                lines = value.count("\n") + 1
                self._log.add(number, name, f"a quote is opened and not closed: {lines} lines run together", lines)
                return batch.slice(0, batch.num_rows - 1)
        return batch

    def _ragged(self, row: pcsv.InvalidRow, above: int) -> None:
        lines = row.text.count("\n") + 1
        found = f"{row.actual_columns} values where the header has {row.expected_columns} columns"
        if lines > 2:
            found = f"a quote is opened and not closed: {lines} lines run together ({found})"
        self._log.add(row.number + above, "", found, lines)

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
        made = pa.RecordBatch.from_arrays([*columns, numbers], names=[*batch.schema.names, ROW])
        yield _without_blank(made)

    def _undecodable(self, batch: pa.RecordBatch, rows: list[int]) -> set[int]:
        bad: set[int] = set()
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            for row, value in zip(rows, column.to_pylist(), strict=True):
                try:
                    value.decode("utf-8")
                except UnicodeDecodeError as error:
                    if row not in bad:
                        byte = f"byte 0x{value[error.start]:02X} " if self._encoding.startswith("utf-8") else "a byte "
                        hint = (
                            "the file may be Windows-1252 here: say `encoding: cp1252`, or export it again as UTF-8"
                            if self._encoding.startswith("utf-8")
                            else "say another `encoding:`, or export it again as UTF-8"
                        )
                        self._log.add(row, name, f"{byte}is not {self._encoding}; {hint}")
                    bad.add(row)
        return bad

    def _wrong(self, what: str, cure: str) -> SourceError:
        return SourceError([Complaint(self._log.file, 0, 0, what, cure)])

    def _too_long(self, line: int) -> SourceError:
        return SourceError(
            [
                Complaint(
                    self._log.file,
                    line,
                    0,
                    f"a row near line {line:,} is longer than {min(self._longest, BLOCK):,} bytes.",
                    "Look for an unclosed quote above it, or for other line ends; is it a CSV file at all?",
                )
            ]
        )
