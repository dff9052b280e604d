"""Addresses that are no customers: seeds, tests, an agency, a shared mailbox; and a colleague who is a customer.

Owns how much they receive. Refuses to say which of them the strategy file names: `batch` and `playbook` do.
"""

from primum.demo.batch import AGENCY, COLLEAGUE, COMMON, INFO, INFO_EMAIL, OWN, PROOF, SEED, TEST, UNCONFIRMED
from primum.demo.messages import MESSAGES
from primum.demo.planted import NEWSLETTERS, OUTAGE, Plan, day_of
from primum.demo.register import HOSTILE_NAME

NEVER_CHECKED = (HOSTILE_NAME, "console broadcast", "Winback_03 copy FINAL")
"""What nobody sends to a seed list."""

SENDERS = ("marketing", "sales_texts", "service", "logistics", "billing", "app")
"""Exports in which seed addresses are."""
EVERYTHING = tuple(
    m.number
    for m in MESSAGES
    if m.communication.source in SENDERS and m.communication.channel and m.communication.name not in NEVER_CHECKED
)
"""What an address receives that checks all that goes out."""

SEEDS, CLAIMS, CONTACTS_TO_INFO = 3, 30, 40


def test_accounts(plan: Plan) -> None:
    """Accounts on which staff try a template a dozen times within the hour; planted once per 40,000 contacts."""
    for i in range(3):
        person, day = plan.person(mailbox=TEST), day_of(i)
        for time in range(12):
            plan.contact(person, day, f"15:{4 * time:02d}", NEWSLETTERS[i])
        plan.contact(person, day, "16:00", OUTAGE)
    plan.decoy("test accounts", naive=33, right=0)
    plan.fact("contacts to no people", 39)


def seeds(plan: Plan) -> None:
    """Confirmed seeds receive everything within a week; those nobody confirmed, one text every third day."""
    for i in range(SEEDS):
        person = plan.person(mailbox=SEED)
        for place, what in enumerate(EVERYTHING):
            plan.contact(person, 100 + place % 6, f"{7 + place // 6:02d}:{7 * i:02d}", what)
    plan.decoy("seed addresses", naive=SEEDS, right=0)
    plan.fact("contacts to no people", SEEDS * len(EVERYTHING))
    texts = sorted(EVERYTHING, key=lambda what: (MESSAGES[what].place, what))
    for mailbox in (PROOF, PROOF, OWN, AGENCY):
        person, day = plan.person(mailbox=mailbox), 5
        for what in texts:
            in_common = COMMON[0] <= day <= COMMON[1]
            if in_common or MESSAGES[what].communication.source != "app":
                plan.contact(person, day, "08:00", what)
                day += 3
            if day > COMMON[1]:
                break
    plan.fact("addresses to propose", len((PROOF, *UNCONFIRMED)))


def colleague(plan: Plan) -> None:
    """A colleague who is a customer: the strategy file says so."""
    person = plan.person(mailbox=COLLEAGUE)
    for i in range(4):
        plan.contact(person, 80 + 15 * i, "10:00", NEWSLETTERS[i])


def shared_mailbox(plan: Plan) -> None:
    """info@ of a landlord, in the master with 30 customers."""
    members = [plan.person(email_of=INFO_EMAIL) for _ in range(CLAIMS)]
    for i, member in enumerate(members):
        plan.contact(member, day_of(i), "10:00", OUTAGE)
    for i in range(CONTACTS_TO_INFO):
        plan.contact(members[0], 120 + i % 6, f"{8 + i // 6:02d}:00", NEWSLETTERS[i % 10], key=INFO)
    plan.decoy("shared mailbox", naive=1, right=0)
    plan.fact("rows without a customer", CONTACTS_TO_INFO)
