"""A canary planted wherever a source may hold a person: nothing Primum writes or says repeats it, unless revealed."""

import contextlib
import gzip
import io
import json
import os
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from primum.app.cli.main import app

CANARY = "qzcanary"
PHONE = "02079460123"
PHONES = ("02079460123", "2079460123", "020 7946 0123", "+442079460123")
MAIL = "Qzcanary.One@Example.org"
STRATEGY = """
strategy: {name: Test, customer_champion: Ann}
customers: {country: GB}
departments: {marketing: {owner: Ann}, service: {owner: Ben}}
channels: {email: {}, call: {}, post: {}}
data:
  rejects_at_most: 0.9
  sources:
    crm:
      kind: customers
      files: crm.xlsx
      key: {crm_id: number}
      identifiers: {email: mail, phone: tel, household: house}
      attributes: {contact_person: person}
    mails:
      kind: contacts
      department: marketing
      files: mails*.csv
      key: {email: address}
      map:
        {id: id, at: sent, channel: {value: email}, communication: what, subject: subject, content: subject,
         address: address, reference: order, valid_until: until}
      attributes: {cc: cc}
    calls: {kind: contacts, department: service, files: calls.jsonl, key: {phone: tel},
            map: {at: at, channel: {value: call}, communication: what, address: tel}}
    letters: {kind: contacts, department: service, files: letters.parquet, key: {crm_id: number},
              map: {at: at, channel: {value: post}, communication: what, id: id}}
    visits: {kind: contacts, department: service, files: visits.csv.gz, key: {crm_id: number}, map: {at: at}}
    heard: {kind: responses, files: heard.sqlite, key: {email: address},
            map: {at: at, kind: {value: clicked}, contact: contact}}
    held: {kind: states, files: held.csv, key: {crm_id: number},
           map: {from: at, state: {value: opted_out}, address: address, account: account}}
"""


def write_sources(folder: Path) -> None:
    """Files of seven formats, the canary in each: keys, addresses, ids, references, texts, rejected rows."""
    book = openpyxl.Workbook()
    rows = [["number", "mail", "tel", "house", "person"], [f"K-{CANARY}-7", MAIL, PHONE, f"H-{CANARY}", MAIL]]
    rows += [[f"S{i}", f"{CANARY}.shared@example.org", None, None, None] for i in range(9)]
    for row in rows:
        book.active.append(row)
    book.save(folder / "crm.xlsx")
    mails = ["id,address,sent,what,subject,order,until,cc"]
    for i in range(6):
        day = f"2026-03-0{i + 1}T09:00Z"
        mails.append(f"m-{CANARY}-{i},{MAIL},{day},sale,Hi {MAIL},o-{CANARY},2026-04-01,{MAIL}")
    mails.append(f"m-s,{CANARY}.shared@example.org,2026-03-02T09:00Z,sale,x,,,")
    mails.append(f"m-x,{CANARY}.bad@example.org,{CANARY}.bad@example.org,sale,x,,,")
    mails.append(f"m-y,{CANARY}.bad@example.org,{PHONE},sale,x,,,")
    mails.append(f"m-z,{MAIL},2026-03-02T09:00Z,sale,x,,,,{CANARY},too many")
    (folder / "mails-1.csv").write_text("\n".join(mails) + "\n")
    calls = [{"tel": t, "at": "2026-03-02T10:00Z", "what": "chat"} for t in (PHONE, "+44 20 7946 0123", CANARY)]
    (folder / "calls.jsonl").write_text("".join(json.dumps(c) + "\n" for c in calls))
    letter = {"number": [f"K-{CANARY}-7"], "at": ["2026-03-02T11:00Z"], "what": ["letter"], "id": [f"l-{CANARY}"]}
    pq.write_table(pa.table(letter), folder / "letters.parquet")
    (folder / "visits.csv.gz").write_bytes(gzip.compress(f"number,at\nK-{CANARY}-7,2026-03-02T12:00Z\n".encode()))
    with sqlite3.connect(folder / "heard.sqlite") as con:
        con.execute("CREATE TABLE heard (address TEXT, at TEXT, contact TEXT)")
        con.execute("INSERT INTO heard VALUES (?, '2026-03-02T13:00Z', ?)", (MAIL, f"m-{CANARY}-1"))
    con.close()
    held = f"number,at,address,account\nK-{CANARY}-7,2026-03-01,{MAIL},ACC-{CANARY}\n"
    (folder / "held.csv").write_text(held)


def run(*words: str, cwd: Path) -> str:
    """A command's whole output, in this process."""
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout + done.stderr


def texts_of(path: Path) -> list[str]:
    """What a file says: its bytes, and what is packed in them."""
    raw = path.read_bytes()
    found = [raw.decode("utf-8", "replace"), raw.decode("utf-16-le", "replace")]
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            found += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    if path.suffix == ".parquet" and path.parent.name != "identity":
        table = pq.read_table(path)
        found += [str(column.to_pylist()) for column in table.columns] + [str(table.schema.metadata)]
    return [text.lower() for text in found]


def leaks(text: str) -> list[str]:
    return [word for word in (CANARY, *PHONES) if word in text.lower()]


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> tuple[Path, set[Path], str]:
    """An audited workspace, its source files, and all that the commands printed."""
    folder = tmp_path_factory.mktemp("canary")
    write_sources(folder)
    sources = set(folder.iterdir())
    said = run("init", *(p.name for p in sorted(sources)), "--out", "drafted.yaml", cwd=folder)
    (folder / "primum.yaml").write_text(STRATEGY)
    for command in (
        ["check"],
        ["check", "--json"],
        ["audit"],
        ["audit", "--json", "--rebuild"],
        ["audit", "--tables", "t"],
    ):
        said += run(*command, cwd=folder)
    said += run("audit", "--department", "service", "--classification", "Confidential - CRM only", cwd=folder)
    return folder, sources, said


def test_the_commands_never_say_it(audited):
    folder, _, said = audited
    assert leaks(said) == []
    result = json.loads((folder / "reports" / "audit.json").read_text())
    assert result["volume"]["contacts"] == 12, "the canary was read: mails, calls, letter, visit"
    assert result["silos"]["shared_identifiers"][0]["value"] == "q…@example.org"


def test_no_file_below_the_workspace_holds_it(audited):
    folder, sources, _ = audited
    files = [p for p in folder.rglob("*") if p.is_file() and p not in sources]
    names = {p.relative_to(folder).as_posix() for p in files}
    assert {".primum/history/manifest.json", ".primum/rejects/mails.csv", "reports/audit.html"} <= names
    assert {"reports/audit-service.html", "reports/register.xlsx", "t/people.csv", "drafted.yaml"} <= names
    assert ".primum/identity/names.parquet" in names
    assert [n for n in names if n.startswith(".primum/history/base-") and n.endswith("customers/0000.parquet")]
    found = {p.relative_to(folder).as_posix(): leaks(text) for p in files for text in texts_of(p) if leaks(text)}
    assert found == {}


def test_rejected_rows_still_lead_back_to_their_source(audited):
    rejects = (audited[0] / ".primum" / "rejects" / "mails.csv").read_text()
    assert "mails-1.csv,9,sent,'…@…' is not a date" in rejects
    assert "mails-1.csv,10,sent,'…' is not a date" in rejects
    assert "mails-1.csv,11," in rejects


def test_the_classification_is_on_the_page_and_in_the_json(audited):
    page = (audited[0] / "reports" / "audit-service.html").read_text()
    assert page.count("Confidential - CRM only") >= 2
    assert json.loads((audited[0] / "reports" / "audit-service.json").read_text())["classification"]


def test_revealed_it_is_there_and_the_log_says_why_without_it(audited):
    folder, _, _ = audited
    run("audit", "--reveal", "--why", "the canary test", "--out", "reports/revealed.html", "--quiet", cwd=folder)
    page = (folder / "reports" / "revealed.html").read_text()
    assert f"crm_id:k-{CANARY}-7" in page
    assert f"Hi {MAIL.lower()}" in page
    assert "because: the canary test" in page
    log = (folder / ".primum" / "identity" / "access.log").read_text()
    assert json.loads(log)["why"] == "the canary test"
    assert leaks(log) == []
    lines = run("timeline", f"phone:{PHONE}", cwd=folder)
    assert "chat" in lines
    for name in ("revealed.html", "revealed.json"):
        os.remove(folder / "reports" / name)
