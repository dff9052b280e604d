"""`primum init` on exports in the shapes of well-known platforms: mapped right, at most one question, audited right."""

import re
from pathlib import Path

import pytest

import platforms.mail_logs
import platforms.records  # noqa: F401 (they register their makers)
import primum
from platforms.making import PLATFORMS, Expected, Made
from primum.app.starter import Draft, write_starter
from primum.strategy.check import check, checked
from primum.strategy.models import Entry, Source


@pytest.fixture(scope="module", params=sorted(PLATFORMS))
def drafted(request, tmp_path_factory) -> tuple[Path, Made, Draft]:
    """One platform's export alone, and what `primum init` wrote for it."""
    folder = tmp_path_factory.mktemp(request.param)
    made = PLATFORMS[request.param](folder / "exports")
    return folder, made, write_starter([folder / "exports"], "B", folder / "primum.yaml", force=False)


def test_there_are_more_than_twenty():
    assert len(PLATFORMS) > 20


def test_at_most_one_question_is_asked_and_it_is_in_order(drafted):
    _, made, draft = drafted
    assert len(draft.questions) == bool(made.asks), draft.questions
    assert all(made.asks in q for q in draft.questions)


def test_the_file_is_checked_without_a_complaint(drafted):
    folder, made, draft = drafted
    loaded = checked(folder / "primum.yaml")
    assert check(loaded).errors == ()
    assert draft.sources == len(made.sources) == len(loaded.strategy.data.sources)


def test_kinds_keys_and_columns_are_mapped_as_expected(drafted):
    folder, made, _ = drafted
    sources = checked(folder / "primum.yaml").strategy.data.sources
    assert set(sources) == set(made.sources)
    for name, expected in made.sources.items():
        source = sources[name]
        assert (source.kind, dict(source.key)) == (expected.kind, dict(expected.key)), name
        assert source.department == expected.department
        assert source.zone == expected.zone
        assert {a: shown(source.map.get(a)) for a in expected.map} == dict(expected.map), name
        assert day(source) == expected.as_of
        assert dates(source) == list(expected.dates)


def shown(entry: Entry | None) -> str:
    """An entry as `Expected` writes it: a column, `=value`, or `sql`."""
    if entry is None:
        return ""
    return entry.column or (f"={entry.value}" if entry.value is not None else "sql")


def day(source: Source) -> str:
    """From where the day of an extract is taken."""
    if source.as_of is None:
        return ""
    return "file_date" if source.as_of.file_date else source.as_of.file_name or ""


def dates(source: Source) -> list[str]:
    """The formats of a source's first instant, of its own or of the source."""
    first = next((source.map[a] for a in ("at", "from", "since") if a in source.map), None)
    return list((first.dates if first else []) or source.dates)


def test_words_mean_what_they_mean_there(drafted):
    folder, made, _ = drafted
    sources = checked(folder / "primum.yaml").strategy.data.sources
    for name, expected in made.sources.items():
        if expected.words:
            assert read_words(sources[name], expected) == dict(expected.words), name


def read_words(source: Source, expected: Expected) -> dict[str, str | None]:
    """What the mapping makes of each word: by its table, else as a word that is ours in small letters."""
    entry = source.map[expected.of]
    table = dict(entry.values or {})
    return {w: table.get(w, w.lower() if w not in entry.missing else None) for w in expected.words}


def test_the_audit_counts_what_was_made(drafted):
    folder, made, _ = drafted
    found = primum.open(folder).audit()
    counted = (
        found.volume.contacts,
        found.volume.received,
        found.volume.responses,
        found.volume.states,
        sum(s.rejected for s in found.sources),
    )
    want = made.counts
    assert counted == (want.contacts, want.received, want.responses, want.states, want.rejected)
    if want.customers is not None:
        assert found.volume.customers_known == want.customers
    assert found.volume.unlinked == 0


def test_nobodys_address_or_number_is_written_out(drafted):
    folder, _, _ = drafted
    text = (folder / "primum.yaml").read_text(encoding="utf-8")
    assert "@example.org" not in text
    assert not re.search(r"7700900\d{3}", text)
    assert max(map(len, text.splitlines())) <= 120 or "sql:" in text


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> tuple[Path, Draft]:
    """All exports in one folder."""
    folder = tmp_path_factory.mktemp("together")
    for make in PLATFORMS.values():
        make(folder / "exports")
    return folder, write_starter([folder / "exports"], "B", folder / "primum.yaml", force=False)


def test_all_together_ask_no_more_than_one_question_each(together):
    folder, draft = together
    text = (folder / "primum.yaml").read_text(encoding="utf-8")
    assert len(draft.questions) == text.count("# ASK: ") <= 3, draft.questions
    assert check(checked(folder / "primum.yaml")).errors == ()


def test_all_together_are_audited_as_each_alone(together, tmp_path_factory):
    folder, _ = together
    found = primum.open(folder).audit()
    counts = [make(tmp_path_factory.mktemp(name)).counts for name, make in PLATFORMS.items()]
    assert found.volume.contacts == sum(c.contacts for c in counts)
    assert found.volume.responses == sum(c.responses for c in counts)
    assert found.volume.states == sum(c.states for c in counts)
    assert sum(s.rejected for s in found.sources) == sum(c.rejected for c in counts)
