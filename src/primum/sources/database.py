"""SQLite files: one table or view, read-only.

Owns the choice of the table and the text of its values: bytes that are no text stand as hexadecimal digits. Refuses to
write to the file, or to lock it; a file that is written while it is read is not believed.
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
            before = _state(self._path)
            with closing(sqlite3.connect(f"file:{quote(str(self._path))}?{self._mode()}", uri=True)) as con:
                con.text_factory = _decoded
                table = self._table(con).replace('"', '""')
                cursor = con.execute(f'SELECT * FROM "{table}"')
                self.names = [d[0] for d in cursor.description]
                number = 1
                while rows := cursor.fetchmany(BATCH):
                    yield self._batch(rows, number)
                    number += len(rows)
            if _state(self._path) != before:
                what = "the SQLite file was written while it was read."
                raise SourceError([Complaint(self._log.file, 0, 0, what, "Read a copy of it.")])
        except sqlite3.Error as error:
            raise SourceError(
                [Complaint(self._log.file, 0, 0, f"the SQLite file cannot be read ({error}).", "Copy it again.")]
            ) from None

    def _mode(self) -> str:
        """Without locks where nobody is writing; a journal beside the file says that somebody may be."""
        beside = (self._path.with_name(self._path.name + end) for end in ("-wal", "-journal"))
        return "mode=ro" if any(p.exists() for p in beside) else "mode=ro&immutable=1"

    def _batch(self, rows: list[tuple[object, ...]], first: int) -> pa.RecordBatch:
        """Rows as texts; one that holds undecodable text is rejected."""
        kept: list[list[str | None]] = []
        numbers: list[int] = []
        for number, row in enumerate(rows, first):
            bad = next((i for i, value in enumerate(row) if isinstance(value, _NoText)), None)
            if bad is None:
                kept.append([_text(value) for value in row])
                numbers.append(number)
            else:
                self._log.add(number, self.names[bad], "its bytes are not UTF-8; write it again as text")
        columns = [pa.array([row[i] for row in kept], pa.string()) for i in range(len(self.names))]
        return pa.RecordBatch.from_arrays([*columns, pa.array(numbers, pa.int64())], names=[*self.names, ROW])

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


class _NoText(bytes):
    """Bytes of a text that cannot be decoded."""


def _decoded(value: bytes) -> str | _NoText:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return _NoText(value)


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
