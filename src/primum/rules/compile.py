"""From a rule set to a machine: every rule becomes rows, each a bit of a mask.

Owns the translation that needs no facts: rows, pools (sets of contacts that are counted together), axes, conditions
(what must or must not be true of a customer), hours and calendars. Refuses to look at a contact: `rules.facts` binds a
compiled rule set to the combinations of attributes that a batch holds.

A row is one set of numbers of a rule: the rule's own, and one per `except`; a clash has one row per direction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, TypeVar

from primum.rules.layout import DISTANCE, PAUSE, WINDOW
from primum.rules.model import (
    COUNTED,
    Apart,
    AtLeast,
    AtMost,
    Capacity,
    Clash,
    Counting,
    Held,
    HoldOut,
    Hours,
    Limit,
    Never,
    PauseAfterContact,
    PauseAfterResponse,
    Rule,
    RuleSet,
)
from primum.words.durations import Duration
from primum.words.filters import EVERYTHING, Filter, Term
from primum.words.windows import Window

_Any = TypeVar("_Any")
MINUTES_OF_WEEK = 7 * 1440
CUSTOMER_TERMS = ("segment", "state")
"""What `for` may name besides attributes of the customer."""


class Kind(IntEnum):
    """How a row forbids stretches of time."""

    NEVER = 0
    HOURS = 1
    HELD = 2
    ONLY = 3
    COUNT = 4
    DISTINCT = 5
    HOLD_OUT = 6


@dataclass(frozen=True)
class Axis:
    """An integer axis; number 0 of every compiled rule set is elapsed time in microseconds."""

    axis: str
    zone: str | None = None
    week_starts: int = 0


@dataclass(frozen=True)
class Pool:
    """Contacts that are counted together: those that match all filters, by status, each group of `per` by itself."""

    filters: tuple[Filter, ...]
    statuses: tuple[str, ...]
    per: tuple[str, ...]
    needs: tuple[str, ...]
    distinct: str | None
    household: bool

    @property
    def counts_planned(self) -> bool:
        """Whether planned contacts of higher priority are counted."""
        return self.statuses != COUNTED["delivered"]


@dataclass(frozen=True)
class KeySet:
    """Attributes by which a pool tells contacts apart; `all_present`: contacts without one of them are left out."""

    attributes: tuple[str, ...]
    all_present: bool


@dataclass(frozen=True)
class Fact:
    """Something that holds of a customer from an instant until another: a state, a segment, a pause after responses."""

    kind: str
    """state, segment or pause."""
    name: str
    """The state's or segment's name; of a pause the row's number."""


@dataclass(frozen=True)
class Pause:
    """How responses make a pause (see `model.PauseAfterResponse`)."""

    limit: PauseAfterResponse
    axis: int


@dataclass(frozen=True)
class Row:
    """One set of numbers of a rule; its position among the rows is its bit."""

    rule: int
    variant: int
    """0 is the rule's own limit, i the i-th `except`."""
    kind: Kind
    governs: tuple[Filter, ...]
    needs: tuple[str, ...] = ()
    pool: int = -1
    n: int = 0
    width: int = 0
    axis: int = 0
    only_after: bool = False
    form: int = WINDOW
    hours: int = -1
    facts: tuple[int, ...] = ()
    condition: int = -1
    """Of a row without scope: the condition that it looks at."""
    scope: tuple[str, ...] = ()
    wildcard: bool = True
    """Whether a state that names no value for a scope covers all of them (`never_if`) or none (`only_if`)."""
    pause: Pause | None = None
    household: bool = False
    """Of a pause: responses of the whole household count."""
    unknown_calendar: bool = False
    below: int = 0
    salt: str = ""

    def scopes(self) -> tuple["Scope", ...]:
        """By what the row's facts are matched with contacts: states share a value, responses agree."""
        return tuple(Scope(a, self.pause is not None) for a in self.scope)


@dataclass(frozen=True)
class Scope:
    """An attribute by which facts are matched with contacts; `exact`: all its values must be the same, or absent."""

    attribute: str
    exact: bool


@dataclass(frozen=True)
class Condition:
    """True of a customer while any of these facts holds."""

    facts: tuple[int, ...]


@dataclass(frozen=True)
class Who:
    """Which customers a rule governs: terms over attributes, and conditions (number, whether it must be false)."""

    attributes: tuple[Term, ...]
    conditions: tuple[tuple[int, bool], ...]


@dataclass
class Compiled:
    """A rule set as rows. Lists are indexed by the numbers that rows carry."""

    rules: tuple[Rule, ...]
    priorities: tuple[Filter, ...]
    exempt: tuple[tuple[Filter, bool], ...]
    zone: str | None
    rows: list[Row] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=lambda: [Axis("elapsed")])
    hours: list[Hours] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    who: list[Who] = field(default_factory=list)
    replaces: list[tuple[int, int]] = field(default_factory=list)
    """(rule, the rule it replaces), for live enforced rules."""

    @property
    def words(self) -> int:
        """How many 64-bit words a mask has."""
        return max(1, -(-len(self.rows) // 64))

    def rows_of(self, rule: int) -> list[int]:
        """The rows of one rule."""
        return [i for i, row in enumerate(self.rows) if row.rule == rule]

    def filter_attributes(self) -> frozenset[str]:
        """Attributes of contacts that decide which rows govern or count them."""
        filters = [*self.priorities, *(f for f, _ in self.exempt)]
        filters += [f for row in self.rows for f in row.governs]
        filters += [f for pool in self.pools for f in pool.filters]
        return frozenset(a for f in filters for a in f.attributes) - {"status"}

    def needed(self) -> frozenset[str]:
        """Attributes without which a contact is neither governed nor counted by some rule."""
        return frozenset(a for row in self.rows for a in row.needs)

    def key_sets(self) -> list[KeySet]:
        """The sets of attributes by which pools tell contacts apart."""
        found = {KeySet(p.per, bool(p.needs)) for p in self.pools if p.per}
        return sorted(found, key=lambda k: (k.attributes, k.all_present))

    def scopes(self) -> list["Scope"]:
        """Attributes by which facts are matched with contacts."""
        return sorted({s for row in self.rows for s in row.scopes()}, key=lambda s: (s.attribute, s.exact))

    @property
    def is_dated(self) -> bool:
        """Whether the rows in force depend on the local date."""
        return any(_is_dated(r) for r in self.rules)

    @property
    def counts_households(self) -> bool:
        """Whether any rule counts over households."""
        return any(p.household for p in self.pools)

    @property
    def needs_local(self) -> bool:
        """Whether any row asks for a local time or date."""
        return bool(len(self.axes) > 1 or self.hours or self.is_dated)

    def rows_needing_first_zone(self) -> list[int]:
        """Rows that cannot be evaluated where the customer's first zone is not known."""
        return [i for i, row in enumerate(self.rows) if self._is_local(row) or _is_dated(self.rules[row.rule])]

    def rows_needing_all_zones(self) -> list[int]:
        """Rows that cannot be evaluated where one of the customer's zones is not known."""
        return [i for i, row in enumerate(self.rows) if row.kind == Kind.HOURS]

    def _is_local(self, row: Row) -> bool:
        axes = [row.axis] if row.pause is None else [row.pause.axis]
        if row.pause is not None and row.pause.limit.duration.local_days:
            return True
        return any(a > 0 and self.axes[a].axis != "ever" and self.axes[a].zone is None for a in axes)


def _is_dated(rule: Rule) -> bool:
    return rule.starts is not None or rule.ends is not None or bool(rule.excepts)


def compile_rules(rules: RuleSet) -> Compiled:
    """Translate a rule set. Capacity and `at_least` have no rows: the gate and the audit evaluate them."""
    out = Compiled(rules.rules, rules.priorities, tuple((e.to, e.counts) for e in rules.exempt), rules.zone)
    by_name = {rule.name: i for i, rule in enumerate(rules.rules)}
    for number, rule in enumerate(rules.rules):
        out.who.append(_who(out, rule))
        limits = [rule.limit, *(e.limit for e in rule.excepts)]
        for variant, limit in enumerate(limits):
            if isinstance(limit, Capacity | AtLeast):
                continue
            out.rows.extend(_rows(out, rule, number, variant, limit))
        if rule.instead_of is not None and not rule.shadow:
            out.replaces.append((number, by_name[rule.instead_of]))
    return out


def _who(out: Compiled, rule: Rule) -> Who:
    attributes = tuple(t for t in rule.who.terms if t.attribute not in CUSTOMER_TERMS)
    conditions = tuple(
        (_condition(out, [Fact(t.attribute, v) for v in t.values]), t.negated)
        for t in rule.who.terms
        if t.attribute in CUSTOMER_TERMS
    )
    return Who(attributes, conditions)


def _condition(out: Compiled, facts: list[Fact]) -> int:
    return _number(out.conditions, Condition(tuple(_number(out.facts, f) for f in facts)))


def _number(known: list[_Any], one: _Any) -> int:
    """The position of one in the list, appended where it is new."""
    if one not in known:
        known.append(one)
    return known.index(one)


def _rows(out: Compiled, rule: Rule, number: int, variant: int, limit: Limit) -> Iterator[Row]:
    """The rows of one limit."""
    base = {"rule": number, "variant": variant, "governs": (rule.to,)}
    household = rule.level == "household"
    if isinstance(limit, AtMost):
        yield _at_most(out, limit, base, household)
    elif isinstance(limit, Apart):
        filters = (limit.counting.filter,)
        yield _apart(
            out, limit.duration, _pool(out, filters, limit.counting, limit.per, household), base, limit.only_after
        )
    elif isinstance(limit, PauseAfterContact):
        filters = (limit.counting.filter,)
        pool = _pool(out, filters, limit.counting, limit.per, household)
        yield replace(_apart(out, limit.duration, pool, base, True), form=PAUSE)
    elif isinstance(limit, Clash):
        for mine, theirs in ((limit.one, limit.other), (limit.other, limit.one)):
            pool = _pool(out, (theirs,), Counting(theirs, limit.status), limit.per, household)
            yield _apart(out, limit.duration, pool, {**base, "governs": (rule.to, mine)}, False)
    else:
        yield _without_counting(out, limit, base, household)


def _without_counting(out: Compiled, limit: Limit, base: dict[str, Any], household: bool) -> Row:
    if isinstance(limit, Hours):
        return Row(
            kind=Kind.HOURS, hours=_number(out.hours, limit), unknown_calendar=bool(limit.unknown_calendars), **base
        )
    if isinstance(limit, Held):
        kind = Kind.ONLY if limit.only else Kind.HELD
        held = [Fact("state", s) for s in limit.states]
        return Row(kind=kind, wildcard=not limit.only, **_held(out, held, limit.per), **base)
    if isinstance(limit, PauseAfterResponse):
        pause = Pause(limit, _axis(out, limit.within) if limit.within else -1)
        if limit.duration.local_days:
            _number(out.axes, Axis("local_days"))
        held = [Fact("pause", f"{base['rule']}.{base['variant']}")]
        facts = _held(out, held, limit.per)
        return Row(kind=Kind.HELD, wildcard=False, pause=pause, household=household, **facts, **base)
    if isinstance(limit, HoldOut):
        return Row(kind=Kind.HOLD_OUT, below=limit.below, salt=limit.salt, **base)
    assert isinstance(limit, Never), f"{type(limit).__name__} has no row"
    return Row(kind=Kind.NEVER, **base)


def _held(out: Compiled, facts: list[Fact], scope: tuple[str, ...]) -> dict[str, Any]:
    """What a row that looks at facts carries: a condition where no scope is asked for."""
    numbers = tuple(_number(out.facts, f) for f in facts)
    return {"facts": numbers, "scope": scope, "condition": -1 if scope else _condition(out, facts)}


def _at_most(out: Compiled, limit: AtMost, base: dict[str, Any], household: bool) -> Row:
    filters = (limit.counting.filter,)
    pool = _pool(out, filters, limit.counting, limit.per, household, limit.needs, limit.distinct)
    kind = Kind.DISTINCT if limit.distinct else Kind.COUNT
    return Row(
        kind=kind,
        needs=limit.needs,
        pool=pool,
        n=limit.n,
        width=limit.window.width,
        axis=_axis(out, limit.window),
        **base,
    )


def _apart(out: Compiled, duration: Duration, pool: int, base: dict[str, Any], only_after: bool) -> Row:
    axis, width = 0, duration.microseconds
    if duration.local_days:
        axis, width = _number(out.axes, Axis("local_days")), duration.local_days
    return Row(kind=Kind.COUNT, pool=pool, n=1, width=width, axis=axis, only_after=only_after, form=DISTANCE, **base)


def _pool(
    out: Compiled,
    filters: tuple[Filter, ...],
    counting: Counting,
    per: tuple[str, ...],
    household: bool,
    needs: tuple[str, ...] = (),
    distinct: str | None = None,
) -> int:
    kept = tuple(f for f in filters if f != EVERYTHING)
    return _number(out.pools, Pool(kept, COUNTED[counting.status], tuple(sorted(per)), needs, distinct, household))


def _axis(out: Compiled, window: Window) -> int:
    return _number(out.axes, Axis(window.axis, window.zone, window.week_starts if window.axis == "week" else 0))
