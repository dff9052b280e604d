"""Windows

A window is a width on an axis: elapsed time (`7 days`, `24 hours`), the customer's local dates (`7 local days`), the
number of a calendar period (`an hour`, `a day`, `a week`, `a half-month`, `a month`, `a quarter`, `a year`), or `ever`.
"""


def test_a_calendar_day_is_not_24_hours(law):
    """A day's cap begins anew at local midnight; 24 hours do not."""
    law("""
    a-day: {to: {channel: email}, at_most: 1, within: a day, otherwise: defer}
    a-24: {to: {channel: sms}, at_most: 1, within: 24 hours, otherwise: defer}

    Mon 1 June 23:00   email                 sent
    Mon 1 June 23:00   sms                   sent
    Mon 1 June 23:30   email             ->  wait until Tue 2 June 00:00: a-day
    Mon 1 June 23:30   sms               ->  wait until Tue 2 June 23:00: a-24
    """)


def test_local_days_are_dates(law):
    """`7 local days` counts the dates of the candidate and the six before (or after): the hour says nothing."""
    law("""
    seven: {at_most: 1, within: 7 local days, otherwise: defer}

    Mon 1 June 23:59   email                 sent
    Sun 7 June 09:00   email             ->  wait until Mon 8 June 00:00: seven
    Mon 25 May 09:00   email             ->  send
    """)


def test_days_of_23_and_25_hours_are_one_day(law):
    """London's 25 October has 25 hours: they are one local day, and more than 24 elapsed hours."""
    law("""
    a-day: {to: {channel: email}, at_most: 1, within: a day, otherwise: defer}
    a-24: {to: {channel: sms}, at_most: 1, within: 24 hours}

    Sun 25 October 00:10+01:00   email       sent
    Sun 25 October 00:10+01:00   sms         sent
    Sun 25 October 23:50+00:00   email   ->  wait until Mon 26 October 00:00: a-day
    Sun 25 October 23:50+00:00   sms     ->  send
    """)


def test_the_hour_that_a_fold_repeats_is_two_hours(law):
    """Between the two passes of 01:00 to 02:00 lies a new hour."""
    law("""
    hourly: {at_most: 1, within: an hour, otherwise: defer}

    Sun 25 October 01:10+01:00   email       sent
    Sun 25 October 01:50+01:00   sms     ->  wait until Sun 25 October 01:00+00:00: hourly
    Sun 25 October 01:10+00:00   push    ->  wait until Sun 25 October 02:00+00:00: hourly
    """)


def test_a_week_starts_where_it_is_told_to(law):
    """Weeks start on Monday unless `week_starts` says otherwise."""
    law("""
    monday: {to: {channel: email}, at_most: 1, within: a week, otherwise: defer}
    sunday: {to: {channel: sms}, at_most: 1, within: a week, week_starts: sunday, otherwise: defer}

    Wed 3 June 09:00   email                 sent
    Wed 3 June 09:00   sms                   sent
    Thu 4 June 09:00   email             ->  wait until Mon 8 June 00:00: monday
    Thu 4 June 09:00   sms               ->  wait until Sun 7 June 00:00: sunday
    """)


def test_longer_periods_are_those_of_the_calendar(law):
    """A half-month ends after the 15th and with the month."""
    law("""
    half: {to: {channel: email}, at_most: 1, within: a half-month, otherwise: defer}
    month: {to: {channel: sms}, at_most: 1, within: a month, otherwise: defer}
    quarter: {to: {channel: push}, at_most: 1, within: a quarter, otherwise: defer}
    year: {to: {channel: post}, at_most: 1, within: a year, otherwise: defer}

    Wed 3 June 09:00   email                 sent
    Wed 3 June 09:00   sms                   sent
    Wed 3 June 09:00   push                  sent
    Wed 3 June 09:00   post                  sent
    Wed 3 June 10:00   email             ->  wait until Tue 16 June 00:00: half
    Wed 3 June 10:00   sms               ->  wait until Wed 1 July 00:00: month
    Wed 3 June 10:00   push              ->  wait until Wed 1 July 00:00: quarter
    Wed 3 June 10:00   post              ->  wait until Fri 1 January 2027 00:00: year
    """)


def test_a_calendar_may_be_another_zone_s(law):
    """`in: UTC` (or a zone's name) counts in that calendar; the default is the customer's first zone."""
    law("""
    customer: {zones: [America/New_York, Europe/London]}
    utc: {to: {channel: email}, at_most: 1, within: a day, in: UTC, otherwise: defer}
    own: {to: {channel: sms}, at_most: 1, within: a day, otherwise: defer}

    Mon 1 June 10:00Z   email                sent
    Mon 1 June 10:00Z   sms                  sent
    Mon 1 June 11:00Z   email            ->  wait until Tue 2 June 00:00Z: utc
    Mon 1 June 11:00Z   sms              ->  wait until Tue 2 June 04:00Z: own
    """)


def test_ever_never_ends(law):
    """What was sent once counts for ever, before and after."""
    law("""
    welcome: {to: {topic: welcome}, at_most: 1, within: ever, otherwise: defer}

    Mon 1 June 2020 09:00   email, topic=welcome   sent
    Mon 1 June 09:00        email, topic=welcome   ->  do not send: welcome
    """)
