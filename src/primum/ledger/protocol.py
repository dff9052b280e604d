"""What a ledger is to those who use it: transactions that hold locks, know the time, and run statements.

Owns the protocol that both databases keep. Refuses to know which one it is: statements are written once, with `?` for a
value and `{any}` for "one of these".
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Transaction(Protocol):
    """One transaction, from its locks to its commit."""

    @property
    def now(self) -> int:
        """The database's clock in microseconds UTC, read after the locks were taken."""
        ...

    @property
    def token(self) -> str:
        """A random text of 32 hexadecimal digits, made by the database; ids are derived from it."""
        ...

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """What a statement finds. A list of texts is one value, for `{any}`."""
        ...

    def run(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """A statement for each of these rows."""
        ...


class Ledger(Protocol):
    """A database that keeps what it acknowledged."""

    @property
    def kind(self) -> str:
        """sqlite or postgresql."""
        ...

    def writing(self, locks: Iterable[str] = ()) -> AbstractContextManager[Transaction]:
        """A transaction that holds these locks to its end, and is committed unless an error leaves it.

        What it reads is at least as new as its locks.

        Raises: LedgerError where the database cannot be reached or does not answer.
        """
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that takes no lock and writes nothing."""
        ...

    def close(self) -> None:
        """Give every connection back."""
        ...
