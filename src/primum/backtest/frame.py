"""What all buckets of one backtest share: what tags are counted as, the company's calendar, and the rules' bits.

Owns codes and the way back to their names. Refuses rows.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from primum.backtest import kernels as k
from primum.backtest.stakes import StakesFrame
from primum.customers.hearing import Hearing, extent
from primum.customers.tags import Word, WordColumn
from primum.rules.calendar import LOOK_AHEAD_DAYS, bits
from primum.words.time import US_PER_DAY, transitions
from primum.words.vocabulary import RECEIVED

MARGIN_DAYS = 2
QUARTERS_A_DAY = 96
DAYS_A_WEEK = 7
THURSDAY = 3
"""1970-01-01 was a Thursday."""

Line = tuple[Word, Word, Word, Word]
"""Department, channel, message class and communication."""


@dataclass(frozen=True)
class Calendar:
    """The company's local time over all days in which a contact lies, or may be deferred to.

    `begin`: the instant at which its first day, a Monday (days since 1970-01-01), begins. `hour_of_quarter` (int32):
    the local hour, counted from there, of each quarter of an hour of UTC (no offset is finer). An hour that a fold
    repeats is one hour.
    """

    begin: int
    first_day: int
    hour_of_quarter: np.ndarray

    @property
    def hours(self) -> int:
        """How many local hours there are; whole weeks of them."""
        hours_a_week = 24 * DAYS_A_WEEK
        return (int(self.hour_of_quarter[-1]) // hours_a_week + 1) * hours_a_week


@dataclass(frozen=True)
class Frame:
    """A hearing and how its contacts are counted.

    `line` (int32) and `flags` (uint8) by tag; `sender_of_line`, `channel_of_line` (int32): codes of `senders` and
    `channels`. A line is what tells contacts apart in a result: few enough to stay near the processor.
    """

    hearing: Hearing
    line: np.ndarray
    flags: np.ndarray
    lines: tuple[Line, ...]
    senders: tuple[tuple[Word, Word], ...]
    sender_of_line: np.ndarray
    channels: tuple[Word, ...]
    channel_of_line: np.ndarray
    calendar: Calendar
    segments: tuple[str, ...] = ()
    stakes: StakesFrame | None = None

    @cached_property
    def rule_of(self) -> np.ndarray:
        """The rule of each bit of a mask."""
        found = np.zeros(64 * self.hearing.compiled.words, np.int64)
        found[: len(self.hearing.compiled.rows)] = [row.rule for row in self.hearing.compiled.rows]
        return found

    @cached_property
    def enforced(self) -> np.ndarray:
        """Which rules change something (uint8)."""
        return np.array([not rule.shadow for rule in self.hearing.compiled.rules], np.uint8)

    @cached_property
    def never(self) -> np.ndarray:
        """The mask of enforced rows of severity `never`."""
        compiled = self.hearing.compiled
        rules = [compiled.rules[row.rule] for row in compiled.rows]
        never = [i for i, rule in enumerate(rules) if rule.severity == "never" and not rule.shadow]
        return bits(never, compiled.words)


def make_frame(hearing: Hearing, zone: str, segments: tuple[str, ...] = (), stakes: StakesFrame | None = None) -> Frame:
    """The frame of a backtest.

    Args:
        zone: the company's, in whose local days contacts are counted.
        segments: names of segments to count by; the hearing's states must hold them.
        stakes: where what followed contacts that were not sent is to be counted.
    """
    words = hearing.words
    lines, line = _joined(*(words[n] for n in ("department", "channel", "purpose", "communication")))
    senders, sender = _numbered([(department, channel) for department, channel, _, _ in lines])
    channels, channel_of_line = _numbered([(channel,) for _, channel, _, _ in lines])
    pushed = words["status"].holds(lambda w: w in RECEIVED) & words["initiated"].holds(lambda w: w != "customer")
    flags = np.where(pushed, k.PUSHED, 0) | np.where(hearing.whole, k.DAY_ONLY, 0)
    return Frame(
        hearing,
        line,
        flags.astype(np.uint8),
        tuple((a, b, c, d) for a, b, c, d in lines),
        tuple((a, b) for a, b in senders),
        sender,
        tuple(c for (c,) in channels),
        channel_of_line,
        company_calendar(zone, *extent(hearing.history)),
        segments,
        stakes,
    )


def _joined(*columns: WordColumn) -> tuple[list[tuple[Word, ...]], np.ndarray]:
    """The distinct combinations of some attributes of tags, and each tag's."""
    code = np.zeros(len(columns[0].index), np.int64)
    for column in columns:
        code = np.unique(code * len(column.words) + column.index, return_inverse=True)[1].reshape(-1)
    first = np.unique(code, return_index=True)[1].tolist()
    found, place = _numbered([tuple(c.words[c.index[tag]] for c in columns) for tag in first])
    return found, place[code]


def _numbered(each: list[tuple[Word, ...]]) -> tuple[list[tuple[Word, ...]], np.ndarray]:
    """The distinct ones in the order of their words, and the number (int32) of each."""
    found = sorted(set(each), key=lambda words: tuple((w is None, w or "") for w in words))
    number = {words: i for i, words in enumerate(found)}
    return found, np.array([number[words] for words in each], np.int32)


def company_calendar(zone: str, first_us: int, last_us: int) -> Calendar:
    """The calendar of a zone from two days before the first instant to 400 days after the last."""
    day = first_us // US_PER_DAY - MARGIN_DAYS
    day -= (day + THURSDAY) % DAYS_A_WEEK
    count = last_us // US_PER_DAY + LOOK_AHEAD_DAYS + MARGIN_DAYS - day
    quarters = day * US_PER_DAY + np.arange((count + MARGIN_DAYS) * QUARTERS_A_DAY) * k.QUARTER_US
    # One day earlier, so that the first local midnight is among them whatever the zone.
    quarters -= US_PER_DAY
    instants, offsets = transitions(zone, int(quarters[0]), int(quarters[-1]))
    offset = np.array(offsets, np.int64)[np.searchsorted(np.array(instants), quarters, "right") - 1]
    hours = (quarters + offset) // k.HOUR_US - day * 24
    begin = int(np.argmax(hours >= 0))
    return Calendar(int(quarters[begin]), int(day), hours[begin:].astype(np.int32))
