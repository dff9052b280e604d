"""Checks about flows, and about the objectives, stages and channels that they serve or use.

Owns what can be said of flows without history. Refuses to run them.
"""

from collections.abc import Iterator

from primum.review.rates import channel_of_step, demand, per_day
from primum.review.remarks import Found, Setting, check
from primum.strategy.positions import KeyPath


@check("flow-without-exit", "error", "Whoever has bought, left or complained would go on getting its messages.")
def flow_without_exit(setting: Setting) -> Iterator[Found]:
    """Every flow says what takes a customer out."""
    for name, flow in setting.strategy.flows.items():
        if flow.exit is None or not (flow.exit.names_something or flow.exit.after):
            what = f'the flow "{name}" has no exit.'
            cure = "Add `exit:` with what ends it (`response: bought`, `state: ...`) or `after: 60 days`."
            yield Found(("flows", name), what, cure)


@check("flow-incomplete", "error", "Nobody could ever be due for it.")
def flow_incomplete(setting: Setting) -> Iterator[Found]:
    """Every flow says who comes in, and what they are told."""
    for name, flow in setting.strategy.flows.items():
        if flow.entry is None or not flow.entry.names_something:
            cure = "Add `entry:` with a `response`, `state`, `segment`, `stage` or `communication` that brings them in."
            yield Found(("flows", name), f'the flow "{name}" does not say who comes in.', cure)
        if not flow.steps:
            yield Found(("flows", name), f'the flow "{name}" has no steps.', "Add `steps:` with a communication each.")


@check("capacity-below-demand", "error", "The flow would be late from its first week on, and ever later.")
def capacity_below_demand(setting: Setting) -> Iterator[Found]:
    """A channel bears what one flow alone asks of it."""
    for name, flow in setting.strategy.flows.items():
        for channel, asked in demand(setting.strategy, flow).items():
            borne = _capacity(setting, channel)
            if borne is not None and asked > borne:
                what = f'the flow "{name}" asks {asked:,.0f} contacts a day of "{channel}", which bears {borne:,.0f}.'
                cure = "Raise `capacity`, lower `expected`, or move steps to another channel."
                yield Found(("flows", name, "entry", "expected"), what, cure)


@check("channel-overbooked", "warning", "Each flow fits alone; together they do not.")
def channel_overbooked(setting: Setting) -> Iterator[Found]:
    """A channel bears what all flows together ask of it."""
    asked: dict[str, list[float]] = {}
    for flow in setting.strategy.flows.values():
        for channel, each in demand(setting.strategy, flow).items():
            asked.setdefault(channel, []).append(each)
    for channel, parts in asked.items():
        borne, total = _capacity(setting, channel), sum(parts)
        if borne is not None and len(parts) > 1 and max(parts) <= borne < total:
            what = f'{len(parts)} flows ask {total:,.0f} contacts a day of "{channel}", which bears {borne:,.0f}.'
            cure = "Raise `capacity`, or say with `priorities` which of them go first."
            yield Found(("channels", channel, "capacity"), what, cure)


def _capacity(setting: Setting, channel: str) -> float | None:
    known = setting.strategy.channels.get(channel)
    return per_day(known.capacity) if known is not None and known.capacity is not None else None


@check("step-without-channel", "warning", "Whoever builds the flow will choose one, and no rule will have been asked.")
def step_without_channel(setting: Setting) -> Iterator[Found]:
    """Every step has a channel, and one that its communication may use."""
    for name, flow in setting.strategy.flows.items():
        for key, step in flow.steps.items():
            path: KeyPath = ("flows", name, "steps", key)
            known = setting.strategy.communications.get(step.communication)
            if channel_of_step(setting.strategy, flow, key) is None:
                what = f'the step "{key}" of flow "{name}" has no channel, and neither has its communication.'
                yield Found(path, what, f'Add `channel:` to it, or `channels:` to "{step.communication}".')
            elif known is not None and known.channels and step.channel and step.channel not in known.channels:
                what = f'the step "{key}" of flow "{name}" uses "{step.channel}", which its communication may not.'
                cure = f'Allowed for "{step.communication}": {", ".join(known.channels)}.'
                yield Found((*path, "channel"), what, cure)


@check("objective-without-flow", "warning", "An aim that nothing works towards is a wish.")
def objective_without_flow(setting: Setting) -> Iterator[Found]:
    """Every objective is served by a flow."""
    served = {objective for flow in setting.strategy.flows.values() for objective in flow.objectives}
    for name in setting.strategy.objectives:
        if name not in served:
            what = f'no flow serves the objective "{name}".'
            yield Found(("objectives", name), what, "Name it under `objectives` of a flow, or take it out.")


@check("objective-without-figure", "warning", "Whether it was reached will be a matter of opinion.")
def objective_without_figure(setting: Setting) -> Iterator[Found]:
    """Every objective has a metric, a baseline, a target and a day."""
    for name, objective in setting.strategy.objectives.items():
        missing = [key for key in ("metric", "baseline", "target", "by") if getattr(objective, key) is None]
        if missing:
            what = f'the objective "{name}" lacks {", ".join(missing)}.'
            yield Found(("objectives", name), what, f"Add {', '.join(f'`{key}:`' for key in missing)}.")


@check("stage-unserved", "warning", "Customers live through it and hear nothing that helps.")
def stage_unserved(setting: Setting) -> Iterator[Found]:
    """Every stage of the journey is served by a communication or a flow."""
    served = {stage for flow in setting.strategy.flows.values() for stage in flow.journey}
    for name, stage in setting.strategy.journey.stages.items():
        said = any(touchpoint.communications for touchpoint in stage.touchpoints.values())
        if name not in served and not said:
            what = f'no communication serves the stage "{name}" of the journey.'
            cure = "Name `communications` at a touchpoint, or the stage under `journey` of a flow."
            yield Found(("journey", "stages", name), what, cure)
