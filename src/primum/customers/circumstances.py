"""What held of a bucket's customers, and what they did, as tables in the words of `rules.tables.Tables`.

Owns the way from the history's states and responses to those tables. Refuses to fold states: whoever does (opt-ins and
opt-outs of several sources into one course of consent) gives a `StatesOf` of their own.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.open_attributes import open_column
from primum.customers.tags import WordColumn
from primum.history import History
from primum.history.layout import ROW
from primum.words.time import EPOCH_DAY, US_PER_DAY, instant_us

StatesOf = Callable[[int], pa.Table | None]
"""The states of a bucket by its number, as `rules.tables.Tables.states` wants them; None where there are none."""

SCOPES = ("channel", "purpose", "topic", "brand")
"""Scopes of states that tags tell; `address` and `account` stand in the rows."""
SCOPES_OF_ROWS = ("address", "account")
NEVER_SURE = (date(9999, 1, 1) - EPOCH_DAY).days * US_PER_DAY
"""A flag of which not even the day of its extract is known is only ever possible."""


def raw_states(history: History, zone_of_source: Mapping[str, str], zone: str) -> StatesOf:
    """The states as the sources give them, each row a stretch of time by itself.

    Args:
        zone_of_source, zone: in whose local day an extract's `as_of` begins.
    """
    tags = history.tags("states")
    as_of = pa.array([_begin(row, zone_of_source, zone) for row in tags.select(["source", "as_of"]).to_pylist()])
    named = {"state": "state", "start_precision": "from_precision", "until_precision": "until_precision"}
    words = {out: _dictionary(tags[name]) for out, name in (named | {s: s for s in SCOPES}).items()}

    def states_of(number: int) -> pa.Table | None:
        rows = history.table("states", number, [*ROW, "until", *SCOPES_OF_ROWS], encoded=SCOPES_OF_ROWS)
        if rows is None:
            return None
        tag = rows["tag"].combine_chunks()
        data = {"customer": rows["customer"], "start": _instants(rows, "at"), "until": _instants(rows, "until")}
        data |= {name: by_tag(column, tag) for name, column in words.items()}
        surely = pc.fill_null(as_of.cast(pa.int64()).take(tag), NEVER_SURE)
        data["as_of"] = pc.if_else(pc.is_null(data["start"]), surely, None)
        return pa.table(data | {s: rows[s] for s in SCOPES_OF_ROWS if s in rows.column_names})

    return states_of


def _begin(row: Mapping[str, str | None], zone_of_source: Mapping[str, str], zone: str) -> int | None:
    """The instant at which the day of an extract begins, by its source's clock."""
    if row["as_of"] is None:
        return None
    clock = ZoneInfo(zone_of_source.get(row["source"] or "", zone))
    return instant_us(datetime.fromisoformat(row["as_of"]).replace(tzinfo=clock))


def _dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return whole if pa.types.is_dictionary(whole.type) else whole.cast(pa.string()).dictionary_encode()


def by_tag(words: pa.DictionaryArray, tag: pa.Array) -> pa.DictionaryArray:
    """A tag table's column, row by row."""
    return pa.DictionaryArray.from_arrays(words.indices.take(tag), words.dictionary)


def _instants(rows: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    if name not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.int64())
    return rows[name].cast(pa.int64())


def responses_to(
    history: History, words: Mapping[str, WordColumn], kinds: frozenset[str], named: frozenset[str]
) -> Callable[[int], pa.Table | None]:
    """The responses of some kinds, by bucket: `customer`, `at`, and what tags tell of them.

    Args:
        words: of the responses' tags.
        named: the attributes of responses that rules name.
    """
    wanted = words["kind"].holds(lambda w: w in kinds)
    told = {n: dictionary_of(words[n]) for n in {*named, "kind", "at_precision"} if n in words}
    further = sorted(named - told.keys())

    def responses_of(number: int) -> pa.Table | None:
        if not wanted.any():
            return None
        rows = history.table("responses", number, [*ROW, "attributes"] if further else ROW)
        if rows is None:
            return None
        rows = rows.filter(pa.array(wanted[rows["tag"].to_numpy()]))
        tag = rows["tag"].combine_chunks()
        data = {"customer": rows["customer"], "at": rows["at"]} | {n: by_tag(w, tag) for n, w in told.items()}
        if "attributes" in rows.column_names:
            data |= {name: open_column(rows["attributes"], name) for name in further}
        return pa.table(data)

    return responses_of


def dictionary_of(column: WordColumn) -> pa.DictionaryArray:
    """A column of words as a dictionary, a row per tag; null for none."""
    codes = pa.array(column.index, pa.int32(), mask=column.index == len(column.words) - 1)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(column.words[:-1]), pa.string()))
