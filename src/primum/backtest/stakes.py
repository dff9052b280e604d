"""What followed the contacts that were not sent: what rules may spare customers, and what they may cost the company.

Owns, per bucket, the responses put down to contacts that were stopped or overtaken, and how often like customers who
were not contacted then did the same. Refuses one figure: all it gives are counts between nothing and all
(`stakes_figures` makes the ranges of them), and never-events, for which no trade-off is meant.

Like customers: of one band of value (what their purchases before the month were worth), in one local month, who
received no contact of the message class in it. Everything is an integer, so that any split of the history adds up.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.backtest import kernels as k
from primum.customers.attribution import Windows, attribute, windows_of
from primum.customers.days import turns
from primum.customers.facts import BucketFacts
from primum.customers.hearing import Hearing, extent
from primum.customers.measures import past_of, value_before
from primum.customers.rfv import CENT
from primum.customers.tags import Word
from primum.strategy.models import Strategy
from primum.words.time import US_PER_DAY
from primum.words.vocabulary import RECEIVED

HARM = ("opted_out", "complained")
"""Responses that a company would rather have been spared."""
UNSTATED_US = 7 * US_PER_DAY
"""The window of kinds for which the strategy states none (`customers.attribution`)."""
SECOND = 1_000_000
CUTS = (100.0, 1000.0)
"""Bands of value where the strategy states no cuts: none, below 100, below 1,000, more."""


@dataclass(frozen=True)
class StakesFrame:
    """What all buckets share. `widths`: microseconds by kind; `department`, `klass`: codes by contact tag; `kind`: code
    by response tag; `starts`: the first instant of each local month; `first`, `last`: the instants in between which
    like customers are watched; `cuts`: least cents of each band but the first, ascending."""

    windows: Windows
    stated: frozenset[str]
    purchases: tuple[str, ...]
    kinds: tuple[str, ...]
    kind: np.ndarray
    departments: tuple[Word, ...]
    department: np.ndarray
    klass: np.ndarray
    classes: int
    received: np.ndarray
    starts: np.ndarray
    first: int
    last: int
    cuts: np.ndarray
    currency: str

    @property
    def widths(self) -> np.ndarray:
        """The window of each kind, in microseconds."""
        return np.array([self.windows.widths[kind] for kind in self.kinds], np.int64)

    @property
    def strata(self) -> tuple[int, int, int]:
        """How many bands, message classes and months there are."""
        return len(self.cuts) + 1, self.classes, len(self.starts)


def make_stakes_frame(hearing: Hearing, strategy: Strategy) -> StakesFrame | None:
    """The frame; None where the history holds no responses."""
    tags = hearing.history.tags("responses")
    if not tags.num_rows:
        return None
    told = tags["kind"].to_pylist()
    kinds = tuple(sorted({w for w in told if w is not None}))
    stated = windows_of(strategy)
    widths = {kind: stated.widths.get(kind, UNSTATED_US) for kind in kinds}
    department, klass = hearing.words["department"], hearing.words["purpose"]
    first, last = extent(hearing.history)
    said = strategy.customers.scores.value
    return StakesFrame(
        windows=Windows(widths, stated.zone, stated.zones),
        stated=frozenset(stated.widths),
        purchases=tuple(strategy.customers.purchases),
        kinds=kinds,
        kind=np.array([kinds.index(w) for w in told], np.int64),
        departments=department.words,
        department=department.index.astype(np.int64),
        klass=klass.index.astype(np.int64),
        classes=len(klass.words),
        received=hearing.words["status"].holds(lambda w: w in RECEIVED),
        starts=turns(first, last, "monthly", strategy.zone),
        first=first,
        last=last,
        cuts=np.array([1, *(round(c * 100) for c in said or CUTS)], np.int64),
        currency=strategy.strategy.currency,
    )


def no_stakes(frame: StakesFrame | None) -> dict[str, np.ndarray]:
    """Nothing counted yet."""
    if frame is None:
        return {}
    kinds, departments, strata = len(frame.kinds), len(frame.departments), frame.strata
    shapes: dict[str, tuple[int, ...]] = {
        "followed": (departments, kinds),
        "followed_cents": (departments, kinds),
        "not_sent": (departments, *strata),
        "exposed": (departments, kinds, *strata),
        "alike": strata,
        "alike_heard": (kinds, *strata),
        "alike_cents": (kinds, *strata),
    }
    return {f"stakes_{name}": np.zeros(shape, np.int64) for name, shape in shapes.items()}


def count_stakes(
    frame: StakesFrame, hearing: Hearing, number: int, bucket: BucketFacts, ended: np.ndarray
) -> dict[str, np.ndarray]:
    """What followed the contacts of a bucket that were not sent, and what like customers did.

    Args:
        ended: how each ask of the bucket ended.
    """
    total = no_stakes(frame)
    contacts = hearing.history.bucket(number).contacts
    people = bucket.customers.num_rows
    customer = np.repeat(np.arange(people), np.diff(contacts.offsets))
    past = past_of(hearing.history, number, frame.purchases, frame.windows.zone)
    band = np.searchsorted(frame.cuts, value_before(past, frame.starts) // CENT, "right")
    place = bucket.place if bucket.place is not None else np.arange(len(contacts.at))
    lost = np.zeros(len(contacts.at), bool)
    lost[place[bucket.asks[np.isin(ended, (k.STOPPED, k.OVERTAKEN)), 0]]] = True
    month = np.searchsorted(frame.starts, contacts.at, "right") - 1
    rows = _Rows(customer, contacts.at, contacts.tag, month, band[customer, month], lost)
    _count_exposed(frame, rows, total)
    heard = _heard(frame, hearing, number)
    _count_followed(frame, rows, heard, total)
    _count_alike(frame, rows, heard, band, bucket.customers["person"].to_numpy(), total)
    return total


@dataclass(frozen=True)
class _Rows:
    """The contacts of a bucket, in the history's order."""

    customer: np.ndarray
    at: np.ndarray
    tag: np.ndarray
    month: np.ndarray
    band: np.ndarray
    lost: np.ndarray


@dataclass(frozen=True)
class _Heard:
    """The responses of a bucket; `contact` is the row to which one is put down, -1 for none."""

    customer: np.ndarray
    at: np.ndarray
    kind: np.ndarray
    cents: np.ndarray
    contact: np.ndarray


def _heard(frame: StakesFrame, hearing: Hearing, number: int) -> _Heard:
    table = hearing.history.table("responses", number, ["customer", "at", "tag", "value"])
    if table is None:
        none = np.empty(0, np.int64)
        return _Heard(none, none, none, none, none)
    table = table.combine_chunks()
    cents = np.zeros(table.num_rows, np.int64)
    if "value" in table.column_names:
        cents = np.round(pc.fill_null(table["value"], 0.0).to_numpy() * 100).astype(np.int64)
    found = attribute(hearing.history, number, frame.windows)
    at = table["at"].cast(pa.int64()).to_numpy()
    return _Heard(table["customer"].to_numpy(), at, frame.kind[table["tag"].to_numpy()], cents, found.contact)


def _count_exposed(frame: StakesFrame, rows: _Rows, total: Mapping[str, np.ndarray]) -> None:
    """For how long responses would have been put down to each contact that was not sent, in seconds: until its window
    ends or the customer's next contact is received."""
    lost = np.flatnonzero(rows.lost)
    code = (frame.department[rows.tag[lost]], rows.band[lost], frame.klass[rows.tag[lost]], rows.month[lost])
    np.add.at(total["stakes_not_sent"], code, 1)
    until = _until_next(rows, frame.received[rows.tag])
    received = frame.received[rows.tag[lost]]
    for kind, width in enumerate(frame.widths):
        seconds = np.where(received, np.minimum(until[lost], width) // SECOND, 0)
        np.add.at(total["stakes_exposed"][:, kind], code, seconds)


def _until_next(rows: _Rows, received: np.ndarray) -> np.ndarray:
    """From each contact to the next row of the same customer that was received; very long where there is none."""
    found = np.full(len(rows.at), np.iinfo(np.int64).max)
    places = np.flatnonzero(received)
    following = np.searchsorted(places, np.arange(len(rows.at)), "right")
    has = following < len(places)
    following = places[following[has]]
    own = np.flatnonzero(has)
    same = rows.customer[own] == rows.customer[following]
    found[own[same]] = rows.at[following[same]] - rows.at[own[same]]
    return found


def _count_followed(frame: StakesFrame, rows: _Rows, heard: _Heard, total: Mapping[str, np.ndarray]) -> None:
    followed = (heard.contact >= 0) & np.append(rows.lost, False)[heard.contact]
    code = (frame.department[rows.tag[heard.contact[followed]]], heard.kind[followed])
    np.add.at(total["stakes_followed"], code, 1)
    np.add.at(total["stakes_followed_cents"], code, heard.cents[followed])


def _count_alike(
    frame: StakesFrame,
    rows: _Rows,
    heard: _Heard,
    band: np.ndarray,
    person: np.ndarray,
    total: Mapping[str, np.ndarray],
) -> None:
    """Customers by stratum who received nothing of a class in a month, and what they did then: responses that are put
    down to no contact of another class."""
    months = len(frame.starts)
    watched = np.flatnonzero((frame.first <= heard.at) & (heard.at <= frame.last))
    who, month = heard.customer[watched], np.searchsorted(frame.starts, heard.at[watched], "right") - 1
    contact = heard.contact[watched]
    of_class = np.append(frame.klass[rows.tag], -1)[contact]
    received = frame.received[rows.tag]
    for klass in range(frame.classes):
        alike = np.repeat(person[:, None].astype(bool), months, axis=1)
        own = received & (frame.klass[rows.tag] == klass)
        alike[rows.customer[own], rows.month[own]] = False
        every = np.broadcast_to(np.arange(months), band.shape)
        np.add.at(total["stakes_alike"][:, klass], (band[alike], every[alike]), 1)
        kept = alike[who, month] & ((of_class == -1) | (of_class == klass))
        code = (heard.kind[watched][kept], band[who[kept], month[kept]], month[kept])
        np.add.at(total["stakes_alike_heard"][:, :, klass], code, 1)
        np.add.at(total["stakes_alike_cents"][:, :, klass], code, heard.cents[watched][kept])
