"""Sources without files: DuckDB views that look like what `primum.sources` prepares."""

from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from primum.strategy.models import COLUMNS


@dataclass(frozen=True)
class FakeFile:
    name: str
    rows: int
    bytes: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class FakeSource:
    """A source whose rows were given as a list of dicts."""

    name: str
    kind: str
    view: str
    columns: dict[str, str]
    key_kinds: tuple[str, ...]
    identifier_kinds: tuple[str, ...] = ()
    files: tuple[FakeFile, ...] = ()
    can_reject: bool = False
    mapped: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = field(default=())
    direct: None = None
    zone: str = "UTC"


TYPES = {"text": pa.string(), "list": pa.string(), "number": pa.float64(), "content": pa.int64()}


def source(con: duckdb.DuckDBPyConnection, name: str, kind: str, rows: list[dict], key_kinds=("crm_id",)) -> FakeSource:
    """Register rows as a source; keys of the rows are attributes, `key`, `identifier_KIND`, `ATTRIBUTE_precision`."""
    known = COLUMNS[kind]
    names = list(dict.fromkeys(n for row in rows for n in row))
    data: dict[str, pa.Array] = {
        "file": pa.array([0] * len(rows), pa.int32()),
        "row": pa.array(range(2, len(rows) + 2), pa.int64()),
    }
    attributes = {}
    for n in names:
        values = [row.get(n) for row in rows]
        if known.get(n) == "instant":
            data[n] = pa.array(values, pa.timestamp("us"))
            attributes[n] = "instant"
            if f"{n}_precision" not in names:
                data[f"{n}_precision"] = pa.array([None if v is None else "instant" for v in values], pa.string())
        elif n in known:
            data[n] = pa.array(values, TYPES[known[n]])
            attributes[n] = known[n]
        else:
            data[n] = pa.array(values, pa.int64() if values and isinstance(values[0], int) else pa.string())
    if "key_kind" not in names:
        data["key_kind"] = pa.array([key_kinds[0]] * len(rows), pa.string())
    data["reject_column"] = data["reject_reason"] = pa.nulls(len(rows), pa.string())
    con.register(f"rows_{name}", pa.table(data))
    con.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM rows_{name}")
    identifiers = tuple(n.removeprefix("identifier_") for n in names if n.startswith("identifier_"))
    return FakeSource(
        name,
        kind,
        name,
        attributes,
        key_kinds,
        identifiers,
        (FakeFile(f"{name}.csv", len(rows)),),
        mapped=frozenset(attributes),
    )
