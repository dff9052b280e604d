"""One candidate

Every live rule whose `to` matches the candidate and whose `for` matches the customer is evaluated; the strictest wins,
and the order of the file says nothing. The decision is send (`allow`), wait (`defer`, with an instant) or do not send
(`deny`), with every broken rule and, for each, the first instant at which it alone would be satisfied.
"""


def test_every_broken_rule_is_a_reason(law):
    """All are told, sorted by name."""
    law("""
    night: {between: '08:00-20:00', otherwise: defer}
    cap: {at_most: 1, within: a day, otherwise: defer}

    Mon 1 June 09:00   email                 sent
    Mon 1 June 21:00   email             ->  wait until Tue 2 June 08:00: cap, night
    """)


def test_one_rule_that_drops_is_enough(law):
    """A candidate waits only where every broken rule says `otherwise: defer`."""
    law("""
    night: {between: '08:00-20:00', otherwise: defer}
    cap: {at_most: 1, within: a day}

    Mon 1 June 09:00   email                 sent
    Mon 1 June 21:00   email             ->  do not send: cap, night
    """)


def test_until_is_the_first_instant_at_which_no_rule_is_broken(law):
    """Of all rules, also those that are not broken yet: 20:00 would suit the gap, but not the night."""
    law("""
    gap: {apart: 10 hours, otherwise: defer}
    night: {between: '08:00-20:00'}

    Mon 1 June 10:00   email                 sent
    Mon 1 June 12:00   email             ->  wait until Tue 2 June 08:00: gap
    """)


def test_a_deferral_does_not_reach_beyond_not_after(law):
    """The instant may be `not_after` itself, and no later."""
    law("""
    night: {between: '08:00-20:00', otherwise: defer}

    Mon 1 June 21:00   email, not after Tue 2 June 08:00             ->  wait until Tue 2 June 08:00: night
    Mon 1 June 21:00   email, not after Tue 2 June 07:59:59.999999   ->  do not send: night
    """)


def test_a_deferral_does_not_reach_beyond_400_days(law):
    """400 days of 24 hours after the candidate, and no further."""
    law("""
    calendars: {year: []}
    near: {to: {channel: email}, never_if: away, otherwise: defer}
    far: {to: {channel: sms}, never_if: gone, otherwise: defer}

    Mon 1 June 09:00 .. Tue 6 July 2027 09:00          away
    Mon 1 June 09:00 .. Tue 6 July 2027 09:00:00.000001   gone
    Mon 1 June 09:00   email             ->  wait until Tue 6 July 2027 09:00: near
    Mon 1 June 09:00   sms               ->  do not send: far
    """)


def test_a_shadow_rule_is_told_and_changes_nothing(law):
    """`mode: shadow` is for trying a rule: monitor only."""
    law("""
    tried: {never: always, mode: shadow}

    Mon 1 June 09:00   email             ->  send; monitor only: tried
    """)


def test_later_candidates_see_earlier_ones(law):
    """As sent where they were allowed, as reserved at their instant where they were deferred."""
    law("""
    night: {between: '08:00-20:00', otherwise: defer}
    gap: {apart: 2 hours, otherwise: defer}

    Mon 1 June 21:00   email             ->  wait until Tue 2 June 08:00: night
    Tue 2 June 09:00   sms               ->  wait until Tue 2 June 10:00: gap
    Tue 2 June 09:30   push              ->  wait until Tue 2 June 12:00: gap
    """)
