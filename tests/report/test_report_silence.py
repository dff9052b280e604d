"""Silence, groups and the ten customers on the page and in the terminal: what is found, none, or not checkable."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from primum.audit.edition import edition
from primum.report.as_json import from_json, json_schema, to_json
from primum.report.html import render_html
from primum.report.terminal import print_summary

from . import sample
from .sample_silence import hostile, with_silence
from .test_report_html import Page


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_html(with_silence(sample.full())))


def test_the_section_tells_found_from_none_and_from_not_checkable(page: Page) -> None:
    for text in (
        "412",
        "because no source supplies the segment vip.",
        "None of 1,204 is unanswered; 4 not yet 7 days old.",
        "611 first purchases with no welcome",
        "because no source supplies when contracts renew.",
        "7,044",
        "because no source tells of dead addresses.",
        "8,200 (82% of 10,000 customers)",
    ):
        assert text in page.said, text


def test_the_lines_of_the_ten_say_what_they_are_against(page: Page) -> None:
    for text in ("Nobody who has opted out is advertised to.", "never-event", "Nobody has answered this complaint"):
        assert text in page.said
    assert "a message that should never have been sent" in page.said


def test_reasons_without_anybody_are_said() -> None:
    result = with_silence(sample.full())
    quiet = replace(result, worst=tuple(replace(w, why=("pressure",)) for w in result.worst))
    said = Page(render_html(quiet)).said
    assert said.count("Nobody here for") == 3


def test_groups_are_told_without_blame(page: Page) -> None:
    assert "top fifth" in page.said
    assert "this compares and does not explain" in page.said
    assert "because the strategy declares no lifecycle stages." in page.said


def test_hostile_words_stand_as_text() -> None:
    turn = iter(range(10**6))
    result = hostile(sample.full(), lambda: sample.HOSTILE[next(turn) % len(sample.HOSTILE)])
    page = Page(render_html(result))
    assert "<script>alert(1)</script>" in page.said
    assert from_json(to_json(result)) == result


def test_json_says_what_every_field_means() -> None:
    schema = json_schema()
    assert schema["$defs"]["Questions"]["description"].startswith("What customers asked")
    assert "reachable" in schema["$defs"]["ReachFigures"]["properties"]


def test_the_terminal_says_it_in_one_line() -> None:
    text = StringIO()
    print_summary(with_silence(sample.full()), Console(file=text, width=400), None)
    assert "31 complaints unanswered; 611 customers without a welcome; 390 good customers unheard" in text.getvalue()


def test_an_edition_tells_of_others_messages_nothing_but_that_they_came() -> None:
    whole = with_silence(sample.full())
    told = edition(whole, "sales")
    assert told.silence.questions == whole.silence.questions
    assert [rule.owner for rule in told.silence.rules] == [None] * 3
    assert told.silence.owed[0].communications == ()
    lines = [line for w in told.worst for line in w.person.timeline]
    strange = [line for line in lines if line.department != "sales"]
    assert {mark.kind for line in strange for mark in line.marks} <= {"silence"}
    clashes = {m.text for line in lines for m in line.marks if m.kind == "clash"}
    assert clashes <= {"On the same day as another department's message."}
    assert told.by_segment == whole.by_segment
