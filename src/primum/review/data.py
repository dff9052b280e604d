"""Checks about facts: what the facets need is there, and fresh enough for the rules that rest on it.

Owns what can be said without opening a source. Refuses to look at data.
"""

from collections.abc import Iterator
from typing import Final

from primum.review.remarks import Found, Setting, check, named
from primum.rules.model import Apart, AtMost, Clash, Held, PauseAfterContact, PauseAfterResponse, Rule
from primum.strategy.facets.occasions import Occasion
from primum.strategy.models import Strategy
from primum.strategy.positions import KeyPath
from primum.words.durations import Duration, parse_duration
from primum.words.errors import did_you_mean
from primum.words.time import US_PER_DAY
from primum.words.windows import Window

_PERIODS: Final = {"hour": 1 / 24, "day": 1, "week": 7, "half-month": 15, "month": 30, "quarter": 91, "year": 365}
REMEMBERED_DAYS: Final = 1.0
"""Rules that look back less than this rest on what the gate itself remembers, not on sources."""
STATE_DAYS: Final = 2.0
"""Days after which a state that was told so long ago can no longer be called true now."""


@check("data-gap", "warning", "A facet rests on a fact that nobody can look up.")
def data_gap(setting: Setting) -> Iterator[Found]:
    """Every need has a source."""
    for name, need in setting.strategy.data.needs.items():
        if need.source is None:
            what = f'the need "{name}" has no source{f": {need.gap}" if need.gap else "."}'
            cure = "Name the `source:` once there is one; until then say in `gap:` what is done about it."
            yield Found(("data", "needs", name), what, cure)


@check("state-of-nobody", "warning", "What waits for it waits for ever.")
def state_of_nobody(setting: Setting) -> Iterator[Found]:
    """Every state that a flow or a moment names can hold: a source tells it, or responses begin it."""
    for path, occasion in _occasions(setting.strategy):
        for number, state in enumerate(occasion.state if occasion is not None else ()):
            if setting.states is not None and state not in setting.states:
                what = f'no source tells the state "{state}", and no response begins it.'
                cure = f"Map it in a source of kind states. {did_you_mean(state, setting.states)}".strip()
                yield Found(setting.file.item((*path, "state"), number), what, cure, at_key=False)


def _occasions(strategy: Strategy) -> Iterator[tuple[KeyPath, Occasion | None]]:
    for name, flow in strategy.flows.items():
        yield ("flows", name, "entry"), flow.entry
        yield ("flows", name, "exit"), flow.exit
        yield from ((("flows", name, "steps", key, "unless"), step.unless) for key, step in flow.steps.items())
    for name, moment in strategy.moments.items():
        yield ("moments", name, "trigger"), moment.trigger
        kept_by = moment.promise.kept_by if moment.promise is not None else None
        yield ("moments", name, "promise", "kept_by"), kept_by


@check("data-older-than-needed", "warning", "What is decided on it was true once.")
def data_older_than_needed(setting: Setting) -> Iterator[Found]:
    """A source is as fresh as what rests on it asks."""
    sources = setting.strategy.data.sources
    for name, need in setting.strategy.data.needs.items():
        source = sources.get(need.source or "")
        if need.fresh is None or source is None:
            continue
        if source.fresh is None or _days(parse_duration(source.fresh)) > _days(parse_duration(need.fresh)):
            said = f"may be {source.fresh} old" if source.fresh else "does not say how fresh it is"
            what = f'the need "{name}" may be {need.fresh} old, but its source "{need.source}" {said}.'
            yield Found(("data", "needs", name, "fresh"), what, "Have it delivered more often, or say `fresh:` there.")


@check("data-older-than-rule", "warning", "The rule would count what it cannot have heard of yet.")
def data_older_than_rule(setting: Setting) -> Iterator[Found]:
    """No enforced rule looks back a shorter time than its facts may be old."""
    of_packs: dict[str, list[str]] = {}
    cure = "Have the source delivered more often, or feed these facts to the gate as they happen."
    for rule in setting.rules.rules:
        late = _late_source(setting, rule)
        if late is None:
            continue
        source, looks = late
        path = setting.rule_path(rule.name)
        if path == ("use",):
            of_packs.setdefault(source, []).append(rule.name)
            continue
        what = f'rule "{rule.name}" {looks}, but "{source}" may be {setting.strategy.data.sources[source].fresh} old.'
        yield Found(path, what, cure)
    for source, rules in of_packs.items():
        old = setting.strategy.data.sources[source].fresh
        yield Found(("use",), f'"{source}" may be {old} old, which is too old for {named(rules)}.', cure)


def _late_source(setting: Setting, rule: Rule) -> tuple[str, str] | None:
    """A source that may be older than the rule looks back, and how the rule looks back in words."""
    looked = _looks_back(rule)
    if rule.shadow or looked is None or looked[1] < REMEMBERED_DAYS:
        return None
    kinds, days = looked
    for name, source in setting.strategy.data.sources.items():
        if source.kind in kinds and source.fresh is not None and _days(parse_duration(source.fresh)) > days:
            return name, "asks what is true now" if "states" in kinds else f"looks back {_in_words(days)}"
    return None


def _looks_back(rule: Rule) -> tuple[tuple[str, ...], float] | None:
    """The kinds of source that a rule rests on, and how many days it looks back."""
    limit = rule.limit
    if isinstance(limit, AtMost):
        days = _window(limit.window)
        return None if days is None else (("contacts", "events"), days)
    if isinstance(limit, Apart | Clash | PauseAfterContact):
        return ("contacts", "events"), _days(limit.duration)
    if isinstance(limit, PauseAfterResponse):
        return ("responses", "events"), _days(limit.duration)
    return (("states",), STATE_DAYS) if isinstance(limit, Held) else None


def _window(window: Window) -> float | None:
    if window.axis == "elapsed":
        return window.width / US_PER_DAY
    return window.width if window.axis == "local_days" else _PERIODS.get(window.axis)


def _days(duration: Duration) -> float:
    return duration.local_days + duration.microseconds / US_PER_DAY


def _in_words(days: float) -> str:
    return f"{days * 24:,.3g} hours" if days < 2 else f"{days:,.3g} days"
