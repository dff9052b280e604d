"""SQLite files: one table or view, read-only.

Owns the choice of the table and the text of its values. Refuses to write to the file, or to lock it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from primum.sources.delimited import ROW
from primum.sources.rejects import RejectLog
from primum.strategy.models import FileSpec
from primum.words.errors import Complaint, SourceError, did_you_mean

BATCH = 50_000


class Database:
    """One table of one SQLite file."""

    def __init__(self, path: Path, spec: FileSpec, log: RejectLog) -> None:
        self._path, self._spec, self._log = path, spec, log
        self.names: list[str] = []
        """The columns, known once reading has begun."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every row, as texts; `__row` counts rows from 1.

        Raises: SourceError where the file is no database, or has no such table.
        """
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True)) as con:
                con.text_factory = lambda b: b.decode("utf-8", "replace")
                table = self._table(con).replace('"', '""')
                cursor = con.execute(f'SELECT * FROM "{table}"')
                names = self.names = [d[0] for d in cursor.description]
                number = 1
                while rows := cursor.fetchmany(BATCH):
                    columns = [pa.array([_text(row[i]) for row in rows], pa.string()) for i in range(len(names))]
                    numbers = pa.array(range(number, number + len(rows)), pa.int64())
                    yield pa.RecordBatch.from_arrays([*columns, numbers], names=[*names, ROW])
                    number += len(rows)
        except sqlite3.Error as error:
            raise SourceError(
                [Complaint(self._log.file, 0, 0, f"the SQLite file cannot be read ({error}).", "Copy it again.")]
            ) from None

    def _table(self, con: sqlite3.Connection) -> str:
        names = [
            str(n)
            for (n,) in con.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        wanted = self._spec.table
        if wanted is None and len(names) == 1:
            return names[0]
        if wanted in names:
            return str(wanted)
        what = (
            f"there is no table '{wanted}'."
            if wanted
            else "there are several tables (or none), and `table:` is not said."
        )
        raise SourceError([Complaint(self._log.file, 0, 0, what, did_you_mean(wanted or "", names))])


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
