"""At least

`at_least: n, within: WINDOW` says that silence does harm too. The audit reports the customers whom `for` means and who
got fewer than n counted contacts in the window before the end of the history; the planner seeks such contacts. No
decision is changed by it: no contact is held back, and none is forced. `counting` is as under `at_most` (by default:
what matches `to` and was sent); `for` is asked at the end of the history.

The end is that of the last day of which the large departments' contacts are here. `7 days` before it is elapsed time,
`7 local days` are the last seven dates, `a month` (a week, a quarter...) is the last one that was over, and `ever` is
the whole history. A contact known only to the day counts where it may lie within. Customers who became known within the
window (by `since`, else by their first contact or response) are told apart, and so are those of whom an undated flag
leaves open whether `for` means them. A history shorter than the window is not checkable, and so is a rule whose `for`
or `counting` rests on a fact that no source supplies.
"""


def test_silence_holds_nothing_back_and_forces_nothing(law):
    """Neither the first contact in months nor the tenth of a day is held back by it, whatever it asks for."""
    law("""
    heard: {to: {purpose: service}, at_least: 1, within: 90 days}
    daily: {at_least: 5, within: a day, otherwise: defer}

    Mon 2 March 09:00   email, service     sent
    Mon 1 June 09:00    email, service     ->  send
    Mon 1 June 09:01    email, marketing   ->  send
    """)


def test_silence_stands_beside_other_rules_and_weakens_none(law):
    """What is asked for is no reason to send what another rule holds back."""
    law("""
    heard: {at_least: 3, within: 7 days}
    cap: {at_most: 1, within: 7 days, otherwise: defer}

    Mon 1 June 09:00   email   sent
    Tue 2 June 09:00   email   ->  wait until Mon 8 June 09:00: cap
    """)
