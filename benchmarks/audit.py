"""The first audit against DuckDB: from Parquet to findings, cold and warm.

    .venv/bin/python benchmarks/audit.py --contacts 10000000

Peers, on the same files with two threads: `read_sort` (DuckDB reads the needed columns and sorts them by customer
and time: the base of every ratio) and the eleven statements of the yardstick (the same answers, one by one).

Ours is the whole `audit`, every finding of the report: *cold* from the raw Parquet with nothing prebuilt (sources,
linking, history written), *warm* from the built history. *answers* is the cold audit and one more pass over its
history, which gives the eleven answers in the statements' own definitions; they are compared with the statements'.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from statistics import median

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))
from measuring import Measured, arguments, generate, peak_gib, timed
from yardstick_pass import INCOMPATIBLE, Zones, answers, make_codes, merged, statement_answers, yardstick

from primum.app.workspace import Workspace
from primum.audit import results as r
from primum.audit.lookup import make_lookup
from primum.audit.run import REPEAT_DAYS
from primum.audit.sweep import CONTACT_COLUMNS, make_frame

STRATEGY = """
strategy: {{name: Yardstick}}
zone: UTC
channels:
  email: {{unit_cost: 0.002}}
  push: {{unit_cost: 0.001}}
  sms: {{unit_cost: 0.05}}
  inapp: {{unit_cost: 0}}
  post: {{unit_cost: 0.7}}
  call: {{unit_cost: 4}}
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
        purpose:
          column: category
          values: {{promo: marketing, newsletter: marketing, service_notice: service, bill: transactional,
                   reminder: collections, collections: collections, security: security, survey: survey,
                   onboarding: service, winback: marketing, crosssell: sales, apology: service}}
        communication: campaign_id
        content: {{column: content_hash, local: true}}
        outcome: outcome
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


def audit_with_yardstick(place: Workspace) -> tuple[r.AuditResult, dict]:
    """The product's audit, and the yardstick's answers from a pass of their own over the history that it built."""
    result = place.audit()
    strategy, history = place.load().strategy, place.history()
    lookup = make_lookup(strategy, history.tags("contacts"), history.tags("responses"), history.tags("states"))
    frame = make_frame(history, lookup, strategy.zone, REPEAT_DAYS)
    codes = make_codes(frame)
    zones = Zones(place.folder / "made_customers.parquet", place.keys.needed())

    def one(number: int) -> dict:
        bucket = history.bucket(number, CONTACT_COLUMNS, states=True)
        return yardstick(frame, codes, bucket, zones.of(history.customers(number, ["hash"])["hash"]))

    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(one, history.buckets))
    repeats = result.duplicates.within + result.duplicates.between
    return result, answers(frame, codes, reduce(merged, parts), result.meetings.several, repeats)


class Peer:
    """DuckDB over the same files."""

    def __init__(self, folder: Path, prefix: str, yardsticks: Path) -> None:
        self._con = duckdb.connect()
        self._con.execute("SET threads = 2; SET TimeZone = 'UTC'")
        self._con.execute(f"SET temp_directory = '{folder / 'peer'}'")
        for view, suffix in (("contacts", ""), ("customers", "_customers"), ("events", "_events")):
            self._con.execute(f"CREATE VIEW {view} AS FROM '{folder / prefix}{suffix}.parquet'")
        self._con.execute("CREATE TABLE incompatible (a VARCHAR, b VARCHAR)")
        self._con.executemany(
            "INSERT INTO incompatible VALUES (?, ?)", [*INCOMPATIBLE, *((b, a) for a, b in INCOMPATIBLE)]
        )
        parts = re.split(r"^-- (\w+)$", (yardsticks / "yardstick.sql").read_text(), flags=re.M)
        self.statements = {n: s for n, s in zip(parts[1::2], parts[2::2], strict=True) if s.strip()}

    def read_sort(self) -> None:
        self._con.execute(self.statements["read_sort"])
        self._con.execute("DROP TABLE sorted")

    def scan(self) -> None:
        self._con.execute(self.statements["scan"]).fetchall()

    def eleven(self) -> dict:
        found = {}
        for name, sql in self.statements.items():
            if not name.startswith("audit_"):
                continue
            result = self._con.execute(sql).to_arrow_table()
            columns = [c.to_pylist() for c in result.columns] if name != "audit_worst" else [range(result.num_rows)]
            found[name] = statement_answers(name, list(zip(*columns, strict=True)))
        return found


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--no-statements", action="store_true", help="leave the eleven statements out (they take long)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="primum-bench-") as name:
        folder = Path(name)
        os.environ.setdefault("PRIMUM_KEY", "5e" * 32)
        prefix = generate(options, folder)
        (folder / "primum.yaml").write_text(STRATEGY.format(prefix=prefix))
        memory = peak_gib(Workspace(folder), "audit")
        run(Workspace(folder), Peer(folder, prefix, options.yardsticks), options, memory)


def run(place: Workspace, peer: Peer, options: argparse.Namespace, memory: float) -> None:
    measured: dict[str, Measured] = {}
    place.audit()
    audit_with_yardstick(place)  # warms up: compiled code is loaded, the engine and the page cache are warm
    peer.scan()
    ours = theirs = None
    for _ in range(options.rounds):
        shutil.rmtree(place.derived)
        timed(measured, "read_sort", peer.read_sort)
        timed(measured, "cold", place.audit)
        timed(measured, "warm", place.audit)
        shutil.rmtree(place.derived)
        _, ours = timed(measured, "answers", lambda: audit_with_yardstick(place))
        timed(measured, "scan", peer.scan)
        if not options.no_statements and theirs is None:
            theirs = timed(measured, "eleven", peer.eleven)
    equal = None
    if theirs is not None:
        differences = [n for n in theirs if theirs[n] != ours[n]]
        equal = not differences
        print("differences:", differences or "none")
    base = measured["read_sort"].cpu_s
    print(f"{options.contacts:,} contacts, load {os.getloadavg()[0]:.2f}")
    for name, m in measured.items():
        print(f"{name:10} CPU {m.cpu_s:8.2f} s  wall {median(m.wall):8.2f} s  {m.cpu_s / base:6.2f} x read_sort")
    figures = {
        "equal": equal,
        "cold": round(measured["cold"].cpu_s / base, 3),
        "warm": round(measured["warm"].cpu_s / base, 3),
        "statements_times": round(measured["eleven"].cpu_s / measured["answers"].cpu_s, 1)
        if theirs is not None
        else None,
        "peak_gib": round(memory, 2),
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
