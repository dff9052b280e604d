"""When something begins or ends for a customer: what they did, what they are, or what they were sent.

Owns the words that flows and moments share. Refuses conditions of its own: what needs an expression is a segment.
"""

from typing import Annotated, Any, Final

from pydantic import Field, WithJsonSchema

from primum.strategy.parts import Model, Texts
from primum.strategy.rules_schema import FILTER

Filter = Annotated[Any, WithJsonSchema(FILTER)]
"""A filter over attributes of contacts, as in rules; `rules.parse` reads it."""

WAYS: Final = ("response", "state", "segment", "stage", "communication")
"""What an occasion may be made of."""


class Occasion(Model):
    """Something that happens to a customer: at least one of these; of several, each alone is enough."""

    response: Texts = Field(default_factory=list, description="The customer did this: bought, complained, opted_out.")
    state: Texts = Field(default_factory=list, description="This became true: complaint_open, in_arrears.")
    segment: Texts = Field(default_factory=list, description="They came into this segment (`customers: segments:`).")
    stage: Texts = Field(default_factory=list, description="They came into this stage (`customers: stages:`).")
    communication: Texts = Field(default_factory=list, description="They were sent this communication.")

    @property
    def names_something(self) -> bool:
        """Whether there is anything that could happen."""
        return any(getattr(self, way) for way in WAYS)
