"""Days that stand in no column: in a file's name, or as the day on which the file was last changed.

Owns the search for a date in a name. Refuses to choose between two dates, or to take part of a longer number for one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from primum.sources.expressions import literal

_PATTERNS = {
    **dict.fromkeys("mdHIMSjy", r"\d{1,2}"),
    "Y": r"\d{4}",
    "y": r"\d{2}",
    "j": r"\d{1,3}",
    "b": "[A-Za-z]{3}",
    "B": "[A-Za-z]{3,9}",
    "p": "[AaPp][Mm]",
    "%": "%",
}
_FIXED = {"m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "I": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}", "j": r"\d{3}"}
"""Directives that follow one another without a sign between them have all their digits."""


@dataclass(frozen=True)
class DatedFile:
    """A file and when it was last changed (nanoseconds since 1970), by its number in `__file`."""

    number: int
    name: str
    modified_ns: int


def day_in_name(name: str, form: str) -> date:
    """The date that stands in a file's name in this format.

    Raises: ValueError, in words, where there is none, or more than one.
    """
    found = {d for d in (_parsed(text, form) for text in _candidates(PurePosixPath(name).name, form)) if d is not None}
    if len(found) == 1:
        return found.pop()
    if not found:
        raise ValueError(f"the name of the file {name} holds no date as in '{form}'.")
    listed = " and ".join(sorted(d.isoformat() for d in found))
    raise ValueError(f"the name of the file {name} holds several dates as in '{form}': {listed}.")


def _candidates(name: str, form: str) -> list[str]:
    """Every part of a name that looks like the format, and is no part of a longer number."""
    pieces = re.split(r"%-?(.)", form)
    pattern = ""
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            pattern += re.escape(piece)
        else:
            touching = (i > 1 and not pieces[i - 1]) or (i + 2 < len(pieces) and not pieces[i + 1])
            pattern += _FIXED.get(piece, _PATTERNS.get(piece, ".")) if touching else _PATTERNS.get(piece, ".")
    return [m[1] for m in re.finditer(rf"(?<!\d)(?=({pattern})(?!\d))", name)]


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form.replace("%-", "%")).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def days(files: Sequence[DatedFile], form: str | None, zone: str) -> dict[int, date]:
    """The day of each file, by its number: in its name where there is a format, else the day it was last changed.

    Raises: ValueError naming every file whose name is not so, in words.
    """
    found: dict[int, date] = {}
    wrong = []
    for file in files:
        try:
            found[file.number] = day_in_name(file.name, form) if form else _changed(file, zone)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise ValueError(" ".join(wrong))
    return found


def _changed(file: DatedFile, zone: str) -> date:
    return datetime.fromtimestamp(file.modified_ns // 1_000_000_000, ZoneInfo(zone)).date()


def by_file(found: dict[int, date], column: str) -> str:
    """SQL: the DATE of each row, by the number of its file in `column`."""
    if not found:
        return "NULL::DATE"
    cases = " ".join(f"WHEN {number} THEN DATE {literal(day.isoformat())}" for number, day in found.items())
    return f"CASE {column} {cases} END"
