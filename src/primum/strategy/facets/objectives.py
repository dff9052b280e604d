"""What the company wants of its contacts: more customers, more frequency, more spend; each in a figure with a date.

Owns the facet `objectives`. Refuses to measure: a baseline is a figure that somebody read, with the place it was read.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from primum.strategy.parts import Day, Model, Text, Texts

Aim = Literal["acquisition", "retention", "reactivation", "frequency", "spend", "service"]


class Baseline(Model):
    """Where a metric stood, and how that is known."""

    value: float = Field(description="The metric's value, in its own unit; a share as 0.31.")
    on: Day | None = Field(default=None, description="The day it was read.")
    source: Text | None = Field(default=None, description="Where it was read: a report, a query, a source.")


def _value_alone(value: Any) -> Any:
    return {"value": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


ReadBaseline = Annotated[Baseline, BeforeValidator(_value_alone, json_schema_input_type=float | Baseline)]
"""A number, or a `Baseline`."""


class Objective(Model):
    """One thing that the company wants, in a figure."""

    title: Text | None = Field(default=None, description="The objective as people say it.")
    aim: Aim = Field(description="More customers (acquisition, retention, reactivation), frequency, spend, or service.")
    metric: Text | None = Field(default=None, description="What it is measured by (`measurement: metrics:`).")
    baseline: ReadBaseline | None = Field(default=None, description="Where the metric stands now.")
    target: float | None = Field(default=None, description="Where it shall stand, in the metric's unit.")
    by: Day | None = Field(default=None, description="The day by which.")
    owner: Text | None = Field(default=None, description="The department that answers for it.")
    segments: Texts = Field(default_factory=list, description="Whom it is about: segments or stages of customers.")
    personas: Texts = Field(default_factory=list, description="Whom it is about, as people.")
