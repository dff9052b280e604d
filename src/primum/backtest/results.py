"""What a backtest found: frozen records, and nothing else.

Counts are of contacts unless a field says otherwise. Every contact that was attempted (reserved, sent, delivered,
bounced or failed), to a customer who is a person, is asked about once, and comes to one of five ends (`Ends`). Days,
weeks and hours are the company's own (its zone).
"""

from dataclasses import dataclass

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True)
class Ends:
    """How contacts ended under the rules; `asked` is the sum of the others."""

    asked: int
    kept: int
    """Sent at their own instant."""
    deferred: int
    """Sent later, at the first instant at which no rule was broken."""
    overtaken: int
    """Deferred, but an opt-out, a complaint, another state or a pause that shuts the new time began first: not sent."""
    stopped: int
    """Not sent: a rule of severity `harm` or `courtesy` was broken that cannot be waited for, and none of `never`."""
    never: int
    """Not sent: a rule of severity `never` was broken."""


@dataclass(frozen=True)
class Group:
    """The contacts of one department, channel, communication, message class, segment or week."""

    name: str | None
    """None: not recorded. Weeks are named by their Monday."""
    ends: Ends


@dataclass(frozen=True)
class SenderFigures:
    """What a rule did to the contacts of one department on one channel."""

    department: str | None
    channel: str | None
    stopped: int
    deferred: int


@dataclass(frozen=True)
class RuleFigures:
    """What one rule did, beside all others in force.

    A contact that breaks several rules counts for each of them, so these figures do not add up to the total.
    """

    name: str
    says: str
    owner: str | None
    severity: str
    monitor_only: bool
    """It changes nothing: `stopped` and `deferred` are what others made of the contacts that break it."""
    evaluated: bool
    """False for shared capacity and for minimums, which a backtest does not enforce."""
    broken: int
    """Contacts that break it."""
    stopped: int
    """... and were not sent."""
    stopped_alone: int
    """... and broke no other enforced rule: stopped by this rule only. Of a rule that monitors only: contacts that no
    enforced rule holds back and that it would have held back."""
    deferred: int
    """... and were deferred (or overtaken while they waited)."""
    deferred_alone: int
    not_judged: int
    """Contacts for which it could not be evaluated (a zone, a calendar or the time of day is not known)."""
    senders: tuple[SenderFigures, ...]
    """Most first."""


@dataclass(frozen=True)
class DelayBand:
    """Deferrals by how long they waited."""

    label: str
    contacts: int


@dataclass(frozen=True)
class Delays:
    """How long deferred contacts waited, in hours (each begun hour counts); overtaken ones left out."""

    contacts: int
    median_hours: int | None
    nine_in_ten_hours: int | None
    """Nine in ten waited no longer."""
    longest_hours: int | None
    bands: tuple[DelayBand, ...]


@dataclass(frozen=True)
class DayFigure:
    """How many deferred contacts waited at the end of a day."""

    day: str
    waiting: int


@dataclass(frozen=True)
class Backlog:
    """What deferrals build up: contacts waiting at the end of each day, overtaken ones among them until their time."""

    peak: int
    peak_day: str | None
    halved_day: str | None
    """The first day after the peak on which at most half of it waited."""
    cleared_day: str | None
    """The first day from which on nothing waits."""
    days: tuple[DayFigure, ...]
    """Every day from the first deferral until nothing waits."""


@dataclass(frozen=True)
class ChannelPeak:
    """The busiest hour and day of a channel before and after the rules: what its capacity must bear.

    Contacts known only to the day are left out of hours.
    """

    channel: str | None
    hour_before: int
    busiest_hour_before: str | None
    hour_after: int
    busiest_hour_after: str | None
    day_before: int
    busiest_day_before: str | None
    day_after: int
    busiest_day_after: str | None


@dataclass(frozen=True)
class PressureBand:
    """Customers by what lands on them in their busiest seven days (received and pushed)."""

    contacts: int
    """So many, or more in the last band."""
    customers_before: int
    customers_after: int


@dataclass(frozen=True)
class Pressure:
    """The busiest seven days of customers, before and after the rules."""

    customers: int
    """Customers who received something that was pushed."""
    median_before: int | None
    median_after: int | None
    most_before: int
    most_after: int
    bands: tuple[PressureBand, ...]


@dataclass(frozen=True)
class CustomerFigures:
    """How many customers the rules touch."""

    asked: int
    """Customers who were contacted."""
    spared: int
    """... of whom some contact was stopped or overtaken."""
    waited: int
    """... of whom some contact was deferred."""
    silenced: int
    """... of whom none was sent any more."""


@dataclass(frozen=True)
class LeftOut:
    """Contacts of the history that were not asked about."""

    inventory: int
    """Proposed, planned, suppressed, released or expired: never attempted."""
    not_people: int
    """Attempted, to test addresses, staff and others whom the strategy names as no customers."""
    unlinked: int
    """Rows without a customer: rules cannot judge them."""


@dataclass(frozen=True)
class AtStake:
    """Responses of one kind put down to contacts that were not sent: from none to `followed` of them hang on these."""

    kind: str
    harm: bool
    """An opt-out or a complaint: what is spared. Otherwise what may be lost."""
    window_days: float
    """A response without a contact's id is put down to the last contact received less than this before it."""
    window_stated: bool
    """False: the strategy states no window for this kind (`customers.attribution`), and seven days were taken."""
    followed: int
    """All of them: as if none would have come without these contacts."""
    middle: float
    """Less what like customers who were not contacted then did anyway; never below 0 or above `followed`."""
    middle_least: float
    """The middle less two standard deviations; counts taken as Poisson."""
    middle_most: float
    value: float
    """What all of them were worth, in the strategy's currency."""
    value_middle: float
    """Less what those of like customers were worth; no interval is given for money but nothing to all."""


@dataclass(frozen=True)
class DepartmentStakes:
    """What is at stake for one department's contacts."""

    department: str | None
    not_sent: int
    kinds: tuple[AtStake, ...]


@dataclass(frozen=True)
class Stakes:
    """What followed contacts that were stopped or overtaken; never-events left out, since no trade-off is meant there.

    Nobody knows what customers would have done: each figure is a range from nothing to all, with a middle.
    """

    not_sent: int
    unmatched: int
    """... contacts without a like customer who was not contacted then: nothing is taken off for them."""
    currency: str
    value_bands: tuple[float, ...]
    """Customers are alike between two of these (purchase value before the month), below the first, and at nothing."""
    kinds: tuple[AtStake, ...]
    """Harm first, then the most valuable."""
    departments: tuple[DepartmentStakes, ...]
    """Most contacts first."""


@dataclass(frozen=True)
class BacktestResult:
    """One rule set over the whole history."""

    rule_set: str
    """Where the rules stand: a file, a pack, or nothing (`no rules`)."""
    first_day: str | None
    last_day: str | None
    ends: Ends
    customers: CustomerFigures
    left_out: LeftOut
    rules: tuple[RuleFigures, ...]
    """By name."""
    departments: tuple[Group, ...]
    channels: tuple[Group, ...]
    classes: tuple[Group, ...]
    communications: tuple[Group, ...]
    segments: tuple[Group, ...]
    """Of customers in a segment at the instant of the contact; a contact counts in each. Empty without segments."""
    weeks: tuple[Group, ...]
    delays: Delays
    backlog: Backlog
    peaks: tuple[ChannelPeak, ...]
    pressure: Pressure
    stakes: Stakes | None = None
    """None where the history holds no responses."""


@dataclass(frozen=True)
class Method:
    """How the figures were made."""

    primum_version: str
    strategy_version: str
    as_of: str
    tzdata_version: str
    buckets: int
    definitions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Calibration:
    """The backtest of no rules at all: it reproduces history where it keeps what it was asked about."""

    asked: int
    kept: int


@dataclass(frozen=True)
class Backtests:
    """One rule set, or several side by side, over the same history."""

    company: str
    zone: str
    results: tuple[BacktestResult, ...]
    """The rule set asked about, then those it is compared with."""
    calibration: Calibration | None
    """Made where rule sets are compared."""
    method: Method
    schema_version: str = SCHEMA_VERSION
