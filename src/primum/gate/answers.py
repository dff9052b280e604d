"""Answers and decisions as they are stored: everything, with instants in microseconds.

Owns the two-way form of an answer (for its idempotency key, and beside its decision) and the one-way form of a decision
of the law, which a replay must give again. Refuses to hide anything: `asking` does, for a department.
"""

from collections.abc import Mapping
from typing import Any, Final

from primum.gate.asking import Alternative, Answer, Reason
from primum.words.decisions import Decision

_NESTED: Final = ("reasons", "alternatives", "shadow")


def stored(answer: Answer) -> dict[str, Any]:
    """An answer as it is kept for its idempotency key and in its decision: everything, instants in microseconds."""
    return {
        **{name: getattr(answer, name) for name in Answer.__dataclass_fields__ if name not in _NESTED},
        "shadow": list(answer.shadow),
        "reasons": [_reason(r) for r in answer.reasons],
        "alternatives": [
            {"channel": a.channel, "decision": a.decision, "until": a.until, "reasons": [_reason(r) for r in a.reasons]}
            for a in answer.alternatives
        ],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {name: getattr(reason, name) for name in Reason.__dataclass_fields__}


def restored_answer(data: Mapping[str, Any]) -> Answer:
    """An answer as it was stored."""
    return Answer(
        **{name: value for name, value in data.items() if name not in _NESTED},
        shadow=tuple(data["shadow"]),
        reasons=tuple(Reason(**r) for r in data["reasons"]),
        alternatives=tuple(
            Alternative(a["channel"], a["decision"], a["until"], tuple(Reason(**r) for r in a["reasons"]))
            for a in data["alternatives"]
        ),
    )


def plain_decision(decision: Decision) -> dict[str, Any]:
    """A decision of the law as JSON: what a replay must give again."""
    return {
        "decision": decision.decision,
        "until": decision.until,
        "reasons": list(decision.reasons),
        "alone": dict(sorted(decision.alone.items())),
        "shadow": list(decision.shadow),
        "unevaluated": list(decision.unevaluated),
        "missing": dict(sorted(decision.missing.items())),
        "alternatives": [{"channel": a.channel, **plain_decision(a)} for a in decision.alternatives],
    }
