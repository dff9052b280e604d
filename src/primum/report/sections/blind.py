"""What we could not see: what is missing, what it does to the figures, and what would mend it.

Owns this section. Refuses to soften and to alarm: a gap is named with its size, its bearing and its cure, those that
bear on the figures most first.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, BlindSpot
from primum.report.alike import places, together
from primum.report.blocks import Block, Cell, Heading, Prose, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, sentences, share_cell, texts
from primum.report.names import Names
from primum.report.phrases import clean, counted, number, portion

_GROUPS = (
    (
        "too low",
        "Why some figures are lower bounds",
        "Because of these, what we report is less than what happened. Such figures say 'at least'; none is made up.",
    ),
    (
        "unsure",
        "What to read with care until it is mended",
        "These figures may be off, in either direction. Where you know better, please say so: the next audit will too.",
    ),
    ("unchecked", "What could not be checked", "Of these we say nothing, neither good nor bad."),
    ("nothing", "Good to know", "Seen, counted and taken care of; no figure suffers."),
)


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    blocks: list[Block] = [*_spots(result), _gaps(result)]
    lead = (
        "Every figure in this report is only as good as what the sources say. This is what they did not say, what that"
        " does to the figures, and what would mend it. Nothing here is anybody's fault: exports are like this."
    )
    return Section("blind-spots", "What we could not see", "Blind spots", lead, tuple(blocks))


def _spots(result: AuditResult) -> Iterator[Block]:
    if not result.blind_spots and not result.volume.contacts:
        yield Verdict("not checkable", "Blind spots", "because no source holds a contact.")
        return
    if not result.blind_spots:
        yield Verdict("none found", "Blind spots", "Everything the audit needs was in the sources.")
        return
    for bears, title, lead in _GROUPS:
        own = [spot for spot in result.blind_spots if spot.bears == bears]
        if own:
            yield Heading(title)
            yield Prose(lead)
            yield _table(title, own)


def _table(title: str, spots: list[BlindSpot]) -> Table:
    rows, note = cut([_row(alike) for alike in together(spots)])
    columns = (
        sentences("What is missing"),
        *texts("How much"),
        sentences("What it does to the figures"),
        sentences("What would mend it"),
    )
    return Table(title, columns, rows, note, bare=True)


def _row(alike: list[BlindSpot]) -> tuple[Cell, ...]:
    first = alike[0]
    amount = f"{number(first.count)} {clean(first.unit, 40)}"
    return (
        Cell(clean(first.what, 400)),
        Cell(amount, sort=float(first.count), remark=places(alike)),
        Cell(clean(first.effect, 300) or "–"),
        Cell(clean(first.cure, 400)),
    )


def _gaps(result: AuditResult) -> Block:
    v = result.volume
    gaps = (
        ("Department", v.without_department, "cannot be shown under who sent them"),
        ("Channel", v.without_channel, "cannot be told apart by channel"),
        ("Message class", v.without_purpose, "cannot be told apart as marketing, service and so on"),
        ("Content", v.without_content, "cannot be checked for exact duplicates"),
        ("Cost", v.without_cost, "are missing from every cost"),
        ("Registered communication", v.unregistered, "belong to communications nobody registered"),
    )
    rows = tuple((Cell(what), number_cell(count), _share(count, v.contacts), Cell(so)) for what, count, so in gaps)
    columns = (*texts("Not recorded"), *numbers("Contacts", "Share of contacts"), sentences("These contacts ..."))
    note = (
        f"Besides, {counted(v.unlinked, 'row')} without a customer and {counted(v.not_sent, 'row')} that were never an"
        " attempt (planned, proposed, suppressed) are kept in the inventory and judged by nothing."
    )
    return Table("How complete the contacts are", columns, rows, note, folded=True)


def _share(part: int, whole: int) -> Cell:
    share = portion(part, whole)
    return Cell("–", sort=-1.0, tone="missing") if share is None else share_cell(share, 1.0)
