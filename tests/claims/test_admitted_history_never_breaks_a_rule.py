"""What the rules admitted keeps them: when admitted in time order, or where a rule counts only what it governs."""

from dataclasses import replace

from hypothesis import given

from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import alone, case_of, decisions, kept
from primum.rules.model import Apart, AtMost


def nothing_before(choose):
    data = make_case(choose, "backtest", plain=True)
    more = make_case(choose, "backtest", plain=True)["candidates"]
    both = [*data["candidates"], *({**c, "id": c["id"] * 2} for c in more)]
    return {**data, "candidates": [{k: v for k, v in c.items() if k != "not_after"} for c in both]}


@given(data=made_by(nothing_before))
@tried(80)
def test_admitted_history_never_breaks_a_rule(data):
    """In time order: the audit of what a backtest let through, with nothing deferred, finds nothing."""
    for rule in data["strategy"]["rules"].values():
        rule.pop("otherwise", None)
    case = case_of(data)
    admitted = [c for c, d in zip(case.candidates, decisions(case), strict=True) if d.decision == "allow"]
    if admitted:
        sent = tuple(replace(c, status="sent") for c in admitted)
        assert all(d.decision == "allow" for d in decisions(replace(case, use="audit", candidates=sent)))


def counts_what_it_governs(rule):
    limit = rule.limit
    if isinstance(limit, Apart) and limit.only_after:
        return False
    dated = rule.excepts or rule.starts is not None or rule.ends is not None or rule.who.terms
    return not dated and isinstance(limit, AtMost | Apart) and limit.counting.filter == rule.to


@given(data=made_by(nothing_before))
@tried(80)
def test_admitted_history_never_breaks_a_rule_that_counts_what_it_governs(data):
    """In any order, and deferred or not: each of those admitted is allowed among all others."""
    case = case_of({**data, "use": "gate", "history": []})
    rules = replace(case.rules, rules=tuple(r for r in case.rules.rules if counts_what_it_governs(r)))
    case = replace(case, rules=rules)
    judged = zip(case.candidates, decisions(case), strict=True)
    admitted = [(c, k) for c, d in judged if (k := kept(c, d)) is not None]
    for candidate, contact in admitted:
        others = tuple(k for _, k in admitted if k is not contact)
        again = replace(candidate, at=contact.at)
        assert alone(case, again, history=others).decision == "allow"
