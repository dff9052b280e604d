"""The two ways of counting are one: rings of what lies before, and a look at all that lies around the instant."""

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions
from primum.rules.judge import decide_cases


@given(data=made_by(make_case))
@tried(150)
def test_tail_equals_around(data):
    case = case_of(data)
    (around,) = decide_cases([case], look_around=True)
    assert around == decisions(case, "kernel")
