"""Shared capacity: what is left of an allowance that all customers share.

Owns the counting of what was taken in a calendar period, and the first period with room. Refuses to hold the lock: the
gate's transaction does. What counts is what the gate reserved (and was neither released nor expired) and what was sent
under the rule. A period is that of the candidate's instant on the rule's calendar: in the zone the rule names, else in
the customer's first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, Protocol

from primum.gate.in_force import InForce
from primum.rules.model import Capacity, Rule
from primum.rules.reference import Hearing, World
from primum.rules.reference_clock import exactly, position, turning_points
from primum.words.contacts import Candidate, Customer
from primum.words.filters import Value

MILLIONTHS: Final = 1_000_000


class Uses(Protocol):
    """What was taken of each rule's allowance in each period, in millionths of a contact or of the currency."""

    def begin(self, question: int) -> None:
        """The question of this number comes next."""
        ...

    def used(self, rule: str, period: int) -> int:
        """What was taken."""
        ...

    def add(self, rule: str, period: int, amount: int) -> None:
        """Something more is taken."""
        ...


class Counted:
    """Uses that are looked up once, and added to."""

    def __init__(self, look_up: Callable[[str, int], int]) -> None:
        self._look_up = look_up
        self._used: dict[tuple[str, int], int] = {}

    def begin(self, question: int) -> None:
        """See `Uses`."""

    def used(self, rule: str, period: int) -> int:
        """See `Uses`."""
        if (rule, period) not in self._used:
            self._used[rule, period] = self._look_up(rule, period)
        return self._used[rule, period]

    def add(self, rule: str, period: int, amount: int) -> None:
        """See `Uses`."""
        self._used[rule, period] = self.used(rule, period) + amount


class Recorded:
    """Uses as they were found when questions were decided: per question, by (rule, period)."""

    def __init__(self, looked: Sequence[Mapping[tuple[str, int], int]]) -> None:
        self._looked = looked
        self._number = 0

    def begin(self, question: int) -> None:
        """See `Uses`."""
        self._number = question

    def used(self, rule: str, period: int) -> int:
        """See `Uses`. What nobody looked at then is taken as full."""
        return self._looked[self._number].get((rule, period), 2**62)

    def add(self, rule: str, period: int, amount: int) -> None:
        """See `Uses`: what was found later includes it."""


class Allowance:
    """The shared allowances that govern one candidate."""

    def __init__(self, strategy: InForce, customer: Customer, candidate: Candidate, uses: Uses) -> None:
        self._strategy, self._customer, self._candidate, self._uses = strategy, customer, candidate, uses
        self._found: dict[tuple[str, int], int] = {}
        exempt = any(e.to.matches(candidate.attributes) for e in strategy.rules.exempt)
        self._rules = () if exempt else tuple(r for r in strategy.capacities if r.to.matches(candidate.attributes))

    @property
    def governs(self) -> bool:
        """Whether any may."""
        return bool(self._rules)

    @property
    def looked(self) -> tuple[tuple[str, int, int], ...]:
        """What was found taken: rule, period, amount."""
        return tuple(sorted((rule, period, used) for (rule, period), used in self._found.items()))

    @cached_property
    def _hearing(self) -> Hearing:
        return Hearing(World(self._strategy.rules, "gate", (), (), []), self._candidate, self._customer)

    def full_at(self, at: int, names: Sequence[str] | None = None) -> list[Rule]:
        """The rules whose allowance has no room for the candidate at an instant."""
        rules = [r for r in self._rules if names is None or r.name in names]
        return [rule for rule in rules if self._is_full(rule, at)]

    def _is_full(self, rule: Rule, at: int) -> bool:
        limit = self._limit(rule, at)
        if limit is None:
            return False
        if self._hearing.lacks(rule, exactly(at)) is not None:
            return rule.hold_if_unknown
        period = self._period(limit, at)
        used = self._found[rule.name, period] = self._uses.used(rule.name, period)
        return used + self._amount(limit) > round(limit.amount * MILLIONTHS)

    def lacking(self, at: int) -> dict[str, str]:
        """The rules that cannot be evaluated, each with the fact that is missing."""
        found = {rule.name: self._hearing.missing(rule, exactly(at)) for rule in self._rules}
        return {name: fact for name, fact in found.items() if fact is not None}

    def _limit(self, rule: Rule, at: int) -> Capacity | None:
        """The capacity in force at an instant; None where the rule does not govern then, or has other numbers."""
        when = exactly(at)
        if not self._hearing.stands(rule, when, surely=False):
            return None
        limit = self._hearing.limit(rule, when)
        return limit if isinstance(limit, Capacity) else None

    def _period(self, limit: Capacity, at: int) -> int:
        return position(exactly(at), limit.window, self._hearing.home)[0]

    def _amount(self, limit: Capacity) -> int:
        return amount_of(self._candidate.attributes.get("cost")) if limit.of_cost else MILLIONTHS

    def takes(self, at: int) -> Iterator[tuple[str, int, int]]:
        """What the candidate takes when it is sent at an instant: rule, period, amount."""
        for rule in self._rules:
            limit = self._limit(rule, at)
            if limit is not None:
                yield rule.name, self._period(limit, at), self._amount(limit)

    def first_free(self, at: int, last: int, names: Sequence[str] | None = None) -> int | None:
        """The first instant from `at` on, not after `last`, at which every enforced allowance has room."""
        while at <= last:
            full = [r for r in self.full_at(at, names) if not r.shadow]
            if not full:
                return at
            if any(self._hearing.lacks(rule, exactly(at)) is not None for rule in full):
                return None
            at = max(self._next_turn(rule, at) for rule in full)
        return None

    def _next_turn(self, rule: Rule, at: int) -> int:
        """The next instant at which a rule's period ends, or its numbers or its governing may change."""
        limit = self._limit(rule, at)
        assert limit is not None
        points = turning_points(exactly(at), limit.window, self._hearing.home) | self._hearing._points(rule)
        later = [p for p in points if p > at]
        here = self._period(limit, at)
        ends = [p for p in later if self._limit(rule, p) is not limit or self._period(limit, p) != here]
        return min(ends) if ends else at + 1


def amount_of(cost: Value | None) -> int:
    """A cost in millionths; what has no cost takes nothing of an allowance of cost."""
    try:
        return max(0, round(float(cost) * MILLIONTHS)) if isinstance(cost, str) else 0
    except ValueError:
        return 0
