"""Seeds, tests, staff, agencies and shared addresses: counted, proposed by evidence, and kept out once confirmed.

Owns the census that goes before the audit (how much each customer received, how many communications, what their
identifiers look like) and the rules of a proposal. Refuses to propose for volume alone what may be a much-pestered
customer: that is whom an audit is for.

The census asks two things of every bucket: first the contacts by tag, to know which communications went to many; then
each customer's figures. Both merge for any split.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.lookup import Lookup
from primum.audit.masking import Mask
from primum.audit.partial import Candidate
from primum.history import History
from primum.identity.looks import DOMAIN_SHIFT, NOBODY_BUT_SHARED, Look, kind_of_look, telling
from primum.strategy.facets.customers import Customers

KEPT: Final = 300
"""Candidates kept for each kind of evidence."""
LISTED: Final = 200
MANY: Final = 30
"""Contacts from which a communication tells who receives them all."""
FEWEST_COMMUNICATIONS: Final = 10
"""With fewer such communications, receiving most of them says nothing."""
SPREAD: Final = 0.6
SPREAD_ABOVE: Final = 2
"""... and at least this many times what 19 in 20 customers receive at most (seeds may be one in a hundred)."""
FAR_ABOVE: Final = 5
"""Volume speaks beside other evidence from this many times the 99th percentile, if above the 99.9th too..."""
BEYOND_PEOPLE: Final = 10
"""... and alone from this many times, if it is more than one contact for each day of the history."""


@dataclass(frozen=True)
class Census:
    """What is known of how much customers receive; arrays are histograms over customers who received something."""

    contacts: np.ndarray = field(default_factory=lambda: np.zeros(1, np.int64))
    communications: np.ndarray = field(default_factory=lambda: np.zeros(1, np.int64))
    confirmed: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Entry of `not_people` -> customers, contacts."""
    looks: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Telling looks (see `identity.looks`) of those who are not confirmed -> customers, contacts."""
    most: tuple[Candidate, ...] = ()
    """Most contacts first. `rows` of a candidate: contacts, communications, departments, looks."""
    widest: tuple[Candidate, ...] = ()
    """Most communications first."""
    looking: tuple[Candidate, ...] = ()
    """Of those whose looks are telling: most contacts first."""


def contacts_by_tag(history: History, look: Lookup, number: int) -> np.ndarray:
    """Contacts of one bucket by tag."""
    return np.bincount(history.bucket(number).contacts.tag, minlength=len(look.tags)).astype(np.int64)


def known_communications(look: Lookup, by_tag: np.ndarray) -> np.ndarray:
    """Per communication code, whether it went to so many that receiving it says something."""
    used = (look.tags[:, k.COMMUNICATION] >= 0) & ((look.tags[:, k.FLAGS] & k.ATTEMPTED) > 0)
    sums = np.bincount(look.tags[used, k.COMMUNICATION], weights=by_tag[used], minlength=len(look.communications))
    return np.asarray(sums >= MANY)


def take_census(history: History, look: Lookup, known: np.ndarray, number: int) -> Census:
    """The census of one bucket."""
    rows = history.bucket(number).contacts
    customers = history.customers(number, ["id", "hash", "looks", "not_person"])
    contacts, communications, departments = k.census(rows.offsets, rows.tag, look.tags, known, len(look.departments))
    looks, entry = looks_of(customers), entries_of(customers)
    heard, person = contacts > 0, entry < 0
    figures = np.column_stack([contacts, communications, departments, looks])

    def best(chosen: np.ndarray, by: np.ndarray) -> tuple[Candidate, ...]:
        return _best(customers, number, np.flatnonzero(chosen), by, figures)

    seeming = heard & person & telling(looks)
    return Census(
        np.bincount(contacts[heard & person], minlength=1),
        np.bincount(communications[heard & person], minlength=1),
        _sums(entry[~person], contacts[~person]),
        _sums(looks[seeming], contacts[seeming]),
        best(heard & person, contacts),
        best(heard & person & (communications > 0), communications),
        best(seeming, contacts),
    )


def looks_of(customers: pa.Table) -> np.ndarray:
    """What each customer's identifiers look like; 0 where the history does not say."""
    return _column(customers, "looks", 0)


def entries_of(customers: pa.Table) -> np.ndarray:
    """The entry of `not_people` that each customer matches; -1 for none."""
    return _column(customers, "not_person", -1)


def _column(customers: pa.Table, name: str, otherwise: int) -> np.ndarray:
    if name not in customers.column_names:
        return np.full(customers.num_rows, otherwise, np.int64)
    return np.asarray(customers[name].fill_null(otherwise).to_numpy().astype(np.int64))


def _best(
    customers: pa.Table, number: int, chosen: np.ndarray, by: np.ndarray, figures: np.ndarray
) -> tuple[Candidate, ...]:
    hashes = customers["hash"].to_numpy()
    first = chosen[np.lexsort((hashes[chosen], -by[chosen]))[:KEPT]]
    ids = customers["id"].take(pa.array(first, pa.int64())).to_pylist()
    return tuple(
        Candidate((-int(by[c]),), int(hashes[c]), i, number, int(c), tuple(int(v) for v in figures[c]))
        for c, i in zip(first, ids, strict=True)
    )


def _sums(keys: np.ndarray, contacts: np.ndarray) -> dict[int, tuple[int, int]]:
    distinct, inverse, count = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.bincount(inverse.reshape(-1), weights=contacts, minlength=len(distinct))
    return {int(d): (int(n), int(s)) for d, n, s in zip(distinct, count, sums, strict=True)}


def merge_censuses(parts: Iterable[Census]) -> Census:
    """All parts together."""
    total = Census()
    for part in parts:
        total = Census(
            _padded(total.contacts, part.contacts),
            _padded(total.communications, part.communications),
            _added(total.confirmed, part.confirmed),
            _added(total.looks, part.looks),
            tuple(sorted(total.most + part.most)[:KEPT]),
            tuple(sorted(total.widest + part.widest)[:KEPT]),
            tuple(sorted(total.looking + part.looking)[:KEPT]),
        )
    return total


def _padded(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    out = np.zeros(max(len(a), len(b)), np.int64)
    out[: len(a)] += a
    out[: len(b)] += b
    return out


def _added(a: Mapping[int, tuple[int, int]], b: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    out = dict(a)
    for key, (customers, contacts) in b.items():
        held = out.get(key, (0, 0))
        out[key] = (held[0] + customers, held[1] + contacts)
    return out


def quantile(histogram: np.ndarray, per_mille: int) -> int:
    """Nearest-rank quantile of the values counted in a histogram; 0 where it is empty."""
    total = int(histogram.sum())
    rank = max(1, -(-total * per_mille // 1000))
    return int(np.searchsorted(np.cumsum(histogram), rank)) if total else 0


@dataclass(frozen=True)
class Yardsticks:
    """What is usual among the customers of a census."""

    contacts_p99: int
    contacts_p999: int
    communications_p95: int
    communications: int
    days: int
    departments: int


def yardsticks(census: Census, known: np.ndarray, look: Lookup, days: int) -> Yardsticks:
    """What is usual; `days`: how many the history covers."""
    return Yardsticks(
        quantile(census.contacts, 990),
        quantile(census.contacts, 999),
        quantile(census.communications, 950),
        int(known.sum()),
        days,
        len(look.departments) - 1,
    )


def reasons_of(contacts: int, communications: int, departments: int, looks: int, usual: Yardsticks) -> tuple[str, ...]:
    """Everything that speaks against a person; volume alone only where no person could receive so much."""
    said = [sentence for bit, sentence in _SAID if looks & bit]
    if receives_everything(communications, departments, usual):
        share = f"{communications / usual.communications:.0%} of all communications"
        senders = f"{departments} {'department' if departments == 1 else 'departments'}"
        said.append(
            f"it received {share} ({communications} of {usual.communications}), from {senders}; "
            f"19 in 20 customers received at most {usual.communications_p95}"
        )
    times = FAR_ABOVE if said else BEYOND_PEOPLE
    if _far_above(contacts, times, usual) and (said or contacts > max(usual.days, 1)):
        daily = ", more than one a day" if contacts > usual.days else ""
        most = f"99 in 100 customers received at most {usual.contacts_p99:,}"
        said.append(f"it received {contacts:,} contacts{daily}; {most}")
    return () if looks & Look.PERSON else tuple(said)


_SAID: Final = (
    (Look.SEED, "its mailbox or domain is named like a seed address"),
    (Look.TEST, "its mailbox or domain is named like a test"),
    (Look.TEST_PHONE, "its number is one that nobody can have"),
    (Look.OWN_DOMAIN, "its e-mail domain is the company's own"),
    (Look.AGENCY_DOMAIN, "its e-mail domain is an agency's"),
    (Look.ROLE, "its mailbox belongs to a function, not to a person"),
)


def receives_everything(communications: int, departments: int, usual: Yardsticks) -> bool:
    """Whether somebody receives most communications of several departments, far more of them than customers do."""
    return (
        usual.communications >= FEWEST_COMMUNICATIONS
        and communications >= SPREAD * usual.communications
        and communications >= SPREAD_ABOVE * usual.communications_p95
        and departments >= min(2, usual.departments)
    )


def _far_above(contacts: int, times: int, usual: Yardsticks) -> bool:
    return contacts > usual.contacts_p999 and contacts >= times * usual.contacts_p99


@dataclass(frozen=True)
class Suspect:
    """A customer who looks like no person, and why."""

    candidate: Candidate
    why: str
    reasons: tuple[str, ...]


def suspects(census: Census, usual: Yardsticks) -> tuple[Suspect, ...]:
    """Those with evidence against them: seeds and tests first, then by contacts."""
    found = {}
    for candidate in (*census.most, *census.widest, *census.looking):
        contacts, communications, departments, looks = candidate.rows
        reasons = reasons_of(contacts, communications, departments, looks, usual)
        if reasons:
            named = looks & (Look.SEED | Look.TEST | Look.TEST_PHONE)
            everything = receives_everything(communications, departments, usual)
            why = "seed" if everything and not named else kind_of_look(looks)
            found[(candidate.hash, candidate.id)] = Suspect(candidate, why, reasons)
    rank = {"seed": 0, "test": 1}
    order = sorted(found.values(), key=lambda s: (rank.get(s.why, 2), -s.candidate.rows[0], s.candidate.hash))
    return tuple(order)


def hidden_customers(found: Iterable[Suspect]) -> dict[int, np.ndarray]:
    """Per bucket, the customers whose evidence is not in their looks: they are not shown among the worst hit."""
    by_bucket: dict[int, list[int]] = {}
    for suspect in found:
        by_bucket.setdefault(suspect.candidate.bucket, []).append(suspect.candidate.customer)
    return {bucket: np.array(sorted(own), np.int64) for bucket, own in by_bucket.items()}


@dataclass(frozen=True)
class Seeming:
    """The census of a history, what is usual in it, and who seems to be no person."""

    census: Census = field(default_factory=Census)
    usual: Yardsticks = field(default_factory=lambda: Yardsticks(0, 0, 0, 0, 0, 0))
    suspects: tuple[Suspect, ...] = ()


def figures(seeming: Seeming, declared: Customers, matched: tuple[int, ...], mask: Mask) -> r.NonPeople:
    """The finding.

    Args:
        matched: customers that each entry of `not_people` matches, from the manifest.
    """
    census, found, usual = seeming.census, seeming.suspects, seeming.usual
    confirmed = []
    for number, entry in enumerate(declared.not_people):
        customers, contacts = census.confirmed.get(number, (0, 0))
        idle = number < len(matched) and matched[number] == NOBODY_BUT_SHARED
        shown = mask.declared(entry.identifier)
        confirmed.append(r.ConfirmedNonPerson(shown, entry.why, customers, contacts, idle))
    domains = _domains(census, declared)
    alone = [s for s in found if not _only_of_a_domain(s)]
    others = [s for s in alone if not telling(np.array([s.candidate.rows[3]]))[0]]
    return r.NonPeople(
        tuple(confirmed),
        (*domains, *(_proposed(s, usual, mask) for s in alone[:LISTED])),
        sum(contacts for _, contacts in census.confirmed.values()),
        sum(customers for customers, _ in census.confirmed.values()),
        sum(customers for customers, _ in census.looks.values()) + len(others),
        sum(contacts for _, contacts in census.looks.values()) + sum(s.candidate.rows[0] for s in others),
        usual.contacts_p99,
        usual.communications,
    )


def _only_of_a_domain(suspect: Suspect) -> bool:
    """Whether a domain's own line says all there is to say."""
    looks = suspect.candidate.rows[3]
    return bool(looks >> DOMAIN_SHIFT) and len(suspect.reasons) == 1


def _domains(census: Census, declared: Customers) -> tuple[r.ProposedNonPerson, ...]:
    """One line for each of the domains that the strategy names."""
    own = len(declared.own_domains)
    lines = []
    for number, domain in enumerate((*declared.own_domains, *declared.agency_domains), 1):
        held = [v for looks, v in census.looks.items() if looks >> DOMAIN_SHIFT == number]
        if held:
            look = Look.OWN_DOMAIN if number <= own else Look.AGENCY_DOMAIN
            line = r.ProposedNonPerson(
                f"email:*@{domain.strip().lower().lstrip('@')}",
                kind_of_look(look),
                sum(contacts for _, contacts in held),
                0,
                0.0,
                tuple(said for bit, said in _SAID if bit == look),
                sum(customers for customers, _ in held),
                True,
            )
            lines.append(line)
    return tuple(lines)


def _proposed(suspect: Suspect, usual: Yardsticks, mask: Mask) -> r.ProposedNonPerson:
    contacts, communications, _, _ = suspect.candidate.rows
    return r.ProposedNonPerson(
        mask.person(suspect.candidate.id),
        suspect.why,
        contacts,
        communications,
        communications / usual.communications if usual.communications else 0.0,
        suspect.reasons,
        pasteable=mask.reveal,
    )


# What the audit's own pass needs


def kept_people(counted: k.Counted, confirmed: np.ndarray) -> k.Counted:
    """The counted contacts without those of customers who are confirmed to be no people."""
    if not confirmed.any():
        return counted
    per_customer = np.diff(counted.offsets)
    keep = np.repeat(~confirmed, per_customer)
    offsets = np.concatenate([[0], np.cumsum(np.where(confirmed, 0, per_customer))]).astype(np.int64)
    return k.Counted(offsets, counted.row[keep], counted.day[keep], counted.department[keep])


def hidden_mask(hidden: Mapping[int, np.ndarray], bucket: int, customers: pa.Table) -> np.ndarray:
    """Per customer of a bucket, whether they are not to be shown among the worst hit."""
    found = telling(looks_of(customers))
    if bucket in hidden:
        found[hidden[bucket]] = True
    return found
