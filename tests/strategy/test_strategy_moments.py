"""What must not happen near a moment of truth is a rule like any other."""

import pytest

from primum.app.rules import check_text, rules_of
from primum.rules.model import Held, PauseAfterContact, PauseAfterResponse
from primum.words.errors import StrategyError

HEAD = "strategy: {name: x}\ndepartments: {care: {owner: Ann}}\ncommunications: {answer: }\nmoments:\n  trouble:\n"
NEAR = (
    "    not_near:\n      selling: {says: No selling., to: {purpose: marketing}, within: 14 days, otherwise: defer}\n"
)


def rules(trigger, near=NEAR, more=""):
    checked = check_text(f"{HEAD}    trigger: {trigger}\n    owner: care\n{near}{more}", "p.yaml")
    return {rule.name: rule for rule in checked.rules.rules}


def test_a_response_pauses_a_state_holds_and_a_communication_pauses_too():
    made = rules("{response: [complained, returned], state: complaint_open, communication: answer}")
    limits = {name: type(rule.limit) for name, rule in made.items()}
    assert limits == {
        "moment:trouble:selling:complained": PauseAfterResponse,
        "moment:trouble:selling:returned": PauseAfterResponse,
        "moment:trouble:selling:sent": PauseAfterContact,
        "moment:trouble:selling:state": Held,
    }
    assert {(rule.says, rule.owner, rule.otherwise) for rule in made.values()} == {("No selling.", "care", "defer")}


def test_one_way_to_begin_makes_one_rule_with_the_shorter_name():
    (rule,) = rules("{response: complained}").values()
    assert rule.name == "moment:trouble:selling"
    assert rule.limit.duration.microseconds == 14 * 86_400_000_000


def test_a_rule_of_ones_own_stands_in_the_place_of_a_moments():
    own = "rules: {'moment:trouble:selling': {says: Mine., at_most: 1, within: 7 days}}\n"
    (rule,) = rules("{response: complained}", more=own).values()
    assert rule.says == "Mine."


def test_a_mistake_in_what_is_kept_away_is_told_at_the_moment():
    with pytest.raises(StrategyError) as raised:
        rules("{response: complained}", NEAR.replace("{purpose: marketing}", "[marketing]"))
    (complaint,) = raised.value.complaints
    assert (complaint.line, complaint.file) == (9, "p.yaml")
    assert "[" not in complaint.what


def test_the_rules_of_moments_are_the_rules_of_a_loaded_strategy():
    checked = check_text(f"{HEAD}    trigger: {{response: complained}}\n{NEAR}", "p.yaml")
    assert rules_of(checked.loaded) == checked.rules
    assert len(checked.rules.rules) == 1
