"""Distinct texts: their normal form, and tables that are the same however the history is cut."""

import random
from collections import Counter
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from history.small import make_history
from primum.audit import contents as c
from primum.audit.contents import merge_contents, normal_forms, sweep_contents, typical
from primum.audit.lookup import make_lookup
from primum.strategy.models import Strategy
from views import source

STRATEGY = Strategy.model_validate({"strategy": {"name": "T"}, "departments": {"a": {}, "b": {}}})


@pytest.mark.parametrize(
    "alike",
    [
        ["Dear Ann, your bill is ready", "Dear Bob Miller, your  bill is READY"],
        ["Sehr geehrte Frau Müller, Ihre Rechnung", "Sehr geehrte Frau Dr. Ostrowski, Ihre Rechnung"],
        ["Your bill for March 2026", "Your bill for April 2026", "Your bill for 05/2026"],
        ["Rechnung 4711 vom 12.03.2026", "Rechnung 815 vom 1.4.2026"],
        ["Ann, ready?", "Bob, ready?"],
        ["Your order is here, Ann!", "Your order is here, Bob!"],
        ["Write to a.b@x.org now", "Write to c@y.example now"],
    ],
)
def test_names_numbers_months_and_addresses_make_no_other_text(alike):
    assert len(set(normal_forms(pa.array(alike)).to_pylist())) == 1


def test_other_words_make_another_text():
    texts = ["Your bill is ready", "Your bill is overdue", "Save 10% today", "Dear Ann, save 10% today"]
    assert len(set(normal_forms(pa.array(texts)).to_pylist())) == 4


def rows(n):
    chance = random.Random(4)
    return [
        {
            "key": f"C{chance.randrange(50)}",
            "at": datetime(2026, 3, 1) + timedelta(minutes=chance.randrange(90_000)),
            "department": chance.choice(["a", "b"]),
            "communication": chance.choice(["x", "y", None]),
            "status": chance.choice(["sent", "bounced", "suppressed", None]),
            "initiated": chance.choice(["customer", None, None]),
            "subject": chance.choice([None, *(f"Dear N{chance.randrange(9)}, text {w}" for w in "abcdefgh")]),
        }
        for _ in range(n)
    ]


def swept(folder, sent, buckets):
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        history = make_history(con, [source(con, "sent", "contacts", sent)], folder, buckets)
    look = make_lookup(STRATEGY, history.tags("contacts"), history.tags("responses"))
    found = merge_contents(sweep_contents(history, look, b) for b in history.buckets)
    named = {
        (look.departments[d], look.communications[m] if m >= 0 else None, t.normal): (t.sample, t.contacts, t.counted)
        for (d, m), own in found.texts.items()
        for t in own.values()
    }
    return look, found, named


def test_texts_are_counted_as_plain_python_counts_them(tmp_path):
    sent = rows(2000)
    _, found, named = swept(tmp_path, sent, 4)
    attempts, counted, samples = Counter(), Counter(), {}
    for row in sent:
        if row["subject"] is None or row["status"] == "suppressed":
            continue
        key = (row["department"], row["communication"], "dear *, text " + row["subject"][-1])
        attempts[key] += 1
        counted[key] += row["status"] != "bounced" and row["initiated"] is None
        samples[key] = min(samples.get(key, row["subject"]), row["subject"])
    assert named == {key: (samples[key], attempts[key], counted[key]) for key in attempts}
    assert found.checked == sum(counted.values())


def test_any_split_keeps_the_same_texts_and_counts_them_exactly(tmp_path, monkeypatch):
    monkeypatch.setattr(c, "KEPT", 3)
    monkeypatch.setattr(c, "KEPT_UNNAMED", 5)
    sent = rows(2000)
    parts = [swept(tmp_path, sent, buckets) for buckets in (1, 4, 16)]
    assert parts[0][2] == parts[1][2] == parts[2][2]
    assert len(parts[0][2]) == 2 * (3 + 3 + 5)
    assert len(parts[0][1].cut) == 6
    assert parts[0][1].checked == parts[2][1].checked


def test_the_usual_text_is_the_one_sent_most_often(tmp_path):
    sent = [
        {"key": "A", "at": datetime(2026, 1, i + 1), "communication": "x", "subject": s} for i, s in enumerate("bba")
    ]
    look, found, _ = swept(tmp_path, sent, 1)
    assert typical(found, look.communications.index("x")) == "b"
    assert typical(found, 99) is None
