"""Rows of one customer, source and id are one contact: the fold against plain Python, row by row."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.small import KEY, make_history
from primum.history import folding, ids
from views import source

START = datetime(2026, 3, 1, 9)


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        yield con


def minute(n: int | None) -> datetime | None:
    return None if n is None else START + timedelta(minutes=n)


def plain_fold(rows: list[dict]) -> tuple[list[tuple], Counter]:
    """Contacts as (customer, id, at, subject, status, status_at, history), and what became of the rows."""
    groups: dict[tuple, list[dict]] = {}
    for i, row in enumerate(rows):
        lone = row["id"] is None
        groups.setdefault((row["key"], i if lone else None, row["id"]), []).append(row | {"row": i})
    contacts, tally = [], Counter()
    for (customer, _, identity), members in groups.items():
        members.sort(key=lambda r: r["row"])
        first = min(members, key=lambda r: (r["at"], r["row"]))
        by_status = sorted(members, key=lambda r: (r["status_at"] or datetime(1, 1, 1), r["at"], r["row"]))
        said, spoken = set(), {}
        for r in members:
            if (r["status"], r["at"], r["status_at"]) in said:
                tally["repeated"] += 1
            else:
                spoken[r["row"]] = r
            said.add((r["status"], r["at"], r["status_at"]))
        tally["folded"] += len(spoken) - 1
        if len({r["status"] for r in members}) == 1:
            tally["alike"] += len(spoken) - 1
        told = [r for r in by_status if r["row"] in spoken]
        history = "; ".join(f"{r['status'] or 'sent'} {(r['status_at'] or r['at']).isoformat()}Z" for r in told)
        last = by_status[-1]
        contacts.append(
            (
                customer,
                identity,
                first["at"],
                first["subject"],
                last["status"],
                last["status_at"],
                history if len(told) > 1 else None,
            )
        )
    return contacts, tally


rows = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(["C1", "C2", None]),
            "id": st.sampled_from([None, "a", "b", "ab", "é"]),
            "at": st.integers(0, 4).map(minute),
            "status": st.sampled_from([None, "sent", "delivered", "bounced"]),
            "status_at": st.sampled_from([None, 0, 1, 5]).map(minute),
        }
    ),
    min_size=1,
    max_size=14,
)


NAMES = {KEY.one("crm_id", f"c{i}"): f"C{i}" for i in range(1_000)}
IDS = {None: None} | {KEY.one("id", i)[:16]: i for i in ("a", "b", "ab", "é", *map(str, range(1_000)))}
"""What the history's hashes stand for."""


def held(history) -> list[tuple]:
    """The contacts of a history, as `plain_fold` tells them."""
    tags = history.tags("contacts")
    found = []
    for bucket in history.buckets:
        for c, name in enumerate(history.customers(bucket)["id"].to_pylist()):
            table = history.customer_rows("contacts", bucket, c)
            found += [(name, r) for r in (table.to_pylist() if table is not None else [])]
    unlinked = history.unlinked()
    found += [(None, r) for r in (unlinked.to_pylist() if unlinked is not None else [])]
    return [
        (
            name and NAMES[name],
            IDS[r.get("id")],
            r["at"],
            r.get("subject"),
            tags["status"][r["tag"]].as_py(),
            r.get("status_at"),
            r.get("status_history"),
        )
        for name, r in found
    ]


@settings(max_examples=80, deadline=None)
@given(rows, st.sampled_from([1, 4]))
def test_folding_equals_a_plain_fold_of_every_contact(tmp_path_factory, given_rows, buckets):
    given_rows = [r | {"subject": f"subject {i}"} for i, r in enumerate(given_rows)]
    with duckdb.connect() as con:
        folder = tmp_path_factory.mktemp("fold")
        history = make_history(con, [source(con, "sent", "contacts", given_rows)], folder, buckets)
        expected, tally = plain_fold(given_rows)
        assert sorted(held(history), key=str) == sorted(expected, key=str)
        entry = history.manifest.sources[0]
        assert (entry.repeated, entry.folded, entry.alike) == (tally["repeated"], tally["folded"], tally["alike"])
        keys: dict[str, set] = {}
        for r in given_rows:
            keys.setdefault(r["id"], set()).add(r["key"])
        assert entry.ids_of_several == sum(len(c) > 1 for i, c in keys.items() if i is not None)
        assert entry.rows == len(given_rows)


def test_equal_ids_of_two_sources_are_two_contacts(con, tmp_path):
    row = {"key": "C1", "at": START, "id": "a", "status": "sent"}
    sources = [source(con, name, "contacts", [row]) for name in ("mail", "calls")]
    history = make_history(con, sources, tmp_path)
    assert history.manifest.rows["contacts"] == 2
    assert [s.folded for s in history.manifest.sources] == [0, 0]


def test_new_combinations_of_tags_are_numbered_alike_whatever_the_buckets(con, tmp_path):
    rows = [
        {"key": f"C{i}", "at": minute(m), "id": str(i), "status": s, "channel": f"ch{i % 3}"}
        for i in range(40)
        for m, s in ((0, "sent"), (i % 5 + 1, ("delivered", "bounced")[i % 2]))
    ]
    told = []
    for buckets in (1, 8):
        history = make_history(con, [source(con, "sent", "contacts", rows)], tmp_path, buckets)
        told.append(sorted(held(history), key=str))
        assert history.manifest.rows["contacts"] == 40
    assert told[0] == told[1]


def test_moments_are_told_as_exactly_as_they_are_known():
    noon = int(datetime(2026, 7, 1, 12, 30, 5, tzinfo=UTC).timestamp()) * 1_000_000
    midnight = [int(datetime(2026, 6, 30, h, tzinfo=UTC).timestamp()) * 1_000_000 for h in (11, 12)]
    us = np.array([noon, noon, midnight[1], midnight[0]])
    hours, days = (np.array([p == w for p in ("instant", "hour", "day", "day")]) for w in ("hour", "day"))
    zones = ["UTC", "Pacific/Auckland", "Etc/GMT-13"]
    assert folding.moments_as_text(us, hours, days, np.array([0, 0, 1, 2]), zones).to_pylist() == [
        "2026-07-01T12:30:05Z",
        "2026-07-01T12Z",
        "2026-07-01",
        "2026-07-01",
    ]


def test_ids_that_share_a_hash_but_not_their_text_do_not_fold():
    texts = pa.array(["a", "b", "a"])
    offsets, data = ids.buffers(texts)
    zeros = np.zeros(3, np.int64)
    leader, following = ids.leaders(np.arange(3), np.array([0, 3]), zeros, np.ones(3, np.uint64), offsets, data)
    assert (leader.tolist(), following) == ([0, 1, 0], 1)


def test_beyond_the_sample_ids_are_counted_by_their_share(monkeypatch):
    monkeypatch.setattr(ids, "SAMPLE", 1_000)
    sample = ids.IdSample(16_000, 1)
    hashes = np.random.default_rng(1).integers(1, 2**63, 8_000).astype(np.uint64)
    for found in (hashes, hashes[:4_000]):
        sample.add(found, np.zeros(len(found), np.int64))
    assert sample.of_several()[0] == pytest.approx(4_000, rel=0.25)
