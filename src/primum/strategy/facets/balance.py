"""Whether each initiative can be done, is wanted by customers, and pays: three judgements, side by side.

Owns the facet `balance`. Refuses arithmetic on judgements: a judgement is a person's, with a name and a day.
"""

from typing import Literal

from pydantic import Field

from primum.strategy.parts import Day, Model, Text, Texts


class Judgement(Model):
    """What a person judges, and on what grounds."""

    verdict: Literal["yes", "no", "unsure"] | None = Field(default=None, description="The judgement.")
    by: Text | None = Field(default=None, description="The person who judges, by name.")
    on: Day | None = Field(default=None, description="The day.")
    why: Text | None = Field(default=None, description="The grounds, in a sentence or two.")
    evidence: Texts = Field(default_factory=list, description="Where they can be read: a report, a study, figures.")


class Initiative(Model):
    """Something the company means to do."""

    title: Text | None = Field(default=None, description="The initiative as people say it.")
    flows: Texts = Field(default_factory=list, description="The flows it consists of; their figures are computed.")
    objectives: Texts = Field(default_factory=list, description="The objectives it serves.")
    owner: Text | None = Field(default=None, description="The department that answers for it.")
    feasible: Judgement | None = Field(default=None, description="Capacity, data, channel and content are at hand.")
    desirable: Judgement | None = Field(default=None, description="Customers want it: evidence, response, harm.")
    viable: Judgement | None = Field(default=None, description="It pays: cost, return.")
