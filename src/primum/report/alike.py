"""Blind spots that differ in their source and their count alone are told together.

Owns the grouping, for the page and for the terminal. Refuses to reorder what is not alike.
"""

from itertools import groupby

from primum.audit.results import BlindSpot
from primum.report.phrases import listed, name, number


def together(spots: tuple[BlindSpot, ...] | list[BlindSpot]) -> list[list[BlindSpot]]:
    """Groups of alike spots, in the order in which the first of each comes."""
    order = {kind: i for i, kind in reversed(list(enumerate(_alike(s) for s in spots)))}
    sorted_spots = sorted(spots, key=lambda s: order[_alike(s)])
    return [list(group) for _, group in groupby(sorted_spots, key=_alike)]


def _alike(spot: BlindSpot) -> tuple[str, str, str, str, str]:
    return (spot.kind, spot.what, spot.unit, spot.effect, spot.cure)


def places(alike: list[BlindSpot]) -> str:
    """`in esp; also calls 53, letters 27`; empty where no source is named."""
    first = alike[0]
    more = [f"{name(s.source or '')} {number(s.count)}" for s in alike[1:]]
    where = f"in {name(first.source)}" if first.source else ""
    return "; ".join(part for part in (where, f"also {listed(more, 6)}" if more else "") if part)
