"""How many a day: rates and open hours as plain numbers, for comparing what is asked with what there is.

Owns the conversion of declared rates and the longest closed stretch of a week. Refuses to forecast.
"""

from itertools import pairwise
from typing import Final

from primum.strategy.facets.flows import Flow
from primum.strategy.models import Strategy

DAYS: Final = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0}
WEEK_MINUTES: Final = 7 * 1440

Spans = tuple[tuple[tuple[int, int], ...], ...]
"""For each day of the week, Monday first, half-open spans of minutes; an end beyond 1,440 runs into the next day."""


def per_day(rate: str) -> float:
    """`600 per month` as 20 a day; a month counts 30 days."""
    amount, _, period = rate.partition(" per ")
    return int(amount) / DAYS[period]


def channel_of_step(strategy: Strategy, flow: Flow, step: str) -> str | None:
    """The channel that a step uses: its own, else its communication's first."""
    said = flow.steps[step]
    known = strategy.communications.get(said.communication)
    return said.channel or (known.channels[0] if known is not None and known.channels else None)


def demand(strategy: Strategy, flow: Flow) -> dict[str, float]:
    """Contacts a day that a flow asks of each channel at most: everybody who comes in gets every step."""
    if flow.entry is None or flow.entry.expected is None:
        return {}
    asked: dict[str, float] = {}
    for step in flow.steps:
        channel = channel_of_step(strategy, flow, step)
        if channel is not None:
            asked[channel] = asked.get(channel, 0.0) + per_day(flow.entry.expected)
    return asked


def open_minutes(spans: Spans) -> list[int]:
    """The open minutes of a week, ascending; 0 is Monday 00:00."""
    stretches = ((day, start, end) for day, each in enumerate(spans) for start, end in each)
    return sorted({(day * 1440 + minute) % WEEK_MINUTES for day, s, e in stretches for minute in range(s, e)})


def longest_closed(spans: Spans) -> tuple[int, int]:
    """The longest stretch of closed minutes of a week, and the minute of the week at which it begins."""
    minutes = open_minutes(spans)
    if not minutes:
        return WEEK_MINUTES, 0
    ring = [*minutes, minutes[0] + WEEK_MINUTES]
    return max((after - before - 1, (before + 1) % WEEK_MINUTES) for before, after in pairwise(ring))
