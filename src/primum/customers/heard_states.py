"""The states and segments that a rule set asks for, folded, as `hearing.make_hearing` is given them.

Owns which of them are worked out at all. Refuses to fold (`states` and `segments` do).
"""

from collections.abc import Callable, Set

import pyarrow as pa

from primum.customers.circumstances import StatesOf, raw_states
from primum.customers.segments import segments_of
from primum.customers.spec import StateSpec
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
    asked = segments or any(f.kind == "segment" for f in compiled.facts)
    if not asked and needs_no_folding(history, spec.states, states):
        return raw_states(history, spec.states.zones, spec.states.zone)
    parts: list[Callable[[int], pa.Table]] = []
    if states:
        parts.append(lambda number: states_of(history, number, spec.states, bounces=HARD_BOUNCED in states))
    if asked:
        parts.append(lambda number: segments_of(history, number, spec.segments))

    def states_by_number(number: int) -> pa.Table | None:
        return pa.concat_tables([part(number) for part in parts]) if parts else None

    return states_by_number


def needs_no_folding(history: History, spec: StateSpec, states: Set[str]) -> bool:
    """Whether each row of a source is the whole truth about its stretch of time.

    So it is where no response, no bounce, no later extract and no other state begins or ends any of these states, and
    opt-outs are read as they were said. Stretches that overlap mean the same as their union.
    """
    rules = [spec.rule(state) for state in states]
    kinds = {kind for rule in rules for kind in (*rule.opened_by, *rule.closed_by)}
    heard = set(history.tags("responses")["kind"].to_pylist())
    bounced = HARD_BOUNCED in states and "bounced" in history.tags("contacts")["status"].to_pylist()
    told_once = not spec.extracts and not any(rule.one_at_a_time for rule in rules)
    return told_once and not kinds & heard and not bounced and spec.reading == "as_said"
