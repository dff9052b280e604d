"""Cases decided together, or each by itself: customers share nothing."""

import pytest
from hypothesis import given

from engines import ENGINES_NOW
from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions
from primum.app.decide import ENGINES


@pytest.mark.parametrize("engine", ENGINES_NOW)
@given(several=made_by(lambda choose: [make_case(choose, days=True) for _ in range(3)]))
@tried(20)
def test_batch_of_one_equals_batch_of_all(several, engine):
    cases = [case_of(data) for data in several]
    assert list(ENGINES[engine](cases)) == [decisions(case, engine) for case in cases]
