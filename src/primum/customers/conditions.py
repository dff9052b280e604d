"""Conditions of segments and stages: read against an allow-list, told what is wrong with them, evaluated over columns.

Owns which names a condition may use: declared customer fields and measures. Refuses everything the allow-list of SQL in
strategies refuses (`sources.expressions`): nothing of the original text reaches the engine.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from primum.customers.measure_names import FIXED, KINDS_COUNTED, SCORES, VALUE, window_of
from primum.rules.faults import Fault
from primum.sources.expressions import RefusedSqlError, checked_expression
from primum.strategy.models import CUSTOMER_COLUMNS, Strategy
from primum.strategy.positions import KeyPath
from primum.words.errors import Complaint, StrategyError

_TYPES = {"text": pa.string(), "number": pa.float64(), "instant": pa.timestamp("us")}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


@dataclass(frozen=True)
class Condition:
    """One segment (`number` None) or stage (its place in the order): its name, SQL as written out, and what it uses."""

    name: str
    sql: str
    uses: frozenset[str]
    path: KeyPath
    stage: int | None = None


def fields_of(strategy: Strategy) -> dict[str, pa.DataType]:
    """The declared customer fields that conditions may name."""
    sources = [s for s in strategy.data.sources.values() if s.kind == "customers"]
    known = {n: _TYPES[t] for n, t in CUSTOMER_COLUMNS.items() if any(n in s.map for s in sources)}
    return known | {n: pa.string() for s in sources for n in s.attributes}


def types_of(sql: str, fields: Mapping[str, pa.DataType]) -> dict[str, pa.DataType]:
    """Everything this text may name, with its type: fields, and measures (those with a width where it names them)."""
    found = {**dict.fromkeys(FIXED, pa.int64()), VALUE: pa.float64(), **dict.fromkeys(SCORES, pa.int64())}
    found |= {word: pa.int64() for word in _NAME.findall(sql.casefold()) if window_of(word)}
    return found | dict(fields)


def read_conditions(strategy: Strategy) -> tuple[list[Condition], list[Fault]]:
    """Every condition of the strategy, and everything that is wrong with any of them."""
    fields = fields_of(strategy)
    found, faults = [], []
    for name, sql, path, stage in _said(strategy):
        types = types_of(sql, fields)
        try:
            written, uses = checked_expression(sql, types)
            _must_run(written, {n: types[n] for n in uses})
        except RefusedSqlError as error:
            faults.append(Fault(path, f"the condition of '{name}' cannot be used: {error}", _cure(fields)))
            continue
        found.append(Condition(name, written, frozenset(uses), path, stage))
    return found, [*faults, *_named_twice(strategy)]


def _said(strategy: Strategy) -> Iterator[tuple[str, str, KeyPath, int | None]]:
    for name, segment in strategy.customers.segments.items():
        yield name, segment.when, ("customers", "segments", name), None
    for number, stage in enumerate(strategy.customers.stages):
        yield stage.stage, stage.when, ("customers", "stages", number, "when"), number


def _named_twice(strategy: Strategy) -> Iterator[Fault]:
    seen = set(strategy.customers.segments)
    for number, stage in enumerate(strategy.customers.stages):
        if stage.stage in seen:
            what = f"'{stage.stage}' names two segments or stages; rules name both by `segment:`."
            yield Fault(("customers", "stages", number, "stage"), what, "Choose another name.")
        seen.add(stage.stage)


def _cure(fields: Mapping[str, pa.DataType]) -> str:
    counted = ", ".join(f"{kind}_30d" for kind in KINDS_COUNTED)
    own = f" and the customers' fields ({', '.join(sorted(fields))})" if fields else ""
    return f"Measures are {', '.join((*FIXED, VALUE, *SCORES))}, counts such as {counted}{own}."


def _must_run(sql: str, types: Mapping[str, pa.DataType]) -> None:
    """The engine must be able to read it as a condition; it looks at no row.

    Raises: RefusedSqlError.
    """
    empty = pa.table({"row": pa.array([], pa.int64()), **{n: pa.array([], t) for n, t in types.items()}})
    con = _engine()
    try:
        kind = con.from_arrow(empty).project(f"({sql}) AS held").types[0]
    except duckdb.Error as error:
        raise RefusedSqlError(_first_line(error)) from None
    finally:
        con.close()
    if str(kind) != "BOOLEAN":
        raise RefusedSqlError(f"it gives a value ({kind}), not true or false.")


def _engine() -> duckdb.DuckDBPyConnection:
    """An engine that reads no file and fetches nothing."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'; SET threads = 1; SET autoinstall_known_extensions = false")
    con.execute("SET enable_external_access = false; SET lock_configuration = true")
    return con


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def evaluate(conditions: Sequence[Condition], columns: pa.Table, name: str = "primum.yaml") -> list[np.ndarray]:
    """Whether each condition holds (bool), a row of `columns` each; unknown counts as no.

    Raises: StrategyError where a value cannot be used as the condition wants it.
    """
    con = _engine()
    try:
        selected = ", ".join(f"coalesce({c.sql}, false) AS c{i}" for i, c in enumerate(conditions))
        found = con.from_arrow(columns).project(selected).to_arrow_table()
    except duckdb.Error as error:
        what = f"a condition of a segment or stage cannot be evaluated: {_first_line(error)}"
        cure = "Where a field may hold something else, write TRY_CAST(field AS INTEGER) instead of CAST."
        raise StrategyError([Complaint(name, 0, 0, what, cure)]) from None
    finally:
        con.close()
    return [found[f"c{i}"].combine_chunks().to_numpy(zero_copy_only=False) for i in range(len(conditions))]
