"""Staged rows never stay: not after a run, not after an error, and after a kill no longer than until the next run."""

import os
import signal
import subprocess
import sys
import time

import pytest

import primum
from primum.app.scratch import clear_scratch, scratch_folder
from primum.words.errors import PrimumError

STRATEGY = """
strategy: {name: Test}
data:
  sources:
    mails: {kind: contacts, files: mails.csv, key: {email: address}, map: {at: sent}}
"""
HANG = """
import sys, time, primum, primum.app.pipeline as p
def hang(*args, **named):
    print("staged", flush=True)
    time.sleep(60)
p.link_customers = hang
"""
BUILD_AND_HANG = HANG + "primum.open(sys.argv[1]).audit()"
AUDIT_AND_HANG = (
    HANG
    + """
from primum.app.cli import main
sys.argv = ["primum", "audit", "--quiet", "--workspace", sys.argv[1]]
main()
"""
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "primum.yaml").write_text(STRATEGY)
    (tmp_path / "mails.csv").write_text("address,sent\ncanary@x.org,2026-01-01T09:00Z\n")
    return tmp_path


def left(folder) -> list:
    return [p for p in (folder / ".primum").rglob("*") if p.is_file() and "scratch" in p.parts]


def test_a_killed_build_leaves_rows_that_the_next_run_deletes(folder):
    running = subprocess.Popen([sys.executable, "-c", BUILD_AND_HANG, folder], stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "staged\n"
    assert any(f.suffix == ".parquet" for f in left(folder)), "raw rows are staged while a build runs"
    (scratch,) = (folder / ".primum" / "scratch").iterdir()
    assert scratch.stat().st_mode & 0o077 == 0, "nobody else can read them"
    clear_scratch(folder / ".primum")
    assert left(folder), "the folder of a run that is going on stays"
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert left(folder)
    primum.open(folder).audit()
    assert not (folder / ".primum" / "scratch").exists()


def test_a_terminated_command_tidies_up(folder):
    running = subprocess.Popen([sys.executable, "-c", AUDIT_AND_HANG, folder], stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "staged\n"
    assert left(folder)
    running.terminate()
    assert running.wait() == 143
    running.stdout.close()
    assert not left(folder)


def test_a_build_that_fails_leaves_nothing(folder):
    (folder / "mails.csv").write_text("address,sent\ncanary@x.org,soon\n")
    with pytest.raises(PrimumError):
        primum.open(folder).audit()
    assert not (folder / ".primum" / "scratch").exists()


def test_what_earlier_versions_left_is_deleted_too(tmp_path):
    stale = tmp_path / "scratch" / "runs"
    stale.mkdir(parents=True)
    (stale / "000000.arrow").write_text("rows")
    (tmp_path / "scratch" / "mails-0.parquet").write_text("rows")
    with scratch_folder(tmp_path) as folder:
        assert [p.name for p in (tmp_path / "scratch").iterdir()] == [folder.name]
        assert time.time() - os.stat(folder).st_mtime < 3600
    assert not (tmp_path / "scratch").exists()
