"""Writing `register.xlsx`: a new one, or new figures into the one that people have been filling in.

Owns the workbook's look (what may be typed where, lists to pick from, widths) and the rule that nothing typed is lost:
a cell is written only where it is the audit's own, is empty, or still holds what an audit put there. Refuses a file it
cannot read: the new register then goes beside it.
"""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from primum.audit.results import AuditResult
from primum.report.files import write_bytes_whole
from primum.report.register import guide
from primum.report.register.lines import Entry, Value, entries
from primum.strategy.models import Strategy
from primum.strategy.register_columns import COMPUTED, FIELDS, header_key, headers_of
from primum.words.vocabulary import INITIATORS, PURPOSES

SHEETS: Final = {"communications": "Communications", "departments": "Departments", "topics": "Topics"}
NOTES: Final = "Primum"
"""A hidden sheet: what the audit itself put into cells that people may change."""

ORDER: Final = {
    "communications": (
        "Name", "Contacts", "Sample subject", "Guessed message class", "How sure", "Owner", "Message class", "Title",
        "Topic", "Channels", "Known as", "Initiated by", "Sample", "Why", "Guessed topic", "Customers", "First", "Last",
        "Departments", "Channels used", "In the register",
    ),
    "departments": ("Name", "Title", "Owner", "Contacts", "Communications"),
    "topics": ("Name", "Title", "Owner", "Contacts", "Communications"),
}  # fmt: skip
WIDTHS: Final = {
    "Name": 34, "Contacts": 11, "Sample subject": 44, "Guessed message class": 16, "How sure": 10, "Owner": 18,
    "Message class": 16, "Title": 28, "Topic": 18, "Channels": 16, "Known as": 20, "Initiated by": 12, "Sample": 24,
    "Why": 48, "Guessed topic": 16, "Customers": 11, "First": 12, "Last": 12, "Departments": 22, "Channels used": 16,
    "In the register": 12, "Communications": 16,
}  # fmt: skip
LAST_ROW: Final = 5000
_HEADER_WITHIN: Final = 10
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile("_(x[0-9A-Fa-f]{4}_)")
_RUNS: Final = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Written:
    """Where the register went; `unreadable` is the file that was there and could not be read (and is as it was)."""

    path: Path
    unreadable: Path | None = None


def write_register(result: AuditResult, strategy: Strategy, path: Path, shown: str) -> Written:
    """Write the register, keeping everything that people typed into the one that is there.

    Args:
        path: the workbook.
        shown: its path as the strategy names it.

    Raises: OSError where the file cannot be written (a spreadsheet may hold it open); it is then as it was.
    """
    from openpyxl import Workbook

    book, unreadable = _opened(path)
    target = path if unreadable is None else _beside(path)
    if book is None:
        book = Workbook()
        book.remove(book.active)
    notes = _Notes(book)
    for section, lines in entries(result, strategy).items():
        _Sheet(book, section, notes).fill(lines)
    _write_guide(book, shown if unreadable is None else shown.replace(path.name, target.name))
    notes.write()
    if unreadable is not None or not path.exists():
        book.active = 0
    content = io.BytesIO()
    book.save(content)
    write_bytes_whole(target, content.getvalue())
    return Written(target, unreadable)


def _opened(path: Path) -> tuple[Any, Path | None]:
    """The workbook that is there; or None, with the file's path where it cannot be read."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not path.exists():
        return None, None
    try:
        return load_workbook(path), None
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, TypeError, EOFError):
        return None, path


def _beside(path: Path) -> Path:
    number = 2
    while (target := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return target


def cell_text(text: str) -> str:
    """A text as a workbook may hold it: characters that it cannot are written `_x001B_`, as Office does."""
    escaped = _LOOKS_ESCAPED.sub(r"_x005F_\1", text)
    return _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)[:32_000]


def put(cell: Any, value: Value) -> None:
    """Set a cell's value; a text that looks like a formula stays a text."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = cell_text(value)
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_RUNS):
        cell.quotePrefix = True


class _Notes:
    """What the audit itself put into cells that people may change: those it may change again."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._before: dict[tuple[str, str, str], str] = {}
        self._now: list[tuple[str, str, str, str]] = []
        if NOTES in book.sheetnames:
            for row in book[NOTES].iter_rows(min_row=2, max_col=4, values_only=True):
                section, name, field, value = (str(v) if v is not None else "" for v in row)
                self._before[(section, name, field)] = value

    def is_own(self, section: str, name: str, field: str, held: str) -> bool:
        """Whether a cell still holds what an audit put there."""
        return self._before.get((section, name, field)) == held

    def note(self, section: str, name: str, field: str, value: str) -> None:
        """Remember what was put into a cell."""
        self._now.append((section, name, field, value))

    def write(self) -> None:
        """Write the hidden sheet anew."""
        if NOTES in self._book.sheetnames:
            del self._book[NOTES]
        sheet = self._book.create_sheet(NOTES)
        sheet.sheet_state = "veryHidden"
        for number, row in enumerate((("sheet", "name", "column", "written by the audit"), *self._now), 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column)
                cell.value = value
                cell.data_type = "s"


class _Sheet:
    """One sheet of the register."""

    def __init__(self, book: Any, section: str, notes: _Notes) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill, Protection

        self._section, self._notes, self._book = section, notes, book
        self._locked, self._free = Protection(locked=True), Protection(locked=False)
        self._grey, self._yellow = (PatternFill("solid", start_color=c) for c in ("F1F3F5", "FFF8DB"))
        self._dark, self._bold = PatternFill("solid", start_color="22303C"), Font(bold=True, color="FFFFFF")
        self._wrap = Alignment(vertical="top", wrap_text=True)
        title = SHEETS[section]
        found = next((n for n in book.sheetnames if n.casefold() == title.casefold()), None)
        self.sheet = book[found] if found else book.create_sheet(title, list(SHEETS).index(section))
        self._top, self._columns = self._headers()
        self._fields = {self._columns[FIELDS[section][f]]: f for f in FIELDS[section]}

    def _headers(self) -> tuple[int, dict[str, int]]:
        """The header's row, and the column of every header; columns that are missing are added behind the others."""
        known = headers_of(self._section)
        shown = {header_key(h): h for h in (*COMPUTED[self._section], *FIELDS[self._section].values())}
        top = 1
        columns: dict[str, int] = {}
        for number in range(1, min(self.sheet.max_row, _HEADER_WITHIN) + 1):
            titles = {c.column: header_key(str(c.value)) for c in self.sheet[number] if c.value is not None}
            if any(known.get(t) == "name" for t in titles.values()):
                top = number
                for column, title in titles.items():
                    named = shown.get(title) or FIELDS[self._section].get(known.get(title, ""))
                    if named:
                        columns.setdefault(named, column)
                break
        behind = max((c.column for c in self.sheet[top] if c.value is not None), default=0)
        for title in ORDER[self._section]:
            if title not in columns:
                behind += 1
                columns[title] = behind
                self.sheet.cell(top, behind).value = title
        return top, columns

    def fill(self, lines: list[Entry]) -> None:
        """Bring every line up to date and add those that are new."""
        rows = self._rows()
        below = max(rows.values(), default=self._top)
        listed = set()
        for line in lines:
            key = cell_text(line.name)
            listed.add(key)
            if key not in rows:
                below += 1
                rows[key] = below
                put(self.sheet.cell(below, self._columns["Name"]), line.name)
            self._fill_line(rows[key], key, line)
        for key, row in rows.items():
            if key not in listed and self._section == "communications":
                self._computed(row, {"Contacts": 0})
        for row in range(self._top + 1, below + 1):
            self._dress(row)
        self._dress_sheet(below)

    def _rows(self) -> dict[str, int]:
        """The row of every name that is there already."""
        column = self._columns["Name"]
        rows: dict[str, int] = {}
        for row in range(self._top + 1, self.sheet.max_row + 1):
            value = self.sheet.cell(row, column).value
            if value is not None and str(value).strip():
                rows.setdefault(_as_text(value), row)
        return rows

    def _fill_line(self, row: int, key: str, line: Entry) -> None:
        self._computed(row, line.found)
        for column, field in self._fields.items():
            if field == "name":
                continue
            cell = self.sheet.cell(row, column)
            held = "" if cell.value is None else _as_text(cell.value)
            said = cell_text(line.said.get(field, ""))
            own = self._notes.is_own(self._section, key, field, held)
            if (not held or own) and held != said:
                put(cell, line.said.get(field))
                held, own = said, bool(said)
            if held and own:
                self._notes.note(self._section, key, field, held)

    def _computed(self, row: int, found: dict[str, Value]) -> None:
        for title in COMPUTED[self._section]:
            put(self.sheet.cell(row, self._columns[title]), found.get(title))

    def _dress(self, row: int) -> None:
        for title, column in self._columns.items():
            cell = self.sheet.cell(row, column)
            free = title in FIELDS[self._section].values() and title != "Name"
            cell.protection = self._free if free else self._locked
            cell.fill = self._yellow if free else self._grey
            cell.alignment = self._wrap
            if title in ("First", "Last"):
                cell.number_format = "yyyy-mm-dd"
            elif title in ("Contacts", "Customers", "Communications"):
                cell.number_format = "#,##0"

    def _dress_sheet(self, below: int) -> None:
        from openpyxl.utils import get_column_letter

        for title, column in self._columns.items():
            head = self.sheet.cell(self._top, column)
            head.fill, head.font, head.alignment, head.protection = self._dark, self._bold, self._wrap, self._locked
            width = self.sheet.column_dimensions[get_column_letter(column)]
            width.width = max(width.width or 0, WIDTHS[title])
            if title in FIELDS[self._section].values():
                width.protection = self._free
        self.sheet.freeze_panes = self.sheet.cell(self._top + 1, self._columns["Name"] + 1)
        last = get_column_letter(max(self._columns.values()))
        self.sheet.auto_filter.ref = f"A{self._top}:{last}{max(below, self._top + 1)}"
        self._protect()
        self._lists()

    def _protect(self) -> None:
        """Cells of the audit cannot be typed over; everything else a spreadsheet can do stays allowed. No password."""
        protection = self.sheet.protection
        protection.sheet = True
        for allowed in ("sort", "autoFilter", "formatColumns", "formatRows", "formatCells", "insertRows"):
            setattr(protection, allowed, False)

    def _lists(self) -> None:
        """Lists to pick from."""
        from openpyxl.worksheet.datavalidation import DataValidation

        if self._section != "communications":
            return
        self.sheet.data_validations.dataValidation = []
        lists = (
            ("Message class", f'"{",".join(PURPOSES)}"', "stop", "Pick a message class from the list."),
            ("Initiated by", f'"{",".join(INITIATORS)}"', "stop", "Write company or customer."),
            (
                "Owner",
                self._names_on("departments"),
                "stop",
                "Pick a department; add new ones on their sheet.",
            ),
            ("Topic", self._names_on("topics"), "warning", "This topic is not on the sheet Topics."),
        )
        for title, source, style, said in lists:
            from openpyxl.utils import get_column_letter

            letter = get_column_letter(self._columns[title])
            rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle=style)
            rule.error, rule.errorTitle, rule.showErrorMessage = said, title, True
            rule.add(f"{letter}{self._top + 1}:{letter}{LAST_ROW}")
            self.sheet.add_data_validation(rule)

    def _names_on(self, section: str) -> str:
        return f"={SHEETS[section]}!$A$2:$A${LAST_ROW}"


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _write_guide(book: Any, shown: str) -> None:
    """The sheet that says how it goes, written anew each time."""
    from openpyxl.styles import Alignment, Font

    if guide.SHEET in book.sheetnames:
        del book[guide.SHEET]
    sheet = book.create_sheet(guide.SHEET)
    bold, wrap = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    rows: list[tuple[str, str, bool]] = [("How to fill this in", "", True)]
    rows += [(str(i), step, False) for i, step in enumerate(guide.STEPS, 1)]
    rows += [("", line, False) for line in guide.pointing_lines(shown)]
    rows += [("", "", False), ("Columns", "", True), *((a, b, False) for a, b in guide.COLUMNS)]
    rows += [("", "", False), ("Message classes", "", True), *((a, b, False) for a, b in guide.CLASSES)]
    for number, (left, right, heading) in enumerate(rows, 1):
        for column, text in ((1, left), (2, right)):
            cell = sheet.cell(number, column)
            put(cell, text or None)
            cell.alignment = wrap
            if heading or (column == 1 and text):
                cell.font = Font(bold=True, size=14) if heading else bold
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 110
    sheet.protection.sheet = True
