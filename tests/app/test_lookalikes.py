"""What looks like a finding and is none is not reported: the audit against the made-up company's odd exports.

`primum.demo.decoys` says what a naive audit would report. That the other figures are right, with all the decoys in
them, is for `test_planted_truth`; a second reading of the same files proves the truth itself (`tests/demo`).
"""

import csv
from fnmatch import fnmatch
from pathlib import Path

import pytest

import primum
from primum.audit.results import AuditResult
from primum.demo.company import build
from primum.demo.truth import Truth

COMPANIES = [(12_000, 3), (40_000, 7), (90_000, 20)]


@pytest.fixture(scope="module", params=COMPANIES, ids=lambda p: f"{p[0]}-seed{p[1]}")
def company(request, tmp_path_factory) -> tuple[Truth, AuditResult, Path]:
    folder = tmp_path_factory.mktemp("company")
    contacts, seed = request.param
    truth = build(folder, contacts, seed)
    return truth, primum.open(folder).audit(reveal=True, why="a test"), folder


def _pairs(truth: Truth, found: AuditResult) -> list[tuple[str, object, object]]:
    """(decoy, by the truth, by the audit) of all that `planted` promises of decoys."""
    facts = truth.planted
    meetings = {(p.a, p.b): p.customer_days for p in found.meetings.pairs}
    repeats = {(p.first, p.again): p.repeats for p in found.duplicates.pairs}
    return [
        ("order chains, call-backs", truth.meetings.pairs["marketing", "sales"][0], meetings["marketing", "sales"]),
        ("codes: no department repeats itself but by plan", None, repeats.get(("app", "app"))),
        ("monthly bills and their copies", facts["repeats billing"], repeats["billing", "billing"]),
        ("texts sent again, not those exported twice", facts["repeats sales"], repeats["sales", "sales"]),
        ("repeats outside the common period", facts["repeats marketing, then sales"], repeats["marketing", "sales"]),
    ]


def test_decoys_are_not_reported_and_what_is_real_among_them_is(company):
    truth, found, _ = company
    for name, expected, reported in _pairs(truth, found):
        assert reported == expected, name
    assert set(repeat for p in found.duplicates.pairs for repeat in (p.first, p.again)) <= set(found_departments(found))


def found_departments(found: AuditResult) -> list[str]:
    return [d.department for d in found.departments]


def test_rows_that_tell_of_one_contact_are_one(company):
    truth, found, _ = company
    shown = {s.name: s for s in found.sources}
    for name in ("sales_texts", "billing", "app"):
        t, source = truth.sources[name], shown[name]
        assert (source.folded, source.replaced) == (t.folded, t.replaced), name
        assert t.repeated + t.folded > 0, name
    billing = truth.sources["billing"]
    assert shown["billing"].rows == billing.rows - billing.replaced - billing.rejected


def test_the_common_period_is_that_of_the_shortest_export(company):
    truth, found, _ = company
    common, t = found.coverage.common, truth.common
    assert (common.first, common.last, common.days, common.outside) == (t.first, t.last, t.days, t.outside)
    assert (tuple(sorted(common.departments)), tuple(sorted(common.left_out))) == (t.departments, t.left_out)
    covered = {s.source: s for s in found.coverage.sources}
    assert (covered["app"].first, covered["app"].last) == (t.first, t.last)
    assert covered["marketing"].first < t.first
    assert covered["marketing"].last > t.last


def test_control_totals_that_differ_are_told(company):
    truth, found, _ = company
    lines = [(c.source, c.month, c.control, c.held) for c in found.coverage.control]
    assert lines == [(c.source, c.month, c.control, c.held) for c in truth.control]
    assert [c.settled for c in found.coverage.control] == [True, False]
    assert all(c.difference == c.held - c.control for c in found.coverage.control)


def test_warnings_are_those_of_the_accidents_and_no_others(company):
    truth, found, _ = company
    assert sorted((w.kind, w.source, w.file) for w in found.coverage.warnings) == sorted(truth.warnings)
    assert all(w.count == 65_536 for w in found.coverage.warnings)
    assert not [s.source for s in found.coverage.sources if s.holes]


def test_flags_without_a_date_give_certain_and_possible_cases_apart(company):
    truth, found, _ = company
    flags = {f.state: f for f in found.flags}
    assert flags.keys() == truth.flags.keys()
    for state, t in truth.flags.items():
        f = flags[state]
        assert (f.customers, f.dated, f.undated) == (t.customers, t.dated, t.undated), state
        during = f.contacts_during, f.customers_during, f.contacts_possible, f.customers_possible
        assert during == (t.contacts_during, t.customers_during, t.contacts_possible, t.customers_possible), state
    assert flags["no_advertising"].contacts_possible == truth.planted["contacts while an undated flag possibly held"]


def test_letters_have_a_day_and_no_time(company):
    _, found, _ = company
    lines = [line for person in found.people for line in person.timeline]
    by_day = [line for line in lines if line.department in ("billing", "collections")]
    assert by_day
    assert {(line.time, line.precision) for line in by_day} == {(None, "day")}


def _master(folder: Path) -> list[str]:
    with (folder / "exports" / "crm_customers.csv").open(encoding="utf-8", newline="") as file:
        return [row["e_mail"] for row in csv.DictReader(file) if row["e_mail"]]


def test_confirmed_non_people_are_counted(company):
    truth, found, _ = company
    confirmed = [p for p in truth.no_people if p.confirmed]
    assert found.non_people.customers_confirmed == len(confirmed)
    assert found.non_people.contacts_confirmed == truth.contacts_to_no_people
    held = {(c.why, c.contacts) for c in found.non_people.confirmed}
    sums = {why: sum(p.contacts for p in confirmed if p.why == why) for why in ("seed", "test")}
    assert held == set(sums.items())


def test_who_checks_what_goes_out_is_proposed_and_nobody_else(company):
    truth, found, folder = company
    proposed = [p.identifier.removeprefix("email:") for p in found.non_people.proposed]
    others = {p.email for p in truth.no_people if not p.confirmed}
    confirmed = {p.email for p in truth.no_people if p.confirmed}
    colleague = next(a for a in _master(folder) if a.startswith("amy.lind"))
    meant = {a for a in _master(folder) for pattern in proposed if fnmatch(a, pattern)}
    assert meant - confirmed - {colleague} == others
    assert found.non_people.customers_proposed == len(others)


def test_near_duplicates_are_texts_that_say_the_same(company):
    truth, found, _ = company
    pairs = {frozenset((p.a.text, p.b.text)): p for p in found.near_duplicates.pairs}
    for t in truth.near:
        assert frozenset((t.a, t.b)) in pairs, t
    for pair in truth.no_near:
        assert frozenset(pair) not in pairs, pair
    assert len(pairs) == len(truth.near)
