"""What an audit of Harbour & Finch must find: planted once a tile, each with its count.

Owns the true findings. Days inside the common period lie in [`plan.LATE`, `plan.EARLY`]; contacts of one person lie
at most five or at least nine days apart (or a week to the minute), so that no figure hangs on an hour.
"""

from primum.demo.decoys.plan import EARLY, LAST, LATE, Plan
from primum.demo.decoys.sayings import FLASH, ISSUES, NOTICES

HEAVY_WEEK = len(FLASH)
"""Contacts in the busiest week of the heavy customer."""


def goals(plan: Plan) -> None:
    """One tile of all of them."""
    _everyday(plan)
    _ends(plan)
    _repeats_within(plan)
    _repeats_between(plan)
    _meetings(plan)
    _near(plan)
    _heavy(plan)
    _letters_meet(plan)


def _everyday(plan: Plan) -> None:
    """Customers who hear from one department now and then, and from no other: no week is empty."""
    for i, person in enumerate(plan.town.newcomers(60)):
        for n, notice in enumerate(NOTICES):
            plan.say(person, notice, 44 * n + 3 * i % 44)
    for i, person in enumerate(plan.town.newcomers(90)):
        for n in range(4):
            plan.say(person, "visit", LATE + 20 * n + i % 30)
    for i, person in enumerate(plan.town.newcomers(110)):
        opened = (("opened", "clicked"), ("opened",), ())[i % 3]
        for n, offer in enumerate(("upgrade offer", "television offer")):
            plan.say(person, offer, 90 * n + i % 90, also=opened)
        plan.note(opened=2 * ("opened" in opened), clicked=2 * ("clicked" in opened))


def _ends(plan: Plan) -> None:
    """Every department's first and last day."""
    for name in ("issue 01", "upgrade offer", "notice 1", "bill", "order received"):
        plan.say(plan.town.newcomer(), name, 0)
        plan.say(plan.town.newcomer(), name, LAST)
    plan.note(asked_for=2)
    for day in (LATE, EARLY):
        plan.say(plan.town.newcomer(), "visit", day)


def _repeats_within(plan: Plan) -> None:
    """The same text of one department again within days, wherever in the whole period."""
    for i, person in enumerate(plan.town.newcomers(12)):
        plan.say(person, "notice 2", 20 + 10 * i)
        plan.say(person, "notice 2", 22 + 10 * i)
    for i, person in enumerate(plan.town.newcomers(6)):
        plan.say(person, "issue 04", 40 + i)
        plan.say(person, "issue 04", 43 + i)
    plan.note(repeats_within=18, repeats_within_customers=18)


def _repeats_between(plan: Plan) -> None:
    """Two departments, one text, three days apart; some where not every department's contacts are here."""
    for i, person in enumerate(plan.town.newcomers(9)):
        plan.say(person, "price news", 80 + 8 * i)
        plan.say(person, "price offer", 83 + 8 * i)
    plan.note(repeats_between=9, repeats_between_customers=9)
    for i, person in enumerate(plan.town.newcomers(6)):
        first = (10, LATE - 1, EARLY - 1)[i % 3]
        plan.say(person, "price news", first)
        plan.say(person, "price offer", first + 3)
    plan.note(repeats_outside=6)


def _meetings(plan: Plan) -> None:
    """Two or three departments on one day; some where not every department's contacts are here."""
    for i, person in enumerate(plan.town.newcomers(10)):
        plan.say(person, "bill", 90 + i)
        plan.say(person, "issue 08", 90 + i)
    for i, person in enumerate(plan.town.newcomers(3)):
        for name in ("issue 09", "upgrade offer", "notice 3"):
            plan.say(person, name, 120 + i)
    plan.note(meeting_days=13, meeting_billing_marketing=10, meeting_three=3)
    plan.note(meeting_marketing_sales=3, meeting_marketing_service=3, meeting_sales_service=3)
    for day in (10, LATE - 1, EARLY + 1, LAST - 5, 30):
        person = plan.town.newcomer()
        plan.say(person, "bill", day)
        plan.say(person, "issue 02", day)
    plan.note(meetings_outside=5)


def _near(plan: Plan) -> None:
    """Two departments whose texts differ in a word."""
    for i, person in enumerate(plan.town.newcomers(8)):
        plan.say(person, "spring campaign", 95 + i)
        plan.say(person, "spring offer", 97 + i)
    plan.note(near_customers=8)


def _heavy(plan: Plan) -> None:
    """One customer, nine different texts in six days: `HEAVY_WEEK`."""
    person = plan.town.newcomer()
    for n, name in enumerate(FLASH):
        plan.say(person, name, 100 + n * 2 // 3)
    plan.say(person, ISSUES[0], 7)
    plan.note(heavy=1)


def _letters_meet(plan: Plan) -> None:
    """A letter handed over two days before an offer lands beside it."""
    for i, person in enumerate(plan.town.newcomers(7)):
        plan.say(person, "statement", 80 + 5 * i)
        plan.say(person, "television offer", 82 + 5 * i)
    plan.note(meeting_days=7, meeting_billing_sales=7)
