"""What to fix first, as frozen records (a part of `audit.results`)."""

from dataclasses import dataclass
from typing import Literal

CureKind = Literal["retire", "merge", "move", "repair a suppression feed", "change an audience", "set a rule"]


@dataclass(frozen=True)
class CureEffect:
    """What enforcing changes in the history: contacts not made (`removed`) or made later (`moved`), and for whom.

    `never`, `harm` and `courtesy` are those of the removed and moved contacts that were against a rule of that severity
    as it happened; one may be against several. They are never added up.
    """

    removed: int
    moved: int
    customers: int
    """Customers with at least one contact removed or moved."""
    never: int
    harm: int
    courtesy: int
    not_against: int
    """Of the removed and moved contacts, those that were against no rule: what the cure costs beside what it mends."""


@dataclass(frozen=True)
class Cure:
    """One thing to mend, tried on the history by enforcing it."""

    kind: CureKind
    department: str | None
    """Whose contacts change; None: not recorded, or (where `everybody`) all departments'."""
    everybody: bool
    owner: str | None
    """The department that is to mend it; None: nobody is known to own it."""
    owner_name: str | None
    """The person who answers for that department, as the strategy says."""
    communication: str | None
    """What is retired, merged or sent twice; None for cures of other kinds."""
    into: str | None
    """Of a merger: the communication that says it already..."""
    into_department: str | None
    """... and whose it is."""
    rule: str | None
    """The rule that is enforced; None: the cure is no rule of the strategy or a pack."""
    says: str | None
    """That rule's sentence."""
    alone: CureEffect
    """Enforced by itself."""
    on_top: CureEffect
    """What it adds when the cures above it are enforced already."""
    so_far: CureEffect
    """This cure and all above it, enforced together."""
    never_share: float | None
    """Of all contacts against a rule of this severity, the part that the cures so far remove or move; None: none is."""
    harm_share: float | None
    courtesy_share: float | None


@dataclass(frozen=True)
class Cures:
    """At most ten cures, in the order in which they are to be made: most never-events first, then harm, then contacts.

    Each was run over the history in enforce mode, where it is sure to apply: what it lets through, later contacts were
    judged beside. A deferred contact counts as moved; one that an opt-out or the like overtook while it waited, as
    removed.
    """

    tried: int = 0
    """Cures that were tried; those that change nothing beside the others are not listed."""
    never: int = 0
    """Contacts against a rule of this severity, as it happened."""
    harm: int = 0
    courtesy: int = 0
    cures: tuple[Cure, ...] = ()
    reach_severity: Literal["never", "harm", "courtesy"] | None = None
    """The gravest severity with contacts that the cures remove or move; None: there is none."""
    reach_cures: int = 0
    """The first so many cures remove or move `reach_share` of them: the fewest that reach 80%, else all."""
    reach_share: float = 0.0
