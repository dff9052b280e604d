"""What rules must be told about customers, contacts and responses before they can hold anything back.

Owns the list of facts that a rule set asks for. Refuses to know who supplies them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from primum.rules.model import (
    Apart,
    AtLeast,
    AtMost,
    Capacity,
    Clash,
    Held,
    Hours,
    Limit,
    PauseAfterContact,
    PauseAfterResponse,
    Rule,
    RuleSet,
)
from primum.rules.warnings import filters_of, states_of, values_named
from primum.words.durations import Duration
from primum.words.windows import CALENDAR, Window

Noun = Literal["zone", "state", "segment", "attribute of customers", "attribute of contacts", "response", "household"]

_OF_CUSTOMERS: Final = ("segment", "state")


@dataclass(frozen=True, slots=True)
class Need:
    """A fact, and the rules that ask for it. `name` is empty for a zone and for a household."""

    noun: Noun
    name: str
    rules: tuple[str, ...]


def needs(rules: RuleSet) -> tuple[Need, ...]:
    """Every fact that the rules ask for, once, with the rules in their order.

    Args:
        rules: the rules in force, those of packs included.
    """
    asking: dict[tuple[Noun, str], list[str]] = {}
    for rule in rules.rules:
        for asked in dict.fromkeys(_needs_of(rule)):
            asking.setdefault(asked, []).append(rule.name)
    return tuple(Need(noun, name, tuple(names)) for (noun, name), names in asking.items())


def _needs_of(rule: Rule) -> Iterator[tuple[Noun, str]]:
    limits = (rule.limit, *(e.limit for e in rule.excepts))
    if rule.starts is not None or rule.ends is not None or rule.excepts or any(map(_is_local, limits)):
        yield "zone", ""
    if rule.level == "household":
        yield "household", ""
    yield from (("state", name) for name in (*values_named([rule.who], "state"), *states_of(rule)))
    yield from (("segment", name) for name in values_named([rule.who], "segment"))
    yield from (("attribute of customers", t.attribute) for t in rule.who.terms if t.attribute not in _OF_CUSTOMERS)
    yield from (("attribute of contacts", t.attribute) for f in filters_of(rule) for t in f.terms)
    for limit in limits:
        yield from (("attribute of contacts", name) for name in _names_of(limit))
        if isinstance(limit, PauseAfterResponse):
            yield from (("response", kind) for kind in limit.kinds)


def _names_of(limit: Limit) -> tuple[str, ...]:
    """Attributes of contacts that a limit counts by, beside those of its filters."""
    per = () if isinstance(limit, Held | PauseAfterResponse) else getattr(limit, "per", ())
    own = (*limit.needs, *([limit.distinct] if limit.distinct else [])) if isinstance(limit, AtMost) else ()
    return (*per, *own)


def _is_local(limit: Limit) -> bool:
    """Whether a limit asks what time it is for the customer."""
    if isinstance(limit, Hours):
        return True
    if isinstance(limit, AtMost | AtLeast | Capacity):
        return _is_local_window(limit.window)
    if isinstance(limit, PauseAfterResponse) and limit.within is not None and _is_local_window(limit.within):
        return True
    timed = isinstance(limit, Apart | Clash | PauseAfterContact | PauseAfterResponse)
    return timed and _is_local_duration(getattr(limit, "duration", None))


def _is_local_window(window: Window) -> bool:
    return window.zone is None and (window.axis == "local_days" or window.axis in CALENDAR)


def _is_local_duration(duration: Duration | None) -> bool:
    return duration is not None and duration.local_days > 0
