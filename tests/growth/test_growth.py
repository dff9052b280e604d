"""A history that grows by what came, went or changed equals one that is built anew: row by row and figure by figure."""

import os
import random

import pytest

import primum
from growth.against import assert_as_built_at_once, assert_same_history, decoded, histories
from growth.company import TIMES, Company
from primum.history import History, compacting

SEEDS = range(int(os.environ.get("PRIMUM_EXAMPLES", "0")) or 4)
COMPACTED_BEYOND = (1e9, 0.1, 0.0)
"""Shares of the rows: never, as always, and at every change."""


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_changes_of_files_a_history_equals_one_built_anew(seed, tmp_path, monkeypatch):
    chance = random.Random(seed)
    monkeypatch.setattr(compacting, "MOST", COMPACTED_BEYOND[seed % 3])
    company = Company(tmp_path / "mine", master=seed % 2 == 1)
    company.begin(chance)
    place = primum.open(company.folder)
    place.history()
    told = []
    for _ in range(3):
        told.append(company.change(chance))
        assert_same_history(*histories(place, tmp_path / "other"), told)
    assert_as_built_at_once(place, tmp_path / "other")


def mails(numbers, day="2026-03-02"):
    """A mail to each of so many people, at instants of their own."""
    return [(f"m{n}", f"p{n % 60}@x.org", f"{day}T{n % 24:02}:{n % 60:02}Z", "sale", "Hi") for n in numbers]


@pytest.fixture
def company(tmp_path):
    """Two hundred mails in two files, and a row of everything else."""
    company = Company(tmp_path / "mine")
    company.write("mails", 1, mails(range(100)))
    company.write("mails", 2, mails(range(100, 200), "2026-03-03"))
    company.write("texts", 2, [("p1@x.org", TIMES[0], "hello"), ("p2@x.org", TIMES[3], "sale")])
    company.write(
        "log", 2, [("1", "p3@x.org", TIMES[0], "sent", "hello"), ("1", "p3@x.org", TIMES[1], "clicked", "hello")]
    )
    company.write("answers", 2, [("p4@x.org", TIMES[3], "c", "sale")])
    company.write("held", 2, [("p5@x.org", TIMES[0])])
    return company


@pytest.fixture
def place(company):
    place = primum.open(company.folder)
    place.history()
    return place


def kept(place):
    """The history's folders by what they are now."""
    manifest = History(place.derived / "history").manifest
    return manifest.base, bool(manifest.delta)


def files_of(folder):
    return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*") if p.is_file()}


CHANGES = {
    "a new file of contacts": lambda c: c.write("texts", 1, [("n@x.org", TIMES[0], "a"), ("p1@x.org", TIMES[1], "a")]),
    "rows appended to a file": lambda c: c.append("texts", 2, [("p7@x.org", TIMES[1], "hello")]),
    "a file taken away": lambda c: c.remove("texts", 3),
    "a file whose rows changed": lambda c: c.write("answers", 2, [("p4@x.org", TIMES[1], "o", "sale")]),
    "responses of somebody new": lambda c: c.write("answers", 1, [("other@x.org", TIMES[3], "c", "sale")]),
    "states": lambda c: c.write("held", 1, [("p9@x.org", TIMES[1]), ("p5@x.org", "2026-02-02")]),
    "what became of contacts": lambda c: c.write("log", 3, [("1", "p3@x.org", TIMES[3], "bounced", "hello")]),
    "rows without a customer": lambda c: c.write("mails", 3, [("z", "n/a", TIMES[0], "bye", "Ho")]),
}  # fmt: skip


def test_each_kind_of_change_becomes_a_delta_and_leaves_the_buckets_as_they_are(company, place, tmp_path):
    company.write("texts", 3, [("p6@x.org", TIMES[1], "bye"), ("gone@x.org", TIMES[1], "bye")])
    place.history()
    base, _ = kept(place)
    before = files_of(place.derived / "history" / base)
    for what, change in CHANGES.items():
        change(company)
        assert_same_history(*histories(place, tmp_path / "other"), what)
        assert kept(place) == (base, True), what
    assert files_of(place.derived / "history" / base) == before
    assert_as_built_at_once(place, tmp_path / "other")


def test_beyond_a_tenth_of_the_rows_base_and_delta_become_one(company, place, tmp_path):
    base, _ = kept(place)
    company.write("mails", 3, mails(range(300, 345), "2026-03-01"))
    assert_as_built_at_once(place, tmp_path / "other")
    compacted = kept(place)
    assert compacted[0] != base
    assert not compacted[1]
    assert sorted(p.name for p in (place.derived / "history").iterdir()) == sorted([compacted[0], "manifest.json"])
    company.write("texts", 1, [("p6@x.org", TIMES[1], "bye")])
    company.remove("mails", 1)
    assert_as_built_at_once(place, tmp_path / "other")


def test_customers_whom_a_new_list_ties_together_are_one(tmp_path):
    company = Company(tmp_path / "mine", master=True)
    company.begin(random.Random(1))
    company.write("texts", 1, [("H1", TIMES[0], "hello")])
    company.write("mails", 1, [("9", "h@x.org", TIMES[0], "hello", "Hi")])
    place = primum.open(company.folder)
    place.history()
    company.write("people", 1, [("h@x.org", "H1", "UTC")])
    assert_as_built_at_once(place, tmp_path / "other")


def test_who_reads_a_history_goes_on_reading_it_while_it_grows(company, place):
    reader = place.history()
    before = decoded(reader)
    company.write("mails", 3, mails(range(300, 345), "2026-03-01"))
    grown = place.history()
    assert grown.manifest.base != reader.manifest.base
    assert decoded(reader) == before
    assert len(decoded(grown)["contacts"]) == len(before["contacts"]) + 45


def test_a_history_that_nothing_joined_is_not_written(company, place):
    company.write("texts", 1, [("p6@x.org", TIMES[1], "bye")])
    place.history()
    before = files_of(place.derived / "history")
    place.history()
    assert files_of(place.derived / "history") == before


def test_a_delta_that_was_left_half_written_is_passed_over_and_removed(company, place, tmp_path):
    half = place.derived / "history" / "delta-0007"
    half.mkdir()
    (half / "contacts.arrow").write_bytes(b"half")
    (half / "held").touch()
    company.write("texts", 1, [("p6@x.org", TIMES[1], "bye")])
    assert_same_history(*histories(place, tmp_path / "other"))
    assert not half.exists()
