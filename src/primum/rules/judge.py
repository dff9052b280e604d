"""The one entry of the compiled engine: `judge(facts, asks, use)`, and decisions for people made of its answer.

Owns the way from masks to names. Refuses to count: `rules.kernel` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from primum.rules.cases import Case
from primum.rules.compile import Compiled, compile_rules
from primum.rules.kernel import AUDIT, BACKTEST, GATE, PLAN, judge_batch
from primum.rules.layout import CUSTOMER, FOREVER, MEMORY, OF_PEOPLE, UNKNOWN, Facts
from primum.rules.model import RuleSet
from primum.rules.records import Asked, Batch, facts_of
from primum.rules.unsure import judge_unsure, room_for_unsure
from primum.words.contacts import Candidate, Contact, Customer, Response, Use
from primum.words.decisions import Decision, Verdict
from primum.words.time import is_zone

USES: dict[Use, int] = {"audit": AUDIT, "backtest": BACKTEST, "plan": PLAN, "gate": GATE}
VERDICTS: tuple[Verdict, ...] = ("allow", "defer", "deny")


class Judged(NamedTuple):
    """What a batch's asks are answered, in judging order.

    `broken`, `unevaluated` (uint64, asks x words), `verdict` (uint8: allow, defer, deny), `until` and, where asked for,
    `alone` (int64, asks x rules): microseconds UTC, FOREVER for none.
    """

    broken: np.ndarray
    unevaluated: np.ndarray
    verdict: np.ndarray
    until: np.ndarray
    alone: np.ndarray


class Judge:
    """Judges one batch after the other by a rule set, in working memory of its own. One thread's at a time."""

    def __init__(self, compiled: Compiled) -> None:
        self._rules, self._words = len(compiled.rules), compiled.words
        self._memory = np.zeros(0, np.int64)
        self._work = np.zeros((8, self._words), np.uint64)

    def judge(
        self,
        facts: Facts,
        use: Use,
        ask_start: np.ndarray,
        asks: np.ndarray,
        *,
        alone: bool = False,
        look_around: bool = False,
    ) -> Judged:
        """Judge every ask of a batch.

        Args:
            ask_start: int64, units + 1: which asks are whose.
            asks: int64, asks x 2, in judging order: row, and last instant that suits.
            alone: tell for every broken rule when it alone would be satisfied.
            look_around: count around each instant even where the tail decides (for claims).
        """
        count, number, tables = len(asks), USES[use], facts.tables
        answers = Judged(
            np.empty((count, self._words), np.uint64),
            np.empty((count, self._words), np.uint64),
            np.empty(count, np.uint8),
            np.empty(count, np.int64),
            np.empty((count, self._rules if alone else 0), np.int64),
        )
        held, memory = (tables, facts.masks, facts.rows), self._room(int(tables[MEMORY]))
        left = judge_batch(*held, facts.unsure, memory, self._work, number, ask_start, asks, look_around, *answers)
        if left:
            units = np.flatnonzero(facts.unsure)
            judge_unsure(*held, self._work, *room_for_unsure(facts), number, units, ask_start, asks, *answers)
        return answers

    def _room(self, size: int) -> np.ndarray:
        """The kernel's memory, empty."""
        if size == 0:
            raise ValueError("these facts have no place in memory: rules.facts.make_facts lays them out")
        if size > len(self._memory):
            self._memory = np.zeros(size, np.int64)
        else:
            self._memory[:size] = 0
        return self._memory


def judge(
    compiled: Compiled,
    facts: Facts,
    use: Use,
    ask_start: np.ndarray,
    asks: np.ndarray,
    *,
    alone: bool = False,
    look_around: bool = False,
) -> Judged:
    """Judge every ask of one batch; as `Judge.judge`."""
    return Judge(compiled).judge(facts, use, ask_start, asks, alone=alone, look_around=look_around)


def decide(
    rules: RuleSet,
    customers: Sequence[Customer],
    history: Sequence[Contact | Response],
    planned: Sequence[Contact],
    candidates: Sequence[Candidate],
    use: Use,
    *,
    look_around: bool = False,
) -> tuple[Decision, ...]:
    """Decide candidates of some customers; the compiled twin of `rules.reference.decide`.

    Returns: a decision per candidate, in the order of `candidates`.
    """
    return decide_batch(
        compile_rules(rules), Batch(customers, history, planned, candidates), use, look_around=look_around
    )


def decide_batch(compiled: Compiled, batch: Batch, use: Use, *, look_around: bool = False) -> tuple[Decision, ...]:
    """As `decide`, by rules that were compiled before: the way of the gate."""
    asked = facts_of(compiled, batch, use)
    judged = judge(compiled, asked.facts, use, asked.ask_start, asked.asks, alone=True, look_around=look_around)
    zones = {c.id: c.zones or ((compiled.zone,) if compiled.zone else ()) for c in batch.customers}
    return _decisions(compiled, asked, judged, batch.candidates, zones)


def decide_cases(cases: Sequence[Case], *, look_around: bool = False) -> list[tuple[Decision, ...]]:
    """Decide cases, each by its own rules; a decision per candidate, in the order given."""
    return [
        decide(c.rules, _people(c), c.history, c.planned, c.candidates, c.use, look_around=look_around) for c in cases
    ]


def _people(case: Case) -> list[Customer]:
    """Everybody a case is about: members of one household, and whoever else is named in it."""
    named = {c.id: c for c in (*case.members, case.customer)}
    events = (*case.history, *case.planned, *case.candidates)
    strangers = {e.customer for e in events} - named.keys()
    household = case.customer.household or case.customer.id
    known = [replace(c, household=household) for c in named.values()]
    return [*known, *(Customer(name, household=household) for name in sorted(strangers))]


def _decisions(
    compiled: Compiled,
    asked: Asked,
    judged: Judged,
    candidates: Sequence[Candidate],
    zones: Mapping[str, tuple[str, ...]],
) -> tuple[Decision, ...]:
    found: dict[int, Decision] = {}
    for a, number in enumerate(asked.candidate.tolist()):
        broken = rules_of(compiled, judged.broken[a])
        reasons = [r for r in broken if not compiled.rules[r].shadow]
        unevaluated = rules_of(compiled, judged.unevaluated[a])
        until = int(judged.until[a])
        verdict = VERDICTS[judged.verdict[a]]
        found[number] = Decision(
            candidates[number].id,
            verdict,
            until if verdict == "defer" else None,
            _names(compiled, reasons),
            {compiled.rules[r].name: _instant(judged.alone[a, r]) for r in reasons},
            _names(compiled, [r for r in broken if compiled.rules[r].shadow]),
            _names(compiled, unevaluated),
            _missing(compiled, judged.unevaluated[a], _unknown(asked, a), zones[candidates[number].customer]),
        )
    return tuple(found[i] for i in sorted(found))


def _unknown(asked: Asked, ask: int) -> np.ndarray:
    """The rows that lack a zone or a calendar for an ask's customer."""
    person = asked.facts.tables[OF_PEOPLE] + 3 * asked.facts.rows[asked.asks[ask, 0], CUSTOMER]
    return np.asarray(asked.facts.masks[person + UNKNOWN])


def _missing(compiled: Compiled, mask: np.ndarray, unknown: np.ndarray, zones: Sequence[str]) -> dict[str, str]:
    """For each rule that cannot be evaluated, the fact that it lacks: a calendar, a zone, a time of day."""
    found: dict[str, str] = {}
    unreadable = next((z for z in zones if not is_zone(z)), None)
    for number in _rows_in(compiled, mask):
        row = compiled.rows[number]
        lacks = "zone" if unreadable is None else f"readable zone ({unreadable})"
        if row.unknown_calendar:
            lacks = f"calendar {compiled.hours[row.hours].unknown_calendars[0]}"
        if not int(unknown[number // 64]) >> (number % 64) & 1:
            lacks = "time of day"
        found.setdefault(compiled.rules[row.rule].name, lacks)
    return found


def _rows_in(compiled: Compiled, mask: np.ndarray) -> list[int]:
    return [i for i in range(len(compiled.rows)) if int(mask[i // 64]) >> (i % 64) & 1]


def _instant(at: int) -> int | None:
    return None if at == FOREVER else int(at)


def _names(compiled: Compiled, rules: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted(compiled.rules[r].name for r in rules))


def rules_of(compiled: Compiled, mask: np.ndarray) -> list[int]:
    """The rules that have a bit in this mask."""
    return sorted({compiled.rows[i].rule for i in _rows_in(compiled, mask)})
