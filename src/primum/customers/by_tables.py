"""A bucket as the tables of `rules.tables`: the way of rule sets that name what tags do not know.

Owns texts, row by row. Refuses to be fast; it also is the second opinion on `customers.facts`.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.circumstances import dictionary_of
from primum.customers.hearing import Hearing
from primum.customers.open_attributes import open_column
from primum.customers.signatures import SEPARATOR
from primum.customers.tags import WordColumn
from primum.rules.layout import SIGNATURE
from primum.rules.tables import Batch, Tables, facts_of_tables, wanted


def facts_by_tables(
    hearing: Hearing, number: int, customers: pa.Table, contacts: pa.Table, states: pa.Table | None
) -> Batch:
    """Facts of a bucket whose contacts are sorted by unit and instant."""
    return facts_of_tables(hearing.compiled, tables_of_bucket(hearing, number, customers, contacts, states))


def tables_of_bucket(
    hearing: Hearing, number: int, customers: pa.Table, contacts: pa.Table, states: pa.Table | None
) -> Tables:
    """A bucket in the words of `rules.tables`: what the rules ask for, as texts.

    Args:
        customers: as `units.customers_of` gives them.
        contacts: `customer`, `at`, `tag` and the columns that the rules name.
    """
    tag = contacts["tag"].combine_chunks()
    data: dict[str, pa.Array | pa.ChunkedArray] = {"customer": contacts["customer"], "at": contacts["at"]}
    for name in sorted(wanted(hearing.compiled) | {"status", "at_precision"}):
        if name in hearing.words:
            data[name] = _by_tag(hearing.words[name], tag)
        elif name in contacts.column_names:
            data[name] = contacts[name]
        elif "attributes" in contacts.column_names:
            data[name] = open_column(contacts["attributes"], name)
    responses = hearing.responses(number) if hearing.responses is not None else None
    return Tables(customers, pa.table(data), responses, states)


def _by_tag(column: WordColumn, tag: pa.Array) -> pa.Array:
    """An attribute row by row: texts as a dictionary, or lists where a tag has several values."""
    words = dictionary_of(column)
    if any(w is not None and SEPARATOR in w for w in column.words):
        return pc.split_pattern(words.cast(pa.string()), SEPARATOR).take(tag)
    return pa.DictionaryArray.from_arrays(words.indices.take(tag), words.dictionary)


def ranks_by_tables(
    hearing: Hearing, number: int, customers: pa.Table, contacts: pa.Table, by_time: np.ndarray
) -> np.ndarray:
    """Each contact's place among the strategy's `priorities`; `by_time` sorts them by unit and instant."""
    batch = facts_by_tables(hearing, number, customers, contacts.take(pa.array(by_time)), None)
    ranks = np.empty(len(by_time))
    ranks[by_time] = batch.bound.rank[batch.facts.rows[:, SIGNATURE]]
    return ranks
