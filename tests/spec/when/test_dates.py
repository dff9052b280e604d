"""Dates

`closed` closes local dates: single ones, those of a calendar of the strategy, or the public holidays of a country
(`GB`, `DE-BY`). `starts` and `ends` are the first and the last local date of a rule; `except` has other numbers for a
stretch of dates.
"""


def test_a_closed_date_closes_that_local_date_only(law):
    """A closed date cuts what runs into it at midnight, and what would run out of it."""
    law("""
    late: {between: {fri-sat: '22:00-02:00'}, closed: ['2026-06-06'], otherwise: defer}

    Fri 5 June 23:30   email             ->  send
    Sat 6 June 00:30   email             ->  wait until Sun 7 June 00:00: late
    Sun 7 June 01:30   email             ->  send
    """)


def test_closed_stands_alone_too(law):
    """Without `between`, every minute of the other dates is open."""
    law("""
    calendars: {stocktaking: ['2026-06-02', '2026-06-03']}
    quiet: {closed: [stocktaking, GB], otherwise: defer}

    Mon 1 June 23:59      email          ->  send
    Tue 2 June 00:00      email          ->  wait until Thu 4 June 00:00: quiet
    Fri 25 December 09:00   email        ->  wait until Sun 27 December 00:00: quiet
    """)


def test_the_date_must_be_open_in_all_zones(law):
    """Closed in one of the customer's zones is closed."""
    law("""
    customer: {zones: [Europe/London, Asia/Tokyo]}
    quiet: {closed: ['2026-06-02'], otherwise: defer}

    Mon 1 June 15:59   email             ->  send
    Mon 1 June 16:00   email             ->  wait until Wed 3 June 00:00: quiet
    """)


def test_a_rule_lives_from_its_first_to_its_last_date(law):
    """Both dates belong to it, in the customer's first zone; a cap that starts today counts what was sent before."""
    law("""
    june: {at_most: 1, within: 30 days, starts: '2026-06-02', ends: '2026-06-10', otherwise: defer}

    Sun 31 May 09:00           email         sent
    Mon 1 June 23:59:59        email     ->  send
    Tue 2 June 00:00           email     ->  wait until Thu 11 June 00:00: june
    Wed 10 June 23:59:59       sms       ->  wait until Thu 11 June 00:00: june
    """)


def test_an_exception_has_other_numbers(law):
    """The first exception whose dates hold the candidate's local date gives the numbers; the rest of the rule stays."""
    law("""
    cap: {at_most: 1, within: 7 days, otherwise: defer, except: [{from: 2026-06-03, until: 2026-06-04, at_most: 3}]}

    Mon 1 June 09:00   email                 sent
    Tue 2 June 09:00   email             ->  wait until Wed 3 June 00:00: cap
    Thu 4 June 09:00   email             ->  send
    Fri 5 June 09:00   email             ->  wait until Thu 11 June 09:00: cap
    """)


def test_month_and_day_are_yearly_and_may_wrap(law):
    """`MM-DD` names a date of every year, and a stretch may run over New Year."""
    law("""
    feast: {at_most: 5, within: a day, except: [{from: 12-24, until: 01-01, never: always}], otherwise: defer}

    Wed 23 December 23:59   email        ->  send
    Thu 24 December 00:00   email        ->  wait until Sat 2 January 2027 00:00: feast
    Fri 1 January 2027 09:00   email     ->  wait until Sat 2 January 2027 00:00: feast
    """)
