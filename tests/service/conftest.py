"""Ledgers of both kinds."""

from ledgers import address, ledger, server  # noqa: F401
