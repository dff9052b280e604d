"""The background: ordinary customers whose contacts are calm by construction.

Owns chance, all of it seeded. Refuses planted facts: here nobody gets a duplicate, meets two departments on one day,
has two offers at once or hears more than three times in 7 days.

Each customer's half-year has 16 slots, 11 days apart. A slot holds at most three contacts, on three days in a row, from
three departments, at most one of them with an offer, which ends at most 7 days later. So two slots are at least 9 days
apart, and no window of 7 days sees two of them.
"""

import numpy as np

from primum.demo.batch import (
    BOUNCED,
    CLICKED,
    DAYS,
    DELIVERED,
    FAILED,
    OPENED,
    OPTED_OUT,
    ORDINARY,
    PROPER,
    SENT,
    SUPPRESSED,
    VISITED,
    Array,
    Batch,
    Contacts,
    People,
    Responses,
    both,
    local_day,
    minute,
)
from primum.demo.messages import DEPARTMENTS, MESSAGES

SLOTS, PLACES, SLOT_DAYS = 16, 3, 11
APP_SLOTS = slice(7, 14)
"""Slots that lie within the app's export, whatever the day the first begins: from day 77 to day 155."""
PER_PERSON = 5
"""Contacts of an average person."""

KNOWN_SHARE = (0.9, 0.8, 1.0, 0.95, 0.85, 0.97, 0.6)
"""Share of customers of whom the master holds an identifier, by kind."""

VISITS = 1
"""Visits of the web account per contact."""

STRANGERS = 0.04
"""Share of people whom the master does not know."""

STRANGER_TO = (0.57, 0.23, 0.05, 0.02, 0.07, 0.03, 0.03)
"""Which department knows a stranger, by share."""

MARKETING, SALES, SERVICE, COLLECTIONS, LOGISTICS, BILLING, APP = range(len(DEPARTMENTS))
DAYTIME = (
    (7 * 60, 20 * 60),
    (9 * 60, 19 * 60),
    (6 * 60, 22 * 60),
    (0, 1),
    (8 * 60, 18 * 60),
    (0, 1),
    (7 * 60, 21 * 60),
)
"""Hours in which a department contacts people; of some only the day is known."""


def people(rng: np.random.Generator, first: int, count: int) -> People:
    """`count` people numbered from `first`: most are customers of the master, some are known to one department only."""
    known = np.zeros(count, np.int64)
    for kind, share in enumerate(KNOWN_SHARE):
        known |= (rng.random(count) < share).astype(np.int64) << kind
    master = rng.random(count) >= STRANGERS
    only = np.int64(1) << rng.choice(len(KNOWN_SHARE), count, p=STRANGER_TO)
    own = np.arange(first, first + count, dtype=np.int64)
    return People(first, master, np.where(master, known, only), own, own, np.full(count, ORDINARY, np.int8))


def _departments(rng: np.random.Generator, count: int) -> Array:
    """The department of each (person, slot, place): three different ones per slot, -1 for none."""
    draw = rng.random((count, SLOTS), np.float32)
    debtor = (rng.random(count, np.float32) < 0.15)[:, None]
    first = np.where(draw < 0.56, MARKETING, np.where(draw < 0.63, BILLING, np.where(draw < 0.79, SALES, SERVICE)))
    first[:, APP_SLOTS] = np.where(draw[:, APP_SLOTS] < 0.16, APP, first[:, APP_SLOTS])
    first = first.astype(np.int8)
    third = np.where(debtor, COLLECTIONS, np.where(first == SERVICE, -1, SERVICE)).astype(np.int8)
    second = np.full((count, SLOTS), LOGISTICS, np.int8)
    return np.stack([first, second, third], axis=2)


def _chosen(rng: np.random.Generator, departments: Array, known: Array, quota: int) -> Array:
    """Which (person, slot, place) become contacts, as flat indices: the `quota` with the smallest scores."""
    count = len(known)
    liveliness = rng.choice(np.array([0.5, 1.0, 1.8], np.float32), count, p=[0.35, 0.5, 0.15])
    weight = liveliness[:, None, None] * np.array([1.0, 0.3, 0.3], np.float32)
    score = rng.standard_exponential((count, SLOTS, PLACES), np.float32) / weight
    reachable = (known[:, None, None] >> np.maximum(departments, 0)) & 1
    score[(departments < 0) | (reachable == 0)] = np.inf
    flat = score.ravel()
    chosen = np.argpartition(flat, quota - 1)[:quota] if quota < flat.size else np.arange(flat.size)
    if np.isinf(flat[chosen]).any():
        raise ValueError(f"{count} people have no room for {quota} calm contacts")
    return np.sort(chosen)


def _texts(rng: np.random.Generator, department: Array) -> Array:
    """A text for each contact, by the weights of its department's communications."""
    out = np.empty(len(department), np.int16)
    for d in range(len(DEPARTMENTS)):
        texts = [m for m in MESSAGES if m.department == d and m.communication.weight > 0]
        weights = np.array([m.communication.weight / len(m.communication.subjects) for m in texts])
        here = np.flatnonzero(department == d)
        numbers = np.array([m.number for m in texts], np.int16)
        out[here] = rng.choice(numbers, len(here), p=weights / weights.sum())
    return out


def _statuses(rng: np.random.Generator, text: Array) -> Array:
    """Mostly delivered; what the customer asked for always is."""
    shares = {DELIVERED: 0.93, SENT: 0.045, BOUNCED: 0.012, FAILED: 0.008, SUPPRESSED: 0.005}
    status = rng.choice(np.array(list(shares), np.int8), len(text), p=list(shares.values()))
    asked = np.array([m.communication.asked for m in MESSAGES])
    status[asked[text]] = DELIVERED
    return status


def _contacts(rng: np.random.Generator, who: People, quota: int) -> Contacts:
    count = len(who.known)
    departments = _departments(rng, count)
    chosen = _chosen(rng, departments, who.known, quota)
    person, slot, place = np.unravel_index(chosen, departments.shape)
    department = departments.ravel()[chosen]
    turn = rng.integers(0, PLACES, (count, SLOTS), np.int8)[person, slot]
    start = rng.integers(0, SLOT_DAYS, count, np.int16)[person]
    day = start + SLOT_DAYS * slot + (place + turn) % PLACES
    hours = np.array(DAYTIME)[department]
    at = minute(day, rng.integers(hours[:, 0], hours[:, 1]))
    text = _texts(rng, department)
    by_day = np.array([m.by_day for m in MESSAGES])[text]
    at[by_day] = minute(day[by_day], 0)
    valid = np.array([m.communication.valid_days for m in MESSAGES], np.int16)[text]
    zeros = np.zeros(quota, np.int8)
    return Contacts(person + who.first, at, text, _statuses(rng, text), valid, zeros + PROPER, zeros.astype(bool))


def _responses(rng: np.random.Generator, who: People, contacts: Contacts) -> Responses:
    """Some people answer messages of marketing and of the app within a day and a half; four in ten never do."""
    eager = rng.random(len(who.known)) < 0.6
    department = np.array([m.department for m in MESSAGES], np.int8)[contacts.message]
    asked = np.array([m.communication.asked for m in MESSAGES])[contacts.message]
    able = (department == MARKETING) | ((department == APP) & ~asked)
    able &= (contacts.status == DELIVERED) & eager[contacts.person - who.first]
    some = np.flatnonzero(able & (rng.random(len(able)) < 0.35))
    later = contacts.minute[some] + rng.integers(3, 2000, len(some))
    inside = local_day(later) < DAYS
    some, later = some[inside], later[inside]
    kind = rng.choice(np.array([OPENED, CLICKED, OPTED_OUT], np.int8), len(some), p=[0.7, 0.29, 0.01])
    kind[(kind == OPTED_OUT) & (department[some] == APP)] = OPENED
    return Responses(contacts.person[some], later, contacts.message[some], kind, contacts.minute[some])


def _visits(rng: np.random.Generator, answered: Responses, quota: int) -> Responses:
    """Visits of the web account, by people who answer e-mails: so they wake nobody who is silent."""
    department = np.array([m.department for m in MESSAGES], np.int8)[answered.message]
    people = np.unique(answered.person[department == MARKETING])
    count = VISITS * quota if len(people) else 0
    who = rng.choice(people, count) if count else np.empty(0, np.int64)
    at = np.sort(minute(rng.integers(0, DAYS - 1, count), rng.integers(6 * 60, 23 * 60, count)))
    none = np.full(count, -1)
    return Responses(who, at, none.astype(np.int16), np.full(count, VISITED, np.int8), none)


def background(seed: int, part: int, first: int, count: int, quota: int) -> Batch:
    """`count` people numbered from `first`, with `quota` contacts among them.

    Args:
        seed, part: make the random numbers, and nothing else does.
    """
    rng = np.random.default_rng([seed, part])
    who = people(rng, first, count)
    contacts = _contacts(rng, who, quota)
    mailable = np.flatnonzero(who.known & 1)
    opted_out = mailable[rng.random(len(mailable)) < 0.02] + first
    answers = _responses(rng, who, contacts)
    return Batch(who, contacts, both(answers, _visits(rng, answers, quota)), opted_out, np.empty(0, np.int64))
