"""Personas: the customers as people, with what they need, what moves them and what they expect of contact.

Owns the key `personas` of the facet `customers`. Refuses to say who belongs to one: segments do.
"""

from pydantic import Field

from primum.strategy.parts import Model, Text, Texts


class Persona(Model):
    """A kind of person among the customers."""

    title: Text | None = Field(default=None, description="The name that people give them.")
    says: Text | None = Field(default=None, description="Who they are, in a sentence.")
    needs: Texts = Field(default_factory=list, description="What they need.")
    motivations: Texts = Field(default_factory=list, description="What moves them.")
    expects: Texts = Field(default_factory=list, description="What they expect of contact: how often, how, what not.")
    segments: Texts = Field(default_factory=list, description="Segments or stages in which most of them are.")
