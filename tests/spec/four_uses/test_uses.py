"""Four uses of one meaning

The rules mean the same in the audit (what was sent), the backtest (what a rule set would have done), the plan and the
gate; the uses differ in what a candidate is judged against, and in the order of judging.
"""


def test_the_audit_judges_what_was_sent_against_what_was_sent_before(law):
    """Whatever the verdict on that: five under a cap of three are two breaches. Nothing later is read, and the order
    is that of the instants."""
    law("""
    use: audit
    cap: {at_most: 3, within: 7 days}

    Thu 4 June 09:00   email             ->  do not send: cap
    Mon 1 June 09:00   email             ->  send
    Tue 2 June 09:00   email             ->  send
    Wed 3 June 09:00   email             ->  send
    Fri 5 June 09:00   email             ->  do not send: cap
    """)


def test_the_audit_counts_each_by_its_own_status(law):
    """What bounced is an attempt, and nothing that was received."""
    law("""
    use: audit
    sent: {at_most: 1, within: 7 days}
    attempts: {at_most: 2, within: 7 days, counting: attempts}

    Mon 1 June 09:00   email, bounced    ->  send
    Tue 2 June 09:00   email, sent       ->  send
    Wed 3 June 09:00   email, sent       ->  do not send: attempts, sent
    """)


def test_the_audit_reads_nothing_later(law):
    """Neither a contact nor a response nor a state that had not yet begun."""
    law("""
    use: audit
    gap: {apart: 2 days}
    rest: {pause: 7 days, after: {response: complained}}

    Tue 2 June 09:00   email                 sent
    Mon 1 June 10:00   customer complained
    Mon 1 June 09:00   email             ->  send
    """)


def test_the_backtest_keeps_what_its_rules_admit(law):
    """What was denied is not there for those that follow; what was deferred stands where it was deferred to, and is
    not decided again."""
    law("""
    use: backtest
    cap: {at_most: 1, within: 2 days}
    night: {between: '08:00-20:00', otherwise: defer}

    Mon 1 June 07:00   email             ->  wait until Mon 1 June 08:00: night
    Tue 2 June 09:00   email             ->  do not send: cap
    Wed 3 June 08:00   email             ->  send
    """)


def test_the_backtest_does_not_peek(law):
    """Seeking an instant, it knows what is promised, and of responses and states those that have begun."""
    law("""
    use: backtest
    night: {between: '08:00-20:00', otherwise: defer}
    rest: {pause: 7 days, after: {response: complained}}
    gap: {apart: 1 hour}
    away: {never_if: away, otherwise: defer}

    Mon 1 June 06:00 .. Mon 1 June 08:30   away
    Mon 1 June 08:15 .. Mon 1 June 20:00   away
    Mon 1 June 08:00   customer complained
    Mon 1 June 08:20   email                 sent
    Mon 1 June 10:00   email                 reserved
    Mon 1 June 07:00   email             ->  wait until Mon 1 June 08:30: away, night
    """)


def test_the_plan_goes_by_priority(law):
    """By priority, then instant, then id: the more important takes the place though it comes later."""
    law("""
    use: plan
    cap: {at_most: 1, within: 7 days}

    Mon 1 June 09:00   email, priority=5     ->  do not send: cap
    Wed 3 June 09:00   email, priority=9     ->  send
    Wed 3 June 09:00   sms, priority=5       ->  do not send: cap
    """)


def test_the_gate_goes_by_arrival(law):
    """Whoever asks first; later instants count like earlier ones."""
    law("""
    cap: {at_most: 1, within: 7 days}

    Wed 3 June 09:00   email             ->  send
    Mon 1 June 09:00   email             ->  do not send: cap
    """)


def test_at_one_instant_priority_and_then_the_id_decide(law):
    """In audit and backtest. Ids compare as text: `10` comes before `9`.

    A history knows an id as the keyed hash under which it keeps it ([privacy](privacy.md)), so over a history that hash
    is what compares, behind the name of the source. Whoever holds a history without the key can then tell nothing of an
    id, not even which of two comes first. Every use over one history meets the same order; a history built with another
    key may settle such a tie the other way.
    """
    law("""
    use: backtest
    cap: {at_most: 2, within: 7 days}

    Mon 1 June 09:00   email, id=9               ->  do not send: cap
    Mon 1 June 09:00   email, id=10              ->  send
    Mon 1 June 09:00   email, id=99, priority=1  ->  send
    """)
