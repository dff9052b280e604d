"""No earlier instant would have done: asked at any instant before, the gate holds the candidate back.

The instants tried here know nothing of how the reference finds its own: every minute of three days, every ten minutes
of the days after, and the instants of all events with every width that occurs, a microsecond before, on, and after.
"""

from dataclasses import replace

from hypothesis import given

from generators.cases import LOCAL_WIDTHS, WIDTHS, make_case
from generators.choosing import made_by, tried
from generators.deciding import alone, case_of
from primum.rules.reference import HORIZON

MINUTE = 60_000_000
HOUR = 60 * MINUTE


def tried_instants(case, at, last):
    found = set(range(at - at % MINUTE, min(last, at + 72 * HOUR), 5 * MINUTE))
    found |= set(range(at - at % HOUR, min(last, at + 30 * 24 * HOUR), HOUR))
    found |= set(range(at - at % HOUR, last, 97 * HOUR))
    edges = [e.at for e in (*case.history, *case.planned)]
    edges += [t for s in (*case.customer.states, *case.customer.segments) for t in (s.start, s.until) if t is not None]
    for edge in edges:
        for width in {0, *WIDTHS.values(), *LOCAL_WIDTHS.values()}:
            found |= {edge + sign * width * HOUR + step for sign in (-1, 1) for step in (-1, 0, 1)}
    return sorted(t for t in found if at < t < last)


@given(data=made_by(lambda choose: make_case(choose, "gate", days=choose.chance(20))))
@tried(30)
def test_until_is_the_earliest(data):
    case = case_of(data)
    rules = {rule.name: rule for rule in case.rules.rules}
    for candidate in case.candidates[:1]:
        decision = alone(case, candidate)
        if decision.decision == "allow" or any(rules[name].otherwise != "defer" for name in decision.reasons):
            continue
        last = candidate.at + HORIZON if candidate.not_after is None else candidate.not_after + 1
        for at in tried_instants(case, candidate.at, decision.until or last):
            assert alone(case, replace(candidate, at=at, not_after=at)).decision != "allow", at
