"""Cells, matrices and timeline lines made of single values of the records.

Owns how one value looks in a table. Refuses to combine values, save to shade a cell or draw a bar against a maximum.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from math import sqrt

from primum.audit.results import ContactLine
from primum.report.blocks import Cell, Column, Day, Line, Matrix, MatrixCell, MatrixRow
from primum.report.names import Names, Pair
from primum.report.palette import HEAT
from primum.report.phrases import clean, day, name, number, percent, portion, weekday

MOST_ROWS = 500
"""Longer tables are cut here on the page, and say so; the CSV files and the JSON hold everything."""

MOST_DEPARTMENTS = 14
"""A matrix of departments is cut here, and says so."""


def texts(*titles: str) -> tuple[Column, ...]:
    """Columns of text."""
    return tuple(Column(title) for title in titles)


def numbers(*titles: str) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(title, numeric=True) for title in titles)


def sentences(title: str) -> Column:
    """A column that holds sentences."""
    return Column(title, wide=True)


def text_cell(value: str | None, missing: str = "–") -> Cell:
    """A foreign text, or what stands for its absence."""
    return Cell(missing, tone="missing") if value is None or value == "" else Cell(name(value))


def number_cell(value: int | float | None, most: float = 0, at_least: bool = False) -> Cell:
    """A number, with a bar when a maximum is given; a dash where it cannot be told (in a department's edition)."""
    if value is None:
        return Cell("–", sort=-1.0, tone="missing")
    return Cell(number(value), sort=float(value), bar=value / most if most else None, at_least=at_least)


def share_cell(share: float, most: float = 0) -> Cell:
    """A share as a percentage."""
    return Cell(percent(share), sort=share, bar=share / most if most else None)


def portion_cell(part: int, whole: int, warn_below: float = 0.0) -> Cell:
    """A part with its percentage of the whole."""
    share = portion(part, whole)
    if share is None:
        return Cell(number(part), sort=float(part))
    return Cell(percent(share), sort=share, remark=number(part), tone="warn" if share < warn_below else "")


def money_cell(amount: float | None) -> Cell:
    """An amount of money (the column's title names the currency), or "no unit cost"."""
    if amount is None:
        return Cell("no unit cost", sort=-1.0, tone="missing")
    return Cell(f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:,.2f}", sort=amount)


def span_cell(first: str | None, last: str | None) -> Cell:
    """A first and a last day, sorted by the first."""
    start = day_cell(first)
    return replace(start, remark=f"to {day(last)}") if last is not None and last != first else start


def day_cell(iso: str | None) -> Cell:
    """A day, sorted by time."""
    try:
        order = float(date.fromisoformat(iso[:10]).toordinal()) if iso else -1.0
    except ValueError:
        order = -1.0
    return Cell(day(iso), sort=order, tone="missing" if iso is None else "")


def level(value: float, most: float) -> int | None:
    """The step of the heat scale, by the square root (so that little is still seen beside much); None for nothing."""
    if value <= 0 or most <= 0:
        return None
    return min(len(HEAT) - 1, int(len(HEAT) * sqrt(value / most)))


def shaded(value: int | None, most: int, remark: str = "") -> MatrixCell:
    """A shaded number; a dot for nothing."""
    return MatrixCell("·", None, remark) if not value else MatrixCell(number(value), level(value, most), remark)


def square(
    names: Names,
    caption: str,
    corner: str,
    values: Mapping[Pair, int],
    remark: Callable[[str | None, str | None], str],
    note: str = "",
    links: Mapping[Pair, str] | None = None,
) -> Matrix:
    """Departments against departments, in the order of the report; `links` are the anchors of what cells open."""
    inside = {d for pair in values for d in pair}
    order = sorted(inside, key=lambda d: (d is None, names.rank(d), d or ""))
    if len(order) > MOST_DEPARTMENTS:
        note += f" The first {MOST_DEPARTMENTS} of {number(len(order))} departments; the table below holds all."
        order = order[:MOST_DEPARTMENTS]
    most = max(values.values(), default=0)
    rows = tuple(
        MatrixRow(
            names.department(a),
            names.slot(a),
            tuple(
                replace(shaded(values.get((a, b)), most, remark(a, b)), link=(links or {}).get((a, b), ""))
                for b in order
            ),
        )
        for a in order
    )
    return Matrix(caption, corner, tuple(names.department(b) for b in order), rows, note)


def days(names: Names, lines: Iterable[ContactLine]) -> tuple[Day, ...]:
    """Contact lines grouped by their day."""
    return tuple(
        Day(weekday(iso), tuple(_line(names, alike) for alike in _alike(same)))
        for iso, same in groupby(lines, lambda c: c.day)
    )


def _alike(lines: Iterable[ContactLine]) -> list[list[ContactLine]]:
    """A day's lines in their order; responses that say the same at the same time stand together."""
    found: dict[object, list[ContactLine]] = {}
    for place, line in enumerate(lines):
        found.setdefault(replace(line, row=0) if line.response else place, []).append(line)
    return list(found.values())


def _line(names: Names, alike: list[ContactLine]) -> Line:
    line, more = alike[0], len(alike) - 1
    # A response has no sender; a channel that nobody recorded is told once, among the blind spots.
    sender = "" if line.response and line.department is None else names.department(line.department)
    return Line(
        time=clean(line.time or "", 8),
        sender=" · ".join(part for part in (sender, name(line.channel or "")) if part),
        swatch=names.slot(line.department),
        message=names.communication(line.communication) if line.communication else "",
        subject=name(line.subject or ""),
        tags=(*_tags(line), *([f"{number(more + 1)} times"] if more else [])),
        kind="response" if line.response else "asked" if line.asked_for else "pushed",
        origin=_origin(line) + (f" and {number(more)} more" if more else ""),
        marks=tuple((mark.kind, name(mark.text)) for mark in line.marks),
    )


def _origin(line: ContactLine) -> str:
    return f"{clean(line.file, 80)}, row {number(line.row)}" if line.row else clean(line.file, 80)


def _tags(line: ContactLine) -> tuple[str, ...]:
    tags = [name(line.purpose)] if line.purpose else []
    if line.response:
        tags.append(f"customer {name(line.response).replace('_', ' ')}")
    elif line.asked_for:
        tags.append("the customer asked for it")
    if line.status in ("bounced", "failed"):
        tags.append(f"not received: {line.status}")
    if line.handed_over:
        tags.append(f"handed over {weekday(line.handed_over)}, landed about {weekday(line.day)}")
    if line.status_history:
        tags.append(name(", then ".join(told.split()[0] for told in line.status_history.split("; "))))
    return tuple(tags)


def cut(rows: Sequence[tuple[Cell, ...]], note: str = "") -> tuple[tuple[tuple[Cell, ...], ...], str]:
    """The rows a page can hold, and the note that says what was left out."""
    if len(rows) <= MOST_ROWS:
        return tuple(rows), note
    left_out = f"The first {number(MOST_ROWS)} of {number(len(rows))} rows; the CSV and JSON files hold all of them."
    return tuple(rows[:MOST_ROWS]), f"{note} {left_out}".strip()
