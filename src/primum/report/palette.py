"""The colours of every page: Okabe-Ito hues, darkened until they stand out from white, and one blue scale for heat.

Owns the colours and the style sheet lines that name them. Refuses to be the only carrier of a meaning: a text always
says the same. A test computes contrasts, and the distances as colour-blind people see them.
"""

from typing import Final

PAPER: Final = "#FFFFFF"
PANEL: Final = "#F6F4EF"
LINE: Final = "#D8D4CA"
INK: Final = "#16202B"
MUTED: Final = "#56616E"
ACCENT: Final = "#0B4A8F"
WARN: Final = "#8A3A0C"
WARN_PANEL: Final = "#FDF3EA"
GOOD: Final = "#00624A"
GOOD_PANEL: Final = "#EDF6F2"

DEPARTMENTS: Final = ("#0B4A8F", "#C88000", "#009E73", "#C275AE", "#B23A00", "#2E96E6", "#464041")
"""One colour for each of the first seven departments."""
OTHERS: Final = "#7D838C"
"""Departments beyond the seventh, and contacts whose department is not recorded."""

HEAT: Final = (
    ("#F1F6FB", INK),
    ("#D6E6F3", INK),
    ("#B3D1E8", INK),
    ("#86B7DA", INK),
    ("#5B9FCF", INK),
    ("#1F6FA6", PAPER),
    ("#0B4A7A", PAPER),
)
"""(background, text) from little to much."""


def slot(position: int) -> str:
    """The style class of the department at this position; beyond the palette all share `dx`."""
    return f"d{position + 1}" if position < len(DEPARTMENTS) else "dx"


def colour(style: str) -> str:
    """The colour of a department's style class."""
    return dict(_classes()).get(style, OTHERS)


def _classes() -> list[tuple[str, str]]:
    return [(slot(i), c) for i, c in enumerate(DEPARTMENTS)] + [("dx", OTHERS), ("d0", OTHERS)]


def style_sheet() -> str:
    """The colours as style sheet variables and classes."""
    named = {
        "paper": PAPER, "panel": PANEL, "line": LINE, "ink": INK, "muted": MUTED, "accent": ACCENT,
        "warn": WARN, "warn-panel": WARN_PANEL, "good": GOOD, "good-panel": GOOD_PANEL,
    }  # fmt: skip
    lines = [":root{" + "".join(f"--{name}:{value};" for name, value in named.items()) + "}"]
    lines += [f".{name}{{--own:{value}}}" for name, value in _classes()]
    lines += [f".h{i}{{background:{back};color:{text}}}" for i, (back, text) in enumerate(HEAT)]
    return "\n".join(lines)
