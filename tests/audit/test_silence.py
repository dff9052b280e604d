"""Silence and its opposite: what the audit counts is what plain Python counts, however the history is cut."""

from datetime import datetime, timedelta

import duckdb
import pytest

from audit import silence_oracle as oracle
from audit import small_silence as small
from history.small import KEY, make_history
from primum.audit.against_rules import observe_with_hits
from primum.audit.by_segment import parts_of
from primum.audit.ending import groups_told, make_ending, silence_told, sweep_ending
from primum.audit.law import Statute, make_law
from primum.audit.lookup import make_lookup
from primum.audit.masking import Mask
from primum.audit.partial import equal, merge_all
from primum.audit.sweep import make_frame
from primum.customers.states import make_spec
from primum.rules.parse import parse_rules
from primum.strategy.models import Strategy
from views import source

STRATEGY = Strategy.model_validate(small.STRATEGY)


def world(folder, seed, buckets=(1,), drop=()):
    """Per number of buckets: frame, ending, law, merged partial result; the rows besides."""
    rows = {
        "master": ("customers", small.customers(seed)),
        "sent": ("contacts", small.contacts(seed + 1)),
        "heard": ("responses", small.responses(seed + 2)),
        "flags": ("states", small.states(seed + 3)),
    }
    found = []
    with duckdb.connect() as con:
        sources = [source(con, name, kind, told) for name, (kind, told) in rows.items() if name not in drop]
        for count in buckets:
            history = make_history(con, sources, folder, count)
            found.append(swept(history))
    return found, {name: told for name, (_, told) in rows.items()}


def swept(history):
    lookup = make_lookup(STRATEGY, *(history.tags(r) for r in ("contacts", "responses", "states")))
    frame = make_frame(history, lookup, "UTC", 7)
    spec = make_spec(history, STRATEGY)
    ending = make_ending(frame, STRATEGY, spec)
    statute = Statute(parse_rules({"rules": small.RULES, "zone": "UTC"}))
    law = make_law(statute, history, STRATEGY, spec, ending.closing.intervals)
    partials = [sweep_ending(frame, ending, b, law, observe_with_hits(frame, law, b)[1]) for b in history.buckets]
    return frame, ending, law, merge_all(partials)


@pytest.fixture(scope="module", params=[5, 23])
def told(request, tmp_path_factory):
    (found, *others), rows = world(tmp_path_factory.mktemp("silence"), request.param, (1, 4, 16))
    frame, ending, law, total = found
    return found, others, oracle_of(frame, ending, rows), silence_told(frame, ending, law, total, Mask())


def oracle_of(frame, ending, rows):
    """The rows in plain Python, with the states as folded."""
    names = keys_of(frame)
    held = []
    for bucket in frame.history.buckets:
        for row in ending.closing.intervals(bucket).to_pylist():
            start, until = row["start"] or oracle.LONG_AGO, row["until"] or oracle.NEVER
            scopes = {n: row[n] for n in ("channel", "purpose", "topic")}
            held.append((names[bucket, row["customer"]], row["kind"], row["state"], start, until, scopes))
    return oracle.World(rows["master"], rows["sent"], rows["heard"], held)


def keys_of(frame) -> dict[tuple[int, int], str]:
    """(bucket, customer) -> the key of the rows: by hashing both identifiers as the history does."""
    known = {}
    for i in range(small.CUSTOMERS):
        known[KEY.one("crm_id", f"c{i}")] = known[KEY.one("email", f"c{i}@example.org")] = f"C{i}"
    return {
        (bucket, place): known[identity]
        for bucket in frame.history.buckets
        for place, identity in enumerate(frame.history.customers(bucket, ["id"])["id"].to_pylist())
    }


def test_every_question_has_the_fate_that_plain_python_finds(told):
    _, _, plain, silence = told
    found = {
        (q.what, fate): getattr(q, fate)
        for q in silence.questions
        for fate in ("within_a_day", "in_time", "late", "unanswered", "waiting")
    }
    assert {k: n for k, n in found.items() if n} == dict(oracle.fates(plain))
    assert all(q.unanswered > 3 and q.asked > 20 for q in silence.questions)


def test_the_oldest_unanswered_come_first_and_are_named_by_no_identifier(told):
    _, _, _, silence = told
    for questions in silence.questions:
        days = [u.day for u in questions.oldest]
        assert days == sorted(days)
        assert len(days) == min(10, questions.unanswered)
        assert all(u.customer.startswith("Customer ") and u.days >= 7 for u in questions.oldest)


def test_welcomes_and_notices_that_are_missing(told):
    _, _, plain, silence = told
    welcome, notice = silence.owed
    assert (welcome.due, welcome.missed) == oracle.welcomes(plain)
    assert (notice.due, notice.missed) == oracle.notices(plain)
    assert 0 < welcome.missed <= welcome.due
    assert 0 < notice.missed <= notice.due
    assert (welcome.communications, notice.communications) == (("hello-pack",), ("your-renewal",))


def test_valued_customers_who_hear_nothing_and_those_who_hear_too_much(told):
    _, _, plain, silence = told
    assert [(u.customers, u.unheard) for u in silence.unheard] == [oracle.unheard(plain, d) for d in (90, 180)]
    assert silence.unheard[0].customers > 0
    assert (silence.waste.many, silence.waste.customers, silence.waste.contacts) == oracle.waste(plain)


def test_who_can_still_be_reached(told):
    _, _, plain, silence = told
    expected = oracle.reach(plain)
    fates = ("reachable", "gone", "no_address", "dead_address", "opted_out")
    for f in silence.reachability.channels:
        counts = expected.pop((f.channel, f.purpose))
        assert {n: getattr(f, n) for n in fates} == {n: counts[n] for n in fates}, f
        assert f.with_consent in (None, counts["with_consent"])
        assert sum(getattr(f, n) for n in fates) == silence.reachability.customers
    assert not expected


def test_rules_that_ask_for_contacts_count_as_plain_python_does(told):
    _, _, plain, silence = told
    found = {s.rule: (s.customers, s.short, s.none_at_all, s.too_new) for s in silence.rules}
    received, end = oracle.RECEIVED, oracle.END

    def buyer(who):
        return bool(plain.now(who, "buyers", "segment", end - timedelta(microseconds=1)))

    assert found == {
        "heard-in-a-month": oracle.short(plain, 2, end - timedelta(days=30), lambda c: c["status"] in received),
        "buyers-news": oracle.short(
            plain,
            1,
            end - timedelta(days=90),
            lambda c: c["status"] in received and c["purpose"] == "marketing",
            buyer,
        ),
        "consented": quarter(plain),
        "attempts": oracle.short(
            plain,
            3,
            end - timedelta(days=60),
            lambda c: c["status"] in oracle.ATTEMPTS and c["channel"] in ("email", "call"),
        ),
    }
    assert all(s.outcome == "found" for s in silence.rules)


def quarter(plain):
    """The last whole quarter: 31 December is not over, so it is July to September."""
    start, after = datetime(2025, 7, 1), datetime(2025, 10, 1)
    inside = [w for w in plain.people if plain.now(w, "consent")]

    def counts(c):
        return c["status"] in oracle.RECEIVED and c["at"] < after

    return oracle.short(plain, 1, start, counts, lambda who: who in inside)


def test_groups_hold_what_their_customers_hold(told):
    (_, ending, _, total), _, plain, _ = told
    groupings = {g.dimension: {f.group: f for f in g.groups} for g in groups_told(ending, total).groupings}
    for figures in (groupings["value"], groupings["stage"], groupings["tenure"]):
        assert sum(f.customers for f in figures.values()) == len(plain.people)
        assert sum(f.contacts for f in figures.values()) == sum(len(plain.pushed(w)) for w in plain.people)
    last = oracle.END - timedelta(microseconds=1)
    members = {
        ("stage", "fan"): [w for w in plain.people if plain.now(w, "fan", "segment", last)],
        ("stage", "active"): [w for w in plain.people if plain.now(w, "active", "segment", last)],
        ("segment", "buyers"): [w for w in plain.people if plain.now(w, "buyers", "segment", last)],
        ("value", "no purchase"): [w for w in plain.people if oracle.value(plain, w) is None],
    }
    for (dimension, group), people in members.items():
        f = groupings[dimension][group]
        weeks = sorted(week for w in people if (week := oracle.busiest_week(plain.pushed(w))))
        alive = [[r for r in plain.responses[w] if r["kind"] != "bounced"] for w in people]
        assert (f.customers, f.reached, f.week_max) == (len(people), len(weeks), max(weeks, default=0))
        assert f.week_p50 == weeks[-(-len(weeks) // 2) - 1]
        assert (f.responses, f.responders) == (sum(map(len, alive)), sum(bool(x) for x in alive))
        assert f.judged == sum(c["status"] in oracle.ATTEMPTS for w in people for c in plain.contacts[w])
        harm = next(s for s in f.against if s.severity == "harm")
        assert harm.contacts == sum(against_the_cap(plain.contacts[w]) for w in people)
    assert sum(s.contacts for f in groupings["value"].values() for s in f.against) > 0


def against_the_cap(contacts) -> int:
    """Marketing contacts with two or more received ones less than seven days before (day-only ones are no clearer)."""
    marketing = sorted((c for c in contacts if c["purpose"] == "marketing"), key=lambda c: c["at"])
    found = 0
    for i, c in enumerate(marketing):
        before = [b for b in marketing[:i] if b["status"] in oracle.RECEIVED and c["at"] - b["at"] < timedelta(days=7)]
        found += c["status"] in oracle.ATTEMPTS and len(before) >= 2
    return found


def test_any_split_gives_the_same_result(told):
    (_, ending, _, total), others, _, silence = told
    for frame_2, ending_2, law_2, total_2 in others:
        assert equal(total, total_2)
        again = silence_told(frame_2, ending_2, law_2, total_2, Mask())
        assert again == silence
        assert groups_told(ending_2, total_2) == groups_told(ending, total)


def test_what_no_source_tells_of_is_not_called_clean(tmp_path):
    (found,), _ = world(tmp_path, 5, drop=("heard", "flags"))
    frame, ending, law, total = found
    silence = silence_told(frame, ending, law, total, Mask())
    assert [q.outcome for q in silence.questions] == ["not checkable"] * 2
    assert [o.outcome for o in silence.owed] == ["not checkable"] * 2
    assert [u.outcome for u in silence.unheard] == ["not checkable"] * 2
    assert silence.waste.outcome == "not checkable"
    assert "responses" in silence.waste.why_not
    assert "no source supplies responses `complained`" in silence.questions[1].why_not
    consented = next(s for s in silence.rules if s.rule == "consented")
    assert consented.outcome == "not checkable"
    assert "consent" in consented.why_not
    assert not silence.reachability.opt_outs_known
    blind = {g.dimension for g in groups_told(ending, total).groupings if g.why_not}
    assert blind == {"value"}


def test_a_history_without_contacts_has_no_end_and_tells_nothing(tmp_path):
    (found,), _ = world(tmp_path, 5, drop=("sent",))
    frame, ending, law, total = found
    assert silence_told(frame, ending, law, total, Mask()).end is None
    assert groups_told(ending, total).groupings == ()


def test_equal_parts_of_buyers_have_equal_sizes_where_nobody_ties():
    assert list(parts_of(dict.fromkeys(range(10), 1)).values()) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert parts_of({7: 3}) == {7: 0}
