"""Exact duplicates: the same content to the same customer again.

Owns this section. Refuses to call something none where it could not look.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, Duplicates
from primum.report import charts
from primum.report.blocks import Block, Cell, Figure, Figures, Heading, Section, Table, Timeline, Verdict
from primum.report.cells import cut, days, number_cell, numbers, square, texts
from primum.report.keyfigures import ONE_DEPARTMENT, several_departments
from primum.report.names import Names
from primum.report.phrases import clean, counted, money, number

_TITLE = "The same message twice"


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    d = result.duplicates
    lead = (
        f"A repeat is the very same content, sent to the same customer again within {counted(d.window_days, 'day')}:"
        " pushed by the company and received both times."
    ) + names.counts("Repeats between departments are those")
    if not d.checked:
        why = "because no source gives a content. Map `content` (or the text of the message) in the strategy file."
        return Section("duplicates", _TITLE, "Duplicates", lead, (Verdict("not checkable", "Exact duplicates", why),))
    blocks: list[Block] = [*_verdicts(result), _figures(result, names)]
    if d.within or d.between:
        blocks += [*_gaps(d), *_pairs(result, names), *_communications(result, names), *_examples(d, names)]
    return Section("duplicates", _TITLE, "Duplicates", lead, tuple(blocks))


def _verdicts(result: AuditResult) -> Iterator[Verdict]:
    d = result.duplicates
    looked = f"{counted(d.checked, 'contact')} with a content were compared."
    if not d.within:
        yield Verdict("none found", "Repeats within a department", looked)
    if not several_departments(result):
        yield Verdict("not checkable", "Repeats between departments", f"because {ONE_DEPARTMENT}.")
    elif not d.between:
        yield Verdict("none found", "Repeats between departments", looked)
    if d.unchecked:
        why = f"because they carry no content. {number(d.checked)} contacts do, and were compared."
        yield Verdict("not checkable", counted(d.unchecked, "contact"), why)


def _figures(result: AuditResult, names: Names) -> Figures:
    d = result.duplicates
    cost = "no unit costs were given" if d.cost is None else "what the repeats cost"
    figures = [Figure(number(d.within), "repeats within a department", counted(d.within_customers, "customer"))]
    if several_departments(result):
        remark = counted(d.between_customers, "customer")
        figures.append(Figure(number(d.between), "repeats between departments", remark, names.at_least))
    figures.append(
        Figure(number(d.customers), "customers hit by a repeat", f"of contacts compared: {number(d.checked)}")
    )
    if d.cost is None:
        figures.append(Figure("not checkable", "cost of the repeats", "because " + cost, checkable=False))
    else:
        figures.append(Figure(money(d.cost, clean(names.currency, 8)), "spent on repeats", cost))
    return Figures(tuple(figures))


def _gaps(d: Duplicates) -> Iterator[Block]:
    if d.gaps:
        points = [
            charts.Point(label, n, f"{clean(label, 60)}: {counted(n, 'repeat')}", number(n)) for label, n in d.gaps
        ]
        said = "; ".join(f"{clean(label, 60)}: {number(n)}" for label, n in d.gaps)
        yield charts.chart("How soon the repeat came", f"{said}.", charts.bars(points, "repeats"))


def _pairs(result: AuditResult, names: Names) -> Iterator[Block]:
    pairs = result.duplicates.pairs
    if not pairs:
        return
    values = {(p.first, p.again): p.repeats for p in pairs}
    note = "Rows: who sent it first. Columns: who sent it again. The diagonal is one department repeating itself."
    if names.at_least:
        note += " Between departments read every number as 'at least'."
    yield square(names, "Repeats by sender", "First ↓ again →", values, names.match_text, note)
    columns = (*texts("First sender", "Sender again"), *numbers("Repeats", "Customers"), *_MATCH)
    rows, cut_note = cut(
        [
            (
                names.department_cell(p.first),
                names.department_cell(p.again),
                number_cell(p.repeats, at_least=names.at_least and p.first != p.again),
                number_cell(p.customers, at_least=names.at_least and p.first != p.again),
                *names.match_rates(p.first, p.again),
            )
            for p in pairs
        ],
        MATCH_NOTE,
    )
    yield Table("Repeats by pair of departments, with match rates", columns, rows, cut_note)


def _communications(result: AuditResult, names: Names) -> Iterator[Block]:
    found = result.duplicates.communications
    if not found:
        return
    columns = (*texts("Communication", "From", "Same content as", "From"), *numbers("Repeats"), *_MATCH)
    rows, note = cut(
        [
            (
                Cell(names.communication(c.first)),
                names.department_cell(c.first_department),
                Cell(names.communication(c.again)),
                names.department_cell(c.again_department),
                number_cell(c.repeats, at_least=names.at_least and c.first_department != c.again_department),
                *names.match_rates(c.first_department, c.again_department),
            )
            for c in found
        ]
    )
    yield Table("Communications with the same content", columns, rows, note, shown=10)


def _examples(d: Duplicates, names: Names) -> Iterator[Block]:
    if d.examples:
        yield Heading("Examples")
    for i, example in enumerate(d.examples):
        title = f"{clean(example.customer, 60)}: again {clean(example.gap, 60)}"
        yield Timeline(title, "", (), days(names, (example.first, example.again)), open=i < 3, level=4)


MATCH_COLUMNS = ("Recognisable: first", "Recognisable: second")
_MATCH = numbers(*MATCH_COLUMNS)
MATCH_NOTE = (
    "'Recognisable' is the share of a department's customers for whom a kind of identifier is known that the other"
    " department uses. The lower it is, the more meetings stay unseen."
)
