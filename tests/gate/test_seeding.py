"""The history is told to the ledger once, and what the ledger recorded itself is found again in it."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.choosing import tried
from ledgers import gate_of
from primum.gate import Question
from primum.gate.matching import Side, match
from primum.gate.recording import ToldContact, ToldCustomer
from primum.gate.seeding import Batch, SeededContact, Seeding

MINUTE = 60_000_000
NOW = 1_900_000_000_000_000
RULES = """
communications: {news: {purpose: marketing}}
rules: {cap: {says: Two., to: {purpose: marketing}, at_most: 2, within: 7 days}}
"""
TOLD = {"channel": "email", "communication": "news", "purpose": "marketing"}


def seeded(id, at, status="sent", customer="c1", **more):
    return SeededContact(id, customer, at, "instant", status, 0.0, {**TOLD, **more})


def tell(ledger, contacts, version="v1", watermark=NOW):
    seeding = Seeding(ledger, version, watermark)
    if not seeding.begin():
        return None
    names = sorted({"c1", *(c.customer for c in contacts)})
    seeding.tell(Batch([ToldCustomer(n, ("Europe/London",), aliases=(f"alias-{n}",)) for n in names], contacts))
    return seeding.finish()


@pytest.fixture
def gate(ledger):
    return gate_of(ledger, RULES, seeded_by=["history"])


def ask(gate, at=NOW):
    return gate.decide([Question("alias-c1", "news", "email", at)], "crm")[0]


def test_the_gate_opens_when_the_history_is_told_to_its_end(gate, ledger):
    seeding = Seeding(ledger, "v1", NOW)
    assert seeding.begin()
    seeding.tell(Batch([ToldCustomer("c1", aliases=("alias-c1",))], [seeded("a", NOW - 9 * MINUTE)]))
    assert [r.rule for r in ask(gate).reasons] == ["history-incomplete"]
    seeding.finish()
    assert gate.is_seeded()
    assert ask(gate).decision == "allow"
    assert [r.rule for r in ask(gate).reasons] == ["cap"]


def test_a_history_is_told_once(gate, ledger):
    contacts = [seeded("a", NOW - MINUTE)]
    assert tell(ledger, contacts).contacts == 1
    assert tell(ledger, contacts) is None
    assert tell(ledger, [*contacts, seeded("b", NOW)], "v2").contacts == 2
    assert ask(gate).decision == "deny"
    with ledger.reading() as transaction:
        assert transaction.rows("SELECT count(*) FROM contact_facts") == [(2,)]


def test_a_contact_recorded_here_and_exported_there_is_one_contact(gate, ledger):
    tell(ledger, [])
    reserved = ask(gate, NOW)
    gate.confirm(reserved.reservation, "crm")
    gate.record_contacts([ToldContact("other", "c9", NOW, "news", "email")], "crm")
    export = [seeded("a", NOW + 2 * MINUTE, "bounced"), seeded("b", NOW + 60 * MINUTE)]
    counts = tell(ledger, export, "v2", NOW + 90 * MINUTE)
    assert (counts.matched, counts.unmatched, counts.farthest) == (1, 0, 2 * MINUTE)
    with ledger.reading() as transaction:
        assert transaction.rows(
            "SELECT source, id FROM contact_facts WHERE customer = 'c1' AND source = 'history'"
        ) == [("history", "b")]
        assert transaction.rows("SELECT status FROM contacts WHERE customer = 'c1'") == [("bounced",)]
        assert transaction.rows("SELECT matched_by, apart FROM matches") == [("likeness", 2 * MINUTE)]
    assert tell(ledger, export, "v3", NOW + 90 * MINUTE).matched == 0
    assert ask(gate, NOW + 60 * MINUTE).decision == "allow"


def test_what_no_export_tells_of_is_counted(gate, ledger):
    tell(ledger, [])
    gate.record_contacts([ToldContact("t", "c1", NOW - 60 * MINUTE, "news", "email")], "crm")
    assert tell(ledger, [seeded("a", NOW)], "v2").unmatched == 1


def test_what_was_told_under_another_name_counts_once_the_names_are_linked(ledger):
    gate = gate_of(ledger, RULES)
    for _ in range(2):
        reserved = ask(gate)
        assert reserved.decision == "allow"
    gate.record_customers([ToldCustomer("c1", aliases=("alias-c1",))])
    assert ask(gate).decision == "deny"
    assert gate.confirm(reserved.reservation, "crm").state == "confirmed"
    assert {h.what for h in gate.timeline("c1")} == {"contact", "decision", "reservation"}


# Matching


def side(id, at, side="x", reservation=None, channel="email"):
    return Side((side, id), "c", channel, "n", at, reservation)


def test_a_reservation_goes_before_likeness():
    ours = [side("o1", 0, reservation="r1"), side("o2", 50)]
    theirs = [side("t1", 50, reservation="r1"), side("t2", 51)]
    assert [(m.ours[1], m.theirs[1], m.by) for m in match(ours, theirs, 60)] == [
        ("o1", "t1", "reservation"),
        ("o2", "t2", "likeness"),
    ]


@pytest.mark.parametrize(("apart", "found"), [(60, 1), (61, 0), (-60, 1), (-61, 0)])
def test_the_tolerance_is_met_or_not(apart, found):
    assert len(match([side("o", 1_000)], [side("t", 1_000 + apart)], 60)) == found


def test_another_channel_is_another_contact():
    assert match([side("o", 0)], [side("t", 0, channel="sms")], 60) == []


@given(
    ours=st.lists(st.integers(0, 200), max_size=5, unique=True),
    theirs=st.lists(st.integers(0, 200), max_size=5, unique=True),
)
@tried(60)
def test_each_is_matched_once_the_nearest_first_in_any_order(ours, theirs):
    found = []
    for order in list(permutations(ours))[:6]:
        pairs = match([side(str(o), o, "o") for o in order], [side(str(t), t, "t") for t in theirs], 30)
        found.append(sorted((m.ours, m.theirs) for m in pairs))
        assert len({m.ours for m in pairs}) == len({m.theirs for m in pairs}) == len(pairs)
        assert all(m.apart == abs(int(m.ours[1]) - int(m.theirs[1])) <= 30 for m in pairs)
        left_ours = set(ours) - {int(m.ours[1]) for m in pairs}
        left_theirs = set(theirs) - {int(m.theirs[1]) for m in pairs}
        assert all(abs(o - t) > 30 for o in left_ours for t in left_theirs)
    assert all(sorted(f) == found[0] for f in found)
