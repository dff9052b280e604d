"""What the sources hold: weeks, freshness, the senders' own totals, who can be recognised where, rejects, warnings.

Owns this section. Refuses to explain a gap: it shows where to ask.
"""

from collections.abc import Iterator

from primum.audit.results import (
    AuditResult,
    ControlLine,
    RejectReason,
    SourceCoverage,
    SourceFigures,
    SourceWarning,
)
from primum.report.blocks import Block, Cell, Heading, Matrix, MatrixCell, MatrixRow, Prose, Section, Table, Verdict
from primum.report.cells import (
    MOST_DEPARTMENTS,
    cut,
    day_cell,
    level,
    number_cell,
    numbers,
    portion_cell,
    sentences,
    span_cell,
    text_cell,
    texts,
)
from primum.report.keyfigures import ONE_DEPARTMENT
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, listed, name, number, percent, portion, size
from primum.report.strips import Strip, all_weeks, strips

_MOST_ROWS_OF_STRIPS = 80


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    blocks: list[Block] = [*_weeks(result, names), *_fresh(result), *_control(result), *_warnings(result)]
    blocks += [Heading("Whom the sources name"), _recognition(result, names), _keys(result)]
    blocks += [Heading("Rows as they were read"), _sources(result, names), *_rejects(result), _files(result)]
    return Section("coverage", "What the sources hold", "Sources", _lead(result, names), tuple(blocks))


def _lead(result: AuditResult, names: Names) -> str:
    rows = counted(len(result.sources), "source")
    if names.common is None:
        return f"{rows} were read. Week by week, this is what they hold."
    apart = [names.department(d) for d in names.common.left_out]
    small = (
        f" {listed(apart, 6)} sent less than 1% of all contacts, so the period does not wait for them." if apart else ""
    )
    return (
        f"{rows} were read. Figures across departments count {names.span}, when {names.everyone} data are here;"
        f" figures of one department count everything it sent.{small}"
    )


def _weeks(result: AuditResult, names: Names) -> Iterator[Block]:
    held = [s for s in result.coverage.sources if s.weeks]
    if not held:
        yield Verdict("not checkable", "Weeks of the sources", "because no row carries a date.")
        return
    rows = [_strip(s) for s in held]
    common = result.coverage.common
    bracket = (common.first, common.last) if common else None
    crossed = sum(1 for s in held if s.holes)
    described = (
        f"One row for each of {counted(len(held), 'source')}, one cell a week; the darker, the more rows, against the"
        f" fullest week of that source. {counted(crossed, 'source')} with holes."
    )
    note = (
        "A cross is a hole: a week without a row where rows are usual (the median week has 5 or more, and at least"
        " three in four of the weeks around the gap have some). Weeks begin on Monday."
    )
    if common:
        note += " The bracket spans the days of which all departments' contacts are here."
    if len(rows) > _MOST_ROWS_OF_STRIPS:
        note += f" The first {number(_MOST_ROWS_OF_STRIPS)} of {number(len(rows))} sources; the table holds all."
    chart = strips("Weeks that each source holds", described, rows[:_MOST_ROWS_OF_STRIPS], bracket, note)
    if chart is not None:
        yield chart
    yield _week_table(held, names)
    yield _every_week(rows)


def _strip(source: SourceCoverage) -> Strip:
    holes = f", {counted(len(source.holes), 'hole')}" if source.holes else ""
    span = f"{day(source.first)} to {day(source.last)}"
    tip = f"{name(source.source)}: {span}, usually {counted(source.usual, 'row')} a week{holes}"
    return Strip(name(source.source), source.weeks, source.holes, tip)


def _week_table(held: list[SourceCoverage], names: Names) -> Table:
    columns = (*texts("Source", "Department"), *numbers("First and last", "Weeks with rows", "Usual week", "Holes"))
    rows, note = cut(
        [
            (
                text_cell(s.source),
                names.department_cell(s.department) if s.department else Cell("–", tone="missing"),
                span_cell(s.first, s.last),
                number_cell(len(s.weeks)),
                number_cell(s.usual),
                Cell(
                    number(len(s.holes)),
                    sort=float(len(s.holes)),
                    remark=listed([day(h) for h in s.holes], 4) if s.holes else "",
                    tone="warn" if s.holes else "",
                ),
            )
            for s in held
        ]
    )
    return Table("Weeks of each source", columns, rows, note)


def _every_week(rows: list[Strip]) -> Table:
    """The picture as a table."""
    lines, note = cut(
        [
            (Cell(row.label), day_cell(monday), Cell("hole", sort=0.0, tone="warn") if n is None else number_cell(n))
            for row, monday, n in all_weeks(rows)
        ]
    )
    return Table("Every week", (*texts("Source"), *numbers("Week of", "Rows")), lines, note, folded=True)


def _fresh(result: AuditResult) -> Iterator[Block]:
    stated = [s for s in result.coverage.sources if s.fresh]
    what = "Sources that should be fresh"
    if not stated:
        yield Verdict("not checkable", what, "because no source says `fresh:` (how old its newest row may be).")
        return
    if all(s.stale_by_days == 0 for s in stated):
        yield Verdict("none found", "Sources that are out of date", f"{counted(len(stated), 'source')} were looked at.")
    columns = (*texts("Source"), *numbers("Newest row"), *texts("May be so old"), *numbers("Out of date by"))
    rows, note = cut([_age(s) for s in stated], f"As of {day(result.method.as_of)}.")
    yield Table("How fresh the sources are", columns, rows, note)


def _age(source: SourceCoverage) -> tuple[Cell, ...]:
    late = source.stale_by_days
    if late is None:
        said = Cell("not known", sort=-1.0, tone="missing")
    else:
        said = Cell(counted(late, "day") if late else "fresh", sort=float(late), tone="warn" if late else "")
    return text_cell(source.source), day_cell(source.newest), text_cell(source.fresh), said


def _control(result: AuditResult) -> Iterator[Block]:
    lines = result.coverage.control
    if not lines:
        why = "because no source states `control:` totals (what an invoice or a dashboard says was sent)."
        yield Verdict("not checkable", "Totals of the senders' own books", why)
        return
    if all(line.settled for line in lines):
        looked = f"{counted(len(lines), 'total')} were compared; they agree to within 0.5%."
        yield Verdict("none found", "Months that differ from the senders' own books", looked)
    columns = (
        *texts("Source"),
        *numbers("Month", "The sender's total", "Contacts held", "Difference", "Share", "Rejected", "Repeated"),
    )
    note = (
        "Months run in the source's own zone. Rejected and repeated rows are those of the whole source: they are the"
        " first place to look for a difference."
    )
    rows, note = cut([_control_row(line) for line in lines], note)
    yield Table("The senders' own totals against what is here", columns, rows, note)


def _control_row(line: ControlLine) -> tuple[Cell, ...]:
    tone: str = "" if line.settled else "warn"
    sign = "+" if line.difference > 0 else "−" if line.difference < 0 else ""
    difference = f"{sign}{number(abs(line.difference))}"
    return (
        text_cell(line.source),
        Cell(clean(line.month, 7), sort=_month_order(line.month)),
        number_cell(line.control),
        number_cell(line.held),
        Cell(difference, sort=float(line.difference), tone="warn" if tone else ""),
        Cell("–", sort=-1.0, tone="missing") if line.share is None else Cell(percent(line.share), sort=line.share),
        number_cell(line.rejected),
        number_cell(line.repeated),
    )


def _month_order(month: str) -> float:
    digits = month.replace("-", "")
    return float(digits) if digits.isdecimal() else -1.0


def _warnings(result: AuditResult) -> Iterator[Block]:
    what = "Signs of an accident in an export"
    found = result.coverage.warnings
    if not found and not any(source.rows for source in result.sources):
        yield Verdict("not checkable", what, "because no source holds a row.")
        return
    if not found:
        looked = "Cut-off files, totals rows, mangled numbers, exchanged dates, batch times, garbled letters: none."
        yield Verdict("none found", what, looked)
        return
    columns = (
        sentences("What was seen"),
        *texts("Where"),
        *numbers("Rows", "Of"),
        *texts("Example"),
        sentences("What would mend it"),
    )
    rows, note = cut([_warning(w) for w in found], "Examples of identifiers are masked: 9 a digit, x a letter.")
    yield Table(what, columns, rows, note, shown=20)


def _warning(warning: SourceWarning) -> tuple[Cell, ...]:
    where = [clean(part, 80) for part in (warning.column, warning.file) if part]
    return (
        Cell(clean(warning.what, 400)),
        Cell(name(warning.source), remark=" in ".join(where)),
        number_cell(warning.count),
        number_cell(warning.total),
        text_cell(warning.example),
        Cell(clean(warning.cure, 300)),
    )


def _recognition(result: AuditResult, names: Names) -> Block:
    pairs = result.silos.pairs
    if not pairs:
        return Verdict("not checkable", "Who can be recognised in whose data", f"because {ONE_DEPARTMENT}.")
    found = {(p.a, p.b): (p.a_recognisable, p.a_customers) for p in pairs}
    found |= {(p.b, p.a): (p.b_recognisable, p.b_customers) for p in pairs}
    order = sorted({d for pair in found for d in pair}, key=lambda d: (names.rank(d), d or ""))
    keys = {d: k for p in pairs for d, k in ((p.a, p.a_keys), (p.b, p.b_keys))}
    kept = order[:MOST_DEPARTMENTS]
    note = "Of the customers of the department on the left, the share that the department above could recognise. "
    note += "; ".join(f"{names.department(d)} names customers by {listed([name(k) for k in keys[d]])}" for d in kept)
    if len(order) > len(kept):
        note += f". The first {MOST_DEPARTMENTS} of {number(len(order))} departments; the table under silos holds all"
    rows = tuple(
        MatrixRow(names.department(a), names.slot(a), tuple(_seen_by(found.get((a, b))) for b in kept)) for a in kept
    )
    above = tuple(names.department(b) for b in kept)
    return Matrix("Who can be recognised in whose data", "Customers of ↓ seen by →", above, rows, f"{note}.")


def _seen_by(found: tuple[int, int] | None) -> MatrixCell:
    if found is None:
        return MatrixCell("·", None)
    share = portion(*found)
    return MatrixCell("–", None) if share is None else MatrixCell(percent(share), level(share, 1.0))


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


def _sources(result: AuditResult, names: Names) -> Block:
    columns = (
        *texts("Source", "Kind", "Department"),
        *numbers("Rows", "Rejected", "Without a customer", "First and last"),
    )
    rows, note = cut([_source(source, names) for source in result.sources], _set_aside(result))
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


def _rejects(result: AuditResult) -> Iterator[Block]:
    files = [name(source.reject_file) for source in result.sources if source.reject_file]
    where = f"Every one of these rows, with its line: {listed(files, 8)}." if files else ""
    reasons = result.coverage.rejects
    if not reasons:
        if where:
            yield Prose(where, small=True)
        elif any(source.rows for source in result.sources):
            yield Verdict("none found", "Rows that cannot be read", "Every row of every source could be read.")
        return
    columns = (*texts("Source", "Column"), sentences("Why the row cannot be read"), *numbers("Rows"))
    rows, note = cut([_reject(reason) for reason in reasons], where)
    yield Table("Rows that could not be read, by reason", columns, rows, note)


def _reject(reason: RejectReason) -> tuple[Cell, ...]:
    return (
        text_cell(reason.source),
        text_cell(reason.column, "the whole row"),
        Cell(clean(reason.reason, 300)),
        number_cell(reason.rows),
    )


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
