"""Folding: which end belongs to which beginning, so that any order of arrival gives the same intervals.

Owns three principles. An end closes what it covers (an opt-in for one brand does not lift an opt-out from all of them).
Where it cannot be told which came first, the reading that holds contacts back wins: an opt-out outlives an opt-in of
the same instant or day, a consent does not outlive an opt-out. What a source itself says about an end is not undone.
Refuses rows: it works on two Arrow tables (`assertions.OPENS`, `CLOSES`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from primum.customers.assertions import group_numbers
from primum.customers.days import NO_END, NO_START
from primum.customers.spec import COVERED, SCOPES, StateSpec
from primum.customers.state_rules import OPTED_OUT

NEVER_SURE = 253_402_300_799_000_000
"""9999-12-31T23:59:59Z: what is only ever possible is sure from then on."""

_INSTANT = pa.timestamp("us")
INTERVALS = pa.schema(
    [
        ("customer", pa.int32()),
        ("state", pa.string()),
        ("start", _INSTANT),
        ("until", _INSTANT),
        ("start_precision", pa.string()),
        ("until_precision", pa.string()),
        ("as_of", _INSTANT),
        ("kind", pa.string()),
        *((scope, pa.string()) for scope in SCOPES),
    ]
)
"""What is true of customers: on [start, until), where `start` null means as long as is known and `until` null that no
end is known. `as_of`: until then it is only possible; null: it is sure from its beginning. `kind`: state or segment."""


@dataclass(frozen=True)
class Folded:
    """Intervals (`INTERVALS`), sorted; `narrower`: ends that covered only a part of something, and so ended nothing."""

    table: pa.Table
    narrower: int


def fold(opens: pa.Table, closes: pa.Table, spec: StateSpec) -> Folded:
    """Intervals of states, whatever the order of the rows.

    Args:
        opens, closes: of some customers; see `assertions`.
    """
    if not opens.num_rows:
        return Folded(INTERVALS.empty_table(), 0)
    closes = pa.concat_tables([closes, _successors(opens, spec)])
    until, precision, narrower = _ends(opens, closes, spec)
    return Folded(_coalesced(_intervals(opens, until, precision, spec)), narrower)


def _successors(opens: pa.Table, spec: StateSpec) -> pa.Table:
    """Of states that a customer has one at a time, each beginning ends what was there before."""
    single = [name for name, rule in spec.rules.items() if rule.one_at_a_time]
    told = pc.and_(pc.is_in(opens["state"], pa.array(single, pa.string())), pc.not_equal(opens["start"], NO_START))
    kept = opens.filter(told)
    columns = {
        "customer": kept["customer"],
        "state": kept["state"],
        "at": kept["start"],
        "last": kept["settled"],
        "precision": kept["start_precision"],
    }
    return pa.table(columns | {scope: pa.nulls(kept.num_rows, pa.string()) for scope in SCOPES})


def _ends(opens: pa.Table, closes: pa.Table, spec: StateSpec) -> tuple[np.ndarray, pa.Array, int]:
    """Each beginning's end with its precision, and how many ends were too narrow to end anything."""
    names, state, closed_state = _numbered(opens["state"], closes["state"])
    scopes = [_numbered(opens[s], closes[s])[1:] for s in SCOPES]
    customer, closing_customer = opens["customer"].to_numpy().astype(np.int64), closes["customer"].to_numpy()
    at, last = closes["at"].to_numpy(), closes["last"].to_numpy()
    group, closing_group = customer * len(names) + state, closing_customer * len(names) + closed_state
    order = np.lexsort((last, at, closing_group))
    permits = np.array([spec.rule(n).permits for n in names], bool)[state]
    bounds = np.searchsorted(closing_group[order], np.stack([group, group + 1]))
    found, narrow = _first_ends(
        bounds,
        opens["begun"].to_numpy(),
        opens["settled"].to_numpy(),
        opens["firm"].to_numpy(zero_copy_only=False) & ~permits,
        permits,
        np.stack([s[0] for s in scopes], axis=1),
        at[order],
        last[order],
        np.stack([s[1] for s in scopes], axis=1)[order],
    )
    until = opens["until"].to_numpy()
    chosen = np.append(order, 0)[found]
    ends = np.where(found >= 0, np.append(at, NO_END)[chosen], NO_END)
    earlier = ends < until
    told, other = _plain(opens["until_precision"]), _plain(closes["precision"])
    if len(other):
        told = pc.if_else(pa.array(earlier), other.take(pa.array(chosen)), told)
    return np.where(earlier, ends, until), told, int(narrow.sum())


@njit(cache=True, nogil=True)
def _first_ends(
    bounds: np.ndarray,
    begun: np.ndarray,
    settled: np.ndarray,
    firm: np.ndarray,
    permits: np.ndarray,
    scope: np.ndarray,
    at: np.ndarray,
    last: np.ndarray,
    closing: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """For each beginning, the first end (by position) that ends it, -1 for none; and which ends were too narrow."""
    found = np.full(len(begun), -1, np.int64)
    narrow, used = np.zeros(len(at), np.bool_), np.zeros(len(at), np.bool_)
    for i in range(len(begun)):
        if firm[i]:
            continue
        for c in range(bounds[0, i], bounds[1, i]):
            first = found[i]
            if first >= 0 and (at[c] != at[first] or last[c] != last[first]):
                break
            late = last[c] >= begun[i] if permits[i] else at[c] > settled[i]
            if not late:
                continue
            covers, touches = True, True
            for s in range(scope.shape[1]):
                same = closing[c, s] == scope[i, s]
                covers &= closing[c, s] < 0 or same
                touches &= closing[c, s] < 0 or scope[i, s] < 0 or same
            if covers:
                found[i] = c if first < 0 else first
                used[c] = True
            narrow[c] |= touches
    return found, narrow & ~used


def _numbered(one: pa.ChunkedArray, other: pa.ChunkedArray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The distinct texts of two columns, and each column's numbers among them (-1 for null)."""
    both = pa.concat_arrays([_plain(one), _plain(other)]).dictionary_encode()
    codes = both.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return both.dictionary.to_pylist(), codes[: len(one)], codes[len(one) :]


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _intervals(opens: pa.Table, until: np.ndarray, precision: pa.Array, spec: StateSpec) -> pa.Table:
    """The folded rows in the form of `INTERVALS`, opt-outs as widely as they are read."""
    start, as_of = opens["start"].to_numpy(), opens["as_of"].to_numpy()
    sure = pa.array(np.where(as_of == NO_END, NEVER_SURE, as_of), mask=as_of == NO_START)
    opted_out = pc.equal(opens["state"], OPTED_OUT)
    kept = COVERED[spec.reading]
    scopes = {s: opens[s] if s in kept else pc.if_else(opted_out, None, opens[s]) for s in SCOPES}
    table = pa.table(
        {
            "customer": opens["customer"],
            "state": opens["state"],
            "start": pa.array(start, mask=start == NO_START).cast(_INSTANT),
            "until": pa.array(until, mask=until == NO_END).cast(_INSTANT),
            "start_precision": opens["start_precision"],
            "until_precision": precision,
            "as_of": sure.cast(_INSTANT),
            "kind": pa.array(["state"] * opens.num_rows, pa.string()),
            **scopes,
        }
    ).cast(INTERVALS)
    exact = pc.and_(pc.equal(table["start_precision"], "instant"), pc.equal(table["until_precision"], "instant"))
    empty = pc.and_(exact, pc.less_equal(table["until"], table["start"]))
    return table.filter(pc.invert(pc.fill_null(empty, False)))


def _coalesced(table: pa.Table) -> pa.Table:
    """Sorted, each interval once; exact ones of one kind that overlap or touch are one."""
    start, until, as_of = (_numbers(table[n], m) for n, m in (("start", NO_START), ("until", NO_END), ("as_of", 0)))
    codes = [_numbered(table[n], table[n].slice(0, 0))[1] for n in ("start_precision", "until_precision")]
    exact = pc.and_(pc.equal(table["start_precision"], "instant"), pc.equal(table["until_precision"], "instant"))
    exact = pc.and_(exact, pc.is_null(table["as_of"])).to_numpy()
    same = group_numbers([table["customer"].to_numpy(), *_ranks(table, ("state", *SCOPES))])
    order = np.lexsort((as_of, codes[1], codes[0], until, start, ~exact, same))
    ends = until.copy()
    kept = _merged(order, same, exact, start, ends, np.stack([*codes, as_of], axis=1))
    merged = table.set_column(
        table.schema.get_field_index("until"), "until", pa.array(ends, mask=ends == NO_END).cast(_INSTANT)
    ).take(pa.array(kept))
    return _sorted(merged)


def _sorted(table: pa.Table) -> pa.Table:
    keys = [("customer", "ascending"), ("state", "ascending"), ("start", "ascending"), ("until", "ascending")]
    keys += [(n, "ascending") for n in ("start_precision", "until_precision", "as_of", *SCOPES)]
    return table.sort_by(keys).combine_chunks()


def _ranks(table: pa.Table, names: tuple[str, ...]) -> list[np.ndarray]:
    return [_numbered(table[n], table[n].slice(0, 0))[1] for n in names]


def _numbers(column: pa.ChunkedArray, missing: int) -> np.ndarray:
    return np.asarray(pc.fill_null(column.cast(pa.int64()), missing).to_numpy())


@njit(cache=True, nogil=True)
def _merged(
    order: np.ndarray, same: np.ndarray, exact: np.ndarray, start: np.ndarray, until: np.ndarray, further: np.ndarray
) -> np.ndarray:
    """Rows that stay; the `until` of one that took in others is moved."""
    kept = np.empty(len(order), np.int64)
    count = 0
    for i in order:
        held = kept[count - 1] if count > 0 else -1
        if held >= 0 and same[held] == same[i] and exact[held] == exact[i]:
            if exact[i] and start[i] <= until[held]:
                until[held] = max(until[held], until[i])
                continue
            if start[i] == start[held] and until[i] == until[held] and (further[i] == further[held]).all():
                continue
        kept[count] = i
        count += 1
    return kept[:count]
