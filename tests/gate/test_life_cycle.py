"""A reservation is confirmed, released or expires, once; a plain model says the same of every step."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledgers import ENGINE, strategy_of
from primum.gate import Gate, Question
from primum.gate.reservations import ResolvedError
from primum.ledger.opening import take_steps
from primum.ledger.sqlite import SqliteLedger

MINUTE = 60_000_000
HOLD = 30 * MINUTE + MINUTE // 2  # steps are whole minutes, so that no wall clock decides an expiry
CAP = 2
STRATEGY = strategy_of(
    f"communications: {{n: {{purpose: marketing}}}}\nrules: {{cap: {{says: c., at_most: {CAP}, within: 2 hours}}}}"
)


def examples(count):
    return int(os.environ.get("PRIMUM_EXAMPLES", count))


class Lives(RuleBasedStateMachine):
    """The gate against a dictionary: what is live or confirmed within the window, at the clock of the database."""

    folder = None
    number = 0

    @initialize()
    def begin(self):
        type(self).number += 1
        self.ledger = SqliteLedger(self.folder / f"{type(self).number}.sqlite")
        with self.ledger.writing() as transaction:
            take_steps(transaction, "sqlite")
            self.zero = transaction.now
        self.gate = Gate(self.ledger, STRATEGY, ENGINE)
        self.model = {}
        self.minutes = 0

    def teardown(self):
        self.ledger.close()

    def now(self):
        return self.zero + self.minutes * MINUTE

    @rule(minutes=st.integers(1, 50))
    def time_passes(self, minutes):
        self.minutes += minutes
        self.ledger.shift = self.minutes * MINUTE

    def live(self):
        """Instants that take a place."""
        return [
            m["at"]
            for m in self.model.values()
            if m["state"] == "confirmed" or m.get("recorded") or (m["state"] == "open" and m["expires"] > self.now())
        ]

    def overfull(self, at, others):
        """Whether some window of two hours that holds `at` would hold more than the cap."""
        times = sorted([*others, at])
        return any(
            times[i + CAP] - times[i] < 120 * MINUTE and times[i] <= at <= times[i + CAP]
            for i in range(len(times) - CAP)
        )

    @rule(ahead=st.integers(0, 100))
    def ask(self, ahead):
        at = self.now() + ahead * MINUTE
        (answer,) = self.gate.decide([Question("c", "n", "sms", at, hold_for=HOLD)], "d")
        assert answer.decision == ("deny" if self.overfull(at, self.live()) else "allow")
        if answer.reservation:
            self.model[answer.reservation] = {"state": "open", "at": at, "expires": at + HOLD}

    @precondition(lambda self: self.model)
    @rule(number=st.integers(0, 99))
    def confirm(self, number):
        id = list(self.model)[number % len(self.model)]
        m = self.model[id]
        told = self.gate.confirm(id, "d")
        was = m["state"]
        expired = was == "open" and m["expires"] <= self.now()
        if was == "open":
            m["state"], m["late"] = "confirmed", expired
        m["recorded"] = True
        assert told.state == m["state"]
        assert told.late == (m.get("late", False) or was == "released")

    @precondition(lambda self: self.model)
    @rule(number=st.integers(0, 99))
    def release(self, number):
        id = list(self.model)[number % len(self.model)]
        m = self.model[id]
        if m["state"] == "confirmed":
            with pytest.raises(ResolvedError):
                self.gate.release(id, "d")
            return
        expired = m["state"] == "open" and m["expires"] <= self.now()
        told = self.gate.release(id, "d")
        if expired:
            assert told.state == "expired"
        else:
            assert told.state == "released"
            m["state"] = "released"

    @invariant()
    def every_reservation_has_one_outcome_at_most(self):
        if not hasattr(self, "ledger"):
            return
        with self.ledger.reading() as transaction:
            found = dict(transaction.rows("SELECT reservation, outcome FROM resolutions"))
        assert found == {id: m["state"] for id, m in self.model.items() if m["state"] != "open"}


def test_the_life_of_reservations(tmp_path):
    Lives.folder = tmp_path
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=examples(30),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_a_late_confirmation_over_the_cap_is_kept_and_flagged(tmp_path):
    ledger = SqliteLedger(tmp_path / "l.sqlite")
    with ledger.writing() as transaction:
        take_steps(transaction, "sqlite")
        now = transaction.now
    gate = Gate(ledger, STRATEGY, ENGINE)
    ask = [Question("c", "n", "sms", now, hold_for=HOLD)]
    first = [gate.decide(ask, "d")[0] for _ in range(2)]
    ledger.shift = HOLD + MINUTE
    more = [gate.decide(ask, "d")[0] for _ in range(2)]
    assert [a.decision for a in (*first, *more)] == ["allow"] * 4
    told = gate.confirm(first[0].reservation, "d")
    assert (told.state, told.late, told.over_cap) == ("confirmed", True, True)
    assert gate.confirm(first[0].reservation, "d") == told
    with ledger.reading() as transaction:
        assert transaction.rows("SELECT action, subject FROM trail WHERE action = 'sent over cap'") == [
            ("sent over cap", first[0].reservation)
        ]
        assert transaction.rows("SELECT status FROM contacts ORDER BY status")[-1] == ("sent",)
    ledger.close()
