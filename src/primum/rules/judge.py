"""The one entry of the compiled engine: `judge(facts, asks, use)`, and decisions for people made of its answer.

Owns the way from masks to names. Refuses to count: `rules.kernel` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from primum.rules.compile import Compiled, compile_rules
from primum.rules.kernel import AUDIT, BACKTEST, GATE, PLAN, judge_batch
from primum.rules.layout import FOREVER, Facts
from primum.rules.model import RuleSet
from primum.rules.records import Asked, Batch, facts_of
from primum.words.contacts import Candidate, Contact, Customer, Response, Use
from primum.words.decisions import Decision, Verdict

USES: dict[Use, int] = {"audit": AUDIT, "backtest": BACKTEST, "plan": PLAN, "gate": GATE}
VERDICTS: tuple[Verdict, ...] = ("allow", "defer", "deny")


@dataclass(frozen=True)
class Judged:
    """What a batch's asks are answered, in judging order.

    `broken`, `unevaluated` (uint64, asks x words), `verdict` (uint8: allow, defer, deny), `until` and, where asked for,
    `alone` (int64, asks x rules): microseconds UTC, FOREVER for none.
    """

    broken: np.ndarray
    unevaluated: np.ndarray
    verdict: np.ndarray
    until: np.ndarray
    alone: np.ndarray


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
    """Judge every ask of a batch.

    Args:
        ask_start: int64, units + 1: which asks are whose.
        asks: int64, asks x 2, in judging order: row, and last instant that suits.
        alone: tell for every broken rule when it alone would be satisfied.
        look_around: count around each instant even where the tail decides (for claims).
    """
    rules = len(compiled.rules) if alone else 0
    return Judged(*judge_batch(facts, USES[use], ask_start, asks, rules, look_around))


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
    compiled = compile_rules(rules)
    asked = facts_of(compiled, Batch(customers, history, planned, candidates), use)
    judged = judge(compiled, asked.facts, use, asked.ask_start, asked.asks, alone=True, look_around=look_around)
    return _decisions(compiled, asked, judged, candidates)


def _decisions(
    compiled: Compiled, asked: Asked, judged: Judged, candidates: Sequence[Candidate]
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
            {},
        )
    return tuple(found[i] for i in sorted(found))


def _instant(at: int) -> int | None:
    return None if at == FOREVER else int(at)


def _names(compiled: Compiled, rules: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted(compiled.rules[r].name for r in rules))


def rules_of(compiled: Compiled, mask: np.ndarray) -> list[int]:
    """The rules that have a bit in this mask."""
    rows = [i for i in range(len(compiled.rows)) if int(mask[i // 64]) >> (i % 64) & 1]
    return sorted({compiled.rows[i].rule for i in rows})
