"""A history that grows: 1% of new rows against a build, and the answers of both against each other.

    .venv/bin/python benchmarks/history_growth.py --contacts 10000000

The data are those of `benchmarks/audit.py`, cut in two files: the last 1% of the contacts came later, as a new month's
export does. *build*: both files, nothing prebuilt. *growth*: the history of the first file, which grows by the second.
CPU over all threads, median of the rounds; *delta_share* is growth / build. *equal*: the audit of the grown history is
the same JSON as that of the built one, and every row of every bucket is the same. *rows_share* is what of the rows came
later.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent))
from measuring import Measured, arguments, generate, peak_gib, timed

from audit import STRATEGY
from primum.app.workspace import Workspace
from primum.history import History
from primum.history.layout import RELATIONS
from primum.report.as_json import to_json

LATER = 0.01


def cut(path: Path, share: float) -> tuple[int, int]:
    """Cut the last rows off a Parquet file into a second one; returns the rows of both."""
    with pq.ParquetFile(path) as whole:
        rows = whole.metadata.num_rows
        first = rows - round(rows * share)
        done = 0
        parts = [path.with_name(f"{path.stem}-{i}.parquet") for i in (1, 2)]
        writers = [pq.ParquetWriter(p, whole.schema_arrow, compression="zstd", use_dictionary=True) for p in parts]
        for batch in whole.iter_batches(250_000):
            split = min(max(first - done, 0), batch.num_rows)
            for writer, part in zip(writers, (batch.slice(0, split), batch.slice(split)), strict=True):
                if part.num_rows:
                    writer.write_table(pa.Table.from_batches([part], schema=whole.schema_arrow))
            done += batch.num_rows
        for writer in writers:
            writer.close()
    path.unlink()
    return first, rows - first


def same(mine: History, theirs: History) -> bool:
    """Whether two histories hold the same customers and rows in the same order, in words."""
    if mine.buckets != theirs.buckets or mine.manifest.rows != theirs.manifest.rows:
        return False
    for b in mine.buckets:
        names = ["id", "hash", "in_master"]
        if not mine.customers(b, names).equals(theirs.customers(b, names)):
            return False
        for relation in (r.name for r in RELATIONS):
            a, c = mine.table(relation, b), theirs.table(relation, b)
            if (a is None) != (c is None):
                return False
            if a is not None and not _same_rows(relation, a, c, mine, theirs):
                return False
    return True


def _same_rows(relation: str, a: pa.Table, c: pa.Table, mine: History, theirs: History) -> bool:
    apart = ["tag", "file"]
    if not a.drop_columns(apart).equals(c.select(a.column_names).drop_columns(apart)):
        return False
    words = [_words(h.tags(relation)) for h in (mine, theirs)]
    tags = [t["tag"].to_numpy() for t in (a, c)]
    pairs = np.unique(np.column_stack(tags), axis=0)
    return all(words[0][x] == words[1][y] for x, y in pairs.tolist())


def _words(tags: pa.Table) -> list[tuple]:
    return list(zip(*(c.to_pylist() for c in tags.columns), strict=True))


def run(folder: Path, prefix: str, contacts: int, rounds: int) -> dict:
    """Measure; the workspace is built and grown anew in each round."""
    place = Workspace(folder)
    later, aside = folder / f"{prefix}-2.parquet", folder / f"{prefix}-2.aside"
    measured: dict[str, Measured] = {}
    for number in range(rounds + 1):
        into = measured if number else {}  # the first round warms up: compiled code, engine, page cache
        shutil.rmtree(place.derived, ignore_errors=True)
        timed(into, "build", place.history)
        built = to_json(place.audit())
        if not number:
            reference = place.derived.rename(folder / "built")
        later.rename(aside)
        shutil.rmtree(place.derived, ignore_errors=True)
        place.history()
        aside.rename(later)
        grown = timed(into, "growth", place.history)
        assert isinstance(grown, History)
        assert grown.manifest.delta, "the history was built anew"
    differ = _differing(json.loads(built), json.loads(to_json(place.audit())))
    equal = not differ and same(grown, History(reference / "history"))
    print(f"{contacts:,} contacts, {LATER:.0%} of them later; differences: {differ or 'none'}")
    for name, m in measured.items():
        print(f"{name:8} CPU {m.cpu_s:7.3f} s, wall {sorted(m.wall)[len(m.wall) // 2]:7.3f} s")
    return {"equal": equal, "delta_share": round(measured["growth"].cpu_s / measured["build"].cpu_s, 4)}


def _differing(a: dict, b: dict) -> list[str]:
    for found in (a, b):
        found["method"].pop("as_of")
    return [name for name in a if a[name] != b[name]]


def main() -> None:
    parser = arguments(__doc__)
    options = parser.parse_args()
    os.environ.setdefault("PRIMUM_KEY", "5c" * 32)  # no key is left behind for a folder that goes away
    with tempfile.TemporaryDirectory(prefix="primum-bench-") as name:
        folder = Path(name)
        prefix = generate(options, folder)
        first, second = cut(folder / f"{prefix}.parquet", LATER)
        strategy = STRATEGY.format(prefix=prefix).replace(f"files: {prefix}.parquet", f"files: {prefix}-*.parquet")
        (folder / "primum.yaml").write_text(strategy)
        memory = peak_gib(Workspace(folder), "audit")
        figures = run(folder, prefix, options.contacts, options.rounds)
    figures |= {
        "rows_share": round(second / (first + second), 4),
        "peak_gib": round(memory, 2),
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
