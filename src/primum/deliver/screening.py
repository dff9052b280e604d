"""Screening a list: every row asked for, in batches, and none of them lost.

Owns what becomes of each row: allowed, held with reasons, or not usable. The same customer twice in a list is asked for
once. Refuses to decide, and to know how an identifier becomes a customer: the `Asker` says both.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from primum.words.decisions import Verdict

BATCH: Final = 2_000
"""Questions in one transaction."""
Outcome = Literal["allowed", "held", "unusable"]
TWICE: Final = "The same customer stands in this list already"


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is for. Instants in microseconds UTC; `at`: for when it is judged."""

    list: str
    communication: str
    channel: str
    department: str
    at: int
    valid_until: int
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an identifier names; `fault`: why it names nobody. `known`: whether anything is known of them."""

    customer: str = ""
    known: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `id` is the contact's own."""

    id: str
    customer: str


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `says`: reasons as a department may read them; `again`: how often it was asked before its time."""

    decision: Verdict
    until: int | None = None
    says: tuple[str, ...] = ()
    reservation: str | None = None
    again: int = 0


class Asker(Protocol):
    """Who answers."""

    def named(self, identifiers: Sequence[str]) -> Sequence[Named]:
        """Whom each identifier names."""

    def ask(self, asked: Sequence[Asked]) -> Sequence[Told]:
        """The answer to each question, in their order, each as if those before it had been answered."""


@dataclass(slots=True)
class Row:
    """What became of a row."""

    customer: str
    outcome: Outcome
    until: int | None = None
    says: tuple[str, ...] = ()
    reservation: str | None = None


@dataclass
class Screened:
    """A screened list: its rows in their order, and what is counted.

    `unknown`: customers of whom nothing is known; `again`: customers asked for again before the time that was told;
    `until_yes`: those of them who are allowed now.
    """

    order: Order
    rows: list[Row] = field(default_factory=list)
    unknown: int = 0
    again: int = 0
    until_yes: int = 0

    def count(self, outcome: Outcome) -> int:
        """How many rows it became of."""
        return sum(row.outcome == outcome for row in self.rows)

    def places(self, outcome: Outcome) -> list[int]:
        """The places of these rows, from 0."""
        return [place for place, row in enumerate(self.rows) if row.outcome == outcome]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why rows are held, most frequent first; a row may be held for several reasons."""
        counted = Counter(_alike(said) for row in self.rows if row.outcome == "held" for said in row.says)
        return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _alike(said: str) -> str:
    return f"{TWICE}." if said.startswith(TWICE) else said


def screen(identifiers: Sequence[str | None], numbers: Sequence[int], order: Order, asker: Asker) -> Screened:
    """Screen a list.

    Args:
        identifiers: of each row; None or empty where the cell is.
        numbers: of each row in its file.
    """
    found = Screened(order)
    first: dict[str, int] = {}
    for begin in range(0, len(identifiers), BATCH):
        own = range(begin, min(begin + BATCH, len(identifiers)))
        named = asker.named([identifiers[i] or "" for i in own])
        rows = [_placed(name, numbers[i], first) for name, i in zip(named, own, strict=True)]
        found.unknown += sum(row.outcome == "allowed" and not name.known for row, name in zip(rows, named, strict=True))
        _answer(rows, [numbers[i] for i in own], asker, found)
        found.rows += rows
    return found


def _placed(name: Named, number: int, first: dict[str, int]) -> Row:
    """A row before anybody is asked; who stands in the list already is held."""
    if name.fault:
        return Row("", "unusable", says=(name.fault,))
    if first.setdefault(name.customer, number) != number:
        return Row(name.customer, "held", says=(f"{TWICE} (row {first[name.customer]:,}).",))
    return Row(name.customer, "allowed")


def _answer(rows: list[Row], numbers: list[int], asker: Asker, found: Screened) -> None:
    open_rows = [(row, number) for row, number in zip(rows, numbers, strict=True) if row.outcome == "allowed"]
    told = asker.ask([Asked(contact_id(found.order.list, n), row.customer) for row, n in open_rows])
    for (row, _), answer in zip(open_rows, told, strict=True):
        row.outcome = "allowed" if answer.decision == "allow" else "held"
        row.until, row.says, row.reservation = answer.until, answer.says, answer.reservation
        found.again += answer.again > 0
        found.until_yes += answer.again > 0 and row.outcome == "allowed"


def contact_id(list_id: str, number: int) -> str:
    """The department's id of the contact that a row of a list would become."""
    return f"{list_id}:{number}"


def in_batches(length: int) -> Iterator[slice]:
    """Slices of a batch each."""
    for begin in range(0, length, BATCH):
        yield slice(begin, begin + BATCH)
