"""The JSON is the records, field by field, there and back, and its schema says what each field means."""

import json
from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from jsonschema import Draft202012Validator

from primum.audit import results
from primum.audit.results import SCHEMA_VERSION, AuditResult
from primum.report.as_json import from_json, json_schema, to_json
from primum.words.errors import PrimumError

from . import sample

MAJOR = SCHEMA_VERSION.partition(".")[0]
SAMPLES = [sample.full, sample.hostile, sample.many, sample.empty, sample.calm]


@pytest.mark.parametrize("make", SAMPLES)
def test_an_audit_survives_the_round_trip(make: Callable[[], AuditResult]) -> None:
    assert from_json(to_json(make())) == make()


@pytest.mark.parametrize("make", SAMPLES)
def test_the_json_is_valid_by_its_schema(make: Callable[[], AuditResult]) -> None:
    Draft202012Validator.check_schema(json_schema())
    Draft202012Validator(json_schema()).validate(json.loads(to_json(make())))


def test_keys_are_sorted_and_the_text_is_stable() -> None:
    text = to_json(sample.full())
    assert text == to_json(from_json(text))
    assert list(json.loads(text)) == sorted(f.name for f in fields(AuditResult))


def test_the_schema_carries_the_docstrings_of_the_records() -> None:
    schema = json_schema()
    assert SCHEMA_VERSION in schema["title"]
    assert schema["$defs"]["Cell"]["properties"]["customer_months"]["description"].startswith("Distinct (customer,")
    assert schema["$defs"]["Period"]["description"] == " ".join((results.Period.__doc__ or "").split())
    for name, record in schema["$defs"].items():
        assert record.get("description"), f"{name} says nothing of itself"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "not JSON"),
        ("[]", "schema_version"),
        ('{"schema_version": 1}', "schema_version"),
        ('{"schema_version": "1.9"}', "schema version 1.9"),
        (f'{{"schema_version": "{SCHEMA_VERSION}"}}', "damaged: company"),
        (f'{{"schema_version": "{MAJOR}.00"}}', f"schema version {MAJOR}.00"),
    ],
)
def test_what_is_no_audit_is_refused_with_a_cure(text: str, what: str) -> None:
    with pytest.raises(PrimumError, match=what):
        from_json(text)


def test_types_are_not_converted_silently() -> None:
    wrong = json.loads(to_json(sample.full()))
    wrong["volume"]["contacts"] = "12"
    with pytest.raises(PrimumError, match=r"volume\.contacts"):
        from_json(json.dumps(wrong))


def test_a_later_minor_version_may_add_fields() -> None:
    later = json.loads(to_json(sample.full())) | {"schema_version": f"{MAJOR}.99", "something_new": 1}
    assert from_json(json.dumps(later)) == replace(sample.full(), schema_version=f"{MAJOR}.99")


def test_numbers_that_are_none_are_refused() -> None:
    result = sample.full()
    broken = replace(result, volume=replace(result.volume, cost=float("nan")))
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(broken)


def test_a_file_name_that_is_no_unicode_does_not_break_the_text() -> None:
    result = sample.empty()
    odd = replace(result, company=replace(result.company, name="caf\udce9"))
    assert from_json(to_json(odd)).company.name == "caf?"
