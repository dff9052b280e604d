"""What was said to whom and when: the list of contacts that everything is written and counted from.

Owns the made-up clock. Refuses to know files.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from primum.demo.batch import DAYS, START
from primum.demo.decoys.people import HOME, Person, Town
from primum.demo.decoys.sayings import SAYINGS, Saying

LAST: Final = DAYS - 1
LATE: Final = 70
EARLY: Final = DAYS - 22
"""First and last day of the department whose export starts ten weeks later and ends three weeks earlier."""
POST_DAYS: Final = 2
DAY_ONLY: Final = ("letters", "visits", "notices")
"""Sources that know the day alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """One contact. `day` counts from `START`, `minute` is the time in London; both of handing over.

    `status` is what became of it in the end. `also` are further rows of an event log: opened, clicked, delivered.
    """

    number: int
    person: Person
    saying: Saying
    day: int
    minute: int
    status: str = "delivered"
    also: tuple[str, ...] = ()

    @property
    def date(self) -> date:
        """The day of handing over."""
        return START + timedelta(days=self.day)

    @property
    def instant(self) -> datetime:
        """When it was handed over, in UTC."""
        at = datetime(self.date.year, self.date.month, self.date.day, tzinfo=ZoneInfo(HOME))
        return at.replace(hour=self.minute // 60, minute=self.minute % 60).astimezone(UTC)

    @property
    def day_only(self) -> bool:
        """Whether only the day is known."""
        return self.saying.source in DAY_ONLY

    @property
    def landing(self) -> int:
        """The day it reaches the customer, in the calendar of the customer (of the source where the day is all)."""
        if self.day_only:
            return self.day + (POST_DAYS if self.saying.channel == "post" else 0)
        if self.person.zone == HOME:
            return self.day
        return (self.instant.astimezone(ZoneInfo(self.person.zone)).date() - START).days

    @property
    def home_day(self) -> int:
        """The same in the calendar of the company."""
        return self.landing if self.day_only else self.day


@dataclass
class Plan:
    """Contacts as they are planted; `facts` count what was planted, by name."""

    random: Random
    town: Town = field(default_factory=Town)
    said: list[Said] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)
    flagged: list[Person] = field(default_factory=list)
    """Customers with an undated opt-out."""
    complaints: list[tuple[Person, int, int]] = field(default_factory=list)
    """Customers with an open complaint: from one day until another."""
    twice: set[int] = field(default_factory=set)
    """Numbers of contacts without an id that stand in two files."""
    _numbers: Iterator[int] = field(default_factory=count)

    def say(
        self,
        person: Person,
        name: str,
        day: int,
        minute: int | None = None,
        status: str = "delivered",
        also: tuple[str, ...] = (),
    ) -> Said:
        """Say something; at some time between nine and five where `minute` does not say when."""
        at = self.random.randrange(9 * 60, 17 * 60) if minute is None else minute
        contact = Said(next(self._numbers), person, SAYINGS[name], day, at, status, also)
        self.said.append(contact)
        return contact

    def note(self, **facts: int) -> None:
        """Count planted facts."""
        self.facts.update(facts)
