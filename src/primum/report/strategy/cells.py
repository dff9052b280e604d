"""Cells and tables of the document: a text, several, an owner, a figure.

Owns how one value looks. Refuses to combine values.
"""

from collections.abc import Iterable

from primum.report.blocks import Block, Cell, Column, Table
from primum.report.phrases import clean, percent
from primum.report.strategy.owners import Owners


def text(value: str | None, remark: str = "") -> Cell:
    """A text, or a dash where there is none."""
    return Cell(clean(value, 300), remark=clean(remark, 300)) if value else Cell("–", tone="missing")


def several(values: Iterable[str]) -> Cell:
    """Several texts in one cell."""
    return text(", ".join(values))


def owner(key: str | None, owners: Owners) -> Cell:
    """A department in its colour."""
    return Cell(owners.title(key), swatch=owners.slot(key)) if key else Cell("nobody", tone="warn")


def figure(value: float | None, unit: str = "number") -> Cell:
    """A number in its unit: share, number, money, days."""
    if value is None:
        return Cell("–", sort=-1.0, tone="missing")
    return Cell(figure_text(value, unit), sort=float(value))


def figure_text(value: float, unit: str) -> str:
    """`5.2%`, `1,200`, `6.7`, `1,530.00`; the cost of one contact as it is written."""
    if unit == "share":
        return percent(value)
    if unit == "cost":
        return f"{value:,g}"
    if unit == "money":
        return f"{value:,.2f}"
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:,.1f}"


def table(
    caption: str, titles: str, rows: Iterable[tuple[Cell, ...]], note: str = "", *, bare: bool = False
) -> Iterable[Block]:
    """A table; nothing where it would be empty.

    Titles are parted by `|`; `#` before one makes its column numeric, `=` makes it wide.
    """
    columns = tuple(_column(title) for title in titles.split("|"))
    found = tuple(rows)
    if found:
        yield Table(caption, columns, found, note, bare=bare, shown=1000)


def _column(title: str) -> Column:
    return Column(title.lstrip("#="), numeric=title.startswith("#"), wide=title.startswith("="))
