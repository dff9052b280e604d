"""Durations, as people write them: `7 days`, `36 hours`, `60 local days`.

Owns the units and their parsing. Refuses months and years: they have no fixed length (windows know calendar periods).
"""

import re
from dataclasses import dataclass
from typing import Final

UNITS: Final = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}
"""Unit -> microseconds."""

DURATION_PATTERN: Final = rf"^[0-9]+ ({'|'.join(UNITS)})s?$"
"""An elapsed duration, as a regular expression."""

_WRITTEN = re.compile(rf"([0-9]+) (?:({'|'.join(UNITS)})s?|local (day|week)s?)")


@dataclass(frozen=True, slots=True)
class Duration:
    """Exactly so many elapsed microseconds, or so many local calendar days: one of the two is 0."""

    microseconds: int = 0
    local_days: int = 0


def parse_duration(text: str) -> Duration:
    """Read `36 hours`, `7 days` or `60 local days` (a local week is seven local days).

    Raises: ValueError with a sentence that says what is allowed.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        units = ", ".join(f"{unit}s" for unit in UNITS)
        raise ValueError(f"'{text}' is no duration: write a whole number and a unit ({units}, local days)")
    amount, unit, local = int(found[1]), found[2], found[3]
    if local:
        return Duration(local_days=amount * (7 if local == "week" else 1))
    return Duration(microseconds=amount * UNITS[unit])
