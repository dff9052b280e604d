"""Asking for several at once is asking one after another, with what was admitted told in between."""

from dataclasses import replace

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import case_of, decisions, kept, without_repeats


@given(data=made_by(lambda choose: make_case(choose, "gate", days=True)))
@tried(80)
def test_splitting_a_batch_changes_nothing(data):
    case = without_repeats(case_of(data))
    history, apart = case.history, []
    for candidate in case.candidates:
        (decision,) = decisions(replace(case, history=history, candidates=(candidate,)))
        apart.append(decision)
        status = "reserved" if decision.decision == "defer" else "sent"
        contact = kept(candidate, decision, status)
        history = history if contact is None else (*history, contact)
    assert tuple(apart) == decisions(case)
