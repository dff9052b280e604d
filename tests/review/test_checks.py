"""Every check of the review is tripped by one change of a sound strategy, at the line where it is to be mended."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from primum.app.rules import check_text
from primum.review.remarks import Setting, Volume, checks
from primum.review.results import Remark
from primum.review.run import review
from primum.strategy.case_text import read_case_text

HERE = Path(__file__).parent
SOUND = (HERE / "sound.yaml").read_text(encoding="utf-8")
TODAY = date(2026, 9, 1)
STATES = frozenset({"agreed", "left"})


def remarks(text: str, volumes: tuple[Volume, ...] = (), as_of: date | None = TODAY) -> list[Remark]:
    checked = check_text(text, "s.yaml")
    return list(review(Setting(checked.loaded, checked.rules, volumes, as_of, STATES)).remarks)


def changed(*changes: tuple[str, str]) -> str:
    text = SOUND
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_a_sound_strategy_is_silent() -> None:
    assert remarks(SOUND) == []


CASES = read_case_text((HERE / "trips.yaml").read_text(encoding="utf-8"), "trips.yaml").data


def tripped(case: dict[str, Any]) -> str:
    if "without" in case:
        return without(case["without"])
    return changed(*((change["from"], change["to"]) for change in case["change"]))


def without(facet: str) -> str:
    """The sound strategy without a facet."""
    lines = SOUND.splitlines(keepends=True)
    first = lines.index(f"{facet}:\n")
    rest = next(n for n in range(first + 1, len(lines)) if lines[n][0].isalpha())
    return "".join(lines[:first] + lines[rest:])


@pytest.mark.parametrize(("code", "number"), [(code, n) for code, cases in CASES.items() for n in range(len(cases))])
def test_a_check_is_tripped_where_it_is_to_be_mended(code: str, number: int) -> None:
    case = CASES[code][number]
    text = tripped(case)
    found = [r for r in remarks(text) if r.code == code]
    line = text[: text.index(case["at"])].count("\n") + 1
    assert [r.complaint.line for r in found] == [line], [str(r) for r in remarks(text)]


def test_every_check_has_a_case_that_trips_it() -> None:
    assert set(CASES) == set(checks())


def test_every_remark_says_why_and_how() -> None:
    for code, cases in CASES.items():
        for remark in remarks(tripped(cases[0])):
            c = remark.complaint
            assert all(part.endswith((".", "?")) for part in (c.what, remark.why, c.cure)), code


ROOM = "  room:\n    says: Two.\n    to: {purpose: marketing}\n    at_most: 2\n    within: 7 days\n"


@pytest.mark.parametrize(
    ("tighter", "leaves_room"),
    [(ROOM, True), (ROOM.replace("2", "4"), False), (ROOM.replace("7 days", "2 days"), False), ("", False)],
)
def test_caps_leave_room_where_the_less_important_have_a_tighter_one(tighter: str, leaves_room: bool) -> None:
    text = changed(
        ("use: [common-decency]\n", ""),
        ("to: {purpose: marketing}\n    at_most: 2", "to: {purpose: [marketing, service]}\n    at_most: 4"),
        ("  few-calls:", f"{tighter}  few-calls:"),
    )
    assert [r.code for r in remarks(text)] == ([] if leaves_room else ["cap-without-headroom"])


def test_a_rule_that_only_monitors_makes_nothing_impossible() -> None:
    late = "    between: '08:00-12:00'\n  late: {says: L., mode: shadow, to: {channel: call}, between: '12:00-20:00'}\n"
    assert remarks(changed(("    at_most: 1\n    within: 2 days\n", late))) == []


@pytest.mark.parametrize(("service", "is_told"), [(200, False), (201, True)])
def test_a_fifth_of_what_the_history_counts_may_come_first(service: int, is_told: bool) -> None:
    volumes = (Volume({"purpose": "service"}, service), Volume({"purpose": "marketing"}, 1000 - service))
    found = [r for r in remarks(SOUND, volumes) if r.code == "first-priority-crowded"]
    assert bool(found) is is_told
    assert all("20% of all contacts in the history" in r.complaint.what for r in found)


def test_without_a_day_no_review_is_past() -> None:
    assert remarks(changed(("review: 2027-01-15", "review: 2020-08-31")), as_of=None) == []
