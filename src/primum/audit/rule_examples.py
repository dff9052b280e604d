"""Examples of contacts against rules: each with the events that were counted, back to the rows of their files.

Owns the asking of the readable reference about one contact. Refuses to find contacts: the pass chose them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from primum.audit.frame import Frame
from primum.audit.hear import tables_of, units
from primum.audit.law import Law
from primum.audit.masking import Mask
from primum.audit.partial import Candidate, Partial
from primum.audit.results_lines import ContactLine
from primum.audit.results_rules import CountedEvent, RuleExample
from primum.audit.timelines import Timelines
from primum.rules.reference import Hearing, World
from primum.rules.tables import Tables
from primum.words import contacts as w
from primum.words.filters import Value
from primum.words.time import from_us, instant_text

SHOWN = 8
"""Counted events shown of an example."""
_OWN = frozenset({"customer", "at", "status", "at_precision", "priority", "kind"})


def examples_of_rules(
    frame: Frame, law: Law, total: Partial, timelines: Timelines, mask: Mask
) -> dict[str, tuple[RuleExample, ...]]:
    """Per rule the chosen contacts, each with what was counted."""
    teller = _Teller(frame, law, timelines, mask)
    return {
        rule.name: tuple(teller.example(rule.name, c) for c in total.candidates[f"against {rule.name}"])
        for rule in law.rules
    }


@dataclass(frozen=True)
class Household:
    """One customer's household as records of the law: ids are `NUMBER/PLACE` within the bucket, in tie order."""

    customers: Mapping[int, w.Customer]
    contacts: tuple[w.Contact, ...]
    responses: tuple[w.Response, ...]

    def ask(self, law: Law, customer: int, place: int) -> Hearing:
        """The hearing of a contact as the audit judges it: against what had been sent before."""
        own = name_of(customer, place)
        asked = next(c for c in self.contacts if c.id == own)
        candidate = w.Candidate(
            asked.id, asked.customer, asked.at, asked.attributes, asked.priority, None, asked.precision, asked.status
        )
        events: list[w.Contact | w.Response] = [*(c for c in self.contacts if c.id != own), *self.responses]
        return Hearing(World(law.statute.rules, "audit", tuple(events), (), []), candidate, self.customers[customer])


def name_of(customer: int, place: int) -> str:
    """The id of a customer's contact: as text in the order of the history."""
    return f"{customer}/{place:09d}"


def household_of(frame: Frame, law: Law, bucket: int, customer: int) -> Household:
    """The records of everybody in a customer's household."""
    unit = units(frame.history.customers(bucket))
    members = np.flatnonzero(unit == unit[customer]).tolist()
    told = tables_of(frame.history, frame.lookup, law, bucket, members)
    assert told is not None, "a contact that was judged has gone"
    return Household(*_records(told[0], members))


def _records(
    tables: Tables, members: Sequence[int]
) -> tuple[dict[int, w.Customer], tuple[w.Contact, ...], tuple[w.Response, ...]]:
    people = tables.customers.take(pa.array(members)).to_pylist()
    states = _states(tables.states)
    customers = {}
    for number, row in zip(members, people, strict=True):
        own = [(kind, s) for c, kind, s in states if c == number]
        attributes = {n: str(v) for n, v in row.items() if v is not None and n not in ("id", "unit", "zones")}
        zones = (row["zones"],) if row.get("zones") else ()
        customers[number] = w.Customer(
            row["id"],
            zones,
            attributes,
            tuple(s for kind, s in own if kind == "segment"),
            tuple(s for kind, s in own if kind != "segment"),
        )
    names = {number: c.id for number, c in customers.items()}
    contacts = tuple(
        w.Contact(
            name_of(row["customer"], place),
            names[row["customer"]],
            _us(row["at"]),
            row["status"],
            _attributes(row),
            row.get("priority") or 0.0,
            _exactly(row["at_precision"]),
        )
        for place, row in _placed(tables.contacts)
    )
    responses = tuple(
        w.Response(
            name_of(row["customer"], place),
            names[row["customer"]],
            _us(row["at"]),
            row["kind"] or "",
            _attributes(row),
            _exactly(row["at_precision"]),
        )
        for place, row in _placed(tables.responses)
    )
    return customers, contacts, responses


def _placed(table: pa.Table | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their place among their customer's."""
    seen: dict[int, int] = {}
    for row in table.to_pylist() if table is not None else ():
        place = seen.get(row["customer"], 0)
        seen[row["customer"]] = place + 1
        yield place, row


def _attributes(row: Mapping[str, object]) -> dict[str, Value]:
    return {
        n: tuple(str(x) for x in v) if isinstance(v, list) else str(v)
        for n, v in row.items()
        if v is not None and n not in _OWN
    }


def _exactly(precision: object) -> w.Precision:
    return "day" if precision == "day" else "instant"


def _us(at: object) -> int:
    assert isinstance(at, datetime)
    moment = at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (moment.days * 86_400 + moment.seconds) * 1_000_000 + moment.microseconds


def _states(table: pa.Table | None) -> list[tuple[int, str, w.State]]:
    """(customer, kind, state)."""
    found = []
    fixed = {"customer", "state", "start", "until", "start_precision", "until_precision", "as_of", "kind"}
    for row in table.to_pylist() if table is not None else ():
        start, until, as_of = (None if row.get(n) is None else _us(row[n]) for n in ("start", "until", "as_of"))
        scope = {n: str(v) for n, v in row.items() if v is not None and n not in fixed}
        state = w.State(
            row["state"],
            start,
            until,
            scope,
            _exactly(row.get("start_precision")),
            _exactly(row.get("until_precision")),
            as_of,
        )
        found.append((row["customer"], row.get("kind") or "state", state))
    return found


class _Teller:
    def __init__(self, frame: Frame, law: Law, timelines: Timelines, mask: Mask) -> None:
        self._frame, self._law, self._timelines, self._mask = frame, law, timelines, mask
        self._households: dict[tuple[int, int], Household] = {}
        self._lines: dict[tuple[str, int, int], list[ContactLine]] = {}

    def example(self, rule: str, candidate: Candidate) -> RuleExample:
        """One contact with what was counted."""
        place = (candidate.bucket, candidate.customer)
        if place not in self._households:
            self._households[place] = household_of(self._frame, self._law, *place)
        hearing = self._households[place].ask(self._law, candidate.customer, candidate.rows[0])
        evidence = hearing.because(rule)
        ordered = sorted(evidence, key=lambda e: (e.start or 0) if isinstance(e, w.State) else e.at)
        return RuleExample(
            self._mask.person(candidate.id),
            self._line("contacts", candidate.bucket, candidate.customer, candidate.rows[0]),
            tuple(self._event(candidate.bucket, e) for e in ordered[-SHOWN:]),
            len(evidence),
        )

    def _line(self, relation: str, bucket: int, customer: int, place: int) -> ContactLine:
        key = (relation, bucket, customer)
        if key not in self._lines:
            who = Candidate((), 0, "", bucket, customer)
            events = self._timelines.contacts(who) if relation == "contacts" else self._timelines.responses(who)
            self._lines[key] = [e.line for e in events]
        return self._lines[key][place]

    def _event(self, bucket: int, event: w.Contact | w.Response | w.State) -> CountedEvent:
        if isinstance(event, w.State):
            start, until = (
                None if at is None else _told(at, exact)
                for at, exact in ((event.start, event.start_precision), (event.until, event.until_precision))
            )
            return CountedEvent("state", event.name, start, until, None)
        customer, place = (int(x) for x in event.id.split("/"))
        if isinstance(event, w.Response):
            return CountedEvent("response", "", None, None, self._line("responses", bucket, customer, place))
        return CountedEvent("contact", "", None, None, self._line("contacts", bucket, customer, place))


def _told(at: int, precision: w.Precision) -> str:
    """An instant; of a day alone its date, by its middle, which lies on that date in every zone near its own."""
    return instant_text(at) if precision != "day" else from_us(at + 43_200_000_000).date().isoformat()
