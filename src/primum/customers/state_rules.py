"""How states begin and end: those Primum knows by itself, with what a strategy says about them.

Owns these rules and their names. Refuses rows, and heavy libraries: `primum check` reads this.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from primum.strategy.facets.customers import Customers
from primum.words.durations import parse_duration

OPTED_OUT = "opted_out"
HARD_BOUNCED = "hard_bounced"


@dataclass(frozen=True)
class StateRule:
    """How one state begins and ends (see `strategy.facets.customers.StateOfResponses`); `lasts` in microseconds."""

    opened_by: tuple[str, ...] = ()
    closed_by: tuple[str, ...] = ()
    lasts: int | None = None
    permits: bool = False
    one_at_a_time: bool = False


KNOWN: Mapping[str, StateRule] = {
    OPTED_OUT: StateRule(("opted_out",), ("opted_in", "consented")),
    "consent": StateRule(("opted_in", "consented"), ("opted_out",), permits=True),
    "complaint_open": StateRule((), ("complaint_closed",)),
    "preferred_channel": StateRule(one_at_a_time=True),
    HARD_BOUNCED: StateRule(),
}
"""States as they are without a word in the strategy. A complaint has no end that responses tell by themselves, so that
one which opens it must be named in the strategy."""


def state_rules(customers: Customers) -> dict[str, StateRule]:
    """Primum's own states with what the strategy says about them."""
    found = dict(KNOWN)
    for name, said in customers.states.items():
        own = found.get(name, StateRule())
        found[name] = StateRule(
            own.opened_by if said.opened_by is None else tuple(said.opened_by),
            own.closed_by if said.closed_by is None else tuple(said.closed_by),
            own.lasts if said.lasts is None else parse_duration(said.lasts).microseconds,
            own.permits if said.permits is None else said.permits,
            own.one_at_a_time if said.one_at_a_time is None else said.one_at_a_time,
        )
    return found
