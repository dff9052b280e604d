"""A rule that only monitors is told of, and changes nothing else."""

from hypothesis import given

from generators.cases import make_case, make_rule
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions


def with_one_more(choose):
    data, rule = make_case(choose, days=True), make_rule(choose, 9)
    targets = sorted(data["strategy"]["rules"])
    more = {**rule, "mode": "shadow"} | ({"instead_of": choose.pick(targets)} if choose.chance(50) else {})
    return data, {**data, "strategy": {**data["strategy"], "rules": {**data["strategy"]["rules"], "zz": more}}}


@given(both=made_by(with_one_more))
@tried(80)
def test_shadow_rule_never_changes_a_decision(both):
    without, with_it = (decisions(case_of(data)) for data in both)
    for one, other in zip(without, with_it, strict=True):
        assert (one.decision, one.until, one.reasons, one.alone) == (
            other.decision,
            other.until,
            other.reasons,
            other.alone,
        )
        assert set(other.shadow) - set(one.shadow) <= {"zz"}
