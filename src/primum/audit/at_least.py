"""Rules that ask for contacts (`at_least`): customers who got too few of them before the end of the history.

Owns the window before the end, who is meant, and the counting. Refuses to force a contact: these rules hold nothing
back, and no decision sees them.

The window of `7 days` is the last 7 days before the end, `90 local days` the last 90 dates, `a month` the last whole
month, `ever` everything. What is known only to the day counts where it may lie within. Customers who became known
within the window (by `since`, else by their first contact or response) are told apart: nothing was owed to them before.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.audit import kernels as k
from primum.audit import results_silence as rs
from primum.audit.frame import Frame
from primum.audit.law import PERSON, SEGMENT, STATE, Law
from primum.audit.partial import Partial
from primum.audit.standing import Closing, End, Standing, by_customer, owners
from primum.customers.days import NO_START, begin_of
from primum.customers.open_attributes import open_column
from primum.customers.units import customers_of
from primum.history import Bucket
from primum.rules.compile import CUSTOMER_TERMS
from primum.rules.model import COUNTED, AtLeast, Rule
from primum.words.filters import Filter, Term
from primum.words.time import US_PER_DAY, day_date, is_zone
from primum.words.windows import Window

US_PER_HOUR = 3_600_000_000
MEANT, SHORT, NONE_AT_ALL, UNSURE, TOO_NEW = range(5)
"""Columns of the counts."""
NO, MAYBE, YES = range(3)


def asking_rules(law: Law, end: End) -> list[tuple[int, Rule, AtLeast]]:
    """The rules that ask for contacts with their numbers on the last day; those not in force then are left out."""
    found = []
    for number, rule in enumerate(law.rules):
        live = (rule.starts is None or rule.starts <= end.day) and (rule.ends is None or end.day <= rule.ends)
        limit = _in_force(rule, end.day)
        if live and isinstance(limit, AtLeast):
            found.append((number, rule, limit))
    return found


def _in_force(rule: Rule, day: int) -> object:
    """The limit of the first exception that holds on a day, else the rule's own."""
    today = day_date(day)
    for one in rule.excepts:
        if isinstance(one.start, int) and isinstance(one.end, int):
            inside = one.start <= day <= one.end
        else:
            start, last, now = one.start, one.end, (today.month, today.day)
            inside = start <= now <= last if start <= last else now >= start or now <= last  # type: ignore[operator]
        if inside:
            return one.limit
    return rule.limit


def bounds(window: Window, end: End, zone: str) -> tuple[int, int]:
    """The window before the end: its first instant and the first after it (microseconds UTC)."""
    if window.axis == "ever":
        return NO_START, end.at
    if window.axis == "elapsed":
        return end.at - window.width, end.at
    if window.axis == "hour":
        return end.at - US_PER_HOUR, end.at
    if window.axis == "local_days":
        return begin_of(day_date(end.day - window.width + 1), zone), end.at
    start, after = last_whole(window, day_date(end.day + 1))
    return begin_of(start, zone), begin_of(after, zone)


def last_whole(window: Window, day: date) -> tuple[date, date]:
    """The last calendar period that was over when a day began: its first day and the first after it."""
    after = _first_of(window, day)
    return _first_of(window, after - timedelta(days=1)), after


def _first_of(window: Window, day: date) -> date:
    """The first day of the period that holds a day."""
    if window.axis == "week":
        return day - timedelta(days=(day.weekday() - window.week_starts) % 7)
    if window.axis == "half-month":
        return day.replace(day=1 if day.day < 16 else 16)
    if window.axis == "month":
        return day.replace(day=1)
    if window.axis == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1) if window.axis == "year" else day


def swept_rules(
    frame: Frame, law: Law, closing: Closing, bucket: Bucket, customers: pa.Table, stand: Standing
) -> Partial:
    """What one bucket adds: per asking rule the customers of each column of the counts."""
    rules = asking_rules(law, closing.end)
    counts = np.zeros((len(rules), 5), np.int64)
    if rules:
        people = customers_of(frame.history, bucket.number, law.compiled)
        zones = _zones(frame, customers)
        for place, (_, rule, limit) in enumerate(rules):
            counts[place] = _counts(frame, law, closing, bucket, stand, people, zones, rule, limit)
    return Partial({"at_least": counts}, {}, {}, {}, {}, {})


def _counts(
    frame: Frame,
    law: Law,
    closing: Closing,
    bucket: Bucket,
    stand: Standing,
    people: pa.Table,
    zones: list[str],
    rule: Rule,
    limit: AtLeast,
) -> np.ndarray:
    meant = _meant(rule.who, closing, stand, people)
    meant[~stand.people] = NO
    start, after = _bounds_of(limit.window, closing.end, zones)
    got = received(frame, law, bucket, limit, start, after)
    if rule.level == "household":
        got = _together(got, people["unit"].to_numpy())
    new = stand.since > start
    new &= (start != NO_START) & (stand.since != np.iinfo(np.int64).max)
    old = (meant == YES) & ~new
    return np.array(
        [
            old.sum(),
            (old & (got < limit.n)).sum(),
            (old & (got == 0)).sum(),
            (meant == MAYBE).sum(),
            ((meant == YES) & new).sum(),
        ]
    )


def _zones(frame: Frame, customers: pa.Table) -> list[str]:
    """Each customer's first zone; the company's where there is none, or none that can be read."""
    if "zone" not in customers.column_names:
        return [frame.zone] * customers.num_rows
    known = {z: z if z and is_zone(z) else frame.zone for z in customers["zone"].unique().to_pylist()}
    return [known[z] for z in customers["zone"].to_pylist()]


def _bounds_of(window: Window, end: End, zones: list[str]) -> tuple[np.ndarray, np.ndarray]:
    known = {zone: bounds(window, end, window.zone or zone) for zone in set(zones)}
    both = np.array([known[zone] for zone in zones], np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _together(got: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Each customer's count, over all of their household."""
    sums = np.zeros(int(unit.max(initial=-1)) + 1, np.int64)
    np.add.at(sums, unit, got)
    return np.asarray(sums[unit])


def received(
    frame: Frame, law: Law, bucket: Bucket, limit: AtLeast, start: np.ndarray, after: np.ndarray
) -> np.ndarray:
    """How many counted contacts each customer has within their bounds."""
    rows, look = bucket.contacts, frame.lookup
    status = look.columns["status"].holds(lambda word: word in COUNTED[limit.counting.status])
    chosen = status[rows.tag] & matching(frame, bucket, limit.counting.filter)
    for exempt in law.statute.rules.exempt:
        if not exempt.counts:
            chosen &= ~matching(frame, bucket, exempt.to)
    owner, flags = owners(rows.offsets), look.tags[rows.tag, k.FLAGS]
    width = np.where(flags & k.DAY_ONLY, US_PER_DAY - 1, np.where(flags & k.HOUR_ONLY, US_PER_HOUR - 1, 0))
    chosen &= (rows.at + width >= start[owner]) & (rows.at < after[owner])
    return by_customer(owner[chosen], bucket.customers)


def matching(frame: Frame, bucket: Bucket, wanted: Filter) -> np.ndarray:
    """Which contacts of a bucket a filter means: by what tags tell, else by the rows' own columns."""
    found = np.ones(len(bucket.contacts.tag), bool)
    for term in wanted.terms:
        found &= _matching(frame, bucket, term)
    return found


def _matching(frame: Frame, bucket: Bucket, term: Term) -> np.ndarray:
    columns, name = frame.lookup.columns, term.attribute
    if name in columns:
        holds = columns[name].holds(lambda word: term.holds(_value(word)))
        return np.asarray(holds[bucket.contacts.tag])
    rows = frame.history.table("contacts", bucket.number, ["customer", name, "attributes"])
    column = None
    if rows is not None and name in rows.column_names:
        column = rows[name].cast(pa.string())
    elif rows is not None and "attributes" in rows.column_names:
        column = pa.chunked_array([open_column(rows["attributes"], name)])
    if column is None:
        return np.full(len(bucket.contacts.tag), term.holds(None))
    return _held(column, term)


def _held(column: pa.ChunkedArray | pa.Array, term: Term) -> np.ndarray:
    """Row by row, whether a term holds of a column's values."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_list(whole.type):
        return np.array([term.holds(None if v is None else tuple(v)) for v in whole.to_pylist()], bool)
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    holds = np.array([*(term.holds(v) for v in encoded.dictionary.to_pylist()), term.holds(None)], bool)
    return np.asarray(holds[encoded.indices.fill_null(len(holds) - 1).to_numpy(zero_copy_only=False)])


def _value(word: str | None) -> str | tuple[str, ...] | None:
    """A tag's word as filters compare it: a list is written with U+001F between its values."""
    return tuple(word.split("\x1f")) if word is not None and "\x1f" in word else word


# Who is meant


def _meant(who: Filter, closing: Closing, stand: Standing, people: pa.Table) -> np.ndarray:
    """NO, MAYBE or YES a customer: whether `for` means them at the end."""
    found = np.full(len(stand.people), YES)
    for term in who.terms:
        if term.attribute in CUSTOMER_TERMS:
            found = np.minimum(found, _of_term(term, closing.end, stand))
        elif term.attribute in people.column_names:
            column = people[term.attribute]
            has = pc.is_valid(column).to_numpy()
            found = np.where(has & _held(column, term), found, NO)
        else:
            found[:] = NO
    return found


def _of_term(term: Term, end: End, stand: Standing) -> np.ndarray:
    """Of a segment, as last looked at before the end; of a state, after everything told."""
    segment, told = term.attribute == "segment", stand.told
    rows, at = told.of(term.values, segments=segment), end.at - 1 if segment else end.now
    surely = told.customers(told.holding(rows, at, surely=True))
    maybe = told.customers(told.holding(rows, at, surely=False))
    if term.negated:
        return np.where(surely, NO, np.where(maybe, MAYBE, YES))
    return np.where(surely, YES, np.where(maybe, MAYBE, NO))


# Findings

_OTHER = "the attribute"


def rules_told(law: Law, closing: Closing, total: Partial) -> Iterator[rs.SilenceRule]:
    """What the audit found of each asking rule, the most severe first."""
    for place, (number, rule, limit) in enumerate(asking_rules(law, closing.end)):
        meant, short, none_at_all, unsure, too_new = (int(n) for n in total.counts["at_least"][place])
        found = rs.SilenceRule(
            rule.name,
            rule.says,
            rule.owner,
            rule.severity,
            law.statute.pack_of.get(rule.name),
            rule.shadow,
            "found" if short else "none",
            limit.n,
            window_text(limit.window),
            meant,
            short,
            none_at_all,
            unsure,
            too_new,
        )
        why = _why_not(law, number, limit, closing.end, meant, unsure + too_new)
        yield replace(found, outcome="not checkable", short=0, none_at_all=0, why_not=why) if why else found


def _why_not(law: Law, number: int, limit: AtLeast, end: End, meant: int, apart: int) -> str:
    kinds = {STATE: "the state", SEGMENT: "the segment", PERSON: "the customer's"}
    vital = [n for n in law.missing(number) if law.supplied.is_vital(n)]
    if vital:
        return f"no source supplies {', '.join(f'{kinds.get(n.kind, _OTHER)} {n.name}' for n in vital)}"
    if limit.window.axis != "ever" and bounds(limit.window, end, "UTC")[0] < end.first - US_PER_DAY:
        return f"the history is shorter than {window_text(limit.window)}"
    if not meant and apart:
        return "of every customer it may mean, it is unsure or too early to tell"
    return ""


def window_text(window: Window) -> str:
    """A window as people write it."""
    if window.axis == "ever":
        return "ever"
    if window.axis == "local_days":
        return f"{window.width} local days"
    if window.axis != "elapsed":
        return f"{'an' if window.axis == 'hour' else 'a'} {window.axis}"
    for size, unit in ((US_PER_DAY, "day"), (US_PER_HOUR, "hour"), (60_000_000, "minute"), (1_000_000, "second")):
        if window.width % size == 0:
            number = window.width // size
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return f"{window.width} microseconds"
