"""First, do no harm: a rule that cannot be judged for want of a fact holds back, and says which fact."""

import pytest
from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions

LACKING = (
    ({"between": "00:00-24:00"}, [], "zone"),
    ({"at_most": 99, "within": "a day"}, [], "zone"),
    ({"apart": "1 local day", "with": {"channel": "none"}}, [], "zone"),
    ({"pause": "2 local days", "after": {"response": "never"}}, [], "zone"),
    ({"at_most": 99, "within": "ever", "starts": "2000-01-01"}, [], "zone"),
    ({"between": "00:00-24:00"}, ["Mars/Olympus"], "readable zone (Mars/Olympus)"),
    ({"between": "00:00-24:00"}, ["Europe/London", "Mars/Olympus"], "readable zone (Mars/Olympus)"),
    ({"closed": "nowhere"}, ["Europe/London"], "calendar nowhere"),
)


@pytest.mark.parametrize(("limit", "zones", "fact"), LACKING)
@given(data=made_by(lambda choose: make_case(choose)))
@tried(8)
def test_unevaluable_rule_holds_the_contact(data, limit, zones, fact):
    rule = {"says": "x", "otherwise": "defer", **limit}
    strategy = {"rules": {**data["strategy"]["rules"], "zz": rule}}
    case = case_of({**data, "strategy": strategy, "customer": {**data["customer"], "zones": zones}})
    for decision in decisions(case):
        assert decision.decision == "deny"
        assert "zz" in decision.reasons
        assert "zz" in decision.unevaluated
        assert decision.missing["zz"] == fact
        assert decision.alone["zz"] is None
