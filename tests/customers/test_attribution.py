"""Responses find their contacts as a plain search says: by id, then the last that fits within the window."""

from datetime import datetime, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from history.small import make_history
from primum.app.workspace import open_workspace
from primum.customers.attribution import EXPLICIT, NONE, WINDOW, attribute, windows_of
from primum.customers.survey import survey_customers
from primum.strategy.load import loads
from views import source

START = datetime(2026, 3, 1)
STRATEGY = loads(
    "strategy: {name: T}\ncustomers: {attribution: {opened: 2 days, bought: 36 hours}}", "primum.yaml"
).strategy
WIDTH = {"opened": timedelta(days=2), "bought": timedelta(hours=36)}

HOURS = st.integers(0, 24).map(lambda n: START + timedelta(hours=6 * n))
WORDS = st.sampled_from((None, "email", "sms"))
SENT = st.fixed_dictionaries(
    {
        "key": st.sampled_from("ab"),
        "at": HOURS,
        "channel": WORDS,
        "communication": st.sampled_from((None, "spring")),
        "status": st.sampled_from(("sent", "delivered", "bounced", None)),
    }
)
HEARD = st.fixed_dictionaries(
    {
        "key": st.sampled_from("ab"),
        "at": HOURS,
        "at_precision": st.sampled_from(("instant", "instant", "day")),
        "kind": st.sampled_from(("opened", "bought", "visited")),
        "channel": WORDS,
        "communication": st.sampled_from((None, None, "spring", "autumn")),
        "contact": st.sampled_from((None, None, "c0", "c1", "c2", "gone")),
    }
)


def numbered(contacts, heard):
    contacts = [c | {"id": f"c{i}", "row": i} for i, c in enumerate(contacts)]
    whole = [r | {"at": r["at"].replace(hour=0)} if r["at_precision"] == "day" else r for r in heard]
    return contacts, whole


def plain(contacts, response):
    """(row of the contact, how)."""
    own = [c for c in contacts if c["key"] == response["key"]]
    if response["contact"] is not None:
        named = [c["row"] for c in own if c["id"] == response["contact"]]
        return (named[0], "explicit") if named else (None, "lost")
    last = response["at"]
    if response["at_precision"] == "day":
        last += timedelta(days=1) - timedelta(microseconds=1)
    fitting = [
        c
        for c in own
        if c["status"] != "bounced"
        and c["at"] <= last
        and last - c["at"] < WIDTH.get(response["kind"], timedelta(0))
        and all(response[n] in (None, c[n]) for n in ("channel", "communication"))
    ]
    if not fitting:
        return None, "none"
    newest = max(c["at"] for c in fitting)
    return {c["row"] for c in fitting if c["at"] == newest}, "window"


@settings(max_examples=20, deadline=None)
@given(st.lists(SENT, min_size=1, max_size=6), st.lists(HEARD, min_size=1, max_size=5), st.sampled_from((1, 2)))
def test_every_response_is_put_down_as_a_plain_search_says(tmp_path_factory, sent, heard, buckets):
    contacts, responses = numbered(sent, heard)
    with duckdb.connect() as con:
        rows = [{n: v for n, v in c.items() if n != "row"} for c in contacts]
        made = [source(con, "sent", "contacts", rows), source(con, "heard", "responses", responses)]
        history = make_history(con, made, tmp_path_factory.mktemp("h"), buckets)
    windows, found = windows_of(STRATEGY), {}
    for bucket in history.buckets:
        who = attribute(history, bucket, windows)
        told, held = history.table("responses", bucket), history.table("contacts", bucket)
        for i in range(len(who.how)):
            contact = None if who.contact[i] < 0 else held["row"][int(who.contact[i])].as_py() - 2
            how = "lost" if who.lost[i] else ("none", "explicit", "window")[who.how[i]]
            found[told["row"][i].as_py() - 2] = contact, how
    for number, response in enumerate(responses):
        contact, how = plain(contacts, response)
        assert found[number][1] == how
        assert found[number][0] in contact if how == "window" else found[number][0] == contact
    figures = {f.kind: f for f in survey_customers(history, STRATEGY).attribution}
    for kind in {r["kind"] for r in responses}:
        hows = [plain(contacts, r)[1] for r in responses if r["kind"] == kind]
        counted = figures[kind]
        assert (counted.explicit, counted.window, counted.lost) == tuple(
            hows.count(h) for h in ("explicit", "window", "lost")
        )
        assert counted.none == hows.count("none") + hows.count("lost")
        assert counted.days == {"opened": 2.0, "bought": 1.5}.get(kind)


def one_of_each(folder, hours, **response):
    """How a purchase so many hours after a contact finds it."""
    with duckdb.connect() as con:
        sent = source(con, "sent", "contacts", [{"key": "a", "at": START, "id": "c0", "status": "sent"}])
        heard = {"key": "a", "at": START + timedelta(hours=hours), "kind": "bought", "contact": None} | response
        history = make_history(con, [sent, source(con, "heard", "responses", [heard])], folder)
    found = attribute(history, 0, windows_of(STRATEGY))
    return int(found.how[0]), bool(found.lost[0])


def test_a_window_is_open_at_its_end_and_who_names_an_unknown_contact_gets_no_other(tmp_path):
    assert one_of_each(tmp_path / "1", 35.99) == (WINDOW, False)
    assert one_of_each(tmp_path / "2", 36) == (NONE, False)
    assert one_of_each(tmp_path / "3", 1, contact="gone") == (NONE, True)
    assert one_of_each(tmp_path / "4", 99, contact="c0") == (EXPLICIT, False)
    assert one_of_each(tmp_path / "5", 0) == (WINDOW, False)
    assert one_of_each(tmp_path / "6", -1) == (NONE, False)


TWO_SYSTEMS = """
strategy: {name: T}
departments: {sales: }
channels: {email: , call: }
data:
  sources:
    calls:
      files: calls.csv
      kind: contacts
      department: sales
      key: {crm_id: who}
      map: {id: id, at: at, channel: {value: call}}
    mails:
      files: mails.csv
      kind: events
      department: sales
      key: {crm_id: who}
      map: {id: id, at: at, event: what, channel: {value: email}}
"""


def test_of_two_systems_that_use_one_id_the_response_s_own_is_meant(tmp_path):
    (tmp_path / "primum.yaml").write_text(TWO_SYSTEMS)
    (tmp_path / "calls.csv").write_text("who,id,at\na,1,2026-03-01 09:00\n")
    (tmp_path / "mails.csv").write_text("who,id,at,what\na,1,2026-03-02 09:00,sent\na,1,2026-03-02 10:00,opened\n")
    history = open_workspace(tmp_path).history()
    assert history.table("contacts", 0)["at"].to_pylist() == [datetime(2026, 3, 1, 9), datetime(2026, 3, 2, 9)]
    assert attribute(history, 0, windows_of(STRATEGY)).contact.tolist() == [1]
