"""Common decency over the made-up company: gathering by tag, texts row by row and the reference agree."""

from dataclasses import replace
from datetime import UTC
from random import Random

import numpy as np
import pytest

import primum
from primum.app.rules import rules_of as rules_of_strategy
from primum.customers.facts import facts_of_bucket
from primum.customers.hearing import make_hearing
from primum.demo.company import build
from primum.rules import reference
from primum.rules.compile import compile_rules
from primum.rules.judge import VERDICTS, judge, rules_of
from primum.rules.layout import FOREVER
from primum.rules.parse import parse_rules
from primum.words.contacts import Candidate, Customer, Response, State
from primum.words.time import instant_us
from primum.words.vocabulary import ATTEMPTED

SAMPLED = 60


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The history of a made-up company, its strategy, and the pack's rules."""
    folder = tmp_path_factory.mktemp("company")
    build(folder, 12_000, 7)
    workspace = primum.open(folder)
    loaded = workspace.load()
    assert not rules_of_strategy(loaded).rules
    rules = parse_rules({"use": ["common-decency"], "rules": {}, "zone": loaded.strategy.zone})
    return workspace.history(), loaded.strategy, rules


def judged(hearing, use, number=0):
    bucket = facts_of_bucket(hearing, number)
    return bucket, judge(hearing.compiled, bucket.facts, use, bucket.ask_start, bucket.asks)


def test_gathering_by_tag_answers_as_texts_do(company):
    history, strategy, rules = company
    hearing = make_hearing(history, compile_rules(rules), strategy)
    assert hearing.binding is not None
    assert len(history.buckets) == 1
    for use in ("audit", "backtest"):
        ours, theirs = (judged(h, use) for h in (hearing, replace(hearing, binding=None)))
        for name in ("broken", "unevaluated", "verdict", "until"):
            assert np.array_equal(getattr(ours[1], name), getattr(theirs[1], name)), name
        assert np.array_equal(ours[0].asks, theirs[0].asks)
        assert (ours[1].broken != 0).any()


def test_the_reference_agrees_on_sampled_customers(company):
    history, strategy, rules = company
    hearing = make_hearing(history, compile_rules(rules), strategy)
    bucket, found = judged(hearing, "backtest")
    customer = bucket.rows["customer"].to_numpy()[bucket.asks[:, 0]]
    broken = np.unique(customer[found.broken.any(axis=1)]).tolist()
    chosen = Random(5).sample(broken, SAMPLED)
    reader = Reader(history, strategy)
    for number in chosen:
        own = np.flatnonzero(customer == number)
        person, events, asked = reader.customer(number)
        decided = reference.decide(rules, person, events, [], asked, "backtest")
        names = [hearing.compiled.rules[r].name for r in range(len(hearing.compiled.rules))]
        ours = [
            (
                VERDICTS[found.verdict[a]],
                None if found.until[a] == FOREVER else int(found.until[a]),
                {names[r] for r in rules_of(hearing.compiled, found.broken[a])},
            )
            for a in own
        ]
        assert ours == [(d.decision, d.until, {*d.reasons, *d.shadow}) for d in decided], number


class Reader:
    """A customer's records, read row by row from the history's files in plain Python."""

    def __init__(self, history, strategy):
        self.history = history
        self.tags = {name: history.tags(name).to_pylist() for name in ("contacts", "responses", "states")}
        self.zones = history.customers(0).to_pylist()
        self.register = {}
        for name, entry in strategy.communications.items():
            self.register |= dict.fromkeys((name, *entry.known_as), (name, entry))

    def rows(self, relation, number):
        table = self.history.customer_rows(relation, 0, number)
        return [row | self.tags[relation][row["tag"]] for row in (table.to_pylist() if table is not None else [])]

    def customer(self, number):
        told = self.zones[number]
        states = tuple(self.state(row) for row in self.rows("states", number))
        zones = (told["zone"],) if told.get("zone") else ()
        responses = [
            Response(f"r{i}", "c", us(row["at"]), row["kind"], present(row), row["at_precision"] or "instant")
            for i, row in enumerate(self.rows("responses", number))
        ]
        contacts = [self.contact(i, row) for i, row in enumerate(self.rows("contacts", number))]
        return Customer("c", zones, states=states), responses, [c for c in contacts if c.status in ATTEMPTED]

    def contact(self, place, row):
        name, entry = self.register.get(row["communication"], (row["communication"], None))
        row["communication"] = name
        for attribute in ("purpose", "topic", "initiated"):
            row[attribute] = row[attribute] or getattr(entry, attribute, None)
        status, precision = row["status"] or "sent", row["at_precision"] or "instant"
        return Candidate(f"{place:06}", "c", us(row["at"]), present(row), 0.0, None, precision, status)

    def state(self, row):
        scope = {n: row[n] for n in ("channel", "purpose", "topic", "brand", "address") if row.get(n)}
        start, until = (None if row.get(n) is None else us(row[n]) for n in ("at", "until"))
        precision = (row["from_precision"] or "instant", row["until_precision"] or "instant")
        return State(row["state"], start, until, scope, *precision)


def us(naive):
    return instant_us(naive.replace(tzinfo=UTC))


def present(row):
    """What filters may name, as texts."""
    names = ("department", "channel", "brand", "purpose", "topic", "communication", "initiated", "outcome")
    found = {n: row[n] for n in names if row.get(n)}
    if row.get("product"):
        found["product"] = tuple(row["product"].split("\x1f"))
    for name in ("content", "package", "address"):
        if row.get(name) is not None:
            found[name] = str(row[name])
    return found
