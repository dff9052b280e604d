"""The colours are readable (WCAG AA) and stay apart for colour-blind people."""

import itertools
import math

import pytest

from primum.report import palette

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
_SEEN = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green cones": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
}


def _linear(colour: str) -> list[float]:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _contrast(a: str, b: str) -> float:
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), _linear(x), strict=True)) for x in (a, b))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _lab(rgb: list[float]) -> tuple[float, float, float]:
    r, g, b = rgb
    x, y = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _as_seen(colour: str, eyes: str) -> tuple[float, float, float]:
    light = _linear(colour)
    return _lab([min(1, max(0, sum(m * c for m, c in zip(row, light, strict=True)))) for row in _SEEN[eyes]])


@pytest.mark.parametrize(
    ("text", "back"),
    [
        *itertools.product((palette.INK, palette.MUTED, palette.ACCENT), (palette.PAPER, palette.PANEL)),
        (palette.WARN, palette.PAPER), (palette.WARN, palette.PANEL), (palette.WARN, palette.WARN_PANEL),
        (palette.INK, palette.WARN_PANEL), (palette.GOOD, palette.GOOD_PANEL), (palette.INK, palette.GOOD_PANEL),
        (palette.PAPER, palette.WARN), (palette.PAPER, palette.GOOD), (palette.PAPER, palette.INK),
        *((text, back) for back, text in palette.HEAT),
    ],
)  # fmt: skip
def test_text_has_a_contrast_of_at_least_4_5(text: str, back: str) -> None:
    assert _contrast(text, back) >= 4.5


@pytest.mark.parametrize("colour", [*palette.DEPARTMENTS, palette.OTHERS, palette.ACCENT])
def test_marks_have_a_contrast_of_at_least_3(colour: str) -> None:
    assert _contrast(colour, palette.PAPER) >= 3


@pytest.mark.parametrize("eyes", _SEEN)
def test_department_colours_stay_apart(eyes: str) -> None:
    for a, b in itertools.combinations(palette.DEPARTMENTS, 2):
        assert math.dist(_as_seen(a, eyes), _as_seen(b, eyes)) > 18, (a, b)


def test_heat_grows_darker_step_by_step() -> None:
    lightness = [_as_seen(back, "all")[0] for back, _ in palette.HEAT]
    assert all(a - b > 5 for a, b in itertools.pairwise(lightness))


def test_departments_beyond_the_palette_share_one_style() -> None:
    assert palette.slot(0) == "d1"
    assert palette.slot(7) == palette.slot(20) == "dx"
    assert palette.colour("dx") == palette.colour("unheard of") == palette.OTHERS
