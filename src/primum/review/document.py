"""The strategy as a document: rules in words, who owns what, what flows ask, how it is measured.

Owns the making of `results.StrategyDocument`. Refuses layout (`report.strategy` has it).
"""

from collections.abc import Iterator

from primum.review.rates import channel_of_step, demand, per_day
from primum.review.readings import filter_words, reading
from primum.review.remarks import Setting
from primum.review.results import (
    Belongings,
    FlowFigures,
    Load,
    MeasureFigures,
    RuleReading,
    StrategyDocument,
)
from primum.review.run import Review
from primum.review.samples import sample_needed
from primum.rules.model import Rule
from primum.strategy.facets.flows import Flow
from primum.strategy.facets.measurement import Measure


def document(setting: Setting, review: Review, primum_version: str) -> StrategyDocument:
    """Everything that the document says."""
    return StrategyDocument(
        setting.strategy,
        setting.loaded.version,
        setting.as_of.isoformat() if setting.as_of is not None else "",
        primum_version,
        tuple(_rule(setting, rule) for rule in setting.rules.rules),
        tuple(filter_words(priority) for priority in setting.rules.priorities),
        tuple(
            f"{filter_words(e.to)}; {'they count' if e.counts else 'no rule sees them'}" for e in setting.rules.exempt
        ),
        tuple(_belongings(setting, name) for name in setting.strategy.departments),
        tuple(_flow(setting, name, flow) for name, flow in setting.strategy.flows.items()),
        tuple(_measures(setting)),
        review.facets,
        review.remarks,
    )


def _rule(setting: Setting, rule: Rule) -> RuleReading:
    place = setting.rule_path(rule.name)
    origin = {"use": "a pack", "moments": "a moment of truth"}.get(str(place[0]), "this strategy")
    return RuleReading(
        rule.name, rule.says, reading(rule), origin, rule.owner or "", rule.severity, rule.source or "", rule.shadow
    )


def _belongings(setting: Setting, name: str) -> Belongings:
    s = setting.strategy
    person = s.departments[name].owner or ""
    return Belongings(
        name,
        person,
        tuple(n for n, c in s.communications.items() if c.owner == name),
        tuple(n for n, f in s.flows.items() if f.owner == name),
        tuple(n for n, o in s.objectives.items() if o.owner == name),
        tuple(n for n, j in s.journey.stages.items() if j.owner == name),
        tuple(n for n, m in s.moments.items() if m.owner == name),
        tuple(r.name for r in setting.rules.rules if r.owner is not None and r.owner in (name, person)),
        tuple(n for n, c in s.channels.items() if c.owner == name),
    )


def _flow(setting: Setting, name: str, flow: Flow) -> FlowFigures:
    s = setting.strategy
    loads = tuple(_load(setting, channel, asked) for channel, asked in demand(s, flow).items())
    costs = [load.month_cost for load in loads if load.month_cost is not None]
    channels = tuple((step, channel_of_step(s, flow, step) or "") for step in flow.steps)
    return FlowFigures(name, loads, channels, sum(costs) if loads and len(costs) == len(loads) else None)


def _load(setting: Setting, name: str, asked: float) -> Load:
    channel = setting.strategy.channels.get(name)
    capacity = per_day(channel.capacity) if channel is not None and channel.capacity is not None else None
    cost = channel.unit_cost if channel is not None else None
    return Load(name, asked, capacity, None if cost is None else 30 * asked * cost)


def _measures(setting: Setting) -> Iterator[MeasureFigures]:
    measurement = setting.strategy.measurement
    for name, measure in measurement.flows.items():
        yield _measure(setting, "flow", name, measure)
    for name, measure in measurement.objectives.items():
        yield _measure(setting, "objective", name, measure)


def _measure(setting: Setting, kind: str, name: str, measure: Measure) -> MeasureFigures:
    above = setting.strategy.measurement.control
    control = None if measure.without_control else measure.control if measure.control is not None else above
    needed = None
    if measure.expected is not None and measure.minimum_effect is not None and control is not None:
        needed = sample_needed(measure.expected, measure.minimum_effect, control)
    return MeasureFigures(
        "flow" if kind == "flow" else "objective",
        name,
        measure.metric or "",
        control if measure.minimum_effect is not None or kind == "flow" else None,
        measure.without_control or "",
        measure.expected,
        measure.minimum_effect,
        measure.sample,
        needed,
        measure.review or "",
        measure.owner or "",
    )
