"""A contact that was recorded here and found again in the sender's export is one contact.

Owns how they are matched: by reservation where the export tells it, else by customer, channel, communication and an
instant within a tolerance, the nearest pairs first, each contact once. Refuses resemblance beyond that: what is left
over on either side is counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Id = tuple[str, str]
TOLERANCE: Final = 5 * 60_000_000
"""Microseconds that the sender's clock may differ, and a send may take."""


@dataclass(frozen=True, slots=True)
class Side:
    """One contact as one side knows it: `id` is its source and its id there."""

    id: Id
    customer: str
    channel: str | None
    communication: str | None
    at: int
    reservation: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Two that are one. `by`: reservation or likeness; `apart`: microseconds between them."""

    ours: Id
    theirs: Id
    by: str
    apart: int


def match(ours: Sequence[Side], theirs: Sequence[Side], tolerance: int = TOLERANCE) -> list[Match]:
    """Every pair that is one contact, in the order of `theirs`."""
    found = _by_reservation(ours, theirs)
    left_ours = [o for o in ours if o.id not in {m.ours for m in found}]
    left_theirs = [t for t in theirs if t.id not in {m.theirs for m in found}]
    found += _by_likeness(left_ours, left_theirs, tolerance)
    place = {t.id: n for n, t in enumerate(theirs)}
    return sorted(found, key=lambda m: place[m.theirs])


def _by_reservation(ours: Iterable[Side], theirs: Iterable[Side]) -> list[Match]:
    known = {o.reservation: o for o in ours if o.reservation is not None}
    found = []
    for their in theirs:
        own = known.pop(their.reservation, None) if their.reservation is not None else None
        if own is not None:
            found.append(Match(own.id, their.id, "reservation", abs(own.at - their.at)))
    return found


def _by_likeness(ours: Iterable[Side], theirs: Iterable[Side], tolerance: int) -> list[Match]:
    """The nearest pairs first; ties by their order in time, then by how they stand."""
    alike: dict[tuple[str | None, ...], list[Side]] = defaultdict(list)
    for own in ours:
        alike[own.customer, own.channel, own.communication].append(own)
    pairs = [
        (abs(own.at - their.at), their.at, own.at, n, k, own, their)
        for n, their in enumerate(theirs)
        for k, own in enumerate(alike.get((their.customer, their.channel, their.communication), ()))
        if abs(own.at - their.at) <= tolerance
    ]
    found: list[Match] = []
    used: set[Id] = set()
    taken: set[Id] = set()
    for apart, _, _, _, _, own, their in sorted(pairs, key=lambda p: p[:5]):
        if own.id not in used and their.id not in taken:
            used.add(own.id)
            taken.add(their.id)
            found.append(Match(own.id, their.id, "likeness", apart))
    return found
