"""The tutorial is followed literally in an empty folder: each command, each edit; what is shown is what is printed."""

import contextlib
import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from primum.app.cli import main

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = BLOCK.findall(TUTORIAL.read_text(encoding="utf-8"))


def run(command: str, folder: Path) -> str:
    """What a command prints, on one line of single spaces; `primum` by its own entry, in this process: it is faster."""
    words = shlex.split(command)
    if words[0] != "primum":
        return flat(subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=True).stdout)
    out, before = io.StringIO(), sys.argv
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        sys.argv = words
        try:
            main()
        except SystemExit:
            pass
        finally:
            sys.argv = before
    return flat(out.getvalue())


def flat(text: str) -> str:
    return " ".join(text.split())


def edit(text: str, diff: str) -> str:
    """The text with an edit made; its lines must stand there once, whatever is behind them in spaces."""
    lines = diff.splitlines()
    before = "".join(f"{line[1:].rstrip()}\n" for line in lines if line[:1] != "+")
    after = "".join(f"{line[1:].rstrip()}\n" for line in lines if line[:1] != "-")
    assert ("\n" + text).count("\n" + before) == 1, f"not there once:\n{before}"
    return ("\n" + text).replace("\n" + before, "\n" + after)[1:]


def missing(excerpt: str, printed: str) -> str | None:
    """The first part of an excerpt that was not printed, in order; parts are divided by `…`."""
    at = 0
    for part in (flat(p) for p in excerpt.split("…")):
        found = printed.find(part, at)
        if found < 0:
            return part
        at = found + len(part)
    return None


def fill_in(path: Path, cells: str) -> None:
    """Type cells into the register, as a person does: find the row by its name and the column by its header."""
    book = load_workbook(path)
    page = book["Communications"]
    columns = {cell.value: cell.column for cell in page[1]}
    rows = {page.cell(number, columns["Name"]).value: number for number in range(2, page.max_row + 1)}
    for line in csv.DictReader(io.StringIO(cells)):
        for header in line.keys() - {"Name"}:
            cell = page.cell(rows[line["Name"]], columns[header])
            assert not cell.protection.locked, f"{line['Name']}: {header} cannot be typed into"
            cell.value = line[header]
    book.save(path)


Shown = tuple[str, str, str]


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> list[Shown]:
    """The tutorial, followed once: of each excerpt the command before it, the excerpt, and what was printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    shown, command, printed, unregistered = [], "", "", []
    for kind, block in BLOCKS:
        if kind == "sh":
            command, printed = block.strip(), run(block.strip(), folder)
            if command == "primum audit":
                unregistered.append(
                    json.loads((folder / "reports" / "audit.json").read_text())["volume"]["unregistered"]
                )
        elif kind == "csv":
            fill_in(folder / "reports" / "register.xlsx", block)
        elif kind == "diff":
            file = folder / "primum.yaml"
            file.write_text(edit(file.read_text(encoding="utf-8"), block), encoding="utf-8")
        else:
            shown.append((command, block, printed))
    assert (folder / "reports" / "audit.html").stat().st_size > 10_000
    assert unregistered == [0, 722, 180, 0]
    return shown


def test_what_the_tutorial_shows_is_what_is_printed(followed):
    assert len(followed) == sum(kind == "text" for kind, _ in BLOCKS) > 5
    for command, excerpt, printed in followed:
        assert missing(excerpt, printed) is None, f"after `{command}`: {missing(excerpt, printed)}\n--\n{printed}"


def test_every_command_shows_what_it_prints():
    kinds = [kind for kind, _ in BLOCKS if kind not in ("diff", "csv")]
    assert set(kinds) == {"sh", "text"}
    assert kinds == ["sh", "text"] * (len(kinds) // 2)


def test_the_readme_leads_to_the_tutorial():
    assert "(docs/tutorial.md)" in (TUTORIAL.parents[1] / "README.md").read_text(encoding="utf-8")


def test_an_excerpt_that_was_not_printed_is_noticed():
    assert missing("a b\n…\nd", "a b c d") is None
    assert missing("a c", "a b c d") == "a c"
    assert missing("d\n…\na", "a b c d") == "a"
    with pytest.raises(AssertionError, match="not there once"):
        edit("x\nz\nx\n", "-x\n+y\n")
