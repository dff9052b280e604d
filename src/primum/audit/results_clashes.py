"""What an audit finds where departments clash at one customer, as frozen records (a part of `audit.results`)."""

from dataclasses import dataclass

from primum.audit.results_lines import ContactLine


@dataclass(frozen=True)
class ClashPair:
    """Two communications that met at customers."""

    first: str | None
    first_department: str | None
    again: str | None
    again_department: str | None
    times: int
    customers: int | None
    """None only in a department's edition, for several pairs together."""


@dataclass(frozen=True)
class ClashCell:
    """Two departments on one local day at one customer: a cell of the matrix, with the pairs that make most of it."""

    a: str | None
    b: str | None
    customer_days: int
    pairs: tuple[ClashPair, ...]
    """The ten that met on most customer-days; a day with several pairs counts for each."""
    pairs_in_all: int


@dataclass(frozen=True)
class SameSubject:
    """One topic (or product) advertised by two departments to one customer within less than `window_days`.

    Counted is each pushed, received contact of class marketing or sales whose nearest earlier one on the subject by
    another department lies within the window.
    """

    subject: str = "topic"
    """topic or product."""
    window_days: int = 7
    checked: int = 0
    """Contacts that name their subject; 0: no source supplies it, and nothing could be checked."""
    unchecked: int = 0
    """Contacts of these classes that do not."""
    times: int = 0
    customers: int = 0
    cost: float | None = None
    """Of the later contacts; None where no costs are known."""
    subjects: tuple[tuple[str, int], ...] = ()
    """(topic or product, times), most first; at most 20."""
    pairs: tuple[ClashPair, ...] = ()
    """By pair of communications, most first; at most 50."""


@dataclass(frozen=True)
class ContradictionExample:
    """Two live offers of one product to one customer, on other terms."""

    customer: str
    differs: tuple[tuple[str, str, str], ...]
    """(price, terms or discount; what the first says; what the other says)."""
    first: ContactLine
    again: ContactLine


@dataclass(frozen=True)
class Contradictions:
    """Live offers of one product to one customer that differ in price, terms or discount, where both say it."""

    attributes: tuple[str, ...] = ()
    """Which of the three the sources supply; none: nothing could be checked."""
    product_known: bool = False
    checked: int = 0
    """Offers with a validity, a product and one of the attributes."""
    times: int = 0
    customers: int = 0
    cost: float | None = None
    """Of the later offers."""
    pairs: tuple[ClashPair, ...] = ()
    examples: tuple[ContradictionExample, ...] = ()


@dataclass(frozen=True)
class Clashes:
    """Where departments clash at one customer: who meets whom with what, one subject from two, contradictory offers."""

    matrix: tuple[ClashCell, ...] = ()
    same_topic: SameSubject = SameSubject()
    same_product: SameSubject = SameSubject("product")
    contradictions: Contradictions = Contradictions()
