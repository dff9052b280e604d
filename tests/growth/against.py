"""A history that grew, against one built at once over the same files."""

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import pyarrow as pa

import primum
from primum.app.workspace import Workspace
from primum.history import History
from primum.history.layout import RELATIONS
from primum.history.rows import Rows
from primum.report.as_json import to_json

AS_OF = "2026-07-01T00:00:00+00:00"


def fresh_copy(folder: Path, to: Path) -> Workspace:
    """The same files in a folder of their own, nothing built."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns(".primum", "reports"))
    return primum.open(to)


def decoded(history: History) -> dict[str, list]:
    """Every row of a history in words: nothing that depends on numbers given on the way."""
    files = {f.number: (s.name, f.name) for s in history.manifest.sources for f in s.files}
    kinds = history.manifest.kinds
    found: dict[str, list] = {"customers": []}
    for b in history.buckets:
        for c, row in enumerate(history.customers(b).to_pylist()):
            row["kinds"] = sorted(k for i, k in enumerate(kinds) if row["kinds"] >> i & 1)
            if row.get("unit") in (None, row["id"]):
                row["unit"] = None
            found["customers"].append((b, c, sorted((k, v) for k, v in row.items() if v is not None)))
    for relation in (r.name for r in RELATIONS):
        tags = history.tags(relation).to_pylist()

        def words(row: dict, tags=tags) -> list:
            row = dict(row)
            row["file"] = files[row["file"]]
            row["tag"] = sorted((k, v) for k, v in tags[row["tag"]].items() if v is not None)
            row.pop("node", None)
            return sorted((k, v) for k, v in row.items() if v is not None)

        found[relation] = []
        for b in history.buckets:
            table = history.table(relation, b)
            found[relation] += [(b, words(r)) for r in (table.to_pylist() if table is not None else [])]
        unlinked = history.unlinked(relation)
        found[f"{relation} of nobody"] = sorted(
            map(words, unlinked.to_pylist() if unlinked is not None else []), key=str
        )
    return found


def as_read(history: History) -> dict[tuple, object]:
    """What each way of reading a bucket gives, tags and files in words."""
    files = {f.number: (s.name, f.name) for s in history.manifest.sources for f in s.files}
    found: dict[tuple, object] = {}
    for relation, columns in history.manifest.columns.items():
        tags = [sorted((k, v) for k, v in t.items() if v is not None) for t in history.tags(relation).to_pylist()]
        names = ["file", "row", *(c for c in columns if c != "status_history")]
        numbers = [c for c in names if c in ("row", "cost", "value", "valid_until", "content", "priority")]

        def words(column: str, values: list, tags=tags) -> list:
            known = {"tag": tags, "file": files}.get(column)
            return [known[v] for v in values] if known is not None else [None if v != v else v for v in values]

        def of_rows(rows: Rows | None, words=words) -> object:
            if rows is None:
                return None
            columns = {"at": rows.at, "tag": rows.tag} | rows.columns
            has = rows.has_content.tolist() if rows.has_content is not None else [True] * len(rows.at)
            return rows.offsets.tolist(), has, {n: words(n, c.tolist()) for n, c in columns.items()}

        def of_table(table: pa.Table | None, words=words) -> object:
            return {n: words(n, table[n].to_pylist()) for n in table.column_names} if table is not None else None

        for b in history.buckets:
            found[relation, b, "rows"] = of_rows(history.rows(relation, b, numbers))
            found[relation, b, "table"] = of_table(
                history.table(relation, b, ["customer", "at", "tag", *names], encoded=["address"])
            )
            for c in range(history.customer_count(b)):
                rows = history.customer_rows(relation, b, c)
                found[relation, b, c] = of_table(
                    rows.select(["at", "row", "tag"]) if rows is not None and rows.num_rows else None
                )
            if relation == "contacts":
                found["texts", b] = of_table(history.texts(b))
                bucket = history.bucket(b, numbers, states=True)
                found["bucket", b] = bucket.customers, of_rows(bucket.contacts)
                found["responses", b], found["states", b] = (
                    (len(r.at), r.offsets.tolist(), r.at.tolist()) if r is not None else None
                    for r in (bucket.responses, bucket.states)
                )
    return found


def figures(history: History) -> dict:
    """The manifest without what depends on the way."""
    m = asdict(history.manifest)
    for name in ("base", "delta", "delta_rows", "links", "links_since", "next_customer", "next_file", "keyed"):
        del m[name]
    m["kinds"] = sorted(m["kinds"])
    for source in m["sources"]:
        for file in source["files"]:
            del file["number"]
    return m


def rejects(place: Workspace) -> dict[str, str]:
    """Every reject file."""
    folder = place.derived / "rejects"
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.glob("*"))} if folder.exists() else {}


def result(place: Workspace) -> str:
    """The audit as JSON, names revealed; when they were is left out."""
    made = place.audit(reveal=True, why="a test", as_of=datetime.fromisoformat(AS_OF))
    told = json.loads(to_json(made))
    told["disclosure"]["at"] = None
    return json.dumps(told, indent=1)


def histories(place: Workspace, to: Path) -> tuple[Workspace, Workspace]:
    """The workspace with its history as of now, and one in a folder of its own that was built at once."""
    place.history()
    other = fresh_copy(place.folder, to)
    assert not other.history().manifest.delta
    return place, other


def assert_same_history(place: Workspace, other: Workspace, told: object = None) -> None:
    """Every row in words, every count and warning of the manifest, every reject file."""
    mine, theirs = (History(p.derived / "history") for p in (place, other))
    a, b = decoded(mine), decoded(theirs)
    for name in b:
        only = tuple([x for x in p[name] if x not in q[name]] for p, q in ((a, b), (b, a)))
        assert a[name] == b[name], (told, name, only)
    a, b = as_read(mine), as_read(theirs)
    assert a.keys() == b.keys(), told
    assert not {k: (a[k], b[k]) for k in a if a[k] != b[k]}, told
    assert figures(mine) == figures(theirs), told
    assert rejects(place) == rejects(other), told


def assert_as_built_at_once(place: Workspace, to: Path) -> None:
    """A history and its audit equal those of one that is built over the same files in a folder of its own."""
    mine, other = histories(place, to)
    assert_same_history(mine, other)
    found = _differences(result(mine), result(other))
    assert not found, found


def _differences(a: str, b: str) -> list[tuple[str, str]]:
    return [(x, y) for x, y in zip_longest(a.splitlines(), b.splitlines()) if x != y]
