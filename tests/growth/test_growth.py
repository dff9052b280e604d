"""A history that grows by what came, went or changed equals one that is built anew: row by row and figure by figure."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import primum
from growth.against import assert_as_built_at_once, grew

STRATEGY = """
strategy: {name: Test}
departments: {marketing: {}, service: {}}
channels: {email: {unit_cost: 0.01}, sms: {unit_cost: 0.05}}
data:
  rejects_at_most: 100%
  sources:
    mails:
      kind: contacts
      department: marketing
      files: mails-*.csv
      key: {email: address}
      map: {at: sent, channel: {value: email}, communication: what, subject: subject, content: subject, id: id}
    texts:
      kind: contacts
      department: service
      files: texts-*.csv
      key: {email: address}
      one_row_per: [at, communication]
      map: {at: sent, channel: {value: sms}, communication: what}
    log:
      kind: events
      department: marketing
      files: log-*.csv
      key: {email: address}
      map: {id: id, at: at, event: what, channel: {value: email}, communication: of}
    answers:
      kind: responses
      files: answers-*.csv
      key: {email: address}
      map: {at: at, kind: {column: what, values: {c: clicked, o: opened}}, communication: of}
    held:
      kind: states
      files: held-*.csv
      key: {email: address}
      map: {from: since, state: {value: opted_out}}
"""
HEADS = {
    "mails": "id,address,sent,what,subject",
    "texts": "address,sent,what",
    "log": "id,address,at,what,of",
    "answers": "address,at,what,of",
    "held": "address,since",
}
PEOPLE = ("a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org", "n/a", "", "none")
TIMES = ("2026-01-01T09:00Z", "2026-01-01T10:30Z", "2026-01-02", "2026-02-03T08:00Z", "no date")
EVENTS = ("sent", "delivered", "bounced", "clicked", "nothing known")
people = st.sampled_from(PEOPLE)
times = st.sampled_from(TIMES)
what = st.sampled_from(("hello", "bye", "sale"))
LINES = {
    "mails": st.tuples(st.sampled_from(("1", "2", "3", "")), people, times, what, st.sampled_from(("Hi", "Ho"))),
    "texts": st.tuples(people, times, what),
    "log": st.tuples(st.sampled_from("12"), people, times, st.sampled_from(EVENTS), what),
    "answers": st.tuples(people, times, st.sampled_from("co"), what),
    "held": st.tuples(people, times),
}


GOOD = {
    "mails": ("7", "g@x.org", TIMES[0], "hello", "Hi"),
    "texts": ("g@x.org", TIMES[0], "hello"),
    "log": ("7", "g@x.org", TIMES[0], "sent", "hello"),
    "answers": ("g@x.org", TIMES[0], "c", "hello"),
    "held": ("g@x.org", TIMES[0]),
}
"""A row that can be read: a source all of whose rows are rejected is refused."""


def write(folder: Path, source: str, number: int, rows: list[tuple[str, ...]]) -> None:
    """Write a file; number 2 always holds a good row."""
    rows = [GOOD[source], *rows] if number == 2 else rows
    text = "\n".join([HEADS[source], *(",".join(row) for row in rows)]) + "\n"
    (folder / f"{source}-{number}.csv").write_text(text)


@st.composite
def steps(draw, sources=tuple(HEADS)):
    """A file of a source: written (new or anew), or taken away."""
    source = draw(st.sampled_from(sources))
    number = draw(st.integers(1, 3))
    gone = draw(st.booleans()) and number != 2
    rows = None if gone else draw(st.lists(LINES[source], min_size=1, max_size=4))
    return source, number, rows


def play(folder: Path, step) -> None:
    source, number, rows = step
    if rows is None:
        (folder / f"{source}-{number}.csv").unlink(missing_ok=True)
    else:
        write(folder, source, number, rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries({s: st.lists(LINES[s], min_size=1, max_size=6) for s in HEADS}),
    st.lists(steps(), min_size=1, max_size=3),
)
def test_after_any_change_of_files_a_history_equals_one_built_anew(start, changes):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "mine"
        folder.mkdir()
        (folder / "primum.yaml").write_text(STRATEGY)
        for source, rows in start.items():
            write(folder, source, 2, rows)
        place = primum.open(folder)
        place.audit()
        for step in changes:
            play(folder, step)
            assert_as_built_at_once(place, Path(name) / "other")


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "primum.yaml").write_text(STRATEGY)
    write(folder, "mails", 2, [("1", "a@x.org", TIMES[0], "hello", "Hi"), ("2", "b@x.org", TIMES[1], "bye", "Ho")])
    write(folder, "texts", 2, [("a@x.org", TIMES[0], "hello"), ("c@x.org", TIMES[3], "sale")])
    write(
        folder, "log", 2, [("1", "a@x.org", TIMES[0], "sent", "hello"), ("1", "a@x.org", TIMES[1], "clicked", "hello")]
    )
    write(folder, "answers", 2, [("a@x.org", TIMES[3], "c", "hello")])
    write(folder, "held", 2, [("b@x.org", TIMES[0])])
    place = primum.open(folder)
    place.audit()
    return place


def test_a_new_file_makes_a_delta_and_leaves_the_buckets_as_they_are(place, tmp_path):
    base = place.derived / "history" / "base-0001"
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in base.rglob("*") if p.is_file()}
    write(place.folder, "texts", 1, [("z@x.org", TIMES[0], "hello"), ("a@x.org", TIMES[1], "sale")])
    assert_as_built_at_once(place, tmp_path / "other")
    assert grew(place)
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in base.rglob("*") if p.is_file()} == before
