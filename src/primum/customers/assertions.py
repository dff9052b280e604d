"""What sources say begins and ends a state, as two Arrow tables: the form in which states are folded.

Owns these tables and the columns they are made of. Refuses to know where a row comes from (`flag_rows`,
`state_responses`), and which end belongs to which beginning (`fold`).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.days import HOUR_US, NO_END, NO_START, ends_of_days
from primum.customers.spec import SCOPES

TEXT = pa.string()

OPENS = pa.schema(
    [
        ("customer", pa.int32()),
        ("state", TEXT),
        ("start", pa.int64()),
        ("start_precision", TEXT),
        ("until", pa.int64()),
        ("until_precision", TEXT),
        ("as_of", pa.int64()),
        ("begun", pa.int64()),
        ("settled", pa.int64()),
        ("firm", pa.bool_()),
        *((scope, TEXT) for scope in SCOPES),
    ]
)
"""Beginnings. `start` (NO_START: not known) to `until` (NO_END: none), `as_of` the instant from which a state surely
holds (NO_START: from `start` on). It was said not before `begun` and not after `settled` (what ends it comes later than
that). `firm`: a source itself told the end."""

CLOSES = pa.schema(
    [
        ("customer", pa.int32()),
        ("state", TEXT),
        ("at", pa.int64()),
        ("last", pa.int64()),
        ("precision", TEXT),
        *((scope, TEXT) for scope in SCOPES),
    ]
)
"""Ends: somewhere from `at` to `last`."""


class Assertions(NamedTuple):
    """`opens` and `closes` of one bucket; `bounces_untold`: bounced contacts of which nothing says whether the address
    is dead."""

    opens: pa.Table
    closes: pa.Table
    bounces_untold: int = 0


def opens_table(columns: Mapping[str, object]) -> pa.Table:
    return pa.table({f.name: columns[f.name] for f in OPENS}).cast(OPENS)


def closes_table(columns: Mapping[str, object]) -> pa.Table:
    return pa.table({f.name: columns[f.name] for f in CLOSES}).cast(CLOSES)


def whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def taken(tags: pa.Table, tag: np.ndarray, names: Sequence[str]) -> dict[str, pa.Array]:
    """The words of tags, a row per row; attributes that tags do not tell are left out."""
    place = pa.array(tag)
    return {n: _text(whole(tags[n])).take(place) for n in names if n in tags.column_names}


def _text(array: pa.Array) -> pa.Array:
    return array.cast(TEXT)


def texts(rows: pa.Table, name: str) -> pa.Array:
    return _text(whole(rows[name])) if name in rows.column_names else pa.nulls(rows.num_rows, TEXT)


def instants(rows: pa.Table, name: str, missing: int) -> np.ndarray:
    if name not in rows.column_names:
        return np.full(rows.num_rows, missing, np.int64)
    return np.asarray(whole(rows[name]).cast(pa.int64()).fill_null(missing).to_numpy())


def precision_of(words: pa.Array) -> pa.Array:
    return words.fill_null("instant")


def zone_names(sources: pa.Array, zones: Mapping[str, str], otherwise: str) -> np.ndarray:
    """The zone of each row's source."""
    encoded = sources.dictionary_encode()
    names = np.array([zones.get(s, otherwise) for s in encoded.dictionary.to_pylist()] + [otherwise], object)
    place = encoded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(names[place])


def last_instants(at: np.ndarray, precision: pa.Array, zone: np.ndarray, missing: int) -> np.ndarray:
    """The last microsecond at which something known to the instant, the hour or the day can have happened."""
    found = at.copy()
    hours = pc.equal(precision, "hour").to_numpy(zero_copy_only=False)
    known = (at != NO_START) & (at != NO_END)
    found[hours & known] += HOUR_US - 1
    days = pc.equal(precision, "day").to_numpy(zero_copy_only=False) & known
    for name in set(zone[days].tolist()):
        own = days & (zone == name)
        found[own] = ends_of_days(at[own], name) - 1
    found[~known] = missing
    return found


def group_numbers(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Rows that are equal in all columns have the same number, counted from 0."""
    order = np.lexsort(columns[::-1])
    changed = np.zeros(len(order), bool)
    for column in columns:
        ordered = column[order]
        changed[1:] |= ordered[1:] != ordered[:-1]
    found = np.empty(len(order), np.int64)
    found[order] = np.cumsum(changed)
    return found
