"""Zones as tables: equal to the library's answers everywhere, and to an oracle that is independent of Python."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.words.time import from_us, instant_text, instant_us, offset_us, transitions

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Australia/Lord_Howe", "UTC")
FIRST = instant_us(datetime(2011, 1, 1, tzinfo=UTC))
LAST = instant_us(datetime(2031, 12, 31, tzinfo=UTC))


@pytest.fixture(scope="module")
def tables():
    return {zone: transitions(zone, FIRST, LAST) for zone in ZONES}


@settings(max_examples=400, deadline=None)
@given(zone=st.sampled_from(ZONES), us=st.integers(FIRST, LAST))
def test_the_table_gives_the_librarys_offset_at_every_instant(tables, zone, us):
    instants, offsets = tables[zone]
    place = int(np.searchsorted(instants, us, side="right")) - 1
    assert offsets[place] == offset_us(ZoneInfo(zone), us)


def test_instants_go_there_and_back():
    moment = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
    assert from_us(instant_us(moment)) == moment
    assert instant_text(instant_us(datetime(2026, 1, 1, tzinfo=UTC))) == "2026-01-01T00:00:00Z"


@pytest.mark.shared
def test_every_change_that_zdump_lists_is_found(shared_data):
    """Source: `zdump -v`, tz database 2025b; zones whose rules changed since are named by their difference."""
    lines = (shared_data / "tz_dst" / "zdump_2011_2031.txt").read_text().splitlines()
    changes: dict[str, set[int]] = {}
    for line in lines:
        match = re.match(r"(\S+)\s+\w{3} (\w{3}\s+\d+ \d\d:\d\d:\d\d \d{4}) UTC? = .* gmtoff=(-?\d+)", line)
        if match:
            moment = datetime.strptime(match[2], "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
            if moment.second == 0 and 2011 <= moment.year <= 2030:
                changes.setdefault(match[1], set()).add(instant_us(moment))
    assert len(changes) >= 25
    for zone, expected in changes.items():
        first = instant_us(datetime(2011, 1, 1, tzinfo=UTC))
        found = set(transitions(zone, first, instant_us(datetime(2031, 1, 1, tzinfo=UTC)))[0]) - {first}
        same_offset = {c for c in expected - found if offset_us(ZoneInfo(zone), c - 1) == offset_us(ZoneInfo(zone), c)}
        assert found - expected == set(), zone
        assert expected - found == same_offset, zone
