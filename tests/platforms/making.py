"""Made-up people, a clock without chance, and writers of the formats that platforms export.

Owns what an export is to a test: its files, what `primum init` should make of them, and what an audit should count.
Nothing here is anybody's data; only the names of columns and of statuses are facts, each with its source.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST = ("Ada", "Ben", "Cleo", "Dov", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jan", "Kira")
LAST = ("Quill", "Rook", "Stone", "Tarn", "Usher", "Vale", "Wren", "Yates", "Zorn", "Ash", "Birk", "Crane", "Dell")
CAMPAIGNS = ("Spring sale", "Garden week", "Last chance")
SUBJECTS = ("20% off, this week only", "Everything, for your garden", "The last day")
PEOPLE = 40


@dataclass(frozen=True)
class Person:
    """One made-up customer."""

    number: int

    @property
    def first(self) -> str:
        return FIRST[self.number % len(FIRST)]

    @property
    def last(self) -> str:
        return LAST[self.number % len(LAST)]

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}{self.number}@example.org".lower()

    @property
    def phone(self) -> str:
        """A number of the ranges that are kept free for fiction (Ofcom: 07700 900xxx)."""
        return f"+447700900{self.number:03d}"

    @property
    def crm(self) -> str:
        return f"{7_000_100 + 7 * self.number}"

    @property
    def contact(self) -> str:
        """An 18-character id, as Salesforce writes them."""
        return f"0035e00002{self.number:05d}AAX"

    @property
    def device(self) -> str:
        return f"fid{self.number:04d}Qx7Rk2"


people = tuple(Person(n) for n in range(PEOPLE))


def moment(n: int, seconds: int = 0) -> datetime:
    """The n-th sending: every 613 minutes from 2 March 2026, 08:03:20 UTC, so that 60 of them take 25 days."""
    return datetime(2026, 3, 2, 8, 3, 20, tzinfo=UTC) + timedelta(minutes=613 * n, seconds=seconds)


@dataclass(frozen=True)
class Expected:
    """What one source should become. A mapping names a column, or holds the value or the SQL in brackets."""

    kind: str
    key: Mapping[str, str]
    map: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    """Of the column that says what happened, or what is true: the export's word -> ours."""
    department: str | None = None
    zone: str | None = None
    as_of: str = ""
    """The format of the day in the file's name, or `file_date`."""
    of: str = ""
    """The attribute that `words` belongs to."""


@dataclass(frozen=True)
class Counts:
    """What an audit should count."""

    contacts: int = 0
    received: int = 0
    responses: int = 0
    states: int = 0
    rejected: int = 0
    customers: int | None = None
    """Customers in the masters; not looked at where None."""


@dataclass(frozen=True)
class Made:
    """One platform's export: its sources by name, its counts, and what may be asked (beginnings of questions)."""

    sources: Mapping[str, Expected]
    counts: Counts
    asks: str = ""
    """Words of the one question that is in order; empty where there is nothing to ask."""


Maker = Callable[[Path], Made]
PLATFORMS: dict[str, Maker] = {}


def platform(make: Maker) -> Maker:
    """Register a maker under its own name."""
    PLATFORMS[make.__name__] = make
    return make


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    titles: Sequence[str] = (),
    tail: Sequence[str] = (),
) -> None:
    """A delimited file; `titles` stand above the header, `tail` below the rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    lines = [*(f"{t}\r\n" for t in titles), out.getvalue(), *(f"{t}\r\n" for t in tail)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(lines).encode(encoding))


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


def month_first(when: datetime) -> str:
    """`3/2/2026 8:03:20 AM`, as Windows writes it in the United States."""
    hour = when.hour % 12 or 12
    return f"{when.month}/{when.day}/{when.year} {hour}:{when:%M:%S} {'AM' if when.hour < 12 else 'PM'}"


def milliseconds(when: datetime) -> int:
    return int(when.timestamp()) * 1000
