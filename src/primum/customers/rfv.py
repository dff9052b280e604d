"""Recency, frequency and value as scores: by stated cuts, or by equal parts of everybody who has bought.

Owns bins, cuts and scores. Parts are cut over all customers of the history, so buckets are counted first and scored
afterwards; counts are added up by fixed bins, so that any split of the history gives the same cuts to the bit. Refuses
to break ties: who ties takes the lower score.
"""

from dataclasses import dataclass

import numpy as np

from primum.customers.measure_names import SCORES
from primum.customers.measures import MICRO, Past, value_before
from primum.strategy.facets.customers import ScoreCuts
from primum.words.time import US_PER_DAY

PARTS = 5
EXACT = 256
"""Numbers below this have a bin of their own; above, a bin is at most 1/128 wide."""
STEPS = 128
BINS = EXACT + (40 - 8) * STEPS
"""Up to 2**40 cents or days."""
CENT = MICRO // 100


def bin_of(number: np.ndarray) -> np.ndarray:
    """The bin of each number (int64, 0 or more); bins ascend with numbers."""
    number = np.clip(number, 0, (1 << 40) - 1)
    mantissa, exponent = np.frexp(number.astype(np.float64))
    above = EXACT + (exponent - 9) * STEPS + np.floor(mantissa * 2 * STEPS).astype(np.int64) - STEPS
    return np.asarray(np.where(number < EXACT, number, above))


def least_of(bins: np.ndarray) -> np.ndarray:
    """The least number of each bin."""
    above = np.maximum(bins - EXACT, 0)
    return np.asarray(np.where(bins < EXACT, bins, (STEPS + above % STEPS) << (above // STEPS + 1)))


@dataclass(frozen=True)
class Bought:
    """Of each customer and instant: days since the last purchase, days with one, and cents; and whether they had
    bought; all int64 [customers, instants]."""

    numbers: tuple[np.ndarray, np.ndarray, np.ndarray]
    has: np.ndarray


def bought(past: Past, instants: np.ndarray) -> Bought:
    """Recency, frequency and value before each instant."""
    days = past.purchase_days.before(instants)
    has = days > 0
    recency = np.where(has, (instants - np.where(has, past.purchases.last(instants), 0)) // US_PER_DAY, 0)
    return Bought((recency, days, value_before(past, instants) // CENT), has)


def counts(found: Bought) -> np.ndarray:
    """How many buyers fall into each bin, the best highest: int64, [3, instants, BINS]; added up over buckets."""
    instants = found.has.shape[1]
    total = np.zeros((3, instants, BINS), np.int64)
    at = np.broadcast_to(np.arange(instants), found.has.shape)[found.has]
    for i, number in enumerate(found.numbers):
        bins = bin_of(number[found.has])
        place = at * BINS + (BINS - 1 - bins if i == 0 else bins)
        total[i] = np.bincount(place, minlength=instants * BINS).reshape(instants, BINS)
    return total


@dataclass(frozen=True)
class Cuts:
    """Per score, int64 [instants, parts - 1]: a customer has one point more for each cut that they are above.

    Days since the last purchase are compared negated, so that more is better in all three.
    """

    cuts: tuple[np.ndarray, np.ndarray, np.ndarray]


def make_cuts(said: ScoreCuts, total: np.ndarray | None, instants: int) -> Cuts:
    """Stated cuts where there are some, else equal parts.

    Args:
        total: the buyers of the whole history by bin (see `counts`); needed where some cuts are not stated.
    """
    stated = (
        [-c for c in said.recency_days],
        [c - 1 for c in said.frequency],
        [round(c * 100) - 1 for c in said.value],
    )
    found = []
    for i, cuts in enumerate(stated):
        if cuts:
            found.append(np.broadcast_to(np.array(cuts, np.int64), (instants, len(cuts))))
        else:
            assert total is not None
            found.append(_parts(total[i], said.parts or PARTS, negated=i == 0))
    return Cuts((found[0], found[1], found[2]))


def _parts(count: np.ndarray, parts: int, *, negated: bool) -> np.ndarray:
    """The greatest number of each part but the last: of N buyers, part i ends with number N x i / parts."""
    upto = np.cumsum(count, axis=1)
    wanted = np.maximum(-(-upto[:, -1:] * np.arange(1, parts) // parts), 1)
    bins = np.stack([np.searchsorted(u, w) for u, w in zip(upto, wanted, strict=True)]).astype(np.int64)
    return -least_of(BINS - 1 - bins) if negated else least_of(bins + 1) - 1


def all_stated(said: ScoreCuts) -> bool:
    """Whether no cut depends on who the other customers are."""
    return bool(said.recency_days and said.frequency and said.value)


def scores(found: Bought, cuts: Cuts) -> dict[str, np.ndarray]:
    """1 (worst) to parts (best), [customers, instants]; 0 for who has not bought."""
    result = {}
    for i, name in enumerate(SCORES):
        number = -found.numbers[i] if i == 0 else found.numbers[i]
        above = (number[:, :, None] > cuts.cuts[i][None, :, :]).sum(axis=2)
        result[name] = np.where(found.has, above + 1, 0)
    return result
