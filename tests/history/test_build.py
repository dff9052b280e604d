"""The history holds every row once, sorted, in the bucket of its customer, and leads back to its file and row."""

import json
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from history.small import KEY, make_history
from primum.history import sorting
from primum.history.interning import Tags
from primum.history.layout import VERSION
from primum.history.manifest import read_manifest
from primum.words.errors import HistoryError
from views import source

START = datetime(2026, 1, 1)


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        yield con


def contacts(n: int, customers: int = 7) -> list[dict]:
    return [
        {
            "key": f"C{(i * 5) % customers}",
            "at": START + timedelta(hours=(i * 37) % 1000),
            "channel": ("email", "sms", None)[i % 3],
            "communication": f"c{i % 4}",
            "content": i % 3 or None,
            "cost": 0.5 if i % 2 else None,
            "subject": f"subject {i}",
        }
        for i in range(n)
    ]


def all_rows(history) -> list[tuple]:
    found = []
    tags = history.tags("contacts")
    for bucket in history.buckets:
        ids = history.customers(bucket)["id"].to_pylist()
        for c, name in enumerate(ids):
            table = history.customer_rows("contacts", bucket, c)
            for row in table.to_pylist() if table is not None else []:
                channel = tags["channel"][row["tag"]].as_py()
                found.append((name, row["at"], channel, row["content"], row["cost"], row["subject"], row["row"]))
    return found


@pytest.mark.parametrize("buckets", [1, 2, 8])
def test_every_row_is_there_once_with_all_it_said(con, tmp_path, buckets):
    rows = contacts(50)
    history = make_history(con, [source(con, "sent", "contacts", rows)], tmp_path, buckets)
    expected = sorted(
        (KEY.one("crm_id", r["key"].lower()), r["at"], r["channel"], r["content"], r["cost"], r["subject"], i + 2)
        for i, r in enumerate(rows)
    )
    assert sorted(all_rows(history), key=lambda r: (r[0], r[1], r[6])) == sorted(
        expected, key=lambda r: (r[0], r[1], r[6])
    )


@pytest.mark.parametrize("buckets", [1, 4])
def test_rows_are_sorted_by_customer_and_instant_in_the_bucket_of_their_hash(con, tmp_path, buckets):
    history = make_history(con, [source(con, "sent", "contacts", contacts(300, 40))], tmp_path, buckets)
    for number in history.buckets:
        bucket = history.bucket(number)
        for i in range(bucket.customers):
            at = bucket.contacts.at[bucket.contacts.offsets[i] : bucket.contacts.offsets[i + 1]]
            assert np.all(np.diff(at) >= 0)
        table = history.customers(number)
        for name, hashed in zip(table["id"].to_pylist(), table["hash"].to_pylist(), strict=True):
            assert hashed == xxhash.xxh64_intdigest(name.encode())
            assert hashed % buckets == number


def test_rows_without_a_customer_are_kept_apart(con, tmp_path):
    rows = [*contacts(5), {"key": None, "at": START}, {"key": "n/a", "at": START}]
    history = make_history(con, [source(con, "sent", "contacts", rows)], tmp_path)
    assert history.manifest.unlinked["contacts"] == 2
    assert history.manifest.sources[0].unlinked == 2
    assert history.unlinked().num_rows == 2
    assert history.manifest.rows["contacts"] == 5


def test_a_row_that_repeats_id_customer_and_instant_is_kept_once_and_counted(con, tmp_path):
    rows = [{"key": "C1", "at": START, "id": i} for i in ("a", "b", "a")] + [{"key": "C2", "at": START, "id": "a"}]
    history = make_history(con, [source(con, "sent", "contacts", rows)], tmp_path)
    assert history.manifest.rows["contacts"] == 3
    assert history.manifest.sources[0].repeated == 1


def hashed_id(text: str) -> str:
    return KEY.one("id", text)[:16]


def test_rows_of_one_instant_stand_by_priority_then_source_then_the_hash_of_their_id(con, tmp_path):
    given = [("z", "9", 1.0), ("z", "10", 1.0), ("a", "10", 1.0), ("a", "x", 5.0), ("z", "7", None), ("a", "y", None)]
    sources = [
        source(
            con,
            name,
            "contacts",
            [{"key": "C1", "at": START, "id": i, "priority": p} for s, i, p in given if s == name],
        )
        for name in ("z", "a")
    ]
    history = make_history(con, sources, tmp_path)
    rows = history.customer_rows("contacts", 0, 0)
    names = history.tags("contacts")["source"].to_pylist()
    expected = sorted((-(p or 0), s, hashed_id(i)) for s, i, p in given)
    assert [(names[row["tag"]], row["id"]) for row in rows.to_pylist()] == [(s, i) for _, s, i in expected]


def test_no_column_of_the_history_can_be_read_as_an_identifier(con, tmp_path):
    sent = {"key": "C1", "at": START, "id": "m1-Ann", "reference": "Case-Ann", "address": "Ann.Smith@x.org"}
    calls = {**sent, "at": START + timedelta(1), "id": "m2", "address": "+44 (0)20 7183-8750", "reference": None}
    heard = {"key": "C1", "at": START, "kind": "clicked", "contact": "m1-Ann"}
    held = {"key": "C1", "from": START, "state": "opted_out", "address": " ann.smith@X.org ", "account": "ACC-Ann"}
    sources = [
        source(con, "sent", "contacts", [sent, calls]),
        source(con, "heard", "responses", [heard]),
        source(con, "held", "states", [held]),
    ]
    history = make_history(con, sources, tmp_path)
    first, second = history.customer_rows("contacts", 0, 0).to_pylist()
    email = KEY.one("email", "ann.smith@x.org")
    assert (first["id"], first["reference"], first["address"]) == (
        hashed_id("m1-Ann"),
        KEY.one("reference", "case-ann"),
        email,
    )
    assert (second["address"], second["reference"]) == (KEY.one("address", "+4402071838750"), None)
    assert history.customer_rows("responses", 0, 0)["contact"].to_pylist() == [first["id"]]
    state = history.customer_rows("states", 0, 0).to_pylist()[0]
    assert (state["address"], state["account"]) == (email, KEY.one("account", "acc-ann"))


def test_responses_and_states_lie_beside_the_contacts_of_their_customer(con, tmp_path):
    sent = source(con, "sent", "contacts", contacts(20))
    answers = source(
        con, "answers", "responses", [{"key": "C1", "at": START, "kind": "clicked", "communication": "c1"}]
    )
    held = source(con, "held", "states", [{"key": "C1", "from": START, "state": "opted_out", "channel": "email"}])
    history = make_history(con, [sent, answers, held], tmp_path, 2)
    found = [
        (b, history.customers(b)["id"][c].as_py())
        for b in history.buckets
        for c in range(history.bucket(b).customers)
        if history.bucket(b).responses is not None and np.diff(history.bucket(b).responses.offsets)[c]
    ]
    assert [name for _, name in found] == [KEY.one("crm_id", "c1")]
    assert history.tags("states")["state"].to_pylist() == ["opted_out"]


def test_a_half_built_or_foreign_history_is_refused(tmp_path):
    with pytest.raises(HistoryError, match="holds no contact history"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(HistoryError, match="damaged"):
        read_manifest(tmp_path)
    for foreign in ({"layout": 0}, {"layout": VERSION}, {"layout": VERSION, "sources": [{"files": [{"name": "a"}]}]}):
        (tmp_path / "manifest.json").write_text(json.dumps(foreign))
        with pytest.raises(HistoryError, match="another version"):
            read_manifest(tmp_path)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 50)), max_size=200))
def test_sorting_equals_a_stable_sort(rows):
    customers = np.array([c for c, _ in rows], np.int32)
    at = np.array([t for _, t in rows], np.int64)
    order, offsets, ties = sorting.sort_by_customer_and_time(customers, at, 7)
    expected = sorted(range(len(rows)), key=lambda i: rows[i])
    assert order.tolist() == expected
    assert np.diff(offsets).tolist() == [sum(c == x for c, _ in rows) for x in range(7)]
    pairs = [rows[i] for i in expected]
    assert ties == sum(a == b for a, b in zip(pairs, pairs[1:], strict=False))


def test_a_customer_with_100_000_contacts_in_reverse_order_is_sorted():
    n = 100_000
    at = np.arange(n, dtype=np.int64)[::-1].copy()
    order, _, ties = sorting.sort_by_customer_and_time(np.zeros(n, np.int32), at, 1)
    assert ties == 0
    assert np.array_equal(order, np.arange(n)[::-1])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(*[st.sampled_from([None, "a", "b", "ä"])] * 3), min_size=1, max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_tags_stand_for_exactly_their_values_over_many_batches(batches):
    import pyarrow as pa

    tags = Tags(["x", "y", "z"])
    codes = []
    for batch in batches:
        columns = {n: pa.array([row[i] for row in batch], pa.string()) for i, n in enumerate("xyz")}
        codes += tags.codes(columns, len(batch)).tolist()
    table = tags.table().to_pylist()
    assert [tuple(table[c].values()) for c in codes] == [row for batch in batches for row in batch]
    assert len({tuple(t.values()) for t in table}) == len(table)
