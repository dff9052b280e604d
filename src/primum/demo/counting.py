"""Counting the truth, customer by customer, in slow and obvious Python over the generator's own list of events.

Owns the brute force; `truth` says what each figure means. Refuses to read the exports and to share a line of code with
the audit.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from primum.demo.batch import (
    BOUNCED,
    DAY,
    FAILED,
    INFO,
    INFO_EMAIL,
    MANY_EMAIL,
    NO_EMAIL,
    NO_PEOPLE,
    OWN_PLACEHOLDER,
    PLACEHOLDER,
    PROPER,
    RESPONSES,
    SHARED,
    SUPPRESSED,
    Batch,
    day_text,
    local_day,
    minute,
)
from primum.demo.columns import Figures
from primum.demo.counting_more import WEEK, Event, Further
from primum.demo.messages import DEPARTMENTS, MESSAGES, SOURCES, cost_of
from primum.demo.truth import (
    CommunicationTruth,
    DuplicateTruth,
    GroupTruth,
    MeetingTruth,
    Name,
    OfferTruth,
    PersonTruth,
    PressureTruth,
    RecognitionTruth,
    SharedTruth,
    SourceTruth,
    Truth,
)

MONTH = 30 * DAY
MANY_CONTACTS = 5
MOST = 10
"""How many of the most contacted people are named."""


def busiest(minutes: list[int], window: int) -> int:
    """The most of these instants (ascending) that lie less than `window` apart."""
    return max((i - bisect_left(minutes, at - window + 1) + 1 for i, at in enumerate(minutes)), default=0)


def most_at_once(intervals: list[tuple[int, int]]) -> int:
    """The most closed intervals that share an instant."""
    return max((sum(s <= start <= e for s, e in intervals) for start, _ in intervals), default=0)


class _Pressure:
    def __init__(self) -> None:
        self.totals: Counter[int] = Counter()
        self.week: Counter[int] = Counter()
        self.month: Counter[int] = Counter()

    def add(self, minutes: list[int]) -> None:
        if minutes:
            self.totals[len(minutes)] += 1
            self.week[busiest(minutes, WEEK)] += 1
            self.month[busiest(minutes, MONTH)] += 1

    def truth(self) -> PressureTruth:
        customers = sum(self.totals.values())
        left, top = math.ceil(customers / 100), 0
        for total in sorted(self.totals, reverse=True):
            taken = min(left, self.totals[total])
            top, left = top + taken * total, left - taken
        contacts = sum(k * n for k, n in self.totals.items())
        return PressureTruth(
            customers, contacts, dict(sorted(self.week.items())), dict(sorted(self.month.items())), top
        )


class _Group:
    def __init__(self) -> None:
        self.contacts = self.received = self.asked_for = self.unregistered = 0
        self.reach = self.attempted = self.customer_months = 0
        self.cost: int | None = None

    def count(self, e: Event) -> None:
        said = MESSAGES[e.message].communication
        self.contacts += 1
        self.received += e.status not in (BOUNCED, FAILED)
        self.asked_for += said.asked
        self.unregistered += not said.registered
        cost = cost_of(e.message)
        if cost is not None:
            self.cost = (self.cost or 0) + cost

    def truth(self) -> GroupTruth:
        return GroupTruth(
            self.contacts,
            self.received,
            self.asked_for,
            self.unregistered,
            self.cost,
            self.reach,
            self.attempted,
            self.customer_months,
        )


def _distinct_offers(events: list[Event]) -> list[Event]:
    """One per offer: one sent again for the same last day is the same offer."""
    offers = [e for e in events if e.ends >= 0]
    return list({(MESSAGES[e.message].communication.name, e.message, e.last_day): e for e in reversed(offers)}.values())


def _live_pairs(offers: list[Event], *, between: bool) -> list[tuple[Event, Event]]:
    """Pairs that are live at once: of two departments, or of one."""
    return [
        (a, b)
        for i, a in enumerate(offers)
        for b in offers[:i]
        if a.at <= b.ends
        and b.at <= a.ends
        and between == (MESSAGES[a.message].department != MESSAGES[b.message].department)
    ]


def _received(e: Event) -> bool:
    return e.status not in (BOUNCED, FAILED)


def _counted(e: Event) -> bool:
    return _received(e) and not MESSAGES[e.message].communication.asked


def _month(day: int) -> str:
    return day_text(day)[:7]


MONTHS = [_month(d) for d in range(190)]


class Counting:
    """Counts batch by batch; a customer never straddles two batches."""

    def __init__(self, common: tuple[int, int] | None = None) -> None:
        """`common`: first and last local day that figures across departments look at; None: all."""
        self.common = common
        self.extra = Further()
        self.sums: Counter[str] = Counter()
        self.cells: dict[tuple[Name, Name, Name], _Group] = defaultdict(_Group)
        self.departments: dict[Name, _Group] = defaultdict(_Group)
        self.said: Counter[str] = Counter()
        self.said_reach: Counter[str] = Counter()
        self.said_responders: Counter[str] = Counter()
        self.months: Counter[tuple[Name, str]] = Counter()
        self.pressure = _Pressure()
        self.by_department: dict[Name, _Pressure] = defaultdict(_Pressure)
        self.gaps: Counter[int] = Counter()
        self.repeats: Counter[tuple[Name, Name]] = Counter()
        self.repeat_customers: Counter[tuple[Name, Name]] = Counter()
        self.days: Counter[int] = Counter()
        self.meetings: Counter[tuple[str, str]] = Counter()
        self.meeting_customers: Counter[tuple[str, str]] = Counter()
        self.offers: Counter[tuple[str, str]] = Counter()
        self.at_once = 0
        self.recognition: dict[tuple[str, str], list[int]] = {}
        self.kinds: Counter[str] = Counter()
        self.curve: Counter[tuple[int, bool]] = Counter()
        self.sources: dict[str, Counter[str]] = {name: Counter() for name in SOURCES}
        self.people: list[PersonTruth] = []
        self.first_day, self.last_day = 10**6, -1
        self.placeholders: Counter[tuple[str, int]] = Counter()

    def add(self, batch: Batch) -> None:
        """Count one batch."""
        answers = _answers(batch)
        known = _known_kinds(batch)
        state_of = self.extra.states(batch)
        self._count_people(batch)
        for unit, events in _customers(batch, self._without_customer):
            attempts = [e for e in events if e.status != SUPPRESSED]
            self.sums["not sent"] += len(events) - len(attempts)
            self._sources(unit, events, batch)
            if attempts:
                self._inventory(attempts)
                self._recognise([e for e in attempts if _received(e)], known[unit])
            mailbox = int(batch.people.mailbox[unit - batch.people.first])
            self.extra.no_person(unit, mailbox, attempts)
            if mailbox in NO_PEOPLE:
                continue
            self._responses(unit, attempts, answers.get(unit, set()))
            counted = [e for e in attempts if _counted(e)]
            self.extra.customer(unit, counted, state_of)
            if counted:
                self._judge(unit, counted)
        self.sums["responses"] += len(batch.responses.kind)
        self.sums["responding"] += len(answers)
        self.sums["states"] += len(batch.opted_out) + len(batch.flagged)
        for kind, n in Counter(batch.responses.kind.tolist()).items():
            self.kinds[RESPONSES[kind]] += n

    def _judge(self, unit: int, counted: list[Event]) -> None:
        """Figures of one customer: across departments over the common period, of one department over the whole."""
        common = [e for e in counted if self._in_common(e)]
        self._pressure(unit, counted, common)
        self._duplicates(counted)
        self._meetings(common)
        self._offers(counted, common)

    def _in_common(self, e: Event) -> bool:
        return self.common is None or self.common[0] <= e.day <= self.common[1]

    def _count_people(self, batch: Batch) -> None:
        who = batch.people
        self.sums["master rows"] += int(who.master.sum())
        self.sums["master customers"] += len(np.unique(who.unit[who.master]))
        self.sums["strangers"] += int((~who.master & (who.known > 0)).sum())
        for code in (NO_EMAIL, MANY_EMAIL, INFO_EMAIL):
            self.placeholders["master", code] += int((who.email_of[who.master] == code).sum())

    def _without_customer(self, e: Event, key: int) -> None:
        self.sums["unlinked"] += 1
        self.extra.row(e)
        self.sources[MESSAGES[e.message].communication.source]["unlinked"] += 1
        self.placeholders[MESSAGES[e.message].communication.source, key] += 1
        self._inventory([e], linked=False)

    def _inventory(self, events: list[Event], linked: bool = True) -> None:
        reached: set[Any] = set()
        for e in events:
            said = MESSAGES[e.message].communication
            cell = (e.department, said.channel, said.purpose)
            self.cells[cell].count(e)
            self.departments[e.department].count(e)
            self.months[e.department, MONTHS[e.day]] += 1
            self.said[said.name] += 1
            self._sum(e)
            if linked:
                reached.update(
                    {("tried", cell), ("tried", e.department)}
                    | (
                        {("reached", cell), ("reached", e.department), ("said", said.name)}
                        | {("month", cell, MONTHS[e.day]), ("month", e.department, MONTHS[e.day])}
                        if _received(e)
                        else set()
                    )
                )
        self._reached(reached)
        if linked:
            self.sums["attempted"] += 1
            self.sums["reached"] += any(_received(e) for e in events)

    def _reached(self, reached: set[Any]) -> None:
        for what, which, *_ in reached:
            if what == "said":
                self.said_reach[which] += 1
                continue
            group = self.cells[which] if isinstance(which, tuple) else self.departments[which]
            if what == "tried":
                group.attempted += 1
            elif what == "reached":
                group.reach += 1
            else:
                group.customer_months += 1

    def _sum(self, e: Event) -> None:
        said, cost = MESSAGES[e.message].communication, cost_of(e.message)
        self.sums["contacts"] += 1
        self.sums["received"] += _received(e)
        self.sums["pushed"] += _counted(e)
        self.sums["asked"] += said.asked
        self.sums["cost"] += cost or 0
        self.sums["without cost"] += cost is None
        self.sums["unregistered"] += not said.registered
        self.sums["no department"] += e.department is None
        self.sums["no channel"] += said.channel is None
        self.sums["no purpose"] += said.purpose is None
        self.sums["no content"] += MESSAGES[e.message].content < 0
        self.first_day, self.last_day = min(self.first_day, e.day), max(self.last_day, e.day)

    def _sources(self, unit: int, events: list[Event], batch: Batch) -> None:
        in_master = bool(batch.people.master[unit - batch.people.first])
        for source in {MESSAGES[e.message].communication.source for e in events}:
            self.sources[source]["customers"] += 1
            self.sources[source]["found"] += in_master
        for e in events:
            self.extra.row(e)

    def _recognise(self, events: list[Event], known: int) -> None:
        senders = {e.department for e in events if e.department is not None}
        for a in senders:
            for b in DEPARTMENTS:
                if a == b:
                    continue
                pair = (min(a, b), max(a, b))
                sums = self.recognition.setdefault(pair, [0, 0, 0, 0, 0])
                side = 0 if a == pair[0] else 1
                sums[side] += 1
                sums[2 + side] += known >> DEPARTMENTS.index(b) & 1
                sums[4] += b in senders and a == pair[0]

    def _responses(self, unit: int, attempts: list[Event], answered: set[str]) -> None:
        said = {MESSAGES[e.message].communication.name for e in attempts} & answered
        self.said_responders.update(said)
        self.sums["responders"] += len(said)
        counted = sum(_counted(e) for e in attempts)
        if counted:
            self.curve[counted, bool(answered)] += 1

    def _pressure(self, unit: int, counted: list[Event], common: list[Event]) -> None:
        minutes = [e.at for e in counted]
        self.pressure.add([e.at for e in common])
        by: dict[Name, list[int]] = defaultdict(list)
        for e in counted:
            by[e.department].append(e.at)
        for department, its in by.items():
            self.by_department[department].add(its)
        if len(self.people) == MOST and len(minutes) < self.people[-1].busiest_week:
            return
        days = Counter(e.day for e in counted)
        customer = f"crm_id:bw{1_000_000 + unit}"
        person = PersonTruth(customer, len(minutes), busiest(minutes, WEEK), max(days.values()), len(by))
        self.people = sorted([*self.people, person], key=lambda p: (-p.busiest_week, -p.contacts, p.customer))[:MOST]

    def _duplicates(self, counted: list[Event]) -> None:
        last: dict[int, Event] = {}
        pairs: set[tuple[Name, Name]] = set()
        for e in counted:
            content = MESSAGES[e.message].content
            self.sums["checked" if content >= 0 else "unchecked"] += 1
            if content < 0:
                continue
            before = last.get(content)
            last[content] = e
            comparable = before is not None and (
                before.department == e.department or (self._in_common(before) and self._in_common(e))
            )
            if before is not None and comparable and e.at - before.at < WEEK:
                pair = (before.department, e.department)
                pairs.add(pair)
                self.repeats[pair] += 1
                self.gaps[e.at - before.at] += 1
                self.sums["repeat cost"] += cost_of(e.message) or 0
        self.repeat_customers.update(pairs)
        self.sums["repeated"] += bool(pairs)
        self.sums["repeated within"] += any(a == b for a, b in pairs)
        self.sums["repeated between"] += any(a != b for a, b in pairs)

    def _meetings(self, counted: list[Event]) -> None:
        by_day: dict[int, set[str]] = defaultdict(set)
        for e in counted:
            senders = by_day[e.day]
            if e.department is not None:
                senders.add(e.department)
        met: set[tuple[str, str]] = set()
        for senders in by_day.values():
            self.days[max(len(senders), 1)] += 1
            for a in senders:
                for b in senders:
                    if a < b:
                        self.meetings[a, b] += 1
                        met.add((a, b))
        self.meeting_customers.update(met)
        self.sums["meeting customers"] += bool(met)

    def _offers(self, counted: list[Event], common: list[Event]) -> None:
        live = [e for e in counted if e.ends >= 0]
        self.sums["offers"] += len(live)
        self.sums["no validity"] += len(counted) - len(live)
        distinct = _distinct_offers(live)
        pairs = _live_pairs(distinct, between=False) + _live_pairs(_distinct_offers(common), between=True)
        same = 0
        for a, b in pairs:
            said = MESSAGES[a.message].communication, MESSAGES[b.message].communication
            same += said[0].product == said[1].product != ""
            senders = sorted((said[0].department, said[1].department))
            self.offers[senders[0], senders[1]] += 1
        self.sums["offer customers"] += bool(pairs)
        self.sums["same product"] += same
        self.sums["same product customers"] += bool(same)
        self.at_once = max(self.at_once, most_at_once([(e.at, e.ends) for e in distinct]))

    def truth(
        self, size: int, seed: int, figures: Mapping[str, Figures] | None = None, planted: dict[str, int] | None = None
    ) -> Truth:
        """The truth of everything counted. `figures`: what the exports hold, by source."""
        s = self.sums
        curve = {k: (self.curve[k, False] + self.curve[k, True], self.curve[k, False]) for k, _ in self.curve}
        many = [v for k, v in curve.items() if k >= MANY_CONTACTS]
        return Truth(
            size=size,
            seed=seed,
            first=day_text(self.first_day),
            last=day_text(self.last_day),
            sources=self._source_truth(figures or {}),
            contacts=s["contacts"],
            received=s["received"],
            pushed=s["pushed"],
            asked_for=s["asked"],
            not_received=s["contacts"] - s["received"],
            not_sent=s["not sent"],
            unlinked=s["unlinked"],
            customers_reached=s["reached"],
            customers_attempted=s["attempted"],
            master_rows=s["master rows"],
            master_customers=s["master customers"],
            strangers=s["strangers"],
            merged_customers=s["master rows"] - s["master customers"],
            cost_mils=s["cost"],
            without_cost=s["without cost"],
            unregistered=s["unregistered"],
            without_department=s["no department"],
            without_channel=s["no channel"],
            without_purpose=s["no purpose"],
            without_content=s["no content"],
            cells={k: g.truth() for k, g in self.cells.items()},
            departments={k: g.truth() for k, g in self.departments.items()},
            communications=self._communication_truth(),
            months=dict(self.months),
            pressure=self.pressure.truth(),
            pressure_by_department={k: p.truth() for k, p in self.by_department.items()},
            duplicates=self._duplicate_truth(),
            meetings=self._meeting_truth(),
            offers=self._offer_truth(),
            recognition={k: RecognitionTruth(*v) for k, v in sorted(self.recognition.items())},
            responses=s["responses"],
            responses_by_kind=dict(self.kinds),
            responding_customers=s["responding"],
            responders=s["responders"],
            curve=dict(sorted(curve.items())),
            many_contacts=sum(n for n, _ in many),
            many_contacts_never_responded=sum(n for _, n in many),
            states=s["states"],
            shared_identifiers=self._shared_truth(),
            people=tuple(self.people),
            common=self.extra.common_truth(self.common),
            flags=self.extra.flag_truth(),
            no_people=self.extra.no_people_truth(),
            contacts_to_no_people=self.extra.to_no_people,
            near=self.extra.near_truth(),
            no_near=self.extra.no_near(),
            planted=planted or {},
        )

    def _source_truth(self, figures: Mapping[str, Figures]) -> dict[str, SourceTruth]:
        out = {}
        for name, c in self.sources.items():
            f = figures.get(name, Figures(0))
            linked = c["unlinked"] if f.unlinked is None else f.unlinked, c["customers"], c["found"]
            out[name] = SourceTruth(f.rows, f.rejected, *linked, f.repeated, f.folded, f.replaced)
        return out

    def _communication_truth(self) -> dict[str, CommunicationTruth]:
        said = {m.communication.name: m.communication for m in MESSAGES}
        return {
            name: CommunicationTruth(
                said[name].registered, said[name].owner, n, self.said_reach[name], self.said_responders[name]
            )
            for name, n in self.said.items()
        }

    def _duplicate_truth(self) -> DuplicateTruth:
        s = self.sums
        return DuplicateTruth(
            checked=s["checked"],
            unchecked=s["unchecked"],
            within=sum(n for (a, b), n in self.repeats.items() if a == b),
            within_customers=s["repeated within"],
            between=sum(n for (a, b), n in self.repeats.items() if a != b),
            between_customers=s["repeated between"],
            customers=s["repeated"],
            cost_mils=s["repeat cost"],
            gaps=dict(sorted(self.gaps.items())),
            pairs={k: (n, self.repeat_customers[k]) for k, n in self.repeats.items()},
        )

    def _meeting_truth(self) -> MeetingTruth:
        several = sum(n for k, n in self.days.items() if k > 1)
        return MeetingTruth(
            customer_days=sum(self.days.values()),
            several=several,
            customers=self.sums["meeting customers"],
            most_departments=max(self.days, default=0),
            by_departments=dict(sorted(self.days.items())),
            pairs={k: (n, self.meeting_customers[k]) for k, n in sorted(self.meetings.items())},
        )

    def _offer_truth(self) -> OfferTruth:
        s = self.sums
        return OfferTruth(
            offers=s["offers"],
            without_validity=s["no validity"],
            pairs=sum(self.offers.values()),
            customers=s["offer customers"],
            most_at_once=self.at_once,
            same_product_pairs=s["same product"],
            same_product_customers=s["same product customers"],
            by_department=dict(sorted(self.offers.items())),
        )

    def _shared_truth(self) -> tuple[SharedTruth, ...]:
        p = self.placeholders
        return (
            SharedTruth("email", "noemail@example.com", p["master", NO_EMAIL], p["marketing", PLACEHOLDER]),
            SharedTruth("email", "counter@brightwater.example", 0, p["marketing", OWN_PLACEHOLDER]),
            SharedTruth("email", "office@rosewood-lettings.example", p["master", MANY_EMAIL], p["marketing", SHARED]),
            SharedTruth("email", "info@harbour-homes.example", p["master", INFO_EMAIL], p["marketing", INFO]),
            SharedTruth("phone", "0000000000", 0, p["sales", PLACEHOLDER]),
            SharedTruth("account", "0", 0, p["collections", PLACEHOLDER]),
        )


def _customers(batch: Batch, without_customer: Any) -> Iterable[tuple[int, list[Event]]]:
    """Each customer's contacts in the order of time; rows without a customer go to the callback."""
    c = batch.contacts
    unit = batch.people.unit[c.person - batch.people.first]
    day = local_day(c.minute)
    last_day = np.where(c.valid >= 0, day + c.valid, -1)
    ends = np.where(c.valid >= 0, minute(last_day + 1, 0) - 1, -1)
    order = np.lexsort((c.minute, unit))
    columns = [x[order].tolist() for x in (unit, c.minute, day, c.message, c.status, ends, last_day, c.nameless, c.key)]
    current, events = -1, list[Event]()
    for u, at, d, message, status, end, last, nameless, key in zip(*columns, strict=True):
        department = None if nameless else MESSAGES[message].communication.department
        event = Event(at, d, department, message, status, end, last)
        if key != PROPER:
            without_customer(event, key)
            continue
        if u != current:
            if events:
                yield current, events
            current, events = u, []
        events.append(event)
    if events:
        yield current, events


def _answers(batch: Batch) -> dict[int, set[str]]:
    """Communications each customer responded to."""
    r = batch.responses
    unit = batch.people.unit[r.person - batch.people.first]
    out: dict[int, set[str]] = defaultdict(set)
    for u, message in zip(unit.tolist(), r.message.tolist(), strict=True):
        out[u].update([MESSAGES[message].communication.name] if message >= 0 else [])
    return out


def _known_kinds(batch: Batch) -> dict[int, int]:
    """Kinds of identifier known of each customer, as bits; an e-mail address that names nobody is none."""
    who = batch.people
    known = np.where(who.email_of < 0, who.known & ~1, who.known)
    out: dict[int, int] = defaultdict(int)
    for unit, bits in zip(who.unit.tolist(), known.tolist(), strict=True):
        out[unit] |= bits
    return out
