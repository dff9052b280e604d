"""The answers of the eleven yardstick statements, computed in one pass over the history's buckets.

Owns what the product does not report (yet) in the statements' own definitions: inclusive windows, UTC months, hours of
each customer's zone, pairs of incompatible categories. Refuses to be fast by answering less.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit

from primum.audit.sweep import Frame
from primum.history import Bucket
from primum.identity.keyed import IdentityKey, hex_bytes, hex_texts
from primum.identity.siphash import xxh64_of_hex
from primum.words.time import US_PER_DAY, transitions

DAY = US_PER_DAY
INCOMPATIBLE = (
    ("promo", "collections"),
    ("promo", "apology"),
    ("crosssell", "collections"),
    ("winback", "collections"),
    ("survey", "apology"),
    ("newsletter", "collections"),
    ("crosssell", "apology"),
    ("promo", "security"),
)


@njit(cache=True, nogil=True)
def _months_and_weeks(offsets, at, day0, month_of_day, tag, inventory, per_month, roll7):
    """Contacts by (tag, month); customers' contacts by month; each customer's fullest 7 days, both ends included."""
    for c in range(offsets.shape[0] - 1):
        low, high = offsets[c], offsets[c + 1]
        if low == high:
            continue
        start, most, in_month, current = low, 0, 0, -1
        for i in range(low, high):
            month = month_of_day[at[i] // DAY - day0]
            inventory[tag[i], month] += 1
            if month != current:
                if in_month:
                    per_month[in_month] += 1
                current, in_month = month, 0
            in_month += 1
            while at[i] - at[start] > 7 * DAY:
                start += 1
            most = max(most, i - start + 1)
        per_month[in_month] += 1
        roll7[most] += 1


@njit(cache=True, nogil=True)
def _clashes(offsets, at, category, incompatible, pairs):
    """Ordered pairs less than three days apart whose categories are incompatible."""
    for c in range(offsets.shape[0] - 1):
        start = offsets[c]
        for i in range(offsets[c], offsets[c + 1]):
            while at[i] - at[start] >= 3 * DAY:
                start += 1
            for j in range(start, i):
                if incompatible[category[j], category[i]]:
                    pairs[category[j], category[i]] += 1


@njit(cache=True, nogil=True)
def _quiet(offsets, at, zone, first, instant, offset):
    """Contacts whose local hour is before 8 or after 20."""
    found = 0
    hour_us = 3_600_000_000
    for c in range(offsets.shape[0] - 1):
        here, end = first[zone[c]], first[zone[c] + 1]
        for i in range(offsets[c], offsets[c + 1]):
            while here + 1 < end and instant[here + 1] <= at[i]:
                here += 1
            local = (at[i] + offset[here]) % DAY
            found += local < 8 * hour_us or local >= 21 * hour_us
    return found


@njit(cache=True, nogil=True)
def _events(offsets, at, channel, cell, state_offsets, begin, end, kind, state_channel, responses, mark):
    """(contacts after an opt-out of their channel, contacts during a complaint); events by what came 7 days before."""
    after, during, stamp = 0, 0, 0
    for c in range(offsets.shape[0] - 1):
        for e in range(state_offsets[c], state_offsets[c + 1]):
            again = e > state_offsets[c] and begin[e] == begin[e - 1] and kind[e] == kind[e - 1]
            if not again:
                stamp += 1
            for i in range(offsets[c], offsets[c + 1]):
                if kind[e] == 0:
                    after += channel[i] == state_channel[e] and at[i] > begin[e]
                else:
                    during += begin[e] <= at[i] <= end[e]
                if begin[e] - 7 * DAY <= at[i] <= begin[e] and mark[kind[e], cell[i]] != stamp:
                    mark[kind[e], cell[i]] = stamp
                    responses[kind[e], cell[i]] += 1
    return after, during


@dataclass(frozen=True)
class Codes:
    """The words of the tags as small codes, once for all buckets."""

    category: np.ndarray
    categories: list
    channel: np.ndarray
    channels: list
    cell: np.ndarray
    """(department, channel) of each tag."""
    cells: list
    incompatible: np.ndarray
    kind: np.ndarray
    """0 for an opt-out, 1 for a complaint, by state tag."""
    state_channel: np.ndarray


def make_codes(frame: Frame) -> Codes:
    """Number the words of contacts' and states' tags."""
    look = frame.lookup
    words = {
        a: [look.words(a, t) for t in range(len(look.tags))] for a in ("purpose", "channel", "department", "topic")
    }
    categories, channels = sorted(set(words["topic"])), sorted(set(words["channel"]))
    pairs = list(zip(words["department"], words["channel"], strict=True))
    cells = sorted(set(pairs))
    both = np.zeros((len(categories), len(categories)), bool)
    for a, b in INCOMPATIBLE:
        both[categories.index(a), categories.index(b)] = both[categories.index(b), categories.index(a)] = True
    states = frame.history.tags("states")
    place = {c: i for i, c in enumerate(channels)}
    return Codes(
        np.array([categories.index(w) for w in words["topic"]], np.int32),
        categories,
        np.array([place[w] for w in words["channel"]], np.int32),
        channels,
        np.array([{p: i for i, p in enumerate(cells)}[p] for p in pairs], np.int32),
        cells,
        both,
        np.array([0 if s == "opted_out" else 1 for s in states["state"].to_pylist()], np.int32),
        np.array([place.get(c, -1) for c in states["channel"].to_pylist()], np.int32),
    )


def yardstick(frame: Frame, codes: Codes, bucket: Bucket, zones: tuple) -> dict:
    """What one bucket adds to the answers; `zones` as from `Zones.of`."""
    rows, states = bucket.contacts, bucket.states
    longest = int(np.diff(rows.offsets).max(initial=0)) + 1
    inventory = np.zeros((len(frame.lookup.tags), len(frame.months)), np.int32)
    per_month, roll7 = np.zeros(longest + 1, np.int64), np.zeros(longest + 1, np.int64)
    _months_and_weeks(rows.offsets, rows.at, frame.day0, frame.month_of_day, rows.tag, inventory, per_month, roll7)
    pairs = np.zeros(codes.incompatible.shape, np.int64)
    _clashes(rows.offsets, rows.at, codes.category[rows.tag], codes.incompatible, pairs)
    quiet = _quiet(rows.offsets, rows.at, zones[0], *_tables(frame, zones[1]))
    responses = np.zeros((2, len(codes.cells)), np.int64)
    after = during = 0
    if states is not None:
        after, during = _events(
            rows.offsets,
            rows.at,
            codes.channel[rows.tag],
            codes.cell[rows.tag],
            states.offsets,
            states.at,
            states.columns["until"],
            codes.kind[states.tag],
            codes.state_channel[states.tag],
            responses,
            np.zeros((2, len(codes.cells)), np.int64),
        )
    top = np.sort(np.diff(rows.offsets))[-50:]
    return {
        "inventory": inventory,
        "per_month": Counter(dict(enumerate(per_month.tolist()))),
        "roll7": Counter(dict(enumerate(roll7.tolist()))),
        "pairs": pairs,
        "scalars": np.array([quiet, after, during]),
        "responses": responses,
        "top": top,
    }


def merged(a: dict, b: dict) -> dict:
    """Combine two buckets' answers."""
    out = {k: a[k] + b[k] for k in a if k != "top"}
    return out | {"top": np.sort(np.concatenate([a["top"], b["top"]]))[-50:]}


def _tables(frame: Frame, names: list):
    tables = [transitions(n, frame.first_us, frame.last_us) for n in names]
    first = np.cumsum([0, *(len(t[0]) for t in tables)])
    instant = np.concatenate([np.array(t[0], np.int64) for t in tables])
    offset = np.concatenate([np.array(t[1], np.int64) for t in tables])
    return first, instant, offset


class Zones:
    """Each customer's zone, from the generator's customers, by the hash that the history orders customers by."""

    def __init__(self, path, key: IdentityKey) -> None:
        table = pq.read_table(path, read_dictionary=["tz"])
        column = table["tz"].combine_chunks()
        self.names = column.dictionary.to_pylist()
        ids = table["customer_id"].combine_chunks().cast(pa.string())
        hashes = xxh64_of_hex(hex_bytes(hex_texts(key.digests("crm_id", ids))))
        order = np.argsort(hashes)
        self._hashes = hashes[order]
        self._code = column.indices.to_numpy().astype(np.int16)[order]

    def of(self, hashes: pa.ChunkedArray):
        """(code of each customer's zone, names)."""
        return self._code[np.searchsorted(self._hashes, hashes.to_numpy())], self.names


def answers(frame: Frame, codes: Codes, total: dict, several_departments: int, repeats: int) -> dict:
    """The statements' answers, in the form in which `statement_answers` gives them."""
    look = frame.lookup
    inventory: dict = {}
    for t, m in zip(*(x.tolist() for x in np.nonzero(total["inventory"])), strict=True):
        key = (
            look.words("department", t),
            look.words("channel", t),
            codes.categories[codes.category[t]],
            frame.months[m],
        )
        entry = inventory.setdefault(key, [0, set()])
        entry[0] += int(total["inventory"][t, m])
        entry[1].add(look.words("communication", t))
    quiet, after, during = (int(v) for v in total["scalars"])
    kinds = ("optout", "complaint")
    return {
        "audit_inventory": {k: (n, len(s)) for k, (n, s) in inventory.items()},
        "audit_pressure_month": {n: c for n, c in total["per_month"].items() if c and n},
        "audit_pressure_roll7": {n: c for n, c in total["roll7"].items() if c and n},
        "audit_dups_lag": repeats,
        "audit_clash_join": {
            (codes.categories[a], codes.categories[b]): int(total["pairs"][a, b])
            for a, b in zip(*(x.tolist() for x in np.nonzero(total["pairs"])), strict=True)
        },
        "audit_multidept_day": several_departments,
        "audit_quiet_tz_icu": quiet,
        "audit_after_optout": after,
        "audit_during_complaint": during,
        "audit_responses_7d": {
            (kinds[k], *codes.cells[c]): int(total["responses"][k, c])
            for k, c in zip(*(x.tolist() for x in np.nonzero(total["responses"])), strict=True)
        },
        "audit_worst": int(total["top"].sum()),
    }


def statement_answers(name: str, rows: list) -> object:
    """A statement's rows in a form that can be compared."""
    if name == "audit_inventory":
        return {(d, ch, cat, m.strftime("%Y-%m")): (n, k) for d, ch, cat, m, n, k in rows}
    if name in ("audit_pressure_month", "audit_pressure_roll7"):
        return dict(rows)
    if name == "audit_clash_join":
        return {(a, b): n for a, b, n in rows}
    if name == "audit_responses_7d":
        return {(k, d, c): n for k, d, c, n in rows}
    if name == "audit_worst":
        return len(rows)
    return rows[0][0]
