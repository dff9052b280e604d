"""The line that examples and timelines are made of, as a frozen record (a part of `audit.results`).

Owns its shape, so that every family of records may hold one.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class LineMark:
    """What is wrong with a contact, or what became of a response, on the timeline of one of the worst customers."""

    kind: Literal["never", "harm", "courtesy", "clash", "silence"]
    """The severity of a rule it is against; a clash; a silence."""
    text: str
    """What the rule says; or the clash or silence in a few words."""
    rule: str | None = None
    """The rule's name."""


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
    marks: tuple[LineMark, ...] = ()
    """Only on timelines of the worst customers."""
