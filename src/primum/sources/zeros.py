"""Identifiers that lost their leading zeros, found by comparing files of all sources.

Owns that comparison. Refuses numbers that were never of one width.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from primum.sources.warnings import AS_TEXT, SourceWarning
from primum.words.masking import masked_file

ENOUGH: Final = 20
"""Values below which the form of a column says nothing."""
NEARLY: Final = 0.95


@dataclass(frozen=True)
class Digits:
    """How the digit-only values of an identifier are written in one file: values by length, and leading zeros."""

    source: str
    file: str
    column: str
    kind: str
    filled: int
    zeros: int
    lengths: dict[int, int]
    shortest: str | None
    """The form of one of the shortest, masked."""


def eaten_zeros(found: Iterable[Digits]) -> list[SourceWarning]:
    """Identifiers that lost their leading zeros: elsewhere the same kind has one width, some beginning with 0.

    A file is suspected when none of its values begins with 0, none is wider, and some are narrower than that width.
    """
    by_kind: dict[str, list[Digits]] = defaultdict(list)
    for d in found:
        if sum(d.lengths.values()) >= max(ENOUGH, NEARLY * d.filled):
            by_kind[d.kind].append(d)
    warnings = []
    for own in by_kind.values():
        fixed = [d for d in own if (width := _width(d)) >= 4 and d.zeros >= max(1, d.lengths[width] // 1000)]
        for d in own:
            pattern = next((f for f in fixed if _width(f) >= max(d.lengths)), None)
            short = sum(n for length, n in d.lengths.items() if pattern and length < _width(pattern))
            if pattern is None or d.zeros or d in fixed or not 5 <= short <= 0.5 * d.filled:
                continue
            what = (
                f"{short:,} values are shorter than the {_width(pattern)} digits of {pattern.column} in"
                f" {masked_file(pattern.file)}, where some begin with 0: their leading zeros are lost, and they match"
                " nobody"
            )
            warnings.append(
                SourceWarning("eaten_zeros", d.source, d.file, d.column, short, d.filled, d.shortest, what, AS_TEXT)
            )
    return warnings


def _width(d: Digits) -> int:
    """The one length that nearly all values have; 0 where there is none."""
    length = max(d.lengths, key=lambda n: d.lengths[n])
    return length if d.lengths[length] >= NEARLY * sum(d.lengths.values()) else 0
