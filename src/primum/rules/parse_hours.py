"""Open hours and closed dates, as people write them.

Owns the reading of `between`, `closed` and `calendars`, and of the public holidays of a country by its name. Refuses
to evaluate: what is open when is for the engines.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final

from primum.rules.faults import Faults
from primum.rules.model import Hours
from primum.rules.parse_parts import Part, day_number, found
from primum.strategy.positions import KeyPath
from primum.words.errors import MissingExtraError, did_you_mean
from primum.words.time import EPOCH_DAY
from primum.words.windows import WEEKDAYS

Spans = tuple[tuple[int, int], ...]
Calendars = dict[str, frozenset[int]]

MINUTES: Final = 1440
HOLIDAY_YEARS: Final = range(2000, 2051)
"""The years whose public holidays are known by a country's name."""

_SPAN: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_COUNTRY: Final = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
_DAYS: Final = {name[:3]: number for number, name in enumerate(WEEKDAYS)} | {n: i for i, n in enumerate(WEEKDAYS)}
_HOW_HOURS: Final = 'Write, as in "08:00-20:00"; 24:00 ends a day, and 22:00-02:00 runs into the next.'
_HOW_DAYS: Final = "Write mon, tue, wed, thu, fri, sat, sun, a range such as mon-fri or sat-mon, or a list: mon,wed."


def read_hours(part: Part, calendars: Calendars, faults: Faults) -> Hours | None:
    """The limit of `between` and `closed`; None (and faults) when it cannot be read."""
    before = len(faults)
    spans = None
    if "between" in part.values:
        spans = read_between(part.values["between"], part.at("between"), part.name, faults)
    closed, unknown = _read_closed(part, calendars, faults) if "closed" in part.values else (frozenset(), ())
    return Hours(spans, closed, unknown) if len(faults) == before else None


def read_calendars(value: Any, faults: Faults) -> Calendars:
    """The strategy's own calendars: name -> days since 1970-01-01."""
    if not isinstance(value, Mapping):
        faults.add(("calendars",), f"`calendars` is {found(value)}, but must hold names with their dates.", _HOW_DATES)
        return {}
    return {name: _read_calendar(name, dates, faults) for name, dates in value.items()}


# Hours


def read_between(value: Any, path: KeyPath, name: str, faults: Faults) -> tuple[Spans, ...]:
    """Open hours as `between` writes them: for each day of the week, Monday first, its spans of minutes."""
    if not isinstance(value, Mapping):
        spans = _spans(value, path, name, faults)
        return (spans,) * 7
    week: list[Spans] = [()] * 7
    named: dict[int, str] = {}
    for days, hours in value.items():
        spans = _spans(hours, (*path, days), name, faults)
        for day in _days(days, (*path, days), name, faults):
            if day in named:
                what = f"`between` of {name} names {WEEKDAYS[day]} twice: in `{named[day]}` and in `{days}`."
                faults.add((*path, days), what, "Name every day once.", at_key=True)
            named[day] = days
            week[day] = spans
    if not value:
        faults.add(
            path, f"`between` of {name} names no hours at all.", "To forbid it altogether write `never: always`."
        )
    return tuple(week)


def _days(written: str, path: KeyPath, name: str, faults: Faults) -> tuple[int, ...]:
    days: list[int] = []
    for piece in written.split(","):
        ends = [_DAYS.get(end.strip().casefold()) for end in piece.split("-")]
        if len(ends) > 2 or None in ends:
            faults.add(path, f'"{written}" in `between` of {name} names no days of the week.', _HOW_DAYS, at_key=True)
            return ()
        first, last = ends[0], ends[-1]
        assert first is not None
        assert last is not None
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return tuple(dict.fromkeys(days))


def _spans(value: Any, path: KeyPath, name: str, faults: Faults) -> Spans:
    items = value if isinstance(value, list) else [value]
    spans = []
    for number, item in enumerate(items):
        where = (*path, number) if isinstance(value, list) else path
        span = _span(item)
        if span is None:
            faults.add(where, f"{found(item)} in `between` of {name} is no span of hours.", _HOW_HOURS)
        else:
            spans.append(span)
    spans.sort()
    for one, next_one in pairwise(spans):
        if next_one[0] < one[1]:
            what = f"{_shown(one)} and {_shown(next_one)} in `between` of {name} overlap."
            faults.add(path, what, "Join them, or mend one.")
    return tuple(spans)


def _span(item: Any) -> tuple[int, int] | None:
    """Start and end in minutes of the day; an end beyond 1,440 lies in the next day."""
    written = _SPAN.fullmatch(item.strip()) if isinstance(item, str) else None
    if written is None:
        return None
    hour, minute, end_hour, end_minute = (int(g) for g in written.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or start >= MINUTES or end > MINUTES:
        return None
    return start, end if end > start else end + MINUTES


def _shown(span: tuple[int, int]) -> str:
    start, end = span
    end = end if end <= MINUTES else end - MINUTES
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


# Closed dates

_HOW_DATES: Final = "Write dates such as 2026-12-25, or countries such as GB or DE-BY for their public holidays."


def _read_closed(part: Part, calendars: Calendars, faults: Faults) -> tuple[frozenset[int], tuple[str, ...]]:
    value, path = part.values["closed"], part.at("closed")
    closed: set[int] = set()
    unknown: list[str] = []
    items = value if isinstance(value, list) else [value]
    if not items:
        faults.add(path, f"`closed` of {part.name} names nothing.", _HOW_DATES)
    for number, item in enumerate(items):
        where = (*path, number) if isinstance(value, list) else path
        days = _closed_days(item, calendars)
        if days is not None:
            closed |= days
        elif isinstance(item, str) and item and not item[0].isdigit():
            unknown.append(item)
        else:
            faults.add(where, f"{found(item)} in `closed` of {part.name} is no date.", _HOW_DATES)
    return frozenset(closed), tuple(unknown)


def _closed_days(item: Any, calendars: Calendars) -> frozenset[int] | None:
    """The days that a date, a calendar of the strategy or a country names; None when it names nothing known."""
    day = day_number(item)
    if day is not None:
        return frozenset([day])
    if isinstance(item, str):
        return calendars[item] if item in calendars else public_holidays(item)
    return None


def _read_calendar(name: str, dates: Any, faults: Faults) -> frozenset[int]:
    days: set[int] = set()
    items = dates if isinstance(dates, list) else [dates]
    for number, item in enumerate(items):
        where = ("calendars", name, number) if isinstance(dates, list) else ("calendars", name)
        named = _closed_days(item, {})
        if named is None:
            faults.add(where, f'{found(item)} in calendar "{name}" is no date.', _HOW_DATES)
        else:
            days |= named
    return frozenset(days)


@cache
def public_holidays(country: str) -> frozenset[int] | None:
    """The public holidays of a country (`GB`) or a part of one (`DE-BY`), as days since 1970-01-01.

    Returns: None when it names no country that is known.

    Raises: MissingExtraError where the list of holidays is not installed.
    """
    code = _COUNTRY.fullmatch(country)
    if code is None:
        return None
    try:
        import holidays
    except ImportError:
        raise MissingExtraError(
            f"`closed: {country}` needs the public holidays of countries: pip install 'primum[holidays]'."
        ) from None
    try:
        known = holidays.country_holidays(code[1], subdiv=code[2], years=HOLIDAY_YEARS)
    except NotImplementedError:  # how the library says that it does not know a country or region
        return None
    return frozenset((day - EPOCH_DAY).days for day in known)


def unknown_calendar(name: str, calendars: Calendars) -> str:
    """What to do about a calendar that nobody declares."""
    return f"Declare it under `calendars`, with its dates. {did_you_mean(name, calendars)}".strip()
