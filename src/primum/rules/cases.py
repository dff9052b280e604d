"""Cases: a strategy, a customer, what happened, and what somebody wants to say, in one piece of data.

Owns the form that vectors, replayed decisions and bug reports share (docs/rules.md, "A case, as a file"), from plain
data to the records of the law. Refuses to open a file, and to decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from primum.rules.case_facts import Facts, contacts_of, customer_of, events_of
from primum.rules.faults import Fault, Faults
from primum.rules.model import RuleSet
from primum.rules.parse import read_rules
from primum.rules.parse_parts import found
from primum.strategy.models import Strategy
from primum.strategy.positions import KeyPath
from primum.words.contacts import Candidate, Contact, Customer, Response, Use
from primum.words.decisions import Verdict
from primum.words.errors import did_you_mean
from primum.words.time import is_zone

CASE_KEYS: Final = (
    "id",
    "source",
    "basis",
    "note",
    "use",
    "strategy",
    "customer",
    "members",
    "history",
    "planned",
    "candidates",
    "expect",
)
ANSWER_KEYS: Final = ("decision", "until", "reasons", "alone", "shadow", "unevaluated")
"""What a case may expect of a candidate."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready for an engine. `expect` holds, per candidate, the parts of the answer that are stated."""

    id: str
    use: Use
    rules: RuleSet
    customer: Customer
    history: tuple[Contact | Response, ...]
    planned: tuple[Contact, ...]
    candidates: tuple[Candidate, ...]
    members: tuple[Customer, ...] = ()
    expect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def cases_of(data: Any) -> list[tuple[KeyPath, Any]]:
    """The cases in a file's data, each with its path: a list of cases, or one."""
    return [((i,), case) for i, case in enumerate(data)] if isinstance(data, list) else [((), data)]


def read_case(data: Any, number: int = 0) -> tuple[Case | None, list[Fault]]:
    """The case that this plain data is, and everything that is wrong with it (then there is no case)."""
    faults = Faults()
    if not isinstance(data, Mapping):
        faults.add((), f"a case is {found(data)}, but must be a group of keys.", f"Its keys: {', '.join(CASE_KEYS)}.")
        return None, faults.found
    _refuse_unknown_keys(data, CASE_KEYS, (), "a case", faults)
    rules = _rules(data.get("strategy"), faults)
    use = _use(data, faults)
    facts = Facts(_local_zone(data.get("customer"), rules), faults)
    customer = customer_of(data.get("customer"), ("customer",), facts)
    members = tuple(customer_of(value, ("members", i), facts) for i, value in enumerate(_list(data, "members", faults)))
    history = events_of(_list(data, "history", faults), customer.id, facts)
    planned = contacts_of(_list(data, "planned", faults), ("planned",), customer.id, "planned", facts)
    candidates = _candidates(data, customer.id, use, facts)
    expect = _expect(data.get("expect"), candidates, facts)
    id = data.get("id", f"case {number + 1}")
    case = Case(str(id), use, rules, customer, history, planned, candidates, members, expect)
    return (None if faults.found else case), faults.found


def _refuse_unknown_keys(
    data: Mapping[str, Any], allowed: Iterable[str], path: KeyPath, name: str, faults: Faults
) -> None:
    for key in data:
        if key not in allowed:
            faults.add((*path, key), f'unknown key "{key}" in {name}.', did_you_mean(key, allowed), at_key=True)


def _list(data: Mapping[str, Any], key: str, faults: Faults) -> list[Any]:
    value = data.get(key)
    if value is None or isinstance(value, list):
        return value or []
    faults.add((key,), f"`{key}` is {found(value)}, but must be a list.", "Write one item a line, each after a dash.")
    return []


def _rules(value: Any, faults: Faults) -> RuleSet:
    if not isinstance(value, Mapping):
        what = f"`strategy` of a case is {found(value)}, but must hold the rules."
        faults.add(("strategy",), what, "Write, as in `strategy: {rules: {...}, zone: Europe/London}`.")
        return RuleSet()
    known = tuple(Strategy.model_fields)
    _refuse_unknown_keys(value, known, ("strategy",), "the strategy of a case", faults)
    rules, wrong = read_rules(value)
    faults.found += [Fault(("strategy", *f.path), f.what, f.cure, f.at_key) for f in wrong]
    return rules


def _use(data: Mapping[str, Any], faults: Faults) -> Use:
    written = data.get("use", "gate")
    for use in get_args(Use):
        if written == use:
            return use  # type: ignore[no-any-return]
    faults.add(
        ("use",), f"`use` is {found(written)}, which is not on the list.", did_you_mean(str(written), get_args(Use))
    )
    return "gate"


def _local_zone(customer: Any, rules: RuleSet) -> ZoneInfo:
    """The zone of times that carry none: the customer's first, else the strategy's, else UTC."""
    zones = customer.get("zones") if isinstance(customer, Mapping) else None
    first = zones[0] if isinstance(zones, list) and zones else zones or rules.zone
    return ZoneInfo(first if isinstance(first, str) and is_zone(first) else "UTC")


def _candidates(data: Mapping[str, Any], customer: str, use: Use, facts: Facts) -> tuple[Candidate, ...]:
    rows = _list(data, "candidates", facts.faults)
    if not rows:
        facts.faults.add(
            (), "a case has no candidates.", "Add `candidates:`, a list of contacts to decide.", at_key=True
        )
    was_sent = use in ("audit", "backtest")
    contacts = contacts_of(rows, ("candidates",), customer, "sent" if was_sent else "proposed", facts)
    seen: set[str] = set()
    for number, contact in enumerate(contacts):
        if contact.id in seen:
            facts.faults.add(("candidates", number), f'two candidates are called "{contact.id}".', "Rename one.")
        seen.add(contact.id)
    pairs = zip(contacts, rows, strict=False)
    return tuple(_candidate(c, row, ("candidates", i), facts) for i, (c, row) in enumerate(pairs))


def _candidate(contact: Contact, row: Any, path: KeyPath, facts: Facts) -> Candidate:
    last = facts.instant_at(row, "not_after", path) if isinstance(row, Mapping) else None
    if last is not None and last < contact.at:
        what = f'`not_after` of candidate "{contact.id}" lies before its `at`.'
        facts.faults.add((*path, "not_after"), what, "Mend one of the two.")
    return Candidate(
        contact.id,
        contact.customer,
        contact.at,
        contact.attributes,
        contact.priority,
        last,
        contact.precision,
        contact.status,
    )


# What is expected


def _expect(value: Any, candidates: Iterable[Candidate], facts: Facts) -> dict[str, dict[str, Any]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        facts.faults.add(("expect",), f"`expect` is {found(value)}, but must be a group of keys.", "One per candidate.")
        return {}
    ids = [candidate.id for candidate in candidates]
    _refuse_unknown_keys(value, ids, ("expect",), "`expect`: there is no such candidate", facts.faults)
    return {id: _expected(answer, ("expect", id), facts) for id, answer in value.items()}


def _expected(answer: Any, path: KeyPath, facts: Facts) -> dict[str, Any]:
    if not isinstance(answer, Mapping):
        facts.faults.add(path, f"what is expected is {found(answer)}, but must be a group of keys.", _HOW)
        return {}
    _refuse_unknown_keys(answer, ANSWER_KEYS, path, "what is expected", facts.faults)
    stated: dict[str, Any] = {}
    for key, value in answer.items():
        if key == "decision":
            if value not in get_args(Verdict):
                cure = did_you_mean(str(value), get_args(Verdict))
                facts.faults.add((*path, key), f"{found(value)} is no decision.", cure)
            stated[key] = value
        elif key == "until":
            stated[key] = None if value is None else facts.instant_at(answer, key, path)
        elif key == "alone" and isinstance(value, Mapping):
            stated[key] = {
                rule: None if at is None else facts.instant_at(value, rule, (*path, key)) for rule, at in value.items()
            }
        elif key in ("reasons", "shadow", "unevaluated") and isinstance(value, list):
            stated[key] = tuple(sorted(str(item) for item in value))
        elif key in ANSWER_KEYS:
            facts.faults.add((*path, key), f"`{key}` is {found(value)}, which it cannot be.", _HOW)
    return stated


_HOW: Final = "Write, as in {decision: defer, until: 2026-06-02T10:00, reasons: [quiet-hours]}."
