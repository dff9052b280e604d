"""The ledger in one file: SQLite, with its write-ahead log on disk before anything is acknowledged.

Owns connections (one a thread), `BEGIN IMMEDIATE` and the settings that keep acknowledged rows. Refuses a weaker
`synchronous` than FULL: a power cut would take what was promised. One transaction writes at a time, so that it holds
every lock.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from primum.ledger.migrations import NOW, spelled
from primum.ledger.protocol import Row
from primum.words.errors import LedgerError

_SAFE: Final = ("FULL", "EXTRA")
_WAIT: Final = 30.0
"""Seconds to wait for another process that writes."""


class SqliteTransaction:
    """One transaction of one connection."""

    def __init__(self, connection: sqlite3.Connection, shift: int) -> None:
        self._connection = connection
        (now, self.token) = connection.execute(f"SELECT {NOW['sqlite']}, lower(hex(randomblob(16)))").fetchone()
        self.now: int = now + shift

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """See `protocol.Transaction`."""
        return self._connection.execute(_spelled(statement), _plain(values)).fetchall()

    def run(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """See `protocol.Transaction`."""
        if rows:
            self._connection.executemany(_spelled(statement), rows)


@lru_cache(maxsize=256)
def _spelled(statement: str) -> str:
    return spelled(statement, "sqlite")


def _plain(values: Iterable[Any]) -> list[Any]:
    return [json.dumps(v) if isinstance(v, list) else v for v in values]


class SqliteLedger:
    """A ledger in a file.

    `shift` (microseconds) is added to the database's clock: for drills and tests that need another day.
    """

    kind: Final = "sqlite"

    def __init__(self, path: Path, synchronous: str = "FULL", shift: int = 0) -> None:
        if synchronous.upper() not in _SAFE:
            raise LedgerError(
                f"The ledger must not run with synchronous={synchronous}: a power cut would lose what was "
                "acknowledged. Allowed are FULL and EXTRA."
            )
        self._path, self._synchronous, self.shift = path, synchronous.upper(), shift
        self._own = threading.local()
        self._turn = threading.Lock()
        self._all: list[sqlite3.Connection] = []
        self._connected()

    def _connected(self) -> sqlite3.Connection:
        held: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if held is None:
            held = self._own.connection = self._open()
            self._all.append(held)
        return held

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            level = connection.execute("PRAGMA synchronous").fetchone()[0]
        except sqlite3.Error as error:
            raise LedgerError(f"The ledger {self._path} cannot be opened: {error}.") from None
        if mode != "wal" or level < 2:
            connection.close()
            raise LedgerError(
                f"The ledger {self._path} cannot keep a write-ahead log on disk (journal {mode}, synchronous {level}). "
                "Put it on a local disk."
            )
        return connection

    @contextmanager
    def writing(self, locks: Iterable[str] = ()) -> Iterator[SqliteTransaction]:
        """See `protocol.Ledger`. SQLite has one lock, which is all of them."""
        with self._turn, _told(self._path):
            yield from self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[SqliteTransaction]:
        """See `protocol.Ledger`."""
        with _told(self._path):
            yield from self._transaction("BEGIN")

    def _transaction(self, begin: str) -> Iterator[SqliteTransaction]:
        connection = self._connected()
        connection.execute(begin)
        try:
            yield SqliteTransaction(connection, self.shift)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """See `protocol.Ledger`."""
        while self._all:
            self._all.pop().close()
        self._own = threading.local()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Errors of the database as errors people can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LedgerError(f"The ledger {path} does not answer: {error}.") from error
