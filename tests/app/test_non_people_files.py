"""From proposal to confirmation: the file that an audit writes can be pasted into the strategy as it stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from primum.app.cli.audit import write_report
from primum.app.workspace import open_workspace
from primum.audit.results import AuditResult

STRATEGY = """
strategy: {name: Test}
departments: {marketing: , sales: }
channels: {email: }
customers:
  own_domains: [acme.example]
  NOT_PEOPLE
data:
  sources:
    mails:
      kind: contacts
      files: mails.csv
      key: {email: address}
      map: {at: sent, channel: {value: email}, communication: what, department: team}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["address,sent,what,team"]
    for c in range(12):
        team = ("marketing", "sales")[c % 2]
        rows += [f"p{(7 * c + n) % 300}@x.org,2026-01-{c + 1:02d}T09:{n % 60:02d}Z,c{c},{team}" for n in range(40)]
        rows.append(f"watcher@x.org,2026-01-{c + 1:02d}T10:00Z,c{c},{team}")
    rows += ["qa@x.org,2026-01-02T10:00Z,c1,sales", "boss@acme.example,2026-01-02T10:00Z,c1,sales"]
    (tmp_path / "mails.csv").write_text("\n".join(rows) + "\n")
    return says(tmp_path, "people: []")


def says(folder: Path, text: str) -> Path:
    (folder / "primum.yaml").write_text(STRATEGY.replace("NOT_PEOPLE", text))
    return folder


def audited(folder: Path, *, reveal: bool) -> tuple[AuditResult, str]:
    place = open_workspace(folder)
    result = place.audit(reveal=reveal, why="a test" if reveal else None)
    write_report(place, result)
    return result, (folder / "reports" / "not_people.yaml").read_text()


def test_the_lines_of_a_revealed_audit_can_be_pasted(folder: Path) -> None:
    first, text = audited(folder, reveal=True)
    assert first.non_people.customers_proposed == 3
    lines = text[text.index("not_people:") :].replace("\n", "\n  ")
    again, text = audited(says(folder, lines.strip()), reveal=True)
    assert again.non_people.customers_confirmed == 3
    assert again.non_people.customers_proposed == 0
    assert {c.why for c in again.non_people.confirmed} == {"seed", "test", "staff"}
    assert "Nobody was found" in text
    unchecked = again.volume.without_content  # of those whose repeats are looked for
    assert replace(again.volume, without_content=unchecked) == replace(first.volume, without_content=unchecked)
    assert again.pressure.overall.customers == first.pressure.overall.customers - 3


def test_the_lines_of_a_masked_audit_say_nobodys_address(folder: Path) -> None:
    _, text = audited(folder, reveal=False)
    assert "watcher" not in text
    assert "qa@" not in text
    assert '  - {identifier: "email:*@acme.example", why: staff}' in text
    assert "2 identifiers are masked: audit with --reveal and --why" in text
    page = (folder / "reports" / "audit.html").read_text()
    assert "watcher" not in page


def test_an_entry_that_matches_nobody_is_told(folder: Path) -> None:
    entry = 'not_people: [{identifier: "email:*@elsewhere.example", why: seed}]'
    result, _ = audited(says(folder, entry), reveal=False)
    (spot,) = [s for s in result.blind_spots if s.kind == "not_people_unmatched"]
    assert spot.count == 1


def test_people_who_only_look_like_it_are_not_proposed_again(folder: Path) -> None:
    result, _ = audited(
        says(folder, 'people: ["email:qa@x.org", "email:*@acme.example", "email:watcher@x.org"]'), reveal=True
    )
    assert result.non_people.proposed == ()
    assert "email:watcher@x.org" in {p.customer for p in result.people}
