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
    UNITS,
    CUSTOMERS,
    NEAR_ZONES,
    SIGNATURES,
    CHECKS,
    PUSHES,
    COUNTED,
    RULE_ROWS,
    SCOPE_OF,
    SCOPE_MATCH,
    FACT_ROWS,
    FACT_CONDITIONS,
    INTERVALS,
    AXIS_TABLE,
    ZONE_START,
    ZONES,
    CLOSED,
    PERIODS,
    MINUTES,
    DOUBTS,
    WHOLE_DAYS,
    CHECK_LIST,
    PUSH_LIST,
    MINUTE_CLASS,
) = range(0, 48, 2)
"""Tables: the field of `Facts.tables` that says where a table begins; the next one says how wide it is (see `at`)."""

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
    RULE_COUNT,
    PLACE,
    COUNT,
    SLOT_MEMORY,
    RING_MEMORY,
    NEAR,
    KEPT_MEMORY,
    GONE_MEMORY,
    SIGNATURE_COUNT,
    MEMORY,
) = range(48, 78)
"""Sizes, in `Facts.tables` as well: slots and cells of the rings of one member, members of the largest unit, axes;
whether local times are needed, whether the rules in force depend on the date, how many conditions there are, whether
several rows are one event; where the columns of keys, of `distinct` and of scopes begin in `Facts.rows`; where the
parts of `Facts.masks` begin (signatures are the first); how many rules replace others; the first day of the tables and
how many they hold; how many rows the rule set has; where the parts of the kernel's memory begin; how many signatures
there are; how many cells the memory has."""
HEADER = 78

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
"""Columns of RULE_ROWS."""
ZONES_START, INTERVALS_START, HOMELESS, DOUBTS_START = range(4)
"""Columns of CUSTOMERS. HOMELESS: the first zone is not known, so no local date is."""
CHANGE, OFFSET = range(2)
"""Columns of ZONES: an instant, and local time minus UTC from then on."""
CHECKS_START, PUSHES_START, AS_SENT = range(3)
"""Columns of SIGNATURES."""
START, UNTIL, FACT = range(3)
"""Columns of INTERVALS; those of scopes follow."""
KNOWN_FROM, READING, D_START, D_UNTIL, D_FACT = range(5)
"""Columns of DOUBTS; those of scopes follow. KNOWN_FROM: the earliest instant at which it may have begun."""
MAY_HOLD, HOLDS, HOLDS_ALONE = range(3)
"""READING: from D_START until D_UNTIL the fact may hold; it surely holds; it surely does, and only one such interval
that spans all of a candidate's day is evidence (pauses)."""
UNIT_START, FIRST_CUSTOMER = range(2)
"""Columns of UNITS."""
AXIS_KIND, AXIS_ZONE = range(2)
"""Columns of AXIS_TABLE; zone -1 is the customer's first."""

(N, WIDTH, AXIS, SLOT, RING, DEPTH, KEYS, AFTER, SHARED, DISTINCT, POOL, OWN_SLOT, ROW, FORM) = range(14)
"""Columns of CHECKS. OWN_SLOT: the slot within the pool, as far as the signature tells it; SLOT the same, to
which the batch adds where the pool begins (and its RING cells). KEYS: the key set whose code tells the slot apart, -1
where the signature does. AFTER: only contacts that are not later count. SHARED: counted over the household. DISTINCT:
the attribute whose values are counted, -1 where contacts are."""
CHECK_FIELDS = 14
WINDOW, DISTANCE, PAUSE = range(3)
"""FORM: how days bear on it; they are alike where all instants are known."""
(P_SLOT, P_RING, P_DEPTH, P_KEYS, P_SHARED, P_DISTINCT, P_POOL) = range(7)
"""Columns of PUSHES."""
PUSH_FIELDS = 7
NOT_COUNTED = -1

ABSENT, ANY = -1, -2
"""Codes of scopes: the attribute is absent; the state names no value, which means all of them."""
TOLD_BY_SIGNATURE = int(np.iinfo(np.int64).min)
"""In a scope's column: SCOPE_MATCH knows."""
LONG_AGO = int(np.iinfo(np.int64).min)
FOREVER = int(np.iinfo(np.int64).max)


class Facts(NamedTuple):
    """A batch, laid out: what happened (`rows`), masks, and everything else in one array of tables.

    `rows` (int64, contacts x columns). `masks` (uint64, parts one behind the other, x words). `unsure` (bool): units
    that hold something known only to the day. `tables` (int64): HEADER fields, then UNITS and CUSTOMERS (with a row
    more than there are, as an end), NEAR_ZONES (the zones of all customers), SIGNATURES, CHECKS and PUSHES (each line
    once), CHECK_LIST and PUSH_LIST (for each signature, where its lines begin in them), COUNTED (pools x signatures:
    the slot within the pool, 0 in keyed pools, NOT_COUNTED), RULE_ROWS, SCOPE_OF (the scopes of all rows),
    SCOPE_MATCH (scopes and codes + 1, x signatures), FACT_ROWS and FACT_CONDITIONS (what each fact bears on),
    INTERVALS, AXIS_TABLE, ZONE_START (where each zone begins in ZONES), CLOSED (hours x days), PERIODS (axes x days),
    MINUTE_CLASS (10,080: a mask at OF_HOURS), MINUTES (10,080 x hours: how many minutes until each of the hours
    opens, -1 for never), DOUBTS and WHOLE_DAYS (a truth per row), both of unsure units.
    """

    rows: np.ndarray
    masks: np.ndarray
    tables: np.ndarray
    unsure: np.ndarray


def unit_starts(facts: Facts) -> np.ndarray:
    """Where each unit's rows begin, and where the last one's end."""
    begin, end = facts.tables[UNITS], facts.tables[CUSTOMERS]
    return facts.tables[begin:end].reshape(-1, 2)[:, UNIT_START]
