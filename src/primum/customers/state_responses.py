"""Responses that begin and end states, and bounced contacts, which say that an address is dead.

Owns what a response or a bounce tells. Refuses to keep anything else of them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.assertions import (
    CLOSES,
    OPENS,
    TEXT,
    Assertions,
    closes_table,
    instants,
    last_instants,
    opens_table,
    precision_of,
    taken,
    texts,
    whole,
    zone_names,
)
from primum.customers.days import NO_END, NO_START
from primum.customers.spec import SCOPES, StateSpec
from primum.customers.state_rules import HARD_BOUNCED, StateRule
from primum.customers.tags import word_column
from primum.history import History

HEARD = pa.schema(
    [
        ("customer", pa.int32()),
        ("at", pa.int64()),
        ("precision", TEXT),
        ("zone", TEXT),
        ("kind", TEXT),
        *((scope, TEXT) for scope in SCOPES),
    ]
)
"""Responses in words: `zone` is the one in which their source's dates are days."""


def told_responses(history: History, bucket: int, spec: StateSpec) -> pa.Table:
    """The responses that begin or end some state, with their words: customer, at, precision, zone, kind and scopes."""
    tags = history.tags("responses")
    making = np.array([k in spec.kinds() for k in tags["kind"].to_pylist()], bool)
    rows = history.table("responses", bucket, ["customer", "at", "tag"]) if making.any() else None
    if rows is None:
        return HEARD.empty_table()
    rows = rows.filter(pa.array(making[rows["tag"].to_numpy()]))
    told = taken(tags, rows["tag"].to_numpy(), ("source", "kind", "at_precision", "channel", "brand"))
    return pa.table(
        {
            "customer": rows["customer"],
            "at": instants(rows, "at", NO_START),
            "precision": precision_of(told["at_precision"]),
            "zone": pa.array(zone_names(told["source"], spec.zones, spec.zone), TEXT),
            "kind": told["kind"],
            **{s: told.get(s, pa.nulls(rows.num_rows, TEXT)) for s in SCOPES},
        }
    )


def of_responses(responses: pa.Table, spec: StateSpec) -> Assertions:
    """What responses (customer, at, precision, zone, kind, scopes) begin and end."""
    at, precision = responses["at"].to_numpy(), whole(responses["precision"])
    last = last_instants(at, precision, responses["zone"].to_numpy(zero_copy_only=False), NO_END)
    dated = responses.append_column("last", pa.array(last))
    opens, closes = [OPENS.empty_table()], [CLOSES.empty_table()]
    for state, rule in spec.rules.items():
        opens.append(_beginnings(_of_kinds(dated, rule.opened_by), state, rule))
        closes.append(_ends(_of_kinds(dated, rule.closed_by), state))
    return Assertions(pa.concat_tables(opens), pa.concat_tables(closes))


def _of_kinds(responses: pa.Table, kinds: Sequence[str]) -> pa.Table:
    return responses.filter(pc.is_in(responses["kind"], pa.array(kinds, TEXT)))


def _beginnings(responses: pa.Table, state: str, rule: StateRule) -> pa.Table:
    at, count = responses["at"].to_numpy(), responses.num_rows
    return opens_table(
        {
            "customer": responses["customer"],
            "state": pa.array([state] * count, TEXT),
            "start": at,
            "start_precision": responses["precision"],
            "until": np.full(count, NO_END) if rule.lasts is None else at + rule.lasts,
            "until_precision": responses["precision"],
            "as_of": np.full(count, NO_START),
            "begun": at,
            "settled": responses["last"],
            "firm": np.zeros(count, bool),
            **_scopes(responses),
        }
    )


def _ends(responses: pa.Table, state: str) -> pa.Table:
    return closes_table(
        {
            "customer": responses["customer"],
            "state": pa.array([state] * responses.num_rows, TEXT),
            "at": responses["at"],
            "last": responses["last"],
            "precision": responses["precision"],
            **_scopes(responses),
        }
    )


def _scopes(responses: pa.Table) -> Mapping[str, pa.ChunkedArray]:
    return {scope: responses[scope] for scope in SCOPES}


# Bounces


def of_bounces(history: History, bucket: int, spec: StateSpec) -> Assertions:
    """An address is dead from a hard bounce until something is delivered to it."""
    nothing = Assertions(OPENS.empty_table(), CLOSES.empty_table())
    tags = history.tags("contacts")
    status, outcome = word_column(tags["status"]), word_column(tags["outcome"])
    bounced, delivered = status.holds(lambda w: w == "bounced"), status.holds(lambda w: w == "delivered")
    dead = bounced & outcome.holds(lambda w: w is not None and spec.is_dead(w))
    untold = bounced & outcome.holds(lambda w: w is None)
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
    told = taken(tags, rows["tag"].to_numpy(), ("source", "channel", "at_precision", "status_at_precision"))
    sent, precision = instants(rows, "at", NO_START), precision_of(told["at_precision"])
    at = sent
    if "status_at" in rows.column_names:
        later = instants(rows, "status_at", NO_START)
        has = later != NO_START
        at = np.where(has, later, at)
        precision = pc.if_else(pa.array(has), precision_of(told["status_at_precision"]), precision)
    # What a contact brings to light comes after it: no rule holds a contact back for its own bounce.
    at = np.where(pc.equal(precision, "day").to_numpy(zero_copy_only=False), at, np.maximum(at, sent + 1))
    empty = pa.nulls(rows.num_rows, TEXT)
    return pa.table(
        {
            "customer": pa.array(customer[kept]),
            "at": at,
            "precision": precision,
            "zone": pa.array(zone_names(told["source"], spec.zones, spec.zone), TEXT),
            **dict.fromkeys(SCOPES, empty),
        }
        | {"channel": told["channel"], "address": texts(rows, "address")}
    )
