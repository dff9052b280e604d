"""Where departments clash at one customer: who meets whom with what, one subject from two, contradictory offers.

Owns what a bucket adds to these, and the arithmetic on the merged counts. It extends `kernels.meetings` (days on which
departments meet) and `kernels.offers` (offers live at once) by what was said, and by the terms of offers. Refuses to
say which of two departments should have waited.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.audit import kernels as k
from primum.audit import results_clashes as rc
from primum.audit.counting import counted, distinct
from primum.audit.crossing_kernels import contradictions, crossings
from primum.audit.frame import Frame
from primum.audit.lookup import MICRO, PRODUCT_SEPARATOR
from primum.audit.masking import Mask
from primum.audit.partial import FEW, Candidate, Partial
from primum.audit.timelines import Timelines
from primum.customers.open_attributes import open_column
from primum.history import Bucket
from primum.words.time import US_PER_DAY

WINDOW_DAYS = 7
TERMS = ("price", "terms", "discount")
"""Open attributes that say on what terms an offer is made."""
ADVERTISING = ("marketing", "sales")
"""Message classes that advertise a topic or a product."""
TOP, TOP_PAIRS, TOP_SUBJECTS = 10, 50, 20
SUBJECTS = ("topic", "product")


@dataclass(frozen=True)
class Terms:
    """The terms of a bucket's contacts: [contacts, TERMS] codes (-1: not said), and what the codes stand for."""

    codes: np.ndarray
    words: tuple[tuple[str, ...], ...]


def swept_clashes(
    frame: Frame, bucket: Bucket, customers: pa.Table, hidden: np.ndarray, counted_: k.Counted, common: k.Counted
) -> Partial:
    """What one bucket adds.

    Args:
        counted_: pushed, received contacts of people; `common`: those of the days that all departments cover.
    """
    parts = [_met(frame, bucket, common)]
    parts += [_subjects(frame, bucket, common, name) for name in SUBJECTS]
    tables: dict[str, dict[tuple[int, ...], int]] = {}
    counts: dict[str, np.ndarray] = {}
    for more_counts, more_tables in parts:
        counts, tables = counts | more_counts, tables | more_tables
    against = _Contradictions(frame, bucket, counted_, terms_of(frame, bucket))
    found = {"contradictions": against.examples(customers, hidden)}
    return Partial(counts | against.counts(), {}, {}, {}, tables | against.tables(), found)


_Part = tuple[dict[str, np.ndarray], dict[str, dict[tuple[int, ...], int]]]


def _met(frame: Frame, bucket: Bucket, common: k.Counted) -> _Part:
    """Customer-days and customers by pair of communications of two departments that met on a day."""
    look = frame.lookup
    nobody = len(look.departments) - 1
    named = np.flatnonzero(common.department != nobody)
    owner, day, department = _owners(common)[named], common.day[named], common.department[named]
    met = _of_several(owner, day, department)
    communication = look.tags[bucket.contacts.tag[common.row[named[met]]], k.COMMUNICATION]
    said = distinct(np.column_stack([owner[met], day[met], department[met], communication]))
    said = said[np.lexsort(said.T[::-1])]
    first, second = _pairs_within(said[:, :2])
    across = said[first, 2] < said[second, 2]
    first, second = first[across], second[across]
    pairs = np.column_stack([said[first, 2:], said[second, 2:]])
    people = distinct(np.column_stack([pairs, said[first, 0]]))[:, :4]
    return {}, {"met": counted(pairs), "met customers": counted(people)}


def _of_several(owner: np.ndarray, day: np.ndarray, department: np.ndarray) -> np.ndarray:
    """Places of the contacts on days on which their customer heard from several departments: few of all."""
    if not len(owner):
        return np.zeros(0, np.int64)
    key = owner * (int(day.max()) - int(day.min()) + 1) + (day - day.min())
    order = np.arange(len(key)) if (key[1:] >= key[:-1]).all() else np.argsort(key, kind="stable")
    key, department = key[order], department[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    several = np.minimum.reduceat(department, starts) != np.maximum.reduceat(department, starts)
    return np.asarray(order[np.repeat(several, np.diff(np.append(starts, len(key))))])


def _owners(contacts: k.Counted) -> np.ndarray:
    return np.repeat(np.arange(len(contacts.offsets) - 1), np.diff(contacts.offsets))


def _pairs_within(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All ordered pairs of places whose (sorted) rows are equal."""
    if not len(groups):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, (groups[1:] != groups[:-1]).any(axis=1)))
    sizes = np.diff(np.append(starts, len(groups)))
    starts, sizes = starts[sizes > 1], sizes[sizes > 1]
    of = np.repeat(np.arange(len(sizes)), sizes * sizes)
    place = np.arange(len(of)) - np.repeat(np.cumsum(sizes * sizes) - sizes * sizes, sizes * sizes)
    return starts[of] + place // sizes[of], starts[of] + place % sizes[of]


def _subjects(frame: Frame, bucket: Bucket, common: k.Counted, name: str) -> _Part:
    """Contacts on a subject of which another department had spoken within the window."""
    look = frame.lookup
    tag = bucket.contacts.tag[common.row]
    advertises = look.columns["purpose"].holds(lambda word: word in ADVERTISING)[tag]
    place, subject = _spoken(frame, tag, advertises, name)
    found = crossings(
        _owners(common)[place],
        bucket.contacts.at[common.row[place]],
        common.department[place],
        subject,
        len(look.departments) - 1,
        WINDOW_DAYS * US_PER_DAY,
    )
    what = subject[found[:, 1]]
    pairs = place[found]
    once = distinct(pairs)
    earlier, later = once[:, 0], once[:, 1]
    communication = look.tags[tag, k.COMMUNICATION]
    who = np.column_stack(
        [
            common.department[earlier],
            communication[earlier],
            common.department[later],
            communication[later],
            _owners(common)[later],
        ]
    )
    late = np.unique(later)
    cost, known = _cost(frame, bucket, common.row[late])
    counts = {
        f"{name} checked": np.array([len(np.unique(place)), int(advertises.sum()) - len(np.unique(place))]),
        f"{name} clashes": np.array([len(late), len(np.unique(who[:, 4])), cost, known]),
    }
    by_subject = distinct(np.column_stack([what, pairs[:, 1]]))[:, :1]
    tables = {
        f"{name} pairs": counted(who[:, :4]),
        f"{name} pair customers": counted(distinct(who)[:, :4]),
        f"{name} subjects": counted(by_subject),
    }
    return counts, tables


def subjects_of(frame: Frame, name: str) -> tuple[str, ...]:
    """The topics, or the single products, by code."""
    words = sorted(frame.lookup.columns[name].present())
    if name == "topic":
        return tuple(words)
    return tuple(sorted({p for word in words for p in word.split(PRODUCT_SEPARATOR)}))


def _spoken(frame: Frame, tag: np.ndarray, wanted: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Places of contacts with the subjects that each names: one with several products stands several times."""
    column, code = frame.lookup.columns[name], {s: i for i, s in enumerate(subjects_of(frame, name))}
    own = [
        () if w is None else tuple(code[p] for p in (w.split(PRODUCT_SEPARATOR) if name == "product" else (w,)))
        for w in column.words
    ]
    sizes = np.array([len(o) for o in own], np.int64)
    flat = np.array([s for o in own for s in o], np.int64)
    start = np.cumsum(sizes) - sizes
    word = column.index[tag]
    times = np.where(wanted, sizes[word], 0)
    place = np.repeat(np.arange(len(tag)), times)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(times) - times, times)
    return place, flat[start[word[place]] + nth]


def _cost(frame: Frame, bucket: Bucket, rows: np.ndarray) -> tuple[int, int]:
    """What contacts cost in millionths, and of how many it is known."""
    look = frame.lookup
    cost = look.unit_cost[look.tags[bucket.contacts.tag[rows], k.CELL]]
    if "cost" in bucket.contacts.columns:
        stated = bucket.contacts.columns["cost"][rows]
        own = np.rint(np.nan_to_num(stated) * MICRO).astype(np.int64)
        cost = np.where(np.isnan(stated), cost, own)
    known = cost != k.MISSING
    return int(cost[known].sum()), int(known.sum())


# Contradictory offers


def terms_of(frame: Frame, bucket: Bucket) -> Terms | None:
    """The terms that a bucket's contacts state; None where no source has open attributes."""
    if bucket.number < 0 or "attributes" not in frame.history.manifest.columns.get("contacts", ()):
        return None
    rows = frame.history.table("contacts", bucket.number, ["attributes"])
    if rows is None:
        return None
    texts = rows["attributes"]
    codes, words = [], []
    for name in TERMS:
        encoded = _said(texts, name)
        codes.append(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64))
        words.append(tuple(encoded.dictionary.to_pylist()))
    return Terms(np.stack(codes, axis=1), tuple(words))


def _said(texts: pa.ChunkedArray, name: str) -> pa.DictionaryArray:
    """What contacts say of one of their terms; of several values the text of them all."""
    found = open_column(texts, name)
    if pa.types.is_list(found.type):
        found = pc.binary_join(found, ", ")
    return found if pa.types.is_dictionary(found.type) else found.dictionary_encode()


class _Contradictions:
    """The contradictory offers of a bucket, counted every way the report needs."""

    def __init__(self, frame: Frame, bucket: Bucket, contacts: k.Counted, terms: Terms | None) -> None:
        self._frame, self._bucket, self._contacts = frame, bucket, contacts
        self._found, self._said = np.zeros((0, 2), np.int64), np.zeros(len(TERMS), np.int64)
        self._checked = 0
        look = frame.lookup
        if terms is None or "valid_until" not in bucket.contacts.columns or not look.products_checked:
            return
        row = contacts.row
        until, codes = bucket.contacts.columns["valid_until"][row], terms.codes[row]
        products = look.tags[bucket.contacts.tag[row], k.PRODUCTS]
        self._said = (codes >= 0).sum(axis=0)
        self._checked = int(((until != k.MISSING) & (products >= 0) & (codes >= 0).any(axis=1)).sum())
        self._found = contradictions(
            contacts.offsets, bucket.contacts.at[row], until, products, look.product_overlap, codes
        )

    def _who(self) -> np.ndarray:
        tags = self._frame.lookup.tags[self._bucket.contacts.tag[self._contacts.row]]
        a, b = self._found[:, 0], self._found[:, 1]
        own = [x for i in (a, b) for x in (tags[i, k.DEPARTMENT], tags[i, k.COMMUNICATION])]
        return np.column_stack([*own, _owners(self._contacts)[b]])

    def counts(self) -> dict[str, np.ndarray]:
        """Offers checked, contradictions, customers, cost; how many contacts state each of the terms."""
        later = np.unique(self._found[:, 1])
        cost, known = _cost(self._frame, self._bucket, self._contacts.row[later])
        customers = len(np.unique(_owners(self._contacts)[later]))
        return {
            "contradictions": np.array([self._checked, len(self._found), customers, cost, known]),
            "terms stated": self._said,
        }

    def tables(self) -> dict[str, dict[tuple[int, ...], int]]:
        """By pair of communications."""
        who = self._who()
        return {
            "contradiction pairs": counted(who[:, :4]),
            "contradiction pair customers": counted(distinct(who)[:, :4]),
        }

    def examples(self, customers: pa.Table, hidden: np.ndarray) -> tuple[Candidate, ...]:
        """The latest, one a customer; `rows` are places among the customer's contacts."""
        hashes, owner = customers["hash"].to_numpy(), _owners(self._contacts)
        row, at = self._contacts.row, self._bucket.contacts.at
        shown = self._found[~hidden[owner[self._found[:, 1]]]]
        order = np.lexsort((shown[:, 0], hashes[owner[shown[:, 1]]], -at[row[shown[:, 1]]]))
        chosen: dict[int, Candidate] = {}
        for a, b in row[shown[order]].tolist():
            c = int(np.searchsorted(self._bucket.contacts.offsets, b, side="right")) - 1
            if c not in chosen and len(chosen) < FEW:
                first = int(self._bucket.contacts.offsets[c])
                identity, hashed = customers["id"][c].as_py(), int(hashes[c])
                chosen[c] = Candidate((-int(at[b]),), hashed, identity, self._bucket.number, c, (a - first, b - first))
        return tuple(chosen.values())


# Findings


def clashes(frame: Frame, total: Partial, examples: tuple[rc.ContradictionExample, ...]) -> rc.Clashes:
    """What the audit found."""
    told = _Told(frame, total)
    return rc.Clashes(
        tuple(told.matrix()),
        told.same_subject("topic"),
        told.same_subject("product"),
        told.contradictions(examples),
    )


class _Told:
    def __init__(self, frame: Frame, total: Partial) -> None:
        self._frame, self._look, self._total = frame, frame.lookup, total

    def matrix(self) -> Iterator[rc.ClashCell]:
        """A cell for every two departments that met, most customer-days first."""
        days = self._total.counts["meeting_days"]
        pairs: dict[tuple[str | None, str | None], list[rc.ClashPair]] = {}
        for pair in self._pairs("met", "met customers"):
            pairs.setdefault((pair.first_department, pair.again_department), []).append(pair)
        names = self._look.departments
        cells = [(int(days[a, b]), names[a], names[b]) for a, b in zip(*np.nonzero(days), strict=True)]
        for met, a, b in sorted(cells, key=lambda c: (-c[0], str(c[1]), str(c[2]))):
            own = pairs.get((a, b), [])
            yield rc.ClashCell(a, b, met, tuple(own[:TOP]), len(own))

    def _pairs(self, times: str, customers: str) -> list[rc.ClashPair]:
        names, communications = self._look.departments, (*self._look.communications, None)
        people = self._total.tables[customers]
        found = [
            rc.ClashPair(communications[ca], names[a], communications[cb], names[b], n, people[a, ca, b, cb])
            for (a, ca, b, cb), n in self._total.tables[times].items()
        ]
        return sorted(
            found,
            key=lambda p: (-p.times, *(str(x) for x in (p.first_department, p.first, p.again_department, p.again))),
        )

    def same_subject(self, name: str) -> rc.SameSubject:
        """One topic, or product, from two departments."""
        checked, unchecked = (int(n) for n in self._total.counts[f"{name} checked"])
        times, customers, cost, known = (int(n) for n in self._total.counts[f"{name} clashes"])
        words = subjects_of(self._frame, name)
        subjects = sorted(
            ((words[s], n) for (s,), n in self._total.tables[f"{name} subjects"].items()), key=lambda x: (-x[1], x[0])
        )
        return rc.SameSubject(
            name,
            WINDOW_DAYS,
            checked,
            unchecked,
            times,
            customers,
            cost / MICRO if known else None,
            tuple(subjects[:TOP_SUBJECTS]),
            tuple(self._pairs(f"{name} pairs", f"{name} pair customers")[:TOP_PAIRS]),
        )

    def contradictions(self, examples: tuple[rc.ContradictionExample, ...]) -> rc.Contradictions:
        """Offers on other terms."""
        checked, times, customers, cost, known = (int(n) for n in self._total.counts["contradictions"])
        stated = self._total.counts["terms stated"]
        return rc.Contradictions(
            tuple(name for name, n in zip(TERMS, stated, strict=True) if n),
            self._look.products_checked,
            checked,
            times,
            customers,
            cost / MICRO if known else None,
            tuple(self._pairs("contradiction pairs", "contradiction pair customers")[:TOP_PAIRS]),
            examples,
        )


def contradiction_examples(
    frame: Frame, candidates: Sequence[Candidate], timelines: Timelines, mask: Mask
) -> tuple[rc.ContradictionExample, ...]:
    """The chosen contradictions with both offers and what differs."""
    found = []
    for candidate in candidates:
        events = timelines.contacts(candidate)
        rows = frame.history.customer_rows("contacts", candidate.bucket, candidate.customer)
        assert rows is not None, "a contact that was compared has gone"
        said = {name: _said(rows["attributes"], name).to_pylist() for name in TERMS}
        first, again = candidate.rows
        found.append(
            rc.ContradictionExample(
                mask.person(candidate.id),
                tuple(_differences(said, first, again, mask)),
                events[first].line,
                events[again].line,
            )
        )
    return tuple(found)


def _differences(
    said: Mapping[str, Sequence[str | None]], first: int, again: int, mask: Mask
) -> Iterator[tuple[str, str, str]]:
    for name, values in said.items():
        a, b = values[first], values[again]
        if a is not None and b is not None and a != b:
            yield name, mask.text(a) or "", mask.text(b) or ""
