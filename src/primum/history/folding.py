"""Rows that tell of one contact become one: overlapping exports, and logs with a row for every status.

Owns the fold: rows of one customer, source and id are one contact; its first row gives what was said, to whom and when,
the row that tells the latest status gives the status. Refuses to fold across customers: such ids are only counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from primum.history.interning import Tags
from primum.words.time import transitions

STATUS_COLUMNS = ("status", "outcome", "status_at_precision")
"""Attributes of a contact that come from the row with its latest status; all others come from its first row."""
HISTORY = "status_history"
NEVER = np.iinfo(np.int64).min
SAMPLE = 4_000_000
ASSUMED = "sent"
"""What a row without a status says (see `audit.lookup`)."""


@dataclass
class FoldTally:
    """What folding found, per source (arrays of one number a source)."""

    repeated: np.ndarray
    """Rows that repeat another: the same id, customer, instant, status and instant of the status."""
    folded: np.ndarray
    """Rows that told something new of a contact that another row began."""
    alike: np.ndarray
    """... of which no row of the contact told another status."""

    @classmethod
    def empty(cls, sources: int) -> "FoldTally":
        """Nothing found."""
        return cls(*(np.zeros(sources, np.int64) for _ in range(3)))


@dataclass(frozen=True)
class Folded:
    """Rows after folding.

    `order` holds the rows that stay, as it was ordered; `table` has their new instants of status and histories.
    `first` and `last` are, per contact that was folded, the row that stays and the row whose status it takes: their
    tags are still to be joined (`joined_tags`). `ids` is a hash of source and id per contact that has an id.
    """

    table: pa.Table
    order: np.ndarray
    tally: FoldTally
    first: np.ndarray
    last: np.ndarray
    ids: np.ndarray
    id_sources: np.ndarray


@dataclass(frozen=True)
class Rows:
    """The rows of one bucket as they came: which customer's rows are where, and whose file each is from.

    `order` sorts them by (customer, instant); customer c's are order[offsets[c] : offsets[c + 1]].
    """

    table: pa.Table
    order: np.ndarray
    offsets: np.ndarray
    source: np.ndarray
    """Position of each row's source."""


@njit(cache=True, nogil=True)
def _hashes(offsets: np.ndarray, data: np.ndarray, valid: np.ndarray, source: np.ndarray) -> np.ndarray:
    """A hash of each row's source and id (FNV-1a, mixed), 0 where it has no id."""
    out = np.zeros(offsets.shape[0] - 1, np.uint64)
    for i in range(out.shape[0]):
        if not valid[i]:
            continue
        h = np.uint64(0xCBF29CE484222325) ^ (np.uint64(source[i]) * np.uint64(0x9E3779B97F4A7C15))
        for j in range(offsets[i], offsets[i + 1]):
            h = (h ^ np.uint64(data[j])) * np.uint64(0x100000001B3)
        h = (h ^ (h >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        out[i] = max(h ^ (h >> np.uint64(33)), np.uint64(1))
    return out


@njit(cache=True, nogil=True)
def _same_text(offsets: np.ndarray, data: np.ndarray, a: int, b: int) -> bool:
    length = offsets[a + 1] - offsets[a]
    if offsets[b + 1] - offsets[b] != length:
        return False
    return bool(np.all(data[offsets[a] : offsets[a] + length] == data[offsets[b] : offsets[b] + length]))


@njit(cache=True, nogil=True)
def _leaders(
    order: np.ndarray,
    bounds: np.ndarray,
    source: np.ndarray,
    hashes: np.ndarray,
    offsets: np.ndarray,
    data: np.ndarray,
) -> tuple[np.ndarray, int]:
    """Per row, the first row (by `order`) with the same customer, source and id (-1 without an id); how many follow."""
    longest = 1
    for c in range(bounds.shape[0] - 1):
        longest = max(longest, bounds[c + 1] - bounds[c])
    slots = 2
    while slots < 2 * longest:
        slots *= 2
    owner = np.full(slots, -1, np.int64)
    held = np.empty(slots, np.int64)
    leader = np.full(order.shape[0], -1, np.int64)
    following = 0
    for c in range(bounds.shape[0] - 1):
        mask = 1
        while mask < 2 * (bounds[c + 1] - bounds[c]):
            mask *= 2
        mask -= 1
        for i in range(bounds[c], bounds[c + 1]):
            row = order[i]
            if hashes[row] == 0:
                continue
            slot = np.int64(hashes[row] & np.uint64(mask))
            while owner[slot] == c:
                other = held[slot]
                if (
                    hashes[other] == hashes[row]
                    and source[other] == source[row]
                    and _same_text(offsets, data, other, row)
                ):
                    break
                slot = (slot + 1) & mask
            if owner[slot] == c:
                leader[row] = held[slot]
                following += 1
            else:
                owner[slot] = c
                held[slot] = row
                leader[row] = row
    return leader, following


def fold(rows: Rows, tags: Tags, zones: Sequence[str]) -> Folded:
    """Fold rows of one customer, source and id into one.

    Args:
        tags: the relation's tags; read, not added to.
        zones: per source, the zone in which its dates are days.
    """
    table = rows.table
    sources = len(zones)
    texts = _one(table["id"])
    offsets, data = _buffers(texts)
    valid = texts.is_valid().to_numpy(zero_copy_only=False)
    hashes = _hashes(offsets, data, valid, rows.source)
    leader, following = _leaders(rows.order, rows.offsets, rows.source, hashes, offsets, data)
    begins = np.flatnonzero(leader == np.arange(len(leader)))
    none = np.empty(0, np.int64)
    if not following:
        tally = FoldTally.empty(sources)
        return Folded(table, rows.order, tally, none, none, hashes[begins], rows.source[begins])
    members, group = _members(leader)
    told = _Told(table, members, group, tags)
    tally = told.tally(rows.source[members], sources)
    keep = np.ones(len(leader), bool)
    keep[members] = False
    keep[told.first] = True
    changed = _with_statuses(table, told, zones, rows.source)
    return Folded(
        changed, rows.order[keep[rows.order]], tally, told.first, told.last, hashes[begins], rows.source[begins]
    )


def joined_tags(tags: Tags, tag: np.ndarray, folded: Folded) -> np.ndarray:
    """The tag of every row, once each folded contact has taken its latest status; new tags are added."""
    out = tag.copy()
    out[folded.first] = tags.joined(tag[folded.first], tag[folded.last], STATUS_COLUMNS)
    return out


def _members(leader: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows that share their leader with others, and the number of each one's group."""
    led = np.flatnonzero(leader >= 0)
    several = np.bincount(leader[led], minlength=len(leader)) > 1
    members = led[several[leader[led]]]
    _, group = np.unique(leader[members], return_inverse=True)
    return members, group.reshape(-1)


class _Told:
    """What the rows of folded contacts tell: which comes first, which status is the latest, which rows say nothing new.

    `first` and `last` are rows of the table, one a group; `spoken` are the rows that say something new, by group and
    within it by status.
    """

    def __init__(self, table: pa.Table, members: np.ndarray, group: np.ndarray, tags: Tags) -> None:
        self.table, self.tags, self.members = table, tags, members
        self.at = _micros(table["at"])[members]
        stamped = "status_at" in table.column_names
        self.status_at = _micros(table["status_at"])[members] if stamped else np.full(len(members), NEVER)
        file, row = (_one(table[n]).to_numpy()[members] for n in ("file", "row"))
        self.tag = _one(table["tag"]).to_numpy()[members]
        self.status = tags.codes_of("status")[self.tag]
        self.group = group
        self.groups = int(group.max()) + 1
        by_time = np.lexsort((row, file, self.at, group))
        self.first = members[by_time[np.searchsorted(group[by_time], np.arange(self.groups))]]
        by_status = np.lexsort((row, file, self.at, self.status_at, group))
        ends = np.searchsorted(group[by_status], np.arange(self.groups), side="right") - 1
        self.last = members[by_status[ends]]
        self.repeats = self._repeats(np.lexsort((row, file, self.at, self.status_at, self.status, group)))
        self.spoken = by_status[~self.repeats[by_status]]

    def _repeats(self, order: np.ndarray) -> np.ndarray:
        """Whether each member says what another one of its contact said already."""
        same = np.ones(len(order) - 1, bool)
        for values in (self.group, self.status, self.status_at, self.at):
            same &= values[order[1:]] == values[order[:-1]]
        out = np.zeros(len(order), bool)
        out[order[1:][same]] = True
        return out

    def tally(self, source: np.ndarray, sources: int) -> FoldTally:
        """Count by source."""
        new = ~self.repeats
        rows_of = np.bincount(self.group[new], minlength=self.groups)
        lowest, highest = np.full(self.groups, self.status.max()), np.zeros(self.groups, self.status.dtype)
        np.minimum.at(lowest, self.group, self.status)
        np.maximum.at(highest, self.group, self.status)
        source_of = np.zeros(self.groups, np.int64)
        source_of[self.group] = source
        extra = rows_of - 1

        def by_source(values: np.ndarray, of: np.ndarray) -> np.ndarray:
            return np.bincount(of, weights=values, minlength=sources).astype(np.int64)

        return FoldTally(
            by_source(self.repeats, source),
            by_source(extra, source_of),
            by_source(np.where(lowest == highest, extra, 0), source_of),
        )


def _with_statuses(table: pa.Table, told: _Told, zones: Sequence[str], source: np.ndarray) -> pa.Table:
    """The table with each folded contact's latest instant of status and its history of statuses."""
    if "status_at" in table.column_names:
        old = _one(table["status_at"])
        place = np.arange(table.num_rows)
        place[told.first] = told.last
        position = table.schema.get_field_index("status_at")
        table = table.set_column(position, "status_at", old.take(pa.array(place)))
    if HISTORY not in table.column_names:
        return table
    sizes = np.bincount(told.group[told.spoken], minlength=told.groups)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    lists = pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), _statements(told, zones, source))
    texts = pc.if_else(pa.array(sizes > 1), pc.binary_join(lists, "; "), None)
    place = np.full(table.num_rows, -1)
    place[told.first] = np.arange(told.groups)
    column = texts.take(pa.array(place, mask=place < 0))
    return table.set_column(table.schema.get_field_index(HISTORY), HISTORY, column)


def _statements(told: _Told, zones: Sequence[str], source: np.ndarray) -> pa.Array:
    """Per row that says something new, its status and when: `delivered 2026-03-01T09:00:04Z`."""
    rows, tag = told.spoken, told.tag[told.spoken]
    words = np.array([w or ASSUMED for w in told.tags.words_of("status")])[told.status[rows]]
    stamped = told.status_at[rows] != NEVER
    moment = np.where(stamped, told.status_at[rows], told.at[rows])
    exact = [np.array([w or "instant" for w in told.tags.words_of(n)]) for n in ("status_at_precision", "at_precision")]
    codes = [told.tags.codes_of(n)[tag] for n in ("status_at_precision", "at_precision")]
    precision = np.where(stamped, exact[0][codes[0]], exact[1][codes[1]])
    moments = moments_as_text(moment, precision, np.asarray(zones)[source[told.members[rows]]])
    return pc.binary_join_element_wise(pa.array(words, pa.string()), pa.array(moments, pa.string()), " ")


def moments_as_text(us: np.ndarray, precision: np.ndarray, zone: np.ndarray) -> np.ndarray:
    """Instants (microseconds) as ISO 8601, as exactly as they are known: in UTC, days in their zone."""
    out = np.char.add(np.datetime_as_string(us.astype("datetime64[us]"), unit="s"), "Z")
    hours = precision == "hour"
    out[hours] = np.char.add(np.datetime_as_string(us[hours].astype("datetime64[us]"), unit="h"), "Z")
    days = precision == "day"
    for name in np.unique(zone[days]):
        own = np.flatnonzero(days & (zone == name))
        instants, offsets = transitions(str(name), int(us[own].min()), int(us[own].max()) + 1)
        offset = np.array(offsets)[np.searchsorted(instants, us[own], side="right") - 1]
        out[own] = np.datetime_as_string((us[own] + offset).astype("datetime64[us]"), unit="D")
    return out


def _buffers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (one more than there are rows) and bytes of a text array."""
    _, where, data = texts.buffers()
    offsets = np.frombuffer(where, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return offsets, np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)


def _micros(column: pa.ChunkedArray) -> np.ndarray:
    values = _one(column).cast(pa.int64())
    return np.asarray((pc.fill_null(values, NEVER) if values.null_count else values).to_numpy())


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


class IdSample:
    """Which ids stand under several customers: counted over all buckets, exactly up to a few million ids.

    Beyond, one in 2, 4, 8 ... ids is looked at, by its hash, and the count is scaled. Two ids with one 64-bit hash
    would count as one.
    """

    def __init__(self, rows: int, sources: int) -> None:
        """Args:
        rows: about how many ids will come.
        """
        self._sources = sources
        self._one_in = 1
        while rows // self._one_in > SAMPLE:
            self._one_in *= 2
        self._ids: list[np.ndarray] = []
        self._of: list[np.ndarray] = []

    def add(self, folded: Folded) -> None:
        """The ids of one bucket: one entry per customer and id."""
        kept = folded.ids % np.uint64(self._one_in) == 0
        self._ids.append(folded.ids[kept])
        self._of.append(folded.id_sources[kept])

    def of_several(self) -> np.ndarray:
        """Per source, how many ids stand under more than one customer."""
        if not self._ids:
            return np.zeros(self._sources, np.int64)
        ids, sources = np.concatenate(self._ids), np.concatenate(self._of)
        order = np.argsort(ids, kind="stable")
        new = np.ones(len(ids) + 1, bool)
        new[1:-1] = np.diff(ids[order]) != 0
        starts = np.flatnonzero(new)
        several = starts[:-1][np.diff(starts) > 1]
        return np.bincount(sources[order[several]], minlength=self._sources) * self._one_in
