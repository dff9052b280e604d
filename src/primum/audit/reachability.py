"""Who could still be contacted: by channel and message class, after everything told.

Owns the one reason for which each customer cannot be reached. Refuses to advise: who may be contacted is not who
should be.

An address is known where the customer has an identifier of the channel's kind, or received something over the channel.
It is dead while a state says so (`hard_bounced`; `invalid_address` and `returned_mail` of post where they name no
channel). An opt-out covers what it names; without a message class it stops what advertises, sells or surveys. One that
names a topic, brand or account leaves the rest, and so does not count here.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from primum.audit import kernels as k
from primum.audit import results_silence as rs
from primum.audit.frame import Frame
from primum.audit.opt_out_lag import STOPPED
from primum.audit.partial import Partial
from primum.audit.silence import GONE, OPTED_OUT
from primum.audit.standing import Closing, Standing, owners
from primum.history import Bucket
from primum.words.vocabulary import PURPOSES

ADDRESSES: Final = {"email": "email", "sms": "phone", "call": "phone", "push": "device"}
"""Channel -> the kind of identifier that is its address."""
DEAD: Final = {"hard_bounced": None, "invalid_address": "post", "returned_mail": "post"}
"""State -> the channel it means where it names none (None: all)."""
REACHABLE, IS_GONE, NO_ADDRESS, IS_DEAD, IS_OUT, CONSENTED = range(6)
"""Columns of the counts."""
_NARROW = ("topic", "brand", "account")


@dataclass(frozen=True)
class Ways:
    """The channels and message classes of the history, in the order of the counts."""

    channels: tuple[str, ...]
    purposes: tuple[str, ...]


def ways_of(frame: Frame) -> Ways:
    """Every channel and message class that contacts were of."""
    columns = frame.lookup.columns
    present = columns["purpose"].present()
    return Ways(tuple(sorted(columns["channel"].present())), tuple(p for p in PURPOSES if p in present))


def swept_reachability(frame: Frame, closing: Closing, bucket: Bucket, customers: pa.Table, stand: Standing) -> Partial:
    """What one bucket adds: customers by channel, message class and column."""
    ways, told, now = ways_of(frame), stand.told, closing.end.now
    found = np.zeros((len(ways.channels), len(ways.purposes), 6), np.int64)
    gone = told.customers(told.holding(told.of(GONE), now, surely=False))
    no_calls = told.customers(told.holding(told.of(("do_not_call",)), now, surely=False))
    opted_out = _Covering(closing, stand, OPTED_OUT, surely=False)
    consent = _Covering(closing, stand, ("consent",), surely=True)
    anywhere = np.zeros(bucket.customers, bool)
    for c, channel in enumerate(ways.channels):
        has, dead = _has_address(frame, bucket, customers, channel), _is_dead(closing, stand, channel)
        for p, purpose in enumerate(ways.purposes):
            out = opted_out.customers(channel, purpose)
            if channel == "call" and purpose in STOPPED:
                out |= no_calls
            fate = np.select([gone, ~has, dead, out], [IS_GONE, NO_ADDRESS, IS_DEAD, IS_OUT], default=REACHABLE)
            found[c, p, :5] = np.bincount(fate[stand.people], minlength=5)
            free = stand.people & (fate == REACHABLE)
            found[c, p, CONSENTED] = (free & consent.customers(channel, purpose)).sum()
            if purpose in STOPPED:
                anywhere |= free
    totals = np.array([stand.people.sum(), anywhere.sum()])
    return Partial({"reachable": found, "reachable_totals": totals}, {}, {}, {}, {}, {})


def _has_address(frame: Frame, bucket: Bucket, customers: pa.Table, channel: str) -> np.ndarray:
    rows, column = bucket.contacts, frame.lookup.columns["channel"]
    got = column.holds(lambda word: word == channel) & (frame.lookup.tags[:, k.FLAGS] & k.RECEIVED > 0)
    has = np.zeros(bucket.customers, bool)
    has[owners(rows.offsets)[got[rows.tag]]] = True
    kind, kinds = ADDRESSES.get(channel, channel), frame.history.manifest.kinds
    if kind in kinds and "kinds" in customers.column_names:
        bits = customers["kinds"].to_numpy().astype(np.uint64)
        has |= bits & np.uint64(1 << kinds.index(kind)) > 0
    return has


def _is_dead(closing: Closing, stand: Standing, channel: str) -> np.ndarray:
    told = stand.told
    found = np.zeros(len(stand.people), bool)
    for state, otherwise in DEAD.items():
        rows = told.holding(told.of((state,)), closing.end.now, surely=False)
        named = np.array([(w or otherwise) in (None, channel) for w in told.words("channel", rows)], bool)
        found |= told.customers(rows[named])
    return found


class _Covering:
    """Some states of a bucket that hold after everything told, asked by channel and message class."""

    def __init__(self, closing: Closing, stand: Standing, states: tuple[str, ...], *, surely: bool) -> None:
        told = stand.told
        rows = told.holding(told.of(states), closing.end.now, surely=surely)
        words = {s: np.array([w or "" for w in told.words(s, rows)], np.str_) for s in ("channel", "purpose", *_NARROW)}
        wide = np.ones(len(rows), bool)
        for scope in _NARROW:
            wide &= words[scope] == ""
        self._told, self._rows = told, rows[wide]
        self._channel, self._purpose = words["channel"][wide], words["purpose"][wide]

    def customers(self, channel: str, purpose: str) -> np.ndarray:
        """Of whom a state holds that covers them."""
        fits = (self._channel == "") | (self._channel == channel)
        fits &= (self._purpose == purpose) | ((self._purpose == "") & (purpose in STOPPED))
        return self._told.customers(self._rows[fits])


def reachability_told(frame: Frame, closing: Closing, total: Partial) -> rs.Reachability:
    """Who could still be contacted."""
    ways, found = ways_of(frame), total.counts["reachable"]
    customers, anywhere = (int(n) for n in total.counts["reachable_totals"])
    consent = "consent" in closing.states
    figures = [
        rs.ReachFigures(
            channel,
            purpose,
            int(found[c, p, REACHABLE]),
            int(found[c, p, IS_GONE]),
            int(found[c, p, NO_ADDRESS]),
            int(found[c, p, IS_DEAD]),
            int(found[c, p, IS_OUT]),
            int(found[c, p, CONSENTED]) if consent and purpose in STOPPED else None,
        )
        for c, channel in enumerate(ways.channels)
        for p, purpose in enumerate(ways.purposes)
    ]
    return rs.Reachability(
        "found" if figures and customers else "not checkable",
        customers,
        bool(closing.states & set(OPTED_OUT)),
        bool(closing.states & set(DEAD)) or "bounced" in frame.lookup.columns["status"].present(),
        tuple(figures),
        anywhere,
    )
