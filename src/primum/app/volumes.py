"""How many contacts of which kind the history holds, for what a review says of a strategy's volume.

Owns the counting by what is known of every contact. Refuses to build a history: where there is none, it counts nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from primum.review.remarks import Volume
from primum.words.errors import HistoryError

if TYPE_CHECKING:
    from primum.history import History

_KNOWN: Final = ("communication", "purpose", "topic", "department", "channel", "brand", "initiated", "source")


def counted_volumes(history: Path) -> tuple[Volume, ...]:
    """Contacts by their attributes; empty where there is no history that this version reads.

    Args:
        history: the folder of the history.
    """
    from primum.history import History

    try:
        opened = History(history)
        return tuple(_counted(opened))
    except (HistoryError, FileNotFoundError):
        return ()


def _counted(history: "History") -> Iterator[Volume]:
    import numpy as np

    tags = history.tags("contacts")
    counts = np.zeros(tags.num_rows, dtype=np.int64)
    for number in history.buckets:
        rows = history.rows("contacts", number)
        if rows is not None:
            counts += np.bincount(rows.tag, minlength=tags.num_rows)
    columns = {name: tags.column(name).to_pylist() for name in _KNOWN if name in tags.column_names}
    for tag, contacts in enumerate(counts.tolist()):
        if contacts:
            yield Volume({name: each[tag] for name, each in columns.items() if each[tag] is not None}, contacts)
