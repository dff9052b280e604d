"""Local time in the kernel's tables, held against the zone database asked about every instant."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from primum.rules import clock, doubts
from primum.rules.bind import Signature, bind
from primum.rules.clock import CALENDAR, DAILY, DAY, HOURLY
from primum.rules.compile import compile_rules
from primum.rules.facts import Columns, Intervals, People, Responses, make_facts
from primum.rules.parse import parse_rules
from primum.words.time import EPOCH_DAY, instant_us, offset_us
from rules.compiled import called

ZONES = ["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Asuncion"]
BEGIN, HOUR = instant_us(datetime(2024, 1, 1, tzinfo=UTC)), 3_600_000_000
RULES = {
    "hours": {"says": "x", "at_most": 1, "within": "an hour"},
    "months": {"says": "x", "at_most": 1, "within": "a half-month"},
}
HOURS_AXIS, MONTHS_AXIS = 1, 2
coordinate, first_instant, local_at = map(called, (clock.coordinate, clock.first_instant, clock.local_at))
next_midnight, day_bounds = map(called, (clock.next_midnight, doubts.day_bounds))


@pytest.fixture(scope="module")
def tables():
    """Tables of a batch whose customers live in these zones, over 2024."""
    compiled = compile_rules(parse_rules({"rules": RULES}))
    none, no = np.zeros(0, np.int64), np.zeros(0, bool)
    at, count = np.array([BEGIN, BEGIN + 360 * DAY]), len(ZONES)
    two = np.zeros(2, np.int64)
    columns = Columns(two.astype(np.int32), at, two, two.astype(np.uint8), two.astype(float), two, two - 1, two > 0)
    governed = np.zeros((count, 1), np.uint64)
    people = People(np.arange(count), ZONES, np.arange(count + 1), np.arange(count, dtype=np.int32), governed, governed)
    intervals = Intervals(none.astype(np.int32), none, none, none, {}, no, no, none)
    responses = Responses(none.astype(np.int32), none, {}, {}, no)
    bound = bind(compiled, [Signature("sent", {})], frozenset())
    return make_facts(bound, columns, people, intervals, responses).tables


def local(zone, at):
    return at + offset_us(ZoneInfo(zone), at)


def place(zone, at, kind):
    wall = local(zone, at)
    if kind == HOURLY:
        return at - wall % HOUR
    date = EPOCH_DAY + timedelta(days=int(wall // DAY))
    return wall // DAY if kind == DAILY else (date.year * 12 + date.month - 1) * 2 + (date.day > 15)


def instants(seed):
    """Instants of every kind, and those around which clocks change."""
    choose = Random(seed)
    found = [BEGIN + choose.randrange(330 * DAY) for _ in range(150)]
    for zone in ZONES:
        days = range(BEGIN, BEGIN + 330 * DAY, DAY)
        turns = [t for t in days if offset_us(ZoneInfo(zone), t) != offset_us(ZoneInfo(zone), t + DAY)]
        found += [t + choose.randrange(DAY) for t in turns for _ in range(20)]
    return found


@pytest.mark.parametrize("number", range(len(ZONES)))
def test_what_the_clock_shows(tables, number):
    for at in instants(number):
        assert local_at(tables, at, number) == local(ZONES[number], at)
        for kind, axis in ((HOURLY, HOURS_AXIS), (DAILY, 0), (CALENDAR, MONTHS_AXIS)):
            assert coordinate(tables, at, kind, axis, number) == place(ZONES[number], at, kind)


@pytest.mark.parametrize("number", range(len(ZONES)))
def test_the_first_instant_of_what_comes_next(tables, number):
    """Just before it the place is not reached, at it it is, and nowhere between."""
    for at in instants(number):
        for kind, axis in ((HOURLY, HOURS_AXIS), (DAILY, 0), (CALENDAR, MONTHS_AXIS)):
            target = place(ZONES[number], at, kind) + 1
            found = first_instant(tables, at, target, kind, axis, number)
            assert found > at
            assert place(ZONES[number], found, kind) >= target
            between = [at + (found - 1 - at) * part // 7 for part in range(8)]
            assert all(place(ZONES[number], t, kind) < target for t in between)


@pytest.mark.parametrize("number", range(len(ZONES)))
def test_a_day_has_its_first_and_its_last_instant(tables, number):
    for at in instants(number):
        day = place(ZONES[number], at, DAILY)
        first, last = day_bounds(tables, day, number)
        assert first <= at <= last
        assert {place(ZONES[number], t, DAILY) for t in (first, last)} == {day}
        assert place(ZONES[number], first - 1, DAILY) == day - 1
        assert place(ZONES[number], last + 1, DAILY) == day + 1


@pytest.mark.parametrize("number", range(len(ZONES)))
def test_midnight_comes_no_later_than_the_date_changes(tables, number):
    for at in instants(number):
        found = next_midnight(tables, at, number)
        assert found > at
        assert place(ZONES[number], found - 1, DAILY) == place(ZONES[number], at, DAILY)
