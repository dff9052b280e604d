"""Editors get a schema that takes what Primum takes, short forms included."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from primum.strategy.check import checked_text
from primum.strategy.positions import parse
from primum.strategy.schema import json_schema
from primum.words.errors import StrategyError

GOOD = """\
strategy: {name: Aurora, currency: EUR}
zone: Europe/Berlin
departments: {crm: , sales: {title: Sales}}
channels:
  email:
  sms: {unit_cost: 0.07}
communications:
  news: {owner: crm, purpose: marketing, channels: email, known_as: [nl, NL], initiated: company}
customers: {country: NO}
data:
  shared_by_at_most: 3
  placeholders: '-'
  rejects_at_most: 5%
  sources:
    esp:
      kind: contacts
      files: 'sends/*.csv'
      delimiter: ';'
      department: crm
      rejects_at_most: 0.1
      dates: '%d.%m.%Y'
      key: {email: EMAIL}
      map:
        at: SENT
        channel: {value: email}
        purpose: {column: P, values: {A: sales}, missing: '?'}
      attributes: {template: {column: T, local: true}}
    calls:
      kind: responses
      tables: {t: {files: [a.csv, b.csv]}, u: {files: c.xlsx, sheet: S}}
      query: SELECT 1
      key: {phone: P}
      map: {at: A, kind: {value: answered}}
"""

validator = Draft202012Validator(json_schema())


def is_valid(text):
    return validator.is_valid(parse(text, "p.yaml").data)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json_schema()["title"] == "Primum strategy"


def test_a_good_strategy_is_valid_with_its_short_forms():
    checked_text(GOOD)
    assert [e.message for e in validator.iter_errors(parse(GOOD, "p.yaml").data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zone: Europe/Berlin", "zome: Europe/Berlin"),
        ("name: Aurora", "name: 5"),
        ("name: Aurora, ", ""),
        ("purpose: marketing", "purpose: markting"),
        ("initiated: company", "initiated: us"),
        ("country: NO", "country: Norway"),
        ("rejects_at_most: 5%", "rejects_at_most: 500%"),
        ("rejects_at_most: 5%", "rejects_at_most: few"),
        ("rejects_at_most: 0.1", "rejects_at_most: 10"),
        ("kind: contacts", "kind: contact"),
        ("kind: contacts\n", "files2: x\n"),
        ("      files: 'sends/*.csv'\n", ""),
        ("      query: SELECT 1\n", ""),
        ("delimiter: ';'", "delimiter: ';;'"),
        ("at: SENT", "at: {column: SENT, value: x}"),
        ("at: SENT", "at: {local: true}"),
        ("at: SENT", "at: 5"),
        ("        at: SENT\n", ""),
        ("at: SENT", "at: SENT\n        state: S"),
        ("local: true", "local: yes"),
        ("      key: {email: EMAIL}\n", ""),
        ("unit_cost: 0.07", "unit_cost: -1"),
        ("unit_cost: 0.07", "unit_cost: '0.07'"),
    ],
)
def test_what_the_schema_refuses_primum_refuses_too(old, new):
    assert old in GOOD
    bad = GOOD.replace(old, new, 1)
    assert not is_valid(bad)
    with pytest.raises(StrategyError):
        checked_text(bad)


def test_every_key_is_explained():
    schema = json_schema()
    for name, part in {"the file": schema, **schema["$defs"]}.items():
        assert part["description"], name
        for key, spec in part.get("properties", {}).items():
            assert "description" in spec or "$ref" in spec, f"{key} of {name}"


def test_attributes_are_offered_in_a_map():
    attributes = json_schema()["$defs"]["Source"]["properties"]["map"]["properties"]
    assert {"at", "channel", "purpose", "state", "since"} <= set(attributes)


FACETS = (Path(__file__).parents[1] / "review" / "sound.yaml").read_text(encoding="utf-8")


def test_the_ten_facets_are_valid():
    assert [e.message for e in validator.iter_errors(parse(FACETS, "p.yaml").data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aim: frequency", "aim: fame"),
        ("by: 2027-06-30", "by: next summer"),
        ("target: 0.25", "target: much"),
        ("direction: inbound", "direction: sideways"),
        ("kind: welcome", "kind: hello"),
        ("expected: 300 per day", "expected: 300 a day"),
        ("wait: 1 day", "wait: a day"),
        ("hello: {communication: welcome, ", "hello: {"),
        ("control: 10%", "control: 110%"),
        ("sample: 40000", "sample: 0"),
        ("counted: open_hours", "counted: sometimes"),
        ("says: We call back within the next four open hours.", "note: x"),
        ("verdict: unsure", "verdict: maybe"),
        ("facets: [flows]", "facets: [flow]"),
        ("capacity: 40 per day", "capacity: 40 per year"),
    ],
)
def test_what_the_schema_refuses_of_the_facets_primum_refuses_too(old, new):
    assert FACETS.count(old) == 1
    bad = FACETS.replace(old, new)
    assert not is_valid(bad)
    with pytest.raises(StrategyError) as raised:
        checked_text(bad)
    assert not any("nput should" in str(c) or "something else" in str(c) for c in raised.value.complaints)
