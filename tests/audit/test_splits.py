"""The audit's result is the same, to the bit, however the history is cut into buckets."""

import random
from datetime import datetime, timedelta

import duckdb
import pytest

from history.small import make_history
from primum.audit.lookup import make_lookup
from primum.audit.partial import equal, merge, merge_all
from primum.audit.run import sweep_all
from primum.audit.sweep import make_frame, sweep_bucket
from primum.strategy.models import Strategy
from views import source

STRATEGY = Strategy.model_validate(
    {
        "strategy": {"name": "Test"},
        "channels": {"email": {"unit_cost": 0.01}, "sms": {"unit_cost": 0.07}},
        "communications": {"c1": {"owner": "a", "purpose": "sales"}, "c2": {"initiated": "customer"}},
        "departments": {"a": {}, "b": {}, "c": {}},
    }
)


def rows(seed: int, n: int) -> list[dict]:
    chance = random.Random(seed)
    return [
        {
            "key": None if chance.random() < 0.02 else f"C{chance.randrange(60)}",
            "at": datetime(2026, 3, 1) + timedelta(minutes=chance.randrange(60 * 24 * 60)),
            "department": chance.choice(["a", "b", "c", None]),
            "channel": chance.choice(["email", "sms", "post"]),
            "communication": chance.choice(["c1", "c2", "c3", None]),
            "content": chance.choice([1, 2, 3, 4, 5, 6, None]),
            "valid_until": datetime(2026, 4, 1) + timedelta(days=chance.randrange(30))
            if chance.random() < 0.5
            else None,
            "status": chance.choice(["sent", "delivered", "bounced", "suppressed", None]),
            "cost": chance.choice([None, 0.123456, 2.0]),
            "product": chance.choice([None, "p1", "p1\x1fp2", "p3"]),
        }
        for _ in range(n)
    ]


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    folder = tmp_path_factory.mktemp("splits")
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        sent = source(con, "sent", "contacts", rows(1, 3000))
        heard = [
            {
                "key": f"C{i % 50}",
                "at": datetime(2026, 3, 5),
                "kind": ("clicked", "bounced")[i % 2],
                "communication": "c1",
            }
            for i in range(90)
        ]
        answers = source(con, "answers", "responses", heard)
        found = []
        for buckets in (1, 4, 16):
            history = make_history(con, [sent, answers], folder, buckets)
            lookup = make_lookup(STRATEGY, history.tags("contacts"), history.tags("responses"))
            found.append(make_frame(history, lookup, "Europe/Paris", 7))
    return found


def by_names(frame, partial):
    """Codes may differ between builds (tags are numbered by appearance); names may not."""
    look = frame.lookup
    counts = dict(partial.counts)
    cells = [(look.departments[d], c, p) for d, c, p in look.cells]
    order = sorted(range(len(cells)), key=lambda i: str(cells[i]))
    named = {k: v[order].tolist() for k, v in counts.items() if k.startswith("cell_")}
    return named, [str(cells[i]) for i in order]


def test_one_four_and_sixteen_buckets_give_the_same_result(frames):
    totals = [sweep_all(f) for f in frames]
    for frame, total in zip(frames[1:], totals[1:], strict=True):
        assert by_names(frame, total) == by_names(frames[0], totals[0])
        for name in totals[0].counts:
            if not name.startswith("cell_") and name not in ("tags", "response_kinds"):
                assert total.counts[name].tolist() == totals[0].counts[name].tolist(), name
        for name in totals[0].histograms:
            trimmed = [_trim(t.histograms[name]) for t in (total, totals[0])]
            assert trimmed[0] == trimmed[1], name
        assert total.tables == totals[0].tables
        for name in totals[0].candidates:
            shown = [[(c.rank, c.id) for c in t.candidates[name]] for t in (total, totals[0])]
            assert shown[0] == shown[1], name


def _trim(histogram):
    flat = histogram.reshape(-1, histogram.shape[-1])
    return [[(i, int(v)) for i, v in enumerate(row) if v] for row in flat]


def test_merging_is_associative_and_does_not_mind_the_order(frames):
    frame = frames[2]
    parts = [sweep_bucket(frame, b) for b in frame.history.buckets]
    forward, backward = merge_all(parts), merge_all(parts[::-1])
    halves = merge(merge_all(parts[:5]), merge_all(parts[5:]))
    assert equal(forward, backward)
    assert equal(forward, halves)
