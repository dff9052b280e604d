"""Cutting an export off where tools cut them: at a known number of rows, without a word.

Owns the known lengths and the cut. Refuses to say that it was cut: a reader has to see it.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from primum.demo.batch import VISITED, Batch, Responses

LIMITS: Final = (65_536, 100_000, 1_000_000, 1_048_576)
"""Rows: an old spreadsheet, many tools, many tools, a spreadsheet."""


def limit_of(visits: int) -> int | None:
    """At how many rows an export of so many visits is cut off; None where it is whole."""
    return max((n for n in LIMITS if n < visits), default=None)


def cut(batch: Batch, left: int) -> tuple[Batch, int]:
    """The batch with its first `left` visits, and how many may follow."""
    r = batch.responses
    visits = np.flatnonzero(r.kind == VISITED)
    keep = np.ones(len(r.kind), bool)
    keep[visits[left:]] = False
    kept = Responses(*(getattr(r, name)[keep] for name in Responses.__dataclass_fields__))
    return replace(batch, responses=kept), max(0, left - len(visits))
