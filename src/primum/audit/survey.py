"""When sources and departments have rows: one light look at every contact and response before the audit proper.

Owns the counts by source, week, month and day, their merge, and the days that departments have in common. Refuses
customers: a row is counted whether or not it is linked.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from primum.audit import kernels as k
from primum.audit.sweep import Frame, Span, zone_table
from primum.history.manifest import SourceEntry
from primum.history.read import Rows, rows_of_table
from primum.words.time import EPOCH_DAY, US_PER_DAY, instant_us

THREADS = 2
LARGE = 0.01
"""A department with at least this share of all contacts takes part in the common period."""
MOST_CELLS = 4_000_000
"""Sources times days beyond which batch stamps are not looked for."""
BATCH = 100
"""Rows of a day from which on one instant for nearly all of them is a job's, not a sending's."""
NEARLY_ALL = 0.9
_NEVER = np.iinfo(np.int64)
_AHEAD = ("proposed", "planned")


@dataclass(frozen=True)
class Plan:
    """What every bucket of a survey of one relation shares."""

    sources: tuple[str | None, ...]
    meaning: np.ndarray
    departments: int
    zone: np.ndarray
    limit: np.ndarray
    now: int
    zones: k.Zones
    grid: k.Grid
    days: int
    months: int
    stamps: bool


@dataclass(frozen=True)
class Surveyed:
    """The merged counts of one relation (see `kernels.Survey`); `batches` is filled by `batches_of`."""

    plan: Plan
    counts: k.Survey
    batches: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Source -> (days that look like one batch, their rows at the one instant, an example instant)."""


def survey_contacts(frame: Frame, now: int) -> Surveyed:
    """Every contact, linked or not."""
    columns, tags = frame.lookup.columns, frame.lookup.tags
    source = columns["source"]
    flags = tags[:, k.FLAGS] & (k.ATTEMPTED | k.DAY_ONLY)
    flags |= np.where(columns["status"].holds(lambda w: w in _AHEAD), k.AHEAD, 0).astype(flags.dtype)
    flags |= np.where(columns["at_precision"].holds(lambda w: w == "instant"), k.STAMPED, 0).astype(flags.dtype)
    meaning = np.column_stack([source.index, tags[:, k.DEPARTMENT], flags]).astype(np.int32)
    plan = _plan(frame, source.words, meaning, len(frame.lookup.departments), now, stamps=True)
    done = _survey_all(frame, plan, "contacts")
    return replace(done, batches=batches_of(frame, done))


def survey_responses(frame: Frame, now: int) -> Surveyed:
    """Every response: when its sources have rows."""
    table = frame.history.tags("responses")
    encoded = table["source"].combine_chunks().dictionary_encode()
    words = (*encoded.dictionary.to_pylist(), None)
    day_only = pc.equal(table["at_precision"], "day").combine_chunks().fill_null(False)
    meaning = np.zeros((table.num_rows, 3), np.int32)
    meaning[:, 0] = encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    meaning[:, 2] = np.where(day_only.to_numpy(zero_copy_only=False), k.DAY_ONLY, 0)
    return _survey_all(frame, _plan(frame, words, meaning, 1, now, stamps=False), "responses")


def _plan(
    frame: Frame,
    words: tuple[str | None, ...],
    meaning: np.ndarray,
    departments: int,
    now: int,
    *,
    stamps: bool,
) -> Plan:
    entries = {s.name: s for s in frame.history.manifest.sources}
    first, last = _extent(entries.values())
    day0 = first // US_PER_DAY - 2
    days = last // US_PER_DAY + 3 - day0
    dates = np.arange(day0, day0 + days).astype("datetime64[D]").astype("datetime64[M]")
    look = frame.lookup
    tables = [zone_table(name, first - 2 * US_PER_DAY, last + 2 * US_PER_DAY) for name in look.zones]
    zone = [look.zones.index(look.zone_of_source.get(w or "", frame.zone)) for w in words]
    return Plan(
        words,
        meaning,
        departments,
        np.array(zone, np.int64),
        np.array([_limit(entries.get(w or ""), now) for w in words], np.int64),
        now,
        k.Zones(
            np.cumsum([0, *(len(t[0]) for t in tables)]).astype(np.int64),
            np.concatenate([t[0] for t in tables]),
            np.concatenate([t[1] for t in tables]),
        ),
        k.Grid(int(day0), int(day0 - (day0 + 3) % 7), dates.astype(np.int64) - int(dates[0].astype(np.int64))),
        int(days),
        int(dates[-1].astype(np.int64) - dates[0].astype(np.int64)) + 1,
        stamps and len(words) * days <= MOST_CELLS,
    )


def _extent(entries: Iterable[SourceEntry]) -> tuple[int, int]:
    """First and last instant of all contacts and responses."""
    extents = [(s.first, s.last) for s in entries if s.kind not in ("states", "customers", "identifiers")]
    first = min((f for f, _ in extents if f is not None), default=0)
    return first, max((x for _, x in extents if x is not None), default=first)


def _limit(entry: SourceEntry | None, now: int) -> int:
    """A day after the newest file of a source was written: nothing it holds can have been sent later.

    A file's time that lies before its rows is no such time (archives set it to 1980): then the audit's own counts.
    """
    written = max((f.modified_ns // 1000 for f in entry.files), default=0) if entry else 0
    begins = entry.first if entry and entry.first is not None else 0
    return (written if written > max(begins, 0) else now) + US_PER_DAY


def _survey_all(frame: Frame, plan: Plan, relation: str) -> Surveyed:
    """The survey of every bucket and of the rows without a customer, merged."""
    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(lambda rows: survey(plan, rows), _rows(frame, relation))
        return Surveyed(plan, reduce(merge, parts, _empty(plan)))


def _rows(frame: Frame, relation: str) -> Iterator[Rows]:
    for number in frame.history.buckets:
        rows = frame.history.rows(relation, number)
        if rows is not None:
            yield rows
    unlinked = frame.history.unlinked(relation)
    if unlinked is not None:
        yield rows_of_table(unlinked, np.array([0, unlinked.num_rows], np.int64), ())


def survey(plan: Plan, rows: Rows) -> k.Survey:
    """The counts of some rows."""
    out = _empty(plan)
    k.survey(rows.at, rows.tag, plan.meaning, plan.zone, plan.limit, plan.now, plan.zones, plan.grid, out)
    return out


def _empty(plan: Plan) -> k.Survey:
    s = len(plan.sources)
    stamps = (s, plan.days) if plan.stamps else (0, 0)
    return k.Survey(
        np.zeros((s, plan.days // 7 + 2), np.int64),
        np.zeros((s, plan.months), np.int64),
        np.zeros(plan.days, np.int64),
        np.zeros(plan.departments, np.int64),
        np.full(plan.departments, _NEVER.max),
        np.full(plan.departments, _NEVER.min),
        np.full(s, _NEVER.min),
        np.zeros((s, 3), np.int64),
        np.zeros(stamps, np.int64),
        np.zeros(stamps, np.int64),
        np.zeros(stamps, np.int64),
    )


def merge(a: k.Survey, b: k.Survey) -> k.Survey:
    """Combine two surveys. Counts add and extremes compete, equal for any split.

    Leaders are merged by majority vote (Misra and Gries 1982, Agarwal et al. 2012): which instant leads where none
    holds more than half depends on the split, so `batches_of` counts again before anything is said.
    """
    same = a.leader == b.leader
    ahead = a.lead >= b.lead
    return k.Survey(
        a.weeks + b.weeks,
        a.months + b.months,
        a.days + b.days,
        a.departments + b.departments,
        np.minimum(a.first, b.first),
        np.maximum(a.last, b.last),
        np.maximum(a.newest, b.newest),
        a.stamps + b.stamps,
        a.stamped + b.stamped,
        np.where(ahead, a.leader, b.leader),
        np.where(same, a.lead + b.lead, np.abs(a.lead - b.lead)),
    )


def batches_of(frame: Frame, done: Surveyed) -> dict[str, tuple[int, int, int]]:
    """Days of at least BATCH rows of which nearly all share one exact instant, by source; counted exactly.

    Where an instant holds a share f > 1/2 of n rows, its lead is at least (2 f - 1) n: only such days are counted
    again, and mostly there are none.
    """
    c = done.counts
    if not c.stamped.size:
        return {}
    suspects = np.argwhere((c.stamped >= BATCH) & (c.lead >= (2 * NEARLY_ALL - 1) * c.stamped))
    if not len(suspects):
        return {}
    instants = np.unique(c.leader[tuple(suspects.T)])
    hits = np.zeros((len(done.plan.sources), len(instants)), np.int64)
    for rows in _rows(frame, "contacts"):
        hits += _hits(done.plan, rows, instants)
    found: dict[str, tuple[int, int, int]] = {}
    for s, d in suspects.tolist():
        at, name = int(c.leader[s, d]), done.plan.sources[s]
        count = int(hits[s, np.searchsorted(instants, at)])
        if name is not None and count > NEARLY_ALL * int(c.stamped[s, d]):
            days, rows_so_far, example = found.get(name, (0, 0, at))
            found[name] = (days + 1, rows_so_far + count, example)
    return found


def _hits(plan: Plan, rows: Rows, instants: np.ndarray) -> np.ndarray:
    """[S, instants] rows known to the instant that stand at one of these instants."""
    place = np.minimum(np.searchsorted(instants, rows.at), len(instants) - 1)
    meaning = plan.meaning[rows.tag]
    hit = (instants[place] == rows.at) & ((meaning[:, 2] & k.STAMPED) > 0)
    code = meaning[hit, 0].astype(np.int64) * len(instants) + place[hit]
    return np.bincount(code, minlength=len(plan.sources) * len(instants)).reshape(-1, len(instants))


@dataclass(frozen=True)
class Common:
    """The common period by department codes; `span` is None where there is no common day."""

    span: Span | None
    departments: tuple[int, ...]
    left_out: tuple[int, ...]
    outside: int


def common_period(frame: Frame, done: Surveyed) -> Common:
    """From the latest first to the earliest last day of the departments that hold at least 1% of all contacts."""
    c = done.counts
    held = c.departments[:-1]
    large = [d for d, n in enumerate(held.tolist()) if n and n >= LARGE * c.departments.sum()]
    small = [d for d, n in enumerate(held.tolist()) if d not in large and c.last[d] >= c.first[d]]
    span, outside = None, 0
    if large:
        first, last = int(c.first[large].max()), int(c.last[large].min())
        if first <= last:
            span = Span(first, last, day_begins(frame.zone, first), day_begins(frame.zone, last + 1))
            inside = c.days[first - done.plan.grid.day0 : last + 1 - done.plan.grid.day0]
            outside = int(c.days.sum() - inside.sum())
    return Common(span, tuple(large), tuple(small), outside)


def day_begins(zone: str, day: int) -> int:
    """The instant at which a local day begins, in microseconds: where midnight is skipped, that of the change."""
    date = EPOCH_DAY + timedelta(days=day)
    return instant_us(datetime(date.year, date.month, date.day, tzinfo=ZoneInfo(zone)))


def with_common(frame: Frame, common: Common) -> Frame:
    """The frame for the audit proper: restricted where contacts lie outside the common period."""
    return replace(frame, common=common.span if common.outside else None)
