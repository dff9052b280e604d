"""`primum check` doubts what can be read and does nothing, or not what was meant; each doubt has its place."""

import pytest

from primum.app.rules import check_text
from primum.words.errors import StrategyError

HEAD = "strategy: {name: x}\nchannels: {email: , sms: }\n"
STATES = (
    "departments: {crm: }\ndata: {sources: {s: {kind: states, files: a, key: {email: E}, "
    "map: {state: {column: S, values: {C: complaint_open}}}}}}\n"
)


def doubts(rules, more=""):
    """The warnings about these rules; a rule begins in line 4."""
    checked = check_text(f"{HEAD}rules:\n" + "".join(f"  {rule}\n" for rule in rules) + more, "p.yaml")
    return [str(w) for w in checked.warnings]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("r: {says: x, between: '00:00-24:00'}", "can never fire: its hours are open all week"),
        ("r: {says: x, hold_out: 0%}", "can never fire: it holds out nobody"),
        (
            "r: {says: x, at_most: 1, within: a day, ends: '2026-01-01', "
            "except: [{from: 2026-02-01, until: 2026-02-02, at_most: 2}]}",
            "lies outside the dates of the rule",
        ),
        ("r: {says: x, hold_out: 100%}", "can never be met: it holds out everybody"),
        ("r: {says: x, never: always}", "can never be met: it holds back every contact"),
        ("r: {says: x, to: {channel: sms}, never: always, otherwise: defer}", "no instant will satisfy it"),
        ("r: {says: x, at_most: 1, within: ever, otherwise: defer}", "never ceases to count"),
        ("r: {says: x, apart: 60 weeks, otherwise: defer}", "longer than the 400 days"),
        (
            "r: {says: x, to: {purpose: marketing}, apart: 3 days, with: {purpose: collections}}",
            "binds one side only",
        ),
        ("r: {says: x, between: {mon-fri: ['08:00-12:00', '12:15-20:00']}}", "15 minutes closed from monday 12:00"),
        ("r: {says: x, between: '00:00-23:59'}", "1 minutes closed from monday 23:59"),
        ("r: {says: x, between: {'mon,tue,thu,fri': '08:00-20:00'}}", "leave out wednesday"),
        ("r: {says: x, to: {channel: emial}, at_most: 1, within: a day}", 'the channel "emial", which nobody declares'),
        ("r: {says: x, for: {segment: vip}, at_most: 1, within: a day}", 'the segment "vip", which nobody declares'),
        ("r: {says: x, never_if: complaint}", 'the state "complaint", which nobody declares'),
        ("r: {says: x, closed: stocktaking}", 'the calendar "stocktaking", which nobody declares'),
        ("r: {says: x, to: {purpose: promo}, at_most: 1, within: a day}", 'the message class "promo"'),
    ],
)
def test_a_doubt_is_told_at_the_rule(rule, words):
    told = doubts([rule])
    assert any(words in one and one.startswith("p.yaml:4:") for one in told), told


@pytest.mark.parametrize(
    "rule",
    [
        "r: {says: x, to: {channel: [email, sms]}, at_most: 3, within: 7 days, otherwise: defer}",
        "r: {says: x, between: {mon-fri: ['09:00-12:00', '14:00-17:00'], sat: '09:00-12:00'}, closed: GB}",
        "r: {says: x, to: {purpose: marketing}, apart: 3 days, with: {purpose: collections}, only: after}",
        "r: {says: x, to: {purpose: marketing}, apart: 3 days, with: {purpose: [marketing, sales]}}",
        "r: {says: x, clash: [{purpose: marketing}, {purpose: collections}], within: 3 days}",
    ],
)
def test_a_sound_rule_is_not_doubted(rule):
    assert doubts([rule]) == []


def test_what_is_exempt_is_never_held_back():
    rule = "r: {says: x, to: {purpose: security, channel: sms}, at_most: 1, within: a day}"
    (told,) = doubts([rule], "exempt: [{to: {purpose: [security, regulatory]}, counts: true}]\n")
    assert "all it governs is exempt (item 1 of `exempt`)" in told
    assert doubts([rule], "exempt: [{to: {purpose: regulatory}, counts: true}]\n") == []


def test_a_rule_that_is_always_replaced_never_fires():
    cap = "cap: {says: x, to: {channel: email}, at_most: 1, within: a day}"
    more = "more: {says: x, at_most: 2, within: a day, instead_of: cap}"
    assert any('"more" always stands in its place' in one for one in doubts([cap, more]))
    for narrower in ("to: {channel: sms}", "starts: '2026-01-01'", "mode: shadow"):
        assert doubts([cap, more.replace("}", f", {narrower}}}")]) == []


def test_a_clash_written_both_ways_is_no_doubt():
    one = "a: {says: x, to: {purpose: sales}, apart: 3 days, with: {purpose: collections}}"
    other = "b: {says: x, to: {purpose: collections}, apart: 3 days, with: {purpose: sales}}"
    assert doubts([one, other]) == []


def test_a_state_that_a_source_maps_is_declared():
    assert doubts(["r: {says: x, never_if: complaint_open}"], STATES) == []
    taken_as_they_are = STATES.replace(", values: {C: complaint_open}", "")
    assert doubts(["r: {says: x, never_if: anything}"], taken_as_they_are) == []


def test_complaints_of_the_file_and_of_its_rules_are_told_together():
    with pytest.raises(StrategyError) as raised:
        check_text("strategy: {nmae: x}\nrules: {r: {says: x, at_most: 0, within: a day}}\nzone: Nowhere\n", "p.yaml")
    places = [str(c).split(" - ")[0] for c in raised.value.complaints]
    assert places == ["p.yaml:1:1", "p.yaml:1:12", "p.yaml:2:31", "p.yaml:3:7"]


def test_nothing_more_is_said_of_what_yaml_refused():
    with pytest.raises(StrategyError) as raised:
        check_text("strategy: {name: x}\nrules: {r: *other}\n", "p.yaml")
    (complaint,) = raised.value.complaints
    assert "alias" in str(complaint)
