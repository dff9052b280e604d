"""Keeping kinds apart

`apart: DURATION` is broken when a counted contact that matches `with` (by default: `to`) lies less than that before or
after the candidate. Exactly the duration apart is free.
"""


def test_apart_looks_both_ways(law):
    """Before and after alike: what is reserved keeps its distance too."""
    law("""
    gap: {apart: 48 hours, otherwise: defer}

    Wed 3 June 09:00             email       reserved
    Mon 1 June 09:00             sms     ->  send
    Tue 2 June 09:00             sms     ->  wait until Fri 5 June 09:00: gap
    """)


def test_only_after_looks_back(law):
    """`only: after` means never A after B: it looks at the same instant and before."""
    law("""
    ab: {to: {offer: A}, apart: 48 hours, with: {offer: B}, only: after}

    Wed 3 June 09:00             email, offer=B   sent
    Wed 3 June 08:59:59.999999   email, offer=A   ->  send
    Wed 3 June 09:00             email, offer=A   ->  do not send: ab
    """)


def test_with_names_what_to_keep_away_from(law):
    """The rule governs what matches `to`; what matches `with` goes freely."""
    law("""
    quiet: {to: {purpose: marketing}, apart: 2 days, with: {topic: complaint}}

    Mon 1 June 09:00   post, service, topic=complaint       sent
    Tue 2 June 09:00   email, marketing                 ->  do not send: quiet
    Tue 2 June 09:00   post, service, topic=complaint   ->  send
    """)


def test_local_days_are_compared_by_their_numbers(law):
    """Of `3 local days`, dates that differ by at least three are free, whatever the hour."""
    law("""
    letters: {apart: 3 local days, otherwise: defer}

    Wed 10 June 23:00   post                 sent
    Sun 7 June 23:59    post             ->  send
    Fri 12 June 09:00   post             ->  wait until Sat 13 June 00:00: letters
    """)


def test_per_narrows_what_is_counted(law):
    """With `per`, only contacts that agree with the candidate on every attribute count."""
    law("""
    gap: {apart: 1 day, per: [topic]}

    Mon 1 June 09:00   email, topic=loans    sent
    Mon 1 June 10:00   email, topic=cards    ->  send
    Mon 1 June 11:00   email, topic=loans    ->  do not send: gap
    Mon 1 June 12:00   email                 ->  send
    """)


def test_a_clash_binds_both_sides(law):
    """`clash: [A, B]` is short for two `apart` rules: A is kept from B, and B from A; A is not kept from A."""
    law("""
    promo-bill: {clash: [{topic: promo}, {topic: collections}], within: 3 days}

    Mon 1 June 09:00   email, topic=promo        sent
    Mon 1 June 10:00   email, topic=promo        ->  send
    Tue 2 June 09:00   email, topic=collections  ->  do not send: promo-bill
    Thu 4 June 10:00   email, topic=collections  ->  send
    Fri 5 June 09:00   email, topic=promo        ->  do not send: promo-bill
    Fri 5 June 09:00   email, topic=news         ->  send
    """)
