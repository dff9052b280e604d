"""Near-duplicates: what was planted is found, what only looks like it is not, and customers are counted exactly."""

import random
import re
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import combinations

import duckdb
import pytest
from rapidfuzz import fuzz

from history.small import make_history
from primum.audit import near_duplicates as n
from primum.audit.contents import normal_forms
from primum.audit.likeness import THRESHOLD
from primum.audit.lookup import make_lookup
from primum.audit.masking import Mask
from primum.audit.run import contents_of_all, who_received_both
from primum.audit.sweep import Span, make_frame
from primum.identity.looks import People
from primum.strategy.models import Strategy
from primum.words.time import US_PER_DAY
from views import source

STRATEGY = Strategy.model_validate({"strategy": {"name": "T"}})
DAY = datetime(2026, 3, 2, 9)


def said(key, day, department, communication, subject, **more):
    return {
        "key": key,
        "at": DAY + timedelta(days=day),
        "department": department,
        "communication": communication,
        "subject": subject,
        "purpose": "marketing",
    } | more


def found(folder, rows, buckets=1, people=None, common=None, reveal=False):
    """The finding about these rows."""
    rows = [*rows, said("nobody else", 0, "filler", "f", "Something wholly other", initiated=None, status=None)]
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        history = make_history(con, [source(con, "sent", "contacts", rows)], folder, buckets, people=people)
    look = make_lookup(STRATEGY, history.tags("contacts"), history.tags("responses"), history.tags("states"))
    frame = make_frame(history, look, "UTC", 7)
    if common:
        frame = frame.__class__(**{**vars(frame), "common": common})
    alikes, met = who_received_both(frame, contents_of_all(frame))
    names = type("Names", (), {"readable": lambda self, hashes: {}})() if reveal else None
    return n.figures(frame, alikes, met, 7, Mask(names))


def told(result):
    return {
        (p.first.department, p.first.communication, p.again.department, p.again.communication): p.customers
        for p in result.pairs
    }


A, B = "Solar panels from £29 a month: order by Friday", "Solar panels from £29 a month: order by Monday"


def test_two_departments_that_say_nearly_the_same_are_found(tmp_path):
    rows = [said("c1", 0, "marketing", "x", A), said("c1", 3, "sales", "y", B), said("c2", 9, "sales", "y", B)]
    result = found(tmp_path, rows)
    (pair,) = result.pairs
    assert told(result) == {("marketing", "x", "sales", "y"): 1}
    assert pair.between
    assert pair.similarity == pytest.approx(fuzz.ratio(*normal_forms_of(A, B)) / 100)
    assert (pair.first.contacts, pair.again.contacts) == (1, 2)
    assert [piece for piece, differs in pair.first.pieces if differs] == ["Friday"]
    assert (result.customers, result.customers_between, result.customers_within) == (1, 1, 0)
    assert result.contacts_checked == 4


def normal_forms_of(*texts):
    import pyarrow as pa

    return normal_forms(pa.array(texts)).to_pylist()


def test_one_department_with_two_campaigns_is_found_too(tmp_path):
    result = found(tmp_path, [said("c1", 0, "marketing", "x", A), said("c1", 6, "marketing", "y", B)])
    assert told(result) == {("marketing", "x", "marketing", "y"): 1}
    assert (result.customers_within, result.customers_between) == (1, 0)


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("equal texts are exact duplicates", [said("c", 0, "a", "x", A), said("c", 1, "b", "y", A)]),
        ("... whatever their case", [said("c", 0, "a", "x", A), said("c", 1, "b", "y", A.upper())]),
        ("one communication", [said("c", 0, "a", "x", A), said("c", 1, "a", "x", B)]),
        ("one communication of two departments", [said("c", 0, "a", "x", A), said("c", 1, "b", "x", B)]),
        ("seven days apart", [said("c", 0, "a", "x", A), said("c", 7, "b", "y", B)]),
        ("two customers", [said("c", 0, "a", "x", A), said("d", 1, "b", "y", B)]),
        ("other texts", [said("c", 0, "a", "x", A), said("c", 1, "b", "y", "Your engineer comes tomorrow")]),
        ("not received", [said("c", 0, "a", "x", A), said("c", 1, "b", "y", B, status="bounced")]),
        ("asked for", [said("c", 0, "a", "x", A), said("c", 1, "b", "y", B, initiated="customer")]),
        ("too short", [said("c", 0, "a", "x", "Hello you"), said("c", 1, "b", "y", "Hello you!")]),
        (
            "an order and its delivery",
            [
                said("c", 0, "a", "x", "Your order 4711 is confirmed", purpose="transactional"),
                said("c", 1, "b", "y", "Your order 4711 is confirmed!", purpose="transactional"),
            ],
        ),
        (
            "a series with a name a month",
            [
                said("c", 0, "a", "bill 03", "Dear Ann, your bill for March 2026"),
                said("c", 5, "a", "bill 04", "Dear Ann, your bill for April 2026"),
            ],
        ),
        (
            "a series of what each customer owes",
            [
                *(said(f"p{i}", i, "a", "bill 03", f"Your March bill: £{30 + i}.50") for i in range(4)),
                said("p1", 3, "a", "bill 04", "Your April bill: £99.10"),
            ],
        ),
        (
            "no communication named, one template",
            [said("c", i, "a", None, f"Your parcel {i} {1000 + i} is on its way") for i in range(3)],
        ),
    ],
)
def test_what_is_no_finding(tmp_path, why, rows):
    assert told(found(tmp_path, rows)) == {}, why


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Save 20% on your boiler service", "Save 25% on your boiler service"),
        ("£40 off your boiler service", "£50 off your boiler service"),
        ("Noch 3 Tage: 10 Euro Rabatt sichern", "Noch 3 Tage: 15 Euro Rabatt sichern"),
    ],
)
def test_offers_that_differ_in_their_amount_are_no_series(tmp_path, a, b):
    assert told(found(tmp_path, [said("c", 0, "a", "x", a), said("c", 1, "a", "y", b)])) == {("a", "x", "a", "y"): 1}


def test_one_template_of_two_departments_is_found_where_the_words_differ(tmp_path):
    rows = [
        said("c", 0, "a", "x", "Dear Ann, your visit is on 3 March"),
        said("c", 1, "b", "y", "Dear Ann, your visit is on 4 March"),
        said("d", 0, "a", "x", "Dear Bob, your visit is on 5 March"),
        said("d", 1, "b", "y", "Dear Bob, your visit is on 5 March"),
    ]
    assert told(found(tmp_path, rows)) == {("a", "x", "b", "y"): 1}


def test_texts_without_a_communication_are_compared(tmp_path):
    rows = [
        said("c", 0, "a", None, A),
        said("c", 1, "a", None, B),
        said("d", 0, "a", None, A),
        said("d", 2, "b", None, B),
    ]
    assert told(found(tmp_path, rows)) == {("a", None, "a", None): 1, ("a", None, "b", None): 1}


def test_pairs_that_met_nobody_are_counted_apart(tmp_path):
    result = found(tmp_path, [said("c", 0, "a", "x", A), said("d", 0, "b", "y", B)])
    assert (result.found, result.never_together, result.customers) == (0, 1, 0)


def test_who_is_no_person_is_not_counted(tmp_path):
    rows = [said(c, *rest) for c in "cd" for rest in ((0, "a", "x", A), (1, "b", "y", B))]
    assert told(found(tmp_path / "1", rows)) == {("a", "x", "b", "y"): 2}
    confirmed = People(("crm_id:c",))
    assert told(found(tmp_path / "2", rows, people=confirmed)) == {("a", "x", "b", "y"): 1}


def test_pairs_of_two_departments_count_in_the_common_period_only(tmp_path):
    rows = [said("c", 0, "a", "x", A), said("c", 1, "b", "y", B), said("d", 0, "a", "x", A), said("d", 1, "a", "z", B)]
    day = int((DAY - datetime(1970, 1, 1)).days)
    late = Span(day + 1, day + 90, (day + 1) * US_PER_DAY, (day + 91) * US_PER_DAY)
    assert told(found(tmp_path, rows, common=late)) == {("a", "x", "a", "z"): 1}


def test_names_in_greetings_are_masked_unless_revealed(tmp_path):
    rows = [
        said("c", 0, "a", "x", "Dear Ann Bell, write to ann@x.org about solar"),
        said("c", 1, "b", "y", "Dear Ann Bell, write to ann@x.org about solar!"),
    ]
    masked = " ".join(piece for piece, _ in found(tmp_path / "1", rows).pairs[0].first.pieces)
    assert masked == "Dear …, write to …@… about solar"
    shown = " ".join(piece for piece, _ in found(tmp_path / "2", rows, reveal=True).pairs[0].first.pieces)
    # An address within a text is a keyed hash in the history already.
    assert re.fullmatch("Dear Ann Bell, write to [0-9a-f]{32} about solar", shown)


# Against plain Python


def random_rows(seed, count):
    chance = random.Random(seed)
    texts = [
        f"{stem} {end}" for stem in ("Solar panels for your roof", "Your boiler needs a service") for end in "abcd"
    ]
    texts += ["Dear Ann, save 20% on heat", "Dear Bob, save 25% on heat", "Quite another thing altogether", None]
    return [
        said(
            f"c{chance.randrange(40)}",
            chance.randrange(60) + chance.random(),
            chance.choice(["a", "b", None]),
            chance.choice(["x", "y", "z", None]),
            chance.choice(texts),
            status=chance.choice(["sent", "sent", "bounced"]),
            purpose="marketing",
        )
        for _ in range(count)
    ]


def expected(rows):
    """Customers by pair of (department, communication, normal text), by looking at every pair of contacts."""
    normal = dict(
        zip(texts := sorted({r["subject"] for r in rows if r["subject"]}), normal_forms_of(*texts), strict=True)
    )
    heard = defaultdict(list)
    for row in rows:
        if row["subject"] and row["status"] == "sent":
            heard[row["key"]].append(row)
    pairs = defaultdict(set)
    for customer, own in heard.items():
        for p, q in combinations(own, 2):
            one, other = (((r["department"] or "~", r["communication"] or "", normal[r["subject"]]), r) for r in (p, q))
            (a, first), (b, again) = sorted((one, other), key=lambda x: x[0])
            if (
                abs(first["at"] - again["at"]) >= timedelta(days=7)
                or first["subject"].lower() == again["subject"].lower()
            ):
                continue
            if a[1] == b[1] != "" or fuzz.ratio(a[2], b[2]) < THRESHOLD:
                continue
            if a[0] == b[0] and a[2] == b[2]:
                continue  # a series: amounts vary within one side of these made-up texts
            pairs[(a, b)].add(customer)
    return pairs


@pytest.mark.parametrize("buckets", [1, 4])
def test_customers_are_counted_as_looking_at_every_pair_of_contacts_counts_them(tmp_path, buckets, monkeypatch):
    monkeypatch.setattr(n, "LISTED", 10_000)
    rows = random_rows(5, 1500)
    result = found(tmp_path, rows, buckets, reveal=True)
    pairs = expected(rows)
    assert len(pairs) > 50
    got = {}
    for p in result.pairs:
        names = [(s.department or "~", s.communication or "") for s in (p.first, p.again)]
        normal = normal_forms_of(*(" ".join(t for t, _ in s.pieces) for s in (p.first, p.again)))
        got[tuple(sorted((*name, text) for name, text in zip(names, normal, strict=True)))] = p.customers
    assert got == {pair: len(customers) for pair, customers in pairs.items()}
    assert result.customers == len(set().union(*pairs.values()))
    between = {c for (a, b), own in pairs.items() if a[0] != b[0] and "~" not in (a[0], b[0]) for c in own}
    assert result.customers_between == len(between)


def test_a_customer_with_very_many_contacts_takes_no_longer_than_many_customers(tmp_path):
    rows = [said("c", i / 100_000, "ab"[i % 2], "xy"[i % 2], (A, B)[i % 2]) for i in range(20_000)]
    assert told(found(tmp_path, rows)) == {("a", "x", "b", "y"): 1}


def test_limits_are_kept_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(n, "MOST_TEXTS", 3)
    monkeypatch.setattr(n, "MOST_PAIRS", 1)
    rows = [said("c", i, "a", f"x{i}", f"Solar panels for your roof {w}") for i, w in enumerate("abcdef")]
    rows += [said("c", 0, "a", "x0", "Solar panels for your roof a")] * 2
    result = found(tmp_path, rows)
    assert (result.texts, result.texts_left_out) == (3, 4)
    assert result.found + result.never_together == 1
    assert result.pairs_left_out == 2
