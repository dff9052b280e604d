"""What contacts against the rules cost and what followed, as frozen records (a part of `audit.results`)."""

from dataclasses import dataclass
from typing import Literal

Followed = Literal["opted_out", "complained", "bought"]


@dataclass(frozen=True)
class CostOfSeverity:
    """What contacts against rules of one severity cost. A contact against rules of two severities counts in both."""

    severity: Literal["never", "harm", "courtesy"]
    contacts: int
    cost: float | None
    """Their own cost, else their channel's unit cost; None where no cost is known."""
    without_cost: int
    """Contacts of which no cost is known: in no sum."""


@dataclass(frozen=True)
class Rate:
    """Contacts after which something followed, with the 95% interval of the share (Wilson 1927)."""

    contacts: int
    followed: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Aftermath:
    """What followed contacts against rules of a severity, beside contacts against no rule: association, not proof.

    The raw rates mislead, since those who are contacted most are often the best customers; `difference` is what is left
    within value bands and message classes, and `same_customers` compares customers with themselves.
    """

    severity: Literal["never", "harm", "courtesy"]
    followed: Followed
    against: Rate
    within: Rate
    strata: int
    """Value bands times message classes that hold contacts of both; only these are compared."""
    difference: float | None
    """Of the shares, against less within, over the strata, by Mantel-Haenszel weights; None: no such stratum."""
    low: float | None
    """Its 95% interval by the variance of Greenland and Robins (1985); contacts of one customer depend on each other,
    so that it is rather too narrow."""
    high: float | None
    same_customers: int
    """Customers with contacts of both kinds whose shares differ..."""
    same_higher: int
    """... and those of them whose share is higher after contacts against the rules."""
    same_share: float | None
    same_low: float | None
    """95% interval (Wilson 1927); a half lies in it where customers do not differ from themselves."""
    same_high: float | None


@dataclass(frozen=True)
class Consequences:
    """What it costs. Followed: the customer did it within `window_days` after a received, pushed contact.

    Contacts so late that the responses end before their window does are left out. A value band is how often the
    customer had bought before the contact: never, once, 2 to 3, 4 to 7, 8 times or more.
    """

    window_days: int = 7
    costs: tuple[CostOfSeverity, ...] = ()
    aftermath: tuple[Aftermath, ...] = ()
    not_told: tuple[Followed, ...] = ()
    """What no source tells of."""
