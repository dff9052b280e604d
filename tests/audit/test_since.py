"""An audit beside an earlier one: only what may be compared, and alarms with their borders."""

from dataclasses import replace

import pytest

from primum.audit import results as r
from primum.audit.since import since
from report import sample
from report.sample_rules import MONTHS

THEN = sample.full()


def _with_months(counts: dict[str, list[int]], **more) -> r.AuditResult:
    months = tuple(r.MonthFigures(d, m, n) for d, own in counts.items() for m, n in zip(MONTHS, own, strict=True))
    return replace(THEN, months=months, coverage=replace(THEN.coverage, sources=()), **more)


def _silent(now: r.AuditResult) -> list[tuple]:
    return [(a.what, a.last, a.then, a.now) for a in since(now, THEN).alarms if a.kind == "department fell silent"]


def test_an_audit_beside_itself_differs_in_nothing():
    found = since(THEN, THEN)
    assert found.comparable
    assert (found.sources_gone, found.sources_new, found.rules_gone, found.rules_new) == ((), (), (), ())
    assert all(c.then == c.now for c in (*found.figures, *found.departments))
    assert [(x.rule, x.then) for x in found.rules] == [(x.rule, x.contacts) for x in THEN.against_rules.rules]
    assert not [a for a in found.alarms if a.kind == "new sender"]


def test_a_rule_with_another_sentence_is_another_rule():
    rules = THEN.against_rules.rules
    changed = (replace(rules[0], says="Something else."), replace(rules[1], contacts=77), *rules[2:-1])
    now = replace(THEN, against_rules=replace(THEN.against_rules, rules=changed))
    found = since(now, THEN)
    assert set(found.rules_gone) == {rules[0].rule, rules[-1].rule}
    assert found.rules_new == (rules[0].rule,)
    assert [x.rule for x in found.rules] == [x.rule for x in rules[1:-1]]
    assert (found.rules[0].then, found.rules[0].now) == (rules[1].contacts, 77)


def test_other_sources_leave_only_departments_whose_sources_are_the_same():
    gone = next(s for s in THEN.sources if s.kind in ("contacts", "events") and s.department is not None)
    others = tuple(replace(s, department=s.department or "marketing") for s in THEN.sources)
    then = replace(THEN, sources=others)
    found = since(replace(then, sources=tuple(s for s in others if s.name != gone.name)), then)
    assert not found.comparable
    assert found.sources_gone == (gone.name,)
    assert (found.figures, found.rules) == ((), ())
    told = {c.what for c in found.departments}
    assert gone.department not in told
    assert told == {d.department for d in THEN.departments if d.department} - {gone.department}


def test_contacts_are_compared_by_the_month():
    half = replace(THEN, period=replace(THEN.period, months=THEN.period.months / 2))
    for change in (*since(half, THEN).departments, since(half, THEN).figures[0]):
        assert change.now == pytest.approx(2 * change.then)


@pytest.mark.parametrize(("last", "alarms"), [(9, 1), (10, 0), (0, 1)])
def test_a_department_falls_silent_below_a_tenth_of_its_usual_month(last, alarms):
    quiet = _with_months({"sales": [100] * 11 + [last], "marketing": [50] * 12})
    assert _silent(quiet) == [("sales", "2025-12" if last else "2025-11", 100, last)] * alarms


def test_a_month_that_is_not_over_is_no_silence():
    months = {"sales": [100] * 11 + [3]}
    half_way = replace(THEN.period, last="2025-12-15")
    assert _silent(_with_months(months, period=half_way)) == []


@pytest.mark.parametrize(("usual", "alarms"), [(20, 1), (19, 0)])
def test_a_small_department_raises_no_alarm(usual, alarms):
    assert len(_silent(_with_months({"sales": [usual] * 11 + [0]}))) == alarms


@pytest.mark.parametrize(("last", "alarms"), [("2025-12-03", 1), ("2025-12-04", 0)])
def test_a_source_stopped_four_weeks_before_the_end(last, alarms):
    one = replace(THEN.coverage.sources[0], source=THEN.sources[0].name, last=last, usual=7)
    now = replace(THEN, coverage=replace(THEN.coverage, sources=(one,)))
    found = [a for a in since(now, THEN).alarms if a.kind == "source stopped"]
    assert [(a.what, a.last, a.then) for a in found] == [(one.source, last, 7)] * alarms


def test_a_sender_that_was_not_there_is_new_and_one_that_is_gone_is_silent():
    first, second = THEN.departments[:2]
    then = replace(THEN, departments=tuple(d for d in THEN.departments if d is not first))
    now = replace(THEN, departments=tuple(d for d in THEN.departments if d is not second))
    alarms = since(now, then).alarms
    assert ("new sender", first.department, first.contacts) in [(a.kind, a.what, a.now) for a in alarms]
    assert ("department fell silent", second.department, 0) in [(a.kind, a.what, a.now) for a in alarms]
