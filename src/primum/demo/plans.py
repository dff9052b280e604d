"""The whole of what is planted, as two plans.

Owns which plants are there once and which grow with the size. Refuses to plant: that is done elsewhere.
"""

from primum.demo import lookalikes, no_people, planted
from primum.demo.planted import Plan


def tile() -> Plan:
    """What is planted once per 40,000 contacts."""
    plan = Plan()
    for plant in (*planted.OFTEN, *lookalikes.PLANTS, no_people.test_accounts):
        plant(plan)
    return plan


def once() -> Plan:
    """What is planted once, whatever the size; its people come first."""
    plan = Plan()
    for plant in (*planted.ONCE, no_people.seeds, no_people.colleague, no_people.shared_mailbox):
        plant(plan)
    return plan
