"""Strips of weeks: one row a source, shaded by how much it holds, holes crossed, the common period bracketed.

Owns this picture, drawn as plain SVG: with 60 sources and three years a charting library would write a megabyte.
Neighbouring weeks of one shade are one shape, and a row's numbers appear on pointing. Refuses to decide what a hole is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

from primum.report import palette
from primum.report.blocks import Chart
from primum.report.cells import level
from primum.report.charts import NARROW, WIDE
from primum.report.phrases import clean, month

_FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
_TOP = 46
"""Room above the rows: the bracket, then the months."""


@dataclass(frozen=True)
class Strip:
    """One row: its label, (Monday, rows) of its weeks, the Mondays of its holes, and what pointing at it says."""

    label: str
    weeks: tuple[tuple[str, int], ...]
    holes: tuple[str, ...]
    tip: str


@dataclass(frozen=True)
class _Scale:
    """Where weeks stand: week numbers count Mondays, x is in pixels."""

    first: int
    left: float
    step: float
    weeks: int

    def x(self, week: float) -> float:
        """The left edge of a week."""
        return self.left + (week - self.first) * self.step


def strips(
    title: str, describes: str, rows: Sequence[Strip], bracket: tuple[str, str] | None, note: str = ""
) -> Chart | None:
    """The picture in both widths; None where no row has a week.

    Args:
        bracket: first and last day of the common period.
    """
    known = [w for row in rows for monday, _ in row.weeks if (w := week_of(monday)) is not None]
    if not known:
        return None
    span = (min(known), max(known))
    words = clean(f"{title}. {describes}", 600)
    wide, narrow = (_drawn(rows, span, bracket, words, width) for width in (WIDE, NARROW))
    return Chart(title, describes, wide, narrow, (), note)


def week_of(iso: str) -> int | None:
    """The number of a day's week, counted in Mondays; None for what is no day."""
    try:
        return (date.fromisoformat(iso[:10]).toordinal() - 1) // 7
    except ValueError:
        return None


def _drawn(
    rows: Sequence[Strip], span: tuple[int, int], bracket: tuple[str, str] | None, words: str, width: int
) -> str:
    height = 20 if len(rows) <= 20 else 14
    left = 170 if width == WIDE else 104
    weeks = span[1] - span[0] + 1
    scale = _Scale(span[0], left, (width - left - 14) / weeks, weeks)
    whole = _TOP + height * len(rows) + 6
    svg = ElementTree.Element(
        "svg",
        {
            "viewBox": f"0 0 {width} {whole}",
            "role": "img",
            "aria-label": words,
            "class": "wide" if width == WIDE else "narrow",
        },
    )
    _months(svg, scale, whole)
    for i, row in enumerate(rows):
        _row(svg, scale, row, _TOP + i * height, height, 26 if width == WIDE else 15)
    if bracket is not None:
        _bracket(svg, scale, bracket, whole)
    return ElementTree.tostring(svg, encoding="unicode")


def _row(svg: ElementTree.Element, scale: _Scale, row: Strip, top: float, height: float, letters: int) -> None:
    size = 12 if height > 15 else 10.5
    _text(svg, clean(row.label, letters), 0, top + height * 0.7, size, palette.INK)
    inner, gap = height - 4, 1.0 if scale.step >= 6 else 0.0
    cells = dict(_levels(row))
    if not cells:
        return
    middle = top + height / 2
    low, high = scale.x(min(cells)), scale.x(max(cells) + 1)
    _path(svg, f"M{low:.1f} {middle:.1f}H{high:.1f}", {"stroke": palette.LINE, "fill": "none"})
    shapes: dict[int, list[str]] = {}
    for shade, start, length in _runs(cells, merged=not gap):
        x, w = scale.x(start), scale.step * length - gap
        shapes.setdefault(shade, []).append(f"M{x:.1f} {top + 2:.1f}h{w:.1f}v{inner:.1f}h-{w:.1f}z")
    for shade, parts in sorted(shapes.items()):
        _path(svg, "".join(parts), {"fill": palette.HEAT[shade][0]})
    holes = [week for monday in row.holes if (week := week_of(monday)) is not None]
    if holes:
        crosses = "".join(_cross(scale.x(week), scale.step, middle, inner) for week in holes)
        _path(svg, crosses, {"stroke": palette.WARN, "stroke-width": "1.8", "fill": "none"})
    over = f"M{low:.1f} {top:.1f}H{high:.1f}V{top + height:.1f}H{low:.1f}z"
    _path(svg, over, {"fill": palette.PAPER, "fill-opacity": "0", "data-tip": clean(row.tip, 200)})


def _cross(x: float, step: float, middle: float, inner: float) -> str:
    half = max(2.5, min(step, inner) / 2 - 1)
    centre = x + step / 2
    down = f"M{centre - half:.1f} {middle - half:.1f}L{centre + half:.1f} {middle + half:.1f}"
    return f"{down}M{centre - half:.1f} {middle + half:.1f}L{centre + half:.1f} {middle - half:.1f}"


def _levels(row: Strip) -> Iterator[tuple[int, int]]:
    """(week, shade) of every week with rows, against the fullest week of the row."""
    most = max((n for _, n in row.weeks), default=0)
    for monday, n in row.weeks:
        week, shade = week_of(monday), level(n, most)
        if week is not None and shade is not None:
            yield week, max(shade, 1)


def _runs(cells: dict[int, int], *, merged: bool) -> Iterator[tuple[int, int, int]]:
    """(shade, first week, weeks) of neighbours with one shade; each week by itself unless they are merged."""
    start: int | None = None
    for week in sorted(cells):
        if start is not None and merged and week - 1 in cells and cells[week - 1] == cells[week]:
            continue
        if start is not None:
            yield from _closed(cells, start, week, merged)
        start = week
    if start is not None:
        yield from _closed(cells, start, max(cells) + 1, merged)


def _closed(cells: dict[int, int], start: int, below: int, merged: bool) -> Iterator[tuple[int, int, int]]:
    length = 1
    while merged and start + length < below and cells.get(start + length) == cells[start]:
        length += 1
    yield cells[start], start, length


def _months(svg: ElementTree.Element, scale: _Scale, whole: float) -> None:
    """A fine line and a name at the first week of every month, as many as there is room for."""
    firsts = list(_first_weeks(scale))
    every = next(
        n for n in (1, 2, 3, 6, 12, 24, 48, 1200) if n == 1200 or _apart(scale, firsts[::n]) >= 62 or len(firsts) <= n
    )
    for week, name in firsts[::every]:
        x = scale.x(week)
        _path(svg, f"M{x:.1f} {_TOP - 8}V{whole - 6:.1f}", {"stroke": palette.LINE, "fill": "none"})
        if x + 50 <= scale.x(scale.first + scale.weeks) + 14:
            _text(svg, name, x + 3, _TOP - 10, 11, palette.MUTED)


def _apart(scale: _Scale, firsts: Sequence[tuple[int, str]]) -> float:
    gaps = [b[0] - a[0] for a, b in pairwise(firsts)]
    return min(gaps, default=1200) * scale.step


def _first_weeks(scale: _Scale) -> Iterator[tuple[int, str]]:
    known: set[str] = set()
    for week in range(scale.first, scale.first + scale.weeks):
        name = date.fromordinal(week * 7 + 1).isoformat()[:7]
        if name not in known:
            known.add(name)
            yield week, month(name)


def _bracket(svg: ElementTree.Element, scale: _Scale, days: tuple[str, str], whole: float) -> None:
    """A bracket over the common period, and its two ends as fine lines through all rows."""
    ends = [date.fromisoformat(d).toordinal() - 1 for d in days]
    low, high = scale.x(ends[0] / 7), scale.x((ends[1] + 1) / 7)
    shape = f"M{low:.1f} 24V17H{high:.1f}V24"
    _path(svg, shape, {"stroke": palette.INK, "stroke-width": "1.6", "fill": "none"})
    for x in (low, high):
        dashes = {"stroke": palette.INK, "stroke-width": "1", "stroke-dasharray": "3 3", "fill": "none"}
        _path(svg, f"M{x:.1f} 24V{whole - 6:.1f}", dashes)
    _text(svg, "all departments", max(low, scale.left), 11, 11, palette.INK)


def _path(svg: ElementTree.Element, shape: str, attributes: dict[str, str]) -> None:
    ElementTree.SubElement(svg, "path", {"d": shape, **attributes})


def _text(svg: ElementTree.Element, words: str, x: float, y: float, size: float, colour: str) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:g}", "font-family": _FONT, "fill": colour}
    ElementTree.SubElement(svg, "text", place).text = words


def all_weeks(rows: Iterable[Strip]) -> Iterator[tuple[Strip, str, int | None]]:
    """(row, Monday, rows) in order of time; None stands for a hole."""
    for row in rows:
        held: dict[str, int | None] = {**dict(row.weeks), **dict.fromkeys(row.holes)}
        for monday in sorted(held):
            yield row, monday, held[monday]
