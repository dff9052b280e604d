"""The law as a page: docs/rules.md, written from the tables that hold it.

python -m spec.manual        (with tests/ on the path) writes the page; a test holds it equal
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "rules.md"
CHAPTERS = (
    ("Facts", ("facts/test_events.py",)),
    ("Who", ("who/test_to_and_for.py", "who/test_states.py", "who/test_household.py")),
    ("When", ("when/test_hours.py", "when/test_dates.py")),
    ("How", ("how/test_apart.py", "how/test_exempt.py")),
    (
        "How often",
        (
            "how_often/test_at_most.py",
            "how_often/test_windows.py",
            "how_often/test_pause.py",
            "how_often/test_at_least.py",
        ),
    ),
    ("Precedence", ("precedence/test_instead_of.py", "precedence/test_priorities.py")),
    ("Deciding", ("deciding/test_deciding.py", "deciding/test_unsure.py")),
    ("Four uses", ("four_uses/test_uses.py",)),
    ("Precision", ("precision/test_days.py",)),
)
INTRODUCTION = (HERE / "introduction.md").read_text("utf-8")


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION.strip()]
    for chapter, files in CHAPTERS:
        parts.append(f"## {chapter}")
        for file in files:
            parts += section(HERE / file)
    return "\n\n".join(parts) + "\n"


def section(path: Path) -> Iterator[str]:
    """One file: its heading and introduction, then every paragraph with its tables."""
    module = ast.parse(path.read_text("utf-8"))
    heading, _, text = (ast.get_docstring(module) or "").partition("\n")
    yield f"### {heading}"
    yield text.strip()
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield (ast.get_docstring(node) or "").strip()
            yield from (f"```text\n{dedent(table).strip()}\n```" for table in tables(node))


def tables(function: ast.FunctionDef) -> Iterator[str]:
    """The tables that a paragraph holds."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "law":
            (argument,) = node.args
            assert isinstance(argument, ast.Constant)
            yield argument.value


def paragraphs() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every test of the chapters."""
    for path in sorted(HERE.glob("*/test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield path, node


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
