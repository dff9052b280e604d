"""A look at a source: its first rows, mapped exactly as an audit maps them.

Owns what a look finds: rows that cannot be used and why, the words of the attributes that a strategy declares, the
newest row. Refuses to say what is wrong with it (`app.data_check` compares it with the strategy).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from primum.sources.expressions import quoted
from primum.sources.prepare import Prepared, prepare
from primum.sources.rejects import personal_columns, safe_reason, split_reason
from primum.sources.resolve import format_of, source_files
from primum.sources.warnings import SourceWarning
from primum.strategy.models import Source, Strategy
from primum.strategy.positions import Positions
from primum.words.errors import SourceError

FIRST_ROWS: Final = 10_000
"""So many rows of each file are looked at; files of the engine's own formats are looked at whole."""
MOST_REASONS: Final = 10
MOST_VALUES: Final = 3
MOST_WORDS: Final = 1_000

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": ("channel", "department", "purpose", "communication"),
    "events": ("channel", "department", "purpose", "communication", "kind"),
    "responses": ("channel", "kind"),
    "states": ("channel", "state", "purpose"),
    "customers": (),
    "identifiers": (),
}
"""Per kind of source: the attributes whose words are counted."""


@dataclass(frozen=True)
class Reason:
    """Why so many rows cannot be used; `column` is the source's. Nothing in it is personal.

    `values` are some of those that cannot be read, quoted as `why` goes on after them ("'soon' is not a date").
    """

    column: str
    values: tuple[str, ...]
    why: str
    rows: int

    @property
    def sentence(self) -> str:
        """The column, what stands in it and why that is of no use."""
        said = ", ".join(self.values)
        return " ".join(part for part in (self.column + ":" if self.column else "", said, self.why) if part)


@dataclass(frozen=True)
class Look:
    """What was seen of one source. `rows` include those that cannot be used; instants are microseconds (UTC)."""

    rows: int
    whole: bool
    rejected: int
    reasons: tuple[Reason, ...]
    words: Mapping[str, Mapping[str, int]]
    """Attribute -> word -> rows that can be used, for the attributes of `WORDS` that are mapped."""
    newest: int | None
    """The newest instant of a contact, a response or a state, not after `now`."""
    changed: int
    """When one of its files was last changed."""
    mapped: frozenset[str]
    warnings: tuple[SourceWarning, ...]


def look_at(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: Source,
    strategy: Strategy,
    root: Path,
    scratch: Path,
    positions: Positions,
    now: int,
    first: int = FIRST_ROWS,
) -> Look:
    """Look at a source.

    Args:
        root: the folder of the strategy.
        scratch: a folder for staged rows.
        positions: where things stand in the strategy.
        now: rows after this instant (microseconds, UTC) are not taken for the newest.
        first: how many rows of each file to look at. The tables of a query are read whole, because the first rows of
            two tables seldom meet.

    Raises: SourceError with every complaint: files and columns that are not there, what cannot be read.
    """

    def prepared(rows: int | None) -> Prepared:
        return prepare(con, name, source, strategy, root, scratch, None, positions, rows)

    if source.query:
        return _seen(con, source, prepared(None), now)
    try:
        return _seen(con, source, prepared(first), now)
    except SourceError:
        if not _columns_may_come_later(name, source, root):
            raise
    return _seen(con, source, prepared(None), now)


def _columns_may_come_later(name: str, source: Source, root: Path) -> bool:
    """Whether the first rows need not tell all columns: each JSON object has its own."""
    return any(format_of(path, source.format, name) == "jsonl" for _, path in source_files(name, source, root))


def _seen(con: duckdb.DuckDBPyConnection, source: Source, prepared: Prepared, now: int) -> Look:
    used = [f for f in prepared.files if not f.replaced]
    early = sum(r.lines for r in prepared.rejects)
    kept, wrong = _rows(con, prepared)
    return Look(
        rows=kept + wrong + early,
        whole=all(f.whole for f in used),
        rejected=wrong + early,
        reasons=_reasons(con, source, prepared),
        words={a: _words(con, prepared, a) for a in WORDS[source.kind] if a in prepared.columns},
        newest=_newest(con, source, prepared, now),
        changed=max((f.modified_ns for f in used), default=0) // 1000,
        mapped=prepared.mapped,
        warnings=prepared.warnings,
    )


def _usable(prepared: Prepared) -> str:
    return f"{prepared.view} WHERE reject_reason IS NULL"


def _rows(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> tuple[int, int]:
    """Rows that can be used, and rows that the mapping rejects."""
    found = con.execute(
        f"SELECT count(*) FILTER (reject_reason IS NULL), count(*) FILTER (reject_reason IS NOT NULL) "
        f"FROM {prepared.view}"
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def _reasons(con: duckdb.DuckDBPyConnection, source: Source, prepared: Prepared) -> tuple[Reason, ...]:
    """Why rows cannot be used, most rows first."""
    counts: dict[tuple[str, str], int] = {}
    for reject in prepared.rejects:
        counts[reject.column, reject.reason] = counts.get((reject.column, reject.reason), 0) + reject.lines
    if prepared.can_reject:
        grouped = con.execute(
            f"SELECT reject_column, reject_reason, count(*) FROM {prepared.view} "
            f"WHERE reject_reason IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {MOST_WORDS}"
        ).fetchall()
        counts |= {(str(column), str(why)): int(rows) for column, why, rows in grouped}
    return _together(counts, personal_columns(source))


def _together(counts: Mapping[tuple[str, str], int], personal: frozenset[str]) -> tuple[Reason, ...]:
    """Reasons that differ in the value alone are one, with the most frequent values."""
    rows: dict[tuple[str, str], int] = {}
    values: dict[tuple[str, str], dict[str, None]] = {}
    for (column, whole), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        value, why = split_reason(safe_reason(whole, column, personal))
        rows[column, why] = rows.get((column, why), 0) + count
        values.setdefault((column, why), {}).update({value: None} if value else {})
    most = sorted(rows.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]
    return tuple(Reason(column, tuple(values[column, why])[:MOST_VALUES], why, count) for (column, why), count in most)


def _words(con: duckdb.DuckDBPyConnection, prepared: Prepared, attribute: str) -> dict[str, int]:
    name = quoted(attribute)
    found = con.execute(
        f"SELECT {name}::VARCHAR, count(*) FROM {_usable(prepared)} AND {name} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_WORDS}"
    ).fetchall()
    return {str(word): int(rows) for word, rows in found}


def _newest(con: duckdb.DuckDBPyConnection, source: Source, prepared: Prepared, now: int) -> int | None:
    """The newest instant that is not in the future; a state of which only the extract's day is known is of that day."""
    instants = [quoted(n) for n in ("at", "from") if n in prepared.columns]
    if source.kind == "states" and "as_of" in prepared.columns:
        instants.append("as_of::TIMESTAMP")
    if not instants:
        return None
    at = f"coalesce({', '.join(instants)})" if len(instants) > 1 else instants[0]
    limit = f"make_timestamp({now})"
    found = con.execute(f"SELECT epoch_us(max({at})) FROM {_usable(prepared)} AND {at} <= {limit}").fetchone()
    return int(found[0]) if found and found[0] is not None else None
