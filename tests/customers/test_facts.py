"""Facts gathered from a history give the answers of the law's reference, however the history is cut."""

from dataclasses import replace
from functools import partial

import duckdb
import pytest

from customers.worlds import STRATEGY, World, by_reference, history_of, made_up, placed, states_table
from primum.customers.facts import facts_of_bucket
from primum.customers.heard_states import needs_no_folding
from primum.customers.hearing import make_hearing
from primum.customers.states import intervals_of, make_spec
from primum.history import History
from primum.rules.compile import compile_rules
from primum.rules.judge import VERDICTS, judge, rules_of
from primum.rules.layout import FOREVER

WORLDS = [(seed, days) for seed in range(9) for days in (False, True)]
USES = ("audit", "backtest")


@pytest.fixture(scope="module")
def histories(tmp_path_factory) -> list[tuple[World, History]]:
    """Worlds and their histories; odd ones know some events only to the day."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        worlds = [made_up(seed, days=days) for seed, days in WORLDS]
        return [(w, history_of(con, w, tmp_path_factory.mktemp("world"))) for w in worlds]


def hearing_of(history, world, *, slow=False, raw=False):
    where = placed(history, world)

    def states(number):
        return states_table(world, {n: row for n, (bucket, row) in where.customers.items() if bucket == number})

    hearing = make_hearing(history, compile_rules(world.rules), STRATEGY, states=None if raw else states)
    return replace(hearing, binding=None) if slow else hearing


def answers(world, hearing, use):
    """Verdict, until, broken and unevaluated rules of each contact that was attempted, by its id."""
    names, found = [r.name for r in world.rules.rules], {}
    for number in hearing.history.buckets:
        bucket = facts_of_bucket(hearing, number, ["row"])
        judged = judge(hearing.compiled, bucket.facts, use, bucket.ask_start, bucket.asks, alone=True)
        rows = bucket.rows["row"].to_pylist()
        for a, row in enumerate(bucket.asks[:, 0].tolist()):
            until = None if judged.until[a] == FOREVER else int(judged.until[a])
            broken, lacking = (rules_of(hearing.compiled, m[a]) for m in (judged.broken, judged.unevaluated))
            answer = VERDICTS[judged.verdict[a]], until, {names[r] for r in broken}, {names[r] for r in lacking}
            found[world.contacts[rows[row] - 2].id] = answer
    return found


@pytest.mark.parametrize("use", USES)
def test_facts_of_a_bucket_answer_as_the_reference_does(histories, use):
    bitten = 0
    for world, history in histories[:9]:
        found = answers(world, hearing_of(history, world), use)
        assert found == by_reference(world, placed(history, world), use)
        bitten += any(broken for _, _, broken, _ in found.values())
    assert bitten > 6


def test_gathering_by_tag_answers_as_texts_row_by_row_do(histories):
    fast = households = 0
    for world, history in histories:
        hearing = hearing_of(history, world)
        fast += hearing.binding is not None
        households += hearing.compiled.counts_households
        for use in USES:
            assert answers(world, hearing, use) == answers(world, hearing_of(history, world, slow=True), use)
    assert fast > 10
    assert households > 1


def test_states_as_sources_give_them_are_those_of_the_customers(histories):
    """Of states that are dated: an extract's day is tested beside."""
    compared = 0
    for world, history in histories[::2]:
        kinds = {f.kind for f in compile_rules(world.rules).facts}
        if "state" in kinds and "segment" not in kinds:
            given = answers(world, hearing_of(history, world), "backtest")
            assert answers(world, hearing_of(history, world, raw=True), "backtest") == given
            compared += 1
    assert compared > 0


def test_one_four_and_sixteen_buckets_give_the_same_answers(tmp_path):
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        for seed in (0, 2, 5):
            world = made_up(seed, days=seed == 2)
            cut = [history_of(con, world, tmp_path / f"{seed}-{n}", n) for n in (1, 4, 16)]
            first, *others = (answers(world, hearing_of(h, world), "backtest") for h in cut)
            assert all(other == first for other in others)


def test_states_that_need_no_folding_answer_alike_folded(histories):
    compared = 0
    for world, history in histories:
        compiled, spec = compile_rules(world.rules), make_spec(history, STRATEGY)
        states = {f.name for f in compiled.facts if f.kind == "state"}
        if states and all(f.kind == "state" for f in compiled.facts):
            assert needs_no_folding(history, spec.states, states)
            given = answers(world, hearing_of(history, world, raw=True), "backtest")
            folded = make_hearing(history, compiled, STRATEGY, states=partial(intervals_of, history, spec=spec))
            assert answers(world, folded, "backtest") == given
            compared += 1
    assert compared > 1
