"""What a naive audit would report of the made-up company, counted in its files: decoys bite where they are misread."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from demo.second_reading import RECEIVED, Contact, Reading, read
from primum.demo.company import build
from primum.demo.truth import Truth

Built = tuple[Truth, Reading]
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder: Path = tmp_path_factory.mktemp("brightwater")
    return build(folder, 12_000, 3), read(folder)[0]


def _by_customer(contacts: Iterable[Contact]) -> Iterator[list[Contact]]:
    found: dict[str, list[Contact]] = {}
    for c in sorted((c for c in contacts if c.customer and c.status in RECEIVED), key=lambda c: c.at):
        found.setdefault(str(c.customer), []).append(c)
    yield from found.values()


def _repeats(contacts: Iterable[Contact], within: timedelta = WEEK) -> int:
    """Equal texts to one customer again, less than a width after the last time."""
    count = 0
    for events in _by_customer(contacts):
        last: dict[str, datetime] = {}
        for e in events:
            if e.content:
                count += e.content in last and e.at - last[e.content] < within
                last[e.content] = e.at
    return count


def _meetings(contacts: Iterable[Contact]) -> Counter[tuple[str, str]]:
    """Days on which one customer hears from two departments, by the pair."""
    pairs = Counter[tuple[str, str]]()
    for events in _by_customer(contacts):
        days: dict[date, set[str]] = {}
        for e in events:
            days.setdefault(e.day, set()).update([e.department] if e.department else [])
        for senders in days.values():
            pairs.update(combinations(sorted(senders), 2))
    return pairs


def _people(reading: Reading) -> list[Contact]:
    return [c for c in reading.contacts if c.counted and c.customer not in reading.no_people]


def _in_common(reading: Reading, contacts: Iterable[Contact]) -> list[Contact]:
    first, last = reading.common()
    return [c for c in contacts if first <= c.day <= last]


def test_whoever_counts_what_was_asked_for_finds_repeats_and_meetings(built: Built) -> None:
    truth, reading = built
    all_of_it = [c for c in reading.contacts if c.customer not in reading.no_people]
    more = _repeats(all_of_it) - _repeats(_people(reading))
    assert more >= truth.decoys["one-time codes"].naive + 10
    met = _meetings(_in_common(reading, all_of_it)) - _meetings(_in_common(reading, _people(reading)))
    assert met["logistics", "marketing"] + met["app", "marketing"] >= truth.decoys["order chains"].naive
    assert met["marketing", "sales"] >= 10


def test_whoever_takes_one_subject_for_one_message_finds_bills(built: Built) -> None:
    truth, reading = built
    bills = [c for c in _people(reading) if c.communication == "monthly-bill"]
    naive = _repeats(bills, timedelta(days=40)) - _repeats(bills)
    assert naive >= truth.decoys["monthly bills"].naive
    assert _repeats(bills) == truth.decoys["bills with a copy"].right


def test_whoever_reads_a_day_as_midnight_finds_two_departments_ten_minutes_apart(built: Built) -> None:
    truth, reading = built
    close = 0
    for events in _by_customer(_people(reading)):
        for a, b in combinations(events, 2):
            minutes = (b.at - a.at).total_seconds() / 60
            close += b.department == "billing" and a.department == "marketing" and 0 < minutes <= 10
    assert close == truth.decoys["letters after a late e-mail"].naive


def test_whoever_takes_the_handing_over_for_the_landing_finds_other_meetings(built: Built) -> None:
    truth, reading = built
    people = _in_common(reading, _people(reading))
    handed = [
        replace(c, at=c.at - timedelta(days=2)) if c.source == "billing" and c.channel == "post" else c for c in people
    ]
    more = _meetings(handed)["billing", "sales"] - _meetings(people)["billing", "sales"]
    assert more >= truth.decoys["letters handed over"].naive


def test_whoever_looks_at_all_days_finds_departments_that_were_never_compared(built: Built) -> None:
    truth, reading = built
    people = _people(reading)
    more = _meetings(people) - _meetings(_in_common(reading, people))
    assert more == {("marketing", "service"): truth.decoys["departments outside the common period"].naive}


def test_whoever_takes_rows_for_contacts_counts_too_many(built: Built) -> None:
    truth, reading = built
    once = Counter(c.source for c in reading.contacts)
    rows = Counter(c.source for c in reading.naive)
    for source in ("sales_texts", "billing", "app"):
        t = truth.sources[source]
        assert rows[source] - once[source] == t.repeated + t.folded, source
        assert truth.decoys[f"rows of {source}"].naive == t.repeated + t.folded + t.replaced, source


def test_whoever_takes_every_address_for_a_person_finds_the_worst_hit_among_seeds_and_tests(built: Built) -> None:
    truth, reading = built
    everybody = [c for c in reading.contacts if c.counted]
    assert _repeats(everybody) - _repeats(_people(reading)) == truth.decoys["test accounts"].naive
    worst = sorted(_by_customer(everybody), key=len, reverse=True)[: truth.decoys["seed addresses"].naive]
    assert {reading.no_people.get(str(events[0].customer)) for events in worst} == {"seed"}
    assert sum(c.customer in reading.no_people for c in reading.contacts) == truth.contacts_to_no_people


def test_texts_of_two_departments_meet_within_a_week_as_often_as_promised(built: Built) -> None:
    truth, reading = built
    for near in truth.near:
        both = 0
        for events in _by_customer(_people(reading)):
            a, b = ([e.at for e in events if e.content == text] for text in (near.a, near.b))
            both += any(abs(x - y) < WEEK for x in a for y in b)
        assert both == near.both > 0
    alone = [c for c in _people(reading) if c.communication == "bill-with-month"]
    assert all(b.at - a.at > WEEK for events in _by_customer(alone) for a, b in combinations(events, 2))
