"""The definitions of the truth, on cases small enough to see."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from primum.demo.batch import DAY, START, local_day, minute
from primum.demo.counting import Counting, busiest, most_at_once
from primum.demo.planted import Plan, message
from primum.demo.truth import Truth

WEEK = 7 * DAY
NEWS, NOTICE = message("weekly-newsletter"), message("outage-notice")
SOLAR, BOILER = message("solar-launch"), message("spring-boiler-service")


def _truth(plan: Plan) -> Truth:
    counting = Counting()
    counting.add(plan.batch(0))
    return counting.truth(0, 0)


def test_a_window_of_seven_days_ends_before_the_same_minute() -> None:
    assert busiest([0, WEEK - 1], WEEK) == 2
    assert busiest([0, WEEK], WEEK) == 1
    assert busiest([0, 5, 10, WEEK + 4], WEEK) == 3
    assert busiest([], WEEK) == 0


def test_closed_intervals_that_touch_are_live_at_once() -> None:
    assert most_at_once([(0, 5), (5, 9)]) == 2
    assert most_at_once([(0, 5), (6, 9)]) == 1


def test_local_time_is_that_of_london() -> None:
    zone = ZoneInfo("Europe/London")
    for day in (0, 82, 83, 84, 150):
        for of_day in (0, 10, 150, 720, 1430):
            at = int(minute(day, of_day))
            start = datetime(START.year, START.month, START.day, tzinfo=ZoneInfo("UTC")).timestamp()
            there = datetime.fromtimestamp(start + 60 * at, zone)
            assert (there.hour * 60 + there.minute, (there.date() - START).days) == (of_day, day)
            assert int(local_day(np.array([at]))[0]) == day


def test_a_repeat_needs_less_than_seven_days() -> None:
    plan = Plan()
    for gap in (WEEK - 1, WEEK):
        person = plan.person()
        plan.contact(person, 20, "09:00", NEWS)
        plan.later(person, 20, "09:00", NEWS, gap)
    assert _truth(plan).duplicates.gaps == {WEEK - 1: 1}


def test_departments_meet_on_a_local_day() -> None:
    plan = Plan()
    apart, together = plan.person(), plan.person()
    plan.contact(apart, 120, "23:50", NEWS)
    plan.contact(apart, 121, "00:10", NOTICE)
    plan.contact(together, 120, "00:10", NOTICE)
    plan.contact(together, 120, "23:50", NEWS)
    assert _truth(plan).meetings.pairs == {("marketing", "service"): (1, 1)}


def test_offers_are_live_to_the_end_of_their_last_day() -> None:
    plan = Plan()
    for later in (5, 6):
        person = plan.person()
        plan.contact(person, 20, "09:00", SOLAR, valid=5)
        plan.contact(person, 20 + later, "23:00", BOILER, valid=3)
    assert _truth(plan).offers.pairs == 1


def test_quantiles_are_nearest_rank() -> None:
    plan = Plan()
    for contacts in (1, 1, 2, 3):
        person = plan.person()
        for i in range(contacts):
            plan.contact(person, 20, f"{9 + i:02d}:00", message("weekly-newsletter", i))
    pressure = _truth(plan).pressure
    assert [pressure.week(s) for s in (0.5, 0.75, 0.9, 0.99)] == [1, 2, 3, 3]
    assert pressure.above(1) == 2
    assert pressure.top_one_percent_contacts == 3
