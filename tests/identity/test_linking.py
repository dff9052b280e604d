"""Departments must meet: keys of different kinds find one customer through a customer master, and only there."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.identity import IdentityKey, link_customers, normalise_phones
from views import source

KEY = IdentityKey(bytes(range(32)))


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        yield con


def link(con, sources, **options):
    return link_customers(
        con, sources, **{"key": KEY, "country": "GB", "shared_by_at_most": 5, "placeholders": []} | options
    )


def readable(linked, column: str = "id") -> list[str]:
    """Customers' ids as they read before they were hashed: through the names that are kept apart."""
    names = {row["hash"].hex(): f"{row['kind']}:{row['value']}" for row in linked.names.to_pylist()}
    return [names[hashed] for hashed in linked.customers[column].to_pylist()]


def customer_of(con, linked, name: str) -> dict:
    ids = readable(linked)
    rows = con.execute(f"SELECT key, code FROM {linked.tables[name]} WHERE key IN (SELECT key FROM {name})").fetchall()
    return {key: ids[code] for key, code in rows if code >= 0}


MASTER = [
    {"key": "C1", "identifier_email": "Ann@Example.org", "identifier_phone": "020 7183 8750"},
    {"key": "C2", "identifier_email": "bob@example.org", "identifier_phone": None},
]


def test_an_email_and_a_phone_meet_through_the_master(con):
    master = source(con, "crm", "identifiers", MASTER)
    mails = source(con, "mails", "contacts", [{"key": " ann@example.ORG "}, {"key": "zoe@example.org"}], ("email",))
    calls = source(con, "calls", "contacts", [{"key": "+44 20 7183 8750"}], ("phone",))
    linked = link(con, [master, mails, calls])
    assert customer_of(con, linked, "mails") == {
        " ann@example.ORG ": "crm_id:c1",
        "zoe@example.org": "email:zoe@example.org",
    }
    assert customer_of(con, linked, "calls") == {"+44 20 7183 8750": "crm_id:c1"}
    assert linked.figures["mails"].customers == 2
    assert linked.figures["mails"].found_in_master == 1


def test_without_a_master_nothing_meets_and_no_share_is_claimed(con):
    mails = source(con, "mails", "contacts", [{"key": "ann@example.org"}], ("email",))
    calls = source(con, "calls", "contacts", [{"key": "02071838750"}], ("phone",))
    linked = link(con, [mails, calls])
    assert linked.customers.num_rows == 2
    assert linked.figures["mails"].found_in_master is None


def test_a_value_shared_by_more_than_the_limit_links_nobody_and_is_listed(con):
    crowd = [{"key": f"C{i}", "identifier_email": "family@example.org"} for i in range(6)]
    master = source(con, "crm", "identifiers", crowd)
    mails = source(con, "mails", "contacts", [{"key": "family@example.org"}], ("email",))
    linked = link(con, [master, mails])
    assert customer_of(con, linked, "mails") == {}
    assert linked.customers.num_rows == 6
    assert [(s.kind, s.value, s.customers, s.contacts) for s in linked.shared] == [
        ("email", "family@example.org", 6, 1)
    ]


def test_a_value_shared_by_no_more_than_the_limit_makes_its_customers_one(con):
    master = source(
        con, "crm", "identifiers", [{"key": f"C{i}", "identifier_email": "two@example.org"} for i in range(5)]
    )
    linked = link(con, [master])
    assert readable(linked) == ["crm_id:c0"]
    assert linked.merged == 4


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "noemail@anything.com"),
        ("phone", "0000000000"),
        ("phone", "+44 0000000000"),
        ("crm_id", "n/a"),
        ("account", "999999"),
        ("email", "  "),
        ("crm_id", "house"),
    ],
)
def test_placeholders_name_nobody(con, kind, value):
    sent = source(con, "sent", "contacts", [{"key": value}, {"key": "real-one-17"}], (kind,))
    linked = link(con, [sent], placeholders=["House"])
    assert len(customer_of(con, linked, "sent")) == 1


def test_a_household_groups_customers_and_does_not_make_them_one(con):
    rows = [{"key": k, "identifier_household": h} for k, h in (("C1", "H1"), ("C2", "H1"), ("C3", "H2"))]
    linked = link(con, [source(con, "crm", "identifiers", rows)])
    table = dict(zip(readable(linked), readable(linked, "unit"), strict=True))
    assert table == {
        "crm_id:c1": "household:h1",
        "crm_id:c2": "household:h1",
        "crm_id:c3": "household:h2",
    }


def test_long_form_identifiers_link_like_wide_ones(con):
    rows = [
        {"key": "C1", "kind": "email", "value": "ann@example.org"},
        {"key": "C1", "kind": "phone", "value": "020 7183 8750"},
    ]
    crm = source(con, "crm", "identifiers", rows)
    calls = source(con, "calls", "contacts", [{"key": "00442071838750"}], ("phone",))
    linked = link(con, [crm, calls])
    assert customer_of(con, linked, "calls") == {"00442071838750": "crm_id:c1"}


def test_ids_that_differ_only_in_unicode_form_are_one(con):
    master = source(con, "crm", "identifiers", [{"key": "C1", "identifier_email": "jos\u00e9@example.org"}])
    mails = source(con, "mails", "contacts", [{"key": "jose\u0301@example.org"}], ("email",))
    assert list(customer_of(con, link(con, [master, mails]), "mails").values()) == ["crm_id:c1"]


def test_customers_stand_in_the_order_of_the_hash_of_their_unit(con):
    import xxhash

    linked = link(con, [source(con, "sent", "contacts", [{"key": i} for i in range(100)])])
    hashes = linked.customers["hash"].to_pylist()
    assert hashes == sorted(hashes)
    assert hashes == [xxhash.xxh64_intdigest(i.encode()) for i in linked.customers["id"].to_pylist()]


def test_phones_in_national_and_international_form_are_one():
    assert normalise_phones(["020 7183 8750", "+44 (0)20 7183 8750", "00442071838750"], "GB") == ["+442071838750"] * 3
    assert normalise_phones(["12"], None) == ["12"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20))
def test_components_are_those_of_the_graph(edges):
    """Against brute force: two customers are one exactly when a chain of shared values joins them."""
    group = {f"c{a}": {f"c{a}"} for a, _ in edges}
    claims: dict[int, set[str]] = {}
    for a, e in edges:
        claims.setdefault(e, set()).add(f"c{a}")
    for owners in claims.values():
        joined = set().union(*(group[o] for o in owners))
        for member in joined:
            group[member] = joined
    with duckdb.connect() as con:
        rows = [{"key": f"C{a}", "identifier_email": f"mail{e}@example.org"} for a, e in edges]
        if not rows:
            return
        linked = link(con, [source(con, "crm", "identifiers", rows)], shared_by_at_most=100)
        found = sorted(readable(linked))
    assert found == sorted({f"crm_id:{min(g)}" for g in group.values()})
