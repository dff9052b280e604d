"""`schema_version` changes when the fields of an audit do: `docs/audit-json.md` says how.

Where one of these fails: raise `SCHEMA_VERSION` in `primum.audit.results` as it says, then run
`python tests/report/audit_fields.py`, and say what changed in `docs/audit-json.md`.
"""

from dataclasses import dataclass, field, make_dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from primum.audit.results import SCHEMA_VERSION

from .audit_fields import least_after, lines_of, stored, versions

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "audit-json.md"


def test_the_fields_are_those_of_their_version() -> None:
    newest = versions()[-1]
    asked = least_after(newest, stored(newest), lines_of())
    assert asked == SCHEMA_VERSION, f"the fields differ from {newest}: SCHEMA_VERSION must be {asked}"
    assert lines_of() == stored(SCHEMA_VERSION)


def test_every_version_there_was_followed_by_the_policy() -> None:
    assert len(versions()) > 1
    for before, after in pairwise(versions()):
        assert least_after(before, stored(before), stored(after)) == after


def test_the_document_says_what_each_version_changed() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [v for v in versions() if f"- **{v}**" not in text] == []


@dataclass
class Small:
    """A record of two fields."""

    count: int
    share: float | None = field(default=None)


def changed(*fields: tuple[str, object]) -> list[str]:
    """The lines of `Small` with these fields instead of its own."""
    module = ModuleType("changed")
    module.Small = make_dataclass("Small", fields)  # type: ignore[attr-defined]
    return lines_of(module, "Small")


COUNT, SHARE = ("count", int), ("share", float | None)


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ((COUNT, SHARE), "2.3"),
        ((SHARE, COUNT), "2.3"),
        ((COUNT, SHARE, ("more", int)), "2.4"),
        ((COUNT,), "3.0"),
        ((COUNT, ("share", float)), "3.0"),
        ((COUNT, ("portion", float | None)), "3.0"),
        ((("count", int | None), SHARE, ("more", int)), "3.0"),
    ],
)
def test_what_is_added_asks_for_a_minor_version_and_any_other_change_for_a_major_one(fields, asked) -> None:  # type: ignore[no-untyped-def]
    module = ModuleType("before")
    module.Small = Small  # type: ignore[attr-defined]
    assert least_after("2.3", lines_of(module, "Small"), changed(*fields)) == asked


def test_records_within_records_are_reached() -> None:
    module = ModuleType("outer")
    module.Outer = make_dataclass("Outer", [("inner", tuple[Small, ...]), ("one", Small | None)])  # type: ignore[attr-defined]
    assert lines_of(module, "Outer") == [
        "Outer.inner: tuple[Small, ...]",
        "Outer.one: Small | None",
        "Small.count: int",
        "Small.share: float | None",
    ]
