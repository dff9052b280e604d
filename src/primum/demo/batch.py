"""A batch of made-up people with everything said to them, as columns; and the clock of the made-up company.

Owns the columns, how batches join, and local time in London in 2025. Refuses to write or to judge.
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

START: Final = date(2025, 1, 6)
DAYS: Final = 182
DAY: Final = 1440
SUMMER: Final = int((datetime(2025, 3, 30, 1, tzinfo=UTC) - datetime(2025, 1, 6, tzinfo=UTC)).total_seconds()) // 60
"""Minute (UTC) at which London turns its clocks forward."""

COMMON: Final = (70, 160)
"""First and last local day of the period of which every large department's contacts are here."""
LANDS_AFTER: Final = 2
"""Local days from handing a letter over to its landing: instants here are landings, exports tell the handing over."""
EXTRACT_DAY: Final = 126
"""The day that the extract of undated flags tells of."""

PROPER, MISSING, PLACEHOLDER, OWN_PLACEHOLDER, SHARED, INFO = range(6)
"""How a row's key is written: the person's own; empty; a usual placeholder; the company's own one; shared values."""

STATUSES: Final = ("delivered", "sent", "bounced", "failed", "suppressed")
DELIVERED, SENT, BOUNCED, FAILED, SUPPRESSED = range(5)

OPENED, CLICKED, OPTED_OUT, VISITED = range(4)
RESPONSES: Final = ("opened", "clicked", "opted_out", "visited")

ORDINARY, SEED, TEST, PROOF, OWN, AGENCY, COLLEAGUE = range(7)
"""Whose mailbox an address is: a customer's; an address of the seed list; a test account of staff (both confirmed in
the strategy file); a seed, a test account and an address of the agency that nobody has confirmed; a colleague who is
a customer as well, which the strategy file says."""
NO_PEOPLE: Final = (SEED, TEST)
UNCONFIRMED: Final = (PROOF, OWN, AGENCY)


def minute(day: int | Array, local_minute: int | Array) -> Any:
    """The UTC minute (since `START`) of a local day and minute of the day."""
    local = np.asarray(day, np.int64) * DAY + local_minute
    return np.where(local >= SUMMER + 60, local - 60, local)


def local(minutes: Array) -> Array:
    """Local minutes since `START` of UTC minutes."""
    return np.where(minutes >= SUMMER, minutes + 60, minutes)


def local_day(minutes: Array) -> Array:
    """Local days since `START` of UTC minutes."""
    return local(minutes) // DAY


def opted_out_since(person: Array) -> Array:
    """The local day on which each person opted out of marketing."""
    return person * 13 % 180


def day_text(day: int) -> str:
    """A day since `START` as an ISO date."""
    return (START + timedelta(days=day)).isoformat()


@dataclass(frozen=True)
class People:
    """People numbered from `first` on, without gaps."""

    first: int
    master: Array
    """Whether the customer master knows the person (bool)."""
    known: Array
    """Bit i: the master holds an identifier of `KINDS[i]`; of a stranger: the kind they are known by."""
    unit: Array
    """The number of the person that this one is recognised as (int64)."""
    email_of: Array
    """Whose e-mail address the person uses (int64); negative ones are values that name nobody."""
    mailbox: Array
    """Whose mailbox it is (int8): `ORDINARY`, `SEED` ..."""


NO_EMAIL: Final = -1
MANY_EMAIL: Final = -2
INFO_EMAIL: Final = -3


@dataclass(frozen=True)
class Contacts:
    """Contacts, one a row."""

    person: Array
    minute: Array
    message: Array
    status: Array
    valid: Array
    """Days from the local day of sending to the last day of the offer; -1: no offer."""
    key: Array
    nameless: Array
    """Whether the department is not recorded (bool)."""


@dataclass(frozen=True)
class Responses:
    """Responses to a message, one a row."""

    person: Array
    minute: Array
    message: Array
    """-1: to none in particular."""
    kind: Array
    sent: Array
    """The minute of the contact that was answered; -1: not told."""


@dataclass(frozen=True)
class Batch:
    """People who are met in no other batch, with all their facts.

    `opted_out` are persons with a dated state (see `opted_out_since`), `flagged` those with a flag that has no date.
    """

    people: People
    contacts: Contacts
    responses: Responses
    opted_out: Array
    flagged: Array


def _joined(parts: list[Any]) -> Any:
    kind = type(parts[0])
    return kind(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(kind)))


def both(one: Responses, other: Responses) -> Responses:
    """The responses of both."""
    joined: Responses = _joined([one, other])
    return joined


def join(batches: list[Batch]) -> Batch:
    """One batch of several whose people follow one another."""
    people = [b.people for b in batches]
    columns = [np.concatenate([getattr(p, f.name) for p in people]) for f in fields(People)[1:]]
    return Batch(
        People(people[0].first, *columns),
        _joined([b.contacts for b in batches]),
        _joined([b.responses for b in batches]),
        np.concatenate([b.opted_out for b in batches]),
        np.concatenate([b.flagged for b in batches]),
    )


def in_time_order(batch: Batch) -> Batch:
    """The same batch, its contacts and responses in the order of time, as exports are."""
    contacts, responses = batch.contacts, batch.responses
    order = np.argsort(contacts.minute, kind="stable")
    answered = np.argsort(responses.minute, kind="stable")
    return Batch(
        batch.people,
        Contacts(*(getattr(contacts, f.name)[order] for f in fields(Contacts))),
        Responses(*(getattr(responses, f.name)[answered] for f in fields(Responses))),
        batch.opted_out,
        batch.flagged,
    )
