"""Who the customers are: what is true of them, segments, stages, personas, and who is none.

Owns the facet `customers`. Refuses to evaluate a condition (`customers` does).
"""

import itertools
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from primum.strategy.facets.personas import Persona
from primum.strategy.parts import Duration, Model, Text, Texts

NonPersonKind = Literal["seed", "test", "staff", "agency", "shared"]
IDENTIFIER_PATTERN: Final = "^[^:]+:.+$"


class NotAPerson(Model):
    """An address or number that is no customer: it stays out of pressure and of the worst-hit list, and is counted."""

    identifier: Annotated[str, Field(pattern=IDENTIFIER_PATTERN)] = Field(
        description="As `kind:value`; `*` stands for any text."
    )
    why: NonPersonKind = Field(description="What it is.")


class StateOfResponses(Model):
    """A state that responses begin and end. Everything omitted is as Primum has it for a state of this name."""

    opened_by: Texts | None = Field(default=None, description="Kinds of response that begin it.")
    closed_by: Texts | None = Field(default=None, description="Kinds of response that end it.")
    lasts: Duration | None = Field(default=None, description="It ends by itself so long after such a response.")
    permits: bool | None = Field(
        default=None, description="It allows contacts (consent): at equal instants its end wins, not its beginning."
    )
    one_at_a_time: bool | None = Field(
        default=None, description="A later one ends the earlier, whatever it names: a preferred channel."
    )


class Condition(Model):
    """A segment: customers of whom a condition holds."""

    title: Text | None = Field(default=None, description="The segment's name as people say it.")
    when: Text = Field(description="A SQL condition over customer fields and measures (allow-listed).")


def _condition_alone(value: Any) -> Any:
    return {"when": value} if isinstance(value, str) else value


SegmentCondition = Annotated[Condition, BeforeValidator(_condition_alone, json_schema_input_type=Text | Condition)]
"""A SQL condition, or a `Condition`."""


class Stage(Condition):
    """A stage of the customer's life with the company; the first whose condition holds is the customer's."""

    stage: Text = Field(description="The stage's name in rules.")


class ScoreCuts(Model):
    """How recency, frequency and value become scores: equal parts of all buyers, or stated cuts."""

    parts: int | None = Field(default=None, ge=2, le=10, description="So many equal parts; 5 where nothing is said.")
    recency_days: list[Annotated[int, Field(ge=1)]] = Field(
        default_factory=list, description="Cuts, ascending: fewer days than the first give the best score."
    )
    frequency: list[Annotated[int, Field(ge=1)]] = Field(
        default_factory=list, description="Cuts, ascending: at least the last gives the best score."
    )
    value: list[Annotated[float, Field(gt=0)]] = Field(
        default_factory=list, description="Cuts, ascending, in the strategy's currency."
    )

    @model_validator(mode="after")
    def _cuts_ascend(self) -> "ScoreCuts":
        for name in ("recency_days", "frequency", "value"):
            cuts: list[float] = getattr(self, name)
            if any(a >= b for a, b in itertools.pairwise(cuts)):
                raise ValueError(f"has cuts of {name} that do not ascend")
        return self


class Customers(Model):
    """Who the customers are."""

    not_people: list[NotAPerson] = Field(default_factory=list, description="Identifiers that are no customers.")
    people: Texts = Field(
        default_factory=list, description="Identifiers (`kind:value`) that look like no customers and are ones."
    )
    own_domains: Texts = Field(default_factory=list, description="The company's own e-mail domains: staff and tests.")
    agency_domains: Texts = Field(default_factory=list, description="E-mail domains of agencies and suppliers.")

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = Field(
        default=None, description="Default country (ISO 3166-1 alpha-2): reads national phone numbers."
    )
    personas: dict[str, Persona] = Field(default_factory=dict, description="Name -> a kind of person among them.")

    opt_out_reading: Literal["as_said", "channel", "company"] = Field(
        default="as_said",
        description="What an opt-out covers: what it names; its whole channel; or everything the company says.",
    )
    states: dict[str, StateOfResponses] = Field(
        default_factory=dict, description="States that responses begin and end: name -> which ones."
    )
    hard_bounces: Texts = Field(
        default_factory=list, description="Words of `outcome` that say an address is dead, beside those Primum knows."
    )
    additions: Texts = Field(
        default_factory=list,
        description="Sources of states whose later files only add: what they no longer list is still true.",
    )
    purchases: Texts = Field(default=["bought"], description="Kinds of response that count as purchases.")
    segments: dict[str, SegmentCondition] = Field(
        default_factory=dict, description="Groups of customers: name -> SQL condition."
    )
    stages: list[Stage] = Field(default_factory=list, description="Lifecycle stages, in the order they are tried.")
    scores: ScoreCuts = Field(
        default_factory=lambda: ScoreCuts(), description="How recency, frequency and value become scores."
    )
    evaluate: Literal["daily", "weekly", "monthly"] = Field(
        default="monthly", description="When segments and stages are looked at anew, in the strategy's zone."
    )
    attribution: dict[str, Duration] = Field(
        default_factory=dict,
        description="Kind of response -> how long before it the contact may lie to which it is put down.",
    )
