"""A small history, made from rows in memory."""

from pathlib import Path

import duckdb

from primum.history import History, Reading, build_history
from primum.history.build import manifest_of
from primum.history.manifest import FileEntry, SourceEntry
from primum.identity import IdentityKey, link_customers
from primum.identity.looks import People
from views import FakeSource

KEY = IdentityKey(bytes(range(32)))


def make_history(
    con: duckdb.DuckDBPyConnection,
    sources: list[FakeSource],
    folder: Path,
    buckets: int = 1,
    departments: dict[str, str] | None = None,
    people: People | None = None,
) -> History:
    """Link, build and open."""
    linked = link_customers(con, sources, key=KEY, country="GB", shared_by_at_most=5, placeholders=[], people=people)
    reading = Reading(sources, departments or {}, folder / "scratch", KEY)
    built = build_history(con, reading, linked, folder / f"history{buckets}", buckets=buckets)
    entries = []
    for s in sources:
        t, f = built.tallies[s.name], linked.figures.get(s.name)
        entries.append(
            SourceEntry(
                s.name,
                s.kind,
                (departments or {}).get(s.name),
                tuple(FileEntry(x.name, x.bytes, 0, "", x.rows, x.rejected, sources.index(s)) for x in s.files),
                t.rows,
                0,
                t.unlinked,
                t.repeated,
                t.first,
                t.last,
                s.key_kinds,
                tuple(s.mapped),
                f.customers if f else 0,
                f.found_in_master if f else None,
                (),
                None,
                "sent",
                t.folded,
                t.alike,
                t.ids_of_several,
                t.ignored,
                0,
                s.zone,
            )
        )
    manifest_of(built, linked, entries).write(folder / f"history{buckets}")
    return History(folder / f"history{buckets}")
