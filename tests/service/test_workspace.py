"""`primum serve` in a workspace: seeded by its history, watching its file, ending gracefully."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from asgi import Client
from primum.app.cli.main import app
from primum.app.service.application import application
from primum.app.service.opening import ledger_address
from primum.app.service.running import service_of
from primum.app.workspace import open_workspace
from primum.words.errors import LedgerError, StrategyError, UsageError

STRATEGY = """
strategy: {name: Aurora}
zone: Europe/London
departments: {crm: }
channels: {email: , sms: }
communications: {news: {owner: crm, purpose: marketing, known_as: [NL]}}
rules: {cap: {says: Two a week., to: {purpose: marketing}, at_most: 2, within: 7 days}}
data:
  sources:
    esp:
      kind: contacts
      files: sends.csv
      department: crm
      key: {email: mail}
      map: {at: sent, channel: {value: email}, communication: what}
    consent:
      kind: states
      files: states.csv
      key: {email: mail}
      map: {state: state, from: since}
"""
SENDS = """\
mail,sent,what
ann@example.org,2026-06-01 09:00,NL
ann@example.org,2026-06-02 09:00,NL
bob@example.org,2026-06-02 09:00,NL
"""
STATES = "mail,state,since\nbob@example.org,complaint_open,2026-06-01\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMUM_KEY", "5" * 64)
    monkeypatch.delenv("PRIMUM_LEDGER", raising=False)
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "primum.yaml").write_text(STRATEGY)
    (folder / "sends.csv").write_text(SENDS)
    (folder / "states.csv").write_text(STATES)
    return folder


def question(customer, at="2026-06-03T09:00:00+01:00"):
    return {"customer": f"email:{customer}@example.org", "communication": "news", "channel": "sms", "at": at}


def ask(client, customer, key, **more):
    headers = {"primum-department": "crm", "idempotency-key": key}
    return client.post("/v1/decisions", json=question(customer, **more), headers=headers).json()


def test_the_history_seeds_the_gate_and_the_ledger_is_a_source(folder):
    workspace = open_workspace(folder)
    service = service_of(workspace, with_history=True)
    service.gate.past_at_most = None
    client = Client(application(service, close=False))
    assert client.get("/health/ready").json()["history"] == "complete"
    assert ask(client, "Ann", "1")["reasons"][0]["rule"] == "cap"
    assert ask(client, "bob", "2")["decision"] == "allow"
    assert ask(client, "new", "3")["decision"] == "allow"
    with service.gate.ledger.reading() as transaction:
        assert transaction.rows("SELECT count(*) FROM contact_facts") == [(3,)]
        assert transaction.rows("SELECT state FROM state_facts") == [("complaint_open",)]
        assert transaction.rows("SELECT count(*) FROM contacts") == [(2,)]
    service.gate.ledger.close()
    again = service_of(workspace, with_history=True)
    with again.gate.ledger.reading() as transaction:
        assert transaction.rows("SELECT count(*) FROM contact_facts") == [(3,)]
    again.gate.ledger.close()
    _reads_its_ledger(folder)


def _reads_its_ledger(folder):
    """The ledger's views as sources of the same strategy: the reserved contacts stand in the history."""
    source = """
    gate:
      kind: contacts
      files: ledger.sqlite
      table: contacts
      key: {primum: customer}
      map: {id: id, at: at, channel: channel, communication: communication, purpose: purpose, status: status,
            status_at: status_at, department: department}
"""
    (folder / "primum.yaml").write_text(STRATEGY + source.lstrip("\n"))
    history = open_workspace(folder).history()
    assert sorted(history.tags("contacts")["status"].to_pylist(), key=str)[-1] == "reserved"
    assert sum(len(history.bucket(n).contacts.at) for n in history.buckets) == 5


def test_without_a_history_the_ledger_alone_decides(folder):
    service = service_of(open_workspace(folder), with_history=False)
    service.gate.past_at_most = None
    client = Client(application(service, close=False))
    assert [ask(client, "ann", str(n))["decision"] for n in range(3)] == ["allow", "allow", "deny"]
    service.gate.ledger.close()


def test_a_broken_file_keeps_the_last_good_version(folder):
    service = service_of(open_workspace(folder), with_history=False)
    client, watching = Client(application(service, close=False)), service.watching
    good = service.gate.strategy.version
    (folder / "primum.yaml").write_text(STRATEGY.replace("at_most: 2", "at_most: 0"))
    watching.look()
    told = client.get("/health/ready").json()
    assert (told["strategy"], told["strategy_file"], told["ready"]) == (good, "wrong: kept", True)
    assert "primum_strategy_broken 1" in client.get("/metrics").text
    (folder / "primum.yaml").write_text(STRATEGY.replace("at_most: 2", "at_most: 1"))
    watching.look()
    told = client.get("/health/ready").json()
    assert told["strategy"] != good
    assert told["strategy_file"] == "in force"
    with service.gate.ledger.reading() as transaction:
        assert len(transaction.rows("SELECT version FROM activations")) == 2
    service.gate.ledger.close()


def test_it_does_not_start_with_a_wrong_strategy(folder):
    (folder / "primum.yaml").write_text(STRATEGY.replace("at_most: 2", "at_most: x"))
    with pytest.raises(StrategyError):
        service_of(open_workspace(folder), with_history=False)


def test_where_the_ledger_is(folder, monkeypatch):
    assert ledger_address(open_workspace(folder)) == str(folder / "ledger.sqlite")
    (folder / "primum.yaml").write_text("ledger: data/gate.sqlite\n" + STRATEGY)
    assert ledger_address(open_workspace(folder)) == str(folder / "data/gate.sqlite")
    monkeypatch.setenv("PRIMUM_LEDGER", "postgresql://127.0.0.1:1/x")
    assert ledger_address(open_workspace(folder)) == "postgresql://127.0.0.1:1/x"
    with pytest.raises(LedgerError):
        service_of(open_workspace(folder), with_history=False)


def test_it_listens_to_strangers_only_when_told_so(folder):
    from typer.testing import CliRunner

    told = CliRunner().invoke(app, ["serve", "-w", str(folder), "--host", "0.0.0.0"])
    assert isinstance(told.exception, UsageError)


def test_a_process_that_is_told_to_end_ends_gracefully(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from primum.app.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "-w", str(folder), "--port", str(port), "--without-history"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            answer = _wait_for(f"http://127.0.0.1:{port}/health/ready")
            assert answer.json()["ready"] is True
            headers = {"primum-department": "crm", "idempotency-key": "k"}
            body = {k: v for k, v in question("ann").items() if k != "at"}
            told = httpx.post(f"http://127.0.0.1:{port}/v1/decisions", json=body, headers=headers, timeout=30)
            assert told.json()["decision"] == "allow"
        finally:
            process.send_signal(signal.SIGTERM)
            lines = process.stderr.read().splitlines()
            assert process.wait(30) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert all(json.loads(line) for line in lines)
    assert "ann" not in "".join(lines)


def _wait_for(url):
    for _ in range(300):
        try:
            return httpx.get(url, timeout=30)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service does not answer")
