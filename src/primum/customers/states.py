"""The states of a bucket's customers as scoped intervals: what `rules` reads and the audit counts.

Owns the way from a bucket to intervals. Refuses to judge what was said while they held.
"""

import pyarrow as pa

from primum.customers.assertions import assertions
from primum.customers.fold import fold
from primum.customers.spec import StateSpec
from primum.history import History


def states_of(history: History, bucket: int, spec: StateSpec) -> pa.Table:
    """The intervals (`fold.INTERVALS`) of states of one bucket's customers, sorted by customer, state and start."""
    told = assertions(history, bucket, spec)
    return fold(told.opens, told.closes, spec).table
