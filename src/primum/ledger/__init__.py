"""The ledger: the durable truth of the gate, in SQLite or PostgreSQL.

Owns one schema, its migrations, transactions with locks, and views in Primum's words. Facts are only ever added.
Refuses to judge, to read a clock other than the database's, and a database that may forget what it acknowledged.
"""

from primum.ledger.opening import open_ledger
from primum.ledger.protocol import Ledger, Transaction

__all__ = ["Ledger", "Transaction", "open_ledger"]
