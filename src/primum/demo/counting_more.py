"""Counting what only odd exports show: the common period, flags, addresses that are no customers, texts that are alike.

Owns the brute force for these. Refuses to read the exports and to share a line of code with the audit.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from primum.demo import identifiers as ids
from primum.demo.batch import (
    COLLEAGUE,
    DAY,
    EXTRACT_DAY,
    NO_PEOPLE,
    ORDINARY,
    SEED,
    SUPPRESSED,
    TEST,
    Batch,
    day_text,
    opted_out_since,
)
from primum.demo.messages import MESSAGES
from primum.demo.register_more import BILLING, NEAR_TEXTS
from primum.demo.truth import CommonTruth, FlagTruth, Name, NearTruth, NoPersonTruth

WEEK = 7 * DAY
LARGE = 100
"""A department with at least one contact in so many of all takes part in the common period."""
OPTED_OUT, NO_ADVERTISING = "opted_out", "no_advertising"
WHY = {SEED: "seed", TEST: "test"}


class Event(NamedTuple):
    """One contact of a known customer."""

    at: int
    day: int
    department: Name
    message: int
    status: int
    ends: int
    """The last minute of its offer; -1: no offer."""
    last_day: int


States = dict[int, dict[str, list[int | None]]]
"""Customer -> state -> the days since when it holds; None: not told."""


class Further:
    """Counts customer by customer, beside `Counting`."""

    def __init__(self) -> None:
        self.firsts: dict[Name, int] = {}
        self.lasts: dict[Name, int] = {}
        self.held: Counter[Name] = Counter()
        self.by_day: Counter[int] = Counter()
        self.flags: dict[str, Counter[str]] = defaultdict(Counter)
        self.no_people: list[NoPersonTruth] = []
        self.to_no_people = 0
        self.texts: Counter[str] = Counter()
        self.near: Counter[tuple[str, str]] = Counter()

    def row(self, e: Event) -> None:
        """A contact, whether or not its customer is known."""
        self.firsts[e.department] = min(self.firsts.get(e.department, e.day), e.day)
        self.lasts[e.department] = max(self.lasts.get(e.department, e.day), e.day)
        if e.status != SUPPRESSED:
            self.held[e.department] += 1
            self.by_day[e.day] += 1

    def no_person(self, unit: int, mailbox: int, attempts: list[Event]) -> None:
        """The contacts of one customer, where the address is no customer's."""
        if mailbox in (ORDINARY, COLLEAGUE):
            return
        confirmed = mailbox in NO_PEOPLE
        self.to_no_people += len(attempts) if confirmed else 0
        address = ids.email(np.array([unit]), np.array([mailbox]))[0].as_py()
        said = {MESSAGES[e.message].communication.name for e in attempts}
        why = WHY.get(mailbox, "")
        self.no_people.append(NoPersonTruth(address, why, confirmed, len(attempts), len(said)))

    def states(self, batch: Batch) -> States:
        """The states of a batch's customers; its rows are counted."""
        out: States = defaultdict(lambda: defaultdict(list))
        people = batch.people
        since = opted_out_since(batch.opted_out)
        rows = [(OPTED_OUT, p, d) for p, d in zip(batch.opted_out.tolist(), since.tolist(), strict=True)]
        for state, person, day in [*rows, *((NO_ADVERTISING, p, None) for p in batch.flagged.tolist())]:
            unit = int(people.unit[person - people.first])
            self.flags[state]["customers"] += state not in out[unit]
            self.flags[state]["undated" if day is None else "dated"] += 1
            out[unit][state].append(day)
        return out

    def customer(self, unit: int, counted: list[Event], states: States) -> None:
        """What was pushed to one customer and received."""
        for state, days in states.get(unit, {}).items():
            said = [e for e in counted if MESSAGES[e.message].communication.purpose == "marketing"]
            sure = [max(_holds(e.day, day) for day in days) for e in said]
            for word, level in (("during", 2), ("possible", 1)):
                self.flags[state][word] += sure.count(level)
                self.flags[state][f"{word} customers"] += level in sure
        self._near(counted)

    def _near(self, counted: list[Event]) -> None:
        at: dict[str, list[int]] = defaultdict(list)
        for e in counted:
            text = MESSAGES[e.message].subject
            if text is not None and text in ALIKE:
                self.texts[text] += 1
                at[text].append(e.at)
        for a, b in NEAR_TEXTS:
            self.near[a, b] += any(abs(x - y) < WEEK for x in at[a] for y in at[b])

    def common_truth(self, told: tuple[int, int] | None) -> CommonTruth | None:
        """The common period, counted.

        Raises:
            ValueError: it is not the one that figures were restricted to.
        """
        if told is None:
            return None
        total = sum(self.held.values())
        large = [d for d in self.held if d is not None and LARGE * self.held[d] >= total]
        first, last = max(self.firsts[d] for d in large), min(self.lasts[d] for d in large)
        if (first, last) != told:
            raise ValueError(f"the departments have days {first} to {last} in common, not {told[0]} to {told[1]}")
        outside = sum(n for day, n in self.by_day.items() if not first <= day <= last)
        small = sorted(d for d in self.firsts if d is not None and d not in large)
        days = last - first + 1
        return CommonTruth(day_text(first), day_text(last), days, tuple(sorted(map(str, large))), tuple(small), outside)

    def flag_truth(self) -> dict[str, FlagTruth]:
        """By state."""
        names = ("customers", "dated", "undated", "during", "during customers", "possible", "possible customers")
        return {state: FlagTruth(*(c[n] for n in names)) for state, c in self.flags.items()}

    def no_people_truth(self) -> tuple[NoPersonTruth, ...]:
        """Most contacts first."""
        return tuple(sorted(self.no_people, key=lambda p: (-p.contacts, p.email)))

    def near_truth(self) -> tuple[NearTruth, ...]:
        """The planted pairs."""
        return tuple(NearTruth(a, b, self.texts[a], self.texts[b], self.near[a, b]) for a, b in NEAR_TEXTS)

    def no_near(self) -> tuple[tuple[str, str], ...]:
        """Statements of one month and the next."""
        texts = next(c.subjects for c in BILLING if c.name == "bill-with-month")
        return tuple((str(a), str(b)) for a, b in pairwise(texts))


ALIKE = {text for pair in NEAR_TEXTS for text in pair}


def _holds(day: int, since: int | None) -> int:
    """Whether a state holds at a contact: 2 certainly, 1 possibly, 0 not. A day on which it begins is possible."""
    if since is None:
        return 2 if day >= EXTRACT_DAY else 1
    return 2 if day > since else int(day == since)
