"""Exempt communications

`exempt` is declared once for the whole strategy and says two things: which contacts no rule holds back, and whether
they use up the customer's allowance. The first entry that matches decides.
"""


def test_no_rule_holds_back_what_is_exempt(law):
    """Not even `never: always`; and nothing is reported of it."""
    law("""
    exempt: [{to: {purpose: regulatory}, counts: false}]
    nothing: {never: always}
    tried: {never: always, mode: shadow}

    Mon 1 June 09:00   post, regulatory  ->  send
    Mon 1 June 09:00   post, marketing   ->  do not send: nothing; monitor only: tried
    """)


def test_what_is_exempt_may_count(law):
    """With `counts: true` it takes a place like any other; with `counts: false` no rule sees it at all."""
    law("""
    exempt: [{to: {purpose: security}, counts: true}, {to: {purpose: [security, regulatory]}, counts: false}]
    cap: {at_most: 1, within: 7 days}

    Mon 1 June 09:00   post, regulatory      sent
    Mon 1 June 10:00   email, marketing  ->  send
    Mon 1 June 11:00   sms, security     ->  send
    Tue 9 June 10:30   email, marketing  ->  send
    Tue 9 June 11:00   sms, security     ->  send
    Tue 16 June 10:45  email, marketing  ->  do not send: cap
    """)
