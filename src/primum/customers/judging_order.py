"""The order in which a bucket's contacts are judged (docs/rules.md, "Deciding": by instant, then priority, then id).

Owns the few rows that do not stand so already. The history has each customer's contacts by instant, then their own
priority, then source and hashed id; what moves are contacts of one instant where the strategy has `priorities`, and
contacts of a household of several. Those of its members at one instant stand by priority, then by the members' places.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.by_tables import ranks_by_tables
from primum.customers.hearing import Hearing


def judging_order(hearing: Hearing, number: int, customers: pa.Table, contacts: pa.Table) -> np.ndarray | None:
    """The places of a bucket's contacts in the order of judging; None where they stand in it."""
    customer, at = contacts["customer"].to_numpy(), contacts["at"].cast(pa.int64()).to_numpy()
    unit = customers["unit"].to_numpy()[customer]
    moved = np.zeros(len(at), bool)
    if hearing.compiled.counts_households:
        moved |= _of_several(customers)[customer]
    if hearing.compiled.priorities:
        tied = (customer[1:] == customer[:-1]) & (at[1:] == at[:-1])
        moved[1:] |= tied
        moved[:-1] |= tied
    rows = np.flatnonzero(moved)
    if not len(rows):
        return None

    def sorted_by(rank: np.ndarray) -> np.ndarray:
        order = np.arange(len(at))
        order[rows] = rows[np.lexsort((rank[rows], at[rows], unit[rows]))]
        return order

    return sorted_by(_ranks(hearing, number, customers, contacts, sorted_by))


def _of_several(customers: pa.Table) -> np.ndarray:
    """Customers who share a household."""
    unit = customers["unit"].to_numpy()
    return np.asarray((np.bincount(unit) > 1)[unit])


def _ranks(
    hearing: Hearing,
    number: int,
    customers: pa.Table,
    contacts: pa.Table,
    sorted_by: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Each contact's rank: the smaller, the more important."""
    none = np.zeros(contacts.num_rows)
    if not hearing.compiled.priorities:
        given = contacts["priority"] if "priority" in contacts.column_names else None
        return none if given is None else -np.asarray(pc.fill_null(given, 0.0).to_numpy())
    if hearing.binding is None:
        return ranks_by_tables(hearing, number, customers, contacts, sorted_by(none))
    by_tag = hearing.binding.bound.rank[hearing.binding.signature[:: 1 << len(hearing.binding.needs)]]
    return np.asarray(by_tag[contacts["tag"].to_numpy()])
