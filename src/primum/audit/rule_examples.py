"""Examples of contacts against rules: each with the events that were counted, back to the rows of their files.

Owns the asking of the readable reference about one contact. Refuses to find contacts: the pass chose them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from primum.audit.hear import tables_of
from primum.audit.law import Law
from primum.audit.masking import Mask
from primum.audit.partial import Candidate, Partial
from primum.audit.results_lines import ContactLine
from primum.audit.results_rules import CountedEvent, RuleExample
from primum.audit.timelines import Event, Timelines
from primum.customers.units import customers_of
from primum.rules.reference import Hearing, World
from primum.rules.tables import Tables
from primum.words import contacts as w
from primum.words.filters import Value
from primum.words.time import from_us, instant_text

SHOWN = 8
"""Counted events shown of an example."""
_OWN = frozenset({"customer", "at", "status", "at_precision", "priority", "kind", "file", "row", "place"})
_OF_PEOPLE = frozenset({"id", "unit", "zones", "person"})


def examples_of_rules(law: Law, total: Partial, timelines: Timelines, mask: Mask) -> dict[str, tuple[RuleExample, ...]]:
    """Per rule the chosen contacts, each with what was counted."""
    teller = _Teller(law, timelines, mask)
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
    places: Mapping[tuple[int, int], str]
    """(file, row) -> id."""

    def ask(self, law: Law, customer: int, own: str) -> Hearing:
        """The hearing of a contact as the audit judges it: against what had been sent before."""
        asked = next(c for c in self.contacts if c.id == own)
        candidate = w.Candidate(
            asked.id, asked.customer, asked.at, asked.attributes, asked.priority, None, asked.precision, asked.status
        )
        events: list[w.Contact | w.Response] = [*(c for c in self.contacts if c.id != own), *self.responses]
        return Hearing(World(law.statute.rules, "audit", tuple(events), (), []), candidate, self.customers[customer])


def name_of(customer: int, place: int) -> str:
    """The id of a customer's contact: as text in the order of the history."""
    return f"{customer}/{place:09d}"


def household_of(law: Law, bucket: int, customer: int) -> Household:
    """The records of everybody in a customer's household."""
    history = law.hearing.history
    unit = customers_of(history, bucket, law.compiled)["unit"].to_numpy()
    members = np.flatnonzero(unit == unit[customer]).tolist()
    ids = history.customers(bucket, ["id"])["id"].take(pa.array(members)).to_pylist()
    return _records(tables_of(history, law, bucket, members), dict(zip(members, ids, strict=True)))


def _records(tables: Tables, ids: Mapping[int, str]) -> Household:
    people = tables.customers.take(pa.array(list(ids))).to_pylist()
    states = _states(tables.states)
    customers = {}
    for number, row in zip(ids, people, strict=True):
        own = [(kind, s) for c, kind, s in states if c == number]
        attributes = {n: str(v) for n, v in row.items() if v is not None and n not in _OF_PEOPLE}
        zones = (row["zones"],) if row.get("zones") else ()
        segments, held = (tuple(s for kind, s in own if (kind == "segment") is of) for of in (True, False))
        customers[number] = w.Customer(ids[number], zones, attributes, segments, held)
    contacts, places = [], {}
    for place, row in _placed(tables.contacts):
        name = name_of(row["customer"], place)
        places[row["file"], row["row"]] = name
        contacts.append(_contact(name, ids[row["customer"]], row))
    responses = [
        w.Response(
            f"{row['customer']}/{place:09d}",
            ids[row["customer"]],
            _us(row["at"]),
            row["kind"] or "",
            _attributes(row),
            _exactly(row.get("at_precision")),
        )
        for place, row in _placed(tables.responses)
    ]
    return Household(customers, tuple(contacts), tuple(responses), places)


def _contact(name: str, customer: str, row: Mapping[str, Any]) -> w.Contact:
    return w.Contact(
        name,
        customer,
        _us(row["at"]),
        row["status"],
        _attributes(row),
        row.get("priority") or 0.0,
        _exactly(row["at_precision"]),
    )


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
    if isinstance(at, int):
        return at
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
    def __init__(self, law: Law, timelines: Timelines, mask: Mask) -> None:
        self._law, self._timelines, self._mask = law, timelines, mask
        self._households: dict[tuple[int, int], Household] = {}
        self._lines: dict[tuple[str, int, int], list[Event]] = {}

    def example(self, rule: str, candidate: Candidate) -> RuleExample:
        """One contact with what was counted."""
        place = (candidate.bucket, candidate.customer)
        if place not in self._households:
            self._households[place] = household_of(self._law, *place)
        family = self._households[place]
        own = family.places[candidate.rows[0], candidate.rows[1]]
        hearing = family.ask(self._law, candidate.customer, own)
        evidence = hearing.because(rule)
        ordered = sorted(evidence, key=lambda e: (e.start or 0) if isinstance(e, w.State) else e.at)
        return RuleExample(
            self._mask.person(candidate.id),
            self._contact(candidate.bucket, own),
            tuple(self._event(candidate.bucket, e) for e in ordered[-SHOWN:]),
            len(evidence),
        )

    def _contact(self, bucket: int, name: str) -> ContactLine:
        customer, place = (int(x) for x in name.split("/"))
        return self._events("contacts", bucket, customer)[place].line

    def _response(self, bucket: int, response: w.Response) -> ContactLine | None:
        events = self._events("responses", bucket, int(response.id.split("/")[0]))
        return next((e.line for e in events if (e.at_us, e.line.response) == (response.at, response.kind)), None)

    def _events(self, relation: str, bucket: int, customer: int) -> list[Event]:
        key = (relation, bucket, customer)
        if key not in self._lines:
            who = Candidate((), 0, "", bucket, customer)
            told = self._timelines.contacts(who) if relation == "contacts" else self._timelines.responses(who)
            self._lines[key] = told
        return self._lines[key]

    def _event(self, bucket: int, event: w.Contact | w.Response | w.State) -> CountedEvent:
        if isinstance(event, w.State):
            start, until = (
                None if at is None else _told(at, exact)
                for at, exact in ((event.start, event.start_precision), (event.until, event.until_precision))
            )
            return CountedEvent("state", event.name, start, until, None)
        if isinstance(event, w.Response):
            return CountedEvent("response", event.kind, None, None, self._response(bucket, event))
        return CountedEvent("contact", "", None, None, self._contact(bucket, event.id))


def _told(at: int, precision: w.Precision) -> str:
    """An instant; of a day alone its date, by its middle, which lies on that date in every zone near its own."""
    return instant_text(at) if precision != "day" else from_us(at + 43_200_000_000).date().isoformat()
