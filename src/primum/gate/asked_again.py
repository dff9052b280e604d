"""Asking again and again until the gate says yes, counted.

Owns one question to the ledger: how often a department asked for a customer before the time that it was told. Refuses
to hold anything back for it.
"""

from collections.abc import Sequence
from typing import Final

from primum.gate.known import real_names
from primum.ledger.protocol import Ledger
from primum.words.time import US_PER_DAY

DENIED_FOR: Final = 7 * US_PER_DAY
"""A denial that says no time: whoever asks again so soon asks again."""
_EARLIER: Final = """
    SELECT customer, count(*) FROM decisions
    WHERE customer {any} AND department = ? AND communication = ?
    AND decision <> 'allow' AND (until_at > ? OR until_at IS NULL AND at > ?) GROUP BY customer"""


def asked_before(
    ledger: Ledger, customers: Sequence[str], department: str, communication: str, at: int
) -> dict[str, int]:
    """Customer -> how often they were asked for in vain: told to wait beyond `at`, or denied not a week before it.

    Raises: LedgerError.
    """
    with ledger.reading() as transaction:
        rows = transaction.rows(_EARLIER, sorted(set(customers)), department, communication, at, at - DENIED_FOR)
        return {row[0]: int(row[1]) for row in rows}


def known_names(ledger: Ledger, names: Sequence[str]) -> dict[str, str]:
    """Names that the ledger knows -> the customers they are of.

    Raises: LedgerError.
    """
    asked = sorted(set(names))
    with ledger.reading() as transaction:
        own = {row[0]: row[0] for row in transaction.rows("SELECT customer FROM customers WHERE customer {any}", asked)}
        return own | real_names(transaction, asked)
