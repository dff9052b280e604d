"""The workspace's key: made without being asked for, kept outside, found again, missed with a word on what to do."""

import base64
import json
import shutil
import stat
from datetime import UTC, datetime

import pytest

import primum
from primum.app.access import LOG, log_access, reason
from primum.app.keys import Keyring
from primum.history.manifest import read_manifest
from primum.words.errors import HistoryError, IdentityKeyError, UsageError

STRATEGY = """
strategy: {name: Test}
customers: {country: GB}
data:
  sources:
    crm: {kind: identifiers, files: crm.csv, key: {crm_id: no}, identifiers: {email: mail}}
    mails: {kind: contacts, files: mails.csv, key: {email: address}, map: {at: sent}}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "My company!"
    folder.mkdir()
    (folder / "primum.yaml").write_text(STRATEGY)
    (folder / "crm.csv").write_text("no,mail\nK1,ann@x.org\nK2,bob@x.org\n")
    (folder / "mails.csv").write_text("address,sent\nann@x.org,2026-01-01T09:00Z\nzoe@x.org,2026-01-01T09:00Z\n")
    return primum.open(folder)


def keys_of(place) -> list:
    return sorted((place.folder.parent / "config" / "primum" / "keys").glob("*"))


def built(place) -> int:
    return (place.derived / "history" / "manifest.json").stat().st_mtime_ns


def test_the_first_build_makes_a_key_outside_the_workspace_that_only_its_owner_can_read(place):
    place.audit()
    (path,) = keys_of(place)
    assert path == place.keys.made == place.keys.default_file
    assert path.name.startswith("my-company-")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(path.read_text())) == 32
    secret = path.read_text().strip()
    for file in (f for f in place.folder.rglob("*") if f.is_file()):
        assert secret.encode() not in file.read_bytes()
        assert bytes.fromhex(secret) not in file.read_bytes()


def test_another_run_uses_the_same_key_and_says_nothing(place):
    place.audit()
    first = built(place)
    again = primum.open(place.folder)
    again.audit()
    assert again.keys.made is None
    assert built(place) == first
    assert len(keys_of(place)) == 1


def test_a_lost_primum_folder_is_built_anew_with_the_same_key(place):
    place.audit()
    shutil.rmtree(place.derived)
    again = primum.open(place.folder)
    assert [e.line.at for e in again.timeline("email:ann@x.org")] == ["2026-01-01T09:00:00Z"]
    assert len(keys_of(place)) == 1


def test_a_moved_workspace_keeps_its_key(place):
    place.audit()
    moved = place.folder.rename(place.folder.parent / "elsewhere")
    again = primum.open(moved)
    assert len(again.timeline("email:ann@x.org")) == 1
    assert again.keys.made is None


def test_without_its_key_a_current_history_is_audited_masked_and_nothing_else(place):
    place.audit()
    first = built(place)
    keys_of(place)[0].unlink()
    bare = primum.open(place.folder)
    assert bare.audit().volume.contacts == 2
    assert built(place) == first
    for wanted in (lambda: bare.timeline("email:ann@x.org"), lambda: bare.audit(reveal=True, why="a test")):
        with pytest.raises(IdentityKeyError) as caught:
            wanted()
        assert str(place.keys.default_file) in str(caught.value)
        assert "PRIMUM_KEY" in str(caught.value)
        assert "--rebuild" in str(caught.value)
    bare.audit(rebuild=True)
    assert bare.keys.made is not None
    assert len(bare.timeline("email:ann@x.org")) == 1


WRITTEN = {
    "hexadecimal": bytes.hex,
    "base64": lambda b: base64.b64encode(b).decode(),
    "base64 of URLs": lambda b: base64.urlsafe_b64encode(b).decode().rstrip("="),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_key_comes_from_the_environment_in_hexadecimal_or_base64(place, monkeypatch, written):
    secret = bytes(range(200, 232))
    monkeypatch.setenv("PRIMUM_KEY", written(secret))
    place.audit()
    assert keys_of(place) == []
    monkeypatch.delenv("PRIMUM_KEY")
    path = place.folder.parent / "team.key"
    path.write_text(secret.hex() + "\n")
    monkeypatch.setenv("PRIMUM_KEY_FILE", str(path))
    first = built(place)
    place.audit()
    assert built(place) == first, "the same key in another place is the same key"
    assert len(place.timeline("email:ann@x.org")) == 1


def test_another_key_means_a_rebuild_and_other_hashes(place, monkeypatch):
    place.audit()
    ids = place.history().customers(0)["id"].to_pylist()
    monkeypatch.setenv("PRIMUM_KEY", "ab" * 32)
    with pytest.raises(IdentityKeyError, match="not the one the history was made with"):
        place.keys.needed()
    place.audit()
    other = place.history().customers(0)["id"].to_pylist()
    assert len(set(ids) | set(other)) == 2 * len(ids)
    assert len(place.timeline("email:ann@x.org")) == 1


@pytest.mark.parametrize("wrong", ["", "abc", "00" * 31, "zz" * 32, "secret-" * 9])
def test_what_is_no_key_is_refused_without_being_repeated(place, monkeypatch, wrong):
    path = place.folder.parent / "wrong.key"
    path.write_text(wrong)
    monkeypatch.setenv("PRIMUM_KEY_FILE", str(path))
    with pytest.raises(IdentityKeyError, match="64 hexadecimal digits") as caught:
        place.audit()
    assert not wrong or wrong not in str(caught.value)


def test_a_key_file_in_the_workspace_or_missing_is_refused(place, monkeypatch):
    inside = place.folder / "the.key"
    inside.write_text("00" * 32)
    monkeypatch.setenv("PRIMUM_KEY_FILE", str(inside))
    with pytest.raises(IdentityKeyError, match="lies in the workspace"):
        place.audit()
    monkeypatch.setenv("PRIMUM_KEY_FILE", str(place.folder.parent / "gone.key"))
    with pytest.raises(IdentityKeyError, match=r"gone\.key, which is not there"):
        place.audit()


def test_a_place_that_cannot_be_written_is_named_with_a_way_out(place, monkeypatch):
    (place.folder.parent / "blocked").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place.folder.parent / "blocked"))
    with pytest.raises(IdentityKeyError, match=r"blocked/primum/keys.*PRIMUM_KEY_FILE"):
        place.audit()


def test_two_first_runs_at_once_agree_on_one_key(place):
    one, two = (Keyring(place.folder, place.derived) for _ in range(2))
    assert one.make().mark == two.make().mark
    assert len(keys_of(place)) == 1


def test_readable_forms_are_unreadable_without_the_key(place):
    import pyarrow.parquet as pq

    from primum.identity import IdentityKey

    place.audit()
    names = place.identity.folder / "names.parquet"
    with pytest.raises(OSError, match="encrypted"):
        pq.read_table(names)
    with pytest.raises(HistoryError, match="another one"):
        place.identity.names(IdentityKey(bytes(32)))
    held = {f"{r['kind']}:{r['value']}" for r in place.identity.names(place.keys.needed()).to_pylist()}
    assert held == {"crm_id:k1", "crm_id:k2", "email:ann@x.org", "email:bob@x.org", "email:zoe@x.org"}
    links = place.identity.links(place.keys.needed())
    assert links.num_rows == 2
    names.write_bytes(names.read_bytes()[:-20])
    with pytest.raises(HistoryError, match="damaged"):
        place.identity.names(place.keys.needed())


def test_a_timeline_is_found_by_the_hash_of_any_identifier(place):
    place.audit()
    key = place.keys.needed()
    for kind, value in (("crm_id", "k1"), ("email", "ann@x.org")):
        assert len(place.timeline(key.one(kind, value))) == 1
        assert len(place.timeline(key.one(kind, value).upper())) == 1
    with pytest.raises(UsageError, match="No customer is known"):
        place.timeline("0" * 32)


def test_revealing_needs_a_reason_and_is_noted_with_who_when_and_why(place):
    with pytest.raises(UsageError, match="--why"):
        place.audit(reveal=True)
    with pytest.raises(UsageError, match="--why"):
        place.audit(reveal=True, why="  ")
    with pytest.raises(UsageError, match="belongs to --reveal"):
        place.audit(why="for nothing")
    assert not place.derived.exists(), "what is called wrongly begins nothing"
    place.audit(reveal=True, why="one\nreason, asked by ann@x.org")
    found = place.audit(reveal=True, why="another", rebuild=True)
    log = place.identity.folder / LOG
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["why"] for line in lines] == ["one reason, asked by …@…", "another"]
    assert [line["what"] for line in lines] == ["audit", "audit"]
    assert {line["who"] for line in lines} == {found.disclosure.who}
    assert lines[1]["at"] == found.disclosure.at
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert place.audit().disclosure is None
    assert len(log.read_text().splitlines()) == 2


def test_what_cannot_be_noted_is_not_shown(tmp_path):
    (tmp_path / LOG).mkdir()
    with pytest.raises(HistoryError, match="nothing is revealed"):
        log_access(tmp_path, "audit", "a test", datetime(2026, 1, 1, tzinfo=UTC))
    assert reason(None, reveal=False) is None


def test_the_mark_in_the_workspace_names_the_key_and_the_manifest_names_nobody(place):
    place.audit()
    record = json.loads((place.identity.folder / "workspace.json").read_text())
    assert record["key"] == place.keys.needed().mark
    assert read_manifest(place.derived / "history").customers == 3
