"""Recency, frequency and value against published figures (CDNOW), and scores against plain Python."""

import csv
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.customers import rfv
from primum.customers.days import NO_END
from primum.customers.measures import MICRO, Events, Past, first_of_days, measure, offsets_of
from primum.strategy.facets.customers import ScoreCuts
from primum.words.time import US_PER_DAY

EPOCH = datetime(1970, 1, 1)


def micros(moment):
    return (moment - EPOCH) // timedelta(microseconds=1)


def past(purchases, customers):
    """Purchases: (customer, instant, value), in order."""
    customer = np.array([p[0] for p in purchases], np.int64)
    bought = Events(offsets_of(customer, customers), np.array([p[1] for p in purchases], np.int64))
    none = Events(np.zeros(customers + 1, np.int64), np.empty(0, np.int64))
    worth = np.array([round(p[2] * MICRO) for p in purchases], np.int64)
    return Past(none, bought, bought, first_of_days(bought, "UTC"), worth, np.full(customers, NO_END))


def datasets():
    spec = find_spec("lifetimes")
    assert spec is not None, "the test extra holds `lifetimes`, whose wheel carries the CDNOW data"
    return Path(next(iter(spec.submodule_search_locations))) / "datasets"


@pytest.fixture(scope="module")
def cdnow():
    """(purchases, the published summary): a sample of 2,357 customers of an online shop, 1997-01 to 1998-06.

    Source: Fader and Hardie's CDNOW data, as they come with PyPI `lifetimes` 0.11.3 (frequency: repeat purchases in 39
    weeks, recency: weeks from the first to the last of them, T: weeks from the first to the end, zbar: mean value of
    the repeat purchases).
    """
    rows = []
    for line in (datasets() / "CDNOW_sample.txt").read_text().splitlines():
        _, number, day, _, value = line.split()
        rows.append((int(number) - 1, micros(datetime.fromisoformat(day)), float(value)))
    rows.sort(key=lambda r: r[:2])
    with (datasets() / "cdnow_customers_summary_with_transactions.csv").open() as stream:
        return rows, list(csv.DictReader(stream))


def test_cdnow_has_the_published_recency_and_frequency(cdnow):
    purchases, published = cdnow
    assert len(published) == 2_357
    end = micros(datetime(1997, 10, 1))
    found = measure(past(purchases, len(published)), ["recency_days", "frequency"], np.array([end]))
    recency, frequency = (found[n].to_pylist() for n in ("recency_days", "frequency"))
    first = {}
    for customer, at, _ in purchases:
        first.setdefault(customer, at)
    for c, row in enumerate(published):
        tenure = (end - first[c]) // US_PER_DAY
        assert frequency[c] - 1 == int(row["x"])
        assert (tenure - recency[c]) / 7 == pytest.approx(float(row["t_x"]), abs=0.006)
        assert (tenure - 1) / 7 == pytest.approx(float(row["T"]), abs=0.006)


def test_cdnow_has_the_published_value(cdnow):
    """The summary's mean is over the days of repeat purchases; ours is the sum over all: the first day is taken off."""
    purchases, published = cdnow
    end = np.array([micros(datetime(1997, 10, 1))])
    value = measure(past(purchases, len(published)), ["purchase_value"], end)["purchase_value"].to_pylist()
    first_days = {}
    for customer, at, worth in purchases:
        day, total = first_days.get(customer, (at, 0.0))
        first_days[customer] = (day, total + worth if at == day else total)
    close = 0
    for c, row in enumerate(published):
        repeated = value[c] - first_days[c][1]
        close += repeated == pytest.approx(int(row["x"]) * float(row["zbar"]), abs=0.005 * int(row["x"]) + 0.001)
    assert close == len(published)


NUMBERS = st.integers(0, (1 << 40) - 1)


@given(st.lists(st.one_of(st.integers(0, 600), NUMBERS), min_size=2, max_size=30))
def test_bins_ascend_are_exact_below_256_and_never_wider_than_one_part_in_128(numbers):
    held = np.array(sorted(numbers), np.int64)
    bins = rfv.bin_of(held)
    assert (np.diff(bins) >= 0).all()
    assert bins.max() < rfv.BINS
    least = rfv.least_of(bins)
    assert (least <= held).all()
    assert ((held - least) * 128 <= held).all()
    assert (held[held < 256] == least[held < 256]).all()


def plain_scores(numbers, parts):
    """Of N in order, who comes after number N x i / parts is beyond part i; who ties with it is not."""
    order = sorted(numbers)
    cuts = [order[max(-(-len(order) * i // parts), 1) - 1] for i in range(1, parts)]
    return [1 + sum(number > cut for cut in cuts) for number in numbers]


BOUGHT = st.tuples(st.integers(0, 11), st.integers(1, 200), st.integers(1, 250))


@given(st.lists(BOUGHT, min_size=1, max_size=40), st.integers(2, 6), st.integers(1, 4))
def test_scores_are_equal_parts_of_all_buyers_however_they_are_split(rows, parts, split):
    rows = sorted({(c, day): (c, day * US_PER_DAY, cents / 100) for c, day, cents in rows}.values())
    instants, said = np.array([150 * US_PER_DAY, 201 * US_PER_DAY]), ScoreCuts(parts=parts)
    groups = [[r for r in rows if r[0] % split == n] for n in range(split)]
    found = [rfv.bought(past(g, 12), instants) for g in groups]
    cuts = rfv.make_cuts(said, sum(rfv.counts(f) for f in found), 2)
    scored = rfv.scores(rfv.bought(past(rows, 12), instants), cuts)
    for j, instant in enumerate(instants.tolist()):
        own = {c: [r for r in rows if r[0] == c and r[1] < instant] for c in range(12)}
        buyers = [c for c in own if own[c]]
        if not buyers:
            continue
        plain = {
            "recency_score": plain_scores([-((instant - own[c][-1][1]) // US_PER_DAY) for c in buyers], parts),
            "frequency_score": plain_scores([len(own[c]) for c in buyers], parts),
        }
        for name, scores in plain.items():
            assert scored[name][buyers, j].tolist() == scores
        assert (scored["value_score"][[c for c in own if not own[c]], j] == 0).all()


def test_stated_cuts_are_met_to_the_day_and_the_cent():
    rows = [(c, at * US_PER_DAY, value) for c, at, value in ((0, 70, 999.99), (1, 71, 1000.00), (2, 99, 300.0))]
    found = rfv.bought(past(rows, 4), np.array([100 * US_PER_DAY]))
    said = ScoreCuts(recency_days=[2, 30], frequency=[2], value=[300.0, 1000.0])
    assert rfv.all_stated(said)
    scored = rfv.scores(found, rfv.make_cuts(said, None, 1))
    assert scored["recency_score"][:, 0].tolist() == [1, 2, 3, 0]
    assert scored["frequency_score"][:, 0].tolist() == [1, 1, 1, 0]
    assert scored["value_score"][:, 0].tolist() == [2, 3, 2, 0]
