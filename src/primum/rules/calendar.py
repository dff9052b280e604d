"""Local calendars as tables: what each local day and each minute of the week mean to a compiled rule set.

Owns the tables by local day (which rows are live, which dates are closed, the number of each calendar period) and by
minute of the week (which hours rows are closed, how long until they open). Refuses to know who lives where.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from primum.rules.compile import MINUTES_OF_WEEK, Compiled, Kind
from primum.rules.model import Except, Hours, Rule
from primum.words.time import EPOCH_DAY, US_PER_DAY, transitions

LOOK_AHEAD_DAYS = 400
"""How far `until` is sought."""
MARGIN_DAYS = 3


@dataclass(frozen=True)
class DayTables:
    """Tables by local day; row 0 is the day `first` (days since 1970-01-01).

    `live` and `dates` (uint64, days x words): rows in force on that day; hours rows whose date is closed. `closed`
    (uint8, hours x days). `periods` (int64, axes x days): the number of the day or calendar period on each axis.
    """

    first: int
    live: np.ndarray
    dates: np.ndarray
    closed: np.ndarray
    periods: np.ndarray

    def covers(self, first: int, last: int) -> bool:
        """Whether all days from first to last are in the tables."""
        return self.first <= first and last < self.first + len(self.live)


@dataclass(frozen=True)
class HourTables:
    """Tables by minute of the week (0: Monday 00:00).

    `minutes` (int32, 10,080 x 1 + hours): first the row of `shut` (uint64, classes x words) that tells the hours rows
    which are closed then; then for each of the hours the minutes until it opens, 0 while open, -1 where it never does.
    """

    minutes: np.ndarray
    shut: np.ndarray


def day_tables(compiled: Compiled, first_us: int, last_us: int) -> DayTables:
    """Tables for all local days in which an instant between the two, or 400 days later, can lie; whole years."""
    first = date(_year(first_us // US_PER_DAY - MARGIN_DAYS), 1, 1)
    last = date(_year(last_us // US_PER_DAY + MARGIN_DAYS + LOOK_AHEAD_DAYS) + 1, 1, 1)
    days = [first + timedelta(i) for i in range((last - first).days)]
    live = np.zeros((len(days), compiled.words), np.uint64)
    for number, rule in enumerate(compiled.rules):
        _mark_live(compiled, number, rule, days, live)
    closed = np.zeros((max(1, len(compiled.hours)), len(days)), np.uint8)
    start = (first - EPOCH_DAY).days
    for number, hours in enumerate(compiled.hours):
        for day in hours.closed:
            if start <= day < start + len(days):
                closed[number, day - start] = 1
    return DayTables(start, live, _date_masks(compiled, closed, len(days)), closed, _periods(compiled, days))


def _year(day: int) -> int:
    return (EPOCH_DAY + timedelta(days=int(day))).year


def bits(rows: list[int], words: int) -> np.ndarray:
    """A mask with these bits."""
    mask = np.zeros(words, np.uint64)
    for row in rows:
        mask[row // 64] |= np.uint64(1) << np.uint64(row % 64)
    return mask


def _mark_live(compiled: Compiled, number: int, rule: Rule, days: list[date], live: np.ndarray) -> None:
    """Set the bits of the variant that is in force on each day: the first `except` that holds, else the rule's own."""
    by_variant: dict[int, list[int]] = {}
    for row in compiled.rows_of(number):
        by_variant.setdefault(compiled.rows[row].variant, []).append(row)
    masks = {v: bits(rows, compiled.words) for v, rows in by_variant.items()}
    if not rule.excepts and rule.starts is None and rule.ends is None:
        if 0 in masks:
            live |= masks[0]
        return
    for position, day in enumerate(days):
        ordinal = (day - EPOCH_DAY).days
        if (rule.starts is not None and ordinal < rule.starts) or (rule.ends is not None and ordinal > rule.ends):
            continue
        variant = next((i + 1 for i, e in enumerate(rule.excepts) if holds_on(e, day)), 0)
        if variant in masks:
            live[position] |= masks[variant]


def holds_on(part: Except, day: date) -> bool:
    """Whether an `except` holds on a local date; a yearly one whose end comes before its start wraps the new year."""
    if isinstance(part.start, int) and isinstance(part.end, int):
        return part.start <= (day - EPOCH_DAY).days <= part.end
    assert isinstance(part.start, tuple)
    assert isinstance(part.end, tuple)
    here = (day.month, day.day)
    if part.start <= part.end:
        return part.start <= here <= part.end
    return here >= part.start or here <= part.end


def _date_masks(compiled: Compiled, closed: np.ndarray, days: int) -> np.ndarray:
    masks = np.zeros((days, compiled.words), np.uint64)
    for position, row in enumerate(compiled.rows):
        if row.kind == Kind.HOURS:
            masks[closed[row.hours] > 0] |= bits([position], compiled.words)
    return masks


def _periods(compiled: Compiled, days: list[date]) -> np.ndarray:
    table = np.zeros((len(compiled.axes), len(days)), np.int64)
    first = (days[0] - EPOCH_DAY).days
    ordinals = np.arange(first, first + len(days))
    years = np.array([d.year for d in days])
    months = np.array([d.month for d in days])
    halves = np.array([d.day > 15 for d in days])
    for number, axis in enumerate(compiled.axes):
        if axis.axis in ("local_days", "day"):
            table[number] = ordinals
        elif axis.axis == "week":  # 1970-01-01 was a Thursday
            table[number] = (ordinals + 3 - axis.week_starts) // 7
        elif axis.axis == "half-month":
            table[number] = (years * 12 + months - 1) * 2 + halves
        elif axis.axis == "month":
            table[number] = years * 12 + months - 1
        elif axis.axis == "quarter":
            table[number] = years * 4 + (months - 1) // 3
        elif axis.axis == "year":
            table[number] = years
    return table


def hour_tables(compiled: Compiled) -> HourTables:
    """The tables of all hours rows."""
    opened = [open_minutes(h) for h in compiled.hours]
    shut = np.zeros((MINUTES_OF_WEEK, compiled.words), np.uint64)
    for position, row in enumerate(compiled.rows):
        if row.kind == Kind.HOURS:
            shut[~opened[row.hours]] |= bits([position], compiled.words)
    distinct, classes = np.unique(shut, axis=0, return_inverse=True)
    waits = [_waits(o) for o in opened]
    return HourTables(np.stack([classes.reshape(-1), *waits], axis=1).astype(np.int32), distinct)


def open_minutes(hours: Hours) -> np.ndarray:
    """Which minutes of the week are open (bool); a span beyond midnight runs into the next day."""
    if hours.spans is None:
        return np.ones(MINUTES_OF_WEEK, bool)
    found = np.zeros(MINUTES_OF_WEEK, bool)
    for day, spans in enumerate(hours.spans):
        for start, end in spans:
            found[np.arange(day * 1440 + start, day * 1440 + end) % MINUTES_OF_WEEK] = True
    return found


def _waits(opened: np.ndarray) -> np.ndarray:
    """Minutes from each minute of the week to the next open one."""
    if not opened.any():
        return np.full(MINUTES_OF_WEEK, -1, np.int32)
    places = np.flatnonzero(opened)
    places = np.append(places, places[0] + MINUTES_OF_WEEK)
    minutes = np.arange(MINUTES_OF_WEEK)
    return (places[np.searchsorted(places, minutes)] - minutes).astype(np.int32)


@lru_cache(maxsize=2048)
def zone_table(zone: str, first_year: int, last_year: int) -> np.ndarray:
    """Instants at which a zone's offset changes and the offset from each on (microseconds), first one open-ended.

    Raises: zoneinfo.ZoneInfoNotFoundError, ValueError where the name is no zone.
    """
    start = (date(first_year, 1, 1) - EPOCH_DAY).days * US_PER_DAY
    end = (date(last_year + 1, 1, 1) - EPOCH_DAY).days * US_PER_DAY
    instants, offsets = transitions(zone, start, end)
    found = np.array([instants, offsets], np.int64).T.copy()
    found[0, 0] = np.iinfo(np.int64).min
    return found


@dataclass(frozen=True)
class ZoneTables:
    """All zones of a batch, one behind the other: zone z is `table[start[z] : start[z + 1]]`.

    `table` (int64, n x 2): an instant and local time minus UTC from then on, in microseconds.
    """

    start: np.ndarray
    table: np.ndarray


def zone_tables(zones: list[str], first_us: int, last_us: int) -> tuple[ZoneTables, list[bool]]:
    """The tables of these zones over the years that matter, and which of the names can be read."""
    years = _year(first_us // US_PER_DAY - MARGIN_DAYS), _year(last_us // US_PER_DAY + LOOK_AHEAD_DAYS + MARGIN_DAYS)
    tables, readable = [], []
    for zone in zones:
        try:
            tables.append(zone_table(zone, *years))
            readable.append(True)
        except (OSError, ValueError, KeyError):
            tables.append(zone_table("UTC", *years))
            readable.append(False)
    start = np.zeros(len(zones) + 1, np.int64)
    start[1:] = np.cumsum([len(t) for t in tables])
    return ZoneTables(start, np.concatenate(tables)), readable
