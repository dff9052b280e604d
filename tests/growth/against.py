"""A history that grew, against one built at once over the same files."""

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import primum
from primum.app.workspace import Workspace
from primum.history import History
from primum.history.layout import RELATIONS
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


def assert_as_built_at_once(place: Workspace, to: Path) -> None:
    """The history of a workspace equals one that is built over the same files in a folder of its own."""
    audited = result(place)
    other = fresh_copy(place.folder, to)
    expected = result(other)
    mine, theirs = History(place.derived / "history"), History(other.derived / "history")
    assert not theirs.manifest.delta
    a, b = decoded(mine), decoded(theirs)
    for name in b:
        only = tuple([x for x in p[name] if x not in q[name]] for p, q in ((a, b), (b, a)))
        assert a[name] == b[name], (name, only)
    assert figures(mine) == figures(theirs)
    assert rejects(place) == rejects(other)
    found = _differences(audited, expected)
    assert not found, found


def _differences(a: str, b: str) -> list[tuple[str, str]]:
    return [(x, y) for x, y in zip_longest(a.splitlines(), b.splitlines()) if x != y]


def grew(place: Workspace) -> bool:
    """Whether the history has a delta."""
    return bool(History(place.derived / "history").manifest.delta)
