"""What we could not see: blind spots, gaps in the contacts, and the sources as they came.

Owns this section. Refuses to soften: a gap is named with its size and its cure.
"""

from primum.audit.results import AuditResult, SourceFigures
from primum.report.blocks import Block, Cell, Section, Table, Verdict
from primum.report.cells import (
    cut,
    number_cell,
    numbers,
    portion_cell,
    sentences,
    share_cell,
    span_cell,
    text_cell,
    texts,
)
from primum.report.names import Names
from primum.report.phrases import clean, counted, listed, name, number, portion, size


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    blocks: list[Block] = [_spots(result), _gaps(result), _sources(result, names), _keys(result), _files(result)]
    lead = (
        "Every figure in this report is only as good as what the sources say. This is what they did not say, and what"
        " would mend it."
    )
    return Section("blind-spots", "What we could not see", "Blind spots", lead, tuple(blocks))


def _spots(result: AuditResult) -> Block:
    if not result.blind_spots and not result.volume.contacts:
        return Verdict("not checkable", "Blind spots", "because no source holds a contact.")
    if not result.blind_spots:
        return Verdict("none found", "Blind spots", "Everything the audit needs was in the sources.")
    rows = [
        (
            Cell(clean(spot.what, 400)),
            Cell(f"{number(spot.count)} {clean(spot.unit, 40)}", sort=float(spot.count)),
            text_cell(spot.source, "all sources"),
            Cell(clean(spot.cure, 400)),
        )
        for spot in result.blind_spots
    ]
    kept, note = cut(rows)
    columns = (sentences("What is missing"), *numbers("How much"), *texts("Source"), sentences("What would mend it"))
    return Table("Blind spots", columns, kept, note)


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
    return Table("How complete the contacts are", columns, rows, note)


def _share(part: int, whole: int) -> Cell:
    share = portion(part, whole)
    return Cell("–", sort=-1.0, tone="missing") if share is None else share_cell(share, 1.0)


def _sources(result: AuditResult, names: Names) -> Block:
    columns = (
        *texts("Source", "Kind", "Department"),
        *numbers("Rows", "Rejected", "Without a customer", "First and last"),
    )
    rows, note = cut(
        [_source(source, names) for source in result.sources], f"{_rejects(result)} {_set_aside(result)}".strip()
    )
    return Table("Sources, as they were read", columns, rows, note)


def _source(source: SourceFigures, names: Names) -> tuple[Cell, ...]:
    by_row = Cell("by row" if source.kind in ("contacts", "events") else "–", tone="missing")
    return (
        text_cell(source.name),
        text_cell(source.kind),
        by_row if source.department is None else names.department_cell(source.department),
        number_cell(source.rows),
        Cell(number(source.rejected), sort=float(source.rejected), tone="warn" if source.rejected else ""),
        Cell(number(source.unlinked), sort=float(source.unlinked), tone="warn" if source.unlinked else ""),
        span_cell(source.first, source.last),
    )


def _keys(result: AuditResult) -> Block:
    columns = (
        *texts("Source", "Key of the customer"),
        *numbers("Customers", "Found in the customer master"),
        *texts("Columns nobody mapped"),
    )
    note = "A customer who is not in the master can only be recognised where departments use the same key."
    rows, note = cut([_key(source) for source in result.sources], note)
    return Table("How sources name their customers", columns, rows, note)


def _key(source: SourceFigures) -> tuple[Cell, ...]:
    master = (
        Cell("no master" if source.kind in ("contacts", "events") else "–", sort=-1.0, tone="missing")
        if source.found_in_master is None
        else portion_cell(source.found_in_master, source.customers, warn_below=0.8)
    )
    missing = listed([name(column) for column in source.missing_columns])
    return (
        text_cell(source.name),
        text_cell(listed([name(kind) for kind in source.key_kinds]), "none"),
        number_cell(source.customers),
        master,
        Cell(missing, tone="warn") if missing else Cell("none"),
    )


def _rejects(result: AuditResult) -> str:
    where = [name(source.reject_file) for source in result.sources if source.reject_file]
    return f"Rejected rows, each with its reason: {listed(where, 8)}." if where else ""


def _set_aside(result: AuditResult) -> str:
    """Rows that are no contacts of their own, and why."""
    reasons = (
        ("Rows that tell a later status of a contact another row began", [s.folded for s in result.sources]),
        ("Rows of events that mean nothing here", [s.ignored for s in result.sources]),
        ("Rows of files that a corrected file replaces, left out", [s.replaced for s in result.sources]),
    )
    said = []
    for reason, counts in reasons:
        found = [f"{number(n)} of {name(s.name)}" for s, n in zip(result.sources, counts, strict=True) if n]
        if found:
            said.append(f"{reason}: {listed(found, 8)}.")
    return " ".join(said)


def _files(result: AuditResult) -> Block:
    rows, note = cut(
        [
            (
                text_cell(file.name),
                text_cell(source.name),
                Cell(size(file.bytes), sort=float(file.bytes)),
                number_cell(file.rows),
                number_cell(file.rejected),
            )
            for source in result.sources
            for file in source.files
        ]
    )
    columns = (*texts("File", "Source"), *numbers("Size", "Rows", "Rejected"))
    return Table("Files, one by one", columns, rows, note, folded=True)
