"""Checks about the rules as a set: rules that cannot be met, caps that leave no room, what takes the first place.

Owns what rules, priorities and volumes say together. Refuses to judge a single rule's wording (`rules.warnings` does).
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from primum.review.rates import channel_of_step, open_minutes, per_day
from primum.review.remarks import Found, Setting, Volume, check, named
from primum.rules.model import AtMost, Held, Hours, Rule
from primum.rules.warnings import covers, never_met
from primum.words.filters import Attributes
from primum.words.vocabulary import PURPOSES

MOST: Final = 0.20
"""The share of all contacts that may take the first priority, or be exempt, before either stops meaning anything."""


# Rules that no contact can meet


@check("impossible-rule", "error", "It holds back whatever it governs, for good.")
def impossible_rule(setting: Setting) -> Iterator[Found]:
    """Every enforced rule can be met by some contact at some instant."""
    for rule in setting.rules.rules:
        for fault in () if rule.shadow else never_met(rule):
            yield Found(setting.rule_path(rule.name, *map(str, fault.path[2:])), fault.what, fault.cure, fault.at_key)


@check("impossible-rules", "error", "Two rules together hold back everything that both govern.")
def impossible_rules(setting: Setting) -> Iterator[Found]:
    """No two enforced rules that govern the same contacts exclude each other."""
    enforced = [rule for rule in setting.rules.rules if not rule.shadow]
    for one, other in combinations(enforced, 2):
        narrow, wide = (one, other) if _within(one, other) else (other, one)
        reason = _exclude(one, other) if _within(narrow, wide) else None
        if reason is not None and narrow.instead_of != wide.name:
            what = f'rules "{one.name}" and "{other.name}" can never both be met: {reason}.'
            cure = "Mend one, or write `instead_of:` if one replaces the other."
            yield Found(setting.rule_path(narrow.name), what, cure)


def _within(narrow: Rule, wide: Rule) -> bool:
    """Whether whatever the one governs is governed by the other."""
    return covers(wide.to, narrow.to) and covers(wide.who, narrow.who)


def _exclude(one: Rule, other: Rule) -> str | None:
    a, b = one.limit, other.limit
    if isinstance(a, Hours) and isinstance(b, Hours) and a.spans and b.spans:
        both = set(open_minutes(a.spans)) & set(open_minutes(b.spans))
        return None if both else "their open hours have no minute in common"
    if isinstance(a, Held) and isinstance(b, Held) and a.only is not b.only and not (a.per or b.per):
        only, never = (a, b) if a.only else (b, a)
        if set(only.states) <= set(never.states):
            return f"one asks for {named(list(only.states))}, which the other forbids"
    return None


# Priorities


@check("communication-without-priority", "warning", "When two want the same place, chance decides.")
def communication_without_priority(setting: Setting) -> Iterator[Found]:
    """Every communication has a place among the priorities, or a priority of its own."""
    s = setting.strategy
    free = [name for name, c in s.communications.items() if c.priority is None and _class(setting, name) is None]
    if free and (s.flows or setting.rules.rules):
        what = f"the communications {named(free)} have no priority."
        cure = "Add filters to `priorities` that match them, or `priority:` to each."
        yield Found(("communications", free[0]), what, cure)


def _class(setting: Setting, communication: str) -> int | None:
    return first_match(setting, attributes_of(setting, communication))


def first_match(setting: Setting, attributes: Attributes) -> int | None:
    """The number of the first priority that certainly matches; None where none does."""
    matches = (n for n, f in enumerate(setting.rules.priorities) if f.matches(attributes))
    return next(matches, None)


def attributes_of(setting: Setting, communication: str) -> Attributes:
    """What is known beforehand of every contact of a communication."""
    said = setting.strategy.communications[communication]
    known: dict[str, str | tuple[str, ...] | None] = {
        "communication": communication,
        "purpose": said.purpose,
        "topic": said.topic,
        "department": said.owner,
        "channel": said.channels[0] if len(said.channels) == 1 else None,
    }
    return {key: value for key, value in known.items() if value is not None}


@check("cap-without-headroom", "warning", "Less important messages use the allowance up before an important one comes.")
def cap_without_headroom(setting: Setting) -> Iterator[Found]:
    """A cap over several priorities leaves room: the less important have a tighter cap of their own."""
    if len(setting.rules.priorities) < 2:
        return
    universe = [attributes_of(setting, name) for name in setting.strategy.communications]
    universe = universe or [{"purpose": purpose} for purpose in PURPOSES]
    caps = [rule for rule in setting.rules.rules if isinstance(rule.limit, AtMost) and not rule.shadow]
    for cap in caps:
        assert isinstance(cap.limit, AtMost)
        governed = [(_rank(setting, a), a) for a in universe if cap.to.matches(a)]
        ranks = sorted({rank for rank, _ in governed})
        if len(ranks) < 2 or cap.limit.n < 2 or cap.limit.needs:
            continue
        top = [a for rank, a in governed if rank == ranks[0]]
        low = [a for rank, a in governed if rank == ranks[-1]]
        if not any(_leaves_room(tighter, cap, low, top) for tighter in caps):
            what = (
                f'rule "{cap.name}" caps {len(ranks)} priorities together and keeps nothing free for the first of them.'
            )
            cure = "Add a tighter cap for the less important, so that the important find room."
            yield Found(setting.rule_path(cap.name), what, cure)


def _rank(setting: Setting, attributes: Attributes) -> int:
    matched = first_match(setting, attributes)
    return len(setting.rules.priorities) if matched is None else matched


def _leaves_room(tighter: Rule, cap: Rule, low: Iterable[Attributes], top: Iterable[Attributes]) -> bool:
    one, other = tighter.limit, cap.limit
    assert isinstance(one, AtMost)
    assert isinstance(other, AtMost)
    alike = one.window.axis == other.window.axis and one.window.width >= other.window.width and one.n < other.n
    return alike and all(tighter.to.matches(a) for a in low) and not any(tighter.to.matches(a) for a in top)


@check("first-priority-crowded", "warning", "Where much comes first, nothing does.")
def first_priority_crowded(setting: Setting) -> Iterator[Found]:
    """At most a fifth of all contacts takes the first priority."""
    volumes = setting.volumes or tuple(declared_volumes(setting))
    total = sum(v.contacts for v in volumes)
    first = sum(v.contacts for v in volumes if first_match(setting, v.attributes) == 0)
    if total and first > MOST * total:
        yield _crowded(setting, ("priorities", 0), first / total, "takes the first priority")


@check("exempt-crowded", "warning", "Rules that most of the volume does not follow protect nobody.")
def exempt_crowded(setting: Setting) -> Iterator[Found]:
    """At most a fifth of all contacts is exempt."""
    volumes = setting.volumes or tuple(declared_volumes(setting))
    total = sum(v.contacts for v in volumes)
    free = sum(v.contacts for v in volumes if any(e.to.matches(v.attributes) for e in setting.rules.exempt))
    if total and free > MOST * total:
        yield _crowded(setting, ("exempt",), free / total, "is exempt from every rule")


def _crowded(setting: Setting, path: tuple[str | int, ...], share: float, what: str) -> Found:
    of = "contacts in the history" if setting.volumes else "contacts that flows expect"
    cure = "Narrow the filter to what customers would miss if it came late."
    return Found(path, f"{share:.0%} of all {of} {what}; more than {MOST:.0%} should not.", cure)


def declared_volumes(setting: Setting) -> Iterator[Volume]:
    """Contacts a month that the flows expect, step by step."""
    for flow in setting.strategy.flows.values():
        if flow.entry is None or flow.entry.expected is None:
            continue
        for key, step in flow.steps.items():
            if step.communication in setting.strategy.communications:
                channel = channel_of_step(setting.strategy, flow, key)
                known = {**attributes_of(setting, step.communication), **({"channel": channel} if channel else {})}
                yield Volume(known, 30 * per_day(flow.entry.expected))
