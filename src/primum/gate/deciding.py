"""Deciding one batch inside its transaction: read, judge, write.

Owns what the register and the ledger add to a question, and the rows that a decision leaves. Refuses to decide while
the seed of the history is incomplete, except what no rule may hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from primum.gate import storing
from primum.gate.allowance import Counted
from primum.gate.answers import plain_decision, stored
from primum.gate.asking import Alternative, Answer, Question, Reason, tidy
from primum.gate.cases import case_of
from primum.gate.in_force import InForce, canonical
from primum.gate.judging import Heard, Judged, Sitting
from primum.gate.known import events_of, read_known, watermark, with_priority
from primum.gate.register import Registered
from primum.ledger.protocol import Transaction
from primum.words.contacts import Candidate
from primum.words.decisions import Decision
from primum.words.time import US_PER_DAY, US_PER_SECOND

HOLD: Final = 3_600 * US_PER_SECOND
"""How long a reservation is held after its instant when nobody says otherwise."""
LONGEST_HOLD: Final = 7 * US_PER_DAY

OWN_REASONS: Final = {
    "history-incomplete": "The gate does not know the whole history yet: it is being read.",
    "already-sent": "This contact was already sent under this id.",
    "channel-not-registered": "The register does not list this channel for this communication.",
}
"""What the gate itself refuses, apart from rules."""


@dataclass(frozen=True)
class Engine:
    """What decides, for the record: Primum's version and that of the time zones."""

    primum: str
    tzdata: str


@dataclass(frozen=True, slots=True)
class _Ask:
    """A question with all that the register and the ledger add to it."""

    question: Question
    candidate: Candidate
    registered: Registered
    refused: str | None


class Deciding:
    """One batch inside its transaction."""

    def __init__(
        self, seeds: Sequence[str], engine: Engine, strategy: InForce, transaction: Transaction, department: str
    ) -> None:
        self.seeds, self.engine, self.strategy = seeds, engine, strategy
        self.transaction, self.department = transaction, department
        self._complete: bool | None = None

    def decide(self, questions: Sequence[Question]) -> list[Answer]:
        names = sorted({q.customer for q in questions})
        households = self.strategy.compiled.counts_households
        self.known = read_known(self.transaction, names, self.strategy.rules.zone, with_households=households)
        self.ids = storing.ids_from(self.transaction.token, len(questions), "d")
        asks = [self._ask(number, question) for number, question in enumerate(questions)]
        open_asks = [a for a in asks if a.refused is None]
        judged = iter(self._judge([a.candidate for a in open_asks]))
        found = [Judged(_refusal(a)) if a.refused is not None else next(judged) for a in asks]
        return self._write(asks, found)

    # What is asked

    def _ask(self, number: int, question: Question) -> _Ask:
        registered = self.strategy.register.look_up(question.communication)
        at = self.transaction.now if question.at is None else question.at
        contact = f"{self.department}:{question.id or self.ids[number]}"
        attributes = {
            **tidy(question.attributes),
            **registered.attributes,
            "communication": registered.name,
            "channel": question.channel,
            "department": self.department,
        }
        limits = [question.not_after, None if registered.valid_for is None else at + registered.valid_for]
        candidate = Candidate(
            contact,
            question.customer,
            at,
            with_priority(attributes, registered.priority),
            registered.priority,
            min((limit for limit in limits if limit is not None), default=None),
        )
        return _Ask(question, candidate, registered, self._refused(question, candidate, registered))

    def _refused(self, question: Question, candidate: Candidate, registered: Registered) -> str | None:
        if candidate.id in self.known[question.customer].sent:
            return "already-sent"
        if any(e.to.matches(candidate.attributes) for e in self.strategy.rules.exempt):
            return None
        if registered.channels and question.channel not in registered.channels:
            return "channel-not-registered"
        return None if self._seeded() else "history-incomplete"

    def _seeded(self) -> bool:
        if self._complete is None:
            self._complete = seeds_complete(self.transaction, self.seeds)
        return self._complete

    # Judging

    def _judge(self, asks: Sequence[Candidate]) -> list[Judged]:
        history = events_of(self.known.values())
        uses = Counted(lambda rule, period: storing.used(self.transaction, rule, period))
        heard = Heard([k.customer for k in self.known.values()], history)
        return Sitting(self.strategy, heard, uses).judge(asks)

    # Writing

    def _write(self, asks: Sequence[_Ask], judged: Sequence[Judged]) -> list[Answer]:
        transaction = self.transaction
        reservations = storing.ids_from(transaction.token, len(asks), "r")
        answers = [
            self._answer(ask, one.decision, id, reservation)
            for ask, one, id, reservation in zip(asks, judged, self.ids, reservations, strict=True)
        ]
        inputs, places = self._inputs(asks, judged)
        storing.add_inputs(transaction, dict(inputs.values()))
        mark = watermark(transaction)
        storing.add_decisions(
            transaction,
            [
                self._decision_row(ask, answer, one, inputs, places[n], mark)
                for n, (ask, answer, one) in enumerate(zip(asks, answers, judged, strict=True))
            ],
        )
        self._reserve(asks, answers, judged)
        return answers

    def _answer(self, ask: _Ask, decision: Decision, id: str, reservation: str) -> Answer:
        at = ask.candidate.at if decision.until is None else decision.until
        wanted = {"allowed_and_deferred": ("allow", "defer"), "allowed": ("allow",), "nothing": ()}
        reserved = decision.decision in wanted[ask.question.reserve]
        hold = min(ask.question.hold_for or HOLD, LONGEST_HOLD)
        return Answer(
            id,
            ask.candidate.id,
            ask.candidate.customer,
            decision.decision,
            ask.candidate.at,
            decision.until,
            self._reasons(decision),
            decision.shadow,
            tuple(Alternative(a.channel or "", a.decision, a.until, self._reasons(a)) for a in decision.alternatives),
            reservation if reserved else None,
            max(at, self.transaction.now) + hold if reserved else None,
            not ask.registered.known,
        )

    def _reasons(self, decision: Decision) -> tuple[Reason, ...]:
        found = []
        for name in decision.reasons:
            rule = self.strategy.by_name.get(name)
            says = OWN_REASONS[name] if rule is None else rule.says
            disclosed = None if rule is None else rule.disclose
            found.append(Reason(name, says, decision.alone.get(name), disclosed, decision.missing.get(name)))
        return tuple(found)

    def _inputs(self, asks: Sequence[_Ask], judged: Sequence[Judged]) -> tuple[dict[str, tuple[str, bytes]], list[int]]:
        """Per unit what its questions were judged against; per question its place in that case."""
        units: dict[str, list[int]] = {}
        places = [-1] * len(asks)
        for number, ask in enumerate(asks):
            if ask.refused is None:
                own = units.setdefault(self._unit(ask.candidate.customer), [])
                places[number] = len(own)
                own.append(number)
        found = {}
        for unit, numbers in units.items():
            people = [k for k in self.known.values() if self._unit(k.customer.id) == unit]
            case = case_of(self.ids[numbers[0]], people, [asks[n].candidate for n in numbers], self.strategy.rules.zone)
            looked = [[list(one) for one in judged[n].looked] for n in numbers]
            found[unit] = storing.packed({"case": case, "looked": looked})
        return found, places

    def _unit(self, customer: str) -> str:
        return self.known[customer].customer.household or customer

    def _decision_row(
        self,
        ask: _Ask,
        answer: Answer,
        judged: Judged,
        inputs: Mapping[str, tuple[str, bytes]],
        place: int,
        mark: int,
    ) -> tuple[Any, ...]:
        candidate, engine = ask.candidate, self.engine
        hash = inputs[self._unit(candidate.customer)][0] if place >= 0 else None
        told = {"answer": stored(answer), "decision": plain_decision(judged.decision)}
        return (
            answer.id,
            candidate.customer,
            candidate.id,
            self.department,
            ask.registered.name,
            ask.question.channel,
            candidate.at,
            self.transaction.now,
            answer.decision,
            answer.until,
            answer.reservation,
            self.strategy.version,
            engine.primum,
            engine.tzdata,
            mark,
            hash,
            place,
            canonical(told),
        )

    def _reserve(self, asks: Sequence[_Ask], answers: Sequence[Answer], judged: Sequence[Judged]) -> None:
        """Write reservations, and let go of those that the same contact held before."""
        now = self.transaction.now
        rows, uses, replaced = [], [], []
        for ask, answer, one in zip(asks, answers, judged, strict=True):
            if answer.reservation is None:
                continue
            candidate, known = ask.candidate, self.known[ask.candidate.customer]
            at = candidate.at if answer.until is None else answer.until
            attributes = storing.attributes_text(candidate.attributes)
            named = (answer.reservation, candidate.customer, candidate.id, self.department)
            rows.append((*named, at, now, answer.expires_at, candidate.priority, attributes))
            if candidate.id in known.live:
                replaced.append((known.live[candidate.id], "replaced", now, 0, 0))
            for rule, period, amount in one.takes:
                uses.append((rule, period, candidate.id, candidate.customer, answer.reservation, amount))
        storing.add_reservations(self.transaction, rows)
        storing.add_resolutions(self.transaction, replaced)
        storing.use_capacity(self.transaction, uses)


def seeds_complete(transaction: Transaction, names: Sequence[str]) -> bool:
    """Whether each of these seeds is complete."""
    done = "SELECT count(*) FROM seeds WHERE name {any} AND completed_at IS NOT NULL"
    return not names or transaction.rows(done, list(names))[0][0] == len(set(names))


def _refusal(ask: _Ask) -> Decision:
    assert ask.refused is not None
    return Decision(ask.candidate.id, "deny", None, (ask.refused,), {ask.refused: None})
