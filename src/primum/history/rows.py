"""Rows of a bucket as arrays.

Owns the step from Arrow columns to arrays and what a missing value becomes. Refuses to know where rows come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.history.merge import splice

MISSING_INSTANT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Rows:
    """The rows of one relation in one bucket.

    `offsets` (int64, customers + 1): customer c's rows are offsets[c] : offsets[c + 1]. `at`: int64 microseconds UTC,
    ascending within a customer. `tag`: int32, a row of the relation's tag table. `columns`: the further columns asked
    for, instants as int64 with MISSING_INSTANT for null, numbers as float64 with NaN, `content` as int64 (see
    `has_content`: None where every row has one).
    """

    offsets: np.ndarray
    at: np.ndarray
    tag: np.ndarray
    columns: dict[str, np.ndarray]
    has_content: np.ndarray | None


def as_one(table: pa.Table, columns: Sequence[str]) -> Rows:
    """Rows as if they were one customer's."""
    return rows_of_table(table, np.array([0, table.num_rows], np.int64), columns)


def spliced_rows(base: Rows, gone: np.ndarray, places: np.ndarray, added: Rows) -> Rows:
    """The base's arrays with the added rows in their places; the offsets are those of the merged rows already."""

    def put(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
        return splice(mine, gone, places, other)

    has = None
    if base.has_content is not None or added.has_content is not None:
        mine, other = (r.has_content if r.has_content is not None else np.ones(len(r.at), bool) for r in (base, added))
        has = put(mine, other)
    columns = {name: put(base.columns[name], added.columns[name]) for name in base.columns}
    return Rows(base.offsets, put(base.at, added.at), put(base.tag, added.tag), columns, has)


def completed(table: pa.Table, other: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The table with empty columns where only `other` has them."""
    for name in columns:
        if name not in table.column_names and name in other.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, other.schema.field(name).type))
    return table


def rows_of_table(table: pa.Table, offsets: np.ndarray, columns: Sequence[str]) -> Rows:
    """The arrays of rows that lie in memory; columns the table does not have are left out."""
    held = [c for c in columns if c in table.column_names]
    has = None
    if "content" in held:
        content = _array(table, "content")
        has = pc.is_valid(content).to_numpy(zero_copy_only=False) if content.null_count else None
    return Rows(
        offsets,
        _number(_array(table, "at")),
        _array(table, "tag").to_numpy(),
        {c: _number(_array(table, c)) for c in held},
        has,
    )


def no_rows(customers: int) -> Rows:
    """A bucket's relation without rows."""
    return Rows(np.zeros(customers + 1, np.int64), np.empty(0, np.int64), np.empty(0, np.int32), {}, None)


def _array(table: pa.Table, name: str) -> pa.Array:
    column = table[name]
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _number(array: pa.Array) -> np.ndarray:
    missing: float = 0
    if pa.types.is_timestamp(array.type):
        array, missing = array.cast(pa.int64()), MISSING_INSTANT
    elif pa.types.is_floating(array.type):
        missing = float("nan")
    return np.asarray((pc.fill_null(array, missing) if array.null_count else array).to_numpy())
