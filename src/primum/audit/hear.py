"""One bucket before the law: its facts, and which contacts are asked about.

Owns what observing needs beside `customers.facts`: each ask's place in its file, and the same bucket with undated flags
taken for dated. Refuses to judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.audit.law import Law
from primum.customers.by_tables import tables_of_bucket
from primum.customers.facts import BucketFacts, facts_of_bucket
from primum.customers.hearing import Hearing
from primum.customers.open_attributes import open_column
from primum.customers.units import customers_of
from primum.history import History
from primum.rules.tables import Tables

ORIGIN = ("file", "row")
"""What leads back to a contact's original; within a bucket no two contacts share both."""


@dataclass(frozen=True)
class Heard:
    """A bucket's facts with its asks; arrays have an ask each: `customer` (int32), `tag`, `at` (microseconds)."""

    bucket: BucketFacts
    customer: np.ndarray
    tag: np.ndarray
    at: np.ndarray

    def origin(self, ask: int) -> tuple[int, ...]:
        """File and row of an ask's contact."""
        place = int(self.bucket.asks[ask, 0])
        return tuple(int(self.bucket.rows[name][place].as_py()) for name in ORIGIN)

    def holds(self, name: str) -> np.ndarray:
        """Whether each ask's contact carries an attribute: a column of the rows, or an open one (bool)."""
        rows = self.bucket.rows
        if name in rows.column_names:
            column = rows[name]
        elif "attributes" in rows.column_names:
            column = pa.chunked_array([open_column(_texts(rows["attributes"]), name)])
        else:
            return np.zeros(len(self.tag), bool)
        return np.asarray(pc.is_valid(column).to_numpy()[self.bucket.asks[:, 0]])


def hear(law: Law, number: int, names: Sequence[str] = ()) -> Heard:
    """A bucket's facts.

    Args:
        names: further columns of its contacts to be had.
    """
    bucket = facts_of_bucket(law.hearing, number, (*ORIGIN, *names))
    place = bucket.asks[:, 0]
    rows = bucket.rows
    return Heard(
        bucket,
        rows["customer"].to_numpy()[place].astype(np.int32),
        rows["tag"].to_numpy()[place],
        rows["at"].cast(pa.int64()).to_numpy()[place],
    )


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def as_if_dated(hearing: Hearing, number: int, states: pa.Table | None) -> BucketFacts | None:
    """The bucket with undated flags begun on the day of their extract; None where it has none that a rule looks at."""
    if states is None or "as_of" not in states.column_names:
        return None
    looked_at = pa.array([fact.name for fact in hearing.compiled.facts], pa.string())
    undated = pc.and_(pc.is_valid(states["as_of"]), pc.is_in(states["state"].cast(pa.string()), looked_at))
    if not pc.any(undated).as_py():
        return None
    start = pc.if_else(undated, states["as_of"], states["start"])
    dated = states.set_column(states.schema.get_field_index("start"), "start", start)
    dated = dated.drop_columns(["as_of"])
    return facts_of_bucket(replace(hearing, states=lambda _: dated), number)


def tables_of(history: History, law: Law, number: int, members: Sequence[int]) -> Tables:
    """Some customers of a bucket in the law's words; `contacts` also hold ORIGIN."""
    hearing, only = law.hearing, pa.array(list(members), pa.int32())
    customers = customers_of(history, number, hearing.compiled)
    rows = history.table("contacts", number)
    assert rows is not None, "a contact that was judged has gone"
    rows = rows.filter(pc.is_in(rows["customer"], only))
    states = hearing.states(number) if hearing.states is not None else None
    told = tables_of_bucket(hearing, number, customers, rows, states)
    contacts = told.contacts
    for name in (*ORIGIN, "priority"):
        if name in rows.column_names:
            contacts = contacts.append_column(name, rows[name])
    responses = told.responses
    if responses is not None:
        places = pa.array(np.arange(responses.num_rows))
        responses = responses.append_column("place", places).filter(pc.is_in(responses["customer"], only))
    if states is not None:
        states = states.filter(pc.is_in(states["customer"], only))
    return Tables(customers, contacts, responses, states)
