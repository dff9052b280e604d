"""Which keys the rows of some files stand under, for when those files are gone.

Owns that look at a base and its delta. Refuses to change anything.
"""

import numpy as np

from primum.history.intake import NODE
from primum.history.runs import Delta, column
from primum.history.seating import Base


def keys_of(base: Base, old: Delta | None, relation: str, files: frozenset[int]) -> np.ndarray:
    """What the rows of some files are keyed by, once a row: the number of the key, where rows hold it (-1 for none).

    Where they do not, nobody is linked, and it is the number for good of the row's customer.
    """
    run = old.run(relation) if old is not None else None
    found: list[np.ndarray] = []
    for b in range(base.buckets + 1):
        table = base.read(relation, b, ["customer", NODE, "file"])
        if table is not None:
            wanted = np.isin(column(table, "file"), list(files))
            if run is not None:
                wanted[run.missing(b)] = False
            if NODE in table.column_names:
                found.append(column(table, NODE)[wanted])
            elif b < base.buckets:
                found.append(column(table, "customer")[wanted] + base.starts[b])
    if run is not None:
        wanted = np.isin(column(run.rows, "file"), list(files))
        found.append(column(run.rows, NODE if NODE in run.rows.column_names else "code")[wanted])
    return np.concatenate(found).astype(np.int64) if found else np.empty(0, np.int64)
