"""The compiled engine answers every case as the readable one does, to the last reason, instant and missing fact."""

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions


@given(data=made_by(make_case))
@tried(150)
def test_kernel_equals_reference(data):
    case = case_of(data)
    assert decisions(case, "kernel") == decisions(case, "reference")


@given(data=made_by(lambda choose: make_case(choose, days=True)))
@tried(100)
def test_kernel_equals_reference_where_only_the_day_is_known(data):
    case = case_of(data)
    assert decisions(case, "kernel") == decisions(case, "reference")
