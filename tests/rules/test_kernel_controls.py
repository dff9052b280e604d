"""A compiled engine that was broken on purpose is caught by the vectors and the tables of the law."""

from dataclasses import replace

import pytest

from primum.app.decide import by_kernel, differences
from primum.rules import facts, judge, records
from primum.rules.layout import CONTEXT, PROMISED
from rules_corpus import TABLES, VECTORS_READ


def caught(cases):
    """How many cases are not decided as they should be."""
    return sum(bool(list(differences(case, by_kernel([case])[0]))) for case in cases)


def changing_rows(monkeypatch, change):
    compile_rules = judge.compile_rules

    def changed(rules):
        compiled = compile_rules(rules)
        compiled.rows = [change(row) for row in compiled.rows]
        return compiled

    monkeypatch.setattr(judge, "compile_rules", changed)


def a_window_off_by_one(monkeypatch):
    changing_rows(monkeypatch, lambda row: replace(row, width=row.width + 1))


def one_contact_too_many(monkeypatch):
    changing_rows(monkeypatch, lambda row: replace(row, n=row.n + 1) if row.n else row)


def only_what_lies_before(monkeypatch):
    role = records._role
    monkeypatch.setattr(records, "_role", lambda status, use: min(role(status, use), CONTEXT))


def a_peek_into_the_future(monkeypatch):
    monkeypatch.setattr(records, "_role", lambda status, use: PROMISED)


def utc_for_local(monkeypatch):
    tables = facts.zone_tables
    monkeypatch.setattr(facts, "zone_tables", lambda names, *span: tables(["UTC"] * len(names), *span))


def no_rule_replaces(monkeypatch):
    compile_rules = judge.compile_rules
    monkeypatch.setattr(judge, "compile_rules", lambda rules: replace(compile_rules(rules), replaces=[]))


def a_day_is_midnight(monkeypatch):
    make_facts = records.make_facts

    def told(bound, columns, *rest, **more):
        columns.whole[:] = False
        return make_facts(bound, columns, *rest, **more)

    monkeypatch.setattr(records, "make_facts", told)


MUTANTS = [
    a_window_off_by_one,
    one_contact_too_many,
    only_what_lies_before,
    a_peek_into_the_future,
    utc_for_local,
    no_rule_replaces,
    a_day_is_midnight,
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_kernel_is_caught(mutant, monkeypatch):
    mutant(monkeypatch)
    assert caught([*VECTORS_READ, *TABLES]) > 0


def test_the_kernel_as_it_is_is_not():
    assert caught([*VECTORS_READ, *TABLES]) == 0
