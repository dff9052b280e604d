"""Look-alikes: people whose contacts look like a finding and are none, or are one that a naive reading misses.

Owns what is planted and what a naive audit would say. Refuses chance. Decoys that lie in how files are written
(overlapping exports, logs with a row per status) are the writers' affair: `exports_odd` tells what they wrote.
"""

from typing import Final

from primum.demo.batch import BOUNCED, CLICKED, COMMON, EXTRACT_DAY, FAILED, MISSING, OPENED, SUPPRESSED
from primum.demo.messages import message
from primum.demo.planted import (
    COVER,
    EV,
    EV_CALL,
    NEWSLETTERS,
    ORDER,
    OUTAGE,
    PARCEL,
    PITCHES,
    SOLAR_ROOF,
    Plan,
    day_of,
    week_of,
)
from primum.demo.register_more import MONTHS_OF_BILLS

PACKING, LEFT, ARRIVED = (message("order-confirmation", i) for i in (1, 2, 3))
AT_THE_DOOR, LOGIN = message("app-order-status"), message("app-login-code")
CALL_BACK, CODE = message("solar-call-back"), message("one-time-code")
MONTHLY, BY_LETTER, TARIFF = message("monthly-bill"), message("bill-by-letter"), message("tariff-change")
STATEMENTS: Final = tuple(message("bill-with-month", i) for i in range(len(MONTHS_OF_BILLS)))
TEXT_WINTER, TEXT_BATTERY, TEXT_COVER = (message("offer-by-text", i) for i in range(3))
PUSH_WINTER, PUSH_BATTERY = message("app-offer"), message("app-offer", 1)
TIPS: Final = tuple(message("app-tips", i) for i in range(3))

BEFORE, AFTER = 20, 170
"""Days before and after the period that all departments have in common."""


WORDS: Final[dict[str, tuple[str, str]]] = {
    "order chains": ("two departments on one day", "an order, packed, sent, delivered: all asked for"),
    "one-time codes": ("the same text again within minutes", "codes that the customer asked for"),
    "call-backs": ("two departments on one day, the same line again", "calls that the customer asked for"),
    "monthly bills": ("the same subject again and again", "a bill every 30 days"),
    "bills with a copy": ("the same subject again within 7 days", "the bill and its copy: a duplicate indeed"),
    "letters after a late e-mail": ("two departments, ten minutes apart", "a letter of which only the day is known"),
    "letters handed over": ("two departments on the day of posting", "a letter that lands two days later"),
    "undated flags": ("contacts to people who opted out", "certain from the extract's day on, possible before"),
    "departments outside the common period": ("two departments on one day", "days that one department's export lacks"),
    "repeats outside the common period": (
        "the same text from two departments",
        "one of the two outside the common days",
    ),
    "offers outside the common period": ("two departments' offers at once", "sent on days that are not in common"),
    "two texts in one minute": ("a repeated row", "two different texts to one customer"),
    "near-duplicates": ("two different texts", "one offer of two departments in other punctuation"),
    "statements of months": ("nearly the same text", "bills that differ in the month, as they should"),
    "test accounts": ("the same text again and again", "staff trying a template"),
    "seed addresses": ("the most contacted people", "addresses that check what goes out"),
    "rows of sales_texts": ("more contacts", "two exports that overlap, without ids, some rows twice"),
    "rows of billing": ("more contacts", "exports that overlap, and a file that a corrected one replaces"),
    "rows of app": ("more contacts", "a row for every status of one message, some twice"),
    "shared mailbox": ("a customer with 40 e-mails in a week", "info@ of a landlord with 30 contracts"),
}
"""Decoy -> what it looks like, what it is."""


def _order_chains(plan: Plan) -> None:
    for i in range(20):
        person, day = plan.person(), day_of(i)
        for time, what in (("12:00", ORDER), ("12:03", PACKING), ("12:09", LEFT), ("12:40", PARCEL)):
            plan.contact(person, day, time, what)
        plan.contact(person, day + 1, "10:00", AT_THE_DOOR)
        plan.contact(person, day + 1, "10:02", ARRIVED)
    plan.decoy("order chains", naive=40, right=0)
    plan.fact("asked for", 120)


def _codes(plan: Plan) -> None:
    for i in range(12):
        person, day = plan.person(), day_of(i)
        for code in range(8):
            plan.contact(person, day, f"21:{2 * code:02d}", LOGIN if i % 2 else CODE)
    plan.decoy("one-time codes", naive=84, right=0)
    plan.fact("asked for", 96)


def _call_backs(plan: Plan) -> None:
    for i in range(10):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", NEWSLETTERS[i])
        plan.contact(person, day, "14:00", CALL_BACK)
        plan.contact(person, day + 2, "14:00", CALL_BACK)
    plan.decoy("call-backs", naive=20, right=0)
    plan.fact("asked for", 20)


def _bills(plan: Plan) -> None:
    for i in range(30):
        person = plan.person()
        for month in range(6):
            plan.contact(person, 5 + i % 20 + 30 * month - 2 * (month > 1), "00:00", MONTHLY)
    plan.decoy("monthly bills", naive=150, right=0)
    for i in range(12):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "00:00", MONTHLY)
        plan.contact(person, day + 3, "00:00", MONTHLY)
    plan.decoy("bills with a copy", naive=12, right=12)
    plan.fact("repeats billing", 12)
    for i in range(15):
        person = plan.person()
        for month, what in enumerate(STATEMENTS):
            plan.contact(person, 8 + i + 28 * month, "00:00", what)
    plan.decoy("statements of months", naive=15 * 14, right=0)


def _days_only(plan: Plan) -> None:
    for i in range(9):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day - 1, "23:50", NEWSLETTERS[i])
        plan.contact(person, day, "00:00", BY_LETTER)
    plan.decoy("letters after a late e-mail", naive=9, right=0)
    for i in range(6):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "00:00", TARIFF)
        plan.contact(person, day, "09:00", NEWSLETTERS[i])
    plan.fact("meetings marketing, billing", 6)
    for i in range(8):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day - 2, "11:00", PITCHES[0])
        plan.contact(person, day, "00:00", BY_LETTER)
    plan.decoy("letters handed over", naive=8, right=0)


def _undated_flags(plan: Plan) -> None:
    for _ in range(14):
        person = plan.person()
        plan.flag(person)
        for step, days in enumerate((-30, -12, 5, 19)):
            plan.contact(person, EXTRACT_DAY + days, "10:00", NEWSLETTERS[step])
        plan.contact(person, EXTRACT_DAY + 8, "10:00", OUTAGE)
    plan.decoy("undated flags", naive=56, right=28)
    plan.fact("contacts while an undated flag certainly held", 28)
    plan.fact("contacts while an undated flag possibly held", 28)


def _periods(plan: Plan) -> None:
    for i in range(15):
        person, day = plan.person(), BEFORE + i if i < 10 else AFTER + i - 10
        plan.contact(person, day, "10:00", NEWSLETTERS[i % 10])
        plan.contact(person, day, "15:00", OUTAGE)
    plan.decoy("departments outside the common period", naive=15, right=0)
    for i in range(9):
        person, day = plan.person(), BEFORE + 10 if i < 6 else COMMON[0] - 1
        plan.contact(person, day, "08:00", EV)
        plan.contact(person, day + 1, "15:00", EV_CALL)
    plan.decoy("repeats outside the common period", naive=9, right=0)
    for i in range(5):
        person = plan.person()
        plan.contact(person, BEFORE + i, "09:00", SOLAR_ROOF, valid=9)
        plan.contact(person, BEFORE + i + 4, "09:00", COVER, valid=7)
    plan.decoy("offers outside the common period", naive=5, right=0)
    for i in range(6):
        week_of(plan, plan.person(), BEFORE + i, 4)
    for i in range(7):
        person = plan.person()
        plan.contact(person, BEFORE + i, "10:00", NEWSLETTERS[i])
        plan.contact(person, BEFORE + i + 2, "10:00", NEWSLETTERS[i])
    plan.fact("repeats marketing", 7)
    for day in COMMON:
        plan.contact(plan.person(), day, "08:00", TIPS[0])


def _texts(plan: Plan) -> None:
    for i in range(6):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", TEXT_COVER)
        plan.contact(person, day, "10:00", TEXT_BATTERY)
    plan.decoy("two texts in one minute", naive=6, right=0)
    for i in range(9):
        person, day = plan.person(), day_of(i)
        plan.contact(person, day, "10:00", TEXT_COVER)
        plan.contact(person, day + 2, "10:00", TEXT_COVER)
    plan.fact("repeats sales", 9)
    for i in range(10):
        plan.contact(plan.person(), 83 + i % 6, "10:00", TEXT_COVER)


def _near_duplicates(plan: Plan) -> None:
    for text, push, people in ((TEXT_WINTER, PUSH_WINTER, 12), (TEXT_BATTERY, PUSH_BATTERY, 7)):
        for i in range(people):
            person, day = plan.person(), day_of(i)
            plan.contact(person, day, "10:00", text)
            plan.contact(person, day + 2, "10:00", push)
    plan.decoy("near-duplicates", naive=0, right=19)


def _log(plan: Plan) -> None:
    """Messages of the app of which the log tells every fate."""
    for status, people in ((BOUNCED, 10), (FAILED, 6), (SUPPRESSED, 5)):
        for i in range(people):
            plan.contact(plan.person(), day_of(i), "10:00", TIPS[i % 3], status=status)
    for kind, people in ((OPENED, 8), (CLICKED, 4)):
        for i in range(people):
            plan.contact(plan.person(), day_of(i), "10:00", TIPS[i % 3])
            plan.answered(7 + i, kind)
    nobody = plan.person(master=False, known=0)
    for i in range(3):
        plan.contact(nobody, day_of(i), "10:00", TIPS[0], key=MISSING)
    plan.fact("rows without a customer", 3)


PLANTS: Final = (
    _order_chains,
    _codes,
    _call_backs,
    _bills,
    _days_only,
    _undated_flags,
    _periods,
    _texts,
    _near_duplicates,
    _log,
)
"""Planted once per 40,000 contacts."""
