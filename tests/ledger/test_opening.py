"""A ledger is opened with its schema up to date, or not at all."""

import sqlite3

import psycopg
import pytest

from ledgers import database
from primum.ledger import open_ledger
from primum.ledger.migrations import migrations
from primum.ledger.sqlite import SqliteLedger
from primum.words.errors import LedgerError


def numbers(ledger):
    with ledger.reading() as transaction:
        return [row[0] for row in transaction.rows("SELECT number FROM migrations ORDER BY number")]


def test_every_step_is_taken_once(address, ledger):
    assert numbers(ledger) == [step.number for step in migrations("sqlite")]
    again = open_ledger(address)
    assert numbers(again) == numbers(ledger)
    again.close()


def test_a_ledger_of_a_newer_version_is_refused(address, ledger):
    with ledger.writing() as transaction:
        transaction.rows("INSERT INTO migrations VALUES (?, ?, ?, ?)", 999, "later", "x", 1)
    with pytest.raises(LedgerError, match="written by a newer Primum"):
        open_ledger(address)


def test_a_step_that_was_changed_is_refused(address, ledger):
    with ledger.writing() as transaction:
        transaction.rows("UPDATE migrations SET digest = ? WHERE number = 1", "other")
    with pytest.raises(LedgerError, match="Step 1 of the ledger's schema"):
        open_ledger(address)


def test_a_step_that_fails_leaves_nothing_behind(address, monkeypatch):
    from primum.ledger import opening

    good = opening.migrations
    broken = [*good("sqlite")[:1], type(good("sqlite")[0])(2, "broken", ("CREATE TABLE one (a INTEGER)", "NONSENSE"))]
    kind = "postgresql" if address.startswith("postgres") else "sqlite"
    broken[0] = good(kind)[0]
    monkeypatch.setattr(opening, "migrations", lambda kind: broken)
    with pytest.raises((LedgerError, psycopg.Error)):
        open_ledger(address)
    monkeypatch.setattr(opening, "migrations", good)
    ledger = open_ledger(address)
    assert len(numbers(ledger)) == len(good(kind))
    with ledger.reading() as transaction, pytest.raises((LedgerError, sqlite3.Error, psycopg.Error)):
        transaction.rows("SELECT * FROM one")
    ledger.close()


FACTS = {
    "trail": "INSERT INTO trail (at, actor, action, subject, detail) VALUES (1, 'a', 'b', 'c', 'd')",
    "resolutions": "INSERT INTO resolutions VALUES ('r', 'confirmed', 1, 0, 0)",
}


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = '2'"])
def test_facts_are_only_ever_added(ledger, table, change):
    with ledger.writing() as transaction:
        transaction.rows(FACTS[table])
    column = "actor" if table == "trail" else "outcome"
    with (
        pytest.raises((LedgerError, sqlite3.Error, psycopg.Error), match="only ever added"),
        ledger.writing() as transaction,
    ):
        transaction.rows(change.format(table, column))


def test_a_reservation_resolves_once(ledger):
    with ledger.writing() as transaction:
        transaction.rows(FACTS["resolutions"])
    with pytest.raises((LedgerError, sqlite3.Error, psycopg.Error)), ledger.writing() as transaction:
        transaction.rows("INSERT INTO resolutions VALUES ('r', 'released', 2, 0, 0)")


def test_what_fails_is_rolled_back(ledger):
    with pytest.raises(ZeroDivisionError), ledger.writing(["a"]) as transaction:
        transaction.rows(FACTS["trail"] if transaction.now else 1 / 0) or 1 / 0
    with ledger.reading() as transaction:
        assert transaction.rows("SELECT count(*) FROM trail") == [(0,)]


# Unsafe settings


@pytest.mark.parametrize("weak", ["OFF", "NORMAL", "off"])
def test_sqlite_that_may_forget_is_refused(tmp_path, weak):
    with pytest.raises(LedgerError, match="synchronous"):
        SqliteLedger(tmp_path / "l.sqlite", synchronous=weak)


def test_sqlite_writes_to_the_disk_before_it_acknowledges(tmp_path):
    ledger = SqliteLedger(tmp_path / "l.sqlite")
    with ledger.reading() as transaction:
        assert transaction.rows("PRAGMA synchronous") == [(2,)]
        assert transaction.rows("PRAGMA journal_mode") == [("wal",)]
    ledger.close()


def test_sqlite_without_a_log_on_disk_is_refused():
    with pytest.raises(LedgerError, match="write-ahead log"):
        SqliteLedger(":memory:")


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_postgresql_that_may_forget_is_refused(server, setting):
    with database(server) as address:
        with psycopg.connect(address, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f"ALTER DATABASE {name} SET {setting} = off")
        with pytest.raises(LedgerError, match=f"{setting} = off"):
            open_ledger(address)


class Answering:
    """A server that says of one setting what it likes."""

    def __init__(self, setting, value, recovering=False):
        self.setting, self.value, self.recovering = setting, value, recovering

    def execute(self, statement, values=None):
        self.answer = (self.recovering,) if values is None else (self.value if values == [self.setting] else "on",)
        return self

    def fetchone(self):
        return self.answer


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_each_setting_that_forgets_is_named(setting):
    from primum.ledger.postgres import refuse_unsafe

    with pytest.raises(LedgerError, match=f"{setting} = off"):
        refuse_unsafe(Answering(setting, "off"))
    refuse_unsafe(Answering(setting, "on"))


def test_a_server_in_recovery_is_refused():
    from primum.ledger.postgres import refuse_unsafe

    with pytest.raises(LedgerError, match="in recovery"):
        refuse_unsafe(Answering("none", "on", recovering=True))


def test_a_server_that_is_not_there_is_told_without_its_password():
    with pytest.raises(LedgerError) as told:
        open_ledger("postgresql://someone:secret@127.0.0.1:1/nowhere")
    assert "secret" not in str(told.value)
