"""The register: which communications nobody registered, what they seem to be, and what registered ones look like.

Owns this section. Refuses to show a guess as a fact.
"""

from collections.abc import Iterator, Sequence

from primum.audit.results import AuditResult, CommunicationFigures
from primum.report.blocks import Block, Cell, Figure, Figures, Heading, Prose, Section, Specimen, Table, Verdict
from primum.report.cells import cut, numbers, portion_cell, sentences, span_cell, text_cell, texts
from primum.report.names import Names
from primum.report.phrases import clean, counted, listed, name, number, percent_of
from primum.report.samples import Sample

_TITLE = "What is in the register"


def build(result: AuditResult, names: Names, samples: Sequence[Sample] = ()) -> Section:
    """The section."""
    lead = (
        "The register says what the company says, and who answers for it. A communication that nobody registered has no"
        " owner to ask, and no message class to judge it by."
    )
    if not result.volume.contacts:
        nothing = Verdict("not checkable", "The register", "because no source holds a contact.")
        return Section("register", _TITLE, "Register", lead, (nothing,))
    blocks: list[Block] = [_figures(result), *_unregistered(result, names), _file(result), *_never(result)]
    return Section("register", _TITLE, "Register", lead, (*blocks, *_samples(samples, names)))


def _figures(result: AuditResult) -> Figures:
    r, v = result.register, result.volume
    share = percent_of(r.contacts_unregistered, v.contacts)
    unnamed = f"{number(r.contacts_unnamed)} of them name no communication at all" if r.contacts_unnamed else ""
    return Figures(
        (
            Figure(number(r.unregistered), "communications nobody registered", f"of {number(r.found)} found"),
            Figure(share, "of contacts belong to no registered one", unnamed or counted(v.contacts, "contact")),
            Figure(number(r.without_owner), "registered without an owner", f"of {number(r.registered)} registered"),
        )
    )


def _unregistered(result: AuditResult, names: Names) -> Iterator[Block]:
    found = [c for c in result.communications if not c.registered]
    if not found:
        yield Verdict(
            "none found",
            "Unregistered communications",
            f"{counted(result.register.found, 'communication')} were found.",
        )
        return
    columns = (
        *texts("Communication"),
        *numbers("Contacts"),
        *texts("Usual text", "Department"),
        *numbers("First and last"),
        *texts("Seems to be"),
        sentences("Because"),
    )
    rows, note = cut(
        [_line(c, names, result.volume.contacts) for c in sorted(found, key=lambda c: (-c.contacts, c.communication))],
        "What they seem to be is guessed from names, texts and channels; it counts in no figure until it is confirmed.",
    )
    yield Table(f"{counted(len(found), 'communication')} that nobody registered", columns, rows, note, shown=12)


def _line(c: CommunicationFigures, names: Names, contacts: int) -> tuple[Cell, ...]:
    guess = c.guess
    seems = f"{guess.purpose} ({guess.how_sure})" if guess and guess.purpose else "no idea"
    departments = listed([names.department(d) for d in c.departments], 3)
    return (
        Cell(names.communication(c.communication)),
        portion_cell(c.contacts, contacts),
        text_cell(c.subject, "not recorded"),
        text_cell(departments, "not recorded"),
        span_cell(c.first, c.last),
        Cell(seems, tone="" if guess and guess.purpose else "missing"),
        text_cell(guess.why if guess else None),
    )


def _file(result: AuditResult) -> Prose:
    return Prose(
        "The audit also wrote reports/register.xlsx: every communication with its figures, a guess, and empty cells for"
        " the owner and the message class. Fill it in, save it, and point primum.yaml to it; the workbook's last sheet"
        " says how. What people typed stays when the next audit writes it again."
    )


def _never(result: AuditResult) -> Iterator[Block]:
    never = result.register.never_sent
    if never:
        yield Verdict("found", "Registered, but no contact was found", f"{listed([name(n) for n in never], 12)}.")


def _samples(samples: Sequence[Sample], names: Names) -> Iterator[Block]:
    if samples:
        yield Heading("What they look like")
    for s in samples:
        yield Specimen(names.communication(s.communication), clean(s.file, 200), s.picture, s.lines, s.note)
