"""What an audit finds against the rules, as frozen records (a part of `audit.results`, which re-exports them).

Owns their shape. Counts across severities are never added up: what is *never* to happen and what is a courtesy are not
of one kind. Wording: a contact is *against* a rule.
"""

from dataclasses import dataclass
from typing import Literal

from primum.audit.results_lines import ContactLine

Severity = Literal["never", "harm", "courtesy"]
Outcome = Literal["against", "none", "not checkable"]


@dataclass(frozen=True)
class MissingFact:
    """Something a rule rests on that no source supplies at all."""

    kind: str
    """attribute, state, response, segment or customer attribute."""
    name: str
    vital: bool
    """Whether without it nothing can be said about the rule; else the part of it that rests on others was checked."""
    sources: tuple[str, ...]
    """Sources that could supply it and do not."""


@dataclass(frozen=True)
class Unchecked:
    """Contacts that a rule could not be checked for, and why."""

    why: Literal["fact missing", "no attribute", "no zone or calendar", "time not known well enough"]
    what: str
    """The fact, or the attribute that these contacts lack; empty where `why` says it all."""
    source: str | None
    """Where the contacts come from; None: from several."""
    contacts: int


@dataclass(frozen=True)
class RuleDepartment:
    """One department's contacts under a rule."""

    department: str | None
    governed: int
    contacts: int
    """Those against it."""
    customers: int | None
    """None only in a department's edition, for several departments together."""
    possible: int


@dataclass(frozen=True)
class RuleCommunication:
    """A communication's contacts against a rule."""

    communication: str | None
    department: str | None
    contacts: int


@dataclass(frozen=True)
class RuleMonth:
    """A calendar month (`YYYY-MM`, company zone): contacts that the rule governed, and those of them against it."""

    month: str
    governed: int
    contacts: int


@dataclass(frozen=True)
class CountedEvent:
    """Something that made a contact be against a rule: an earlier contact, a response, or a state."""

    what: Literal["contact", "response", "state"]
    name: str
    """A state's name, or the kind of a response; else empty."""
    start: str | None
    """Of a state: since when, an instant or (where that is all that is known) a day."""
    until: str | None
    line: ContactLine | None
    """Of a contact or a response."""


@dataclass(frozen=True)
class RuleExample:
    """A contact against a rule, with what was counted; masked unless revealed."""

    customer: str
    contact: ContactLine
    counted: tuple[CountedEvent, ...]
    """The first of them."""
    counted_in_all: int


@dataclass(frozen=True)
class RuleFigures:
    """One rule and the contacts against it.

    `outcome`: *against* (contacts are against it), *none* (all that it governs was checked: none is), or
    *not checkable* (`missing` and `unchecked` say why); a rule whose facts no source supplies is never *none*.
    """

    rule: str
    says: str
    owner: str | None
    severity: Severity
    pack: str | None
    """The pack it comes from; None: the strategy's own."""
    source: str | None
    """The regulation or decision it rests on, as the rule says."""
    monitor_only: bool
    outcome: Outcome
    governed: int
    """Contacts that it governs: made, of known customers, whether or not they could be checked."""
    contacts: int
    """Those against it."""
    customers: int
    share: float | None
    """Of the contacts that it governs; None where it governs none."""
    possible: int
    """Contacts that may be against it, apart from `contacts`: an undated flag may have held when they were made."""
    possible_customers: int
    first: str | None
    """Local day of the first contact against it..."""
    last: str | None
    """... and of the last."""
    departments: tuple[RuleDepartment, ...]
    """Most contacts against it first."""
    communications: tuple[RuleCommunication, ...]
    """The ten with most contacts against it."""
    communications_in_all: int
    months: tuple[RuleMonth, ...]
    missing: tuple[MissingFact, ...]
    unchecked: tuple[Unchecked, ...]
    passed_by: tuple[tuple[str, int], ...]
    """(attribute of customers that the rule asks for, customers with a contact who lack it: it passed them by)."""
    examples: tuple[RuleExample, ...]
    """The latest, one a customer."""


@dataclass(frozen=True)
class SeverityFigures:
    """All rules of one severity. A contact against several of them counts once."""

    severity: Severity
    rules: int
    against: int
    """Rules with contacts against them."""
    none: int
    """Rules that were checked, with none."""
    not_checkable: int
    contacts: int
    customers: int


@dataclass(frozen=True)
class RulePack:
    """A pack whose rules were used."""

    name: str
    title: str
    reviewed: str


@dataclass(frozen=True)
class AgainstRules:
    """Every rule against every contact, as it happened: each was judged against what had really been sent before."""

    by_default: bool = False
    """Whether the strategy declares no rules, so that those of a pack were used."""
    packs: tuple[RulePack, ...] = ()
    judged: int = 0
    """Contacts judged."""
    not_judged: int = 0
    """Contacts without a known customer: no rule can be asked about them."""
    left_out: int = 0
    """Contacts to those who are no people (`customers.not_people`)."""
    severities: tuple[SeverityFigures, ...] = ()
    rules: tuple[RuleFigures, ...] = ()
    """By severity, then by contacts against them."""
