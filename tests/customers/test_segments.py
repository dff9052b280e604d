"""Segments and stages against plain Python: a customer and a month at a time, with nothing but what came before it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.small import make_history
from primum.customers.conditions import read_conditions
from primum.customers.states import intervals_of, make_spec
from primum.customers.survey import survey_customers
from primum.strategy.load import loads
from primum.words.errors import StrategyError
from views import source

ZONE = ZoneInfo("Europe/London")
PEOPLE = ("ann", "bob", "cy")
FIELDS = {"ann": ("gold", "GB"), "bob": ("silver", None), "cy": (None, "FR")}
TEXT = """
strategy: {name: T}
zone: Europe/London
departments: {sales: }
data:
  sources:
    people:
      kind: customers
      files: people.csv
      key: {crm_id: id}
      map: {country: country, since: since}
      attributes: {tier: tier}
customers:
  evaluate: EVERY
  segments:
    recent: recency_days < 20
    regular: frequency >= 2 AND purchase_value > 15
    pressed: contacts_30d >= 2
    asleep: days_since_response > 25
    clicking: {title: Clicks, when: clicked_10d > 0}
    gold: tier = 'gold' AND country = 'GB'
  stages:
    - {stage: new, when: tenure_days < 31}
    - {stage: bought, when: purchases_365d > 0}
    - {stage: rest, when: "true"}
"""
START = datetime(2026, 2, 20)


def before(events, t, *, days=None):
    return [e for e in events if e["at"] < t and (days is None or e["at"] >= t - timedelta(days=days))]


def whole_days(since, t):
    return (t - since) // timedelta(days=1)


def plain(person, contacts, responses, t):
    """The segments of one customer at one instant."""
    own = [[e for e in events if e["key"] == person] for events in (contacts, responses)]
    received = [e for e in own[0] if e["status"] == "sent"]
    heard = [e for e in own[1] if e["kind"] != "bounced"]
    bought = before([e for e in own[1] if e["kind"] == "bought"], t)
    known = before([*received, *heard], t)
    tenure = whole_days(min(e["at"] for e in known), t) if known else None
    days = {local(e["at"]).date() for e in bought}
    held = set()
    if bought and whole_days(max(e["at"] for e in bought), t) < 20:
        held.add("recent")
    if len(days) >= 2 and sum(e["value"] for e in bought) > 15:
        held.add("regular")
    if len(before(received, t, days=30)) >= 2:
        held.add("pressed")
    if before(heard, t) and whole_days(max(e["at"] for e in before(heard, t)), t) > 25:
        held.add("asleep")
    if before([e for e in heard if e["kind"] == "clicked"], t, days=10):
        held.add("clicking")
    if FIELDS[person] == ("gold", "GB"):
        held.add("gold")
    if tenure is not None and tenure < 31:
        held.add("new")
    elif before(bought, t, days=365):
        held.add("bought")
    else:
        held.add("rest")
    return held


def local(at):
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZONE)


def turns(every, first, last):
    """The local midnights of the period from the one that holds the first row to the one of the last."""
    day = local(first).date()
    if every == "monthly":
        day = day.replace(day=1)
    elif every == "weekly":
        day -= timedelta(days=day.weekday())
    found = []
    while day <= local(last).date():
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        found.append(midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if every == "monthly" else day + STEP[every]
    return found


STEP = {"weekly": timedelta(days=7), "daily": timedelta(days=1)}
TIMES = st.integers(0, 60 * 4).map(lambda quarter: START + timedelta(hours=6 * quarter))
SENT = st.fixed_dictionaries(
    {"key": st.sampled_from(PEOPLE), "at": TIMES, "status": st.sampled_from(("sent", "sent", "failed"))}
)
HEARD = st.fixed_dictionaries(
    {
        "key": st.sampled_from(PEOPLE),
        "at": TIMES,
        "kind": st.sampled_from(("bought", "bought", "clicked", "bounced")),
        "value": st.sampled_from((5.0, 7.5, 12.25)),
    }
)


def history_of(folder, contacts, responses, buckets=1):
    with duckdb.connect() as con:
        people = source(
            con,
            "people",
            "customers",
            [
                {"key": k, "country": c, "attributes": None if t is None else f'{{"tier":"{t}"}}'}
                for k, (t, c) in FIELDS.items()
            ],
        )
        people.columns["attributes"] = "text"
        rows = [people, source(con, "sent", "contacts", contacts), source(con, "heard", "responses", responses)]
        return make_history(con, rows, folder, buckets)


def held_at(history, strategy, times):
    """Which segments hold of how many customers at each instant, out of the intervals."""
    spec = make_spec(history, strategy)
    rows = [r for b in history.buckets for r in intervals_of(history, b, spec).to_pylist() if r["kind"] == "segment"]
    return [sorted(r["state"] for r in rows if r["start"] <= t < r["until"]) for t in times]


@pytest.mark.parametrize("every", ["monthly", "weekly", "daily"])
@settings(max_examples=6, deadline=None)
@given(st.lists(SENT, min_size=1, max_size=8), st.lists(HEARD, min_size=1, max_size=8))
def test_segments_hold_as_a_plain_count_says_from_one_evaluation_to_the_next(
    tmp_path_factory, every, contacts, responses
):
    history = history_of(tmp_path_factory.mktemp("h"), contacts, responses)
    times = turns(every, min(e["at"] for e in [*contacts, *responses]), max(e["at"] for e in [*contacts, *responses]))
    expected = [sorted(s for p in PEOPLE for s in plain(p, contacts, responses, t)) for t in times]
    strategy = loads(TEXT.replace("EVERY", every)).strategy
    assert held_at(history, strategy, times) == expected
    just_before_the_next = [t - timedelta(microseconds=1) for t in times[1:]]
    assert held_at(history, strategy, just_before_the_next) == expected[:-1]


def test_nothing_after_an_evaluation_changes_it(tmp_path):
    contacts = [{"key": "ann", "at": START + timedelta(days=d), "status": "sent"} for d in (0, 3, 40)]
    responses = [{"key": "ann", "at": START + timedelta(days=d), "kind": "bought", "value": 20.0} for d in (1, 5, 45)]
    strategy = loads(TEXT.replace("EVERY", "weekly")).strategy
    for cut in (1, 2, 3):
        now = history_of(tmp_path / f"{cut}", contacts[:cut], responses[:cut])
        whole = history_of(tmp_path / f"all{cut}", contacts, responses)
        times = turns("weekly", START, responses[cut - 1]["at"])
        assert held_at(now, strategy, times) == held_at(whole, strategy, times)


def test_sizes_are_told_per_evaluation_and_any_split_gives_the_same(tmp_path):
    contacts = [{"key": k, "at": START + timedelta(days=i), "status": "sent"} for i, k in enumerate(PEOPLE)]
    responses = [{"key": k, "at": START + timedelta(days=5), "kind": "bought", "value": 9.0} for k in PEOPLE[:2]]
    responses.append({"key": "cy", "at": START + timedelta(days=9), "kind": "bought", "value": 9.0})
    strategy = loads(TEXT.replace("EVERY", "monthly")).strategy
    one, four = (survey_customers(history_of(tmp_path / str(n), contacts, responses, n), strategy) for n in (1, 4))
    assert one == four
    sizes = {s.name: (s.kind, s.sizes, s.ever) for s in one.segments}
    assert sizes["recent"] == ("segment", (("2026-02-01", 0), ("2026-03-01", 2)), 2)
    assert sizes["new"] == ("stage", (("2026-02-01", 0), ("2026-03-01", 3)), 3)
    assert sizes["rest"] == ("stage", (("2026-02-01", 3), ("2026-03-01", 0)), 3)
    assert {s.name: s.title for s in one.segments}["clicking"] == "Clicks"


WRONG = {
    "recency_dayz < 3": "there is no column 'recency_dayz'",
    "now() > since": "the function",
    "1 = (SELECT 1)": "may not be used",
    "tier IN (SELECT * FROM read_csv('x'))": "may not be used",
    "contacts_30d": "it gives a value",
    "frequency >": "not SQL that can be read",
    "substr(tier) = 'x'": "substr",
    "current_date > since": "may not be used",
}


@pytest.mark.parametrize(("condition", "says"), WRONG.items())
def test_what_a_condition_may_not_say_is_told_with_what_it_may(condition, says):
    text = TEXT.replace("EVERY", "monthly").replace("recency_days < 20", f'"{condition}"')
    found, faults = read_conditions(loads(text).strategy)
    assert [f.path for f in faults] == [("customers", "segments", "recent")]
    assert says in faults[0].what
    assert "purchase_value" in faults[0].cure
    assert "tier" in faults[0].cure
    assert len(found) == 8


def test_one_name_for_two_is_refused():
    text = TEXT.replace("EVERY", "monthly").replace("stage: rest", "stage: gold")
    _, faults = read_conditions(loads(text).strategy)
    assert faults[0].path == ("customers", "stages", 2, "stage")


def test_a_value_that_a_condition_cannot_use_is_told_with_the_cure(tmp_path):
    text = TEXT.replace("EVERY", "monthly").replace("tier = 'gold'", "CAST(tier AS INTEGER) = 1")
    strategy = loads(text).strategy
    heard = [{"key": "ann", "at": START, "kind": "clicked", "value": None}]
    history = history_of(tmp_path, [{"key": "ann", "at": START, "status": "sent"}], heard)
    with pytest.raises(StrategyError, match="TRY_CAST"):
        held_at(history, strategy, [START])
