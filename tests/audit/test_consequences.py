"""What contacts against the rules cost and what followed them: against plain Python, and why raw rates mislead."""

import random
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction

import duckdb
import pytest

from audit.ruled import swept
from primum.audit.consequences import consequences, difference, wilson
from primum.strategy.models import Strategy
from views import source

STRATEGY = Strategy.model_validate(
    {
        "strategy": {"name": "Test"},
        "zone": "UTC",
        "channels": {"email": {"unit_cost": 0.01}, "sms": {}},
        "data": {
            "sources": {
                "sent": {"files": "x.csv", "kind": "contacts", "key": {"crm_id": "k"}},
                "heard": {"files": "z.csv", "kind": "responses", "key": {"crm_id": "k"}},
            }
        },
    }
)
RULES = {
    "rules": {
        "sms": {"says": "By text from noon.", "to": {"channel": "sms"}, "between": "12:00-24:00"},
        "night": {"says": "From six.", "between": "06:00-24:00", "severity": "courtesy"},
    },
    "zone": "UTC",
}
START, WEEK = datetime(2026, 3, 2), timedelta(days=7)


def _rows(seed: int) -> tuple[list[dict], list[dict]]:
    chance = random.Random(seed)

    def when() -> datetime:
        return START + timedelta(minutes=15 * chance.randrange(4 * 24 * 60))

    sent = [
        {
            "key": f"C{chance.randrange(40)}",
            "at": when(),
            "channel": chance.choice(["email", "sms"]),
            "purpose": chance.choice(["marketing", "service", None]),
            "cost": chance.choice([None, None, 0.25]),
            "initiated": chance.choice([None, None, None, "customer"]),
            "status": chance.choice(["sent", "sent", "bounced", "suppressed"]),
            "id": f"m{i}",
        }
        for i in range(900)
    ]
    heard = [
        {"key": f"C{chance.randrange(40)}", "at": when(), "kind": chance.choice(["bought", "bought", "opted_out"])}
        for _ in range(250)
    ]
    return sent, heard


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    sent, heard = _rows(3)
    folder = tmp_path_factory.mktemp("consequences")
    with duckdb.connect() as con:
        sources = [source(con, "sent", "contacts", sent), source(con, "heard", "responses", heard)]
        parts = swept(con, sources, folder, STRATEGY, RULES, (1, 4))
        found = [consequences(frame, total) for frame, _, total in parts]
    return sent, heard, found


def _kinds(row: dict) -> set[str]:
    """Severities of the rules that a contact is against."""
    found = {"harm"} if row["channel"] == "sms" and row["at"].hour < 12 else set()
    return found | ({"courtesy"} if row["at"].hour < 6 else set())


def _band(row: dict, heard: list[dict]) -> int:
    count = sum(h["key"] == row["key"] and h["kind"] == "bought" and h["at"] < row["at"] for h in heard)
    return sum(count >= bound for bound in (1, 2, 4, 8))


def test_money_is_what_contacts_cost_or_their_channel(world):
    sent, _, (found, _) = world
    attempted = [s for s in sent if s["status"] != "suppressed"]
    assert [c.severity for c in found.costs] == ["harm", "courtesy"]
    for cost in found.costs:
        own = [s for s in attempted if cost.severity in _kinds(s)]
        prices = [s["cost"] if s["cost"] is not None else {"email": 0.01}.get(s["channel"]) for s in own]
        assert cost.contacts == len(own)
        assert cost.without_cost == prices.count(None) > 0
        assert cost.cost == pytest.approx(sum(p for p in prices if p is not None))


def test_what_followed_is_what_plain_python_counts(world):
    sent, heard, (found, other) = world
    assert found == other, "in any number of buckets"
    assert found.not_told == ("complained",)
    end = max(h["at"] for h in heard)
    landed = [s for s in sent if s["status"] == "sent" and s["initiated"] != "customer" and s["at"] + WEEK <= end]
    after = {
        (s["id"], what): any(
            h["key"] == s["key"] and h["kind"] == what and s["at"] < h["at"] < s["at"] + WEEK for h in heard
        )
        for s in landed
        for what in ("bought", "opted_out")
    }
    within = [s for s in landed if not _kinds(s)]
    assert len(found.aftermath) == 4
    for a in found.aftermath:
        against = [s for s in landed if a.severity in _kinds(s)]
        for rate, group in ((a.against, against), (a.within, within)):
            assert (rate.contacts, rate.followed) == (len(group), sum(after[s["id"], a.followed] for s in group))
        cells: dict[tuple, list[int]] = {}
        for place, group in ((0, against), (2, within)):
            for s in group:
                cell = cells.setdefault((s["purpose"], _band(s, heard)), [0, 0, 0, 0])
                cell[place] += 1
                cell[place + 1] += after[s["id"], a.followed]
        both = [c for c in cells.values() if c[0] and c[2]]
        weights = [Fraction(n * m, n + m) for n, _, m, _ in both]
        gaps = [Fraction(x, n) - Fraction(y, m) for n, x, m, y in both]
        assert a.strata == len(both) > 5
        exact = sum(w * g for w, g in zip(weights, gaps, strict=True)) / sum(weights)
        assert a.difference == pytest.approx(float(exact))
        assert a.low < a.difference < a.high
        own = Counter()
        for key in {s["key"] for s in landed}:
            shares = [[after[s["id"], a.followed] for s in group if s["key"] == key] for group in (against, within)]
            if all(shares):
                one, two = (Fraction(sum(x), len(x)) for x in shares)
                own[(one > two) - (one < two)] += 1
        assert (a.same_customers, a.same_higher) == (own[1] + own[-1], own[1])


def test_wilson_gives_the_published_intervals():
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    for hits, count, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        share, *bounds = wilson(hits, count)
        assert share == hits / count
        assert bounds == pytest.approx([low, high], abs=0.00006)
    assert wilson(0, 0) == (None, None, None)


def test_a_raw_rate_that_only_tells_good_customers_apart_leaves_no_difference():
    """Simpson's reversal: within each band nothing differs, though the raw rates are 18% and 12%."""
    strata = {(0, 0): [100, 10, 400, 40], (0, 1): [400, 80, 100, 20]}
    raw = [(10 + 80) / 500, (40 + 20) / 500]
    assert raw == [0.18, 0.12]
    count, gap, low, high = difference(strata)
    assert (count, gap) == (2, pytest.approx(0.0, abs=1e-12))
    assert low < 0 < high


def test_one_stratum_has_the_plain_variance_of_a_difference():
    _, gap, low, high = difference({(): [50, 10, 80, 8]})
    spread = 0.2 * 0.8 / 50 + 0.1 * 0.9 / 80
    assert gap == pytest.approx(0.1)
    assert high - low == pytest.approx(2 * 1.959964 * spread**0.5)
