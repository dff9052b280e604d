"""Filters: which contacts, or which customers, something speaks of.

Owns their meaning: an attribute equals a value, or is one of a list, or `not` either; several attributes must all
hold. Refuses expressions: what needs one is a segment, a state or a tag.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = str | tuple[str, ...]
"""What an attribute holds: a text, or (tags, products) several. Numbers and truths are compared as texts."""

Attributes = Mapping[str, Value]
"""Attribute -> value; an absent attribute has no key."""


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute's part of a filter: `values` are sorted and distinct."""

    attribute: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, value: Value | None) -> bool:
        """Whether a contact with this value is meant. Nothing equals no value; a list equals what it holds."""
        held = value if isinstance(value, tuple) else () if value is None else (value,)
        return any(v in self.values for v in held) is not self.negated


@dataclass(frozen=True, slots=True)
class Filter:
    """All terms must hold; none at all means everything."""

    terms: tuple[Term, ...] = ()

    def matches(self, attributes: Attributes) -> bool:
        """Whether these attributes are meant."""
        return all(term.holds(attributes.get(term.attribute)) for term in self.terms)

    def matches_with(self, look: Callable[[str], Value | None]) -> bool:
        """As `matches`, for attributes that are looked up by name."""
        return all(term.holds(look(term.attribute)) for term in self.terms)

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that decide."""
        return frozenset(term.attribute for term in self.terms)


EVERYTHING = Filter()
