"""The contact exports of the first five departments of the made-up company, in five formats.

Owns formats, spellings and unreadable rows. Refuses to decide who hears what.

Every writer takes batch after batch, so memory follows the batch. Excel ends at 1,048,576 rows and is slow to write:
above `EXCEL_ROWS` contacts of sales, its export is CSV instead.
"""

import gzip
import json
import sqlite3
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.demo import identifiers as ids
from primum.demo.batch import (
    DAY,
    INFO,
    LANDS_AFTER,
    MISSING,
    OWN_PLACEHOLDER,
    PLACEHOLDER,
    SHARED,
    START,
    SUPPRESSED,
    Array,
    Batch,
    Contacts,
    local,
    local_day,
    minute,
)
from primum.demo.columns import (
    EPOCH,
    FAR,
    Figures,
    TextFile,
    contacts_of,
    dice,
    instants,
    joined,
    last_days,
    quoted,
    words,
)
from primum.demo.customer_exports import Extract, Master, Visits, Web
from primum.demo.exports_odd import AppLog, Billing, SalesTexts, handed_over_day
from primum.demo.messages import MESSAGES, call_cost

EXCEL_ROWS: Final = 100_000


class Writer(Protocol):
    """Writes one or more exports, batch by batch."""

    @property
    def figures(self) -> Figures:
        """What was written."""

    def write(self, batch: Batch) -> None:
        """Append a batch."""

    def close(self) -> None:
        """Finish the files."""


class Marketing:
    """`marketing_emails.csv`: semicolons, Windows-1252, UK dates in local time, keyed by e-mail address."""

    HEADER = "send_id;email;sent_at;campaign;type;subject;offer;offer_ends;trigger;result"
    UNREADABLE = (
        b"x1;amelia.jones@example.com;31/02/2025 10:00;NL Weekly;Newsletter;Hello;;;campaign;Delivered\n",
        b"x2;amelia.jones@example.com;next Tuesday;NL Weekly;Newsletter;Hello;;;campaign;Delivered\n",
        b"x3;amelia.jones@example.com;;NL Weekly;Newsletter;Hello;;;campaign;Delivered\n",
        b"x4;amelia.jones@example.com;04/02/2025 10:00;NL Weekly\n",
        b"x5;amelia.jones@example.com;04/02/2025 10:00;NL Weekly;Newsletter;a;b;c;d;e;f;campaign;Delivered;;\n",
    )
    TYPES: Final = {"marketing": "Newsletter", "survey": "Survey", "transactional": "Order", None: ""}
    RESULTS: Final = ("Delivered", "Sent", "Hard bounce", "Error", "Suppressed")

    def __init__(self, folder: Path) -> None:
        self._lines = TextFile((folder / "marketing_emails.csv").open("wb"), self.HEADER, self.UNREADABLE, "cp1252")
        said = [m.communication for m in MESSAGES]
        self._campaigns = [quoted(m.alias, ";") for m in MESSAGES]
        self._types = [self.TYPES.get(c.purpose, "") for c in said]
        self._offers = [c.product for c in said]
        self._subjects = [
            quoted(m.subject or "", ";") if c.department == "marketing" else ""
            for m, c in zip(MESSAGES, said, strict=True)
        ]
        self._triggers = ["customer order" if c.asked else "campaign" for c in said]
        self.months: Counter[str] = Counter()
        """Attempts by local month."""

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._lines.rows, self._lines.rejected)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "marketing")
        self._tally(c)
        number = np.arange(self._lines.rows, self._lines.rows + len(c.person))
        self._lines.write(
            joined(
                ";",
                ids.glue("m", ids.text(number)),
                self._addresses(batch, c),
                instants(local(c.minute), "%d/%m/%Y %H:%M").cast(pa.string()),
                words(c, self._campaigns),
                words(c, self._types),
                words(c, self._subjects),
                words(c, self._offers),
                last_days(c, "%d/%m/%Y"),
                words(c, self._triggers),
                ids.take(self.RESULTS, c.status),
            )
        )

    def _tally(self, c: Contacts) -> None:
        days = local_day(c.minute[c.status != SUPPRESSED])
        months = (EPOCH.astype("datetime64[D]") + days).astype("datetime64[M]")
        for month, count in zip(*np.unique(months, return_counts=True), strict=True):
            self.months[str(month)] += int(count)

    @staticmethod
    def _addresses(batch: Batch, c: Contacts) -> pa.Array:
        place = c.person - batch.people.first
        own = ids.email(batch.people.email_of[place], batch.people.mailbox[place])
        spelling = dice(c, 12)
        own = ids.either(spelling == 0, pc.utf8_upper(own), own)
        own = ids.either(spelling == 1, ids.glue(own, " "), own)
        own = ids.either(c.key == MISSING, "", own)
        own = ids.either(c.key == PLACEHOLDER, ids.PLACEHOLDER_MAILBOX, own)
        own = ids.either(c.key == OWN_PLACEHOLDER, ids.OWN_PLACEHOLDER_MAILBOX, own)
        own = ids.either(c.key == INFO, ids.INFO_MAILBOX, own)
        return ids.either(c.key == SHARED, ids.SHARED_MAILBOX, own)

    def close(self) -> None:
        """Finish the file."""
        self._lines.close()


SALES_HEADER: Final = ("Telephone", "Called on", "Pitch", "Opening line", "Product", "Offer ends", "Result", "Cost")
SALES_RESULTS: Final = ("Reached", "Voicemail", "Wrong number", "Line dead", "On stop list")
UNREADABLE_CALLS: Final = ("left message, Tues", "??", "2025-02-30 11:00")


def sales_numbers(batch: Batch, c: Contacts) -> pa.Array:
    """Telephone numbers as the agents typed them."""
    number = ids.either(c.key == PLACEHOLDER, ids.PLACEHOLDER_PHONE, ids.dialled(c.person, dice(c, 5)))
    return ids.either(c.key == MISSING, None, number)


class SalesWorkbook:
    """`sales_calls.xlsx`: two title rows, then a list of calls, keyed by telephone number in national forms."""

    TITLE = "Brightwater Energy: outbound calls"

    def __init__(self, folder: Path) -> None:
        from openpyxl import Workbook

        self._path = folder / "sales_calls.xlsx"
        self._book = Workbook(write_only=True)
        fixed = datetime(2025, 7, 7, 8, 0)  # noqa: DTZ001 (a workbook's properties carry no zone)
        self._book.properties.created = self._book.properties.modified = fixed
        self._sheet = self._book.create_sheet("Calls")
        for row in ((self.TITLE,), (), SALES_HEADER):
            self._sheet.append(row)
        self._unreadable = list(UNREADABLE_CALLS)
        self.rows = 0

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self.rows, len(UNREADABLE_CALLS))

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "sales")
        start = datetime.combine(START, datetime.min.time())
        numbers = sales_numbers(batch, c).to_pylist()
        times = [start + timedelta(minutes=m) for m in local(c.minute).tolist()]
        days = (local_day(c.minute) + c.valid).tolist()
        valid = (c.valid >= 0).tolist()
        for number, at, text, status, day, offered in zip(
            numbers, times, c.message.tolist(), c.status.tolist(), days, valid, strict=True
        ):
            said = MESSAGES[text]
            ends = START + timedelta(days=day) if offered else None
            self._append(number, at, said.alias, said.subject, said.communication.product, ends, status, text)
            if self.rows == FAR:
                self._append_unreadable()

    def _append(
        self,
        number: Any,
        at: Any,
        alias: str,
        line: str | None,
        product: str,
        ends: date | None,
        status: int,
        text: int,
    ) -> None:
        cost = call_cost(text) / 1000
        self._sheet.append((number, at, alias, line, product or None, ends, SALES_RESULTS[status], cost))
        self.rows += 1

    def _append_unreadable(self) -> None:
        for when in self._unreadable:
            self._append("01632 000001", when, "DF pitch", "Hello", "", None, 0, 0)
        self._unreadable.clear()

    def close(self) -> None:
        """Finish the file."""
        self._append_unreadable()
        self._book.save(self._path)


class SalesList:
    """`sales_calls.csv`: the same list for sizes that no workbook holds."""

    def __init__(self, folder: Path) -> None:
        bad = [f"01632 000001;{when};DF pitch;Hello;;;Reached;2.5\n".encode() for when in UNREADABLE_CALLS]
        self._lines = TextFile((folder / "sales_calls.csv").open("wb"), ";".join(SALES_HEADER), bad)

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._lines.rows, self._lines.rejected)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "sales")
        said = [m.communication for m in MESSAGES]
        self._lines.write(
            joined(
                ";",
                sales_numbers(batch, c),
                instants(local(c.minute), "%Y-%m-%d %H:%M"),
                words(c, [quoted(m.alias, ";") for m in MESSAGES]),
                words(c, [quoted(m.subject or "", ";") for m in MESSAGES]),
                words(c, [s.product for s in said]),
                last_days(c, "%Y-%m-%d"),
                ids.take(SALES_RESULTS, c.status),
                words(c, [f"{call_cost(m.number) / 1000}" for m in MESSAGES]),
            )
        )

    def close(self) -> None:
        """Finish the file."""
        self._lines.close()


class Service:
    """`service_log.jsonl.gz`: JSON Lines, UTC instants, keyed by customer number, often in small letters."""

    UNREADABLE = (
        b'{"when": "2025-03-04T09:12:00Z", "customer_no": "BW1000001", "team": "customer serv\n',
        b'{"when": "yesterday", "customer_no": "BW1000001", "team": "customer service", "via": "sms", '
        b'"reason": "bill-ready", "class": "transactional", "text": "Hello", "state": "ok"}\n',
        b'{"when": null, "customer_no": "BW1000001", "team": "customer service", "via": "sms", '
        b'"reason": "bill-ready", "class": "transactional", "text": "Hello", "state": "ok"}\n',
    )
    STATES: Final = ("ok", "handed over", "bounced", "failed", "suppressed")

    def __init__(self, folder: Path) -> None:
        raw = (folder / "service_log.jsonl.gz").open("wb")
        self._raw = raw
        packed = gzip.GzipFile(filename="", mode="wb", compresslevel=3, fileobj=raw, mtime=0)
        self._lines = TextFile(cast(IO[bytes], packed), "", self.UNREADABLE)
        self._tails = [self._tail(m.number) for m in MESSAGES]

    @staticmethod
    def _tail(number: int) -> str:
        m = MESSAGES[number]
        said = {"via": m.communication.channel, "reason": m.alias, "class": m.communication.purpose, "text": m.subject}
        return json.dumps(said)[1:-1]

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._lines.rows, self._lines.rejected)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "service")
        number = ids.crm(c.person)
        self._lines.write(
            ids.glue(
                '{"when": "',
                instants(c.minute, "%Y-%m-%dT%H:%M:%SZ"),
                '", "customer_no": "',
                ids.either(dice(c, 2) == 0, pc.utf8_lower(number), number),
                '", "team": ',
                ids.either(c.nameless, "null", '"customer service"'),
                ", ",
                words(c, self._tails),
                ', "state": "',
                ids.take(self.STATES, c.status),
                '"}\n',
            )
        )

    def close(self) -> None:
        """Finish the file."""
        self._lines.close()
        self._raw.close()


class Collections:
    """`collections.sqlite`: the table `dunning_log`, dates without a time, keyed by account number."""

    UNREADABLE = ("2025-13-45", "soon")
    OUTCOMES: Final = ("done", "queued at carrier", "returned to sender", "no such number", "held back")

    def __init__(self, folder: Path) -> None:
        path = folder / "collections.sqlite"
        path.unlink(missing_ok=True)
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute(
            "CREATE TABLE dunning_log "
            "(account_no INTEGER, run_date TEXT, step TEXT, medium TEXT, wording TEXT, outcome TEXT)"
        )
        self.rows = 0
        self._insert([(410_000_003, when, "DUN1", "sms", "A payment is due", "done") for when in self.UNREADABLE])

    def _insert(self, rows: Any) -> None:
        self._base.execute("BEGIN")
        done = self._base.executemany("INSERT INTO dunning_log VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._base.execute("COMMIT")
        self.rows += done.rowcount

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self.rows, len(self.UNREADABLE))

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "collections")
        account = np.where(c.key == PLACEHOLDER, 0, ids.account(c.person)).astype(object)
        account[c.key == MISSING] = None
        said = [MESSAGES[m] for m in c.message.tolist()]
        self._insert(
            zip(
                account.tolist(),
                instants(handed_over_day(c) * DAY, "%Y-%m-%d").to_pylist(),
                (m.alias for m in said),
                (m.communication.channel for m in said),
                (m.subject for m in said),
                (self.OUTCOMES[s] for s in c.status.tolist()),
                strict=True,
            )
        )

    def close(self) -> None:
        """Finish the file."""
        self._base.close()


class Logistics:
    """`logistics/notifications-*.parquet`: UTC instants, template numbers for texts, keyed by meter number."""

    UNREADABLE = 3
    STATES: Final = ("DELIVERED", "SENT", "BOUNCED", "FAILED", "SUPPRESSED")
    SCHEMA = pa.schema(
        [
            ("meter", pa.string()),
            ("notified_at", pa.timestamp("us", tz="UTC")),
            ("job", pa.string()),
            ("template", pa.int32()),
            ("medium", pa.string()),
            ("class", pa.string()),
            ("requested_by", pa.string()),
            ("state", pa.string()),
        ]
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "logistics"
        self._folder.mkdir(exist_ok=True)
        for old in self._folder.glob("notifications-*.parquet"):
            old.unlink()
        self.rows = self._files = 0

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self.rows, self.UNREADABLE)

    def write(self, batch: Batch) -> None:
        """Append a batch, as two files when it is the first."""
        c = contacts_of(batch.contacts, "logistics")
        said = [m.communication for m in MESSAGES]
        meter = ids.meter(c.person)
        table = pa.table(
            [
                ids.either(dice(c, 3) == 0, pc.utf8_lower(meter), meter),
                pa.array((EPOCH + self._sent(c)).astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC")),
                words(c, [m.alias for m in MESSAGES]),
                pa.array(np.array([m.template for m in MESSAGES], np.int32)[c.message]),
                words(c, [s.channel for s in said]),
                words(c, [s.purpose for s in said]),
                words(c, ["customer" if s.asked else "company" for s in said]),
                ids.take(self.STATES, c.status),
            ],
            schema=self.SCHEMA,
        )
        if self._files == 0:
            half = table.num_rows // 2
            self._put(pa.concat_tables([self._unreadable(), table[:half]]))
            table = table[half:]
        self._put(table)

    @staticmethod
    def _sent(c: Contacts) -> Array:
        """The minute of sending: letters leave at four in the afternoon, two days before they land."""
        letter = np.array([m.by_day for m in MESSAGES])[c.message]
        return np.asarray(np.where(letter, minute(local_day(c.minute) - LANDS_AFTER, 16 * 60), c.minute))

    def _unreadable(self) -> pa.Table:
        row = dict.fromkeys(self.SCHEMA.names) | {
            "meter": "MPX-00000001",
            "job": "engineer-slot",
            "state": "SENT",
        }
        return pa.Table.from_pylist([row] * self.UNREADABLE, schema=self.SCHEMA)

    def _put(self, table: pa.Table) -> None:
        pq.write_table(table, self._folder / f"notifications-{self._files:04d}.parquet")
        self._files += 1
        self.rows += table.num_rows

    def close(self) -> None:
        """Nothing is open."""


def writers(folder: Path, contacts: int) -> dict[str, Writer]:
    """All writers, by the name of their source."""
    return {
        "marketing": Marketing(folder),
        "sales": sales_export(folder, contacts),
        "service": Service(folder),
        "collections": Collections(folder),
        "logistics": Logistics(folder),
        "sales_texts": SalesTexts(folder),
        "billing": Billing(folder),
        "app": AppLog(folder),
        "customers": Master(folder),
        "web": Web(folder),
        "visits": Visits(folder),
        "extract": Extract(folder),
    }


def sales_in_excel(contacts: int) -> bool:
    """Whether sales exports a workbook: about one contact in ten is a call."""
    return contacts // 6 <= EXCEL_ROWS


def sales_export(folder: Path, contacts: int) -> SalesWorkbook | SalesList:
    """The export of sales that suits the size."""
    return SalesWorkbook(folder) if sales_in_excel(contacts) else SalesList(folder)
