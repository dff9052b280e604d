"""What a bucket's facts hold: the register's words, precision, scopes, extracts, and who is asked about."""

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from history.small import make_history
from primum.customers.circumstances import raw_states
from primum.customers.facts import facts_of_bucket
from primum.customers.hearing import make_hearing
from primum.identity.looks import People
from primum.rules.compile import compile_rules
from primum.rules.judge import judge, rules_of
from primum.rules.parse import parse_rules
from primum.strategy.models import Strategy
from primum.words.time import instant_us
from views import source

STRATEGY = {"strategy": {"name": "Test"}, "zone": "Europe/Paris"}
NOON = datetime(2026, 3, 10, 12)


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


def contact(key="C1", **further):
    return {"key": key, "at": NOON, "channel": "email", **further}


def broken(con, folder, contacts, rules, *others, strategy=STRATEGY, people=None, **given):
    """The rules that each contact breaks, by the row of its file."""
    sources = [source(con, "sent", "contacts", contacts), *others]
    history = make_history(con, sources, folder, people=people)
    named = {name: {"says": "x", **rule} for name, rule in rules.items()}
    compiled = compile_rules(parse_rules({"zone": "Europe/Paris", "rules": named, **given}))
    hearing = make_hearing(history, compiled, Strategy.model_validate(strategy))
    assert hearing.binding is not None
    (found,) = judged(hearing)
    return found


def judged(hearing):
    for number in hearing.history.buckets:
        bucket = facts_of_bucket(hearing, number, ["row"])
        masks = judge(hearing.compiled, bucket.facts, "audit", bucket.ask_start, bucket.asks).broken
        rows = bucket.rows["row"].to_pylist()
        rules = [[hearing.compiled.rules[r].name for r in rules_of(hearing.compiled, m)] for m in masks]
        yield {rows[row] - 2: r for row, r in zip(bucket.asks[:, 0].tolist(), rules, strict=True)}


def test_the_register_says_what_a_source_leaves_out(con, tmp_path):
    entry = {"purpose": "marketing", "known_as": ["spring 26"]}
    strategy = {**STRATEGY, "communications": {"spring": entry}}
    rows = [contact(communication="spring 26"), contact(communication="bill"), contact(purpose="marketing")]
    rules = {"class": {"to": {"purpose": "marketing"}, "never": "always"}}
    rules["name"] = {"to": {"communication": "spring"}, "never": "always"}
    assert broken(con, tmp_path, rows, rules, strategy=strategy) == {0: ["class", "name"], 1: [], 2: ["class"]}


def test_a_list_in_a_tag_is_several_values(con, tmp_path):
    products = ["loan\x1fcard", "card", "loan", None]
    rows = [contact(f"C{i}", product=p) for i, p in enumerate(products)]
    rules = {"loan": {"to": {"product": "loan"}, "never": "always"}}
    rules["no card"] = {"to": {"product": {"not": "card"}}, "never": "always"}
    found = broken(con, tmp_path, rows, rules)
    assert found == {0: ["loan"], 1: [], 2: ["loan", "no card"], 3: ["no card"]}


def test_contents_and_packages_are_compared_row_by_row(con, tmp_path):
    rows = [
        contact(content=5, package="a"),
        contact(content=5, package="b", at=datetime(2026, 3, 11)),
        contact(content=None, package="b", at=datetime(2026, 3, 12)),
        contact(content=None, package="c", at=datetime(2026, 3, 13)),
        contact("C2", content=5, package="a"),
    ]
    rules = {
        "again": {"once": "7 days", "per": "content"},
        "many": {"at_most": 2, "within": "30 days", "distinct": "package"},
        "both": {"at_most": 1, "within": "30 days", "per": ["package", "channel"]},
    }
    found = broken(con, tmp_path, rows, rules)
    assert found == {0: [], 1: ["again"], 2: ["both"], 3: ["many"], 4: []}


def test_a_state_of_an_address_concerns_contacts_to_that_address(con, tmp_path):
    rows = [contact(address="a@x.org"), contact(address="b@x.org"), contact(address=None)]
    held = [{"key": "C1", "state": "hard_bounced", "from": datetime(2026, 1, 1), "address": "a@x.org"}]
    rules = {"dead": {"never_if": "hard_bounced", "per": ["channel", "address"]}}
    states = source(con, "states", "states", held)
    assert broken(con, tmp_path, rows, rules, states) == {0: ["dead"], 1: [], 2: []}


def test_who_is_no_person_is_not_asked_about(con, tmp_path):
    people = People(("crm_id:C2",), (), (), (), None)
    rows = [contact(), contact("C2"), contact(status="suppressed"), contact(status="planned")]
    found = broken(con, tmp_path, rows, {"all": {"never": "always"}}, people=people)
    assert found == {0: ["all"]}


def test_a_bucket_without_contacts_has_no_asks(con, tmp_path):
    held = [{"key": f"C{i}", "state": "vip", "from": NOON} for i in range(40)]
    sources = [source(con, "sent", "contacts", [contact()]), source(con, "states", "states", held)]
    history = make_history(con, sources, tmp_path, 8)
    rules = {"a": {"says": "x", "once": "7 days", "per": "content"}, "b": {"says": "x", "never_if": "vip"}}
    hearing = make_hearing(history, compile_rules(parse_rules({"rules": rules})), Strategy.model_validate(STRATEGY))
    assert sum(len(found) for found in judged(hearing)) == 1


def test_the_day_of_an_extract_begins_by_its_sources_clock(con, tmp_path):
    held = [{"key": "C1", "state": "vip", "from": None, "as_of": "2026-03-10"}]
    states = source(con, "states", "states", held)
    states = replace(states, columns={**states.columns, "as_of": "text"})
    history = make_history(con, [source(con, "sent", "contacts", [contact()]), states], tmp_path)
    (row,) = raw_states(history, {"states": "Europe/Paris"}, "UTC")(0).to_pylist()
    assert (row["start"], row["state"], row["as_of"]) == (None, "vip", instant_us(datetime(2026, 3, 9, 23, tzinfo=UTC)))


def test_pauses_ask_for_responses_of_their_kind_with_open_attributes(con, tmp_path):
    heard = [
        {"key": "C1", "at": datetime(2026, 3, 9), "kind": "refused", "attributes": '{"of":"loan","x":"1"}'},
        {"key": "C2", "at": datetime(2026, 3, 9), "kind": "refused", "attributes": '{"of":"card","x":"1"}'},
        {"key": "C3", "at": datetime(2026, 3, 9), "kind": "clicked", "attributes": None},
    ]
    answers = source(con, "heard", "responses", heard)
    answers = replace(answers, columns={**answers.columns, "attributes": "text"})
    rows = [contact("C1"), contact("C2"), contact("C3")]
    rules = {"pause": {"pause": "7 days", "after": {"response": "refused", "of": "loan"}}}
    found = broken(con, tmp_path, rows, rules, answers)
    assert found == {0: ["pause"], 1: [], 2: []}
