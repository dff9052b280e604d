"""Weeks, common period, control totals, freshness and stamps are those that plain Python finds in the rows."""

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest

from audit import naive
from history.small import make_history
from primum.audit import coverage
from primum.audit.lookup import make_lookup
from primum.audit.results import AuditResult
from primum.audit.run import audit
from primum.audit.survey import common_period, day_begins, survey_contacts
from primum.audit.sweep import make_frame
from primum.history.manifest import FileEntry
from primum.strategy.models import Strategy
from views import source

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
NOW = "2026-06-01T12:00:00Z"
DAY = naive.DAY
STRATEGY = {
    "strategy": {"name": "T"},
    "zone": "Europe/Paris",
    "departments": {"a": {}, "b": {}, "c": {}},
    "data": {
        "sources": {
            "here": {"kind": "contacts", "files": ["x"], "map": {"at": "at"}, "fresh": "7 days"},
            "there": {
                "kind": "contacts",
                "files": ["y"],
                "map": {"at": "at"},
                "zone": "America/New_York",
                "control": {"2026-03": 100, "2026-04": 1, "2031-01": 0},
            },
            "answers": {"kind": "responses", "files": ["z"], "map": {"at": "at", "kind": "kind"}},
        }
    },
}
SPANS = {"a": (0, 60), "b": (20, 75), "c": (70, 72), None: (0, 80)}
"""Days after 1 March on which a department has contacts; c is small."""


def rows(seed: int, n: int) -> list[dict]:
    chance = random.Random(seed)
    found = []
    for i in range(n):
        department = "c" if i % 200 == 0 else chance.choice(["a", "a", "b", "b", None])
        first, last = SPANS[department]
        at = datetime(2026, 3, 1) + timedelta(days=first, minutes=chance.randrange((last - first) * 24 * 60))
        found.append(
            {
                "key": None if chance.random() < 0.03 else f"C{chance.randrange(40)}",
                "at": at,
                "department": department,
                "communication": chance.choice(["c1", "c2", "c3", None]),
                "content": chance.choice([1, 2, 3, 4, 5, None]),
                "valid_until": at + timedelta(days=chance.randrange(9)) if chance.random() < 0.4 else None,
                "status": chance.choice(["sent", "sent", "delivered", "bounced", "planned", None]),
                "product": chance.choice([None, "p1", "p2"]),
            }
        )
    return found


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> tuple[list[dict], list[dict], dict]:
    folder = tmp_path_factory.mktemp("coverage")
    here, there = rows(3, 1500), rows(4, 1500)
    heard = [{"key": f"C{i}", "at": datetime(2026, 3, 2) + timedelta(days=3 * i), "kind": "clicked"} for i in range(20)]
    with duckdb.connect() as con:
        made = [
            source(con, "here", "contacts", here),
            source(con, "there", "contacts", there),
            source(con, "answers", "responses", heard),
        ]
        histories = {n: make_history(con, made, folder, n) for n in (1, 4)}
    return here, there, histories


def result_of(history, **more) -> AuditResult:
    strategy = Strategy.model_validate(STRATEGY)
    return audit(history, strategy, as_of=NOW, strategy_version="", primum_version="", tzdata_version="", **more)


def local(at: datetime, zone: ZoneInfo) -> date:
    return at.replace(tzinfo=UTC).astimezone(zone).date()


def monday(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()


@pytest.mark.parametrize("buckets", [1, 4])
def test_weeks_hold_every_row_linked_or_not(company, buckets):
    here, there, histories = company
    found = {s.source: s for s in result_of(histories[buckets]).coverage.sources}
    for name, own in (("here", here), ("there", there)):
        assert dict(found[name].weeks) == Counter(monday(local(r["at"], PARIS)) for r in own)
        assert found[name].first == min(local(r["at"], PARIS) for r in own).isoformat()
        assert found[name].holes == ()
    assert dict(found["answers"].weeks) == Counter(monday(date(2026, 3, 2) + timedelta(days=3 * i)) for i in range(20))


def test_control_totals_count_attempts_by_the_month_of_the_sources_zone(company):
    _, there, histories = company
    held = Counter(local(r["at"], NEW_YORK).isoformat()[:7] for r in there if r["status"] != "planned")
    lines = {line.month: line for line in result_of(histories[4]).coverage.control}
    assert {m: line.held for m, line in lines.items()} == {m: held[m] for m in ("2026-03", "2026-04", "2031-01")}
    march = lines["2026-03"]
    assert (march.difference, march.share) == (held["2026-03"] - 100, abs(held["2026-03"] - 100) / 100)
    assert not march.settled
    assert lines["2031-01"].settled, "nothing stated and nothing held"


@pytest.mark.parametrize(("held", "settled"), [(1000, True), (995, True), (1005, True), (994, False), (1006, False)])
def test_a_control_total_is_met_to_within_half_a_percent(company, held, settled):
    (entry,) = [s for s in company[2][1].manifest.sources if s.name == "there"]
    assert coverage._line(entry, "2026-03", 1000, held).settled == settled


def inside(row: dict, first: date, last: date) -> bool:
    return first <= local(row["at"], PARIS) <= last


def counted(company) -> tuple[dict[str, list[dict]], date, date]:
    """Each customer's received contacts in time order, as `naive` wants them; and the common period."""
    everything = [r for own in company[:2] for r in own]
    real = [r for r in everything if r["status"] != "planned"]
    spans = {d: [local(r["at"], PARIS) for r in real if r["department"] == d] for d in ("a", "b")}
    first, last = max(min(s) for s in spans.values()), min(max(s) for s in spans.values())
    customers: dict[str, list[dict]] = defaultdict(list)
    for i, r in enumerate(everything):
        if r["key"] is not None and r["status"] not in ("bounced", "planned"):
            at = int(r["at"].replace(tzinfo=UTC).timestamp()) * 1_000_000
            until = r["valid_until"]
            customers[r["key"]].append(
                {
                    **r,
                    "at": at,
                    "until": None if until is None else int(until.replace(tzinfo=UTC).timestamp()) * 1_000_000,
                    "day": local(r["at"], PARIS).toordinal(),
                    "common": inside(r, first, last),
                    "place": i,
                }
            )
    for own in customers.values():
        own.sort(key=lambda c: (c["at"], c["place"]))
    return customers, first, last


@pytest.mark.parametrize("buckets", [1, 4])
def test_figures_across_departments_count_the_common_period_only(company, buckets):
    customers, first, last = counted(company)
    found = result_of(company[2][buckets])
    common = found.coverage.common
    assert (common.first, common.last) == (first.isoformat(), last.isoformat())
    assert (common.departments, common.left_out) == (("a", "b"), ("c",))
    assert (common.begin_last, common.end_first) == (("b",), ("a",))
    real = [r for own in company[:2] for r in own if r["status"] != "planned"]
    assert common.outside == sum(not inside(r, first, last) for r in real)
    together = {k: [c for c in own if c["common"]] for k, own in customers.items()}

    pairs = [naive.meeting_pairs(own) for own in together.values()]
    assert found.meetings.several == sum(
        len(d) > 1 for own in together.values() for d in naive.meeting_days(own).values()
    )
    assert {(m.a, m.b): m.customer_days for m in found.meetings.pairs} == sum(pairs, Counter())

    weeks = Counter(naive.busiest(own, 7) for own in together.values() if own)
    assert dict(found.pressure.overall.week_histogram) == weeks
    assert found.pressure.overall.contacts == sum(map(len, together.values()))
    for department in found.pressure.by_department:
        its = [[c for c in own if c["department"] == department.department] for own in customers.values()]
        assert dict(department.week_histogram) == Counter(naive.busiest(own, 7) for own in its if own)
    assert sum(p.contacts * p.customers for p in found.responses.curve) == sum(map(len, customers.values()))

    repeats = [(own[i], own[j]) for own in customers.values() for i, j in naive.repeats(own, 7)]
    cross = [(x, y) for x, y in repeats if None not in (x["department"], y["department"])]
    cross = [(x, y) for x, y in cross if x["department"] != y["department"]]
    assert found.duplicates.between == sum(x["common"] and y["common"] for x, y in cross)
    assert found.duplicates.within == len(repeats) - len(cross)
    assert 0 < found.duplicates.between < len(cross), "the test must tell the two apart"


def test_live_offers_of_two_departments_count_the_common_period_only(company):
    customers, _, _ = counted(company)
    found = result_of(company[2][4]).live_offers
    own = [[p for p in naive.live_pairs(h) if same(p)] for h in customers.values()]
    between = [[p for p in naive.live_pairs([c for c in h if c["common"]]) if not same(p)] for h in customers.values()]
    both = [x + y for x, y in zip(own, between, strict=True)]
    assert found.pairs == sum(map(len, both))
    assert found.customers == sum(bool(p) for p in both)
    product = [[p for p in pairs if p[0]["product"] == p[1]["product"] is not None] for pairs in both]
    assert (found.same_product_pairs, found.same_product_customers) == (sum(map(len, product)), sum(map(bool, product)))
    assert found.offers == sum(c["until"] is not None for h in customers.values() for c in h)


def same(pair: tuple[dict, dict]) -> bool:
    return pair[0]["department"] == pair[1]["department"]


def test_the_headline_and_the_blind_page_say_the_period(company):
    found = result_of(company[2][1])
    _, _, last = counted(company)
    said = [s for s in found.headline.sentences if "across departments" in s]
    assert len(said) == 1
    assert f"{last.day} {last:%B %Y}, when all 2 departments' data are here (small ones apart: c)" in said[0]
    (spot,) = [s for s in found.blind_spots if s.kind == "outside_common_period"]
    assert (spot.count, spot.bears) == (found.coverage.common.outside, "too low")
    assert f"and end with a on {last.day} {last:%B %Y}." in spot.cure


def one(tmp_path, own: list[dict], **declared) -> AuditResult:
    """The audit of one source, `s`."""
    with duckdb.connect() as con:
        history = make_history(con, [source(con, "s", "contacts", own)], tmp_path, 2)
    entry = {"kind": "contacts", "files": ["x"], "map": {"at": "at"}, **declared}
    strategy = {"strategy": {"name": "T"}, "zone": "Europe/Paris", "data": {"sources": {"s": entry}}}
    versions = {"strategy_version": "", "primum_version": "", "tzdata_version": ""}
    return audit(history, Strategy.model_validate(strategy), as_of=NOW, **versions)


def at(day: int, *, n: int = 1, month: int = 3, **more) -> list[dict]:
    moment = datetime(2026, month, 1, 9) + timedelta(days=day)
    return [{"key": f"C{i}", "at": moment + timedelta(seconds=7 * i), "department": "a", **more} for i in range(n)]


def test_departments_without_a_common_day_restrict_nothing_and_that_is_said(tmp_path):
    own = [*at(0, n=30), *[{**r, "department": "b"} for r in at(40, n=30)]]
    found = one(tmp_path, own)
    assert found.coverage.common is None
    assert found.pressure.overall.contacts == 60
    assert found.headline.at_least
    (spot,) = [b for b in found.blind_spots if b.kind == "no_common_period"]
    assert spot.bears == "too low"


def test_one_department_has_no_sentence_about_departments(tmp_path):
    found = one(tmp_path, [*at(0, n=30), *[{**r, "department": None} for r in at(40, n=30)]])
    assert not [s for s in found.headline.sentences if "across departments" in s]


def test_an_empty_week_is_a_hole_where_the_usual_week_has_rows(tmp_path):
    own = [r for week in range(12) if week != 5 for r in at(7 * week + 1, n=6)]
    (found,) = one(tmp_path, own).coverage.sources
    assert found.holes == ("2026-04-06",)
    assert (len(found.weeks), found.usual) == (11, 6)


@pytest.mark.parametrize(
    "weeks", [[0, 12, 24], [0, 4, 8, 12], [0, 2, 4, 6, 8]], ids=["quarterly", "monthly", "fortnightly"]
)
def test_a_mailing_that_is_seldom_has_no_holes(tmp_path, weeks):
    (found,) = one(tmp_path, [r for week in weeks for r in at(7 * week + 1, n=200)]).coverage.sources
    assert len(found.weeks) == len(weeks)
    assert found.holes == ()


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([9, 9, 9, 0, 9, 9, 9], [3]),
        ([9] * 9 + [0] * 8 + [9] * 9, list(range(9, 17))),
        ([9, 0] * 8 + [9], []),
        ([9] * 6 + [0] * 46 + [9] * 6, []),
        ([9, 9, 0, 0, 9, 0, 9, 9, 9, 9], [2, 3, 5]),
        ([4, 4, 4, 0, 4, 4], []),
        ([30, 0, 30], []),
        ([], []),
        ([9], []),
    ],
    ids=[
        "one",
        "eight weeks",
        "fortnightly",
        "seasonal",
        "two near",
        "a trickle",
        "three weeks",
        "nothing",
        "one week",
    ],
)
def test_a_hole_is_a_gap_where_rows_are_usual(weeks, expected):
    assert coverage.holes(weeks) == expected


def test_a_trickle_has_no_holes(tmp_path):
    own = [r for week in range(12) if week != 5 for r in at(7 * week + 1, n=4)]
    assert one(tmp_path, own).coverage.sources[0].holes == ()


@pytest.mark.parametrize(
    ("newest", "fresh", "late"),
    [
        ("2026-05-30T12:00", "2 days", 0),
        ("2026-05-30T11:59", "2 days", 1),
        ("2026-05-25T00:00", "2 days", 6),
        ("2026-05-25T00:00", "1 week", 1),
        ("2026-05-25T00:00", None, None),
    ],
)
def test_freshness_is_counted_in_whole_days_beyond_what_is_allowed(newest, fresh, late):
    instants = [coverage.instant_of(f"{newest}:00Z"), coverage.instant_of(NOW)]
    assert coverage.stale_by(instants[0], fresh, instants[1]) == late


def test_a_plan_for_next_year_does_not_make_a_source_fresh(tmp_path):
    found = one(tmp_path, [*at(0, n=9), *at(300, n=1, status="planned")], fresh="7 days")
    (s,) = found.coverage.sources
    assert (s.newest, s.stale_by_days) == ("2026-03-01", 86)
    assert [b.count for b in found.blind_spots if b.kind == "stale"] == [86]
    assert not found.coverage.warnings, "a plan may lie ahead"


# Stamps


def kinds(found: AuditResult) -> dict[str, tuple[int, int]]:
    return {w.kind: (w.count, w.total) for w in found.coverage.warnings}


def test_one_stamp_for_a_whole_batch_is_said(tmp_path):
    stamp = datetime(2026, 3, 5, 4, 0, 11)
    batch = [{"key": f"C{i}", "at": stamp} for i in range(150)]
    found = one(tmp_path, [*batch, *at(4, n=10), *at(9, n=200)])
    assert kinds(found) == {"one_stamp": (150, 360)}
    assert found.coverage.warnings[0].example == "2026-03-05T04:00:11Z"


@pytest.mark.parametrize("together", [2000, 1700])
def test_in_a_large_history_a_sample_of_rows_is_asked_and_the_count_is_exact(tmp_path, monkeypatch, together):
    monkeypatch.setattr("primum.audit.survey.ALL_ASKED", 0)
    stamp = datetime(2026, 3, 5, 4)
    own = [{"key": f"C{i}", "at": stamp if i < together else stamp + timedelta(seconds=i)} for i in range(2100)]
    random.Random(2).shuffle(own)
    assert kinds(one(tmp_path, own)) == ({"one_stamp": (2000, 2100)} if together == 2000 else {})


def test_batches_that_are_small_or_shared_are_no_batch_of_one_stamp(tmp_path):
    stamp = datetime(2026, 3, 5, 4)
    small = [{"key": f"C{i}", "at": stamp} for i in range(99)]
    assert kinds(one(tmp_path / "small", small)) == {}
    half = [{"key": f"C{i}", "at": stamp + timedelta(seconds=i % 2)} for i in range(400)]
    assert kinds(one(tmp_path / "half", half)) == {}
    nine_of_ten = [*({"key": f"C{i}", "at": stamp} for i in range(180)), *at(4, n=20)]
    assert kinds(one(tmp_path / "edge", nine_of_ten)) == {}, "more than 90%, not 90%"


def test_days_are_no_stamps(tmp_path):
    own = [{"key": f"C{i}", "at": datetime(2026, 3, 5), "at_precision": "day"} for i in range(500)]
    assert kinds(one(tmp_path, own)) == {}


def test_the_batch_is_found_for_any_split_and_any_order():
    chance = random.Random(1)
    for _ in range(200):
        values = [7] * 91 + [chance.randrange(50) for _ in range(9)]
        chance.shuffle(values)
        cuts = sorted(chance.sample(range(101), 3))
        parts = [values[a:b] for a, b in pairwise([0, *cuts, 100])]
        value, lead = 0, 0
        for part in parts:
            v, n = majority(part)
            value, lead = (value, lead + n) if v == value else ((value, lead - n) if lead >= n else (v, n - lead))
        assert value == 7
        assert lead >= 0.8 * 100


def majority(values: list[int]) -> tuple[int, int]:
    value, lead = 0, 0
    for v in values:
        value, lead = (v, 1) if lead == 0 else (value, lead + 1 if v == value else lead - 1)
    return value, lead


def test_all_at_midnight_of_the_sources_zone_is_said(tmp_path):
    own = [{"key": f"C{i}", "at": datetime(2026, 1, 5, 23) + timedelta(days=i % 20)} for i in range(60)]
    assert kinds(one(tmp_path / "paris", own)) == {"all_at_midnight": (60, 60)}
    assert kinds(one(tmp_path / "utc", own, zone="UTC")) == {}
    assert kinds(one(tmp_path / "some", [*own, *at(2, n=1)])) == {}


def test_contacts_after_the_export_was_written_are_said(tmp_path):
    later = at(93, n=3)
    assert later[0]["at"] == datetime(2026, 6, 2, 9)
    assert kinds(one(tmp_path / "a", [*at(0, n=5), *later])) == {}, "a day's grace: zones and copies"
    found = one(tmp_path / "b", [*at(0, n=5), *at(100, n=3)])
    assert kinds(found) == {"in_the_future": (3, 8)}


def test_the_files_own_date_counts_before_the_audits(company):
    (entry,) = [s for s in company[2][1].manifest.sources if s.name == "here"]
    written = coverage.instant_of("2026-05-01T00:00:00Z")
    from primum.audit.survey import _limit

    def limit(ns: int) -> int:
        return _limit(replace(entry, files=(FileEntry("f", 1, ns, "", 1, 0),)), coverage.instant_of(NOW))

    assert limit(written * 1000) == written + DAY
    assert limit(0) == coverage.instant_of(NOW) + DAY
    assert limit(315_532_800 * 10**9) == coverage.instant_of(NOW) + DAY, "archives write 1980"


def test_a_local_day_begins_at_midnight_or_where_midnight_is_skipped():
    for zone, day, begins in (
        ("Europe/Paris", date(2026, 3, 29), "2026-03-28T23:00:00Z"),
        ("Europe/Paris", date(2026, 3, 30), "2026-03-29T22:00:00Z"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00Z"),
        ("UTC", date(1970, 1, 1), "1970-01-01T00:00:00Z"),
    ):
        number = (day - date(1970, 1, 1)).days
        assert day_begins(zone, number) == coverage.instant_of(begins), zone


def test_the_survey_is_the_same_for_any_split(company):
    strategy = Strategy.model_validate(STRATEGY)
    made = []
    for history in company[2].values():
        lookup = make_lookup(strategy, history.tags("contacts"), history.tags("responses"))
        frame = make_frame(history, lookup, "Europe/Paris", 7)
        done = survey_contacts(frame, coverage.instant_of(NOW))
        names = ("days", "newest", "midnight", "late")
        groups = zip(
            (done.plan.sources[x] for x in done.plan.groups.source),
            done.plan.department.tolist(),
            done.plan.groups.flags.tolist(),
            *(getattr(done.counts, n).tolist() for n in names),
            done.own_days(np.arange(len(done.plan.department))).tolist(),
            strict=True,
        )
        made.append((sorted(groups), done.batches, common_period(frame, done)))
    assert made[0] == made[1]
