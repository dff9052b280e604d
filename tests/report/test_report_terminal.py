"""The terminal summary fits 80 columns and prints nothing that a terminal would obey."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from primum.audit.results import AuditResult
from primum.report.terminal import print_summary

from . import sample


def _printed(result: AuditResult, path: Path | None = None, width: int = 80) -> str:
    out = io.StringIO()
    print_summary(result, Console(file=out, width=width, force_terminal=False, color_system=None), path)
    return out.getvalue()


@pytest.mark.parametrize("make", [sample.full, sample.hostile, sample.empty, sample.many, sample.calm])
@pytest.mark.parametrize("width", [80, 40])
def test_no_line_is_wider_than_the_terminal(make: Callable[[], AuditResult], width: int) -> None:
    lines = _printed(make(), Path("report.html"), width).splitlines()
    assert max(cell_len(line) for line in lines) <= width


def test_hostile_text_is_printed_as_text() -> None:
    printed = _printed(sample.hostile(), Path("\x1b[31m/tmp/[bold]r.html"))
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in printed)
    assert "[bold]x[/bold]" in printed
    assert "\u202e" not in printed
    assert "/tmp/[bold]r.html" in printed


def test_the_summary_says_what_matters() -> None:
    printed = " ".join(_printed(sample.full(), Path("/reports/audit.html")).split())
    for text in (
        "Contact audit: Nordlicht Energie", "1 Jan 2025 to 31 Dec 2025", "2,383,902", "at least 3,129",
        "What we could not see", "92,502 customers", "One real example", "/reports/audit.html",
    ):  # fmt: skip
        assert text in printed
    assert "violation" not in printed


def test_without_a_report_no_path_is_named() -> None:
    assert "The report:" not in _printed(sample.full())


def test_what_could_not_be_checked_is_not_called_zero() -> None:
    printed = " ".join(_printed(sample.empty()).split())
    assert printed.count("not checkable") == 4
    assert "The sources hold nothing that could be audited." in printed


def test_a_long_path_is_not_broken() -> None:
    path = Path("/somewhere") / ("long-" * 30) / "audit.html"
    assert str(path) in _printed(sample.empty(), path)


def test_terminal_json_and_tables_need_no_extra() -> None:
    code = """import sys, primum.report.terminal, primum.report.as_json, primum.report.tables, primum.report.html
assert not {"altair", "vl_convert", "jinja2"} & set(sys.modules)"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
