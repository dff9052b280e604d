"""Pressure, contacts against rules and responses by value, stage, tenure and segment.

Owns this section. Refuses to compare groups as if contacts had made them what they are.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, GroupFigures, Grouping
from primum.report.blocks import Block, Cell, Prose, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, texts
from primum.report.names import Names
from primum.report.phrases import clean, name, number, percent, percent_of

TITLE = "By value, stage and tenure"
_NAMES = {"value": "By value", "stage": "By lifecycle stage", "tenure": "By tenure", "segment": "By segment"}
_NOTES = {
    "value": "Buyers in five parts by what they spent (days with a purchase where no source says).",
    "stage": "Customers as they stand at the end of the history.",
    "tenure": "Since a source says that somebody became a customer, else since the first contact or response.",
    "segment": "Segments overlap.",
}


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None in an audit that asked nothing at the end of the history."""
    groupings = result.by_segment.groupings
    if not groupings:
        return None
    lead = (
        "Who hears how much, which rules it was against, and who responds. Customers are grouped as they stand at the"
        " end of the history. The groups differ in more than what they were sent, so that this compares and does not"
        " explain: who buys most is contacted most."
    )
    judged = any(f.judged for g in groupings for f in g.groups)
    blocks = [_grouping(g) for g in groupings]
    if not judged:
        blocks.append(Prose("No contact was held against rules.", small=True))
    return Section("segments", TITLE, TITLE, lead, tuple(blocks))


def _grouping(g: Grouping) -> Block:
    if g.why_not:
        return Verdict("not checkable", _NAMES[g.dimension], f"because {clean(g.why_not, 200)}.")
    columns = (
        *texts("Group"),
        *numbers(
            "Customers", "Reached", "Pushed contacts", "Each, on average", "Busiest week: half", "1 in 10", "Worst"
        ),
        *numbers("Never-events", "Harm", "Courtesy", "Responded"),
    )
    rows, note = cut([tuple(_row(f)) for f in g.groups], f"{_NOTES[g.dimension]} {_SEVERITIES}")
    return Table(_NAMES[g.dimension], columns, rows, note)


_SEVERITIES = (
    "Never-events, harm and courtesy: contacts against rules, with their share of those judged; never added up."
)


def _row(f: GroupFigures) -> Iterator[Cell]:
    yield Cell(name(f.group))
    yield number_cell(f.customers)
    yield Cell(number(f.reached), sort=float(f.reached), remark=percent_of(f.reached, f.customers))
    yield number_cell(f.contacts)
    yield Cell(f"{f.per_customer:,.1f}" if f.per_customer is not None else "–", sort=f.per_customer or 0.0)
    yield from (number_cell(n) for n in (f.week_p50, f.week_p90, f.week_max))
    for s in f.against:
        share = percent(s.share) if s.share is not None else "–"
        yield Cell(number(s.contacts), sort=float(s.contacts), remark=share)
    yield Cell(percent_of(f.responders, f.customers), sort=float(f.responders), remark=number(f.responders))
