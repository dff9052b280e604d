"""What an audit of Harbour & Finch must not report: each decoy with what a careless audit would make of it.

Owns the decoys. What a careless audit would report is counted under `naive_...`: it may appear in no figure.
"""

from primum.demo.decoys.people import ABROAD, SEEDS, STAFF, TESTS
from primum.demo.decoys.plan import POST_DAYS, Plan
from primum.demo.decoys.sayings import BILLS, ISSUES, NOTICES

FLAG_DAY = 115
"""The opt-outs are as of this day."""
OPEN, CLOSED = 80, 90
"""Complaints are open from one day until the other."""


def traps(plan: Plan, tile: int) -> None:
    """One tile of all that are planted in every tile."""
    _orders(plan)
    _codes(plan)
    _call_backs(plan)
    _bills(plan)
    _shared_mailbox(plan, tile)
    _letters(plan)
    _abroad(plan)
    _flags(plan)
    _log(plan)
    _a_week_later(plan)


def once(plan: Plan) -> None:
    """What is planted once, whatever the size."""
    _seeds(plan)
    _tests(plan)
    _staff(plan)
    for n in range(3):
        plan.say(plan.town.newcomer(), "works nearby", 100 + 5 * n)
    plan.note(small_department=3)


def _orders(plan: Plan) -> None:
    """Two orders in a week, and a newsletter on the day of one: a chain of texts that customers wait for."""
    for i, person in enumerate(plan.town.newcomers(20)):
        first = 75 + i
        for start in (first, first + 4):
            for step, name in enumerate(("order received", "order shipped", "order delivered")):
                plan.say(person, name, start + step)
        plan.say(person, "issue 07", first)
    plan.note(asked_for=120, orders=120, naive_repeats=60, naive_meetings=20)


def _codes(plan: Plan) -> None:
    """Three codes within minutes, in the very same words, on the day of a newsletter."""
    for i, person in enumerate(plan.town.newcomers(15)):
        for minute in (600, 604, 609):
            plan.say(person, "login code", 85 + i, minute)
        plan.say(person, "issue 08", 85 + i)
    plan.note(asked_for=45, codes=45, naive_repeats=30, naive_meetings=15)


def _call_backs(plan: Plan) -> None:
    """Two call-backs that were asked for, one of them on the day of the bill."""
    for i, person in enumerate(plan.town.newcomers(12)):
        plan.say(person, "call-back", 88 + i)
        plan.say(person, "call-back", 91 + i)
        plan.say(person, "bill", 88 + i)
    plan.note(asked_for=24, call_backs=24, naive_repeats=12, naive_meetings=12)


def _bills(plan: Plan) -> None:
    """Six monthly bills: with one and the same subject, or with the month's name in it."""
    for names in (("bill",) * 6, BILLS):
        for i, person in enumerate(plan.town.newcomers(25)):
            for n, name in enumerate(names):
                plan.say(person, name, 1 + i + 30 * n)
    plan.note(bills=150, bills_by_month=150)


def _shared_mailbox(plan: Plan, tile: int) -> None:
    """Nine customers who gave the letting agency's address: one mailing reaches it nine times."""
    for _ in range(9):
        person = plan.town.newcomer(email=f"info@quay{tile}-lettings.example", role="mailbox")
        plan.say(person, "issue 06", 84)
    plan.note(unlinked=9, mailboxes=1, naive_repeats=8)


def _letters(plan: Plan) -> None:
    """Letters handed over on the day of an offer land two days later; a third of them stand in two files."""
    for i, person in enumerate(plan.town.newcomers(30)):
        letter = plan.say(person, "statement", 76 + 2 * i)
        plan.say(person, "television offer", 76 + 2 * i)
        if i % 3 == 0:
            plan.twice.add(letter.number)
    plan.note(letters_twice=10, naive_meetings=30)


def _abroad(plan: Plan) -> None:
    """In New York, London's midnight is the day before: a visit's date must stay the date it is."""
    for i, person in enumerate(plan.town.newcomers(8, ABROAD)):
        plan.say(person, "visit", 90 + i)
        plan.say(person, "issue 10", 89 + i, 14 * 60)
    plan.note(naive_meetings=8)
    for i, person in enumerate(plan.town.newcomers(5, ABROAD)):
        plan.say(person, "visit", 110 + i)
        plan.say(person, "issue 11", 111 + i, 90)
    plan.note(meeting_days=5, meeting_marketing_repairs=5)


def _flags(plan: Plan) -> None:
    """Opt-outs of which nobody knows since when; complaints of which the days are known."""
    for person in plan.town.newcomers(14):
        for name, day in zip(ISSUES, (30, 50, 70, FLAG_DAY, 135), strict=False):
            plan.say(person, name, day)
        plan.say(person, "bill", 125)
        plan.flagged.append(person)
    plan.note(opted_out=14, opted_out_possible=42, opted_out_during=28)
    for person in plan.town.newcomers(5):
        for name, day in zip((*NOTICES, "notice 1"), (75, OPEN, 85, CLOSED, 95), strict=True):
            plan.say(person, name, day)
        plan.complaints.append((person, OPEN, CLOSED))
    plan.note(complaints=5, complaints_possible=10, complaints_during=5)


def _log(plan: Plan) -> None:
    """Offers that never arrived: a lone bounce, a bounce after delivery, one that is still waiting."""
    for i, person in enumerate(plan.town.newcomers(10)):
        plan.say(person, "upgrade offer", 100 + i, status="bounced")
        plan.say(person, "issue 12", 100 + i)
    for i, person in enumerate(plan.town.newcomers(4)):
        plan.say(person, "upgrade offer", 110 + i, status="bounced", also=("delivered",))
        plan.say(person, "issue 12", 110 + i)
    for i, person in enumerate(plan.town.newcomers(5)):
        plan.say(person, "upgrade offer", 118 + i, status="planned")
        plan.say(person, "issue 13", 118 + i)
    plan.note(bounced=14, waiting=5, naive_meetings=19)


def _a_week_later(plan: Plan) -> None:
    """The same text again after exactly a week is no repeat any more."""
    for i, person in enumerate(plan.town.newcomers(6)):
        plan.say(person, "issue 05", 60 + i, 700)
        plan.say(person, "issue 05", 67 + i, 700)
    plan.note(naive_repeats=6)


def _seeds(plan: Plan) -> None:
    """Addresses of a seed list get every mailing twice, from marketing and from sales on one day."""
    for address in SEEDS:
        person = plan.town.newcomer(email=address, role="seed")
        for n, name in enumerate(ISSUES):
            plan.say(person, name, 1 + 13 * n)
            plan.say(person, name, 1 + 13 * n)
            plan.say(person, "upgrade offer", 1 + 13 * n)
    plan.note(seeds=len(SEEDS), seed_contacts=len(SEEDS) * len(ISSUES) * 3)


def _tests(plan: Plan) -> None:
    """Test accounts that nobody has told us about get nearly everything there is, five days apart."""
    everything = (
        *ISSUES,
        "upgrade offer",
        "visit",
        *NOTICES,
        "statement",
        *BILLS,
        "bill",
        "price news",
        "spring offer",
    )
    for address in TESTS:
        person = plan.town.newcomer(email=address, role="test")
        for n, name in enumerate(everything):
            under_way = POST_DAYS if name == "statement" else 0
            plan.say(person, name, 3 + 5 * n - under_way)
    said = len(everything)
    plan.note(tests=len(TESTS), test_contacts=len(TESTS) * said, test_communications=said)


def _staff(plan: Plan) -> None:
    """Colleagues look at what goes out, twice."""
    for i, address in enumerate(STAFF):
        person = plan.town.newcomer(email=address, role="staff")
        for day in (90 + i, 92 + i):
            plan.say(person, "issue 03", day)
        plan.say(person, "television offer", 92 + i)
    plan.note(staff=len(STAFF), staff_contacts=len(STAFF) * 3)
