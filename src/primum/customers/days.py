"""Local days as instants: when one begins, when the one of an instant ends, and the turns of calendar periods.

Owns the way from dates to microseconds UTC in one zone. Refuses to read a clock.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from primum.words.time import EPOCH_DAY, from_us, instant_us

HOUR_US = 3_600_000_000
NO_START = int(np.iinfo(np.int64).min)
"""Stands for a beginning that is not known."""
NO_END = int(np.iinfo(np.int64).max)
"""Stands for an end that is not known, or never comes."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH_DAY).days


def begin_of(day: date, zone: str) -> int:
    """The first instant of a local date. Where the clock skips midnight, that is the instant it skips at."""
    return instant_us(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def begins_of(days: np.ndarray, zone: str) -> np.ndarray:
    """`begin_of` for day numbers (int64); each distinct one is asked for once."""
    return _each(days, lambda day: begin_of(EPOCH_DAY + timedelta(days=day), zone))


def ends_of_days(instants: np.ndarray, zone: str) -> np.ndarray:
    """For instants that begin a local day (int64 microseconds), the first instant of the following one."""
    return _each(instants, lambda at: begin_of(_local_date(at, zone) + timedelta(days=1), zone))


def local_days(instants: np.ndarray, zone: str) -> np.ndarray:
    """The local day number of each instant: the hours of a zone's offsets are looked up, not the instants."""
    quarter = HOUR_US // 4
    offsets = _each(instants // quarter, lambda q: _offset(q * quarter, zone))
    return np.asarray((instants + offsets) // (24 * HOUR_US))


def turns(first: int, last: int, every: str, zone: str) -> np.ndarray:
    """Beginnings of local days, weeks (Mondays) or months, from the period that holds `first` to the one of `last`.

    Args:
        every: daily, weekly or monthly.
    """
    day, end = _period(_local_date(first, zone), every), _local_date(last, zone)
    found = []
    while day <= end:
        found.append(begin_of(day, zone))
        day = _following(day, every)
    return np.array(found, np.int64)


def following_turn(at: int, every: str, zone: str) -> int:
    """The turn after the one that is this instant."""
    return begin_of(_following(_local_date(at, zone), every), zone)


def _local_date(at: int, zone: str) -> date:
    return from_us(at).astimezone(ZoneInfo(zone)).date()


def _offset(at: int, zone: str) -> int:
    found = from_us(at).astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if found is None else found // timedelta(microseconds=1)


def _period(day: date, every: str) -> date:
    if every == "monthly":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if every == "weekly" else day


def _following(day: date, every: str) -> date:
    if every == "monthly":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if every == "weekly" else 1)


def _each(values: np.ndarray, ask: Callable[[int], int]) -> np.ndarray:
    distinct, place = np.unique(values, return_inverse=True)
    return np.array([ask(int(v)) for v in distinct], np.int64)[place.reshape(-1)]
