"""Candidates fed to the gate one by one, through the ledger, get the backtest's answers; in one batch they do too."""

from dataclasses import replace

from hypothesis import assume, given

from claims.test_gate_equals_backtest import in_time_order
from generators.cases import make_case
from generators.choosing import made_by, tried
from generators.deciding import begun, case_of, decisions, known_at, without_repeats
from ledgers import ENGINE
from primum.gate import Gate, Question, storing
from primum.gate.answers import plain_decision
from primum.gate.in_force import canonical, restored
from primum.ledger.opening import take_steps
from primum.ledger.sqlite import SqliteLedger
from primum.words.contacts import Contact

REGISTER = {
    "marketing": {"purpose": "marketing"},
    "service": {"purpose": "service"},
    "none": {"purpose": "other"},
}
NEVER = 2**61


class Story:
    """A case told to a ledger as it happens, and asked of its gate."""

    number = 0

    def __init__(self, folder, data, case):
        type(self).number += 1
        self.case = case
        self.ledger = SqliteLedger(folder / f"{type(self).number}.sqlite")
        with self.ledger.writing() as transaction:
            take_steps(transaction, "sqlite")
        strategy = restored("v", canonical({**data["strategy"], "communications": REGISTER}))
        self.gate = Gate(self.ledger, strategy, ENGINE)

    def tell(self, events, states, segments):
        """What is known by now; what was told before changes nothing."""
        customer = self.case.customer
        with self.ledger.writing() as transaction:
            row = (canonical(list(customer.zones)), "home", canonical(customer.attributes), 0)
            storing.set_customers(transaction, [(customer.id, *row), ("c2", "[]", "home", "{}", 0)])
            for kind, held in (("state", states), ("segment", segments)):
                rows = [
                    (
                        "case",
                        f"{kind}{i}{s.name}{s.start}",
                        customer.id,
                        kind,
                        s.name,
                        *_told(s),
                    )
                    for i, s in enumerate(held)
                ]
                storing.add_states(transaction, rows)
            for event in events:
                self._tell(transaction, event)

    def _tell(self, transaction, event):
        attributes = storing.attributes_text(event.attributes)
        if not isinstance(event, Contact):
            row = ("case", event.id, event.customer, event.at, event.precision, event.kind, attributes, 0)
            storing.add_responses(transaction, [row])
        elif event.status == "reserved" and event.precision == "instant":
            id = f"case:{event.id}"
            row = (id, event.customer, id, "case", event.at, 0, NEVER, event.priority, attributes)
            if not transaction.rows("SELECT 1 FROM reservations WHERE id = ?", id):
                storing.add_reservations(transaction, [row])
        else:
            row = ("case", event.id, event.customer, event.at, event.precision, event.status, event.at)
            storing.add_contacts(transaction, [(*row, event.priority, attributes, None, 0)])

    def question(self, candidate):
        own = dict(candidate.attributes)
        purpose = own.pop("purpose", "none")
        channel = own.pop("channel")
        own.pop("priority", None)
        return Question(candidate.customer, purpose, channel, candidate.at, candidate.id, candidate.not_after, own)

    def stored(self, answer):
        return dict(self.gate.explain(answer.id).decision)


def _told(state):
    ends = (state.start, state.until, state.as_of)
    return *ends, state.start_precision, state.until_precision, canonical(state.scope), 0


def story_of(folder, data):
    for candidate in data["candidates"]:
        candidate.setdefault("channel", "email")
        candidate.setdefault("purpose", "marketing")
    case = without_repeats(case_of(data))
    assume(not {e.at for e in case.history} & {c.at for c in case.candidates})
    return case, Story(folder, data, case)


@given(data=made_by(in_time_order))
@tried(20)
def test_gate_equals_backtest(tmp_path_factory, data):
    case, story = story_of(tmp_path_factory.getbasetemp(), data)
    answers = []
    for candidate in case.candidates:
        story.tell(
            known_at(case.history, candidate.at),
            begun(case.customer.states, candidate.at),
            begun(case.customer.segments, candidate.at),
        )
        answers += story.gate.decide([story.question(candidate)], "d")
    assert [story.stored(a) for a in answers] == [plain_decision(d) for d in decisions(case)]
    assert all(story.gate.replay(a.id).same for a in answers)
    story.ledger.close()


@given(data=made_by(lambda choose: make_case(choose, "gate", days=True)))
@tried(20)
def test_a_batch_through_the_ledger_equals_the_law(tmp_path_factory, data):
    """All of the history, both ways, days and reservations included, in one batch."""
    data.pop("planned", None)
    data["strategy"].pop("priorities", None)
    for candidate in data["candidates"]:
        candidate.pop("priority", None)
    case, story = story_of(tmp_path_factory.getbasetemp(), data)
    case = replace(case, candidates=tuple(replace(c, precision="instant") for c in case.candidates))
    story.tell(case.history, case.customer.states, case.customer.segments)
    answers = story.gate.decide([story.question(c) for c in case.candidates], "d")
    assert [story.stored(a) for a in answers] == [plain_decision(d) for d in decisions(case)]
    assert all(story.gate.replay(a.id).same for a in answers)
    story.ledger.close()
