"""Seeds, tests, staff and shared addresses are proposed, ordinary customers never; who is confirmed is kept out."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pytest

from history.small import KEY, make_history
from primum.audit import non_people as np_
from primum.audit.lookup import make_lookup
from primum.audit.masking import Mask
from primum.audit.non_people import Yardsticks, reasons_of, suspects
from primum.audit.run import audit, who_seems_no_person
from primum.audit.sweep import make_frame
from primum.identity.looks import Look, People
from primum.strategy.models import Strategy
from views import source

COMMUNICATIONS = [f"c{i:02d}" for i in range(20)]
RARE = "only for few"
USUAL = Yardsticks(contacts_p99=12, contacts_p999=20, communications_p95=5, communications=20, days=90, departments=3)


def company(seed: int = 1, customers: int = 400, seeds: int = 3) -> list[dict]:
    """Ordinary customers, one busy customer, and seed addresses that received every communication twice."""
    chance = random.Random(seed)

    def row(key, communication, minute):
        i = int(communication[1:]) if communication != RARE else 0
        return {
            "key": key,
            "at": datetime(2026, 1, 1) + timedelta(minutes=minute),
            "department": ("marketing", "sales", "service")[i % 3],
            "communication": communication,
            "content": i,
        }

    rows = []
    for n in range(customers):
        liked = chance.sample(COMMUNICATIONS, 3)
        rows += [
            row(f"p{n}@x.org", chance.choice(liked), chance.randrange(120_000)) for _ in range(chance.randint(1, 9))
        ]
    rows += [row("busy@x.org", chance.choice(COMMUNICATIONS[:4]), 500 * i) for i in range(70)]
    rows += [row("anna.test@x.org", chance.choice(COMMUNICATIONS[:3]), 700 * i) for i in range(40)]
    rows += [row("info@small.example", "c01", 9000 * i) for i in range(4)]
    for s in range(seeds):
        rows += [row(f"watch{s}@x.org", c, 60 * i + s) for i, c in enumerate(COMMUNICATIONS * 2)]
        rows.append(row(f"watch{s}@x.org", RARE, s))
    return rows


class Known:
    """The readable identifiers of some addresses, as the workspace's key would give them."""

    def __init__(self, addresses: set[str]):
        self._known = {KEY.one("email", a): f"email:{a}" for a in addresses}

    def readable(self, hashes):
        return {h: self._known[h] for h in hashes if h in self._known}


def history_of(folder, rows, people=None, buckets=1):
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        sent = source(con, "sent", "contacts", rows, key_kinds=("email",))
        return make_history(con, [sent], folder, buckets, people=people)


def strategy(**customers) -> Strategy:
    return Strategy.model_validate({"strategy": {"name": "T"}, "customers": customers})


def audited(folder, rows, buckets=1, reveal=True, **customers):
    declared = strategy(**customers)
    people = People(
        tuple(e.identifier for e in declared.customers.not_people),
        tuple(declared.customers.people),
        tuple(declared.customers.own_domains),
        tuple(declared.customers.agency_domains),
    )
    history = history_of(folder, rows, people, buckets)
    names = Known({r["key"] for r in rows}) if reveal else None
    versions = {"as_of": "2026-06-01T00:00:00Z", "strategy_version": "s", "primum_version": "p", "tzdata_version": "t"}
    return audit(history, declared, names=names, **versions)


def seeming_of(history):
    look = make_lookup(strategy(), history.tags("contacts"), history.tags("responses"))
    return who_seems_no_person(make_frame(history, look, "UTC", 7))


def test_seeds_are_proposed_and_busy_or_oddly_named_customers_are_not(tmp_path):
    found = audited(tmp_path, company()).non_people
    seeds = [p for p in found.proposed if p.why == "seed"]
    assert {p.identifier for p in seeds} == {f"email:watch{i}@x.org" for i in range(3)}
    assert all(p.share_of_communications == 1.0 and p.contacts == 41 for p in seeds)
    assert "100% of all communications (20 of 20), from 3 departments" in seeds[0].reasons[0]
    assert [(p.identifier, p.why) for p in found.proposed if p.why != "seed"] == [
        ("email:info@small.example", "shared")
    ]
    assert (found.customers_proposed, found.contacts_proposed) == (4, 3 * 41 + 4)


def test_nobody_is_proposed_where_everybody_receives_everything(tmp_path):
    rows = [
        {"key": f"p{n}@x.org", "at": datetime(2026, 1, 1 + i), "department": "ab"[i % 2], "communication": c}
        for n in range(40)
        for i, c in enumerate(COMMUNICATIONS)
    ]
    assert audited(tmp_path, rows).non_people.proposed == ()


@pytest.mark.parametrize(
    ("contacts", "communications", "departments", "looks", "proposed"),
    [
        (12 * 9, 4, 3, 0, False),  # a much-pestered customer
        (12 * 40, 4, 3, 0, True),  # five a day for three months: no person
        (12 * 40, 4, 3, Look.PERSON, False),
        (89, 4, 1, 0, False),
        (30, 12, 2, 0, True),  # most of everything
        (30, 11, 3, 0, False),
        (30, 20, 1, 0, False),  # all of one department
        (1, 1, 1, Look.TEST, True),
        (1, 1, 1, Look.TEST | Look.PERSON, False),
    ],
)
def test_volume_alone_proposes_only_what_nobody_could_receive(contacts, communications, departments, looks, proposed):
    assert bool(reasons_of(contacts, communications, departments, int(looks), USUAL)) is proposed


def test_with_few_communications_receiving_most_of_them_says_nothing():
    few = Yardsticks(12, 20, 1, 9, 90, 3)
    assert reasons_of(9, 9, 3, 0, few) == ()


def test_the_census_counts_as_plain_python_does(tmp_path):
    rows = company(2)
    history = history_of(tmp_path, rows, buckets=4)
    seeming = seeming_of(history)
    contacts, seen, sent = defaultdict(int), defaultdict(set), defaultdict(int)
    for row in rows:
        sent[row["communication"]] += 1
    for row in rows:
        contacts[row["key"]] += 1
        if sent[row["communication"]] >= np_.MANY:
            seen[row["key"]].add(row["communication"])
    values = sorted(contacts.values())
    assert seeming.usual.communications == sum(n >= np_.MANY for n in sent.values()) == 20
    assert seeming.usual.contacts_p99 == values[-(-len(values) * 99 // 100) - 1]
    assert seeming.usual.contacts_p999 == values[-(-len(values) * 999 // 1000) - 1]
    assert np.repeat(np.arange(len(seeming.census.contacts)), seeming.census.contacts).tolist() == values
    widest = sorted(len(seen[key]) for key in contacts)
    assert np.repeat(np.arange(len(seeming.census.communications)), seeming.census.communications).tolist() == widest
    by_hash = {KEY.one("email", key): (contacts[key], len(seen[key])) for key in contacts}
    for candidate in seeming.census.most:
        assert candidate.rows[:2] == by_hash[candidate.id]


def test_any_split_gives_the_same_proposals(tmp_path, monkeypatch):
    monkeypatch.setattr(np_, "KEPT", 7)
    found = [seeming_of(history_of(tmp_path, company(3, seeds=5), buckets=b)) for b in (1, 4, 16)]
    shown = [[(s.candidate.id, s.why, s.reasons) for s in f.suspects] for f in found]
    assert shown[0] == shown[1] == shown[2]
    assert len(shown[0]) == 6
    assert len({tuple((c.rank, c.id) for c in f.census.most) for f in found}) == 1


def test_proposals_stay_in_the_figures_and_out_of_the_worst_list(tmp_path):
    found = audited(tmp_path, company())
    shown = {p.customer for p in found.people}
    assert "email:busy@x.org" in shown
    assert "email:anna.test@x.org" in shown
    assert not shown & {f"email:watch{i}@x.org" for i in range(3)}
    assert found.pressure.overall.week_max == 41


def test_who_is_confirmed_is_in_volumes_and_in_nothing_about_people(tmp_path):
    rows = company()
    entries = [{"identifier": "email:watch*@x.org", "why": "seed"}, {"identifier": "email:nobody@x.org", "why": "test"}]
    found = audited(tmp_path / "with", rows, not_people=entries)
    clean = audited(tmp_path / "clean", [r for r in rows if not r["key"].startswith("watch")])
    assert found.volume.contacts == len(rows)
    assert clean.volume.contacts == len(rows) - 3 * 41
    assert found.pressure == clean.pressure
    assert (found.duplicates.within, found.duplicates.between) == (clean.duplicates.within, clean.duplicates.between)
    assert found.meetings == clean.meetings
    assert found.responses.curve == clean.responses.curve
    assert [p.customer for p in found.people] == [p.customer for p in clean.people]
    n = found.non_people
    assert (n.customers_confirmed, n.contacts_confirmed) == (3, 3 * 41)
    assert [(c.identifier, c.customers, c.contacts) for c in n.confirmed] == [
        ("email:watch*@x.org", 3, 123),
        ("email:nobody@x.org", 0, 0),
    ]
    assert [p.why for p in n.proposed] == ["shared"]
    (spot,) = [s for s in found.blind_spots if s.kind == "not_people_unmatched"]
    assert spot.count == 1


def test_the_story_is_not_a_seeds(tmp_path):
    rows = company()
    mails = [r for r in rows if r["key"] == "watch0@x.org"]
    day = [r | {"at": datetime(2026, 5, 5, 9, i)} for i, r in enumerate(mails)]
    found = audited(tmp_path, rows + day)
    assert found.meetings.most_departments == 3
    assert "3 departments" in found.headline.story[0]
    assert "5 May 2026" not in found.headline.story[0]


def test_domains_of_the_company_are_one_proposal_each(tmp_path):
    rows = company() + [
        {"key": f"staff{i}@acme.example", "at": datetime(2026, 1, 2), "department": "sales", "communication": "c01"}
        for i in range(5)
    ]
    found = audited(tmp_path, rows, reveal=False, own_domains=["acme.example"], people=["email:staff0@acme.example"])
    first = found.non_people.proposed[0]
    assert (first.identifier, first.why, first.customers, first.contacts) == ("email:*@acme.example", "staff", 4, 4)
    assert first.pasteable
    assert all(not p.pasteable and "@" not in p.identifier for p in found.non_people.proposed[1:])


def test_masked_audits_name_nobody(tmp_path):
    entries = [
        {"identifier": "email:watch0@x.org", "why": "seed"},
        {"identifier": "email:*@seeds.example", "why": "seed"},
    ]
    found = audited(tmp_path, company(), reveal=False, not_people=entries).non_people
    assert [c.identifier for c in found.confirmed] == ["email:w…@x.org", "email:*@seeds.example"]
    assert not any("watch" in p.identifier for p in found.proposed)
    assert Mask(Known(set())).declared("phone:+12345678") == "phone:+12345678"


def test_suspects_are_seeds_first_then_by_contacts(tmp_path):
    found = suspects(seeming_of(history_of(tmp_path, company(seeds=2))).census, USUAL)
    assert [s.why for s in found] == ["seed", "seed", "shared"]
