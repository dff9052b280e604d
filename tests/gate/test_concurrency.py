"""Many ask at once, and no cap is passed; the naive way passes it in the same harness."""

import os
import threading
from collections import Counter
from itertools import product

import pytest

from ledgers import gate_of
from primum.gate import Question

ASKERS = int(os.environ.get("PRIMUM_GATE_ASKERS", "8"))
QUESTIONS = int(os.environ.get("PRIMUM_GATE_QUESTIONS", "160"))
CUSTOMERS, CAP = 6, 3
NOW = 1_900_000_000_000_000
RULES = f"""
communications: {{news: {{purpose: marketing}}}}
rules:
  cap: {{says: Three a week., to: {{purpose: marketing}}, at_most: {CAP}, within: 7 days}}
"""


def all_at_once(work, count=ASKERS):
    """Every asker starts together and asks its share; the errors they met."""
    start, errors = threading.Barrier(count), []

    def run(number):
        start.wait()
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    askers = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    return errors


def customers_of(number):
    """Whom an asker asks about: hot keys, in an order of its own."""
    return [f"c{(number * 7 + i) % CUSTOMERS}" for i in range(QUESTIONS // ASKERS)]


def stored(ledger):
    """Live reservations per customer, counted from the log."""
    with ledger.reading() as transaction:
        return dict(transaction.rows("SELECT customer, count(*) FROM reservations GROUP BY customer"))


def test_no_cap_is_passed_when_all_ask_at_once(ledger):
    gate = gate_of(ledger, RULES)
    given = Counter()

    def ask(number):
        for i, customer in enumerate(customers_of(number)):
            (answer,) = gate.decide([Question(customer, "news", "email", NOW + i * ASKERS + number)], f"d{number}")
            given[customer] += answer.decision == "allow"

    assert all_at_once(ask) == []
    assert stored(ledger) == {f"c{n}": CAP for n in range(CUSTOMERS)}
    assert all(given[customer] == CAP for customer in stored(ledger))


def test_no_cap_is_passed_by_batches_that_overlap(ledger):
    gate = gate_of(ledger, RULES)

    def ask(number):
        names = sorted({f"c{n}" for n in range(CUSTOMERS)}, key=lambda c: hash((c, number)))
        for i in range(3):
            gate.decide([Question(c, "news", "email", NOW + i * ASKERS + number) for c in names], f"d{number}")

    assert all_at_once(ask) == []
    assert stored(ledger) == {f"c{n}": CAP for n in range(CUSTOMERS)}


def test_positive_control_the_naive_way_passes_the_cap(ledger):
    """Count, then insert, in transactions without locks: the harness must notice."""
    meet = threading.Barrier(ASKERS)

    def ask(number):
        for customer in (f"c{n}" for n in range(CUSTOMERS)):
            with ledger.reading() as transaction:
                (count,) = transaction.rows("SELECT count(*) FROM reservations WHERE customer = ?", customer)[0]
            meet.wait()
            if count < CAP:
                with ledger.writing() as transaction:
                    row = (f"r{number}{customer}", customer, "c", "d", NOW, NOW, NOW + 9, 0.0, "{}")
                    transaction.run("INSERT INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [row])

    assert all_at_once(ask) == []
    assert max(stored(ledger).values()) > CAP


def test_one_customer_asked_for_by_everybody_gets_exactly_the_cap(ledger):
    gate = gate_of(ledger, RULES)
    answers = []

    def ask(number):
        for i in range(QUESTIONS // ASKERS // 2):
            answers.extend(gate.decide([Question("hot", "news", "email", NOW + i * ASKERS + number)], f"d{number}"))

    assert all_at_once(ask) == []
    assert Counter(a.decision for a in answers)["allow"] == CAP
    assert all(gate.replay(a.id).same for a in answers[:: len(answers) // 8])


def test_one_key_sent_by_everybody_is_one_reservation(ledger):
    gate = gate_of(ledger, RULES)
    answers = {}

    def ask(number):
        for key in range(4):
            question = [Question(f"c{key}", "news", "email", NOW)]
            answers[number, key] = gate.decide(question, "crm", (f"k{key}", "d"))[0].reservation

    assert all_at_once(ask) == []
    assert {len({answers[n, key] for n in range(ASKERS)}) for key in range(4)} == {1}
    assert stored(ledger) == {f"c{key}": 1 for key in range(4)}


@pytest.mark.parametrize("room", [7])
def test_a_shared_capacity_is_never_passed(ledger, room):
    gate = gate_of(ledger, f"rules: {{room: {{says: Room., capacity: {room} per day, in: UTC}}}}")
    answers = []

    def ask(number):
        for i in range(4):
            answers.extend(gate.decide([Question(f"c{number}-{i}", "news", "call", NOW)], f"d{number}"))

    assert all_at_once(ask) == []
    assert Counter(a.decision for a in answers) == {"allow": room, "deny": 4 * ASKERS - room}


def test_confirming_and_releasing_at_once_resolves_once(ledger):
    gate = gate_of(ledger, RULES)
    told = gate.decide([Question(f"c{n}", "news", "email", NOW) for n in range(6)], "crm")
    outcomes = []

    def resolve(number):
        for answer in told:
            try:
                step = gate.confirm if number % 2 else gate.release
                outcomes.append((answer.id, step(answer.reservation, "crm").state))
            except Exception as error:
                outcomes.append((answer.id, type(error).__name__))

    assert all_at_once(resolve, 4) == []
    for answer in told:
        states = {state for id, state in outcomes if id == answer.id}
        assert states in ({"confirmed", "ResolvedError"}, {"released"}, {"confirmed"}), states


def test_a_question_after_an_opt_out_never_sees_the_time_before(ledger):
    gate = gate_of(ledger, "rules: {out: {says: Out., never_if: opted_out}}")
    from primum.gate.recording import ToldResponse

    stale = []

    def race(number):
        for i in range(6):
            customer = f"c{number}-{i}"
            gate.record_responses([ToldResponse("o", customer, NOW - 5, "opted_out")], "crm")
            stale.extend(a for a in gate.decide([Question(customer, "n", "sms", NOW)], "d") if a.decision == "allow")

    assert all_at_once(race) == []
    assert stale == []


def test_orders_of_lock_never_meet_crosswise(ledger):
    """Batches of the same customers in every order: nobody waits for ever."""
    gate = gate_of(ledger, RULES)
    orders = [p for p in product(("a", "b", "c"), repeat=3) if len(set(p)) == 3]

    def ask(number):
        for order in orders:
            gate.decide([Question(c, "news", "email", NOW) for c in order], f"d{number}")

    assert all_at_once(ask, 4) == []
