"""Contact rules, as the law speaks of them: what the file says, read and checked, but not compiled.

Owns the records that both engines start from: the readable reference (`rules.reference`) and the compiler
(`rules.compile`). A rule set that exists is valid. Refuses to evaluate anything. `rules.parse` makes these records.
"""

from dataclasses import dataclass, field
from typing import Literal

from primum.words.durations import Duration
from primum.words.filters import EVERYTHING, Filter
from primum.words.windows import Window

CountedStatus = Literal["attempts", "sent", "delivered"]
COUNTED: dict[str, tuple[str, ...]] = {
    "attempts": ("reserved", "sent", "delivered", "bounced", "failed"),
    "sent": ("reserved", "sent", "delivered"),
    "delivered": ("delivered",),
}
"""Which statuses each word of `counting` counts."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Which contacts a limit counts. Planned ones of higher priority count as well, but never for `delivered`."""

    filter: Filter = EVERYTHING
    status: CountedStatus = "sent"


@dataclass(frozen=True, slots=True)
class AtMost:
    """No window of this width that holds the candidate may hold more than `n` counted contacts, the candidate included.

    Counted are contacts that agree with the candidate on every attribute of `per` (absent agrees with absent); those
    that share a value of `distinct` count once. `needs` names attributes without which a contact is neither governed
    nor counted (`once`).
    """

    n: int
    window: Window
    counting: Counting
    per: tuple[str, ...] = ()
    distinct: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Apart:
    """No counted contact may lie less than `duration` before or (unless `only_after`) after the candidate."""

    duration: Duration
    counting: Counting
    only_after: bool = False
    per: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """Two kinds of contact that must lie `duration` apart: the one is governed where the other is counted, both ways.

    A candidate that matches both filters is held by either.
    """

    one: Filter
    other: Filter
    duration: Duration
    status: CountedStatus = "sent"
    per: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Never:
    """Always broken."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Open hours. `spans[d]` (0 Monday) lists half-open spans of local minutes; an end beyond 1,440 runs into the next
    day. `closed` holds local dates (days since 1970-01-01); a closed date closes that local date only. Without
    `between` (spans is None) every minute of the dates that are not closed is open.
    `unknown_calendars` names calendars nobody declares: the rule cannot be evaluated.
    """

    spans: tuple[tuple[tuple[int, int], ...], ...] | None
    closed: frozenset[int] = frozenset()
    unknown_calendars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """`never_if` (broken while any of the states holds) or, with `only`, `only_if` (broken while none of them does)."""

    states: tuple[str, ...]
    only: bool = False
    per: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PauseAfterResponse:
    """`times` such responses, first and last less than `within` apart (None: ever), start a pause of `duration`."""

    duration: Duration
    kinds: tuple[str, ...]
    times: int = 1
    within: Window | None = None
    per: tuple[str, ...] = ()
    filter: Filter = EVERYTHING
    """Further attributes the response must have."""


@dataclass(frozen=True, slots=True)
class PauseAfterContact:
    """A counted contact at or before the candidate starts a pause of `duration`."""

    duration: Duration
    counting: Counting
    per: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldOut:
    """Customers whose salted hash lies below `share` (a part of 2**64) are held out."""

    below: int
    salt: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """A shared allowance; evaluated by the gate, under its lock, never by a kernel."""

    amount: float
    window: Window
    of_cost: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Silence does harm too; reported by the audit, sought by the planner, never enforced."""

    n: int
    window: Window
    counting: Counting


Limit = (
    AtMost
    | Apart
    | Clash
    | Never
    | Hours
    | Held
    | PauseAfterResponse
    | PauseAfterContact
    | HoldOut
    | Capacity
    | AtLeast
)


@dataclass(frozen=True, slots=True)
class Except:
    """Other numbers between two local dates, both inclusive: days since 1970-01-01, or (month, day) every year."""

    start: int | tuple[int, int]
    end: int | tuple[int, int]
    limit: Limit


@dataclass(frozen=True, slots=True)
class Rule:
    """One contact rule. `to` says which candidates it governs, `who` (the file's `for`) which customers.

    In `who`, the attribute `segment` and `state` read what holds at the instant; every other name is an attribute of
    the customer, which does not match where it is absent, not even `not`. `starts` and `ends` are local dates (days
    since 1970-01-01), both inclusive, in the customer's first zone.
    """

    name: str
    says: str
    limit: Limit
    to: Filter = EVERYTHING
    who: Filter = EVERYTHING
    otherwise: Literal["drop", "defer", "try_channels"] = "drop"
    try_channels: tuple[str, ...] = ()
    severity: Literal["never", "harm", "courtesy"] = "harm"
    disclose: str | None = None
    level: Literal["customer", "household"] = "customer"
    shadow: bool = False
    starts: int | None = None
    ends: int | None = None
    excepts: tuple[Except, ...] = ()
    instead_of: str | None = None
    hold_if_unknown: bool = True
    owner: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Exempt:
    """Communications that no rule holds back; `counts`: whether they use up the customer's allowance."""

    to: Filter
    counts: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a strategy, sorted by name. `zone` serves customers who have none."""

    rules: tuple[Rule, ...] = ()
    priorities: tuple[Filter, ...] = ()
    exempt: tuple[Exempt, ...] = ()
    zone: str | None = None
    calendars: dict[str, frozenset[int]] = field(default_factory=dict)
