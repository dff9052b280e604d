"""A decision told to a person: send, wait until, or do not send, and what each rule counted.

Owns the sentences. Refuses to decide: it tells what the reference found.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from primum.rules.model import AtLeast, Capacity, Rule, RuleSet
from primum.rules.reference import Judgement
from primum.words.contacts import Contact, Response, State
from primum.words.decisions import Decision
from primum.words.time import from_us

SHOWN: Final = 12
"""Events listed per rule; the rest are counted."""


def verdict(decision: Decision, told: str | None = None) -> str:
    """The decision in three words: send, wait until, do not send; `told` is the instant of `until` in words."""
    if decision.decision == "allow":
        return "send"
    return "do not send" if decision.decision == "deny" else f"wait until {told}"


def explain(judgement: Judgement) -> list[str]:
    """Why a candidate was decided as it was, line by line."""
    decision, hearing = judgement.decision, judgement.hearing
    until = None if decision.until is None else judgement_time(judgement, decision.until)
    lines = [f"{decision.candidate}: {verdict(decision, until)}"]
    rules = {rule.name: rule for rule in hearing.governing}
    for name in decision.reasons:
        lines += _reason(judgement, rules[name])
    for name in decision.shadow:
        lines.append(f"  would also be held back by {name}, which only monitors: {rules[name].says}")
    for name in decision.unevaluated:
        lines.append(f"  {name} could not be judged; missing: {decision.missing[name]}")
    return lines


def judgement_time(judgement: Judgement, at: int) -> str:
    """An instant as the customer's clock shows it."""
    home = judgement.hearing.home
    local = from_us(home.local(at))
    shown = local.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds" if at % 1_000_000 == 0 else "microseconds")
    shown = shown.removesuffix(":00") if local.second == 0 and local.microsecond == 0 else shown
    return f"{local:%A} {shown} ({home.name})"


def _reason(judgement: Judgement, rule: Rule) -> Iterator[str]:
    decision, evidence = judgement.decision, judgement.hearing.because(rule.name)
    yield f"  {rule.name}: {rule.says}"
    if rule.name in decision.missing:
        yield f"    it cannot be judged and holds the contact back; missing: {decision.missing[rule.name]}"
    for event in evidence[:SHOWN]:
        yield f"    counted: {_event(judgement, event)}"
    if len(evidence) > SHOWN:
        yield f"    and {len(evidence) - SHOWN:,} more"
    alone = decision.alone[rule.name]
    if alone is None:
        yield f"    it alone would not let go within {timedelta(days=400).days} days"
    else:
        yield f"    it alone would let go on {judgement_time(judgement, alone)}"


def _event(judgement: Judgement, event: Contact | Response | State) -> str:
    if isinstance(event, State):
        begun = "" if event.start is None else f" from {judgement_time(judgement, event.start)}"
        ended = "" if event.until is None else f" until {judgement_time(judgement, event.until)}"
        return f"the state {event.name}{begun}{ended}"
    what = event.kind if isinstance(event, Response) else event.status
    words = [
        str(event.attributes[name]) for name in ("channel", "purpose", "communication") if name in event.attributes
    ]
    day = ", some time that day" if event.precision == "day" else ""
    return f"{event.id}, {' '.join([*words, what])}, {judgement_time(judgement, event.at)}{day}"


def not_judged(rules: RuleSet) -> list[str]:
    """What this version does not judge of a rule set, in sentences."""
    notes = []
    for rule in rules.rules:
        if isinstance(rule.limit, Capacity):
            notes.append(f"{rule.name}: a shared capacity is kept by the gate (`primum serve`); nothing is held here.")
        if isinstance(rule.limit, AtLeast):
            notes.append(f"{rule.name}: `at_least` is told by the audit of a later version; nothing is held here.")
        if rule.otherwise == "try_channels":
            notes.append(f"{rule.name}: other channels are tried by the gate (`primum serve`); here it drops.")
    return notes
