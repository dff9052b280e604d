"""Hours

`between` names the open hours by days of the week; a day that is not named is closed. The clock is the customer's own.
Spans are half-open, in whole minutes: the opening instant is in, the closing one is out, and `24:00` ends a day.
"""


def test_the_opening_instant_is_in_and_the_closing_one_is_out(law):
    """08:00-20:00 is open from 08:00:00 until just before 20:00."""
    law("""
    hours: {between: {mon-fri: '08:00-20:00', sat: ['09:00-12:00', '14:00-17:00']}, otherwise: defer}

    Mon 1 June 07:59:59.999999   email   ->  wait until Mon 1 June 08:00: hours
    Mon 1 June 08:00             email   ->  send
    Mon 1 June 19:59:59.999999   email   ->  send
    Mon 1 June 20:00             email   ->  wait until Tue 2 June 08:00: hours
    Sat 6 June 12:00             email   ->  wait until Sat 6 June 14:00: hours
    Sat 6 June 17:00             email   ->  wait until Mon 8 June 08:00: hours
    """)


def test_days_are_named_alone_in_lists_and_in_ranges(law):
    """`mon,wed` and `sat-mon` are legal; a bare span means every day."""
    law("""
    a: {to: {channel: email}, between: {'mon,wed': '09:00-10:00'}, otherwise: defer}
    b: {to: {channel: sms}, between: {sat-mon: '09:00-10:00'}, otherwise: defer}
    c: {to: {channel: push}, between: '09:00-10:00', otherwise: defer}

    Mon 1 June 10:00   email             ->  wait until Wed 3 June 09:00: a
    Mon 1 June 10:00   sms               ->  wait until Sat 6 June 09:00: b
    Mon 1 June 10:00   push              ->  wait until Tue 2 June 09:00: c
    """)


def test_a_span_over_midnight_belongs_to_the_day_it_starts_on(law):
    """A span that ends at or before its start runs into the next day, named or not."""
    law("""
    friday-night: {between: {fri: '22:00-02:00'}, otherwise: defer}

    Fri 5 June 01:00   email             ->  wait until Fri 5 June 22:00: friday-night
    Sat 6 June 01:59   email             ->  send
    Sat 6 June 02:00   email             ->  wait until Fri 12 June 22:00: friday-night
    """)


def test_all_zones_must_be_open(law):
    """A customer may have several zones, of the address and of the phone number: hours must be open in all of them."""
    law("""
    customer: {zones: [Europe/London, America/New_York]}
    hours: {between: '08:00-20:00', otherwise: defer}

    Mon 1 June 08:00   email             ->  wait until Mon 1 June 13:00: hours
    Mon 1 June 19:59   email             ->  send
    Mon 1 June 20:00   email             ->  wait until Tue 2 June 13:00: hours
    """)


def test_the_zone_of_the_strategy_serves_who_has_none(law):
    """`zone` of the strategy is the zone of customers without one."""
    law("""
    zone: Asia/Tokyo
    customer: {zones: []}
    hours: {between: '08:00-20:00', otherwise: defer}

    Mon 1 June 07:00+09:00   email       ->  wait until Mon 1 June 08:00+09:00: hours
    """)


def test_in_a_gap_the_first_instant_after_it_is_judged_by_what_the_clock_shows(law):
    """New York's clocks skip from 02:00 to 03:00 on 8 March: what opens at 02:30 opens at 03:00, if that is open."""
    law("""
    customer: {zones: [America/New_York]}
    early: {to: {channel: push}, between: '02:30-06:00', otherwise: defer}
    brief: {to: {channel: sms}, between: '02:15-02:45', otherwise: defer}

    Sun 8 March 01:00-05:00   push       ->  wait until Sun 8 March 03:00-04:00: early
    Sun 8 March 01:00-05:00   sms        ->  wait until Mon 9 March 02:15-04:00: brief
    """)


def test_in_a_fold_both_passes_are_open(law):
    """The hour that the clock repeats on 1 November is open twice."""
    law("""
    customer: {zones: [America/New_York]}
    night: {between: '01:00-02:00', otherwise: defer}

    Sun 1 November 01:30-04:00   email   ->  send
    Sun 1 November 01:30-05:00   email   ->  send
    Sun 1 November 02:00-05:00   email   ->  wait until Mon 2 November 01:00-05:00: night
    """)
