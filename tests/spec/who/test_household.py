"""Households

Without more, every count agrees on the customer. `level: household` counts over all customers of the candidate's
household, as linked now; hours, states and local days stay the candidate's own.
"""


def test_a_household_shares_a_cap(law):
    """What another member received takes a place for rules of the household, and for no other rule."""
    law("""
    household: {level: household, to: {channel: post}, at_most: 1, within: 7 days}
    own: {at_most: 2, within: 7 days}

    Mon 1 June 09:00   post, customer=c2     sent
    Mon 1 June 09:00   email                 sent
    Tue 2 June 09:00   post              ->  do not send: household
    Tue 2 June 09:00   email             ->  send
    """)


def test_a_household_shares_a_pause(law):
    """A complaint of one member may rest all of them."""
    law("""
    rest: {level: household, pause: 7 days, after: {response: complained}}
    own: {pause: 7 days, after: {response: called}}

    Mon 1 June 09:00   customer complained, customer=c2
    Mon 1 June 09:00   customer called, customer=c2
    Tue 2 June 09:00   post              ->  do not send: rest
    """)


def test_members_keep_their_own_hours(law):
    """Candidates of several members may be decided together: each by its own facts, and seeing what the others got."""
    law("""
    members: [{id: c2, zones: [America/New_York]}]
    hours: {between: '08:00-20:00'}
    one: {level: household, to: {channel: post}, at_most: 1, within: a day}

    Mon 1 June 09:00   post              ->  send
    Mon 1 June 09:00   email, customer=c2  ->  do not send: hours
    Mon 1 June 15:00   post, customer=c2   ->  do not send: one
    """)
