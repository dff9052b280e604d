"""From a bucket to its partial result: read, run the compiled pass, gather.

Owns the pure function `bucket -> Partial` and the calendar it needs. Refuses to merge and to name things for people.
"""

import numpy as np
import pyarrow as pa

from primum.audit import flags
from primum.audit import kernels as k
from primum.audit.clashes import swept_clashes
from primum.audit.counting import counted as counted_rows
from primum.audit.counting import distinct
from primum.audit.frame import SENDING as SENDING
from primum.audit.frame import Frame as Frame
from primum.audit.frame import Span as Span
from primum.audit.frame import calendar_of as calendar_of
from primum.audit.frame import make_frame as make_frame
from primum.audit.frame import zone_table as zone_table
from primum.audit.lookup import MICRO
from primum.audit.non_people import entries_of, hidden_mask, kept_people
from primum.audit.opt_out_lag import swept_lag
from primum.audit.partial import BEST, EXAMPLES, Candidate, Partial, joined
from primum.history import Bucket
from primum.history.rows import Rows, no_rows, rows_of_table
from primum.words.time import US_PER_DAY

US_PER_HOUR = 3_600_000_000
GAPS_US = (1, US_PER_HOUR, US_PER_DAY, 3 * US_PER_DAY)
GAP_LABELS = ("at the same instant", "within an hour", "within a day", "within three days", "later")
CONTACT_COLUMNS = ("content", "valid_until", "cost")


def sweep_bucket(frame: Frame, number: int) -> Partial:
    """The partial result of one bucket."""
    bucket = frame.history.bucket(number, CONTACT_COLUMNS, states=bool(frame.lookup.states.names))
    customers = frame.history.customers(number, ["id", "hash", "kinds", "zone", "looks", "not_person"])
    return sweep(frame, bucket, customers)


def sweep(frame: Frame, bucket: Bucket, customers: pa.Table) -> Partial:
    """The partial result of rows already read."""
    rows = bucket.contacts
    counted, counts, extremes, kinds = _reach(frame, bucket, customers)
    counted = kept_people(counted, entries_of(customers) >= 0)
    hidden = hidden_mask(frame.hidden, bucket.number, customers)
    at = rows.at[counted.row]
    tag = rows.tag[counted.row]
    inside = _inside(frame, counted, at, tag)
    common = counted if inside is None else _only(counted, inside)
    repeats = _Repeats(frame, bucket, customers, counted, at, inside)
    people = _Pressure(frame, bucket, counted, at, None if inside is None else common)
    meetings, most_on_day = _meetings(frame, bucket, common)
    offer_counts, most_offers = _offers(frame, bucket, counted, None if inside is None else common)
    responded, response_kinds = _responded(frame, bucket)
    counts |= repeats.counts() | offer_counts
    counts |= {
        "meeting_days": meetings.days,
        "meeting_customers": meetings.customers,
        "departments_on_day": meetings.departments_on_day,
        "met": meetings.met,
        "counted": np.array([len(at)]),
        "cell_received_unlinked": np.zeros(len(frame.lookup.cells), np.int64),
        "response_kinds": response_kinds,
        "response_customers": np.array([int(responded.sum())]),
        "flags": _flags(frame, bucket, customers, counted),
    }
    partial = Partial(
        counts,
        {"day": extremes.days[:1], "communication": extremes.communication_first},
        {"day": extremes.days[1:], "communication": extremes.communication_last, "offers": most_offers},
        people.histograms(responded) | {"most_on_day": np.bincount(most_on_day, minlength=1)},
        {"kinds": kinds, **repeats.tables()},
        {
            "people": people.candidates(customers, hidden),
            "story": _story(bucket, customers, _worst_day(frame, bucket, common, meetings, hidden)),
            "repeat_within": repeats.examples(between=False),
            "repeat_between": repeats.examples(between=True),
        },
    )
    met = swept_clashes(frame, bucket, customers, hidden, counted, common)
    return joined(joined(partial, met), swept_lag(frame, bucket, customers))


def _inside(frame: Frame, counted: k.Counted, at: np.ndarray, tag: np.ndarray) -> np.ndarray | None:
    """Which counted contacts lie in the common period, by their local day; None where all do."""
    span = frame.common
    if span is None:
        return None
    day_only = (frame.lookup.tags[tag, k.FLAGS] & k.DAY_ONLY) > 0
    by_day = (counted.day >= span.first) & (counted.day <= span.last)
    inside = np.where(day_only, by_day, (at >= span.begins) & (at < span.ends))
    return None if inside.all() else inside


def _only(counted: k.Counted, kept: np.ndarray) -> k.Counted:
    """The counted contacts that are kept, in the same order."""
    place = np.concatenate([[0], np.cumsum(kept)])
    return k.Counted(place[counted.offsets], counted.row[kept], counted.day[kept], counted.department[kept])


def _reach(
    frame: Frame, bucket: Bucket, customers: pa.Table
) -> tuple[k.Counted, dict[str, np.ndarray], k.Reach, dict[tuple[int, ...], int]]:
    """Reach and volumes of a bucket, and the contacts that count for pressure."""
    rows, look = bucket.contacts, frame.lookup
    calendar, unreadable = calendar_of(frame, customers, bucket.customers)
    masks, kind_set = np.unique(customers["kinds"].to_numpy(), return_inverse=True)
    responses = bucket.responses
    out = _empty_reach(frame, len(masks))
    n = len(rows.at)
    counted = k.Counted(
        np.zeros(bucket.customers + 1, np.int64), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    )
    filled = k.reach(
        rows.offsets,
        rows.at,
        rows.tag,
        look.tags,
        calendar,
        kind_set.astype(np.int32),
        responses.offsets if responses is not None else np.zeros(1, np.int64),
        look.response_communication[responses.tag] if responses is not None else np.empty(0, np.int32),
        out,
        counted,
    )
    counted = k.Counted(counted.offsets, counted.row[:filled], counted.day[:filled], counted.department[:filled])
    counts: dict[str, np.ndarray] = _volumes(frame, rows) | {name: getattr(out, name) for name in REACH_COUNTS}
    counts["unreadable_zone"] = np.array([unreadable])
    table: dict[tuple[int, ...], int] = {
        (int(d), int(masks[m])): int(out.kinds[d, m]) for d, m in zip(*np.nonzero(out.kinds), strict=True)
    }
    return counted, counts, out, table


REACH_COUNTS = (
    "cell_received",
    "cell_asked",
    "cell_reach",
    "cell_customer_months",
    "department_reach",
    "communication_reach",
    "communication_responders",
    "months",
    "shared",
    "reached",
)


def _empty_reach(frame: Frame, kind_sets: int) -> k.Reach:
    look = frame.lookup
    d, cells, c = len(look.departments), len(look.cells), len(look.communications)

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.int64)

    most = np.iinfo(np.int64).max
    return k.Reach(
        cell_received=zeros(cells),
        cell_asked=zeros(cells),
        cell_reach=zeros(cells),
        cell_customer_months=zeros(cells),
        department_reach=zeros(d),
        communication_reach=zeros(c),
        communication_first=np.full(c, most),
        communication_last=np.full(c, -most),
        communication_responders=zeros(c),
        months=zeros(d, len(frame.months)),
        shared=zeros(d, d),
        kinds=zeros(d, kind_sets),
        days=np.array([most, -most]),
        reached=zeros(1),
    )


def _volumes(frame: Frame, rows: Rows) -> dict[str, np.ndarray]:
    """Contacts by tag, and what they cost by cell: the row's own cost, else its channel's unit cost."""
    look = frame.lookup
    by_tag = np.bincount(rows.tag, minlength=len(look.tags))
    attempted = (look.tags[:, k.FLAGS] & k.ATTEMPTED) > 0
    cells = look.tags[:, k.CELL]
    size = len(look.cells)
    stated_cost, stated = np.zeros(size, np.int64), np.zeros(size, np.int64)
    cost = row_costs(rows)
    if cost is not None:
        own = np.flatnonzero((cost != k.MISSING) & attempted[rows.tag])
        np.add.at(stated_cost, cells[rows.tag[own]], cost[own])
        stated = np.bincount(cells[rows.tag[own]], minlength=size)
    contacts = np.zeros(size, np.int64)
    np.add.at(contacts, cells[attempted], by_tag[attempted])
    known = look.unit_cost != k.MISSING
    return {
        "tags": by_tag,
        "cell_contacts": contacts,
        "cell_cost": stated_cost + np.where(known, look.unit_cost, 0) * (contacts - stated),
        "cell_without_cost": np.where(known, 0, contacts - stated),
    }


def row_costs(rows: Rows) -> np.ndarray | None:
    """The cost each row states, in millionths, MISSING where it states none; None where no source has costs."""
    if "cost" not in rows.columns:
        return None
    stated = rows.columns["cost"]
    return np.where(np.isnan(stated), k.MISSING, np.rint(np.nan_to_num(stated) * MICRO).astype(np.int64))


def _meetings(frame: Frame, bucket: Bucket, counted: k.Counted) -> tuple[k.Meetings, np.ndarray]:
    d = len(frame.lookup.departments)
    out = k.Meetings(
        np.zeros((d, d), np.int64),
        np.zeros((d, d), np.int64),
        np.zeros(d + 1, np.int64),
        np.zeros(1, np.int64),
        np.array([-1, 0, 0, 0], np.int64),
    )
    most_on_day = np.zeros(bucket.customers, np.int32)
    k.meetings(counted.offsets, counted.day.copy(), counted.department.copy(), most_on_day, out)
    return out, most_on_day[np.diff(counted.offsets) > 0]


def _worst_day(
    frame: Frame, bucket: Bucket, counted: k.Counted, meetings: k.Meetings, hidden: np.ndarray
) -> np.ndarray:
    """The day of most departments at a customer who may be shown; counted again where it is somebody else's."""
    customer = int(meetings.best[0])
    if customer < 0 or not hidden[customer]:
        return meetings.best
    return _meetings(frame, bucket, kept_people(counted, hidden))[0].best


def _offers(
    frame: Frame, bucket: Bucket, counted: k.Counted, common: k.Counted | None
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Live offers; where a common period is given, pairs of two departments are those among its contacts."""
    held = np.zeros((bucket.customers, 2), bool)
    pairs, totals = _live(frame, bucket, counted, k.EVERY_PAIR if common is None else k.ONE_DEPARTMENT, held)
    if common is not None:
        between, further = _live(frame, bucket, common, k.BETWEEN, held)
        pairs, totals = pairs + between, totals + further * np.array([0, 0, 1, 0])
    return {
        "offers": totals[0:1],
        "offer_customers": held[:, 0].sum(keepdims=True),
        "product_pairs": totals[2:3],
        "product_customers": held[:, 1].sum(keepdims=True),
        "offers_capped": totals[3:4],
        "offer_pairs": pairs,
    }, totals[1:2]


def _live(
    frame: Frame, bucket: Bucket, counted: k.Counted, which: int, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of live offers by departments, and the totals of `kernels.Offers`; `held` is filled."""
    rows, look = bucket.contacts, frame.lookup
    out = k.Offers(np.zeros((len(look.departments),) * 2, np.int64), np.zeros(4, np.int64))
    if "valid_until" in rows.columns:
        tag = rows.tag[counted.row]
        k.offers(
            counted.offsets,
            rows.at[counted.row],
            rows.columns["valid_until"][counted.row],
            counted.department,
            look.tags[tag, k.COMMUNICATION],
            look.tags[tag, k.PRODUCTS],
            look.product_overlap,
            which,
            held,
            out,
        )
    return out.pairs, out.totals


def _flags(frame: Frame, bucket: Bucket, customers: pa.Table, counted: k.Counted) -> np.ndarray:
    """Contacts during which states held; [flags.COUNTS, states]."""
    states, look = bucket.states, frame.lookup
    out = np.zeros((flags.COUNTS, len(look.states.names)), np.int64)
    if states is None or not look.states.names:
        return out
    calendar, _ = calendar_of(frame, customers, bucket.customers)
    tag = bucket.contacts.tag[counted.row]
    open_ended = np.full(len(states.at), k.MISSING)
    flags.holding(
        counted.offsets,
        bucket.contacts.at[counted.row],
        counted.day,
        look.tags[tag, k.FLAGS],
        look.states.values[tag],
        calendar,
        flags.Held(states.offsets, states.at, states.columns.get("until", open_ended), states.tag),
        look.states.tags,
        look.states.scopes,
        out,
    )
    return out


class _Pressure:
    """How much lands on each customer of a bucket."""

    def __init__(
        self, frame: Frame, bucket: Bucket, counted: k.Counted, at: np.ndarray, common: k.Counted | None
    ) -> None:
        """`common`: the contacts of the common period, where some lie outside it."""
        n, d = bucket.customers, len(frame.lookup.departments)
        self._number = bucket.number
        self.total = np.diff(counted.offsets)
        self.week, self.month = np.zeros(n, np.int32), np.zeros(n, np.int32)
        self._by_department = np.zeros((3, d, k.HISTOGRAM), np.int64)
        self._overflow = k.pressure(
            counted.offsets, at, counted.department, d, frame.week_us, self.week, self.month, self._by_department
        )
        self._together = (self.week, self.month, self.total)
        if common is not None:
            week, month = np.zeros(n, np.int32), np.zeros(n, np.int32)
            k.busiest(common.offsets, bucket.contacts.at[common.row], frame.week_us, week, month)
            self._together = (week, month, np.diff(common.offsets))

    def histograms(self, responded: np.ndarray) -> dict[str, np.ndarray]:
        """Customers by busiest 7 days, 30 days and total, also by department; all and the silent ones by total.

        What is over all departments is of the common period; `heard` and `silent` are of the whole.
        """
        heard = self.total > 0
        together = self._together[2] > 0
        names = ("week", "month", "total")
        found = {n: np.bincount(v[together], minlength=1) for n, v in zip(names, self._together, strict=True)}
        found |= {
            "heard": np.bincount(self.total[heard], minlength=1),
            "silent": np.bincount(self.total[heard & ~responded], minlength=1),
        }
        for i, name in enumerate(("department_week", "department_month", "department_total")):
            extra = self._overflow[:, i + 1]
            wide = np.zeros((self._by_department.shape[1], max(k.HISTOGRAM, int(extra.max(initial=0)) + 1)), np.int64)
            wide[:, : k.HISTOGRAM] = self._by_department[i]
            np.add.at(wide, (self._overflow[:, 0], extra), 1)
            found[name] = wide
        return found

    def candidates(self, customers: pa.Table, hidden: np.ndarray) -> tuple[Candidate, ...]:
        """The most contacted people of the bucket who may be shown: by busiest 7 days, then by total."""
        heard = np.flatnonzero((self.total > 0) & ~hidden)
        hashes = customers["hash"].to_numpy()
        best = heard[np.lexsort((hashes[heard], -self.total[heard], -self.week[heard]))[:BEST]]
        ids = customers["id"].take(pa.array(best)).to_pylist()
        return tuple(
            Candidate((-int(self.week[c]), -int(self.total[c])), int(hashes[c]), i, self._number, int(c))
            for c, i in zip(best, ids, strict=True)
        )


def _responded(frame: Frame, bucket: Bucket) -> tuple[np.ndarray, np.ndarray]:
    """Which customers gave a sign of life (any response but a bounce), and responses by tag."""
    rows = bucket.responses
    if rows is None:
        return np.zeros(bucket.customers, bool), np.zeros(len(frame.lookup.response_kind), np.int64)
    alive = np.array([kind != "bounced" for kind in frame.lookup.response_kind], bool)
    owner = np.repeat(np.arange(bucket.customers), np.diff(rows.offsets))
    responded = np.zeros(bucket.customers, bool)
    responded[owner[alive[rows.tag]]] = True
    return responded, np.bincount(rows.tag, minlength=len(frame.lookup.response_kind))


def _story(bucket: Bucket, customers: pa.Table, best: np.ndarray) -> tuple[Candidate, ...]:
    customer, day, departments, contacts = (int(v) for v in best)
    if customer < 0:
        return ()
    row = customers.slice(customer, 1)
    rank = (-departments, -contacts)
    return (Candidate(rank, row["hash"][0].as_py(), row["id"][0].as_py(), bucket.number, customer, (day,)),)


class _Repeats:
    """The exact duplicates of a bucket, counted every way the report needs."""

    def __init__(
        self,
        frame: Frame,
        bucket: Bucket,
        customers: pa.Table,
        counted: k.Counted,
        at: np.ndarray,
        inside: np.ndarray | None,
    ) -> None:
        """`inside`: which counted contacts lie in the common period; repeats between departments need both there."""
        self._bucket, self._customers, self._look = bucket, customers, frame.lookup
        found, self.checked = np.empty((0, 3), np.int32), 0
        if "content" in bucket.contacts.columns:
            content = bucket.contacts.columns["content"][counted.row]
            has = bucket.contacts.has_content
            usable = has[counted.row] if has is not None else np.empty(0, bool)
            found, self.checked = k.repeats(counted.offsets, at, content, usable, frame.repeat_us)
        if inside is not None:
            found = found[_comparable(frame, counted.department, inside, found)]
        self.customer, self.earlier, self.again = found[:, 0], counted.row[found[:, 1]], counted.row[found[:, 2]]
        tags, tag = frame.lookup.tags, bucket.contacts.tag
        a, b = tags[tag[self.earlier]], tags[tag[self.again]]
        self.department_a, self.department_b = a[:, k.DEPARTMENT], b[:, k.DEPARTMENT]
        self.communication_a, self.communication_b = a[:, k.COMMUNICATION], b[:, k.COMMUNICATION]
        self._cell = b[:, k.CELL]
        self.at = bucket.contacts.at[self.again]
        known = a[:, k.FLAGS] | b[:, k.FLAGS], b[:, k.FLAGS]
        days = counted.day[found[:, 2]].astype(np.int64) - counted.day[found[:, 1]]
        self.gap = _longest_gaps(self.at - bucket.contacts.at[self.earlier], days, *known)
        nobody = len(frame.lookup.departments) - 1
        known = (self.department_a != nobody) & (self.department_b != nobody)
        self.between = known & (self.department_a != self.department_b)

    def counts(self) -> dict[str, np.ndarray]:
        """Repeats within and between departments, customers hit, gaps, cost."""
        cost = self._look.unit_cost[self._cell]
        stated = row_costs(self._bucket.contacts)
        if stated is not None:
            cost = np.where(stated[self.again] == k.MISSING, cost, stated[self.again])
        known = cost != k.MISSING
        parts = (~self.between, self.between, slice(None))
        return {
            "checked": np.array([self.checked]),
            "repeats": np.array([(~self.between).sum(), self.between.sum()]),
            "repeat_customers": np.array([len(np.unique(self.customer[p])) for p in parts]),
            "repeat_gaps": np.bincount(np.searchsorted(GAPS_US, self.gap, side="right"), minlength=len(GAP_LABELS)),
            "repeat_cost": np.array([cost[known].sum(), known.sum()]),
        }

    def tables(self) -> dict[str, dict[tuple[int, ...], int]]:
        """Repeats and customers by pair of departments; repeats by pair of communications."""
        pairs = np.stack([self.department_a, self.department_b], axis=1)
        hit = distinct(np.column_stack([pairs, self.customer]))[:, :2]
        communications = np.stack(
            [self.communication_a, self.department_a, self.communication_b, self.department_b], axis=1
        )
        return {
            "repeat_pairs": counted_rows(pairs),
            "repeat_pair_customers": counted_rows(hit),
            "repeat_communications": counted_rows(communications),
        }

    def examples(self, *, between: bool) -> tuple[Candidate, ...]:
        """The closest repeats, one a customer."""
        chosen = np.flatnonzero(self.between == between)
        hashes = self._customers["hash"].to_numpy()
        order = chosen[np.lexsort((self.at[chosen], hashes[self.customer[chosen]], self.gap[chosen]))]
        found: dict[int, Candidate] = {}
        for i in order:
            c = int(self.customer[i])
            if c not in found:
                first = int(self._bucket.contacts.offsets[c])
                rows = (int(self.earlier[i]) - first, int(self.again[i]) - first)
                identity = self._customers["id"][c].as_py()
                found[c] = Candidate((int(self.gap[i]),), int(hashes[c]), identity, self._bucket.number, c, rows)
            if len(found) == EXAMPLES:
                break
        return tuple(found.values())


def _longest_gaps(gap: np.ndarray, days: np.ndarray, either: np.ndarray, again: np.ndarray) -> np.ndarray:
    """How far apart (microseconds) two contacts lie at most, where only the hour or the day of one is known.

    Args:
        gap, days: between their instants, and between their local days.
        either: flags of either contact; `again`: of the later one.
    """
    hours = np.where(again & k.HOUR_ONLY, gap + US_PER_HOUR - 1, gap)
    return np.where(either & k.DAY_ONLY, (np.maximum(days, 0) + 1) * US_PER_DAY - 1, hours)


def _comparable(frame: Frame, department: np.ndarray, inside: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Which repeats count: those of one department, and between two those of which both lie in the common period."""
    earlier, again = found[:, 1], found[:, 2]
    nobody = len(frame.lookup.departments) - 1
    a, b = department[earlier], department[again]
    return np.asarray((a == b) | (a == nobody) | (b == nobody) | (inside[earlier] & inside[again]))


def sweep_unlinked(frame: Frame, rows: pa.Table) -> Partial:
    """What rows without a customer add: volume, months and cost, nothing that is about a customer."""
    bucket = Bucket(-1, 1, rows_of_table(rows, np.array([0, rows.num_rows], np.int64), ["cost"]), None, None)
    nobody = pa.table({"id": [""], "hash": pa.array([0], pa.uint64()), "kinds": pa.array([0], pa.uint64())})
    _, counts, extremes, _ = _reach(frame, bucket, nobody)
    empty = sweep(frame, Bucket(-1, 1, no_rows(1), None, None), nobody)
    kept = ("tags", "cell_contacts", "cell_received", "cell_asked", "cell_cost", "cell_without_cost", "months")
    return Partial(
        empty.counts | {name: counts[name] for name in kept} | {"cell_received_unlinked": counts["cell_received"]},
        {"day": extremes.days[:1], "communication": extremes.communication_first},
        empty.last | {"day": extremes.days[1:], "communication": extremes.communication_last},
        empty.histograms,
        empty.tables,
        empty.candidates,
    )
