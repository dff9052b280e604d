"""A flow drawn: who comes in, each step after its wait, and what takes a customer out at once.

Owns the drawing. Refuses to say anything that the table beside it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from primum.report import palette
from primum.report.blocks import Chart
from primum.report.strategy.drawing import LEADING, Canvas, Line, Look, lines_of
from primum.report.strategy.owners import Owners
from primum.strategy.facets.flows import Flow, Step
from primum.strategy.facets.occasions import WAYS, Occasion

_PAD: Final = 10.0
_ACROSS: Final = 78.0
"""Room for an arrow and the wait above it."""
_DOWN: Final = 30.0
_TOLD: Final = {
    "response": "the customer {}",
    "state": "the state {}",
    "segment": "the segment {}",
    "stage": "the stage {}",
    "communication": "{} was sent",
}


@dataclass(frozen=True)
class _Box:
    lines: list[tuple[str, Look]]
    wait: str = ""
    is_end: bool = False


def flow_chart(key: str, flow: Flow, channels: Mapping[str, str], owners: Owners) -> Chart:
    """The flow in two widths; `channels` names each step's channel."""
    title = flow.title or key
    boxes = _boxes(flow, channels)
    describes = f"{title}: " + "; ".join(" ".join(text for text, _ in box.lines) for box in boxes)
    leaves = _leaves(flow)
    colour = owners.colour(flow.owner)
    return Chart(
        title,
        describes,
        _drawn(boxes, leaves, colour, 1000.0, 4, describes, "wide"),
        _drawn(boxes, leaves, colour, 380.0, 1, describes, "narrow"),
        note=f"Owned by {owners.title(flow.owner)}.",
    )


def occasion_words(occasion: Occasion | None) -> str:
    """`the customer bought or complained or the state in arrears`."""
    if occasion is None:
        return ""
    told = ((_TOLD[way], getattr(occasion, way)) for way in WAYS)
    return " or ".join(form.format(" or ".join(words).replace("_", " ")) for form, words in told if words)


def _boxes(flow: Flow, channels: Mapping[str, str]) -> list[_Box]:
    entry = occasion_words(flow.entry) or "nobody yet"
    expected = flow.entry.expected if flow.entry is not None else None
    first = _Box([("Comes in", "strong"), (entry, "plain"), (expected or "", "muted")], is_end=True)
    return [first, *(_step(name, step, channels) for name, step in flow.steps.items())]


def _step(name: str, step: Step, channels: Mapping[str, str]) -> _Box:
    unless = occasion_words(step.unless)
    lines: list[tuple[str, Look]] = [
        (step.communication, "strong"),
        (f"by {channels[name]}" if channels.get(name) else "no channel yet", "plain"),
        (f"unless {unless}" if unless else "", "muted"),
        (f"valid for {step.valid_for}" if step.valid_for else "", "muted"),
    ]
    return _Box(lines, step.wait or "at once")


def _leaves(flow: Flow) -> str:
    if flow.exit is None:
        return "Nothing takes a customer out."
    at_once = occasion_words(flow.exit)
    parts = [f"at once when {at_once}"] if at_once else []
    parts += [f"after {flow.exit.after} at the latest"] if flow.exit.after else []
    return f"Leaves {', and '.join(parts)}." if parts else "Nothing takes a customer out."


def _drawn(boxes: list[_Box], leaves: str, colour: str, width: float, at_once: int, title: str, style: str) -> str:
    canvas = Canvas(width, title)
    box_width = (width - _ACROSS * (at_once - 1)) / at_once if at_once > 1 else width
    top, before = 2.0, None
    for first in range(0, len(boxes), at_once):
        row = boxes[first : first + at_once]
        told = [lines_of(box.lines, box_width - 2 * _PAD - 4) for box in row]
        height = max(len(lines) for lines in told) * LEADING + 2 * _PAD
        if before is not None:
            top = _turn(canvas, before, (box_width / 2, top), row[0].wait)
        for number, (box, lines) in enumerate(zip(row, told, strict=True)):
            x = number * (box_width + _ACROSS)
            if number:
                _across(canvas, x, top + height / 2, box.wait)
            _one(canvas, (x, top, box_width, height), box, lines, colour)
            before = (x + box_width / 2, top + height)
        top += height
    _exit(canvas, top + 14, width, leaves)
    return canvas.svg(style)


def _one(canvas: Canvas, place: tuple[float, float, float, float], box: _Box, lines: list[Line], colour: str) -> None:
    x, y, width, height = place
    fill = palette.PANEL if box.is_end else palette.PAPER
    canvas.box(x, y, width, height, edge=palette.LINE if box.is_end else colour, fill=fill)
    canvas.text(x + _PAD + 2, y + _PAD - 2, lines)


def _across(canvas: Canvas, x: float, y: float, wait: str) -> None:
    canvas.arrow([(x - _ACROSS + 4, y), (x - 4, y)])
    canvas.text(x - _ACROSS / 2, y - LEADING - 4, [Line(wait, "muted")], anchor="middle")


def _turn(canvas: Canvas, before: tuple[float, float], below: tuple[float, float], wait: str) -> float:
    """The arrow to the row below; returns where that row begins."""
    (x, y), (to, _) = before, below
    middle, end = y + _DOWN / 2, y + _DOWN
    way = [(x, y + 2), (x, end - 2)] if abs(x - to) < 1 else [(x, y + 2), (x, middle), (to, middle), (to, end - 2)]
    canvas.arrow(way)
    canvas.text(to + 10, middle - LEADING / 2 + (4 if abs(x - to) >= 1 else 0), [Line(wait, "muted")])
    return end


def _exit(canvas: Canvas, top: float, width: float, leaves: str) -> None:
    lines = lines_of([(leaves, "plain")], width - 2 * _PAD)
    canvas.box(1, top, width - 2, len(lines) * LEADING + _PAD, edge=palette.WARN, fill=palette.PAPER, dashed=True)
    canvas.text(_PAD, top + 3, lines)
