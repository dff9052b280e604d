"""Clashes: which communications meet, one subject from two departments, offers that contradict each other.

Owns this section. Refuses to say which of two departments should have waited.
"""

from collections.abc import Iterator, Sequence

from primum.audit.results import AuditResult, ClashCell, ClashPair, Contradictions, SameSubject
from primum.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Fold,
    Heading,
    Prose,
    Section,
    Table,
    Timeline,
    Verdict,
)
from primum.report.cells import cut, days, number_cell, numbers, square, texts
from primum.report.keyfigures import several_departments
from primum.report.names import Names
from primum.report.phrases import clean, counted, listed, money, name, number

TITLE = "Clashes: what meets what"


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where fewer than two departments are recorded (the section on meetings says so)."""
    c = result.clashes
    if not several_departments(result) or not result.meetings.customer_days:
        return None
    blocks: list[Block] = [*_matrix(c.matrix, names)]
    for subject in (c.same_topic, c.same_product):
        blocks += [Heading(f"One {subject.subject} from two departments"), *_subject(subject, names)]
    blocks += [Heading("Offers that contradict each other"), *_contradictions(c.contradictions, names)]
    lead = (
        "What lies behind the meetings: the communications that departments sent to one customer on one day, topics and"
        " products that two of them advertised within days, and offers of one product on different terms."
    ) + names.counts("Counted are contacts")
    return Section("clashes", names.titled(TITLE), "Clashes", lead, tuple(blocks))


def _matrix(cells: Sequence[ClashCell], names: Names) -> Iterator[Block]:
    if not cells:
        yield Verdict("none found", "Two departments on one day at one customer", "")
        return
    links = {(c.a, c.b): f"clash-{i}" for i, c in enumerate(cells)}
    values = {(c.a, c.b): c.customer_days for c in cells}
    both = values | {(b, a): n for (a, b), n in values.items()}
    opened = links | {(b, a): anchor for (a, b), anchor in links.items()}
    note = "Customer-days on which both reached the customer. A number opens the communications that make most of it."
    if names.at_least:
        note += " Read every number as 'at least'."
    yield square(names, "Who meets whom, and with what", "Department", both, lambda a, b: "", note, opened)
    for cell in cells:
        yield _cell(cell, links[cell.a, cell.b], names)


def _cell(cell: ClashCell, anchor: str, names: Names) -> Fold:
    title = f"{names.department(cell.a)} and {names.department(cell.b)}"
    remark = f"{counted(cell.customer_days, 'customer-day')}, {counted(cell.pairs_in_all, 'pair')} of communications"
    table = _pairs("The pairs that make most of it", cell.pairs, names, ("Customer-days", "Customers"))
    return Fold(title, remark, (table,), anchor)


def _pairs(
    caption: str, pairs: Sequence[ClashPair], names: Names, figures: tuple[str, str], heads: tuple[str, str] = ("", "")
) -> Table:
    first, again = heads if heads[0] else ("Communication", "and communication")
    columns: tuple[Column, ...] = (*texts(first, "From", again, "From"), *numbers(*figures))
    rows, note = cut([_pair(p, names) for p in pairs])
    return Table(caption, columns, rows, note)


def _pair(p: ClashPair, names: Names) -> tuple[Cell, ...]:
    return (
        Cell(names.communication(p.first)),
        names.department_cell(p.first_department),
        Cell(names.communication(p.again)),
        names.department_cell(p.again_department),
        number_cell(p.times, at_least=names.at_least),
        number_cell(p.customers, at_least=names.at_least),
    )


def _subject(s: SameSubject, names: Names) -> Iterator[Block]:
    what = f"One {s.subject} from two departments within {counted(s.window_days, 'day')}"
    if not s.checked:
        why = f"because no contact that advertises or sells names its {s.subject}. Map `{s.subject}`."
        yield Verdict("not checkable", what, why)
        return
    if s.unchecked:
        why = f"because they advertise or sell and name no {s.subject}; {number(s.checked)} do, and were compared."
        yield Verdict("not checkable", counted(s.unchecked, "contact"), why)
    if not s.times:
        yield Verdict("none found", what, f"{counted(s.checked, 'contact')} were compared.")
        return
    yield Figures(
        (
            Figure(
                number(s.times), f"contacts on a {s.subject} another department had just advertised", "", names.at_least
            ),
            Figure(number(s.customers), "customers", "", names.at_least),
            _cost(s.cost, names),
        )
    )
    most = s.subjects and listed([f"{name(word)} ({number(n)})" for word, n in s.subjects], 8)
    if most:
        yield Prose(f"Most often: {most}.")
    yield _pairs(f"Pairs on one {s.subject}", s.pairs, names, ("Contacts", "Customers"), ("First", "Then"))


def _cost(cost: float | None, names: Names) -> Figure:
    if cost is None:
        return Figure("not checkable", "what the later ones cost", "because no unit costs were given", checkable=False)
    return Figure(money(cost, clean(names.currency, 8)), "what the later ones cost")


def _contradictions(c: Contradictions, names: Names) -> Iterator[Block]:
    what = "Live offers of one product on different terms"
    if not c.attributes or not c.product_known or not c.checked:
        lacks = [
            *(["the product"] if not c.product_known else []),
            *(["a price, terms or a discount"] if not c.attributes else []),
        ]
        missing = f"no source supplies {listed(lacks)}" if lacks else "no offer has a validity, a product and terms"
        how = "Name them under `attributes` of a source, as `price`, `terms` or `discount`."
        yield Verdict("not checkable", what, f"because {missing}. {how}")
        return
    if not c.times:
        yield Verdict("none found", what, f"{counted(c.checked, 'offer')} were compared by {listed(c.attributes)}.")
        return
    yield Figures(
        (
            Figure(
                number(c.times), "pairs of live offers that contradict each other", f"{listed(c.attributes)} differ"
            ),
            Figure(number(c.customers), "customers"),
            _cost(c.cost, names),
        )
    )
    yield _pairs("Contradictory offers", c.pairs, names, ("Pairs", "Customers"), ("First", "Then"))
    for example in c.examples:
        differs = listed([f"{what} {clean(a, 60)} and {clean(b, 60)}" for what, a, b in example.differs])
        yield Timeline(
            clean(example.customer, 60),
            f"Both live: {differs}.",
            (),
            days(names, (example.first, example.again)),
            level=4,
        )
