"""Rules are joined by AND: the strictest wins, wherever it stands in the file."""

from dataclasses import replace

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions


@given(data=made_by(lambda choose: make_case(choose, days=True)))
@tried(60)
def test_order_of_rules_does_not_matter(data):
    turned = {**data["strategy"], "rules": dict(reversed(data["strategy"]["rules"].items()))}
    case, other = case_of(data), case_of({**data, "strategy": turned})
    assert decisions(case) == decisions(other)
    backwards = replace(case.rules, rules=case.rules.rules[::-1])
    assert decisions(case) == decisions(replace(case, rules=backwards))
