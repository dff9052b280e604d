"""Five raw files of a small made-up shop, as its departments might send them: what the tutorial begins with.

Owns the files, the same each time. Refuses to write a strategy: to make one is what the tutorial teaches.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

CUSTOMERS: Final = 120
SEED: Final = "inbox-check@seedlist.example"
"""An address that gets every newsletter and is nobody: an agency looks there at how the mails arrive."""
_FIRST: Final = ("Ada", "Ben", "Cleo", "Dov", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jan", "Kira", "Liam", "Mona")
_LAST: Final = ("Quill", "Rook", "Stone", "Tarn", "Usher", "Vale", "Wren", "Yates", "Zorn", "Ash", "Birk")
_NEWSLETTERS: Final = (
    (3, "March news", "What is new in March"),
    (10, "Garden week", "Everything for your garden"),
    (17, "Spring sale", "20% off until Sunday"),
    (19, "Spring sale reminder", "20% off until Sunday"),
    (26, "Easter", "Ideas for Easter"),
)
"""Day of March 2026, campaign, subject; one subject goes out twice within two days."""
_UNREADABLE: Final = ((7, "31/02/2026 09:00"), (58, "see list"), (93, "yesterday"))
"""Rows of the first newsletter whose date somebody has typed over."""


def write_raw_files(folder: Path) -> tuple[Path, ...]:
    """Write the five files into a folder, and say which."""
    folder.mkdir(parents=True, exist_ok=True)
    return (
        _customers(folder / "crm_customers.csv"),
        _newsletters(folder / "newsletter_mails.csv"),
        _calls(folder / "sales_calls.csv"),
        _letters(folder / "letters.csv"),
        _texts(folder / "parcel_sms_events.jsonl"),
    )


def _number(customer: int) -> str:
    return f"C{1001 + customer}"


def _email(customer: int) -> str:
    first, last = _FIRST[customer % len(_FIRST)], _LAST[customer % len(_LAST)]
    return f"{first}.{last}{customer}@example.org".lower()


def _phone(customer: int) -> str:
    """A mobile number kept free for fiction (Ofcom: 07700 900000 to 900999), as people write it at home."""
    return f"07700 900{customer:03d}"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def _write(path: Path, rows: Iterable[Sequence[Any]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)
    return path


def _customers(path: Path) -> Path:
    """The customer master: it alone knows number, address and telephone of each."""
    rows = [
        (_number(c), _FIRST[c % len(_FIRST)], _LAST[c % len(_LAST)], _email(c), _phone(c), "Leeds")
        for c in range(CUSTOMERS)
    ]
    return _write(path, [("customer_no", "first_name", "last_name", "email", "mobile", "city"), *rows])


def _newsletters(path: Path) -> Path:
    """Marketing's mails: everybody but each sixth, and the seed address; some bounce, three dates are no dates."""
    rows: list[tuple[str, ...]] = []
    for day, campaign, subject in _NEWSLETTERS:
        for c in (c for c in range(CUSTOMERS) if c % 6):
            sent = f"{_at(day, 9, c % 50):%d/%m/%Y %H:%M}"
            rows.append((_email(c), sent, campaign, subject, "Bounced" if c % 40 == 7 else "Delivered"))
        rows.append((SEED, f"{_at(day, 9):%d/%m/%Y %H:%M}", campaign, subject, "Delivered"))
    for row, typed in _UNREADABLE:
        address, _, *rest = rows[row]
        rows[row] = (address, typed, *rest)
    return _write(path, [("Email", "Sent", "Campaign", "Subject", "Status"), *rows])


def _calls(path: Path) -> Path:
    """Sales' calls, under a title, with semicolons; many on the day of a newsletter."""
    results = ("Reached", "Voicemail", "No answer", "Reached")
    rows = [
        (_phone(c), f"{_at(3 + 7 * (c % 4) + (c % 3 == 0), 10 + c % 7, c % 60):%d/%m/%Y %H:%M}",
         "Service contract", results[c // 2 % 4])
        for c in range(0, CUSTOMERS, 2)
    ]  # fmt: skip
    titles = [("Outbound calls, March 2026",), ()]
    return _write(path, [*titles, ("Phone", "Called on", "Pitch", "Result"), *rows], ";")


def _letters(path: Path) -> Path:
    """Letters with the day of printing and no time; nothing says which department sends them."""
    rows = [
        (_number(c), f"{_at(2 + 8 * (c % 3), 0):%d/%m/%Y}", ("Invoice", "Reminder", "New terms")[c % 3])
        for c in range(CUSTOMERS)
    ]
    return _write(path, [("customer_no", "printed_on", "letter"), *rows])


def _texts(path: Path) -> Path:
    """Logistics' text messages as the provider logs them: a row each time that something happens to one."""
    lines = []
    for c in range(0, CUSTOMERS, 3):
        sent = _at(4 + c % 20, 7, c % 60)
        ends = "undelivered" if c % 30 == 9 else "delivered"
        for seconds, event in ((0, "sent"), (4, ends)):
            when = int((sent + timedelta(seconds=seconds)).timestamp())
            lines.append({"message_id": f"sm{c:05d}", "to": _phone(c), "timestamp": when, "event": event,
                          "template": "parcel-today", "text": "Your parcel comes today."})  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path
