"""Overtaken deferrals: what began while a deferred contact waited, and shuts the instant it waited for.

Owns one question about decisions that are made: at `until`, knowing what came after the ask, does a state, a missing
state or a pause hold the contact back that was not known then? Refuses to decide anew: a deferred contact is not
decided again (docs/rules.md, "Four uses"), so this is told apart and changes nothing.
"""

# mypy: disable-error-code="no-any-return,assignment,arg-type"
import numpy as np

from primum.rules.cells import has, lent, width_of
from primum.rules.clock import DAY, local_at
from primum.rules.compiling import entry, part
from primum.rules.holding import (
    BROKEN,
    BROKEN_NOW,
    LOOK,
    MAY,
    first_zone,
    held,
    held_until,
    look_at_conditions,
    put_in_force,
)
from primum.rules.judge import Judged
from primum.rules.kernel import DEFER
from primum.rules.layout import (
    AT,
    CUSTOMER,
    ENFORCED,
    FOREVER,
    LOCAL,
    MEMORY,
    OF_RULES,
    RULE_COUNT,
    SIGNATURE,
    Facts,
)


def overtaken(facts: Facts, asks: np.ndarray, judged: Judged) -> np.ndarray:
    """Which asks (bool) were deferred to an instant that a fact shuts which began after the ask."""
    found = np.zeros(len(asks), bool)
    deferred = np.flatnonzero(judged.verdict == DEFER)
    if len(deferred):
        memory, work = np.zeros(int(facts.tables[MEMORY]), np.int64), np.zeros((7, facts.masks.shape[1]), np.uint64)
        _overtake(facts.tables, facts.masks, facts.rows, memory, work, asks, deferred, judged.until, found)
    return found


@entry
def _overtake(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    asks: np.ndarray,
    deferred: np.ndarray,
    until: np.ndarray,
    found: np.ndarray,
) -> None:
    """Fill `found` for the asks in `deferred`."""
    tables, masks, rows, memory, work = lent(tables), lent(masks), lent(rows), lent(memory), lent(work)
    for a in deferred:
        r, t = asks[a, 0], until[a]
        customer = rows[r, CUSTOMER]
        look_at_conditions(tables, masks, memory, work, customer, t, rows[r, AT])
        for w in range(width_of(work)):
            work[BROKEN, w] = work[BROKEN_NOW, w]
        look_at_conditions(tables, masks, memory, work, customer, t, FOREVER)
        day = local_at(tables, t, first_zone(tables, customer)) // DAY if tables[LOCAL] else np.int64(0)
        put_in_force(tables, masks, work, rows[r, SIGNATURE], customer, day)
        found[a] = _is_shut(tables, masks, rows, work, r, t)


@part
def _is_shut(tables: np.ndarray, masks: np.ndarray, rows: np.ndarray, work: np.ndarray, r: int, t: int) -> bool:
    """Whether a row in force and enforced is broken at t by what holds; BROKEN is what was known at the ask."""
    scoped = False
    for w in range(width_of(work)):
        work[MAY, w] &= masks[tables[OF_RULES] + ENFORCED, w]
        if work[MAY, w] & work[BROKEN_NOW, w] & ~work[BROKEN, w]:
            return True
        scoped |= (work[MAY, w] & work[LOOK, w]) != 0
    if scoped:
        for row in range(tables[RULE_COUNT]):
            looked_at = has(work, MAY, row) and has(work, LOOK, row)
            if looked_at and held(tables, rows, row, r, t) and held_until(tables, rows, row, r, t, rows[r, AT]) == t:
                return True
    return False
