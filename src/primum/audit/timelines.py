"""Timelines: one customer's contacts and responses as lines a person can read.

Owns the way from rows back to words, local times and sources. Refuses to choose whom to show: the sweep did.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.frame import Frame
from primum.audit.masking import Mask
from primum.audit.partial import Candidate
from primum.words.time import US_PER_DAY, day_text, from_us, instant_text, instant_us

SHOWN = 40


@dataclass(frozen=True)
class Event:
    """One line with what is needed to choose and summarise it."""

    line: r.ContactLine
    at_us: int
    counts: bool
    """Whether it is a contact that was received and pushed."""


class Timelines:
    """Reads customers' rows and turns them into lines."""

    def __init__(self, frame: Frame, mask: Mask) -> None:
        self._frame = frame
        self._mask = mask
        self._files = {f.number: (s.name, mask.file(f.name)) for s in frame.history.manifest.sources for f in s.files}
        self._response_tags = frame.history.tags("responses")

    def zone(self, candidate: Candidate) -> ZoneInfo:
        """The customer's zone, else the company's."""
        table = self._frame.history.customers(candidate.bucket, ["id", "zone"])
        name = table["zone"][candidate.customer].as_py() if "zone" in table.column_names else None
        try:
            return ZoneInfo(name or self._frame.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(self._frame.zone)

    def _home(self, source: str) -> ZoneInfo:
        """The zone in which a source's dates are days."""
        return ZoneInfo(self._frame.lookup.zone_of_source.get(source, self._frame.zone))

    def contacts(self, candidate: Candidate) -> list[Event]:
        """The customer's contacts (attempts and the rest), in time order."""
        rows = self._frame.history.customer_rows("contacts", candidate.bucket, candidate.customer)
        zone = self.zone(candidate)
        return [] if rows is None else [self._contact(row, zone) for row in rows.to_pylist()]

    def responses(self, candidate: Candidate) -> list[Event]:
        """The customer's responses, in time order."""
        rows = self._frame.history.customer_rows("responses", candidate.bucket, candidate.customer)
        zone = self.zone(candidate)
        return [] if rows is None else [self._response(row, zone) for row in rows.to_pylist()]

    def _contact(self, row: dict[str, object], zone: ZoneInfo) -> Event:
        look, tag = self._frame.lookup, int(str(row["tag"]))
        flags = int(look.tags[tag, k.FLAGS])
        counts = bool(flags & k.RECEIVED) and bool(flags & k.PUSHED)
        at = _us(row["at"])
        source, file = self._files[int(str(row["file"]))]
        precision, home = look.words("at_precision", tag) or "instant", self._home(source)
        day, time = _local(at, zone, precision, home)
        handed_over = row.get("handed_over")
        subject = row.get("subject")
        return Event(
            r.ContactLine(
                instant_text(at),
                day,
                time,
                look.words("department", tag),
                look.words("channel", tag),
                look.words("purpose", tag),
                look.words("communication", tag),
                self._mask.text(str(subject)) if subject is not None else None,
                look.words("status", tag),
                not flags & k.PUSHED,
                source,
                file,
                int(str(row["row"])),
                status_history=_text(row.get("status_history")),
                precision=precision,
                handed_over=None if handed_over is None else _local(_us(handed_over), home, "day", home)[0],
            ),
            at,
            counts,
        )

    def _response(self, row: dict[str, object], zone: ZoneInfo) -> Event:
        tag = int(str(row["tag"]))
        words = {c: self._response_tags[c][tag].as_py() for c in self._response_tags.column_names}
        at = _us(row["at"])
        source, file = self._files[int(str(row["file"]))]
        precision = words["at_precision"] or "instant"
        day, time = _local(at, zone, precision, self._home(source))
        line = r.ContactLine(
            instant_text(at),
            day,
            time,
            None,
            words["channel"],
            None,
            words["communication"],
            None,
            None,
            False,
            source,
            file,
            int(str(row["row"])),
            words["kind"] or "responded",
            precision=precision,
        )
        return Event(line, at, False)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _us(value: object) -> int:
    if isinstance(value, datetime):
        return instant_us(value.replace(tzinfo=from_us(0).tzinfo))
    raise TypeError(f"not an instant: {value!r}")


def _local(us: int, zone: ZoneInfo, precision: str, home: ZoneInfo) -> tuple[str, str | None]:
    """Day and time for the customer; of what is known only to the day, its date in the source's zone (`home`)."""
    if precision == "day":
        return from_us(us).astimezone(home).date().isoformat(), None
    local = from_us(us).astimezone(zone)
    time = f"{local:%H}-{local.hour + 1:02} h" if precision == "hour" else f"{local:%H:%M}"
    return local.date().isoformat(), time


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events as a person reads them: by day and time; of those known only to the day contacts first, responses last."""

    def place(event: Event) -> tuple[str, int, int, str]:
        line = event.line
        rank = 1 if line.time is not None else 2 if line.response else 0
        return line.day, rank, event.at_us, line.response or ""

    return sorted(events, key=place)


def busiest(events: Sequence[Event], width_us: int) -> tuple[int, int]:
    """First and last place (inclusive) of the fullest window of counted events less than `width_us` wide."""
    start, best, found = 0, 0, (0, 0)
    for i, event in enumerate(events):
        while event.at_us - events[start].at_us >= width_us:
            start += 1
        if i - start + 1 > best:
            best, found = i - start + 1, (start, i)
    return found


def person(timelines: Timelines, candidate: Candidate, mask: Mask) -> r.Person:
    """One of the most contacted people, with the lines around their busiest days."""
    events = [*timelines.contacts(candidate), *timelines.responses(candidate)]
    return told_person(candidate, events, mask)[0]


def told_person(
    candidate: Candidate, events: Iterable[Event], mask: Mask, around: int | None = None
) -> tuple[r.Person, list[Event]]:
    """Somebody with the lines around an instant (None: their busiest days), and these lines' events in order."""
    everything = in_order(events)
    counted = sorted((e for e in everything if e.counts), key=lambda e: e.at_us)
    departments = {e.line.department for e in counted if e.line.department is not None}
    if not counted:
        shown = _around(everything, *_at(everything, around))
        lines = tuple(e.line for e in shown)
        return r.Person(mask.person(candidate.id), 0, 0, 0, "", "", 0, "Nothing was pushed.", lines, len(lines)), shown
    first, last = busiest(counted, 7 * US_PER_DAY)
    week = counted[first : last + 1]
    most = max(Counter(e.line.day for e in counted).values())
    inside = (week[0].at_us, week[-1].at_us) if around is None else _at(everything, around)
    shown = _around(everything, *inside)
    told = r.Person(
        mask.person(candidate.id),
        len(counted),
        len(departments),
        len(week),
        week[0].line.day,
        week[-1].line.day,
        most,
        _summary(week, departments, most),
        tuple(e.line for e in shown),
        len(shown),
    )
    return told, shown


def _at(events: Sequence[Event], around: int | None) -> tuple[int, int]:
    """The instant of the event nearest to one, twice."""
    near = min((e.at_us for e in events), key=lambda at: (abs(at - (around or 0)), at), default=0)
    return near, near


def _around(events: list[Event], first_us: int, last_us: int) -> list[Event]:
    """At most SHOWN events: the busiest week, then its neighbours in time, nearest first."""
    if len(events) <= SHOWN:
        return events
    inside = [i for i, e in enumerate(events) if first_us <= e.at_us <= last_us]
    low, high = inside[0], min(inside[-1], inside[0] + SHOWN - 1)
    while high - low + 1 < SHOWN:
        before = first_us - events[low - 1].at_us if low else None
        after = events[high + 1].at_us - last_us if high + 1 < len(events) else None
        if after is None or (before is not None and before <= after):
            low -= 1
        else:
            high += 1
    return events[low : high + 1]


def _summary(week: list[Event], departments: set[str], most: int) -> str:
    in_week = {e.line.department for e in week if e.line.department is not None}
    heard = f"{len(week)} {'message' if len(week) == 1 else 'messages'} in 7 days"
    if len(in_week) > 1:
        heard += f" from {len(in_week)} departments ({', '.join(sorted(in_week))})"
    elif in_week:
        heard += f", all from {next(iter(in_week))}"
    day = f", up to {most} on one day" if most > 1 else ""
    return f"Heard {heard}{day}."


def repeat_example(timelines: Timelines, candidate: Candidate, mask: Mask) -> r.DuplicateExample:
    """A repeat with both its contacts."""
    contacts = timelines.contacts(candidate)
    first, again = (contacts[i] for i in candidate.rows)
    text, seconds = gap_between(first, again)
    return r.DuplicateExample(mask.person(candidate.id), text, seconds, first.line, again.line)


def gap_between(first: Event, again: Event) -> tuple[str, float]:
    """The gap between two contacts in words and in seconds, never told more exactly than both are known."""
    known = {first.line.precision, again.line.precision}
    if "day" in known:
        days = max(0, (date.fromisoformat(again.line.day) - date.fromisoformat(first.line.day)).days)
        return (gap_text(days * 86_400.0) if days else "on the same day"), days * 86_400.0
    seconds = (again.at_us - first.at_us) / 1_000_000
    if "hour" in known:
        hours = int(seconds // 3_600)
        return (gap_text(hours * 3_600.0) if hours else "within the hour"), hours * 3_600.0
    return gap_text(seconds), seconds


def gap_text(seconds: float) -> str:
    """A gap as people say it."""
    if seconds < 1:
        return "at the same instant"
    for size, one, many in ((86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {one if count == 1 else many} later"
    return f"{int(seconds)} seconds later"


def story(timelines: Timelines, candidate: Candidate) -> tuple[str, ...]:
    """The day on which one customer heard from the most departments, in two sentences; empty where it was one."""
    departments, contacts = -candidate.rank[0], -candidate.rank[1]
    if departments < 2:
        return ()
    day = day_text(candidate.rows[0])
    events = [e for e in timelines.contacts(candidate) if e.counts and e.line.day == day]
    words = [_told(e.line) for e in events[:6]]
    rest = f", and {len(events) - 6} more" if len(events) > 6 else ""
    when = datetime.fromisoformat(day)
    return (
        f"On {when:%A} {when.day} {when:%B %Y} one customer heard from {departments} departments "
        f"in {contacts} messages.",
        f"{_capital('; '.join(words))}{rest}.",
    )


def _told(line: r.ContactLine) -> str:
    when = f"at {line.time} " if line.time else ""
    if line.time and line.precision == "hour":
        when = f"between {line.time.replace('-', ' and ')} "
    how = f" by {line.channel}" if line.channel else ""
    what = line.subject or line.communication
    return f"{when}{line.department or 'somebody not recorded'}{how}" + (f" ({what})" if what else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
