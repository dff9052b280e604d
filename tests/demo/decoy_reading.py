"""A second reading of Harbour & Finch: what its files say, in plain Python, by nothing but the files.

Owns an understanding of the exports that was written apart from the generator: csv, json and openpyxl, no library of
ours, and none of the generator's lists. Slow and obvious on purpose.
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

LONDON = ZoneInfo("Europe/London")
ASKED = {"order received", "order shipped", "order delivered", "login code", "call-back"}
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """A contact as a file tells it. `at` is None where only the day is known; `who` is None for nobody."""

    source: str
    department: str
    who: str | None
    address: str
    name: str
    text: str
    handed_over: date
    at: datetime | None
    status: str = "delivered"
    lands: date | None = None
    """In the customer's calendar."""
    zone: ZoneInfo = LONDON
    """The customer's."""

    @cached_property
    def moment(self) -> datetime:
        """Its instant; noon of the day it lands where only that is known."""
        noon = datetime.combine(self.lands or self.handed_over, datetime.min.time(), UTC) + timedelta(hours=12)
        return self.at or noon

    @cached_property
    def company_day(self) -> date:
        """The day in the company's calendar."""
        return self.at.astimezone(LONDON).date() if self.at else (self.lands or self.handed_over)


@dataclass
class Reading:
    """Everything the files say."""

    lines: list[Line]
    responses: Counter[str]
    event_rows: int
    folded: int
    doubled: dict[str, int]
    replaced: int
    flagged: list[str]
    complaints: list[tuple[str, date, date]]
    rows: dict[str, int]
    shared: set[str]


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


class _Master:
    """Who is who: by customer number, address, phone."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        addresses = Counter(r["email"] for r in rows)
        self.shared = {a for a, n in addresses.items() if n > 5}
        self._by = {r["email"]: r["customer"] for r in rows if r["email"] not in self.shared}
        self._by |= {r["phone"]: r["customer"] for r in rows}
        self._by |= {r["customer"]: r["customer"] for r in rows}
        self.zone = {r["customer"]: ZoneInfo(r["time_zone"] or "Europe/London") for r in rows}

    def who(self, identifier: str) -> str | None:
        """The customer; a stranger is their own; an address of many is nobody's."""
        return None if identifier in self.shared else self._by.get(identifier, identifier)


def read(folder: Path) -> Reading:
    """Read the exports of a workspace."""
    exports = folder / "exports"
    master = _Master(table(exports / "customers.csv"))
    out = Reading([], Counter(), 0, 0, {}, 0, [], [], {}, master.shared)
    for lines in (_newsletters, _offers, _service, _letters, _bills, _shop, _calls, _visits, _notices):
        out.lines += [_placed(line, master) for line in lines(exports, out)]
    out.flagged = [r["customer"] for r in table(exports / "opt_outs_2025-05-01.csv")]
    out.complaints = [
        (r["customer"], date.fromisoformat(r["opened"]), date.fromisoformat(r["closed"]))
        for r in table(exports / "complaints.csv")
    ]
    return out


def _placed(line: Line, master: _Master) -> Line:
    """With its customer, and the day on which it lands there."""
    who = master.who(line.address)
    zone = master.zone.get(who or "", LONDON)
    under_way = timedelta(days=2) if line.source in ("letters", "notices") else timedelta()
    lands = line.at.astimezone(zone).date() if line.at else line.handed_over + under_way
    return replace(line, who=who, zone=zone, lands=lands)


def _timed(source: str, department: str, address: str, name: str, text: str, at: datetime) -> Line:
    return Line(source, department, None, address, name, text, at.astimezone(LONDON).date(), at)


def _newsletters(exports: Path, out: Reading) -> Iterator[Line]:
    for name in ("newsletters_main.csv", "newsletters_harbour.csv"):
        rows = table(exports / name)
        out.rows[name] = len(rows)
        for r in rows:
            yield _timed("newsletters", "marketing", r["recipient"], r["campaign"], r["subject"], _utc(r["sent_at"]))


def _offers(exports: Path, out: Reading) -> Iterator[Line]:
    messages: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (exports / "offer_events.jsonl").open(encoding="utf-8") as file:
        for text in file:
            row = json.loads(text)
            out.event_rows += 1
            if row["event"] in ("opened", "clicked"):
                out.responses[row["event"]] += 1
            else:
                messages[row["message"]].append(row)
    for rows in messages.values():
        rows.sort(key=lambda r: r["time"])
        out.folded += len(rows) - 1
        first, status = rows[0], rows[-1]["event"]
        at = _utc(first["time"])
        line = _timed("offers", "sales", first["recipient"], first["campaign"], first["subject"], at)
        yield replace(line, status="planned" if status == "queued" else status)


def _service(exports: Path, out: Reading) -> Iterator[Line]:
    seen: set[str] = set()
    wrong = exports / "service_2025_05.csv"
    out.replaced, out.doubled["service"] = len(table(wrong, ";")), 0
    for path in sorted(exports.glob("service_2025_*.csv")):
        for r in table(path, ";") if path != wrong else ():
            out.doubled["service"] += r["id"] in seen
            if r["id"] not in seen:
                yield _timed("service", "service", r["customer"], r["notice"], r["text"], _london(r["when"]))
            seen.add(r["id"])


def _letters(exports: Path, out: Reading) -> Iterator[Line]:
    seen: set[tuple[str, ...]] = set()
    out.doubled["letters"] = 0
    for name in ("letters_a.csv", "letters_b.csv"):
        for r in table(exports / name):
            mark = (r["handed_over"], r["customer"], r["letter"])
            out.doubled["letters"] += mark in seen
            if mark not in seen:
                day = date.fromisoformat(r["handed_over"])
                yield Line("letters", "billing", None, r["customer"], r["letter"], r["text"], day, None, "sent")
            seen.add(mark)


def _bills(exports: Path, out: Reading) -> Iterator[Line]:
    for r in table(exports / "bills.csv"):
        yield _timed("bills", "billing", r["customer"], r["bill"], r["subject"], _london(r["sent"]))


def _shop(exports: Path, out: Reading) -> Iterator[Line]:
    for r in table(exports / "shop.csv"):
        yield _timed("shop", "shop", r["email"] or r["mobile"], r["message"], r["text"], _utc(r["at"]))


def _calls(exports: Path, out: Reading) -> Iterator[Line]:
    book = openpyxl.load_workbook(exports / "calls.xlsx", read_only=True)
    rows = book["calls"].iter_rows(min_row=2, values_only=True)
    for _, called, customer, reason, asked_by, opening in rows:
        assert asked_by == "customer"
        yield _timed("calls", "service", customer, reason, opening, _london(called.isoformat(" ")))
    book.close()


def _visits(exports: Path, out: Reading) -> Iterator[Line]:
    for r in table(exports / "visits.csv"):
        day = date.fromisoformat(r["day"])
        yield Line("visits", "repairs", None, r["mobile"], "visit", r["text"], day, None)


def _notices(exports: Path, out: Reading) -> Iterator[Line]:
    for r in table(exports / "notices.csv"):
        day = date.fromisoformat(r["day"])
        yield Line("notices", "legal", None, r["customer"], "works nearby", r["text"], day, None, "sent")


def arrived(line: Line) -> bool:
    """Whether it was received."""
    return line.status in ("sent", "delivered")


def pushed(reading: Reading) -> list[Line]:
    """What findings are made of: received, not asked for, by a person (test addresses are people until confirmed)."""
    return [line for line in reading.lines if arrived(line) and line.name not in ASKED and is_person(line)]


def is_person(line: Line) -> bool:
    """Neither a seed, nor staff, nor an address of many."""
    return line.who is not None and not line.address.endswith(("@seedlist.example", "@harbourfinch.example"))


def by_person(lines: list[Line]) -> dict[str, list[Line]]:
    """In the order of time."""
    out: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda x: x.moment):
        assert line.who is not None
        out[line.who].append(line)
    return out


def common_period(reading: Reading) -> tuple[date, date, set[str]]:
    """From the latest first to the earliest last day of the departments with 1% of all contacts; the others."""
    days: dict[str, list[date]] = defaultdict(list)
    held = [line for line in reading.lines if line.status != "planned"]
    for line in held:
        days[line.department].append(line.company_day)
    large = [d for d in days if len(days[d]) >= 0.01 * len(held)]
    first, last = max(min(days[d]) for d in large), min(max(days[d]) for d in large)
    return first, last, set(days) - set(large)


def repeats(lines: list[Line]) -> list[tuple[Line, Line]]:
    """The nearest earlier line with the same text less than seven days before, and its repeat."""
    found = []
    for said in by_person(lines).values():
        for i, again in enumerate(said):
            earlier = [x for x in said[:i] if x.text == again.text and again.moment - x.moment < WEEK]
            if earlier:
                found.append((earlier[-1], again))
    return found


def _together(lines: list[Line]) -> dict[tuple[str, date], set[str]]:
    together: dict[tuple[str, date], set[str]] = defaultdict(set)
    for line in lines:
        assert line.who is not None
        assert line.lands is not None
        together[line.who, line.lands].add(line.department)
    return together


def meeting_days(lines: list[Line]) -> set[tuple[str, date]]:
    """Customer-days on which several departments met."""
    return {day for day, departments in _together(lines).items() if len(departments) > 1}


def meetings(lines: list[Line]) -> tuple[int, Counter[tuple[str, str]]]:
    """The number of customer-days on which several departments met, and by pair of departments."""
    pairs: Counter[tuple[str, str]] = Counter()
    for departments in _together(lines).values():
        for a in departments:
            pairs.update((a, b) for b in departments if a < b)
    return len(meeting_days(lines)), pairs


def carelessly(line: Line) -> Line:
    """As an audit would place it that takes a date for midnight in the company's zone."""
    if line.at is not None:
        return line
    midnight = datetime.combine(line.handed_over, datetime.min.time(), LONDON)
    zone = line.zone if line.source == "visits" else LONDON
    return replace(line, lands=midnight.astimezone(zone).date())


def busiest_weeks(lines: list[Line]) -> Counter[int]:
    """Busiest seven days -> people."""
    out: Counter[int] = Counter()
    for said in by_person(lines).values():
        out[max(sum(timedelta() <= b.moment - a.moment < WEEK for b in said) for a in said)] += 1
    return out
