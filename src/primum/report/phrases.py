"""Numbers, dates and texts as people read them, safe to print anywhere.

Owns formatting and the cleaning of foreign text. Refuses arithmetic beyond what formatting needs (percent, rounding).
"""

import re
from collections.abc import Sequence
from datetime import date

NOT_RECORDED = "not recorded"
NOBODY = "nobody"

# What terminals obey, and characters that reorder or break the text around them.
_ESCAPES = re.compile(
    "(?:\u001b\\[|\u009b)[0-?]*[ -/]*[@-~]"  # colours, cursor movements
    "|(?:\u001b\\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\\\|\u009c)?"  # window titles, links
)
_SPACES = re.compile(r"[\s\u2028\u2029]+")
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def clean(text: str, most: int = 1000) -> str:
    """One line without control characters or direction overrides, cut to `most` characters."""
    line = _CONTROL.sub("", _SPACES.sub(" ", _ESCAPES.sub("", text[: 4 * most])))
    line = _SPACES.sub(" ", line).strip()
    line = _SURROGATES.sub("\ufffd", line)
    return line if len(line) <= most else line[: most - 1] + "…"


def name(text: str) -> str:
    """A name or subject, cut to a length that a table can hold."""
    return clean(text, 120)


def number(value: float) -> str:
    """`1,234,567`; fractions keep two digits."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def percent(share: float) -> str:
    """A share as a percentage; never rounds something to 0% or to 100%."""
    if share <= 0:
        return "0%"
    if share < 0.001:
        return "<0.1%"
    if share < 0.0995:
        return f"{share * 100:.1f}%"
    if 0.995 <= share < 1:
        return f"{min(share, 0.999) * 100:.1f}%" if share < 0.999 else ">99.9%"
    return f"{share * 100:.0f}%"


def portion(part: int, whole: int) -> float | None:
    """The share to be formatted as a percentage; None where there is no whole."""
    return part / whole if whole else None


def percent_of(part: int, whole: int) -> str:
    """`91%` of a whole, or a dash where there is no whole."""
    share = portion(part, whole)
    return "–" if share is None else percent(share)


def counted(value: int, one: str, many: str = "") -> str:
    """`1 customer`, `2,000 customers`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def money(amount: float, currency: str) -> str:
    """`EUR 12,345`, with cents below a thousand."""
    return f"{currency} {amount:,.0f}" if abs(amount) >= 1000 else f"{currency} {amount:,.2f}"


def size(amount: int) -> str:
    """A file size with its unit."""
    for unit, scale in _UNITS:
        if amount >= scale:
            return f"{amount / scale:,.1f} {unit}"
    return f"{amount} B"


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def day(iso: str | None) -> str:
    """`3 Mar 2025`; a dash for nothing, the text itself if it is no date."""
    if iso is None:
        return "–"
    found = _date(iso)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year:04d}" if found else clean(iso, 40)


def weekday(iso: str) -> str:
    """`Mon 3 Mar 2025`."""
    found = _date(iso)
    return f"{_WEEKDAYS[found.weekday()]} {day(iso)}" if found else day(iso)


def month(iso: str) -> str:
    """`Mar 2025` for `2025-03`."""
    found = _date(f"{iso}-01")
    return f"{_MONTHS[found.month - 1]} {found.year:04d}" if found else clean(iso, 40)


def listed(items: Sequence[str], most: int = 0) -> str:
    """`a, b and c`; beyond `most` (0: no bound) only how many more there are."""
    if most and len(items) > most:
        return f"{', '.join(items[:most])} and {number(len(items) - most)} more"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
