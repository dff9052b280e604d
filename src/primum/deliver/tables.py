"""A list as a file: read whatever its columns are, and written again in its own format.

Owns the format, delimiter and encoding of a list, and the neutralising of cells that a spreadsheet would run. Refuses
to know what a column means. Formulas: OWASP, "CSV Injection".
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.sources.delimited import ROW, Delimited
from primum.sources.guess_tables import Table, tables_of
from primum.sources.rejects import Reject, RejectLog
from primum.sources.workbook import Workbook
from primum.words.errors import Complaint, MissingExtraError, SourceError

FORMATS: Final = {"csv": ".csv", "excel": ".xlsx", "parquet": ".parquet"}
"""Formats of lists, and how the names of files end that are written in them."""
_RUNS: Final = r"^[=+\-@\t\r]"
_ONLY_A_NUMBER: Final = r"^[+-][0-9 .,()/-]*$"
"""`+44 1632 000000` and `-3.50` run nothing, and a telephone number must stay one."""
_PAGE: Final = 100_000


@dataclass(frozen=True)
class Listed:
    """A list as it was read: `table` without numbers of rows, `rows` these numbers, `rejects` what cannot be read."""

    seen: Table
    table: pa.Table
    rows: tuple[int, ...]
    rejects: tuple[Reject, ...]

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.seen.path

    @property
    def ending(self) -> str:
        """How the name of a file in this format ends."""
        return FORMATS[self.seen.format]


def read_list(path: Path) -> Listed:
    """Read a list: CSV of any delimiter and encoding, the first sheet of a workbook, or Parquet.

    Raises: SourceError where it is none of these, or cannot be read as a whole.
    """
    if not path.is_file():
        raise SourceError([Complaint(str(path), 0, 0, "there is no such file.", "Name a list.")])
    seen = tables_of(path)[0][0]
    if seen.format not in FORMATS:
        cure = "Save it as CSV, Excel or Parquet."
        raise SourceError([Complaint(path.name, 0, 0, "it is no list that can be screened.", cure)])
    if seen.format == "parquet":
        table = pq.read_table(path)
        return Listed(seen, table, tuple(range(1, table.num_rows + 1)), ())
    log = RejectLog(path.name)
    reader = (Delimited if seen.format == "csv" else Workbook)(path, seen.spec, log)
    batches = list(reader.batches())
    if not batches:
        raise SourceError([Complaint(path.name, 0, 0, "it has no rows.", "Export it again.")])
    table = pa.Table.from_batches(batches)
    return Listed(seen, table.drop_columns([ROW]), tuple(table[ROW].to_pylist()), tuple(log.rejects))


# Neutralising


def neutralised(table: pa.Table) -> tuple[pa.Table, int]:
    """The table with `'` before every text that a spreadsheet would run, and how many there were."""
    cells = 0
    for number, field in enumerate(table.schema):
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
            continue
        column = table.column(number)
        number_only = pc.match_substring_regex(column, _ONLY_A_NUMBER)
        runs = pc.and_(pc.match_substring_regex(column, _RUNS), pc.invert(number_only))
        found = pc.sum(runs).as_py() or 0
        if found:
            quoted = pc.binary_join_element_wise(pa.scalar("'", field.type), column, pa.scalar("", field.type))
            table = table.set_column(number, field, pc.if_else(runs, quoted, column))
            cells += found
    return table, cells


def as_it_was(text: str) -> str:
    """A cell without the mark of `neutralised`."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@\t\r") else text


# Writing


def write_table(listed: Listed, table: pa.Table, path: Path, stamp: Mapping[str, str], *, same: bool = True) -> int:
    """Write rows in the format of the list they are of; how many cells were neutralised.

    Args:
        stamp: what the file says of itself where its format has a place for it (Excel, Parquet).
        same: whether the columns are those of the list; else the text may need more than its encoding.
    """
    safe, cells = neutralised(table)
    if listed.seen.format == "parquet":
        held = {f"primum {key}".encode(): value.encode() for key, value in stamp.items()}
        pq.write_table(safe.replace_schema_metadata({**(safe.schema.metadata or {}), **held}), path)
    elif listed.seen.format == "excel":
        _write_workbook(safe, path, stamp)
    else:
        _write_delimited(safe, path, listed, same=same)
    return cells


def _write_delimited(table: pa.Table, path: Path, listed: Listed, *, same: bool) -> None:
    encoding = (listed.seen.spec.encoding or "utf-8") if same else "utf-8-sig"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=listed.seen.spec.delimiter or ",")
        writer.writerow(table.schema.names)
        for rows in _pages(table):
            writer.writerows(rows)


def _write_workbook(table: pa.Table, path: Path, stamp: Mapping[str, str]) -> None:
    try:
        from openpyxl import Workbook as Book
    except ModuleNotFoundError:
        raise MissingExtraError("Writing Excel needs openpyxl: pip install 'primum[report]'.") from None
    book = Book(write_only=True)
    book.properties.title = f"List {stamp.get('list', '')}"
    book.properties.description = "; ".join(f"{key}: {value}" for key, value in stamp.items())
    sheet = book.create_sheet("List")
    sheet.append(table.schema.names)
    for rows in _pages(table):
        for row in rows:
            sheet.append(row)
    book.save(path)


def _pages(table: pa.Table) -> Iterator[list[tuple[Any, ...]]]:
    for begin in range(0, table.num_rows, _PAGE):
        page = table.slice(begin, _PAGE)
        yield list(zip(*(c.to_pylist() for c in page.columns), strict=True))


def write_rejects(path: Path, rejects: list[Reject]) -> None:
    """Write which rows could not be used, and why."""
    table = pa.Table.from_pylist(
        [{"file": r.file, "row": str(r.row), "column": r.column, "reason": r.reason} for r in rejects]
    )
    safe, _ = neutralised(table)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(safe.schema.names)
        writer.writerows(zip(*(c.to_pylist() for c in safe.columns), strict=True))


def with_rejects(listed: Listed, more: list[Reject]) -> Listed:
    """The list with further rows that cannot be used."""
    return replace(listed, rejects=(*listed.rejects, *more))
