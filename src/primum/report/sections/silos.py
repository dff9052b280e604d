"""Silos: who shares customers without seeing each other, and how well departments recognise each other's customers.

Owns this section. Refuses to guess at links: a match is exact or it is none.
"""

from primum.audit.results import AuditResult, PairRecognition
from primum.report.blocks import Block, Cell, Figure, Figures, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, portion_cell, text_cell, texts
from primum.report.keyfigures import ONE_DEPARTMENT
from primum.report.names import Names
from primum.report.phrases import counted, listed, name, number


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    title = "Silos: who can see whom"
    if not result.volume.contacts:
        nothing = Verdict("not checkable", "Silos", "because no source holds a contact.")
        return Section("silos", title, "Silos", "", (nothing,))
    blocks: list[Block] = [_figures(result), _recognition(result, names), _nothing_in_common(result, names)]
    blocks += [_responses(result), _sender(result), _shared(result)]
    lead = (
        "Departments can only spare a customer whom they recognise. Here is how far each can, with exact matches of"
        " normalised identifiers only; where two departments name customers differently, the customer master must"
        " know both names."
    )
    return Section("silos", title, "Silos", lead, tuple(blocks))


def _figures(result: AuditResult) -> Figures:
    s = result.silos
    return Figures(
        (
            Figure(number(s.merged_customers), "customers joined", "entries of the master that are one person"),
            Figure(number(s.contacts_without_sender), "contacts without a sender", "no department is recorded"),
            Figure(number(s.shared_identifier_count), "identifiers that name no one person", "they link nobody"),
        )
    )


def _recognition(result: AuditResult, names: Names) -> Block:
    pairs = result.silos.pairs
    if not pairs:
        return Verdict("not checkable", "Match rates", f"because {ONE_DEPARTMENT}.")
    columns = (
        *texts("Department", "and department"),
        *numbers("Recognisable of the first", "Recognisable of the second", "Shared customers"),
        *texts("Keys of the first", "Keys of the second"),
    )
    rows, note = cut(
        [_pair(pair, names) for pair in pairs],
        "Recognisable: customers for whom a kind of identifier that the other department uses is known.",
    )
    return Table("How well departments recognise each other's customers", columns, rows, note)


def _pair(pair: PairRecognition, names: Names) -> tuple[Cell, ...]:
    return (
        names.department_cell(pair.a),
        names.department_cell(pair.b),
        portion_cell(pair.a_recognisable, pair.a_customers, warn_below=0.5),
        portion_cell(pair.b_recognisable, pair.b_customers, warn_below=0.5),
        number_cell(pair.shared_customers, at_least=names.at_least),
        text_cell(listed([name(k) for k in pair.a_keys]), "none"),
        text_cell(listed([name(k) for k in pair.b_keys]), "none"),
    )


def _nothing_in_common(result: AuditResult, names: Names) -> Block:
    what = "Departments with no kind of identifier in common"
    if not result.silos.pairs:
        return Verdict("not checkable", what, f"because {ONE_DEPARTMENT}.")
    if not result.silos.nothing_in_common:
        return Verdict("none found", what, f"{counted(len(result.silos.pairs), 'pair')} of departments were looked at.")
    pairs = [f"{names.department(a)} and {names.department(b)}" for a, b in result.silos.nothing_in_common]
    more = "Nothing can be said about what these say to the same customer, not even through a customer master."
    return Verdict("found", what, f"{listed(pairs, 12)}. {more}")


def _responses(result: AuditResult) -> Block:
    what = "Sources whose responses nobody brought"
    if not result.silos.sources_without_responses:
        return Verdict("none found", what, "Each source of contacts has a source that speaks of its responses.")
    sources = listed([name(s) for s in result.silos.sources_without_responses], 12)
    return Verdict("found", what, f"{sources}. Whether customers answered these contacts cannot be seen.")


def _sender(result: AuditResult) -> Block:
    what = "Contacts with no sender recorded"
    if not result.silos.contacts_without_sender:
        return Verdict("none found", what, f"{counted(result.volume.contacts, 'contact')} were looked at.")
    return Verdict("found", what, f"{counted(result.silos.contacts_without_sender, 'contact')} name no department.")


def _shared(result: AuditResult) -> Block:
    s = result.silos
    what = "Identifiers that name no one person"
    if not s.shared_identifier_count:
        return Verdict("none found", what, "No identifier is shared by many customers or known as a placeholder.")
    columns = (*texts("Identifier", "Kind", "Why it links nobody"), *numbers("Customers", "Contacts"))
    rows, note = cut(
        [
            (
                text_cell(shared.value),
                text_cell(shared.kind),
                text_cell(shared.why),
                number_cell(shared.customers),
                number_cell(shared.contacts),
            )
            for shared in s.shared_identifiers
        ],
        f"{number(len(s.shared_identifiers))} of {number(s.shared_identifier_count)} are listed.",
    )
    return Table(what, columns, rows, note, shown=8)
