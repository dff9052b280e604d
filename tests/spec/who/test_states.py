"""States

`never_if` is broken while a state holds, `only_if` while it does not. A state holds from its beginning until just
before its end; several of one name are a union. Of a list of states any one will do.
"""


def test_a_state_holds_from_its_beginning_and_not_at_its_end(law):
    """[from, until): broken at the first instant, free at the last."""
    law("""
    complaint: {never_if: complaint_open, otherwise: defer}

    Mon 1 June 09:00 .. Wed 3 June 09:00   complaint_open
    Mon 1 June 08:59:59.999999   email   ->  send
    Mon 1 June 09:00             email   ->  wait until Wed 3 June 09:00: complaint
    Wed 3 June 09:00             sms     ->  send
    """)


def test_states_of_one_name_are_a_union(law):
    """Two complaints that overlap hold as long as either does."""
    law("""
    complaint: {never_if: [complaint_open, fraud_case], otherwise: defer}

    Mon 1 June 09:00 .. Wed 3 June 09:00   complaint_open
    Tue 2 June 09:00 .. Fri 5 June 09:00   complaint_open
    Fri 5 June 09:00 .. Sat 6 June 09:00   fraud_case
    Mon 1 June 10:00   email             ->  wait until Sat 6 June 09:00: complaint
    """)


def test_only_if_needs_the_state(law):
    """Without the state nothing is allowed; it may be deferred to where the state is known to begin."""
    law("""
    consent: {to: {purpose: marketing}, only_if: [opted_in, customer_since], otherwise: defer}

    Wed 3 June 09:00 .. Fri 5 June 09:00   opted_in
    Mon 1 June 09:00   email, marketing  ->  wait until Wed 3 June 09:00: consent
    Thu 4 June 09:00   email, marketing  ->  send
    Fri 5 June 09:00   email, marketing  ->  do not send: consent
    """)


def test_scopes_narrow_a_state(law):
    """With `per`, a state is about candidates that share its value of each scope. A state that names no value of a
    scope covers all of them for `never_if`..."""
    law("""
    opt-out: {never_if: opted_out, per: [channel, topic]}

    Mon 1 June 09:00 ..   opted_out, channel=email, topic=offers
    Wed 3 June 09:00 ..   opted_out, channel=sms
    Tue 2 June 09:00   email, topic=offers   ->  do not send: opt-out
    Tue 2 June 09:00   email, topic=digest   ->  send
    Tue 2 June 09:00   email                 ->  send
    Wed 3 June 09:00   sms, topic=digest     ->  do not send: opt-out
    """)


def test_only_if_takes_no_scope_for_granted(law):
    """...and none for `only_if`: consent that names no channel is consent to no channel."""
    law("""
    consent: {only_if: opted_in, per: [channel]}

    Mon 1 June 09:00 ..   opted_in
    Tue 2 June 09:00 ..   opted_in, channel=email+sms
    Mon 1 June 10:00   email             ->  do not send: consent
    Tue 2 June 10:00   email             ->  send
    Tue 2 June 10:00   post              ->  do not send: consent
    """)


def test_without_per_a_scope_says_nothing(law):
    """Without `per` any state of the name counts, whatever it is about."""
    law("""
    objected: {never_if: objected}

    Mon 1 June 09:00 ..   objected, channel=email
    Mon 1 June 10:00   post              ->  do not send: objected
    """)
