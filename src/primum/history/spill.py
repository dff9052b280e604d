"""Between reading and sorting: batches grouped by bucket, in memory while they are few, then on disk.

Owns the temporary runs of a build; on disk they are Arrow files that are mapped, not read. Refuses to outlive the
build: the folder is deleted at the end.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

MEMORY_BYTES = 512 << 20
"""Runs beyond this go to disk."""


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


class Spill:
    """Runs of rows of one relation, each grouped by bucket; the last group holds rows without a customer."""

    def __init__(self, folder: Path, buckets: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._runs: list[tuple[Path | pa.Table, np.ndarray]] = []
        self._held = 0
        self.buckets = buckets
        self.rows = 0

    def add(self, table: pa.Table, offsets: np.ndarray) -> None:
        """Write one run: rows grouped by bucket, with buckets + 2 offsets."""
        self._held += table.nbytes
        if self._held <= MEMORY_BYTES:
            self._runs.append((table, offsets))
        else:
            path = self._folder / f"{len(self._runs):06d}.arrow"
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            self._runs.append((path, offsets))
        self.rows += int(offsets[-1])

    def bucket(self, number: int, columns: Sequence[str] | None = None) -> pa.Table | None:
        """The rows of one bucket in order of arrival (number `buckets`: those without a customer); None if empty."""
        slices = []
        for run, offsets in self._runs:
            low, high = int(offsets[number]), int(offsets[number + 1])
            if high > low:
                table = run if isinstance(run, pa.Table) else _mapped(run)
                slices.append((table.select(columns) if columns else table).slice(low, high - low))
        return pa.concat_tables(slices).combine_chunks() if slices else None

    def runs(self) -> Iterator[pa.Table]:
        """Every run, in the order in which it came; each is let go of as soon as the next is asked for."""
        while self._runs:
            run, _ = self._runs.pop(0)
            yield run if isinstance(run, pa.Table) else _mapped(run)

    def __bool__(self) -> bool:
        return bool(self._runs)
