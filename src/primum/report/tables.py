"""The main tables as CSV files, for spreadsheets.

Owns which tables there are and the neutralising of formulas: a text that a spreadsheet would run gets an apostrophe in
front; numbers stay numbers. Refuses to round.

Files are UTF-8 with a byte order mark (spreadsheets need it), with a header of the field names of `audit.results`. An
audit's classification is the last column of every table.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from primum.audit.results import AuditResult, ClashPair, NearText, Pressure
from primum.report.files import write_whole
from primum.report.phrases import NOT_RECORDED, clean

Row = Sequence[Any]

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SPLIT_RUNS = re.compile(r";(\s*)(?=[=+\-@])")
"""Where a spreadsheet that splits at semicolons would begin a formula."""
_UNRECORDED = frozenset({"department", "channel", "purpose", "first_department", "again_department", "a", "b"})
_NESTED = {"files", "timeline", "above", "week_histogram"}


def write_csv(result: AuditResult, folder: Path) -> tuple[Path, ...]:
    """Write every table into the folder and return the files."""
    written = []
    for name, (header, rows) in _tables(result).items():
        path = folder / f"{name}.csv"
        write_whole(path, _text(*_classified(header, rows, result.classification)), encoding="utf-8-sig")
        written.append(path)
    return tuple(written)


def _classified(header: Row, rows: Iterable[Row], classification: str | None) -> tuple[Row, Iterable[Row]]:
    """The table with a last column that says who may read it, where that is said."""
    if classification is None:
        return header, rows
    return (*header, "classification"), ((*row, classification) for row in rows)


def neutral(value: Any) -> str:
    """A cell's text; what a spreadsheet would take for a formula is made a plain text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple):
        return neutral("; ".join(clean(str(part)) for part in value))
    text = str(value)
    shown = _SPLIT_RUNS.sub(r";\1'", clean(text, 10_000))
    return f"'{shown}" if text.startswith(_RUNS) or shown.startswith(_RUNS) else shown


def _text(header: Row, rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([neutral(value) for value in row] for row in rows)
    return out.getvalue()


def _tables(result: AuditResult) -> dict[str, tuple[Row, Iterable[Row]]]:
    least = result.headline.at_least
    d, s = result.duplicates, result.silos
    return {
        "who_says_what": _records(result.who_says_what),
        "departments": _records(result.departments),
        "communications": _records(result.communications),
        "months": _records(result.months),
        "pressure": _pressure(result.pressure, least),
        "busiest_weeks": _weeks(result.pressure),
        "duplicates": _across(_records(d.pairs, said=_UNRECORDED | {"first", "again"}), least),
        "duplicate_communications": _across(_records(d.communications), least, 1, 3),
        "near_duplicates": _near(result),
        "meetings": _across(_records(result.meetings.pairs), least),
        "rules": _rules(result),
        "rule_departments": _rule_departments(result),
        "opt_outs": _records((*result.opt_out_lag.by_sender, *result.opt_out_lag.by_receiver)),
        "clashes": _across(_records(_clash_pairs(result)), least, 1, 3),
        "live_offers": _across(_records(result.live_offers.by_department), least),
        "recognition": _records(s.pairs),
        "shared_identifiers": _records(s.shared_identifiers),
        "blind_spots": _records(result.blind_spots),
        "sources": _records(result.sources, said=frozenset()),
        "source_weeks": _source_weeks(result),
        "control": _records(result.coverage.control),
        "rejects": _records(result.coverage.rejects),
        "warnings": _records(result.coverage.warnings),
        "response_curve": _records(result.responses.curve),
        "flags": _records(result.flags),
        "people": _records(result.people),
        "timelines": _timelines(result),
    }


def _near(result: AuditResult) -> tuple[Row, Iterator[Row]]:
    """Pairs of nearly equal texts; figures between departments are lower bounds where some customers are unseen."""
    header = ("first_department", "first", "first_text", "again_department", "again", "again_text", "similarity")
    rows = (
        (
            *(value for side in (p.first, p.again) for value in _said_by(side)),
            p.similarity,
            p.customers,
            result.headline.at_least and p.between,
        )
        for p in result.near_duplicates.pairs
    )
    return (*header, "customers", "at_least"), rows


def _said_by(side: NearText) -> Row:
    words = " ".join(piece for piece, _ in side.pieces)
    return _said(side.department, True), _said(side.communication, True), words


_OF_A_RULE = (
    "rule", "says", "owner", "severity", "pack", "outcome", "governed", "contacts", "customers", "share", "possible",
    "possible_customers", "first", "last",
)  # fmt: skip


def _rules(result: AuditResult) -> tuple[Row, Iterator[Row]]:
    """Every rule with its outcome, and the facts it lacks."""
    rows = (
        (*(getattr(f, name) for name in _OF_A_RULE), tuple(f"{m.kind} {m.name}" for m in f.missing))
        for f in result.against_rules.rules
    )
    return (*_OF_A_RULE, "no source supplies"), rows


def _rule_departments(result: AuditResult) -> tuple[Row, Iterator[Row]]:
    """Every rule by department."""
    header = ("rule", "severity", "outcome", "department", "governed", "contacts", "customers", "possible")
    rows = (
        (f.rule, f.severity, f.outcome, _said(d.department, True), d.governed, d.contacts, d.customers, d.possible)
        for f in result.against_rules.rules
        for d in f.departments
    )
    return header, rows


def _clash_pairs(result: AuditResult) -> tuple[ClashPair, ...]:
    """The pairs that make most of each cell of the matrix."""
    return tuple(pair for cell in result.clashes.matrix for pair in cell.pairs)


def _source_weeks(result: AuditResult) -> tuple[Row, Iterator[Row]]:
    """Every week of every source; a hole has 0 rows."""
    rows = (
        (s.source, s.department or "", monday, n)
        for s in result.coverage.sources
        for monday, n in sorted({**dict(s.weeks), **dict.fromkeys(s.holes, 0)}.items())
    )
    return ("source", "department", "week_of", "rows"), rows


def _records(records: Sequence[Any], said: frozenset[str] = _UNRECORDED) -> tuple[Row, list[Row]]:
    """Records as rows; departments, channels and message classes that are absent say so."""
    if not records:
        return ("nothing_found",), []
    names = [f.name for f in fields(records[0]) if f.name not in _NESTED]
    return names, [[_said(getattr(record, name), name in said) for name in names] for record in records]


def _said(value: Any, unrecorded: bool) -> Any:
    return NOT_RECORDED if value is None and unrecorded else value


def _across(table: tuple[Row, list[Row]], least: bool, a: int = 0, b: int = 1) -> tuple[Row, list[Row]]:
    """The table with a column that says whether the row's figures are lower bounds (they cross departments)."""
    header, rows = table
    return (*header, "at_least"), [(*row, least and row[a] != row[b]) for row in rows]


def _pressure(pressure: Pressure, least: bool) -> tuple[Row, list[Row]]:
    header, _ = _records([pressure.overall])
    shares = [f"share_above_{n}" for n in range(1, 11)]
    rows: list[Row] = []
    for figures, whole in [(pressure.overall, True), *((p, False) for p in pressure.by_department)]:
        values = [_said(getattr(figures, name), name == "department") for name in header]
        if whole:
            values[0] = "all departments"
        above = [*figures.above, *([None] * 10)][:10]
        rows.append((*values, *above, least and whole))
    return (*header, *shares, "at_least"), rows


def _weeks(pressure: Pressure) -> tuple[Row, Iterator[Row]]:
    parts = [("all departments", pressure.overall), *((_said(p.department, True), p) for p in pressure.by_department)]
    rows = ((name, week, customers) for name, part in parts for week, customers in part.week_histogram)
    return ("department", "contacts_in_busiest_7_days", "customers"), rows


def _timelines(result: AuditResult) -> tuple[Row, list[Row]]:
    lines = [(person.customer, line) for person in result.people for line in person.timeline]
    header, rows = _records([line for _, line in lines])
    return ("customer", *header), [(customer, *row) for (customer, _), row in zip(lines, rows, strict=True)]
