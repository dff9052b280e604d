"""What it costs: money first, then what customers did after contacts against the rules.

Owns this section. Refuses to call what followed an effect, or a higher rate a benefit.
"""

from collections.abc import Iterator

from primum.audit.results import Aftermath, AuditResult, Consequences, CostOfSeverity, Rate
from primum.report.blocks import Block, Cell, Figure, Figures, Heading, Prose, Section, Table, Verdict
from primum.report.cells import number_cell, numbers, texts
from primum.report.names import Names
from primum.report.phrases import clean, counted, listed, money, number, percent
from primum.report.rules import NAMES

TITLE = "What it costs"
_FOLLOWED = {"opted_out": "opted out", "complained": "complained", "bought": "bought"}
_OF = {"never": "never-events", "harm": "contacts that do harm", "courtesy": "contacts that a courtesy forbids"}


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where nothing is against a rule or sent twice."""
    c = result.consequences
    if not c.costs and not result.duplicates.within + result.duplicates.between:
        return None
    lead = "What contacts against the rules and repeats cost in money, and what customers did after them."
    return Section("cost", TITLE, TITLE, lead, tuple(_blocks(result, c, clean(names.currency, 8))))


def _blocks(result: AuditResult, c: Consequences, currency: str) -> Iterator[Block]:
    figures = [_money(x, currency) for x in c.costs]
    repeats = result.duplicates.within + result.duplicates.between
    if repeats:
        figures.append(_figure(result.duplicates.cost, "exact repeats", counted(repeats, "repeat"), currency))
    yield Figures(tuple(figures))
    yield Heading(f"What followed within {counted(c.window_days, 'day')}")
    if c.not_told:
        what = listed([_FOLLOWED[x] for x in c.not_told])
        yield Verdict("not checkable", f"Customers who {what}", "because no source tells of it after a contact.")
    if c.aftermath:
        yield Prose(
            "Association, not proof. Those who are contacted most are often the best customers, so that a higher raw"
            " rate says nothing about the contacts. Like is compared with like: within value bands and message classes,"
            " and customers with themselves. Where an interval holds zero (or a half), no difference can be told."
        )
        yield _table(c)


def _money(x: CostOfSeverity, currency: str) -> Figure:
    unknown = f"; {number(x.without_cost)} without a known cost" if x.without_cost and x.cost is not None else ""
    return _figure(x.cost, _OF[x.severity], counted(x.contacts, "contact") + unknown, currency)


def _figure(cost: float | None, label: str, remark: str, currency: str) -> Figure:
    if cost is None:
        return Figure("not checkable", f"what {label} cost", "because no unit costs were given", checkable=False)
    return Figure(money(cost, currency), f"for {label}", remark)


def _table(c: Consequences) -> Table:
    columns = (
        *texts("Contacts against", "Then"),
        *numbers("After them", "After contacts within", "Difference, like with like", "Same customers: higher"),
    )
    note = (
        "Shares of received, pushed contacts, with 95% intervals (Wilson). Difference: percentage points within value"
        " bands (purchases before) and message classes, Mantel-Haenszel weights, interval by Greenland and Robins;"
        " contacts of one customer depend on each other, so that it is rather too narrow. Same customers: of those"
        " whose own rates differ, the part whose rate is higher after contacts against the rules."
    )
    return Table("What followed, like compared with like", columns, tuple(_row(a) for a in c.aftermath), note)


def _row(a: Aftermath) -> tuple[Cell, ...]:
    return (
        Cell(NAMES[a.severity]),
        Cell(_FOLLOWED[a.followed]),
        _rate(a.against),
        _rate(a.within),
        _difference(a),
        _same(a),
    )


def _rate(x: Rate) -> Cell:
    if x.share is None or x.low is None or x.high is None:
        return number_cell(None)
    return Cell(percent(x.share), sort=x.share, remark=f"{percent(x.low)} to {percent(x.high)} of {number(x.contacts)}")


def _difference(a: Aftermath) -> Cell:
    if a.difference is None or a.low is None or a.high is None:
        return Cell("nothing alike", sort=-2.0, tone="missing")
    remark = f"{_points(a.low)} to {_points(a.high)}; {counted(a.strata, 'stratum', 'strata')}"
    return Cell(_points(a.difference), sort=a.difference, remark=remark)


def _points(share: float) -> str:
    return f"{share * 100:+.2f} points"


def _same(a: Aftermath) -> Cell:
    if a.same_share is None or a.same_low is None or a.same_high is None:
        return number_cell(None)
    remark = f"{percent(a.same_low)} to {percent(a.same_high)} of {counted(a.same_customers, 'customer')}"
    return Cell(percent(a.same_share), sort=a.same_share, remark=remark)
