"""Pressure: how much lands on one customer.

Owns this section. Refuses to call a number too high: rules do that, not an audit.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, PressureFigures
from primum.report import charts
from primum.report.blocks import Block, Cell, Chart, Figure, Figures, Prose, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, texts
from primum.report.keyfigures import several_departments
from primum.report.names import Names
from primum.report.phrases import counted, number, percent


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    overall = result.pressure.overall
    title = names.titled("How much lands on one customer")
    if not overall.customers:
        why = "because no received contact that the company pushed names its customer."
        return Section("pressure", title, "Pressure", "", (Verdict("not checkable", "Pressure", why),))
    across = names.at_least and several_departments(result)
    lead = (
        "For each customer we looked for the busiest 7 days, any 7 days in a row: what the company pushed and the"
        f" customer received. Half of the {number(overall.customers)} customers had at least {number(overall.week_p50)}"
        f" in that week, and one in a hundred at least {number(overall.week_p99)}; the worst-hit had"
        f" {'at least ' if across else ''}{number(overall.week_max)}."
    ) + names.counts("Over all departments these are contacts")
    blocks: list[Block] = [_figures(overall, across), *_pictures(overall, across), _table(result, names, across)]
    if result.pressure.excluded_shared:
        out = counted(result.pressure.excluded_shared, "identifier")
        blocks.append(Prose(f"{out} shared by many people were left out: they are no one person.", small=True))
    return Section("pressure", title, "Pressure", lead, tuple(blocks))


def _figures(p: PressureFigures, across: bool) -> Figures:
    label = "contacts in the busiest 7 days"
    weeks = (
        (p.week_p50, "half of all customers have as many or more"),
        (p.week_p90, "one customer in ten has as many or more"),
        (p.week_p99, "one in a hundred has as many or more"),
        (p.week_max, "the worst-hit customer"),
    )
    top = Figure(percent(p.top_one_percent_share), "of these contacts", "go to the most contacted 1% of customers")
    return Figures((*(Figure(number(n), label, who, across) for n, who in weeks), top))


def _pictures(p: PressureFigures, across: bool) -> Iterator[Block]:
    yield _histogram(p)
    rows, note = cut([(number_cell(week), number_cell(customers)) for week, customers in p.week_histogram])
    columns = numbers("Contacts in the busiest 7 days", "Customers")
    yield Table("The numbers behind this picture", columns, rows, note, folded=True)
    if p.above:
        yield _above(p, across)


def _histogram(p: PressureFigures) -> Chart:
    points = [
        charts.Point(week, customers, f"{counted(week, 'contact')} in 7 days: {counted(customers, 'customer')}")
        for week, customers in p.week_histogram
    ]
    points, note = charts.drawn(points)
    draw = charts.columns(points, "contacts in the customer's busiest 7 days", "customers")
    describes = f"Bars: how many customers had how many contacts in their busiest 7 days, up to {number(p.week_max)}."
    return charts.chart("The busiest week of every customer", describes, draw, note=note)


def _above(p: PressureFigures, across: bool) -> Chart:
    points = [
        charts.Point(
            n, share, f"more than {counted(n, 'contact')} in 7 days: {percent(share)} of customers", percent(share)
        )
        for n, share in enumerate(p.above, start=1)
    ]
    draw = charts.columns(points, "more than this many contacts in 7 days", "customers", percent=True, labels=True)
    said = "; ".join(f"more than {n}: {percent(share)}" for n, share in enumerate(p.above, start=1))
    note = (
        "Read as 'at least': contacts of customers who cannot be recognised everywhere stand apart." if across else ""
    )
    return charts.chart("Customers above a number of contacts in their busiest week", f"{said}.", draw, note=note)


def _table(result: AuditResult, names: Names, across: bool) -> Table:
    columns = (
        *texts("Department"),
        *numbers("Customers", "Contacts", "Week: half", "Week: 1 in 10", "Week: 1 in 100", "Week: worst"),
        *numbers("30 days: half", "30 days: 1 in 10", "30 days: 1 in 100", "30 days: worst", "To the top 1%"),
    )
    together = (Cell("All departments", tone="strong"), *_row(result.pressure.overall, across))
    rows, note = cut(
        [together, *((names.department_cell(p.department), *_row(p, False)) for p in result.pressure.by_department)],
        "Contacts in a customer's busiest 7 and 30 days: half of the customers, one in ten and one in a hundred have as"
        " many or more. A department's row counts its own contacts only" + (", of all days." if names.common else "."),
    )
    return Table("Pressure by department", columns, rows, note)


def _row(p: PressureFigures, across: bool) -> tuple[Cell, ...]:
    weeks = (p.week_p50, p.week_p90, p.week_p99, p.week_max, p.month_p50, p.month_p90, p.month_p99, p.month_max)
    return (
        number_cell(p.customers),
        number_cell(p.contacts),
        *(number_cell(n, at_least=across) for n in weeks),
        Cell(percent(p.top_one_percent_share), sort=p.top_one_percent_share),
    )
