"""What changed since a history was written, row by row and customer by customer, and what a growth made of it.

Owns the records that go into a growth and come out of it. Refuses to change anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from primum.history.interning import Tags
from primum.history.runs import Run, Seating

ITEMS = ("repeated", "folded", "alike", "several")


class CannotGrowError(Exception):
    """Why rows cannot join a history one by one, in words."""


@dataclass(frozen=True)
class Sources:
    """All sources in their order, and whose each file is."""

    names: Sequence[str]
    kinds: Sequence[str]
    zones: Sequence[str]
    position: np.ndarray
    """Where each file, by number, stands in the order of all files; a permutation."""
    owner: np.ndarray
    """The source of each file, by that position."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.kinds)

    def of_files(self, files: np.ndarray) -> np.ndarray:
        """The source of each file, by number."""
        return np.asarray(self.owner[self.position[files]])


@dataclass(frozen=True)
class Change:
    """What is new, and what is no more."""

    rows: Mapping[str, pa.Table]
    """Per relation, rows as they were read: the base's columns, `customer` as the number for good, -1 for nobody."""
    tags: Mapping[str, Tags]
    """Per relation with new rows, the tags of the history and of these rows."""
    customers: pa.Table
    """Customers who are new or changed: `code` and the base's columns."""
    dead: np.ndarray
    """Numbers of customers who are no more."""
    sources: Sources
    read: Mapping[str, int]
    """Per relation, the rows that were read before."""
    columns: Mapping[str, Sequence[str]]
    """Per relation, the columns beside the fixed ones that its rows have (`Manifest.columns`)."""
    removed: frozenset[int] = frozenset()
    """Files whose rows are no more."""
    pruned: frozenset[str] = frozenset()
    """Sources that lost a file: tags of theirs that no row has any more fall away."""


@dataclass(frozen=True)
class Grown:
    """What a step made. `found` counts, by source, how much more of `ITEMS` there is than before."""

    seating: Seating
    runs: dict[str, Run]
    read: dict[str, int]
    rows: dict[str, int]
    unlinked: dict[str, int]
    unlinked_by: np.ndarray
    """Rows read without a customer by source, of all relations."""
    found: dict[str, np.ndarray]

    def write(self, folder: Path) -> None:
        """Write the delta's files."""
        folder.mkdir(parents=True, exist_ok=True)
        self.seating.write(folder)
        for name, run in self.runs.items():
            run.write(folder, name)
