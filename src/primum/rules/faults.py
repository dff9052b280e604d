"""What is wrong with rules: gathered first, told together.

Owns the record of a fault and how it becomes a complaint with a place. Refuses to know what a rule may say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from primum.strategy.positions import KeyPath, Place
from primum.words.errors import Complaint


class Places(Protocol):
    """Where keys and values stand (`strategy.positions.Positions` is one)."""

    def key(self, path: KeyPath) -> Place:
        """The place of the key; of the nearest thing around it where it has none."""

    def value(self, path: KeyPath) -> Place:
        """The place of the value."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Places of data that came from no file."""

    name: str = "rules"

    def key(self, path: KeyPath) -> Place:
        """No place is known."""
        return Place(self.name, 0, 0)

    value = key


@dataclass(frozen=True, slots=True)
class Below:
    """Places of a part of a file, by paths that begin at that part."""

    places: Places
    above: KeyPath

    def key(self, path: KeyPath) -> Place:
        """The place of the key."""
        return self.places.key((*self.above, *path))

    def value(self, path: KeyPath) -> Place:
        """The place of the value."""
        return self.places.value((*self.above, *path))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (or doubtful), at a path of the data."""

    path: KeyPath
    what: str
    cure: str = ""
    at_key: bool = False

    def complaint(self, places: Places) -> Complaint:
        """The fault with its place."""
        place = places.key(self.path) if self.at_key else places.value(self.path)
        return Complaint(place.file, place.line, place.column, self.what, self.cure)


@dataclass(slots=True)
class Faults:
    """A list of faults that grows while data is read."""

    found: list[Fault] = field(default_factory=list)

    def add(self, path: KeyPath, what: str, cure: str = "", *, at_key: bool = False) -> None:
        """One more."""
        self.found.append(Fault(path, what, cure, at_key))

    def __len__(self) -> int:
        return len(self.found)


def complaints(faults: Iterable[Fault], places: Places) -> list[Complaint]:
    """The faults as complaints."""
    return [fault.complaint(places) for fault in faults]
