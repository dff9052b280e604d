"""A small history held against rules, split into one number of buckets after another."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from history.small import make_history
from primum.audit.law import Law, Statute, make_law
from primum.audit.lookup import make_lookup
from primum.audit.partial import Partial
from primum.audit.run import sweep_all
from primum.audit.sweep import Frame, make_frame
from primum.rules.parse import parse_rules
from primum.strategy.models import Strategy


def swept(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[Any],
    folder: Path,
    strategy: Strategy,
    rules: dict[str, Any],
    splits: Sequence[int],
) -> Iterator[tuple[Frame, Law, Partial]]:
    """For each number of buckets: the frame, the law, and what the sweep counted."""
    for buckets in splits:
        history = make_history(con, sources, folder, buckets)
        look = make_lookup(strategy, *(history.tags(r) for r in ("contacts", "responses", "states")))
        frame = make_frame(history, look, "UTC", 7)
        law = make_law(Statute(parse_rules(rules)), history, strategy)
        yield frame, law, sweep_all(frame, law=law)
