"""The window before the end that `at_least` looks at, and which of a rule's numbers hold on the last day."""

from datetime import UTC, date, datetime

import pytest

from primum.audit.at_least import asking_rules, bounds, last_whole, window_text
from primum.audit.standing import End
from primum.rules.parse import parse_rules
from primum.words.time import instant_us
from primum.words.windows import parse_window

LAST = date(2026, 4, 15)


def us(*when: int) -> int:
    return instant_us(datetime(*when, tzinfo=UTC))


END = End(us(2025, 1, 1), us(2026, 4, 15, 23), (LAST - date(1970, 1, 1)).days, us(2026, 4, 16))
"""The last day is Wednesday 15 April 2026 in London, in summer time."""


@pytest.mark.parametrize(
    ("window", "start", "after"),
    [
        ("7 days", us(2026, 4, 8, 23), us(2026, 4, 15, 23)),
        ("90 minutes", us(2026, 4, 15, 21, 30), us(2026, 4, 15, 23)),
        ("an hour", us(2026, 4, 15, 22), us(2026, 4, 15, 23)),
        ("1 local days", us(2026, 4, 14, 23), us(2026, 4, 15, 23)),
        ("20 local days", us(2026, 3, 27), us(2026, 4, 15, 23)),  # 27 March lies before the change of the clock
        ("a day", us(2026, 4, 14, 23), us(2026, 4, 15, 23)),
        ("a week", us(2026, 4, 5, 23), us(2026, 4, 12, 23)),
        ("a half-month", us(2026, 3, 31, 23), us(2026, 4, 15, 23)),
        ("a month", us(2026, 3, 1), us(2026, 3, 31, 23)),
        ("a quarter", us(2026, 1, 1), us(2026, 3, 31, 23)),
        ("a year", us(2025, 1, 1), us(2026, 1, 1)),
    ],
)
def test_the_window_is_the_last_before_the_end(window, start, after):
    assert bounds(parse_window(window), END, "Europe/London") == (start, after)


def test_ever_has_no_beginning():
    assert bounds(parse_window("ever"), END, "Europe/London")[0] < us(1900, 1, 1)


def test_a_week_begins_when_the_rule_says():
    sunday = parse_window("a week", None, 6)
    assert last_whole(sunday, date(2026, 4, 16)) == (date(2026, 4, 5), date(2026, 4, 12))
    assert last_whole(parse_window("a week"), date(2026, 4, 13)) == (date(2026, 4, 6), date(2026, 4, 13))


@pytest.mark.parametrize("written", ["7 days", "36 hours", "20 local days", "a month", "an hour", "ever", "1 day"])
def test_a_window_is_told_as_people_write_it(written):
    assert parse_window(window_text(parse_window(written))) == parse_window(written)


class Rules:
    """As much of a law as these questions need."""

    def __init__(self, **keys) -> None:
        self.rules = parse_rules({"rules": {"heard": {"says": "x", "at_least": 2, "within": "30 days", **keys}}}).rules


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ({}, [2]),
        ({"starts": "2026-04-16"}, []),
        ({"starts": "2026-04-15", "ends": "2026-04-15"}, [2]),
        ({"ends": "2026-04-14"}, []),
        ({"except": [{"from": "04-01", "until": "04-15", "at_least": 1}]}, [1]),
        ({"except": [{"from": "11-01", "until": "04-14", "at_least": 1}]}, [2]),
        ({"except": [{"from": "11-01", "until": "04-15", "at_least": 1}]}, [1]),
        ({"except": [{"from": "2026-04-15", "until": "2026-04-20", "never": "always"}]}, []),
    ],
)
def test_the_numbers_of_the_last_day_are_asked_for(keys, asked):
    assert [limit.n for _, _, limit in asking_rules(Rules(**keys), END)] == asked
