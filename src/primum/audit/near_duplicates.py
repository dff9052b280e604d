"""Near-duplicates: communications that say nearly the same, and the customers who received both within a week.

Owns which pairs of texts are a finding and the pass that finds who received both. Refuses texts of one communication
(a bill is sent every month), equal texts (exact duplicates), and pairs of messages that the customer's own acts set
off (an order and its delivery).

First the distinct texts of all senders are compared (`likeness`); then one pass over the buckets looks for customers.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.contents import (
    Contents,
    Sender,
    Text,
    counts_as_pushed,
    normal_forms,
    same_texts,
    text_codes,
    without_name,
)
from primum.audit.likeness import THRESHOLD, alike, differences
from primum.audit.lookup import Lookup
from primum.audit.masking import Mask
from primum.audit.non_people import entries_of
from primum.audit.sweep import Frame
from primum.words.time import US_PER_DAY

SHORTEST: Final = 12
"""Letters (after normalising) from which a text is compared: `Hello!` and `Hallo!` say nothing."""
MOST_TEXTS: Final = 20_000
MOST_PAIRS: Final = 50_000
LISTED: Final = 200
AMOUNT: Final = re.compile(
    r"[£$€]\s?\d[\d.,]*|\d[\d.,]*\s?(?:%|£|\$|€|percent|prozent|pour cent|procent|por ciento|euros?|eur|usd|gbp|chf)",
    re.IGNORECASE,
)
SET_OFF_BY_CUSTOMERS: Final = ("transactional", "security")


@dataclass(frozen=True)
class Side:
    """One text of one sender."""

    sender: Sender
    text: Text

    @property
    def is_varied(self) -> bool:
        """Whether it was sent in several wordings (other names, numbers or months)."""
        return self.text.sample != self.text.last


@dataclass(frozen=True)
class Pair:
    """Two sides that are nearly the same; their places in `Alikes.sides`."""

    first: int
    again: int
    similarity: float
    across: bool


@dataclass(frozen=True)
class Alikes:
    """All sides that are in some pair, the pairs, and what was compared."""

    sides: tuple[Side, ...] = ()
    pairs: tuple[Pair, ...] = ()
    checked: int = 0
    texts: int = 0
    texts_left_out: int = 0
    too_short: int = 0
    cut: int = 0
    pairs_left_out: int = 0

    @cached_property
    def normals(self) -> tuple[str, ...]:
        """The distinct texts of the sides, in order."""
        return tuple(sorted({side.text.normal for side in self.sides}))

    @cached_property
    def neighbours(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`first`, `other`, `pair` of `kernels.near`; the nodes are the places of `sides`."""
        ends = np.array([(p.first, p.again) for p in self.pairs], np.int64).reshape(-1, 2)
        number = np.arange(len(self.pairs))
        own, other = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
        order = np.argsort(own, kind="stable")
        first = np.searchsorted(own[order], np.arange(len(self.sides) + 1))
        return first.astype(np.int64), other[order], np.concatenate([number, number])[order]


@dataclass(frozen=True)
class Met:
    """How many customers received both of each pair; and of any pair within, between departments, and at all."""

    hits: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    totals: np.ndarray = field(default_factory=lambda: np.zeros(3, np.int64))


def find_alikes(contents: Contents, look: Lookup) -> Alikes:
    """The pairs of texts of different communications that are nearly the same."""
    sides: dict[str, list[Side]] = {}
    for sender, own in sorted(contents.texts.items()):
        for text in own.values():
            if text.counted:
                sides.setdefault(text.normal, []).append(Side(sender, text))
    compared = [normal for normal in sides if len(normal) >= SHORTEST]
    weight = {normal: sum(s.text.counted for s in sides[normal]) for normal in compared}
    kept = sorted(sorted(compared, key=lambda n: (-weight[n], n))[:MOST_TEXTS])
    similar = [(kept[a], kept[b], share) for a, b, share in alike(kept, THRESHOLD)]
    rules = _Rules(look)
    found = [
        (a, b, share)
        for one, other, share in [*((n, n, 100.0) for n in kept), *similar]
        for a, b in _combined(sides[one], sides[other], equal=one == other)
        if rules.may_pair(a, b)
    ]
    found.sort(key=lambda f: (-min(f[0].text.counted, f[1].text.counted), -f[2], _order(f[0]), _order(f[1])))
    left_out = max(0, len(found) - MOST_PAIRS)
    return _numbered(
        found[:MOST_PAIRS],
        rules,
        checked=contents.checked,
        texts=len(kept),
        texts_left_out=len(compared) - len(kept),
        too_short=len(sides) - len(compared),
        cut=len(contents.cut),
        pairs_left_out=left_out,
    )


def _combined(ones: Sequence[Side], others: Sequence[Side], *, equal: bool) -> Iterable[tuple[Side, Side]]:
    """Pairs of sides; of one text those whose wordings may differ."""
    if not equal:
        return product(ones, others)
    return ((a, b) for a, b in combinations(ones, 2) if a.is_varied or b.is_varied or a.text.sample != b.text.sample)


def _order(side: Side) -> tuple[Sender, str]:
    return side.sender, side.text.normal


def _numbered(found: list[tuple[Side, Side, float]], rules: "_Rules", **figures: int) -> Alikes:
    held = {_order(s): s for a, b, _ in found for s in (a, b)}
    place = {key: i for i, key in enumerate(sorted(held))}
    pairs = tuple(Pair(place[_order(a)], place[_order(b)], share, rules.across(a, b)) for a, b, share in found)
    return Alikes(tuple(held[key] for key in sorted(held)), pairs, **figures)


class _Rules:
    """Which sides may be a finding together."""

    def __init__(self, look: Lookup) -> None:
        self._nobody = len(look.departments) - 1
        tags = look.tags
        self._set_off = {
            (int(tags[t, k.DEPARTMENT]), int(tags[t, k.COMMUNICATION]))
            for t in range(len(tags))
            if look.cells[int(tags[t, k.CELL])][2] in SET_OFF_BY_CUSTOMERS
        }

    def across(self, a: Side, b: Side) -> bool:
        """Whether both departments are recorded and differ."""
        return a.sender[0] != b.sender[0] and self._nobody not in (a.sender[0], b.sender[0])

    def may_pair(self, a: Side, b: Side) -> bool:
        """Not within one communication, and not two messages that the customer's own acts set off.

        A series of one department (a bill a month, each with a name of its own) is one communication too.
        """
        if a.sender[1] == b.sender[1] and a.sender[1] >= 0:
            return False
        if a.sender[0] == b.sender[0] and is_series(a, b):
            return False
        return not (a.sender in self._set_off and b.sender in self._set_off)


def is_series(a: Side, b: Side) -> bool:
    """Whether two texts are one but for names, dates and numbers, amounts of money and percentages apart.

    Amounts that vary within one side are each customer's own (what a bill comes to), and tell no offers apart.
    """
    if a.text.normal != b.text.normal:
        return False
    (first, last), (other, other_last) = ((_amounts(s.text.sample), _amounts(s.text.last)) for s in (a, b))
    return first == other or first != last or other != other_last


def _amounts(text: str) -> list[str]:
    return ["".join(found.split()) for found in AMOUNT.findall(text)]


def meet(frame: Frame, alikes: Alikes, number: int) -> Met:
    """The customers of one bucket who received both of a pair."""
    empty = Met(np.zeros(len(alikes.pairs), np.int64))
    table = frame.history.texts(number)
    if table is None or not alikes.pairs:
        return empty
    words, index = text_codes(table["subject"])
    node = _nodes(frame, alikes, words, index, table)
    flags = frame.lookup.tags[table["tag"].to_numpy(), k.FLAGS]
    person = entries_of(frame.history.customers(number, ["not_person"])) < 0
    customer = table["customer"].to_numpy()
    rows = np.flatnonzero((node >= 0) & counts_as_pushed(flags) & person[customer])
    at = table["at"].cast(pa.int64()).to_numpy()[rows]
    wording = same_texts(words).dictionary_encode().indices.to_numpy(zero_copy_only=False)[index[rows]]
    across = np.array([p.across for p in alikes.pairs], bool)
    hits = np.zeros(len(alikes.pairs), np.int64)
    week = frame.repeat_us
    inside = _inside(frame, at, flags[rows])
    totals = k.near(customer[rows], at, node[rows], wording, inside, *alikes.neighbours, across, week, hits)
    return Met(hits, totals)


def _nodes(frame: Frame, alikes: Alikes, words: pa.Array, index: np.ndarray, table: pa.Table) -> np.ndarray:
    """The side that each contact is: by its sender and its text in normal form; -1 for none."""
    text = pc.index_in(normal_forms(words), pa.array(alikes.normals, pa.string())).fill_null(-1)
    text_of_row = np.append(text.to_numpy(zero_copy_only=False).astype(np.int64), -1)[index]
    tags = frame.lookup.tags[table["tag"].to_numpy()].astype(np.int64)
    senders = len(frame.lookup.communications) + 1
    code_of_text = {normal: i for i, normal in enumerate(alikes.normals)}
    packed = (tags[:, k.DEPARTMENT] * senders + tags[:, k.COMMUNICATION] + 1) * len(alikes.normals) + text_of_row
    keys = np.array(
        [
            (s.sender[0] * senders + s.sender[1] + 1) * len(alikes.normals) + code_of_text[s.text.normal]
            for s in alikes.sides
        ],
        np.int64,
    )
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], packed), len(keys) - 1)
    return np.where((text_of_row >= 0) & (keys[order][place] == packed), order[place], -1)


def _inside(frame: Frame, at: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Which contacts lie in the days that all departments cover; a date alone by its noon, whatever the zone."""
    span = frame.common
    if span is None:
        return np.ones(len(at), bool)
    moment = np.where(flags & k.DAY_ONLY, at + US_PER_DAY // 2, at)
    return np.asarray((moment >= span.begins) & (moment < span.ends))


def merge_met(parts: Iterable[Met], pairs: int) -> Met:
    """All parts together."""
    hits, totals = np.zeros(pairs, np.int64), np.zeros(3, np.int64)
    for part in parts:
        hits, totals = hits + part.hits, totals + part.totals
    return Met(hits, totals)


def figures(frame: Frame, alikes: Alikes, met: Met, days: int, mask: Mask) -> r.NearDuplicates:
    """The finding."""
    hit = [(int(met.hits[i]), pair) for i, pair in enumerate(alikes.pairs) if met.hits[i]]
    hit.sort(key=lambda h: (-h[0], -h[1].similarity, h[1].first, h[1].again))
    within, between, anybody = (int(n) for n in met.totals)
    return r.NearDuplicates(
        days,
        THRESHOLD / 100,
        alikes.checked,
        alikes.texts,
        alikes.texts_left_out,
        alikes.too_short,
        alikes.cut,
        tuple(_told(frame.lookup, alikes, pair, customers, mask) for customers, pair in hit[:LISTED]),
        len(hit),
        len(alikes.pairs) - len(hit),
        alikes.pairs_left_out,
        within,
        between,
        anybody,
    )


def _told(look: Lookup, alikes: Alikes, pair: Pair, customers: int, mask: Mask) -> r.NearDuplicate:
    a, b = alikes.sides[pair.first], alikes.sides[pair.again]
    left, right = differences(*(_shown(side.text, mask) for side in (a, b)))
    first, again = _side(look, a, left), _side(look, b, right)
    return r.NearDuplicate(first, again, pair.similarity / 100, customers, pair.across)


def _shown(text: Text, mask: Mask) -> str:
    return text.sample if mask.reveal else mask.text(without_name(text)) or ""


def _side(look: Lookup, side: Side, pieces: tuple[tuple[str, bool], ...]) -> r.NearText:
    department, communication = side.sender
    name = look.communications[communication] if communication >= 0 else None
    return r.NearText(look.departments[department], name, pieces, side.text.counted)
