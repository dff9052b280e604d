"""What an audit finds by value, stage, tenure and segment, as frozen records (a part of `audit.results`)."""

from dataclasses import dataclass
from typing import Literal

Dimension = Literal["value", "stage", "tenure", "segment"]


@dataclass(frozen=True)
class GroupSeverity:
    """Contacts against the rules of one severity in one group; never added up across severities."""

    severity: Literal["never", "harm", "courtesy"]
    contacts: int
    customers: int
    share: float | None
    """Of the group's contacts that were judged (attempts, those that were asked for included)."""


@dataclass(frozen=True)
class GroupFigures:
    """One group of customers, as they stand at the end of the history.

    Shares and quantiles compare groups of unlike customers: who buys most is contacted most, and the cause may run
    either way.
    """

    group: str
    customers: int
    reached: int
    """Who received something that was pushed."""
    contacts: int
    """Pushed and received."""
    per_customer: float | None
    """Contacts of those who were reached, on average."""
    week_p50: int
    """The busiest 7 days of those who were reached: half have as many or more..."""
    week_p90: int
    """... one in ten..."""
    week_max: int
    judged: int
    """Contacts that the rules were asked about."""
    against: tuple[GroupSeverity, ...]
    responses: int
    """All but bounces."""
    responders: int
    """Customers who responded at all."""


@dataclass(frozen=True)
class Grouping:
    """All groups of one kind. Groups of *segment* overlap; those of the others do not."""

    dimension: Dimension
    groups: tuple[GroupFigures, ...] = ()
    why_not: str = ""
    """Why there are none."""


@dataclass(frozen=True)
class BySegment:
    """Pressure, contacts against rules and responses by kinds of customer."""

    groupings: tuple[Grouping, ...] = ()
