"""The register goes round: an audit writes it, somebody fills it in, the next audit counts by it."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from primum.app.cli.audit import write_report
from primum.app.workspace import open_workspace
from primum.audit.results import AuditResult

STRATEGY = """
strategy: {name: Test}
departments: {marketing: }
channels: {email: }
communications: {bill: {owner: marketing, sample: bill.txt}, planned: {owner: marketing}}
data:
  sources:
    mails:
      kind: contacts
      department: marketing
      files: mails.csv
      key: {email: address}
      map: {at: sent, channel: {value: email}, communication: what, subject: subject, content: subject}
"""
ROWS = "address,sent,what,subject\n" + "".join(
    f"c{i}@x.org,2026-01-{1 + i % 9:02d}T09:00Z,{what},{subject}\n"
    for i in range(20)
    for what, subject in (
        ("bill", f"Dear Ann{i}; your bill {i}"),
        ("Frühling", "Ein Angebot für Sie: 20% Rabatt"),
        ("", "A note"),
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "primum.yaml").write_text(STRATEGY)
    (tmp_path / "mails.csv").write_text(ROWS)
    (tmp_path / "bill.txt").write_text("Your bill is ready.\nWrite to bills@example.org.")
    return tmp_path


def audited(folder: Path) -> AuditResult:
    place = open_workspace(folder)
    result = place.audit()
    write_report(place, result)
    return result


def test_unregistered_communications_are_a_figure_of_the_headline(folder: Path) -> None:
    found = audited(folder)
    assert found.volume.unregistered_communications == 1
    assert found.volume.unregistered == 40
    assert (found.register.found, found.register.registered, found.register.unregistered) == (2, 1, 1)
    assert (found.register.contacts_unregistered, found.register.contacts_unnamed) == (40, 20)
    assert found.register.never_sent == ("planned",)
    assert "1 communication is in no register: 67% of contacts (40)." in found.headline.sentences[-1]


def test_what_is_filled_in_is_registered_at_the_next_audit(folder: Path) -> None:
    first = audited(folder)
    guess = next(c.guess for c in first.communications if c.communication == "Frühling")
    assert guess is not None
    assert guess.purpose == "marketing"
    path = folder / "reports" / "register.xlsx"
    pointing = STRATEGY.replace(
        "communications: {", "communications: {from: reports/register.xlsx, sheet: Communications, "
    )
    (folder / "primum.yaml").write_text(pointing)
    same = audited(folder)
    assert same.register == first.register
    assert same.method.strategy_version == open_workspace(folder).load().version
    book = load_workbook(path)
    page = book["Communications"]
    header = {c.value: c.column for c in page[1]}
    row = next(i for i in range(2, 9) if page.cell(i, 1).value == "Frühling")
    page.cell(row, header["Owner"]).value = "Marketing"
    page.cell(row, header["Message class"]).value = "marketing"
    book.save(path)
    filled = audited(folder)
    assert (filled.register.registered, filled.register.unregistered) == (2, 0)
    assert filled.volume.without_owner == 20
    assert filled.volume.without_purpose == 40
    assert filled.method.strategy_version != same.method.strategy_version
    assert load_workbook(path)["Communications"].cell(row, header["In the register"]).value == "yes"


def test_subjects_are_masked_and_the_sample_is_shown(folder: Path) -> None:
    audited(folder)
    page = (folder / "reports" / "audit.html").read_text()
    assert "Your bill is ready." in page
    assert "bills@example.org" not in page
    assert json.loads((folder / "reports" / "audit.json").read_text())["register"]["unregistered"] == 1


def test_a_register_that_is_no_workbook_is_told_and_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audited(folder)
    (folder / "reports" / "register.xlsx").write_text("broken")
    audited(folder)
    assert (folder / "reports" / "register.xlsx").read_text() == "broken"
    assert "register-2.xlsx" in "".join(capsys.readouterr().err.split())
