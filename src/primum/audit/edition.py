"""Editions."""

from primum.audit.results import AuditResult


def edition(result: AuditResult, department: str) -> AuditResult:
    """To be written."""
    return result
