"""Small promises of the page: what a line of a timeline says, whole numbers on axes, keys of the strategy as code."""

import re
from dataclasses import replace

import pytest

from primum.report import charts
from primum.report.cells import days
from primum.report.html import told
from primum.report.names import Names

from . import sample


def shown(*lines):
    """The lines of the one day that these make."""
    (day,) = days(Names(sample.full()), lines)
    return day.lines


def redeemed(row: int, what: str = "campaign 13"):
    made = sample.line("2025-11-13", "09:00", "marketing", None, row=row, communication=what)
    return replace(made, department=None, channel=None, purpose=None, subject=None, response="redeemed")


def test_a_response_has_no_sender():
    (line,) = shown(redeemed(7))
    assert (line.sender, line.kind) == ("", "response")


def test_a_contact_without_a_sender_says_so():
    unknown = replace(sample.line("2025-11-13", "09:00", "marketing", "News"), department=None, channel=None)
    (line,) = shown(unknown)
    assert line.sender == "not recorded"


def test_responses_that_say_the_same_are_one_line_and_counted():
    lines = shown(redeemed(838), redeemed(847, "campaign 11"), redeemed(848), redeemed(849))
    assert [(line.message, line.tags[-1]) for line in lines] == [
        ("campaign 13", "3 times"),
        ("campaign 11", "customer redeemed"),
    ]
    assert lines[0].origin.endswith("row 838 and 2 more")


def test_contacts_that_say_the_same_stay_apart():
    twice = [sample.line("2025-11-13", "09:00", "marketing", "News", row=row) for row in (1, 2)]
    assert len(shown(*twice)) == 2


@pytest.mark.parametrize(
    ("places", "ticks"), [((1, 2), range(1, 11)), ((3,), range(3, 13)), ((1, 30), range(1, 31, 3))]
)
def test_axes_of_whole_numbers_have_whole_numbers(places, ticks):
    points = [charts.Point(at, 5.0, "five") for at in places]
    drawing = charts.chart("T", "D", charts.columns(points, "contacts", "customers")).wide
    written = [int(n) for n in re.findall(r">(\d+)</text>", drawing)]
    assert [n for n in written if n in ticks][: len(ticks)] == list(ticks)


def test_keys_of_the_strategy_are_code_and_everything_else_is_escaped():
    assert told("Map `content` (a <b>).") == "Map <code>content</code> (a &lt;b&gt;)."
    assert told("`<script>`") == "<code>&lt;script&gt;</code>"
    assert told("an odd ` stays") == "an odd ` stays"


def test_a_day_stands_on_one_line_with_its_month():
    assert told("between 6 January 2025 and 2 Jul") == "between 6&nbsp;January 2025 and 2&nbsp;Jul"
    assert told("6 Marching bands, 2025 May") == "6 Marching bands, 2025 May"
