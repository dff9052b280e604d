"""Which texts are nearly the same: the search finds what measuring every pair finds, at the stated threshold."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from primum.audit import likeness
from primum.audit.likeness import THRESHOLD, alike, differences, pieces

WORDS = (
    "save bill solar panel offer weekly news price energy heat pump boiler service meter reading free "
    "today last days your new tariff cheaper night charge car home garden invite friend survey order "
    "parcel delivery visit engineer slot thank you reminder payment due "
).split()


def texts_with_variants(seed: int, originals: int) -> list[str]:
    """Made-up subjects, each with variants in which a word or two is another, left out, or put in."""
    chance = random.Random(seed)
    found = set()
    for _ in range(originals):
        words = [chance.choice(WORDS) for _ in range(chance.randint(3, 9))]
        found.add(" ".join(words))
        for _ in range(3):
            other = list(words)
            for _ in range(chance.randint(1, 2)):
                place, what = chance.randrange(len(other)), chance.random()
                if what < 0.4:
                    other[place] = chance.choice(WORDS)
                elif what < 0.7 and len(other) > 2:
                    del other[place]
                else:
                    other.insert(place, chance.choice(WORDS))
            found.add(" ".join(other))
    return sorted(found)


def every_pair(texts: list[str]) -> dict[tuple[int, int], float]:
    measured = {(i, j): fuzz.ratio(texts[i], texts[j]) for i, j in combinations(range(len(texts)), 2)}
    return {pair: share for pair, share in measured.items() if share >= THRESHOLD}


@pytest.mark.parametrize("exact", [10_000, 0], ids=["every pair", "likely pairs"])
def test_the_search_finds_exactly_the_pairs_that_measuring_all_finds(exact, monkeypatch):
    monkeypatch.setattr(likeness, "EXACT", exact)
    for seed in (1, 2):
        texts = texts_with_variants(seed, 120)
        expected = every_pair(texts)
        assert len(expected) > 100
        found = alike(texts)
        assert {(a, b): share for a, b, share in found} == pytest.approx(expected)
        assert found == sorted(found)


def test_blocks_do_not_matter(monkeypatch):
    texts = texts_with_variants(3, 30)
    whole = alike(texts)
    monkeypatch.setattr(likeness, "_BLOCK", 7)
    assert alike(texts) == whole


@pytest.mark.parametrize("exact", [10_000, 0])
@pytest.mark.parametrize("texts", [[], ["one text alone"], ["a", "b"]])
def test_few_or_short_texts_are_no_trouble(texts, exact, monkeypatch):
    monkeypatch.setattr(likeness, "EXACT", exact)
    assert alike(texts) == []


def test_pieces_are_three_letters_with_a_blank_around():
    assert pieces("abc") == [b" ab", b"abc", b"bc "]
    assert pieces("") == [b"  "]


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.lists(st.sampled_from(WORDS), max_size=8))
def test_pieces_of_a_difference_make_up_the_texts_and_agree_where_unmarked(a, b):
    left, right = differences(" ".join(a), " ".join(b))
    assert " ".join(piece for piece, _ in left) == " ".join(a)
    assert " ".join(piece for piece, _ in right) == " ".join(b)
    assert [p for p, differs in left if not differs] == [p for p, differs in right if not differs]


def test_what_differs_is_marked_word_by_word():
    left, right = differences("Save 20% by Friday evening", "Save 20% by Friday morning now")
    assert left == (("Save 20% by Friday", False), ("evening", True))
    assert right == (("Save 20% by Friday", False), ("morning now", True))
