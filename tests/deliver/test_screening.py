"""Screening and receipts, with an asker who answers by the name of the customer."""

from primum.deliver import Named, Order, Sent, StoredList, Told, compare, read_stored, screen, store_list
from primum.deliver.lists import never_returned, store_receipt
from primum.deliver.screening import BATCH
from primum.deliver.summaries import list_lines, plain_list

ORDER = Order("L1", "news", "email", "crm", 1_000, 2_000)


class Names:
    """Names in capitals are the same customers; `no...` is held, `?` names nobody; remembers how it was asked."""

    def __init__(self):
        self.batches = []

    def named(self, identifiers):
        return [Named(fault="the cell is empty.") if not i else Named(i.lower(), i != "new") for i in identifiers]

    def ask(self, asked):
        self.batches.append(len(asked))
        no = Told("defer", 5_000, ("Two a week.",), again=1)
        return [no if a.customer.startswith("no") else Told("allow", again=a.customer == "begged") for a in asked]


def _screened(names, asker=None):
    return screen(names, range(2, len(names) + 2), ORDER, asker or Names())


def test_every_row_is_allowed_held_or_unusable():
    found = _screened(["ann", "no1", "", "Ann", "new", None, "begged", "NO1"])
    told = "allowed held unusable held allowed unusable allowed held".split()
    assert [row.outcome for row in found.rows] == told
    assert (found.rows[1].until, found.rows[1].says) == (5_000, ("Two a week.",))
    assert found.rows[3].says == ("The same customer stands in this list already (row 2).",)
    assert (found.unknown, found.again, found.until_yes) == (1, 2, 1)
    assert found.reasons == [("The same customer stands in this list already.", 2), ("Two a week.", 1)]


def test_thousands_are_asked_for_in_batches():
    asker = Names()
    found = _screened([f"c{n}" for n in range(2 * BATCH + 5)] + ["C0"], asker)
    assert asker.batches == [BATCH, BATCH, 5]
    assert found.count("allowed") == 2 * BATCH + 5
    assert found.rows[-1].outcome == "held"


def test_the_summary_counts_every_row_once():
    told = plain_list(_screened(["ann", "no1", "", "begged"]), unreadable=3, neutralised=0)
    assert (told["rows"], told["allowed"], told["held"], told["rejected"]) == (7, 2, 1, 4)
    assert "7 rows: 2 may be contacted, 1 are held, 4 could not be used." in list_lines(told)


def test_a_list_is_kept_until_its_receipt_comes(tmp_path):
    store_list(tmp_path, _screened(["ann", "no1", "", "Ann"]), (2, 3, 4, 5))
    stored = read_stored(tmp_path, "L1")
    assert (stored.order, stored.allowed, stored.held) == (ORDER, {"ann": 2}, {"no1": 3, "ann": 5})
    assert never_returned(tmp_path, 2_000) == []
    assert never_returned(tmp_path, 2_001) == [ORDER]
    store_receipt(tmp_path, "L1", {})
    assert never_returned(tmp_path, 2_001) == []


def test_a_receipt_says_of_every_row_what_it_is():
    stored = StoredList(ORDER, {"ann": 2, "bea": 3, "cem": 4, "dee": 9}, {"eve": 5, "ann": 6})
    rows = [("ann", 2_000), ("bea", 2_001), ("eve", 1), ("fay", 1), ("ann", 1)]
    sent = [Sent(n, who, at) for n, (who, at) in enumerate(rows)] + [Sent(9, fault="it is empty.")]
    receipt = compare(stored, sent)
    told = ("as allowed", "after expiry", "though held", "not on the list", "sent again", "not usable")
    assert receipt.findings == told
    assert receipt.not_sent == (4, 9)
    assert sum(receipt.counts.values()) == len(sent)
