"""A case is read as it is written: local times, dates alone, rows told twice; what is wrong has its place."""

import json

import pytest

from primum.app.decide import answer, cases_in, decide_by
from primum.words.contacts import Contact, Response, State
from primum.words.errors import CaseError
from primum.words.time import instant_text

CASE = """\
id: one
strategy: {rules: {r: {says: x, at_most: 1, within: 7 days}}}
customer: {id: c1, zones: [Europe/Paris], country: FR, vip: true,
  segments: [new, {segment: old, until: 2026-06-01T00:00}]}
history:
- {id: h1, at: 2026-06-01T09:00, channel: email, tags: [b, a, b], wave: 2}
- {id: h1, at: 2026-06-01T09:30, status: bounced, status_at: 2026-06-03T09:00}
- {id: h1, at: 2026-06-01T09:45, status: delivered, status_at: 2026-06-02T09:00}
- {id: r1, at: 2026-06-01T07:00Z, response: opened, contact: h1}
- {id: h2, at: 2026-06-02, channel: on}
planned: [{id: p1, at: "2026-06-03T09:00+01:00", priority: 2.5}]
candidates:
- {id: a, at: 2026-06-02T09:00:00.5, channel: [sms], purpose: null, not_after: 2026-06-02T10:00}
expect: {a: {decision: deny, reasons: [r]}}
"""


def read(text=CASE):
    (case,) = cases_in(text, "case.yaml")
    return case


def wrong(text):
    with pytest.raises(CaseError) as raised:
        cases_in(text, "case.yaml")
    return [str(c) for c in raised.value.complaints]


def test_rows_become_the_records_of_the_law():
    case = read()
    first, second, response = case.history
    assert first == Contact("h1", "c1", first.at, "bounced", {"channel": "email", "tags": ("a", "b"), "wave": "2"})
    assert instant_text(first.at) == "2026-06-01T07:00:00Z"
    assert response == Response("r1", "c1", first.at, "opened", {"contact": "h1"})
    assert second == Contact("h2", "c1", second.at, "sent", {"channel": "on"}, precision="day")
    assert instant_text(second.at) == "2026-06-01T22:00:00Z"
    assert case.planned == (Contact("p1", "c1", case.planned[0].at, "planned", {"priority": "2.5"}, 2.5),)


def test_the_customer_has_what_the_case_says():
    customer = read().customer
    assert customer.attributes == {"country": "FR", "vip": "true"}
    assert customer.segments[0] == State("new", None, None)
    assert instant_text(customer.segments[1].until) == "2026-05-31T22:00:00Z"


def test_a_candidate_is_read_like_a_contact():
    (candidate,) = read().candidates
    assert candidate.attributes == {"channel": "sms"}
    assert instant_text(candidate.at) == "2026-06-02T07:00:00.500000Z"
    assert instant_text(candidate.not_after) == "2026-06-02T08:00:00Z"
    assert candidate.status == "proposed"
    assert read("use: audit\n" + CASE).candidates[0].status == "sent"


def test_one_case_a_list_and_lines_are_the_same():
    as_yaml = read()
    for text in (f"[{json.dumps(plain())}]", json.dumps(plain()), f"{json.dumps(plain())}\n\n{json.dumps(plain())}\n"):
        assert cases_in(text, "x")[0] == as_yaml
    assert len(cases_in(f"{json.dumps(plain())}\n{json.dumps(plain())}\n", "x")) == 2


def plain():
    from primum.strategy.case_text import read_case_text

    return read_case_text(CASE, "x").data


def test_times_without_a_zone_are_in_that_of_the_strategy_or_utc():
    text = "strategy: {ZONE}\ncandidates: [{id: a, at: 2026-06-02T09:00}]\n"
    assert instant_text(read(text.replace("ZONE", "zone: Asia/Tokyo")).candidates[0].at) == "2026-06-02T00:00:00Z"
    assert instant_text(read(text.replace("{ZONE}", "{}")).candidates[0].at) == "2026-06-02T09:00:00Z"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: one", "§idd: one", "Did you mean 'id'?"),
        ("at_most: 1", "at_most: §0", "never: always"),
        ("rules: {r", "§ruls: {r", "Did you mean 'rules'?"),
        ("2026-06-01T09:30", "§yesterday", "is no instant"),
        ("status: bounced", "status: §bouncd", "Did you mean 'bounced'?"),
        ("response: opened", "response: §5", "must be a text"),
        ("2026-06-02T10:00}", "§2026-06-02T08:00}", "lies before its `at`"),
        ("2026-06-02T10:00}", "§2026-06-02}", "a date without a time"),
        ("expect: {a:", "expect: {§b:", "there is no such candidate"),
        ("decision: deny", "decision: §no", "is no decision"),
        ("wave: 2", "wave: §{a: 2}", "must be a text, a number, true or false"),
        ("priority: 2.5", "priority: §high", "must be a number"),
    ],
)
def test_a_fault_has_its_place_and_its_cure(old, new, words):
    """The mark § stands before what is complained of."""
    marked = CASE.replace(old, new)
    (complaint,) = [c for c in wrong(marked.replace("§", "")) if words in c]
    before = marked[: marked.index("§")].split("\n")
    assert complaint.startswith(f"case.yaml:{len(before)}:{len(before[-1]) + 1} - "), complaint


def test_a_case_without_candidates_decides_nothing():
    assert "has no candidates" in wrong("strategy: {}")[0]


def test_a_fault_in_a_line_has_the_line():
    bad = json.dumps({**plain(), "use": "gat"})
    (complaint,) = wrong(f"{json.dumps(plain())}\n{bad}\n")
    column = bad.index('"gat"') + 1
    assert complaint.startswith(f"case.yaml:2:{column} - ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "this is no YAML"),
        ("a: &x 1", "an anchor"),
        ("a: *x", "YAML"),
        ("a: !!str 1", "a YAML tag"),
        ("a: 1\na: 2", "is there twice"),
        ("{a: 1}\n---\n{a: 2}", "a second document"),
        ("? [a]\n: 1", "a key must be a text"),
        ("[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]", "nested more than"),
        ("- 5", "must be a group of keys"),
        ('{"a": 1}\n{"a": \n', "this line is no JSON"),
    ],
)
def test_what_is_no_case_file_is_told(text, words):
    assert any(words.replace("an anchor", "YAML anchor") in c for c in wrong(text))


def test_two_candidates_of_one_name_are_refused():
    text = CASE.replace("expect:", "- {id: a, at: 2026-06-02T09:00}\nexpect:")
    assert any('two candidates are called "a"' in c for c in wrong(text))


def test_an_answer_has_exactly_the_parts_of_the_law():
    case = read()
    ((decision,),), unlike = decide_by("reference", [case])
    assert unlike == []
    assert list(answer(case, decision)) == (
        "case candidate decision until reasons alone shadow unevaluated alternatives".split()
    )
