"""The truth about the made-up company: the records of every figure an audit should find, and their definitions.

Owns the meaning of each figure. Refuses to count: `counting` does.

Words: *contacts* are attempts (all but `suppressed`), with or without a customer. *Received* leaves out bounced and
failed. *Pushed* is received and not asked for by the customer. *Counted* is pushed and of a known customer: pressure,
duplicates, meetings and live offers look at nothing else. Instants are UTC minutes; collections knows the day only and
stands at its local midnight. Windows are half-open: 7 days hold what is less than 7 x 1,440 minutes apart. Days and
months are local. Money is in thousandths of the currency (`cost_mils`). Letters stand where they land.

Figures across departments (`pressure`, `meetings`, `duplicates.between`, `offers` of two departments) look at contacts
of the common period only; those of one department, `people` and responses at all.
"""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

Name = str | None


@dataclass(frozen=True)
class SourceTruth:
    """One export. `rows` include all others; `unlinked` are rows without a customer, `customers` those its keys name.

    `repeated` rows say what another one said, `folded` ones tell a status of a contact that another row began;
    `replaced` are those of files that a corrected one replaces.
    """

    rows: int
    rejected: int
    unlinked: int
    customers: int
    found_in_master: int
    repeated: int = 0
    folded: int = 0
    replaced: int = 0


@dataclass(frozen=True)
class CommonTruth:
    """The days of which the contacts of every department with at least 1% of them are here."""

    first: str
    last: str
    days: int
    departments: tuple[str, ...]
    left_out: tuple[str, ...]
    outside: int
    """Contacts of other days."""


@dataclass(frozen=True)
class FlagTruth:
    """A state of customers against what was pushed to them and received, where the state's message class matches."""

    customers: int
    dated: int
    undated: int
    contacts_during: int
    customers_during: int
    contacts_possible: int
    customers_possible: int


@dataclass(frozen=True)
class NoPersonTruth:
    """An address that is no customer: a readable e-mail address, its contacts, its communications."""

    email: str
    why: str
    confirmed: bool
    contacts: int
    communications: int


@dataclass(frozen=True)
class NearTruth:
    """Two texts that say the same; `both`: customers who received both less than 7 days apart."""

    a: str
    b: str
    a_contacts: int
    b_contacts: int
    both: int


@dataclass(frozen=True)
class ControlTruth:
    """A month by the sender's books, and the contacts held."""

    source: str
    month: str
    control: int
    held: int


@dataclass(frozen=True)
class DecoyTruth:
    """Something that a naive audit reports: `naive` cases of it, of which `right` are real."""

    looks_like: str
    is_really: str
    naive: int
    right: int


@dataclass(frozen=True)
class GroupTruth:
    """Contacts of one department, or of one department x channel x message class.

    `reach` is customers who received something; `attempted` also counts those whose every contact failed.
    """

    contacts: int
    received: int
    asked_for: int
    unregistered: int
    cost_mils: int | None
    reach: int
    attempted: int
    customer_months: int


@dataclass(frozen=True)
class CommunicationTruth:
    """One communication. `responders` are customers it was sent to and who responded to it by name."""

    registered: bool
    owner: str | None
    contacts: int
    reach: int
    responders: int


@dataclass(frozen=True)
class PressureTruth:
    """Busiest 7 and 30 days of each customer with a counted contact: (contacts, customers)."""

    customers: int
    contacts: int
    week_histogram: dict[int, int]
    month_histogram: dict[int, int]
    top_one_percent_contacts: int

    def week(self, share: float) -> int:
        """The nearest-rank quantile of the busiest 7 days."""
        return _quantile(self.week_histogram, share)

    def month(self, share: float) -> int:
        """The nearest-rank quantile of the busiest 30 days."""
        return _quantile(self.month_histogram, share)

    def above(self, contacts: int) -> int:
        """Customers whose busiest 7 days hold more than this."""
        return sum(n for k, n in self.week_histogram.items() if k > contacts)


@dataclass(frozen=True)
class DuplicateTruth:
    """The same text to the same customer less than 7 days after the last time."""

    checked: int
    unchecked: int
    within: int
    within_customers: int
    between: int
    between_customers: int
    customers: int
    cost_mils: int
    gaps: dict[int, int]
    """Minutes between the two -> repeats."""
    pairs: dict[tuple[Name, Name], tuple[int, int]]
    """(first department, department of the repeat) -> (repeats, customers)."""


@dataclass(frozen=True)
class MeetingTruth:
    """Local days on which a customer heard from several departments. An unrecorded department is none of them."""

    customer_days: int
    several: int
    customers: int
    most_departments: int
    by_departments: dict[int, int]
    pairs: dict[tuple[str, str], tuple[int, int]]
    """(department, department), in alphabetical order -> (customer-days, customers)."""


@dataclass(frozen=True)
class OfferTruth:
    """Offers whose closed intervals [sent, end of the last local day] overlap; one re-sent is still one."""

    offers: int
    without_validity: int
    pairs: int
    customers: int
    most_at_once: int
    same_product_pairs: int
    same_product_customers: int
    by_department: dict[tuple[str, str], int]


@dataclass(frozen=True)
class RecognitionTruth:
    """Two departments (alphabetical): customers who received something, those recognisable, shared ones."""

    a_customers: int
    b_customers: int
    a_recognisable: int
    b_recognisable: int
    shared: int


@dataclass(frozen=True)
class PersonTruth:
    """A most contacted person: canonical id, counted contacts, busiest 7 days, most on one day, departments."""

    customer: str
    contacts: int
    busiest_week: int
    most_on_one_day: int
    departments: int


@dataclass(frozen=True)
class SharedTruth:
    """An identifier that names nobody: master rows that carry it, contacts that use it as their key."""

    kind: str
    value: str
    customers: int
    contacts: int


@dataclass(frozen=True)
class Truth:
    """Everything that is known about the made-up company's exports."""

    size: int
    seed: int
    first: str
    last: str
    sources: dict[str, SourceTruth]
    contacts: int
    received: int
    pushed: int
    asked_for: int
    not_received: int
    not_sent: int
    unlinked: int
    customers_reached: int
    customers_attempted: int
    master_rows: int
    master_customers: int
    strangers: int
    merged_customers: int
    cost_mils: int
    without_cost: int
    unregistered: int
    without_department: int
    without_channel: int
    without_purpose: int
    without_content: int
    cells: dict[tuple[Name, Name, Name], GroupTruth]
    """By (department, channel, message class)."""
    departments: dict[Name, GroupTruth]
    communications: dict[str, CommunicationTruth]
    months: dict[tuple[Name, str], int]
    pressure: PressureTruth
    pressure_by_department: dict[Name, PressureTruth]
    duplicates: DuplicateTruth
    meetings: MeetingTruth
    offers: OfferTruth
    recognition: dict[tuple[str, str], RecognitionTruth]
    responses: int
    responses_by_kind: dict[str, int]
    responding_customers: int
    responders: int
    curve: dict[int, tuple[int, int]]
    """Counted contacts -> (customers, of whom never responded)."""
    many_contacts: int
    many_contacts_never_responded: int
    states: int
    shared_identifiers: tuple[SharedTruth, ...]
    people: tuple[PersonTruth, ...]
    """By busiest 7 days, then by contacts."""
    common: CommonTruth | None = None
    """None: the departments were not told of a common period."""
    flags: dict[str, FlagTruth] = field(default_factory=dict)
    no_people: tuple[NoPersonTruth, ...] = ()
    contacts_to_no_people: int = 0
    """Of confirmed ones: in volumes and reach, and in nothing that says how contacts weigh on customers."""
    near: tuple[NearTruth, ...] = ()
    no_near: tuple[tuple[str, str], ...] = ()
    """Pairs of texts that are alike and no near-duplicates: bills of different months."""
    control: tuple[ControlTruth, ...] = ()
    warnings: tuple[tuple[str, str, str], ...] = ()
    """(kind, source, file) of every warning about the exports."""
    decoys: dict[str, DecoyTruth] = field(default_factory=dict)
    planted: dict[str, int] = field(default_factory=dict)
    """What was planted, by name: tests hold the counts above against it."""

    def to_json(self) -> str:
        """The truth as JSON; keys of several parts are joined by ` / `."""
        return json.dumps(_plain(asdict(self)), indent=1, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _key(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return " / ".join("(none)" if p is None else str(p) for p in parts)


def _quantile(histogram: dict[int, int], share: float) -> int:
    rank = math.ceil(share * sum(histogram.values()))
    for value in sorted(histogram):
        rank -= histogram[value]
        if rank <= 0:
            return value
    return 0
