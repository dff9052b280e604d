"""How a column writes its dates: the formats that read its values, and whether day and month can be told apart.

Owns the list of formats that are tried. Refuses to choose between day-first and month-first where every value allows
both: then it says `ambiguous`, and a person is asked.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}(:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|z|[+-]\d{2}(:?\d{2})?)?)?)?")
_TIMES: Final = (
    "", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S", ", %H:%M", " %H:%M:%S.%f", ", %I:%M %p",
)  # fmt: skip
_DAY_FIRST: Final = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%y")
_MONTH_FIRST: Final = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y", "%m.%d.%Y")
_OTHER: Final = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y",
    "%b %d %Y", "%a, %d %b %Y", "%Y-%m-%d",
)  # fmt: skip
_ZONED: Final = (" %H:%M:%S %Z", " %H:%M:%S.%f %Z", " %H:%M:%S %z", " %H:%M:%S.%f %z", " %H:%M %Z")
_FORMATS: Final = (
    *(day + time for day in (*_DAY_FIRST, *_MONTH_FIRST, *_OTHER) for time in _TIMES),
    *("%Y-%m-%d" + time for time in _ZONED), "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %Z",
)  # fmt: skip
_EPOCHS: Final = ((10, "epoch"), (13, "epoch_ms"))
SERIAL: Final = "serial"
"""Days since 30 December 1899, as spreadsheets count them, with the time of day as a fraction."""
_SERIALS: Final = (36_526, 73_050)
"""The serials of 1 January 2000 and 2100."""
_YEARS: Final = (1900, 2200)
_ENOUGH: Final = 0.8


@dataclass(frozen=True)
class Dates:
    """How a column's dates are written.

    `formats` is empty for ISO 8601; `epoch` names the unit where instants are counted. `ambiguous` holds the reading
    that fits as well as `formats`, with day and month exchanged.
    """

    formats: tuple[str, ...] = ()
    epoch: str = ""
    ambiguous: tuple[str, ...] = ()
    fits: float = 1.0
    """The share of the values that can be read."""
    times: bool = False
    """Whether some values carry a time of day."""
    zoned: bool = False
    """Whether every value says its zone."""


def dates_of(values: Sequence[str], *, serials: bool = False) -> Dates | None:
    """How these values write dates; None where most of them are no dates.

    `serials`: numbers may be a spreadsheet's days; only where the column's name speaks of a time.
    """
    if not values:
        return None
    iso = [v for v in values if _is_iso(v)]
    if len(iso) >= _ENOUGH * len(values):
        timed = [v for v in iso if len(v) > 10]
        zoned = bool(timed) and all(re.search(r"(Z|z|[+-]\d{2}(:?\d{2})?)$", v[11:]) for v in timed)
        return Dates(fits=len(iso) / len(values), times=bool(timed), zoned=zoned and len(timed) == len(iso))
    return _counted(values) or (_serials(values) if serials else None) or _formatted(values)


_IN_NAMES: Final = {
    "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}",
    "%Y_%m_%d": r"\d{4}_\d{2}_\d{2}",
    "%Y%m%d": r"20\d{6}",
    "%d.%m.%Y": r"\d{2}\.\d{2}\.\d{4}",
    "%d-%m-%Y": r"\d{2}-\d{2}-\d{4}",
}


def day_in_names(names: Sequence[str]) -> str | None:
    """The format of the one day that stands in each of these names of files; None where one holds none or several."""
    for form, pattern in _IN_NAMES.items():
        found = [re.findall(rf"(?<!\d){pattern}(?!\d)", name) for name in names]
        if names and all(len(days) == 1 and _parses(days[0], form) for days in found):
            return form
    return None


def _is_iso(value: str) -> bool:
    return bool(_ISO.fullmatch(value)) and _parses(value[:10], "%Y-%m-%d")


def _counted(values: Sequence[str]) -> Dates | None:
    """Instants counted in seconds or milliseconds since 1970, between 2000 and 2100."""
    for digits, unit in _EPOCHS:
        scale = 10 ** (digits - 10)
        fit = [v for v in values if re.fullmatch(rf"\d{{{digits - 1},{digits}}}(\.\d+)?", v)]
        inside = [v for v in fit if 946_684_800 <= float(v) / scale < 4_102_444_800]
        if len(inside) >= _ENOUGH * len(values):
            return Dates(epoch=unit, fits=len(inside) / len(values), times=True, zoned=True)
    return None


def _serials(values: Sequence[str]) -> Dates | None:
    fit = [v.replace(",", ".") for v in values if re.fullmatch(r"\d{5}([.,]\d+)?", v)]
    inside = [v for v in fit if _SERIALS[0] <= float(v) < _SERIALS[1]]
    if len(inside) < _ENOUGH * len(values):
        return None
    return Dates(epoch=SERIAL, fits=len(inside) / len(values), times=any("." in v for v in inside))


def _formatted(values: Sequence[str]) -> Dates | None:
    chosen, left = _cover(values, _FORMATS)
    read = len(values) - len(left)
    if not chosen or read < _ENOUGH * len(values):
        return None
    swapped = tuple(_exchanged(f) for f in chosen)
    ambiguous: tuple[str, ...] = ()
    if swapped != tuple(chosen) and all(any(_parses(v, f) for f in swapped) for v in values if v not in left):
        ambiguous = swapped
    timed = any(re.search("%[HI]", f) for f in chosen)
    zoned = all("%z" in f.lower() for f in chosen)
    return Dates(tuple(chosen), "", ambiguous, read / len(values), timed, zoned)


def _cover(values: Sequence[str], formats: Iterable[str]) -> tuple[list[str], set[str]]:
    """The fewest formats that read the values, best first, all of one order of day and month; and what is left."""
    counts = Counter(values)
    left, chosen = set(counts), list[str]()
    tried = [f for f in formats if any(_looks_like(f).fullmatch(v) for v in counts)]
    while left and tried and len(chosen) < 3:
        best = max(tried, key=lambda f: (sum(counts[v] for v in left if _parses(v, f)), -_FORMATS.index(f)))
        fit = {v for v in left if _parses(v, best)}
        if not fit:
            break
        chosen.append(best)
        left -= fit
        order = _order(best)
        tried = [f for f in tried if _order(f) in (order, "")] if order else tried
    return chosen, left


def _order(form: str) -> str:
    day, month = form.find("%d"), form.find("%m")
    if "%b" in form or "%B" in form or form.startswith("%Y"):
        return ""
    return "day" if day < month else "month"


def _exchanged(form: str) -> str:
    if not _order(form):
        return form
    return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")


_SHAPES: Final = {"Y": r"\d{4}", "f": r"\d{1,6}", "b": r"\w{3}\.?", "B": r"\w+", "a": r"\w{3}",
                  "p": "[aApP][mM]", "Z": "UTC|GMT", "z": r"[+-]\d{2}:?\d{2}"}  # fmt: skip


@cache
def _looks_like(form: str) -> re.Pattern[str]:
    """What a text in this format looks like; strptime is slow, and decides only where this matches."""
    parts = re.split(r"(%.)", form)
    one = r"\d{2}" if form.startswith("%Y%m%d") else r"\d{1,2}"
    return re.compile(
        "".join(_SHAPES.get(p[1], r"\d{2}" if p == "%y" else one) if p.startswith("%") else re.escape(p) for p in parts)
    )


def _parses(value: str, form: str) -> bool:
    if not _looks_like(form).fullmatch(value):
        return False
    try:
        found = datetime.strptime(value, form)  # noqa: DTZ007 (only whether it can be read matters)
    except ValueError:
        return False
    return _YEARS[0] <= found.year <= _YEARS[1]
