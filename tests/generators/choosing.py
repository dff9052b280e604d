"""Where made-up cases get their choices from: Hypothesis, which shrinks what fails, or a seed, which is fast.

Owns nothing else: `generators.cases` is written once against these few verbs.
"""

import os
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("PRIMUM_EXAMPLES", "0"))
"""How many cases each claim is tried on; 0 for the small number that every run affords."""


class Choosing:
    """Choices by a function that picks one of several."""

    def __init__(self, pick: Callable[[Sequence[Any]], Any]) -> None:
        self.pick = pick

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred."""
        return bool(self.pick(range(100)) >= 100 - percent)

    def some(self, things: Sequence[Any], most: int) -> list[Any]:
        """Up to so many of them, each at most once."""
        left, chosen = list(things), []
        for _ in range(self.pick(range(most + 1))):
            if left:
                chosen.append(left.pop(self.pick(range(len(left)))))
        return chosen

    def times(self, least: int, most: int) -> range:
        """A number of rounds."""
        return range(self.pick(range(least, most + 1)))


def by_seed(seed: int) -> Choosing:
    """Choices of a seeded generator."""
    return Choosing(Random(seed).choice)


@st.composite
def made_by(draw: Any, make: Callable[[Choosing], Any]) -> Any:
    """What `make` makes of choices that Hypothesis draws, and shrinks."""
    return make(Choosing(lambda things: draw(st.sampled_from(things))))


def tried(small: int) -> Any:
    """Settings of a claim: small and the same every time, or large by PRIMUM_EXAMPLES."""
    return settings(
        max_examples=EXAMPLES or small,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
