"""The rules an audit judges by: where they come from, compiled once, and what each of them needs to be told.

Owns the question which facts a rule rests on and which of them no source supplies: such a rule is never called clean.
Refuses to judge (`rules.judge` does) and to read a row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from primum.customers.hearing import Hearing, make_hearing
from primum.customers.state_rules import HARD_BOUNCED
from primum.customers.states import Spec, intervals_of, make_spec, told_states
from primum.history import History
from primum.rules.compile import CUSTOMER_TERMS, Compiled, Kind, Row, compile_rules
from primum.rules.model import AtLeast, Capacity, Rule, RuleSet
from primum.strategy.models import Strategy

SEVERITIES = ("never", "harm", "courtesy")
"""In the order in which they are told."""
CONTACT, STATE, RESPONSE, SEGMENT, PERSON = "attribute", "state", "response", "segment", "customer attribute"
"""Kinds of fact."""
GIVEN = frozenset({"status", "source"})
"""Attributes that every contact has."""


@dataclass(frozen=True)
class Statute:
    """The rules with where they come from.

    `packs`: (name, title, day of its review) of the packs in use; `pack_of`: rule -> pack; `by_default`: the strategy
    declares no rules, so that a pack stands in.
    """

    rules: RuleSet
    packs: tuple[tuple[str, str, str], ...] = ()
    pack_of: Mapping[str, str] = field(default_factory=dict)
    by_default: bool = False


@dataclass(frozen=True, order=True)
class Need:
    """A fact that a rule rests on; `others`: facts of the kind that let a part of the rule be checked without it."""

    kind: str
    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Supplied:
    """What the sources supply: attributes of contacts, states, kinds of response, segments, attributes of customers."""

    contacts: frozenset[str]
    states: frozenset[str]
    responses: frozenset[str]
    segments: frozenset[str]
    people: frozenset[str]

    def has(self, kind: str, name: str) -> bool:
        """Whether some source supplies a fact."""
        held = {
            CONTACT: self.contacts | GIVEN,
            STATE: self.states,
            RESPONSE: self.responses,
            SEGMENT: self.segments,
            PERSON: self.people,
        }
        return name in held[kind]

    def is_vital(self, need: Need) -> bool:
        """Whether nothing can be said without it: none of the others is supplied either."""
        return not any(self.has(need.kind, name) for name in need.others)


@dataclass(frozen=True)
class Law:
    """What every bucket of one audit shares about rules. R rules."""

    statute: Statute
    hearing: Hearing
    needs: tuple[tuple[Need, ...], ...]
    supplied: Supplied
    purchases: tuple[str, ...] = ("bought",)
    """Kinds of response that are purchases."""

    @property
    def compiled(self) -> Compiled:
        """The rules, compiled."""
        return self.hearing.compiled

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules by number."""
        return self.compiled.rules

    def missing(self, rule: int) -> tuple[Need, ...]:
        """What the rule needs and no source supplies."""
        return tuple(n for n in self.needs[rule] if not self.supplied.has(n.kind, n.name))

    def is_void(self, rule: int) -> bool:
        """Whether nothing can be said of the rule, so that what it would hold back is not told either."""
        return not self.compiled.rows_of(rule) or any(self.supplied.is_vital(n) for n in self.missing(rule))

    def rule_of_row(self) -> np.ndarray:
        """int32 per row of the compiled rules: its rule; -1 where the rule is void."""
        void = [self.is_void(r) for r in range(len(self.rules))]
        return np.array([-1 if void[row.rule] else row.rule for row in self.compiled.rows], np.int32)

    def severity_of_rule(self) -> np.ndarray:
        """int32 per rule: its place in SEVERITIES."""
        return np.array([SEVERITIES.index(r.severity) for r in self.rules], np.int32)

    def plain_needs(self) -> tuple[str, ...]:
        """Attributes of contacts that rules need, sorted."""
        return tuple(sorted({n.name for needs in self.needs for n in needs if n.kind == CONTACT} - GIVEN))

    def person_needs(self) -> tuple[str, ...]:
        """Attributes of customers that rules need, sorted."""
        return tuple(sorted({n.name for needs in self.needs for n in needs if n.kind == PERSON}))


def make_law(
    statute: Statute,
    history: History,
    strategy: Strategy,
    spec: Spec | None = None,
    states: Callable[[int], pa.Table] | None = None,
) -> Law:
    """Compile the rules, prepare their hearing over a history, and ask each what it needs.

    Args:
        spec, states: what the strategy says of customers, and their intervals by bucket, where that is known already.
    """
    compiled, spec = compile_rules(statute.rules), spec or make_spec(history, strategy)
    states = states or partial(intervals_of, history, spec=spec)
    hearing = make_hearing(history, compiled, strategy, states=states)
    needs = tuple(tuple(sorted(set(_needs(compiled, r)))) for r in range(len(compiled.rules)))
    return Law(statute, hearing, needs, supplied_by(hearing, strategy, spec), tuple(strategy.customers.purchases))


def supplied_by(hearing: Hearing, strategy: Strategy, spec: Spec) -> Supplied:
    """What a history's sources supply."""
    history = hearing.history
    words = {name: column.present() for name, column in hearing.words.items()}
    plain = set(history.manifest.columns.get("contacts", ()))
    opened = {n for s in strategy.data.sources.values() for n in s.attributes if s.kind in ("contacts", "events")}
    people = {n for s in strategy.data.sources.values() if s.kind == "customers" for n in (*s.map, *s.attributes)}
    kinds = frozenset(k for k in history.tags("responses")["kind"].to_pylist() if k)
    states = set(told_states(history, spec))
    if any(spec.states.is_dead(outcome) for outcome in words.get("outcome", ())):
        states.add(HARD_BOUNCED)
    return Supplied(
        frozenset({n for n, values in words.items() if values} | plain | opened),
        frozenset(states),
        kinds,
        frozenset(c.name for c in spec.segments.conditions),
        frozenset(people),
    )


def _needs(compiled: Compiled, number: int) -> Iterator[Need]:
    rule = compiled.rules[number]
    for term in rule.to.terms:
        if not term.negated:
            yield Need(CONTACT, term.attribute)
    for term in rule.who.terms:
        kind = {"segment": SEGMENT, "state": STATE}.get(term.attribute, PERSON)
        if term.attribute in CUSTOMER_TERMS:
            yield from _any_of(kind, () if term.negated else term.values, term.values)
        else:
            yield Need(kind, term.attribute)
    if isinstance(rule.limit, AtLeast):
        yield from (Need(CONTACT, t.attribute) for t in rule.limit.counting.filter.terms if not t.negated)
    for row in compiled.rows_of(number):
        yield from _needs_of_row(compiled, compiled.rows[row])


def _needs_of_row(compiled: Compiled, row: Row) -> Iterator[Need]:
    yield from (Need(CONTACT, name) for name in row.needs)
    if row.pool >= 0:
        pool = compiled.pools[row.pool]
        yield from (Need(CONTACT, t.attribute) for f in pool.filters for t in f.terms if not t.negated)
        if pool.distinct:
            yield Need(CONTACT, pool.distinct)
    if row.pause is not None:
        kinds = row.pause.limit.kinds
        yield from _any_of(RESPONSE, kinds, kinds)
    elif row.kind in (Kind.HELD, Kind.ONLY):
        states = [compiled.facts[f].name for f in row.facts]
        yield from _any_of(STATE, () if row.kind == Kind.ONLY else states, states)


def _any_of(kind: str, enough: Sequence[str], names: Sequence[str]) -> Iterator[Need]:
    return (Need(kind, name, tuple(n for n in enough if n != name)) for name in names)


def is_told_elsewhere(rule: Rule) -> bool:
    """Whether the rule's limit is none that a single contact breaks."""
    return isinstance(rule.limit, Capacity | AtLeast)
