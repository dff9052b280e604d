"""What the facets need to know: from where, how fresh, and who may see it.

Owns the key `needs` of the facet `data`. Refuses to say where a fact really is: sources do; without one it is a gap.
"""

from typing import Literal

from pydantic import Field

from primum.strategy.parts import Duration, Model, Text, Texts

FacetName = Literal[
    "customers", "objectives", "journey", "flows", "measurement", "moments", "balance", "data", "rules", "channels"
]


class Need(Model):
    """Something that must be known."""

    says: Text | None = Field(default=None, description="What must be known, in words.")
    facets: list[FacetName] = Field(default_factory=list, description="The facets that need it.")
    rules: Texts = Field(default_factory=list, description="The rules that need it.")
    source: Text | None = Field(default=None, description="The source it comes from; none says that it is a gap.")
    fresh: Duration | None = Field(default=None, description="How old it may be.")
    owner: Text | None = Field(default=None, description="The department that answers for it.")
    access: Texts = Field(default_factory=list, description="The departments that may see it.")
    gap: Text | None = Field(default=None, description="What is missing, and what is done about it.")
