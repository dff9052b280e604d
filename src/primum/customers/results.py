"""What is true of the customers of a history, in figures: the records that reports and JSON are renderings of.

Owns the records; their docstrings are the definitions. Refuses to compute. Days are ISO dates of the strategy's zone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateFigures:
    """One state: how many customers it was ever true of, and how exactly its intervals are known."""

    state: str
    customers: int
    """Distinct customers with at least one interval, certain or possible."""
    intervals: int
    open_ended: int
    """Intervals of which no end is known."""
    customers_now: int
    """Customers of whom it is surely true at the end of the history."""
    exact: int
    """Intervals with both ends (where there are any) known to the instant."""
    by_hour: int
    by_day: int
    """Intervals with an end known only to the hour, or only to the day."""
    possible_before: int
    """Intervals that are certain only from an extract on, and possible before it."""
    never_certain: int
    """Intervals that are only ever possible: flags of which not even the day of the extract is known, and stretches
    between two extracts."""
    by_scope: tuple[tuple[str, int], ...]
    """(what it is limited to: channel, brand..., joined by a comma; empty for everything) -> intervals."""


@dataclass(frozen=True)
class OptOutReading:
    """How opt-outs were read, and what the other readings would have made of them."""

    reading: str
    """as_said, channel, company: what an opt-out covers."""
    customers: int
    """Customers who were ever opted out of something."""
    intervals: int
    widened: int
    """Intervals that this reading covers more with than was said."""
    too_narrow: int
    """Ends (opt-ins) that covered only a part of an opt-out, or opt-outs that covered a part of a consent: they ended
    nothing."""


@dataclass(frozen=True)
class SegmentFigures:
    """One segment or stage over time."""

    name: str
    title: str | None
    kind: str
    """segment or stage."""
    condition: str
    sizes: tuple[tuple[str, int], ...]
    """(day of the evaluation, customers in it)."""
    ever: int
    """Distinct customers ever in it."""


@dataclass(frozen=True)
class ScoreCutFigures:
    """Where one score was cut at one evaluation: a customer has one point more for each cut reached."""

    score: str
    day: str
    stated: bool
    cuts: tuple[float, ...]
    """Days since the last purchase: fewer than this; days with a purchase: at least this; value: at least this."""


@dataclass(frozen=True)
class AttributionFigures:
    """How responses of one kind found the contact they are put down to."""

    kind: str
    responses: int
    explicit: int
    """... by naming it."""
    window: int
    """... by the stated window: the last contact that fits."""
    none: int
    """... not at all."""
    lost: int
    """Of those without: they name a contact that the customer never had."""
    days: float | None
    """The window in days; None where none is stated for this kind."""


@dataclass(frozen=True)
class CustomersResult:
    """What is true of the customers of one history."""

    customers: int
    states: tuple[StateFigures, ...]
    opt_outs: OptOutReading
    bounces_untold: int
    """Bounced contacts of which no source says whether the address is dead for good."""
    evaluate: str
    """daily, weekly, monthly: when segments and stages were looked at."""
    evaluations: int
    left_out: int
    """Evaluations before the first, which were too many to make."""
    segments: tuple[SegmentFigures, ...]
    cuts: tuple[ScoreCutFigures, ...]
    """Of the last evaluation."""
    attribution: tuple[AttributionFigures, ...]


@dataclass(frozen=True)
class TrueLine:
    """Something that is true of one customer: a line of a timeline. Instants are local, as dates where only the day is
    known; None where there is none."""

    what: str
    """The state, segment or stage."""
    kind: str
    """state or segment (stages are segments)."""
    since: str | None
    """None: as long as is known."""
    until: str | None
    certain_from: str | None
    """It is only possible before this; `never` where it is only ever possible; None: certain from its beginning."""
    about: tuple[tuple[str, str], ...]
    """(scope, value): what it is limited to. Addresses and accounts are hashed."""
