"""The made-up cases are worth trying: rules bite in about half of the decisions, of every kind and in every use."""

from collections import Counter

from generators.cases import make_case
from generators.choosing import by_seed
from generators.deciding import case_of, decisions
from primum.rules.model import Limit


def test_rules_bite_in_30_to_70_of_a_hundred_decisions():
    found, kinds = Counter(), Counter()
    for seed in range(500):
        case = case_of(make_case(by_seed(seed), days=seed % 2 == 0))
        rules = {rule.name: rule for rule in case.rules.rules}
        for decision in decisions(case):
            found[decision.decision] += 1
            found["broken"] += bool(decision.reasons or decision.shadow)
            kinds.update(type(rules[name].limit).__name__ for name in decision.reasons)
    all_decisions = found["allow"] + found["defer"] + found["deny"]
    assert 0.3 <= found["broken"] / all_decisions <= 0.7
    assert min(found["defer"], found["deny"]) > 0.08 * all_decisions
    never_here = {"Capacity", "AtLeast"}
    assert {kind.__name__ for kind in Limit.__args__} - never_here == set(kinds)
