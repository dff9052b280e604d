"""Whether a name from outside is one that a computer knows: time zones, encodings, formats of dates.

Owns what makes a date format plausible. Refuses to try a format on data.
"""

import re
from difflib import get_close_matches
from functools import cache
from typing import Final
from zoneinfo import available_timezones

_DIRECTIVES: Final = frozenset("aAbBdfgGhHIjmMnpSTuUVwWyYzZ%")
_UNPADDED: Final = frozenset("dHIjmMSy")
_DIRECTIVE: Final = re.compile(r"%(-?)(.?)", re.DOTALL)
_YEAR: Final = frozenset("yYG")
_MONTH: Final = frozenset("mbBhjVUW")
_DAY: Final = frozenset("djuw")
_PLACEHOLDERS: Final = (
    ("YYYY", "%Y"),
    ("yyyy", "%Y"),
    ("YY", "%y"),
    ("yy", "%y"),
    ("DD", "%d"),
    ("dd", "%d"),
    ("HH", "%H"),
    ("hh", "%H"),
    ("SS", "%S"),
    ("ss", "%S"),
    ("mm", "%M"),
    ("MM", "%M"),
)
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "latin-1", "iso-8859-15", "cp1252", "cp1250", "cp850", "cp437")


@cache
def zones() -> frozenset[str]:
    """Every time zone known here."""
    return frozenset(available_timezones())


def nearest_zone(word: str) -> str | None:
    """The time zone somebody may have meant: by its whole name, or by its city alone."""
    by_city = {name.rpartition("/")[2].casefold(): name for name in sorted(zones())}
    by_name = {name.casefold(): name for name in zones()}
    wanted = word.strip().casefold().replace(" ", "_")
    for names, cutoff in ((by_city, 0.85), (by_name, 0.7), (by_city, 0.6)):
        near = get_close_matches(wanted, list(names), n=1, cutoff=cutoff)
        if near:
            return names[near[0]]
    return None


def is_encoding(name: str) -> bool:
    """Whether text can be read in this encoding."""
    try:
        b"".decode(name)
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def nearest_encoding(word: str) -> str | None:
    """A usual encoding that somebody may have meant."""
    near = get_close_matches(word.strip().casefold().replace("_", "-"), _ENCODINGS, n=1, cutoff=0.6)
    return near[0] if near else None


EPOCHS: Final = ("epoch", "epoch_ms", "epoch_us")
"""Instants counted since 1970, in seconds, milliseconds or microseconds."""


def faults_of_format(written: str) -> tuple[str, ...]:
    """What is wrong with a format of dates, in words; empty when it is plausible."""
    if written in EPOCHS:
        return ()
    found = [(m[1], m[2]) for m in _DIRECTIVE.finditer(written)]
    if not any(letter != "%" for _, letter in found):
        return ("holds no directive such as %d",)
    unknown = [f"%{dash}{letter}" for dash, letter in found if not _is_known(dash, letter)]
    if unknown:
        return tuple(f"holds {directive!r}, which is no directive" for directive in unknown)
    letters = {letter for _, letter in found}
    lacks = [name for name, of in (("day", _DAY), ("month", _MONTH), ("year", _YEAR)) if not letters & of]
    return tuple(f"says no {name}" for name in lacks)


def _is_known(dash: str, letter: str) -> bool:
    return letter in (_UNPADDED if dash else _DIRECTIVES)


def half_day_only(written: str) -> bool:
    """Whether the format reads twelve hours without saying which half of the day."""
    letters = {m[2] for m in _DIRECTIVE.finditer(written)}
    return "I" in letters and "p" not in letters


def as_directives(written: str) -> str | None:
    """`dd.mm.yyyy hh:mm` in directives; None when it is not written in such letters."""
    if "%" in written or not re.search("yy", written, re.IGNORECASE):
        return None
    text = re.sub(r"(?<!:)[mM]{2}(?!:)", "%m", written, count=1)
    for letters, directive in _PLACEHOLDERS:
        text = text.replace(letters, directive)
    return text
