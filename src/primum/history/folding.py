"""Rows that tell of one contact become one: overlapping exports, and logs with a row for every status.

Owns the fold: rows of one customer, source and id are one contact; its first row gives what was said, to whom and when,
the row that tells the latest status gives the status. Refuses to fold across customers: such ids are only counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.history.ids import buffers, hashes_of, leaders
from primum.history.interning import Tags
from primum.words.time import transitions
from primum.words.vocabulary import ALIKE

STATUS_COLUMNS = ("status", "outcome", "status_at_precision")
"""Attributes of a contact that come from the row with its latest status; all others come from its first row."""
HISTORY = "status_history"
NEVER = np.iinfo(np.int64).min
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
    told: pa.Table = field(default_factory=lambda: pa.table({}))
    """Every row of a contact that several rows told of, as it came: `lead_file` and `lead_row` (of the row that stays),
    `at`, `tag`, `file`, `row`, `status_at` and the number of its key where they are held."""


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


def fold(rows: Rows, tags: Tags, zones: Sequence[str]) -> Folded:
    """Fold rows of one customer, source and id into one.

    Args:
        tags: the relation's tags; read, not added to.
        zones: per source, the zone in which its dates are days.
    """
    table = rows.table
    sources = len(zones)
    texts = _one(table["id"])
    offsets, data = buffers(texts)
    valid = texts.is_valid().to_numpy(zero_copy_only=False)
    hashes = hashes_of(offsets, data, valid, rows.source)
    leader, following = leaders(rows.order, rows.offsets, rows.source, hashes, offsets, data)
    begins = np.flatnonzero(leader == np.arange(len(leader)))
    none = np.empty(0, np.int64)
    own = begins[~made(texts)[begins]]
    if not following:
        tally = FoldTally.empty(sources)
        nothing = _as_told(table, none, none)
        return Folded(table, rows.order, tally, none, none, hashes[own], rows.source[own], nothing)
    members, group = _members(leader)
    told = _Told(table, members, group, tags)
    tally = told.tally(rows.source, sources)
    keep = np.ones(len(leader), bool)
    keep[members] = False
    keep[told.first] = True
    changed = _with_statuses(table, told, zones, rows.source)
    return Folded(
        changed,
        rows.order[keep[rows.order]],
        tally,
        told.first,
        told.last,
        hashes[own],
        rows.source[own],
        _as_told(table, members, told.first[group]),
    )


def made(ids: pa.Array) -> np.ndarray:
    """Which ids were made of attributes: they say nothing of the customer, and many customers may have one."""
    return np.asarray(pc.fill_null(pc.starts_with(ids, ALIKE), False).to_numpy(zero_copy_only=False))


TOLD_COLUMNS = ("at", "tag", "file", "row", "status_at", "node")


def _as_told(table: pa.Table, members: np.ndarray, leads: np.ndarray) -> pa.Table:
    """What each member told, beside the place of the row that stays for it."""
    out = table.select([n for n in TOLD_COLUMNS if n in table.column_names]).take(pa.array(members))
    for name in ("file", "row"):
        out = out.append_column(f"lead_{name}", table[name].take(pa.array(leads)))
    return out


def tally_of(told: pa.Table, group: np.ndarray, source: np.ndarray, tags: Tags, sources: int) -> FoldTally:
    """What folding counted of rows that were folded.

    Args:
        told: what they told (see `Folded.told`).
        group: any number per row, equal for the rows of one contact.
        source: the position of each row's source.
    """
    _, groups = np.unique(group, return_inverse=True)
    return _Told(told, np.arange(told.num_rows), groups.reshape(-1), tags).tally(source, sources)


def joined_tags(tags: Tags, tag: np.ndarray, folded: Folded) -> np.ndarray:
    """The tag of every row, once each folded contact has taken its latest status; new tags are added."""
    out = tag.copy()
    out[folded.first] = tags.joined(tag[folded.first], tag[folded.last], STATUS_COLUMNS)
    return out


def _members(leader: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows that share their leader with others, and the number of each one's group."""
    led = np.flatnonzero(leader >= 0)
    several = np.bincount(leader[led], minlength=len(leader)) > 1
    number = np.cumsum(several) - 1
    members = led[several[leader[led]]]
    return members, number[leader[members]]


class _Told:
    """What the rows of folded contacts tell: which comes first, which status is the latest, which rows say nothing new.

    `first` and `last` are rows of the table, one a group; `spoken` are the members that say something new, by group
    and within it by status.
    """

    def __init__(self, table: pa.Table, members: np.ndarray, group: np.ndarray, tags: Tags) -> None:
        file, row = (_one(table[n]).to_numpy()[members].astype(np.int64) for n in ("file", "row"))
        order = np.lexsort((file << 32 | row, group))
        self.table, self.tags = table, tags
        self.members, self.group = members[order], group[order]
        self.groups = int(group.max()) + 1
        self.at = _micros(table["at"])[self.members]
        stamped = "status_at" in table.column_names
        self.status_at = _micros(table["status_at"])[self.members] if stamped else np.full(len(members), NEVER)
        self.tag = _one(table["tag"]).to_numpy()[self.members]
        self.status = tags.codes_of("status")[self.tag]
        self._starts = np.searchsorted(self.group, np.arange(self.groups))
        earliest = self.at == np.minimum.reduceat(self.at, self._starts)[self.group]
        place = np.where(earliest, np.arange(len(order)), len(order))
        self.first = self.members[np.minimum.reduceat(place, self._starts)]
        by_status = np.lexsort((self.at, self.status_at, self.group))
        ends = np.append(self._starts[1:], len(order)) - 1
        self.last = self.members[by_status[ends]]
        self.repeats = self._repeats(by_status)
        self.spoken = by_status[~self.repeats[by_status]]

    def _repeats(self, by_status: np.ndarray) -> np.ndarray:
        """Whether each member says what an earlier one of its contact said: status, its instant, and the contact's."""
        tied = np.zeros(len(by_status) + 1, bool)
        tied[1:-1] = True
        for values in (self.group, self.status_at, self.at):
            tied[1:-1] &= values[by_status[1:]] == values[by_status[:-1]]
        places = by_status[tied[:-1] | tied[1:]]
        out = np.zeros(len(by_status), bool)
        if len(places):
            said = [values[places] for values in (self.status, self.at, self.status_at, self.group)]
            order = np.lexsort((places, *said))
            same = np.ones(len(order) - 1, bool)
            for values in said:
                same &= values[order[1:]] == values[order[:-1]]
            out[places[order[1:][same]]] = True
        return out

    def tally(self, source: np.ndarray, sources: int) -> FoldTally:
        """Count by source; `source` is the position of each row's."""
        extra = np.bincount(self.group[~self.repeats], minlength=self.groups) - 1
        lowest, highest = (f.reduceat(self.status, self._starts) for f in (np.minimum, np.maximum))
        source_of = source[self.first]

        def by_source(values: np.ndarray, of: np.ndarray) -> np.ndarray:
            return np.bincount(of, weights=values, minlength=sources).astype(np.int64)

        return FoldTally(
            by_source(self.repeats, source[self.members]),
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
    words = pa.array([w or ASSUMED for w in told.tags.words_of("status")]).take(pa.array(told.status[rows]))
    stamped = told.status_at[rows] != NEVER
    moment = np.where(stamped, told.status_at[rows], told.at[rows])

    def known_to(word: str) -> np.ndarray:
        both = [
            np.array([w == word for w in told.tags.words_of(n)])[told.tags.codes_of(n)[tag]]
            for n in ("status_at_precision", "at_precision")
        ]
        return np.asarray(np.where(stamped, *both))

    moments = moments_as_text(moment, known_to("hour"), known_to("day"), source[told.members[rows]], zones)
    return pc.binary_join_element_wise(words, moments, " ")


def moments_as_text(
    us: np.ndarray, hours: np.ndarray, days: np.ndarray, zone: np.ndarray, zones: Sequence[str]
) -> pa.Array:
    """Instants (microseconds) as ISO 8601, as exactly as they are known: in UTC, days in their zone.

    Args:
        hours, days: which of them are known only to the hour, to the day.
        zone: position in `zones` of the zone in which each one's date is a day.
    """
    local = us.copy()
    for number in np.unique(zone[days]):
        own = np.flatnonzero(days & (zone == number))
        instants, offsets = transitions(zones[number], int(us[own].min()), int(us[own].max()) + 1)
        local[own] += np.array(offsets)[np.searchsorted(instants, us[own], side="right") - 1]
    text = pa.array(local // 1_000_000, pa.timestamp("s")).cast(pa.string())
    exact = pc.binary_replace_slice(text, 10, 11, "T")
    cut = pc.if_else(pa.array(hours), pc.utf8_slice_codeunits(exact, 0, 13), exact) if hours.any() else exact
    stamped = pc.binary_join_element_wise(cut, "Z", "")
    return pc.if_else(pa.array(days), pc.utf8_slice_codeunits(text, 0, 10), stamped) if days.any() else stamped


def _micros(column: pa.ChunkedArray) -> np.ndarray:
    values = _one(column).cast(pa.int64())
    return np.asarray((pc.fill_null(values, NEVER) if values.null_count else values).to_numpy())


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
