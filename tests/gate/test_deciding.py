"""What the gate answers: by the register, by the rules, once for a key."""

import pytest

from ledgers import gate_of
from primum.gate import Question
from primum.gate.idempotency import KeyReusedError
from primum.gate.recording import ToldContact, ToldCustomer, ToldResponse, ToldState
from primum.gate.reservations import ResolvedError, UnknownReservationError
from primum.words.errors import RequestError

HOUR, DAY = 3_600_000_000, 86_400_000_000
MONDAY = 1_780_300_800_000_000  # 2026-06-01T08:00Z
RULES = """
communications:
  spring:
    {owner: crm, purpose: marketing, topic: garden, valid_for: 3 days, channels: [email, sms, post], known_as: SPR}
  bill: {purpose: transactional}
  law: {purpose: regulatory}
exempt: [{to: {purpose: regulatory}, counts: false}]
rules:
  weekly: {says: No more than two a week., to: {purpose: marketing}, at_most: 2, within: 7 days, otherwise: defer}
  grief: {says: Nothing to the bereaved., to: {purpose: marketing}, never_if: bereaved, disclose: customer care}
  email-rest:
    says: One email a day.
    to: {channel: email, purpose: transactional}
    at_most: 1
    within: 24 hours
    otherwise: {try_channels: [post, sms]}
"""


@pytest.fixture
def gate(ledger):
    return gate_of(ledger, RULES)


def ask(gate, customer="c1", communication="spring", channel="email", at=MONDAY, department="crm", **more):
    (answer,) = gate.decide([Question(customer, communication, channel, at, **more)], department)
    return answer


def rows(gate, table):
    with gate.ledger.reading() as transaction:
        return transaction.rows(f"SELECT count(*) FROM {table}")[0][0]


# The register


def test_the_register_says_what_a_communication_is(gate):
    for name in ("purpose", "topic", "priority", "initiated", "department"):
        with pytest.raises(RequestError, match="not the asker's to say"):
            ask(gate, attributes={name: "regulatory"})
    assert ask(gate, communication="SPR").unregistered is False
    assert gate.timeline("c1")[0].detail["topic"] == "garden"


def test_what_nobody_registered_is_marketing_of_the_lowest_priority(gate):
    told = [ask(gate, communication="law-ish", at=MONDAY + i) for i in range(3)]
    assert [a.decision for a in told] == ["allow", "allow", "defer"]
    assert all(a.unregistered for a in told)
    stored = gate.explain(told[0].id).case()["candidates"][0]
    assert (stored["purpose"], stored["priority"]) == ("marketing", -1e9)


def test_a_channel_that_is_not_registered_is_refused(gate):
    told = ask(gate, channel="call")
    assert (told.decision, [r.rule for r in told.reasons]) == ("deny", ["channel-not-registered"])


def test_an_exempt_communication_is_always_allowed_and_never_counted(gate):
    assert {ask(gate, communication="law", at=MONDAY + i).decision for i in range(5)} == {"allow"}
    assert ask(gate).decision == "allow"


def test_a_wait_beyond_what_the_communication_bears_is_a_deny(gate):
    for i in range(2):
        ask(gate, at=MONDAY + i)
    late = ask(gate, at=MONDAY + 3 * DAY)
    assert (late.decision, late.until) == ("deny", None)
    soon = ask(gate, at=MONDAY + 4 * DAY + 1)
    assert (soon.decision, soon.until) == ("defer", MONDAY + 7 * DAY)


# Answers


def test_a_department_reads_what_the_rule_discloses(gate):
    gate.record_states([ToldState("s1", "c1", "bereaved", MONDAY - DAY)], "care")
    told = ask(gate)
    assert told.plain()["reasons"] == [{"rule": None, "says": "Not now: customer care."}]
    assert told.plain(everything=True)["reasons"][0]["rule"] == "grief"
    assert "bereaved" not in str(told.plain()).casefold()


def test_other_channels_are_decided_each_by_itself(gate):
    assert ask(gate, communication="bill").decision == "allow"
    told = ask(gate, communication="bill", at=MONDAY + HOUR)
    assert told.decision == "deny"
    assert [(a.channel, a.decision) for a in told.alternatives] == [("post", "allow"), ("sms", "allow")]
    assert told.reservation is None
    assert gate.replay(told.id).same


def test_asking_for_nothing_reserves_nothing(gate):
    assert ask(gate, reserve="nothing").reservation is None
    assert [ask(gate, at=MONDAY + i, reserve="nothing").decision for i in range(4)] == ["allow"] * 4


def test_a_deferred_contact_holds_its_place(gate):
    for i in range(2):
        ask(gate, at=MONDAY + i)
    assert ask(gate, at=MONDAY + 5 * DAY).until == MONDAY + 7 * DAY
    assert ask(gate, at=MONDAY + 5 * DAY + 1).until == MONDAY + 7 * DAY + 1
    assert ask(gate, at=MONDAY + 5 * DAY + 2).decision == "deny"


def test_later_questions_of_a_batch_see_earlier_ones(gate):
    questions = [Question("c1", "spring", "email", MONDAY + i) for i in range(3)]
    questions.insert(1, Question("c2", "spring", "email", MONDAY))
    assert [a.decision for a in gate.decide(questions, "crm")] == ["allow", "allow", "allow", "deny"]


def test_asking_again_under_ones_own_id_takes_the_same_place(gate):
    first, second = ask(gate, id="m1"), ask(gate, id="m1", at=MONDAY + 1)
    assert ask(gate, at=MONDAY + 2).decision == "allow"
    assert gate.release(first.reservation, "crm").state == "replaced"
    gate.confirm(second.reservation, "crm")
    again = ask(gate, id="m1", at=MONDAY + 3)
    assert [r.rule for r in again.reasons] == ["already-sent"]
    assert ask(gate, id="m1", department="sales", at=MONDAY + DAY).decision == "deny"


def test_everything_wrong_is_told_at_once(gate):
    wrong = [
        Question("", "spring", "email"),
        Question("c1", "spring", "e\x00mail"),
        Question("c1", "spring", "email", MONDAY, not_after=MONDAY - 1),
        Question("c1", "spring", "email", attributes={"status": "sent"}),
        Question("c1", "spring", "x" * 2_000),
    ]
    with pytest.raises(RequestError) as told:
        gate.decide(wrong, "crm")
    assert [c.file for c in told.value.complaints] == [
        "questions[0].customer",
        "questions[1].channel",
        "questions[2].not_after",
        "questions[3].attributes.status",
        "questions[4].channel",
    ]
    assert rows(gate, "decisions") == 0


# Keys


def test_the_same_key_and_body_get_the_first_answer(gate):
    question = [Question("c1", "spring", "email", MONDAY)]
    first = gate.decide(question, "crm", ("k", "digest"))
    assert gate.decide(question, "crm", ("k", "digest")) == first
    assert (rows(gate, "decisions"), rows(gate, "reservations")) == (1, 1)
    with pytest.raises(KeyReusedError):
        gate.decide(question, "crm", ("k", "other"))
    assert gate.decide(question, "sales", ("k", "other")) != first


# What happened elsewhere


def test_contacts_told_by_others_count(gate):
    told = [ToldContact(f"t{i}", "c1", MONDAY - i * DAY, "spring", "email") for i in range(2)]
    gate.record_contacts(told, "sales")
    gate.record_contacts(told, "sales")
    assert rows(gate, "contact_facts") == 2
    told = ask(gate)
    assert (told.decision, told.reasons[0].until) == ("deny", MONDAY - DAY + 7 * DAY)


def test_the_latest_status_counts_in_any_order(gate):
    told = [
        ToldContact("t", "c1", MONDAY - HOUR, "bill", "email", "bounced", MONDAY - 1),
        ToldContact("t", "c1", MONDAY - HOUR, "bill", "email", "sent", MONDAY - HOUR),
    ]
    gate.record_contacts(told, "sales")
    assert ask(gate, communication="bill").decision == "allow"


def test_a_recorded_contact_confirms_its_reservation(gate):
    reserved = ask(gate, id="m1")
    told = ToldContact("m1", "c1", MONDAY, "spring", "email", reservation=reserved.reservation)
    assert gate.record_contacts([told], "crm").confirmed == 1
    assert gate.confirm(reserved.reservation, "crm").late is False
    assert rows(gate, "contacts") == 1


def test_an_opt_out_is_seen_by_the_next_question(ledger):
    gate = gate_of(ledger, "rules: {out: {says: Opted out., never_if: opted_out, per: channel}}")
    assert ask(gate).decision == "allow"
    gate.record_responses([ToldResponse("o1", "c1", MONDAY, "opted_out", attributes={"channel": "email"})], "crm")
    assert ask(gate).decision == "deny"
    assert ask(gate, channel="sms").decision == "allow"


def test_customers_are_known_by_their_other_names(ledger):
    gate = gate_of(ledger, "rules: {one: {says: Once., at_most: 1, within: 7 days, to: {purpose: marketing}}}")
    gate.record_customers([ToldCustomer("c1", ("Europe/Paris",), aliases=("email:ann", "phone:1"))])
    assert ask(gate, customer="email:ann").customer == "c1"
    assert ask(gate, customer="phone:1").decision == "deny"
    assert ask(gate, customer="c1").decision == "deny"


def test_a_household_is_counted_together(ledger):
    text = "rules: {one: {says: Once., at_most: 1, within: 7 days, level: household}}"
    gate = gate_of(ledger, text)
    gate.record_customers([ToldCustomer(c, household="h") for c in ("c1", "c2")])
    assert ask(gate, customer="c1").decision == "allow"
    told = ask(gate, customer="c2")
    assert told.decision == "deny"
    assert gate.replay(told.id).same


def test_days_stand_where_they_hold_back_longest(gate):
    told = ToldContact("t", "c1", MONDAY - 8 * HOUR, "bill", "email", precision="day")
    gate.record_contacts([told], "sales")
    answer = ask(gate, communication="bill", at=MONDAY + 20 * HOUR)
    assert answer.decision == "deny"
    assert gate.replay(answer.id).same


# Who may, and what is not there


def test_a_reservation_of_another_department_is_not_there(gate):
    reserved = ask(gate).reservation
    for call in (gate.confirm, gate.release):
        with pytest.raises(UnknownReservationError):
            call(reserved, "sales")
        with pytest.raises(UnknownReservationError):
            call("r0", "crm")


def test_what_was_confirmed_cannot_be_released(gate):
    reserved = ask(gate).reservation
    gate.confirm(reserved, "crm")
    with pytest.raises(ResolvedError):
        gate.release(reserved, "crm")


# The seed


def test_until_the_history_is_complete_the_gate_holds_everything_but_the_exempt(ledger):
    gate = gate_of(ledger, RULES, seeded_by=["history"])
    assert [r.rule for r in ask(gate).reasons] == ["history-incomplete"]
    assert ask(gate, communication="law").decision == "allow"
    with ledger.writing() as transaction:
        transaction.rows("INSERT INTO seeds VALUES ('history', 'v', 1, 1, NULL, '{}')")
    assert ask(gate).decision == "deny"
    with ledger.writing() as transaction:
        transaction.rows("UPDATE seeds SET completed_at = 2")
    assert ask(gate).decision == "allow"


# Proof


def test_a_decision_is_replayed_by_its_own_strategy(gate, ledger):
    told = [ask(gate, at=MONDAY + i) for i in range(3)]
    other = gate_of(ledger, "rules: {none: {says: Never., never: always}}")
    assert all(other.replay(a.id).same for a in told)
    assert ask(other).decision == "deny"


def test_a_changed_byte_of_the_inputs_is_found(gate, ledger):
    told = ask(gate)
    with ledger.writing() as transaction:
        (hash, body), *_ = transaction.rows("SELECT hash, body FROM inputs")
        transaction.rows("UPDATE inputs SET body = ? WHERE hash = ?", bytes(body[:-1]) + b"x", hash)
    assert gate.replay(told.id).same is False
    assert gate.explain(told.id).case() is None


def test_a_changed_answer_is_found(gate, ledger):
    from dataclasses import replace

    from primum.gate.replay import replay

    stored = gate.explain(ask(gate).id)
    changed = replay(replace(stored, decision={**stored.decision, "decision": "deny"}))
    assert changed.differs == ("decision: it was 'deny', and is 'allow' now",)
