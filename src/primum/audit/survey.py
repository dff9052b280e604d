"""When sources and departments have rows: one light look at every contact and response before the audit proper.

Owns the counts by group and local day, their merge, and the days that departments have in common. Refuses customers: a
row is counted whether or not it is linked.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from primum.audit import kernels as k
from primum.audit.sweep import Frame, Span, zone_table
from primum.history.manifest import SourceEntry
from primum.history.rows import Rows, rows_of_table
from primum.words.time import EPOCH_DAY, US_PER_DAY, instant_us

THREADS = 2
LARGE = 0.01
"""A department with at least this share of all contacts takes part in the common period."""
MOST_CELLS = 4_000_000
"""Sources times days beyond which batch stamps are not looked for."""
ALL_ASKED = 2_000_000
"""Contacts up to which each is asked for its stamp; of more, one in SAMPLE is."""
SAMPLE = 16
BATCH = 100
"""Rows of a day from which on one instant for nearly all of them is a job's, not a sending's."""
NEARLY_ALL = 0.9
_NEVER = np.iinfo(np.int64)
_AHEAD = ("proposed", "planned")


@dataclass(frozen=True)
class Plan:
    """What every bucket of a survey of one relation shares."""

    sources: tuple[str | None, ...]
    department: np.ndarray
    """Per group its department."""
    groups: k.Groups
    now: int
    zones: k.Zones
    day0: int
    days: int
    every: int
    """One in so many rows is asked for its stamp; 0: none is."""


@dataclass(frozen=True)
class Batches:
    """Days on which nearly all of a source's contacts carry one instant: how many, their rows, one of the instants."""

    days: int
    rows: int
    example: int


@dataclass(frozen=True)
class Surveyed:
    """The merged counts of one relation."""

    plan: Plan
    counts: k.Survey
    batches: dict[str, Batches]

    def of_source(self, name: str) -> np.ndarray | None:
        """The groups of a source; None where it has no rows here."""
        if name not in self.plan.sources:
            return None
        return np.flatnonzero(self.plan.groups.source == self.plan.sources.index(name))

    def having(self, flag: int) -> np.ndarray:
        """For each group, whether it has a flag."""
        return np.asarray((self.plan.groups.flags & flag) > 0)

    def own_days(self, groups: np.ndarray) -> np.ndarray:
        """[groups, N] rows by the local day of their source."""
        place = self.plan.groups.elsewhere[groups]
        days = self.counts.days[groups]
        if len(self.counts.own):
            days = np.where((place >= 0)[:, None], self.counts.own[place], days)
        return np.asarray(days)


def survey_contacts(frame: Frame, now: int) -> Surveyed:
    """Every contact, linked or not."""
    columns, tags = frame.lookup.columns, frame.lookup.tags
    flags = tags[:, k.FLAGS].astype(np.int64) & (k.ATTEMPTED | k.DAY_ONLY)
    flags |= np.where(columns["status"].holds(lambda w: w in _AHEAD), k.AHEAD, 0)
    flags |= np.where(columns["at_precision"].holds(lambda w: w == "instant"), k.STAMPED, 0)
    meaning = np.column_stack([columns["source"].index, tags[:, k.DEPARTMENT], flags])
    manifest = frame.history.manifest
    rows = manifest.rows.get("contacts", 0) + manifest.unlinked.get("contacts", 0)
    every = 1 if rows <= ALL_ASKED else SAMPLE
    done = _survey_all(frame, _plan(frame, columns["source"].words, meaning, now, every), "contacts")
    return replace(done, batches=batches_of(frame, done))


def survey_responses(frame: Frame, now: int) -> Surveyed:
    """Every response: when its sources have rows."""
    table = frame.history.tags("responses")
    encoded = table["source"].combine_chunks().dictionary_encode()
    words = (*encoded.dictionary.to_pylist(), None)
    day_only = pc.equal(table["at_precision"], "day").combine_chunks().fill_null(False)
    meaning = np.zeros((table.num_rows, 3), np.int64)
    meaning[:, 0] = encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    meaning[:, 2] = np.where(day_only.to_numpy(zero_copy_only=False), k.DAY_ONLY, 0)
    return _survey_all(frame, _plan(frame, words, meaning, now, 0), "responses")


def _plan(frame: Frame, words: tuple[str | None, ...], meaning: np.ndarray, now: int, every: int) -> Plan:
    """Args:
    words: the sources by their code; meaning: [tags, 3] source, department, flags.
    """
    entries = {s.name: s for s in frame.history.manifest.sources}
    first, last = _extent(entries.values())
    day0 = first // US_PER_DAY - 2
    days = int(last // US_PER_DAY + 3 - day0)
    look = frame.lookup
    tables = [zone_table(name, first - 2 * US_PER_DAY, last + 2 * US_PER_DAY) for name in look.zones]
    found, of_tag = np.unique(meaning, axis=0, return_inverse=True)
    zone_of = np.array([look.zones.index(look.zone_of_source.get(w or "", frame.zone)) for w in words], np.int64)
    limit_of = np.array([_limit(entries.get(w or ""), now) for w in words], np.int64)
    source = found[:, 0].astype(np.int64)
    zone = zone_of[source]
    return Plan(
        words,
        found[:, 1].astype(np.int64),
        k.Groups(
            of_tag.reshape(-1).astype(np.int32),
            source,
            found[:, 2].astype(np.int64),
            zone,
            limit_of[source],
            np.where(zone > 0, np.cumsum(zone > 0) - 1, -1),
        ),
        now,
        k.Zones(
            np.cumsum([0, *(len(t[0]) for t in tables)]).astype(np.int64),
            np.concatenate([t[0] for t in tables]),
            np.concatenate([t[1] for t in tables]),
        ),
        int(day0),
        days,
        every if len(words) * days <= MOST_CELLS else 0,
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
        parts = pool.map(lambda rows: survey(plan, rows), _rows(frame, relation, plan.every > 1))
        return Surveyed(plan, reduce(merge, parts, _empty(plan)), {})


def _rows(frame: Frame, relation: str, numbered: bool = False) -> Iterator[Rows]:
    columns = ["row"] if numbered else []
    for number in frame.history.buckets:
        rows = frame.history.rows(relation, number, columns)
        if rows is not None:
            yield rows
    unlinked = frame.history.unlinked(relation)
    if unlinked is not None:
        yield rows_of_table(unlinked, np.array([0, unlinked.num_rows], np.int64), columns)


def survey(plan: Plan, rows: Rows) -> k.Survey:
    """The counts of some rows."""
    out = _empty(plan)
    row = rows.columns.get("row", np.empty(0, np.int32))
    k.survey(rows.at, rows.tag, row, plan.groups, plan.now, plan.zones, plan.day0, max(plan.every, 1), out)
    return out


def _empty(plan: Plan) -> k.Survey:
    groups = len(plan.department)
    stamps = (len(plan.sources), plan.days) if plan.every else (0, 0)
    return k.Survey(
        np.zeros((groups, plan.days), np.int64),
        np.zeros((int((plan.groups.elsewhere >= 0).sum()), plan.days), np.int64),
        np.full(groups, _NEVER.min),
        np.zeros(groups, np.int64),
        np.zeros(groups, np.int64),
        np.zeros(stamps, np.int64),
        np.zeros(stamps, np.int64),
        np.zeros(stamps, np.int64),
    )


def merge(a: k.Survey, b: k.Survey) -> k.Survey:
    """Combine two surveys. Counts add and the newest wins, equal for any split.

    Leaders are merged by majority vote (Misra and Gries 1982, Agarwal et al. 2012): which instant leads where none
    holds more than half depends on the split, so `batches_of` counts again before anything is said.
    """
    same = a.leader == b.leader
    ahead = a.lead >= b.lead
    return k.Survey(
        a.days + b.days,
        a.own + b.own,
        np.maximum(a.newest, b.newest),
        a.midnight + b.midnight,
        a.late + b.late,
        a.sampled + b.sampled,
        np.where(ahead, a.leader, b.leader),
        np.where(same, a.lead + b.lead, np.abs(a.lead - b.lead)),
    )


def batches_of(frame: Frame, done: Surveyed) -> dict[str, Batches]:
    """Days of at least BATCH rows of which nearly all share one exact instant, by source; counted exactly.

    Where an instant holds a share f > 1/2 of n rows, its lead is at least (2 f - 1) n: only such days are counted
    again, and mostly there are none. Of a sample less is asked, so that chance hides no batch of some size.
    """
    c = done.counts
    if not c.sampled.size:
        return {}
    stamped = _stamped(done)
    share = 2 * NEARLY_ALL - 1 if done.plan.every == 1 else 0.5
    suspects = np.argwhere((stamped >= BATCH) & (c.lead > 0) & (c.lead >= share * c.sampled))
    if not len(suspects):
        return {}
    instants = np.unique(c.leader[tuple(suspects.T)])
    hits = np.zeros((len(done.plan.sources), len(instants)), np.int64)
    for rows in _rows(frame, "contacts"):
        hits += _hits(done.plan, rows, instants)
    found: dict[str, Batches] = {}
    for s, d in suspects.tolist():
        at, name = int(c.leader[s, d]), done.plan.sources[s]
        count = int(hits[s, np.searchsorted(instants, at)])
        if name is not None and count > NEARLY_ALL * int(stamped[s, d]):
            before = found.get(name, Batches(0, 0, at))
            found[name] = Batches(before.days + 1, before.rows + count, before.example)
    return found


def _stamped(done: Surveyed) -> np.ndarray:
    """[S, N] rows known to the instant, by source and its local day."""
    table = np.zeros(done.counts.sampled.shape, np.int64)
    groups = np.flatnonzero(done.having(k.STAMPED))
    np.add.at(table, done.plan.groups.source[groups], done.own_days(groups))
    return table


def _hits(plan: Plan, rows: Rows, instants: np.ndarray) -> np.ndarray:
    """[S, instants] rows known to the instant that stand at one of these instants."""
    place = np.minimum(np.searchsorted(instants, rows.at), len(instants) - 1)
    group = plan.groups.of_tag[rows.tag]
    hit = (instants[place] == rows.at) & ((plan.groups.flags[group] & k.STAMPED) > 0)
    code = plan.groups.source[group[hit]] * len(instants) + place[hit]
    return np.bincount(code, minlength=len(plan.sources) * len(instants)).reshape(-1, len(instants))


@dataclass(frozen=True)
class Common:
    """The common period by department codes; `span` is None where there is no common day."""

    span: Span | None
    departments: tuple[int, ...]
    left_out: tuple[int, ...]
    outside: int
    begin_last: tuple[int, ...] = ()
    """The departments whose first day is that of the period ..."""
    end_first: tuple[int, ...] = ()
    """... and whose last day is."""


def common_period(frame: Frame, done: Surveyed) -> Common:
    """From the latest first to the earliest last day of the departments that hold at least 1% of all contacts.

    What is merely proposed or planned does not stretch a department's days.
    """
    attempts = done.counts.days[done.having(k.ATTEMPTED)].sum(axis=0)
    held = _by_department(frame, done, done.having(k.ATTEMPTED)).sum(axis=1)
    present = _by_department(frame, done, ~done.having(k.AHEAD)) > 0
    known = [d for d in range(len(held)) if present[d].any()]
    large = [d for d in known if held[d] and held[d] >= LARGE * attempts.sum()]
    small = tuple(d for d in known if d not in large)
    if not large:
        return Common(None, (), small, 0)
    firsts, lasts = ({d: int(np.flatnonzero(present[d])[end]) for d in large} for end in (0, -1))
    first, last = max(firsts.values()), min(lasts.values())
    if first > last:
        return Common(None, tuple(large), small, 0)
    low, high = first + done.plan.day0, last + done.plan.day0
    span = Span(low, high, day_begins(frame.zone, low), day_begins(frame.zone, high + 1))
    outside = int(attempts.sum() - attempts[first : last + 1].sum())
    late, early = (tuple(d for d, day in days.items() if day == end) for days, end in ((firsts, first), (lasts, last)))
    return Common(span, tuple(large), small, outside, late, early)


def _by_department(frame: Frame, done: Surveyed, groups: np.ndarray) -> np.ndarray:
    """[departments, N] rows of the chosen groups by recorded department and local day."""
    table = np.zeros((len(frame.lookup.departments), done.plan.days), np.int64)
    np.add.at(table, done.plan.department[groups], done.counts.days[groups])
    return table[:-1]


def day_begins(zone: str, day: int) -> int:
    """The instant at which a local day begins, in microseconds: where midnight is skipped, that of the change."""
    date = EPOCH_DAY + timedelta(days=day)
    return instant_us(datetime(date.year, date.month, date.day, tzinfo=ZoneInfo(zone)))


def with_common(frame: Frame, common: Common) -> Frame:
    """The frame for the audit proper: restricted where contacts lie outside the common period."""
    return replace(frame, common=common.span if common.outside else None)
