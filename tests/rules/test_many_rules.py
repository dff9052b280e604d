"""Rule sets of more rows than a word of a mask has bits: the engines agree on each of 70 and 140 rules."""

import pytest

from generators.cases import make_case, make_rule
from generators.choosing import by_seed
from generators.deciding import case_of, decisions


def crowded(seed, count, use=None):
    """A made-up case with so many made-up rules."""
    choose = by_seed(seed)
    case = make_case(choose, use, days=seed % 3 == 2)
    case["strategy"] = {"rules": {f"r{n:03}": make_rule(choose, n) for n in range(count)}}
    return case_of(case)


@pytest.mark.parametrize("count", [70, 140])
def test_engines_agree_on_many_rules(count):
    broken = set()
    for seed in range(5):
        case = crowded(seed, count)
        told = decisions(case, "reference")
        assert decisions(case, "kernel") == told
        broken |= {name for decision in told for name in (*decision.reasons, *decision.shadow)}
    assert {name > "r064" for name in broken} == {True, False}
    assert len({name for name in broken if name >= f"r{count - 10:03}"}) >= 3
