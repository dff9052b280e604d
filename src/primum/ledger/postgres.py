"""The ledger in PostgreSQL: several gates, one truth.

Owns the pool, the locks (transaction-level advisory locks, taken in sorted order under READ COMMITTED) and the check
that the server keeps what it acknowledges. Refuses a server in recovery and the settings that forget. A lock taken in a
snapshot transaction would be useless for counting: its snapshot is older than the lock.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from primum.ledger.migrations import NOW, spelled
from primum.ledger.protocol import Row
from primum.words.errors import LedgerError

_UNSAFE: Final = {
    "fsync": ("off",),
    "full_page_writes": ("off",),
    "synchronous_commit": ("off",),
}
_START: Final = f"SELECT {NOW['postgresql']}, replace(gen_random_uuid()::text, '-', '')"
_WAIT: Final = 30.0
"""Seconds to wait for a connection."""

Connection = psycopg.Connection[Row]


class PostgresTransaction:
    """One transaction of one connection."""

    def __init__(self, connection: Connection, shift: int) -> None:
        self._connection = connection
        found = connection.execute(_START).fetchone()
        assert found is not None
        self.now: int = found[0] + shift
        self.token: str = found[1]

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """See `protocol.Transaction`."""
        cursor = self._connection.execute(_spelled(statement), values)
        return cursor.fetchall() if cursor.description is not None else []

    def run(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """See `protocol.Transaction`."""
        if rows:
            with self._connection.cursor() as cursor:
                cursor.executemany(_spelled(statement), rows)


@lru_cache(maxsize=256)
def _spelled(statement: str) -> bytes:
    return spelled(statement, "postgresql").replace("%", "%%").replace("?", "%s").encode()


def lock_number(name: str) -> int:
    """The number of a lock; two names that meet only wait for each other."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


class PostgresLedger:
    """A ledger in a PostgreSQL database.

    `shift` (microseconds) is added to the database's clock: for drills and tests that need another day.
    """

    kind: Final = "postgresql"

    def __init__(self, address: str, most: int = 16, shift: int = 0) -> None:
        self.shift = shift
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            address,
            min_size=1,
            max_size=most,
            timeout=_WAIT,
            open=False,
            configure=_configured,
            kwargs={"autocommit": True},
        )
        with psycopg_told():
            with psycopg.connect(address, autocommit=True, connect_timeout=10) as first:
                refuse_unsafe(first)
            self._pool.open(wait=True, timeout=_WAIT)

    @contextmanager
    def writing(self, locks: Iterable[str] = ()) -> Iterator[PostgresTransaction]:
        """See `protocol.Ledger`."""
        numbers = sorted({lock_number(name) for name in locks})
        with psycopg_told(), self._pool.connection() as connection, connection.transaction():
            if numbers:
                connection.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", [numbers])
            yield PostgresTransaction(connection, self.shift)

    @contextmanager
    def reading(self) -> Iterator[PostgresTransaction]:
        """See `protocol.Ledger`."""
        with psycopg_told(), self._pool.connection() as connection, connection.transaction():
            yield PostgresTransaction(connection, self.shift)

    def close(self) -> None:
        """See `protocol.Ledger`."""
        self._pool.close()


def _configured(connection: Connection) -> None:
    connection.execute("SET default_transaction_isolation = 'read committed'")
    refuse_unsafe(connection)


def refuse_unsafe(connection: Connection) -> None:
    """Raise where this server may forget what it acknowledged.

    Raises: LedgerError naming the setting.
    """
    for setting, values in _UNSAFE.items():
        (found,) = connection.execute("SELECT current_setting(%s)", [setting]).fetchone() or ("",)
        if found in values:
            raise LedgerError(
                f"The ledger's PostgreSQL has {setting} = {found}: it may lose what it acknowledged. Turn it on."
            )
    if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
        raise LedgerError("The ledger's PostgreSQL is in recovery (a standby or a restore). Name the primary server.")


@contextmanager
def psycopg_told() -> Iterator[None]:
    """Errors of the database as errors people can act on; the address, which may hold a password, is not shown."""
    try:
        yield
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise LedgerError(f"The ledger's PostgreSQL does not answer: {type(error).__name__}.") from error
