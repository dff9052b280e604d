"""Binding: what a compiled rule set makes of each signature, decided once and not once a contact.

A *signature* is one distinct combination of a status and the attributes that filters and scopes name. Owns the flat
lists that the kernel walks: per signature, which rows govern it, which rows must be counted, into which rings it goes.
Refuses to know a customer or an instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from primum.rules.calendar import HourTables, bits, hour_tables
from primum.rules.compile import Compiled, KeySet, Kind, Pool, Scope
from primum.rules.layout import CHECK_FIELDS, NOT_COUNTED, PUSH_FIELDS
from primum.words.filters import Filter, Value


@dataclass(frozen=True)
class Signature:
    """One combination; `values` holds the attributes that are present, of those that signatures tell.

    `present` names those of the others that some rule needs and that are present.
    """

    status: str
    values: Mapping[str, Value]
    present: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PoolPlace:
    """Where a pool's rings lie: `slots` of `depth` cells each; keyed pools get their slots per batch."""

    slots: int
    depth: int
    keys: int


@dataclass(frozen=True)
class Bound:
    """A compiled rule set and the signatures of a batch.

    `governs` (uint64, signatures x words). `checks` and `pushes` (int64): lines, each once, few enough to stay near the
    processor; signature s has those that begin at `check_list[check_start[s] : check_start[s + 1]]`. `counted` (int64,
    pools x signatures): the slot within the pool, 0 in keyed pools, NOT_COUNTED. `rank` (float64): place in
    `priorities`, NaN where the contact's own number decides. `sent` (int64): the signature with the same attributes and
    status `sent`.
    """

    compiled: Compiled
    signatures: tuple[Signature, ...]
    key_sets: tuple[KeySet, ...]
    distincts: tuple[str, ...]
    in_signature: frozenset[str]
    governs: np.ndarray
    checks: np.ndarray
    check_list: np.ndarray
    check_start: np.ndarray
    pushes: np.ndarray
    push_list: np.ndarray
    push_start: np.ndarray
    counted: np.ndarray
    rank: np.ndarray
    sent: np.ndarray
    places: tuple[PoolPlace, ...]
    distinct_codes: np.ndarray
    """int64, distinct attributes x signatures: the value's code; -1 where absent or not in the signature."""
    hour_tables: HourTables
    scope_codes: Mapping[Scope, tuple[tuple[int, ...], ...]]
    """Per scope that signatures tell: the codes of the values that each signature holds, (-1,) for none."""


def bind(
    compiled: Compiled,
    signatures: Sequence[Signature],
    in_signature: frozenset[str],
    scope_values: Mapping[Scope, Mapping[Value, int]] | None = None,
) -> Bound:
    """Bind a rule set to these signatures, and to their twins with status `sent`.

    Args:
        in_signature: the attributes that signatures tell; all others are told row by row.
        scope_values: per scope the codes that states and responses give its values (as `plain` tells them).
    """
    everything, sent = _with_sent(signatures)
    key_sets = tuple(k for k in compiled.key_sets() if not set(k.attributes) <= in_signature)
    distincts = tuple(sorted({p.distinct for p in compiled.pools if p.distinct}))
    places, slots = _places(compiled, everything, key_sets, in_signature)
    exempt = [_exempt(compiled, s) for s in everything]
    governs = np.stack([_governs(compiled, s, e) for s, e in zip(everything, exempt, strict=True)])
    counted = np.full((max(1, len(compiled.pools)), len(everything)), NOT_COUNTED, np.int64)
    for number, pool in enumerate(compiled.pools):
        for i, (signature, out) in enumerate(zip(everything, exempt, strict=True)):
            if out is not False and _counts(pool, signature):
                counted[number, i] = slots[number][i] if places[number].keys < 0 else 0
    checks, check_start = _checks(compiled, governs, places, slots, distincts)
    pushes, push_start = _pushes(compiled, counted, places, distincts)
    return Bound(
        compiled,
        tuple(everything),
        key_sets,
        distincts,
        in_signature,
        governs,
        *_each_once(checks),
        check_start,
        *_each_once(pushes),
        push_start,
        counted,
        np.array([_rank(compiled, s) for s in everything], np.float64),
        sent,
        tuple(places),
        _distinct_codes(distincts, everything),
        hour_tables(compiled),
        {s: _scope_codes(s, everything, values) for s, values in (scope_values or {}).items()},
    )


def plain(value: Value | None) -> Value | None:
    """A value so that equal ones look equal: a list sorted, each once; one of a single item is that item."""
    if not isinstance(value, tuple):
        return value
    kept = tuple(sorted(set(value)))
    return kept if len(kept) > 1 else kept[0] if kept else None


def _scope_codes(
    scope: Scope, signatures: Sequence[Signature], values: Mapping[Value, int]
) -> tuple[tuple[int, ...], ...]:
    """The codes each signature holds: one, several (tags), or (-1,) for an absent attribute."""
    found: list[tuple[int, ...]] = []
    for signature in signatures:
        held = plain(signature.values.get(scope.attribute))
        each: tuple[Value, ...] = (
            held if isinstance(held, tuple) and not scope.exact else () if held is None else (held,)
        )
        found.append((-1,) if held is None else tuple(values[t] for t in each if t in values))
    return tuple(found)


def _with_sent(signatures: Sequence[Signature]) -> tuple[list[Signature], np.ndarray]:
    """The signatures, then twins with status `sent` that are not among them; and where each one's twin is."""
    found = list(signatures)
    place = {_name(s): i for i, s in enumerate(found)}
    sent = []
    for signature in signatures:
        twin = Signature("sent", signature.values, signature.present)
        if _name(twin) not in place:
            place[_name(twin)] = len(found)
            found.append(twin)
        sent.append(place[_name(twin)])
    sent += range(len(signatures), len(found))
    return found, np.array(sent, np.int64)


def _name(signature: Signature) -> tuple[str, tuple[tuple[str, Value], ...], frozenset[str]]:
    return signature.status, tuple(sorted(signature.values.items(), key=lambda item: item[0])), signature.present


def _exempt(compiled: Compiled, signature: Signature) -> bool | None:
    """Whether an exempt contact counts; None where it is not exempt. The first declaration that matches decides."""
    for to, counts in compiled.exempt:
        if to.matches(signature.values):
            return counts
    return None


def _all_match(filters: Sequence[Filter], signature: Signature) -> bool:
    return all(f.matches_with(lambda name: _value(signature, name)) for f in filters)


def _value(signature: Signature, name: str) -> Value | None:
    return signature.status if name == "status" else signature.values.get(name)


def _has_all(needs: Sequence[str], signature: Signature) -> bool:
    """Whether needed attributes are there."""
    return all(name in signature.present or plain(signature.values.get(name)) is not None for name in needs)


def _governs(compiled: Compiled, signature: Signature, exempt: bool | None) -> np.ndarray:
    if exempt is not None:
        return bits([], compiled.words)
    fits = (_all_match(r.governs, signature) and _has_all(r.needs, signature) for r in compiled.rows)
    return bits([i for i, fit in enumerate(fits) if fit], compiled.words)


def _counts(pool: Pool, signature: Signature) -> bool:
    if signature.status not in pool.statuses and not (signature.status == "planned" and pool.counts_planned):
        return False
    return _all_match(pool.filters, signature) and _has_all(pool.needs, signature)


def _rank(compiled: Compiled, signature: Signature) -> float:
    """Place in `priorities`, the most important first; NaN where there are none."""
    if not compiled.priorities:
        return float("nan")
    matching = (i for i, f in enumerate(compiled.priorities) if f.matches(signature.values))
    return float(next(matching, len(compiled.priorities)))


def _places(
    compiled: Compiled,
    signatures: Sequence[Signature],
    key_sets: Sequence[KeySet],
    in_signature: frozenset[str],
) -> tuple[list[PoolPlace], list[list[int]]]:
    """Each pool's place, and per pool the slot of each signature (all 0 in keyed pools)."""
    places, slots = [], []
    for number, pool in enumerate(compiled.pools):
        deepest = max((r.n + bool(pool.distinct) for r in compiled.rows if r.pool == number), default=1)
        depth = 1 << (deepest - 1).bit_length() if not pool.distinct else deepest
        if pool.per and not set(pool.per) <= in_signature:
            places.append(PoolPlace(0, depth, key_sets.index(KeySet(pool.per, bool(pool.needs)))))
            slots.append([0] * len(signatures))
            continue
        known: dict[tuple[Value | None, ...], int] = {}
        own = [known.setdefault(tuple(plain(s.values.get(a)) for a in pool.per), len(known)) for s in signatures]
        places.append(PoolPlace(max(1, len(known)), depth, -1))
        slots.append(own)
    return places, slots


def _checks(
    compiled: Compiled,
    governs: np.ndarray,
    places: Sequence[PoolPlace],
    slots: Sequence[Sequence[int]],
    distincts: Sequence[str],
) -> tuple[np.ndarray, np.ndarray]:
    """For each signature, the rows that count, cheapest first."""
    counting = [i for i, r in enumerate(compiled.rows) if r.kind in (Kind.COUNT, Kind.DISTINCT)]
    counting.sort(key=lambda i: (compiled.rows[i].kind, compiled.rows[i].axis, compiled.rows[i].pool))
    lines: list[list[int]] = []
    start = [0]
    for signature in range(len(governs)):
        for i in counting:
            row = compiled.rows[i]
            if not int(governs[signature, i // 64]) >> (i % 64) & 1:
                continue
            pool, place = compiled.pools[row.pool], places[row.pool]
            slot = slots[row.pool][signature]
            distinct = distincts.index(pool.distinct) if pool.distinct else -1
            places_of = (row.n, row.width, row.axis, slot, 0, place.depth, place.keys)
            lines.append([*places_of, row.only_after, pool.household, distinct, row.pool, slot, i, row.form])
        start.append(len(lines))
    return np.array(lines, np.int64).reshape(-1, CHECK_FIELDS), np.array(start, np.int64)


def _pushes(
    compiled: Compiled,
    counted: np.ndarray,
    places: Sequence[PoolPlace],
    distincts: Sequence[str],
) -> tuple[np.ndarray, np.ndarray]:
    """For each signature, the pools that it goes into."""
    lines: list[list[int]] = []
    start = [0]
    for signature in range(counted.shape[1]):
        for number, pool in enumerate(compiled.pools):
            slot = int(counted[number, signature])
            if slot == NOT_COUNTED:
                continue
            distinct = distincts.index(pool.distinct) if pool.distinct else -1
            lines.append([slot, 0, places[number].depth, places[number].keys, pool.household, distinct, number])
        start.append(len(lines))
    return np.array(lines, np.int64).reshape(-1, PUSH_FIELDS), np.array(start, np.int64)


def _each_once(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct lines, and where each line now begins."""
    found, number = np.unique(lines, axis=0, return_inverse=True)
    return found, number.reshape(-1, 1) * lines.shape[1]


def _distinct_codes(distincts: Sequence[str], signatures: Sequence[Signature]) -> np.ndarray:
    codes = np.full((max(1, len(distincts)), len(signatures)), -1, np.int64)
    for number, name in enumerate(distincts):
        known: dict[Value, int] = {}
        for i, signature in enumerate(signatures):
            value = plain(signature.values.get(name))
            if value is not None:
                codes[number, i] = known.setdefault(value, len(known))
    return codes
