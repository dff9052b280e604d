"""Checks about channels: a rule governs each, and what a channel needs is asked for by one.

Owns what channels and rules say of each other. Refuses to make rules of channels.
"""

from collections.abc import Iterator

from primum.review.remarks import Found, Setting, check, named
from primum.rules.model import Held, Rule
from primum.words.filters import Filter


@check("channel-ungoverned", "warning", "Whatever no rule governs takes what the rules keep free.")
def channel_ungoverned(setting: Setting) -> Iterator[Found]:
    """Every channel that customers are reached on is governed by an enforced rule."""
    rules = [rule for rule in setting.rules.rules if not rule.shadow]
    if not rules:
        return
    for name, channel in setting.strategy.channels.items():
        if channel.direction != "inbound" and not any(may_match(rule.to, name) for rule in rules):
            what = f'no rule governs the channel "{name}".'
            yield Found(("channels", name), what, "Write a rule for it, or widen `to` of one that there is.")


def may_match(to: Filter, channel: str) -> bool:
    """Whether a filter may mean a contact on this channel."""
    return all(term.holds(channel) for term in to.terms if term.attribute == "channel")


@check("consent-not-asked", "warning", "The channel needs a consent, and nothing looks whether there is any.")
def consent_not_asked(setting: Setting) -> Iterator[Found]:
    """Where a channel needs a consent, an enforced rule asks for it."""
    for name, channel in setting.strategy.channels.items():
        asked = any(_asks_for(rule, channel.consent, name) for rule in setting.rules.rules)
        if channel.consent is not None and not asked:
            what = f'no rule asks for "{channel.consent}", which the channel "{name}" needs.'
            cure = f"Write a rule with `only_if: {channel.consent}` and `to: {{channel: {name}}}`."
            yield Found(("channels", name, "consent"), what, cure)


def _asks_for(rule: Rule, state: str | None, channel: str) -> bool:
    limit = rule.limit
    is_asked = isinstance(limit, Held) and limit.only and state in limit.states
    return is_asked and not rule.shadow and may_match(rule.to, channel)


@check("channel-unpriced", "warning", "What costs nothing on paper is used without thinking.")
def channel_unpriced(setting: Setting) -> Iterator[Found]:
    """Every channel that flows use has a cost and a capacity."""
    used = {step.channel for flow in setting.strategy.flows.values() for step in flow.steps.values()}
    used |= {c for n, k in setting.strategy.communications.items() if _in_flow(setting, n) for c in k.channels[:1]}
    for name, channel in setting.strategy.channels.items():
        missing = [key for key in ("unit_cost", "capacity") if getattr(channel, key) is None]
        if name in used and missing:
            what = f'flows use the channel "{name}", which lacks {named(missing)}.'
            yield Found(("channels", name), what, f"Add {' and '.join(f'`{key}:`' for key in missing)}.")


def _in_flow(setting: Setting, communication: str) -> bool:
    flows = setting.strategy.flows.values()
    return any(step.communication == communication for flow in flows for step in flow.steps.values())
