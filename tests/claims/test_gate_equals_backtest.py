"""Feeding candidates to the gate one by one, in order, gives the backtest's answer; so does a plan in time order."""

from dataclasses import replace
from datetime import datetime

from hypothesis import assume, given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import begun, case_of, decisions, kept, known_at, without_repeats


def in_time_order(choose):
    data = make_case(choose, "backtest")
    data.pop("planned", None)
    data["strategy"].pop("priorities", None)
    for candidate in data["candidates"]:
        candidate.pop("priority", None)
    return {**data, "candidates": sorted(data["candidates"], key=lambda c: (datetime.fromisoformat(c["at"]), c["id"]))}


@given(data=made_by(in_time_order))
@tried(100)
def test_gate_equals_backtest(data):
    case = without_repeats(case_of(data))
    assume(not {e.at for e in case.history} & {c.at for c in case.candidates})
    past, answers = (), []
    for candidate in case.candidates:
        person = replace(
            case.customer,
            states=begun(case.customer.states, candidate.at),
            segments=begun(case.customer.segments, candidate.at),
        )
        history = (*known_at(case.history, candidate.at), *past)
        asked = replace(case, use="gate", customer=person, history=history, candidates=(candidate,))
        (decision,) = decisions(asked)
        answers.append(decision)
        contact = kept(candidate, decision)
        past = past if contact is None else (*past, contact)
    assert tuple(answers) == decisions(case)


@given(data=made_by(in_time_order))
@tried(60)
def test_plan_in_time_order_equals_gate(data):
    case = without_repeats(case_of(data))
    assert decisions(replace(case, use="plan")) == decisions(replace(case, use="gate"))
