"""Do no harm when unsure

A rule that cannot be evaluated is broken at every instant, and the answer says which fact is missing. The other answer
must be written: `if_unknown: allow`.
"""


def test_without_a_zone_local_rules_hold(law):
    """Hours, local dates and calendar periods need the customer's zone; elapsed time does not."""
    law("""
    customer: {zones: []}
    hours: {to: {channel: email}, between: '00:00-24:00', otherwise: defer}
    days: {to: {channel: sms}, at_most: 9, within: a day, otherwise: defer}
    dated: {to: {channel: push}, at_most: 9, within: 7 days, starts: '2020-01-01', otherwise: defer}
    elapsed: {to: {channel: post}, at_most: 9, within: 7 days}
    utc: {to: {channel: post}, at_most: 9, within: a day, in: UTC}

    Mon 1 June 09:00Z   email            ->  do not send: hours; not judged: hours
    Mon 1 June 09:00Z   sms              ->  do not send: days; not judged: days
    Mon 1 June 09:00Z   push             ->  do not send: dated; not judged: dated
    Mon 1 June 09:00Z   post             ->  send
    """)


def test_a_zone_that_nobody_knows_is_no_zone(law):
    """Hours need every zone; local dates need the first."""
    law("""
    customer: {zones: [Europe/London, Mars/Olympus]}
    hours: {to: {channel: email}, between: '00:00-24:00'}
    days: {to: {channel: sms}, at_most: 9, within: a day}

    Mon 1 June 09:00   email             ->  do not send: hours; not judged: hours
    Mon 1 June 09:00   sms               ->  send
    """)


def test_an_unknown_calendar_holds(law):
    """A calendar that nobody declares cannot be looked up."""
    law("""
    closed: {closed: [stocktaking], otherwise: defer}

    Mon 1 June 09:00   email             ->  do not send: closed; not judged: closed
    """)


def test_if_unknown_allow_lets_go(law):
    """It is still told that the rule could not be judged."""
    law("""
    customer: {zones: []}
    hours: {between: '08:00-20:00', if_unknown: allow}

    Mon 1 June 03:00Z   email            ->  send; not judged: hours
    """)


def test_a_rule_that_does_not_govern_is_not_missed(law):
    """What a rule does not govern needs no facts."""
    law("""
    customer: {zones: []}
    hours: {to: {channel: call}, between: '08:00-20:00'}

    Mon 1 June 03:00Z   email            ->  send
    """)
