"""Coverage: which weeks each source holds, with which holes, how fresh it is, and whether its totals are right.

Owns these findings and the warnings that need the whole history (stamps, instants in the future). Refuses to guess why
a week is empty: the report shows it, people know.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from statistics import median_low
from zoneinfo import ZoneInfo

import numpy as np

from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.findings import Ground
from primum.audit.masking import Mask
from primum.audit.survey import BATCH, Batches, Common, Surveyed
from primum.history.manifest import SourceEntry
from primum.sources import SourceWarning
from primum.words.durations import parse_duration
from primum.words.time import US_PER_DAY, day_text, from_us, instant_text, instant_us

USUAL = 5
"""A source whose usual week has at least so many rows has a hole where a week has none."""
AROUND = 4
"""Weeks on each side of a gap that tell whether rows are usual there."""
SETTLED = 0.005
"""A control figure is met when the contacts held differ from it by at most this share."""
MANY = 20
"""Rows from which on it says something that all of them stand at midnight."""


@dataclass(frozen=True)
class Seen:
    """What the look before the audit proper found."""

    contacts: Surveyed
    responses: Surveyed
    common: Common
    now: int


def coverage(ground: Ground, seen: Seen, mask: Mask) -> r.Coverage:
    """Everything about coverage; names of files are masked like all others."""
    entries = ground.frame.history.manifest.sources
    return r.Coverage(
        common(ground, seen.common),
        tuple(_source(ground, seen, e) for e in entries),
        tuple(line for e in entries for line in _control(ground, seen, e)),
        tuple(r.RejectReason(e.name, column or None, why, n) for e in entries for column, why, n in e.reject_reasons),
        (*(_warning(w, mask) for e in entries for w in e.warnings), *_of_instants(entries, seen)),
    )


def _warning(warning: SourceWarning, mask: Mask) -> r.SourceWarning:
    file = None if warning.file is None else mask.file(warning.file)
    return r.SourceWarning(**asdict(warning) | {"file": file})


def common(ground: Ground, found: Common) -> r.CommonPeriod | None:
    """The common period by names; None where there is none."""
    if found.span is None:
        return None
    names = ground.look.departments
    return r.CommonPeriod(
        day_text(found.span.first),
        day_text(found.span.last),
        found.span.last - found.span.first + 1,
        tuple(str(names[d]) for d in found.departments),
        tuple(str(names[d]) for d in found.left_out),
        found.outside,
        tuple(str(names[d]) for d in found.begin_last),
        tuple(str(names[d]) for d in found.end_first),
    )


def _source(ground: Ground, seen: Seen, entry: SourceEntry) -> r.SourceCoverage:
    weeks = _weeks(seen, entry)
    inside = [weeks.get(m, 0) for m in range(min(weeks), max(weeks) + 7, 7)] if weeks else []
    newest = _newest(seen, entry)
    declared = ground.strategy.data.sources.get(entry.name)
    fresh = declared.fresh if declared else None
    return r.SourceCoverage(
        entry.name,
        entry.kind,
        entry.department,
        _day(entry.first, ground.frame.zone),
        _day(entry.last, ground.frame.zone),
        tuple((day_text(monday), n) for monday, n in sorted(weeks.items())),
        tuple(day_text(min(weeks) + 7 * i) for i in holes(inside)),
        median_low(inside) if inside else 0,
        _day(newest, ground.frame.zone),
        fresh,
        stale_by(newest, fresh, seen.now),
    )


def _survey(seen: Seen, entry: SourceEntry) -> Surveyed:
    return seen.responses if entry.kind == "responses" else seen.contacts


def _weeks(seen: Seen, entry: SourceEntry) -> dict[int, int]:
    """Rows by the Monday (a day number) of their week."""
    survey = _survey(seen, entry)
    groups = survey.of_source(entry.name)
    if groups is None:
        return {}
    days = survey.counts.days[groups].sum(axis=0)
    weeks: dict[int, int] = {}
    for place in np.flatnonzero(days).tolist():
        monday = monday_of(place + survey.plan.day0)
        weeks[monday] = weeks.get(monday, 0) + int(days[place])
    return weeks


def monday_of(day: int) -> int:
    """The Monday of a day's week, both as day numbers (day 0, 1 January 1970, was a Thursday)."""
    return day - (day + 3) % 7


def _newest(seen: Seen, entry: SourceEntry) -> int | None:
    """The newest instant not after now; of states, what the manifest says (customers and identifiers have none)."""
    survey = _survey(seen, entry)
    groups = survey.of_source(entry.name)
    if groups is None:
        return entry.last if entry.last is not None and entry.last <= seen.now else None
    newest = int(survey.counts.newest[groups].max(initial=np.iinfo(np.int64).min))
    return newest if newest > np.iinfo(np.int64).min else None


def _day(instant: int | None, zone: str) -> str | None:
    """The local day of an instant."""
    return None if instant is None else from_us(instant).astimezone(ZoneInfo(zone)).date().isoformat()


def holes(weeks: Sequence[int]) -> list[int]:
    """Which weeks are holes, of the rows of a source's weeks from its first to its last.

    A week without a row is one where rows are usual: the median week, empty ones counted, has at least USUAL rows, and
    of the four weeks on each side of the gap (four in all, or it says nothing) at least three in four have some. So a
    fortnightly or a seasonal mailing has none.
    """
    if not weeks or median_low(weeks) < USUAL:
        return []
    found = []
    for empty, group in groupby(range(len(weeks)), key=lambda i: not weeks[i]):
        gap = list(group)
        around = [*weeks[max(0, gap[0] - AROUND) : gap[0]], *weeks[gap[-1] + 1 : gap[-1] + 1 + AROUND]]
        if empty and len(around) >= AROUND and 4 * sum(n > 0 for n in around) >= 3 * len(around):
            found += gap
    return found


def stale_by(newest: int | None, fresh: str | None, now: int) -> int | None:
    """Whole days, rounded up, by which the newest row is older than it may be; 0 where it is fresh."""
    if newest is None or fresh is None:
        return None
    allowed = parse_duration(fresh)
    over = now - newest - allowed.microseconds - allowed.local_days * US_PER_DAY
    return max(0, -(-over // US_PER_DAY))


def _control(ground: Ground, seen: Seen, entry: SourceEntry) -> list[r.ControlLine]:
    declared = ground.strategy.data.sources.get(entry.name)
    return [
        _line(entry, month, control, _held(seen, entry, month))
        for month, control in sorted(declared.control.items() if declared else ())
    ]


def _held(seen: Seen, entry: SourceEntry, month: str) -> int:
    """Attempts of a source in a month of its own zone."""
    survey = seen.contacts
    groups = survey.of_source(entry.name)
    if groups is None:
        return 0
    groups = groups[survey.having(k.ATTEMPTED)[groups]]
    first = int(np.datetime64(month, "D").astype(np.int64)) - survey.plan.day0
    below = int((np.datetime64(month, "M") + 1).astype("datetime64[D]").astype(np.int64)) - survey.plan.day0
    return int(survey.own_days(groups)[:, max(first, 0) : max(below, 0)].sum())


def _line(entry: SourceEntry, month: str, control: int, held: int) -> r.ControlLine:
    share = abs(held - control) / control if control else None
    settled = held == control if share is None else share <= SETTLED
    return r.ControlLine(
        entry.name, month, control, held, held - control, share, settled, entry.rejected, entry.repeated + entry.folded
    )


def _of_instants(entries: tuple[SourceEntry, ...], seen: Seen) -> list[r.SourceWarning]:
    """Warnings about times: one stamp for a batch, all at midnight, in the future."""
    found = []
    survey = seen.contacts
    for entry in entries:
        groups = survey.of_source(entry.name)
        if groups is None:
            continue
        exact = groups[survey.having(k.STAMPED)[groups]]
        stamped, midnight = int(survey.counts.days[exact].sum()), int(survey.counts.midnight[exact].sum())
        late = int(survey.counts.late[groups[survey.having(k.ATTEMPTED)[groups]]].sum())
        if stamped >= MANY and midnight == stamped:
            found.append(_at_midnight(entry, stamped))
        elif entry.name in survey.batches:
            found.append(_in_batches(entry, stamped, survey.batches[entry.name]))
        if late:
            found.append(_late(entry, late, int(survey.plan.groups.limit[groups[0]])))
    return found


def _at_midnight(entry: SourceEntry, rows: int) -> r.SourceWarning:
    what = "Every contact stands at 00:00: the time of day is not known, and gaps of hours are not what they seem"
    cure = "Export the time with the date; or say `dates: '%Y-%m-%d 00:00:00'`, so that only the day is read."
    return r.SourceWarning("all_at_midnight", entry.name, None, "at", rows, rows, "00:00:00", what, cure)


def _in_batches(entry: SourceEntry, total: int, b: Batches) -> r.SourceWarning:
    what = (
        f"On {b.days:,} day{'s' if b.days > 1 else ''} with {BATCH} contacts or more nearly all carry one and the same"
        " instant: it is when the job ran, not when each message went out"
    )
    cure = "Export the time each message was handed over; until then read hours and short gaps with care."
    return r.SourceWarning("one_stamp", entry.name, None, "at", b.rows, total, instant_text(b.example), what, cure)


def _late(entry: SourceEntry, rows: int, limit: int) -> r.SourceWarning:
    what = "Contacts marked as sent after the export was written: they cannot have been sent yet"
    cure = "Look at the date format and the zone of the source; plans belong under `status: planned`."
    example = f"after {instant_text(limit)[:10]}"
    return r.SourceWarning("in_the_future", entry.name, None, "at", rows, entry.rows, example, what, cure)


def instant_of(as_of: str) -> int:
    """An instant's ISO 8601 text in microseconds."""
    return instant_us(datetime.fromisoformat(as_of.replace("Z", "+00:00")))
