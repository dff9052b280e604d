"""Charts as static SVG, drawn by Vega-Lite (altair, vl-convert) in a wide and a narrow version.

Owns how charts look and what is left of the SVG: shapes and texts, no scripts, links or styles. Refuses to decide what
is charted (`sections` does) and to load anything: the data travel inside the specification.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from primum.report import palette
from primum.report.blocks import Chart
from primum.report.phrases import clean

WIDE, NARROW = 860, 350
_FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
"""Fonts of one width: what Vega measures is what the reader's browser draws."""
_ALLOWED = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clipPath"}
_DROPPED = {"role", "aria-hidden", "aria-roledescription", "pointer-events", "class", "version", "width", "height"}
_NAMESPACE = re.compile(r"^\{[^}]*\}")


@dataclass(frozen=True)
class Point:
    """A bar: where it stands, how long it is, what it says."""

    at: str | int
    value: float
    tip: str
    label: str = ""
    style: str = "d1"


Draw = Callable[[int], Any]

FEWEST_COLUMNS = 10
"""So many places an axis of whole numbers has at least, so that one bar does not fill the page."""
MOST_TICKS = 12
MOST_COLUMNS = 40
"""Upright bars beyond this place are left to the table, so that one extreme does not flatten all others."""


def chart(title: str, describes: str, draw: Draw, legend: Sequence[tuple[str, str]] = (), note: str = "") -> Chart:
    """The chart that `draw` makes of a width, in both widths."""
    words = clean(f"{title}. {describes}", 600)
    wide, narrow = (_svg(draw(width), words, width) for width in (WIDE, NARROW))
    return Chart(title, describes, wide, narrow, tuple(legend), note)


def drawn(points: Sequence[Point]) -> tuple[list[Point], str]:
    """The points up to `MOST_COLUMNS`, and the note that says so where points lie beyond."""
    near = [p for p in points if int(p.at) <= MOST_COLUMNS]
    if len(near) == len(points) or not near:
        return list(points), ""
    return near, f"The picture ends at {MOST_COLUMNS}; the table below goes on."


def columns(points: Sequence[Point], x_title: str, y_title: str, percent: bool = False, labels: bool = False) -> Draw:
    """Upright bars over whole numbers: their place on the axis is their value, so gaps stay gaps."""
    alt = _altair()
    rows = [{"from": int(p.at) - 0.42, "to": int(p.at) + 0.42, "mid": int(p.at), **_values(p)} for p in points]
    places = [int(p.at) for p in points] or [1]
    first, last = min(places), max(max(places), min(places) + FEWEST_COLUMNS - 1)
    scale = alt.Scale(domain=[first - 0.5, last + 0.5], nice=False, zero=False)
    ticks = list(range(first, last + 1, -(-(last - first + 1) // MOST_TICKS)))

    def draw(width: int) -> Any:
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X("from:Q", title=x_title, scale=scale, axis=alt.Axis(format="d", values=ticks, grid=False)),
            y=_amount(alt, y_title, percent),
            description="tip:N",
        )
        bars = base.mark_rect(color=palette.ACCENT).encode(x2="to:Q", y2=alt.Y2(datum=0))
        if not labels:
            return bars.properties(height=220)
        texts = base.mark_text(dy=-7, fontSize=12, color=palette.INK, font=_FONT)
        texts = texts.encode(x=alt.X("mid:Q", scale=scale, title=x_title), text="label:N")
        return alt.layer(bars, texts).properties(height=220)

    return draw


def stacked(points: Sequence[tuple[str, Point]], order: Sequence[str], styles: Sequence[str], y_title: str) -> Draw:
    """Stacked upright bars over named steps (months): `points` are (step, part), `styles` the order of the parts."""
    alt = _altair()
    rows = [{"step": step, "style": p.style, "rank": styles.index(p.style), **_values(p)} for step, p in points]
    colours = alt.Scale(domain=list(styles), range=[palette.colour(s) for s in styles])

    def draw(width: int) -> Any:
        axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8, ticks=False, labelPadding=8)
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(stroke=palette.PAPER, strokeWidth=0.75)
            .encode(
                x=alt.X("step:N", sort=None, title=None, axis=axis, scale=alt.Scale(domain=list(order), padding=0.22)),
                y=_amount(alt, y_title, False, stack=True),
                color=alt.Color("style:N", scale=colours, legend=None),
                order=alt.Order("rank:Q"),
                description="tip:N",
            )
            .properties(height=260)
        )

    return draw


def bars(points: Sequence[Point], x_title: str, percent: bool = False) -> Draw:
    """Lying bars with their names on the left and their numbers at the end."""
    alt = _altair()
    rows = [{"name": f"{i:04d}{clean(str(p.at), 120)}", "style": p.style, **_values(p)} for i, p in enumerate(points)]
    styles = sorted({p.style for p in points})
    colours = alt.Scale(domain=styles, range=[palette.colour(s) for s in styles])

    def draw(width: int) -> Any:
        room = 190 if width == WIDE else 110
        axis = alt.Axis(labelExpr="slice(datum.label, 4)", labelLimit=room, ticks=False, domain=False, labelPadding=8)
        scale = alt.Scale(domainMin=0, padding=8)
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y("name:N", sort=None, title=None, axis=axis),
            x=alt.X("value:Q", title=x_title, scale=scale, axis=alt.Axis(tickCount=4, **_ticks(percent))),
            description="tip:N",
        )
        shapes = base.mark_bar(height=16).encode(color=alt.Color("style:N", scale=colours, legend=None))
        texts = base.mark_text(align="left", dx=6, fontSize=12, color=palette.INK, font=_FONT).encode(text="label:N")
        return alt.layer(shapes, texts).properties(height=alt.Step(28))

    return draw


def over_days(points: Sequence[Point], y_title: str, says: str) -> Draw:
    """An area over days (`at`: ISO dates); `says` is what pointing at it shows."""
    alt = _altair()
    rows = [{"day": str(p.at), "value": p.value} for p in points]

    def draw(width: int) -> Any:
        axis = alt.Axis(grid=False, tickCount=8 if width == WIDE else 4, format="%b %Y", labelOverlap="greedy")
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_area(color=palette.ACCENT, opacity=0.85, interpolate="step-after", description=clean(says, 200))
            .encode(
                x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"), axis=axis), y=_amount(alt, y_title, False)
            )
            .properties(height=220)
        )

    return draw


def side_by_side(points: Sequence[Point], styles: Sequence[str], x_title: str, y_title: str) -> Draw:
    """Upright bars in groups: points of one `at` stand together, in the order of `styles`."""
    alt = _altair()
    rows = [{"step": str(p.at), "style": p.style, **_values(p)} for p in points]
    colours = alt.Scale(domain=list(styles), range=[palette.colour(s) for s in styles])
    order = list(dict.fromkeys(str(p.at) for p in points))

    def draw(width: int) -> Any:
        axis = alt.Axis(labelAngle=0, ticks=False, labelPadding=8)
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                x=alt.X("step:N", sort=None, title=x_title, axis=axis, scale=alt.Scale(domain=order)),
                xOffset=alt.XOffset("style:N", sort=list(styles)),
                y=_amount(alt, y_title, False),
                color=alt.Color("style:N", scale=colours, legend=None),
                description="tip:N",
            )
            .properties(height=240)
        )

    return draw


def _altair() -> Any:
    import altair

    return altair


def _values(point: Point) -> dict[str, Any]:
    return {"value": point.value, "tip": clean(point.tip, 200), "label": clean(point.label, 40)}


def _ticks(percent: bool) -> dict[str, str]:
    """Axis numbers: percentages, or `0`, `500`, `20k`, `1.5M`."""
    return {"format": "%"} if percent else {"labelExpr": "datum.value == 0 ? '0' : format(datum.value, '~s')"}


def _amount(alt: Any, title: str, percent: bool, stack: bool = False) -> Any:
    axis = alt.Axis(tickCount=5, domain=False, ticks=False, **_ticks(percent))
    return alt.Y("value:Q", title=title, axis=axis, stack="zero" if stack else None, scale=alt.Scale(zero=True))


def _svg(drawn: Any, words: str, width: int) -> str:
    import vl_convert

    spec = drawn.properties(width=width).configure(**_LOOK).to_dict()
    del spec["$schema"]
    spec["background"] = None
    drawing = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    _strip(drawing)
    drawing.set("role", "img")
    drawing.set("aria-label", words)
    drawing.set("class", "wide" if width == WIDE else "narrow")
    return ElementTree.tostring(drawing, encoding="unicode")


_AXIS: dict[str, Any] = {
    "labelFont": _FONT,
    "labelFontSize": 12,
    "labelColor": palette.MUTED,
    "titleFont": _FONT,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "titleColor": palette.MUTED,
    "titlePadding": 10,
    "gridColor": "#E7E4DC",
    "domainColor": "#8B8F96",
    "tickColor": "#8B8F96",
}
_LOOK: dict[str, Any] = {
    "axis": _AXIS,
    "view": {"stroke": None},
    "font": _FONT,
    "autosize": {"type": "fit-x", "contains": "padding"},
    "padding": {"left": 2, "right": 12, "top": 8, "bottom": 2},
}


def _strip(element: ElementTree.Element) -> None:
    """Keep shapes and texts only; what Vega says about a shape becomes its `data-tip`."""
    element.tag = _NAMESPACE.sub("", element.tag)
    tip = element.get("aria-label") if element.tag == "path" else None
    for key in list(element.attrib):
        if key in _DROPPED or key in ("aria-label", "style", "id") or key.startswith(("on", "{", "xlink")):
            del element.attrib[key]
    if tip:
        element.set("data-tip", tip)
    for child in list(element):
        if _NAMESPACE.sub("", child.tag) not in _ALLOWED or child.get("display") == "none":
            element.remove(child)
        else:
            _strip(child)
