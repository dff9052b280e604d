"""What every bucket of one audit shares: the history, the lookup, the calendar, the days that count.

Owns the frame and the calendar of a bucket's customers. Refuses to count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa

from primum.audit import kernels as k
from primum.audit.lookup import Lookup
from primum.history import History
from primum.words.time import US_PER_DAY, transitions

SENDING = ("contacts", "events")
"""Kinds of source whose rows tell of contacts."""


@dataclass(frozen=True)
class Span:
    """Local days of the company, both inclusive, and the instants they begin at and end before (microseconds UTC)."""

    first: int
    last: int
    begins: int
    ends: int


@dataclass(frozen=True)
class Frame:
    """What every bucket of one audit shares."""

    history: History
    lookup: Lookup
    zone: str
    first_us: int
    last_us: int
    day0: int
    month_of_day: np.ndarray
    months: tuple[str, ...]
    repeat_us: int
    week_us: int = 7 * US_PER_DAY
    common: Span | None = None
    """What figures across departments are restricted to; None: nothing lies outside, or there is no common period."""
    hidden: Mapping[int, np.ndarray] = field(default_factory=dict)
    """Per bucket, customers who are not to be shown among the worst hit (see `non_people`)."""


def make_frame(history: History, lookup: Lookup, zone: str, repeat_days: int) -> Frame:
    """The frame of an audit: the calendar covers every contact the manifest knows, with two days of margin."""
    extents = [(s.first, s.last) for s in history.manifest.sources if s.kind in SENDING]
    first = min((f for f, _ in extents if f is not None), default=0) - 2 * US_PER_DAY
    last = max((x for _, x in extents if x is not None), default=0) + 2 * US_PER_DAY
    day0, days = first // US_PER_DAY, (last - first) // US_PER_DAY + 2
    dates = np.arange(day0, day0 + days).astype("datetime64[D]").astype("datetime64[M]")
    months, codes = np.unique(dates, return_inverse=True)
    return Frame(
        history,
        lookup,
        zone,
        first,
        last,
        int(day0),
        codes.astype(np.int32),
        tuple(str(m) for m in months),
        repeat_days * US_PER_DAY,
    )


@cache
def zone_table(zone: str, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """`words.time.transitions` as arrays, computed once.

    Raises: zoneinfo.ZoneInfoNotFoundError, ValueError, OSError where the zone cannot be read.
    """
    instants, offsets = transitions(zone, first, last)
    return np.array(instants, np.int64), np.array(offsets, np.int64)


def calendar_of(frame: Frame, known: pa.Table, customers: int) -> tuple[k.Calendar, int]:
    """The calendar of a bucket's customers, and how many of them name a zone that cannot be read.

    A customer without a (readable) zone lives in the company's.
    """
    names, zone, unreadable = list(frame.lookup.zones), np.zeros(customers, np.int16), 0
    if "zone" in known.column_names:
        encoded = known["zone"].combine_chunks().dictionary_encode()
        place = np.zeros(len(encoded.dictionary) + 1, np.int16)
        bad = np.zeros(len(encoded.dictionary) + 1, bool)
        for i, name in enumerate(encoded.dictionary.to_pylist()):
            try:
                zone_table(name, frame.first_us, frame.last_us)
                place[i] = len(names)
                names.append(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                bad[i] = True
        indices = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
        zone, unreadable = place[indices], int(bad[indices].sum())
    tables = [zone_table(n, frame.first_us, frame.last_us) for n in names]
    first = np.cumsum([0, *(len(t[0]) for t in tables)]).astype(np.int64)
    return (
        k.Calendar(
            zone,
            first,
            np.concatenate([t[0] for t in tables]),
            np.concatenate([t[1] for t in tables]),
            frame.day0,
            frame.month_of_day,
        ),
        unreadable,
    )


def local_days(frame: Frame, at: np.ndarray, tag: np.ndarray) -> np.ndarray:
    """Each contact's local day in the company's zone (a number since 1970); of a date alone, in its source's."""
    meaning = frame.lookup.tags[tag]
    zone = np.where(meaning[:, k.FLAGS] & k.DAY_ONLY, meaning[:, k.ZONE], 0)
    day = np.empty(len(at), np.int64)
    for number in np.unique(zone).tolist():
        own = np.flatnonzero(zone == number)
        day[own] = days_in(frame, frame.lookup.zones[number], at[own])
    return day


def days_in(frame: Frame, zone: str, at: np.ndarray) -> np.ndarray:
    """The local day of each instant in a zone, as a number since 1970."""
    instants, offsets = zone_table(zone, frame.first_us, frame.last_us)
    segment = np.maximum(np.searchsorted(instants, at, side="right") - 1, 0)
    return np.asarray((at + offsets[segment]) // US_PER_DAY)
