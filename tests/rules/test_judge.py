"""A judge keeps its working memory from batch to batch: what was in it before says nothing."""

import numpy as np
import pytest
import yaml

from generators.cases import make_case
from generators.choosing import by_seed
from generators.deciding import case_of
from primum.rules.compile import compile_rules
from primum.rules.judge import Judge, judge
from primum.rules.layout import MEMORY
from primum.rules.parse import parse_rules
from primum.rules.records import Batch, facts_of


def asked_of(compiled, seed, use):
    case = case_of(make_case(by_seed(seed), use, days=seed % 4 == 3))
    return facts_of(compiled, Batch([case.customer], case.history, case.planned, case.candidates), use)


KEYED = """
rules:
  content: {says: One of a content in two days., once: 2 days, per: content, otherwise: defer}
  brand: {says: Two of a brand and package in a day., at_most: 2, within: a day, per: [brand, package, content]}
  packages: {says: Two packages in a week., at_most: 2, within: 7 days, distinct: package, per: [content]}
"""


@pytest.mark.parametrize("use", ["audit", "backtest", "plan", "gate"])
def test_a_judge_answers_as_a_new_one_does(use):
    compiled = compile_rules(parse_rules(yaml.safe_load(KEYED)))
    kept = Judge(compiled)
    for seed in [*range(15), *range(15)]:
        asked = asked_of(compiled, seed, use)
        again = kept.judge(asked.facts, use, asked.ask_start, asked.asks, alone=True)
        fresh = judge(compiled, asked.facts, use, asked.ask_start, asked.asks, alone=True)
        for one, other in zip(again, fresh, strict=True):
            np.testing.assert_array_equal(one, other)


def test_answers_stay_when_the_judge_goes_on():
    compiled = compile_rules(case_of(make_case(by_seed(7), plain=True)).rules)
    kept, first, second = Judge(compiled), asked_of(compiled, 1, "gate"), asked_of(compiled, 2, "gate")
    before = kept.judge(first.facts, "gate", first.ask_start, first.asks)
    copies = [answer.copy() for answer in before]
    kept.judge(second.facts, "gate", second.ask_start, second.asks)
    for answer, copy in zip(before, copies, strict=True):
        np.testing.assert_array_equal(answer, copy)


def test_facts_without_a_place_in_memory_are_refused():
    compiled = compile_rules(case_of(make_case(by_seed(7), plain=True)).rules)
    asked = asked_of(compiled, 1, "gate")
    asked.facts.tables[MEMORY] = 0
    with pytest.raises(ValueError, match="make_facts"):
        judge(compiled, asked.facts, "gate", asked.ask_start, asked.asks)
