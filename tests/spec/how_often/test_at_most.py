"""At most so many

`at_most: n` with `within: WINDOW` is broken when admitting the candidate would leave some window of that width, holding
the candidate, with more than n counted contacts. The candidate always takes one place. n + 1 contacts break it when the
last and the first of them lie less than the width apart.
"""


def test_exactly_the_width_apart_is_allowed(law):
    """Of seven days, the eighth day's same instant is free."""
    law("""
    weekly: {at_most: 2, within: 7 days, otherwise: defer}

    Mon 1 June 09:00             email       sent
    Wed 3 June 09:00             email       sent
    Mon 8 June 08:59:59.999999   email   ->  wait until Mon 8 June 09:00: weekly
    """)


def test_the_window_looks_both_ways(law):
    """A contact put before one that is already reserved must not overfill the window they share."""
    law("""
    weekly: {at_most: 1, within: 7 days, otherwise: defer}

    Wed 10 June 09:00   email                reserved
    Wed 3 June 09:00    sms              ->  send
    Thu 4 June 09:00    sms              ->  wait until Wed 17 June 09:00: weekly
    """)


def test_the_candidate_takes_a_place_whether_or_not_it_is_counted(law):
    """A cap on e-mails and texts may count, for what it governs, anything else that was sent."""
    law("""
    room: {to: {purpose: marketing}, at_most: 2, within: 7 days, counting: {channel: [email, sms]}}

    Mon 1 June 09:00   email, service        sent
    Mon 1 June 09:00   post, marketing       sent
    Tue 2 June 09:00   post, marketing   ->  send
    Tue 2 June 10:00   sms, service      ->  send
    Tue 2 June 11:00   post, marketing   ->  do not send: room
    """)


def test_by_default_what_matches_to_is_counted(law):
    """A rule about marketing counts marketing."""
    law("""
    weekly: {to: {purpose: marketing}, at_most: 1, within: 7 days}

    Mon 1 June 09:00   email, service        sent
    Mon 1 June 10:00   email, marketing  ->  send
    Mon 1 June 11:00   sms, marketing    ->  do not send: weekly
    """)


def test_a_word_says_which_statuses_count(law):
    """`attempts` are reserved, sent, delivered, bounced and failed; `sent` (the default) are the first three;
    `delivered` is delivered only."""
    law("""
    attempts: {at_most: 3, within: 7 days, counting: attempts}
    sent: {at_most: 2, within: 7 days}
    delivered: {at_most: 1, within: 7 days, counting: delivered}

    Mon 1 June 09:00   call                  failed
    Mon 1 June 10:00   call                  sent
    Mon 1 June 11:00   call              ->  send
    Mon 1 June 12:00   call              ->  do not send: attempts, sent
    """)


def test_a_filter_may_name_the_statuses_too(law):
    """`counting: {status: delivered, channel: email}` counts delivered e-mails. A filter with a status alone counts
    every contact of that status."""
    law("""
    a: {to: {channel: sms}, at_most: 1, within: 7 days, counting: {status: delivered, channel: email}}
    b: {to: {channel: push}, at_most: 1, within: 7 days, counting: {status: delivered}}

    Mon 1 June 09:00   post                  delivered
    Mon 1 June 09:00   email                 sent
    Mon 1 June 10:00   sms               ->  send
    Mon 1 June 10:00   push              ->  do not send: b
    """)


def test_per_counts_apart(law):
    """With `per`, those count that agree with the candidate on every attribute; absent agrees with absent."""
    law("""
    brand: {at_most: 1, within: 7 days, per: [brand]}

    Mon 1 June 09:00   email, brand=north    sent
    Mon 1 June 10:00   email, brand=south    ->  send
    Mon 1 June 11:00   email                 ->  send
    Mon 1 June 12:00   email, brand=north    ->  do not send: brand
    Mon 1 June 13:00   sms                   ->  do not send: brand
    """)


def test_distinct_counts_what_shares_a_value_once(law):
    """Offers in one package are one interruption; a contact without a package is one by itself."""
    law("""
    calm: {at_most: 2, within: 7 days, distinct: package}

    Mon 1 June 09:00   email, package=k1     sent
    Mon 1 June 09:00   sms, package=k1       sent
    Tue 2 June 09:00   email             ->  send
    Wed 3 June 09:00   push, package=k1  ->  send
    Wed 3 June 10:00   push              ->  do not send: calm
    """)


def test_an_overfull_window_stays_broken(law):
    """A window that is overfull already breaks the rule even where the candidate adds nothing to it."""
    law("""
    calm: {at_most: 1, within: 7 days, distinct: package}

    Mon 1 June 09:00   email, package=k1     sent
    Tue 2 June 09:00   email, package=k2     sent
    Wed 3 June 09:00   sms, package=k2   ->  do not send: calm
    Mon 8 June 09:00   sms, package=k2   ->  send
    """)


def test_once_is_at_most_one_of_the_same(law):
    """`once: WINDOW` with `per` forbids repetition; a contact without the attribute repeats nothing."""
    law("""
    same: {once: 7 days, per: content, otherwise: defer}

    Mon 1 June 09:00   email, content=c1     sent
    Mon 1 June 09:00   email                 sent
    Tue 2 June 09:00   sms, content=c1   ->  wait until Mon 8 June 09:00: same
    Tue 2 June 09:00   sms               ->  send
    Tue 2 June 09:00   sms, content=c2   ->  send
    """)


def test_once_may_count_a_value_once(law):
    """With `distinct`, `once` forbids a second value: one topic by two departments, and not by the same one again."""
    law("""
    topic: {once: 7 days, per: topic, distinct: department, otherwise: defer}

    Mon 1 June 09:00   email, topic=loans, department=crm         sent
    Mon 1 June 10:00   email, topic=loans, department=crm     ->  send
    Mon 1 June 11:00   sms, topic=loans, department=branch    ->  wait until Mon 8 June 10:00: topic
    Mon 1 June 11:00   sms, topic=cards, department=branch    ->  send
    Mon 1 June 11:00   sms, department=branch                 ->  send
    """)


def test_rules_in_force_decide_over_all_of_the_history(law):
    """What was sent before a rule existed, or by its exception, counts like everything else."""
    law("""
    cap: {at_most: 1, within: 9 days, starts: '2026-06-02', except: [{from: 2026-06-02, until: 2026-06-02, at_most: 9}]}

    Mon 1 June 09:00   email             ->  send
    Tue 2 June 09:00   email             ->  send
    Wed 3 June 09:00   email             ->  do not send: cap
    """)
