"""Windows: the stretches of time in which contacts are counted.

Owns what a window is: a width on an integer axis. Contacts lie in one window when the last and the first of them lie
less than that width apart on the axis. Refuses to know a time zone's rules (`words.time` does).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from primum.words.durations import parse_duration

Axis = Literal["elapsed", "local_days", "hour", "day", "week", "half-month", "month", "quarter", "year", "ever"]
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR: Final[tuple[str, ...]] = ("hour", "day", "week", "half-month", "month", "quarter", "year")
_PERIOD = re.compile(r"(?:a|an|one) (.+)")


@dataclass(frozen=True, slots=True)
class Window:
    """A width on an axis.

    `width` is in microseconds on the elapsed axis, in days on the axis of local days, and 1 on all others. `zone` is
    None for the customer's first zone, else an IANA name. `week_starts` is 0 for Monday.
    """

    axis: Axis
    width: int
    zone: str | None = None
    week_starts: int = 0


def parse_window(text: str, zone: str | None = None, week_starts: int = 0) -> Window:
    """Read `7 days`, `24 hours`, `7 local days`, `a week`, `a half-month`, `ever`.

    Raises: ValueError with a sentence that says what is allowed.
    """
    written = text.strip()
    if written == "ever":
        return Window("ever", 1)
    period = _PERIOD.fullmatch(written)
    if period is not None:
        if period[1] not in CALENDAR:
            raise ValueError(f"'{text}' is no calendar period: allowed are a or an {', '.join(CALENDAR)}")
        axis: Axis = next(a for a in get_args(Axis) if a == period[1])
        return Window(axis, 1, zone, week_starts)
    try:
        duration = parse_duration(written)
    except ValueError:
        periods = ", ".join(f"an {p}" if p == "hour" else f"a {p}" for p in CALENDAR)
        raise ValueError(
            f"'{text}' is no window: write an elapsed time such as 7 days or 24 hours, days of the calendar such as "
            f"7 local days, a calendar period ({periods}), or ever"
        ) from None
    if duration.local_days:
        return Window("local_days", duration.local_days, zone)
    return Window("elapsed", duration.microseconds)
