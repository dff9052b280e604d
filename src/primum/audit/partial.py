"""Partial results of buckets, and their merge: associative, and equal to the bit for any split of the history.

Owns the record that travels from a bucket (or a cluster's worker) to the merge. Refuses floats: counts and money are
integers (money in millionths), lists are ordered by value and hash, never by the position of a bucket.
"""

from dataclasses import dataclass, fields
from functools import reduce

import numpy as np

BEST = 10
EXAMPLES = 5
FEW = 3


@dataclass(frozen=True, order=True)
class Candidate:
    """Somebody or something worth showing; smaller sorts first, `hash` and `id` settle ties for any split."""

    rank: tuple[int, ...]
    hash: int
    id: str
    bucket: int
    customer: int
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Partial:
    """What one bucket (or several, merged) holds. Arrays add; `first`/`last` take the extreme; candidates compete."""

    counts: dict[str, np.ndarray]
    first: dict[str, np.ndarray]
    last: dict[str, np.ndarray]
    histograms: dict[str, np.ndarray]
    """Arrays over a value (contacts per customer...), of any length: the shorter is padded."""
    tables: dict[str, dict[tuple[int, ...], int]]
    """Sparse counts by a tuple of codes."""
    candidates: dict[str, tuple[Candidate, ...]]


KEEP = {
    "people": BEST,
    "story": 1,
    "repeat_within": EXAMPLES,
    "repeat_between": EXAMPLES,
    "unanswered question": BEST,
    "unanswered complaint": BEST,
    "silence people": BEST,
    "never people": BEST,
    "clash people": BEST,
}
"""How many of each are kept; of all others FEW."""


def merge(left: Partial, right: Partial) -> Partial:
    """Combine two partial results."""
    return Partial(
        {k: left.counts[k] + right.counts[k] for k in left.counts},
        {k: np.minimum(left.first[k], right.first[k]) for k in left.first},
        {k: np.maximum(left.last[k], right.last[k]) for k in left.last},
        {k: _padded_sum(left.histograms[k], right.histograms[k]) for k in left.histograms},
        {k: _summed(left.tables[k], right.tables[k]) for k in left.tables},
        {k: tuple(sorted(left.candidates[k] + right.candidates[k])[: KEEP.get(k, FEW)]) for k in left.candidates},
    )


def joined(one: Partial, other: Partial) -> Partial:
    """Two questions asked of the same bucket, side by side; their names must differ."""
    return Partial(*(getattr(one, f.name) | getattr(other, f.name) for f in fields(Partial)))


def merge_all(partials: list[Partial]) -> Partial:
    """Merge one or more partial results."""
    return reduce(merge, partials)


def _padded_sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.shape[-1] < b.shape[-1]:
        a, b = b, a
    out = a.copy()
    out[..., : b.shape[-1]] += b
    return out


def _summed(a: dict[tuple[int, ...], int], b: dict[tuple[int, ...], int]) -> dict[tuple[int, ...], int]:
    out = dict(a)
    for key, count in b.items():
        out[key] = out.get(key, 0) + count
    return out


def equal(a: Partial, b: Partial) -> bool:
    """Whether two partial results are the same to the bit, but for where a candidate lies."""
    for f in fields(Partial):
        x, y = getattr(a, f.name), getattr(b, f.name)
        if x.keys() != y.keys():
            return False
        for k in x:
            if isinstance(x[k], np.ndarray):
                if not np.array_equal(x[k], y[k]):
                    return False
            elif f.name == "candidates":
                if [(c.rank, c.hash, c.id) for c in x[k]] != [(c.rank, c.hash, c.id) for c in y[k]]:
                    return False
            elif x[k] != y[k]:
                return False
    return True
