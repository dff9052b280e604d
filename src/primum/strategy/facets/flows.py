"""Lifecycle flows as declarations: who comes in, what they are told and when, and what takes them out.

Owns the facet `flows`. Refuses to run: the contact history is the only state, and queries over it say who is due.
"""

from typing import Literal

from pydantic import Field

from primum.strategy.facets.occasions import Filter, Occasion
from primum.strategy.parts import Duration, Model, Rate, Text, Texts

FlowKind = Literal[
    "acquire", "convert", "welcome", "nurture", "cross-sell", "up-sell", "repeat", "win-back", "advocacy", "retain",
    "service", "collections",
]  # fmt: skip


class WayIn(Occasion):
    """What brings a customer in."""

    again_after: Duration | None = Field(
        default=None, description="How long after coming in they may come in again; by default never."
    )
    expected: Rate | None = Field(default=None, description="How many come in, as `300 per day`.")


class WayOut(Occasion):
    """What takes a customer out before the last step."""

    after: Duration | None = Field(default=None, description="They are out so long after coming in, whatever happened.")


class Step(Model):
    """One thing that a customer in the flow is told."""

    communication: Text = Field(description="What is said.")
    channel: Text | None = Field(default=None, description="Where; by default the communication's first channel.")
    wait: Duration | None = Field(
        default=None, description="How long after the step before (the first: after coming in); by default at once."
    )
    unless: Occasion | None = Field(default=None, description="The step is passed over where this happened meanwhile.")
    valid_for: Duration | None = Field(default=None, description="How long it may be held back before it is pointless.")


class Flow(Model):
    """A flow: entry, steps in their order, exit."""

    title: Text | None = Field(default=None, description="The flow's name as people say it.")
    says: Text | None = Field(default=None, description="What it is for, in a sentence.")
    kind: FlowKind | None = Field(default=None, description="Which part of the lifecycle it serves.")
    owner: Text | None = Field(default=None, description="The department that answers for it.")
    objectives: Texts = Field(default_factory=list, description="The objectives it serves.")
    journey: Texts = Field(default_factory=list, description="The stages of the journey it serves.")
    personas: Texts = Field(default_factory=list, description="The personas it was made for.")
    customers: Filter = Field(default=None, description="Who alone may come in: segment, state, or an attribute.")
    entry: WayIn | None = Field(default=None, description="What brings a customer in.")
    steps: dict[str, Step] = Field(default_factory=dict, description="Name -> step, in their order.")
    exit: WayOut | None = Field(default=None, description="What takes a customer out before the last step.")
