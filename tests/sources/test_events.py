"""Event logs: a row for every status of a message, and overlapping, corrected and unnumbered exports."""

from datetime import datetime

import pytest

import primum
from primum.report.html import render_html
from primum.words.errors import SourceError
from sources.making import read, rejects

LOG = {
    "kind": "events",
    "key": {"email": "email"},
    "map": {
        "id": "message",
        "at": {"column": "time", "dates": ["epoch"]},
        "event": {"column": "what", "values": {"processed": "sent", "open": "opened", "deferred": "ignore"}},
        "subject": "subject",
        "communication": "campaign",
        "channel": {"value": "email"},
    },
}
ROWS = """email,message,time,what,subject,campaign
a@x.org,m1,1772355604,delivered,,spring
a@x.org,m1,1772355600,processed,Spring is here,spring
a@x.org,m1,1772355602,deferred,,spring
a@x.org,m1,1772355700,open,,spring
b@x.org,m2,1772355600,processed,Spring is here,spring
b@x.org,m2,1772355605,bounced,,spring
a@x.org,m3,1772442000,Clicked,,spring
a@x.org,m1,1772355700,spam,,spring
"""

STRATEGY = """
strategy: {name: T}
zone: Europe/London
departments: {marketing: }
channels: {email: }
data:
  rejects_at_most: 50%
  sources:
    log:
      files: "log*.csv"
      kind: events
      department: marketing
      key: {email: email}
      map:
        id: message
        at: {column: time, dates: [epoch]}
        event: {column: what, values: {processed: sent, open: opened, deferred: ignore}}
        subject: subject
        communication: campaign
        channel: {value: email}
"""


def open_workspace(folder, text=STRATEGY, **files):
    (folder / "primum.yaml").write_text(text)
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(rows)
    return primum.open(folder)


def held(workspace, relation):
    """The rows of a relation with their words, in order; ids (hashes by now) as the tests call them."""
    history = workspace.history()
    key = workspace.keys.needed()
    named = {key.one("id", f"m{i}")[:16]: f"m{i}" for i in range(10)}
    tags = history.tags(relation).to_pylist()
    tables = [history.customer_rows(relation, b, c) for b in history.buckets for c in range(history.manifest.customers)]
    rows = [row | tags[row["tag"]] for table in tables if table is not None for row in table.to_pylist()]
    return [row | {n: named.get(row[n], row[n]) for n in ("id", "contact") if n in row} for row in rows]


def test_a_row_of_a_log_tells_a_status_or_a_response_or_is_ignored_and_unknown_words_are_rejected(tmp_path):
    (tmp_path / "log.csv").write_text(ROWS)
    got, prepared = read(tmp_path, LOG | {"files": "log.csv"})
    assert [(r["status"], r["kind"]) for r in got] == [
        ("delivered", None),
        ("sent", None),
        (None, None),
        (None, "opened"),
        ("sent", None),
        ("bounced", None),
        (None, "clicked"),
    ]
    assert {(r["contact"], r["status_at"] == r["at"]) for r in got} == {("m1", True), ("m2", True), ("m3", True)}
    (reject,) = rejects(tmp_path)
    assert "'spam' is not a known event. Known: processed, open, deferred, proposed" in reject
    assert "opened" in reject
    assert "ignore" in reject
    assert prepared.direct is None


def test_a_log_becomes_contacts_with_their_history_and_responses(tmp_path):
    workspace = open_workspace(tmp_path, log=ROWS)
    contacts = held(workspace, "contacts")
    at = datetime(2026, 3, 1, 9)
    assert sorted((c["at"], c["status"], c["subject"], c["status_history"]) for c in contacts) == [
        (at, "bounced", "Spring is here", "sent 2026-03-01T09:00:00Z; bounced 2026-03-01T09:00:05Z"),
        (at, "delivered", "Spring is here", "sent 2026-03-01T09:00:00Z; delivered 2026-03-01T09:00:04Z"),
    ]
    responses = held(workspace, "responses")
    assert sorted((r["kind"], r["communication"]) for r in responses) == [("clicked", "spring"), ("opened", "spring")]
    delivered = next(c["id"] for c in contacts if c["status"] == "delivered")
    assert {r["contact"] == delivered for r in responses if r["kind"] == "opened"} == {True}
    assert {r["contact"] in {c["id"] for c in contacts} for r in responses if r["kind"] == "clicked"} == {False}
    result = workspace.audit()
    (source,) = result.sources
    assert (source.rows, source.rejected, source.folded, source.ignored) == (7, 1, 2, 1)
    assert (result.volume.contacts, result.volume.received, result.volume.responses) == (2, 1, 2)
    assert "Rows that tell a later status of a contact another row began: 2 of log." in render_html(result)
    assert {b.kind for b in result.blind_spots}.isdisjoint({"id_is_no_id", "ids_of_several", "no_responses"})


def test_overlapping_exports_double_nothing(tmp_path):
    once = open_workspace(tmp_path, log=ROWS).audit()
    later = ROWS.replace("m1,1772355700,spam", "m4,1772355900,processed")
    both = open_workspace(tmp_path, log=ROWS, log2=later).audit()
    assert (both.volume.contacts, both.volume.responses) == (once.volume.contacts + 1, once.volume.responses)
    assert both.sources[0].folded == once.sources[0].folded
    assert [b.count for b in both.blind_spots if b.kind == "repeated"] == [6]


def test_a_corrected_file_of_the_same_name_rebuilds_its_rows(tmp_path):
    assert open_workspace(tmp_path, log=ROWS).audit().volume.received == 1
    corrected = ROWS.replace("m2,1772355605,bounced", "m2,1772355605,delivered")
    assert open_workspace(tmp_path, log=corrected).audit().volume.received == 2


def test_the_rows_of_a_replaced_file_are_left_out_with_its_mistakes(tmp_path):
    text = STRATEGY.replace("      kind: events", '      replaces: {log_new.csv: ["log_old*"]}\n      kind: events')
    new = ROWS.replace("spam", "deferred")
    found = open_workspace(tmp_path, text, log_old=ROWS, log_new=new).audit()
    (source,) = found.sources
    assert (source.rows, source.rejected, source.replaced) == (8, 0, 8)
    assert [(f.name, f.rejected) for f in source.files] == [("log_new.csv", 0), ("log_old.csv", 0)]
    (tmp_path / "log_old.csv").unlink()
    warnings = [
        b.what for b in open_workspace(tmp_path, text).audit().blind_spots if b.kind == "warning_replaces_nothing"
    ]
    assert warnings == ["log_new.csv is to replace log_old*, which is not there"]
    (tmp_path / "log_new.csv").rename(tmp_path / "log_old.csv")
    with pytest.raises(SourceError, match=r"corrected file log_new.csv, which is none of its files"):
        open_workspace(tmp_path, text).audit()


@pytest.mark.parametrize("old", ["exports/log_old.csv", "log_old.csv", "exports/log_o*"])
def test_a_corrected_file_replaces_also_where_exports_is_a_link_to_another_folder(tmp_path, old):
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    elsewhere.mkdir()
    here.mkdir()
    (here / "exports").symlink_to(elsewhere, target_is_directory=True)
    (elsewhere / "log_old.csv").write_text(ROWS)
    (elsewhere / "log_new.csv").write_text(ROWS)
    replaces = f'      files: "exports/log*.csv"\n      replaces: {{exports/log_new.csv: "{old}"}}'
    text = STRATEGY.replace('      files: "log*.csv"', replaces)
    assert replaces in text
    (source,) = open_workspace(here, text).audit().sources
    assert (source.rows, source.rejected, source.replaced) == (7, 1, 8)
    assert [f.name for f in source.files] == ["exports/log_new.csv", "exports/log_old.csv"]


def test_rows_without_an_id_are_one_where_they_are_alike_in_the_stated_columns(tmp_path):
    contact = {
        "kind": "contacts",
        "key": {"email": "who"},
        "map": {"at": "at", "communication": "what", "channel": "how"},
        "one_row_per": ["at", "communication"],
    }
    (tmp_path / "f.csv").write_text(
        "who,at,what,how\na@x.org,2026-03-01T09:00,x,email\na@x.org,2026-03-01T09:00,x,sms\n"
        "a@x.org,2026-03-01T09:00,,email\na@x.org,2026-03-02T09:00,x,email\n"
    )
    got, _ = read(tmp_path, contact | {"files": "f.csv"})
    ids = [r["id"] for r in got]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    with pytest.raises(SourceError, match="one_row_per names 'topic', which is not mapped"):
        read(tmp_path, contact | {"files": "f.csv", "one_row_per": ["topic"]})


def test_an_id_of_its_own_stands_before_one_made_of_columns(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,nr\na@x.org,2026-03-01,7\na@x.org,2026-03-01,\na@x.org,2026-03-01,\n")
    mapping = {"at": "at", "id": "nr"}
    got, _ = read(
        tmp_path,
        {"kind": "contacts", "key": {"email": "who"}, "map": mapping, "files": "f.csv", "one_row_per": ["at"]},
    )
    assert [r["id"] == "7" for r in got] == [True, False, False]
    assert got[1]["id"] == got[2]["id"]


def test_an_id_that_is_none_is_doubted(tmp_path):
    rows = "email,message,time,what,subject,campaign\n" + "".join(
        f"{n % 4}@x.org,spring,{1772355600 + n * 86400},processed,,spring\n" for n in range(80)
    )
    found = open_workspace(tmp_path, log=rows).audit()
    counts = {b.kind: b.count for b in found.blind_spots}
    assert (counts["id_is_no_id"], counts["ids_of_several"]) == (76, 1)
