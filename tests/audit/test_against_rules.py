"""Contacts against the rules: the audit's figures against an account in plain Python, and against the reference."""

from dataclasses import replace

import numpy as np
import pytest

import primum
from audit.decency_oracle import expected
from primum.app.rules import statute_of
from primum.audit.against_rules import AGAINST, BLIND, POSSIBLE, VAGUE, judged, observe
from primum.audit.hear import hear
from primum.audit.law import Law, make_law
from primum.audit.lookup import make_lookup
from primum.audit.partial import merge_all
from primum.audit.rule_examples import household_of
from primum.audit.sweep import Frame, make_frame
from primum.demo.company import build
from primum.rules.judge import rules_of
from primum.rules.parse import parse_rules
from primum.rules.reference import decide
from primum.strategy.packs import read_pack
from primum.words.contacts import Candidate

COMPANIES = [(10_000, 7), (10_000, 12), (13_000, 3)]


@pytest.fixture(scope="module", params=COMPANIES, ids=lambda p: f"{p[0]}-seed{p[1]}")
def company(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("decency")
    build(folder, *request.param, truth=False)
    place = primum.open(folder)
    return place, place.history(), expected(folder)


def bench(place, history, rules=None) -> tuple[Frame, Law]:
    """The frame and the law of an audit, by default with the rules it would use."""
    strategy = place.load().strategy
    look = make_lookup(strategy, *(history.tags(r) for r in ("contacts", "responses", "states")))
    frame = make_frame(history, look, strategy.zone, 7)
    statute = statute_of(place.check())
    statute = statute if rules is None else replace(statute, rules=rules)
    return frame, make_law(statute, history, strategy)


def figures(frame: Frame, law: Law) -> dict[str, tuple[int, int, int]]:
    """Per rule: contacts against it, customers, contacts whose times do not tell."""
    total = merge_all([observe(frame, law, b) for b in frame.history.buckets])

    def sums(name: str, rule: int) -> int:
        return sum(n for key, n in total.tables[name].items() if key[0] == rule)

    return {
        r.name: (sums(AGAINST, i), sums(f"customers {AGAINST}", i), sums(VAGUE, i)) for i, r in enumerate(law.rules)
    }


def test_every_rule_finds_what_plain_python_finds(company):
    place, history, oracle = company
    found = figures(*bench(place, history))
    told = {name: (e.contacts, e.customers, e.vague) for name, e in oracle.items()}
    assert {name: found[name] for name in told} == told
    assert sum(e.contacts > 0 for e in oracle.values()) >= 10, "the company bites most rules"


MUTATED = {
    "decency.same-content": ("once", "7 days", ("10079 minutes", "10081 minutes")),
    "decency.survey": ("within", "30 days", ("20 days",)),
    "decency.call-hours": ("between", None, ({"mon-fri": "09:01-20:00", "sat": "10:00-17:00"},)),
    "decency.selling.day": ("at_most", 1, (2,)),
    "decency.selling.week": ("at_most", 3, (2, 4)),
    "decency.all.week": ("at_most", 7, (6, 8)),
}
"""Rule -> (key, what it says, what it might say by mistake)."""


def test_a_number_that_is_off_is_noticed(company):
    place, history, oracle = company
    pack = read_pack("common-decency")
    for name, (key, says, wrong) in MUTATED.items():
        data = pack.rules[name].data()
        assert says is None or data[key] == says
        for other in wrong:
            rules = parse_rules({"rules": {name: {**data, key: other}}, "zone": "Europe/London"} | _calendars())
            found = figures(*bench(place, history, rules))[name]
            right = oracle[name]
            assert found != (right.contacts, right.customers, right.vague), (name, other)


def _calendars():
    return {"calendars": {"holidays": []}}


def test_what_is_found_is_what_the_reference_finds(company):
    """On the busiest customers, and others drawn evenly: every rule that holds back, and every one that is unsure."""
    place, history, _ = company
    _, law = bench(place, history)
    heard = hear(law, 0)
    masks = judged(law, heard, 0)
    count = np.bincount(heard.customer)
    chosen = {*np.argsort(-count)[:25].tolist(), *range(0, len(count), max(1, len(count) // 60))}
    asked = 0
    for customer in sorted(chosen):
        family = household_of(law, 0, customer)
        asks = np.flatnonzero(heard.customer == customer)
        own = [family.places[heard.origin(a)] for a in asks.tolist()]
        contacts = {c.id: c for c in family.contacts}
        candidates = [
            Candidate(c.id, c.customer, c.at, c.attributes, c.priority, None, c.precision, c.status)
            for c in (contacts[i] for i in own)
        ]
        others = [c for c in family.contacts if c.id not in set(own)]
        decided = decide(
            law.statute.rules, family.customers[customer], [*others, *family.responses], [], candidates, "audit"
        )
        for ask, decision in zip(asks.tolist(), decided, strict=True):
            found = _names(law, masks[AGAINST][ask])
            unsure = _names(law, masks[POSSIBLE][ask] | masks[BLIND][ask] | masks[VAGUE][ask])
            assert found == sorted(set(decision.reasons) - set(decision.unevaluated)), decision
            assert unsure == sorted(decision.unevaluated), decision
            asked += 1
    assert asked > 300


def _names(law: Law, mask) -> list[str]:
    return sorted(law.rules[r].name for r in rules_of(law.compiled, mask))
