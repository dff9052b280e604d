"""Local time as the reference reads it: dates, minutes, hours, calendar periods, and what is known of an instant.

Owns the positions of events on the axes of windows (docs/rules.md, "Windows"). Refuses to be fast: it asks the zone
about every instant, and lists more turning points than there are rather than one too few.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

from primum.words.contacts import Precision
from primum.words.time import EPOCH_DAY, US_PER_DAY, offset_us, transitions
from primum.words.windows import Window

US_PER_MINUTE = 60_000_000
US_PER_HOUR = 3_600_000_000
TWO_DAYS = 2 * US_PER_DAY
"""Elapsed windows of at least this length bear a day's uncertainty (docs/rules.md, "Precision")."""


@dataclass(frozen=True, slots=True)
class When:
    """When something happened: at an instant, or somewhere in a local day (`first` to `last`, and its `date`)."""

    at: int
    first: int
    last: int
    date: int | None = None

    def told(self) -> "When":
        """As if it happened at the very instant that stands for its day."""
        return When(self.at, self.at, self.at, self.date)


def exactly(at: int) -> When:
    """An instant that is known."""
    return When(at, at, at)


class Clock:
    """The local time of one zone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.zone = ZoneInfo(name)

    def local(self, at: int) -> int:
        """What the clock on the wall shows, in microseconds since 1970-01-01 00:00 of that clock."""
        return at + offset_us(self.zone, at)

    def day(self, at: int) -> int:
        """The local date, in days since 1970-01-01."""
        return self.local(at) // US_PER_DAY

    def minute(self, at: int) -> int:
        """The minute of the local day."""
        return self.local(at) % US_PER_DAY // US_PER_MINUTE

    def hour(self, at: int) -> int:
        """The instant at which the hour that the clock shows began; so an hour that a fold repeats is two hours."""
        return at - self.local(at) % US_PER_HOUR

    def stretches(self, day: int) -> tuple[tuple[int, int, int], ...]:
        """Stretches around a local day in which local time runs evenly: from, to, offset."""
        return _stretches(self.name, day)

    def turns(self, day: int) -> set[int]:
        """Instants at which the local date may turn to this day, or from it."""
        found = set()
        for begin, _, offset in self.stretches(day):
            found |= {begin, day * US_PER_DAY - offset, (day + 1) * US_PER_DAY - offset}
        return found

    def bounds(self, day: int) -> tuple[int, int]:
        """The first and the last instant of a local day."""
        parts = [
            (max(begin, day * US_PER_DAY - offset), min(end, (day + 1) * US_PER_DAY - offset))
            for begin, end, offset in self.stretches(day)
        ]
        inside = [(a, b) for a, b in parts if a < b]
        return min(a for a, _ in inside), max(b for _, b in inside) - 1

    def when(self, at: int, precision: Precision) -> When:
        """What is known of an instant that was told with this precision.

        A day is told by its first instant, wherever that was; its date is the one on which its middle lies here.
        """
        if precision != "day":
            return exactly(at)
        date = self.day(at + US_PER_DAY // 2)
        first, last = self.bounds(date)
        return When(at, first, last, date)


@cache
def _stretches(zone: str, day: int) -> tuple[tuple[int, int, int], ...]:
    first, last = day * US_PER_DAY - TWO_DAYS, day * US_PER_DAY + 2 * TWO_DAYS
    instants, offsets = transitions(zone, first, last)
    return tuple(zip(instants, [*instants[1:], last], offsets, strict=True))


@cache
def clock(name: str) -> Clock:
    """The clock of a zone.

    Raises: KeyError, ValueError or OSError where the zone is not known.
    """
    return Clock(name)


def period(day: int, axis: str, week_starts: int) -> int:
    """The number of the calendar period that a local date lies in; of local days, the date itself."""
    if axis in ("day", "local_days"):
        return day
    if axis == "week":
        return (day + 3 - week_starts) // 7
    date = EPOCH_DAY + timedelta(days=day)
    month = date.year * 12 + date.month - 1
    if axis == "half-month":
        return 2 * month + (date.day > 15)
    return {"month": month, "quarter": month // 3, "year": date.year}[axis]


@cache
def _edges(day: int, axis: str, week_starts: int) -> tuple[int, int]:
    """The first date of this date's calendar period, and the first of the next."""
    here, first, following = period(day, axis, week_starts), day, day
    while period(first - 1, axis, week_starts) == here:
        first -= 1
    while period(following, axis, week_starts) == here:
        following += 1
    return first, following


def position(when: When, window: Window, home: Clock) -> tuple[int, int]:
    """Where something lies on the axis of a window: the least and the greatest place it may have."""
    if window.axis == "ever":
        return 0, 0
    if window.axis == "elapsed":
        return when.first, when.last
    here = clock(window.zone) if window.zone else home
    if window.axis == "hour":
        return here.hour(when.first), here.hour(when.last)
    day = here.day(when.at) if when.date is None else when.date
    number = period(day, window.axis, window.week_starts)
    return number, number


def turning_points(when: When, window: Window, home: Clock) -> set[int]:
    """Instants at which something else may come to lie within, or out of, a window that holds this."""
    points = {when.first, when.last}
    if window.axis == "elapsed":
        return points | {p + sign * window.width for p in (when.first, when.last, when.at) for sign in (-1, 1)}
    if window.axis == "ever":
        return points
    here = clock(window.zone) if window.zone else home
    if window.axis == "hour":
        return points | {p for at in (when.first, when.last) for p in _hour_edges(here, at)}
    day = here.day(when.at) if when.date is None else when.date
    if window.axis == "local_days":
        days = {day - window.width, day - window.width + 1, day + window.width}
    else:
        days = set(_edges(day, window.axis, window.week_starts))
    return points | {turn for d in days for turn in here.turns(d)}


def _hour_edges(here: Clock, at: int) -> set[int]:
    begin = here.hour(at)
    changes = {start for start, _, _ in here.stretches(here.day(at)) if begin < start < begin + US_PER_HOUR}
    return {begin, begin + US_PER_HOUR} | changes
