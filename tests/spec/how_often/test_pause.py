"""Pauses

`pause: DURATION` with `after: {response: KIND, times: n, within: WINDOW}` is broken while an n-th such response lies at
or before the candidate, and less than the duration before it. n responses make an n-th when the first and last of them
lie less than `within` apart (by default: ever).
"""


def test_a_pause_begins_at_the_response_and_ends_exactly_after_the_duration(law):
    """The instant of the response is inside, that of the end is outside; before the response nothing rests."""
    law("""
    rest: {pause: 24 hours, after: {response: complained}, otherwise: defer}

    Fri 5 June 09:00             customer complained
    Fri 5 June 08:59:59.999999   email   ->  send
    Fri 5 June 09:00             email   ->  wait until Sat 6 June 09:00: rest
    Sat 6 June 09:00             sms     ->  send
    """)


def test_the_n_th_of_a_run_starts_it(law):
    """Three refusals within seven days rest the offer; the fourth that completes such a run starts the pause anew."""
    law("""
    rest: {pause: 10 days, after: {response: refused, times: 3, within: 7 days}, otherwise: defer}

    Mon 1 June 09:00    customer refused
    Tue 2 June 09:00    customer refused
    Mon 8 June 08:00    customer refused
    Tue 9 June 08:00    customer refused
    Sun 7 June 09:00    email            ->  send
    Mon 8 June 09:00    email            ->  wait until Fri 19 June 08:00: rest
    """)


def test_exactly_the_window_apart_is_no_run(law):
    """Two openings exactly a day apart are not within a day."""
    law("""
    rest: {pause: 10 days, after: {response: refused, times: 2, within: 24 hours}}

    Mon 1 June 09:00    customer refused
    Tue 2 June 09:00    customer refused
    Wed 3 June 09:00    email            ->  send
    """)


def test_a_response_counts_where_it_agrees(law):
    """With `per`, responses that agree with the candidate; further attributes of `after` must match the response."""
    law("""
    topic: {pause: 7 days, after: {response: refused, channel: call}, per: [topic]}

    Mon 1 June 09:00    customer refused, call, topic=loans
    Mon 1 June 09:00    customer refused, email, topic=cards
    Tue 2 June 09:00    email, topic=loans   ->  do not send: topic
    Tue 2 June 09:00    email, topic=cards   ->  send
    Tue 2 June 09:00    email                ->  send
    """)


def test_local_days_of_rest_are_dates(law):
    """`2 local days` after Monday's response end with Tuesday."""
    law("""
    rest: {pause: 2 local days, after: {response: bought}, otherwise: defer}

    Mon 1 June 23:00    customer bought
    Mon 1 June 22:59    email            ->  send
    Mon 1 June 23:30    email            ->  wait until Wed 3 June 00:00: rest
    """)


def test_a_contact_may_start_a_pause(law):
    """`after` may also be a filter over counted contacts: the pause begins with the contact."""
    law("""
    moment: {to: {purpose: marketing}, pause: 2 days, after: {topic: complaint}, otherwise: defer}

    Mon 1 June 09:00    post, topic=complaint    sent
    Mon 1 June 08:59    email, marketing     ->  send
    Mon 1 June 09:00    email, marketing     ->  wait until Wed 3 June 09:00: moment
    """)
