"""The register as a spreadsheet: sections of the strategy that stand in a table (`from: register.xlsx`).

Owns the reading of such tables, the names of their columns and the merge with what stands in the strategy file itself
(which wins). Refuses to judge what a row says: once merged, a cell is checked like a line of YAML, and complaints name
file, sheet and cell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from primum.strategy.positions import KeyPath, Parsed, Place, Positions
from primum.strategy.register_columns import COMPUTED, FIELDS, LISTS, header_key, headers_of
from primum.strategy.scalars import unsound
from primum.strategy.tables import Grid, TableError, read_grid
from primum.words.errors import Complaint, did_you_mean
from primum.words.vocabulary import INITIATORS, PURPOSES

SECTIONS: Final = ("departments", "topics", "communications")
"""Sections that may be tables; departments first, since the others name them."""

_BESIDE: Final = ("from", "sheet")
_HEADER_WITHIN: Final = 10
"""Rows at the top among which the header is looked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a section of the strategy points to; `sheet` is None for a CSV file."""

    section: str
    file: str
    """As the strategy names it."""
    sheet: str | None
    rows: int
    """Rows that declare something."""
    unfilled: int
    """Rows that an audit wrote and in which nobody has filled in anything yet: they declare nothing."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What was parsed, with the rows of all tables put in."""

    parsed: Parsed
    tables: tuple[Table, ...] = ()
    warnings: tuple[Complaint, ...] = ()
    unread: bool = False
    """Whether a table could not be read at all: then names that seem undeclared may only be unread."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its name, and what its filled cells say."""

    name: str
    place: Place
    cells: Mapping[str, tuple[Any, Place]]


def with_tables(parsed: Parsed, folder: Path) -> Merged:
    """Replace every `from:` by the rows of its table; whatever is wrong with one is among the complaints.

    Args:
        parsed: the strategy file.
        folder: what the names of tables are relative to.
    """
    pointed = [section for section in SECTIONS if _points(parsed.data.get(section))]
    if not pointed:
        return Merged(parsed)
    merge = _Merge(parsed, folder)
    for section in pointed:
        merge.put_in(section)
    return merge.done()


def _points(section: Any) -> bool:
    return isinstance(section, dict) and any(isinstance(section.get(key), str) for key in _BESIDE)


class _Merge:
    """The strategy's data on the way to holding every row."""

    def __init__(self, parsed: Parsed, folder: Path) -> None:
        self._folder = folder
        self._parsed = parsed
        self._data = dict(parsed.data)
        self._keys, self._values = dict(parsed.positions.keys), dict(parsed.positions.values)
        self._complaints: list[Complaint] = []
        self._warnings: list[Complaint] = []
        self._tables: list[Table] = []
        self._unread = False

    def done(self) -> Merged:
        p = self._parsed
        positions = Positions(p.positions.file, self._keys, self._values, p.positions.spelled)
        complaints = (*p.complaints, *self._complaints)
        parsed = replace(p, data=self._data, positions=positions, complaints=complaints)
        return Merged(parsed, tuple(self._tables), tuple(self._warnings), self._unread)

    def put_in(self, section: str) -> None:
        """Read the table of one section and merge its rows with the entries beside `from`."""
        given: dict[str, Any] = dict(self._data[section])
        file, sheet = (given.pop(key, None) for key in _BESIDE)
        for key in [k for k, v in given.items() if isinstance(v, str)]:
            del given[key]
            self._complain((section, key), f'unknown key "{key}" in "{section}".', did_you_mean(key, _BESIDE), True)
        self._data[section] = given
        for key in _BESIDE:
            self._forget((section, key))
        grid = self._grid(section, file, sheet)
        if grid is None:
            self._unread = True
            return
        reader = _Reader(section, grid)
        rows = list(reader.rows())
        self._complaints += reader.complaints
        self._warnings += reader.warnings
        self._unread |= reader.unread
        self._tables.append(Table(section, str(file), grid.sheet, len(rows), reader.unfilled))
        for row in rows:
            self._add(section, given, row)

    def _forget(self, path: KeyPath) -> None:
        """The keys `from` and `sheet` are no names of the section: nothing may list them as declared."""
        self._keys.pop(path, None)
        self._values.pop(path, None)

    def _grid(self, section: str, file: Any, sheet: Any) -> Grid | None:
        if not isinstance(file, str):
            self._complain((section, "sheet"), f'"{section}" names a sheet but no file.', "Add `from: register.xlsx`.")
            return None
        if sheet is not None and not isinstance(sheet, str):
            self._complain((section, "sheet"), f'"sheet" in "{section}" must be a text.', "Write it in quotes.")
            return None
        try:
            return read_grid(self._folder / file, file, sheet, section)
        except TableError as error:
            self._complain((section, "sheet" if error.at_sheet else "from"), error.what, error.cure)
            return None

    def _complain(self, path: KeyPath, what: str, cure: str, at_key: bool = False) -> None:
        positions = self._parsed.positions
        place = positions.key(path) if at_key else positions.value(path)
        self._complaints.append(Complaint(place.file, place.line, place.column, what, cure))

    def _add(self, section: str, given: dict[str, Any], row: Row) -> None:
        """One row; where the strategy file itself says something about the same name, that counts."""
        path: KeyPath = (section, row.name)
        beside = given.get(row.name, {})
        entry = {} if beside is None else beside
        if not isinstance(entry, dict):
            return
        said = {field: self._settled(section, field, cell[0]) for field, cell in row.cells.items()}
        for field in said.keys() & entry.keys():
            if said[field] != _listed(field, entry[field]):
                self._warnings.append(_conflict(row, field, said[field], entry[field]))
        given[row.name] = {**said, **entry}
        self._keys.setdefault(path, row.place)
        self._values.setdefault(path, row.place)
        for field, (_, place) in row.cells.items():
            self._keys.setdefault((*path, field), place)
            self._values.setdefault((*path, field), place)

    def _settled(self, section: str, field: str, value: Any) -> Any:
        """A cell's words as the strategy spells them: people write `Marketing` for `marketing`."""
        known: Mapping[str, str] = {}
        if field == "purpose":
            known = {word: word for word in PURPOSES}
        elif field == "initiated":
            known = {word: word for word in INITIATORS}
        elif field == "channels":
            known = _names(self._data.get("channels"))
        elif field == "topic":
            known = _names(self._data.get("topics"))
        elif field == "owner" and section != "departments":
            known = _names(self._data.get("departments"))
        if isinstance(value, list):
            return [known.get(word.casefold(), word) for word in value]
        return known.get(value.casefold(), value)


def _names(section: Any) -> dict[str, str]:
    """Every name of a section, and every title that only one entry has, without regard to case."""
    if not isinstance(section, dict):
        return {}
    titles: dict[str, set[str]] = {}
    for name, entry in section.items():
        title = entry.get("title") if isinstance(entry, dict) else None
        if isinstance(title, str):
            titles.setdefault(title.casefold(), set()).add(name)
    single = {title: next(iter(names)) for title, names in titles.items() if len(names) == 1}
    return single | {str(name).casefold(): str(name) for name in section}


def _listed(field: str, value: Any) -> Any:
    return [value] if field in LISTS and isinstance(value, str) else value


def _conflict(row: Row, field: str, said: Any, entry: Any) -> Complaint:
    place = row.cells[field][1]
    here, there = (", ".join(v) if isinstance(v, list) else str(v) for v in (said, entry))
    what = f'"{row.name}" has the {field} "{here}" here and "{there}" in the strategy file, which counts.'
    return Complaint(place.file, place.line, place.column, what, "Keep it in one of the two.", place.cell)


class _Reader:
    """The rows of one table, and what is wrong with it."""

    def __init__(self, section: str, grid: Grid) -> None:
        self._section, self._grid = section, grid
        self.complaints: list[Complaint] = []
        self.warnings: list[Complaint] = []
        self.unread = False
        self.unfilled = 0

    def rows(self) -> Iterator[Row]:
        """Every row that declares something."""
        header = self._header()
        if header is None:
            self.unread = True
            return
        number, fields, computed = header
        seen: dict[str, str] = {}
        for row in range(number + 1, len(self._grid.rows)):
            found = self._row(row, fields, computed)
            if found is None:
                continue
            key = found.name
            if key in seen:
                what = f'"{key}" is there twice; it stands in cell {seen[key]} already.'
                self._complain(found.place, what, "Keep one of the two rows, or join them.")
                continue
            seen[key] = found.place.cell
            yield found

    def _header(self) -> tuple[int, dict[int, str], list[int]] | None:
        """The header's row, the field of each column that has one, and the columns that an audit wrote."""
        known = headers_of(self._section)
        for number, row in enumerate(self._grid.rows[:_HEADER_WITHIN]):
            fields = {c: known[header_key(t)] for c, t in enumerate(row) if header_key(t) in known}
            if "name" in fields.values():
                return self._columns(number, row, fields)
        first = next((n for n, row in enumerate(self._grid.rows) if any(row)), 0)
        titles = [t for t in self._grid.rows[first] if t] if self._grid.rows else []
        what = "there is no column `Name`" + (f"; the first row holds {', '.join(titles[:8])}." if titles else ".")
        cure = f"Give it a header such as {', '.join(FIELDS[self._section].values())}."
        self._complain(self._place(first, 0), what, cure)
        return None

    def _columns(self, number: int, row: list[str], fields: dict[int, str]) -> tuple[int, dict[int, str], list[int]]:
        computed = {header_key(t) for t in COMPUTED[self._section]}
        used: dict[str, int] = {}
        for column, field in sorted(fields.items()):
            if field in used:
                what = f'the columns "{row[used[field]]}" and "{row[column]}" both mean {field}.'
                self._complain(self._place(number, column), what, "Take one of them out.")
            used.setdefault(field, column)
        written = []
        for column, title in enumerate(row):
            if not title or column in fields:
                continue
            if header_key(title) in computed:
                written.append(column)
            else:
                self._unknown(number, column, title)
        return number, {c: f for f, c in used.items()}, written

    def _unknown(self, number: int, column: int, title: str) -> None:
        """A column nobody knows is left alone, unless it is nearly one that we know."""
        known = headers_of(self._section)
        near = get_close_matches(header_key(title), known, n=1, cutoff=0.8)
        place = self._place(number, column)
        if near:
            meant = FIELDS[self._section][known[near[0]]]
            self._complain(place, f'unknown column "{title}".', f"Did you mean '{meant}'? Rename it, or take it out.")
        else:
            what = f'the column "{title}" is not read.'
            cure = f"Read are: {', '.join(FIELDS[self._section].values())}."
            self.warnings.append(Complaint(place.file, place.line, place.column, what, cure, place.cell))

    def _row(self, row: int, fields: dict[int, str], computed: list[int]) -> Row | None:
        texts = self._grid.rows[row]
        cells: dict[str, tuple[Any, Place]] = {}
        name, at = "", self._place(row, 0)
        for column, field in fields.items():
            text = texts[column] if column < len(texts) else ""
            place = self._place(row, column)
            if field == "name":
                name, at = text, place
            if not text:
                continue
            if field == "name":
                continue  # whatever the sources call it: an odd name must lead back to its contacts
            if unsound(text):
                self._complain(place, "this cell holds a character that cannot be printed.", "Type it anew.")
            else:
                cells[field] = (self._value(field, text, place), place)
        if not name:
            if cells:
                self._complain(at, "this row has no name.", "Fill in the column `Name`, or clear the row.")
            return None
        if self._section == "communications" and not cells and any(any(texts[c : c + 1]) for c in computed):
            self.unfilled += 1
            return None
        return Row(name, at, cells)

    def _value(self, field: str, text: str, place: Place) -> Any:
        """A cell's value; several are told apart by `;`."""
        if field not in LISTS:
            return text
        words = [word.strip() for word in text.split(";") if word.strip()]
        if field == "channels" and any("," in word for word in words):
            self._complain(place, f'"{text}" lists several channels with commas.', "Put `;` between them.")
            words = [part.strip() for word in words for part in word.split(",") if part.strip()]
        return words

    def _place(self, row: int, column: int) -> Place:
        return self._grid.place(row, column)

    def _complain(self, place: Place, what: str, cure: str) -> None:
        self.complaints.append(Complaint(place.file, place.line, place.column, what, cure, place.cell))
