"""What rules may spare customers and cost the company, as ranges, on a backtest's page and in a terminal.

Owns how a range is worded: never one figure, the assumption beside it. Refuses arithmetic.
"""

from collections.abc import Sequence

from primum.backtest.results import AtStake, BacktestResult, Stakes
from primum.report.blocks import Block, Cell, Prose, Section, Table, Verdict
from primum.report.cells import number_cell, numbers, sentences, text_cell, texts
from primum.report.phrases import clean, counted, money, name, number

NOTHING = "nothing hangs on these contacts: it would have come anyway, or after the next one"
ALL = "none of it would have come without them"
MIDDLE = "less what like customers who were not contacted then did anyway"


def build_stakes(result: BacktestResult) -> Section:
    """The section: in all, then by department."""
    title, short = "What it may spare and cost", "Spares and costs"
    stakes = result.stakes
    if stakes is None:
        why = "because the history holds no responses."
        return Section("stakes", title, short, "", (Verdict("not checkable", "What followed contacts", why),))
    lead = (
        f"What followed the {counted(stakes.not_sent, 'contact')} that were stopped or overtaken (never-events left"
        " out: no trade-off is meant for them). What would have happened without them nobody knows, so each figure is a"
        f" range. Least: {NOTHING}. Most: {ALL}. Middle: {MIDDLE}."
    )
    if not stakes.kinds:
        return Section("stakes", title, short, lead, (Verdict("none found", "Responses to contacts not sent"),))
    blocks: list[Block] = [_table("In all", stakes, [(None, stakes.kinds)])]
    blocks.append(_table("By department", stakes, [(_called(d.department), d.kinds) for d in stakes.departments]))
    blocks += [Prose(text, small=True) for text in assumptions(stakes)]
    return Section("stakes", title, short, lead, tuple(blocks))


def _called(department: str | None) -> str:
    return "not recorded" if department is None else name(department)


def _table(caption: str, stakes: Stakes, groups: Sequence[tuple[str | None, tuple[AtStake, ...]]]) -> Table:
    named = groups[0][0] is not None
    rows = tuple(
        (*((Cell(who),) if who is not None else ()), *_row(kind, stakes.currency))
        for who, kinds in groups
        for kind in kinds
    )
    columns = (
        *(texts("Department") if named else ()),
        *texts("Customers"),
        *texts("Means"),
        *numbers("Least", "Middle", "Most", "Put down within, days"),
        sentences(f"Worth, {clean(stakes.currency, 10)}: least, middle, most"),
    )
    return Table(caption, columns, rows)


def _row(kind: AtStake, currency: str) -> tuple[Cell, ...]:
    between = f"{_few(kind.middle_least)} to {_few(kind.middle_most)}"
    return (
        text_cell(kind.kind.replace("_", " ")),
        Cell("spared" if kind.harm else "at risk"),
        number_cell(0),
        Cell(_few(kind.middle), sort=kind.middle, remark=between),
        number_cell(kind.followed),
        Cell(
            f"{kind.window_days:g}", sort=kind.window_days, remark="" if kind.window_stated else "not stated: assumed"
        ),
        Cell(_worth(kind, currency), sort=kind.value),
    )


def _few(count: float) -> str:
    """An estimate, to one digit after the point where it is small."""
    return f"{count:,.1f}" if count < 100 else f"{count:,.0f}"


def _worth(kind: AtStake, currency: str) -> str:
    if not kind.value:
        return "–"
    middle, most = (money(amount, clean(currency, 10)) for amount in (kind.value_middle, kind.value))
    return f"nothing, {middle}, {most}"


def one_range(kind: AtStake, currency: str) -> str:
    """`0 to 12 bought (middle 7.5, between 2.0 and 12.0), worth nothing to EUR 1,200 (middle EUR 800.00)`."""
    said = (
        f"0 to {number(kind.followed)} {clean(kind.kind, 40).replace('_', ' ')} (middle {_few(kind.middle)},"
        f" between {_few(kind.middle_least)} and {_few(kind.middle_most)})"
    )
    if not kind.value:
        return said
    middle, most = (money(amount, clean(currency, 10)) for amount in (kind.value_middle, kind.value))
    return f"{said}, worth nothing to {most} (middle {middle})"


def assumptions(stakes: Stakes) -> list[str]:
    """What stands beside the ranges."""
    bands = ", ".join(f"{b:,.0f}" for b in stakes.value_bands)
    found = [
        f"Like customers: the same month and band of purchase value before it (cut at {bands}"
        f" {clean(stakes.currency, 10)}), who received nothing of the same message class in that month. The middle"
        " stands between two standard deviations either way; chance is all it allows for, and customers who were left"
        " out on purpose may differ.",
    ]
    if stakes.unmatched:
        found.append(
            f"For {counted(stakes.unmatched, 'contact')} there was no like customer who was not contacted: nothing was"
            " taken off for them, so the middle is too high rather than too low."
        )
    if not all(kind.window_stated for kind in stakes.kinds):
        found.append("Windows marked as assumed are seven days: state them under `customers: attribution`.")
    return found
