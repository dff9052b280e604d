"""The ten facets of a contact strategy, and what this file says about each.

Owns the list of facets and what each lacks. Refuses to call a file wrong for being short: a first audit needs little.
"""

from typing import Final, NamedTuple

from primum.strategy.load import Loaded
from primum.strategy.models import Strategy
from primum.words.vocabulary import SOURCE_KINDS

FACETS: Final = (
    "customers",
    "objectives",
    "journey",
    "flows",
    "measurement",
    "moments",
    "balance",
    "data",
    "rules",
    "channels",
)
"""The facets, in the order in which the design lists them."""


class Facet(NamedTuple):
    """One facet: whether the file says anything about it, and what it lacks ("" for nothing)."""

    name: str
    present: bool
    lacks: str


def facets(loaded: Loaded) -> list[Facet]:
    """All ten facets; those that this version cannot read say so."""
    readable = {
        "customers": _customers(loaded.strategy),
        "data": _data(loaded.strategy),
        "channels": _channels(loaded.strategy),
        "rules": _rules(loaded.strategy),
    }
    return [readable.get(name) or Facet(name, False, "not part of this version yet") for name in FACETS]


def _customers(strategy: Strategy) -> Facet:
    country = strategy.customers.country
    lacks = "" if country else "country: without it, phone numbers in national form cannot be read"
    return Facet("customers", country is not None, lacks)


def _data(strategy: Strategy) -> Facet:
    sources = strategy.data.sources
    if not sources:
        return Facet("data", False, "sources: nothing can be audited without contacts")
    kinds: set[str] = {source.kind for source in sources.values()}
    if "events" in kinds:
        kinds |= {"contacts", "responses"}
    missing = [kind for kind in SOURCE_KINDS if kind not in kinds]
    return Facet("data", True, f"sources of {', '.join(missing)}" if missing else "")


def _channels(strategy: Strategy) -> Facet:
    if not strategy.channels:
        return Facet("channels", False, "the list of channels")
    free = [name for name, channel in strategy.channels.items() if channel.unit_cost is None]
    return Facet("channels", True, f"unit_cost of {', '.join(free)}" if free else "")


def _rules(strategy: Strategy) -> Facet:
    present = bool(strategy.rules or strategy.use)
    return Facet("rules", present, "" if present else "contact rules: nothing is held back")
