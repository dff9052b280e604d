"""Replaying a decision: the stored inputs, the stored version of the strategy, the same answer.

Owns the comparison. Refuses to trust what it reads: inputs are held against their hash first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from primum.gate import storing
from primum.gate.allowance import Recorded as RecordedUses
from primum.gate.answers import plain_decision
from primum.gate.in_force import InForce, restored
from primum.gate.judging import Heard, Sitting
from primum.ledger.protocol import Transaction
from primum.rules.cases import Case, read_case
from primum.words.contacts import Customer
from primum.words.decisions import Decision

_FIND: Final = """SELECT d.id, d.department, d.decided_at, d.strategy, d.engine, d.tzdata, d.watermark, d.inputs,
    d.place, d.answer, i.body, v.content FROM decisions d LEFT JOIN inputs i ON i.hash = d.inputs
    LEFT JOIN strategy_versions v ON v.version = d.strategy WHERE d.id = ?"""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One decision with all that proves it."""

    id: str
    department: str
    decided_at: int
    strategy: str
    engine: str
    tzdata: str
    watermark: int
    inputs_hash: str | None
    place: int
    answer: Mapping[str, Any]
    decision: Mapping[str, Any]
    body: bytes | None
    content: str | None

    def case(self) -> dict[str, Any] | None:
        """The case it was: what `primum decide` reads. None where it was refused before the law, or the inputs are
        not what they were."""
        if self.inputs_hash is None or self.body is None or self.content is None:
            return None
        data = storing.unpacked(self.inputs_hash, self.body)
        return None if data is None else {**data["case"], "strategy": json.loads(self.content)}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. `same`: the same answer; `differs`: what is not as it was, in sentences."""

    decision: str
    same: bool
    differs: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {"decision": self.decision, "same": self.same, "differs": list(self.differs)}


def find_decision(transaction: Transaction, id: str) -> StoredDecision | None:
    """A decision by its id."""
    found = transaction.rows(_FIND, id)
    if not found:
        return None
    row = found[0]
    told = json.loads(row[9])
    own = dict(zip(("id", "department", "decided_at", "strategy", "engine", "tzdata", "watermark"), row, strict=False))
    proof = {"inputs_hash": row[7], "place": row[8], "body": row[10], "content": row[11]}
    return StoredDecision(**own, **proof, answer=told["answer"], decision=told["decision"])


def replay(stored: StoredDecision) -> Replayed:
    """Decide again by the stored inputs and the stored strategy, and compare."""
    if stored.inputs_hash is None:
        return Replayed(stored.id, True)
    if stored.body is None or stored.content is None:
        return Replayed(stored.id, False, ("its inputs or its strategy are no longer there",))
    data = storing.unpacked(stored.inputs_hash, stored.body)
    if data is None:
        return Replayed(stored.id, False, ("its inputs are not what they were: the hash differs",))
    strategy = restored(stored.strategy, stored.content)
    case, faults = read_case({**data["case"], "strategy": json.loads(stored.content)})
    if case is None:
        return Replayed(stored.id, False, tuple(f.what for f in faults))
    again = plain_decision(_judge(strategy, case, data["looked"], stored.place))
    differs = tuple(
        f"{name}: it was {stored.decision.get(name)!r}, and is {again[name]!r} now"
        for name in again
        if stored.decision.get(name) != again[name]
    )
    return Replayed(stored.id, not differs, differs)


def _judge(strategy: InForce, case: Case, looked: list[Any], place: int) -> Decision:
    people: list[Customer] = [case.customer, *case.members]
    uses = RecordedUses([{(rule, period): used for rule, period, used in one} for one in looked])
    sitting = Sitting(strategy, Heard(people, case.history), uses)
    return sitting.judge(case.candidates[: place + 1])[place].decision
