"""Rows that cannot be read: kept with file, row, column and reason, and counted.

Owns the reject files and the limit beyond which a run stops. Refuses to drop a row silently, and to copy personal data:
what a reason quotes is masked where it names a person; the row's number leads back to the export.
"""

import csv
import heapq
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from primum.strategy.models import Data, Entry, Source
from primum.words.errors import Complaint, TooManyRejectsError
from primum.words.masking import masked_text

if TYPE_CHECKING:
    from primum.sources.prepare import Prepared

FORGIVEN = 5
"""So few rejects never stop a run, unless they are all there is."""
_QUOTED = re.compile(r"^'.*' (?=is\b)", re.DOTALL)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Reject:
    """One row that cannot be read. `lines`: how many lines of the file it swallowed."""

    file: str
    row: int
    column: str
    reason: str
    lines: int = 1


@dataclass
class RejectLog:
    """The rejects of one file while it is read."""

    file: str
    rejects: list[Reject] = field(default_factory=list)

    def add(self, row: int, column: str, reason: str, lines: int = 1) -> None:
        """Note one row."""
        self.rejects.append(Reject(self.file, row, column, masked_text(reason), lines))

    @property
    def count(self) -> int:
        """Rejected rows, swallowed lines included."""
        return sum(r.lines for r in self.rejects)


PERSONAL = ("id", "contact", "address", "reference", "account")
"""Attributes whose values name somebody, beside keys and identifiers."""


def personal_columns(source: Source) -> frozenset[str]:
    """The columns of a source whose values name somebody, in lower case; SQL entries by their attribute."""
    names = {*source.key.values(), *source.identifiers.values()}
    for attribute in PERSONAL:
        entry = source.map.get(attribute)
        names |= {attribute, (entry.column if isinstance(entry, Entry) else entry) or attribute}
    return frozenset(name.casefold() for name in names)


def safe_reason(reason: str, column: str, personal: frozenset[str]) -> str:
    """A reason without what names a person: what it quotes of identifiers' columns, and addresses and phones."""
    if column.casefold() in personal:
        return _QUOTED.sub("'…' ", reason)
    return _QUOTED.sub(lambda quoted: masked_text(quoted[0]), reason)


def split_reason(reason: str) -> tuple[str, str]:
    """The value that a reason quotes, with its quotation marks (empty where it quotes none), and what is wrong."""
    found = _QUOTED.match(reason)
    return (found[0].strip(), reason[found.end() :]) if found else ("", reason)


def safe_cell(text: str) -> str:
    """A text that a spreadsheet will not run as a formula."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def reject_file(source: str) -> str:
    """The name of a source's reject file: the source's name, with what no file name may hold replaced."""
    plain = re.sub(r"[^\w .-]", "_", source)
    mark = "" if plain == source else f"-{zlib.crc32(source.encode()):08x}"
    return f"{plain}{mark}.csv"


HEADER = ("file", "row", "column", "reason")
_Line = tuple[str, int, str, str]


def write_rejects(con: duckdb.DuckDBPyConnection, prepared: "Prepared", folder: Path) -> int:
    """Write `folder/SOURCE.csv` (file, row, column, reason; in this order) where there are any; returns how many rows.

    A reader's reject may stand for several lines of a file that it swallowed.
    """
    place = {f.name: i for i, f in enumerate(prepared.files)}
    read = sorted((place[r.file], r.row, r.column, r.reason) for r in prepared.rejects)
    lines = heapq.merge(read, _mapped(con, prepared), key=lambda line: line[:2])
    names = [f.name for f in prepared.files]
    safe = ((names[f], r, c, safe_reason(why, c, prepared.personal)) for f, r, c, why in lines)
    written = _write(folder / reject_file(prepared.name), safe)
    return written + sum(r.lines - 1 for r in prepared.rejects)


def _mapped(con: duckdb.DuckDBPyConnection, prepared: "Prepared") -> Iterator[tuple[int, int, str, str]]:
    """Rows that the mapping rejects, by file and row."""
    if not prepared.can_reject:
        return
    found = con.execute(
        f"SELECT file, row, reject_column, reject_reason FROM {prepared.view} "
        "WHERE reject_reason IS NOT NULL ORDER BY file, row"
    )
    while some := found.fetchmany(10_000):
        yield from ((int(f), int(r), c, why) for f, r, c, why in some)


def _write(path: Path, lines: Iterable[_Line]) -> int:
    """Write a reject file if there is a line; returns how many there are."""
    count, half = 0, path.with_suffix(".half")
    with ExitStack() as stack:
        writer = None
        for file, row, column, reason in lines:
            if writer is None:
                path.parent.mkdir(parents=True, exist_ok=True)
                writer = csv.writer(stack.enter_context(half.open("w", encoding="utf-8", newline="")))
                writer.writerow(HEADER)
            writer.writerow((safe_cell(file), row, safe_cell(column), safe_cell(reason)))
            count += 1
    if count:
        half.replace(path)
    else:
        path.unlink(missing_ok=True)
    return count


def merge_rejects(old: Path, new: Path, files: Sequence[str], left_out: Collection[str]) -> None:
    """Put the rejects of new files into a source's reject file.

    Args:
        old: the reject file that may be there; it is replaced.
        new: the reject file of the new files, if any.
        files: the source's files in order.
        left_out: files whose lines in `old` no longer count.
    """
    place = {safe_cell(name): i for i, name in enumerate(files)}
    gone = {safe_cell(name) for name in left_out}
    lines = [line for line in _lines(old) if line[0] not in gone] + _lines(new)
    lines.sort(key=lambda line: (place[line[0]], line[1]))
    _write(old, lines)


def _lines(path: Path) -> list[_Line]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle)
        next(rows)
        return [(file, int(row), column, reason) for file, row, column, reason in rows]


MOST_REASONS = 10


def reject_reasons(path: Path) -> tuple[tuple[str, str, int], ...]:
    """Why rows were rejected: (column, reason, rows) of a reject file, most rows first, the rarest ones together.

    The value that a reason quotes is left out: reasons are counted and shown, values stay in the reject file.
    """
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        counts = Counter((r["column"], _QUOTED.sub("a value ", r["reason"])) for r in rows)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(n for _, n in ranked[MOST_REASONS:])
    found = [(column, why, n) for (column, why), n in ranked[:MOST_REASONS]]
    return (*found, *([("", "other reasons", rest)] if rest else ()))


def check_rejects(prepared: Sequence["Prepared"], rejected: dict[str, int], data: Data, folder: Path) -> None:
    """Stop where so much cannot be read that an audit of the rest would mislead.

    Raises: TooManyRejectsError naming every source whose share of rejected rows exceeds its limit (a handful is
        forgiven), or of which no row can be read.
    """
    complaints = []
    for source in prepared:
        declared = data.sources[source.name]
        limit = data.rejects_at_most if declared.rejects_at_most is None else declared.rejects_at_most
        found = next((share for share in _shares(source, rejected[source.name]) if is_too_much(*share, limit)), None)
        if found is None:
            continue
        bad, rows = found
        first = _first(folder / reject_file(source.name))
        complaints.append(
            Complaint(
                ", ".join(f.name for f in source.files),
                0,
                0,
                f"source '{source.name}': {bad:,} of {rows:,} rows cannot be read (the limit is {limit:.1%}). "
                f"The first: {first}.",
                f"Mend the export or the mapping; {_kept(declared, source.name)}"
                "To go on all the same, raise `rejects_at_most` of the source.",
            )
        )
    if complaints:
        raise TooManyRejectsError(complaints)


def _kept(source: Source, name: str) -> str:
    """Where the rejects of a source are; those of a virtual one are not kept."""
    if source.mode == "virtual":
        return "as the source is virtual, they are not kept. "
    return f"all of them are in .primum/rejects/{reject_file(name)}. "


def _shares(source: "Prepared", rejected: int) -> list[tuple[int, int]]:
    """(rejected, all) rows: of the tables of a query, and of what the source itself holds."""
    used = [f for f in source.files if not f.replaced]
    tables = [f for f in used if not f.counted]
    within = sum(f.rejected for f in tables)
    return [(within, sum(f.rows for f in tables)), (rejected - within, sum(f.rows for f in used if f.counted))]


def is_too_much(bad: int, rows: int, limit: float) -> bool:
    """Whether so many unreadable rows of all stop a run: more than the limit and than a handful, or all there are."""
    return bool(bad) and ((bad > FORGIVEN and bad > limit * rows) or bad >= rows)


def _first(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as handle:
        row = next(csv.DictReader(handle))
    return f"row {row['row']}, column {row['column'] or '-'}: {row['reason']}"
