"""No decoy is reported and no true finding is missed: the audit's figures against Harbour & Finch's own account.

`primum.demo.decoys.truth` says what each figure means; `tests/demo/test_decoys.py` proves it from the files.
"""

import shutil
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

import primum
from primum.app.cli import app
from primum.audit.results import AuditResult
from primum.demo.decoys.company import build
from primum.demo.decoys.truth import Decoys
from primum.words.errors import UsageError

COMPANIES = [(12_000, 3), (40_000, 7), (90_000, 20)]
Audited = tuple[Decoys, AuditResult]


@pytest.fixture(scope="module", params=COMPANIES, ids=lambda p: f"{p[0]}-seed{p[1]}")
def company(request, tmp_path_factory) -> Audited:
    folder = tmp_path_factory.mktemp("harbour")
    contacts, seed = request.param
    truth = build(folder, contacts, seed)
    return truth, primum.open(folder).audit(reveal=True, why="a test")


def needs(*names: str) -> pytest.MarkDecorator:
    """Skipped, visibly, where the audit has no such figures."""
    lacking = [n for n in names if n not in {f.name for f in fields(AuditResult)}]
    return pytest.mark.skipif(bool(lacking), reason=f"the audit tells no {', '.join(lacking)} yet")


def source(result: AuditResult, name: str):
    """One source's figures."""
    return next(s for s in result.sources if s.name == name)


def test_volumes(company):
    truth, result = company
    names = ("contacts", "received", "pushed", "asked_for", "not_received", "unlinked")
    found = result.volume
    assert {n: getattr(found, n) for n in names} == {n: getattr(truth, n) for n in names}
    assert found.not_sent == truth.waiting
    assert found.unregistered == found.without_department == found.without_owner == 0


def test_nothing_is_rejected(company):
    assert sum(s.rejected for s in company[1].sources) == 0


def test_responses_come_out_of_the_event_log(company):
    truth, result = company
    assert dict(result.responses.by_kind) == truth.responses


def test_event_log_folds(company):
    truth, result = company
    log = source(result, "offers")
    assert (log.rows, log.folded, log.ignored) == (truth.event_rows, truth.folded, 0)
    assert sum(s.folded for s in result.sources) == truth.folded


def test_overlapping_exports_count_once(company):
    truth, result = company
    repeated = {b.source: b.count for b in result.blind_spots if b.kind == "repeated"}
    assert repeated == truth.repeated


def test_the_corrected_file_replaces_the_wrong_one(company):
    truth, result = company
    assert {s.name: s.replaced for s in result.sources if s.replaced} == {"service": truth.replaced}


def test_ids_made_of_attributes_are_no_ids_of_several_customers(company):
    assert [b for b in company[1].blind_spots if b.kind == "ids_of_several"] == []


def test_repeats_within_departments(company):
    truth, result = company
    found = result.duplicates
    assert (found.within, found.within_customers) == (truth.repeats_within, truth.repeats_within_customers)


def test_repeats_between_departments(company):
    truth, result = company
    found = result.duplicates
    assert (found.between, found.between_customers) == (truth.repeats_between, truth.repeats_between_customers)
    assert {(p.first, p.again) for p in found.pairs} == {
        ("marketing", "marketing"),
        ("service", "service"),
        ("marketing", "sales"),
    }


def test_meetings(company):
    truth, result = company
    found = result.meetings
    assert {tuple(sorted((p.a, p.b))): p.customer_days for p in found.pairs} == truth.meetings
    assert (found.several, found.most_departments) == (truth.meeting_days, 3)


def test_pressure(company):
    truth, result = company
    overall = result.pressure.overall
    assert dict(overall.week_histogram) == truth.week_histogram
    assert (overall.week_max, overall.customers) == (truth.heavy_week, sum(truth.week_histogram.values()))


def test_what_was_asked_for_presses_nobody(company):
    assert "shop" not in {p.department for p in company[1].pressure.by_department if p.customers}


def test_the_heavy_customers_lead_the_busiest_weeks(company):
    truth, result = company
    weeks = [p.busiest_week for p in result.people]
    assert weeks.count(truth.heavy_week) == min(truth.heavy_customers, len(weeks))
    assert max(weeks) == truth.heavy_week


def test_nobody_of_the_worst_hit_is_a_seed_or_staff(company):
    shown = " ".join(p.customer for p in company[1].people)
    assert "seedlist" not in shown
    assert "harbourfinch" not in shown


def test_seeds_and_staff_are_confirmed_and_counted(company):
    truth, result = company
    contacts: Counter[str] = Counter()
    for one in result.non_people.confirmed:
        contacts[one.why] += one.contacts
    assert contacts == {"seed": truth.seed_contacts, "staff": truth.staff_contacts}
    assert result.non_people.contacts_confirmed == truth.seed_contacts + truth.staff_contacts
    assert result.non_people.customers_confirmed == len(truth.seeds) + len(truth.staff)


def test_test_addresses_are_proposed_and_no_customer_is(company):
    truth, result = company
    numbers = zip(truth.test_customers, truth.tests, strict=True)
    known = {f"crm_id:{number}".casefold(): f"email:{address}" for number, address in numbers}
    proposed = {known.get(p.identifier.casefold(), p.identifier): p for p in result.non_people.proposed}
    assert set(proposed) - {f"email:{m}" for m in truth.mailboxes} == {f"email:{a}" for a in truth.tests}
    for address in truth.tests:
        found = proposed[f"email:{address}"]
        assert found.contacts == truth.test_contacts // len(truth.tests)
        assert 0 < found.communications <= truth.test_communications


def test_shared_mailboxes_link_nobody(company):
    truth, result = company
    shared = [s for s in result.silos.shared_identifiers if s.kind == "email"]
    assert len(shared) == len(truth.mailboxes)
    assert sum(s.contacts for s in shared) == truth.unlinked


@needs("near_duplicates")
def test_only_the_planted_texts_are_nearly_one(company):
    """Bills that differ in the month's name never reach a customer within seven days of one another."""
    truth, result = company
    met = [p for p in result.near_duplicates.pairs if p.customers]
    assert len(met) == 1
    assert met[0].customers == truth.near_customers


def test_common_period(company):
    truth, result = company
    found = result.coverage.common
    assert found is not None
    assert (found.first, found.last) == truth.common_period
    assert found.left_out == truth.left_out


def test_control_totals(company):
    truth, result = company
    found = [(c.source, c.month, c.control, c.held, c.difference) for c in result.coverage.control]
    assert found == [("newsletters", c.month, c.control, c.held, c.held - c.control) for c in truth.control]


def test_only_the_truncated_file_is_warned_of(company):
    truth, result = company
    assert [(w.kind, w.file) for w in result.coverage.warnings] == [("cut_off", name) for name in truth.cut_off]


def test_no_source_has_holes(company):
    assert {s.source: s.holes for s in company[1].coverage.sources if s.holes} == {}


def test_flags(company):
    truth, result = company
    found = {
        f.state: (
            f.dated,
            f.undated,
            f.contacts_during,
            f.customers_during,
            f.contacts_possible,
            f.customers_possible,
        )
        for f in result.flags
    }
    assert found == {
        name: (t.dated, t.undated, t.during, t.customers_during, t.possible, t.customers_possible)
        for name, t in truth.flags.items()
    }


def test_the_command_refuses_a_company_too_small_for_its_decoys(tmp_path):
    done = CliRunner().invoke(app, ["demo", "decoys", "--folder", str(tmp_path / "new"), "--contacts", "11999"])
    assert isinstance(done.exception, UsageError)
    assert "at least 12,000 contacts" in str(done.exception)
    assert not (tmp_path / "new").exists()


def figures(result: AuditResult) -> dict[str, int]:
    """The figures that a forgotten line of the strategy would disturb."""
    return {
        "contacts": result.volume.contacts,
        "asked for": result.volume.asked_for,
        "repeats": result.duplicates.within,
        "meeting days": result.meetings.several,
        "confirmed": result.non_people.contacts_confirmed,
        "proposed": result.non_people.customers_proposed,
        "certain": sum(f.contacts_during for f in result.flags),
    }


FORGOTTEN = {
    ", initiated: customer": {"asked for", "repeats", "meeting days"},
    "        initiated: asked by\n": {"asked for", "repeats", "meeting days"},
    "{lands_after: 2 days}": {"meeting days"},
    '    - {identifier: "email:*@seedlist.example", why: seed}\n': {"confirmed", "repeats", "meeting days", "proposed"},
    "      one_row_per: [at, communication]\n": {"contacts", "repeats"},
    "      as_of: 2025-05-01\n": {"certain"},
    "        id: id\n        at: when\n": {"contacts", "repeats"},
}


@pytest.fixture(scope="module")
def careful(tmp_path_factory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("careful")
    build(folder, *COMPANIES[0])
    return folder, figures(primum.open(folder).audit())


@pytest.mark.parametrize("line", FORGOTTEN)
def test_every_decoy_bites_where_the_strategy_forgets_it(careful, tmp_path, line):
    folder, right = careful
    text = (folder / "primum.yaml").read_text(encoding="utf-8")
    assert line in text
    kept = "        at: when\n" if "at: when" in line else ""
    (tmp_path / "primum.yaml").write_text(text.replace(line, kept), encoding="utf-8")
    shutil.copytree(folder / "exports", tmp_path / "exports")
    wrong = figures(primum.open(tmp_path).audit())
    assert {name for name in right if wrong[name] != right[name]} >= FORGOTTEN[line]
