"""Given the same history, and no `instead_of`, one more rule can only hold back. (Across a sequence it is false.)"""

from hypothesis import given

from generators.cases import make_case, make_rule
from generators.choosing import made_by, tried
from generators.deciding import alone, case_of


def with_one_more(choose):
    data, rule = make_case(choose), make_rule(choose, 9)
    for other in data["strategy"]["rules"].values():
        other.pop("instead_of", None)
    return data, {**data, "strategy": {**data["strategy"], "rules": {**data["strategy"]["rules"], "zz": rule}}}


@given(both=made_by(with_one_more))
@tried(80)
def test_adding_a_rule_never_adds_a_contact_for_that_candidate(both):
    fewer, more = (case_of(data) for data in both)
    for candidate in fewer.candidates:
        before, after = alone(fewer, candidate), alone(more, candidate)
        assert set(before.reasons) <= set(after.reasons)
        if before.decision == "deny":
            assert after.decision == "deny"
        if before.decision == "defer":
            assert after.decision == "deny" or (after.until is not None and after.until >= before.until)
