"""Pressure, contacts against rules and responses by value, stage, tenure and segment.

Owns the groups (as customers stand at the end of the history) and their figures. Refuses to compare groups: who buys
most is contacted most, and the cause may run either way.

Value: buyers in five equal parts by what they spent (days with a purchase where no source says), cut over the whole
history by fixed bins, so that any split gives the same groups; who ties takes the lower part. Tenure: since a source
says somebody became a customer, else since the first contact or response.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from primum.audit import kernels as k
from primum.audit import results_segments as rg
from primum.audit.counting import counted, distinct
from primum.audit.frame import Frame
from primum.audit.law import SEVERITIES, Law
from primum.audit.partial import Partial
from primum.audit.standing import Closing, Standing, by_customer, owners
from primum.customers.days import NO_END
from primum.history import Bucket
from primum.words.time import US_PER_DAY

VALUE, STAGE, TENURE, SEGMENT = range(4)
DIMENSIONS: tuple[rg.Dimension, ...] = ("value", "stage", "tenure", "segment")
PARTS = 5
NO_STAGE = "in no stage"
TENURES = (
    (90, "less than 90 days"),
    (365, "90 days to a year"),
    (730, "one to two years"),
    (1826, "two to five years"),
)
LONGER, UNKNOWN = "five years or more", "not known since when"
_PART_NAMES = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "top fifth")


@dataclass(frozen=True)
class Hits:
    """What a bucket's rules found: whose each ask is, and [n, 2] asks against rules (ask, place of the severity)."""

    customer: np.ndarray
    against: np.ndarray


def nothing_hit() -> Hits:
    """Of a bucket that no rule was asked about."""
    return Hits(np.empty(0, np.int64), np.empty((0, 2), np.int64))


def hits_of(law: Law, customer: np.ndarray, against: np.ndarray) -> Hits:
    """Each ask once a severity, from (ask, rule)."""
    severity = law.severity_of_rule()[against[:, 1]]
    return Hits(customer.astype(np.int64), distinct(np.stack([against[:, 0], severity], axis=1).astype(np.int64)))


def swept_groups(frame: Frame, closing: Closing, bucket: Bucket, stand: Standing, hits: Hits) -> Partial:
    """What one bucket adds: tables by (dimension, group)."""
    group = _memberships(closing, stand)
    measured = _Measured(frame, bucket, hits)
    people = group[:, 2]
    keys = group[:, :2]
    tables = {
        "group customers": counted(keys),
        "group weeks": counted(np.column_stack([keys, measured.week[people]])),
        "group contacts": _sums(keys, measured.pushed[people]),
        "group judged": _sums(keys, measured.judged[people]),
        "group responses": _sums(keys, measured.responses[people]),
        "group responders": _sums(keys, measured.responses[people] > 0),
    }
    against: dict[tuple[int, ...], int] = {}
    hit: dict[tuple[int, ...], int] = {}
    for place in range(len(SEVERITIES)):
        own = measured.against[place][people]
        by = np.column_stack([keys, np.full(len(keys), place)])
        against |= _sums(by, own)
        hit |= _sums(by, own > 0)
    tables |= {"group against": against, "group customers against": hit}
    return Partial({}, {}, {}, {}, tables, {})


class _Measured:
    """Figures of each customer of a bucket."""

    def __init__(self, frame: Frame, bucket: Bucket, hits: Hits) -> None:
        rows, look, n = bucket.contacts, frame.lookup, bucket.customers
        flags = look.tags[rows.tag, k.FLAGS]
        own = np.flatnonzero((flags & k.RECEIVED > 0) & (flags & k.PUSHED > 0))
        self.pushed = by_customer(owners(rows.offsets)[own], n)
        offsets = np.concatenate([[0], np.cumsum(self.pushed)]).astype(np.int64)
        week, month = np.zeros(n, np.int32), np.zeros(n, np.int32)
        k.busiest(offsets, rows.at[own], frame.week_us, week, month)
        self.week = week
        self.judged = by_customer(hits.customer, n)
        self.against = [
            by_customer(hits.customer[hits.against[hits.against[:, 1] == place, 0]], n)
            for place in range(len(SEVERITIES))
        ]
        self.responses = np.zeros(n, np.int64)
        if bucket.responses is not None:
            alive = np.array([x != "bounced" for x in look.response_kind], bool)[bucket.responses.tag]
            self.responses = by_customer(owners(bucket.responses.offsets)[alive], n)


def _sums(keys: np.ndarray, values: np.ndarray) -> dict[tuple[int, ...], int]:
    """The sum of values by distinct key; a sum of 0 is left out."""
    held = np.flatnonzero(values)
    if not len(held):
        return {}
    groups, place = np.unique(keys[held], axis=0, return_inverse=True)
    sums = np.zeros(len(groups), np.int64)
    np.add.at(sums, place.reshape(-1), values[held].astype(np.int64))
    return {tuple(int(v) for v in g): int(n) for g, n in zip(groups, sums, strict=True)}


def _memberships(closing: Closing, stand: Standing) -> np.ndarray:
    """[n, 3]: dimension, group and customer, of people only; a value's group is its bin, -1 for who has not bought."""
    people = np.flatnonzero(stand.people)
    days = np.where(stand.since == NO_END, -1, (closing.end.at - stand.since) // US_PER_DAY)
    tenure = np.searchsorted([limit for limit, _ in TENURES], days, side="right")
    tenure = np.where(days < 0, len(TENURES) + 1, tenure)
    stages, segments = names_of(closing)
    parts = [_rows(VALUE, stand.value[people], people), _rows(TENURE, tenure[people], people)]
    stage = np.full(len(stand.people), len(stages))
    told, at = stand.told, closing.end.at - 1
    for i, name in enumerate(stages):
        stage[told.customers(told.holding(told.of((name,), segments=True), at, surely=True))] = i
    if stages:
        parts.append(_rows(STAGE, stage[people], people))
    for i, name in enumerate(segments):
        own = np.flatnonzero(
            told.customers(told.holding(told.of((name,), segments=True), at, surely=True)) & stand.people
        )
        parts.append(_rows(SEGMENT, np.full(len(own), i), own))
    return np.concatenate(parts).astype(np.int64)


def _rows(dimension: int, group: np.ndarray, customer: np.ndarray) -> np.ndarray:
    return np.column_stack([np.full(len(group), dimension), group, customer])


def names_of(closing: Closing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stages in the order of the strategy, and the other segments by name."""
    conditions = closing.spec.segments.conditions
    stages = sorted((c for c in conditions if c.stage is not None), key=lambda c: c.stage or 0)
    return tuple(c.name for c in stages), tuple(sorted(c.name for c in conditions if c.stage is None))


# Findings


def segments_told(closing: Closing, total: Partial) -> rg.BySegment:
    """Every grouping; one of which nothing is known says why."""
    stages, segments = names_of(closing)
    blind = {
        VALUE: "" if closing.kinds & set(closing.purchases) else "no source supplies purchases",
        STAGE: "" if stages else "the strategy declares no lifecycle stages (`customers.stages`)",
        TENURE: "",
        SEGMENT: "" if segments else "the strategy declares no segments (`customers.segments`)",
    }
    return rg.BySegment(
        tuple(
            rg.Grouping(name, (), blind[d]) if blind[d] else rg.Grouping(name, tuple(_groups(closing, total, d)))
            for d, name in enumerate(DIMENSIONS)
        )
    )


def _groups(closing: Closing, total: Partial, dimension: int) -> Iterator[rg.GroupFigures]:
    """The groups of a dimension in their natural order; several bins of value make one group."""
    known = {key[1]: n for key, n in total.tables["group customers"].items() if key[0] == dimension}
    for name, codes in _named(closing, dimension, known):
        yield _figures(total, name, {(dimension, code) for code in codes})


def _named(closing: Closing, dimension: int, known: Mapping[int, int]) -> Iterator[tuple[str, list[int]]]:
    stages, segments = names_of(closing)
    if dimension == VALUE:
        part = parts_of({code: n for code, n in known.items() if code >= 0})
        for i in reversed(range(PARTS)):
            codes = [code for code in known if code >= 0 and part[code] == i]
            if codes:
                yield _PART_NAMES[i], codes
        if -1 in known:
            yield "no purchase", [-1]
        return
    names = {
        STAGE: (*stages, NO_STAGE),
        SEGMENT: segments,
        TENURE: (*(name for _, name in TENURES), LONGER, UNKNOWN),
    }[dimension]
    for code, name in enumerate(names):
        if code in known or (dimension != TENURE and name != NO_STAGE):
            yield name, [code]


def parts_of(buyers: Mapping[int, int]) -> dict[int, int]:
    """Bin -> its part (0 the lowest): of N buyers in ascending order, part i ends with number N x (i + 1) / PARTS."""
    everybody, seen, found = sum(buyers.values()), 0, {}
    for code in sorted(buyers):
        found[code] = min(seen * PARTS // everybody, PARTS - 1)
        seen += buyers[code]
    return found


def _figures(total: Partial, name: str, keys: set[tuple[int, int]]) -> rg.GroupFigures:
    def summed(table: str, *further: int) -> int:
        return sum(total.tables[table].get((*key, *further), 0) for key in keys)

    weeks: dict[int, int] = {}
    for (d, g, week), n in total.tables["group weeks"].items():
        if week and (d, g) in keys:
            weeks[week] = weeks.get(week, 0) + n
    reached, contacts, judged = sum(weeks.values()), summed("group contacts"), summed("group judged")
    against = tuple(
        rg.GroupSeverity(
            severity,  # type: ignore[arg-type]
            summed("group against", place),
            summed("group customers against", place),
            summed("group against", place) / judged if judged else None,
        )
        for place, severity in enumerate(SEVERITIES)
    )
    return rg.GroupFigures(
        name,
        summed("group customers"),
        reached,
        contacts,
        contacts / reached if reached else None,
        _quantile(weeks, 500),
        _quantile(weeks, 900),
        max(weeks, default=0),
        judged,
        against,
        summed("group responses"),
        summed("group responders"),
    )


def _quantile(weeks: Mapping[int, int], per_mille: int) -> int:
    """The nearest-rank quantile of a histogram; 0 of nobody."""
    wanted, seen = -(-sum(weeks.values()) * per_mille // 1000), 0
    for week in sorted(weeks):
        seen += weeks[week]
        if seen >= wanted:
            return week
    return 0
