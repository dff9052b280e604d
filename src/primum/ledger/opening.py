"""Opening a ledger by its address, and bringing its schema up to date.

Owns the order of a start: the database is asked whether it keeps its word, then the missing steps are taken, in one
transaction. Refuses a schema that a newer Primum wrote, and one whose steps were changed.
"""

from pathlib import Path

from primum.ledger.migrations import Kind, migrations
from primum.ledger.protocol import Ledger, Transaction
from primum.words.errors import LedgerError

_STEPS = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT, digest TEXT, taken_at BIGINT)"
_EVERYBODY = "migrations"


def open_ledger(address: str | Path) -> Ledger:
    """Open the ledger at a path (SQLite) or at `postgresql://...`, with its schema up to date.

    Raises: LedgerError where it cannot be reached, is not safe to write to, or was written by a newer Primum.
    """
    ledger = _connect(str(address))
    try:
        with ledger.writing([_EVERYBODY]) as transaction:
            take_steps(transaction, "sqlite" if ledger.kind == "sqlite" else "postgresql")
    except BaseException:
        ledger.close()
        raise
    return ledger


def _connect(address: str) -> Ledger:
    if address.startswith(("postgresql://", "postgres://")):
        from primum.ledger.postgres import PostgresLedger  # imported late: psycopg is an extra

        return PostgresLedger(address)
    from primum.ledger.sqlite import SqliteLedger

    return SqliteLedger(Path(address.removeprefix("sqlite:///")))


def take_steps(transaction: Transaction, kind: Kind) -> int:
    """Take the steps that are missing; how many there were.

    Raises: LedgerError where the schema is not one that this version can serve.
    """
    transaction.rows(_STEPS)
    taken = {row[0]: row[1] for row in transaction.rows("SELECT number, digest FROM migrations")}
    steps = migrations(kind)
    unknown = sorted(taken.keys() - {step.number for step in steps})
    if unknown:
        raise LedgerError(
            f"The ledger was written by a newer Primum (its schema has step {unknown[-1]}, this version knows "
            f"{len(steps)}). Use that version, or a ledger of this one."
        )
    for step in steps:
        if taken.get(step.number, step.digest) != step.digest:
            raise LedgerError(f"Step {step.number} of the ledger's schema is not the one that this version took.")
    missing = [step for step in steps if step.number not in taken]
    for step in missing:
        for statement in step.statements:
            transaction.rows(statement)
        transaction.rows(
            "INSERT INTO migrations VALUES (?, ?, ?, ?)", step.number, step.name, step.digest, transaction.now
        )
    return len(missing)
