"""Every planted fact is found and none invented: the audit's figures against the made-up company's own account.

`primum.demo.truth` says what each figure means; its counts come from the generator's list of events by plain code that
imports nothing of ours.
"""

from dataclasses import asdict

import pytest

from primum.audit.results import AuditResult
from primum.demo.truth import Truth

VOLUMES = (
    "contacts",
    "received",
    "pushed",
    "asked_for",
    "not_received",
    "not_sent",
    "unlinked",
    "customers_reached",
    "responses",
    "states",
    "unregistered",
    "without_department",
    "without_channel",
    "without_purpose",
    "without_cost",
)


@pytest.fixture
def company(brightwater) -> tuple[Truth, AuditResult]:
    """The company's own account, and what the audit finds."""
    return brightwater[:2]


def test_volumes(company):
    truth, found = company
    v = found.volume
    for name in VOLUMES:
        assert getattr(v, name) == getattr(truth, name), name
    assert round(v.cost * 1000) == truth.cost_mils
    assert (found.period.first, found.period.last) == (truth.first, truth.last)


def test_sources(company):
    truth, found = company
    shown = {s.name: s for s in found.sources}
    assert shown.keys() - truth.sources.keys() == {
        "customers",
        "meters",
        "contracts",
        "devices",
        "responses",
        "visits",
        "flags",
        "preferences",
    }
    for name, t in truth.sources.items():
        source = shown[name]
        rows = sum(f.rows for f in source.files)
        assert (rows, source.rejected, source.unlinked) == (t.rows, t.rejected, t.unlinked), source.name
        assert (source.customers, source.found_in_master) == (t.customers, t.found_in_master), source.name
        assert (source.folded, source.replaced) == (t.folded, t.replaced), source.name


def test_who_says_what(company):
    truth, found = company
    cells = {(c.department, c.channel, c.purpose): c for c in found.who_says_what}
    assert cells.keys() == truth.cells.keys()
    for key, t in truth.cells.items():
        c = cells[key]
        figures = (c.contacts, c.received, c.asked_for, c.unregistered, c.reach, c.customer_months)
        assert figures == (t.contacts, t.received, t.asked_for, t.unregistered, t.reach, t.customer_months), key
        assert (None if c.cost is None else round(c.cost * 1000)) == (t.cost_mils or None), key


def test_departments(company):
    truth, found = company
    assert {d.department for d in found.departments} == set(truth.departments)
    for d in found.departments:
        t = truth.departments[d.department]
        assert (d.contacts, d.received, d.asked_for, d.unregistered, d.reach) == (
            t.contacts,
            t.received,
            t.asked_for,
            t.unregistered,
            t.reach,
        ), d.department


def test_communications(company):
    truth, found = company
    assert {c.communication for c in found.communications} == set(truth.communications)
    for c in found.communications:
        t = truth.communications[c.communication]
        assert (c.registered, c.owner, c.contacts, c.reach, c.responders or 0) == (
            t.registered,
            t.owner,
            t.contacts,
            t.reach,
            t.responders,
        ), c.communication


def test_months(company):
    truth, found = company
    assert {(m.department, m.month): m.contacts for m in found.months} == truth.months


def test_pressure(company):
    truth, found = company
    pairs = [(found.pressure.overall, truth.pressure)]
    pairs += [(p, truth.pressure_by_department[p.department]) for p in found.pressure.by_department]
    assert len(pairs) == 1 + len(truth.pressure_by_department)
    for p, t in pairs:
        assert (p.customers, p.contacts) == (t.customers, t.contacts)
        assert dict(p.week_histogram) == t.week_histogram
        assert (p.week_p50, p.week_p90, p.week_p99) == (t.week(0.5), t.week(0.9), t.week(0.99))
        assert (p.month_p50, p.month_p90, p.month_p99) == (t.month(0.5), t.month(0.9), t.month(0.99))
        assert p.above == tuple(t.above(n) / t.customers for n in range(1, 11))
        assert p.top_one_percent_share == t.top_one_percent_contacts / t.contacts


def test_exact_duplicates(company):
    truth, found = company
    d, t = found.duplicates, truth.duplicates
    assert (d.checked, d.unchecked) == (t.checked, t.unchecked)
    assert (d.within, d.within_customers, d.between, d.between_customers, d.customers) == (
        t.within,
        t.within_customers,
        t.between,
        t.between_customers,
        t.customers,
    )
    assert {(p.first, p.again): (p.repeats, p.customers) for p in d.pairs} == t.pairs
    assert round(d.cost * 1000) == t.cost_mils
    assert sum(n for _, n in d.gaps) == sum(t.gaps.values())


def test_meetings(company):
    truth, found = company
    m, t = found.meetings, truth.meetings
    assert (m.customer_days, m.several, m.customers, m.most_departments) == (
        t.customer_days,
        t.several,
        t.customers,
        t.most_departments,
    )
    days = dict(m.by_departments)
    days[1] += days.pop(0, 0)  # days on which nobody recorded is the sender
    assert days == t.by_departments
    assert {(p.a, p.b): (p.customer_days, p.customers) for p in m.pairs} == t.pairs


def test_live_offers(company):
    truth, found = company
    o, t = found.live_offers, truth.offers
    assert (o.offers, o.pairs, o.customers, o.most_at_once) == (t.offers, t.pairs, t.customers, t.most_at_once)
    assert (o.same_product_pairs, o.same_product_customers) == (t.same_product_pairs, t.same_product_customers)
    assert {(p.a, p.b): p.pairs for p in o.by_department} == t.by_department
    assert o.product_checked
    assert not o.capped_customers


def test_recognition_and_shared_identifiers(company):
    truth, found = company
    pairs = {(p.a, p.b): p for p in found.silos.pairs}
    assert pairs.keys() == truth.recognition.keys()
    for key, t in truth.recognition.items():
        p = pairs[key]
        assert asdict(t) == {
            "a_customers": p.a_customers,
            "b_customers": p.b_customers,
            "a_recognisable": p.a_recognisable,
            "b_recognisable": p.b_recognisable,
            "shared": p.shared_customers,
        }, key
    shared = {(s.kind, s.value): (s.customers, s.contacts) for s in found.silos.shared_identifiers}
    assert shared == {(s.kind, s.value): (s.customers, s.contacts) for s in truth.shared_identifiers}
    assert found.silos.merged_customers == truth.merged_customers


def test_responses(company):
    truth, found = company
    r = found.responses
    assert (r.responses, dict(r.by_kind), r.customers, r.responders) == (
        truth.responses,
        truth.responses_by_kind,
        truth.responding_customers,
        truth.responders,
    )
    assert {p.contacts: (p.customers, p.never_responded) for p in r.curve} == truth.curve
    assert (r.many_contacts, r.many_contacts_never_responded) == (
        truth.many_contacts,
        truth.many_contacts_never_responded,
    )


def test_the_most_contacted_people_are_those_who_were_planted(company):
    truth, found = company

    def ranked(people):
        return [(p.busiest_week, p.contacts, p.most_on_one_day, p.departments, p.customer) for p in people]

    last = (truth.people[-1].busiest_week, truth.people[-1].contacts)
    clear = [p for p in ranked(truth.people) if p[:2] > last]
    shown = ranked(found.people)
    assert clear
    assert sorted(shown[: len(clear)]) == sorted(clear)
    assert {p[:2] for p in shown[len(clear) :]} == {last}


def test_the_story_is_the_day_with_four_departments(company):
    _, found = company
    assert "4 departments in 5 messages" in found.headline.story[0]
    assert found.headline.at_least
