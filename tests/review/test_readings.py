"""A rule in exact words says every number, every filter and every scope that it has."""

import pytest

from primum.review.readings import reading
from primum.rules.parse import parse_rules


def read(keys):
    (rule,) = parse_rules({"rules": {"r": {"says": "S.", **keys}}, "calendars": {"c": ["2026-12-25"]}}).rules
    return reading(rule)


ALL = "Governs every contact."
DROP = "What it holds back is not sent."
READINGS = [
    ({"at_most": 2, "within": "7 days"}, "At most 2 in any 7 days. Counted are contacts sent or reserved."),
    (
        {"to": {"purpose": ["marketing", "sales"]}, "at_most": 1, "within": "a week", "in": "Europe/London"},
        "At most 1 in one calendar week (Europe/London). Counted are contacts sent or reserved.",
    ),
    (
        {
            "at_most": 3,
            "within": "36 hours",
            "per": ["channel", "brand"],
            "distinct": "package",
            "counting": "attempts",
        },
        "At most 3 in any 36 hours that share channel and brand, several of one package counting once. "
        "Counted are attempts, also those that failed.",
    ),
    (
        {"to": {"channel": "sms"}, "at_most": 1, "within": "2 local days", "counting": {"channel": ["sms", "push"]}},
        "At most 1 in any 2 local days. Counted are contacts sent or reserved: contacts whose channel is push or sms.",
    ),
    ({"at_most": 1, "within": "ever"}, "At most 1 in all time. Counted are contacts sent or reserved."),
    (
        {"to": {"purpose": "survey"}, "apart": "7 days", "with": {"purpose": "sales"}, "only": "after"},
        "At least 7 days after contacts whose message class is sales.",
    ),
    ({"to": {"purpose": "survey"}, "apart": "60 local days"}, "At least 60 local days before and after each other."),
    (
        {"clash": [{"topic": "a"}, {"topic": {"not": "b"}}], "within": "90 minutes"},
        "At least 90 minutes between contacts whose topic is a and contacts whose topic is not b.",
    ),
    ({"to": {"channel": "call"}, "never": "always"}, "Never allowed."),
    (
        {"between": {"mon-fri": "08:00-20:00", "sat": ["09:00-12:00", "14:00-24:00"]}, "closed": ["c"]},
        "Only monday to friday 08:00-20:00, saturday 09:00-12:00 and 14:00-24:00, local time; not on 1 closed date.",
    ),
    ({"between": "22:00-02:00"}, "Only every day 22:00-02:00, local time."),
    ({"closed": ["c"]}, "Not on 1 closed date."),
    (
        {"never_if": ["opted_out", "erased"], "per": ["channel", "topic"]},
        "Not while the state opted_out or erased holds, for the same channel and topic.",
    ),
    ({"only_if": "consent"}, "Only while the state consent holds."),
    ({"pause": "14 days", "after": {"response": "complained"}}, "Not for 14 days after the response complained."),
    (
        {
            "pause": "30 days",
            "after": {"response": ["refused", "returned"], "times": 2, "within": "90 days"},
            "per": "channel",
        },
        "Not for 30 days after 2 responses refused or returned within any 90 days that share channel.",
    ),
    (
        {"pause": "2 days", "after": {"communication": "alert"}},
        "Not for 2 days after contacts whose communication is alert.",
    ),
    ({"hold_out": "5%", "salt": "spring"}, "Not to 5.0% of all customers, drawn by the salt spring."),
    ({"capacity": "500 per day"}, "At most 500 in one calendar day, over all customers together."),
    ({"at_least": 1, "within": "a quarter"}, "At least 1 in one calendar quarter; told by the audit, never enforced."),
]


@pytest.mark.parametrize(("keys", "told"), READINGS)
def test_a_limit_is_told_with_all_it_says(keys, told):
    first, limit, last = read(keys)
    assert limit == told
    assert first.startswith("Governs ")
    assert last == DROP


def test_whom_and_what_else_is_told():
    told = read(
        {
            "to": {"purpose": "marketing", "channel": {"not": ["call", "sms"]}},
            "for": {"segment": ["new", "active"], "country": {"not": "DE"}},
            "at_most": 2,
            "within": "7 days",
            "otherwise": "defer",
            "level": "household",
            "starts": "2026-12-01",
            "ends": "2027-01-31",
            "except": [{"from": "12-20", "until": "01-02", "at_most": 1}],
            "if_unknown": "allow",
            "mode": "shadow",
        }
    )
    assert told == (
        "Governs contacts whose channel is not call or sms and whose message class is marketing, to customers whose "
        "country is not DE and whose segment is active or new.",
        "At most 2 in any 7 days. Counted are contacts sent or reserved.",
        "From 12-20 to 01-02 of each year instead: at most 1 in any 7 days. Counted are contacts sent or reserved.",
        "What it holds back waits until it may go.",
        "Counts over everybody in the household.",
        "In force from 2026-12-01 until 2027-01-31.",
        "Where a fact is missing, it lets the contact through.",
        "Monitor only: it is told of and holds nothing back.",
    )


def test_a_rule_that_replaces_or_tries_other_channels_says_so():
    both = {"says": "S.", "to": {"channel": "sms"}, "never": "always"}
    rules = parse_rules(
        {"rules": {"a": both, "b": {**both, "instead_of": "a", "otherwise": {"try_channels": ["email", "post"]}}}}
    )
    told = reading(rules.rules[1])
    assert "What it holds back tries email or post." in told
    assert 'Stands in the place of "a" wherever both govern.' in told
