"""The states and segments that a rule set asks for, folded, as `hearing.make_hearing` is given them.

Owns which of them are worked out at all. Refuses to fold (`states` and `segments` do).
"""

from collections.abc import Callable

import pyarrow as pa

from primum.customers.circumstances import StatesOf
from primum.customers.segments import segments_of
from primum.customers.state_rules import HARD_BOUNCED
from primum.customers.states import Spec, states_of
from primum.history import History
from primum.rules.compile import Compiled


def heard_states(history: History, spec: Spec, compiled: Compiled, *, segments: bool = False) -> StatesOf:
    """What is true of a bucket's customers, by its number.

    Args:
        spec: of `states.make_spec`.
        segments: work segments and stages out even where no rule asks for one.
    """
    states = {f.name for f in compiled.facts if f.kind == "state"}
    parts: list[Callable[[int], pa.Table]] = []
    if states:
        parts.append(lambda number: states_of(history, number, spec.states, bounces=HARD_BOUNCED in states))
    if segments or any(f.kind == "segment" for f in compiled.facts):
        parts.append(lambda number: segments_of(history, number, spec.segments))

    def states_by_number(number: int) -> pa.Table | None:
        return pa.concat_tables([part(number) for part in parts]) if parts else None

    return states_by_number
