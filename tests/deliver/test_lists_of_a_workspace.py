"""`primum scrub`, `primum receipt` and `primum record` in a workspace with a history and rules."""

import csv
import json

import pytest
from typer.testing import CliRunner

from primum.app.cli.main import app
from primum.app.service.opening import open_gate
from primum.app.workspace import open_workspace
from primum.words.errors import UsageError

STRATEGY = """
strategy: {name: Aurora}
zone: Europe/London
departments: {crm: }
channels: {email: , sms: }
communications:
  news: {owner: crm, purpose: marketing, channels: [email], known_as: [NL]}
  offer: {purpose: marketing}
rules:
  cap: {says: Two a week., to: {purpose: marketing}, at_most: 2, within: 7 days}
data:
  sources:
    esp:
      kind: contacts
      files: sends.csv
      department: crm
      key: {email: mail}
      map: {at: sent, channel: {value: email}, communication: what}
"""
SENDS = """\
mail,sent,what
ann@example.org,2026-06-01 09:00,NL
ann@example.org,2026-06-02 09:00,NL
bob@example.org,2026-06-02 09:00,NL
"""
LIST = """\
note;Mail
first;ann@example.org
second; BOB@example.org
third;cleo@example.org
=1+1;bob@example.org
fifth;nobody
sixth;dora@example.org
"""
AT = "2026-06-03T09:00:00+01:00"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMUM_KEY", "5" * 64)
    monkeypatch.delenv("PRIMUM_LEDGER", raising=False)
    (tmp_path / "primum.yaml").write_text(STRATEGY)
    (tmp_path / "sends.csv").write_text(SENDS)
    (tmp_path / "list.csv").write_text(LIST)
    return tmp_path


def run(folder, *words):
    told = CliRunner().invoke(app, [*words, "-w", str(folder), "--json"], catch_exceptions=False)
    assert told.exit_code == 0
    return json.loads(told.stdout)


def rows(path, delimiter=","):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def ledger_rows(folder, statement):
    gate = open_gate(open_workspace(folder), with_history=False).gate
    with gate.ledger.reading() as transaction:
        found = transaction.rows(statement)
    gate.ledger.close()
    return found


def test_a_list_is_screened_returned_and_recorded(folder):
    told = run(folder, "scrub", str(folder / "list.csv"), "-c", "NL", "--at", AT, "--reserve")
    assert (told["rows"], told["allowed"], told["held"], told["rejected"]) == (6, 3, 2, 1)
    assert (told["unknown_customers"], told["valid_until"]) == (2, "2026-06-04T08:00:00Z")
    files = told["files"]
    assert f"{told['list']}-until-2026-06-04T0800Z" in files["allowed"]
    allowed = [["note", "Mail"], ["second", "BOB@example.org"], ["third", "cleo@example.org"]]
    found = [[cell.strip() for cell in row] for row in rows(files["allowed"], ";")]
    assert found == [*allowed, ["sixth", "dora@example.org"]]
    held = rows(files["held"], ";")
    assert held[0] == ["note", "Mail", "reasons", "until", "list", "valid until"]
    assert held[1][:4] == ["first", "ann@example.org", "Two a week.", "2026-06-08T08:00:00Z"]
    assert held[2][0] == "'=1+1"
    assert held[2][2] == "The same customer stands in this list already (row 3)."
    assert rows(files["rejects"])[1] == ["list.csv", "6", "Mail", "it is no e-mail address."]
    assert ledger_rows(folder, "SELECT count(*) FROM reservations") == [(3,)]
    _returned(folder, told["list"])


def _returned(folder, list_id):
    sent = "when,Mail\n2026-06-03 10:00,bob@example.org\n2026-06-05 10:00,cleo@example.org\n"
    (folder / "sent.csv").write_text(sent + "2026-06-03 10:00,ann@example.org\n2026-06-03 10:00,eli@example.org\n")
    for _ in range(2):  # told again, it changes nothing
        told = run(folder, "receipt", list_id, str(folder / "sent.csv"))
        found = [told[n] for n in ("as_allowed", "after_expiry", "though_held", "not_on_the_list")]
        assert found == [1, 1, 1, 1]
        assert (told["allowed_but_not_sent"], told["recorded"], told["never_returned"]) == (1, 4, [])
    ours = "SELECT count(*) FROM contact_facts WHERE source <> 'history'"
    assert ledger_rows(folder, ours) == [(4,)]
    assert ledger_rows(folder, "SELECT count(*) FROM resolutions WHERE outcome = 'confirmed'") == [(2,)]


def test_asking_again_before_the_time_that_was_told_is_counted(folder):
    ask = ("scrub", str(folder / "list.csv"), "-c", "news", "--without-history", "--at")
    run(folder, "record", str(folder / "sends.csv"), "-c", "news")
    first, again = run(folder, *ask, AT), run(folder, *ask, AT)
    assert [told["held"] for told in (first, again)] == [2, 2]
    assert [told["asked_again"] for told in (first, again)] == [0, 1]
    later = run(folder, *ask, "2026-06-30T09:00:00Z")
    assert (later["asked_again"], later["allowed"]) == (0, 4)


def test_what_does_not_follow_from_the_register_is_asked_for(folder):
    cases = {
        ("-c", "newz"): "Did you mean 'news'",
        ("-c", "offer"): "--department",
        ("-c", "news", "--key", "x"): "email=",
    }
    cases |= {("-c", "offer", "--department", "crm"): "--channel", ("-c", "news", "--at", "soon"): "--at soon"}
    for words, said in cases.items():
        with pytest.raises(UsageError, match=said):
            run(folder, "scrub", str(folder / "list.csv"), *words)
    with pytest.raises(UsageError, match="No list"):
        run(folder, "receipt", "L9", str(folder / "list.csv"))
