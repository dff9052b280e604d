"""From merged counts to findings: every figure of the report, computed here and nowhere else.

Owns the arithmetic on counts (shares, quantiles, sums by name). Refuses rows: it sees the merged partial result, the
lookup and the manifest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from primum.audit import flags as held
from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.contents import Contents
from primum.audit.ending import Ending
from primum.audit.law import Law
from primum.audit.lookup import MICRO, Lookup
from primum.audit.near_duplicates import Alikes, Met
from primum.audit.non_people import Seeming
from primum.audit.partial import Partial
from primum.audit.sweep import GAP_LABELS, Frame
from primum.customers.tags import Word
from primum.strategy.models import Strategy
from primum.words.time import day_text
from primum.words.vocabulary import ATTEMPTED

DAYS_IN_MONTH = 30.4375
THRESHOLD = 5
TOP_PAIRS = 50


@dataclass(frozen=True)
class Ground:
    """What every finding is computed from."""

    strategy: Strategy
    frame: Frame
    total: Partial
    contents: Contents = field(default_factory=Contents)
    seeming: Seeming = field(default_factory=Seeming)
    alikes: Alikes = field(default_factory=Alikes)
    met: Met = field(default_factory=Met)
    law: Law | None = None
    ending: Ending | None = None

    @property
    def look(self) -> Lookup:
        """Codes and names."""
        return self.frame.lookup

    def count(self, name: str) -> int:
        """A single merged count."""
        return int(self.total.counts[name].sum())

    def title(self, department: Word) -> Word:
        """A department's title as people say it."""
        entry = self.strategy.departments.get(department) if department is not None else None
        return entry.title if entry else None


def money(micro: int) -> float:
    """Millionths to the strategy's currency."""
    return micro / MICRO


def period(ground: Ground) -> r.Period | None:
    """First and last local day with a contact."""
    first, last = int(ground.total.first["day"][0]), int(ground.total.last["day"][0])
    if last < first:
        return None
    days = last - first + 1
    return r.Period(day_text(first), day_text(last), days, days / DAYS_IN_MONTH)


def cells(ground: Ground) -> tuple[r.Cell, ...]:
    """Department x channel x message class, most contacts first."""
    counts, look = ground.total.counts, ground.look
    unregistered = unregistered_by_cell(ground)
    found = []
    for i, (department, channel, purpose) in enumerate(look.cells):
        contacts = int(counts["cell_contacts"][i])
        if not contacts:
            continue
        months = int(counts["cell_customer_months"][i])
        received = int(counts["cell_received"][i])
        without = int(counts["cell_without_cost"][i])
        found.append(
            r.Cell(
                look.departments[department],
                channel,
                purpose,
                contacts,
                received,
                int(counts["cell_asked"][i]),
                int(counts["cell_reach"][i]),
                months,
                linked_received(ground, i, received) / months if months else 0.0,
                money(int(counts["cell_cost"][i])) if without < contacts else None,
                int(unregistered[i]),
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.contacts, str(c.department), str(c.channel), str(c.purpose))))


def linked_received(ground: Ground, cell: int, received: int) -> int:
    """Received contacts of a cell that have a customer (those without one reach nobody we know)."""
    return received - int(ground.total.counts["cell_received_unlinked"][cell])


def attempted_by_tag(ground: Ground) -> np.ndarray:
    """Contacts (attempts) by tag."""
    attempted = (ground.look.tags[:, k.FLAGS] & k.ATTEMPTED) > 0
    return np.where(attempted, ground.total.counts["tags"], 0)


def unregistered_by_cell(ground: Ground) -> np.ndarray:
    """Contacts by cell whose communication is not in the register (or not recorded at all)."""
    by_tag = attempted_by_tag(ground)
    communication = ground.look.tags[:, k.COMMUNICATION]
    registered = np.array([*ground.look.registered, False])[communication]
    return np.bincount(
        ground.look.tags[:, k.CELL], weights=np.where(registered, 0, by_tag), minlength=len(ground.look.cells)
    ).astype(np.int64)


def contacts_by_communication(ground: Ground) -> np.ndarray:
    """Contacts (attempts) by communication code; the last entry counts those that name none."""
    code, size = ground.look.tags[:, k.COMMUNICATION], len(ground.look.communications)
    by_code = np.bincount(np.where(code < 0, size, code), weights=attempted_by_tag(ground), minlength=size + 1)
    return by_code.astype(np.int64)


def unregistered_communications(ground: Ground) -> int:
    """How many communications were sent that the register does not name."""
    sent = contacts_by_communication(ground)[:-1] > 0
    return int((sent & ~np.array(ground.look.registered, bool)).sum())


def without_owner(ground: Ground) -> int:
    """Contacts whose communication nobody owns: not registered, or registered without an owner."""
    entries = [ground.strategy.communications.get(name) for name in ground.look.communications]
    owned = np.array([*(bool(e and e.owner) for e in entries), False])
    return int(attempted_by_tag(ground)[~owned[ground.look.tags[:, k.COMMUNICATION]]].sum())


def volume(ground: Ground) -> r.Volume:
    """How much was said, in all."""
    counts, look, manifest = ground.total.counts, ground.look, ground.frame.history.manifest
    by_tag = attempted_by_tag(ground)
    contacts, received, asked = (ground.count(n) for n in ("cell_contacts", "cell_received", "cell_asked"))
    without_cost = ground.count("cell_without_cost")

    def lacking(attribute: str) -> int:
        column = look.columns[attribute]
        return int(by_tag[column.index == len(column.words) - 1].sum())

    statuses = look.columns["status"]
    other = ~statuses.holds(lambda w: w in ATTEMPTED)
    return r.Volume(
        contacts=contacts,
        received=received,
        pushed=received - asked,
        asked_for=asked,
        not_received=contacts - received,
        not_sent=int(counts["tags"][other].sum()),
        unlinked=manifest.unlinked.get("contacts", 0),
        customers_reached=ground.count("reached"),
        customers_known=manifest.customers,
        responses=manifest.rows.get("responses", 0) + manifest.unlinked.get("responses", 0),
        states=manifest.rows.get("states", 0) + manifest.unlinked.get("states", 0),
        cost=money(ground.count("cell_cost")) if without_cost < contacts else None,
        without_cost=without_cost,
        unregistered=int(unregistered_by_cell(ground).sum()),
        unregistered_communications=unregistered_communications(ground),
        without_department=lacking("department"),
        without_channel=lacking("channel"),
        without_purpose=lacking("purpose"),
        without_content=ground.count("counted") - ground.count("checked"),
        without_owner=without_owner(ground),
    )


def departments(ground: Ground) -> tuple[r.DepartmentFigures, ...]:
    """One line a department, most contacts first."""
    table = cells(ground)
    total = sum(c.contacts for c in table)
    communications = communications_by_department(ground)
    found = []
    for code, department in enumerate(ground.look.departments):
        own = [c for c in table if c.department == department]
        if not own:
            continue
        costs = [c.cost for c in own if c.cost is not None]
        entry = ground.strategy.departments.get(department) if department is not None else None
        found.append(
            r.DepartmentFigures(
                department,
                ground.title(department),
                entry.owner if entry else None,
                sum(c.contacts for c in own),
                sum(c.received for c in own),
                sum(c.asked_for for c in own),
                int(ground.total.counts["department_reach"][code]),
                sum(c.contacts for c in own) / total,
                sum(costs) if costs else None,
                sum(c.unregistered for c in own),
                len(communications.get(code, ())),
            )
        )
    return tuple(sorted(found, key=lambda d: (-d.contacts, str(d.department))))


def communications_by_department(ground: Ground) -> dict[int, set[int]]:
    """Per department code, the codes of the communications it sent."""
    used = attempted_by_tag(ground) > 0
    found: dict[int, set[int]] = {}
    pairs = np.unique(ground.look.tags[used][:, [k.DEPARTMENT, k.COMMUNICATION]], axis=0)
    for department, communication in pairs.tolist():
        if communication >= 0:
            found.setdefault(department, set()).add(communication)
    return found


def communications(ground: Ground) -> tuple[r.CommunicationFigures, ...]:
    """Every communication that was sent, by reach; owner None means nobody."""
    counts, look = ground.total.counts, ground.look
    tags, by_tag = look.tags, attempted_by_tag(ground)
    contacts = contacts_by_communication(ground)
    named = np.unique(look.response_communication)
    respond = set(named[named >= 0].tolist())
    order = np.argsort(tags[:, k.COMMUNICATION], kind="stable")
    bounds = np.searchsorted(tags[order, k.COMMUNICATION], np.arange(len(look.communications) + 1))
    found = []
    for code, name in enumerate(look.communications):
        if not contacts[code]:
            continue
        own = [t for t in order[bounds[code] : bounds[code + 1]].tolist() if by_tag[t]]
        entry = ground.strategy.communications.get(name)
        found.append(
            r.CommunicationFigures(
                name,
                entry.title if entry else None,
                entry is not None,
                entry.owner if entry else None,
                _words(look.departments[d] for d in {int(tags[t, k.DEPARTMENT]) for t in own}),
                _words(look.cells[c][1] for c in {int(tags[t, k.CELL]) for t in own}),
                next(iter(_words(look.cells[int(tags[t, k.CELL])][2] for t in own)), None),
                int(contacts[code]),
                int(counts["communication_reach"][code]),
                day_text(int(ground.total.first["communication"][code])),
                day_text(int(ground.total.last["communication"][code])),
                int(counts["communication_responders"][code]) if code in respond else None,
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.reach, -c.contacts, c.communication)))


def _words(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(sorted({w for w in words if w is not None}))


def months(ground: Ground) -> tuple[r.MonthFigures, ...]:
    """Contacts by department and calendar month."""
    table = ground.total.counts["months"]
    return tuple(
        r.MonthFigures(ground.look.departments[d], ground.frame.months[m], int(table[d, m]))
        for d, m in zip(*(a.tolist() for a in np.nonzero(table)), strict=True)
    )


def quantile(histogram: np.ndarray, share: float) -> int:
    """Nearest-rank quantile of values 0, 1, 2 ... counted in `histogram`; 0 where it is empty."""
    total = int(histogram.sum())
    if not total:
        return 0
    rank = max(1, -(-total * round(share * 1000) // 1000))
    return int(np.searchsorted(np.cumsum(histogram), rank))


def top_share(histogram: np.ndarray, share: float) -> float:
    """Share of all contacts that go to the most contacted `share` of customers (rounded up to a whole customer)."""
    customers = int(histogram.sum())
    values = np.arange(len(histogram))
    total = int((histogram * values).sum())
    if not total:
        return 0.0
    left = max(1, -(-customers * round(share * 1000) // 1000))
    taken = 0
    for value in range(len(histogram) - 1, 0, -1):
        count = min(left, int(histogram[value]))
        taken += count * value
        left -= count
        if not left:
            break
    return taken / total


def _pressure(department: Word, week: np.ndarray, month: np.ndarray, total: np.ndarray) -> r.PressureFigures:
    week, month, total = (np.concatenate([[0], h[1:]]) for h in (week, month, total))
    customers = int(week.sum())
    above = tuple(float(week[n + 1 :].sum() / customers) if customers else 0.0 for n in range(1, 11))

    def largest(histogram: np.ndarray) -> int:
        present = np.flatnonzero(histogram)
        return int(present[-1]) if len(present) else 0

    return r.PressureFigures(
        department,
        customers,
        int((total * np.arange(len(total))).sum()),
        quantile(week, 0.5),
        quantile(week, 0.9),
        quantile(week, 0.99),
        largest(week),
        quantile(month, 0.5),
        quantile(month, 0.9),
        quantile(month, 0.99),
        largest(month),
        above,
        top_share(total, 0.01),
        tuple((int(v), int(week[v])) for v in np.flatnonzero(week)),
    )


def pressure(ground: Ground) -> r.Pressure:
    """What lands on one customer, in all and by department."""
    h = ground.total.histograms
    own = [
        _pressure(d, h["department_week"][i], h["department_month"][i], h["department_total"][i])
        for i, d in enumerate(ground.look.departments)
    ]
    heard = sorted((p for p in own if p.customers), key=lambda p: (-p.contacts, str(p.department)))
    shared = sum(1 for s in ground.frame.history.manifest.shared if s.contacts)
    return r.Pressure(_pressure(None, h["week"], h["month"], h["total"]), tuple(heard), shared)


def duplicates(ground: Ground, window_days: int, examples: tuple[r.DuplicateExample, ...]) -> r.Duplicates:
    """Exact duplicates, within and between departments."""
    counts, tables, look = ground.total.counts, ground.total.tables, ground.look
    customers = tables["repeat_pair_customers"]
    pairs = [
        r.DuplicatePair(look.departments[a], look.departments[b], n, customers[(a, b)])
        for (a, b), n in tables["repeat_pairs"].items()
    ]
    names = (*look.communications, None)
    repeated = [
        r.DuplicatedCommunication(names[a], look.departments[da], names[b], look.departments[db], n)
        for (a, da, b, db), n in tables["repeat_communications"].items()
    ]
    cost, known = (int(v) for v in counts["repeat_cost"])
    within, between = (int(v) for v in counts["repeats"])
    hit = [int(v) for v in counts["repeat_customers"]]
    return r.Duplicates(
        window_days,
        ground.count("checked"),
        ground.count("counted") - ground.count("checked"),
        within,
        hit[0],
        between,
        hit[1],
        hit[2],
        money(cost) if known else None,
        tuple((label, int(n)) for label, n in zip(GAP_LABELS, counts["repeat_gaps"], strict=True)),
        tuple(sorted(pairs, key=lambda p: (-p.repeats, str(p.first), str(p.again)))),
        tuple(sorted(repeated, key=lambda p: (-p.repeats, str(p.first), str(p.again)))[:TOP_PAIRS]),
        examples,
    )


def meetings(ground: Ground) -> r.Meetings:
    """Days on which a customer heard from several departments."""
    counts, names = ground.total.counts, ground.look.departments
    on_day = counts["departments_on_day"]
    pairs = [
        r.Meeting(names[a], names[b], int(counts["meeting_days"][a, b]), int(counts["meeting_customers"][a, b]))
        for a, b in zip(*(x.tolist() for x in np.nonzero(counts["meeting_days"])), strict=True)
    ]
    present = np.flatnonzero(on_day)
    return r.Meetings(
        int(on_day.sum()),
        int(on_day[2:].sum()),
        ground.count("met"),
        int(present[-1]) if len(present) else 0,
        tuple((int(n), int(on_day[n])) for n in present),
        tuple(sorted(pairs, key=lambda m: (-m.customer_days, str(m.a), str(m.b)))),
    )


def live_offers(ground: Ground) -> r.LiveOffers:
    """Offers of one customer that are live at once."""
    counts, names = ground.total.counts, ground.look.departments
    pairs = counts["offer_pairs"]
    by_department = [
        r.OfferPair(names[a], names[b], int(pairs[a, b]))
        for a, b in zip(*(x.tolist() for x in np.nonzero(pairs)), strict=True)
    ]
    offers = ground.count("offers")
    return r.LiveOffers(
        offers,
        ground.count("counted") - offers,
        int(pairs.sum()),
        ground.count("offer_customers"),
        int(ground.total.last["offers"][0]),
        ground.count("product_pairs"),
        ground.count("product_customers"),
        ground.look.products_checked,
        tuple(sorted(by_department, key=lambda p: (-p.pairs, str(p.a), str(p.b)))),
        ground.count("offers_capped"),
        k.OFFER_CAP,
    )


def flags(ground: Ground) -> tuple[r.FlagFigures, ...]:
    """What was true of customers when they were contacted, by state; most contacts first."""
    found = [
        r.FlagFigures(name, *(int(n) for n in ground.total.counts["flags"][list(_FLAG_FIELDS), position]))
        for position, name in enumerate(ground.look.states.names)
    ]
    known = (f for f in found if f.dated or f.undated)
    return tuple(sorted(known, key=lambda f: (-f.contacts_during, -f.contacts_possible, f.state)))


_FLAG_FIELDS = (
    held.CUSTOMERS,
    held.DATED,
    held.UNDATED,
    held.DURING,
    held.CUSTOMERS_DURING,
    held.POSSIBLE,
    held.CUSTOMERS_POSSIBLE,
    held.WITHOUT_DAY,
)
"""The counts in the order of `FlagFigures`."""


def recognition(ground: Ground) -> tuple[r.PairRecognition, ...]:
    """How well each pair of departments' customers can be recognised in each other's data."""
    look, manifest = ground.look, ground.frame.history.manifest
    keys = department_keys(ground)
    bit = {kind: 1 << i for i, kind in enumerate(manifest.kinds)}
    kinds = ground.total.tables["kinds"]

    def recognisable(own: int, other: int) -> int:
        mask = sum(bit.get(kind, 0) for kind in keys[other])
        return sum(n for (d, held), n in kinds.items() if d == own and held & mask)

    heard = [d for d in range(len(look.departments) - 1) if ground.total.counts["department_reach"][d]]
    reach = ground.total.counts["department_reach"]
    return tuple(
        r.PairRecognition(
            look.departments[a],
            look.departments[b],
            keys[a],
            keys[b],
            int(reach[a]),
            int(reach[b]),
            recognisable(a, b),
            recognisable(b, a),
            int(ground.total.counts["shared"][a, b]),
        )
        for a, b in combinations(heard, 2)
    )


def department_keys(ground: Ground) -> dict[int, tuple[str, ...]]:
    """Per department code, the kinds of identifier its sources are keyed by."""
    look = ground.look
    kinds = {s.name: s.key_kinds for s in ground.frame.history.manifest.sources}
    used = attempted_by_tag(ground) > 0
    source = look.columns["source"]
    found: dict[int, set[str]] = {d: set() for d in range(len(look.departments))}
    for department, at in np.unique(np.column_stack([look.tags[:, k.DEPARTMENT], source.index])[used], axis=0).tolist():
        found[department] |= set(kinds.get(source.words[at] or "", ()))
    return {d: tuple(sorted(s)) for d, s in found.items()}


def responses(ground: Ground) -> r.Responses:
    """How customers responded, and how many never did."""
    counts, h, look = ground.total.counts, ground.total.histograms, ground.look
    kinds: dict[str, int] = {}
    for kind, n in zip(look.response_kind, counts["response_kinds"].tolist(), strict=True):
        if n:
            kinds[kind or "not recorded"] = kinds.get(kind or "not recorded", 0) + n
    naming = int(counts["response_kinds"][look.response_communication >= 0].sum())
    total, silent = h["heard"], h["silent"]
    curve = tuple(
        r.ResponseCurvePoint(int(n), int(total[n]), int(silent[n]) if n < len(silent) else 0)
        for n in np.flatnonzero(total)
        if n
    )
    many = [p for p in curve if p.contacts >= THRESHOLD]
    return r.Responses(
        sum(kinds.values()),
        tuple(sorted(kinds.items(), key=lambda kv: (-kv[1], kv[0]))),
        ground.count("response_customers"),
        naming,
        ground.count("communication_responders") if naming else None,
        curve,
        THRESHOLD,
        sum(p.customers for p in many),
        sum(p.never_responded for p in many),
    )
