"""From a bucket of the history to the law's facts: the way of audit against the rules, backtest and suggest.

Owns the gathering: signatures, codes of `per` and `distinct`, and scopes are worked out once a tag, so that a contact
costs one look-up each; columns that no rule names are not read. Refuses to judge. Rule sets whose filters name what
tags do not know go through `customers.by_tables`: slower, with the same answers (a test holds both equal).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.by_tables import facts_by_tables
from primum.customers.hearing import Hearing
from primum.customers.judging_order import judging_order
from primum.customers.signatures import TagBinding
from primum.customers.units import customers_of
from primum.history import History
from primum.history.layout import CONTACTS, INSTANT, ROW
from primum.rules.bind import Bound
from primum.rules.compile import KeySet
from primum.rules.facts import Columns, make_facts
from primum.rules.layout import ABSENT, CANDIDATE, FOREVER, Facts, unit_starts
from primum.rules.tables import Column, dense, intervals_of, people_of, responses_of, wanted

TEXTS = ("package", "reference", "address", "subject", "attributes", "id", "status_history")
"""Columns of rows that are texts."""
PLACE = ("file", "row")
"""Columns that lead back to a contact's original."""


@dataclass(frozen=True)
class BucketFacts:
    """A bucket laid out for the kernel, and its asks: contacts that were attempted, of people.

    `rows` are the bucket's contacts in the order of judging (by unit, instant, priority and id): `customer`, `at`,
    `tag` and the columns that the rules, or the caller, asked for. `asks[:, 0]` are rows of it, and of `facts.rows`.
    `customers`: a row per customer, with `unit` and `person` (see `units.customers_of`). `states`: what held of them,
    where the rules ask for states or segments.
    """

    facts: Facts
    bound: Bound
    ask_start: np.ndarray
    asks: np.ndarray
    rows: pa.Table
    customers: pa.Table
    states: pa.Table | None
    place: np.ndarray | None = None
    """The place of each of `rows` in the history's order; None where it is the same."""


def facts_of_bucket(hearing: Hearing, number: int, columns: Sequence[str] = ()) -> BucketFacts:
    """Lay a bucket out for the kernel.

    Args:
        columns: further columns of the contacts to be had in `rows`; those that no source mapped are left out.
    """
    customers = customers_of(hearing.history, number, hearing.compiled)
    rows = _contacts(hearing, number, columns)
    order = judging_order(hearing, number, customers, rows)
    if order is not None:
        rows = rows.take(pa.array(order)).combine_chunks()
    states = hearing.states(number) if hearing.states is not None else None
    if hearing.binding is None:
        batch = facts_by_tables(hearing, number, customers, rows, states)
        facts, bound = batch.facts, batch.bound
    else:
        facts, bound = _gathered(hearing, hearing.binding, number, customers, rows, states), hearing.binding.bound
    person = customers["person"].to_numpy()
    asked = hearing.asked[rows["tag"].to_numpy()]
    if not person.all():
        asked &= person[rows["customer"].to_numpy()]
    asks = np.flatnonzero(asked)
    start = np.concatenate([[0], np.cumsum(asked)])[unit_starts(facts)].astype(np.int64)
    asks = np.stack([asks, np.full(len(asks), FOREVER)], axis=1)
    return BucketFacts(facts, bound, start, asks, rows, customers, states, order)


def _contacts(hearing: Hearing, number: int, columns: Sequence[str]) -> pa.Table:
    """The rows of a bucket's contacts, with the columns that are asked for."""
    names = wanted(hearing.compiled) if hearing.binding is None else set(hearing.binding.rows)
    wants = {n for n in names if n not in hearing.words} | set(columns)
    if hearing.compiled.counts_households and not hearing.compiled.priorities:
        wants.add("priority")
    if names & hearing.vocabulary.open:
        wants.add("attributes")
    return _read(hearing.history, number, sorted(wants & (hearing.vocabulary.columns | set(PLACE))))


def _read(history: History, number: int, columns: Sequence[str]) -> pa.Table:
    """`customer`, `at`, `tag` and some columns of a bucket's contacts: by way of arrays, unless texts are asked for."""
    if any(c in TEXTS for c in columns):
        found = history.table("contacts", number, [*ROW, *columns], encoded=TEXTS)
        return found.combine_chunks() if found is not None else _no_contacts(columns)
    rows = history.arrays("contacts", number, columns)
    if rows is None:
        return _no_contacts(columns)
    customer = np.repeat(np.arange(len(rows.offsets) - 1, dtype=np.int32), np.diff(rows.offsets))
    told = {name: pa.array(values) for name, values in rows.columns.items()}
    if rows.has_content is not None:
        told["content"] = pa.array(rows.columns["content"], mask=~rows.has_content)
    return pa.table({"customer": customer, "at": pa.array(rows.at).cast(INSTANT), "tag": rows.tag} | told)


def _no_contacts(columns: Sequence[str]) -> pa.Table:
    kinds = {"customer": pa.int32(), "at": INSTANT, "tag": pa.int32()}
    return pa.schema(kinds | {c: CONTACTS.plain.get(c, pa.int32()) for c in columns}).empty_table()


# The fast way


def _gathered(
    hearing: Hearing, binding: TagBinding, number: int, customers: pa.Table, rows: pa.Table, states: pa.Table | None
) -> Facts:
    """Facts from what was worked out by tag."""
    compiled, told = hearing.compiled, binding.bound.in_signature
    tag, customer, unit = (t[n].to_numpy() for t, n in ((rows, "tag"), (rows, "customer"), (customers, "unit")))
    count = len(tag)
    by_row = {name: _by_row(rows, name) for name in binding.rows}
    of_unit = unit[customer] if binding.bound.key_sets else customer
    columns = Columns(
        customer=customer,
        at=rows["at"].cast(pa.int64()).to_numpy(),
        signature=_signatures(binding, tag, by_row),
        role=np.full(count, CANDIDATE, np.uint8),
        priority=np.zeros(count),
        not_after=np.zeros(0, np.int64),
        same=np.full(count, -1, np.int64),
        whole=hearing.whole[tag] if hearing.whole.any() else np.zeros(count, bool),
        keys={i: _keys(binding, k, tag, by_row, of_unit) for i, k in enumerate(binding.bound.key_sets)},
        distinct={n: _codes(binding, n, tag, by_row) for n in binding.bound.distincts if n not in told},
        scopes={s: by_row[s.attribute].codes for s in compiled.scopes() if s.attribute not in told},
    )
    matched = {s.attribute: by_row.get(s.attribute, _NOTHING) for s in compiled.scopes()}
    known = {scope: dict(values) for scope, values in binding.known.items()}
    heard = hearing.responses(number) if hearing.responses is not None else None
    return make_facts(
        binding.bound,
        columns,
        people_of(compiled, customers, unit),
        intervals_of(compiled, states, matched, told, known),
        responses_of(compiled, heard, matched, told, known),
        days=hearing.days,
    )


_NOTHING = Column(np.zeros(0, np.int64), [])


def _by_row(table: pa.Table, name: str) -> Column:
    """A column of the rows as numbers: texts numbered within the bucket, fingerprints as they are."""
    array = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
    if pa.types.is_string(array.type):
        array = array.dictionary_encode()
    if pa.types.is_dictionary(array.type):
        codes = pc.fill_null(array.indices.cast(pa.int64()), ABSENT)
        return Column(np.asarray(codes.to_numpy()), array.dictionary.to_pylist())
    codes = pc.fill_null(array, ABSENT) if array.null_count else array
    return Column(np.asarray(codes.to_numpy()), None)


def _signatures(binding: TagBinding, tag: np.ndarray, by_row: Mapping[str, Column]) -> np.ndarray:
    if not binding.needs:
        return np.asarray(binding.signature[tag])
    place = tag.astype(np.int64) << len(binding.needs)
    for bit, name in enumerate(binding.needs):
        place += (by_row[name].codes != ABSENT).astype(np.int64) << bit
    return np.asarray(binding.signature[place])


def _codes(binding: TagBinding, name: str, tag: np.ndarray, by_row: Mapping[str, Column]) -> np.ndarray:
    """An attribute's codes, whoever tells it."""
    if name in by_row:
        return by_row[name].codes
    return binding.codes[name][tag] if name in binding.codes else np.full(len(tag), ABSENT, np.int64)


def _keys(
    binding: TagBinding, keys: KeySet, tag: np.ndarray, by_row: Mapping[str, Column], unit: np.ndarray
) -> np.ndarray:
    """Codes of a key set's values, counted from 0 within each unit; ABSENT where one is needed and not there."""
    code: np.ndarray | None = None
    lacking = np.zeros(len(tag), bool)
    for name in keys.attributes:
        own = _codes(binding, name, tag, by_row)
        lacking |= own == ABSENT
        if code is None:
            code = own
        else:
            further = dense(unit, own, False)
            code = dense(unit, code, False) * (int(further.max(initial=0)) + 1) + further
    assert code is not None
    if not keys.all_present:
        return np.asarray(dense(unit, code, False))
    return np.asarray(dense(unit, np.where(lacking, ABSENT, code), True))
