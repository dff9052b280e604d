"""Observe mode: every contact of a bucket judged as it happened, counted by rule.

Owns what a bucket adds to the audit's partial result about rules: contacts and customers against each rule, contacts
that only may be (undated flags), contacts that could not be judged, and what rules governed. Refuses to name things for
people (`rule_findings` does) and to know what a rule means (`rules` does).

A contact is against a rule when the rule surely holds it back; where the law cannot tell, it is one of three: the facts
lack a zone or calendar (`blind`), an undated flag may have held already (`possible`), or the times are known too
roughly (`vague`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.audit import kernels as k
from primum.audit.against_kernel import hits, rows_in_force, tally
from primum.audit.by_segment import Hits, hits_of
from primum.audit.consequences import nothing_followed, swept_consequences
from primum.audit.counting import counted, distinct
from primum.audit.frame import Frame, local_days
from primum.audit.hear import Heard, as_if_dated, hear
from primum.audit.law import SEVERITIES, Law
from primum.audit.lookup import Lookup
from primum.audit.non_people import hidden_mask
from primum.audit.partial import BEST, FEW, Candidate, Partial, joined
from primum.rules.judge import judge
from primum.rules.layout import OF_PEOPLE, UNKNOWN

AGAINST, POSSIBLE, BLIND, VAGUE = "against", "possible", "blind", "vague"
"""What a contact may be to a rule, beside within it."""
OUTCOMES = (AGAINST, POSSIBLE, BLIND, VAGUE)


@dataclass(frozen=True)
class Asks:
    """The asks of a bucket with what they are counted by. All arrays have an ask each.

    `department`, `communication`, `month`: codes of the lookup; `day`: local day number of the company (of a date
    alone, of its source).
    """

    heard: Heard
    department: np.ndarray
    communication: np.ndarray
    day: np.ndarray
    month: np.ndarray


def observe(frame: Frame, law: Law, number: int) -> Partial:
    """What a bucket holds against the rules, as a partial result that merges with those of other buckets."""
    return observe_with_hits(frame, law, number)[0]


def observe_with_hits(frame: Frame, law: Law, number: int) -> tuple[Partial, Hits]:
    """As `observe`, with whose contacts are against which severity."""
    customers = frame.history.customers(number, ["id", "hash", "looks", "not_person"])
    asks = _asks(frame, hear(law, number, (*_columns(law, frame.lookup), "cost")))
    masks = judged(law, asks.heard, number)
    rule = law.rule_of_row()
    found = {name: hits(masks[name], rule) for name in OUTCOMES}
    for place, name in enumerate(OUTCOMES):
        for stronger in OUTCOMES[:place]:
            found[name] = _without(found[name], found[stronger], len(law.rules))
    tables: dict[str, dict[tuple[int, ...], int]] = {}
    for name in OUTCOMES:
        tables |= _told(name, found[name], asks)
    hidden = hidden_mask(frame.hidden, number, customers)
    partial = Partial(
        _counts(frame, law, asks, masks, found[AGAINST]) | _lacking(law, asks),
        _first_days(law, asks, found[AGAINST], np.minimum, _NEVER),
        _first_days(law, asks, found[AGAINST], np.maximum, -_NEVER),
        {},
        tables,
        _examples(law, asks, found[AGAINST], customers, hidden, number)
        | {"never people": _worst_hit(law, asks, found[AGAINST], customers, hidden, number)},
    )
    followed = swept_consequences(frame, law, asks.heard, found[AGAINST], found[POSSIBLE][:, 0], number)
    return joined(partial, followed), hits_of(law, asks.heard.customer, found[AGAINST])


def nothing_observed(frame: Frame, law: Law) -> Partial:
    """What a bucket without contacts adds."""
    rules, tags = len(law.rules), len(frame.lookup.tags)
    months, departments = len(frame.months), len(frame.lookup.departments)
    counts = {
        "governed": np.zeros((rules, departments, months), np.int64),
        "severity_contacts": np.zeros(len(SEVERITIES), np.int64),
        "severity_customers": np.zeros(len(SEVERITIES), np.int64),
        "asks_by_tag": np.zeros(tags, np.int64),
        "asks_left_out": np.zeros(1, np.int64),
        **{f"asks_with {name}": np.zeros(tags, np.int64) for name in _plain(law, frame.lookup)},
        **{f"people_without {name}": np.zeros(2, np.int64) for name in law.person_needs()},
    }
    none = Partial(
        counts,
        {"against": np.full(rules, _NEVER)},
        {"against": np.full(rules, -_NEVER)},
        {},
        {f"{what}{name}": {} for name in OUTCOMES for what in ("", "customers ", "customers of departments ")},
        dict.fromkeys((*(f"against {r.name}" for r in law.rules), "never people"), ()),
    )
    return joined(none, nothing_followed())


_NEVER = np.iinfo(np.int64).max


def judged(law: Law, heard: Heard, number: int) -> dict[str, np.ndarray]:
    """Masks (uint64, asks x words) of what each ask is to each row, by OUTCOMES, and `governed`.

    What an undated flag makes unsure is found by judging once more as if it had begun on the day of its extract: what
    can be told then was only *possible*.
    """
    bucket = heard.bucket
    answer = judge(law.compiled, bucket.facts, "audit", bucket.ask_start, bucket.asks)
    broken, unsure = answer.broken, answer.unevaluated
    person = bucket.facts.tables[OF_PEOPLE] + 3 * heard.customer.astype(np.int64)
    blind = unsure & bucket.facts.masks[person + UNKNOWN]
    left = unsure & ~blind
    possible = np.zeros_like(left)
    dated = as_if_dated(law.hearing, number, bucket.states) if left.any() else None
    if dated is not None:
        again = judge(law.compiled, dated.facts, "audit", dated.ask_start, dated.asks)
        possible = left & ~again.unevaluated
    governed = rows_in_force(bucket.facts, bucket.asks[:, 0])
    return {
        AGAINST: broken & ~unsure,
        POSSIBLE: possible,
        BLIND: blind,
        VAGUE: left & ~possible,
        "governed": governed | broken | unsure,
    }


def _columns(law: Law, lookup: Lookup) -> list[str]:
    """Columns of contacts that say whether attributes are there: open ones stand in one."""
    names = _plain(law, lookup)
    return [*names, *(["attributes"] if set(names) & law.hearing.vocabulary.open else [])]


def _asks(frame: Frame, heard: Heard) -> Asks:
    meaning = frame.lookup.tags[heard.tag]
    day = local_days(frame, heard.at, heard.tag)
    month = frame.month_of_day[np.clip(day - frame.day0, 0, len(frame.month_of_day) - 1)]
    return Asks(heard, meaning[:, k.DEPARTMENT], meaning[:, k.COMMUNICATION], day, month)


def _without(found: np.ndarray, surely: np.ndarray, rules: int) -> np.ndarray:
    """The hits that are none of the others (a rule of several rows may be against by one and unsure by another)."""
    ours = found[:, 0].astype(np.int64) * rules + found[:, 1]
    theirs = surely[:, 0].astype(np.int64) * rules + surely[:, 1]
    return found[~np.isin(ours, theirs)]


def _told(name: str, found: np.ndarray, asks: Asks) -> dict[str, dict[tuple[int, ...], int]]:
    """Contacts by rule, department, communication and month; customers by rule, and by rule and department."""
    ask, rule = found[:, 0], found[:, 1]
    customer = asks.heard.customer[ask]
    by = np.stack([rule, asks.department[ask], asks.communication[ask], asks.month[ask]], axis=1)
    of_departments = distinct(np.stack([rule, asks.department[ask], customer], axis=1))[:, :2]
    return {
        name: counted(by),
        f"customers {name}": counted(distinct(np.stack([rule, customer], axis=1))[:, :1]),
        f"customers of departments {name}": counted(of_departments),
    }


def _counts(
    frame: Frame, law: Law, asks: Asks, masks: dict[str, np.ndarray], against: np.ndarray
) -> dict[str, np.ndarray]:
    departments, months = len(frame.lookup.departments), len(frame.months)
    governed = np.zeros((len(law.rules), departments * months), np.int64)
    cell = asks.department.astype(np.int64) * months + asks.month
    # Governed by a void rule counts as well: it says how much could not be checked.
    tally(masks["governed"], np.array([r.rule for r in law.compiled.rows], np.int32), cell, governed)
    severity = law.severity_of_rule()[against[:, 1]]
    contacts = distinct(np.stack([severity, against[:, 0]], axis=1))[:, 0]
    customers = distinct(np.stack([severity, asks.heard.customer[against[:, 0]]], axis=1))[:, 0]
    return {
        "governed": governed.reshape(len(law.rules), departments, months),
        "severity_contacts": np.bincount(contacts, minlength=len(SEVERITIES)),
        "severity_customers": np.bincount(customers, minlength=len(SEVERITIES)),
        "asks_by_tag": np.bincount(asks.heard.tag, minlength=len(frame.lookup.tags)),
        "asks_left_out": np.array([_left_out(law, asks.heard)]),
        **{f"asks_with {name}": _with(asks, frame, name) for name in _plain(law, frame.lookup)},
    }


def _plain(law: Law, lookup: Lookup) -> tuple[str, ...]:
    """Needed attributes that tags do not tell."""
    return tuple(n for n in law.plain_needs() if n not in lookup.columns)


def _with(asks: Asks, frame: Frame, name: str) -> np.ndarray:
    """Asks by tag that carry an attribute."""
    return np.bincount(asks.heard.tag[asks.heard.holds(name)], minlength=len(frame.lookup.tags))


def _left_out(law: Law, heard: Heard) -> int:
    """Attempts to those who are no people."""
    rows = heard.bucket.rows
    people = heard.bucket.customers["person"].to_numpy()
    return int((law.hearing.asked[rows["tag"].to_numpy()] & ~people[rows["customer"].to_numpy()]).sum())


def _lacking(law: Law, asks: Asks) -> dict[str, np.ndarray]:
    """Per attribute of customers that rules ask for: those with a contact who lack it, and all with a contact."""
    people = asks.heard.bucket.customers
    reached = np.zeros(people.num_rows, bool)
    reached[asks.heard.customer] = True
    found = {}
    for name in law.person_needs():
        has = pc.is_valid(people[name]).to_numpy() if name in people.column_names else np.zeros(len(reached), bool)
        found[f"people_without {name}"] = np.array([int((reached & ~has).sum()), int(reached.sum())])
    return found


def _first_days(law: Law, asks: Asks, against: np.ndarray, better: np.ufunc, start: int) -> dict[str, np.ndarray]:
    out = np.full(len(law.rules), start)
    better.at(out, against[:, 1], asks.day[against[:, 0]])
    return {"against": out}


def _examples(
    law: Law, asks: Asks, against: np.ndarray, customers: pa.Table, hidden: np.ndarray, number: int
) -> dict[str, tuple[Candidate, ...]]:
    """Per rule the latest contacts against it, one a customer; `rows` are file and row."""
    hashes = customers["hash"].to_numpy()
    shown = against[~hidden[asks.heard.customer[against[:, 0]]]]
    ask, rule = shown[:, 0], shown[:, 1]
    order = np.lexsort((hashes[asks.heard.customer[ask]], -asks.heard.at[ask], rule))
    bounds = np.searchsorted(rule[order], np.arange(len(law.rules) + 1))
    return {
        f"against {r.name}": _latest(asks, ask[order[bounds[i] : bounds[i + 1]]], customers, number)
        for i, r in enumerate(law.rules)
    }


def _worst_hit(
    law: Law, asks: Asks, against: np.ndarray, customers: pa.Table, hidden: np.ndarray, number: int
) -> tuple[Candidate, ...]:
    """Who got most contacts against rules of severity *never*; `rows` is the latest such instant (microseconds)."""
    asked = np.unique(against[law.severity_of_rule()[against[:, 1]] == 0, 0])
    whose, at = asks.heard.customer[asked], asks.heard.at[asked]
    count, latest = np.bincount(whose, minlength=len(hidden)), np.full(len(hidden), -_NEVER)
    np.maximum.at(latest, whose, at)
    own = np.flatnonzero((count > 0) & ~hidden)
    hashes = customers["hash"].to_numpy()
    best = own[np.lexsort((hashes[own], -latest[own], -count[own]))[:BEST]]
    return tuple(
        Candidate(
            (-int(count[c]), -int(latest[c])),
            int(hashes[c]),
            customers["id"][c].as_py(),
            number,
            c,
            (int(latest[c]),),
        )
        for c in best.tolist()
    )


def _latest(asks: Asks, ordered: np.ndarray, customers: pa.Table, number: int) -> tuple[Candidate, ...]:
    found: dict[int, Candidate] = {}
    for ask in ordered.tolist():
        c = int(asks.heard.customer[ask])
        if c not in found:
            identity, hashed = customers["id"][c].as_py(), customers["hash"][c].as_py()
            found[c] = Candidate((-int(asks.heard.at[ask]),), hashed, identity, number, c, asks.heard.origin(ask))
        if len(found) == FEW:
            break
    return tuple(found.values())
