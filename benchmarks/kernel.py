"""The rules engine against what else could judge a history: contacts per CPU-second, all rules evaluated.

    .venv/bin/python benchmarks/kernel.py --contacts 2000000

*ours* judges a backtest of the yardsticks' plain rule set (27 rows; every broken rule of every contact) over facts
that are laid out; *facts* lays them out from sorted Arrow tables; *hard* is the hard rule set. Peers
(`kernel_peers.py`) judge a part of the same customers and are compared by contact: pandas and Python (checked equal,
contact by contact), DuckDB and Polars windows (which answer another question: the wrong share is printed), and the
library `limits` (caps only). Runs are interleaved in one process; medians of CPU seconds over all threads.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
from kernel_peers import DuckDb, limiter, loops, polars_windows
from measuring import Measured, arguments, generate, timed

from primum.rules.compile import Compiled, compile_rules
from primum.rules.judge import Judge, Judged, judge, rules_of
from primum.rules.parse import parse_rules
from primum.rules.records import Batch as Records
from primum.rules.records import facts_of
from primum.rules.tables import Batch, Tables, facts_of_tables
from primum.words.contacts import Candidate, Contact, Customer

FIRST_CUSTOMER = 10**9
COMPILE = """
import sys, time
sys.path[:0] = [{here!r}]
from kernel import data, in_customers, rules
from primum.rules.judge import judge
from primum.rules.tables import facts_of_tables
tables = in_customers(data({folder!r}), 0, 50)
compiled = rules({yardsticks!r}, "rules-hard.yaml")
begun = time.process_time()
batch = facts_of_tables(compiled, tables)
judge(compiled, batch.facts, "backtest", batch.ask_start, batch.asks)
print(time.process_time() - begun)
"""


def data(folder: str) -> Tables:
    """The yardsticks' data in our words, sorted by customer and instant."""
    made = Path(folder) / "made"
    given, events = pq.read_table(f"{made}.parquet"), pq.read_table(f"{made}_events.parquet")
    given = given.sort_by([("customer_id", "ascending"), ("ts", "ascending"), ("contact_id", "ascending")])
    contacts = pa.table(
        {
            "customer": _customers(given),
            "at": given["ts"],
            "status": pa.DictionaryArray.from_arrays(np.zeros(len(given), np.int8), ["sent"]),
            "channel": given["channel"],
            "department": given["department"],
            "purpose": given["category"],
            "communication": given["campaign_id"],
            "content": given["content_hash"],
            "id": given["contact_id"],
        }
    )
    state = pc.if_else(pc.equal(events["kind"], "optout"), "opted_out", "complaint_open")
    states = {"customer": _customers(events), "state": state, "start": events["ts"], "until": events["end_ts"]}
    zones = pq.read_table(f"{made}_customers.parquet")["tz"].cast(pa.string())
    return Tables(pa.table({"zones": zones}), contacts, None, pa.table({**states, "channel": events["channel"]}))


def _customers(table: pa.Table) -> pa.ChunkedArray:
    return pc.subtract(table["customer_id"], FIRST_CUSTOMER).cast(pa.int32())


def in_customers(tables: Tables, first: int, last: int) -> Tables:
    """The part of these customers, numbered from 0."""

    def own(table: pa.Table) -> pa.Table:
        kept = table.filter(pc.and_(pc.greater_equal(table["customer"], first), pc.less(table["customer"], last)))
        return kept.set_column(0, "customer", pc.subtract(kept["customer"], pa.scalar(first, pa.int32())))

    return Tables(tables.customers.slice(first, last - first), own(tables.contacts), None, own(tables.states))


def rules(yardsticks: str, name: str) -> Compiled:
    """A rule set of the yardsticks, compiled; `extends` adds to another."""
    given = yaml.safe_load((Path(yardsticks) / name).read_text())
    if "extends" in given:
        base = yaml.safe_load((Path(yardsticks) / given.pop("extends")).read_text())
        given = {**base, **given, "rules": {**base["rules"], **given["rules"]}}
    return compile_rules(parse_rules(given))


def run_judge(compiled: Compiled, batch: Batch) -> Judged:
    return judge(compiled, batch.facts, "backtest", batch.ask_start, batch.asks)


def answers(compiled: Compiled, judged: Judged) -> list[frozenset[str]]:
    """The names of the broken rules of each contact."""
    masks, number = np.unique(judged.broken, axis=0, return_inverse=True)
    names = [frozenset(compiled.rules[r].name for r in rules_of(compiled, mask)) for mask in masks]
    return [names[n] for n in number.reshape(-1).tolist()]


def compile_seconds(folder: Path, yardsticks: Path) -> float:
    """CPU seconds of the first judging in a process without anything compiled, beyond importing."""
    with tempfile.TemporaryDirectory() as cache:
        here = str(Path(__file__).resolve().parent)
        code = COMPILE.format(here=here, folder=str(folder), yardsticks=str(yardsticks))
        settings = {**os.environ, "NUMBA_CACHE_DIR": cache}
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=settings)
        return float(done.stdout.strip().splitlines()[-1])


def single_us(compiled: Compiled, length: int, rounds: int = 2_000) -> float:
    """Microseconds to decide one candidate of a customer who has so many contacts (gate; facts laid out)."""
    words = (("email", "push", "sms"), ("crm", "billing"), ("promo", "newsletter", "survey"))
    said = [dict(zip(NAMES, (w[i % len(w)] for w in words), strict=True)) for i in range(length + 1)]
    contacts = [Contact(str(i), "c", i * 6 * 3_600_000_000, "sent", own) for i, own in enumerate(said)]
    last = contacts.pop()
    candidate = Candidate("new", "c", last.at, last.attributes)
    customer = Customer("c", ("Europe/London",))
    asked = facts_of(compiled, Records([customer], contacts, [], [candidate]), "gate")
    found, gate = [], Judge(compiled)
    for _ in range(rounds):
        begun = time.perf_counter()
        gate.judge(asked.facts, "gate", asked.ask_start, asked.asks)
        found.append(time.perf_counter() - begun)
    return median(found) * 1e6


NAMES = ("channel", "department", "purpose")


def peers_of(part: Tables) -> tuple[dict, dict]:
    """The peers as functions without arguments, and their contacts."""
    contacts, states = part.contacts, part.states
    zones = part.customers["zones"].to_pylist()
    numbers = pa.array(range(len(zones)), pa.int32())
    plain = contacts.select(["id", "customer", "at", "channel", "department", "purpose"])
    texts = {n: plain[n].cast(pa.string()) for n in ("channel", "department", "purpose")}
    plain = pa.table({**{n: plain[n] for n in ("id", "customer", "at")}, **texts})
    micro = plain.set_column(2, "at", plain["at"].cast(pa.int64()))
    frame = micro.to_pandas()
    whole = states.select(["customer", "state", "start", "until", "channel"])
    held = whole.set_column(2, "start", whole["start"].cast(pa.int64()))
    held = held.set_column(3, "until", held["until"].cast(pa.int64())).to_pandas()
    zone_table = pa.table({"customer": numbers, "zone": zones})
    whole = whole.set_column(4, "channel", whole["channel"].cast(pa.string()))
    base = DuckDb(plain, zone_table, whole)
    frames = tuple(pl.from_arrow(t) for t in (plain, zone_table, whole))
    asked = list(zip(*(micro[n].to_pylist() for n in micro.column_names[1:]), strict=True))
    run = {
        "pandas": lambda: loops(frame, zones, held),
        "duckdb": base.admits,
        "polars": lambda: polars_windows(*frames),
        "limits": lambda: limiter(asked[:LIMITED]),
    }
    count = len(plain)
    return run, {"pandas": count, "duckdb": count, "polars": count, "limits": min(count, LIMITED)}


LIMITED = 20_000


def main() -> None:
    parser = arguments(__doc__, 2_000_000)
    parser.add_argument("--peers", type=int, default=100_000, help="about how many contacts the peers judge")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="primum-bench-") as name:
        folder = Path(name)
        generate(options, folder)
        compiling = compile_seconds(folder, options.yardsticks)
        print(json.dumps(figures(data(name), options, compiling)))


def figures(tables: Tables, options: argparse.Namespace, compiling: float) -> dict:
    """Measure everything; prints a table on the way."""
    plain, hard = (rules(str(options.yardsticks), f"rules-{n}.yaml") for n in ("plain", "hard"))
    customers, contacts = tables.customers.num_rows, tables.contacts.num_rows
    part = in_customers(tables, 0, max(1, customers * min(options.peers, contacts) // contacts))
    peers, counts = peers_of(part)
    batch, harder, small = (facts_of_tables(c, t) for c, t in ((plain, tables), (hard, tables), (plain, part)))
    run_judge(plain, batch), run_judge(hard, harder)  # compiled and warm
    measured: dict[str, Measured] = {}
    last: dict = {}
    for _ in range(options.rounds):
        timed(measured, "facts", lambda: facts_of_tables(plain, tables))
        last["ours"] = timed(measured, "ours", lambda: run_judge(plain, batch))
        timed(measured, "hard", lambda: run_judge(hard, harder))
        for name, run in peers.items():
            last[name] = timed(measured, name, run)
    counts |= dict.fromkeys(("facts", "ours", "hard"), contacts)
    each = {name: m.cpu_s / counts[name] for name, m in measured.items()}
    load = os.getloadavg()[0]
    print(f"{contacts:,} contacts ({counts['pandas']:,} for the peers), load {load:.2f}")
    for name, seconds in each.items():
        print(f"{name:8} {seconds * 1e9:12,.0f} ns of CPU a contact  {seconds / each['ours']:10,.1f} x ours")
    own = run_judge(plain, small)
    shares = {n: round(float(s), 3) for n, s in (("duckdb", last["duckdb"]), ("polars", last["polars"]))}
    true = round(float((own.verdict == 0).mean()), 3)
    print(f"admitted: {true} by the rules; {shares} where windows count what was sent")
    return {
        "equal": last["pandas"] == answers(plain, own),
        "million_per_cpu_s": round(1e-6 / each["ours"], 2),
        "hard_million_per_cpu_s": round(1e-6 / each["hard"], 2),
        "facts_ns": round(each["facts"] * 1e9),
        **{f"{n}_times": round(each[n] / each["ours"], 1) for n in peers},
        "duckdb_admits": shares["duckdb"],
        "polars_admits": shares["polars"],
        "true_admits": true,
        "single_us": {str(n): round(single_us(plain, n), 1) for n in (50, 200, 500)},
        "compile_s": round(compiling, 1),
        "load": round(load, 2),
    }


if __name__ == "__main__":
    main()
