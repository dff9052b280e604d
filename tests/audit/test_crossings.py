"""Opt-outs, clashes and rules over a small made-up history: plain Python beside the audit, in any number of buckets."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.ruled import swept
from primum.audit.clashes import _of_several, clashes
from primum.audit.opt_out_lag import opt_out_lag
from primum.audit.rule_findings import against_rules
from primum.strategy.models import Strategy
from views import source

STRATEGY = Strategy.model_validate(
    {
        "strategy": {"name": "Test"},
        "zone": "UTC",
        "channels": {"email": {"unit_cost": 0.01}, "sms": {"unit_cost": 0.07}},
        "departments": {"a": {}, "b": {}, "c": {}},
        "data": {
            "sources": {
                "sent": {"files": "x.csv", "kind": "contacts", "key": {"crm_id": "k"}, "attributes": {"price": "p"}},
                "told": {"files": "y.csv", "kind": "states", "key": {"crm_id": "k"}},
                "heard": {"files": "z.csv", "kind": "responses", "key": {"crm_id": "k"}},
            }
        },
    }
)
START = datetime(2026, 3, 2)
RULES = {
    "rules": {
        "day": {"says": "One a day.", "at_most": 1, "within": "a day"},
        "opted": {"says": "Not opted out.", "never_if": "opted_out", "per": ["channel"], "severity": "never"},
        "flagged": {"says": "Not flagged.", "never_if": "flagged"},
        "gone": {"says": "Not gone.", "never_if": "gone"},
        "half": {"says": "Not flagged or gone.", "never_if": ["flagged", "gone"]},
        "far": {"says": "Of a country.", "for": {"country": "XX"}, "at_most": 1, "within": "ever"},
    },
    "zone": "UTC",
}


def _rows(seed: int) -> tuple[list[dict], list[dict], list[dict]]:
    chance = random.Random(seed)

    def when() -> datetime:
        return START + timedelta(minutes=15 * chance.randrange(4 * 24 * 40))

    sent = [
        {
            "key": f"C{chance.randrange(40)}",
            "at": when(),
            "department": chance.choice(["a", "b", "c", None]),
            "channel": chance.choice(["email", "sms"]),
            "purpose": chance.choice(["marketing", "sales", "service"]),
            "communication": chance.choice(["c1", "c2", "c3", None]),
            "topic": chance.choice(["t1", "t2", None]),
            "product": chance.choice([None, "p1", "p1\x1fp2", "p3"]),
            "valid_until": START + timedelta(days=chance.randrange(60)),
            "initiated": chance.choice([None, None, "customer"]),
            "status": chance.choice(["sent", "delivered", "bounced", "suppressed"]),
            "attributes": chance.choice(['{"price":"9"}', '{"price":"8"}', None]),
            "id": f"m{i}",
        }
        for i in range(1200)
    ]
    told = [
        {
            "key": f"C{chance.randrange(40)}",
            "state": "opted_out",
            "from": datetime.combine(when().date(), datetime.min.time()),
            "from_precision": "day",
            "purpose": chance.choice([None, "marketing"]),
            "channel": chance.choice([None, "sms"]),
        }
        for _ in range(12)
    ]
    told += [{"key": f"C{i}", "state": "flagged", "from": None, "as_of": "2026-03-20"} for i in range(5)]
    heard = [
        {"key": f"C{chance.randrange(40)}", "at": when(), "kind": "opted_out", "channel": "email"} for _ in range(12)
    ]
    return sent, told, heard


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    sent, told, heard = _rows(5)
    folder = tmp_path_factory.mktemp("crossings")
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        contacts, states = source(con, "sent", "contacts", sent), source(con, "told", "states", told)
        contacts = replace(contacts, columns={**contacts.columns, "attributes": "text"})
        states = replace(states, columns={**states.columns, "as_of": "text"})
        sources = [contacts, states, source(con, "heard", "responses", heard)]
        found = list(swept(con, sources, folder, STRATEGY, RULES, (1, 4, 16)))
    return sent, told, heard, found


def _attempts(sent: list[dict], *, received: bool) -> list[dict]:
    kept = ("sent", "delivered") if received else ("sent", "delivered", "bounced")
    return [s for s in sent if s["status"] in kept and s["initiated"] != "customer"]


def test_any_number_of_buckets_gives_the_same(world):
    *_, found = world
    frame, _, total = found[0]
    lag, clash = opt_out_lag(frame, total), clashes(frame, total, ())
    for other, _, partial in found[1:]:
        assert opt_out_lag(other, partial) == lag
        assert clashes(other, partial, ()) == clash
        for name in ("against", "possible", "vague", "customers against"):
            assert _by_rule(partial.tables[name]) == _by_rule(total.tables[name]), name
        for name, chosen in total.candidates.items():
            assert [(c.rank, c.id) for c in partial.candidates[name]] == [(c.rank, c.id) for c in chosen], name


def _by_rule(table: dict) -> Counter:
    found: Counter = Counter()
    for key, n in table.items():
        found[key[0]] += n
    return found


def test_communications_that_meet_on_a_day(world):
    sent, _, _, found = world
    frame, _, total = found[0]
    days: dict[tuple, set] = {}
    for s in _attempts(sent, received=True):
        if s["department"]:
            days.setdefault((s["key"], s["at"].date()), set()).add((s["department"], s["communication"]))
    met: Counter = Counter()
    for said in days.values():
        for one in said:
            for other in said:
                if one[0] < other[0]:
                    met[(one, other)] += 1
    told = {
        ((p.first_department, p.first), (p.again_department, p.again)): p.times
        for cell in clashes(frame, total, ()).matrix
        for p in cell.pairs
    }
    assert len(told) > 10
    assert told == {pair: met[pair] for pair in told}
    for cell in clashes(frame, total, ()).matrix:
        own = sorted((n for (a, b), n in met.items() if (a[0], b[0]) == (cell.a, cell.b)), reverse=True)
        assert [p.times for p in cell.pairs] == own[:10]
        assert cell.pairs_in_all == len(own)


@pytest.mark.parametrize("subject", ["topic", "product"])
def test_one_subject_from_two_departments(world, subject):
    sent, _, _, found = world
    frame, _, total = found[0]
    spoken = [s for s in _attempts(sent, received=True) if s["purpose"] in ("marketing", "sales") and s[subject]]
    clashing, people = 0, set()
    for s in spoken:
        for word in s[subject].split("\x1f"):
            before = [
                o
                for o in spoken
                if o["key"] == s["key"]
                and word in o[subject].split("\x1f")
                and o["department"] not in (None, s["department"])
                and timedelta(0) < s["at"] - o["at"] < timedelta(days=7)
            ]
            if before and s["department"]:
                clashing += 1
                people.add(s["key"])
                break
    told = getattr(clashes(frame, total, ()), f"same_{subject}")
    same_instant = any(a is not b and a["key"] == b["key"] and a["at"] == b["at"] for a in spoken for b in spoken)
    assert not same_instant, "two at one instant would leave the order open"
    assert (told.checked, told.times, told.customers) == (len(spoken), clashing, len(people))
    assert clashing > 10


def test_offers_that_contradict_each_other(world):
    sent, _, _, found = world
    frame, _, total = found[0]
    offers = [s for s in _attempts(sent, received=True) if s["product"] and s["valid_until"] >= s["at"]]
    pairs = [
        (a, b)
        for a in offers
        for b in offers
        if a["key"] == b["key"] and a["at"] < b["at"] <= a["valid_until"]
        and set(a["product"].split("\x1f")) & set(b["product"].split("\x1f"))
        and a["attributes"] and b["attributes"] and a["attributes"] != b["attributes"]
    ]  # fmt: skip
    told = clashes(frame, total, ()).contradictions
    assert (told.times, told.customers) == (len(pairs), len({b["key"] for _, b in pairs}))
    assert told.attributes == ("price",)
    assert len(pairs) > 20


def test_what_follows_an_opt_out(world):
    sent, told, heard, found = world
    frame, _, total = found[0]
    given = {}
    for s in sorted((s for s in told if s["state"] == "opted_out"), key=lambda s: s["from"]):
        given.setdefault((s["key"], s["channel"], s["purpose"], "told"), (s["from"], True))
    for h in sorted(heard, key=lambda h: h["at"]):
        given.setdefault((h["key"], h["channel"], None, "heard"), (h["at"], False))
    bands: dict[int, int] = {}
    same, lasted = set(), Counter()
    for mark, (at, whole) in given.items():
        key, channel, purpose, _ = mark
        for i, c in enumerate(sent):
            if c not in _attempts([c], received=False) or c["key"] != key or channel not in (None, c["channel"]):
                continue
            if c["purpose"] not in ((purpose,) if purpose else ("marketing", "sales", "survey")):
                continue
            if whole and c["at"].date() == at.date():
                same.add(i)
            elif c["at"] > at:
                latest = at + timedelta(days=1) - timedelta(microseconds=1) if whole else at
                lag = c["at"] - latest
                band = 1 if lag <= timedelta(hours=48) else 2 if c["at"].date() <= _tenth(at.date()) else 3
                bands[i] = max(bands.get(i, 0), band)
                lasted[mark] = max(lasted[mark], lag // timedelta(hours=1))
    o = opt_out_lag(frame, total)
    counted = Counter(bands.values())
    assert (o.opt_outs, o.not_kept, o.contacts) == (len(given), len(lasted), len(bands))
    told_bands = (o.overall.within_48_hours, o.overall.within_10_working_days, o.overall.later, o.overall.same_day)
    assert told_bands == (counted[1], counted[2], counted[3], len(same - bands.keys()))
    ordered = sorted(lasted.values())
    assert o.overall.median_hours == ordered[-(-len(ordered) // 2) - 1]
    assert o.overall.p95_hours == ordered[-(-len(ordered) * 95 // 100) - 1]
    assert sum(f.contacts for f in o.by_sender) == len(bands)
    assert min(counted.values()) > 0


def _tenth(day: date) -> date:
    left = 10
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def test_the_three_outcomes_of_a_rule(world):
    sent, _, _, found = world
    frame, law, total = found[0]
    told = {f.rule: f for f in against_rules(frame, law, total, {}, [], 0).rules}
    assert told["day"].outcome == "against"
    assert told["gone"].outcome == "not checkable"
    assert [(m.kind, m.name, m.vital) for m in told["gone"].missing] == [("state", "gone", True)]
    assert told["half"].outcome == "against"
    assert [(m.name, m.vital) for m in told["half"].missing] == [("gone", False)]
    assert told["far"].outcome == "not checkable"
    assert [(m.kind, m.name) for m in told["far"].missing] == [("customer attribute", "country")]
    flagged = {f"C{i}" for i in range(5)}
    own = [s for s in sent if s["key"] in flagged and s["status"] in ("sent", "delivered", "bounced")]
    since = datetime(2026, 3, 20)
    assert told["flagged"].contacts == sum(s["at"] >= since for s in own)
    assert told["flagged"].possible == sum(s["at"] < since for s in own)
    severities = {s.severity: s for s in against_rules(frame, law, total, {}, [], 0).severities}
    assert severities["never"].contacts == told["opted"].contacts
    assert severities["harm"].contacts <= sum(told[n].contacts for n in ("day", "flagged", "half"))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(20_000, 20_003), st.integers(0, 2)), max_size=40))
def test_days_of_several_departments_are_those_of_plain_python(contacts):
    """Whatever the order of a customer's days."""
    contacts = sorted(contacts, key=lambda c: c[0])
    owner, day, department = (np.array([c[i] for c in contacts], np.int64) for i in range(3))
    departments: dict[tuple[int, int], set[int]] = {}
    for who, when, whose in contacts:
        departments.setdefault((who, when), set()).add(whose)
    expected = [i for i, (who, when, _) in enumerate(contacts) if len(departments[who, when]) > 1]
    assert sorted(_of_several(owner, day, department).tolist()) == expected
