"""The planted facts: people made for one purpose, with contacts at exactly known times.

Owns what is planted and how often. Refuses chance: nothing here is random.

`ONCE` is planted in every company, `OFTEN` once per 40,000 contacts. The counts beside each fact are the promise that
tests hold the brute-force truth against.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from primum.demo.batch import (
    BOUNCED,
    CLICKED,
    COMMON,
    DAY,
    DELIVERED,
    FAILED,
    MANY_EMAIL,
    MISSING,
    NO_EMAIL,
    ORDINARY,
    OWN_PLACEHOLDER,
    PLACEHOLDER,
    PROPER,
    SHARED,
    SUPPRESSED,
    Batch,
    Contacts,
    People,
    Responses,
    minute,
)
from primum.demo.messages import DEPARTMENTS, KINDS, MESSAGES, message

ALL_KINDS = (1 << len(KINDS)) - 1
SUMMER_DAY = 100
"""A day (since the start) that lies in summer time."""

NEWSLETTERS = tuple(message("weekly-newsletter", i) for i in range(10))
SURVEYS = (message("satisfaction-survey"), message("satisfaction-survey", 1))
METERS = tuple(message("smart-meter-invitation", i) for i in range(3))
FRIENDS = (message("refer-a-friend"), message("refer-a-friend", 1))
PITCHES = (*(message("dual-fuel", i) for i in range(3)),)
BILL, DEBIT = message("bill-ready"), message("direct-debit-change")
OUTAGE, POWER_BACK = message("outage-notice"), message("outage-notice", 1)
READING, READING_DUE = message("meter-reading"), message("meter-reading", 1)
WORKS, APP_AWAY = message("planned-maintenance"), message("planned-maintenance", 1)
REMINDER, OVERDUE = message("payment-reminder"), message("payment-reminder", 1)
SECOND, FINAL = message("second-reminder"), message("final-notice")
SLOT, TOMORROW = message("engineer-slot"), message("engineer-slot", 1)
EXCHANGE = message("meter-exchange")
CODE, ORDER, PARCEL = message("one-time-code"), message("order-confirmation"), message("parcel-dispatched")
BOILER, BOILER_LAST = message("spring-boiler-service"), message("spring-boiler-service", 1)
SOLAR, SOLAR_ROOF = message("solar-launch"), message("solar-launch", 1)
EV, EV_SLEEPS = message("ev-tariff"), message("ev-tariff", 1)
COVER, COVER_PAST = message("boiler-cover"), message("boiler-cover", 1)
EV_CALL, EV_CALL_OTHER = message("ev-tariff-call"), message("ev-tariff-call", 1)

TEXTS_OF: dict[int, tuple[int, ...]] = {
    0: (*NEWSLETTERS, *METERS, *SURVEYS, *FRIENDS),
    1: PITCHES,
    2: (BILL, OUTAGE, READING, WORKS, POWER_BACK, READING_DUE, APP_AWAY, DEBIT),
    3: (REMINDER, OVERDUE, SECOND, FINAL),
    4: (SLOT, TOMORROW, EXCHANGE),
    5: (message("bill-by-letter"), message("tariff-change"), message("monthly-bill")),
    6: tuple(message("app-tips", i) for i in range(3)),
}
"""Texts without an offer, by department."""


@dataclass
class Plan:
    """A batch under construction; people count from 0."""

    people: list[tuple[bool, int, int, int, int]] = field(default_factory=list)
    contacts: list[tuple[int, int, int, int, int, int, bool]] = field(default_factory=list)
    responses: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    flagged: list[int] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)
    decoys: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What a naive audit reports, and how much of it is real; by name."""

    def person(
        self,
        *,
        master: bool = True,
        known: int = ALL_KINDS,
        unit: int | None = None,
        email_of: int | None = None,
        mailbox: int = ORDINARY,
    ) -> int:
        """A new person's number."""
        own = len(self.people)
        unit, email_of = own if unit is None else unit, own if email_of is None else email_of
        self.people.append((master, known, unit, email_of, mailbox))
        return own

    def contact(
        self,
        person: int,
        day: int,
        time: str,
        what: int,
        *,
        status: int = DELIVERED,
        valid: int = -1,
        key: int = PROPER,
        nameless: bool = False,
    ) -> None:
        """A contact on a day (since the start) at a local time; of some the day is all that is known."""
        hours, minutes = time.split(":")
        of_day = 0 if MESSAGES[what].by_day else int(hours) * 60 + int(minutes)
        at = int(minute(day, of_day))
        self.contacts.append((person, at, what, status, valid, key, nameless))

    def later(self, person: int, day: int, time: str, what: int, after: int, **more: int) -> None:
        """A contact `after` minutes (elapsed) behind a day and local time."""
        hours, minutes = time.split(":")
        at = int(minute(day, int(hours) * 60 + int(minutes))) + after
        self.contacts.append((person, at, what, more.get("status", DELIVERED), more.get("valid", -1), PROPER, False))

    def response(self, person: int, day: int, time: str, what: int, kind: int = CLICKED) -> None:
        """A response on a day at a local time."""
        hours, minutes = time.split(":")
        self.responses.append((person, int(minute(day, int(hours) * 60 + int(minutes))), what, kind, -1))

    def answered(self, after: int, kind: int) -> None:
        """A response to the last contact, so many minutes later."""
        person, at, what, *_ = self.contacts[-1]
        self.responses.append((person, at + after, what, kind, at))

    def flag(self, person: int) -> None:
        """The person's flag in the extract of the CRM, which does not say since when."""
        self.flagged.append(person)

    def fact(self, name: str, count: int) -> None:
        """Promise a number."""
        self.facts[name] = self.facts.get(name, 0) + count

    def decoy(self, name: str, naive: int, right: int) -> None:
        """Promise what a naive audit reports, and how much of it is real."""
        before = self.decoys.get(name, (0, 0))
        self.decoys[name] = (before[0] + naive, before[1] + right)

    def batch(self, first: int, copies: int = 1) -> Batch:
        """The plan `copies` times over, its people numbered from `first`."""
        people = np.array(self.people, np.int64)
        size = len(people)
        base = first + size * np.arange(copies)[:, None]
        shared = people[:, 3] < 0
        contacts = np.array(self.contacts, np.int64).reshape(-1, 7)
        responses = np.array(self.responses, np.int64).reshape(-1, 5)
        email_of = np.where(shared, people[:, 3], people[:, 3] + base)
        return Batch(
            People(
                first,
                np.tile(people[:, 0].astype(bool), copies),
                np.tile(people[:, 1], copies),
                (people[:, 2] + base).ravel(),
                email_of.ravel(),
                np.tile(people[:, 4].astype(np.int8), copies),
            ),
            Contacts(
                (contacts[:, 0] + base).ravel(),
                np.tile(contacts[:, 1], copies),
                np.tile(contacts[:, 2].astype(np.int16), copies),
                np.tile(contacts[:, 3].astype(np.int8), copies),
                np.tile(contacts[:, 4].astype(np.int16), copies),
                np.tile(contacts[:, 5].astype(np.int8), copies),
                np.tile(contacts[:, 6].astype(bool), copies),
            ),
            Responses(
                (responses[:, 0] + base).ravel(),
                np.tile(responses[:, 1], copies),
                np.tile(responses[:, 2].astype(np.int16), copies),
                np.tile(responses[:, 3].astype(np.int8), copies),
                np.tile(responses[:, 4], copies),
            ),
            np.empty(0, np.int64),
            (np.array(self.flagged, np.int64) + base).ravel(),
        )


def day_of(i: int) -> int:
    """Spread people over the period that all departments have in common, far from its ends."""
    return COMMON[0] + 2 + (i * 11) % 62


def _before_or_after_clocks(i: int) -> int:
    """A day from which ten days run without a change of clocks."""
    day = day_of(i)
    return day if day >= 84 else day + 20


def _duplicates_within(plan: Plan) -> None:
    gaps = [(10, 20), (DAY, 20), (3 * DAY, 15), (7 * DAY - 1, 5)]
    number = 0
    for gap, people in gaps:
        for _ in range(people):
            person, day, what = plan.person(), day_of(number), NEWSLETTERS[number % 10]
            plan.contact(person, day, "09:30", what)
            plan.later(person, day, "09:30", what, gap)
            number += 1
    plan.fact("repeats marketing", number)
    for i in range(6):
        person, day = plan.person(), day_of(i)
        for step in (0, 5, 10):
            plan.contact(person, day + step, "11:00", NEWSLETTERS[i])
    plan.fact("repeats marketing", 12)
    for i in range(18):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "14:00", OUTAGE)
        plan.contact(person, day, "16:00", OUTAGE)
    plan.fact("repeats service", 18)
    for i in range(8):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "00:00", REMINDER)
        plan.contact(person, day + 6, "00:00", REMINDER)
    plan.fact("repeats collections", 8)
    for i in range(10):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "08:15", SLOT)
        plan.contact(person, day + 1, "08:15", SLOT)
    plan.fact("repeats logistics", 10)


def _no_duplicates(plan: Plan) -> None:
    """Pairs that look like duplicates and are none."""
    for i in range(10):
        person, day = plan.person(), _before_or_after_clocks(i)
        plan.contact(person, day, "09:30", NEWSLETTERS[i])
        plan.later(person, day, "09:30", NEWSLETTERS[i], 7 * DAY)
    for i in range(5):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "09:30", NEWSLETTERS[i])
        plan.contact(person, day + 8, "09:30", NEWSLETTERS[i])
    for i in range(4):
        person, day = plan.person(), _before_or_after_clocks(i)
        plan.contact(person, day, "00:00", REMINDER)
        plan.contact(person, day + 7, "00:00", REMINDER)
    for i in range(12):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", METERS[0], status=BOUNCED if i % 2 else FAILED)
        plan.contact(person, day, "11:00", METERS[0])
    plan.fact("not received, sent again", 12)
    plan.fact("repeats after exactly 7 days (no duplicates)", 14)


def _duplicates_between(plan: Plan) -> None:
    for i in range(25):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "08:00", EV)
        plan.contact(person, day + 2, "15:00", EV_CALL)
    plan.fact("repeats marketing, then sales", 25)
    for i in range(9):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "15:00", EV_CALL)
        plan.contact(person, day + 1, "08:00", EV)
    plan.fact("repeats sales, then marketing", 9)


MEETINGS = (
    ("marketing", "sales", 24, 0),
    ("marketing", "service", 20, 5),
    ("marketing", "collections", 18, 0),
    ("marketing", "logistics", 9, 0),
    ("sales", "collections", 12, 2),
    ("service", "logistics", 15, 0),
    ("marketing", "billing", 7, 0),
    ("sales", "app", 8, 1),
)
"""Department, department, customers who meet both on one day, further customers who do on two days."""


def _meetings(plan: Plan) -> None:
    for a, b, one, two in MEETINGS:
        first, second = DEPARTMENTS.index(a), DEPARTMENTS.index(b)
        for i in range(one + two):
            person, day = plan.person(), day_of(i)
            plan.contact(person, day, "10:00", TEXTS_OF[first][0])
            plan.contact(person, day, "15:00", TEXTS_OF[second][0])
            if i >= one:
                plan.contact(person, day + 20, "10:00", TEXTS_OF[first][1])
                plan.contact(person, day + 20, "15:00", TEXTS_OF[second][1])
        plan.fact(f"meetings {a}, {b}", one + 2 * two)


def _around_midnight(plan: Plan) -> None:
    """Local days decide: in summer, the UTC day says the opposite in both cases."""
    for i in range(6):
        person, day = plan.person(), SUMMER_DAY + 3 * i
        plan.contact(person, day, "23:50", NEWSLETTERS[i])
        plan.contact(person, day + 1, "00:10", OUTAGE)
    plan.fact("around midnight, two days (no meeting)", 6)
    for i in range(6):
        person, day = plan.person(), SUMMER_DAY + 3 * i
        plan.contact(person, day, "00:30", OUTAGE)
        plan.contact(person, day, "20:00", NEWSLETTERS[i])
    plan.fact("meetings marketing, service", 6)


def _no_meetings(plan: Plan) -> None:
    for i in range(7):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", NEWSLETTERS[i])
        plan.contact(person, day, "12:00", CODE)
    for i in range(5):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", NEWSLETTERS[i], status=BOUNCED)
        plan.contact(person, day, "12:00", OUTAGE)


OFFERS: tuple[tuple[str, int, tuple[tuple[int, int, int], ...], int, int], ...] = (
    ("two of marketing", 20, ((BOILER, 0, 7), (SOLAR, 2, 7)), 1, 0),
    ("marketing and sales", 15, ((SOLAR_ROOF, 0, 9), (COVER, 4, 7)), 1, 0),
    ("one product, marketing and sales", 10, ((EV_SLEEPS, 0, 9), (EV_CALL_OTHER, 5, 7)), 1, 1),
    ("touching on one day", 6, ((BOILER, 0, 5), (SOLAR, 5, 5)), 1, 0),
    ("one day apart", 6, ((BOILER, 0, 5), (SOLAR, 6, 5)), 0, 0),
    ("the same offer sent again", 5, ((BOILER_LAST, 0, 14), (BOILER_LAST, 8, 6)), 0, 0),
    ("three at once", 4, ((BOILER, 0, 12), (SOLAR, 2, 12), (COVER_PAST, 4, 12)), 3, 0),
)
"""What, customers, (text, days later, days valid), pairs live at once, of which for one product."""


def _live_offers(plan: Plan) -> None:
    for name, people, sends, pairs, same in OFFERS:
        for i in range(people):
            person, day = plan.person(), day_of(i)
            for what, later, valid in sends:
                plan.contact(person, day + later, "09:00", what, valid=valid)
        plan.fact(f"live offers: {name}", people * pairs)
        plan.fact("live offers", people * pairs)
        plan.fact("live offers of one product", people * same)
        plan.fact("customers with live offers", people if pairs else 0)
    for i in range(4):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "09:00", BOILER, valid=7)
        plan.contact(person, day + 2, "09:00", SOLAR, valid=7, status=BOUNCED)
    plan.fact("live offers, one bounced (none)", 4)


def week_of(plan: Plan, person: int, first: int, count: int) -> None:
    """`count` contacts in six days: one department a day, no text twice, no offer."""
    order = (0, 2, 0, 1, 0, 2)
    used: dict[int, int] = {}
    per_day = [count // 6 + (1 if d < count % 6 else 0) for d in range(6)]
    for day, (department, many) in enumerate(zip(order, per_day, strict=True)):
        texts = TEXTS_OF[department]
        for i in range(many):
            number = used.get(department, 0)
            used[department] = number + 1
            plan.contact(person, first + day, f"{9 + 2 * i:02d}:{5 * i:02d}", texts[number % len(texts)])


PRESSURE = ((4, 100), (5, 60), (6, 30), (12, 12))
"""Contacts in the busiest 7 days, customers."""


def _pressure(plan: Plan) -> None:
    for count, people in PRESSURE:
        for i in range(people):
            week_of(plan, plan.person(), day_of(i), count)
        plan.fact(f"customers with {count} contacts in their busiest 7 days", people)


def _asked_for(plan: Plan) -> None:
    for i in range(15):
        person, day = plan.person(), day_of(i)
        for code in range(6):
            plan.contact(person, day, f"18:{5 * code:02d}", CODE)
    for i in range(10):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "12:00", ORDER)
        plan.contact(person, day, "12:01", ORDER)
        plan.contact(person, day, "17:00", PARCEL)
    plan.fact("asked for", 15 * 6 + 10 * 3 + 7)


def _without_customer(plan: Plan) -> None:
    """Rows whose key is empty or stands for nobody. Their person is of no consequence."""
    rows: Sequence[tuple[int, int, int]] = (
        (NEWSLETTERS[1], MISSING, 6),
        (PITCHES[0], MISSING, 4),
        (REMINDER, MISSING, 3),
        (NEWSLETTERS[2], PLACEHOLDER, 12),
        (PITCHES[1], PLACEHOLDER, 8),
        (OVERDUE, PLACEHOLDER, 3),
        (NEWSLETTERS[3], OWN_PLACEHOLDER, 5),
    )
    nobody = plan.person(master=False, known=0)
    for what, key, count in rows:
        for i in range(count):
            plan.contact(nobody, day_of(i), "10:00", what, key=key)
        plan.fact("rows without a customer", count)


def _strangers(plan: Plan) -> None:
    """People whom one department knows and the customer master does not."""
    for department, people in enumerate((40, 25, 10, 5, 15, 6, 8)):
        texts = TEXTS_OF[department]
        for i in range(people):
            person, day = plan.person(master=False, known=1 << department), day_of(i)
            plan.contact(person, day, "10:00", texts[0])
            plan.contact(person, day + 15, "10:00", texts[1])
        plan.fact(f"strangers of {DEPARTMENTS[department]}", people)


def _couples(plan: Plan) -> None:
    """Two customers of the master with one e-mail address: linked as one, so that two departments meet."""
    for i in range(10):
        one = plan.person()
        other = plan.person(unit=one, email_of=one)
        day = day_of(i)
        plan.contact(other, day - 9, "10:00", NEWSLETTERS[i])
        plan.contact(one, day, "10:00", BILL)
        plan.contact(other, day, "15:00", SLOT)
    plan.fact("couples", 10)
    plan.fact("meetings service, logistics", 10)


def _odd_rows(plan: Plan) -> None:
    unregistered = message("Winback_03 copy FINAL")
    for i in range(30):
        plan.contact(plan.person(), day_of(i), "10:00", unregistered)
    plan.fact("contacts without a message class", 30)
    for i in range(14):
        plan.contact(plan.person(), day_of(i), "10:00", READING_DUE, nameless=True)
    plan.fact("contacts without a department", 14)
    note = message("manual note")
    for i in range(8):
        plan.contact(plan.person(), day_of(i), "10:00", note)
    plan.fact("contacts without a channel", 8)
    for i in range(9):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", NEWSLETTERS[4])
        plan.contact(person, day, "10:30", NEWSLETTERS[4], status=SUPPRESSED)
    plan.fact("suppressed", 9)


def _silent(plan: Plan) -> None:
    for i in range(40):
        person, day = plan.person(), 10 + i % 20
        for step in range(6):
            plan.contact(person, day + 16 * step, "10:00", NEWSLETTERS[step])
        if i >= 30:
            plan.response(person, day + 16, "21:00", NEWSLETTERS[1])
    plan.fact("six contacts, no response", 30)
    plan.fact("six contacts, one response", 10)


TOP = 10
UNICODE_PERSON = 10
"""The number of the person whose e-mail address is spelled in two Unicode forms."""


def _story(plan: Plan) -> None:
    """The most contacted person: 19 contacts in 7 days, five of them on one day from four departments."""
    person, day = plan.person(), 112
    week_of(plan, person, day, 14)
    for time, what in (
        ("00:00", OVERDUE),
        ("08:05", FRIENDS[0]),
        ("11:40", PITCHES[2]),
        ("13:15", TOMORROW),
        ("18:50", FRIENDS[1]),
    ):
        plan.contact(person, day + 6, time, what)
    for extra in range(8):
        plan.contact(person, 10 + 11 * extra, "10:00", NEWSLETTERS[extra])
    plan.fact("contacts of the most contacted person in 7 days", 19)
    plan.fact("contacts of the most contacted person", 27)


def _most_contacted(plan: Plan) -> None:
    """Persons 1 to 9: 18, 17 ... 10 contacts in 7 days and eight more before, so that nobody ties."""
    for place in range(1, TOP):
        person = plan.person()
        week_of(plan, person, 100 + place, 19 - place)
        for extra in range(8):
            plan.contact(person, 2 + place % 3 + 11 * extra, "10:00", NEWSLETTERS[extra])


def _shared_by_nine(plan: Plan) -> None:
    members = [plan.person(email_of=MANY_EMAIL) for _ in range(9)]
    for i, member in enumerate(members):
        plan.contact(member, day_of(i), "10:00", BILL)
    for i in range(18):
        plan.contact(members[0], 3 + 10 * i, "09:00", NEWSLETTERS[i % 10], key=SHARED)
    plan.fact("contacts to an address shared by nine", 18)
    plan.fact("rows without a customer", 18)
    for i in range(12):
        plan.contact(plan.person(email_of=NO_EMAIL), day_of(i), "10:00", BILL)
    plan.fact("master rows with a placeholder", 12)


def _spelled_two_ways(plan: Plan) -> None:
    person = plan.person()
    plan.contact(person, 90, "10:00", NEWSLETTERS[0])
    plan.contact(person, 90, "15:00", BILL)
    plan.fact("meetings marketing, service", 1)


def _hostile(plan: Plan) -> None:
    image = "<img src=x onerror=alert(1)>"
    for i in range(3):
        person = plan.person()
        plan.contact(person, 40 + i, "10:00", message(image, 0))
        plan.contact(person, 60 + i, "10:00", message(image, 1))
        plan.contact(person, 80 + i, "10:00", message("console broadcast"))
    plan.fact("hostile contacts", 9)


ONCE = (_story, _most_contacted, _spelled_two_ways, _shared_by_nine, _hostile)
"""Planted once, whatever the size."""

OFTEN = (
    _duplicates_within,
    _no_duplicates,
    _duplicates_between,
    _meetings,
    _around_midnight,
    _no_meetings,
    _live_offers,
    _pressure,
    _asked_for,
    _without_customer,
    _strangers,
    _couples,
    _odd_rows,
    _silent,
)
"""Planted once per 40,000 contacts."""
