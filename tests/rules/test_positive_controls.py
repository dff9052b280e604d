"""A reference that was broken on purpose is caught: by a vector, and by a table of the law."""

from dataclasses import replace

import pytest

from primum.app.decide import by_reference, differences
from primum.rules import reference, reference_limits
from primum.rules.reference_clock import Clock, exactly
from rules_corpus import TABLES, VECTORS_READ


def caught(cases):
    """How many cases are not decided as they should be."""
    return sum(bool(list(differences(case, by_reference([case])[0]))) for case in cases)


def a_window_off_by_one(monkeypatch):
    inside = reference_limits.inside
    monkeypatch.setattr(
        reference_limits, "inside", lambda place, start, end, surely: inside(place, start, end + 1, surely)
    )


def a_distance_off_by_one(monkeypatch):
    axis_of = reference_limits._axis_of
    monkeypatch.setattr(
        reference_limits, "_axis_of", lambda duration: replace(axis_of(duration), width=axis_of(duration).width + 1)
    )


def only_what_lies_before(monkeypatch):
    contacts_for = reference.World.contacts_for
    monkeypatch.setattr(
        reference.World,
        "contacts_for",
        lambda self, candidate: tuple(c for c in contacts_for(self, candidate) if c.at <= candidate.at),
    )


def utc_for_local(monkeypatch):
    monkeypatch.setattr(Clock, "local", lambda self, at: at)


def no_rule_replaces(monkeypatch):
    monkeypatch.setattr(reference.Hearing, "replacers", lambda self, rule: [])


def a_replaced_rule_does_not_replace(monkeypatch):
    replacers = reference.Hearing.replacers
    monkeypatch.setattr(
        reference.Hearing, "replacers", lambda self, rule: [r for r in replacers(self, rule) if not replacers(self, r)]
    )


def a_peek_into_the_future(monkeypatch):
    monkeypatch.setattr(reference.Hearing, "_is_known", lambda self, at, precision: True)


def a_day_is_midnight(monkeypatch):
    monkeypatch.setattr(Clock, "when", lambda self, at, precision: exactly(at))


def states_hold_at_their_end(monkeypatch):
    holds = reference_limits.state_may_hold
    monkeypatch.setattr(
        reference_limits, "state_may_hold", lambda state, at, home: holds(state, at, home) or state.until == at
    )


def a_shadow_rule_replaces(monkeypatch):
    monkeypatch.setattr(
        reference.Hearing, "replacers", lambda self, rule: [r for r in self.governing if r.instead_of == rule.name]
    )


def the_candidate_takes_no_place(monkeypatch):
    monkeypatch.setattr(
        reference_limits,
        "_kind",
        lambda id, attributes, distinct: ("any", frozenset()) if not id else (id, frozenset()),
    )
    counted = reference_limits.counted
    monkeypatch.setattr(reference_limits, "counted", lambda *given: counted(*given)[1:])


MUTANTS = (
    a_window_off_by_one,
    a_distance_off_by_one,
    only_what_lies_before,
    utc_for_local,
    no_rule_replaces,
    a_replaced_rule_does_not_replace,
    a_peek_into_the_future,
    a_day_is_midnight,
    states_hold_at_their_end,
    a_shadow_rule_replaces,
    the_candidate_takes_no_place,
)


def test_the_reference_as_it_is_passes():
    assert caught(TABLES) == caught(VECTORS_READ) == 0


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_noticed(mutant, monkeypatch):
    mutant(monkeypatch)
    assert caught(TABLES) > 0


@pytest.mark.parametrize("mutant", MUTANTS[:5], ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_noticed_by_the_vectors_alone(mutant, monkeypatch):
    mutant(monkeypatch)
    assert caught(VECTORS_READ) > 0
