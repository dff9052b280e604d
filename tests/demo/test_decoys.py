"""The truth about Harbour & Finch is what its files say, read a second time by other code."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations
from pathlib import Path

import pytest

from demo import decoy_reading as reading
from demo.decoy_reading import Line, Reading
from primum.demo.decoys.company import build
from primum.demo.decoys.truth import Decoys

COMPANIES = [(12_000, 3), (40_000, 7), (90_000, 20)]


class Made:
    """A company, its truth and the second reading."""

    def __init__(self, folder: Path, contacts: int, seed: int) -> None:
        self.folder = folder
        self.truth: Decoys = build(folder, contacts, seed)
        self.read: Reading = reading.read(folder)

    @cached_property
    def pushed(self) -> list[Line]:
        """What findings are made of."""
        return reading.pushed(self.read)

    @cached_property
    def inside(self) -> list[Line]:
        """... in the common period."""
        first, last, _ = reading.common_period(self.read)
        return [line for line in self.pushed if first <= line.company_day <= last]


@pytest.fixture(scope="module", params=COMPANIES, ids=lambda p: f"{p[0]}-seed{p[1]}")
def made(request, tmp_path_factory) -> Made:
    return Made(tmp_path_factory.mktemp("harbour"), *request.param)


def test_volumes(made):
    lines, truth = made.read.lines, made.truth
    status = Counter(line.status for line in lines)
    assert (len(lines) - status["planned"], status["planned"]) == (truth.contacts, truth.waiting)
    assert (status["bounced"], status["sent"] + status["delivered"]) == (truth.not_received, truth.received)
    asked = sum(reading.arrived(line) and line.name in reading.ASKED for line in lines)
    assert (asked, truth.received - asked) == (truth.asked_for, truth.pushed)
    assert sum(line.who is None for line in lines) == truth.unlinked
    assert made.read.shared == set(truth.mailboxes)


def test_the_event_log_folds(made):
    read, truth = made.read, made.truth
    assert (read.event_rows, read.folded, dict(read.responses)) == (truth.event_rows, truth.folded, truth.responses)


def test_overlaps_and_the_corrected_file(made):
    assert made.read.doubled == made.truth.repeated
    assert made.read.replaced == made.truth.replaced
    assert min(made.read.doubled.values()) > 0
    assert made.read.replaced > 0


def test_common_period(made):
    first, last, small = reading.common_period(made.read)
    assert ((first.isoformat(), last.isoformat()), tuple(small)) == (made.truth.common_period, made.truth.left_out)


def test_repeats(made):
    within = [pair for pair in reading.repeats(made.pushed) if pair[0].department == pair[1].department]
    between = [pair for pair in reading.repeats(made.inside) if pair[0].department != pair[1].department]
    truth = made.truth
    assert (len(within), len({a.who for a, _ in within})) == (truth.repeats_within, truth.repeats_within_customers)
    assert (len(between), len({a.who for a, _ in between})) == (truth.repeats_between, truth.repeats_between_customers)


def test_repeats_between_departments_lie_outside_the_common_period_too(made):
    everywhere = [pair for pair in reading.repeats(made.pushed) if pair[0].department != pair[1].department]
    assert len(everywhere) == made.truth.repeats_between + 6 * made.truth.tiles


def test_meetings(made):
    assert reading.meetings(made.inside) == (made.truth.meeting_days, made.truth.meetings)
    assert reading.meetings(made.pushed)[0] > made.truth.meeting_days


def test_pressure(made):
    weeks = reading.busiest_weeks(made.inside)
    assert weeks == made.truth.week_histogram
    assert weeks[made.truth.heavy_week] == made.truth.heavy_customers
    assert max(weeks) == made.truth.heavy_week


def test_no_figure_hangs_on_an_hour(made):
    for said in reading.by_person(made.pushed).values():
        for a, b in combinations(said, 2):
            gap = abs(b.lands - a.lands)
            assert not timedelta(days=5) < gap < timedelta(days=9) or b.moment - a.moment == timedelta(days=7)


def test_only_the_planted_texts_are_nearly_one(made):
    texts = {line.name: line.text for line in made.read.lines}
    heard = {who: {line.name for line in said} for who, said in reading.by_person(made.pushed).items()}
    near = {
        pair
        for pair in combinations(sorted(texts), 2)
        if texts[pair[0]] != texts[pair[1]]
        and SequenceMatcher(None, texts[pair[0]], texts[pair[1]], autojunk=False).ratio() > 0.7
    }
    bills = {name for name in texts if name.startswith("bill ")}
    assert near - set(combinations(sorted(bills), 2)) == {made.truth.near_pair}
    assert sum(set(made.truth.near_pair) <= names for names in heard.values()) == made.truth.near_customers


def test_bills_are_thirty_days_apart(made):
    by_person = reading.by_person([line for line in made.pushed if line.source == "bills"]).values()
    regular = [said for said in by_person if len(said) == 6]
    assert len(regular) == 50 * made.truth.tiles
    for said in regular:
        assert {b.lands - a.lands for a, b in zip(said, said[1:], strict=False)} == {timedelta(days=30)}
        assert len({line.text for line in said}) in (1, 6)


def test_addresses_that_are_nobodys(made):
    sent = Counter(line.address for line in made.read.lines)
    truth = made.truth
    assert sum(sent[a] for a in truth.seeds) == truth.seed_contacts
    assert sum(sent[a] for a in truth.staff) == truth.staff_contacts
    who = Counter(line.who for line in made.read.lines)
    assert sum(who[c] for c in truth.test_customers) == truth.test_contacts
    for customer in truth.test_customers:
        assert len({x.name for x in made.read.lines if x.who == customer}) == truth.test_communications
    nobody = {None, *truth.test_customers, *truth.seeds}
    assert min(who[c] for c in truth.test_customers) > max(n for c, n in who.items() if c not in nobody)
    master = reading.table(made.folder / "exports" / "customers.csv")
    assert tuple(r["email"] for r in master if r["customer"] in truth.test_customers) == truth.tests


def test_flags(made):
    pushed = [line for line in made.pushed if line.department == "marketing" and line.who in made.read.flagged]
    during = [line for line in pushed if line.lands >= date(2025, 5, 1)]
    before = [line for line in pushed if line.lands < date(2025, 5, 1)]
    truth = made.truth.flags["opted_out"]
    assert (len(made.read.flagged), len(during), len(before)) == (truth.undated, truth.during, truth.possible)
    assert len({x.who for x in during}) == len({x.who for x in before}) == truth.customers_during
    said = reading.by_person(made.pushed)
    sure = sum(a < x.lands < b for who, a, b in made.read.complaints for x in said[who])
    perhaps = sum(x.lands in (a, b) for who, a, b in made.read.complaints for x in said[who])
    truth = made.truth.flags["complaint_open"]
    assert (len(made.read.complaints), sure, perhaps) == (truth.dated, truth.during, truth.possible)


def test_control_totals(made):
    held = Counter(f"{x.company_day:%Y-%m}" for x in made.read.lines if x.source == "newsletters")
    equal, other = made.truth.control
    assert (held[equal.month], held[other.month]) == (equal.held, other.held)
    assert equal.control == equal.held
    assert other.control > 1.03 * other.held


def test_the_largest_file_ends_at_a_known_limit_where_the_truth_says_so(made):
    rows = made.read.rows["newsletters_main.csv"]
    assert rows == made.truth.main_rows
    assert (rows == 65_536) == (made.truth.cut_off == ("exports/newsletters_main.csv",))


def test_a_careless_audit_would_report_the_decoys(made):
    """Read without care: rows stand on the day they carry, whatever became of them and whoever asked for them."""
    first, last, _ = reading.common_period(made.read)
    true = reading.meeting_days(made.inside)
    careless = [reading.carelessly(x) for x in made.read.lines if reading.is_person(x)]
    met = reading.meeting_days([x for x in careless if first <= x.lands <= last])
    assert len(met - true) == made.truth.naive["meetings"]
    asked = [x for x in careless if x.name in reading.ASKED]
    mailboxes = [replace(x, who=x.address) for x in made.read.lines if x.who is None]
    a_week_later = sum(
        b.text == a.text and b.moment - a.moment == timedelta(days=7)
        for said in reading.by_person(made.pushed).values()
        for a, b in combinations(said, 2)
    )
    found = len(reading.repeats(asked)) + len(reading.repeats(mailboxes)) + a_week_later
    assert found == made.truth.naive["repeats"]


def test_same_seed_same_files(tmp_path):
    first, again, other = (build(tmp_path / n, 12_000, seed) for n, seed in (("a", 5), ("b", 5), ("c", 6)))
    assert first == again != other
    for path in (tmp_path / "a" / "exports").iterdir():
        if path.suffix != ".xlsx":
            assert path.read_bytes() == (tmp_path / "b" / "exports" / path.name).read_bytes()


def test_the_truth_can_be_written(made):
    told = json.loads(made.truth.to_json())
    assert told["meetings"]["billing + marketing"] == made.truth.meetings["billing", "marketing"]
    assert told["flags"]["opted_out"]["possible"] == made.truth.flags["opted_out"].possible


def test_too_small_a_company_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 12,000"):
        build(tmp_path, 11_999)
