"""From records (contacts, responses, states of a few customers) to facts: the way of the gate, of cases and of bugs.

Owns the order of events, the folding of repeated ones and the numbering of values. Refuses to judge.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from primum.rules.bind import Bound, Signature, bind, plain
from primum.rules.calendar import bits
from primum.rules.compile import Compiled, Kind, Scope
from primum.rules.facts import Columns, Intervals, People, Responses, make_facts
from primum.rules.layout import (
    ABSENT,
    ANY,
    CANDIDATE,
    CONTEXT,
    FOREVER,
    LONG_AGO,
    PLANNED,
    PROMISED,
    Facts,
    unit_starts,
)
from primum.words.contacts import Candidate, Contact, Customer, Response, State, Use
from primum.words.filters import Attributes, Value

IN_SIGNATURE = frozenset({"channel", "department", "purpose", "topic", "brand", "communication"})
"""Attributes with few values: besides those that filters name, the only ones that signatures tell."""


@dataclass(frozen=True)
class Batch:
    """Everything that is known of some customers, and what is asked of them.

    `candidates` of one unit are judged in this order. Customers are given in any order; `household` joins them.
    """

    customers: Sequence[Customer]
    history: Sequence[Contact | Response]
    planned: Sequence[Contact]
    candidates: Sequence[Candidate]


@dataclass(frozen=True)
class Asked:
    """The facts of a batch, and its asks in judging order.

    `ask_start` (int64, units + 1); `asks` (int64, asks x 2): row and last instant that suits; `candidate` (int64): its
    position in `Batch.candidates`.
    """

    facts: Facts
    bound: Bound
    ask_start: np.ndarray
    asks: np.ndarray
    candidate: np.ndarray


class _Codes:
    """Numbers for values, in the order in which they are met."""

    def __init__(self) -> None:
        self.known: dict[Value, int] = {}

    def code(self, value: Value) -> int:
        return self.known.setdefault(value, len(self.known))


def facts_of(compiled: Compiled, batch: Batch, use: Use) -> Asked:
    """Lay a batch of records out for the kernel."""
    customers = _in_units(batch.customers)
    number = {c.id: i for i, c in enumerate(customers)}
    rows = _rows(compiled, batch, number, use)
    rows.sort(key=lambda row: (row.unit, row.at, row.rank, row.id, row.order))
    in_signature = compiled.filter_attributes() | IN_SIGNATURE | {s.attribute for s in compiled.scopes()}
    scope_codes = {s: _Codes() for s in compiled.scopes()}
    intervals = _intervals(compiled, customers, number, scope_codes)
    responses = _responses(compiled, batch.history, number, scope_codes)
    signatures, numbers = _signatures(rows, in_signature, compiled.needed() - in_signature)
    bound = bind(compiled, signatures, in_signature, {s: c.known for s, c in scope_codes.items()})
    columns = _columns(bound, rows, numbers)
    bears = use in ("audit", "backtest")
    facts = make_facts(bound, columns, _people(compiled, customers), intervals, responses, bears=bears)
    return _asked(facts, bound, rows, batch, use)


def _in_units(customers: Iterable[Customer]) -> list[Customer]:
    """Members of a household side by side."""
    return sorted(customers, key=lambda c: (c.household is not None, c.household or c.id, c.id))


@dataclass(frozen=True)
class _Row:
    unit: int
    customer: int
    at: int
    rank: float
    id: str
    order: int
    role: int
    status: str
    attributes: Attributes
    priority: float
    not_after: int
    candidate: int
    whole: bool


def _told_once(history: Sequence[Contact | Response]) -> list[Contact]:
    """Each contact once: its first row says what was said, to whom and when, its last row what became of it."""
    told: dict[tuple[str, str], Contact] = {}
    for event in sorted((e for e in history if isinstance(e, Contact)), key=lambda e: e.at):
        first = told.setdefault((event.customer, event.id), event)
        told[event.customer, event.id] = replace(first, status=event.status)
    return list(told.values())


def _role(status: str, use: Use) -> int:
    """Gate and plan know all of the history, both ways; a backtest knows what was promised; an audit only the past."""
    if status == "planned":
        return PLANNED
    return PROMISED if use in ("gate", "plan") or (use == "backtest" and status == "reserved") else CONTEXT


def _rank(compiled: Compiled, contact: Contact | Candidate) -> float:
    """The smaller, the more important."""
    if not compiled.priorities:
        return -contact.priority
    matching = (i for i, f in enumerate(compiled.priorities) if f.matches(contact.attributes))
    return float(next(matching, len(compiled.priorities)))


def _rows(compiled: Compiled, batch: Batch, number: Mapping[str, int], use: Use) -> list[_Row]:
    """Contacts that were made (each event once), planned ones where the use knows them, and candidates."""
    people = _in_units(batch.customers)
    units = _unit_numbers(people) if compiled.counts_households else list(range(len(people)))
    rows: list[_Row] = []

    def add(c: Contact | Candidate, role: int, status: str, not_after: int = FOREVER, candidate: int = -1) -> None:
        own = number[c.customer]
        rank = _rank(compiled, c)
        place = (units[own], own, c.at, rank, c.id, len(rows))
        whole = c.precision == "day" and not (candidate >= 0 and use in ("gate", "plan"))
        rows.append(_Row(*place, role, status, c.attributes, c.priority, not_after, candidate, whole))

    for contact in _told_once(batch.history):
        if contact.customer in number:
            add(contact, _role(contact.status, use), contact.status)
    for contact in batch.planned:
        add(contact, PLANNED, "planned")
    for i, candidate in enumerate(batch.candidates):
        until = FOREVER if candidate.not_after is None else candidate.not_after
        add(candidate, CANDIDATE, candidate.status, until, i)
    return rows


def _unit_numbers(customers: Sequence[Customer]) -> list[int]:
    found: list[int] = []
    for i, customer in enumerate(customers):
        joined = i > 0 and customer.household is not None and customers[i - 1].household == customer.household
        found.append(found[-1] if joined else len(found) and found[-1] + 1)
    return found


def _signatures(
    rows: Sequence[_Row], told: frozenset[str], needed: frozenset[str]
) -> tuple[list[Signature], np.ndarray]:
    known: dict[object, int] = {}
    found: list[Signature] = []
    numbers = []
    for row in rows:
        values = {n: v for n, v in row.attributes.items() if n in told}
        present = frozenset(n for n in needed if plain(row.attributes.get(n)) is not None)
        name = (row.status, tuple(sorted(values.items())), present)
        if name not in known:
            known[name] = len(found)
            found.append(Signature(row.status, values, present))
        numbers.append(known[name])
    return found, np.array(numbers, np.int64)


def _columns(bound: Bound, rows: Sequence[_Row], signature: np.ndarray) -> Columns:
    names: dict[tuple[int, str], int] = {}
    first = [names.setdefault((row.customer, row.id), i) for i, row in enumerate(rows)]
    often = {f for i, f in enumerate(first) if f != i}
    columns = Columns(
        customer=np.array([r.customer for r in rows], np.int32),
        at=np.array([r.at for r in rows], np.int64),
        signature=signature,
        role=np.array([r.role for r in rows], np.uint8),
        priority=np.array([r.priority for r in rows], np.float64),
        not_after=np.array([r.not_after for r in rows], np.int64),
        same=np.array([f if f in often else -1 for f in first], np.int64),
        whole=np.array([r.whole for r in rows], bool),
    )
    for number, keys in enumerate(bound.key_sets):
        columns.keys[number] = _keys(rows, keys.attributes, keys.all_present)
    for name in bound.distincts:
        if name not in bound.in_signature:
            columns.distinct[name] = _codes(rows, name, _Codes())
    return columns


def _keys(rows: Sequence[_Row], attributes: Sequence[str], all_present: bool) -> np.ndarray:
    """Codes of combinations, counted from 0 within each unit."""
    known: dict[tuple[int, object], int] = {}
    size: dict[int, int] = {}
    found = []
    for row in rows:
        values = tuple(plain(row.attributes.get(a)) for a in attributes)
        if all_present and None in values:
            found.append(ABSENT)
            continue
        if (row.unit, values) not in known:
            known[row.unit, values] = size.get(row.unit, 0)
            size[row.unit] = size.get(row.unit, 0) + 1
        found.append(known[row.unit, values])
    return np.array(found, np.int64)


def _codes(rows: Sequence[_Row], name: str, codes: _Codes) -> np.ndarray:
    values = [plain(row.attributes.get(name)) for row in rows]
    return np.array([ABSENT if v is None else codes.code(v) for v in values], np.int64)


def _people(compiled: Compiled, customers: Sequence[Customer]) -> People:
    zones: dict[str, int] = {}
    own = [c.zones or ((compiled.zone,) if compiled.zone else ()) for c in customers]
    start = np.zeros(len(customers) + 1, np.int64)
    start[1:] = np.cumsum([len(z) for z in own])
    numbers = [zones.setdefault(z, len(zones)) for o in own for z in o]
    return People(
        np.array(_unit_numbers(customers), np.int64),
        list(zones),
        start,
        np.array(numbers, np.int32),
        np.stack([_governed(compiled, c) for c in customers]),
        np.stack([bits(held_out(compiled, c.id), compiled.words) for c in customers]),
    )


def _governed(compiled: Compiled, customer: Customer) -> np.ndarray:
    """Rows whose `for` terms over attributes match; an absent attribute matches nothing."""
    fits = [
        all(t.attribute in customer.attributes and t.holds(customer.attributes[t.attribute]) for t in who.attributes)
        for who in compiled.who
    ]
    return bits([i for i, row in enumerate(compiled.rows) if fits[row.rule]], compiled.words)


def held_out(compiled: Compiled, customer: str) -> list[int]:
    """The hold-out rows that hold this customer (docs/rules.md, `hold_out`)."""
    rows = [(i, r) for i, r in enumerate(compiled.rows) if r.kind == Kind.HOLD_OUT]
    found = []
    for i, row in rows:
        digest = hashlib.sha256(row.salt.encode() + b"\x1f" + customer.encode()).digest()
        if int.from_bytes(digest[:8], "big") < row.below:
            found.append(i)
    return found


def _intervals(
    compiled: Compiled, customers: Sequence[Customer], number: Mapping[str, int], scopes: Mapping[Scope, _Codes]
) -> Intervals:
    facts = {(f.kind, f.name): i for i, f in enumerate(compiled.facts)}
    found: list[tuple[int, int, int, int, Attributes, State]] = []
    for customer in customers:
        both = [("state", s) for s in customer.states] + [("segment", s) for s in customer.segments]
        for kind, state in both:
            fact = facts.get((kind, state.name))
            if fact is not None:
                start = state.start if state.start is not None else LONG_AGO
                until = state.until if state.until is not None else FOREVER
                found += [(number[customer.id], start, until, fact, s, state) for s in _one_by_one(state.scope)]
    found.sort(key=lambda one: one[:2])
    return Intervals(
        np.array([f[0] for f in found], np.int32),
        np.array([f[1] for f in found], np.int64),
        np.array([f[2] for f in found], np.int64),
        np.array([f[3] for f in found], np.int64),
        {s: _scope(c, [f[4] for f in found], s.attribute, ANY) for s, c in scopes.items()},
        np.array([f[5].start_precision == "day" for f in found], bool),
        np.array([f[5].until_precision == "day" for f in found], bool),
        np.array([LONG_AGO if f[5].as_of is None else f[5].as_of for f in found], np.int64),
    )


def _one_by_one(scope: Attributes) -> list[dict[str, Value]]:
    """A scope that names several values of an attribute, as one scope per value."""
    names = list(scope)
    each = [v if isinstance(v, tuple) else (v,) for v in scope.values()]
    return [dict(zip(names, values, strict=True)) for values in product(*each)]


def _scope(codes: _Codes, scopes: Sequence[Attributes], name: str, absent: int) -> np.ndarray:
    values = [plain(s.get(name)) for s in scopes]
    return np.array([absent if v is None else codes.code(v) for v in values], np.int64)


def _responses(
    compiled: Compiled, history: Sequence[Contact | Response], number: Mapping[str, int], scopes: Mapping[Scope, _Codes]
) -> Responses:
    pauses = [(row.facts[0], row.pause.limit) for row in compiled.rows if row.pause is not None]
    own = [h for h in history if isinstance(h, Response) and h.customer in number] if pauses else []
    own = list({(h.customer, h.id): h for h in reversed(own)}.values())
    own.sort(key=lambda h: (number[h.customer], h.at))
    return Responses(
        np.array([number[h.customer] for h in own], np.int32),
        np.array([h.at for h in own], np.int64),
        {
            fact: np.array([h.kind in limit.kinds and limit.filter.matches(h.attributes) for h in own], bool)
            for fact, limit in pauses
        },
        {s: _scope(c, [h.attributes for h in own], s.attribute, ABSENT) for s, c in scopes.items()},
        np.array([h.precision == "day" for h in own], bool),
    )


def _asked(facts: Facts, bound: Bound, rows: Sequence[_Row], batch: Batch, use: Use) -> Asked:
    """The asks in judging order: as given by the gate, by priority in a plan, by time otherwise."""
    order = [i for i, row in enumerate(rows) if row.role == CANDIDATE]
    begins = unit_starts(facts)
    unit = np.searchsorted(begins, order, "right") - 1
    if use == "gate":
        order_in_unit = [rows[i].candidate for i in order]
    elif use == "plan":
        ranked = sorted(range(len(order)), key=lambda k: (rows[order[k]].rank, rows[order[k]].at, rows[order[k]].id))
        order_in_unit = np.argsort(ranked).tolist()
    else:
        order_in_unit = list(range(len(order)))
    sorting = np.lexsort((np.array(order_in_unit), unit)) if order else np.zeros(0, np.int64)
    ask_row = np.array(order, np.int64)[sorting]
    start = np.searchsorted(unit[sorting], np.arange(len(begins))).astype(np.int64)
    asks = np.array([(i, rows[i].not_after) for i in ask_row], np.int64).reshape(-1, 2)
    return Asked(facts, bound, start, asks, np.array([rows[i].candidate for i in ask_row], np.int64))
