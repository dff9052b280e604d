"""Judging a batch: the kernel, and around it what is shared among customers.

Owns the order of arrival, shared capacity, other channels, and what later questions see of earlier ones. Refuses the
database: what is known comes in, decisions go out, so that a replay walks the same way.

A batch goes through the kernel at once. Only where a shared capacity governs it, it is cut wherever a customer comes
again: what the capacity refused must not be seen by that customer's later questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from primum.gate.allowance import Allowance, Uses
from primum.gate.in_force import InForce
from primum.rules.judge import decide_batch
from primum.rules.records import Batch
from primum.words.contacts import Candidate, Contact, Customer, Response
from primum.words.decisions import Decision
from primum.words.time import US_PER_DAY

HORIZON: Final = 400 * US_PER_DAY
_ROUNDS: Final = 1_000


@dataclass(frozen=True)
class Heard:
    """What is known of everybody a batch is about."""

    people: Sequence[Customer]
    history: Sequence[Contact | Response]


@dataclass(frozen=True)
class Judged:
    """The decision on one question, and what it takes of shared allowances: (rule, period, amount in millionths)."""

    decision: Decision
    takes: tuple[tuple[str, int, int], ...] = ()
    looked: tuple[tuple[str, int, int], ...] = ()
    """What was found taken of the allowances that were looked at, for a replay."""


@dataclass
class Sitting:
    """One batch before the law; `kept` grows as its questions are decided."""

    strategy: InForce
    heard: Heard
    uses: Uses
    kept: list[Contact] = field(default_factory=list)

    def judge(self, asks: Sequence[Candidate]) -> list[Judged]:
        """The decisions, in the order of arrival."""
        found: list[Judged] = []
        if not asks:
            return found
        for stretch in self._stretches(asks):
            for ask, decision in zip(stretch, self._decide(stretch), strict=True):
                self.uses.begin(len(found))
                judged = self._other_channels(ask, self._within_capacity(ask, decision))
                for rule, period, amount in judged.takes:
                    self.uses.add(rule, period, amount)
                self._keep(ask, judged.decision)
                found.append(judged)
        return found

    def _stretches(self, asks: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
        if not any(rule.to.matches(ask.attributes) for rule in self.strategy.capacities for ask in asks):
            yield asks
            return
        stretch: list[Candidate] = []
        seen: set[str] = set()
        for ask in asks:
            unit = self._unit[ask.customer]
            if unit in seen:
                yield stretch
                stretch, seen = [], set()
            stretch.append(ask)
            seen.add(unit)
        yield stretch

    @cached_property
    def _unit(self) -> Mapping[str, str]:
        return {c.id: c.household or c.id for c in self.heard.people}

    def _decide(self, asks: Sequence[Candidate]) -> tuple[Decision, ...]:
        return decide_batch(self.strategy.compiled, self._batch(asks), "gate")

    def _batch(self, asks: Sequence[Candidate]) -> Batch:
        again = {(c.customer, c.id) for c in self.kept}
        history = [e for e in self.heard.history if isinstance(e, Response) or (e.customer, e.id) not in again]
        if len(asks) == 1:  # one customer: leave the others out
            unit = self._unit
            home = unit[asks[0].customer]
            people = [c for c in self.heard.people if unit[c.id] == home]
            return Batch(people, [e for e in (*history, *self.kept) if unit[e.customer] == home], (), asks)
        return Batch(self.heard.people, [*history, *self.kept], (), asks)

    def _keep(self, ask: Candidate, decision: Decision) -> None:
        if decision.decision != "deny":
            at = ask.at if decision.until is None else decision.until
            status = "sent" if decision.decision == "allow" else "reserved"
            self.kept = [c for c in self.kept if (c.customer, c.id) != (ask.customer, ask.id)]
            self.kept.append(Contact(ask.id, ask.customer, at, status, ask.attributes, ask.priority))

    # Shared capacity

    def _within_capacity(self, ask: Candidate, decision: Decision) -> Judged:
        allowance = Allowance(self.strategy, self._customer(ask), ask, self.uses)
        if not allowance.governs:
            return Judged(decision)
        full = allowance.full_at(ask.at)
        broken = [rule.name for rule in full if not rule.shadow]
        last = min(ask.at + HORIZON, ask.at + HORIZON if ask.not_after is None else ask.not_after)
        lacking = allowance.lacking(ask.at)
        decision = replace(
            decision,
            unevaluated=tuple(sorted({*decision.unevaluated, *lacking})),
            missing={**decision.missing, **lacking},
            reasons=tuple(sorted({*decision.reasons, *broken})),
            shadow=tuple(sorted({*decision.shadow, *(rule.name for rule in full if rule.shadow)})),
            alone={**decision.alone, **{r: allowance.first_free(ask.at, ask.at + HORIZON, [r]) for r in broken}},
        )
        if decision.decision == "deny" or any(rule.otherwise != "defer" for rule in full if not rule.shadow):
            return Judged(replace(decision, decision="deny", until=None), looked=allowance.looked)
        until = self._suits_all(ask, allowance, last) if decision.reasons else None
        if decision.reasons and until is None:
            return Judged(replace(decision, decision="deny", until=None), looked=allowance.looked)
        at = ask.at if until is None else until
        decision = replace(decision, decision="allow" if until is None else "defer", until=until)
        return Judged(decision, tuple(allowance.takes(at)), allowance.looked)

    def _suits_all(self, ask: Candidate, allowance: Allowance, last: int) -> int | None:
        """The first instant at which no rule is broken and every shared allowance has room."""
        at: int | None = ask.at
        for _ in range(_ROUNDS):
            suits = self._suits_rules(ask, at, last) if at is not None else None
            at = allowance.first_free(suits, last) if suits is not None else None
            if at is None or at == suits:
                return at
        return None

    def _suits_rules(self, ask: Candidate, at: int, last: int) -> int | None:
        if at > last:
            return None
        moved = replace(ask, at=at, not_after=last)
        (decision,) = decide_batch(self.strategy.seeking, self._batch([moved]), "gate")
        return at if decision.decision == "allow" else decision.until

    def _customer(self, ask: Candidate) -> Customer:
        return next(c for c in self.heard.people if c.id == ask.customer)

    # Other channels

    def _other_channels(self, ask: Candidate, judged: Judged) -> Judged:
        """A deny with `try_channels` carries the decisions on the same contact over other channels."""
        if judged.decision.decision != "deny":
            return judged
        rules = [self.strategy.by_name[name] for name in judged.decision.reasons]
        channels = dict.fromkeys(channel for rule in rules for channel in rule.try_channels)
        others, looked = [], set(judged.looked)
        for channel in channels:
            if channel != ask.attributes.get("channel"):
                other = replace(ask, attributes={**ask.attributes, "channel": channel})
                (decision,) = self._decide([other])
                tried = self._within_capacity(other, decision)
                looked.update(tried.looked)
                others.append(replace(tried.decision, channel=channel))
        decision = replace(judged.decision, alternatives=tuple(others))
        return replace(judged, decision=decision, looked=tuple(sorted(looked)))
