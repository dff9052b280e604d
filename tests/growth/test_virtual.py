"""Virtual sources: audited like copied ones, and gone when the run is over."""

import gc
import json

import pytest

import primum
from growth.against import decoded, result
from primum.words.errors import TooManyRejectsError

CANARY = "qzcanary"
STRATEGY = """
strategy: {name: Test}
departments: {marketing: {}, service: {}}
channels: {email: {}, call: {}}
data:
  rejects_at_most: 60%
  sources:
    people: {kind: customers, files: people.csv, key: {crm_id: number}, identifiers: {email: address}}
    mails:
      kind: contacts
      department: marketing
      files: mails.csv
      key: {email: address}
      map: {id: id, at: sent, channel: {value: email}, communication: what}
    calls:
      kind: contacts
      department: service
      mode: MODE
      files: calls-*.csv
      key: {crm_id: number}
      map: {id: id, at: at, channel: {value: call}, communication: what, subject: note, address: tel}
"""


def company(folder, mode="virtual"):
    """Mails that are copied, and calls."""
    folder.mkdir()
    (folder / "primum.yaml").write_text(STRATEGY.replace("MODE", mode))
    (folder / "people.csv").write_text("number,address\n1,a@x.org\n2,b@x.org\n")
    (folder / "mails.csv").write_text(
        "id,address,sent,what\nm1,a@x.org,2026-03-01T09:00Z,sale\nm2,b@x.org,2026-03-02T09:00Z,sale\nm3,c@x.org,never,sale\n"
    )
    (folder / "calls-1.csv").write_text(
        "id,number,at,what,note,tel\n"
        f"c-{CANARY},1,2026-03-01T10:00Z,chat,{CANARY} said,+44 20 7946 {CANARY}\n"
        f"d-{CANARY},new-{CANARY},2026-03-01T11:00Z,chat,note,\n"
        f"e-{CANARY},2,{CANARY} day,chat,note,\n"
    )
    return primum.open(folder)


def left(place):
    """Every file below `.primum`."""
    return {p.relative_to(place.derived).as_posix() for p in place.derived.rglob("*") if p.is_file()}


def test_the_audit_is_that_of_a_copied_source(tmp_path):
    virtual, copied = (json.loads(result(company(tmp_path / mode, mode))) for mode in ("virtual", "copy"))
    for told in (virtual, copied):
        del told["method"]["strategy_version"]
    (calls,) = (s for s in copied["sources"] if s["name"] == "calls")
    assert calls["reject_file"] == ".primum/rejects/calls.csv"
    calls["reject_file"] = None
    assert virtual == copied


def test_nothing_is_left_once_the_run_is_over(tmp_path):
    place = company(tmp_path / "mine")
    before = {p: p.read_bytes() for p in place.folder.glob("*.csv")}
    result(place)
    assert left(place) == {"rejects/mails.csv", "identity/access.log", "identity/workspace.json"}
    assert not [p for p in place.derived.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    assert not list(place.derived.glob("scratch"))
    assert {p: p.read_bytes() for p in place.folder.glob("*.csv")} == before


def test_while_a_history_is_open_it_can_be_read_and_then_it_is_gone(tmp_path):
    place = company(tmp_path / "mine")
    with place.history() as history:
        rows = decoded(history)
        assert len(rows["contacts"]) == 4
        assert place.timeline("crm_id:2")
    assert not list(place.derived.glob("scratch"))


def test_a_history_that_is_forgotten_goes_as_well(tmp_path):
    place = company(tmp_path / "mine")
    history = place.history()
    assert list((place.derived / "scratch").iterdir())
    del history
    gc.collect()
    assert not list(place.derived.glob("scratch"))


def test_nothing_is_left_where_a_source_cannot_be_read(tmp_path):
    place = company(tmp_path / "mine")
    (place.folder / "calls-1.csv").write_text(f"id,number,at,what,note,tel\nc,1,{CANARY},chat,,\n")
    with pytest.raises(TooManyRejectsError, match="they are not kept"):
        place.history()
    assert left(place) == {"rejects/mails.csv"}


def test_nothing_is_left_where_the_audit_fails(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("in the middle")

    place = company(tmp_path / "mine")
    monkeypatch.setattr("primum.audit.run.audit", fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        place.audit()
    assert left(place) == {"rejects/mails.csv", "identity/workspace.json"}


def test_a_source_that_becomes_virtual_leaves_nothing_of_when_it_was_copied(tmp_path):
    place = company(tmp_path / "mine", "copy")
    place.audit()
    assert {"history/manifest.json", "rejects/calls.csv", "identity/names.parquet"} <= left(place)
    path = place.folder / "primum.yaml"
    path.write_text(path.read_text().replace("mode: copy", "mode: virtual"))
    place.audit()
    assert left(place) == {"rejects/mails.csv", "identity/workspace.json"}


def test_what_a_virtual_source_says_now_is_what_is_audited(tmp_path):
    place = company(tmp_path / "mine")
    first = place.audit().volume.contacts
    with (place.folder / "calls-1.csv").open("a") as file:
        file.write("f,2,2026-03-04T10:00Z,chat,,\n")
    assert place.audit().volume.contacts == first + 1
