"""The exact truth about Harbour & Finch: what an audit must find, and what it must not.

Owns the record and its counts over the list of contacts, in plain Python. Refuses files: those are read again, by other
code, in `tests/demo/decoy_reading.py`.

People are customers and test addresses (nobody has said that they are none); seeds, staff and the shared mailbox are
not. Figures across departments count what was received, not asked for, and lies in the common period.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from primum.demo.batch import day_text
from primum.demo.decoys.goals import HEAVY_WEEK
from primum.demo.decoys.people import SEEDS, STAFF, TESTS
from primum.demo.decoys.plan import EARLY, LATE, Plan, Said

WEEK = 7 * 86_400


@dataclass(frozen=True)
class ControlTruth:
    """A month by the invoice, and by the rows."""

    month: str
    control: int
    held: int


@dataclass(frozen=True)
class FlagTruth:
    """A state: its rows, and the contacts while it held, certainly or possibly."""

    dated: int
    undated: int
    during: int
    customers_during: int
    possible: int
    customers_possible: int


@dataclass(frozen=True)
class Decoys:
    """Everything that is true. Counts of contacts unless said otherwise."""

    contacts: int
    seed: int
    tiles: int

    # What there is.
    received: int
    pushed: int
    asked_for: int
    """Order confirmations, one-time codes, requested call-backs: in no finding, whatever they repeat or meet."""
    not_received: int
    """Bounced: alone in the log, or after they had been delivered."""
    waiting: int
    """Queued and never sent: no contacts of `contacts`."""
    unlinked: int
    """Sent to the shared mailboxes: nobody's."""
    responses: Mapping[str, int]
    """Out of the event log, by kind."""

    # True findings.
    repeats_within: int
    repeats_within_customers: int
    repeats_between: int
    repeats_between_customers: int
    meeting_days: int
    meetings: Mapping[tuple[str, str], int]
    """Customer-days of two departments (names sorted)."""
    near_pair: tuple[str, str]
    """The only two texts that are nearly one ..."""
    near_customers: int
    """... and the customers who received both within seven days."""
    heavy_customers: int
    heavy_week: int
    """Their contacts in seven days: nobody has as many."""
    week_histogram: Mapping[int, int]
    """Busiest seven days in the common period -> people."""

    # Files.
    common_period: tuple[str, str]
    left_out: tuple[str, ...]
    """A department too small to bear on the common period."""
    event_rows: int
    folded: int
    """Rows of the event log that told a later status."""
    repeated: Mapping[str, int]
    """By source: rows that stand in two of its files."""
    replaced: int
    """Rows of the wrong file for which the corrected one stands."""
    control: tuple[ControlTruth, ...]
    cut_off: tuple[str, ...]
    """Files of exactly a known limit; all other warnings are false alarms."""
    main_rows: int
    """Rows of the largest file: a round number that is a known limit only where `cut_off` names it."""

    # People and non-people.
    seeds: tuple[str, ...]
    seed_contacts: int
    staff: tuple[str, ...]
    staff_contacts: int
    tests: tuple[str, ...]
    """To be proposed, and nobody else ..."""
    test_customers: tuple[str, ...]
    """... by their addresses or by these numbers."""
    test_contacts: int
    test_communications: int
    mailboxes: tuple[str, ...]

    flags: Mapping[str, FlagTruth]
    naive: Mapping[str, int]
    """What a careless audit would report on top: `repeats`, `meetings` (customer-days)."""

    def to_json(self) -> str:
        """The record as JSON; two departments are written as `billing + marketing`."""
        record = asdict(self) | {"meetings": {" + ".join(pair): n for pair, n in self.meetings.items()}}
        return json.dumps(record, indent=2) + "\n"


def people_said(plan: Plan) -> dict[int, list[Said]]:
    """What counts for findings, by person: received, not asked for."""
    heard: dict[int, list[Said]] = defaultdict(list)
    for contact in plan.said:
        is_person = contact.person.role in ("customer", "test")
        if is_person and contact.status == "delivered" and not contact.saying.asked:
            heard[contact.person.number].append(contact)
    return heard


def week_histogram(plan: Plan) -> dict[int, int]:
    """Busiest seven days of each person in the common period."""
    out: Counter[int] = Counter()
    for said in people_said(plan).values():
        at = sorted(_second(c) for c in said if LATE <= c.home_day <= EARLY)
        if at:
            out[max(sum(0 <= other - one < WEEK for other in at) for one in at)] += 1
    return dict(sorted(out.items()))


def _second(contact: Said) -> float:
    """Its instant; noon of its day where only that is known (gaps are never near seven days)."""
    return contact.landing * 86_400 + 43_200 if contact.day_only else contact.instant.timestamp() - _ORIGIN


_ORIGIN = 1_736_121_600
"""2025-01-06 in UTC."""


def truth_of(
    plan: Plan,
    seed: int,
    tiles: int,
    counts: Mapping[str, int],
    control: tuple[ControlTruth, ...],
    cut_off: tuple[str, ...],
    main_rows: int,
) -> Decoys:
    """The truth, from what was planted and what was written."""
    f = plan.facts
    contacts = sum(c.status != "planned" for c in plan.said)
    received = sum(c.status == "delivered" for c in plan.said)
    return Decoys(
        contacts=contacts,
        seed=seed,
        tiles=tiles,
        received=received,
        pushed=received - f["asked_for"],
        asked_for=f["asked_for"],
        not_received=f["bounced"],
        waiting=f["waiting"],
        unlinked=f["unlinked"],
        responses={"clicked": f["clicked"], "opened": f["opened"]},
        repeats_within=f["repeats_within"],
        repeats_within_customers=f["repeats_within_customers"],
        repeats_between=f["repeats_between"],
        repeats_between_customers=f["repeats_between_customers"],
        meeting_days=f["meeting_days"],
        meetings=_meetings(f),
        near_pair=("spring campaign", "spring offer"),
        near_customers=f["near_customers"],
        heavy_customers=f["heavy"],
        heavy_week=HEAVY_WEEK,
        week_histogram=week_histogram(plan),
        common_period=(day_text(LATE), day_text(EARLY)),
        left_out=("legal",),
        event_rows=counts["event_rows"],
        folded=counts["folded"],
        repeated={"service": counts["doubled"], "letters": counts["letters_doubled"]},
        replaced=counts["replaced"],
        control=control,
        cut_off=cut_off,
        main_rows=main_rows,
        seeds=SEEDS,
        seed_contacts=f["seed_contacts"],
        staff=STAFF,
        staff_contacts=f["staff_contacts"],
        tests=TESTS,
        test_customers=tuple(p.crm_id for p in plan.town.everybody if p.role == "test"),
        test_contacts=f["test_contacts"],
        test_communications=f["test_communications"],
        mailboxes=tuple(sorted({p.email for p in plan.town.everybody if p.role == "mailbox"})),
        flags=_flags(f),
        naive={"repeats": f["naive_repeats"], "meetings": f["naive_meetings"]},
    )


def _meetings(facts: Counter[str]) -> dict[tuple[str, str], int]:
    names = ("billing_marketing", "billing_sales", "marketing_repairs", "marketing_sales", "marketing_service")
    named = (*names, "sales_service")
    return {(a, b): facts[f"meeting_{a}_{b}"] for a, b in (n.split("_") for n in named)}


def _flags(f: Counter[str]) -> dict[str, FlagTruth]:
    def truth(name: str, rows: str, dated: bool) -> FlagTruth:
        people = f[rows]
        return FlagTruth(
            people if dated else 0,
            0 if dated else people,
            f[f"{rows}_during"],
            people,
            f[f"{rows}_possible"],
            people,
        )

    return {"complaint_open": truth("complaint_open", "complaints", True), "opted_out": truth("", "opted_out", False)}
