"""Receipts: what was really sent of a list, beside what was allowed.

Owns the comparison. Every row of a receipt is one of: as allowed, though held, after expiry, not on the list, sent
again, or not usable; every allowed customer who is in no row was allowed and not sent. Refuses to record anything.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from primum.deliver.lists import StoredList

Finding = Literal["as allowed", "though held", "after expiry", "not on the list", "sent again", "not usable"]
FINDINGS: Final[tuple[Finding, ...]] = (
    "as allowed",
    "though held",
    "after expiry",
    "not on the list",
    "sent again",
    "not usable",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of a receipt. `at`: microseconds UTC; a `fault` says why the row is of no use."""

    row: int
    customer: str = ""
    at: int = 0
    precision: str = "instant"
    fault: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a list. `findings`: of each row; `not_sent`: numbers of rows of the list allowed and not sent."""

    list: str
    findings: tuple[Finding, ...]
    not_sent: tuple[int, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each finding."""
        counted = Counter(self.findings)
        return {finding: counted[finding] for finding in FINDINGS}


def compare(stored: StoredList, sent: Sequence[Sent]) -> Receipt:
    """Compare what was sent with a list.

    A day without a time is taken for its first instant: what may have been in time is not called late.
    """
    seen: set[str] = set()
    findings: list[Finding] = []
    for row in sent:
        findings.append(_finding(stored, row, seen))
        seen.add(row.customer)
    missing = tuple(sorted(row for customer, row in stored.allowed.items() if customer not in seen))
    return Receipt(stored.order.list, tuple(findings), missing)


def _finding(stored: StoredList, row: Sent, seen: set[str]) -> Finding:
    if row.fault:
        return "not usable"
    if row.customer in stored.allowed:
        if row.customer in seen:
            return "sent again"
        return "as allowed" if row.at <= stored.order.valid_until else "after expiry"
    return "though held" if row.customer in stored.held else "not on the list"
