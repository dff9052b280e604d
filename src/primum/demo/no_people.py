"""Addresses that are no customers: seeds, tests, an agency, a shared mailbox; and a colleague who is a customer.

Owns how much they receive. Refuses to say which of them the strategy file names: `batch` and `playbook` do.
"""

from primum.demo.batch import AGENCY, COLLEAGUE, INFO, INFO_EMAIL, OWN, PROOF, SEED, TEST, UNCONFIRMED
from primum.demo.messages import MESSAGES
from primum.demo.planted import NEWSLETTERS, OUTAGE, Plan, day_of

EVERYTHING = tuple(
    m.number
    for m in MESSAGES
    if m.communication.department in ("marketing", "service", "billing", "app")
    and m.communication.registered
    and not m.communication.asked
)
"""What a seed address receives: all that four departments push."""

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
    for mailbox in (PROOF, PROOF, OWN, AGENCY):
        person = plan.person(mailbox=mailbox)
        for place, what in enumerate(EVERYTHING):
            day = 20 + 3 * place
            if day <= 160 and not (MESSAGES[what].department == 6 and day < 70):
                plan.contact(person, day, "08:00", what)
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
