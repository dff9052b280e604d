"""What happened to somebody else says nothing, unless a rule counts over the household."""

from dataclasses import replace

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions


@given(both=made_by(lambda choose: (make_case(choose, days=True), make_case(choose, days=True))))
@tried(60)
def test_customers_do_not_affect_each_other_without_capacity(both):
    mine, theirs = both
    for rule in mine["strategy"]["rules"].values():
        rule.pop("level", None)
    case, other = case_of(mine), case_of(theirs)
    strangers = tuple(replace(e, customer="c2", id=f"their {e.id}") for e in other.history)
    planned = tuple(replace(c, customer="c2", id=f"their {c.id}") for c in other.planned)
    crowd = replace(case, history=(*case.history, *strangers), planned=(*case.planned, *planned))
    assert decisions(crowd) == decisions(case)
    asked = tuple(replace(c, customer="c2", id=f"their {c.id}") for c in other.candidates)
    together = replace(case, candidates=(*asked, *case.candidates))
    assert decisions(together)[len(asked) :] == decisions(case)
