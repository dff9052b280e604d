"""Whom a rule governs

`to` says which candidates a rule governs, `for` which customers; without them it governs all. A rule governs what
matches `to` and nobody else: "no marketing near a complaint's answer" never holds back the answer.
"""


def test_all_attributes_must_match(law):
    """A filter matches when every attribute equals its value, or one of its list, or `not` either."""
    law("""
    r: {to: {channel: [email, sms], purpose: {not: [service, security]}}, never: always}

    Mon 1 June 09:00   email, marketing  ->  do not send: r
    Mon 1 June 09:00   email, service    ->  send
    Mon 1 June 09:00   post, marketing   ->  send
    Mon 1 June 09:00   sms               ->  do not send: r
    """)


def test_segments_are_read_at_the_instant(law):
    """`for: {segment: ...}` reads what the customer belongs to at the instant of the candidate."""
    law("""
    customer: {segments: [{segment: new, from: 2026-06-01T00:00, until: 2026-06-03T00:00}]}
    welcome: {for: {segment: new}, never: always, otherwise: defer}
    settled: {for: {segment: {not: new}}, to: {purpose: service}, never: always}

    Tue 2 June 09:00   email, marketing  ->  wait until Wed 3 June 00:00: welcome
    Wed 3 June 00:00   email, marketing  ->  send
    Wed 3 June 00:00   email, service    ->  do not send: settled
    """)


def test_states_may_choose_the_customers_too(law):
    """`for: {state: ...}` reads the states that hold at the instant."""
    law("""
    arrears: {for: {state: in_arrears}, to: {purpose: marketing}, never: always}

    Mon 1 June 09:00 .. Mon 8 June 09:00   in_arrears
    Mon 1 June 08:59   email, marketing  ->  send
    Mon 1 June 09:00   email, marketing  ->  do not send: arrears
    Mon 8 June 09:00   email, marketing  ->  send
    """)


def test_an_absent_customer_attribute_matches_nothing(law):
    """Of what is not known of a customer nothing is concluded: an absent attribute matches no value, and no `not`."""
    law("""
    customer: {country: FR}
    french: {for: {country: FR}, to: {purpose: sales}, never: always}
    others: {for: {country: {not: FR}}, never: always}
    regional: {for: {region: {not: north}}, never: always}

    Mon 1 June 09:00   email, sales      ->  do not send: french
    Mon 1 June 09:00   email, marketing  ->  send
    """)


def test_never_excludes(law):
    """`never: always` is broken at every instant: with `to` and `for` it is an exclusion."""
    law("""
    no-calls: {to: {channel: call}, never: always}

    Mon 1 June 09:00   call              ->  do not send: no-calls
    Mon 1 June 09:00   email             ->  send
    """)


def test_a_part_of_all_customers_is_held_out(law):
    """`hold_out: 5%` holds back those whose salted hash lies below the share: first 8 bytes, big-endian, of
    SHA-256(salt + 0x1F + customer id), divided by 2^64. The salt is the rule's name where none is written. c1 with the
    salt `autumn` lies at 0.4627..."""
    law("""
    out: {to: {channel: email}, hold_out: 47%, salt: autumn}
    in: {to: {channel: sms}, hold_out: 46%, salt: autumn}

    Mon 1 June 09:00   email             ->  do not send: out
    Mon 1 June 09:00   sms               ->  send
    """)
