"""What is more important

`priorities` lists filters, the most important first; a candidate takes the first that matches, and none is last.
Without the list a contact's own number decides: higher is more important, absent is 0.
"""


def test_a_planned_contact_of_higher_priority_keeps_its_place(law):
    """It is counted against a candidate, before and after; planned contacts of equal or lower priority are not."""
    law("""
    weekly: {at_most: 1, within: 7 days, otherwise: defer}

    Thu 4 June 09:00   post, priority=10             planned
    Mon 1 June 09:00   email, priority=10        ->  send
    Mon 15 June 09:00  sms, priority=10          ->  send
    """)
    law("""
    weekly: {at_most: 1, within: 7 days, otherwise: defer}

    Thu 4 June 09:00   post, priority=10             planned
    Mon 1 June 09:00   email, priority=9         ->  wait until Thu 11 June 09:00: weekly
    """)


def test_the_list_of_priorities_comes_before_numbers(law):
    """With `priorities`, numbers say nothing."""
    law("""
    priorities: [{purpose: security}, {purpose: service}]
    weekly: {at_most: 1, within: 7 days}

    Thu 4 June 09:00   post, service, priority=1     planned
    Mon 1 June 09:00   email, marketing, priority=9  ->  do not send: weekly
    Mon 1 June 09:00   email, service            ->  send
    """)


def test_planned_contacts_are_never_delivered(law):
    """They take a place where attempts or sent contacts count, not where only the delivered do."""
    law("""
    delivered: {to: {channel: email}, at_most: 1, within: 7 days, counting: {status: delivered}}
    attempts: {to: {channel: sms}, at_most: 1, within: 7 days, counting: {status: attempts}}

    Thu 4 June 09:00   post, priority=1              planned
    Mon 1 June 09:00   email                     ->  send
    Mon 1 June 09:00   sms                       ->  do not send: attempts
    """)
