"""`primum check --data`: the strategy beside the first rows of its sources, each finding at its line."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from primum.app.cli import app
from primum.app.data_check import DataCheck, check_data
from primum.app.workspace import open_workspace
from primum.sources import peek
from primum.words.errors import SourceError, TooManyRejectsError

NOW = datetime(2026, 2, 1, tzinfo=UTC)
STRATEGY = """\
strategy: {name: Test, customer_champion: Nadia Okafor}
departments: {marketing: {owner: Tom Ashby}}
channels: {email: , sms: }
communications: {newsletter: {owner: marketing, known_as: [NL]}}
data:
  sources:
    mails:
      kind: contacts
      files: mails.csv
      department: marketing
      key: {email: address}
      fresh: 10 days
      map:
        at: sent
        channel: via
        communication: what
        purpose: class
"""
ROWS = """\
address,sent,via,what,class
a@x.org,2026-01-28T09:00Z,email,newsletter,marketing
b@x.org,2026-01-29T09:00Z,email,NL,marketing
c@x.org,2026-01-30T09:00Z,sms,newsletter,service
"""


def workspace(folder: Path, strategy: str = STRATEGY, rows: str = ROWS) -> Path:
    (folder / "primum.yaml").write_text(strategy, encoding="utf-8")
    (folder / "mails.csv").write_text(rows, encoding="utf-8")
    return folder


def checked(folder: Path, now: datetime = NOW) -> DataCheck:
    place = open_workspace(folder)
    return check_data(place, place.check(now.date()), now)


def told(found: DataCheck) -> list[tuple[str, str | None, int | None, int]]:
    return [(f.kind, f.source, f.rows, f.complaint.line) for f in found.findings]


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_data_that_fit_give_no_finding(tmp_path):
    found = checked(workspace(tmp_path))
    assert told(found) == []
    look = found.looks["mails"]
    assert (look.rows, look.rejected, look.whole) == (3, 0, True)
    assert look.words["channel"] == {"email": 2, "sms": 1}
    found.raise_errors()


def test_nothing_is_built_and_nothing_stays_behind(tmp_path):
    checked(workspace(tmp_path))
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["mails.csv", "primum.yaml"]


def test_words_that_nobody_declared_are_counted_at_their_line(tmp_path):
    rows = ROWS + "d@x.org,2026-01-30T10:00Z,fax,newsletter,service\n" * 2 + "e@x.org,2026-01-30,pigeon,flash,service\n"
    found = checked(workspace(tmp_path, rows=rows))
    assert told(found) == [
        ("undeclared", "mails", 3, line_of(STRATEGY, "channel: via")),
        ("unregistered", "mails", 1, line_of(STRATEGY, "communication: what")),
    ]
    assert '"fax", "pigeon" are in `channel`' in found.findings[0].complaint.what
    assert "Allowed: email, sms." in found.findings[0].complaint.cure
    assert '"flash"' in found.findings[1].complaint.what


def test_departments_that_nobody_declared_are_told(tmp_path):
    text = STRATEGY.replace("      department: marketing\n", "").replace("via\n", "via\n        department: what\n")
    found = checked(workspace(tmp_path, text.replace("known_as: [NL]", "known_as: [NL]")))
    assert ("undeclared", "mails", 3, line_of(text, "department: what")) in told(found)


def test_words_of_a_closed_list_are_rows_that_cannot_be_used(tmp_path):
    rows = "".join(f"p{i}@x.org,2026-01-30T09:00Z,email,NL,{'Promo' if i < 3 else 'marketing'}\n" for i in range(200))
    found = checked(workspace(tmp_path, rows=ROWS.splitlines()[0] + "\n" + rows))
    assert told(found) == [("unusable_rows", "mails", 3, line_of(STRATEGY, "purpose: class"))]
    assert "class: 'promo' is not a known purpose" in found.findings[0].complaint.what
    found.raise_errors()


def test_reasons_that_differ_in_the_value_are_one(tmp_path):
    bad = "".join(f"q@x.org,{when},email,NL,service\n" for when in ("soon", "soon", "31/31", "later", "never"))
    good = "p@x.org,2026-01-30T09:00Z,email,NL,service\n" * 200
    found = checked(workspace(tmp_path, rows=ROWS + good + bad))
    assert told(found) == [("unusable_rows", "mails", 5, line_of(STRATEGY, "at: sent"))]
    assert "sent: 'soon', '31/31', 'later' is not a date" in found.findings[0].complaint.what


def test_what_names_a_person_is_not_told(tmp_path):
    bad = "q@x.org,ann@example.org,email,NL,service\n"
    found = checked(workspace(tmp_path, rows=ROWS + bad))
    assert "ann@example.org" not in found.findings[0].complaint.what


def test_too_many_rows_that_cannot_be_used_are_an_error_of_their_class(tmp_path):
    found = checked(workspace(tmp_path, rows=ROWS + "q@x.org,soon,email,NL,service\n" * 10))
    with pytest.raises(TooManyRejectsError, match=r"10 of the 13 rows cannot be used \(77%\)") as error:
        found.raise_errors()
    assert error.value.complaints[0].line == line_of(STRATEGY, "mails:")
    assert "10: sent: 'soon' is not a date" in error.value.complaints[0].cure


def test_missing_columns_and_files_are_errors_told_together(tmp_path):
    text = STRATEGY.replace("channel: via", "channel: channel_name") + (
        "    calls:\n      kind: contacts\n      department: marketing\n      files: calls.csv\n"
        "      key: {phone: number}\n      map: {at: day}\n"
    )
    found = checked(workspace(tmp_path, text))
    with pytest.raises(SourceError) as error:
        found.raise_errors()
    what = {c.what: c.line for c in error.value.complaints}
    assert what["source 'mails': there is no column 'channel_name'."] == line_of(text, "channel: channel_name")
    assert any("no such file" in w for w in what)
    assert found.looks == {}


@pytest.mark.parametrize(
    ("now", "kind"),
    [(datetime(2026, 2, 9, tzinfo=UTC), None), (datetime(2026, 2, 9, 9, 1, tzinfo=UTC), "stale")],
)
def test_a_source_is_out_of_date_a_minute_after_it_may_be(tmp_path, now, kind):
    found = checked(workspace(tmp_path), now)
    assert [f.kind for f in found.findings] == ([kind] if kind else [])
    assert all(f.complaint.line == line_of(STRATEGY, "fresh:") for f in found.findings)


def test_instants_in_the_future_keep_nothing_fresh(tmp_path):
    rows = ROWS + "f@x.org,2029-01-01T09:00Z,email,NL,service\n"
    found = checked(workspace(tmp_path, rows=rows), datetime(2026, 3, 1, tzinfo=UTC))
    assert [f.kind for f in found.findings] == ["stale"]
    assert "30 January 2026" in found.findings[0].complaint.what


@pytest.mark.parametrize(("changed", "kind"), [("2026-01-02", "stale"), ("2026-01-31", "undatable")])
def test_of_a_file_that_was_not_read_whole_its_last_change_bounds_the_newest_row(tmp_path, monkeypatch, changed, kind):
    monkeypatch.setattr(peek, "FIRST_ROWS", 2)
    monkeypatch.setattr(peek.look_at, "__defaults__", (2,))
    monkeypatch.setattr("primum.sources.delimited.BLOCK", 256)
    early = "".join(f"{'x' * 60}{i}@x.org,2025-12-01T09:00Z,email,NL,service\n" for i in range(60))
    workspace(tmp_path, rows=ROWS.splitlines()[0] + "\n" + early + "\n".join(ROWS.splitlines()[1:]) + "\n")
    stamp = datetime.fromisoformat(changed).timestamp()
    os.utime(tmp_path / "mails.csv", (stamp, stamp))
    found = checked(tmp_path)
    assert not found.looks["mails"].whole
    assert found.looks["mails"].rows < 63
    assert [f.kind for f in found.findings] == [kind]
    assert "first" in found.findings[0].complaint.what or "2 January 2026" in found.findings[0].complaint.what


def test_columns_that_only_later_objects_have_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(peek.look_at, "__defaults__", (2,))
    monkeypatch.setattr("primum.sources.lines.BATCH", 2)
    text = STRATEGY.replace("mails.csv", "mails.jsonl")
    workspace(tmp_path, text)
    some = {"address": "a@x.org", "sent": "2026-01-28T09:00Z", "via": "email", "what": "NL"}
    lines = [some] * 5 + [some | {"class": "service"}]
    (tmp_path / "mails.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    found = checked(tmp_path)
    found.raise_errors()
    assert found.looks["mails"].words["purpose"] == {"service": 1}


def test_typed_files_are_looked_at_whole(tmp_path):
    rows = [dict(zip(ROWS.splitlines()[0].split(","), r.split(","), strict=True)) for r in ROWS.splitlines()[1:]]
    workspace(tmp_path, STRATEGY.replace("mails.csv", "mails.parquet"))
    pq.write_table(pa.Table.from_pylist(rows * 4), tmp_path / "mails.parquet")
    look = checked(tmp_path).looks["mails"]
    assert (look.rows, look.whole, look.words["channel"]) == (12, True, {"email": 8, "sms": 4})


RULES = """\
rules:
  evening: {says: Not at night., between: {mon-fri: "08:00-20:00"}}
  complaint: {says: Leave complainants alone., never_if: complaint}
  brandless: {says: One brand a week., to: {brand: gold}, at_most: 1, within: 7 days}
  rich: {says: Not the rich., for: {income: high}, at_most: 1, within: 7 days}
  opted: {says: Pause after a click., pause: 7 days, after: {response: clicked}}
"""


def test_facts_that_rules_need_and_nobody_supplies(tmp_path):
    text = STRATEGY + RULES
    place = open_workspace(workspace(tmp_path, text))
    found = check_data(place, place.check(NOW.date()), NOW)
    facts = {f.complaint.what: f.complaint.line for f in found.findings if f.kind == "unsupplied"}
    assert facts == {
        'rule "evening" asks for the customer\'s local time, which no source supplies.': line_of(text, "  evening:"),
        'rule "brandless" asks for the attribute "brand" of contacts, which no source supplies.': line_of(
            text, "  brandless:"
        ),
        'rule "rich" asks for the attribute "income" of customers, which no source supplies.': line_of(text, "  rich:"),
        'rule "opted" asks for responses of the kind "clicked", which no source supplies.': line_of(text, "  opted:"),
    }
    warned = [w.what for w in place.check(NOW.date()).warnings]
    assert any('the state "complaint", which nobody declares' in w for w in warned), "told by the plain check"


SUPPLIED = """\
    people:
      kind: customers
      files: people.csv
      key: {email: address}
      map: {zone: zone}
      attributes: {income: income}
    clicks:
      kind: responses
      files: clicks.csv
      key: {email: address}
      map: {at: when, kind: what}
    flags:
      kind: states
      files: flags.csv
      key: {email: address}
      map: {state: flag, from: since}
"""


def test_facts_that_sources_supply_are_no_finding(tmp_path):
    text = STRATEGY + SUPPLIED + RULES
    workspace(tmp_path, text.replace("        purpose: class\n", "        purpose: class\n        brand: what\n"))
    (tmp_path / "people.csv").write_text("address,zone,income\na@x.org,Europe/London,high\n")
    (tmp_path / "clicks.csv").write_text("address,when,what\na@x.org,2026-01-30T10:00Z,clicked\n")
    (tmp_path / "flags.csv").write_text("address,flag,since\na@x.org,complaint,2026-01-30\n")
    assert told(checked(tmp_path)) == []
    (tmp_path / "flags.csv").write_text("address,flag,since\na@x.org,grumble,2026-01-30\n")
    (tmp_path / "clicks.csv").write_text("address,when,what\na@x.org,2026-01-30T10:00Z,opened\n")
    facts = [f.complaint.what for f in checked(tmp_path).findings]
    assert facts == [
        'rule "complaint" asks for the state "complaint", which no source supplies.',
        'rule "opted" asks for responses of the kind "clicked", which no source supplies.',
    ]


def test_a_zone_for_all_serves_every_rule(tmp_path):
    text = "zone: Europe/London\n" + STRATEGY + RULES
    assert not any("local time" in f.complaint.what for f in checked(workspace(tmp_path, text)).findings)


# The command


def run(folder: Path, *words: str):
    return CliRunner().invoke(app, ["check", "--data", "--as-of", "2026-01-31", "-w", str(folder), *words])


def test_the_command_says_what_it_looked_at(tmp_path):
    done = run(workspace(tmp_path))
    assert done.exit_code == 0
    assert "mails" in done.output
    assert "The data fit the strategy" in done.output


def test_the_command_tells_findings_at_their_line_and_exits_0(tmp_path):
    done = run(workspace(tmp_path, rows=ROWS + "d@x.org,2026-01-30T10:00Z,fax,NL,service\n"))
    assert done.exit_code == 0
    assert f"primum.yaml:{line_of(STRATEGY, 'channel: via')}:" in done.output


def test_the_command_as_json(tmp_path):
    done = run(workspace(tmp_path, rows=ROWS + "d@x.org,2026-01-30T10:00Z,fax,NL,service\n"), "--json")
    data = json.loads(done.output)["data"]
    assert data["sources"]["mails"] == {"rows": 4, "whole": True, "unusable": 0, "newest": "2026-01-30T10:00:00Z"}
    assert [(f["kind"], f["source"], f["rows"]) for f in data["findings"]] == [("undeclared", "mails", 1)]
    assert data["errors"] == []


@pytest.mark.parametrize(
    ("strategy", "rows", "error"),
    [
        (STRATEGY.replace("via", "channel_name"), ROWS, SourceError),
        (STRATEGY, ROWS + "q@x.org,soon,email,NL,service\n" * 10, TooManyRejectsError),
    ],
)
def test_the_command_ends_by_the_class_of_the_error_and_prints_the_json_all_the_same(tmp_path, strategy, rows, error):
    done = run(workspace(tmp_path, strategy, rows), "--json")
    assert type(done.exception) is error
    (told_error,) = json.loads(done.stdout)["data"]["errors"]
    assert told_error["class"] == error.__name__
    assert told_error["line"] > 0


def test_lines_for_machines_hold_what_the_data_tell(tmp_path):
    rows = ROWS + "d@x.org,2026-01-30T10:00Z,fax,NL,service\n"
    done = run(workspace(tmp_path, rows=rows), "--format", "plain")
    place = f"primum.yaml:{line_of(STRATEGY, 'channel: via')}:18: warning: source 'mails': \"fax\""
    assert any(place in line and line.endswith("[undeclared]") for line in done.stdout.splitlines())
    done = run(workspace(tmp_path, STRATEGY.replace("via", "channel_name")), "--format", "github")
    assert done.exit_code == SourceError.exit_code
    assert "title=SourceError::source 'mails': there is no column 'channel_name'." in done.stdout
