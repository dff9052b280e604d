"""What looks like a finding and is none is not reported: the audit against the made-up company's odd exports.

`primum.demo.lookalikes` says what a naive audit would report. That the other figures are right, with all the decoys in
them, is for `test_planted_truth`; a second reading of the same files proves the truth itself (`tests/demo`).
"""

import csv
from dataclasses import fields
from fnmatch import fnmatch

import pytest

from primum.audit.results import AuditResult


def needs(name: str) -> pytest.MarkDecorator:
    """Skipped, visibly, where the audit has no such figures."""
    lacking = name not in {f.name for f in fields(AuditResult)}
    return pytest.mark.skipif(lacking, reason=f"the audit tells no {name} yet")


def test_nobody_is_said_to_repeat_or_meet_but_as_planted(brightwater):
    """Order chains, codes, call-backs, monthly bills, letters by day, and all that lies outside the common period."""
    truth, found, _ = brightwater
    facts = truth.planted
    repeats = {(p.first, p.again): p.repeats for p in found.duplicates.pairs}
    assert repeats == {
        **{(d, d): facts[f"repeats {d}"] for d in OWN_REPEATS},
        ("marketing", "sales"): facts["repeats marketing, then sales"],
        ("sales", "marketing"): facts["repeats sales, then marketing"],
    }
    story = {"collections", "logistics", "marketing", "sales"}
    promised = {tuple(sorted(k.removeprefix("meetings ").split(", "))): n for k, n in facts.items() if "meetings " in k}
    for pair in found.meetings.pairs:
        told_in_story = {pair.a, pair.b} <= story
        assert pair.customer_days == promised.get((pair.a, pair.b), 0) + told_in_story, pair
    assert found.live_offers.pairs == facts["live offers"]


OWN_REPEATS = ("marketing", "sales", "service", "collections", "logistics", "billing")


def test_a_naive_audit_would_have_reported_every_decoy(brightwater):
    truth, _, _ = brightwater
    assert len(truth.decoys) == 20
    assert {name for name, d in truth.decoys.items() if d.naive == d.right} == {"bills with a copy"}


def test_rows_that_tell_of_one_contact_are_one(brightwater):
    truth, found, _ = brightwater
    shown = {s.name: s for s in found.sources}
    for name in ("sales_texts", "billing", "app"):
        t, source = truth.sources[name], shown[name]
        assert (source.folded, source.replaced) == (t.folded, t.replaced), name
        assert t.repeated + t.folded > 0, name
    billing = truth.sources["billing"]
    assert shown["billing"].rows == billing.rows - billing.replaced - billing.rejected


def test_the_common_period_is_that_of_the_shortest_export(brightwater):
    truth, found, _ = brightwater
    common, t = found.coverage.common, truth.common
    assert (common.first, common.last, common.days, common.outside) == (t.first, t.last, t.days, t.outside)
    assert (tuple(sorted(common.departments)), tuple(sorted(common.left_out))) == (t.departments, t.left_out)
    covered = {s.source: s for s in found.coverage.sources}
    assert (covered["app"].first, covered["app"].last) == (t.first, t.last)
    assert covered["marketing"].first < t.first
    assert covered["marketing"].last > t.last


def test_control_totals_that_differ_are_told(brightwater):
    truth, found, _ = brightwater
    lines = [(c.source, c.month, c.control, c.held) for c in found.coverage.control]
    assert lines == [(c.source, c.month, c.control, c.held) for c in truth.control]
    assert [c.settled for c in found.coverage.control] == [True, False]
    assert all(c.difference == c.held - c.control for c in found.coverage.control)


def test_warnings_are_those_of_the_accidents_and_no_others(brightwater):
    truth, found, _ = brightwater
    assert sorted((w.kind, w.source, w.file) for w in found.coverage.warnings) == sorted(truth.warnings)
    assert all(w.count == 65_536 for w in found.coverage.warnings)
    assert not [s.source for s in found.coverage.sources if s.holes]


def test_flags_without_a_date_give_certain_and_possible_cases_apart(brightwater):
    truth, found, _ = brightwater
    flags = {f.state: f for f in found.flags}
    assert flags.keys() == truth.flags.keys()
    for state, t in truth.flags.items():
        f = flags[state]
        assert (f.customers, f.dated, f.undated) == (t.customers, t.dated, t.undated), state
        during = f.contacts_during, f.customers_during, f.contacts_possible, f.customers_possible
        assert during == (t.contacts_during, t.customers_during, t.contacts_possible, t.customers_possible), state
    assert flags["no_advertising"].contacts_possible == truth.planted["contacts while an undated flag possibly held"]


def test_letters_have_a_day_and_no_time(brightwater):
    _, found, _ = brightwater
    lines = [line for person in found.people for line in person.timeline]
    by_day = [line for line in lines if line.department in ("billing", "collections")]
    assert by_day
    assert {(line.time, line.precision) for line in by_day} == {(None, "day")}


def test_confirmed_non_people_are_counted(brightwater):
    truth, found, _ = brightwater
    confirmed = [p for p in truth.no_people if p.confirmed]
    assert found.non_people.customers_confirmed == len(confirmed)
    assert found.non_people.contacts_confirmed == truth.contacts_to_no_people
    held = {(c.why, c.contacts) for c in found.non_people.confirmed}
    sums = {why: sum(p.contacts for p in confirmed if p.why == why) for why in ("seed", "test")}
    assert held == set(sums.items())


def test_who_checks_what_goes_out_is_proposed_and_nobody_else(brightwater):
    truth, found, folder = brightwater
    proposed = [p.identifier for p in found.non_people.proposed]
    with (folder / "exports" / "crm_customers.csv").open(encoding="utf-8", newline="") as file:
        master = [(f"crm_id:{row['customer_no'].lower()}", f"email:{row['e_mail']}") for row in csv.DictReader(file)]
    meant = {email for names in master for email in names[1:] if any(fnmatch(n, p) for n in names for p in proposed)}
    people = {email for _, email in master if email.startswith("email:amy.lind")}
    confirmed = {f"email:{p.email}" for p in truth.no_people if p.confirmed}
    assert len(people) == 1
    assert meant - confirmed - people == {f"email:{p.email}" for p in truth.no_people if not p.confirmed}
    assert found.non_people.customers_proposed == truth.planted["addresses to propose"]


@needs("near_duplicates")
def test_near_duplicates_are_texts_that_say_the_same(brightwater):
    """Statements that differ in the month are alike, and reach nobody twice within seven days."""
    truth, found, _ = brightwater
    met = sorted(p.customers for p in found.near_duplicates.pairs if p.customers)
    assert met == sorted(t.both for t in truth.near)
