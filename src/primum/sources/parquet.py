"""Parquet files of one table as a relation: united by column name, numbered by file and row.

Owns what happens where files disagree about a column: it is read as text, and that is said. Refuses to let a whole
number of one file become a rounded one because another file holds it with a point.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from primum.sources.expressions import literal, quoted

OURS = ("__file", "__row", "file_row_number", "file_index")
"""Names that Primum or the engine gives; a file that has such a column cannot be told from them."""


def reserved(names: Iterable[str]) -> str | None:
    """The first name that a file's column may not have."""
    return next((n for n in names if n.casefold() in OURS), None)


@dataclass(frozen=True)
class Schema:
    """A file's columns and the family of each one's type; families differ where uniting them would change values."""

    rows: int
    families: dict[str, str]
    types: tuple[tuple[str, str], ...]


def schema_of(path: Path) -> Schema:
    """What the file's end says.

    Raises: pa.ArrowInvalid, OSError where it has none that can be read.
    """
    metadata = pq.read_metadata(path)
    fields = list(metadata.schema.to_arrow_schema())
    types = tuple((f.name, str(f.type)) for f in fields)
    return Schema(metadata.num_rows, {f.name: _family(f.type) for f in fields}, types)


def _family(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_timestamp(kind):
        return "instant without a zone" if kind.tz is None else "instant with a zone"
    tests = {
        "text": lambda k: pa.types.is_string(k) or pa.types.is_large_string(k) or pa.types.is_string_view(k),
        "whole number": pa.types.is_integer,
        "floating number": pa.types.is_floating,
        "decimal number": pa.types.is_decimal,
    }
    return next((family for family, test in tests.items() if test(kind)), str(kind))


@dataclass
class United:
    """The SELECT of several files, and what was done to unite them."""

    select: str
    disagree: list[tuple[str, list[str]]] = field(default_factory=list)
    """Columns that files hold with different types, with the families of these: read as text."""


def united(paths: Sequence[Path], schemas: Sequence[Schema], first: int) -> United:
    """All rows of the files with `__file` (counted from `first`) and `__row`."""
    clashing = _clashing(schemas)
    if not clashing:
        return United(
            f"SELECT *, (file_index + {first})::INTEGER AS __file, file_row_number + 1 AS __row FROM "
            f"read_parquet([{', '.join(literal(p.as_posix()) for p in paths)}], union_by_name = true)"
        )
    selects = []
    for number, (path, schema) in enumerate(zip(paths, schemas, strict=True), first):
        casts = [
            f"{_as_text(name, family)} AS {quoted(name)}"
            for name, family in schema.families.items()
            if name.casefold() in clashing
        ]
        replaced = f" REPLACE ({', '.join(casts)})" if casts else ""
        selects.append(
            f"SELECT *{replaced}, {number}::INTEGER AS __file, file_row_number + 1 AS __row "
            f"FROM read_parquet({literal(path.as_posix())})"
        )
    disagree = [(name, families) for name, families in clashing.values() if len(families) > 1]
    return United(" UNION ALL BY NAME ".join(selects), disagree)


def _clashing(schemas: Sequence[Schema]) -> dict[str, tuple[str, list[str]]]:
    """Folded name -> its spelling and families (those of empty columns left out), where files disagree."""
    spelled: dict[str, str] = {}
    families: dict[str, dict[str, None]] = {}
    for schema in schemas:
        for name, family in schema.families.items():
            spelled.setdefault(name.casefold(), name)
            families.setdefault(name.casefold(), {})[family] = None
    return {n: (spelled[n], [f for f in found if f != "null"]) for n, found in families.items() if len(found) > 1}


def _as_text(name: str, family: str) -> str:
    column = quoted(name)
    if family == "null":
        return "NULL::VARCHAR"
    if family == "floating number":
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        return (
            f"CASE WHEN isnan({column}) THEN NULL WHEN {whole} THEN {column}::BIGINT::VARCHAR "
            f"ELSE {column}::VARCHAR END"
        )
    if family == "decimal number":
        return f"regexp_replace({column}::VARCHAR, '[.]0+$', '')"
    return f"{column}::VARCHAR"
