"""A second, independent reading of the made-up company's exports, written without looking at the generator.

Owns plain readers (csv, json, sqlite3, calamine, pyarrow), plain normal forms and plain dictionaries as links. Refuses
to import the generator.
"""

import csv
import gzip
import json
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook
from ruamel.yaml import YAML

LONDON = ZoneInfo("Europe/London")
RECEIVED = ("delivered", "sent")


@dataclass(frozen=True)
class Contact:
    customer: str | None
    at: datetime
    department: str | None
    channel: str | None
    purpose: str | None
    communication: str
    content: str | None
    status: str
    asked: bool
    valid_until: date | None
    product: str | None
    cost: float | None
    source: str = ""

    @property
    def day(self) -> date:
        return self.at.astimezone(LONDON).date()

    @property
    def counted(self) -> bool:
        return self.customer is not None and self.status in RECEIVED and not self.asked


@dataclass
class Reading:
    contacts: list[Contact] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    folded: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    naive: list[Contact] = field(default_factory=list)
    """Every row of the odd exports as a contact of its own, as a naive audit reads them."""
    no_people: dict[str, str] = field(default_factory=dict)
    """Customers who are none, by the strategy file -> why."""

    def by_customer(self, first: date | None = None, last: date | None = None) -> dict[str, list[Contact]]:
        """Counted contacts of people, in time order; of some days only, where they are given."""
        found: dict[str, list[Contact]] = {}
        for c in sorted((c for c in self.contacts if c.counted), key=lambda c: c.at):
            inside = (first is None or c.day >= first) and (last is None or c.day <= last)
            if inside and c.customer not in self.no_people:
                found.setdefault(str(c.customer), []).append(c)
        return found

    def common(self) -> tuple[date, date]:
        """The days of which every department with at least 1% of the contacts has some, from first to last."""
        held = Counter(c.department for c in self.contacts if c.status != "suppressed")
        large = {d for d, n in held.items() if d and 100 * n >= held.total()}
        spans = [[c.day for c in self.contacts if c.department == d] for d in sorted(map(str, large))]
        return max(min(days) for days in spans), min(max(days) for days in spans)


def normal(kind: str, value: Any) -> str | None:
    text = unicodedata.normalize("NFC", str("" if value is None else value)).strip().lower()
    if kind == "phone":
        digits = re.sub(r"\D", "", text.replace("(0)", ""))
        digits = re.sub(r"^(0044|44|0)", "", digits)
        text = digits if digits.strip("0") else ""
    if kind == "account" and text == "0":
        return None
    if text.split("@")[0] == "noemail" or text == "counter@brightwater.example":
        return None
    return text or None


def _table(path: Path, **form: Any) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, **form))


class Links:
    """Identifiers -> customer, by the master; what more than five customers share links nobody."""

    def __init__(self, exports: Path) -> None:
        claims: dict[tuple[str, str], set[str]] = {}
        with (exports / "crm_customers.csv").open(encoding="utf-8", newline="") as file:
            self.master = list(csv.DictReader(file))
        meters, contracts, devices = (
            _table(exports / name) for name in ("meters.csv", "contracts.csv", "app_devices.csv")
        )
        for kind, column, rows in (
            ("email", "e_mail", self.master),
            ("phone", "mobile", self.master),
            ("account", "account_no", self.master),
            ("meter", "meter", meters),
            ("contract", "contract", contracts),
            ("device", "device", devices),
        ):
            for row in rows:
                value = normal(kind, row[column])
                if value:
                    claims.setdefault((kind, value), set()).add(row["customer_no"].lower())
        self.shared = {key: owners for key, owners in claims.items() if len(owners) > 5}
        self._same: dict[str, str] = {}
        for owners in claims.values():
            if 1 < len(owners) <= 5:
                for owner in owners:
                    self._same[owner] = min(owners)
        self._owner = {key: min(owners) for key, owners in claims.items() if len(owners) <= 5}

    def customer(self, kind: str, value: Any) -> str | None:
        text = normal(kind, value)
        if text is None or (kind, text) in self.shared:
            return None
        if kind == "crm_id":
            return self._same.get(text, text)
        owner = self._owner.get((kind, text))
        return f"{kind}:{text}" if owner is None else self._same.get(owner, owner)


def _marketing(exports: Path) -> Iterator[dict[str, Any] | None]:
    words = {"Delivered": "delivered", "Sent": "sent", "Hard bounce": "bounced", "Error": "failed"}
    kinds = {"Newsletter": "marketing", "Survey": "survey", "Order": "transactional"}
    with (exports / "marketing_emails.csv").open(encoding="cp1252", newline="") as file:
        for row in csv.DictReader(file, delimiter=";", restkey="rest"):
            if "rest" in row or row["result"] is None:
                yield None
                continue
            try:
                at = datetime.strptime(row["sent_at"], "%d/%m/%Y %H:%M").replace(tzinfo=LONDON)
            except ValueError:
                yield None
                continue
            yield {
                "key": ("email", row["email"]),
                "at": at,
                "department": "marketing",
                "channel": "email",
                "purpose": kinds.get(row["type"]),
                "name": row["campaign"],
                "content": row["subject"],
                "status": words.get(row["result"], "suppressed"),
                "asked": row["trigger"] == "customer order",
                "ends": row["offer_ends"]
                and datetime.strptime(row["offer_ends"], "%d/%m/%Y").replace(tzinfo=UTC).date(),
                "product": row["offer"] or None,
            }


def _calls(exports: Path) -> Iterator[tuple[Any, ...]]:
    book = exports / "sales_calls.xlsx"
    if book.exists():
        yield from CalamineWorkbook.from_path(book).get_sheet_by_name("Calls").to_python(skip_empty_area=False)[3:]
        return
    with (exports / "sales_calls.csv").open(encoding="utf-8", newline="") as file:
        for number, at, pitch, line, product, ends, result, cost in list(csv.reader(file, delimiter=";"))[1:]:
            moment: Any = at
            if re.fullmatch(r"[\d-]{10} [\d:]{5}", at) and not at.startswith("2025-02-30"):
                moment = datetime.fromisoformat(at)
            yield number, moment, pitch, line, product, ends and date.fromisoformat(ends), result, float(cost)


def _sales(exports: Path) -> Iterator[dict[str, Any] | None]:
    words = {"Reached": "delivered", "Voicemail": "sent", "Wrong number": "bounced", "Line dead": "failed"}
    for number, at, pitch, line, product, ends, result, cost in _calls(exports):
        if not isinstance(at, datetime):
            yield None
            continue
        yield {
            "key": ("phone", number),
            "at": at.replace(tzinfo=LONDON),
            "department": "sales",
            "channel": "call",
            "purpose": "sales",
            "name": pitch,
            "content": line,
            "status": words.get(result, "suppressed"),
            "ends": ends.date() if isinstance(ends, datetime) else ends or None,
            "product": product or None,
            "cost": cost,
        }


def _service(exports: Path) -> Iterator[dict[str, Any] | None]:
    words = {"ok": "delivered", "handed over": "sent", "bounced": "bounced", "failed": "failed"}
    with gzip.open(exports / "service_log.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            try:
                row = json.loads(line)
                at = datetime.fromisoformat(row["when"])
            except (ValueError, TypeError):
                yield None
                continue
            yield {
                "key": ("crm_id", row["customer_no"]),
                "at": at,
                "department": {"customer service": "service", None: None}[row["team"]],
                "channel": row["via"],
                "purpose": row["class"],
                "name": row["reason"],
                "content": row["text"],
                "status": words.get(row["state"], "suppressed"),
            }


def _collections(exports: Path) -> Iterator[dict[str, Any] | None]:
    words = {
        "done": "delivered",
        "queued at carrier": "sent",
        "returned to sender": "bounced",
        "no such number": "failed",
    }
    base = sqlite3.connect(exports / "collections.sqlite")
    rows = base.execute("SELECT account_no, run_date, step, medium, wording, outcome FROM dunning_log").fetchall()
    base.close()
    for account, day, step, medium, wording, outcome in rows:
        try:
            landed = date.fromisoformat(day) + timedelta(days=2 if medium == "post" else 0)
            at = datetime.combine(landed, time(), LONDON)
        except ValueError:
            yield None
            continue
        yield {
            "key": ("account", account),
            "at": at,
            "department": "collections",
            "channel": medium,
            "purpose": "regulatory" if step == "DUN3" else "collections",
            "name": step,
            "content": wording,
            "status": words.get(outcome, "suppressed"),
        }


def _logistics(exports: Path) -> Iterator[dict[str, Any] | None]:
    for path in sorted((exports / "logistics").glob("*.parquet")):
        for row in pq.read_table(path).to_pylist():
            if row["notified_at"] is None:
                yield None
                continue
            state, at = row["state"].lower(), row["notified_at"]
            if row["medium"] == "post":
                at = datetime.combine(at.astimezone(LONDON).date() + timedelta(days=2), time(), LONDON)
            yield {
                "key": ("meter", row["meter"]),
                "at": at,
                "department": "logistics",
                "channel": row["medium"],
                "purpose": row["class"],
                "name": row["job"],
                "content": f"template {row['template']}",
                "status": state,
                "asked": row["requested_by"] == "customer",
            }


Row = tuple[tuple[Any, ...], dict[str, Any], datetime]
"""What tells one contact from another, the contact, and the instant of its status."""


def _texts(exports: Path) -> Iterator[Row | None]:
    words = {"delivered": "delivered", "accepted": "sent", "absent": "bounced", "rejected": "failed"}
    for path in sorted(exports.glob("sales_texts_*.csv")):
        for row in _table(path):
            try:
                at = datetime.strptime(row["sent"], "%d/%m/%Y %H:%M").replace(tzinfo=LONDON)
            except ValueError:
                yield None
                continue
            contact = {
                "key": ("phone", row["mobile"]),
                "at": at,
                "department": "sales",
                "channel": "sms",
                "purpose": "sales",
                "name": row["campaign"],
                "content": row["text"],
                "status": words.get(row["report"], "suppressed"),
            }
            yield (row["mobile"], at, row["text"]), contact, at


def _bills(exports: Path) -> Iterator[Row | None]:
    words = {"delivered": "delivered", "with the carrier": "sent", "returned": "bounced", "not printed": "failed"}
    for path in sorted((exports / "billing").glob("bills_*.csv")):
        if path.name == "bills_2025-03.csv":
            continue
        for row in _table(path, delimiter="|"):
            try:
                day = datetime.strptime(row["printed"], "%d %b %Y").replace(tzinfo=LONDON)
            except ValueError:
                yield None
                continue
            landed = day.date() + timedelta(days=2 if row["medium"] == "post" else 0)
            contact = {
                "key": ("contract", row["contract"]),
                "at": datetime.combine(landed, time(), LONDON),
                "department": "billing",
                "channel": row["medium"],
                "purpose": row["class"],
                "name": row["job"],
                "content": row["wording"],
                "status": words.get(row["state"], "suppressed"),
            }
            yield (row["doc"],), contact, day


def _events(exports: Path) -> Iterator[Row | None]:
    """The app's log, by the instant of each event; responses are left out."""
    words = {"queued": "planned", "sent": "sent", "delivered": "delivered", "bounce": "bounced", "error": "failed"}
    rows = []
    for row in _table(exports / "app_events.csv"):
        try:
            rows.append((datetime.fromisoformat(row["event_at"]), row))
        except ValueError:
            yield None
    for at, row in sorted(rows, key=lambda r: r[0]):
        if row["event"] in ("open", "click"):
            continue
        if row["event"] not in (*words, "dropped"):
            yield None
            continue
        contact = {
            "key": ("device", row["device"]),
            "at": at,
            "department": "app",
            "channel": "push",
            "purpose": row["class"],
            "name": row["campaign"],
            "content": row["text"],
            "status": words.get(row["event"], "suppressed"),
            "asked": row["asked_by"] == "customer",
        }
        yield (row["message"],), contact, at


READERS = {
    "marketing": _marketing,
    "sales": _sales,
    "service": _service,
    "collections": _collections,
    "logistics": _logistics,
}
ODD_READERS = {"sales_texts": _texts, "billing": _bills, "app": _events}
"""Exports in which several rows may tell of one contact."""


class _Maker:
    """Rows -> contacts, with the register's names and the channels' prices."""

    def __init__(self, strategy: Any, links: Links) -> None:
        self.links = links
        self.names: dict[str, str] = {}
        for name, entry in strategy["communications"].items():
            self.names |= dict.fromkeys([name, *entry.get("known_as", [])], name)
        self.asked = {n for n, entry in strategy["communications"].items() if entry.get("initiated") == "customer"}
        self.prices = {name: entry.get("unit_cost") for name, entry in strategy["channels"].items()}

    def contact(self, source: str, row: dict[str, Any]) -> Contact:
        name = self.names.get(row["name"], row["name"])
        return Contact(
            self.links.customer(*row["key"]),
            row["at"].astimezone(UTC),
            row["department"],
            row["channel"],
            row["purpose"],
            name,
            row["content"],
            row["status"],
            bool(row.get("asked")) or name in self.asked,
            row.get("ends") or None,
            row.get("product"),
            row.get("cost", self.prices.get(row["channel"])),
            source,
        )


def read(folder: Path) -> tuple[Reading, Links]:
    """Read everything below `folder/exports`, with the register of `folder/primum.yaml`."""
    strategy = YAML(typ="safe").load((folder / "primum.yaml").read_text(encoding="utf-8"))
    exports = folder / "exports"
    links, reading = Links(exports), Reading()
    maker = _Maker(strategy, links)
    for source, reader in READERS.items():
        for row in reader(exports):
            reading.rows[source] += 1
            if row is None:
                reading.rejected[source] += 1
                continue
            reading.contacts.append(maker.contact(source, row))
    for source, odd in ODD_READERS.items():
        _fold(source, list(odd(exports)), reading, maker)
    reading.replaced["billing"] = len(_table(exports / "billing" / "bills_2025-03.csv"))
    reading.rows["billing"] += reading.replaced["billing"]
    reading.rows["app"] += sum(row["event"] in ("open", "click") for row in _table(exports / "app_events.csv"))
    reading.no_people = _no_people(strategy, links)
    return reading, links


def _fold(source: str, rows: list[Row | None], reading: Reading, maker: _Maker) -> None:
    """The first row of a contact says what and when, the last one its status; the same again is a repeat."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    told: dict[tuple[Any, ...], set[tuple[str, datetime]]] = {}
    for row in rows:
        reading.rows[source] += 1
        if row is None:
            reading.rejected[source] += 1
            continue
        mark, contact, at = row
        if (contact["status"], at) in told.setdefault(mark, set()):
            reading.repeated[source] += 1
        elif mark in first:
            reading.folded[source] += 1
        told[mark].add((contact["status"], at))
        reading.naive.append(maker.contact(source, contact))
        first.setdefault(mark, dict(contact))["status"] = contact["status"]
    reading.contacts += [maker.contact(source, contact) for contact in first.values()]


def _no_people(strategy: Any, links: Links) -> dict[str, str]:
    """Customers of the master whose e-mail address matches a pattern of `not_people`."""
    found = {}
    for entry in strategy["customers"]["not_people"]:
        kind, pattern = entry["identifier"].split(":", 1)
        for row in links.master:
            if fnmatch(normal("email", row["e_mail"]) or "", pattern):
                found[str(links.customer(kind, row["e_mail"]))] = entry["why"]
    return found


def last_moment(day: date) -> datetime:
    """The last minute of a local day."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC) - timedelta(minutes=1)
