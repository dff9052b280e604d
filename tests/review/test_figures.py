"""The few figures a review computes agree with plain counting and with published tables."""

import random

import pytest

from primum.review.rates import longest_closed, open_minutes, per_day
from primum.review.samples import sample_needed


@pytest.mark.parametrize(
    ("expected", "effect", "each"),
    [(0.10, 0.05, 683), (0.50, 0.10, 385), (0.30, 0.10, 354), (0.05, 0.02, 2210)],
)
def test_the_sample_of_two_equal_groups_is_the_text_books(expected: float, effect: float, each: int) -> None:
    """n = (1.95996 + 0.84162)^2 (p1 q1 + p2 q2) / (p1 - p2)^2 a group, worked by hand."""
    reach = 1.959964 + 0.841621
    p1, p2 = expected, expected + effect
    by_hand = reach**2 * (p1 * (1 - p1) + p2 * (1 - p2)) / effect**2
    assert abs(by_hand - each) < 1.0
    needed = sample_needed(expected, effect, 0.5)
    assert needed is not None
    assert abs(needed - 2 * by_hand) <= 1


def test_a_smaller_control_group_takes_more_customers() -> None:
    sizes = [sample_needed(0.2, 0.02, share) or 0 for share in (0.5, 0.2, 0.1, 0.05)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4


def test_the_sample_sees_the_effect_four_times_in_five() -> None:
    """Drawn, not derived: 2,000 tests with the sample that is said to suffice."""
    chance = random.Random(5)
    needed = sample_needed(0.10, 0.05, 0.5)
    assert needed is not None
    n, seen = needed // 2, 0
    for _ in range(2000):
        a = chance.binomialvariate(n, 0.10) if hasattr(chance, "binomialvariate") else _binomial(chance, n, 0.10)
        b = chance.binomialvariate(n, 0.15) if hasattr(chance, "binomialvariate") else _binomial(chance, n, 0.15)
        p, q = a / n, b / n
        spread = ((p * (1 - p) + q * (1 - q)) / n) ** 0.5
        seen += abs(p - q) > 1.959964 * spread
    assert 0.77 < seen / 2000 < 0.83


def _binomial(chance: random.Random, n: int, p: float) -> int:
    """Near enough: the normal approximation, rounded."""
    return max(0, round(chance.gauss(n * p, (n * p * (1 - p)) ** 0.5)))


@pytest.mark.parametrize(("effect", "control"), [(0.0, 0.1), (0.1, 0.0), (0.1, 1.0)])
def test_where_no_sample_would_do_there_is_none(effect: float, control: float) -> None:
    assert sample_needed(0.2, effect, control) is None


@pytest.mark.parametrize(
    ("rate", "a_day"), [("24 per hour", 576), ("500 per day", 500), ("700 per week", 100), ("600 per month", 20)]
)
def test_rates_are_told_by_the_day(rate: str, a_day: float) -> None:
    assert per_day(rate) == pytest.approx(a_day)


def test_the_longest_closed_stretch_is_the_one_counted_minute_by_minute() -> None:
    chance = random.Random(3)
    for _ in range(30):
        week = tuple(
            tuple((s, s + chance.randint(1, 900)) for s in [chance.randint(0, 1300)] if chance.random() < 0.7)
            for _ in range(7)
        )
        is_open = [False] * 10080
        for day, spans in enumerate(week):
            for start, end in spans:
                for minute in range(start, end):
                    is_open[(day * 1440 + minute) % 10080] = True
        assert open_minutes(week) == [m for m, o in enumerate(is_open) if o]
        if any(is_open):
            run = best = 0
            for minute in range(2 * 10080):
                run = 0 if is_open[minute % 10080] else run + 1
                best = max(best, run)
            assert longest_closed(week)[0] == best


def test_the_closed_stretch_begins_when_the_week_ends() -> None:
    """Open on weekdays from 8 to 20: closed from Friday 20:00 for 60 hours."""
    week = (*(((480, 1200),),) * 5, (), ())
    assert longest_closed(week) == (60 * 60, 4 * 1440 + 1200)
