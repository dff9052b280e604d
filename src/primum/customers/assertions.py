"""What sources say begins and ends a state, as two Arrow tables: the form in which states are folded.

Owns these tables and how rows of the history's states and responses, and bounced contacts, become them. Refuses to
decide which end belongs to which beginning (`fold`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.days import HOUR_US, NO_END, NO_START, day_number, ends_of_days
from primum.customers.snapshots import Flags, told_by_extracts
from primum.customers.spec import SCOPES, StateSpec
from primum.customers.state_rules import HARD_BOUNCED, StateRule
from primum.history import History

_TEXT = pa.string()

OPENS = pa.schema(
    [
        ("customer", pa.int32()),
        ("state", _TEXT),
        ("start", pa.int64()),
        ("start_precision", _TEXT),
        ("until", pa.int64()),
        ("until_precision", _TEXT),
        ("as_of", pa.int64()),
        ("begun", pa.int64()),
        ("settled", pa.int64()),
        ("firm", pa.bool_()),
        *((scope, _TEXT) for scope in SCOPES),
    ]
)
"""Beginnings. `start` (NO_START: not known) to `until` (NO_END: none), `as_of` the instant from which a state surely
holds (NO_START: from `start` on). It was said not before `begun` and not after `settled` (what ends it comes later than
that). `firm`: a source itself told the end."""

CLOSES = pa.schema(
    [
        ("customer", pa.int32()),
        ("state", _TEXT),
        ("at", pa.int64()),
        ("last", pa.int64()),
        ("precision", _TEXT),
        *((scope, _TEXT) for scope in SCOPES),
    ]
)
"""Ends: somewhere from `at` to `last`."""


class Assertions(NamedTuple):
    """`opens` and `closes` of one bucket; `bounces_untold`: bounced contacts of which nothing says whether the address
    is dead."""

    opens: pa.Table
    closes: pa.Table
    bounces_untold: int = 0


def assertions(history: History, bucket: int, spec: StateSpec) -> Assertions:
    """Everything that begins or ends a state of the bucket's customers."""
    opens, closes = [OPENS.empty_table()], [CLOSES.empty_table()]
    rows = history.table("states", bucket)
    if rows is not None and rows.num_rows:
        opens.append(_of_states(rows, history.tags("states"), spec))
    responses = _told_responses(history, bucket, spec)
    if responses.num_rows:
        made = of_responses(responses, spec)
        opens.append(made.opens)
        closes.append(made.closes)
    bounced = _of_bounces(history, bucket, spec)
    return Assertions(
        pa.concat_tables([*opens, bounced.opens]), pa.concat_tables([*closes, bounced.closes]), bounced.bounces_untold
    )


# States that sources tell


def _of_states(rows: pa.Table, tags: pa.Table, spec: StateSpec) -> pa.Table:
    tag = rows["tag"].to_numpy()
    told = _taken(tags, tag, ("source", "state", "from_precision", "until_precision", "as_of", *SCOPES[:4]))
    scopes = {s: told[s] if s in told else _texts(rows, s) for s in SCOPES}
    zone = zone_names(told["source"], spec.zones, spec.zone)
    start, until = _instants(rows, "at", NO_START), _instants(rows, "until", NO_END)
    start_precision, until_precision = _precision(told["from_precision"]), _precision(told["until_precision"])
    day = _extract_days(rows, told, spec)
    flags = Flags(
        customer=rows["customer"].to_numpy(),
        start=start,
        until=until,
        day=day,
        group=_groups(rows, told, scopes, start, until, day),
        source=told["source"].to_numpy(zero_copy_only=False).astype(str),
        zone=zone,
        day_end=last_instants(start, start_precision, zone, NO_START),
    )
    found = told_by_extracts(flags, spec)
    kept = pa.array(found.row)
    return _opens(
        {
            "customer": rows["customer"].take(kept),
            "state": told["state"].take(kept),
            "start_precision": pc.if_else(pa.array(found.exact_start), "instant", start_precision.take(kept)),
            "until_precision": pc.if_else(pa.array(found.exact_until), "instant", until_precision.take(kept)),
            "start": found.start,
            "until": found.until,
            "as_of": found.as_of,
            "begun": found.begun,
            "settled": found.settled,
            "firm": found.firm,
            **{s: column.take(kept) for s, column in scopes.items()},
        }
    )


def _extract_days(rows: pa.Table, told: Mapping[str, pa.Array], spec: StateSpec) -> np.ndarray:
    """The day number of each row's extract; -1 where none is known."""
    encoded = told["as_of"].dictionary_encode()
    days = [day_number(date.fromisoformat(d)) for d in encoded.dictionary.to_pylist()] + [-1]
    found: np.ndarray = np.array(days, np.int64)[
        encoded.indices.fill_null(len(days) - 1).to_numpy(zero_copy_only=False)
    ]
    if not spec.day_of_file:
        return found
    table: np.ndarray = np.full(max(spec.day_of_file) + 2, -1, np.int64)
    table[list(spec.day_of_file)] = list(spec.day_of_file.values())
    file = np.minimum(rows["file"].to_numpy(), len(table) - 1)
    return np.where(found < 0, table[file], found)


def _groups(
    rows: pa.Table,
    told: Mapping[str, pa.Array],
    scopes: Mapping[str, pa.Array],
    start: np.ndarray,
    until: np.ndarray,
    day: np.ndarray,
) -> np.ndarray:
    """Rows that tell of the same thing, in one extract or in several, have the same number."""
    columns = [rows["customer"].to_numpy().astype(np.int64), start, np.where(day < 0, until, NO_END)]
    for text in (told["source"], told["state"], *scopes.values()):
        columns.append(text.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64))
    return group_numbers(columns)


def group_numbers(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Rows that are equal in all columns have the same number, counted from 0."""
    order = np.lexsort(columns[::-1])
    changed = np.zeros(len(order), bool)
    for column in columns:
        ordered = column[order]
        changed[1:] |= ordered[1:] != ordered[:-1]
    found = np.empty(len(order), np.int64)
    found[order] = np.cumsum(changed)
    return found


# Responses


def _told_responses(history: History, bucket: int, spec: StateSpec) -> pa.Table:
    """The responses that begin or end some state, with their words: customer, at, precision, zone, kind and scopes."""
    tags = history.tags("responses")
    making = np.array([k in spec.kinds() for k in tags["kind"].to_pylist()], bool)
    rows = history.table("responses", bucket, ["customer", "at", "tag"]) if making.any() else None
    if rows is None:
        return pa.table({"customer": pa.array([], pa.int32())})
    rows = rows.filter(pa.array(making[rows["tag"].to_numpy()]))
    told = _taken(tags, rows["tag"].to_numpy(), ("source", "kind", "at_precision", "channel", "brand"))
    return pa.table(
        {
            "customer": rows["customer"],
            "at": _instants(rows, "at", NO_START),
            "precision": _precision(told["at_precision"]),
            "zone": pa.array(zone_names(told["source"], spec.zones, spec.zone), _TEXT),
            "kind": told["kind"],
            **{s: told.get(s, pa.nulls(rows.num_rows, _TEXT)) for s in SCOPES},
        }
    )


def of_responses(responses: pa.Table, spec: StateSpec) -> Assertions:
    """What responses (customer, at, precision, zone, kind, scopes) begin and end."""
    at, precision = responses["at"].to_numpy(), _whole(responses["precision"])
    last = last_instants(at, precision, responses["zone"].to_numpy(zero_copy_only=False), NO_END)
    opens, closes = [OPENS.empty_table()], [CLOSES.empty_table()]
    for state, rule in spec.rules.items():
        opening, closing = (
            pc.is_in(_whole(responses["kind"]), pa.array(kinds, _TEXT)).to_numpy(zero_copy_only=False)
            for kinds in (rule.opened_by, rule.closed_by)
        )
        lasts = NO_END if rule.lasts is None else rule.lasts
        scopes = {s: responses[s] for s in SCOPES}
        if opening.any():
            kept = np.flatnonzero(opening)
            until = np.full(len(kept), NO_END) if rule.lasts is None else at[kept] + lasts
            opens.append(
                _opens(
                    {
                        "customer": responses["customer"].take(kept),
                        "state": [state] * len(kept),
                        "start": at[kept],
                        "start_precision": precision.take(pa.array(kept)),
                        "until": until,
                        "until_precision": precision.take(pa.array(kept)),
                        "as_of": np.full(len(kept), NO_START),
                        "begun": at[kept],
                        "settled": last[kept],
                        "firm": np.zeros(len(kept), bool),
                        **{s: column.take(kept) for s, column in scopes.items()},
                    }
                )
            )
        if closing.any():
            kept = np.flatnonzero(closing)
            closes.append(
                _closes(
                    {
                        "customer": responses["customer"].take(kept),
                        "state": [state] * len(kept),
                        "at": at[kept],
                        "last": last[kept],
                        "precision": precision.take(pa.array(kept)),
                        **{s: column.take(kept) for s, column in scopes.items()},
                    }
                )
            )
    return Assertions(pa.concat_tables(opens), pa.concat_tables(closes))


# Bounces


def _of_bounces(history: History, bucket: int, spec: StateSpec) -> Assertions:
    """An address is dead from a hard bounce until something is delivered to it."""
    nothing = Assertions(OPENS.empty_table(), CLOSES.empty_table())
    tags = history.tags("contacts")
    status, outcome = tags["status"].to_pylist(), tags["outcome"].to_pylist()
    bounced = np.array([s == "bounced" for s in status], bool)
    dead = np.array(
        [s == "bounced" and o is not None and spec.is_dead(o) for s, o in zip(status, outcome, strict=True)]
    )
    untold = np.array([s == "bounced" and o is None for s, o in zip(status, outcome, strict=True)])
    delivered = np.array([s == "delivered" for s in status], bool)
    if not bounced.any():
        return nothing
    rows = history.bucket(bucket).contacts
    count = int(untold[rows.tag].sum())
    if not dead.any() or not dead[rows.tag].any():
        return nothing._replace(bounces_untold=count)
    customer = np.repeat(np.arange(len(rows.offsets) - 1, dtype=np.int32), np.diff(rows.offsets))
    concerned = np.zeros(len(rows.offsets) - 1, bool)
    concerned[customer[dead[rows.tag]]] = True
    kept = np.flatnonzero(concerned[customer] & (dead | delivered)[rows.tag])
    table = _bounce_rows(history, bucket, kept, customer, tags, spec)
    is_dead = dead[rows.tag[kept]]
    made = of_responses(
        table.append_column("kind", pa.array(np.where(is_dead, "dead", "delivered"))), _for_bounces(spec)
    )
    return Assertions(made.opens, made.closes, count)


def _for_bounces(spec: StateSpec) -> StateSpec:
    rule = spec.rule(HARD_BOUNCED)
    rule = StateRule(("dead",), ("delivered",), rule.lasts, rule.permits, rule.one_at_a_time)
    return StateSpec({HARD_BOUNCED: rule}, spec.reading, spec.zone, spec.zones)


def _bounce_rows(
    history: History, bucket: int, kept: np.ndarray, customer: np.ndarray, tags: pa.Table, spec: StateSpec
) -> pa.Table:
    """Those contacts by the instant of their status, with channel and address."""
    rows = history.table("contacts", bucket, ["at", "tag", "status_at", "address"])
    assert rows is not None
    rows = rows.take(pa.array(kept))
    told = _taken(tags, rows["tag"].to_numpy(), ("source", "channel", "at_precision", "status_at_precision"))
    at, precision = _instants(rows, "at", NO_START), _precision(told["at_precision"])
    if "status_at" in rows.column_names:
        later = _instants(rows, "status_at", NO_START)
        has = later != NO_START
        at = np.where(has, later, at)
        precision = pc.if_else(pa.array(has), _precision(told["status_at_precision"]), precision)
    empty = pa.nulls(rows.num_rows, _TEXT)
    return pa.table(
        {
            "customer": pa.array(customer[kept]),
            "at": at,
            "precision": precision,
            "zone": pa.array(zone_names(told["source"], spec.zones, spec.zone), _TEXT),
            **dict.fromkeys(SCOPES, empty),
        }
        | {"channel": told["channel"], "address": _texts(rows, "address")}
    )


# Columns


def _opens(columns: Mapping[str, object]) -> pa.Table:
    return pa.table({f.name: columns[f.name] for f in OPENS}).cast(OPENS)


def _closes(columns: Mapping[str, object]) -> pa.Table:
    return pa.table({f.name: columns[f.name] for f in CLOSES}).cast(CLOSES)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _taken(tags: pa.Table, tag: np.ndarray, names: Sequence[str]) -> dict[str, pa.Array]:
    """The words of tags, a row per row; attributes that tags do not tell are left out."""
    place = pa.array(tag)
    return {n: _text(_whole(tags[n])).take(place) for n in names if n in tags.column_names}


def _text(array: pa.Array) -> pa.Array:
    return array.cast(_TEXT)


def _texts(rows: pa.Table, name: str) -> pa.Array:
    return _text(_whole(rows[name])) if name in rows.column_names else pa.nulls(rows.num_rows, _TEXT)


def _instants(rows: pa.Table, name: str, missing: int) -> np.ndarray:
    if name not in rows.column_names:
        return np.full(rows.num_rows, missing, np.int64)
    return np.asarray(_whole(rows[name]).cast(pa.int64()).fill_null(missing).to_numpy())


def _precision(words: pa.Array) -> pa.Array:
    return words.fill_null("instant")


def zone_names(sources: pa.Array, zones: Mapping[str, str], otherwise: str) -> np.ndarray:
    """The zone of each row's source."""
    encoded = sources.dictionary_encode()
    names = np.array([zones.get(s, otherwise) for s in encoded.dictionary.to_pylist()] + [otherwise], object)
    place = encoded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(names[place])


def last_instants(at: np.ndarray, precision: pa.Array, zone: np.ndarray, missing: int) -> np.ndarray:
    """The last microsecond at which something known to the instant, the hour or the day can have happened."""
    found = at.copy()
    hours = pc.equal(precision, "hour").to_numpy(zero_copy_only=False)
    known = (at != NO_START) & (at != NO_END)
    found[hours & known] += HOUR_US - 1
    days = pc.equal(precision, "day").to_numpy(zero_copy_only=False) & known
    for name in set(zone[days].tolist()):
        own = days & (zone == name)
        found[own] = ends_of_days(at[own], name) - 1
    found[~known] = missing
    return found
