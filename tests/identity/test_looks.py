"""What identifiers look like is noted as bits; what the strategy says about them is matched while they can be read."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from history.small import KEY
from primum.identity import link_customers
from primum.identity.looks import DOMAIN_SHIFT, NOBODY_BUT_SHARED, Look, People, kind_of_look, telling, with_looks
from views import source

NOBODY = pa.table({"kind": pa.array([], pa.string()), "value": pa.array([], pa.string())})


def looked(identifiers: list[str], people: People | None = None, customer: list[int] | None = None):
    """Looks and matched entry of each customer (by default one customer an identifier), and the matches per entry."""
    code = np.array(customer if customer is not None else range(len(identifiers)), np.int32)
    parts = [i.partition(":") for i in identifiers]
    nodes = pa.table({"kind": [p[0] for p in parts], "value": [p[2] for p in parts]})
    customers = pa.table({"id": [f"c{i}" for i in range(int(code.max()) + 1)]})
    table, counts = with_looks(customers, nodes, code, people or People(), NOBODY)
    return table["looks"].to_pylist(), table["not_person"].to_pylist(), counts


@pytest.mark.parametrize(
    ("identifier", "look"),
    [
        ("email:test@gmail.com", Look.TEST),
        ("email:test123@x.org", Look.TEST),
        ("email:test.user.7@x.org", Look.TEST),
        ("email:qa-team@x.org", Look.TEST),
        ("email:dummy@x.org", Look.TEST),
        ("email:ann@crm.test", Look.TEST),
        ("email:seed@x.org", Look.SEED),
        ("email:seed.gmail.07@x.org", Look.SEED),
        ("email:inbox44@seedlist.example", Look.SEED),
        ("email:a@uk.seed-list.net", Look.SEED),
        ("email:info@smith-roofing.example", Look.ROLE),
        ("email:buchhaltung@maier.de", Look.ROLE),
        ("phone:+15550100200", Look.TEST_PHONE),
        ("phone:+12125550134", Look.TEST_PHONE),
        ("phone:0000123", Look.TEST_PHONE),
    ],
)
def test_names_of_test_seed_and_shared_addresses_are_noticed(identifier, look):
    looks, _, _ = looked([identifier])
    assert looks == [look]
    assert telling(np.array(looks)).tolist() == [True]


@pytest.mark.parametrize(
    "identifier",
    [
        "email:anna.test@gmail.com",
        "email:john.seed@x.org",
        "email:tester.mann@x.org",
        "email:testa@x.org",
        "email:seedorf@x.org",
        "email:informatik.ann@x.org",
        "email:ann@testing-labs.com",
        "email:ann@seed.com",
        "email:officer@x.org",
        "email:contestant@x.org",
        "email:protest@x.org",
        "email:ann+test@x.org",
        "email:probert@x.org",
        "crm_id:test",
        "phone:+12125551234",
        "phone:+4915550100200",
        "phone:+442071838750",
        "account:0000123",
    ],
)
def test_people_whose_name_only_sounds_like_one_are_not(identifier):
    assert looked([identifier])[0] == [0]


def test_domains_of_the_company_and_its_agencies_are_told_apart_with_their_number():
    people = People(own_domains=("Acme.com", "acme.de"), agency_domains=("pixel.agency",))
    identifiers = [
        "email:a@acme.com",
        "email:b@mail.acme.de",
        "email:c@pixel.agency",
        "email:d@notacme.com",
        "crm_id:1",
    ]
    looks, _, _ = looked(identifiers, people)
    assert [x >> DOMAIN_SHIFT for x in looks] == [1, 2, 3, 0, 0]
    assert [kind_of_look(x) for x in looks[:3]] == ["staff", "staff", "agency"]


def test_any_identifier_of_a_customer_counts():
    people = People(("email:*@seeds.example", "phone:0171 *", "crm_id:77"), country="DE")
    identifiers = ["crm_id:1", "email:x@seeds.example", "crm_id:77", "phone:+491712345678", "email:real@x.org"]
    _, entry, counts = looked(identifiers, people, customer=[0, 0, 1, 1, 2])
    assert entry == [0, 1, -1]
    assert counts == (1, 1, 1)


def test_patterns_match_whole_identifiers_of_their_kind_and_only_the_star_is_special():
    people = People(("email:a.b@x.org", "email:*test*@x.org", "phone:+44 20 7183 8750", "EMAIL:c@x.org"), country="GB")
    identifiers = [
        "email:a.b@x.org",
        "email:aXb@x.org",
        "email:contest1@x.org",
        "phone:+442071838750",
        "crm_id:a.b@x.org",
    ]
    _, entry, counts = looked(identifiers, people)
    assert entry == [0, -1, 1, 2, -1]
    assert counts == (1, 1, 1, 0)


def test_who_is_declared_a_person_is_neither_proposed_nor_confirmed():
    people = People(("email:*@acme.com",), people=("email:test@acme.com",), own_domains=("acme.com",))
    looks, entry, counts = looked(["email:test@acme.com", "email:qa@acme.com"], people)
    assert telling(np.array(looks)).tolist() == [False, True]
    assert entry == [-1, 0]
    assert counts == (1,)


def test_linking_carries_looks_through_the_customer_master(tmp_path):
    with duckdb.connect() as con:
        people_of = [{"key": f"C{i}", "identifier_email": f"{n}@x.org"} for i, n in enumerate(["qa", "ann"])]
        master = source(con, "crm", "customers", people_of)
        sent = source(con, "sent", "contacts", [{"key": "qa@x.org"}, {"key": "n/a"}], key_kinds=("email",))
        people = People(("crm_id:C1", "email:n/a", "email:gone@x.org"))
        linked = link_customers(
            con, [master, sent], key=KEY, country=None, shared_by_at_most=5, placeholders=[], people=people
        )
    by_id = {r["id"]: r for r in linked.customers.to_pylist()}
    assert by_id[KEY.one("crm_id", "c0")]["looks"] == Look.TEST
    assert by_id[KEY.one("crm_id", "c1")]["not_person"] == 0
    assert linked.not_people == (1, NOBODY_BUT_SHARED, 0)
