"""Ten customers whom a board should see: a never-event, a clash, a silence, and those who hear most.

Owns the choice among the candidates that the pass kept, and the marks on their timelines. Refuses test and shared
addresses (the pass left them out), and to judge: rules are asked of the readable reference, one shown contact each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np

from primum.audit import results as r
from primum.audit.ending import Ending
from primum.audit.law import SEVERITIES, Law
from primum.audit.masking import Mask
from primum.audit.partial import Candidate
from primum.audit.results_lines import LineMark
from primum.audit.rule_examples import Household, household_of, name_of
from primum.audit.silence import ANSWER_DAYS, CLOSED, COMPLAINT, KINDS, OPEN, WHATS
from primum.audit.standing import Told
from primum.audit.timelines import Event, Timelines, told_person
from primum.customers.days import NO_END, NO_START
from primum.rules.reference import exempt_counts
from primum.words.time import US_PER_DAY, day_text, from_us, instant_text
from primum.words.vocabulary import ATTEMPTED, RECEIVED

TEN = 10
OF_EACH = 2
"""So many are chosen for a never-event, as many for a clash and for a silence, where there are so many."""
Why = Literal["never-event", "clash", "silence", "pressure"]


@dataclass(frozen=True)
class Chosen:
    """Somebody chosen, for what, and the instant around which their timeline is shown (None: their busiest days)."""

    candidate: Candidate
    why: Why
    around: int | None


def choose(candidates: Mapping[str, Sequence[Candidate]]) -> tuple[Chosen, ...]:
    """At most ten people, each once: some of each kind, then the most contacted, then more of each kind."""
    never = [Chosen(c, "never-event", c.rows[0]) for c in candidates.get("never people", ())]
    clash = [Chosen(c, "clash", None) for n in ("contradictions", "story") for c in candidates.get(n, ())]
    silent = [Chosen(c, "silence", c.rank[1]) for c in candidates.get("silence people", ())]
    most = [Chosen(c, "pressure", None) for c in candidates.get("people", ())]
    order = [*_first_of_each((never, clash, silent)), *most, *never, *clash, *silent]
    found: dict[str, Chosen] = {}
    for one in order:
        found.setdefault(one.candidate.id, one)
    return tuple(found.values())[:TEN]


def _first_of_each(kinds: Iterable[Sequence[Chosen]]) -> Iterator[Chosen]:
    """The first OF_EACH of each kind who are not chosen for another."""
    taken: set[str] = set()
    for kind in kinds:
        own = [one for one in kind if one.candidate.id not in taken][:OF_EACH]
        taken |= {one.candidate.id for one in own}
        yield from own


def worst_customers(
    law: Law | None,
    ending: Ending | None,
    candidates: Mapping[str, Sequence[Candidate]],
    timelines: Timelines,
    mask: Mask,
) -> tuple[r.WorstCustomer, ...]:
    """The ten, with marked lines; nobody where nothing was asked at the end."""
    if ending is None:
        return ()
    return tuple(_told(law, ending, one, timelines, mask) for one in choose(candidates))


def _told(law: Law | None, ending: Ending, one: Chosen, timelines: Timelines, mask: Mask) -> r.WorstCustomer:
    candidate = one.candidate
    contacts = timelines.contacts(candidate)
    heard = [*timelines.responses(candidate), *_opened(ending, candidate, timelines)]
    answers = [*_answering(contacts, heard), *_closed(ending, candidate)]
    shown, events = told_person(candidate, [*contacts, *heard], mask, _around(one, contacts))
    places = {id(e): i for i, e in enumerate(contacts)}
    family = household_of(law, candidate.bucket, candidate.customer) if law is not None else None
    lines = []
    for event in events:
        marks = list(_silences(ending, event, answers))
        if id(event) in places and law is not None and family is not None and _was_attempted(event.line):
            marks += _rules(law, family, candidate.customer, places[id(event)])
        lines.append(replace(event.line, marks=tuple(marks)))
    lines = list(_with_clashes(lines))
    shown = replace(shown, timeline=tuple(lines), summary=_summary(shown, lines))
    return r.WorstCustomer(_reasons(one.why, lines), shown)


def _around(one: Chosen, contacts: Sequence[Event]) -> int | None:
    """The instant that the timeline is shown around; of contradictory offers, the later one's."""
    if one.why == "clash" and len(one.candidate.rows) > 1 and one.candidate.rows[1] < len(contacts):
        return contacts[one.candidate.rows[1]].at_us
    return one.around


def _was_attempted(line: r.ContactLine) -> bool:
    return (line.status or "sent") in ATTEMPTED


def _opened(ending: Ending, candidate: Candidate, timelines: Timelines) -> Iterator[Event]:
    """A complaint that only a state tells of, as a line."""
    told, rows = _complaints(ending, candidate)
    heard = [e.at_us for e in timelines.responses(candidate) if e.line.response == KINDS[COMPLAINT]]
    zone = timelines.zone(candidate)
    for start in told.start[rows].tolist():
        if start != NO_START and all(abs(start - at) > US_PER_DAY for at in heard):
            day = from_us(start).astimezone(zone).date().isoformat()
            blank = (None,) * 6
            line = r.ContactLine(
                instant_text(start), day, None, *blank, False, "", f"state {OPEN}", 0, KINDS[COMPLAINT]
            )
            yield Event(line, start, False)


def _complaints(ending: Ending, candidate: Candidate) -> tuple[Told, np.ndarray]:
    """The customer's intervals of an open complaint."""
    told = Told(ending.closing.intervals(candidate.bucket), candidate.customer + 1, only=candidate.customer)
    return told, told.of((OPEN,))


def _answering(contacts: Iterable[Event], heard: Iterable[Event]) -> Iterator[tuple[int, bool]]:
    """(the last instant it may have been, whether it answers complaints alone) of what answers, as `silence` has it."""
    for event in contacts:
        line = event.line
        if (line.status or "sent") in RECEIVED and (line.purpose == "service" or line.asked_for):
            yield event.at_us + (US_PER_DAY - 1 if line.precision == "day" else 0), False
    yield from ((e.at_us, True) for e in heard if e.line.response == CLOSED)


def _closed(ending: Ending, candidate: Candidate) -> Iterator[tuple[int, bool]]:
    told, rows = _complaints(ending, candidate)
    return ((until, True) for until in told.until[rows].tolist() if until != NO_END)


def _reasons(chosen: Why, lines: Iterable[r.ContactLine]) -> tuple[Why, ...]:
    """What is seen on the lines, the reason of the choice first."""
    kinds = {mark.kind for line in lines for mark in line.marks}
    seen: list[Why] = [chosen]
    for kind, why in (("never", "never-event"), ("clash", "clash"), ("silence", "silence")):
        if kind in kinds and why not in seen:
            seen.append(why)  # type: ignore[arg-type]
    return tuple(seen)


def _rules(law: Law, family: Household, customer: int, place: int) -> Iterator[LineMark]:
    """The rules that a contact is against, the most severe first."""
    hearing = family.ask(law, customer, name_of(customer, place))
    if exempt_counts(hearing.candidate, law.statute.rules) is not None:
        return
    void = {rule.name for i, rule in enumerate(law.rules) if law.is_void(i)}
    broken = [x for x in hearing.governing if x.name not in void and hearing.holds_back(x, hearing.when)]
    sure = [x for x in broken if hearing.missing(x, hearing.when) is None]
    for rule in sorted(sure, key=lambda x: (SEVERITIES.index(x.severity), x.name)):
        yield LineMark(rule.severity, rule.says, rule.name)


def _silences(ending: Ending, event: Event, answers: Sequence[tuple[int, bool]]) -> Iterator[LineMark]:
    """A question or complaint that nobody answered before the end of the history."""
    end = ending.ears.answers_until
    if event.line.response not in KINDS or end - event.at_us < ANSWER_DAYS * US_PER_DAY:
        return
    what = KINDS.index(event.line.response)
    if not any(at >= event.at_us and (what == COMPLAINT or not closes) for at, closes in answers):
        yield LineMark("silence", f"Nobody has answered this {WHATS[what]} by {day_text(ending.closing.end.day)}.")


def _with_clashes(lines: Sequence[r.ContactLine]) -> Iterator[r.ContactLine]:
    """Lines with the pushed contacts marked that share a day with another department's."""
    for _, group in groupby(lines, key=lambda line: line.day):
        day = list(group)
        pushed = [x for x in day if _is_pushed(x)]
        departments = sorted({x.department for x in pushed if x.department is not None})
        for line in day:
            others = [d for d in departments if d != line.department]
            clashes = _is_pushed(line) and line.department is not None and others
            text = f"On the same day as a message from {' and '.join(others)}."
            yield replace(line, marks=(*line.marks, LineMark("clash", text))) if clashes else line


def _is_pushed(line: r.ContactLine) -> bool:
    return line.response is None and not line.asked_for and (line.status or "sent") in RECEIVED


def _summary(shown: r.Person, lines: Sequence[r.ContactLine]) -> str:
    """The person's summary, and what the marks on the lines shown come to."""
    kinds = [{m.kind for m in line.marks} for line in lines]
    never, clash, silent = (sum(kind in own for own in kinds) for kind in ("never", "clash", "silence"))
    told = [
        f"{never} {'message' if never == 1 else 'messages'} that should never have been sent" if never else "",
        f"{clash} on a day with another department's" if clash else "",
        f"{silent} {'question or complaint' if silent == 1 else 'questions or complaints'} unanswered"
        if silent
        else "",
    ]
    said = "; ".join(x for x in told if x)
    return f"{shown.summary} Among the lines shown: {said}." if said else shown.summary
