"""Tags that no row has any more, once files are gone: a history built anew would not have them.

Owns finding and renumbering them. Refuses to look at rows of sources that lost no file.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.history.runs import Run, column
from primum.history.seating import Base


def without_idle_tags(base: Base, relation: str, run: Run, pruned: Collection[str]) -> Run:
    """The run, without tags that fell out of use.

    Args:
        pruned: the sources that lost a file.
    """
    used = _used(base, relation, run, pruned) if pruned else np.ones(1, bool)
    if used.all():
        return run
    number = np.cumsum(used) - 1
    before = run.tag_map if run.tag_map is not None else np.arange(run.tags.num_rows)
    tag_map = np.where(used[before], number[before], 0).astype(np.int32)
    told = None if run.told is None else _renumbered(run.told, number)
    tags = run.tags.filter(pa.array(used))
    return replace(run, rows=_renumbered(run.rows, number), told=told, tags=tags, tag_map=tag_map)


def _used(base: Base, relation: str, run: Run, pruned: Collection[str]) -> np.ndarray:
    """Which tags are in use; those of sources that lost no file count as used."""
    suspects = pc.is_in(run.tags["source"], pa.array(sorted(pruned), pa.string()))
    used = ~suspects.to_numpy(zero_copy_only=False)
    used[column(run.rows, "tag")] = True
    if run.told is not None:
        used[column(run.told, "tag")] = True
    for b in range(base.buckets + 1):
        table = base.read(relation, b, ["tag"])
        if table is not None:
            tag = np.delete(column(table, "tag"), run.missing(b))
            used[run.tag_map[tag] if run.tag_map is not None else tag] = True
    return np.asarray(used)


def _renumbered(rows: pa.Table, number: np.ndarray) -> pa.Table:
    at = rows.schema.get_field_index("tag")
    return rows.set_column(at, "tag", pa.array(number[column(rows, "tag")], rows.schema.field("tag").type))
