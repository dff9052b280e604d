"""The backtest against plain counting of the reference's decisions, and against what must hold of any history."""

from collections import Counter
from dataclasses import replace

import duckdb
import numpy as np
import pytest

from customers.worlds import STRATEGY, World, by_reference, history_of, made_up, placed, states_table
from primum.backtest.figures import result_of
from primum.backtest.frame import make_frame
from primum.backtest.run import backtest_all
from primum.customers.hearing import make_hearing
from primum.rules import reference
from primum.rules.compile import compile_rules
from primum.rules.model import Held, PauseAfterResponse, RuleSet
from primum.rules.parse import parse_rules
from primum.words.contacts import Candidate
from primum.words.vocabulary import ATTEMPTED

HOUR = 3_600_000_000
WAITING = parse_rules(
    {
        "zone": "Asia/Kathmandu",
        "rules": {
            "complaint": {"says": "x", "never_if": "complaint_open", "per": ["channel"], "severity": "never"},
            "consent": {"says": "x", "to": {"channel": "sms"}, "only_if": "opted_in", "otherwise": "defer"},
            "gap": {"says": "x", "apart": "30 hours", "otherwise": "defer"},
            "hours": {"says": "x", "between": "08:00-12:00", "otherwise": "defer"},
            "refused": {"says": "x", "pause": "2 days", "after": {"response": "refused"}, "otherwise": "defer"},
            "watched": {"says": "x", "mode": "shadow", "pause": "9 days", "after": {"response": "refused"}},
        },
    }
)
"""Rules under which most contacts wait, and some are overtaken."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """Worlds, their histories, and the reference's decisions; each third one knows some events only to the day."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        made = [made_up(seed, days=seed % 3 == 2) for seed in range(20, 32)]
        for world in made[::2]:
            world.rules = WAITING
        histories = [history_of(con, w, tmp_path_factory.mktemp("world")) for w in made]
    return [(w, h, by_reference(w, placed(h, w), "backtest")) for w, h in zip(made, histories, strict=True)]


def frame_of(history, world, rules=None, segments=()):
    where = placed(history, world)

    def states(number):
        return states_table(world, {n: row for n, (bucket, row) in where.customers.items() if bucket == number})

    compiled = compile_rules(world.rules if rules is None else rules)
    hearing = make_hearing(history, compiled, STRATEGY, states=states, segments=bool(segments))
    return make_frame(hearing, "UTC", segments)


def backtest(history, world, rules=None, segments=()):
    frame = frame_of(history, world, rules, segments)
    return result_of(frame, backtest_all(frame), "test", 0)


def test_no_rules_reproduce_history(worlds):
    for world, history, _ in worlds:
        found = backtest(history, world, RuleSet())
        attempted = sum(c.status in ATTEMPTED for c in world.contacts)
        assert (found.ends.asked, found.ends.kept) == (attempted, attempted)
        assert found.customers.spared == found.customers.waited == found.customers.silenced == 0
        assert all(p.hour_before == p.hour_after and p.day_before == p.day_after for p in found.peaks)
        assert all(b.customers_before == b.customers_after for b in found.pressure.bands)
        assert found.backlog.days == ()


def test_ends_and_rules_are_those_of_the_reference(worlds):
    deferred = stopped = 0
    for world, history, decided in worlds:
        found = backtest(history, world)
        verdicts = Counter(verdict for verdict, *_ in decided.values())
        ends = found.ends
        assert (ends.kept, ends.deferred + ends.overtaken) == (verdicts["allow"], verdicts["defer"])
        assert ends.stopped + ends.never == verdicts["deny"]
        assert {r.name: plain(r) for r in found.rules} == counted_by_rule(world, decided)
        deferred += verdicts["defer"]
        stopped += verdicts["deny"]
    assert deferred > 100
    assert stopped > 100


def plain(rule):
    return (rule.broken, rule.stopped, rule.stopped_alone, rule.deferred, rule.deferred_alone, rule.not_judged)


def counted_by_rule(world, decided):
    shadow = {r.name for r in world.rules.rules if r.shadow}
    found = {r.name: [0] * 6 for r in world.rules.rules}
    for verdict, _, broken, unevaluated in decided.values():
        enforced = broken - shadow
        for name in broken:
            counts = found[name]
            counts[0] += 1
            counts[1] += verdict == "deny"
            counts[3] += verdict == "defer"
            counts[2] += verdict == "deny" and enforced == {name}
            counts[2] += verdict == "allow" and name in shadow
            counts[4] += verdict == "defer" and enforced == {name}
        for name in unevaluated:
            found[name][5] += 1
    return {name: tuple(counts) for name, counts in found.items()}


def test_groups_weeks_and_delays_are_those_of_plain_counting(worlds):
    for world, history, decided in worlds:
        found = backtest(history, world)
        asked = [c for c in world.contacts if c.status in ATTEMPTED]
        for groups, attribute in ((found.channels, "channel"), (found.classes, "purpose")):
            expected = Counter((c.attributes.get(attribute), decided[c.id][0]) for c in asked)
            ours = Counter({(g.name, "allow"): g.ends.kept for g in groups})
            ours += Counter({(g.name, "defer"): g.ends.deferred + g.ends.overtaken for g in groups})
            ours += Counter({(g.name, "deny"): g.ends.stopped + g.ends.never for g in groups})
            assert ours == expected
        for group in ("weeks", "departments", "communications"):
            assert sum(g.ends.asked for g in getattr(found, group)) == len(asked)
        waits = sorted(-(-(decided[c.id][1] - c.at) // HOUR) for c in asked if decided[c.id][0] == "defer")
        if not found.ends.overtaken and waits:
            assert found.delays.contacts == len(waits)
            assert found.delays.longest_hours == waits[-1]
            assert found.delays.median_hours == waits[(len(waits) + 1) // 2 - 1]


def test_a_backlog_comes_down_to_nothing_and_holds_every_deferral(worlds):
    for world, history, decided in worlds:
        found = backtest(history, world)
        spans = [
            (c.at // (24 * HOUR), decided[c.id][1] // (24 * HOUR))
            for c in world.contacts
            if c.status in ATTEMPTED and decided[c.id][0] == "defer"
        ]
        nights = Counter(day for first, last in spans for day in range(first, last))
        assert found.backlog.peak == max(nights.values(), default=0)
        assert sum(d.waiting for d in found.backlog.days) == sum(nights.values())
        if nights:
            assert found.backlog.days[-1].waiting == 0


def test_overtaken_are_those_whom_a_fact_holds_at_their_new_time(worlds):
    """By the reference asked again, at the new instant and knowing everything, by rules over facts alone."""
    met = 0
    for world, history, decided in worlds:
        if any(c.precision == "day" for c in (*world.contacts, *world.responses)):
            continue
        people = {c.id: c for c in world.customers}
        expected = 0
        facts = {r.name for r in world.rules.rules if isinstance(r.limit, Held | PauseAfterResponse) and not r.shadow}
        hold_outs = replace(world.rules, rules=tuple(r for r in world.rules.rules if r.name in facts))
        for c in world.contacts:
            if c.status not in ATTEMPTED or decided[c.id][0] != "defer":
                continue
            again = Candidate(c.id, c.customer, decided[c.id][1], c.attributes, c.priority)
            person = people[c.customer]
            members = [
                m for m in world.customers if m.household and m.household == person.household and m is not person
            ]
            ids = {person.id, *(m.id for m in members)}
            heard = [r for r in world.responses if r.customer in ids]
            (answer,) = reference.decide(world.rules, person, heard, [], [again], "gate", members)
            expected += bool(facts & set(answer.reasons)) and bool(hold_outs.rules)
        assert backtest(history, world).ends.overtaken == expected
        met += expected
    assert met > 0


def test_any_split_gives_the_same_counts(tmp_path):
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        world: World = made_up(24, days=True)
        totals = []
        for buckets in (1, 4, 16):
            frame = frame_of(history_of(con, world, tmp_path / str(buckets), buckets), world)
            totals.append(backtest_all(frame).counts)
    for name in totals[0]:
        assert all(np.array_equal(totals[0][name], other[name]) for other in totals[1:]), name


def test_customers_and_their_busiest_weeks_are_those_of_plain_counting(worlds):
    for world, history, decided in worlds:
        found = backtest(history, world)
        before, after, silenced, waited = Counter(), Counter(), 0, 0
        for person in world.customers:
            asked = [c for c in world.contacts if c.customer == person.id and c.status in ATTEMPTED]
            answers = [decided[c.id] for c in asked]
            waited += any(v == "defer" for v, *_ in answers)
            silenced += bool(asked) and all(v == "deny" for v, *_ in answers)
            pushed = [(c.at, decided[c.id]) for c in asked if c.status in ("reserved", "sent", "delivered")]
            if pushed:
                before[most([at for at, _ in pushed])] += 1
                after[most([at if v == "allow" else until for at, (v, until, *_) in pushed if v != "deny"])] += 1
        assert [b.customers_before for b in found.pressure.bands] == [before[n] for n in range(1, 10)] + [
            sum(n for size, n in before.items() if size >= 10)
        ]
        if not found.ends.overtaken:
            assert [b.customers_after for b in found.pressure.bands][:9] == [after[n] for n in range(1, 10)]
            assert (found.customers.silenced, found.customers.waited) == (silenced, waited)


def most(instants):
    """The most instants of which first and last lie less than seven days apart."""
    return max((sum(a <= b < a + 7 * 24 * HOUR for b in instants) for a in instants), default=0)


def test_contacts_are_counted_by_the_segments_of_their_instant(worlds):
    counted = 0
    for world, history, _ in worlds:
        held = [(c.id, s) for c in world.customers for s in c.segments]
        for group in backtest(history, world, segments=("new", "vip")).segments:
            within = {
                c.id
                for c in world.contacts
                for who, s in held
                if s.name == group.name and who == c.customer and c.status in ATTEMPTED
                if (s.start is None or s.start <= c.at) and (s.until is None or c.at < s.until)
            }
            assert group.ends.asked == len(within)
            counted += len(within)
    assert counted > 20
