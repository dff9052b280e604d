"""`use` joins packs with a strategy's own rules: the own rule wins, visibly, and what is doubtful is told at `use`."""

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from primum.app.cli.main import app
from primum.app.rules import check_text
from primum.rules.cases import read_case
from primum.rules.model import AtMost
from primum.rules.parse import parse_rules, read_rules
from primum.rules.reference import decide
from primum.strategy import packs
from primum.strategy.load import loads
from primum.strategy.packs import known_packs, read_pack
from primum.strategy.positions import parse
from primum.strategy.schema import json_schema
from primum.words.errors import StrategyError

HEAD = "strategy: {name: x}\n"
REVIEWED = date(2026, 11, 1)


def told(text, as_of=REVIEWED):
    return [str(w) for w in check_text(HEAD + text, "p.yaml", as_of).warnings]


def refused(text):
    with pytest.raises(StrategyError) as error:
        check_text(HEAD + text, "p.yaml")
    return [str(c) for c in error.value.complaints]


def test_a_packs_rules_are_rules_of_the_strategy():
    rules = parse_rules({"use": ["klaviyo-like"], "rules": {"mine": {"says": "x", "apart": "2 days"}}})
    assert [rule.name for rule in rules.rules] == ["klaviyo.email", "klaviyo.push", "klaviyo.sms", "mine"]


def test_a_rule_of_the_strategy_stands_in_the_place_of_the_packs():
    own = {"decency.survey": {"says": "Two.", "at_most": 2, "within": "30 days"}}
    data = {"use": "common-decency", "rules": own}
    (survey,) = (rule for rule in parse_rules(data).rules if rule.name == "decency.survey")
    assert isinstance(survey.limit, AtMost)
    assert survey.limit.n == 2
    checked = check_text(json.dumps({"strategy": {"name": "x"}, **data}))
    (pack,) = checked.packs
    assert pack.replaced == ("decency.survey",)
    assert set(pack.rules) == set(read_pack("common-decency").rules) - {"decency.survey"}


def test_a_rule_may_stand_instead_of_a_packs_rule():
    own = {"vip": {"says": "x", "for": {"segment": "vip"}, "at_most": 9, "within": "a day"}}
    named = own["vip"] | {"instead_of": "decency.selling.day"}
    assert read_rules({"use": ["common-decency"], "rules": {"vip": named}})[1] == []
    faults = read_rules({"rules": {"vip": named}})[1]
    assert [fault.path for fault in faults] == [("rules", "vip", "instead_of")]


def test_calendars_of_the_strategy_stand_in_the_place_of_the_packs():
    holidays = parse_rules({"use": "common-decency", "calendars": {"holidays": ["1970-01-02"]}})
    assert holidays.calendars["holidays"] == frozenset({1})
    assert parse_rules({"use": "common-decency"}).calendars["holidays"] == frozenset()


def test_for_stands_in_the_place_of_the_packs_country_and_leaves_the_rules_own_scope():
    def whom(use):
        rules = parse_rules({"use": use}).rules
        return {term.attribute: term.values for rule in rules if rule.name == "fl.hours" for term in rule.who.terms}

    assert whom("us-states") == {"country": ("US",), "region": ("FL",)}
    assert whom([{"pack": "us-states", "for": {}}]) == {"region": ("FL",)}
    assert whom([{"pack": "us-states", "for": {"brand": "north"}}]) == {"brand": ("north",), "region": ("FL",)}


def test_what_cannot_be_used_is_told_with_the_known_names():
    (unknown,) = refused("use: [common-decensy]\n")
    assert unknown.startswith('p.yaml:2:7 - there is no pack "common-decensy".')
    assert "uk-pecr" in unknown
    assert unknown.endswith("Did you mean 'common-decency'?")
    assert 'p.yaml:2:16 - `use` names the pack "uk-pecr" twice.' in refused("use: [uk-pecr, uk-pecr]\n")[0]
    assert "an item of `use` is `3`" in refused("use: [3]\n")[0]
    assert "must say `pack`" in refused("use: [{pakc: uk-pecr}]\n")[0]
    assert "`for`" in refused("use: [{pack: uk-pecr, for: GB}]\n")[0]
    assert len(refused("use: [a, b]\nrules: {r: {says: x, at_most: 0, within: a day}}\n")) == 3


def test_a_case_may_use_a_pack():
    at = {"channel": "sms", "purpose": "marketing", "at": "2026-06-01T21:00"}
    case, faults = read_case(
        {
            "strategy": {"use": ["common-decency"]},
            "customer": {"id": "c1", "zones": ["Europe/London"]},
            "history": [{"id": "h", **at, "at": "2026-06-01T10:00", "content": "x"}],
            "candidates": [{"id": "a", **at, "content": "x"}, {"id": "b", **at, "purpose": "security"}],
        }
    )
    assert faults == []
    asked, code = decide(case.rules, case.customer, case.history, case.planned, case.candidates, case.use, case.members)
    assert asked.reasons == ("decency.marketing-hours", "decency.same-content", "decency.selling.day")
    assert code.decision == "allow"


# The version


def test_the_version_rests_on_the_content_of_the_packs(monkeypatch):
    one, other = HEAD + "use: [uk-pecr]\n", HEAD + "use: [ca-casl]\n"
    before = loads(one).version
    assert before != loads(other).version
    assert before == loads(f"{one}# a remark\n").version
    changed = packs.Pack(**{**{f: getattr(read_pack("uk-pecr"), f) for f in packs.Pack.__slots__}, "digest": "other"})
    monkeypatch.setattr("primum.strategy.version.read_pack", lambda name: changed)
    assert loads(one).version != before


# What `primum check` tells


def test_a_pack_past_its_review_is_told_from_that_day_on():
    pack = read_pack("us-reg-f")
    day = date.fromisoformat(pack.review_by)
    assert not [w for w in told("use: us-reg-f\n", day) if "reviewed by" in w]
    (late,) = [w for w in told("use: us-reg-f\n", day.replace(day=day.day + 1)) if "reviewed by" in w]
    assert late.startswith(f'p.yaml:2:6 - pack "us-reg-f" was to be reviewed by {day}, and that day is past.')
    assert not [w for w in told("use: us-reg-f\n", None) if "reviewed by" in w]


def test_what_a_pack_asks_for_and_nobody_gives_is_told_once_at_its_name():
    warnings = told("use:\n  - fr-canvassing\n")
    assert len(warnings) == 3
    assert all(w.startswith("p.yaml:3:5 - pack") for w in warnings)
    assert any("governs customers by their country" in w and "for: {}" in w for w in warnings)
    assert any("asks for states that nobody declares: call_consent." in w for w in warnings)
    assert any("asks for segments that nobody declares: time_consent." in w for w in warnings)


def test_what_sources_give_is_not_doubted():
    sources = (
        "departments: {crm: }\ndata:\n  sources:\n"
        "    c: {kind: customers, files: a, key: {email: E}, map: {country: C}}\n"
        "    s: {kind: states, files: b, key: {email: E}, map: {state: {column: S}}}\n"
    )
    assert not [w for w in told(f"use: [ca-casl]\n{sources}") if "ca-casl" in w]


def test_a_calendar_without_dates_is_told():
    assert any('the calendar "holidays", which has none' in w for w in told("use: common-decency\n"))
    assert not any("holidays" in w for w in told("use: common-decency\ncalendars: {holidays: ['2026-12-25']}\n"))


def test_check_shows_the_packs_and_what_stands_in_their_place(tmp_path):
    rule = "rules: {klaviyo.sms: {says: Two days., to: {channel: sms}, apart: 48 hours}}\n"
    (tmp_path / "primum.yaml").write_text(f"strategy: {{name: x, customer_champion: Ann}}\nuse: [klaviyo-like]\n{rule}")
    done = CliRunner().invoke(app, ["check", "--workspace", str(tmp_path), "--as-of", "2030-01-01"])
    assert done.exit_code == 0, done.output
    assert "pack klaviyo-like: 2 rules; your own: klaviyo.sms. Reviewed" in done.output
    assert "not legal advice" in done.output
    assert "that day is past" in done.output
    done = CliRunner().invoke(app, ["check", "--workspace", str(tmp_path), "--as-of", "2026-11-01", "--json"])
    said = json.loads(done.output)
    assert said["packs"][0]["replaced"] == ["klaviyo.sms"]
    assert not any("that day is past" in w["what"] for w in said["warnings"])


def test_editors_know_the_packs():
    def valid(text):
        return Draft202012Validator(json_schema()).is_valid(parse(HEAD + text, "p.yaml").data)

    assert all(valid(f"use: [{name}]\n") for name in known_packs())
    assert valid("use: [{pack: uk-pecr, for: {country: GB}}]\n")
    assert not valid("use: [unknown]\n")
