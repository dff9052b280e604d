"""After an opt-out: who still sent what it should have stopped, how long, and how much of it.

Owns the joining of opt-outs with the contacts behind them, in one bucket, and the arithmetic on the merged counts.
Refuses to judge by rules (`against_rules` does): this tells how long an opt-out takes to reach a sender.

An opt-out is a dated state `opted_out` or such a response. It stops what advertises, sells or surveys (or, where it
names a message class, that class), in the channel, topic and brand that it names, until it ends or the customer opts in
again. Where only a day is known, a lag is the least that it may be; contacts on the opt-out's own day are told apart
when either is known only to the day.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from primum.audit import flags
from primum.audit import kernels as k
from primum.audit import results_lag as rl
from primum.audit.counting import counted, distinct
from primum.audit.frame import Frame, days_in, local_days
from primum.audit.non_people import entries_of
from primum.audit.partial import Partial
from primum.customers.tags import Word
from primum.history import Bucket
from primum.words.time import US_PER_DAY

OPTED_OUT, OPTED_IN = "opted_out", ("opted_in", "consented")
STOPPED = ("marketing", "sales", "survey")
"""Message classes that an opt-out stops where it names none."""
WORKING_DAYS = 10
SAME_DAY, WITHIN_48_HOURS, WITHIN_10_DAYS, LATER = range(4)
"""Bands of contacts behind an opt-out; one behind several opt-outs lies in the last of its bands."""
HOUR_US = 3_600_000_000
ANYBODY = -1
"""In place of a receiver, a sender or a channel: all together."""
FOREVER = np.iinfo(np.int64).max
PURPOSE = flags.SCOPES.index("purpose")
FIGURES = "opt_outs", "opt_outs_undated", "opt_outs_kept", "lag_customers", "lag_contacts"


@dataclass(frozen=True)
class OptOuts:
    """Opt-outs of a bucket, an entry each.

    `at`, `latest`: the first and last instant at which it may have been given; `until`: when it ended; `day`: its local
    day (`whole`: no more is known); `scope`: [n, 4] codes of `flags.SCOPES`; `receiver`: place in `receivers_of`.
    """

    customer: np.ndarray
    at: np.ndarray
    latest: np.ndarray
    until: np.ndarray
    day: np.ndarray
    whole: np.ndarray
    scope: np.ndarray
    receiver: np.ndarray

    def take(self, which: np.ndarray) -> "OptOuts":
        """Some of them, or in another order."""
        return OptOuts(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def receivers_of(frame: Frame) -> tuple[tuple[str, Word], ...]:
    """To whom opt-outs were given: the sources that tell of them, each with its department."""
    department = {s.name: s.department for s in frame.history.manifest.sources}
    told = set(_sources(frame, "states", "state")) | set(_sources(frame, "responses", "kind"))
    return tuple((name, department.get(name)) for name in sorted(told))


def _sources(frame: Frame, relation: str, kind: str) -> list[str]:
    rows = frame.history.tags(relation).select(["source", kind]).to_pylist()
    return [row["source"] for row in rows if row[kind] == OPTED_OUT and row["source"]]


def swept_lag(frame: Frame, bucket: Bucket, customers: pa.Table) -> Partial:
    """What one bucket adds."""
    people = entries_of(customers) < 0
    given = _given(frame, bucket)
    kept = given.take(np.flatnonzero(people[given.customer]))
    opt_outs = _first_of_each(kept.take(np.flatnonzero(kept.at != k.MISSING)))
    undated = int((kept.at == k.MISSING).sum())
    pairs, lag, band = _behind(frame, bucket, opt_outs)
    tag = bucket.contacts.tag[pairs[:, 1]]
    sender = frame.lookup.tags[tag, k.DEPARTMENT].astype(np.int64)
    channel = frame.lookup.columns["channel"].index[tag]
    receiver = opt_outs.receiver[pairs[:, 0]]
    after = np.zeros(len(opt_outs.at), bool)
    after[pairs[band != SAME_DAY, 0]] = True
    hit = np.unique(pairs[band != SAME_DAY, 1])
    who = np.unique(opt_outs.customer[pairs[band != SAME_DAY, 0]])
    counts = (len(opt_outs.at), undated, int((~after).sum()), len(who), len(hit))
    return Partial(
        {name: np.array([n]) for name, n in zip(FIGURES, counts, strict=True)},
        {},
        {},
        {},
        _tables(pairs, lag // HOUR_US, band, opt_outs.customer[pairs[:, 0]], receiver, sender, channel),
        {},
    )


def _tables(
    pairs: np.ndarray,
    hours: np.ndarray,
    band: np.ndarray,
    customer: np.ndarray,
    receiver: np.ndarray,
    sender: np.ndarray,
    channel: np.ndarray,
) -> dict[str, dict[tuple[int, ...], int]]:
    """Per receiver, sender and channel (ANYBODY: all): contacts by band, customers, hours until the last contact."""
    contacts: dict[tuple[int, ...], int] = {}
    people: dict[tuple[int, ...], int] = {}
    lags: dict[tuple[int, ...], int] = {}
    anybody = np.full(len(pairs), ANYBODY)
    late = band != SAME_DAY
    for by in (
        (anybody, anybody, anybody),
        (anybody, sender, anybody),
        (anybody, sender, channel),
        (receiver, sender, anybody),
    ):
        group = np.stack(by, axis=1)
        contacts |= counted(_last(np.column_stack([group, pairs[:, 1]]), band))
        people |= counted(distinct(np.column_stack([group, customer])[late])[:, :3])
        lags |= counted(_last(np.column_stack([group, pairs[:, 0]])[late], hours[late]))
    return {"lag contacts": contacts, "lag customers": people, "lag hours": lags}


def _last(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(receiver, sender, channel, greatest value) of every group, which is told apart by one more column."""
    if not len(groups):
        return np.zeros((0, 4), np.int64)
    order = np.lexsort((values, *groups.T))
    groups, values = groups[order], values[order]
    ends = np.append((groups[1:] != groups[:-1]).any(axis=1), True)
    return np.column_stack([groups[ends][:, :3], values[ends]])


def _given(frame: Frame, bucket: Bucket) -> OptOuts:
    """Every opt-out that is told, with its end; one that is not dated has `at` MISSING."""
    parts = [p for p in (_of_states(frame, bucket), _of_responses(frame, bucket)) if p is not None]
    if not parts:
        empty, none = np.empty(0, np.int64), np.empty(0, bool)
        return OptOuts(empty, empty, empty, empty, empty, none, np.empty((0, 4), np.int32), empty)
    whole = OptOuts(*(np.concatenate([getattr(p, n) for p in parts]) for n in OptOuts.__dataclass_fields__))
    return _opted_in(frame, bucket, whole)


def _of_states(frame: Frame, bucket: Bucket) -> OptOuts | None:
    rows, states = bucket.states, frame.lookup.states
    if rows is None or OPTED_OUT not in states.names:
        return None
    own = np.flatnonzero(states.tags[rows.tag, flags.STATE] == states.names.index(OPTED_OUT))
    tag = rows.tag[own]
    customer = np.repeat(np.arange(bucket.customers), np.diff(rows.offsets))[own]
    until = rows.columns["until"][own] if "until" in rows.columns else np.full(len(own), k.MISSING)
    zone = states.tags[tag, flags.ZONE]
    source = frame.history.tags("states")["source"].to_pylist()
    return _opt_outs(
        frame,
        customer,
        rows.at[own],
        np.where(until == k.MISSING, FOREVER, until),
        zone,
        states.tags[tag, flags.FROM] == flags.DAY,
        states.scopes[tag],
        [source[t] for t in tag.tolist()],
    )


def _of_responses(frame: Frame, bucket: Bucket) -> OptOuts | None:
    rows = bucket.responses
    if rows is None:
        return None
    own = np.flatnonzero(np.array([x == OPTED_OUT for x in frame.lookup.response_kind], bool)[rows.tag])
    tags, tag = frame.history.tags("responses"), rows.tag[own]
    sources, whole = tags["source"].to_pylist(), np.array([p == "day" for p in tags["at_precision"].to_pylist()], bool)
    zones = np.array([_zone(frame, s) for s in sources], np.int64)
    scope = np.full((len(sources), len(flags.SCOPES)), flags.ANY, np.int32)
    for place, name in enumerate(flags.SCOPES):
        if name in tags.column_names:
            words = {w: i for i, w in enumerate(frame.lookup.columns[name].words) if w is not None}
            told = tags[name].to_pylist()
            scope[:, place] = [flags.ANY if w is None else words.get(w, flags.NONE_SUCH) for w in told]
    return _opt_outs(
        frame,
        np.repeat(np.arange(bucket.customers), np.diff(rows.offsets))[own],
        rows.at[own],
        np.full(len(own), FOREVER),
        zones[tag],
        whole[tag],
        scope[tag],
        [sources[t] for t in tag.tolist()],
    )


def _zone(frame: Frame, source: str) -> int:
    zones = frame.lookup.zones
    name = frame.lookup.zone_of_source.get(source, zones[0])
    return zones.index(name) if name in zones else 0


def _opt_outs(
    frame: Frame,
    customer: np.ndarray,
    at: np.ndarray,
    until: np.ndarray,
    zone: np.ndarray,
    whole: np.ndarray,
    scope: np.ndarray,
    sources: list[str],
) -> OptOuts:
    names = [name for name, _ in receivers_of(frame)]
    place = {name: i for i, name in enumerate(names)}
    day = np.empty(len(at), np.int64)
    home = np.where(whole, zone, 0)
    for number in np.unique(home).tolist():
        own = np.flatnonzero(home == number)
        day[own] = days_in(frame, frame.lookup.zones[number], at[own])
    receiver = np.array([place[s] for s in sources], np.int64)
    return OptOuts(customer, at, np.where(whole, at + US_PER_DAY - 1, at), until, day, whole, scope, receiver)


def _opted_in(frame: Frame, bucket: Bucket, given: OptOuts) -> OptOuts:
    """Opt-outs ended by the customer's next opting in, whatever that named."""
    rows = bucket.responses
    if rows is None:
        return given
    own = np.array([x in OPTED_IN for x in frame.lookup.response_kind], bool)[rows.tag]
    if not own.any():
        return given
    customer = np.repeat(np.arange(bucket.customers), np.diff(rows.offsets))[own]
    at = rows.at[own]
    until = given.until.copy()
    low, high = (np.searchsorted(customer, given.customer, side) for side in ("left", "right"))
    for i in range(len(until)):
        later = at[low[i] : high[i]]
        until[i] = min(until[i], int(later[later > given.at[i]].min(initial=FOREVER)))
    return OptOuts(given.customer, given.at, given.latest, until, given.day, given.whole, given.scope, given.receiver)


def _first_of_each(given: OptOuts) -> OptOuts:
    """Each opt-out once: what is told again to the receiver, in the same scope, while it holds, is no further one."""
    order = np.lexsort((given.at, given.receiver, *given.scope.T, given.customer))
    sorted_ = given.take(order)
    keys = np.column_stack([sorted_.customer, sorted_.scope, sorted_.receiver])
    keep = np.ones(len(order), bool)
    last = -1
    for i in range(len(order)):
        if last >= 0 and (keys[i] == keys[last]).all() and sorted_.at[i] < sorted_.until[last]:
            keep[i] = False
        else:
            last = i
    return sorted_.take(np.flatnonzero(keep))


def _behind(frame: Frame, bucket: Bucket, given: OptOuts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Contacts that an opt-out should have stopped ([n, 2]: opt-out, row of the bucket); the lag and band of each."""
    rows, look = bucket.contacts, frame.lookup
    low, high = rows.offsets[given.customer], rows.offsets[given.customer + 1]
    sizes = high - low
    opt_out = np.repeat(np.arange(len(sizes)), sizes)
    row = np.arange(len(opt_out)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(low, sizes)
    tag, at = rows.tag[row], rows.at[row]
    meaning = look.tags[tag, k.FLAGS]
    covered = (meaning & k.ATTEMPTED > 0) & (meaning & k.PUSHED > 0) & _covers(frame, given.scope[opt_out], tag)
    day = local_days(frame, at, tag)
    exact = ~((meaning & k.DAY_ONLY > 0) | given.whole[opt_out])
    same = ~exact & (day == given.day[opt_out])
    behind = np.where(exact, at > given.at[opt_out], day > given.day[opt_out]) & (at < given.until[opt_out])
    chosen = np.flatnonzero(covered & (behind | same))
    opt_out, row, at, day, same = opt_out[chosen], row[chosen], at[chosen], day[chosen], same[chosen]
    lag = np.maximum(at - given.latest[opt_out], 0)
    monday_first = np.busday_offset(given.day.astype("datetime64[D]"), WORKING_DAYS, roll="backward")
    soon = day <= monday_first.astype(np.int64)[opt_out]
    band = np.select([same, lag <= 48 * HOUR_US, soon], [SAME_DAY, WITHIN_48_HOURS, WITHIN_10_DAYS], default=LATER)
    return np.column_stack([opt_out, row]), lag, band


def _covers(frame: Frame, scope: np.ndarray, tag: np.ndarray) -> np.ndarray:
    """Whether an opt-out of a scope speaks of a contact with a tag."""
    values = frame.lookup.states.values[tag]
    fits = (scope == flags.ANY) | (scope == values)
    purposes = frame.lookup.columns["purpose"].holds(lambda word: word in STOPPED)
    fits[:, PURPOSE] = np.where(scope[:, PURPOSE] == flags.ANY, purposes[tag], fits[:, PURPOSE])
    return np.asarray(fits.all(axis=1))


# Findings


def opt_out_lag(frame: Frame, total: Partial) -> rl.OptOutLag:
    """What the audit found about opt-outs."""
    receivers, look = receivers_of(frame), frame.lookup
    contacts, people, lags = (total.tables[f"lag {name}"] for name in ("contacts", "customers", "hours"))
    groups = sorted({key[:3] for key in contacts})
    channels = look.columns["channel"].words

    def told(group: tuple[int, ...]) -> rl.LagFigures:
        receiver, sender, channel = group
        source, department = receivers[receiver] if receiver != ANYBODY else (None, None)
        bands = [contacts.get((*group, band), 0) for band in range(4)]
        hours = sorted((key[3], n) for key, n in lags.items() if key[:3] == group)
        return rl.LagFigures(
            source,
            department,
            look.departments[sender] if sender != ANYBODY else None,
            sender != ANYBODY,
            channels[channel] if channel != ANYBODY else None,
            sum(n for _, n in hours),
            people.get(group, 0),
            sum(bands) - bands[SAME_DAY],
            bands[WITHIN_48_HOURS],
            bands[WITHIN_10_DAYS],
            bands[LATER],
            bands[SAME_DAY],
            _quantile(hours, 500),
            _quantile(hours, 950),
        )

    def chosen(known: tuple[bool, bool, bool]) -> tuple[rl.LagFigures, ...]:
        own = [told(g) for g in groups if tuple(x != ANYBODY for x in g) == known]
        return tuple(sorted(own, key=lambda f: (-f.contacts, str(f.sender), str(f.source), str(f.channel))))

    overall = chosen((False, False, False))
    opt_outs, undated, kept, customers, still = (int(total.counts[name][0]) for name in FIGURES)
    return rl.OptOutLag(
        opt_outs,
        undated,
        kept,
        opt_outs - kept,
        customers,
        still,
        tuple(rl.Receiver(*one) for one in receivers),
        overall[0] if overall else None,
        chosen((False, True, False)),
        chosen((False, True, True)),
        chosen((True, True, False)),
    )


def _quantile(values: list[tuple[int, int]], per_mille: int) -> int | None:
    """Nearest-rank quantile of (value, how often), ascending."""
    total = sum(n for _, n in values)
    rank, seen = max(1, -(-total * per_mille // 1000)), 0
    for value, n in values:
        seen += n
        if seen >= rank:
            return value
    return None
