"""Events

A customer's story is made of events, each at one instant: **contacts** (we said something), **responses** (the customer
did something; anything inbound is a response) and **states** (something is true from an instant until another). A
**candidate** is a contact that somebody wants to make: it is what is decided. Attributes of a contact are open: any
name may be used, and they are what they were when it was sent.
"""


def test_only_what_was_sent_or_reserved_counts(law):
    """What was tried and did not arrive, and what was only proposed, expired or given back, takes no place."""
    law("""
    cap: {at_most: 1, within: 7 days}

    Mon 1 June 08:00   email                 failed
    Mon 1 June 08:10   email                 bounced
    Mon 1 June 08:20   email                 expired
    Mon 1 June 08:30   email                 suppressed
    Mon 1 June 09:00   email             ->  send
    Mon 1 June 10:00   sms               ->  do not send: cap
    """)


def test_an_event_told_twice_is_one_event(law):
    """An event is told by its id. A repeated row changes nothing but what became of it: the last row says that."""
    law("""
    cap: {at_most: 2, within: 7 days}

    Mon 1 June 09:00   email, id=x           sent
    Mon 1 June 09:05   email, id=x           delivered
    Tue 2 June 09:00   email, id=y           sent
    Tue 2 June 09:30   email, id=y           bounced
    Wed 3 June 09:00   email             ->  send
    Wed 3 June 10:00   email             ->  do not send: cap
    """)


def test_a_contact_is_not_counted_against_itself(law):
    """A contact with the candidate's own id is never counted against it: asking again is not sending twice."""
    law("""
    cap: {at_most: 1, within: 7 days}

    Mon 1 June 09:00   email, id=x           reserved
    Tue 2 June 09:00   email, id=x       ->  send
    Tue 2 June 09:00   email, id=y       ->  do not send: cap
    """)


def test_an_admitted_candidate_takes_the_place_of_whatever_bore_its_id(law):
    """Once admitted, a candidate stands where it was admitted, not where it was planned or reserved before."""
    law("""
    apart: {apart: 24 hours}

    Mon 1 June 09:00   email, id=x           reserved
    Fri 5 June 09:00   email, id=x       ->  send
    Tue 2 June 08:00   email, id=y       ->  send
    """)


def test_an_absent_attribute_equals_no_value(law):
    """`{purpose: marketing}` does not mean a contact without a message class; `{purpose: {not: marketing}}` does."""
    law("""
    is: {to: {purpose: marketing}, never: always}
    is-not: {to: {purpose: {not: marketing}}, never: always}

    Mon 1 June 09:00   email             ->  do not send: is-not
    Mon 1 June 09:00   email, marketing  ->  do not send: is
    Mon 1 June 09:00   email, service    ->  do not send: is-not
    """)


def test_a_list_equals_a_value_that_it_holds(law):
    """Tags and the like are lists: they equal every value they hold, and agree when they hold the same values."""
    law("""
    promo: {to: {tags: promo}, never: always}
    same: {to: {tags: [new, old]}, at_most: 1, within: 7 days, per: [tags]}

    Mon 1 June 09:00   email, tags=promo+spring   ->  do not send: promo
    Mon 1 June 09:00   email, tags=new+old        ->  send
    Tue 2 June 09:00   email, tags=old+new        ->  do not send: same
    Tue 2 June 09:00   email, tags=new            ->  send
    """)


def test_numbers_and_truths_are_texts(law):
    """Numbers and truths are compared as texts: `true`, `10`, `2.5`."""
    law("""
    test: {to: {test: true, wave: 10}, never: always}

    Mon 1 June 09:00   email, test=true, wave=10  ->  do not send: test
    Mon 1 June 09:00   email, test=true, wave=9   ->  send
    """)
