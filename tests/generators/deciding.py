"""Short ways for claims to decide made-up cases, and to see what was promised before."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from primum.app.decide import ENGINES
from primum.rules.cases import Case, read_case
from primum.words.contacts import Candidate, Contact, Response, State
from primum.words.decisions import Decision


def case_of(data: dict[str, Any]) -> Case:
    """The case that plain data is; made-up data is never wrong."""
    case, faults = read_case(data)
    assert case is not None, faults
    return case


def decisions(case: Case, engine: str = "reference") -> tuple[Decision, ...]:
    """What an engine decides."""
    (decided,) = ENGINES[engine]([case])
    return tuple(decided)


def alone(case: Case, candidate: Candidate, **changes: Any) -> Decision:
    """The decision on one candidate, with other facts where they are given."""
    (decision,) = decisions(replace(case, candidates=(candidate,), **changes))
    return decision


def kept(candidate: Candidate, decision: Decision, status: str = "sent") -> Contact | None:
    """The contact that an admitted candidate becomes; None where it was denied."""
    if decision.decision == "deny":
        return None
    at = candidate.at if decision.until is None else decision.until
    return Contact(candidate.id, candidate.customer, at, status, candidate.attributes, candidate.priority)


def known_at(events: Iterable[Contact | Response], at: int) -> tuple[Contact | Response, ...]:
    """The events at or before an instant, and what is reserved."""
    return tuple(e for e in events if e.at <= at or (isinstance(e, Contact) and e.status == "reserved"))


def begun(states: Iterable[State], at: int) -> tuple[State, ...]:
    """The states that began at or before an instant."""
    return tuple(s for s in states if s.start is None or s.start <= at)


def without_repeats(case: Case) -> Case:
    """The case without contacts that bear a candidate's id."""
    ids = {c.id for c in case.candidates}
    return replace(case, history=tuple(e for e in case.history if isinstance(e, Response) or e.id not in ids))
