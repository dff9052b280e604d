"""Successive extracts say of every instant what a plain look at the extracts around it says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from primum.customers.days import NO_END, NO_START, begin_of, ends_of_days
from primum.customers.snapshots import Flags, told_by_extracts
from primum.customers.spec import StateSpec
from primum.words.time import US_PER_DAY, day_date

ZONE = "Europe/London"
FIRST = 20_540  # 2026-03-28: the clock goes forward on the day after
HALF = US_PER_DAY // 2


def begin(day):
    return begin_of(day_date(FIRST + day), ZONE)


def flags(rows):
    """Rows (group, day of the extract, since or None)."""
    start = np.array([NO_START if since is None else begin(since) for _, _, since in rows], np.int64)
    known = start != NO_START
    day_end = np.full(len(rows), NO_START, np.int64)
    day_end[known] = ends_of_days(start[known], ZONE) - 1
    count = len(rows)
    return Flags(
        np.zeros(count, np.int64),
        start,
        np.full(count, NO_END),
        np.array([FIRST + day for _, day, _ in rows], np.int64),
        np.array([group for group, _, _ in rows], np.int64),
        np.array(["crm"] * count),
        np.array([ZONE] * count, object),
        day_end,
    )


def spec(extracts, additions=()):
    days = tuple(FIRST + day for day in sorted(extracts))
    return StateSpec({}, "as_said", ZONE, {}, {"crm": days}, {}, frozenset(additions))


def holding(told, groups, group, t):
    """(may hold, surely holds) according to the lines."""
    own = [i for i in range(len(told.row)) if groups[told.row[i]] == group and told.start[i] <= t < told.until[i]]
    return bool(own), any(told.as_of[i] <= t for i in own)


def plain(extracts, shown, t):
    """The same by looking at the extracts before and after an instant; one speaks for the whole of its day."""
    for day in extracts:
        if begin(day) <= t < begin(day + 1):
            return (day in shown, day in shown)
    before = [d in shown for d in extracts if begin(d + 1) <= t][-1:]
    after = [d in shown for d in extracts if begin(d) > t][:1]
    around = before + after
    return any(around), all(around) and bool(before)


EXTRACTS = st.sets(st.integers(0, 8), min_size=1, max_size=5)


@given(
    EXTRACTS.flatmap(lambda e: st.tuples(st.just(sorted(e)), st.lists(st.sets(st.sampled_from(sorted(e))), max_size=3)))
)
def test_a_flag_holds_as_the_extracts_around_an_instant_say(world):
    extracts, shown = world
    rows = [(group, day, None) for group, days in enumerate(shown) for day in [*days, *days]]
    if not rows:
        return
    told = told_by_extracts(flags(rows), spec(extracts))
    groups = [group for group, _, _ in rows]
    for group, days in enumerate(shown):
        for half in range(-2, 24):
            t = begin(0) + half * HALF
            expected = plain(extracts, days, t) if days else (False, False)
            assert holding(told, groups, group, t) == expected, (group, half)


def test_a_dated_flag_that_comes_again_came_again_after_the_extract_without_it():
    told = told_by_extracts(flags([(0, 0, -3), (0, 2, -3)]), spec((0, 1, 2)))
    lines = sorted(zip(told.start.tolist(), told.until.tolist(), told.as_of.tolist(), strict=True))
    assert lines == [(begin(-3), begin(1), NO_START), (begin(2), NO_END, NO_START)]


def test_where_files_only_add_a_flag_stays_and_is_told_once():
    told = told_by_extracts(flags([(0, 0, None), (0, 4, None), (1, 4, None)]), spec((0, 4), {"crm"}))
    lines = sorted(zip(told.start.tolist(), told.until.tolist(), told.as_of.tolist(), strict=True))
    assert lines == [(NO_START, NO_END, begin(0)), (begin(1), NO_END, begin(4))]
