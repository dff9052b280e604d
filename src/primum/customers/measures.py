"""What can be said of a customer at an instant by counting what happened before it: recency, frequency, value and more.

Owns the measures that conditions may name. Refuses to read anything at or after the instant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from primum.customers.days import NO_END, NO_START, local_days
from primum.customers.measure_names import VALUE, window_of
from primum.history import History
from primum.words.time import US_PER_DAY
from primum.words.vocabulary import RECEIVED

MICRO = 1_000_000


@dataclass(frozen=True)
class Events:
    """Some events of a bucket: customer c's lie at offsets[c] : offsets[c + 1], ascending in `at` (microseconds)."""

    offsets: np.ndarray
    at: np.ndarray

    def before(self, cuts: np.ndarray) -> np.ndarray:
        """How many of each customer's events lie before each cut (ascending): int64, [customers, cuts]."""
        return np.asarray(_before(self.offsets, self.at, cuts))

    def last(self, cuts: np.ndarray) -> np.ndarray:
        """The last of each customer's events before each cut; NO_START for none."""
        count = self.before(cuts)
        found = np.append(self.at, NO_START)[np.where(count > 0, self.offsets[:-1, None] + count - 1, -1)]
        return np.asarray(found)

    def only(self, kept: np.ndarray) -> "Events":
        """Those of the events (a mask)."""
        customer = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))[kept]
        return Events(offsets_of(customer, len(self.offsets) - 1), self.at[kept])


def offsets_of(customer: np.ndarray, customers: int) -> np.ndarray:
    """Where each customer's rows begin, of rows sorted by customer."""
    return np.searchsorted(customer, np.arange(customers + 1)).astype(np.int64)


@njit(cache=True, nogil=True)
def _before(offsets: np.ndarray, at: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    found = np.empty((len(offsets) - 1, len(cuts)), np.int64)
    for c in range(len(offsets) - 1):
        place = offsets[c]
        for j in range(len(cuts)):
            while place < offsets[c + 1] and at[place] < cuts[j]:
                place += 1
            found[c, j] = place - offsets[c]
    return found


@dataclass(frozen=True)
class Past:
    """What happened to a bucket's customers. `micros`: what each purchase was worth, in millionths. `since`: per
    customer, when a source says they became one (NO_END: it does not). `by_kind`: responses of each kind."""

    contacts: Events
    responses: Events
    purchases: Events
    purchase_days: Events
    micros: np.ndarray
    since: np.ndarray
    by_kind: dict[str, Events] = field(default_factory=dict)


def past_of(history: History, bucket: int, purchases: Iterable[str], zone: str, kinds: Iterable[str] = ()) -> Past:
    """Everything measures count.

    Args:
        purchases: kinds of response that are purchases; `zone`: in which days they are counted by the day.
        kinds: further kinds that are counted by themselves.
    """
    customers = history.customers(bucket, ["id", "since"])
    rows = history.bucket(bucket).contacts
    status = history.tags("contacts")["status"].to_pylist()
    received = np.array([(s or "sent") in RECEIVED for s in status], bool)
    contacts = Events(rows.offsets, rows.at).only(received[rows.tag])
    customer, at, kind, value = _responses(history, bucket)
    heard = Events(offsets_of(customer, customers.num_rows), at)
    bought = _is(kind, purchases)
    bought_events = heard.only(bought)
    return Past(
        contacts,
        heard.only(~_is(kind, ("bounced",))),
        bought_events,
        first_of_days(bought_events, zone),
        value[bought],
        _since(customers),
        {k: heard.only(_is(kind, (k,))) for k in kinds},
    )


def _responses(history: History, bucket: int) -> tuple[np.ndarray, np.ndarray, pa.Array, np.ndarray]:
    """Customer, instant, kind and value (millionths) of a bucket's responses."""
    rows = history.table("responses", bucket, ["customer", "at", "tag", "value"])
    if rows is None:
        empty = np.empty(0, np.int64)
        return empty, empty, pa.array([], pa.string()), empty
    rows = rows.combine_chunks()
    kind = history.tags("responses")["kind"].combine_chunks().cast(pa.string()).take(rows["tag"].combine_chunks())
    value = np.zeros(rows.num_rows, np.int64)
    if "value" in rows.column_names:
        value = np.round(pc.fill_null(rows["value"], 0.0).to_numpy() * MICRO).astype(np.int64)
    return rows["customer"].to_numpy(), rows["at"].cast(pa.int64()).to_numpy(), kind, value


def _is(kind: pa.Array, kinds: Iterable[str]) -> np.ndarray:
    return np.asarray(pc.is_in(kind, pa.array(list(kinds), pa.string())).to_numpy(zero_copy_only=False), bool)


def _since(customers: pa.Table) -> np.ndarray:
    if "since" not in customers.column_names:
        return np.full(customers.num_rows, NO_END)
    return np.asarray(pc.fill_null(customers["since"].cast(pa.int64()), NO_END).to_numpy())


def first_of_days(events: Events, zone: str) -> Events:
    """The first event of each customer and local day: two rows of one basket, or two baskets of one day, are one."""
    day = local_days(events.at, zone)
    fresh = np.ones(len(day), bool)
    fresh[1:] = day[1:] != day[:-1]
    starts = events.offsets[:-1]
    fresh[starts[starts < len(day)]] = True
    return events.only(fresh)


def measure(past: Past, names: Iterable[str], instants: np.ndarray) -> dict[str, pa.Array]:
    """Each measure as a column of customers x instants rows (customer by customer).

    Raises: KeyError for what is no measure.
    """
    return {name: _measured(past, name, instants) for name in names}


def _measured(past: Past, name: str, instants: np.ndarray) -> pa.Array:
    window = window_of(name)
    if window is not None:
        events = _counted(past, window[0])
        return _column(events.before(instants) - events.before(instants - window[1] * US_PER_DAY))
    if name == "frequency":
        return _column(past.purchase_days.before(instants))
    if name == VALUE:
        return pa.array(value_before(past, instants).reshape(-1) / MICRO)
    last = {
        "recency_days": past.purchases,
        "days_since_contact": past.contacts,
        "days_since_response": past.responses,
    }
    if name in last:
        return _days_since(last[name].last(instants), instants)
    if name == "tenure_days":
        first = first_known(past)
        return _days_since(np.where(first[:, None] < instants, first[:, None], NO_START), instants)
    raise KeyError(name)


def value_before(past: Past, instants: np.ndarray) -> np.ndarray:
    """What each customer's purchases before each instant were worth, in millionths."""
    total = np.concatenate([[0], np.cumsum(past.micros)])
    start = past.purchases.offsets[:-1, None]
    return np.asarray(total[start + past.purchases.before(instants)] - total[start])


def first_known(past: Past) -> np.ndarray:
    """When each customer was first contacted or heard, or became one; NO_END for never."""
    found = past.since.copy()
    for events in (past.contacts, past.responses):
        start = events.offsets[:-1]
        has = np.diff(events.offsets) > 0
        found[has] = np.minimum(found[has], events.at[start[has]])
    return found


def _counted(past: Past, what: str) -> Events:
    own = {"contacts": past.contacts, "responses": past.responses, "purchases": past.purchase_days}
    return own[what] if what in own else past.by_kind[what]


def _days_since(then: np.ndarray, instants: np.ndarray) -> pa.Array:
    known = then != NO_START
    days = (instants - np.where(known, then, 0)) // US_PER_DAY
    return pa.array(days.reshape(-1), mask=~known.reshape(-1))


def _column(counts: np.ndarray) -> pa.Array:
    return pa.array(counts.reshape(-1))
