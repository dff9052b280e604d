"""Every compiled kernel gives the answer of its plain twin, also at the edges of windows, days and histograms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import naive
from primum.audit import kernels as k

DAY = naive.DAY
MINUTE = 60_000_000

contacts = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.one_of(
                st.integers(0, 40 * DAY),
                st.builds(lambda d, m: d * DAY + m * MINUTE, st.integers(0, 35), st.integers(-1, 1)),
            ),
            "department": st.sampled_from([0, 1, 2, None]),
            "content": st.sampled_from([None, 5, -9, 2**40]),
            "length": st.sampled_from([None, -1, 0, 1, 3 * DAY, 10 * DAY]),
            "communication": st.sampled_from([-1, 0, 1, 2]),
            "products": st.sampled_from([-1, 0, 1]),
        }
    ),
    max_size=14,
)
histories = st.lists(contacts, min_size=1, max_size=5)


def prepared(history: list[dict]) -> list[dict]:
    rows = sorted((dict(c) for c in history), key=lambda c: c["at"])
    for c in rows:
        c["day"] = c["at"] // DAY
        c["until"] = None if c["length"] is None else c["at"] + c["length"]
        if c["communication"] == -1:
            c["communication"] = None
    return rows


def arrays(histories: list[list[dict]]) -> dict:
    flat = [c for h in histories for c in h]
    return {
        "offsets": np.cumsum([0, *map(len, histories)]).astype(np.int64),
        "at": np.array([c["at"] for c in flat], np.int64),
        "day": np.array([c["day"] for c in flat], np.int32),
        "department": np.array([3 if c["department"] is None else c["department"] for c in flat], np.int32),
        "content": np.array([c["content"] or 0 for c in flat], np.int64),
        "usable": np.array([c["content"] is not None for c in flat], bool),
        "until": np.array([k.MISSING if c["until"] is None else c["until"] for c in flat], np.int64),
        "communication": np.array([-1 if c["communication"] is None else c["communication"] for c in flat], np.int32),
        "products": np.array([c["products"] for c in flat], np.int32),
    }


@settings(max_examples=200, deadline=None)
@given(histories)
def test_pressure(raw):
    customers = [prepared(h) for h in raw]
    a = arrays(customers)
    n = len(customers)
    week, month = np.zeros(n, np.int32), np.zeros(n, np.int32)
    by_department = np.zeros((3, 4, k.HISTOGRAM), np.int64)
    overflow = k.pressure(a["offsets"], a["at"], a["department"], 4, 7 * DAY, week, month, by_department)
    assert week.tolist() == [naive.busiest(h, 7) for h in customers]
    assert month.tolist() == [naive.busiest(h, 30) for h in customers]
    assert not len(overflow)
    expected = np.zeros_like(by_department)
    for h in customers:
        for d in {c["department"] for c in h}:
            own = [c for c in h if c["department"] == d]
            code = 3 if d is None else d
            for i, value in enumerate((naive.busiest(own, 7), naive.busiest(own, 30), len(own))):
                expected[i, code, value] += 1
    assert np.array_equal(by_department, expected)


def test_a_customer_beyond_the_histogram_is_kept_exactly():
    n = k.HISTOGRAM + 7
    a = np.arange(n, dtype=np.int64) * MINUTE
    week, month = np.zeros(1, np.int32), np.zeros(1, np.int32)
    table = np.zeros((3, 2, k.HISTOGRAM), np.int64)
    department = np.zeros(n, np.int32)
    overflow = k.pressure(np.array([0, n]), a, department, 2, 7 * DAY, week, month, table)
    assert overflow.tolist() == [[0, n, n, n]]
    assert table.sum() == 0


@settings(max_examples=200, deadline=None)
@given(histories)
def test_repeats(raw):
    customers = [prepared(h) for h in raw]
    a = arrays(customers)
    found, checked = k.repeats(a["offsets"], a["at"], a["content"], a["usable"], 7 * DAY)
    expected = [
        (c, int(a["offsets"][c]) + i, int(a["offsets"][c]) + j)
        for c, h in enumerate(customers)
        for i, j in naive.repeats(h, 7)
    ]
    assert [tuple(row) for row in found.tolist()] == expected
    assert checked == int(a["usable"].sum())


def test_repeats_of_a_test_account_with_many_contacts():
    n = 100_000
    at = np.arange(n, dtype=np.int64) * 1000
    content = np.arange(n, dtype=np.int64) % 7
    found, checked = k.repeats(np.array([0, n]), at, content, np.empty(0, bool), 7 * DAY)
    assert (len(found), checked) == (n - 7, n)


@settings(max_examples=200, deadline=None)
@given(histories, st.booleans())
def test_meetings(raw, shuffled):
    customers = [prepared(h) for h in raw]
    a = arrays(customers)
    if shuffled:
        for c in range(len(customers)):
            part = slice(a["offsets"][c], a["offsets"][c + 1])
            a["day"][part], a["department"][part] = a["day"][part][::-1].copy(), a["department"][part][::-1].copy()
    out = k.Meetings(
        np.zeros((4, 4), np.int64),
        np.zeros((4, 4), np.int64),
        np.zeros(5, np.int64),
        np.zeros(1, np.int64),
        np.array([-1, 0, 0, 0]),
    )
    most = np.zeros(len(customers), np.int32)
    k.meetings(a["offsets"], a["day"], a["department"], most, out)
    pairs = [naive.meeting_pairs(h) for h in customers]
    for x in range(3):
        for y in range(x + 1, 3):
            assert out.days[x, y] == sum(p[(x, y)] for p in pairs)
            assert out.customers[x, y] == sum((x, y) in p for p in pairs)
    assert out.met[0] == sum(bool(p) for p in pairs)
    days = [(len(d), sum(c["day"] == day for c in h)) for h in customers for day, d in naive.meeting_days(h).items()]
    assert out.departments_on_day.tolist() == [sum(n == x for n, _ in days) for x in range(5)]
    if days:
        assert (int(out.best[2]), int(out.best[3])) == max(days) or max(days) == (0, 0)
    expected = [max((sum(c["day"] == d for c in h) for d in {c["day"] for c in h}), default=0) for h in customers]
    assert most.tolist() == expected


@settings(max_examples=300, deadline=None)
@given(histories)
def test_live_offers(raw):
    customers = [prepared(h) for h in raw]
    a = arrays(customers)
    overlap = np.array([[True, False], [False, True]])
    pairs = [naive.live_pairs(h) for h in customers]
    own = [[(x, y) for x, y in p if x["department"] == y["department"]] for p in pairs]
    others = [[(x, y) for x, y in p if x["department"] != y["department"]] for p in pairs]
    for which, expected in ((k.EVERY_PAIR, pairs), (k.ONE_DEPARTMENT, own), (k.BETWEEN, others)):
        out = k.Offers(np.zeros((4, 4), np.int64), np.zeros(4, np.int64))
        held = np.zeros((len(customers), 2), bool)
        given = (a["offsets"], a["at"], a["until"], a["department"], a["communication"], a["products"], overlap)
        k.offers(*given, which, held, out)
        same = [sum(x["products"] == y["products"] != -1 for x, y in p) for p in expected]
        assert int(out.pairs.sum()) == sum(map(len, expected))
        assert out.totals[0] == sum(c["until"] is not None for h in customers for c in h)
        assert held.tolist() == [[bool(p), s > 0] for p, s in zip(expected, same, strict=True)]
        assert (out.totals[2], out.totals[3]) == (sum(same), 0)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_busiest_days_by_no_department(raw):
    customers = [prepared(h) for h in raw]
    a = arrays(customers)
    week, month = np.zeros(len(customers), np.int32), np.zeros(len(customers), np.int32)
    k.busiest(a["offsets"], a["at"], 7 * DAY, week, month)
    assert week.tolist() == [naive.busiest(h, 7) for h in customers]
    assert month.tolist() == [naive.busiest(h, 30) for h in customers]


def test_more_offers_at_once_than_are_compared_is_reported():
    n = k.OFFER_CAP + 5
    out = k.Offers(np.zeros((1, 1), np.int64), np.zeros(4, np.int64))
    until = np.full(n, 10 * DAY)
    minus = np.full(n, -1, np.int32)
    at = np.arange(n, dtype=np.int64)
    k.offers(
        np.array([0, n]),
        at,
        until,
        np.zeros(n, np.int32),
        minus,
        minus,
        np.zeros((0, 0), bool),
        0,
        np.zeros((1, 2), bool),
        out,
    )
    assert out.totals[3] == 1


@pytest.mark.parametrize("gap", [7 * DAY - 1, 7 * DAY, 7 * DAY + 1])
def test_the_edge_of_a_window_is_open(gap):
    at = np.array([0, gap], np.int64)
    found, _ = k.repeats(np.array([0, 2]), at, np.zeros(2, np.int64), np.empty(0, bool), 7 * DAY)
    assert len(found) == (gap < 7 * DAY)
