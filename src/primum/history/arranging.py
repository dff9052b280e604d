"""Putting the rows of a bucket in order: by customer and instant, folded, repeated rows dropped.

Owns what the order of a bucket is, for rows that are read for the first time and for rows that join a history later:
both go through here, so both give the same. Refuses to know where rows come from and where they are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.history import folding
from primum.history.folding import Folded
from primum.history.interning import Tags
from primum.history.sorting import sort_by_customer_and_time


@dataclass(frozen=True)
class Part:
    """One bucket's rows: `order` holds those that stay; repeated rows by source; `folded` until tags are joined."""

    bucket: int
    table: pa.Table
    order: np.ndarray
    repeated: list[int]
    folded: Folded | None

    def rows(self) -> pa.Table:
        """The rows that stay, in order."""
        return self.table.take(pa.array(self.order))


@dataclass(frozen=True)
class Arranging:
    """How the rows of one relation are put in order.

    `source_of_file` gives the position of a file's source among the relation's own, by the file's place in the order
    of all files; `sources` and `zones` are the names and zones of those sources; `folds`: rows of one id are one.
    """

    tags: Tags
    source_of_file: np.ndarray
    sources: Sequence[str]
    zones: Sequence[str]
    folds: bool

    def part(self, bucket: int, table: pa.Table | None, customers: int) -> Part:
        """The rows of one bucket in order, folded.

        Args:
            table: `customer` in [0, customers), `at`, `tag`, `file` (a place in the order of all files), `row`...
        """
        none = [0] * len(self.zones)
        if table is None:
            return Part(bucket, pa.table({}), np.empty(0, np.int64), none, None)
        customer = table["customer"].chunk(0).to_numpy()
        at = instants(table["at"].chunk(0))
        order, offsets, ties = sort_by_customer_and_time(customer, at, customers)
        folded = self._fold(table, order, offsets)
        if folded is not None:
            table, order = folded.table, folded.order
        if ties:
            order, none = _settle_ties(table, order, customer, at, self.source_of_file, self.sources)
        return Part(bucket, table, order, none, folded)

    def nobody(self, table: pa.Table) -> Part:
        """The rows without a customer, in order of arrival; those of one source and id are one."""
        order = np.arange(table.num_rows)
        folded = self._fold(table, order, np.array([0, table.num_rows]))
        none = [0] * len(self.zones)
        if folded is None:
            return Part(-1, table, order, none, None)
        return Part(-1, folded.table, folded.order, none, folded)

    def _fold(self, table: pa.Table, order: np.ndarray, offsets: np.ndarray) -> Folded | None:
        """Fold rows that are ordered by customer and instant; None where nothing of this relation can fold."""
        if not self.folds:
            return None
        source = self.source_of_file[one(table["file"]).to_numpy()]
        return folding.fold(folding.Rows(table, order, offsets, source), self.tags, self.zones)

    def joined(self, part: Part) -> Part:
        """A part with the tags of its folded contacts joined; new tags are added, so one part after the other."""
        if part.folded is None:
            return part
        tag = folding.joined_tags(self.tags, one(part.table["tag"]).to_numpy(), part.folded)
        at = part.table.schema.get_field_index("tag")
        return replace(part, table=part.table.set_column(at, "tag", pa.array(tag)))


def one(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def instants(array: pa.Array) -> np.ndarray:
    """Microseconds; a missing instant (a state without a beginning) stands before everything."""
    values = array.cast(pa.int64())
    return np.asarray((pc.fill_null(values, np.iinfo(np.int64).min) if values.null_count else values).to_numpy())


def _settle_ties(
    table: pa.Table,
    order: np.ndarray,
    customers: np.ndarray,
    at: np.ndarray,
    source_of_file: np.ndarray,
    sources: Sequence[str],
) -> tuple[np.ndarray, list[int]]:
    """Order rows of one customer and instant by priority (high first), then `source:id` as text; drop repeated rows.

    The id is its keyed hash by now; the order of rows of two sources does not depend on the key. A row without an id is
    told apart by source, file and row. A repeated row has the source, id, customer and instant of another one: the
    first is kept.

    Returns: (order, repeated rows per source).
    """
    same = np.zeros(len(order) + 1, bool)
    same[1:-1] = (customers[order[1:]] == customers[order[:-1]]) & (at[order[1:]] == at[order[:-1]])
    places = np.flatnonzero(same[:-1] | same[1:])
    rows = order[places]
    group = np.cumsum(~same[:-1])[places]
    part = table.select([c for c in ("file", "row", "id", "priority") if c in table.column_names]).take(pa.array(rows))
    source = source_of_file[part["file"].to_numpy()]
    place_of_source = np.argsort(np.argsort(np.array(sources)))
    part = part.append_column("group", pa.array(group)).append_column("taken", pa.array(rows))
    part = part.append_column("source", pa.array(place_of_source[source]))
    keys = [("group", "ascending")]
    if "priority" in part.column_names:
        negative = pc.negate(pc.fill_null(part["priority"], 0.0))
        part = part.set_column(part.schema.get_field_index("priority"), "priority", negative)
        keys.append(("priority", "ascending"))
    keys.append(("source", "ascending"))
    if "id" in part.column_names:
        keys.append(("id", "ascending"))
    keys += [("file", "ascending"), ("row", "ascending")]
    part = part.take(pc.sort_indices(part, keys))
    order = order.copy()
    order[places] = part["taken"].to_numpy()
    if "id" not in part.column_names:
        return order, [0] * len(sources)
    source = source_of_file[part["file"].to_numpy()]
    ids, groups = part["id"].combine_chunks(), part["group"].to_numpy()
    code = pc.fill_null(ids.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    lexical = np.lexsort((np.arange(len(code)), source, code, groups))
    first = np.ones(len(code), bool)
    a, b = lexical[:-1], lexical[1:]
    first[b] = (groups[a] != groups[b]) | (code[a] != code[b]) | (source[a] != source[b]) | (code[b] < 0)
    repeated = np.bincount(source[~first], minlength=len(sources)).tolist()
    keep = np.ones(len(order), bool)
    keep[places[~first]] = False
    return order[keep], [int(r) for r in repeated]
