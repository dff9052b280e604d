"""Whoever waits until the instant that was named, and asks again, is not held back."""

from dataclasses import replace

from hypothesis import assume, given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import alone, begun, case_of, known_at


@given(data=made_by(lambda choose: make_case(choose, choose.pick(("gate", "plan", "backtest")))))
@tried(150)
def test_deferred_contact_is_allowed_at_until(data):
    case = case_of(data)
    for candidate in case.candidates:
        facts = {}
        if case.use == "backtest":  # nothing else may happen before the instant comes
            person = replace(
                case.customer,
                states=begun(case.customer.states, candidate.at),
                segments=begun(case.customer.segments, candidate.at),
            )
            assume(not any(e.at == candidate.at for e in case.history))
            facts = {"history": known_at(case.history, candidate.at), "customer": person}
        decision = alone(case, candidate, **facts)
        if decision.decision == "defer":
            assert decision.until > candidate.at
            again = alone(case, replace(candidate, at=decision.until, not_after=None), **facts)
            assert again.decision == "allow"
            assert again.reasons == ()
