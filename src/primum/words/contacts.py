"""What happens between a company and a customer: contacts, responses, states, and what somebody wants to say.

Owns these records, as the law of contact rules speaks of them (docs/rules.md, chapter "Facts"). Refuses to know where
they come from. Instants are microseconds since 1970-01-01T00:00Z; attribute values are texts (see `words.filters`).
"""

from dataclasses import dataclass, field
from typing import Literal

from primum.words.filters import Attributes

Precision = Literal["instant", "hour", "day"]
"""How exactly an instant is known. `day`: it is the first instant of a local day, and stands for all of that day."""

Use = Literal["audit", "backtest", "plan", "gate"]
"""The four uses of the law."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Something that was said, or is promised to be: `status` as in `words.vocabulary.STATUSES`.

    `attributes` hold everything a filter may name (channel, purpose, department, ...), but not `status`.
    """

    id: str
    customer: str
    at: int
    status: str
    attributes: Attributes
    priority: float = 0.0
    precision: Precision = "instant"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact that somebody wants to make: not yet decided. `not_after` is never before `at`."""

    id: str
    customer: str
    at: int
    attributes: Attributes
    priority: float = 0.0
    not_after: int | None = None
    precision: Precision = "instant"
    status: str = "proposed"
    """In audit and backtest: what became of it, by which it is counted afterwards."""


@dataclass(frozen=True, slots=True)
class Response:
    """Something the customer did."""

    id: str
    customer: str
    at: int
    kind: str
    attributes: Attributes
    precision: Precision = "instant"


@dataclass(frozen=True, slots=True)
class State:
    """Something that is true of a customer from an instant (None: as long as is known) until another (None: no end).

    `scope` names what it is about (channel, topic, account...); an absent name means all values. A state of which
    only the day of an extract is known has `as_of`: from then on it certainly holds, and from its `start` on (or ever)
    it may have.
    """

    name: str
    start: int | None
    until: int | None
    scope: Attributes = field(default_factory=dict)
    start_precision: Precision = "instant"
    until_precision: Precision = "instant"
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer: where (zones), in which household, with which attributes, segments and states.

    `segments` are states by another name: membership from an instant until another.
    """

    id: str
    zones: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    segments: tuple[State, ...] = ()
    states: tuple[State, ...] = ()
    household: str | None = None
