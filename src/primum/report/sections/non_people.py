"""Who is no customer: confirmed and kept out of what is said about people, or proposed by evidence.

Owns this section. Refuses to take a proposal for a fact.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, ConfirmedNonPerson, ProposedNonPerson
from primum.report.blocks import Block, Cell, Figure, Figures, Prose, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, sentences, text_cell, texts
from primum.report.names import Names
from primum.report.not_people import line_of
from primum.report.phrases import clean, counted, number, percent

_TITLE = "Who is no customer"
_KINDS = {
    "seed": "seed address",
    "test": "test",
    "staff": "the company's own",
    "agency": "agency",
    "shared": "shared mailbox",
}


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    n = result.non_people
    lead = (
        "Seed and test addresses receive everything, and a shared mailbox is many people: they would lead every list of"
        " pestered customers. Those the strategy confirms are kept out of pressure, repeats, meetings, live offers,"
        " response curves and examples; volumes count them. The others are proposals, and count like customers until"
        " somebody decides."
    )
    if not result.volume.contacts:
        nothing = Verdict("not checkable", _TITLE, "because no source holds a contact.")
        return Section("non-people", _TITLE, "Not customers", lead, (nothing,))
    blocks: list[Block] = []
    if n.confirmed or n.proposed:
        blocks.append(_figures(result))
    blocks += [*_confirmed(result), *_proposed(result)]
    return Section("non-people", _TITLE, "Not customers", lead, tuple(blocks))


def _figures(result: AuditResult) -> Figures:
    n = result.non_people
    return Figures(
        (
            Figure(number(n.customers_confirmed), "confirmed, kept out", counted(n.contacts_confirmed, "contact")),
            Figure(number(n.customers_proposed), "proposed, still counted", counted(n.contacts_proposed, "contact")),
            Figure(number(n.contacts_p99), "contacts at most for 99 in 100 customers", "in the whole period"),
        )
    )


def _confirmed(result: AuditResult) -> Iterator[Block]:
    if not result.non_people.confirmed:
        return
    columns = (*texts("Entry of not_people", "What it is"), *numbers("Matches", "Contacts"), sentences("Remark"))
    rows, note = cut([_entry(c) for c in result.non_people.confirmed])
    yield Table("Confirmed in the strategy", columns, rows, note)


def _entry(c: ConfirmedNonPerson) -> tuple[Cell, ...]:
    remark = Cell("")
    if c.names_nobody:
        remark = Cell("It names nobody anyway: it is shared by many, or stands for no identifier.", tone="missing")
    elif not c.customers:
        remark = Cell("Nothing matches it: correct it, or take it out.", tone="warn")
    return (
        Cell(clean(c.identifier, 120)),
        Cell(_KINDS.get(c.why, c.why)),
        number_cell(c.customers),
        number_cell(c.contacts),
        remark,
    )


def _proposed(result: AuditResult) -> Iterator[Block]:
    n = result.non_people
    what = "Proposals"
    if not n.proposed:
        yield Verdict("none found", what, "Nobody else stands out by volume, spread, domain or name.")
        return
    columns = (
        *texts("Who", "Seems to be"),
        *numbers("Contacts", "Of all communications"),
        sentences("Because"),
        sentences("Line for primum.yaml"),
    )
    rows, note = cut([_proposal(p) for p in n.proposed])
    title = f"{counted(n.customers_proposed, 'proposal')}, none of them shown among the worst hit"
    yield Table(title, columns, rows, note)
    yield Prose(
        "The same lines stand in reports/not_people.yaml. Copy those that are right into primum.yaml under `customers:"
        " not_people:`; name a customer who only looks like this under `customers: people:`. Identifiers stand there"
        " when the audit is run with --reveal.",
        small=True,
    )


def _proposal(p: ProposedNonPerson) -> tuple[Cell, ...]:
    who = clean(p.identifier, 120)
    share = Cell(percent(p.share_of_communications), sort=p.share_of_communications, remark=number(p.communications))
    return (
        Cell(who, remark=counted(p.customers, "address", "addresses") if p.customers > 1 else ""),
        Cell(_KINDS.get(p.why, p.why)),
        number_cell(p.contacts),
        share if p.communications else text_cell(None),
        Cell(clean("; ".join(p.reasons), 500)),
        Cell(line_of(p)) if p.pasteable else Cell("shown with --reveal", tone="missing"),
    )
