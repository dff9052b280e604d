"""Who says what: departments, channels, message classes, communications, months.

Owns this section. Refuses to name an owner nobody named.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from primum.audit import results
from primum.audit.results import AuditResult, CommunicationFigures, DepartmentFigures
from primum.report import charts
from primum.report.blocks import Block, Cell, Heading, Matrix, MatrixCell, MatrixRow, Section, Table, Verdict
from primum.report.cells import (
    cut,
    money_cell,
    number_cell,
    numbers,
    portion_cell,
    shaded,
    share_cell,
    span_cell,
    text_cell,
    texts,
)
from primum.report.names import Names
from primum.report.phrases import NOBODY, counted, listed, month, name, number, percent


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    title, short = "Who says what", "Who says what"
    if not result.who_says_what:
        empty = Verdict("not checkable", "Who says what", "because no source holds a contact.")
        return Section("who", title, short, "There is nothing to show yet.", (empty,))
    blocks: list[Block] = [
        _departments(result, names),
        *_months(result, names),
        Heading("Channels and message classes"),
    ]
    blocks += [_heat(result, names), _cells(result, names), Heading("Communications"), _communications(result, names)]
    return Section("who", title, short, _lead(result, names), tuple(blocks))


def _lead(result: AuditResult, names: Names) -> str:
    top = max(result.departments, key=lambda d: d.contacts, default=None)
    if top is None:
        return ""
    share = percent(top.share_of_contacts)
    if top.department is None:
        first = f"{share} of all contacts do not say which department sent them."
    else:
        first = f"{names.department(top.department)} makes {share} of all contacts."
    return f"{first} {counted(len(result.communications), 'communication')} were found in the sources."


def _departments(result: AuditResult, names: Names) -> Table:
    columns = (
        *texts("Department"),
        *numbers("Contacts", "Share", "Received", "Asked for", "Customers reached", "Communications", "Unregistered"),
        *numbers(f"Cost ({name(names.currency)})"),
        *texts("Owner"),
    )
    most = max((d.share_of_contacts for d in result.departments), default=0.0)
    rows, note = cut([_department(d, names, most) for d in result.departments])
    return Table("Departments, all channels together", columns, rows, note)


def _department(d: DepartmentFigures, names: Names, most: float) -> tuple[Cell, ...]:
    return (
        names.department_cell(d.department),
        number_cell(d.contacts),
        share_cell(d.share_of_contacts, most),
        number_cell(d.received),
        number_cell(d.asked_for),
        number_cell(d.reach),
        number_cell(d.communications),
        portion_cell(d.unregistered, d.contacts),
        money_cell(d.cost),
        _owner(d.owner),
    )


def _owner(owner: str | None) -> Cell:
    return Cell(NOBODY, tone="warn") if owner is None else text_cell(owner)


def _months(result: AuditResult, names: Names) -> Iterator[Block]:
    if not result.months:
        return
    seen = {m.department for m in result.months}
    order = sorted(seen, key=lambda d: (d is None, names.rank(d), d or ""))
    styles = list(dict.fromkeys(names.slot(d) for d in order))
    points = [
        (
            month(m.month),
            charts.Point("", m.contacts, f"{names.department(m.department)}, {month(m.month)}: {number(m.contacts)}",
                         style=names.slot(m.department)),
        )
        for m in result.months
    ]  # fmt: skip
    steps = [month(m) for m in _every_month({m.month for m in result.months})]
    draw = charts.stacked(points, steps, styles, "contacts per month")
    describes = f"Stacked bars, one for each month from {steps[0]} to {steps[-1]}; the table below holds the numbers."
    yield charts.chart("Contacts per month, by department", describes, draw, _legend(order, names))
    rows, note = cut(
        [
            (
                Cell(month(m.month), sort=_month_order(m.month)),
                names.department_cell(m.department),
                number_cell(m.contacts),
            )
            for m in result.months
        ]
    )
    yield Table(
        "The numbers behind this picture", (*texts("Month", "Department"), *numbers("Contacts")), rows, note, True
    )


def _legend(order: Iterable[str | None], names: Names) -> list[tuple[str, str]]:
    legend: dict[str, str] = {}
    for department in order:
        style = names.slot(department)
        legend[style] = names.department(department) if style not in legend else "other departments"
    return list(legend.items())


def _month_order(iso: str) -> float:
    return float(iso.replace("-", "")) if iso.replace("-", "").isdigit() else 0.0


def _every_month(found: set[str]) -> list[str]:
    """The months from first to last without gaps; only those found when the calendar is too long to draw."""
    try:
        first, last = (date.fromisoformat(f"{m}-01") for m in (min(found), max(found)))
    except ValueError:
        return sorted(found)
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in span] if len(span) <= 240 else sorted(found)


def _heat(result: AuditResult, names: Names) -> Matrix:
    cells = {(c.department, c.channel, c.purpose): c for c in result.who_says_what}
    classes = sorted({c.purpose for c in result.who_says_what}, key=lambda p: (p is None, p or ""))
    senders = sorted(
        {(c.department, c.channel) for c in result.who_says_what},
        key=lambda k: (k[0] is None, names.rank(k[0]), k[0] or "", k[1] is None, k[1] or ""),
    )
    most = max(c.contacts for c in result.who_says_what)
    rows = [
        MatrixRow(
            f"{names.department(d)} · {names.plain(ch) if ch else 'channel ' + names.plain(ch)}",
            names.slot(d),
            tuple(_heat_cell(cells.get((d, ch, p)), most) for p in classes),
        )
        for d, ch in senders[:60]
    ]
    note = "Contacts; the darker, the more."
    if len(senders) > len(rows):
        note += f" The first {len(rows)} of {number(len(senders))} rows: the table below holds the rest."
    columns = tuple(names.plain(p) for p in classes)
    return Matrix(
        "Contacts by department, channel and message class", "Department · channel", columns, tuple(rows), note
    )


def _heat_cell(figures: results.Cell | None, most: int) -> MatrixCell:
    if figures is None:
        return shaded(None, most)
    reached = "" if figures.reach is None else f"{counted(figures.reach, 'customer')} reached"
    return shaded(figures.contacts, most, reached)


def _cells(result: AuditResult, names: Names) -> Table:
    columns = (
        *texts("Department", "Channel", "Message class"),
        *numbers("Contacts", "Received", "Asked for", "Customers reached"),
        *numbers("Per reached customer and month", "Unregistered", f"Cost ({name(names.currency)})"),
    )
    rows, note = cut(
        [
            (
                names.department_cell(c.department),
                names.plain_cell(c.channel),
                names.plain_cell(c.purpose),
                number_cell(c.contacts),
                number_cell(c.received),
                number_cell(c.asked_for),
                number_cell(c.reach),
                number_cell(c.per_customer_month),
                portion_cell(c.unregistered, c.contacts),
                money_cell(c.cost),
            )
            for c in result.who_says_what
        ],
        "'Per reached customer and month' counts months in which the customer was reached.",
    )
    return Table("Department, channel and message class, in numbers", columns, rows, note, shown=12)


def _communications(result: AuditResult, names: Names) -> Block:
    if not result.communications:
        return Verdict("not checkable", "Communications", "because no contact says which communication it belongs to.")
    columns = (
        *texts("Communication", "Owner"),
        *numbers("Customers reached", "Contacts", "Responders"),
        *texts("Department", "Channel", "Message class"),
        *numbers("First and last"),
    )
    ordered = sorted(result.communications, key=lambda c: -c.reach)
    most = max(c.reach for c in ordered)
    rows, note = cut(
        [_communication(c, names, most) for c in ordered],
        "Responders are customers who received the communication and gave a response that names it.",
    )
    return Table(f"{counted(len(ordered), 'communication')}, widest reach first", columns, rows, note, shown=12)


def _communication(c: CommunicationFigures, names: Names, most: int) -> tuple[Cell, ...]:
    responders = Cell("no response names it", sort=-1.0, tone="missing")
    only = c.departments[0] if len(c.departments) == 1 else None
    departments = listed([names.department(d) for d in c.departments], 3)
    return (
        Cell(names.communication(c.communication), remark="" if c.registered else "not in the register"),
        _owner(c.owner),
        number_cell(c.reach, most),
        number_cell(c.contacts),
        responders if c.responders is None else portion_cell(c.responders, c.reach),
        names.department_cell(only) if only else text_cell(departments, "not recorded"),
        text_cell(listed([name(ch) for ch in c.channels], 3), "not recorded"),
        names.plain_cell(c.purpose),
        span_cell(c.first, c.last),
    )
