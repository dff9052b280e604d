"""What was true of customers when they were contacted: states held against contacts, as far as both are known in time.

Owns the question, its kernel and what a state's tag means. Refuses to judge: whether a contact should have been made is
for rules to say. The plain twin of the kernel is in `tests/audit/test_flags.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numba import njit

from primum.audit import kernels as k
from primum.words.time import EPOCH_DAY

SCOPES = ("channel", "purpose", "topic", "brand")
"""Attributes that a state may name: it then holds for contacts with that value only."""
ANY, NONE_SUCH = -1, -2
"""A state that names no value of an attribute; one that names a value no contact has."""
HOUR_US = 3_600_000_000
INSTANT, HOUR, DAY = 0, 1, 2
_PRECISIONS = {"instant": INSTANT, "hour": HOUR, "day": DAY}

STATE, FROM, UNTIL, AS_OF, ZONE = range(5)
"""Columns of the matrix of state tags; AS_OF is a day number, or NO_DAY."""
NO_DAY = np.iinfo(np.int64).min

CUSTOMERS, DATED, UNDATED, WITHOUT_DAY, DURING, CUSTOMERS_DURING, POSSIBLE, CUSTOMERS_POSSIBLE = range(8)
"""Rows of the counts, one column a state: customers and rows of states, then contacts and their customers."""
COUNTS = 8


class Words(Protocol):
    """One attribute of all tags of contacts (see `lookup`)."""

    @property
    def words(self) -> tuple[str | None, ...]:
        """The distinct words."""

    @property
    def index(self) -> np.ndarray:
        """Per tag, which of them it has."""


@dataclass(frozen=True)
class States:
    """What the tags of states mean: `tags` [state tags, 5] int64, `scopes` [state tags, 4] and, of contacts' tags,
    `values` [tags, 4] int32 in the same codes."""

    names: tuple[str, ...]
    tags: np.ndarray
    scopes: np.ndarray
    values: np.ndarray


def make_states(
    tags: pa.Table | None, contacts: Mapping[str, Words], zones: Sequence[str], zone_of_source: Mapping[str, str]
) -> States:
    """Number the states and their scopes.

    Args:
        tags: the tag table of the states, None for none.
        contacts: the attributes of the contacts' tags.
        zones: the audit's zones, the company's first; `zone_of_source` says which one a source's dates are in.
    """
    values = np.stack([contacts[s].index for s in SCOPES], axis=1).astype(np.int32)
    rows = tags.to_pylist() if tags is not None else []
    names = sorted({row["state"] for row in rows})
    matrix, scopes = np.zeros((len(rows), 5), np.int64), np.full((len(rows), 4), ANY, np.int32)
    codes = [{w: i for i, w in enumerate(contacts[s].words) if w is not None} for s in SCOPES]
    for i, row in enumerate(rows):
        zone = zone_of_source.get(row["source"], zones[0])
        matrix[i] = (
            names.index(row["state"]),
            _PRECISIONS[row["from_precision"] or "instant"],
            _PRECISIONS[row["until_precision"] or "instant"],
            NO_DAY if row["as_of"] is None else (date.fromisoformat(row["as_of"]) - EPOCH_DAY).days,
            zones.index(zone),
        )
        for position, scope in enumerate(SCOPES):
            if row[scope] is not None:
                scopes[i, position] = codes[position].get(row[scope], NONE_SUCH)
    return States(tuple(names), matrix, scopes, values)


class Held(NamedTuple):
    """The states of a bucket's customers: customer c's rows are offsets[c] : offsets[c + 1].

    `begin`, `end`: microseconds, `kernels.MISSING` where there is none; `tag`: rows of `States.tags`.
    """

    offsets: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    tag: np.ndarray


@njit(cache=True, nogil=True)
def _day(calendar: k.Calendar, zone: int, at: int) -> int:
    found = calendar.first[zone]
    while found + 1 < calendar.first[zone + 1] and calendar.instant[found + 1] <= at:
        found += 1
    return int((at + calendar.offset[found]) // k.US_PER_DAY)


@njit(cache=True, nogil=True)
def _begun(at: int, width: int, day: int, day_only: bool, begin: int, precision: int, begin_day: int) -> int:
    """Whether a state has begun at a contact: 2 certainly, 1 possibly, 0 not."""
    if day_only or precision == DAY:
        return 1 + (day > begin_day) if day >= begin_day else 0
    spread = HOUR_US - 1 if precision == HOUR else 0
    if at >= begin + spread:
        return 2
    return 1 if at + width >= begin else 0


@njit(cache=True, nogil=True)
def _lasts(at: int, width: int, day: int, day_only: bool, end: int, precision: int, end_day: int) -> int:
    """Whether a state has not ended at a contact: 2 certainly, 1 possibly, 0 it has."""
    if day_only or precision == DAY:
        return 1 + (day < end_day) if day <= end_day else 0
    spread = HOUR_US - 1 if precision == HOUR else 0
    if at + width < end:
        return 2
    return 1 if at < end + spread else 0


@njit(cache=True, nogil=True)
def holding(
    offsets: np.ndarray,
    at: np.ndarray,
    day: np.ndarray,
    flags: np.ndarray,
    values: np.ndarray,
    calendar: k.Calendar,
    held: Held,
    tags: np.ndarray,
    scopes: np.ndarray,
    out: np.ndarray,
) -> None:
    """Count contacts during which states held, certainly or possibly; several states of one name are a union.

    A state holds on [from, until). Where the contact or the border of the state is known only to the day, days are
    compared, and the border's own day is possible. An undated flag holds from the day of its extract on, and possibly
    before it.

    Args:
        offsets, at, day, flags, values: the contacts that count, by customer; `values` are their codes of SCOPES.
        held, tags, scopes: the states (see `Held`, `States`).
        out: [COUNTS, states], added to.
    """
    states = out.shape[1]
    best = np.zeros(states, np.int8)
    owner, during, possible = np.full(states, -1), np.full(states, -1), np.full(states, -1)
    for c in range(offsets.shape[0] - 1):
        low, high = held.offsets[c], held.offsets[c + 1]
        if low == high:
            continue
        begin_day, end_day = np.zeros(high - low, np.int64), np.zeros(high - low, np.int64)
        for s in range(low, high):
            tag = tags[held.tag[s]]
            state = tag[STATE]
            out[CUSTOMERS, state] += owner[state] != c
            owner[state] = c
            if held.begin[s] == k.MISSING:
                out[UNDATED, state] += 1
                out[WITHOUT_DAY, state] += tag[AS_OF] == NO_DAY
            else:
                out[DATED, state] += 1
                begin_day[s - low] = _day(calendar, tag[ZONE] if tag[FROM] == DAY else calendar.zone[c], held.begin[s])
            if held.end[s] != k.MISSING:
                end_day[s - low] = _day(calendar, tag[ZONE] if tag[UNTIL] == DAY else calendar.zone[c], held.end[s])
        for i in range(offsets[c], offsets[c + 1]):
            day_only = flags[i] & k.DAY_ONLY > 0
            width = HOUR_US - 1 if flags[i] & k.HOUR_ONLY else 0
            for s in range(low, high):
                tag, scope = tags[held.tag[s]], scopes[held.tag[s]]
                covers = True
                for a in range(scope.shape[0]):
                    covers &= scope[a] == ANY or scope[a] == values[i, a]
                if not covers:
                    continue
                if held.begin[s] == k.MISSING:
                    sure = 2 if tag[AS_OF] != NO_DAY and day[i] >= tag[AS_OF] else 1
                else:
                    sure = _begun(at[i], width, day[i], day_only, held.begin[s], tag[FROM], begin_day[s - low])
                if held.end[s] != k.MISSING:
                    lasts = _lasts(at[i], width, day[i], day_only, held.end[s], tag[UNTIL], end_day[s - low])
                    sure = min(sure, lasts)
                best[tag[STATE]] = max(best[tag[STATE]], sure)
            for s in range(low, high):
                state = tags[held.tag[s], STATE]
                if best[state] == 2:
                    out[DURING, state] += 1
                    out[CUSTOMERS_DURING, state] += during[state] != c
                    during[state] = c
                elif best[state] == 1:
                    out[POSSIBLE, state] += 1
                    out[CUSTOMERS_POSSIBLE, state] += possible[state] != c
                    possible[state] = c
                best[state] = 0
