"""Pages about what customers live through: journey, flows, moments of truth, channels.

Owns these four. Refuses figures of its own.
"""

from collections.abc import Iterable

from primum.report.blocks import Block, Cell, Heading, Prose, Terms
from primum.report.phrases import clean
from primum.report.strategy.cells import figure, owner, several, table, text
from primum.report.strategy.flow_chart import flow_chart, occasion_words
from primum.report.strategy.journey_map import journey_chart
from primum.report.strategy.owners import Owners
from primum.review.results import FlowFigures, StrategyDocument


def journey(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """The map, and its touchpoints."""
    stages = document.strategy.journey.stages
    if stages:
        yield journey_chart(document.strategy, owners)
    yield from table(
        "Touchpoints",
        "stage|touchpoint|who begins|channel|communications|owner|=pains",
        (
            (
                text(stage.title or name),
                text(touchpoint.title or key),
                text("the customer" if touchpoint.direction == "inbound" else "the company"),
                text(touchpoint.channel),
                several(touchpoint.communications),
                owner(touchpoint.owner or stage.owner, owners),
                text("; ".join(touchpoint.pains)),
            )
            for name, stage in stages.items()
            for key, touchpoint in stage.touchpoints.items()
        ),
    )


def flows(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Each flow drawn, and what it asks of channels."""
    figures = {f.flow: f for f in document.flows}
    for name, flow in document.strategy.flows.items():
        yield flow_chart(name, flow, dict(figures[name].channels), owners)
        if flow.says:
            yield Prose(clean(flow.says, 400), small=True)
    yield from table(
        "What flows ask of channels, at most",
        "flow|channel|#contacts a day|#the channel bears|#cost a month",
        (row for f in document.flows for row in _loads(f)),
        "If everybody who comes in gets every step. A month counts 30 days. Costs in "
        f"{document.strategy.strategy.currency}.",
    )


def _loads(figures: FlowFigures) -> Iterable[tuple[Cell, ...]]:
    for load in figures.loads:
        yield (
            text(figures.flow),
            text(load.channel),
            figure(load.per_day),
            figure(load.capacity),
            figure(load.month_cost, "money"),
        )


def moments(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Each moment with its promise."""
    for name, moment in document.strategy.moments.items():
        promise = moment.promise
        yield Heading(clean(moment.title or name, 120))
        if moment.says:
            yield Prose(clean(f"“{moment.says}”", 400))
        told = [
            ("Begins with", occasion_words(moment.trigger)),
            ("We promise", promise.says if promise is not None else ""),
            ("Kept within", _within(promise.within, promise.counted) if promise is not None else ""),
            ("It shows by", occasion_words(promise.kept_by) if promise is not None else ""),
            ("Answers for it", owners.title(moment.owner)),
            *(("Not near it", near.says) for near in moment.not_near.values()),
        ]
        yield Terms(tuple((term, clean(text, 400)) for term, text in told if text))


def _within(within: str | None, counted: str) -> str:
    return f"{within}{', open hours' if counted == 'open_hours' else ''}" if within else ""


def channels(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """What each channel can do, costs and bears."""
    yield from table(
        "Channels",
        "channel|owner|#cost of one|bears|open|consent needed|seen as sender|instead|it can",
        (
            (
                text(c.title or name, c.direction or ""),
                owner(c.owner, owners),
                figure(c.unit_cost, "cost"),
                text(c.capacity),
                text(_hours(c.hours)),
                text(c.consent),
                several(c.senders),
                several(c.fallbacks),
                several(c.capabilities),
            )
            for name, c in document.strategy.channels.items()
        ),
        f"Costs in {document.strategy.strategy.currency}.",
    )


def _hours(hours: object) -> str:
    """Open hours as they are written."""
    if isinstance(hours, dict):
        return ", ".join(f"{days} {_hours(spans)}" for days, spans in hours.items())
    return " and ".join(map(str, hours)) if isinstance(hours, list) else str(hours) if hours else "always"
