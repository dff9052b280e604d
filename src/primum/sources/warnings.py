"""Warnings about exports that look like accidents: cut off, joined to their totals, mangled by a spreadsheet.

Owns the record of a warning and those that files tell as a whole (their length, their bytes, their columns). Refuses to
change a value: a warning says what to mend, and what is read stays what the file says. False alarms are worse than
misses: each kind has its innocent look-alike, which must stay silent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Protocol

from primum.words.masking import masked_file, masked_text


@dataclass(frozen=True)
class SourceWarning:
    """Something about an export that looks like an accident: `count` of `total` rows (files) show it.

    `example` is one of them, masked where it is an identifier; `what` ends without a full stop, `cure` with one.
    """

    kind: str
    source: str
    file: str | None
    column: str | None
    count: int
    total: int
    example: str | None
    what: str
    cure: str


class CountedFile(Protocol):
    """A file and its rows."""

    @property
    def name(self) -> str:
        """Relative to the strategy."""

    @property
    def rows(self) -> int:
        """Rows below the header, rejected ones included."""

    @property
    def counted(self) -> bool:
        """Whether its rows are rows of the source."""


AS_TEXT: Final = (
    "Export the column as text: in Excel choose Data > From Text/CSV and the type Text, or export from the system."
)
LIMITS: Final = {
    65_536: "an old spreadsheet (.xls) holds 65,536 lines",
    100_000: "many tools stop an export at 100,000 rows",
    1_000_000: "many tools stop an export at 1,000,000 rows",
    1_048_576: "a spreadsheet holds 1,048,576 lines",
}
"""Lengths at which exports are cut off, each with what is known of it."""
_POWERS: Final = (65_536, 1_048_576)
"""Limits that Parquet files meet by themselves: their writers like powers of two."""
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d")
_PART = re.compile(r"^(.*?)(\d{1,5})(\D*)$")


def limit_of(rows: int, parquet: bool = False) -> int | None:
    """The limit that a file of so many rows stands at, the header counted or not; None for any other length."""
    known = [n for n in LIMITS if not (parquet and n in _POWERS)]
    return next((n for n in known if rows == n or (rows == n - 1 and not parquet)), None)


def cut_off(source: str, files: Sequence[CountedFile], parquet: Iterable[str] = ()) -> list[SourceWarning]:
    """A warning for each file that ends exactly at a limit; not for the parts of an export that was split there."""
    typed, followed = set(parquet), _followed([f.name for f in files])
    found = []
    for file in files:
        limit = limit_of(file.rows, file.name in typed)
        alike = sum(f.rows == file.rows for f in files)
        if limit is None or file.name in followed or (file.name in typed and alike > 1):
            continue
        what = f"The file ends at exactly {file.rows:,} rows, and {LIMITS[limit]}: it may be cut off"
        cure = "Compare its last day with the system it comes from; export it in parts, or as CSV from the system."
        found.append(SourceWarning("cut_off", source, file.name, None, file.rows, file.rows, None, what, cure))
    return found


def _followed(names: Sequence[str]) -> set[str]:
    """Files that are part n of a series (report_1, report_2) of which part n + 1 is here; years and days are none."""
    parts = {}
    for name in names:
        stem = PurePosixPath(name).stem
        found = _PART.match(stem)
        if found and not _YEAR.search(stem):
            parts[name] = (str(PurePosixPath(name).parent), found[1], found[3], int(found[2]))
    numbered = set(parts.values())
    return {n for n, (folder, head, tail, i) in parts.items() if (folder, head, tail, i + 1) in numbered}


def same_bytes(source: str, files: Sequence[tuple[str, str, int]]) -> list[SourceWarning]:
    """Files (name, digest, rows) of one source that hold the very same bytes: what they say counts twice."""
    first: dict[str, str] = {}
    found = []
    for name, digest, rows in files:
        other = first.setdefault(digest, name) if digest and rows else name
        if other != name:
            what = f"The file holds the very same bytes as {masked_file(other)}: without ids its rows count twice"
            cure = "Take one of the two out of `files:`, and look for the file that is missing in its place."
            found.append(SourceWarning("same_file", source, name, None, rows, rows, None, what, cure))
    return found


def lacking(source: str, file: str, columns: Sequence[str], rows: int) -> SourceWarning:
    """A file that lacks columns which other files of the source have."""
    what = f"{masked_file(file)} lacks columns that other files of the source have: {', '.join(columns)}"
    cure = "Export it again with the same columns; until then they are empty for its rows."
    return SourceWarning("lacking_columns", source, file, ", ".join(columns), rows, rows, None, what, cure)


def two_types(source: str, column: str, families: Sequence[str], rows: int) -> SourceWarning:
    """A column whose type differs between typed files."""
    what = f"the column {column} is {' in one file, '.join(families)} in another; it is read as text"
    cure = "Write it with one type in every file."
    return SourceWarning("two_types", source, None, column, rows, rows, None, what, cure)


def only_midnights(source: str, column: str, attribute: str) -> SourceWarning:
    """A typed time of which every value is midnight: it is read as a date."""
    what = f"Every value of {column} stands at 00:00, so `{attribute}` is read as a day without a time"
    cure = "Export the time with the date, if the system knows it."
    return SourceWarning("read_as_days", source, None, column, 0, 0, "00:00:00", what, cure)


def replaces_nothing(source: str, what: str) -> SourceWarning:
    """A corrected file that is to replace one which is not there."""
    cure = "Look at the spelling under `replaces:`; where the old file is gone for good, take the line out."
    return SourceWarning("replaces_nothing", source, None, None, 1, 1, None, what, cure)


def masked(value: str | None, identifier: bool) -> str | None:
    """An example that may be shown: identifiers keep their form, not their value (digits 9, letters x).

    Addresses, phone-like and long numbers in other columns are masked, too.
    """
    if value is None:
        return None
    value = value if identifier else masked_text(value)
    if identifier:
        value = re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", value))
    return value if len(value) <= 60 else value[:59] + "…"
