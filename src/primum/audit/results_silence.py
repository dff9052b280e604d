"""What an audit finds of silence, waste and who can still be reached, as frozen records (a part of `audit.results`).

Everything is told as of `Silence.end`, the last day that counts. An outcome is *found*, *none* (checked, none) or *not
checkable* (`why_not` says what no source supplies).
"""

from dataclasses import dataclass, field
from typing import Literal

SilenceOutcome = Literal["found", "none", "not checkable"]
What = Literal["question", "complaint"]
AllowedBy = Literal["consent", "no opt-out"]


@dataclass(frozen=True)
class SilenceRule:
    """One `at_least` rule: customers who got fewer counted contacts than it asks for, within the window at the end."""

    rule: str
    says: str
    owner: str | None
    severity: Literal["never", "harm", "courtesy"]
    pack: str | None
    monitor_only: bool
    outcome: SilenceOutcome
    at_least: int
    within: str
    customers: int
    """Customers whom it means, known since before the window began."""
    short: int
    """Those of them with fewer than `at_least`..."""
    none_at_all: int
    """... and with none."""
    unsure: int
    """Customers of whom an undated flag leaves open whether it means them; in no other figure."""
    too_new: int
    """Customers whom it means and who became known only within the window; in no other figure."""
    why_not: str = ""


@dataclass(frozen=True)
class Unanswered:
    """One question or complaint that nobody has answered; the customer is masked unless revealed."""

    customer: str
    what: What
    day: str
    channel: str | None
    days: int
    """Whole days it has waited at the end of the history."""
    pushed_since: int
    """Messages that the company pushed to the customer meanwhile."""


@dataclass(frozen=True)
class Questions:
    """What customers asked (or complained of), and when somebody answered.

    An answer is a later received contact of class service, or one that the customer asked for (a call-back); a
    complaint is answered too when it is closed. `in_time`, `late`, `unanswered` and `waiting` add up to `asked`.
    """

    what: What
    outcome: SilenceOutcome
    days: int
    """Within so many days an answer is expected."""
    asked: int = 0
    within_a_day: int = 0
    in_time: int = 0
    """Within `days`, those within a day included."""
    late: int = 0
    unanswered: int = 0
    waiting: int = 0
    """Not answered, and `days` have not passed at the end."""
    customers: int = 0
    """Who have an unanswered one."""
    oldest: tuple[Unanswered, ...] = ()
    """The ten that have waited longest."""
    why_not: str = ""


@dataclass(frozen=True)
class Owed:
    """A contact that was due: a welcome after a first purchase, a notice before a renewal."""

    what: Literal["welcome", "renewal notice"]
    outcome: SilenceOutcome
    days: int
    """Within so many days after (a welcome) or before (a notice)."""
    due: int = 0
    missed: int = 0
    """Of them without."""
    communications: tuple[str, ...] = ()
    """What counts as one: communications whose name, title, topic, flow or moment says so."""
    why_not: str = ""


@dataclass(frozen=True)
class Unheard:
    """Valued customers who may be contacted and received nothing at all in the last so many days."""

    days: int
    outcome: SilenceOutcome
    customers: int = 0
    """Valued customers who may be contacted and were known before these days."""
    unheard: int = 0
    allowed_by: AllowedBy = "consent"
    """Who may be contacted: who gave consent; where no source tells of consent, who did not opt out."""
    valued_by: Literal["value", "purchases"] = "value"
    """Valued are the top fifth of buyers, by what they spent or (where no source says) by days with a purchase."""
    why_not: str = ""


@dataclass(frozen=True)
class Waste:
    """Customers who got many messages in the last so many days and gave no sign of life in them."""

    days: int = 180
    messages: int = 10
    outcome: SilenceOutcome = "not checkable"
    many: int = 0
    """Customers who received at least so many pushed messages in these days."""
    customers: int = 0
    """Those of them who did nothing at all (a bounce is nothing)."""
    contacts: int = 0
    """What they received."""
    why_not: str = ""


@dataclass(frozen=True)
class ReachFigures:
    """How many customers could still be contacted over one channel with one message class.

    Each customer is counted once: `gone`, else `no_address`, else `dead_address`, else `opted_out`, else `reachable`.
    """

    channel: str
    purpose: str
    reachable: int
    gone: int
    """Deceased, moved away, erased, or listed as do-not-contact."""
    no_address: int
    dead_address: int
    opted_out: int
    with_consent: int | None
    """Of the reachable: who gave consent that covers it; None where no source tells of consent."""


@dataclass(frozen=True)
class Reachability:
    """Who could still be contacted, after everything told."""

    outcome: SilenceOutcome = "not checkable"
    customers: int = 0
    opt_outs_known: bool = False
    """Whether any source tells of opt-outs; if not, nobody is known to have opted out."""
    dead_known: bool = False
    """Whether any source tells of dead addresses."""
    channels: tuple[ReachFigures, ...] = ()
    anywhere: int = 0
    """Customers who can be advertised to over some channel."""


@dataclass(frozen=True)
class Silence:
    """Silence and its opposite, as of `end`."""

    end: str | None = None
    rules: tuple[SilenceRule, ...] = ()
    questions: tuple[Questions, ...] = ()
    owed: tuple[Owed, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    waste: Waste = field(default_factory=Waste)
    reachability: Reachability = field(default_factory=Reachability)
