"""Excel workbooks: one sheet as a table of texts.

Owns what a cell's value is as text: whole numbers without a point, dates in ISO form. Refuses formulas: what was last
calculated counts.
"""

import gzip
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from primum.sources.delimited import ROW
from primum.sources.rejects import RejectLog
from primum.sources.resolve import is_gzip
from primum.strategy.models import FileSpec
from primum.words.errors import Complaint, SourceError, did_you_mean

BATCH = 50_000


class Workbook:
    """One sheet of one workbook."""

    def __init__(self, path: Path, spec: FileSpec, log: RejectLog) -> None:
        self._path, self._spec, self._log = path, spec, log
        self.names: list[str] = []
        """The columns, known once reading has begun."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every row that is not empty, as texts.

        Raises: SourceError where the workbook cannot be read, or has no such sheet.
        """
        rows = iter(self._sheet())
        for _ in range(self._spec.skip_rows):
            next(rows, None)
        header = next(rows, None)
        if header is None or not any(_text(c) for c in header):
            raise self._wrong("the sheet has no header row.", "Say `skip_rows:` if a title stands above it.")
        names = [(_text(c) or f"column {i + 1}").strip() for i, c in enumerate(header)]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise self._wrong(f"the header names {', '.join(twice)} more than once.", "Rename the columns.")
        self.names = names
        held: list[list[str | None]] = []
        numbers: list[int] = []
        for number, row in enumerate(rows, self._spec.skip_rows + 2):
            texts = [_text(c) for c in row]
            if not any(texts):
                continue
            held.append((texts + [None] * len(names))[: len(names)])
            numbers.append(number)
            if len(held) == BATCH:
                yield _batch(names, held, numbers)
                held, numbers = [], []
        if held:
            yield _batch(names, held, numbers)

    def _sheet(self) -> list[list[Any]]:
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            if is_gzip(self._path):
                book = CalamineWorkbook.from_filelike(io.BytesIO(gzip.decompress(self._path.read_bytes())))
            else:
                book = CalamineWorkbook.from_path(str(self._path))
            names = book.sheet_names
            sheet = self._spec.sheet or names[0]
            if sheet not in names:
                raise self._wrong(f"there is no sheet '{sheet}'.", did_you_mean(sheet, names))
            rows: list[list[Any]] = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            return rows
        except (CalamineError, OSError, EOFError, ValueError) as error:
            raise self._wrong(
                f"the workbook cannot be read ({error}).", "Open it and save it again as .xlsx."
            ) from None

    def _wrong(self, what: str, cure: str) -> SourceError:
        return SourceError([Complaint(self._log.file, 0, 0, what, cure)])


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep="T")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _batch(names: list[str], rows: list[list[str | None]], numbers: list[int]) -> pa.RecordBatch:
    columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(names))]
    return pa.RecordBatch.from_arrays([*columns, pa.array(numbers, pa.int64())], names=[*names, ROW])
