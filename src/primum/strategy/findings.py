"""What the checks of a strategy share: the file they look at, and what they find.

Owns the record of a finding and its place. Refuses to know any check.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from primum.strategy.models import Source, Strategy
from primum.strategy.positions import KeyPath, Positions
from primum.strategy.sentences import complaint
from primum.words.errors import Complaint


def within(path: KeyPath, parts: Set[KeyPath]) -> bool:
    """Whether the path is one of these parts of the file, or lies below one."""
    return any(path[:length] in parts for length in range(len(path) + 1))


@dataclass(frozen=True, slots=True)
class File:
    """A strategy with its positions, and the parts that are known to be wrong."""

    strategy: Strategy
    positions: Positions
    cut: frozenset[KeyPath]

    def has(self, path: KeyPath) -> bool:
        """Whether the file has something there, right or wrong."""
        return self.positions.has(path)

    def is_sound(self, path: KeyPath) -> bool:
        """Whether the file has something there that is not known to be wrong."""
        return self.has(path) and not within(path, self.cut)

    def item(self, path: KeyPath, number: int) -> KeyPath:
        """The path of a list's item; of the list itself where a single text stands for a list."""
        return (*path, number) if self.has((*path, number)) else path

    def sources(self) -> Iterator[tuple[KeyPath, Source]]:
        """Every source with its path."""
        for name, source in self.strategy.data.sources.items():
            yield ("data", "sources", name), source

    def sources_of_known_kind(self) -> Iterator[tuple[KeyPath, Source]]:
        """Every source whose kind is what the file says, not a stand-in."""
        return ((path, source) for path, source in self.sources() if self.is_sound((*path, "kind")))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree, at a path of the file: a mistake, or a warning."""

    path: KeyPath
    what: str
    cure: str
    at_key: bool = False
    is_warning: bool = False


def told(finding: Finding, positions: Positions) -> Complaint:
    """The finding with its place."""
    place = positions.key(finding.path) if finding.at_key else positions.value(finding.path)
    return complaint(place, finding.what, finding.cure)
