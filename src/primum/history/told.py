"""What the rows of a folded contact told one by one, so that a later row can join them.

Owns the way back from a row that stands for several to those several, and the tables of what they told. Refuses to
fold (`folding` does): what comes out of here goes through the same fold as rows that are read for the first time.
"""

import numpy as np
import pyarrow as pa

from primum.history.folding import HISTORY, TOLD_COLUMNS
from primum.history.runs import column

KEPT = ("customer", "id")
"""What rows that do not stay share with the one that stays for them."""


def places(table: pa.Table, lead: bool = False) -> np.ndarray:
    """File and row of each row as one number; with `lead`, those of the row that stays for it."""
    file, row = ("lead_file", "lead_row") if lead else ("file", "row")
    return np.asarray((column(table, file).astype(np.int64) << 32) | column(table, row))


def told_of(told: pa.Table | None, rows: pa.Table) -> pa.Table | None:
    """What was told of these rows; None where nothing was."""
    if told is None or not told.num_rows or not rows.num_rows:
        return None
    found = told.filter(pa.array(np.isin(places(told, lead=True), places(rows))))
    return found if found.num_rows else None


def expanded(rows: pa.Table, told: pa.Table | None) -> pa.Table:
    """Rows as they came: each that stands for several is replaced by what those told.

    Only the first of them has all its columns; the others have what a fold takes from them.
    """
    if told is None:
        return rows
    mine, leads = places(rows), places(told, lead=True)
    order = np.argsort(mine)
    lead = order[np.searchsorted(mine[order], leads)]
    is_first = places(told) == leads
    everything, first = pa.array(lead), pa.array(lead, mask=~is_first)
    columns = {}
    for name in rows.column_names:
        kind = rows.schema.field(name).type
        if name in told.column_names and name in TOLD_COLUMNS:
            columns[name] = told[name].cast(kind)
        elif name == HISTORY:
            columns[name] = pa.chunked_array([pa.nulls(told.num_rows, kind)])
        else:
            columns[name] = rows[name].take(everything if name in KEPT else first)
    alone = rows.filter(pa.array(~np.isin(mine, leads)))
    return pa.concat_tables([alone, pa.table(columns, schema=rows.schema)]).combine_chunks()


def without(told: pa.Table | None, gone: np.ndarray) -> pa.Table | None:
    """What is told of rows that are still there; `gone` are places (see `places`)."""
    if told is None or not len(gone):
        return told
    return told.filter(pa.array(~np.isin(places(told, lead=True), gone)))
