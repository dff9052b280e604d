"""docs/rules.md says what the tables say, and every paragraph of it has a table that runs."""

import ast

from spec.manual import CHAPTERS, HERE, PAGE, page, paragraphs, tables


def test_the_page_is_what_the_tables_say():
    assert PAGE.read_text("utf-8") == page(), "write it anew: PYTHONPATH=src:tests python -m spec.manual"


def test_every_file_of_tables_is_in_a_chapter():
    listed = {HERE / file for _, files in CHAPTERS for file in files}
    assert listed == set(HERE.glob("*/test_*.py"))


def test_every_paragraph_is_said_and_shown():
    for path, function in paragraphs():
        assert ast.get_docstring(function), f"{path.name}: {function.name} says nothing"
        assert list(tables(function)), f"{path.name}: {function.name} shows nothing"
