"""Small sources for tests: a folder with files, a source's declaration, and the rows of its view."""

from pathlib import Path
from typing import Any

import duckdb

from primum.app.pipeline import connect
from primum.sources import Prepared, prepare, write_rejects
from primum.strategy.models import Strategy

CONTACT = {"kind": "contacts", "key": {"email": "who"}, "map": {"at": "at"}}


def strategy(source: dict[str, Any], zone: str = "UTC") -> Strategy:
    """A strategy with one source, `s`."""
    return Strategy.model_validate({"strategy": {"name": "T"}, "zone": zone, "data": {"sources": {"s": source}}})


def read(folder: Path, source: dict[str, Any], zone: str = "UTC") -> tuple[list[dict[str, Any]], Prepared]:
    """The usable rows of the source's view in file order, and what `prepare` said."""
    (folder / "scratch").mkdir(exist_ok=True)
    con = connect(folder / "scratch")
    try:
        declared = strategy(source, zone)
        prepared = prepare(con, "s", declared.data.sources["s"], declared, folder, folder / "scratch")
        write_rejects(con, prepared, folder / "rejects")
        return rows(con, prepared), prepared
    finally:
        con.close()


def rows(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[dict[str, Any]]:
    """The usable rows, in file order."""
    table = con.execute(
        f"SELECT * EXCLUDE (reject_column, reject_reason) FROM {prepared.view} "
        "WHERE reject_reason IS NULL ORDER BY file, row"
    ).to_arrow_table()
    return list(table.to_pylist())


def rejects(folder: Path) -> list[str]:
    """The lines of the reject file below its header."""
    path = folder / "rejects" / "s.csv"
    return path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []
