"""The line that examples and timelines are made of, as a frozen record (a part of `audit.results`).

Owns its shape, so that every family of records may hold one.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ContactLine:
    """One contact as an example or on a timeline; personal data masked unless revealed."""

    at: str
    day: str
    time: str | None
    """Local time `HH:MM`; `09-10 h` where only the hour is known, None where only the day is."""
    department: str | None
    channel: str | None
    purpose: str | None
    communication: str | None
    subject: str | None
    status: str | None
    asked_for: bool
    source: str
    file: str
    row: int
    response: str | None = None
    """Set for a line that is a response rather than a contact: its kind."""
    status_history: str | None = None
    """Where several rows told its status: each with its instant, as `sent 2026-03-01T09:00:00Z; delivered ...`."""
    precision: str = "instant"
    """How exactly `at` is known: `instant`, `hour` or `day`."""
    handed_over: str | None = None
    """The day on which it was handed over, where `at` is when it is taken to have landed (`lands_after`)."""
