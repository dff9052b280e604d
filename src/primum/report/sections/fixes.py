"""What to fix first: the cures in order, what each does, and how far the first of them go.

Owns this section. Refuses to add severities up.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, Cure, Cures
from primum.report.blocks import Block, Cell, Column, Figure, Figures, Prose, Section, Table, Verdict
from primum.report.cells import number_cell, numbers, sentences, texts
from primum.report.cures import SEVERITIES, reach, told
from primum.report.names import Names
from primum.report.phrases import clean, counted, number, percent

TITLE = "What to fix first"
_NOTE = (
    "Removed: not sent; moved: sent later, at the first open hour. Alone: enforced by itself on the history, beside"
    " what it let through before. On top: what it adds to the cures above it; a minus counts contacts that those moved"
    " and that are now not sent at all. A contact within every rule that goes too is the price of a cure."
)


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where no rules were judged by."""
    if not result.against_rules.rules:
        return None
    lead = (
        "At most ten cures, each tried on the history by enforcing it: what it would have held back, for whom, and what"
        " is left when those above it are made already. First what removes most never-events, then most harm, then most"
        " contacts."
    )
    return Section("fixes", TITLE, TITLE, lead, tuple(_blocks(result.cures, names)))


def _blocks(c: Cures, names: Names) -> Iterator[Block]:
    if not c.cures:
        yield Verdict("none found", "Cures", f"{counted(c.tried, 'cure')} were tried; none changes anything.")
        return
    said = reach(c)
    if said:
        yield Prose(said)
    yield Figures(tuple(_figure(c, severity, len(c.cures)) for severity in SEVERITIES if _in_all(c, severity)))
    yield Table("Cures in order", _COLUMNS, tuple(_row(i, x, names) for i, x in enumerate(c.cures, 1)), _NOTE)
    rows = tuple(_curve(i, x) for i, x in enumerate(c.cures, 1))
    curve = (*texts("Cures"), *numbers("Never-events", "Harm", "Courtesy", "Contacts", "Customers"))
    note = "Of all contacts against a rule of that severity, the part that the cures so far remove or move."
    yield Table("How far the first cures go", curve, rows, note)


def _in_all(c: Cures, severity: str) -> int:
    return {"never": c.never, "harm": c.harm, "courtesy": c.courtesy}[severity]


def _figure(c: Cures, severity: str, cures: int) -> Figure:
    last = c.cures[-1]
    mended = {"never": last.so_far.never, "harm": last.so_far.harm, "courtesy": last.so_far.courtesy}[severity]
    remark = f"of {number(_in_all(c, severity))}, by {counted(cures, 'cure')}"
    return Figure(number(mended), f"{SEVERITIES[severity]} removed or moved", remark)


_COLUMNS: tuple[Column, ...] = (
    *texts("No."),
    sentences("Cure"),
    *texts("Owner"),
    *numbers("Contacts, alone", "Contacts, on top", "Never-events, on top", "Harm, on top", "Customers, alone"),
    *numbers("Within every rule, alone"),
)


def _row(place: int, c: Cure, names: Names) -> tuple[Cell, ...]:
    remark = f"{c.kind}; {clean(c.rule, 80)}" if c.rule else c.kind
    owner = names.department_cell(c.owner) if c.owner else Cell("nobody", tone="missing")
    return (
        Cell(str(place), sort=float(place)),
        Cell(told(c, names), remark=remark),
        owner,
        *(_touched(e.removed, e.moved) for e in (c.alone, c.on_top)),
        number_cell(c.on_top.never),
        number_cell(c.on_top.harm),
        number_cell(c.alone.customers),
        number_cell(c.alone.not_against),
    )


def _touched(removed: int, moved: int) -> Cell:
    if not removed and moved:
        return Cell(f"{number(moved)} moved", sort=float(moved))
    return Cell(number(removed), sort=float(removed), remark=f"{number(moved)} moved" if moved else "")


def _curve(place: int, c: Cure) -> tuple[Cell, ...]:
    shares = (c.never_share, c.harm_share, c.courtesy_share)
    return (
        Cell("1" if place == 1 else f"1 to {place}", sort=float(place)),
        *(Cell("–", tone="missing") if s is None else Cell(percent(s), sort=s, bar=s) for s in shares),
        _touched(c.so_far.removed, c.so_far.moved),
        number_cell(c.so_far.customers),
    )
