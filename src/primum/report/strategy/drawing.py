"""Boxes, arrows and wrapped lines as SVG, drawn while writing: no script, no font, prints as it looks.

Owns the pieces of a drawing and their escaping. Refuses to know what is drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final, Literal

from primum.report import palette
from primum.report.phrases import clean

SIZE: Final = 13.0
LEADING: Final = 17.0
_LETTER: Final = 0.54
"""How wide a letter is beside its size, on the average of the page's letters, with something to spare."""

Look = Literal["plain", "strong", "muted", "warn"]
_FILLS: Final = {"plain": palette.INK, "strong": palette.INK, "muted": palette.MUTED, "warn": palette.WARN}


def wrapped(text: str, width: float, size: float = SIZE) -> list[str]:
    """A text in lines that fit a width; a word that does not fit alone is cut."""
    most = max(4, int(width / (size * _LETTER)))
    lines: list[str] = []
    for word in clean(text, 300).split():
        pieces = [word[i : i + most] for i in range(0, len(word), most)]
        for piece in pieces:
            if lines and len(lines[-1]) + 1 + len(piece) <= most:
                lines[-1] = f"{lines[-1]} {piece}"
            else:
                lines.append(piece)
    return lines


@dataclass(frozen=True)
class Line:
    """A line of text and how it looks."""

    text: str
    look: Look = "plain"


def lines_of(parts: Iterable[tuple[str, Look]], width: float) -> list[Line]:
    """Several texts below each other, each wrapped."""
    return [Line(line, look) for text, look in parts if text for line in wrapped(text, width)]


@dataclass
class Canvas:
    """An SVG that grows downwards."""

    width: float
    title: str
    parts: list[str] = field(default_factory=list)
    height: float = 0.0

    def text(self, x: float, y: float, lines: Sequence[Line], anchor: str = "start") -> float:
        """Lines from a top edge downwards; returns the bottom edge."""
        for number, line in enumerate(lines):
            weight = ' font-weight="600"' if line.look == "strong" else ""
            base = y + LEADING * number + SIZE
            self.parts.append(
                f'<text x="{x:.1f}" y="{base:.1f}" fill="{_FILLS[line.look]}" text-anchor="{anchor}"{weight}>'
                f"{escape(line.text)}</text>"
            )
        return self.grown(y + LEADING * len(lines))

    def box(
        self, x: float, y: float, width: float, height: float, *, edge: str, fill: str, dashed: bool = False
    ) -> None:
        """A rounded box."""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="5" fill="{fill}" '
            f'stroke="{edge}" stroke-width="1.3"{dash}/>'
        )
        self.grown(y + height)

    def bar(self, x: float, y: float, height: float, colour: str) -> None:
        """A bar at the left edge of a box, in a department's colour."""
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="5" height="{height:.1f}" fill="{colour}"/>')

    def chevron(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A stage's head, pointing to the next."""
        tip = 12
        points = (
            (x, y),
            (x + width - tip, y),
            (x + width, y + height / 2),
            (x + width - tip, y + height),
            (x, y + height),
        )
        written = " ".join(f"{px:.1f},{py:.1f}" for px, py in (*points, (x + tip, y + height / 2)))
        self.parts.append(f'<polygon points="{written}" fill="{palette.PANEL}" stroke="{colour}" stroke-width="1.3"/>')
        self.grown(y + height)

    def arrow(self, points: Sequence[tuple[float, float]]) -> None:
        """A line along points, with a head at the last."""
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        (before_x, before_y), (x, y) = points[-2], points[-1]
        across = abs(x - before_x) > abs(y - before_y)
        head = ((x - 7, y - 4), (x - 7, y + 4)) if across else ((x - 4, y - 7), (x + 4, y - 7))
        tip = " ".join(f"{px:.1f},{py:.1f}" for px, py in ((x, y), *head))
        self.parts.append(f'<polyline points="{way}" fill="none" stroke="{palette.MUTED}" stroke-width="1.3"/>')
        self.parts.append(f'<polygon points="{tip}" fill="{palette.MUTED}"/>')

    def grown(self, bottom: float) -> float:
        """Make room down to here."""
        self.height = max(self.height, bottom)
        return bottom

    def svg(self, style: str) -> str:
        """The drawing; `style` is its class (wide or narrow)."""
        return (
            f'<svg class="{style}" viewBox="0 0 {self.width:.0f} {self.height + 4:.0f}" role="img" '
            f'aria-label="{escape(clean(self.title, 2000), quote=True)}" font-size="{SIZE:.0f}" '
            f'font-family="Arial, sans-serif">{"".join(self.parts)}</svg>'
        )
