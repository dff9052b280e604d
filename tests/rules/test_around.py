"""Runs of contacts around an instant, held against a count of every window there is."""

from itertools import product
from random import Random

import numpy as np
import pytest

from primum.rules import around
from primum.rules.layout import LONG_AGO
from rules.compiled import called

insert, latest_run, latest_set = map(called, (around.insert, around.latest_run, around.latest_set))


def memory_of(things):
    memory, count = np.zeros(2 * len(things) + 2, np.int64), 0
    for place, what in things:
        count = insert(memory, 0, count, place, what)
    return memory, count


def breaks(things, n, x, width, distinct):
    """Whether some window that holds x holds n of them, or n values."""
    for start in range(x - width + 1, x + 1):
        inside = [what if distinct else i for i, (place, what) in enumerate(things) if start <= place < start + width]
        if len(set(inside)) >= n:
            return True
    return False


def first_free(things, n, x, width, distinct):
    return next(y for y in range(x, x + 100) if not breaks(things, n, y, width, distinct))


def leapt(things, n, x, width, distinct):
    """The first free place as the kernel finds it: leap after leap."""
    memory, count = memory_of(things)
    find = latest_set if distinct else latest_run
    while (latest := find(memory, 0, count, n, x, width)) != LONG_AGO:
        x = latest + width
    return x


def test_places_are_inserted_in_order():
    memory, count = memory_of([(5, 1), (2, 2), (9, 3), (2, 4)])
    assert count == 4
    assert memory[0:8:2].tolist() == [2, 2, 5, 9]


@pytest.mark.parametrize(("n", "distinct"), list(product((1, 2, 3), (False, True))))
def test_leaping_finds_the_first_free_place(n, distinct):
    choose = Random(n)
    bitten = 0
    for _ in range(300):
        things = [(choose.randrange(30), choose.randrange(4)) for _ in range(choose.randrange(10))]
        x, width = choose.randrange(30), choose.choice((1, 2, 5, 8))
        free = first_free(things, n, x, width, distinct)
        bitten += free != x
        assert leapt(things, n, x, width, distinct) == free
    assert bitten > 15
