"""The journey as the customer lives it: stages, touchpoints both ways, pains, and who owns what.

Owns the facet `journey`. Refuses to be the lifecycle: stages by tenure and activity stand under `customers: stages:`.
"""

from typing import Literal

from pydantic import Field

from primum.strategy.parts import Model, Text, Texts


class Touchpoint(Model):
    """Where customer and company meet."""

    title: Text | None = Field(default=None, description="The touchpoint's name as people say it.")
    direction: Literal["inbound", "outbound"] = Field(description="Who begins: the customer (inbound) or the company.")
    channel: Text | None = Field(default=None, description="The channel it happens on.")
    communications: Texts = Field(default_factory=list, description="What the company says there.")
    moment: Text | None = Field(default=None, description="The moment of truth that it is, if it is one.")
    owner: Text | None = Field(default=None, description="The department that owns it; by default the stage's.")
    pains: Texts = Field(default_factory=list, description="What goes wrong there, as customers tell it.")


class JourneyStage(Model):
    """A stage as the customer lives it."""

    title: Text | None = Field(default=None, description="The stage's name as people say it.")
    says: Text | None = Field(default=None, description="What the customer wants to get done in it.")
    owner: Text | None = Field(default=None, description="The department that answers for it.")
    touchpoints: dict[str, Touchpoint] = Field(default_factory=dict, description="Name -> touchpoint, in order.")
    pains: Texts = Field(default_factory=list, description="What goes wrong in it, as customers tell it.")
    lifecycle: Texts = Field(default_factory=list, description="Stages of `customers: stages:` that live it.")
    personas: Texts = Field(default_factory=list, description="The personas it was drawn for.")


class Journey(Model):
    """The customer's way with the company."""

    stages: dict[str, JourneyStage] = Field(default_factory=dict, description="Name -> stage, in their order.")
