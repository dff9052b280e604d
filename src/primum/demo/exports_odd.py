"""Contact exports as they come in practice: overlapping, corrected, without ids, a row for every status.

Owns their formats and the rows that say something twice. Refuses to decide who hears what.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.demo import identifiers as ids
from primum.demo.batch import (
    BOUNCED,
    CLICKED,
    DAY,
    DELIVERED,
    FAILED,
    LANDS_AFTER,
    MISSING,
    SENT,
    START,
    SUPPRESSED,
    Array,
    Batch,
    Contacts,
    local,
    local_day,
)
from primum.demo.columns import (
    EPOCH,
    Figures,
    TextFile,
    contacts_of,
    dice,
    instants,
    joined,
    marked,
    picked,
    quoted,
    words,
)
from primum.demo.messages import MESSAGES

MONTHS: Final = tuple(f"2025-{n:02d}" for n in range(1, 8))
CORRECTED: Final = 2
"""Which month of billing was exported wrongly, and again: March."""
OVERLAP: Final = 3
"""Days of the next month that a monthly export of billing holds."""


def _days(text: str) -> int:
    return int((np.datetime64(text) - np.datetime64(START.isoformat())).astype(int))


STARTS: Final = tuple(_days(f"{month}-01") for month in MONTHS)


class SalesTexts:
    """`sales_texts_1.csv` and `_2.csv`: text messages sent by an agency, without ids; the two overlap by 8 days."""

    HEADER = "mobile,sent,campaign,text,report"
    UNREADABLE = (b"+44 1632 000001,31/06/2025 9:00,AGY offer,Hello,delivered\n",)
    REPORTS: Final = ("delivered", "accepted", "absent", "rejected", "stopped")
    SECOND_BEGINS: Final = 82
    FIRST_ENDS: Final = 89

    def __init__(self, folder: Path) -> None:
        self._files = [
            TextFile((folder / f"sales_texts_{n}.csv").open("wb"), self.HEADER, self.UNREADABLE if n == 1 else ())
            for n in (1, 2)
        ]
        self._repeated = self._folded = 0

    @property
    def figures(self) -> Figures:
        """What was written."""
        rows = sum(f.rows for f in self._files)
        return Figures(rows, len(self.UNREADABLE), self._repeated, self._folded)

    def write(self, batch: Batch) -> None:
        """Append a batch. One row in 30 is there twice; in the overlap, half of what arrived was on its way before."""
        c = contacts_of(batch.contacts, "sales_texts")
        day = local_day(c.minute)
        first, second = day < self.FIRST_ENDS, day >= self.SECOND_BEGINS
        both = first & second
        changed = both & (c.status == DELIVERED) & (dice(c, 2) == 0)
        twice = second & ~both & (dice(c, 30) == 1)
        early = Contacts(*(getattr(c, n) if n != "status" else np.where(changed, SENT, c.status) for n in _NAMES))
        self._files[0].write(self._lines(picked(early, first)))
        self._files[1].write(self._lines(picked(c, np.repeat(np.flatnonzero(second), 1 + twice[second]))))
        self._folded += int(changed.sum())
        self._repeated += int((both & ~changed).sum() + twice.sum())

    def _lines(self, c: Contacts) -> pa.Array:
        return joined(
            ",",
            ids.either(c.key == MISSING, None, ids.phone(c.person)),
            instants(local(c.minute), "%d/%m/%Y %H:%M"),
            words(c, [quoted(m.alias, ",") for m in MESSAGES]),
            words(c, [quoted(m.subject or "", ",") for m in MESSAGES]),
            ids.take(self.REPORTS, c.status),
        )

    def close(self) -> None:
        """Finish the files."""
        for file in self._files:
            file.close()


_NAMES: Final = tuple(Contacts.__dataclass_fields__)


class Billing:
    """`billing/bills_2025-01.csv` ...: bills and letters, a file a month; the day is all that is known.

    A letter's day is that of handing over. A file reaches three days into the next month, where what was delivered may
    still be on its way. March was exported twice: the first file also lists letters that were never printed.
    """

    HEADER = "doc|contract|printed|medium|job|class|wording|state"
    UNREADABLE = (
        b"D1|C-2019-00000001|00 Jan 2025|post|BILL-L|transactional|Bill enclosed|delivered\n",
        b"D2|C-2019-00000001|tomorrow|post|BILL-L|transactional|Bill enclosed|delivered\n",
    )
    STATES: Final = ("delivered", "with the carrier", "returned", "not printed", "withdrawn")

    def __init__(self, folder: Path) -> None:
        target = folder / "billing"
        target.mkdir(exist_ok=True)
        for old in target.glob("*.csv"):
            old.unlink()
        names = [f"bills_{m}" for m in MONTHS]
        names[CORRECTED] += "_corrected"
        self._files = [self._file(target / f"{n}.csv", i) for i, n in enumerate(names)]
        self._wrong = self._file(target / f"bills_{MONTHS[CORRECTED]}.csv", -1)
        self._repeated = self._folded = self.ghosts = 0

    def _file(self, path: Path, place: int) -> TextFile:
        return TextFile(path.open("wb"), self.HEADER, self.UNREADABLE if place == 0 else ())

    @property
    def figures(self) -> Figures:
        """What was written."""
        rows = sum(f.rows for f in (*self._files, self._wrong))
        return Figures(rows, len(self.UNREADABLE), self._repeated, self._folded, self._wrong.rows)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "billing")
        printed = handed_over_day(c)
        month = np.searchsorted(STARTS, printed, side="right") - 1
        month = np.maximum(month, 0)
        into = np.array(STARTS)[month]
        early = (month > 0) & (printed - into < OVERLAP)
        changed = early & (c.status == DELIVERED) & (dice(c, 2) == 0)
        before = Contacts(*(getattr(c, n) if n != "status" else np.where(changed, SENT, c.status) for n in _NAMES))
        for place, file in enumerate(self._files):
            file.write(self._lines(picked(c, month == place)))
            file.write(self._lines(picked(before, early & (month == place + 1))))
        self._folded += int(changed.sum())
        self._repeated += int((early & ~changed).sum())
        self._write_wrong(picked(c, month == CORRECTED))

    def _write_wrong(self, c: Contacts) -> None:
        self._wrong.write(self._lines(c))
        ghosts = picked(c, dice(c, 5) == 1)
        self._wrong.write(self._lines(ghosts, "G"))
        self.ghosts += len(ghosts.person)

    def _lines(self, c: Contacts, mark: str = "D") -> pa.Array:
        said = [m.communication for m in MESSAGES]
        return joined(
            "|",
            ids.glue(mark, ids.text(marked(c))),
            ids.either(c.key == MISSING, None, ids.contract(c.person)),
            instants(handed_over_day(c) * DAY, "%d %b %Y"),
            words(c, [s.channel for s in said]),
            words(c, [m.alias for m in MESSAGES]),
            words(c, [s.purpose for s in said]),
            words(c, [m.subject for m in MESSAGES]),
            ids.take(self.STATES, c.status),
        )

    def close(self) -> None:
        """Finish the files."""
        for file in (*self._files, self._wrong):
            file.close()


def handed_over_day(c: Contacts) -> Array:
    """The local day on which each contact left: letters land days later."""
    post = np.array([m.communication.channel == "post" for m in MESSAGES])[c.message]
    return np.asarray(local_day(c.minute) - LANDS_AFTER * post)


QUEUED, LEFT, ARRIVED, BACK, BROKEN, DROPPED, OPEN, CLICK = range(8)
EVENTS: Final = ("queued", "sent", "delivered", "bounce", "error", "dropped", "open", "click")
FATES: Final = {
    DELIVERED: ((QUEUED, 0), (LEFT, 20), (ARRIVED, 45)),
    SENT: ((QUEUED, 0), (LEFT, 20)),
    BOUNCED: ((QUEUED, 0), (LEFT, 20), (BACK, 31)),
    FAILED: ((QUEUED, 0), (BROKEN, 5)),
    SUPPRESSED: ((QUEUED, 0), (DROPPED, 2)),
}
"""Status -> what the log says of such a message, and how many seconds after it was queued."""


class AppLog:
    """`app_events.csv`: one row for every event of a message, in no order, some twice; half the bounces stand alone."""

    HEADER = "message,device,event,event_at,campaign,class,text,asked_by"
    UNREADABLE = (
        b"9000000001,dev-0000000001,delivered,2025-04-31T10:00:00Z,push_tips,marketing,Hello,app\n",
        b"9000000002,dev-0000000001,swiped,2025-04-30T10:00:00Z,push_tips,marketing,Hello,app\n",
    )

    def __init__(self, folder: Path) -> None:
        self._lines = TextFile((folder / "app_events.csv").open("wb"), self.HEADER, self.UNREADABLE)
        self._repeated = self._folded = self._unlinked = 0

    @property
    def figures(self) -> Figures:
        """What was written; `repeated` counts rows of statuses only."""
        f = self._lines
        return Figures(f.rows, f.rejected, self._repeated, self._folded, unlinked=self._unlinked)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        c = contacts_of(batch.contacts, "app")
        rows, events, seconds = self._statuses(c)
        answers = self._answers(batch)
        twice = dice(picked(c, rows), 20) == 1
        twice &= (events == ARRIVED) | (events == BROKEN)
        self._repeated += int(twice.sum())
        self._folded += len(rows) - len(c.person)
        again = np.repeat(np.arange(len(rows)), 1 + twice)
        rows, events, seconds = rows[again], events[again], seconds[again]
        self._unlinked += int((c.key[rows] == MISSING).sum())
        lines = pa.concat_arrays(
            [
                _one(self._rows(picked(c, rows), events, seconds)),
                _one(self._rows(answers[0], answers[1], answers[2])),
            ]
        )
        shuffled = np.random.default_rng(len(lines)).permutation(len(lines))
        self._lines.write(lines.take(pa.array(shuffled)))

    @staticmethod
    def _statuses(c: Contacts) -> tuple[Array, Array, Array]:
        """Which contact, which event and when (seconds), a row each."""
        alone = (c.status == BOUNCED) & (dice(c, 2) == 0)
        parts = [(np.flatnonzero(alone), BACK, 0)]
        for status, fate in FATES.items():
            mine = np.flatnonzero((c.status == status) & ~alone)
            parts += [(mine, event, later) for event, later in fate]
        rows = np.concatenate([p[0] for p in parts])
        events = np.concatenate([np.full(len(p[0]), p[1]) for p in parts])
        return rows, events, np.concatenate([c.minute[p[0]] * 60 + p[2] for p in parts])

    @staticmethod
    def _answers(batch: Batch) -> tuple[Contacts, Array, Array]:
        r = batch.responses
        app = np.array([m.communication.source == "app" for m in MESSAGES])
        mine = np.flatnonzero((r.message >= 0) & app[r.message])
        none = np.zeros(len(mine), np.int8)
        answered = Contacts(r.person[mine], r.sent[mine], r.message[mine], none, none, none, none.astype(bool))
        return answered, np.where(r.kind[mine] == CLICKED, CLICK, OPEN), r.minute[mine] * 60 + 7

    @staticmethod
    def _rows(c: Contacts, events: Array, seconds: Array) -> pa.Array:
        said = [m.communication for m in MESSAGES]
        stamps = pa.array(EPOCH.astype("datetime64[s]") + seconds)
        return joined(
            ",",
            ids.text(marked(c)),
            ids.either(c.key == MISSING, None, ids.device(c.person)),
            ids.take(EVENTS, events),
            pc.strftime(stamps, "%Y-%m-%dT%H:%M:%SZ"),
            words(c, [m.alias for m in MESSAGES]),
            words(c, [s.purpose for s in said]),
            words(c, [quoted(m.subject or "", ",") for m in MESSAGES]),
            words(c, ["customer" if s.asked else "app" for s in said]),
        )

    def close(self) -> None:
        """Finish the file."""
        self._lines.close()


def _one(lines: pa.Array) -> pa.Array:
    return lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
