"""Flags in successive extracts of one source: what one shows and the next no longer does has ended between them.

Owns the differences between extracts. Refuses to guess within a stretch: between the last extract that shows a flag and
the first that does not, the flag is possible. An extract tells of the whole of its day.
"""

from dataclasses import dataclass

import numpy as np

from primum.customers.days import NO_END, NO_START, begins_of
from primum.customers.spec import StateSpec


@dataclass(frozen=True)
class Flags:
    """Rows of states as they were read (arrays of equal length).

    `start`, `until`: microseconds, NO_START and NO_END for none. `day`: day number of the row's extract, -1 for none.
    `group`: rows that tell of the same thing have the same number. `source`, `zone`: names. `day_end`: the last instant
    at which it can have begun where `start` is known.
    """

    customer: np.ndarray
    start: np.ndarray
    until: np.ndarray
    day: np.ndarray
    group: np.ndarray
    source: np.ndarray
    zone: np.ndarray
    day_end: np.ndarray


@dataclass(frozen=True)
class Told:
    """What they tell: `row` says which of the rows each line comes of. See `assertions.OPENS` for the others.

    `exact_start`, `exact_until`: the border is the border of an extract's day.
    """

    row: np.ndarray
    start: np.ndarray
    until: np.ndarray
    as_of: np.ndarray
    begun: np.ndarray
    settled: np.ndarray
    exact_start: np.ndarray
    exact_until: np.ndarray
    firm: np.ndarray


def told_by_extracts(flags: Flags, spec: StateSpec) -> Told:
    """Dated and undated rows as beginnings, each flag once for every run of extracts that show it."""
    place = _places(flags, spec)
    order = np.lexsort((flags.until, place, flags.group))
    group, at = flags.group[order], place[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (group[1:] != group[:-1]) | (at[1:] > at[:-1] + 1)
    heads = np.flatnonzero(fresh)
    tails = np.append(heads[1:], len(order)) - 1
    again = np.zeros(len(heads), bool)
    again[1:] = group[heads[1:]] == group[heads[:-1]]
    return _lines(flags, spec, _Runs(order[tails], at[heads], at[tails], again))


@dataclass(frozen=True)
class _Runs:
    """Runs of extracts: the last row of each (it knows best when the state ended), its first and last extract (-1: of
    none), and whether it is one again."""

    row: np.ndarray
    first: np.ndarray
    last: np.ndarray
    again: np.ndarray


def _places(flags: Flags, spec: StateSpec) -> np.ndarray:
    """The number of each row's extract among its source's; -1 for none. Where files only add, all are the last."""
    found = np.full(len(flags.day), -1, np.int64)
    for source, days in spec.extracts.items():
        own = (flags.source == source) & (flags.day >= 0)
        if source in spec.additions:
            found[own] = _first_in_group(flags, own, np.searchsorted(days, flags.day[own]))
        else:
            found[own] = np.searchsorted(days, flags.day[own])
    return found


def _first_in_group(flags: Flags, own: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The earliest extract of each row's group."""
    if not len(place):
        return place
    least = np.full(int(flags.group.max()) + 1, NO_END)
    np.minimum.at(least, flags.group[own], place)
    return np.asarray(least[flags.group[own]])


def _lines(flags: Flags, spec: StateSpec, runs: _Runs) -> Told:
    row = runs.row
    before, first, last, after = (np.full(len(row), v, np.int64) for v in (NO_START, NO_START, NO_START, NO_END))
    for source, days in spec.extracts.items():
        for zone in set(flags.zone[row[flags.source[row] == source]].tolist()):
            own = (flags.source[row] == source) & (flags.zone[row] == zone) & (runs.first >= 0)
            begins = begins_of(np.array(days, np.int64), zone)
            ends = begins_of(np.array(days, np.int64) + 1, zone)
            first[own], last[own] = begins[runs.first[own]], ends[runs.last[own]]
            before[own] = np.append(ends, NO_START)[runs.first[own] - 1]
            if source not in spec.additions:
                after[own] = np.append(begins, NO_END)[runs.last[own] + 1]
    return _as_told(flags, runs, before, first, last, after)


def _as_told(
    flags: Flags, runs: _Runs, before: np.ndarray, first: np.ndarray, last: np.ndarray, after: np.ndarray
) -> Told:
    """Lines of runs, and one more for each stretch in which a flag is only possible after its last extract.

    Args:
        before: the end of the last extract without it; `first`, `last`: from the first to the end of the last extract
            with it; `after`: the first extract without it again.
    """
    row = runs.row
    dated = (flags.start[row] != NO_START) & ~(runs.again & (flags.start[row] < before))
    start = np.where(dated, flags.start[row], before)
    told_end = flags.until[row] != NO_END
    gone = (after != NO_END) & ~told_end
    until = np.where(gone, np.maximum(last, start), flags.until[row])
    undated = np.where(first == NO_START, NO_END, np.where(start == first, NO_START, first))
    as_of = np.where(dated, NO_START, undated)
    begun = np.where(dated, start, np.where(first == NO_START, NO_START, first))
    settled = np.where(dated, np.maximum(flags.day_end[row], last - 1), np.where(last == NO_START, NO_END, last - 1))
    untold = np.flatnonzero(gone & (last < after))
    more_start = np.maximum(last[untold], start[untold])
    both = (
        np.append(row, row[untold]),
        np.append(start, more_start),
        np.append(until, after[untold]),
        np.append(as_of, after[untold]),
        np.append(begun, more_start),
        np.append(settled, more_start - 1),
        np.append(~dated, np.ones(len(untold), bool)),
        np.append(gone, np.ones(len(untold), bool)),
        np.append(told_end | gone, np.zeros(len(untold), bool)),
    )
    fits = both[1] < both[2]
    return Told(*(column[fits | ~both[7]] for column in both))
