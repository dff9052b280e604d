"""Whatever is killed and when: what was acknowledged is there, what was not is whole or absent, and caps hold."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from ledgers import KINDS, gate_of, running_server, schema, wait_for_end
from primum.gate import Question
from primum.gate.recording import ToldContact
from primum.ledger import open_ledger
from primum.words.errors import LedgerError

NOW = 1_900_000_000_000_000
RULES = """
communications: {news: {purpose: marketing}}
rules:
  cap: {says: Two a week., to: {purpose: marketing}, at_most: 2, within: 7 days}
  room: {says: Room., capacity: 50 per day, in: UTC}
"""
KILLS = int(os.environ.get("PRIMUM_GATE_KILLS", "1"))


class Killed(Exception):  # noqa: N818
    """The process dies here."""


class Dying:
    """A transaction that dies before its n-th statement."""

    def __init__(self, transaction, left):
        self.transaction, self.left = transaction, left

    def __getattr__(self, name):
        return getattr(self.transaction, name)

    def _step(self):
        self.left[0] -= 1
        if self.left[0] < 0:
            raise Killed

    def rows(self, *told):
        self._step()
        return self.transaction.rows(*told)

    def run(self, *told):
        self._step()
        self.transaction.run(*told)


def dying_at(ledger, step, monkeypatch):
    """Let every writing transaction die before its n-th statement."""
    from contextlib import contextmanager

    real = type(ledger).writing

    @contextmanager
    def writing(self, locks=()):
        with real(self, locks) as transaction:
            yield Dying(transaction, [step])

    monkeypatch.setattr(type(ledger), "writing", writing)


def tables(ledger):
    names = ("decisions", "reservations", "resolutions", "contact_facts", "capacity_uses", "idempotency", "inputs")
    with ledger.reading() as transaction:
        return {name: transaction.rows(f"SELECT count(*) FROM {name}")[0][0] for name in names}


STEPS = {
    "decide": lambda gate: gate.decide([Question(c, "news", "email", NOW) for c in ("a", "b")], "crm", ("k", "d")),
    "confirm": lambda gate: gate.confirm(gate.reserved, "crm", key=("k", "d")),
    "release": lambda gate: gate.release(gate.reserved, "crm", key=("k", "d")),
    "record": lambda gate: gate.record_contacts([ToldContact("t", "a", NOW, "news", "sms")], "crm", ("k", "d")),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_statement_killed_in_turn_leaves_all_or_nothing(ledger, step):
    gate = gate_of(ledger, RULES)
    gate.reserved = gate.decide([Question("z", "news", "email", NOW)], "crm")[0].reservation
    before, deaths = tables(ledger), 0
    for number in range(100):
        with pytest.MonkeyPatch.context() as patch:
            dying_at(ledger, number, patch)
            try:
                first = STEPS[step](gate)
                break
            except Killed:
                deaths += 1
        assert tables(ledger) == before
    assert deaths >= 3
    after = tables(ledger)
    assert after != before
    assert STEPS[step](gate) == first
    assert tables(ledger) == after


WORKER = """
import sys
from ledgers import gate_of
from primum.gate import Question
from primum.ledger import open_ledger
import test_killed_rules as told

gate = gate_of(open_ledger(sys.argv[1]), told.RULES)
print("ready", flush=True)
number = 0
while True:
    number += 1
    key = f"{sys.argv[2]}-{number}"
    answer = gate.decide([Question(f"c{number % 5}", "news", "email", told.NOW + number)], "crm", (key, "d"))[0]
    print(key, answer.id, flush=True)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_process_loses_nothing_it_acknowledged(kind, tmp_path, request):
    (tmp_path / "test_killed_rules.py").write_text(f"RULES = {RULES!r}\nNOW = {NOW}\n")
    (tmp_path / "worker.py").write_text(WORKER)
    if kind == "sqlite":
        _kill_workers(str(tmp_path / "l.sqlite"), tmp_path)
    else:
        with schema(request.getfixturevalue("server")) as address:
            _kill_workers(address, tmp_path)


def _kill_workers(address, folder):
    open_ledger(address).close()
    acknowledged = {}
    paths = [str(folder), str(Path(__file__).parent.parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    for round in range(KILLS):
        command = [sys.executable, str(folder / "worker.py"), address, f"w{round}"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as worker:
            assert worker.stdout.readline() == "ready\n"
            for _ in range(25 + 7 * round):
                key, id = worker.stdout.readline().split()
                acknowledged[key] = id
            os.kill(worker.pid, signal.SIGKILL)
            rest = [line.split() for line in worker.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
            acknowledged.update(dict(r for r in rest if len(r) == 2))
    _check(address, acknowledged)


def _check(address, acknowledged):
    """Everything acknowledged is stored, every key stands for one decision, and no cap is passed."""
    ledger = open_ledger(address)
    gate = gate_of(ledger, RULES)
    with ledger.reading() as transaction:
        stored = {row[0] for row in transaction.rows("SELECT id FROM decisions")}
        keys = dict(transaction.rows("SELECT key, answer FROM idempotency"))
        counts = dict(transaction.rows("SELECT customer, count(*) FROM reservations GROUP BY customer"))
        (orphans,) = transaction.rows(
            """SELECT count(*) FROM decisions d WHERE reservation IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.id = d.reservation)"""
        )[0]
    assert len(acknowledged) > 10
    assert set(acknowledged.values()) <= stored
    assert all(id in keys[key] for key, id in acknowledged.items())
    assert len(keys) == len(stored)
    assert (orphans, set(counts.values())) == (0, {2})
    assert gate.decide([Question("c0", "news", "email", NOW)], "crm")[0].decision == "deny"
    ledger.close()


def test_a_killed_postgresql_comes_back_with_all_it_acknowledged():
    acknowledged = []
    with TemporaryDirectory(prefix="primum-pg-") as folder:
        with running_server(Path(folder)) as (address, process):
            ledger = open_ledger(address)
            gate = gate_of(ledger, RULES)
            acknowledged += [gate.decide([Question(f"c{n}", "news", "email", NOW)], "crm")[0].id for n in range(20)]
            family = psutil.Process(process).children()
            for one in (psutil.Process(process), *family):
                with suppress(psutil.NoSuchProcess):
                    os.kill(one.pid, signal.SIGKILL)
            wait_for_end(one.pid for one in family)
            with pytest.raises(LedgerError):
                gate.decide([Question("c0", "news", "email", NOW)], "crm")
            ledger.close()
        with running_server(Path(folder)) as (address, _):
            ledger = open_ledger(address)
            with ledger.reading() as transaction:
                stored = {row[0] for row in transaction.rows("SELECT id FROM decisions")}
            assert set(acknowledged) <= stored
            assert gate_of(ledger, RULES).decide([Question("c0", "news", "email", NOW)], "crm")[0].decision == "allow"
            ledger.close()
