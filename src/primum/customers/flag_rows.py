"""Rows of the history's states as beginnings, those of successive extracts by their differences.

Owns what a row of a source of states tells. Refuses responses and bounces (`state_responses`).
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.assertions import (
    group_numbers,
    instants,
    last_instants,
    opens_table,
    precision_of,
    taken,
    texts,
    zone_names,
)
from primum.customers.days import NO_END, NO_START, day_number
from primum.customers.snapshots import Flags, told_by_extracts
from primum.customers.spec import SCOPES, StateSpec


def of_states(rows: pa.Table, tags: pa.Table, spec: StateSpec) -> pa.Table:
    """The beginnings (`assertions.OPENS`) that a bucket's rows of states tell.

    Args:
        rows, tags: of the history's states.
    """
    tag = rows["tag"].to_numpy()
    told = taken(tags, tag, ("source", "state", "from_precision", "until_precision", "as_of", *SCOPES[:4]))
    scopes = {s: told[s] if s in told else texts(rows, s) for s in SCOPES}
    zone = zone_names(told["source"], spec.zones, spec.zone)
    start, until = instants(rows, "at", NO_START), instants(rows, "until", NO_END)
    start_precision, until_precision = precision_of(told["from_precision"]), precision_of(told["until_precision"])
    day = _extract_days(rows, told, spec)
    flags = Flags(
        customer=rows["customer"].to_numpy(),
        start=start,
        until=until,
        day=day,
        group=_groups(rows, told, scopes, start, until, day),
        source=told["source"].to_numpy(zero_copy_only=False).astype(str),
        zone=zone,
        day_end=last_instants(start, start_precision, zone, NO_START),
    )
    found = told_by_extracts(flags, spec)
    kept = pa.array(found.row)
    return opens_table(
        {
            "customer": rows["customer"].take(kept),
            "state": told["state"].take(kept),
            "start_precision": pc.if_else(pa.array(found.exact_start), "instant", start_precision.take(kept)),
            "until_precision": pc.if_else(pa.array(found.exact_until), "instant", until_precision.take(kept)),
            "start": found.start,
            "until": found.until,
            "as_of": found.as_of,
            "begun": found.begun,
            "settled": found.settled,
            "firm": found.firm,
            **{s: column.take(kept) for s, column in scopes.items()},
        }
    )


def _extract_days(rows: pa.Table, told: Mapping[str, pa.Array], spec: StateSpec) -> np.ndarray:
    """The day number of each row's extract; -1 where none is known."""
    encoded = told["as_of"].dictionary_encode()
    days = [day_number(date.fromisoformat(d)) for d in encoded.dictionary.to_pylist()] + [-1]
    found: np.ndarray = np.array(days, np.int64)[
        encoded.indices.fill_null(len(days) - 1).to_numpy(zero_copy_only=False)
    ]
    if not spec.day_of_file:
        return found
    table: np.ndarray = np.full(max(spec.day_of_file) + 2, -1, np.int64)
    table[list(spec.day_of_file)] = list(spec.day_of_file.values())
    file = np.minimum(rows["file"].to_numpy(), len(table) - 1)
    return np.where(found < 0, table[file], found)


def _groups(
    rows: pa.Table,
    told: Mapping[str, pa.Array],
    scopes: Mapping[str, pa.Array],
    start: np.ndarray,
    until: np.ndarray,
    day: np.ndarray,
) -> np.ndarray:
    """Rows that tell of the same thing, in one extract or in several, have the same number."""
    columns = [rows["customer"].to_numpy().astype(np.int64), start, np.where(day < 0, until, NO_END)]
    for text in (told["source"], told["state"], *scopes.values()):
        columns.append(text.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64))
    return group_numbers(columns)
