"""Formatting never misleads, and foreign text never gets through raw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.report import phrases


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.00004, "<0.1%"), (0.0123, "1.2%"), (0.0996, "10%"), (0.5, "50%"), (0.998, "99.8%"),
     (0.9999, ">99.9%"), (1, "100%")],
)  # fmt: skip
def test_a_percentage_never_rounds_something_to_nothing_or_to_all(share: float, text: str) -> None:
    assert phrases.percent(share) == text


@given(st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True))
def test_only_nothing_is_0_percent_and_only_all_is_100_percent(share: float) -> None:
    assert phrases.percent(share) not in ("0%", "100%", "0.0%", "100.0%")


@given(st.text())
def test_clean_text_is_one_line_without_control_characters(text: str) -> None:
    line = phrases.clean(text)
    assert line == phrases.clean(line)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u2028\u2029\u202e" for c in line)
    line.encode("utf-8")


def test_escape_sequences_go_as_a_whole() -> None:
    assert phrases.clean("\x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link\x1b]8;;\x07") == "red link"
    assert phrases.clean("a\ud800b") == "a\ufffdb"
    assert phrases.clean("x" * 5000, 10) == "x" * 9 + "…"


def test_dates_months_and_sizes_are_spoken() -> None:
    assert phrases.day("2025-03-03") == "3 Mar 2025"
    assert phrases.weekday("2025-03-03") == "Mon 3 Mar 2025"
    assert phrases.month("2025-03") == "Mar 2025"
    assert phrases.day("yesterday") == "yesterday"
    assert phrases.day(None) == "–"
    assert phrases.size(1_234_000) == "1.2 MB"
    assert phrases.counted(1, "customer") == "1 customer"
    assert phrases.counted(2000, "reply", "replies") == "2,000 replies"
    assert phrases.listed(["a", "b", "c"]) == "a, b and c"
    assert phrases.listed(["a", "b", "c"], 2) == "a, b and 1 more"
