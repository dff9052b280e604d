"""Names for numbers: the columns of the arrays that the kernel reads.

Owns nothing but names. The kernel gets few, wide arrays, because a compiled function is compiled for each array that it
passes on; these names are what makes them readable.
"""

from typing import NamedTuple

import numpy as np

CUSTOMER, SIGNATURE, ROLE, SAME, RANK, DAY, MINUTE, AT = range(8)
"""Columns of `Facts.rows` (int64, a row per contact). DAY and MINUTE (of the week) are local, in the first zone. Its
place on axis a stands in column AT + a: on axis 0, elapsed time, that is the instant."""

CONTEXT, CANDIDATE, PLANNED, PROMISED = range(4)
"""ROLE: a contact that is known once it has been made, something to be decided, a contact that is planned, and one that
is known beforehand."""

(
    SLOTS,
    CELLS,
    MEMBERS,
    AXES,
    LOCAL,
    DATED,
    CONDITIONS,
    TANGLED,
    KEY_COLUMN,
    DISTINCT_COLUMN,
    SCOPE_COLUMN,
    OF_RULES,
    OF_PEOPLE,
    OF_CONDITIONS,
    OF_REPLACEMENTS,
    OF_DAYS,
    OF_HOURS,
    REPLACEMENTS,
    FIRST_DAY,
    DAYS,
) = range(20)
"""Fields of `Facts.sizes`: slots and cells of the rings of one member, members of the largest unit, axes; whether local
times are needed, whether the rules in force depend on the date, how many conditions there are, whether several rows are
one event; where the columns of keys, of `distinct` and of scopes begin in `Facts.rows`; where the parts of
`Facts.masks` begin (signatures are the first); how many rules replace others; the first day of the tables and how many
they hold."""

ENFORCED, DEFERRABLE, SCOPED, HELD_IF_UNKNOWN = range(4)
"""Masks at OF_RULES."""
GOVERNED, SHUT, UNKNOWN = range(3)
"""Three masks a customer at OF_PEOPLE: rows whose `for` may match; rows broken whatever the instant; rows that cannot
be evaluated."""
NEED, FORBID, CLOSE, OPEN = range(4)
"""Four masks a condition at OF_CONDITIONS: rows that govern only while it is true, only while it is false; rows broken
while it is true, while it is false."""
REPLACER, REPLACED = range(2)
"""Two masks at OF_REPLACEMENTS."""
LIVE, CLOSED_DATE = range(2)
"""Two masks a day at OF_DAYS: rows in force; hours rows whose date is closed."""

KIND, HOURS, WILDCARD, SCOPE_START, SCOPE_END, RULE = range(6)
"""Columns of `Facts.rule_rows`."""
ZONES_START, INTERVALS_START, HOMELESS = range(3)
"""Columns of `Facts.customers`. HOMELESS: the first zone is not known, so no local date is."""
CHANGE, OFFSET = range(2)
"""Columns of `Facts.zones`: an instant, and local time minus UTC from then on."""
CHECKS_START, PUSHES_START, AS_SENT = range(3)
"""Columns of `Facts.signatures`."""
START, UNTIL, FACT, SCOPES = range(4)
"""Columns of `Facts.intervals`; those of scopes follow."""
UNIT_START, FIRST_CUSTOMER = range(2)
"""Columns of `Facts.units`."""
AXIS_KIND, AXIS_ZONE = range(2)
"""Columns of `Facts.axes`; zone -1 is the customer's first."""

(N, WIDTH, AXIS, SLOT, RING, DEPTH, KEYS, AFTER, SHARED, DISTINCT, POOL, OWN_SLOT, ROW) = range(13)
"""Columns of `Facts.checks`. OWN_SLOT: the slot within the pool, as far as the signature tells it; SLOT the same, to
which the batch adds where the pool begins (and its RING cells). KEYS: the key set whose code tells the slot apart, -1
where the signature does. AFTER: only contacts that are not later count. SHARED: counted over the household. DISTINCT:
the attribute whose values are counted, -1 where contacts are."""
CHECK_FIELDS = 13
(P_SLOT, P_RING, P_DEPTH, P_KEYS, P_SHARED, P_DISTINCT, P_POOL) = range(7)
"""Columns of `Facts.pushes`."""
PUSH_FIELDS = 7
NOT_COUNTED = -1

ABSENT, ANY = -1, -2
"""Codes of scopes: the attribute is absent; the state names no value, which means all of them."""
TOLD_BY_SIGNATURE = int(np.iinfo(np.int64).min)
"""In a scope's column: `Facts.scope_match` knows."""
LONG_AGO = int(np.iinfo(np.int64).min)
FOREVER = int(np.iinfo(np.int64).max)


class Facts(NamedTuple):
    """The arrays of a batch. Masks are uint64, instants int64 microseconds UTC; columns are named in this module.

    `customers` and `units` have a row more than there are, as an end. `near_zones` (int64): the zones of all customers,
    one behind the other. `zone_start`: where each zone's rows begin in `zones`. `closed` (uint8, hours x days).
    `periods` (int64, axes x days). `minutes` (int32, 10,080 x 1 + hours): the class of the minute (a mask at OF_HOURS),
    and how many minutes until each of the hours opens, -1 for never. `fact_rows` (uint8, facts x rows) and
    `fact_conditions` (uint8, facts x conditions): what each fact bears on. `scope_of`: the scopes of all rows, one
    behind the other. `scope_match` (uint8, scopes x codes + 1 x signatures). `counted` (int64, pools x signatures):
    the slot within the pool, 0 in keyed pools, NOT_COUNTED.
    """

    rows: np.ndarray
    units: np.ndarray
    customers: np.ndarray
    near_zones: np.ndarray
    masks: np.ndarray
    signatures: np.ndarray
    checks: np.ndarray
    pushes: np.ndarray
    counted: np.ndarray
    rule_rows: np.ndarray
    scope_of: np.ndarray
    scope_match: np.ndarray
    fact_rows: np.ndarray
    fact_conditions: np.ndarray
    intervals: np.ndarray
    axes: np.ndarray
    zone_start: np.ndarray
    zones: np.ndarray
    closed: np.ndarray
    periods: np.ndarray
    minutes: np.ndarray
    sizes: np.ndarray
