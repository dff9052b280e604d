"""Customers as requests name them, and as the ledger knows them: by keyed hashes only.

Owns the way from `email:ann@example.org` to a pseudonym. Refuses to store, log or answer a readable identifier.
"""

import re
from collections.abc import Callable
from typing import Final

from primum.identity import IdentityKey, normal_form
from primum.words.errors import Complaint, RequestError

_HASH: Final = re.compile("[0-9a-f]{32}")
Naming = Callable[[str], str]


def by_key(key: IdentityKey, country: str | None) -> Naming:
    """Naming with the workspace's key."""

    def name(told: str) -> str:
        if _HASH.fullmatch(told):
            return told
        kind, colon, value = told.partition(":")
        normal = normal_form(kind, value, country) if colon and kind else ""
        if not normal:
            cure = "Write the kind of identifier before it, as in email:ann@example.org or crm_id:4711."
            raise RequestError([Complaint("customer", 0, 0, "it is no identifier.", cure)])
        return key.one(kind, normal)

    return name


def as_told(told: str) -> str:
    """Naming for customers who are told by a pseudonym already."""
    return told
