"""The short way for typed Parquet: the mapped columns straight from the file, without the engine.

Owns a second execution of the simplest mappings (columns, constants, value tables) and the test of whether a source is
that simple. Refuses everything else: then the view is read. Both give the same rows (`tests/sources/test_direct.py`);
texts come as dictionaries, so that a word is looked at once a file part, not once a row.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from primum.sources.mapping import CLOSED, FLOATS, INTEGERS, LAST_DAYS, local_mark, plain
from primum.strategy.models import COLUMNS, Entry, Source
from primum.words.time import US_PER_DAY

Column = Callable[[dict[str, pa.Array], int], pa.Array]
"""Makes a column of our words out of a batch's columns and its length."""
INSTANTS = ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "TIMESTAMP WITH TIME ZONE")
US = pa.timestamp("us")


@dataclass(frozen=True)
class Direct:
    """A source that can be read directly. `first_file` numbers its files as `__file` does; `key` is a whole number."""

    paths: tuple[Path, ...]
    first_file: int
    columns: dict[str, Column]
    words: frozenset[str]
    """Columns of the files that are read as dictionaries."""
    needed: tuple[str, ...]

    def batches(self, rows: int) -> Iterator[pa.Table]:
        """The rows of the view (`key`, `file`, `row` and the mapped attributes), about `rows` at a time."""
        for number, path in enumerate(self.paths):
            with pq.ParquetFile(path, read_dictionary=list(self.words), pre_buffer=False) as file:
                done = 0
                for batch in file.iter_batches(rows, columns=list(self.needed), use_threads=False):
                    n = batch.num_rows
                    given = dict(zip(batch.schema.names, batch.columns, strict=True))
                    made = {name: column(given, n) for name, column in self.columns.items()}
                    made["file"] = pa.array(np.full(n, self.first_file + number, np.int32))
                    made["row"] = pa.array(np.arange(done + 1, done + n + 1, dtype=np.int64))
                    done += n
                    yield pa.table(made)


def direct_reading(
    source: Source,
    types: dict[str, str],
    paths: list[Path],
    first_file: int,
    zone: str,
    name: str,
    only_days: Collection[str] = (),
) -> Direct | None:
    """How to read a source directly; None where its mapping asks for more.

    Args:
        types: DuckDB's types of the files' columns.
        zone: the zone of naive times.
        name: the source's name.
        only_days: attributes whose times are all midnights.
    """
    if source.identifiers or source.attributes or source.missing or source.query or len(source.key) != 1:
        return None
    if source.kind == "events" or source.one_row_per or source.replaces or source.as_of:
        return None
    plan = _Plan(source, types, zone, name, only_days)
    key = plan.found(next(iter(source.key.values())))
    if key is None or types[key] not in INTEGERS:
        return None
    plan.add("key", lambda given, n: given[key].cast(pa.int64()), key)
    if not all(plan.attribute(a, e) for a, e in source.map.items()):
        return None
    return Direct(tuple(paths), first_file, plan.columns, frozenset(plan.words), tuple(dict.fromkeys(plan.needed)))


class _Plan:
    def __init__(self, source: Source, types: dict[str, str], zone: str, name: str, only_days: Collection[str]) -> None:
        self._only_days = only_days
        self._source, self._types, self._zone, self._name = source, types, source.zone or zone, name
        self._by_name = {c.casefold(): c for c in types}
        self.columns: dict[str, Column] = {}
        self.words: set[str] = set()
        self.needed: list[str] = []

    def found(self, column: str) -> str | None:
        """The file's spelling of a column."""
        return self._by_name.get(column.casefold())

    def add(self, name: str, make: Column, *needed: str) -> None:
        """Plan one column."""
        self.columns[name] = make
        self.needed += needed

    def attribute(self, attribute: str, entry: Entry) -> bool:
        """Plan one attribute; False where it cannot be read directly."""
        kind = COLUMNS[self._source.kind].get(attribute, "text")
        if entry.sql is not None or entry.missing or entry.file_name or entry.file_date:
            return False
        if entry.value is not None:
            return kind == "text" and self._constant(attribute, entry)
        column = self.found(str(entry.column))
        if column is None or (entry.values and kind != "text"):
            return False
        plans = {"text": self._text, "instant": self._instant, "content": self._content, "number": self._number}
        return kind in plans and plans[kind](attribute, column, entry)

    def _constant(self, attribute: str, entry: Entry) -> bool:
        if isinstance(entry.value, bool) or entry.values:
            return False
        word = str(entry.value)
        zeros = pa.DictionaryArray.from_arrays
        self.add(attribute, lambda given, n: zeros(pa.array(np.zeros(n, np.int32)), pa.array([word])))
        return True

    def _text(self, attribute: str, column: str, entry: Entry) -> bool:
        closed = attribute in CLOSED and self._source.kind == "contacts"
        if self._types[column] in INTEGERS and not (entry.values or closed) and attribute != "id":
            self.add(attribute, lambda given, n: given[column], column)
            return True
        if self._types[column] != "VARCHAR" or attribute in ("id", "subject", "reference", "address", "contact"):
            return False
        self.words.add(column)
        table = {plain(k): v for k, v in (entry.values or {}).items()}

        def word(text: str | None) -> str | None:
            text = plain(text) if text else None
            if not text:
                return None
            return table.get(text, entry.otherwise or (text.lower() if closed else text))

        def make(given: dict[str, pa.Array], n: int) -> pa.Array:
            array = given[column]
            if not pa.types.is_dictionary(array.type):
                array = array.dictionary_encode()
            return pa.DictionaryArray.from_arrays(
                array.indices, pa.array([word(w) for w in array.dictionary.to_pylist()], pa.string())
            )

        self.add(attribute, make, column)
        return True

    def _instant(self, attribute: str, column: str, entry: Entry) -> bool:
        kind = self._types[column]
        if kind not in INSTANTS or (kind != "TIMESTAMP WITH TIME ZONE" and self._zone != "UTC"):
            return False
        day = attribute in self._only_days
        rest = pa.scalar(US_PER_DAY - 1 if day and attribute in LAST_DAYS else 0, pa.duration("us"))

        def make(given: dict[str, pa.Array], n: int) -> pa.Array:
            begins = given[column].cast(US, safe=False)
            return pc.add(begins, rest) if rest.as_py() else begins

        self.add(attribute, make, column)
        instant = pa.array(["day" if day else "instant"])
        zeros = pa.DictionaryArray.from_arrays
        self.add(f"{attribute}_precision", lambda given, n: zeros(pa.array(np.zeros(n, np.int32)), instant))
        return True

    def _content(self, attribute: str, column: str, entry: Entry) -> bool:
        if self._types[column] not in INTEGERS:
            return False
        mark = local_mark(self._name) if entry.local else 0

        def make(given: dict[str, pa.Array], n: int) -> pa.Array:
            array = given[column].cast(pa.int64())
            if array.null_count:
                values = array.fill_null(0).to_numpy() ^ np.int64(mark)
                return pa.array(values, mask=array.is_null().to_numpy(zero_copy_only=False))
            return pa.array(array.to_numpy() ^ np.int64(mark))

        self.add(attribute, make, column)
        return True

    def _number(self, attribute: str, column: str, entry: Entry) -> bool:
        if self._types[column] not in (*INTEGERS, *FLOATS):
            return False

        def make(given: dict[str, pa.Array], n: int) -> pa.Array:
            numbers = given[column].cast(pa.float64())
            return pc.if_else(pc.is_nan(numbers), None, numbers) if self._types[column] in FLOATS else numbers

        self.add(attribute, make, column)
        return True
