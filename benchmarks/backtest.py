"""The backtest against DuckDB: from Parquet, or from the built history, to every broken rule of every contact.

    .venv/bin/python benchmarks/backtest.py --contacts 10000000

The peer is `read_sort`: DuckDB reads the needed columns of the same files with two threads and sorts them by customer
and time, and answers nothing yet. Ours is the whole `backtest`: decisions of all rules on all contacts, counted.
*cold* from the raw Parquet with nothing prebuilt (sources, linking, history written) and *warm* from the built history,
by the yardsticks' plain rule set; *hard* warm, by the hard one. The yardsticks' `purpose` is the generator's category,
which here is the topic: a message class is one of eight words. Decisions are compared, count by count, with the same
rules over tables that were sorted from the raw files.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
from kernel import data
from measuring import Measured, arguments, generate, peak_gib, timed

from audit import Peer
from primum.app.workspace import Workspace
from primum.backtest.results import BacktestResult
from primum.rules.compile import compile_rules
from primum.rules.judge import judge, rules_of
from primum.rules.parse import parse_rules
from primum.rules.tables import Tables, facts_of_tables

STRATEGY = """
strategy: {{name: Yardstick}}
zone: UTC
data:
  sources:
    contacts:
      kind: contacts
      files: {prefix}.parquet
      key: {{crm_id: customer_id}}
      map:
        at: ts
        channel: channel
        department: department
        topic: category
        communication: campaign_id
        content: {{column: content_hash, local: true}}
        outcome: outcome
    people:
      kind: customers
      files: {prefix}_customers.parquet
      key: {{crm_id: customer_id}}
      map: {{zone: tz}}
    events:
      kind: states
      files: {prefix}_events.parquet
      key: {{crm_id: customer_id}}
      map:
        from: ts
        until: end_ts
        state: {{column: kind, values: {{optout: opted_out, complaint: complaint_open}}}}
        channel: channel
"""


def rule_file(yardsticks: Path, folder: Path, name: str) -> Path:
    """A rule set of the yardsticks as a file of ours: what it extends is written out, `purpose` is called `topic`."""
    given = _read(yardsticks, name)
    if "extends" in given:
        base = _read(yardsticks, given.pop("extends"))
        given = {**base, **given, "rules": {**base["rules"], **given["rules"]}}
    path = folder / name
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
    return path


def _read(yardsticks: Path, name: str) -> dict:
    return yaml.safe_load((yardsticks / name).read_text(encoding="utf-8").replace("purpose:", "topic:"))


def differences(result: BacktestResult, rules: Path, tables: Tables) -> list[str]:
    """What of a result differs from the same rules over tables."""
    compiled = compile_rules(parse_rules(yaml.safe_load(rules.read_text(encoding="utf-8"))))
    batch = facts_of_tables(compiled, tables)
    judged = judge(compiled, batch.facts, "backtest", batch.ask_start, batch.asks)
    masks, numbers = np.unique(judged.broken, axis=0, return_counts=True)
    broken = dict.fromkeys((rule.name for rule in compiled.rules), 0)
    for mask, count in zip(masks, numbers.tolist(), strict=True):
        for rule in rules_of(compiled, mask):
            broken[compiled.rules[rule].name] += count
    ends = result.ends
    ours = {"kept": ends.kept, "deferred": ends.deferred + ends.overtaken, "stopped": ends.stopped + ends.never}
    theirs = dict(zip(ours, np.bincount(judged.verdict, minlength=3).tolist(), strict=True))
    ours |= {rule.name: rule.broken for rule in result.rules}
    return sorted(name for name in ours if ours[name] != (theirs | broken)[name])


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--no-check", action="store_true", help="do not compare decisions (it takes much memory)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="primum-bench-") as name:
        folder = Path(name)
        os.environ.setdefault("PRIMUM_KEY", "5e" * 32)
        prefix = generate(options, folder)
        (folder / "primum.yaml").write_text(STRATEGY.format(prefix=prefix), encoding="utf-8")
        plain, hard = (rule_file(options.yardsticks, folder, f"rules-{n}.yaml") for n in ("plain", "hard"))
        memory = peak_gib(Workspace(folder), "backtest", str(plain))
        figures = run(Workspace(folder), Peer(folder, prefix, options.yardsticks), plain, hard, options)
        print(json.dumps(figures | {"peak_gib": round(memory, 2), "load": round(os.getloadavg()[0], 2)}))


def run(place: Workspace, peer: Peer, plain: Path, hard: Path, options: argparse.Namespace) -> dict:
    """Measure in turn; prints a table on the way."""
    place.backtest(hard)  # warms up: compiled code is loaded, the engine and the page cache are warm
    peer.scan()
    measured: dict[str, Measured] = {}
    found: dict = {}
    for _ in range(options.rounds):
        shutil.rmtree(place.derived)
        timed(measured, "read_sort", peer.read_sort)
        timed(measured, "cold", lambda: place.backtest(plain))
        found["plain"] = timed(measured, "warm", lambda: place.backtest(plain))
        found["hard"] = timed(measured, "hard", lambda: place.backtest(hard))
    base = measured["read_sort"].cpu_s
    print(f"{options.contacts:,} contacts, load {os.getloadavg()[0]:.2f}")
    for name, m in measured.items():
        each = m.cpu_s / options.contacts * 1e9
        print(
            f"{name:10} CPU {m.cpu_s:8.2f} s ({each:6,.0f} ns a contact)  wall {median(m.wall):8.2f} s  "
            f"{m.cpu_s / base:6.2f} x read_sort"
        )
    equal = None
    if not options.no_check:
        equal = check(place, found, plain, hard)
    return {"equal": equal, **{n: round(measured[n].cpu_s / base, 3) for n in ("cold", "warm", "hard")}}


def check(place: Workspace, found: dict, plain: Path, hard: Path) -> bool:
    """Whether decisions are those of the same rules over tables; prints what differs."""
    tables = data(str(place.folder))
    contacts = tables.contacts.rename_columns(["topic" if n == "purpose" else n for n in tables.contacts.column_names])
    tables = Tables(tables.customers, contacts, None, tables.states)
    wrong = {n: differences(found[n].results[0], path, tables) for n, path in (("plain", plain), ("hard", hard))}
    print("differences:", {n: w for n, w in wrong.items() if w} or "none")
    return not any(wrong.values())


if __name__ == "__main__":
    main()
