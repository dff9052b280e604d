"""The CSV files: every table, numbers as numbers, and nothing a spreadsheet would run."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from primum.audit.results import AuditResult
from primum.report.tables import neutral, write_csv

from . import sample

EXPECTED = {
    "blind_spots", "busiest_weeks", "clashes", "communications", "control", "departments", "duplicate_communications",
    "duplicates", "flags", "live_offers", "meetings", "months", "near_duplicates", "opt_outs", "people",
    "pressure", "recognition", "rejects", "response_curve", "rule_departments", "rules",
    "shared_identifiers", "source_weeks", "sources", "timelines",
    "warnings", "who_says_what",
}  # fmt: skip


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("make", [sample.full, sample.hostile, sample.empty, sample.many])
def test_every_table_is_written_and_no_cell_runs(make: Callable[[], AuditResult], tmp_path: Path) -> None:
    written = write_csv(make(), tmp_path / "tables")
    assert {path.stem for path in written} == EXPECTED
    assert sorted(written) == sorted((tmp_path / "tables").iterdir()), "a temporary file was left"
    for path in written:
        for row in _read(path):
            assert None not in row, f"{path.name} has a row longer than its header"
            for cell in row.values():
                number = re.fullmatch(r"-[0-9.]+", cell)
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"{path.name}: {cell}"
                assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in cell)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=cmd()", "'=cmd()"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(1)", "'@SUM(1)"), ("\t=1", "'=1"), ("\r=1", "'=1"),
        (" =1", "'=1"), ("＝1", "'＝1"), ("\x1b[0m=1", "'=1"), ("fine; =1", "fine; '=1"), ("a-b", "a-b"),
        (-5, "-5"), (0.25, "0.25"), (None, ""), (True, "true"), (("a", "=b"), "a; '=b"), ((), ""),
    ],
)  # fmt: skip
def test_formulas_become_texts_and_numbers_stay_numbers(value: object, text: str) -> None:
    assert neutral(value) == text


def test_figures_across_departments_say_that_they_are_lower_bounds(tmp_path: Path) -> None:
    write_csv(sample.full(), tmp_path)
    pairs = {(row["first"], row["again"]): row for row in _read(tmp_path / "duplicates.csv")}
    assert pairs["marketing", "sales"]["at_least"] == "true"
    assert pairs["marketing", "marketing"]["at_least"] == "false"
    pressure = {row["department"]: row for row in _read(tmp_path / "pressure.csv")}
    assert pressure["all departments"]["at_least"] == "true"
    assert pressure["sales"]["week_max"] == "14"
    assert pressure["sales"]["share_above_1"] == "0.58"


def test_what_is_not_recorded_says_so(tmp_path: Path) -> None:
    write_csv(sample.full(), tmp_path)
    last = _read(tmp_path / "who_says_what.csv")[-1]
    assert (last["department"], last["channel"], last["purpose"], last["cost"]) == ("not recorded",) * 3 + ("",)
    owners = {row["communication"]: row["owner"] for row in _read(tmp_path / "communications.csv")}
    assert owners["COM-004"] == ""
