"""Deciding cases: files in, answers out, by one engine or by both.

Owns the reading of case files, the choice of the engine, the form of an answer, and the comparison with what a case
expects. Refuses to know the law.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from primum.rules.cases import Case, cases_of, read_case
from primum.rules.faults import Below, complaints
from primum.rules.reference import Judgement, decide, judge
from primum.strategy.case_text import CaseText, read_cases
from primum.words.decisions import Decision
from primum.words.errors import CaseError, Complaint
from primum.words.time import instant_text

EngineName = Literal["reference", "kernel", "both"]
Decisions = tuple[Decision, ...]
Engine = Callable[[Sequence[Case]], Sequence[Decisions]]


def read_case_file(path: Path) -> str:
    """The text of a case file.

    Raises: CaseError where it is not there or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = "the file is not UTF-8." if isinstance(error, UnicodeDecodeError) else f"{error.strerror}."
        raise CaseError([Complaint(str(path), 0, 0, what, "Name a file of cases.")]) from None


def cases_in(text: str, name: str) -> list[Case]:
    """Every case of a text.

    Raises: CaseError with everything that is wrong, each at its place.
    """
    cases: list[Case] = []
    wrong: list[Complaint] = []
    for part in read_cases(text, name):
        found, faulty = cases_in_part(part, len(cases))
        cases += found
        wrong += faulty
    if wrong:
        raise CaseError(wrong)
    return cases


def cases_in_part(part: CaseText, number: int = 0) -> tuple[list[Case], list[Complaint]]:
    """The cases of one part of a file, and what is wrong in it; `number` cases came before."""
    cases: list[Case] = []
    wrong: list[Complaint] = []
    for path, data in cases_of(part.data):
        case, faults = read_case(data, number + len(cases))
        if case is not None:
            cases.append(case)
        wrong += complaints(faults, Below(part, path))
    return cases, wrong


# Engines


def by_reference(cases: Sequence[Case]) -> list[Decisions]:
    """Decide by the readable law."""
    return [decide(c.rules, c.customer, c.history, c.planned, c.candidates, c.use, c.members) for c in cases]


def by_kernel(cases: Sequence[Case]) -> Sequence[Decisions]:
    """Decide by the compiled law."""
    from primum.rules.judge import decide_cases  # imported late: the kernel takes a second to load

    return decide_cases(cases)


ENGINES: Final[dict[str, Engine]] = {"reference": by_reference, "kernel": by_kernel}


def decide_by(engine: EngineName, cases: Sequence[Case]) -> tuple[Sequence[Decisions], list[str]]:
    """The decisions of every case, and (for `both`) where the two engines differ, in sentences."""
    if engine != "both":
        return ENGINES[engine](cases), []
    ours, theirs = by_reference(cases), by_kernel(cases)
    return ours, [
        f"{case.id}: {one.candidate}: the reference says {_answer(case, one)}, the kernel {_answer(case, other)}"
        for case, left, right in zip(cases, ours, theirs, strict=True)
        for one, other in zip(left, right, strict=True)
        if one != other
    ]


def judgements(case: Case) -> list[Judgement]:
    """The decisions of a case with all they rest on, by the reference."""
    return judge(case.rules, case.customer, case.history, case.planned, case.candidates, case.use, case.members)


# Answers


def answer(case: Case, decision: Decision) -> dict[str, Any]:
    """A decision as JSON tells it: instants in UTC with Z."""
    return {
        "case": case.id,
        "candidate": decision.candidate,
        "decision": decision.decision,
        "until": _instant(decision.until),
        "reasons": list(decision.reasons),
        "alone": {rule: _instant(at) for rule, at in sorted(decision.alone.items())},
        "shadow": list(decision.shadow),
        "unevaluated": list(decision.unevaluated),
        "alternatives": [answer(case, other) for other in decision.alternatives],
    }


def _answer(case: Case, decision: Decision) -> str:
    return json.dumps({**answer(case, decision), "missing": dict(decision.missing)}, ensure_ascii=False)


def _instant(at: int | None) -> str | None:
    return None if at is None else instant_text(at)


def differences(case: Case, decisions: Decisions) -> Iterator[str]:
    """Where the decisions are not what the case expects, in sentences."""
    for decision in decisions:
        for key, wanted in case.expect.get(decision.candidate, {}).items():
            given = getattr(decision, key)
            if given != wanted:
                shown = _shown(wanted), _shown(given)
                yield f"{case.id}: {decision.candidate}: expected {key} {shown[0]}, decided {shown[1]}"


def _shown(value: Any) -> str:
    if isinstance(value, int):
        return instant_text(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{rule}: {_shown(at)}" for rule, at in sorted(value.items())) + "}"
    return "none" if value is None else str(value)
