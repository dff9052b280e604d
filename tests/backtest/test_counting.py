"""What a backtest counts, on histories small enough to count by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from history.small import make_history
from primum.backtest.figures import result_of
from primum.backtest.frame import company_calendar, make_frame
from primum.backtest.run import backtest_all
from primum.customers.hearing import make_hearing
from primum.identity.looks import People
from primum.rules.compile import compile_rules
from primum.rules.parse import parse_rules
from primum.strategy.models import Strategy
from primum.words.time import EPOCH_DAY, US_PER_DAY, from_us, instant_us
from views import source

MONDAY = datetime(2026, 3, 9, 10)
NIGHT = datetime(2026, 3, 9, 22, 30)
STRATEGY = Strategy.model_validate({"strategy": {"name": "Test"}})
HOURS = {"says": "By day.", "between": "09:00-17:00", "otherwise": "defer"}


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


def contact(key="C1", at=MONDAY, **further):
    return {"key": key, "at": at, "channel": "email", "department": "crm", **further}


def tried(con, folder, contacts, rules, *others, people=None, zone="UTC"):
    sources = [source(con, "sent", "contacts", contacts), *others]
    history = make_history(con, sources, folder, people=people)
    named = {name: {"says": "x", **rule} for name, rule in rules.items()}
    compiled = compile_rules(parse_rules({"zone": zone, "rules": named}))
    frame = make_frame(make_hearing(history, compiled, STRATEGY), zone)
    return result_of(frame, backtest_all(frame), "test", history.manifest.unlinked.get("contacts", 0))


def ends(found):
    e = found.ends
    return (e.asked, e.kept, e.deferred, e.overtaken, e.stopped, e.never)


def test_what_must_never_be_sent_stands_apart(con, tmp_path):
    held = source(con, "held", "states", [{"key": "C1", "state": "opted_out", "from": datetime(2026, 1, 1)}])
    rows = [contact(), contact("C2"), contact("C2", MONDAY + timedelta(hours=1))]
    rules = {"out": {"never_if": "opted_out", "severity": "never"}, "gap": {"apart": "2 hours"}}
    found = tried(con, tmp_path, rows, rules, held)
    assert ends(found) == (3, 1, 0, 0, 1, 1)
    assert found.customers.silenced == 1


def test_an_opt_out_while_a_contact_waits_overtakes_it(con, tmp_path):
    midnight = datetime(2026, 3, 10)
    held = [{"key": key, "state": "opted_out", "from": midnight, "until": None} for key in ("C1", "C2")]
    held[1]["until"] = midnight + timedelta(hours=1)
    rows = [contact(at=NIGHT), contact("C2", NIGHT), contact("C3", NIGHT)]
    rules = {"hours": HOURS, "out": {"never_if": "opted_out", "severity": "never"}}
    found = tried(con, tmp_path, rows, rules, source(con, "held", "states", held))
    assert ends(found) == (3, 0, 2, 1, 0, 0)
    assert found.delays.contacts == 2
    assert (found.backlog.peak, found.backlog.peak_day, found.backlog.cleared_day) == (3, "2026-03-09", "2026-03-10")
    (peak,) = found.peaks
    assert (peak.day_before, peak.busiest_day_before, peak.day_after, peak.busiest_day_after) == (
        3,
        "2026-03-09",
        2,
        "2026-03-10",
    )


def test_deferrals_wait_for_the_hour_and_fall_together(con, tmp_path):
    rows = [contact(f"C{i}", NIGHT + timedelta(hours=i)) for i in range(6)]
    found = tried(con, tmp_path, rows, {"hours": HOURS})
    assert ends(found) == (6, 0, 6, 0, 0, 0)
    (peak,) = found.peaks
    assert (peak.hour_before, peak.hour_after, peak.busiest_hour_after) == (1, 6, "2026-03-10 09:00")
    assert (found.delays.median_hours, found.delays.longest_hours) == (8, 11)
    assert {b.label: b.contacts for b in found.delays.bands if b.contacts} == {"up to 6 hours": 1, "up to a day": 5}


def test_a_rule_that_monitors_only_changes_nothing_and_is_told(con, tmp_path):
    rows = [contact(), contact(at=MONDAY + timedelta(hours=1)), contact("C2")]
    rules = {"gap": {"apart": "2 hours", "mode": "shadow"}, "all": {"apart": "1 hour", "mode": "shadow"}}
    found = tried(con, tmp_path, rows, rules)
    assert ends(found) == (3, 3, 0, 0, 0, 0)
    gap = next(r for r in found.rules if r.name == "gap")
    assert (gap.monitor_only, gap.broken, gap.stopped, gap.stopped_alone) == (True, 1, 0, 1)


def test_stopped_by_one_rule_only_and_by_two_together(con, tmp_path):
    rows = [contact(), contact(at=MONDAY + timedelta(minutes=30)), contact(at=MONDAY + timedelta(hours=3))]
    rules = {"one": {"at_most": 1, "within": "a day"}, "gap": {"apart": "1 hour"}}
    found = {r.name: r for r in tried(con, tmp_path, rows, rules).rules}
    assert (found["one"].broken, found["one"].stopped, found["one"].stopped_alone) == (2, 2, 1)
    assert (found["gap"].broken, found["gap"].stopped, found["gap"].stopped_alone) == (1, 1, 0)
    (sender,) = found["one"].senders
    assert (sender.department, sender.channel, sender.stopped) == ("crm", "email", 2)


def test_who_is_not_asked_about_is_counted_apart(con, tmp_path):
    people = People(("crm_id:C2",), (), (), (), None)
    rows = [contact(), contact("C2"), contact(status="suppressed"), contact(None)]
    found = tried(con, tmp_path, rows, {"never": {"never": "always"}}, people=people)
    assert ends(found) == (1, 0, 0, 0, 1, 0)
    assert (found.left_out.inventory, found.left_out.not_people, found.left_out.unlinked) == (1, 1, 1)


def test_contacts_known_to_the_day_have_days_and_no_hours(con, tmp_path):
    rows = [contact(f"C{i}", datetime(2026, 3, 9), at_precision="day") for i in range(3)]
    (peak,) = tried(con, tmp_path, rows, {}).peaks
    assert (peak.hour_before, peak.busiest_hour_before, peak.day_before) == (0, None, 3)


def test_shared_capacity_is_said_to_be_left_out(con, tmp_path):
    found = tried(con, tmp_path, [contact()], {"desk": {"capacity": "500 per day"}, "gap": {"apart": "1 hour"}})
    assert {r.name: r.evaluated for r in found.rules} == {"desk": False, "gap": True}


def test_a_week_begins_on_monday_by_the_companys_clock(con, tmp_path):
    rows = [contact(at=datetime(2026, 3, 8, 15)), contact("C2", datetime(2026, 3, 8, 16)), contact("C3", MONDAY)]
    found = tried(con, tmp_path, rows, {}, zone="Asia/Shanghai")
    assert [(w.name, w.ends.asked) for w in found.weeks] == [("2026-03-02", 1), ("2026-03-09", 2)]
    assert (found.first_day, found.last_day) == ("2026-03-08", "2026-03-09")


def test_nothing_at_all_is_no_error(con, tmp_path):
    held = source(con, "held", "states", [{"key": "C1", "state": "vip", "from": MONDAY}])
    found = tried(con, tmp_path, [contact(status="planned")], {"hours": HOURS}, held)
    assert ends(found) == (0, 0, 0, 0, 0, 0)
    assert (found.first_day, found.delays.median_hours, found.backlog.peak, found.peaks) == (None, None, 0, ())


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/London"]
)
def test_the_calendar_knows_the_local_hour_of_every_instant(zone):
    first = datetime(2025, 12, 20)
    us = instant_us(first.replace(tzinfo=UTC))
    calendar = company_calendar(zone, us, us + 120 * US_PER_DAY)
    assert (calendar.first_day + 3) % 7 == 0
    for minutes in range(0, 120 * 1440, 437):
        moment = us + minutes * 60_000_000
        local = from_us(moment).astimezone(ZoneInfo(zone))
        days = (local.date() - EPOCH_DAY).days - calendar.first_day
        assert calendar.hour_of_quarter[(moment - calendar.begin) // 900_000_000] == days * 24 + local.hour
