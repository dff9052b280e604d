"""From merged counts to results: names, quantiles, peaks.

Owns the definitions that stand with the figures. Refuses rows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from primum.backtest import kernels as k
from primum.backtest import results as r
from primum.backtest.frame import DAYS_A_WEEK, Frame, Line
from primum.backtest.run import MOST_PRESSURE, Partial
from primum.backtest.stakes_figures import stakes_figures
from primum.rules.model import AtLeast, Capacity
from primum.words.time import day_text

DEFINITIONS = (
    ("asked", "Contacts that were attempted: reserved, sent, delivered, bounced or failed; to people."),
    ("kept", "No enforced rule is broken: sent at its own instant."),
    (
        "deferred",
        "Every broken rule may be waited for: sent at the first instant, within 400 days, at which none is broken, "
        "given what was admitted before and the responses and states that had begun by then.",
    ),
    (
        "overtaken",
        "Deferred, and an opt-out, a complaint or another state or pause that began while it waited shuts the new "
        "instant: not sent. It still took its place in the allowances of later contacts, since nobody knew.",
    ),
    ("stopped", "A broken rule cannot be waited for, or nothing opened within 400 days: not sent."),
    ("never", "As stopped, with a rule of severity `never` among the broken ones; not counted under stopped."),
    ("alone", "The only enforced rule that the contact breaks: without it, the contact would have gone out at once."),
    ("waiting", "Deferred contacts whose new instant lies on a later day."),
    (
        "busiest seven days",
        "Received and pushed contacts of a customer, first and last less than seven days apart, after the rules at the "
        "instants at which they were sent.",
    ),
    (
        "at stake",
        "Responses put down to contacts that were stopped or overtaken: by the contact's id, else to the last contact "
        "received within the window of their kind. From none to all of them hang on these contacts.",
    ),
    (
        "middle",
        "What followed, less what like customers did in the same time: of the same band of purchase value before the "
        "month, in the same month, who received nothing of the same message class in it, counting what is put down to "
        "no contact of another class. With two standard deviations either way.",
    ),
)
BANDS = ((1, "up to an hour"), (6, "up to 6 hours"), (24, "up to a day"), (72, "up to 3 days"), (168, "up to a week"))
LONGER = "longer than a week"
PRESSURE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


def result_of(frame: Frame, total: Partial, rule_set: str, unlinked: int) -> r.BacktestResult:
    """The result of one rule set.

    Args:
        rule_set: where the rules stand.
        unlinked: rows without a customer.
    """
    counts, lines = total.counts, frame.lines
    by_line = counts["not_kept"].copy()
    by_line[:, k.KEPT] = counts["asked"] - by_line.sum(axis=1)
    left = counts["left_out"].tolist()
    asked, spared, waited, silenced = counts["customers"].tolist()
    before, after = _loads(counts)
    days = np.flatnonzero(before.days.sum(axis=0))
    first, last = (_day(frame, int(d)) for d in (days[0], days[-1])) if len(days) else (None, None)
    return r.BacktestResult(
        rule_set,
        first,
        last,
        _ends(by_line.sum(axis=0)),
        r.CustomerFigures(asked, spared, waited, silenced),
        r.LeftOut(left[0], left[1], unlinked),
        tuple(_rules(frame, total)),
        _groups(lines, by_line, lambda line: line[0]),
        _groups(lines, by_line, lambda line: line[1]),
        _groups(lines, by_line, lambda line: line[2]),
        _groups(lines, by_line, lambda line: line[3]),
        tuple(r.Group(s, _ends(n)) for s, n in zip(frame.segments, counts["by_segment"], strict=True) if n.any()),
        _weeks(frame, counts["weeks"], before.days.sum(axis=0)),
        _delays(counts["delays"]),
        _backlog(frame, counts["waiting"]),
        tuple(_peak(frame, before, after, i) for i in range(len(frame.channels)) if before.days[i].any()),
        _pressure(counts["pressure_before"], counts["pressure_after"]),
        stakes_figures(frame.stakes, counts),
    )


def _ends(counts: np.ndarray) -> r.Ends:
    return r.Ends(int(counts.sum()), *counts.tolist())


def _groups(lines: tuple[Line, ...], counts: np.ndarray, name: Callable[[Line], str | None]) -> tuple[r.Group, ...]:
    """Lines by one of their words, most contacts first."""
    found: dict[str | None, np.ndarray] = {}
    for line, ends in zip(lines, counts, strict=True):
        found[name(line)] = found.get(name(line), 0) + ends
    groups = [r.Group(word, _ends(ends)) for word, ends in found.items() if ends.any()]
    return tuple(sorted(groups, key=lambda g: (-g.ends.asked, g.name is None, g.name or "")))


def _weeks(frame: Frame, not_kept: np.ndarray, by_day: np.ndarray) -> tuple[r.Group, ...]:
    """Weeks from the first to the last in which contacts were asked about."""
    asked = by_day.reshape(-1, DAYS_A_WEEK).sum(axis=1)
    ends = not_kept.copy()
    ends[:, k.KEPT] = asked - not_kept.sum(axis=1)
    used = np.flatnonzero(asked)
    span = range(used[0], used[-1] + 1) if len(used) else range(0)
    return tuple(r.Group(_day(frame, week * DAYS_A_WEEK), _ends(ends[week])) for week in span)


@dataclass(frozen=True)
class _Load:
    """Contacts by channel and hour (of those whose time is known), and by channel and day."""

    hours: np.ndarray
    days: np.ndarray


def _loads(counts: Mapping[str, np.ndarray]) -> tuple[_Load, _Load]:
    """Before the rules, and after."""

    def load(hours: np.ndarray, days: np.ndarray) -> _Load:
        return _Load(hours, days + hours.reshape(len(hours), -1, 24).sum(axis=2))

    hours, days = counts["hours"], counts["days"]
    return load(hours, days), load(hours + counts["hours_change"], days + counts["days_change"])


def _day(frame: Frame, day: int) -> str:
    return day_text(frame.calendar.first_day + day)


# Rules


def _rules(frame: Frame, total: Partial) -> Iterable[r.RuleFigures]:
    for rule, by_sender, unknown in zip(
        frame.hearing.compiled.rules, total.counts["by_rule"], total.counts["not_judged"].tolist(), strict=True
    ):
        whole = by_sender.sum(axis=0).tolist()
        yield r.RuleFigures(
            name=rule.name,
            says=rule.says,
            owner=rule.owner,
            severity=rule.severity,
            monitor_only=rule.shadow,
            evaluated=not isinstance(rule.limit, Capacity | AtLeast),
            broken=whole[k.BROKE],
            stopped=whole[k.WAS_STOPPED],
            stopped_alone=whole[k.STOPPED_ALONE],
            deferred=whole[k.WAS_DEFERRED],
            deferred_alone=whole[k.DEFERRED_ALONE],
            not_judged=unknown,
            senders=_senders(frame, by_sender),
        )


def _senders(frame: Frame, counts: np.ndarray) -> tuple[r.SenderFigures, ...]:
    found = [
        r.SenderFigures(department, channel, int(n[k.WAS_STOPPED]), int(n[k.WAS_DEFERRED]))
        for (department, channel), n in zip(frame.senders, counts, strict=True)
        if n[k.WAS_STOPPED] or n[k.WAS_DEFERRED]
    ]
    return tuple(sorted(found, key=lambda s: (-s.stopped - s.deferred, s.department or "", s.channel or "")))


# Deferrals


def _delays(histogram: np.ndarray) -> r.Delays:
    count = int(histogram.sum())
    within = np.cumsum(histogram)
    reached = [0, *(int(within[hours]) for hours, _ in BANDS), count]
    labels = [*(label for _, label in BANDS), LONGER]
    bands = tuple(r.DelayBand(n, b - a) for n, (a, b) in zip(labels, pairwise(reached), strict=True))
    longest = int(np.flatnonzero(histogram)[-1]) if count else None
    return r.Delays(count, quantile(histogram, 0.5), quantile(histogram, 0.9), longest, bands)


def quantile(histogram: np.ndarray, share: float) -> int | None:
    """The smallest value that at least this share does not exceed; None where nothing was counted."""
    count = int(histogram.sum())
    return int(np.searchsorted(np.cumsum(histogram), share * count)) if count else None


def _backlog(frame: Frame, change: np.ndarray) -> r.Backlog:
    """Who waits at the end of each day, from the daily change."""
    waiting = np.cumsum(change)
    used = np.flatnonzero(waiting)
    if not len(used):
        return r.Backlog(0, None, None, None, ())
    peak, last = int(waiting.argmax()), int(used[-1])
    most = int(waiting[peak])
    halved = peak + 1 + int(np.argmax(waiting[peak + 1 :] * 2 <= most))
    days = tuple(r.DayFigure(_day(frame, d), int(waiting[d])) for d in range(int(used[0]), last + 2))
    return r.Backlog(most, _day(frame, peak), _day(frame, halved), _day(frame, last + 1), days)


def _peak(frame: Frame, before: _Load, after: _Load, channel: int) -> r.ChannelPeak:
    def hour(place: int) -> str:
        return f"{_day(frame, place // 24)} {place % 24:02}:00"

    def day(place: int) -> str:
        return _day(frame, place)

    return r.ChannelPeak(
        frame.channels[channel],
        *_busiest(before.hours[channel], hour),
        *_busiest(after.hours[channel], hour),
        *_busiest(before.days[channel], day),
        *_busiest(after.days[channel], day),
    )


def _busiest(counts: np.ndarray, label: Callable[[int], str]) -> tuple[int, str | None]:
    """The most, and the first place at which it stands; None where there is nothing."""
    place = int(counts.argmax())
    return int(counts[place]), label(place) if counts[place] else None


def _pressure(before: np.ndarray, after: np.ndarray) -> r.Pressure:
    last = PRESSURE[-1]
    bands = [r.PressureBand(n, int(before[n]), int(after[n])) for n in PRESSURE[:-1]]
    bands.append(r.PressureBand(last, int(before[last:].sum()), int(after[last:].sum())))
    most = [int(np.flatnonzero(h)[-1]) if h.any() else 0 for h in (before, after)]
    assert max(most) <= MOST_PRESSURE
    return r.Pressure(int(before.sum()), quantile(before, 0.5), quantile(after, 0.5), most[0], most[1], tuple(bands))
