"""Small multiples: one small picture a rule, months in a row, all with their own height and one order of time.

Owns this picture, drawn as plain SVG (with 60 rules a charting library would write a megabyte). Refuses to compare
heights between pictures: each says its own greatest value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from primum.report import palette
from primum.report.blocks import Chart
from primum.report.charts import NARROW, WIDE
from primum.report.phrases import clean, month

_FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
_HEIGHT, _BARS, _TOP = 118, 52, 44


@dataclass(frozen=True)
class Multiple:
    """One small picture: its title (cut into lines), a remark, and a bar a month with what pointing at it says."""

    title: str
    remark: str
    bars: tuple[tuple[str, float, str], ...]
    """(month, value, tip)."""


def multiples(title: str, describes: str, pictures: Sequence[Multiple], note: str = "") -> Chart:
    """The pictures side by side, in both widths."""
    words = clean(f"{title}. {describes}", 600)
    wide, narrow = (_drawn(pictures, words, width) for width in (WIDE, NARROW))
    return Chart(title, describes, wide, narrow, (), note)


def _drawn(pictures: Sequence[Multiple], words: str, width: int) -> str:
    across = 4 if width == WIDE else 2
    cell = width / across
    rows = -(-len(pictures) // across)
    kind = "wide" if width == WIDE else "narrow"
    attributes = {"viewBox": f"0 0 {width} {rows * _HEIGHT}", "role": "img", "aria-label": words, "class": kind}
    svg = ElementTree.Element("svg", attributes)
    for i, picture in enumerate(pictures):
        _picture(svg, picture, (i % across) * cell, (i // across) * _HEIGHT, cell - 18)
    return ElementTree.tostring(svg, encoding="unicode")


def _picture(svg: ElementTree.Element, picture: Multiple, left: float, top: float, width: float) -> None:
    for i, line in enumerate(_lines(picture.title, int(width / 6.1))):
        _text(svg, line, left, top + 12 + 13 * i, 11, palette.INK)
    _text(svg, clean(picture.remark, 40), left, top + 39, 10.5, palette.MUTED)
    most = max((value for _, value, _ in picture.bars), default=0)
    floor = top + _TOP + _BARS
    step = width / max(1, len(picture.bars))
    for i, (_, value, tip) in enumerate(picture.bars):
        height = max(1.5, _BARS * value / most) if value and most else 0
        x, w = left + i * step, max(step * 0.74, 1)
        shape = f"M{x:.1f} {floor:.1f}h{w:.1f}v-{height:.1f}h-{w:.1f}z"
        if height:
            _path(svg, shape, {"fill": palette.ACCENT})
        over = f"M{x:.1f} {floor:.1f}h{step:.1f}v-{_BARS}h-{step:.1f}z"
        _path(svg, over, {"fill": palette.PAPER, "fill-opacity": "0", "data-tip": clean(tip, 200)})
    _path(svg, f"M{left:.1f} {floor:.1f}h{width:.1f}", {"stroke": palette.MUTED, "fill": "none"})
    if picture.bars:
        _text(svg, month(picture.bars[0][0]), left, floor + 12, 9.5, palette.MUTED)
        _text(svg, month(picture.bars[-1][0]), left + width, floor + 12, 9.5, palette.MUTED, "end")


def _lines(text: str, letters: int) -> list[str]:
    """A text in two lines at most."""
    words, lines = clean(text, 200).split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) + 1 > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][: letters - 1].rstrip()}…"]
    return lines


def _path(svg: ElementTree.Element, shape: str, attributes: dict[str, str]) -> None:
    ElementTree.SubElement(svg, "path", {"d": shape, **attributes})


def _text(
    svg: ElementTree.Element, words: str, x: float, y: float, size: float, colour: str, anchor: str = "start"
) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:g}", "font-family": _FONT, "fill": colour}
    ElementTree.SubElement(svg, "text", {**place, "text-anchor": anchor}).text = words
