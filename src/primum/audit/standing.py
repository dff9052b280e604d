"""Where a bucket's customers stand at the end of the history: what holds of them, since when, their value.

Owns the end (the last day of which the large departments' contacts are here), the moment after everything told, and
the questions whether a state or segment holds then. Refuses to count contacts, and to name things for people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.audit.frame import SENDING, Frame
from primum.audit.non_people import entries_of
from primum.customers import rfv
from primum.customers.days import NO_END, NO_START, begin_of, local_days
from primum.customers.measures import past_of
from primum.customers.states import Spec, intervals_of, told_states
from primum.history import Bucket, History
from primum.strategy.models import Strategy
from primum.words.time import US_PER_DAY, day_date

KEPT_AT_ONCE = 4
"""Buckets whose intervals are kept in memory, so that rules and silence read them once."""


@dataclass(frozen=True)
class End:
    """The end of what can be said about silence, in microseconds UTC.

    `first`: the beginning of the first local day with a contact; `at`: the first instant after the last day that
    counts; `day`: that day's number; `now`: after everything that any source tells, extracts of flags included.
    """

    first: int
    at: int
    day: int
    now: int


@dataclass(frozen=True)
class Closing:
    """What every bucket shares: the end, what the strategy says of customers, and how intervals are had by bucket."""

    end: End
    spec: Spec
    purchases: tuple[str, ...]
    by_value: bool
    """Whether value is what purchases were worth; else how many local days have one, as no source tells their worth."""
    states: frozenset[str]
    """States that some source tells of, or that responses begin."""
    kinds: frozenset[str]
    """Kinds of response that some source tells of."""
    intervals: Callable[[int], pa.Table]
    has_contacts: bool = True
    """Whether the history holds any contact: without one it has no end."""


def make_closing(frame: Frame, strategy: Strategy, spec: Spec) -> Closing:
    """The end of a history as an audit sees it."""
    by_value = "value" in frame.history.manifest.columns.get("responses", ())
    told = remembered(frame.history, spec)
    kinds = frozenset(x for x in frame.history.tags("responses")["kind"].to_pylist() if x)
    states = told_states(frame.history, spec)
    some = any(s.last is not None for s in frame.history.manifest.sources if s.kind in SENDING)
    purchases = tuple(strategy.customers.purchases)
    return Closing(end_of(frame, spec), spec, purchases, by_value, states, kinds, told, some)


def remembered(history: History, spec: Spec) -> Callable[[int], pa.Table]:
    """The intervals of a bucket by its number; those read last are kept, as several questions are asked of each."""
    return lru_cache(KEPT_AT_ONCE)(partial(intervals_of, history, spec=spec))


def end_of(frame: Frame, spec: Spec) -> End:
    """The end: of the common period where there is one, else of the last day with a contact (company zone)."""
    extents = [(s.first, s.last) for s in frame.history.manifest.sources if s.kind in SENDING]
    first = min((f for f, _ in extents if f is not None), default=0)
    last = max((x for _, x in extents if x is not None), default=0)
    days = _day(frame.zone, first), _day(frame.zone, last)
    day = days[1] if frame.common is None else min(days[1], frame.common.last)
    at = begin_of(day_date(day + 1), frame.zone)
    told = [s.last for s in frame.history.manifest.sources if s.last is not None]
    extract = max((d for days_of in spec.states.extracts.values() for d in days_of), default=-(10**6))
    now = max(at, max(told, default=0) + 1, (extract + 2) * US_PER_DAY)
    return End(begin_of(day_date(days[0]), frame.zone), at, day, now)


def _day(zone: str, at: int) -> int:
    return int(local_days(np.array([at], np.int64), zone)[0])


class Told:
    """The intervals of one bucket, asked by name. Customers are numbers within the bucket."""

    def __init__(self, table: pa.Table, customers: int, only: int | None = None) -> None:
        """Args:
        only: a customer beside whose intervals all others are left out.
        """
        if only is not None:
            table = table.filter(pc.equal(table["customer"], only))
        self._table, self._customers = table, customers
        self.customer = table["customer"].to_numpy().astype(np.int64)
        encoded = table["state"].combine_chunks().cast(pa.string()).dictionary_encode()
        self.names: list[str] = encoded.dictionary.to_pylist()
        self._name = encoded.indices.to_numpy(zero_copy_only=False)
        self._segment = pc.equal(table["kind"], "segment").to_numpy()
        self.start, self.until, self.as_of = (
            _instants(table, name, missing) for name, missing in (("start", NO_START), ("until", NO_END), ("as_of", 0))
        )

    def of(self, names: tuple[str, ...], *, segments: bool = False) -> np.ndarray:
        """Rows of some states (or segments)."""
        codes = [self.names.index(n) for n in names if n in self.names]
        return np.flatnonzero(np.isin(self._name, codes) & (self._segment == segments))

    def holding(self, rows: np.ndarray, at: int, *, surely: bool) -> np.ndarray:
        """Those of the rows that hold at an instant; surely, or as far as an undated flag may have begun."""
        held = (self.start[rows] <= at) & (at < self.until[rows])
        return np.asarray(rows[held & (self.as_of[rows] <= at)] if surely else rows[held])

    def customers(self, rows: np.ndarray) -> np.ndarray:
        """Whose rows these are, as a mask over the customers."""
        found = np.zeros(self._customers, bool)
        found[self.customer[rows]] = True
        return found

    def words(self, scope: str, rows: np.ndarray) -> list[str | None]:
        """What the rows name of a scope; None: all of it."""
        found: list[str | None] = self._table[scope].take(pa.array(rows)).to_pylist()
        return found


def _instants(table: pa.Table, name: str, missing: int) -> np.ndarray:
    return np.asarray(pc.fill_null(table[name].cast(pa.int64()), missing).to_numpy())


@dataclass(frozen=True)
class Standing:
    """A bucket's customers at the end, a value each.

    `people`: whether the strategy says of nobody that they are none; `since`: when a source says they became one, else
    the first contact or response (NO_END: nothing is known), and `stated` where a source says so; `bought`: the first
    purchase (NO_END: none); `value`: the bin of their purchases' worth (`rfv.bin_of`
    of cents, or of days with a purchase), -1 for who has not bought; `told`: the bucket's intervals.
    """

    people: np.ndarray
    since: np.ndarray
    stated: np.ndarray
    bought: np.ndarray
    value: np.ndarray
    told: Told


def standing(frame: Frame, closing: Closing, bucket: Bucket, customers: pa.Table) -> Standing:
    """Where the customers of one bucket stand."""
    past = past_of(frame.history, bucket.number, closing.purchases, frame.zone)
    bought = rfv.bought(past, np.array([closing.end.at], np.int64))
    worth = bought.numbers[2 if closing.by_value else 1][:, 0]
    value = np.where(bought.has[:, 0], rfv.bin_of(worth), -1)
    since = np.where(past.since == NO_END, _first_events(bucket), past.since)
    told = Told(closing.intervals(bucket.number), bucket.customers)
    first = np.append(past.purchases.at, NO_END)[
        np.where(np.diff(past.purchases.offsets) > 0, past.purchases.offsets[:-1], -1)
    ]
    return Standing(entries_of(customers) < 0, since, past.since != NO_END, first, value, told)


def _first_events(bucket: Bucket) -> np.ndarray:
    """Each customer's first contact or response."""
    first = np.full(bucket.customers, NO_END)
    for rows in (bucket.contacts, bucket.responses):
        if rows is not None:
            has = np.flatnonzero(np.diff(rows.offsets) > 0)
            first[has] = np.minimum(first[has], rows.at[rows.offsets[has]])
    return first


def owners(offsets: np.ndarray) -> np.ndarray:
    """The customer of each row."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def by_customer(rows: np.ndarray, customers: int) -> np.ndarray:
    """How many of some rows' customers (numbers) there are of each: int64."""
    return np.bincount(rows, minlength=customers).astype(np.int64)
