"""How customers responded, as far as the sources say.

Owns this section. Refuses to call silence a no: a contact without a response source is not an unanswered one.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, Responses
from primum.report import charts
from primum.report.blocks import Block, Cell, Figure, Figures, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers
from primum.report.names import Names
from primum.report.phrases import clean, counted, number, percent, percent_of, portion

_TITLE = "How customers responded"


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    r = result.responses
    if not r.responses:
        why = "because no source of responses was given. Add one (`kind: responses`) to the strategy file."
        return Section("responses", _TITLE, "Responses", "", (Verdict("not checkable", "Responses", why),))
    lead = f"{counted(r.customers, 'customer')} gave {counted(r.responses, 'response')} that the sources know of."
    blocks: list[Block] = [_figures(r), *_kinds(r), *_curve(r)]
    return Section("responses", _TITLE, "Responses", lead, tuple(blocks))


def _figures(r: Responses) -> Figures:
    figures = [Figure(number(r.responses), "responses", f"from {counted(r.customers, 'customer')}")]
    naming = f"{percent_of(r.naming_a_communication, r.responses)} of responses"
    figures.append(Figure(number(r.naming_a_communication), "responses name what they answer", naming))
    if r.responders is None:
        why = "because no response names the communication it answers"
        figures.append(Figure("not checkable", "who answered which communication", why, checkable=False))
    else:
        figures.append(
            Figure(number(r.responders), "times a customer answered a communication", "each pair counted once")
        )
    if r.many_contacts:
        label = f"of customers with {number(r.threshold)} contacts or more never responded"
        share = percent_of(r.many_contacts_never_responded, r.many_contacts)
        counts = f"{number(r.many_contacts_never_responded)} of {counted(r.many_contacts, 'customer')}"
        figures.append(Figure(share, label, counts))
    return Figures(tuple(figures))


def _kinds(r: Responses) -> Iterator[Block]:
    if r.by_kind:
        kinds = [(clean(kind, 60).replace("_", " "), n) for kind, n in r.by_kind]
        points = [charts.Point(kind, n, f"{kind}: {counted(n, 'response')}", number(n)) for kind, n in kinds]
        said = "; ".join(f"{kind}: {number(n)}" for kind, n in kinds)
        yield charts.chart("Responses by kind", f"{said}.", charts.bars(points, "responses"))


def _curve(r: Responses) -> Iterator[Block]:
    if not r.curve:
        return
    points = [
        charts.Point(
            p.contacts,
            portion(p.never_responded, p.customers) or 0.0,
            f"{counted(p.contacts, 'contact')}: {number(p.never_responded)} of {counted(p.customers, 'customer')}"
            " never responded",
        )
        for p in r.curve
    ]
    points, note = charts.drawn(points)
    draw = charts.columns(points, "contacts a customer received", "never responded", percent=True)
    describes = "Bars: of the customers who received this many pushed contacts, the share that never responded."
    yield charts.chart("Send and forget: customers who never responded", describes, draw, note=note)
    rows, left_out = cut(
        [
            (
                number_cell(p.contacts),
                number_cell(p.customers),
                number_cell(p.never_responded),
                _share(p.never_responded, p.customers),
            )
            for p in r.curve
        ]
    )
    columns = numbers("Contacts received", "Customers", "Never responded", "Share")
    yield Table("The numbers behind this picture", columns, rows, left_out, folded=True)


def _share(part: int, whole: int) -> Cell:
    share = portion(part, whole)
    return Cell("–", sort=-1.0, tone="missing") if share is None else Cell(percent(share), sort=share)
