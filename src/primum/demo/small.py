"""Small files of made-up companies: people, days and rows, the same each time.

Owns the helpers that the small companies share. Refuses to know any of them.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

FIRST_DAY: Final = datetime.fromisoformat("2026-01-05")
DAYS: Final = 175
_FIRST: Final = (
    "Ada",
    "Ben",
    "Cleo",
    "Dov",
    "Eva",
    "Finn",
    "Gita",
    "Hugo",
    "Ines",
    "Jan",
    "Kira",
    "Liam",
    "Mona",
    "Noor",
)
_LAST: Final = ("Quill", "Rook", "Stone", "Tarn", "Usher", "Vale", "Wren", "Yates", "Zorn", "Ash", "Birk", "Cole")


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file; its folder is made if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        writer.writerows(rows)


def email_of(person: int) -> str:
    """A made-up address of a person."""
    return f"{_FIRST[person % len(_FIRST)]}.{_LAST[person % len(_LAST)]}{person}@example.org".lower()


def phone_of(person: int) -> str:
    """One of the thousand mobile numbers that Ofcom keeps free for drama: nobody has it."""
    return f"+447700900{person:03d}"


def instant(chance: random.Random, day: int, first: int = 8, last: int = 20) -> datetime:
    """A local time on a day of the half year, between two hours."""
    return FIRST_DAY + timedelta(days=day, hours=chance.randrange(first, last), minutes=chance.randrange(60))


def written(at: datetime) -> str:
    """An instant as exports write it."""
    return at.strftime("%Y-%m-%d %H:%M")


def day_written(at: datetime) -> str:
    """A day as exports write it."""
    return at.strftime("%Y-%m-%d")


def by_time(rows: list[list[object]], column: int) -> list[list[object]]:
    """Rows in the order of a column."""
    return sorted(rows, key=lambda row: str(row[column]))
