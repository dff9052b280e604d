"""What is known only to the day

An event of which only the local date is known is never read as midnight. It lies somewhere between the first and the
last instant of that date, in the customer's first zone. In audit and backtest a limit that this leaves open is
*not judged* for the candidate: neither broken nor clean. In gate and plan such an event stands at the instant of its
day that holds the candidate back longest. In tables a date without a time is such an event.
"""


def test_short_elapsed_windows_are_not_judged(law):
    """24 hours before Tuesday 12:00 reach into Monday: it depends on when on Monday it was."""
    law("""
    use: audit
    a-24: {to: {channel: email}, at_most: 1, within: 24 hours}
    gap: {to: {channel: sms}, apart: 24 hours, with: {channel: post}}

    Mon 1 June         email                 sent
    Mon 1 June         post                  sent
    Tue 2 June 12:00   email             ->  send; not judged: a-24
    Tue 2 June 12:00   sms               ->  send; not judged: gap
    """)


def test_what_holds_whenever_it_was_is_judged(law):
    """Two on one date are within 30 hours of one another, whenever they were; two dates apart they are not."""
    law("""
    use: audit
    a-30: {at_most: 1, within: 30 hours}

    Mon 1 June         email                 sent
    Mon 1 June         email, id=z       ->  do not send: a-30
    Fri 5 June         email             ->  send
    """)


def test_dates_are_known(law):
    """Local days and calendar periods ask for the date, and that is known."""
    law("""
    use: audit
    a-day: {to: {channel: email}, at_most: 1, within: a day}
    two: {to: {channel: sms}, apart: 2 local days, with: {channel: email}}

    Mon 1 June         email                 sent
    Mon 1 June 12:00   email             ->  do not send: a-day
    Tue 2 June 23:00   sms               ->  do not send: two
    Wed 3 June 01:00   sms               ->  send
    """)


def test_windows_of_two_days_and_more_bear_it(law):
    """Elapsed windows and durations of 48 hours or more take the date's first instant: they err by less than a day."""
    law("""
    use: audit
    weekly: {at_most: 1, within: 7 days}

    Mon 1 June         email                 sent
    Sun 7 June 23:00   email             ->  do not send: weekly
    Mon 15 June 12:00  email             ->  send
    """)


def test_hours_are_not_judged_on_a_day_that_is_partly_open(law):
    """But a day that is closed altogether is known to be, and so is one that is open altogether."""
    law("""
    use: audit
    hours: {between: {mon-fri: '08:00-20:00', sat: '00:00-24:00'}}

    Fri 5 June         email             ->  send; not judged: hours
    Sat 6 June         email             ->  send
    Sun 7 June         email             ->  do not send: hours
    """)


def test_a_state_is_not_judged_on_the_day_it_begins_or_ends(law):
    """It surely holds after the day of its beginning and until the day of its end."""
    law("""
    use: audit
    complaint: {never_if: complaint_open}

    Mon 1 June .. Wed 3 June   complaint_open
    Sun 31 May 23:59   email             ->  send
    Mon 1 June 12:00   email             ->  send; not judged: complaint
    Tue 2 June 00:00   email             ->  do not send: complaint
    Wed 3 June 12:00   email             ->  send; not judged: complaint
    Thu 4 June 00:00   email             ->  send
    """)


def test_a_pause_is_not_judged_on_the_day_it_begins_or_ends(law):
    """However long it is."""
    law("""
    use: audit
    rest: {pause: 7 days, after: {response: complained}}

    Mon 1 June         customer complained
    Mon 1 June 12:00   email             ->  send; not judged: rest
    Tue 2 June 12:00   email             ->  do not send: rest
    Mon 8 June 12:00   email             ->  send; not judged: rest
    Tue 9 June 00:00   email             ->  send
    """)


def test_the_gate_takes_the_worst(law):
    """Monday's message may have been sent in Monday's last moment; the complaint may have begun in its first."""
    law("""
    gap: {to: {channel: email}, apart: 24 hours, otherwise: defer}
    complaint: {to: {channel: sms}, never_if: complaint_open}

    Mon 1 June .. Wed 3 June   complaint_open
    Mon 1 June         email                 sent
    Tue 2 June 12:00   email             ->  wait until Tue 2 June 23:59:59.999999: gap
    Mon 1 June 00:00   sms               ->  do not send: complaint
    Wed 3 June 23:59   sms               ->  do not send: complaint
    """)


def test_a_flag_without_a_date_is_as_of_its_extract(law):
    """From then on it holds; before, it may have held: audit and backtest do not judge that."""
    law("""
    use: audit
    customer: {states: [{state: bereaved, as_of: 2026-06-02T00:00}]}
    bereaved: {never_if: bereaved}

    Mon 1 June 12:00   email             ->  send; not judged: bereaved
    Tue 2 June 12:00   email             ->  do not send: bereaved
    """)


def test_a_flag_that_only_the_later_of_two_extracts_shows_began_between_them(law):
    """It begins after an instant without it (the earlier extract) and before one at which it surely does."""
    law("""
    use: audit
    customer: {states: [{state: bereaved, from: 2026-06-02T00:00, as_of: 2026-06-04T00:00}]}
    bereaved: {never_if: bereaved}

    Mon 1 June 12:00   email             ->  send
    Wed 3 June 12:00   email             ->  send; not judged: bereaved
    Thu 4 June 12:00   email             ->  do not send: bereaved
    """)
