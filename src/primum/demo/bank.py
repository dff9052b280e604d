"""A small made-up bank with collections: five departments, each with an export of its own.

Owns its people and what was said to them in half a year of 2026. Refuses to import anything of Primum. Some things go
wrong on purpose: an offer lands on people in arrears, and two departments write about one debt on one day.
"""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from primum.demo.small import DAYS, FIRST_DAY, by_time, day_written, email_of, instant, phone_of, write_rows, written

CUSTOMERS: Final = 1000
_OFFERS: Final = (
    ("saving-habit", "saving", 9, 0.45),
    ("card-offer", "cards", 31, 0.40),
    ("saving-habit", "saving", 58, 0.45),
    ("card-offer", "cards", 61, 0.30),
    ("come-back", "saving", 95, 0.20),
    ("saving-result", "saving", 120, 0.35),
    ("card-offer", "cards", 150, 0.40),
)
"""Communication, topic, day, share of customers who got it."""

Row = list[object]


def build(folder: Path, seed: int = 11) -> None:
    """Write the exports into `exports/` of a folder."""
    bank = _Bank(random.Random(seed))
    exports = folder / "exports"
    bank.live()
    write_rows(
        exports / "customers.csv", ("customer_no", "email", "mobile", "opened_on", "products", "balance"), bank.people
    )
    _write(exports / "mails.csv", "message,email,sent_at,campaign,class,topic,status", bank.mails, 2)
    _write(exports / "texts.csv", "id,mobile,sent_at,template,team,class,asked_by", bank.texts, 2)
    _write(exports / "calls.csv", "id,customer_no,started_at,reason,team,class", bank.calls, 2)
    _write(exports / "letters.csv", "customer_no,printed_on,letter,team,class", bank.letters, 1)
    _write(exports / "responses.csv", "customer_no,at,what,amount", bank.responses, 1)
    _write(exports / "arrears.csv", "customer_no,late_since,paid_on,account", bank.arrears, 1)
    _write(exports / "consents.csv", "customer_no,given_on,withdrawn_on", bank.consents, 1)
    _write(exports / "care.csv", "customer_no,what,told_on", bank.care, 2)


def _write(path: Path, header: str, rows: list[Row], time_column: int) -> None:
    write_rows(path, header.split(","), by_time(rows, time_column))


class _Bank:
    """Half a year of one bank."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.people: list[Row] = []
        self.mails: list[Row] = []
        self.texts: list[Row] = []
        self.calls: list[Row] = []
        self.letters: list[Row] = []
        self.responses: list[Row] = []
        self.arrears: list[Row] = []
        self.consents: list[Row] = []
        self.care: list[Row] = []

    def live(self) -> None:
        """Everything that happens to everybody."""
        for person in range(CUSTOMERS):
            opened = self._open(person)
            if opened >= FIRST_DAY:
                self._welcome(person, opened)
            self._offers(person, opened)
            self._codes(person)
            if self._chance.random() < 0.09:
                self._late(person)
            if self._chance.random() < 0.03:
                self._complaint(person)
            self._rate_change(person)

    def _open(self, person: int) -> datetime:
        chance = self._chance
        opened = FIRST_DAY + timedelta(days=chance.randrange(-2500, DAYS - 20))
        products, balance = chance.choice((1, 1, 1, 2, 3)), round(chance.expovariate(1 / 6000), 2)
        self.people.append(
            [_number(person), email_of(person), phone_of(person), day_written(opened), products, balance]
        )
        if chance.random() < 0.7:
            withdrawn = FIRST_DAY + timedelta(days=chance.randrange(30, DAYS)) if chance.random() < 0.06 else None
            self.consents.append([_number(person), day_written(opened), day_written(withdrawn) if withdrawn else ""])
            if withdrawn:
                self._respond(person, withdrawn + timedelta(hours=11), "opted_out")
        return opened

    def _welcome(self, person: int, opened: datetime) -> None:
        self._mail(person, opened + timedelta(hours=9), "welcome", "service", "")
        self._mail(person, opened + timedelta(days=4, hours=10), "first-steps", "service", "")
        if self._chance.random() < 0.6:
            self._respond(person, opened + timedelta(days=self._chance.randrange(5, 60), hours=12), "paid", 40)

    def _offers(self, person: int, opened: datetime) -> None:
        for name, topic, day, share in _OFFERS:
            at = instant(self._chance, day, 9, 12)
            if at < opened or self._chance.random() > share:
                continue
            self._mail(person, at, name, "marketing", topic)
            if self._chance.random() < 0.2:
                self._respond(person, at + timedelta(hours=self._chance.randrange(1, 40)), "clicked")
            if self._chance.random() < 0.03:
                self._respond(person, at + timedelta(days=self._chance.randrange(1, 20)), "bought", 120)

    def _codes(self, person: int) -> None:
        for _ in range(self._chance.randrange(6)):
            at = instant(self._chance, self._chance.randrange(DAYS), 7, 23)
            self._text(person, at, "one-time-code", "risk", "security", "customer")
        if self._chance.random() < 0.02:
            at = instant(self._chance, self._chance.randrange(DAYS), 0, 24)
            self._text(person, at, "fraud-alert", "risk", "security", "company")
            self._respond(person, at + timedelta(minutes=self._chance.randrange(3, 90)), "answered")

    def _late(self, person: int) -> None:
        """A payment is missed; help comes in three steps, and now and then too much of it."""
        chance = self._chance
        since = instant(chance, chance.randrange(DAYS - 40), 0, 1)
        paid = since + timedelta(days=chance.randrange(4, 70)) if chance.random() < 0.8 else None
        self.arrears.append([_number(person), day_written(since), day_written(paid) if paid else "", f"L{person:05d}"])
        end = paid or since + timedelta(days=70)
        if paid:
            self._respond(person, paid + timedelta(hours=13), "paid", 220)
        self._collect(person, since, end)
        if chance.random() < 0.05:
            self.care.append([_number(person), chance.choice(("care", "grief")), day_written(since)])

    def _collect(self, person: int, since: datetime, end: datetime) -> None:
        chance = self._chance
        reminder = since + timedelta(days=3, hours=chance.randrange(7, 21))
        self._text(person, reminder, "missed-payment", "collections", "collections", "company")
        if chance.random() < 0.25:
            self._mail(person, reminder + timedelta(hours=2), "missed-payment", "collections", "arrears")
        for day in (10, 12, 13):
            at = since + timedelta(days=day, hours=chance.randrange(8, 20))
            if at < end and chance.random() < 0.7:
                self._call(person, at, "plan-offer", "collections", "collections")
        if since + timedelta(days=24) < end:
            self.letters.append(
                [_number(person), day_written(since + timedelta(days=24)), "formal-notice", "collections", "regulatory"]
            )

    def _complaint(self, person: int) -> None:
        at = instant(self._chance, self._chance.randrange(DAYS - 10))
        self._respond(person, at, "complained")
        answer = at + timedelta(hours=self._chance.choice((2, 5, 20, 30, 75)))
        self._call(person, answer, "complaint-answer", "service", "service")
        self._respond(person, answer + timedelta(days=self._chance.randrange(1, 15)), "complaint_closed")

    def _rate_change(self, person: int) -> None:
        self.letters.append(
            [_number(person), day_written(FIRST_DAY + timedelta(days=80)), "rate-change", "service", "regulatory"]
        )

    # Rows

    def _mail(self, person: int, at: datetime, name: str, purpose: str, topic: str) -> None:
        status = "bounced" if self._chance.random() < 0.01 else "delivered"
        self.mails.append([f"M{len(self.mails):06d}", email_of(person), written(at), name, purpose, topic, status])

    def _text(self, person: int, at: datetime, name: str, team: str, purpose: str, asked_by: str) -> None:
        self.texts.append([f"T{len(self.texts):06d}", phone_of(person), written(at), name, team, purpose, asked_by])

    def _call(self, person: int, at: datetime, name: str, team: str, purpose: str) -> None:
        self.calls.append([f"C{len(self.calls):06d}", _number(person), written(at), name, team, purpose])

    def _respond(self, person: int, at: datetime, what: str, amount: int | str = "") -> None:
        self.responses.append([_number(person), written(at), what, amount])


def _number(person: int) -> str:
    return f"HL{100000 + person}"
