"""From a bucket of the history to the facts that rules are judged on, by way of Arrow tables: right before fast.

Owns the naming of the history's columns in the law's words. Refuses to judge. It stands behind one function, `hear`,
so that a faster way may take its place.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.audit.law import Law
from primum.audit.lookup import PRODUCT_SEPARATOR, Lookup
from primum.customers.states import intervals_of
from primum.history import History
from primum.rules.bind import Bound
from primum.rules.compile import CUSTOMER_TERMS
from primum.rules.layout import Facts
from primum.rules.tables import Tables, facts_of_tables

TEXTS = ("package", "reference", "address")
"""Plain columns of contacts that rules may name."""


@dataclass(frozen=True)
class Heard:
    """One bucket before the law: its facts, the asks, and which contacts of the bucket they are.

    `ask_start`, `asks`: as `rules.judge.judge` wants them. `row` (int64, an ask each): row of the bucket's contacts.
    `customer`, `tag` (int32, an ask each). `first_row` (int64): each customer's first row of the bucket's contacts.
    `tables` are what the facts were made of.
    """

    facts: Facts
    bound: Bound
    ask_start: np.ndarray
    asks: np.ndarray
    row: np.ndarray
    customer: np.ndarray
    tag: np.ndarray
    first_row: np.ndarray
    tables: Tables


def hear(history: History, lookup: Lookup, law: Law, number: int) -> Heard | None:
    """The facts of a bucket; None where it holds no contact."""
    told = tables_of(history, lookup, law, number)
    if told is None:
        return None
    tables, order, tag = told
    batch = facts_of_tables(law.compiled, tables)
    place = batch.asks[:, 0]
    customer = tables.contacts["customer"].to_numpy()[place].astype(np.int32)
    owner = np.empty(len(order), np.int64)
    owner[order] = tables.contacts["customer"].to_numpy()
    first_row = np.searchsorted(owner, np.arange(tables.customers.num_rows))
    return Heard(
        batch.facts, batch.bound, batch.ask_start, batch.asks, order[place], customer, tag[place], first_row, tables
    )


def tables_of(
    history: History,
    lookup: Lookup,
    law: Law,
    number: int,
    only: Sequence[int] | None = None,
) -> tuple[Tables, np.ndarray, np.ndarray] | None:
    """A bucket in the law's words, and for each contact its row in the bucket and its tag.

    Args:
        only: customers whose rows are wanted; None for all.
    """
    people = history.customers(number)
    contacts = _read(history, "contacts", number, only)
    if contacts is None:
        return None
    unit = units(people)
    order = np.arange(contacts.num_rows)
    if law.compiled.counts_households:
        at, customer = contacts["at"].cast(pa.int64()).to_numpy(), contacts["customer"].to_numpy()
        order = np.lexsort((at, unit[customer]))
        contacts = contacts.take(pa.array(order))
    names = _named(law)
    tables = Tables(
        _people(people, unit, law),
        _contacts(contacts, lookup, names),
        _responses(_read(history, "responses", number, only), history.tags("responses"), names),
        _states(history, number, law, only),
    )
    return tables, order, contacts["tag"].to_numpy()


def _read(history: History, relation: str, number: int, only: Sequence[int] | None) -> pa.Table | None:
    path = history.folder / relation / f"{number:04d}.parquet"
    filters = None if only is None else [("customer", "in", list(only))]
    return pq.read_table(path, use_threads=False, filters=filters) if path.exists() else None


def _named(law: Law) -> frozenset[str]:
    """Every attribute of contacts and responses that a rule names."""
    compiled = law.compiled
    names = set(compiled.filter_attributes()) | {s.attribute for s in compiled.scopes()} | compiled.needed()
    names |= {a for k in compiled.key_sets() for a in k.attributes}
    names |= {p.distinct for p in compiled.pools if p.distinct}
    names |= {t.attribute for r in compiled.rows if r.pause is not None for t in r.pause.limit.filter.terms}
    return frozenset(names)


def units(people: pa.Table) -> np.ndarray:
    """The number of each customer's household, customers of one being neighbours."""
    if "unit" not in people.column_names:
        return np.arange(people.num_rows)
    own = pc.coalesce(people["unit"], people["id"]).combine_chunks().dictionary_encode().indices.to_numpy()
    changes = np.concatenate([[False], own[1:] != own[:-1]]) if len(own) else np.zeros(0, bool)
    return np.cumsum(changes)


def _people(people: pa.Table, unit: np.ndarray, law: Law) -> pa.Table:
    wanted = {t.attribute for r in law.rules for t in r.who.terms} - set(CUSTOMER_TERMS)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {"id": people["id"], "unit": pa.array(unit, pa.int64())}
    if "zone" in people.column_names:
        columns["zones"] = people["zone"]
    for name in sorted(wanted - {"id", "unit", "zones"}):
        if name in people.column_names:
            columns[name] = people[name].cast(pa.string())
        elif "attributes" in people.column_names:
            columns[name] = opened(people["attributes"], name)
    return pa.table(columns)


def _contacts(rows: pa.Table, lookup: Lookup, names: frozenset[str]) -> pa.Table:
    tag = rows["tag"].to_numpy()
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "customer": rows["customer"].cast(pa.int32()),
        "at": rows["at"],
    }
    for name in sorted(names | {"status", "at_precision"}):
        if name in lookup.columns:
            columns[name] = _interned(lookup.columns[name].words, lookup.columns[name].index[tag], name)
        elif name == "content" or name in TEXTS:
            if name in rows.column_names:
                columns[name] = rows[name]
        elif "attributes" in rows.column_names:
            columns[name] = opened(rows["attributes"], name)
    if "priority" in rows.column_names:
        columns["priority"] = rows["priority"]
    return pa.table(columns)


def _interned(words: Sequence[str | None], code: np.ndarray, name: str) -> pa.Array:
    """A column of tags' words; `words[-1]` is None."""
    if name == "product":
        lists = pa.array([None if w is None else w.split(PRODUCT_SEPARATOR) for w in words], pa.list_(pa.string()))
        return lists.take(pa.array(code))
    absent = code == len(words) - 1
    indices = pa.array(np.where(absent, 0, code).astype(np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words[:-1]) or [""], pa.string()))


def opened(texts: pa.ChunkedArray, name: str) -> pa.Array:
    """One open attribute of rows, out of their JSON objects."""
    encoded = texts.combine_chunks().dictionary_encode()
    values = [_said(text, name) for text in encoded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(encoded.indices)


def _said(text: str | None, name: str) -> str | None:
    value = json.loads(text).get(name) if text else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _responses(rows: pa.Table | None, tags: pa.Table, names: frozenset[str]) -> pa.Table | None:
    if rows is None:
        return None
    tag = rows["tag"].combine_chunks()
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "customer": rows["customer"].cast(pa.int32()),
        "at": rows["at"],
        "at_precision": tags["at_precision"].take(tag),
        "kind": tags["kind"].take(tag),
    }
    for name in sorted(names - columns.keys()):
        if name in tags.column_names:
            columns[name] = tags[name].take(tag)
        elif "attributes" in rows.column_names:
            columns[name] = opened(rows["attributes"], name)
    return pa.table(columns)


def _states(history: History, number: int, law: Law, only: Sequence[int] | None) -> pa.Table:
    """What is true of the bucket's customers, when: states, segments and stages."""
    found = intervals_of(history, number, law.spec)
    return found if only is None else found.filter(pc.is_in(found["customer"], pa.array(list(only), pa.int32())))
