"""Meetings of departments on one day, and offers that are live at once.

Owns this section. Refuses to say which of two departments should have waited.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, LiveOffers
from primum.report import charts
from primum.report.blocks import Block, Chart, Figure, Figures, Heading, Prose, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, square, texts
from primum.report.keyfigures import ONE_DEPARTMENT, several_departments
from primum.report.names import Names
from primum.report.phrases import counted, number, percent_of
from primum.report.sections.duplicates import MATCH_COLUMNS, MATCH_NOTE

_MATCH = numbers(*MATCH_COLUMNS)


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    blocks: list[Block] = [Heading("Several departments on one day"), *_meetings(result, names)]
    blocks += [Heading("Offers live at once"), *_offers(result, names)]
    lead = (
        "Departments meet at the customer: on the same day, or with offers that are valid at the same time. Only what"
        " the company pushed and the customer received counts."
    ) + names.counts("Meetings, and offers of two departments, are those")
    return Section("meetings", names.titled("Departments meeting at one customer"), "Meetings", lead, tuple(blocks))


def _meetings(result: AuditResult, names: Names) -> Iterator[Block]:
    m = result.meetings
    if not several_departments(result):
        yield Verdict("not checkable", "Same-day meetings", f"because {ONE_DEPARTMENT}.")
        return
    if not m.customer_days:
        yield Verdict("not checkable", "Same-day meetings", "because no received contact names its customer and day.")
        return
    if not m.several:
        looked = f"{counted(m.customer_days, 'customer-day')} with a contact were looked at."
        yield Verdict("none found", "Days with several departments", looked)
        return
    yield _meeting_figures(result, names)
    if m.by_departments:
        yield _by_departments(result)
    if m.pairs:
        yield from _meeting_pairs(result, names)


def _meeting_figures(result: AuditResult, names: Names) -> Figures:
    m = result.meetings
    share = f"{percent_of(m.several, m.customer_days)} of {number(m.customer_days)} customer-days with a contact"
    return Figures(
        (
            Figure(number(m.several), "customer-days with two departments or more", share, names.at_least),
            Figure(number(m.customers), "customers heard from several on one day", "", names.at_least),
            Figure(
                number(m.most_departments), "departments on one day, for one customer", "the most seen", names.at_least
            ),
        )
    )


def _by_departments(result: AuditResult) -> Chart:
    found = result.meetings.by_departments
    points = [
        charts.Point(
            counted(n, "department"), days, f"{counted(n, 'department')}: {counted(days, 'customer-day')}", number(days)
        )
        for n, days in found
    ]
    said = "; ".join(f"{counted(n, 'department')}: {counted(days, 'customer-day')}" for n, days in found)
    return charts.chart("Departments heard from on one day", f"{said}.", charts.bars(points, "customer-days"))


def _meeting_pairs(result: AuditResult, names: Names) -> Iterator[Block]:
    pairs = result.meetings.pairs
    values = {(p.a, p.b): p.customer_days for p in pairs} | {(p.b, p.a): p.customer_days for p in pairs}
    note = "Customer-days on which both departments reached the customer." + _at_least(names)
    yield square(names, "Who meets whom", "Department", values, names.match_text, note)
    rows, cut_note = cut(
        [
            (
                names.department_cell(p.a),
                names.department_cell(p.b),
                number_cell(p.customer_days, at_least=names.at_least),
                number_cell(p.customers, at_least=names.at_least),
                *names.match_rates(p.a, p.b),
            )
            for p in pairs
        ],
        MATCH_NOTE,
    )
    columns = (*texts("Department", "and department"), *numbers("Customer-days", "Customers"), *_MATCH)
    yield Table("Meetings by pair of departments, with match rates", columns, rows, cut_note)


def _at_least(names: Names) -> str:
    return " Read every number as 'at least'." if names.at_least else ""


def _offers(result: AuditResult, names: Names) -> Iterator[Block]:
    o = result.live_offers
    if not o.offers:
        why = "because no contact says until when its offer is valid. Map `valid_until` in the strategy file."
        yield Verdict("not checkable", "Live offers", why)
        return
    if not o.pairs:
        looked = f"{counted(o.offers, 'offer')} with a validity were compared."
        yield Verdict("none found", "Offers live at once", looked)
    else:
        yield _offer_figures(result, names)
    yield from _same_product(o, names)
    if o.without_validity:
        unseen = f"{counted(o.without_validity, 'contact')} carry no validity and could not be compared."
        yield Prose(unseen, small=True)
    if o.capped_customers:
        many = counted(o.capped_customers, "customer")
        yield Prose(
            f"{many} had more than {number(o.cap)} offers at once; not all of theirs were compared.", small=True
        )
    if o.by_department:
        yield from _offer_pairs(result, names)


def _offer_figures(result: AuditResult, names: Names) -> Figures:
    o = result.live_offers
    across = names.at_least and several_departments(result)
    return Figures(
        (
            Figure(number(o.pairs), "pairs of offers live at once", f"of {counted(o.offers, 'offer')}", across),
            Figure(number(o.customers), "customers with two live offers or more", "", across),
            Figure(number(o.most_at_once), "offers live at once, for one customer", "the most seen", across),
        )
    )


def _same_product(o: LiveOffers, names: Names) -> Iterator[Block]:
    what = "The same product in two live offers"
    if not o.product_checked:
        yield Verdict("not checkable", what, "because no contact says which product it offers. Map `product`.")
    elif not o.same_product_pairs:
        yield Verdict("none found", what, f"{counted(o.offers, 'offer')} were compared by product.")
    else:
        least = "At least " if names.at_least else ""
        customers = counted(o.same_product_customers, "customer")
        yield Verdict("found", what, f"{least}{counted(o.same_product_pairs, 'pair')} of offers, {customers}.")


def _offer_pairs(result: AuditResult, names: Names) -> Iterator[Block]:
    pairs = result.live_offers.by_department
    rows, note = cut(
        [
            (
                names.department_cell(p.a),
                names.department_cell(p.b),
                number_cell(p.pairs, at_least=names.at_least and p.a != p.b),
                *names.match_rates(p.a, p.b),
            )
            for p in pairs
        ]
    )
    columns = (*texts("Department", "and department"), *numbers("Pairs of offers"), *_MATCH)
    yield Table("Live offers by pair of departments, with match rates", columns, rows, note)
