"""What holds of a customer at an instant, and which rows are therefore in force or broken.

Owns conditions (states, segments, pauses), their scopes, life by local date and `instead_of`, inside kernels. Refuses
to count contacts (`rules.kernel` does).
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np

from primum.rules.cells import at, has, put, width_of
from primum.rules.clock import coordinate, first_instant
from primum.rules.compile import Kind
from primum.rules.compiling import folded, part
from primum.rules.layout import (
    ANY,
    AXIS_KIND,
    AXIS_TABLE,
    AXIS_ZONE,
    CLOSE,
    CONDITIONS,
    COUNT,
    CUSTOMER,
    CUSTOMERS,
    DAYS,
    FACT,
    FACT_CONDITIONS,
    FACT_ROWS,
    FIRST_DAY,
    FORBID,
    FOREVER,
    GOVERNED,
    HOMELESS,
    INTERVALS,
    INTERVALS_START,
    KIND,
    LIVE,
    LOCAL,
    NEAR_ZONES,
    NEED,
    OF_CONDITIONS,
    OF_DAYS,
    OF_PEOPLE,
    OF_REPLACEMENTS,
    OF_RULES,
    OPEN,
    REPLACED,
    REPLACEMENTS,
    REPLACER,
    RULE_COUNT,
    RULE_ROWS,
    SCOPE_COLUMN,
    SCOPE_END,
    SCOPE_MATCH,
    SCOPE_OF,
    SCOPE_START,
    SCOPED,
    SIGNATURE,
    SIGNATURE_COUNT,
    START,
    TOLD_BY_SIGNATURE,
    UNTIL,
    WILDCARD,
    ZONES_START,
)

ONLY = int(Kind.ONLY)
MAY, BROKEN, LOOK, MAY_NOW, BROKEN_NOW, WANTED, GONE = range(7)
"""Rows of the kernel's working masks: rules in force, broken rows, scoped rows to look up; what conditions allow and
break at present; the rows whose instant is sought; rows that are replaced."""


@folded
def first_zone(tables: np.ndarray, customer: int) -> int:
    """The customer's first zone."""
    return at(tables, NEAR_ZONES, at(tables, CUSTOMERS, customer, ZONES_START), 0)


@part
def place_on(tables: np.ndarray, t: int, axis: int, customer: int) -> int:
    """Where an instant lies on an axis of this customer."""
    if axis == 0:
        return t
    zone = at(tables, AXIS_TABLE, axis, AXIS_ZONE)
    if zone < 0:
        zone = first_zone(tables, customer)
    return coordinate(tables, t, at(tables, AXIS_TABLE, axis, AXIS_KIND), axis, zone)


@part
def instant_of(tables: np.ndarray, t: int, target: int, axis: int, customer: int) -> int:
    """The first instant, not before t, at `target` or beyond on an axis of this customer."""
    if axis == 0:
        return max(t, target)
    zone = at(tables, AXIS_TABLE, axis, AXIS_ZONE)
    if zone < 0:
        zone = first_zone(tables, customer)
    return first_instant(tables, t, target, at(tables, AXIS_TABLE, axis, AXIS_KIND), axis, zone)


@part
def _first_fact(tables: np.ndarray, customer: int) -> int:
    """Where a customer's facts begin in INTERVALS."""
    return at(tables, CUSTOMERS, customer, INTERVALS_START)


@part
def look_at_conditions(
    tables: np.ndarray, masks: np.ndarray, memory: np.ndarray, work: np.ndarray, customer: int, t: int, known: int
) -> int:
    """Fill MAY_NOW, BROKEN_NOW and LOOK by what holds of a customer at t; returns the next instant of a change.

    Facts that began after `known` are not seen.
    """
    for c in range(tables[CONDITIONS]):
        memory[tables[COUNT] + c] = 0
    for w in range(width_of(work)):
        work[LOOK, w] = 0
    change = FOREVER
    for i in range(_first_fact(tables, customer), _first_fact(tables, customer + 1)):
        start, until = at(tables, INTERVALS, i, START), at(tables, INTERVALS, i, UNTIL)
        if start > known:
            break
        if start > t:
            change = min(change, start)
            break
        if until > t:
            change = min(change, until)
            _add_fact(tables, masks, memory, work, at(tables, INTERVALS, i, FACT))
    for row in range(tables[RULE_COUNT]):
        if at(tables, RULE_ROWS, row, KIND) == ONLY and has(masks, tables[OF_RULES] + SCOPED, row):
            put(work, LOOK, row)
    _apply_conditions(tables, masks, memory, work)
    return change


@part
def _add_fact(tables: np.ndarray, masks: np.ndarray, memory: np.ndarray, work: np.ndarray, fact: int) -> None:
    for c in range(tables[CONDITIONS]):
        memory[tables[COUNT] + c] += at(tables, FACT_CONDITIONS, fact, c)
    for row in range(tables[RULE_COUNT]):
        if at(tables, FACT_ROWS, fact, row) and has(masks, tables[OF_RULES] + SCOPED, row):
            put(work, LOOK, row)


@part
def _apply_conditions(tables: np.ndarray, masks: np.ndarray, memory: np.ndarray, work: np.ndarray) -> None:
    for w in range(width_of(work)):
        may, broken = ~np.uint64(0), np.uint64(0)
        for c in range(tables[CONDITIONS]):
            base = tables[OF_CONDITIONS] + 4 * c
            if memory[tables[COUNT] + c] > 0:
                may &= ~masks[base + FORBID, w]
                broken |= masks[base + CLOSE, w]
            else:
                may &= ~masks[base + NEED, w]
                broken |= masks[base + OPEN, w]
        work[MAY_NOW, w], work[BROKEN_NOW, w] = may, broken


@folded
def put_in_force(
    tables: np.ndarray, masks: np.ndarray, work: np.ndarray, signature: int, customer: int, day: int
) -> None:
    """Fill MAY with the rows in force on a local day, conditions being known (MAY_NOW)."""
    person = tables[OF_PEOPLE] + 3 * customer
    dated = tables[LOCAL] and not at(tables, CUSTOMERS, customer, HOMELESS)
    place = tables[OF_DAYS] + 2 * min(max(day - tables[FIRST_DAY], 0), tables[DAYS] - 1)
    for w in range(width_of(work)):
        may = masks[signature, w] & masks[person + GOVERNED, w] & work[MAY_NOW, w]
        work[MAY, w] = may & masks[place + LIVE, w] if dated else may
    if tables[REPLACEMENTS]:
        _replace(tables, masks, work)


@part
def _replace(tables: np.ndarray, masks: np.ndarray, work: np.ndarray) -> None:
    """Take out what a rule in force replaces; a rule that is replaced still replaces its own target."""
    for w in range(width_of(work)):
        work[GONE, w] = 0
    for p in range(tables[REPLACEMENTS]):
        base = tables[OF_REPLACEMENTS] + 2 * p
        here = False
        for w in range(width_of(work)):
            here |= (work[MAY, w] & masks[base + REPLACER, w]) != 0
        if here:
            for w in range(width_of(work)):
                work[GONE, w] |= masks[base + REPLACED, w]
    for w in range(width_of(work)):
        work[MAY, w] &= ~work[GONE, w]


@part
def covers(tables: np.ndarray, rows: np.ndarray, told: int, row: int, r: int) -> bool:
    """Whether a fact speaks of the ask in row r, by the scopes that a row of the rule set asks for.

    Args:
        told: where in the tables the fact's number stands, with the codes of its scopes behind.
    """
    if not at(tables, FACT_ROWS, tables[told], row):
        return False
    for j in range(at(tables, RULE_ROWS, row, SCOPE_START), at(tables, RULE_ROWS, row, SCOPE_END)):
        scope = at(tables, SCOPE_OF, j, 0)
        code = tables[told + 1 + scope]
        mine = rows[r, tables[SCOPE_COLUMN] + scope]
        if code == ANY:
            if not at(tables, RULE_ROWS, row, WILDCARD):
                return False
        elif mine != TOLD_BY_SIGNATURE:
            if mine != code:
                return False
        else:
            if not at(tables, SCOPE_MATCH, scope, (code + 1) * tables[SIGNATURE_COUNT] + rows[r, SIGNATURE]):
                return False
    return True


@part
def _told(tables: np.ndarray, interval: int) -> int:
    """Where the fact of an interval stands in the tables."""
    return tables[INTERVALS] + interval * tables[INTERVALS + 1] + FACT


@part
def held(tables: np.ndarray, rows: np.ndarray, row: int, r: int, t: int) -> bool:
    """Whether a scoped row is broken at t by what holds of the customer of the ask in row r."""
    customer, found = rows[r, CUSTOMER], False
    for i in range(_first_fact(tables, customer), _first_fact(tables, customer + 1)):
        if at(tables, INTERVALS, i, START) > t:
            break
        if at(tables, INTERVALS, i, UNTIL) > t and covers(tables, rows, _told(tables, i), row, r):
            found = True
            break
    return found != (at(tables, RULE_ROWS, row, KIND) == ONLY)


@part
def held_until(tables: np.ndarray, rows: np.ndarray, row: int, r: int, t: int, known: int) -> int:
    """The first instant, not before t, at which what holds of the customer does not break a row; FOREVER for none.

    Facts are in the order of their beginnings, so one pass suffices: what began before and has ended stays ended.
    """
    customer, only = rows[r, CUSTOMER], at(tables, RULE_ROWS, row, KIND) == ONLY
    for i in range(_first_fact(tables, customer), _first_fact(tables, customer + 1)):
        start, until = at(tables, INTERVALS, i, START), at(tables, INTERVALS, i, UNTIL)
        if start > known or (not only and start > t):
            break
        if until <= t or until <= start or not covers(tables, rows, _told(tables, i), row, r):
            continue
        if only:
            return max(t, start)
        t = until
    return FOREVER if only else t
