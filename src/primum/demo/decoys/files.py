"""The exports of Harbour & Finch, as its systems write them.

Owns the files and how many of their rows are no contacts of their own. Refuses to decide what was said.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook

from primum.demo.batch import day_text
from primum.demo.decoys.people import HOME
from primum.demo.decoys.plan import Plan, Said

OVERLAP: Final = 3
"""A monthly file of the service desk runs on over the first days of the next month."""
WRONG: Final = "service_2025_05.csv"
CORRECTED: Final = "service_2025_05_corrected.csv"
LAG: Final = {"queued": 0, "sent": 1, "delivered": 2, "bounced": 3, "opened": 61, "clicked": 64}
"""Minutes after which the mailer logs what happened."""

Counts = dict[str, int]


def write_all(folder: Path, plan: Plan, cut_at: int) -> Counts:
    """Write every export into the folder.

    Args:
        plan: its contacts from `newsletters` are written in their order: the first `cut_at` into one file.

    Returns: rows that are no contact of their own, by name.
    """
    by_source: dict[str, list[Said]] = {}
    for contact in plan.said:
        by_source.setdefault(contact.saying.source, []).append(contact)
    _newsletters(folder, by_source["newsletters"], cut_at)
    _shop(folder, by_source["shop"])
    _bills(folder, by_source["bills"])
    _days(folder, by_source)
    _calls(folder, by_source["calls"])
    _master(folder, plan)
    return {
        **_offers(folder, plan, by_source["offers"]),
        **_service(folder, by_source["service"]),
        **_letters(folder, plan, by_source["letters"]),
    }


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        out.writerow(header)
        written = 0
        for row in rows:
            out.writerow(row)
            written += 1
    return written


def utc(at: datetime) -> str:
    """An instant with its zone."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(contact: Said) -> str:
    return f"{contact.date.isoformat()} {contact.minute // 60:02}:{contact.minute % 60:02}:00"


def _newsletters(folder: Path, said: list[Said], cut_at: int) -> None:
    header = ("message_id", "sent_at", "recipient", "campaign", "subject")
    for name, part in (("main", said[:cut_at]), ("harbour", said[cut_at:])):
        rows = (
            (f"N{c.number:07}", utc(c.instant), c.person.email, c.saying.name, c.saying.wording)
            for c in sorted(part, key=lambda c: (c.day, c.minute, c.number))
        )
        _table(folder / f"newsletters_{name}.csv", header, rows)


def _events(contact: Said) -> Iterator[dict[str, str]]:
    happened = ["queued", *(["sent", "delivered"] if contact.status == "delivered" else []), *contact.also]
    if contact.status == "bounced":
        happened = ["queued", "sent", "delivered", "bounced"] if contact.also else ["bounced"]
    for event in happened:
        yield {
            "message": f"F{contact.number:07}",
            "time": utc(contact.instant + timedelta(minutes=LAG[event])),
            "event": event,
            "recipient": contact.person.email,
            "campaign": contact.saying.name,
            "subject": contact.saying.wording,
        }


def _offers(folder: Path, plan: Plan, said: list[Said]) -> Counts:
    rows = [row for contact in said for row in _events(contact)]
    plan.random.shuffle(rows)
    with (folder / "offer_events.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    responses = sum(row["event"] in ("opened", "clicked") for row in rows)
    return {"event_rows": len(rows), "folded": len(rows) - responses - len(said), "responses": responses}


def _service(folder: Path, said: list[Said]) -> Counts:
    header = ("id", "when", "customer", "notice", "text")
    doubled = replaced = 0
    ordered = sorted(said, key=lambda c: (c.day, c.minute, c.number))
    for month in range(1, 8):
        here = [c for c in ordered if month in _months(c)]
        doubled += sum(c.date.month != month for c in here)
        name = CORRECTED if month == 5 else f"service_2025_{month:02}.csv"
        _table(folder / name, header, (_service_row(c) for c in here), ";")
        if month == 5:
            late = ((f"S{c.number:07}", _a_day_late(c), *_service_row(c)[2:]) for c in here)
            replaced = _table(folder / WRONG, header, late, ";")
    return {"doubled": doubled, "replaced": replaced}


def _months(contact: Said) -> tuple[int, ...]:
    month = contact.date.month
    return (month - 1, month) if contact.date.day <= OVERLAP and month > 1 else (month,)


def _service_row(c: Said) -> tuple[str, ...]:
    return (f"S{c.number:07}", _local(c), c.person.crm_id, c.saying.name, c.saying.wording)


def _a_day_late(contact: Said) -> str:
    return (datetime.fromisoformat(_local(contact)) + timedelta(days=1)).isoformat(" ")


def _letters(folder: Path, plan: Plan, said: list[Said]) -> Counts:
    header = ("handed_over", "customer", "letter", "text")
    rows = [(c.date.isoformat(), c.person.crm_id, c.saying.name, c.saying.wording) for c in said]
    twice = [c.number in plan.twice for c in said]
    for name, odd in (("a", 0), ("b", 1)):
        part = (row for i, row in enumerate(rows) if twice[i] or i % 2 == odd)
        _table(folder / f"letters_{name}.csv", header, sorted(part))
    return {"letters_doubled": sum(twice)}


def _shop(folder: Path, said: list[Said]) -> None:
    header = ("id", "at", "email", "mobile", "message", "class", "via", "text")
    rows = (
        (
            f"O{c.number:07}",
            utc(c.instant),
            c.person.email if c.saying.channel == "email" else "",
            c.person.phone if c.saying.channel == "sms" else "",
            c.saying.name,
            c.saying.purpose,
            c.saying.channel,
            c.saying.wording,
        )
        for c in said
    )
    _table(folder / "shop.csv", header, rows)


def _bills(folder: Path, said: list[Said]) -> None:
    rows = ((f"B{c.number:07}", _local(c), c.person.crm_id, c.saying.name, c.saying.wording) for c in said)
    _table(folder / "bills.csv", ("id", "sent", "customer", "bill", "subject"), rows)


def _days(folder: Path, by_source: dict[str, list[Said]]) -> None:
    visits = ((f"V{c.number:07}", c.date.isoformat(), c.person.phone, c.saying.wording) for c in by_source["visits"])
    _table(folder / "visits.csv", ("id", "day", "mobile", "text"), visits)
    notices = ((f"L{c.number:07}", c.date.isoformat(), c.person.crm_id, c.saying.wording) for c in by_source["notices"])
    _table(folder / "notices.csv", ("id", "day", "customer", "text"), notices)


def _calls(folder: Path, said: list[Said]) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "calls"
    sheet.append(["id", "called", "customer", "reason", "asked by", "opening"])
    for c in said:
        called = datetime.fromisoformat(_local(c))
        row = [f"C{c.number:07}", called, c.person.crm_id, c.saying.name, "customer", c.saying.wording]
        sheet.append(row)
    book.save(folder / "calls.xlsx")


def _master(folder: Path, plan: Plan) -> None:
    customers = (
        (p.crm_id, p.email, p.phone, "" if p.zone == HOME else p.zone)
        for p in plan.town.everybody
        if p.role in ("customer", "mailbox", "test")
    )
    _table(folder / "customers.csv", ("customer", "email", "phone", "time_zone"), customers)
    _table(folder / "opt_outs_2025-05-01.csv", ("customer", "flag"), ((p.crm_id, "no marketing") for p in plan.flagged))
    complaints = ((p.crm_id, day_text(a), day_text(b)) for p, a, b in plan.complaints)
    _table(folder / "complaints.csv", ("customer", "opened", "closed"), complaints)


def months_of(said: Iterable[Said]) -> dict[str, int]:
    """Contacts by calendar month in London."""
    held: dict[str, int] = {}
    for contact in said:
        month = _month(contact.date)
        held[month] = held.get(month, 0) + 1
    return held


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02}"
