"""What packs promise: each rule is the one its vectors hold, it bites, and every gap is told."""

from dataclasses import replace
from datetime import date

import pytest

from engines import ENGINES_NOW
from packs.tables import TABLES
from primum.app.decide import ENGINES, differences
from primum.rules.cases import read_case
from primum.rules.model import Hours
from primum.rules.parse import parse_rules, read_rules
from primum.strategy.case_text import read_case_text
from primum.strategy.packs import HEADER, known_packs, read_pack
from rules_corpus import VECTORS
from spec.table import case_data

PACKS = [read_pack(name) for name in known_packs()]
RULES = {rule.name: rule for pack in PACKS for rule in pack.rules.values()}
VECTOR_DATA = {
    case["id"]: case for path in sorted(VECTORS.glob("*.yaml")) for case in read_case_text(path.read_text(), "v").data
}
OF_REGULATIONS = set("AU CASL CMB DE EML FR IE IN REGF UK TCPA FL OK TX MD MA NYC".split())
NO_PACKS_RULES = {"pol.1day"}
"""Rules beside a regulation's in a vector: a company's own policy."""


def read(data):
    case, faults = read_case(data)
    assert faults == []
    return case


def scoped(name):
    return {name: RULES[name].data()}


def table(name, rules=None):
    """A table's case, decided by the pack's rule of its name alone (or by these rules)."""
    data = case_data(TABLES[name])
    calendars = {"holidays": []} | data["strategy"].get("calendars", {})
    return data | {"strategy": {"calendars": calendars, "rules": scoped(name) if rules is None else rules}}


def vector(entry, rules=None):
    """A vector with a pack's rule in the place of its own; `BRZ-01/r1` says what the rule is called there."""
    id, _, alias = entry.partition("/")
    case = VECTOR_DATA[id]
    return case | {"strategy": case["strategy"] | {"rules": case["strategy"]["rules"] | (rules or {})}}, alias


def held_cases(rule):
    """Every case that holds a rule, with the rule and without it."""
    for entry in rule.held_by:
        if entry in TABLES:
            yield table(rule.name), table(rule.name, {})
        else:
            case, alias = vector(entry)
            others = {k: v for k, v in case["strategy"]["rules"].items() if k != (alias or rule.name)}
            with_it = {**others, alias or rule.name: rule.data()}
            yield tuple(case | {"strategy": case["strategy"] | {"rules": rules}} for rules in (with_it, others))


def plain(rule):
    """A rule without what a pack says in other words, or adds."""
    return replace(rule, name="", says="", severity="harm", source=None)


def decided(cases, engine="reference"):
    return ENGINES[engine](cases)


# Packs are data


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_says_what_it_is_and_that_it_is_no_legal_advice(pack):
    from importlib.resources import files

    data = read_case_text(files("primum.packs").joinpath(f"{pack.name}.yaml").read_text("utf-8"), pack.name).data
    assert set(data) <= {"pack", "rules", "left_out", "calendars"}
    assert set(data["pack"]) <= set(HEADER)
    assert data["pack"]["name"] == pack.name
    assert data["pack"]["not_legal_advice"] is True
    assert "not legal advice" in pack.disclaimer
    assert date.fromisoformat(pack.reviewed) < date.fromisoformat(pack.review_by)
    assert date.fromisoformat(pack.effective["from"])
    assert pack.left_out, "no pack is complete: say what it leaves out"
    for rule in pack.rules.values():
        assert {"says", "severity", "source"} <= set(rule.keys), rule.name
        assert rule.keys["says"].endswith(".")
        assert len(rule.keys["says"]) <= 130, "a sentence for people who are held back"
        assert rule.held_by, rule.name


def test_no_two_packs_hold_a_rule_of_one_name():
    assert len(RULES) == sum(len(pack.rules) for pack in PACKS)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_is_reviewed_before_its_closed_dates_run_out(pack):
    rules = parse_rules({"use": pack.name}).rules
    last = [max(rule.limit.closed) for rule in rules if isinstance(rule.limit, Hours) and rule.limit.closed]
    assert all((date.fromisoformat(pack.review_by) - date(1970, 1, 1)).days <= day for day in last)


def test_all_packs_can_be_used_together():
    rules, faults = read_rules({"use": list(known_packs())})
    assert faults == []
    assert {rule.name for rule in rules.rules} == set(RULES)


# Packs are the vectors' rules


def test_every_rule_of_a_regulation_in_the_vectors_is_a_packs_rule_or_told_as_left_out():
    left_out = {name for pack in PACKS for name in pack.left_out}
    for case in VECTOR_DATA.values():
        if case["id"].split("-")[0] in OF_REGULATIONS:
            assert set(case["strategy"]["rules"]) <= set(RULES) | left_out | NO_PACKS_RULES, case["id"]


def test_without_its_scope_a_packs_rule_is_the_vectors_rule():
    compared = set()
    for case in VECTOR_DATA.values():
        for name, keys in case["strategy"]["rules"].items():
            if name in RULES:
                pair = {"theirs": keys, "ours": dict(RULES[name].keys)}
                theirs, ours = sorted(parse_rules({"rules": pair}).rules, key=lambda r: r.name, reverse=True)
                assert plain(ours) == plain(theirs), (case["id"], name)
                compared.add(name)
    for rule in RULES.values():
        for entry in rule.held_by:
            case, alias = vector(entry) if "/" in entry else ({}, "")
            if alias:
                pair = {"theirs": case["strategy"]["rules"][alias], "ours": dict(rule.keys)}
                theirs, ours = sorted(parse_rules({"rules": pair}).rules, key=lambda r: r.name, reverse=True)
                assert plain(ours) == plain(theirs), entry
                compared.add(rule.name)
    own = {name for name in RULES if name not in compared}
    assert own == {n for n in RULES if n.startswith("decency.")} | {
        "ok.cap24",
        "wa.hours",
        "klaviyo.sms",
        "klaviyo.push",
    }


@pytest.mark.parametrize("engine", ENGINES_NOW)
def test_the_vectors_hold_for_the_packs_rules_within_their_scope(engine):
    cases = []
    for case in VECTOR_DATA.values():
        own = case["strategy"]["rules"]
        from_packs = {name: RULES[name].data() for name in own if name in RULES}
        if from_packs:
            cases.append(read(case | {"strategy": case["strategy"] | {"rules": own | from_packs}}))
    assert len(cases) > 90
    for case, decisions in zip(cases, decided(cases, engine), strict=True):
        assert list(differences(case, decisions)) == []


# Every rule is held


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_is_held_by_cases_one_of_which_it_decides(rule):
    bites = False
    for with_it, without in held_cases(rule):
        left, right = decided([read(with_it), read({**without, "expect": None})])
        assert list(differences(read(with_it), left)) == []
        bites |= [(d.decision, d.reasons, d.shadow) for d in left] != [(d.decision, d.reasons, d.shadow) for d in right]
    assert bites, f"{rule.name}: no case of {rule.held_by} is decided by it"


@pytest.mark.parametrize("engine", ENGINES_NOW)
def test_every_table_is_decided_as_drawn(engine):
    cases = [read(table(name)) for name in TABLES]
    for case, decisions in zip(cases, decided(cases, engine), strict=True):
        assert list(differences(case, decisions)) == []


def test_every_table_holds_the_rule_of_its_name():
    assert all(name in RULES[name].held_by for name in TABLES)
