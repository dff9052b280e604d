"""Moments of truth: when a customer remembers what the company did, what it promises then, and what must not be near.

Owns the facet `moments`. Refuses to be a rule: `strategy.moment_rules` makes rules of `not_near`.
"""

from typing import Literal

from pydantic import Field

from primum.strategy.facets.occasions import Filter, Occasion
from primum.strategy.parts import Duration, Model, Text, Texts


class Promise(Model):
    """What the company promises to do, and how the history tells that it did."""

    says: Text = Field(description='The promise, in a sentence: "We answer within four hours."')
    within: Duration | None = Field(default=None, description="How long after the moment it is kept at the latest.")
    counted: Literal["elapsed", "open_hours"] = Field(
        default="elapsed", description="Whether closed hours of the channel count."
    )
    channel: Text | None = Field(default=None, description="The channel it is kept on.")
    kept_by: Occasion | None = Field(default=None, description="What shows that it was kept.")


class NotNear(Model):
    """What must not happen near the moment."""

    says: Text = Field(description="The rule in a sentence, for the people it holds back.")
    to: Filter = Field(description="What is held back, as in rules: {purpose: [marketing, sales]}.")
    within: Duration | None = Field(
        default=None, description="How long; a moment that is a state holds back as long as it lasts."
    )
    otherwise: Literal["drop", "defer"] = Field(default="drop", description="What becomes of what is held back.")
    mode: Literal["enforce", "shadow"] = Field(default="enforce", description="`shadow`: monitor only.")


class Moment(Model):
    """A moment of truth."""

    title: Text | None = Field(default=None, description="The moment's name as people say it.")
    says: Text | None = Field(default=None, description="What it is like for the customer.")
    trigger: Occasion | None = Field(default=None, description="What it begins with.")
    promise: Promise | None = Field(default=None, description="What the company promises then.")
    owner: Text | None = Field(default=None, description="The department that answers for it.")
    journey: Texts = Field(default_factory=list, description="The stages of the journey it lies in.")
    not_near: dict[str, NotNear] = Field(default_factory=dict, description="Name -> what must not happen near it.")
