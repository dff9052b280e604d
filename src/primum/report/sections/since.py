"""Since last time: an audit beside an earlier one, and what looks like an accident of the data.

Owns this section. Refuses to compare what other rules or other sources make differ.
"""

from collections.abc import Callable, Iterator, Sequence

from primum.audit.results import Alarm, AuditResult, Change, RuleChange, Since
from primum.report.blocks import Block, Cell, Heading, Prose, Section, Table, Verdict
from primum.report.cells import day_cell, number_cell, numbers, sentences, text_cell, texts
from primum.report.names import Names
from primum.report.phrases import clean, day, listed, name, percent
from primum.report.rules import NAMES

TITLE = "Since last time"


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where no earlier audit was given."""
    s = result.since
    if s is None:
        return None
    span = f", of {day(s.period[0])} to {day(s.period[1])}" if s.period else ""
    lead = (
        f"Beside the audit of {day(s.as_of)}{span}: at the same rules, and over the sources that both have. Shares and"
        " monthly figures, since the periods may differ in length."
    )
    return Section("since", TITLE, TITLE, lead, tuple(_blocks(s, names)))


def _blocks(s: Since, names: Names) -> Iterator[Block]:
    yield from _alarms(s.alarms, names)
    if not s.comparable:
        gone = [f"no longer read: {listed([name(x) for x in s.sources_gone], 10)}"] if s.sources_gone else []
        new = [f"new: {listed([name(x) for x in s.sources_new], 10)}"] if s.sources_new else []
        why = f"because the sources differ ({'; '.join([*gone, *new])}). Only departments stand beside each other."
        yield Verdict("not checkable", "Rules and figures over all departments", why)
    if s.rules_gone or s.rules_new:
        parts = [f"{what} {listed([name(x) for x in rules], 10)}"
                 for what, rules in (("only then:", s.rules_gone), ("only now:", s.rules_new)) if rules]  # fmt: skip
        yield Prose(f"Rules that are not compared: {'; '.join(parts)}.")
    if s.rules:
        yield _rules(s.rules)
    if s.figures:
        yield _changes("Figures", "Figure", s.figures, lambda what: Cell(clean(what, 100)))
    if s.departments:
        yield _changes("Contacts a month", "Department", s.departments, names.department_cell)


def _alarms(alarms: Sequence[Alarm], names: Names) -> Iterator[Block]:
    yield Heading("What looks like an accident of the data")
    if not alarms:
        what = "Sources that stopped, departments that fell silent, new senders"
        yield Verdict("none found", what)
        return
    columns = (*texts("What", "Which", "Last"), *numbers("Usual before", "Now"))
    rows = tuple(
        (
            Cell(a.kind.capitalize()),
            Cell(name(a.what)) if a.kind == "source stopped" else names.department_cell(a.what),
            day_cell(a.last) if a.last is None or len(a.last) > 7 else text_cell(a.last),
            number_cell(a.then),
            number_cell(a.now),
        )
        for a in alarms
    )
    note = "Usual: rows of a source's usual week, contacts of a department's usual month. Ask before reading the rest."
    yield Table("Alarms", columns, rows, note)


def _rules(rules: Sequence[RuleChange]) -> Table:
    columns = (sentences("Rule"), *texts("Severity"), *numbers("Against it then", "Now", "Share then", "Share now"))
    rows = tuple(
        (
            Cell(name(r.says)),
            Cell(NAMES[r.severity]),
            *(_count(o, n) for o, n in ((r.then_outcome, r.then), (r.now_outcome, r.now))),
            *(_share(x) for x in (r.then_share, r.now_share)),
        )
        for r in rules
    )
    return Table("The same rules, then and now", columns, rows, "Shares: of the contacts that a rule governs.")


def _count(outcome: str, contacts: int) -> Cell:
    return Cell("not checkable", sort=-1.0, tone="missing") if outcome == "not checkable" else number_cell(contacts)


def _share(share: float | None) -> Cell:
    return number_cell(None) if share is None else Cell(percent(share), sort=share)


def _changes(caption: str, head: str, changes: Sequence[Change], first: Callable[[str], Cell]) -> Table:
    rows = tuple((first(c.what), _amount(c.then), _amount(c.now)) for c in changes)
    return Table(caption, (*texts(head), *numbers("Then", "Now")), rows)


def _amount(value: float | None) -> Cell:
    if value is None:
        return number_cell(None)
    return Cell(f"{value:,.0f}" if value >= 100 else f"{value:,.1f}", sort=value)
