"""Folding gives what a plain reading of every single instant gives, whatever the order of arrival."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.naive import SCOPES, Said, holds
from primum.customers.assertions import CLOSES, OPENS
from primum.customers.days import NO_END, NO_START, ends_of_days
from primum.customers.fold import fold
from primum.customers.spec import StateSpec
from primum.customers.state_responses import of_responses
from primum.customers.state_rules import KNOWN, StateRule

DAY = 86_400_000_000
BERLIN = "Europe/Berlin"


def spec(reading="as_said", **rules):
    return StateSpec({**KNOWN, **rules}, reading, "UTC", {})


def opens(said, days=frozenset()):
    rows = [s for s in said if s.begins]
    return table(
        OPENS,
        rows,
        start=[s.first for s in rows],
        start_precision=[precision(s) for s in rows],
        until=[NO_END if s.until is None else s.until for s in rows],
        until_precision=["instant"] * len(rows),
        as_of=[NO_START] * len(rows),
        begun=[s.first for s in rows],
        settled=[s.last for s in rows],
        firm=[s.until is not None for s in rows],
    )


def closes(said):
    rows = [s for s in said if not s.begins]
    return table(
        CLOSES,
        rows,
        at=[s.first for s in rows],
        last=[s.last for s in rows],
        precision=[precision(s) for s in rows],
    )


def precision(s):
    return "day" if s.last > s.first else "instant"


def table(schema, rows, **columns):
    columns |= {"customer": [s.customer for s in rows], "state": [s.state for s in rows]}
    columns |= {name: [s.scope.get(name) for s in rows] for name in SCOPES}
    return pa.table({f.name: pa.array(columns[f.name], f.type) for f in schema}, schema)


def folded(said, how=None):
    return fold(opens(said), closes(said), how or spec())


def contains(intervals, customer, state, at, scope, *, surely):
    """Whether a row of the seam's table holds, as the law reads it (days in UTC)."""
    for row in intervals:
        if row["customer"] != customer or row["state"] != state:
            continue
        if any(row[n] is not None and row[n] != scope.get(n) for n in SCOPES):
            continue
        start, until = (edge(row, n) for n in ("start", "until"))
        as_of = NO_START if row["as_of"] is None else micros(row["as_of"])
        begun = max(start[1], as_of) if surely else start[0]
        if begun <= at < (until[0] if surely else until[1]):
            return True
    return False


def micros(moment):
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def edge(row, name):
    if row[name] is None:
        return (NO_START, NO_START) if name == "start" else (NO_END, NO_END)
    at = micros(row[name])
    return (at, at + DAY - 1) if row[f"{name}_precision"] == "day" else (at, at)


INSTANTS = st.integers(0, 5).map(lambda half: half * DAY // 2)


@st.composite
def saying(draw):
    begins = draw(st.booleans())
    state = draw(st.sampled_from(("opted_out", "consent")))
    at = draw(INSTANTS)
    whole = draw(st.integers(0, 3)) == 0
    first = at // DAY * DAY if whole else at
    scope = {n: draw(st.sampled_from("xy")) for n in ("channel", "brand") if draw(st.booleans())}
    until = first + DAY + draw(INSTANTS) if begins and draw(st.integers(0, 4)) == 0 else None
    return Said(draw(st.integers(0, 1)), state, begins, first, first + DAY - 1 if whole else first, scope, until)


PROBES = [h * DAY // 4 + extra for h in range(14) for extra in (0, 1)]
CONTACTS = [{"channel": c, "brand": b} for c in "xy" for b in "xz"]


@settings(max_examples=40, deadline=None)
@given(st.lists(saying(), max_size=7), st.sampled_from(("as_said", "channel", "company")))
def test_intervals_hold_exactly_when_a_plain_reading_says_so(said, reading):
    found = folded(said, spec(reading)).table.to_pylist()
    for state in ("opted_out", "consent"):
        for customer in (0, 1):
            for at in PROBES:
                for scope in CONTACTS:
                    for surely in (False, True):
                        told = holds(
                            said, customer, state, at, scope, permits=state == "consent", reading=reading, surely=surely
                        )
                        assert contains(found, customer, state, at, scope, surely=surely) == told


@settings(max_examples=60, deadline=None)
@given(st.lists(saying(), max_size=8).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_any_order_of_arrival_gives_the_same_intervals(both):
    said, shuffled = both
    assert folded(said).table.equals(folded(shuffled).table)
    assert folded(said).narrower == folded(shuffled).narrower


def out(at, **scope):
    return Said(0, "opted_out", True, at, at, scope)


def back(at, **scope):
    return Said(0, "opted_out", False, at, at, scope)


def spans(said, how=None):
    return [(edge(r, "start")[0], edge(r, "until")[0]) for r in folded(said, how).table.to_pylist()]


def test_at_equal_instants_the_opt_out_wins():
    assert spans([out(5), back(5)]) == [(5, NO_END)]
    consent = [Said(0, "consent", True, 5, 5), Said(0, "consent", False, 5, 5)]
    assert spans(consent) == []


def test_an_opt_in_for_one_brand_does_not_lift_an_opt_out_from_all_of_them():
    found = folded([out(5), back(9, brand="north")])
    assert found.narrower == 1
    assert found.table.num_rows == 1
    assert found.table["until"][0].as_py() is None


def test_an_opt_in_for_everything_lifts_an_opt_out_from_one_brand():
    assert spans([out(5, brand="north"), back(9)]) == [(5, 9)]


@pytest.mark.parametrize(
    ("reading", "brand", "channel"),
    [("as_said", "north", "email"), ("channel", None, "email"), ("company", None, None)],
)
def test_the_reading_decides_what_an_opt_out_covers_and_not_what_lifts_it(reading, brand, channel):
    said = [out(5, brand="north", channel="email"), back(9, brand="north")]
    (row,) = folded(said, spec(reading)).table.to_pylist()
    assert (row["brand"], row["channel"]) == (brand, channel)
    assert edge(row, "until") == (9, 9)


def test_exact_intervals_that_overlap_or_touch_are_one():
    def told(*ends):
        return [Said(0, "arrears", True, first, first, {}, until) for first, until in ends]

    assert spans(told((1, 5), (5, 9), (7, 8))) == [(1, 9)]
    assert spans(told((1, 5), (6, 9))) == [(1, 5), (6, 9)]


def test_a_preferred_channel_is_replaced_by_the_next():
    said = [Said(0, "preferred_channel", True, at, at, {"channel": c}) for at, c in ((5, "email"), (9, "sms"))]
    rows = folded(said).table.to_pylist()
    assert [(r["channel"], edge(r, "until")[0]) for r in rows] == [("email", 9), ("sms", NO_END)]


def test_a_state_that_lasts_ends_by_itself_or_before():
    rule = StateRule(("complained",), ("complaint_closed",), 10)

    def heard(*events):
        columns = {"customer": [0] * len(events), "at": [e[0] for e in events], "kind": [e[1] for e in events]}
        columns |= {"precision": ["instant"] * len(events), "zone": ["UTC"] * len(events)}
        columns |= {name: pa.array([None] * len(events), pa.string()) for name in SCOPES}
        made = of_responses(pa.table(columns), spec(complaint_open=rule))
        rows = fold(made.opens, made.closes, spec(complaint_open=rule)).table.to_pylist()
        return [(edge(r, "start")[0], edge(r, "until")[0]) for r in rows]

    assert heard((5, "complained")) == [(5, 15)]
    assert heard((5, "complained"), (8, "complaint_closed")) == [(5, 8)]
    assert heard((5, "complained"), (12, "complained")) == [(5, 22)]


def test_a_local_day_of_23_or_25_hours_ends_at_its_own_midnight():
    spring, autumn = 1_774_738_800_000_000, 1_792_879_200_000_000  # 29 March and 25 October 2026, 00:00 in Berlin
    ends = ends_of_days(np.array([spring, autumn]), BERLIN)
    assert [(e - b) // 3_600_000_000 for b, e in zip((spring, autumn), ends.tolist(), strict=True)] == [23, 25]
