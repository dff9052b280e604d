"""One rule instead of another

`instead_of: OTHER` replaces the other rule for candidates and customers that both govern. Only a live, enforced rule
replaces.
"""


def test_a_rule_replaces_another_where_both_govern(law):
    """VIPs get five a day, and only they; what the replacing rule does not govern stays under the other."""
    law("""
    customer: {segments: [vip]}
    cap: {at_most: 1, within: a day}
    vip: {for: {segment: vip}, to: {channel: email}, at_most: 3, within: a day, instead_of: cap}

    Mon 1 June 09:00   email                 sent
    Mon 1 June 10:00   email             ->  send
    Mon 1 June 11:00   sms               ->  do not send: cap
    """)


def test_a_replaced_rule_still_replaces(law):
    """Chains hold: a rule that is replaced itself still stands in the place of its own target."""
    law("""
    a: {at_most: 1, within: a day}
    b: {at_most: 2, within: a day, instead_of: a}
    c: {at_most: 3, within: a day, instead_of: b}

    Mon 1 June 08:00   email                 sent
    Mon 1 June 09:00   email                 sent
    Mon 1 June 10:00   email             ->  send
    Mon 1 June 11:00   email             ->  do not send: c
    """)


def test_only_a_live_rule_replaces(law):
    """Outside its dates the replacing rule does nothing, and the other holds again."""
    law("""
    cap: {at_most: 1, within: a day, otherwise: defer}
    sale: {at_most: 9, within: a day, instead_of: cap, starts: '2026-06-02', ends: '2026-06-02'}

    Mon 1 June 09:00   email                 sent
    Tue 2 June 08:00   email                 sent
    Mon 1 June 10:00   email             ->  wait until Tue 2 June 00:00: cap
    Tue 2 June 09:00   email             ->  send
    """)


def test_a_rule_that_only_monitors_replaces_nothing(law):
    """`mode: shadow` is reported and changes nothing."""
    law("""
    cap: {at_most: 1, within: a day}
    more: {at_most: 2, within: a day, instead_of: cap, mode: shadow}

    Mon 1 June 08:00   email                 sent
    Mon 1 June 09:00   sms                   sent
    Mon 1 June 10:00   email             ->  do not send: cap; monitor only: more
    """)
