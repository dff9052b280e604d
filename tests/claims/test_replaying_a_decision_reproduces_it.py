"""A decision is a function of strategy, facts and instant: a case written down and read again is decided alike."""

import json

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions
from primum.app.decide import answer, cases_in


@given(data=made_by(lambda choose: make_case(choose, days=True)))
@tried(60)
def test_replaying_a_decision_reproduces_it(data):
    case = case_of(data)
    first = decisions(case)
    assert decisions(case) == first
    mixed = {**data, "history": data["history"][::-1], "strategy": dict(reversed(data["strategy"].items()))}
    (again,) = cases_in(json.dumps([mixed]), "replay.json")
    assert [answer(case, d) for d in decisions(again)] == [answer(case, d) for d in first]
