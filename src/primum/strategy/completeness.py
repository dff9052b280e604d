"""The ten facets of a contact strategy, what this file says about each, and what each command still needs of it.

Owns the list of facets and what each lacks. Refuses to call a file wrong for being short: a first audit needs little.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

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

COMMANDS: Final = ("audit", "backtest", "gate", "plan", "measure")
"""What a strategy serves."""

Needs = Mapping[str, str]
"""Command -> what it lacks of a facet."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: whether the file says anything about it, what it lacks ("" for nothing), and who misses that.

    `needed` holds a command only where it cannot do its work without what it names.
    """

    name: str
    present: bool
    lacks: str
    needed: Needs = field(default_factory=dict)


def facets(loaded: Loaded) -> list[Facet]:
    """All ten facets."""
    return [_READ[name](loaded.strategy) for name in FACETS]


def missing_for(table: list[Facet], command: str) -> list[str]:
    """What a command cannot do without: `facet: what`; empty where it can do its work."""
    return [f"{facet.name}: {facet.needed[command]}" for facet in table if command in facet.needed]


def _customers(strategy: Strategy) -> Facet:
    customers = strategy.customers
    groups = (customers.segments, customers.stages, customers.personas)
    lacks = "" if customers.country else "country: without it, phone numbers in national form cannot be read"
    if not lacks and strategy.flows:
        named = zip(("segments", "stages", "personas"), groups, strict=True)
        lacks = ", ".join(name for name, group in named if not group)
    return Facet("customers", customers.country is not None or any(groups), lacks)


def _objectives(strategy: Strategy) -> Facet:
    if not strategy.objectives:
        return Facet("objectives", False, "what is wanted, in figures", {"measure": "what would count as success"})
    without = [n for n, o in strategy.objectives.items() if o.target is None or o.metric is None]
    return Facet("objectives", True, f"metric or target of {', '.join(without)}" if without else "")


def _journey(strategy: Strategy) -> Facet:
    stages = strategy.journey.stages
    if not stages:
        return Facet("journey", False, "the stages as customers live them")
    bare = [name for name, stage in stages.items() if not stage.touchpoints]
    return Facet("journey", True, f"touchpoints of {', '.join(bare)}" if bare else "")


def _flows(strategy: Strategy) -> Facet:
    if not strategy.flows:
        return Facet("flows", False, "who gets what, when", {"plan": "somebody to plan for"})
    free = [n for n, f in strategy.flows.items() if f.entry is None or f.entry.expected is None]
    return Facet("flows", True, f"how many are expected in {', '.join(free)}" if free else "")


def _measurement(strategy: Strategy) -> Facet:
    measurement = strategy.measurement
    if not (measurement.flows or measurement.objectives):
        needed = {"measure": "a metric and a control group"}
        return Facet("measurement", False, "how success is told from chance", needed)
    free = [name for name in strategy.flows if name not in measurement.flows]
    return Facet("measurement", True, f"the flows {', '.join(free)}" if free else "")


def _moments(strategy: Strategy) -> Facet:
    if not strategy.moments:
        return Facet("moments", False, "moments of truth and what is promised in them")
    free = [name for name, moment in strategy.moments.items() if moment.promise is None]
    return Facet("moments", True, f"promises of {', '.join(free)}" if free else "")


def _balance(strategy: Strategy) -> Facet:
    if not strategy.balance:
        return Facet("balance", False, "judgements: feasible, desirable, viable")
    free = [n for n, i in strategy.balance.items() if not (i.feasible and i.desirable and i.viable)]
    return Facet("balance", True, f"judgements of {', '.join(free)}" if free else "")


def _data(strategy: Strategy) -> Facet:
    sources = strategy.data.sources
    if not sources:
        lacks = "sources: nothing can be audited without contacts"
        return Facet("data", False, lacks, dict.fromkeys(("audit", "backtest", "measure"), "sources of contacts"))
    kinds: set[str] = {source.kind for source in sources.values()}
    if "events" in kinds:
        kinds |= {"contacts", "responses"}
    missing = [kind for kind in SOURCE_KINDS if kind not in kinds]
    needed = {c: "a source of contacts" for c in ("audit", "backtest", "measure") if "contacts" in missing}
    if "responses" in missing:
        needed.setdefault("measure", "a source of responses")
    return Facet("data", True, f"sources of {', '.join(missing)}" if missing else "", needed)


def _rules(strategy: Strategy) -> Facet:
    if strategy.rules or strategy.use or any(moment.not_near for moment in strategy.moments.values()):
        needed = {} if strategy.priorities else {"plan": "priorities: what goes first"}
        return Facet("rules", True, "" if strategy.priorities else "priorities", needed)
    needed = dict.fromkeys(("backtest", "gate", "plan"), "contact rules")
    return Facet("rules", False, "contact rules: nothing is held back", needed)


def _channels(strategy: Strategy) -> Facet:
    if not strategy.channels:
        return Facet("channels", False, "the list of channels", {"gate": "channels", "plan": "channels"})
    free = [name for name, channel in strategy.channels.items() if channel.unit_cost is None]
    unlimited = [name for name, channel in strategy.channels.items() if channel.capacity is None]
    needed = {"plan": f"capacity of {', '.join(unlimited)}"} if unlimited else {}
    return Facet("channels", True, f"unit_cost of {', '.join(free)}" if free else "", needed)


_READ: Final[Mapping[str, Callable[[Strategy], Facet]]] = {
    "customers": _customers,
    "objectives": _objectives,
    "journey": _journey,
    "flows": _flows,
    "measurement": _measurement,
    "moments": _moments,
    "balance": _balance,
    "data": _data,
    "rules": _rules,
    "channels": _channels,
}
