"""The ten customers: who is chosen, and what the lines of their timelines are marked with."""

import pytest

from audit.test_silence import world
from primum.audit.against_rules import AGAINST, judged, observe
from primum.audit.hear import hear
from primum.audit.masking import Mask
from primum.audit.partial import Candidate, joined, merge_all
from primum.audit.sweep import sweep_bucket
from primum.audit.timelines import Timelines
from primum.audit.worst import choose, worst_customers
from primum.rules.judge import rules_of


def somebody(number: int, *rank: int, rows: tuple[int, ...] = (7,)) -> Candidate:
    return Candidate(rank or (-1, 5), number, f"id{number}", 0, number, rows)


def test_ten_are_chosen_and_some_of_each_kind():
    people = [somebody(n) for n in range(10)]
    never = [somebody(n) for n in range(20, 24)]
    silent = [somebody(n) for n in range(30, 34)]
    found = choose(
        {"people": people, "never people": never, "silence people": silent, "contradictions": [somebody(40)]}
    )
    assert [c.why for c in found] == ["never-event"] * 2 + ["clash"] + ["silence"] * 2 + ["pressure"] * 5
    assert len({c.candidate.id for c in found}) == 10


def test_one_person_who_leads_two_lists_is_chosen_once_and_the_next_stands_in():
    both = somebody(1)
    found = choose({"never people": [both], "silence people": [both, somebody(2)], "people": [both, somebody(3)]})
    assert [(c.candidate.hash, c.why) for c in found] == [(1, "never-event"), (2, "silence"), (3, "pressure")]


def test_where_few_hear_much_the_lists_are_filled_up():
    found = choose({"never people": [somebody(n) for n in range(6)], "people": []})
    assert [c.candidate.hash for c in found] == [0, 1, 2, 3, 4, 5]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    ((frame, ending, law, total),), _ = world(tmp_path_factory.mktemp("worst"), 5)
    rest = [joined(sweep_bucket(frame, b), observe(frame, law, b)) for b in frame.history.buckets]
    candidates = joined(merge_all(rest), total).candidates
    mask = Mask()
    found = worst_customers(law, ending, candidates, Timelines(frame, mask), mask)
    return frame, law, choose(candidates), found


def test_lines_are_marked_with_the_rules_that_the_pass_found_them_against(told):
    frame, law, chosen, found = told
    heard = hear(law, 0)
    masks = judged(law, heard, 0)[AGAINST]
    places = {heard.origin(ask): ask for ask in range(len(masks))}
    files = {f.name: f.number for s in frame.history.manifest.sources for f in s.files}
    marked = 0
    for one in found:
        for line in one.person.timeline:
            rules = sorted(m.rule for m in line.marks if m.rule is not None)
            ask = places.get((files[line.file], line.row)) if line.response is None and line.row else None
            against = [] if ask is None else sorted(law.rules[r].name for r in rules_of(law.compiled, masks[ask]))
            assert rules == against, line
            marked += bool(rules)
    assert marked > 5
    assert len(chosen) == len(found) == 10


def test_questions_are_marked_where_nobody_answered_and_days_where_departments_meet(told):
    *_, found = told
    silent = [w for w in found if w.why[0] == "silence"]
    assert len(silent) == 2
    for one in silent:
        marks = [m for line in one.person.timeline for m in line.marks if m.kind == "silence"]
        assert marks
        assert "unanswered" in one.person.summary
    clashes = [line for w in found for line in w.person.timeline if any(m.kind == "clash" for m in line.marks)]
    assert clashes
    assert all(line.response is None and not line.asked_for and line.status != "bounced" for line in clashes)
    assert any("silence" in w.why for w in found)


def test_nobody_is_named(told):
    *_, found = told
    assert all(w.person.customer.startswith("Customer ") for w in found)
