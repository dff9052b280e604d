"""How the company will know whether it worked: metrics, control groups, the sample an effect needs, a day of review.

Owns the facet `measurement`. Refuses to measure, and to compute the sample (`review.samples` does).
"""

from typing import Literal

from pydantic import Field

from primum.strategy.parts import Day, Duration, Model, Share, Text


class Metric(Model):
    """A figure, defined once."""

    title: Text | None = Field(default=None, description="The metric's name as people say it.")
    says: Text | None = Field(default=None, description="What is counted, of whom, over how long.")
    unit: Literal["share", "number", "money", "days"] = Field(default="share", description="What its values are.")
    better: Literal["higher", "lower"] = Field(default="higher", description="Which way is good.")
    response: Text | None = Field(default=None, description="The kind of response it counts, if it counts one.")
    within: Duration | None = Field(default=None, description="How long after a contact, or over how long.")


class Measure(Model):
    """How one flow or objective is measured."""

    metric: Text | None = Field(default=None, description="By what (`metrics`).")
    control: Share | None = Field(default=None, description="Share of customers left out; by default `control` above.")
    salt: Text | None = Field(default=None, description="Draws who they are; by default `salt` above.")
    without_control: Text | None = Field(default=None, description="Why there is no control group, if there is none.")
    expected: Share | None = Field(default=None, description="The metric's value without the flow, a share.")
    minimum_effect: Share | None = Field(
        default=None, description="The smallest difference worth seeing, in points: 1% tells 4% from 5%."
    )
    sample: int | None = Field(default=None, ge=1, description="Customers who will be in it, control group included.")
    review: Day | None = Field(default=None, description="The day on which it is looked at and decided.")
    owner: Text | None = Field(default=None, description="The department that reports it.")


class Measurement(Model):
    """How it is measured."""

    control: Share | None = Field(default=None, description="Share of customers left out, where a measure says none.")
    salt: Text | None = Field(default=None, description="Draws who they are; change it, and others are drawn.")
    metrics: dict[str, Metric] = Field(default_factory=dict, description="Name -> metric.")
    flows: dict[str, Measure] = Field(default_factory=dict, description="Flow -> how it is measured.")
    objectives: dict[str, Measure] = Field(default_factory=dict, description="Objective -> how it is measured.")
