"""A table of texts out of a workbook or a CSV file, each text with its place.

Owns what a cell's value is as text and how a cell is named. Refuses formulas (what was last calculated counts) and
tables larger than a register can be.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from primum.strategy.positions import Place
from primum.words.errors import did_you_mean

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 100_000
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


class TableError(Exception):
    """A table that cannot be read; `at_sheet` where the sheet's name is to blame, not the file's."""

    def __init__(self, what: str, cure: str, *, at_sheet: bool = False) -> None:
        super().__init__(what)
        self.what, self.cure, self.at_sheet = what, cure, at_sheet


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table as trimmed texts, "" where a cell is empty; rows may be of different lengths."""

    file: str
    sheet: str | None
    rows: list[list[str]]

    def place(self, row: int, column: int) -> Place:
        """Where a cell stands; row and column count from 0 here, from 1 in the place."""
        file = f"{self.file}, sheet {self.sheet}" if self.sheet is not None else self.file
        return Place(file, row + 1, column + 1, cell_name(row, column))


def cell_name(row: int, column: int) -> str:
    """`C14` for row 13 and column 2 (both count from 0)."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row + 1}"


def read_grid(path: Path, shown: str, sheet: str | None, section: str) -> Grid:
    """Read a table.

    Args:
        shown: what complaints call the file.
        sheet: of a workbook; by default the one named like `section`, else the only one.

    Raises: TableError.
    """
    if not path.is_file():
        raise TableError(f"there is no file '{shown}'.", "Name a workbook (.xlsx) or CSV file beside the strategy.")
    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"'{shown}' is over 20 MB.", "A register is short: keep data under `data: sources:`.")
    workbook = path.suffix.lower() in _WORKBOOKS
    if not workbook and sheet is not None:
        raise TableError(f"'{shown}' has no sheets.", "Take `sheet` out.", at_sheet=True)
    grid = _workbook(path, shown, sheet, section) if workbook else Grid(shown, None, _csv(path, shown))
    if len(grid.rows) > MAX_ROWS:
        raise TableError(f"'{shown}' has more than {MAX_ROWS:,} rows.", "A register names communications.")
    return grid


def _workbook(path: Path, shown: str, sheet: str | None, section: str) -> Grid:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        name = _sheet(book.sheet_names, shown, sheet, section)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, EOFError, ValueError) as error:
        raise TableError(f"'{shown}' cannot be read ({error}).", "Open it and save it again as .xlsx.") from None
    return Grid(shown, name, [[_text(cell) for cell in row] for row in rows])


def _sheet(names: list[str], shown: str, sheet: str | None, section: str) -> str:
    wanted = sheet or section
    found = next((n for n in names if n.casefold().strip() == wanted.casefold().strip()), None)
    if found is not None:
        return found
    if sheet is not None:
        raise TableError(f"'{shown}' has no sheet '{sheet}'.", did_you_mean(sheet, names), at_sheet=True)
    if len(names) == 1:
        return names[0]
    raise TableError(f"'{shown}' has several sheets.", f"Say `sheet:`. {did_you_mean(section, names)}")


def _csv(path: Path, shown: str) -> list[list[str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[_tidy(cell) for cell in row] for row in rows]
    except csv.Error as error:
        raise TableError(f"'{shown}' cannot be read as CSV ({error}).", "Check its quotes.") from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return _tidy(str(cell))


def _tidy(text: str) -> str:
    """A text as the names of sources are compared with it: composed and trimmed."""
    return unicodedata.normalize("NFC", text).strip(" \t\r\n\u00a0")
