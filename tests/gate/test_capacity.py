"""A shared allowance, held against a plain count of everything that was asked."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.choosing import tried
from ledgers import ENGINE, gate_of, strategy_of
from primum.gate import Gate, Question
from primum.gate.recording import ToldContact
from primum.ledger.opening import take_steps
from primum.ledger.sqlite import SqliteLedger
from primum.words.time import from_us, instant_us

HOUR = 3_600_000_000
DAY = 24 * HOUR
BEGIN = instant_us(datetime(2030, 3, 4, tzinfo=UTC))
TEXT = """
rules:
  room: {says: Room., to: {channel: call}, capacity: 3 per day, in: UTC, otherwise: defer}
  rest: {says: Rest., at_most: 1, within: 36 hours, otherwise: defer}
"""
STRATEGY = strategy_of(TEXT)


class Naive:
    """All that was promised, as a list; every instant of whole hours is tried."""

    def __init__(self):
        self.kept = []

    def suits(self, customer, channel, at):
        day = from_us(at).date()
        room = sum(1 for _, c, t in self.kept if c == "call" and from_us(t).date() == day) < 3
        rest = all(abs(t - at) >= 36 * HOUR for c, _, t in self.kept if c == customer)
        return (room or channel != "call") and rest

    def decide(self, customer, channel, at, most):
        for hours in range(most + 1):
            if self.suits(customer, channel, at + hours * HOUR):
                self.kept.append((customer, channel, at + hours * HOUR))
                return at + hours * HOUR
        return None


ASKS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from(("call", "call", "sms")), st.integers(0, 60), st.integers(0, 120)
    ),
    min_size=1,
    max_size=14,
)


@given(asks=ASKS, cut=st.integers(0, 14))
@tried(25)
def test_capacity_and_rules_together_give_the_first_instant_that_suits_both(tmp_path_factory, asks, cut):
    """However the questions are cut into batches."""
    test_capacity_and_rules_together_give_the_first_instant_that_suits_both.number = number = (
        getattr(test_capacity_and_rules_together_give_the_first_instant_that_suits_both, "number", 0) + 1
    )
    ledger = SqliteLedger(tmp_path_factory.getbasetemp() / f"capacity{number}.sqlite")
    with ledger.writing() as transaction:
        take_steps(transaction, "sqlite")
    gate, naive = Gate(ledger, STRATEGY, ENGINE), Naive()
    questions, expected = [], []
    for customer, channel, hours, most in asks:
        at = BEGIN + hours * HOUR
        questions.append(Question(customer, "n", channel, at, not_after=at + most * HOUR))
        found = naive.decide(customer, channel, at, most)
        expected.append(("deny", None) if found is None else ("allow", None) if found == at else ("defer", found))
    answers = [a for batch in (questions[:cut], questions[cut:]) if batch for a in gate.decide(batch, "d")]
    assert [(a.decision, a.until) for a in answers] == expected
    assert all(gate.replay(a.id).same for a in answers)
    ledger.close()


@pytest.fixture
def gate(ledger):
    return gate_of(ledger, "rules: {room: {says: Room., capacity: 2 per day, in: UTC}}")


def ask(gate, customer, **more):
    return gate.decide([Question(customer, "n", "call", BEGIN, **more)], "d")[0]


def test_what_is_released_is_free_again(gate):
    first, second = ask(gate, "a"), ask(gate, "b")
    gate.confirm(first.reservation, "d")
    assert ask(gate, "c").decision == "deny"
    gate.release(second.reservation, "d")
    assert [ask(gate, c).decision for c in "cd"] == ["allow", "deny"]


def test_what_expired_is_free_again_and_what_was_sent_late_counts(gate, ledger):
    told = [ask(gate, c, hold_for=60_000_000) for c in "ab"]
    ledger.shift = BEGIN + 2 * HOUR - told[0].at + 10 * 365 * DAY
    assert ask(gate, "c", reserve="nothing").decision == "allow"
    for one in told:
        assert gate.confirm(one.reservation, "d").late
    assert ask(gate, "c").decision == "deny"


def test_contacts_told_by_others_take_from_the_allowance_once(gate):
    told = [ToldContact(f"t{n}", f"c{n}", BEGIN, "n", "call") for n in range(2)]
    for _ in range(2):
        gate.record_contacts(told, "sales")
    assert ask(gate, "x").decision == "deny"


def test_an_amount_of_cost_is_shared(ledger):
    gate = gate_of(ledger, "rules: {money: {says: Money., capacity: 10.5 of cost per month, in: UTC}}")
    answers = [ask(gate, f"c{n}", attributes={"cost": "3.5"}).decision for n in range(4)]
    assert answers == ["allow", "allow", "allow", "deny"]
    assert ask(gate, "free").decision == "allow"


def test_a_capacity_that_only_monitors_holds_nothing_back(ledger):
    gate = gate_of(ledger, "rules: {room: {says: Room., capacity: 1 per day, in: UTC, mode: shadow}}")
    assert [(a.decision, a.shadow) for a in (ask(gate, c) for c in "ab")] == [("allow", ()), ("allow", ("room",))]


def test_a_day_of_the_allowance_is_the_customers_own(ledger):
    """Without `in:` a period is that of the customer's first zone."""
    from primum.gate.recording import ToldCustomer

    gate = gate_of(ledger, "rules: {room: {says: Room., capacity: 1 per day, otherwise: defer}}")
    gate.record_customers([ToldCustomer("tokyo", ("Asia/Tokyo",)), ToldCustomer("york", ("America/New_York",))])
    assert ask(gate, "tokyo").decision == "allow"
    assert ask(gate, "york").decision == "allow"
    assert ask(gate, "london").until == BEGIN + DAY
