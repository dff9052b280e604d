"""The ways of reaching a customer: what each can do, costs and bears, when it is open, and what it needs.

Owns the facet `channels`. Refuses to hold anything back: rules do; hours and consent here say what rules must know.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from primum.strategy.parts import Duration, Model, Rate, Text, Texts
from primum.strategy.rules_schema import HOURS


class Channel(Model):
    """A way of reaching a customer."""

    title: Text | None = Field(default=None, description="The channel's name as people say it.")
    unit_cost: float | None = Field(default=None, ge=0, description="Cost of one contact, in the strategy's currency.")
    lands_after: Duration | None = Field(
        default=None, description="How long a contact is under way: post handed over on Monday lands on Wednesday."
    )
    owner: Text | None = Field(default=None, description="The department that runs it.")
    direction: Literal["inbound", "outbound", "both"] | None = Field(default=None, description="Who may begin.")
    capabilities: Texts = Field(default_factory=list, description="What it can do: personal, pictures, reply, receipt.")
    capacity: Rate | None = Field(default=None, description="How many contacts it bears, as `500 per day`.")
    hours: Annotated[Any, WithJsonSchema(HOURS)] = Field(
        default=None, description="When it is open, as `between` of a rule; by default always."
    )
    consent: Text | None = Field(default=None, description="The state without which it may not be used to sell.")
    senders: Texts = Field(default_factory=list, description="Who customers see as the sender: addresses, numbers.")
    fallbacks: Texts = Field(default_factory=list, description="Channels to try instead, the first first.")
