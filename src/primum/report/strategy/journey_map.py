"""The journey drawn: stages from left to right, what the customer wants, who begins what, pains, owners.

Owns the map. Refuses to be the only carrier of what it shows: a table below says the same.
"""

from collections.abc import Sequence
from typing import Final

from primum.report import palette
from primum.report.blocks import Chart
from primum.report.strategy.drawing import LEADING, Canvas, Line, Look, lines_of
from primum.report.strategy.owners import Owners
from primum.strategy.facets.journey import JourneyStage, Touchpoint
from primum.strategy.models import Strategy

WIDE: Final = 1000.0
NARROW: Final = 380.0
_AT_ONCE: Final = 5
_PAD: Final = 9.0
_GAP: Final = 8.0

Stage = tuple[str, JourneyStage]


def journey_chart(strategy: Strategy, owners: Owners) -> Chart:
    """The map in two widths."""
    stages = list(strategy.journey.stages.items())
    describes = "The journey in stages: " + "; ".join(stage.title or name for name, stage in stages)
    used = list(dict.fromkeys(stage.owner for _, stage in stages if stage.owner))
    return Chart(
        "The journey as the customer lives it",
        describes,
        _drawn(stages, owners, WIDE, _AT_ONCE, describes, "wide"),
        _drawn(stages, owners, NARROW, 1, describes, "narrow"),
        owners.legend(used),
    )


def _drawn(stages: list[Stage], owners: Owners, width: float, at_once: int, title: str, style: str) -> str:
    canvas = Canvas(width, title)
    top = 2.0
    for first in range(0, len(stages), at_once):
        band = stages[first : first + at_once]
        top = _Band(canvas, band, owners, (width - _GAP * (at_once - 1)) / at_once).drawn(top) + 22
    return canvas.svg(style)


class _Band:
    """Stages beside each other: their rows begin at the same height."""

    def __init__(self, canvas: Canvas, stages: list[Stage], owners: Owners, width: float) -> None:
        self._canvas, self._stages, self._owners, self._width = canvas, stages, owners, width

    def drawn(self, top: float) -> float:
        top = self._heads(top)
        top = self._row("", [lines_of([(stage.says or "", "muted")], self._inner) for _, stage in self._stages], top)
        for label, direction in (("The customer begins", "inbound"), ("The company begins", "outbound")):
            top = self._cards(label, direction, top)
        pains = [_pains(stage) for _, stage in self._stages]
        return self._row("What hurts", [lines_of([(p, "warn") for p in each], self._inner) for each in pains], top)

    @property
    def _inner(self) -> float:
        return self._width - 2 * _PAD

    def _x(self, number: int) -> float:
        return number * (self._width + _GAP)

    def _heads(self, top: float) -> float:
        titles = [lines_of([(s.title or n, "strong")], self._inner - 22) for n, s in self._stages]
        height = max(len(lines) for lines in titles) * LEADING + 2 * _PAD
        for number, ((_, stage), lines) in enumerate(zip(self._stages, titles, strict=True)):
            self._canvas.chevron(self._x(number), top, self._width, height, self._owners.colour(stage.owner))
            self._canvas.text(self._x(number) + _PAD + 12, top + _PAD - 1, lines)
        return top + height + _GAP

    def _row(self, label: str, texts: Sequence[list[Line]], top: float) -> float:
        if not any(texts):
            return top
        top = self._label(label, top)
        bottoms = [self._canvas.text(self._x(n) + _PAD, top, lines) for n, lines in enumerate(texts)]
        return max(bottoms) + _GAP

    def _label(self, label: str, top: float) -> float:
        return self._canvas.text(_PAD, top, [Line(label, "muted")]) + 3 if label else top

    def _cards(self, label: str, direction: str, top: float) -> float:
        columns = [[t for t in stage.touchpoints.items() if t[1].direction == direction] for _, stage in self._stages]
        if not any(columns):
            return top
        top = self._label(label, top)
        bottoms = [top]
        for number, ((_, stage), column) in enumerate(zip(self._stages, columns, strict=True)):
            below = top
            for name, touchpoint in column:
                below = self._card(self._x(number), below, name, touchpoint, touchpoint.owner or stage.owner)
            bottoms.append(below)
        return max(bottoms) + _GAP

    def _card(self, x: float, top: float, name: str, touchpoint: Touchpoint, owner: str | None) -> float:
        lines = _card_lines(name, touchpoint, self._inner)
        height = len(lines) * LEADING + _PAD
        edge = palette.ACCENT if touchpoint.moment else palette.LINE
        self._canvas.box(x, top, self._width, height, edge=edge, fill=palette.PAPER)
        self._canvas.bar(x, top, height, self._owners.colour(owner))
        self._canvas.text(x + _PAD + 2, top + 3, lines)
        return top + height + 6


def _card_lines(name: str, touchpoint: Touchpoint, width: float) -> list[Line]:
    parts: list[tuple[str, Look]] = [(touchpoint.title or name, "strong")]
    parts.append((", ".join(p for p in (touchpoint.channel, *touchpoint.communications) if p), "muted"))
    if touchpoint.moment:
        parts.append((f"Moment of truth: {touchpoint.moment}", "plain"))
    return lines_of(parts, width)


def _pains(stage: JourneyStage) -> list[str]:
    return [*stage.pains, *(p for t in stage.touchpoints.values() for p in t.pains)]
