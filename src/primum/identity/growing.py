"""Linking what is new: the keys of new rows looked up among the identifiers that are known.

Owns the step from (what is known, new rows) to what is known now. As long as no customer master changes, nobody can
merge or part: a new key is one that is known, one that names nobody, or a new customer. Refuses to read old rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.identity.keyed import IdentityKey, binary_digests, hex_bytes, hex_texts
from primum.identity.known import Known
from primum.identity.link import NAMES, PLACEHOLDER, Forms, collect_keys, normal_phones
from primum.identity.looks import NOBODY_BUT_SHARED, People, with_looks
from primum.identity.normalise import placeholder_sql
from primum.words.views import SourceView

WANTED = ["kind", "value"]


@dataclass(frozen=True)
class Nobody:
    """A key that was met and names nobody; `value` is readable."""

    kind: str
    value: str
    hash: str
    why: str
    contacts: int


@dataclass(frozen=True)
class Joined:
    """The outcome.

    `customers` are the new ones: `code` (number for good) and the columns of `link.Linked.customers`. `tables` names,
    per source, a relation `(key, code, node)`, numbers for good. `names` are readable forms, as `link.Linked.names`.
    """

    known: Known
    customers: pa.Table
    kinds: tuple[str, ...]
    tables: dict[str, str]
    has_master: bool
    nobody: tuple[Nobody, ...]
    names: pa.Table
    not_people: tuple[int, ...]
    """Customers that each entry of the strategy's `not_people` matches, the new ones included."""


@dataclass(frozen=True)
class Before:
    """What linking must know of the history so far."""

    known: Known
    bits: Mapping[str, int]
    """Per source, its bit in `used`."""
    kinds: Sequence[str]
    """Kinds of identifier by their bit in a customer's `kinds`."""
    next_customer: int
    """The first number for good that nobody has had."""
    not_people: Sequence[int]
    has_master: bool


@dataclass(frozen=True)
class Terms:
    """What the strategy says about identifiers, and the key that makes them unreadable."""

    key: IdentityKey
    country: str | None
    placeholders: Sequence[str]
    people: People = field(default_factory=People)


def link_new_keys(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[SourceView],
    before: Before,
    terms: Terms,
    counted: Mapping[str, pa.Table],
) -> Joined:
    """Link the keys of sources none of which is a customer master.

    Args:
        sources: views of what is new.
        counted: per source whose keys are known already, its distinct keys (`key`, int64) and their counts (`n`).
    """
    keyed = [s for s in sources if s.key_kinds]
    normal_phones(con, keyed, [], terms.country)
    forms = collect_keys(con, keyed, counted, read_once=True)
    step = _Step(con, before, terms)
    step.look_up(forms)
    tables: dict[str, str] = {}
    for form in forms:
        step.link(form)
        for position in form.keys:
            source = keyed[position]
            tables[source.name] = form.link
            if len(source.key_kinds) == 1:
                one = f"FROM {form.link} WHERE key_kind = '{source.key_kinds[0]}'"
                tables[source.name] = f"(SELECT * EXCLUDE (key_kind) {one})"
            counts = source.kind in ("contacts", "events")
            step.use(f"keys_{position}", form, before.bits[source.name], counts=counts)
    return step.outcome(tables)


class _Step:
    def __init__(self, con: duckdb.DuckDBPyConnection, before: Before, terms: Terms) -> None:
        self._con, self._before, self._terms = con, before, terms
        known = before.known
        self._kinds = list(before.kinds)
        self._table = known.table
        self._code, self._used, self._contacts = (known.column(n) for n in ("code", "used", "contacts"))
        self._changed: list[np.ndarray] = []
        self._nobody: dict[int, int] = {}
        self._wanted = pa.table({"kind": pa.array([], pa.string()), "value": pa.array([], pa.string())})
        """Every identifier that is a key of a new row, once."""
        self._number = np.empty(0, np.int64)
        self._found: dict[str, tuple[pa.Table, np.ndarray]] = {}
        """Per table of forms: `key_kind`, `key`, `value`, and the number of each."""

    def look_up(self, forms: Sequence[Forms]) -> None:
        """Give every key its number."""
        tables = [self._con.execute(f"SELECT key_kind, key, value FROM {f.table}").to_arrow_table() for f in forms]
        keys = pa.concat_tables(
            [self._wanted, *(t.select(["key_kind", "value"]).rename_columns(WANTED) for t in tables)]
        )
        keys = keys.combine_chunks()
        digests = _digests(self._terms.key, keys)
        place, first = _distinct(digests)
        self._wanted, digests = keys.take(pa.array(first)), digests[first]
        number = self._before.known.numbers_of(digests)
        fresh, met = np.flatnonzero(number < 0), np.flatnonzero(number >= 0)
        why = self._judged(fresh)
        idle = (self._used[number[met]] == 0) & (self._code[number[met]] < 0)
        if idle.any():
            known = self._before.known
            idle &= ~known.column("in_master")[number[met]] & known.usable()[number[met]]
        number[fresh] = self._before.known.table.num_rows + np.arange(len(fresh))
        welcome = np.concatenate([fresh[pc.is_null(why).to_numpy(zero_copy_only=False)], met[idle]])
        self._add(fresh, why, digests)
        self._number = number
        self._welcome(welcome, digests, fresh[pc.is_valid(why).to_numpy(zero_copy_only=False)])
        self.names = _names(self._wanted.take(pa.array(fresh)), digests[fresh])
        ends = np.cumsum([0, *(t.num_rows for t in tables)])
        for form, table, low, high in zip(forms, tables, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            self._found[form.table] = table, number[place[low:high]]

    def _judged(self, fresh: np.ndarray) -> pa.Array:
        """Why new identifiers name nobody; null where they do."""
        table = self._wanted.take(pa.array(fresh))
        kinds = sorted({str(k) for k in table["kind"].unique().to_pylist()})
        placeholders = self._terms.placeholders
        tests = " OR ".join(f"(kind = '{k}' AND {placeholder_sql(k, 'value', placeholders)})" for k in kinds) or "false"
        place = pa.array(np.arange(table.num_rows))
        self._con.register("fresh", table.append_column("place", place))
        found = self._con.execute(f"SELECT place FROM fresh WHERE {tests}").to_arrow_table()["place"].to_numpy()
        self._con.unregister("fresh")
        nobody = np.zeros(table.num_rows, bool)
        nobody[found] = True
        return pc.if_else(pa.array(nobody), pa.scalar(PLACEHOLDER), pa.scalar(None, pa.string()))

    def _add(self, fresh: np.ndarray, why: pa.Array, digests: np.ndarray) -> None:
        zeros = np.zeros(len(fresh), np.int64)
        rows = {
            "hash": binary_digests(digests[fresh]),
            "kind": self._wanted["kind"].take(pa.array(fresh)),
            "code": pa.array(np.full(len(fresh), -1, np.int32)),
            "in_master": pa.array(np.zeros(len(fresh), bool)),
            "why": why,
            "used": pa.array(zeros),
            "contacts": pa.array(zeros),
        }
        self._table = pa.concat_tables([self._table, pa.table(rows).cast(self._table.schema)])
        self._code = np.concatenate([self._code, np.full(len(fresh), -1, np.int32)])
        self._used = np.concatenate([self._used, zeros])
        if self._before.has_master:
            self._contacts = np.concatenate([self._contacts, zeros])

    def _welcome(self, rows: np.ndarray, digests: np.ndarray, nobody: np.ndarray) -> None:
        """Make each of these identifiers (rows of `wanted`) a customer."""
        from primum.identity.siphash import xxh64_of_hex

        wanted = self._wanted.take(pa.array(rows))
        for kind in wanted["kind"].unique().to_pylist():
            if kind not in self._kinds:
                self._kinds.append(kind)
        bit = {kind: np.uint64(1 << i) for i, kind in enumerate(self._kinds)}
        first = self._before.next_customer
        ids = hex_texts(np.ascontiguousarray(digests[rows]))
        table = pa.table(
            {
                "code": pa.array(np.arange(first, first + len(rows), dtype=np.int64)),
                "id": ids,
                "hash": pa.array(xxh64_of_hex(hex_bytes(ids)), pa.uint64()),
                "kinds": pa.array([bit[k] for k in wanted["kind"].to_pylist()], pa.uint64()),
                "in_master": pa.array(np.zeros(len(rows), bool)),
            }
        )
        unusable = self._wanted.take(pa.array(nobody))
        self.customers, more = with_looks(table, wanted, np.arange(len(rows)), self._terms.people, unusable)
        self.not_people = tuple(_matched(old, new) for old, new in zip(self._before.not_people, more, strict=True))
        self._code[self._number[rows]] = table["code"].to_numpy()

    def link(self, form: Forms) -> None:
        """Relation `link_TYPE (key_kind, key, code, node)`."""
        table, number = self._found[form.table]
        link = table.select(["key_kind", "key"]).append_column("code", pa.array(self._code[number], pa.int32()))
        self._con.register(form.link, link.append_column("node", pa.array(number.astype(np.int32))))

    def use(self, keys: str, form: Forms, bit: int, *, counts: bool) -> None:
        """Note which identifiers a source uses, and how many contacts do."""
        node, n = self._nodes_used(keys, form)
        mark = np.int64(1) << np.int64(bit)
        self._changed.append(node[(self._used[node] & mark) == 0])
        self._used[node] |= mark
        lost = self._code[node] < 0
        for number, rows in zip(node[lost].tolist(), n[lost].tolist(), strict=True):
            self._nobody[number] = self._nobody.get(number, 0) + (rows if counts else 0)
        if counts and self._before.has_master:
            np.add.at(self._contacts, node, n)
            self._changed.append(node)

    def _nodes_used(self, keys: str, form: Forms) -> tuple[np.ndarray, np.ndarray]:
        """The number of each key of a source, and how many rows use it."""
        table, number = self._found[form.table]
        if len(table["key_kind"].unique()) == 1:
            used = self._con.execute(f"SELECT key, n FROM {keys}").to_arrow_table()
            return number[pc.index_in(used["key"], table["key"].combine_chunks()).to_numpy()], used["n"].to_numpy()
        found = f"SELECT l.node, k.n FROM {keys} k JOIN {form.link} l USING (key_kind, key)"
        used = self._con.execute(found).to_arrow_table()
        return used["node"].to_numpy(), used["n"].to_numpy()

    def _met_nobody(self) -> tuple[Nobody, ...]:
        """Keys met that name nobody."""
        place = {int(n): i for i, n in enumerate(self._number.tolist())} if self._nobody else {}
        hashes, why = self._table["hash"], self._table["why"]
        return tuple(
            Nobody(
                self._wanted["kind"][place[number]].as_py(),
                self._wanted["value"][place[number]].as_py(),
                hashes[number].as_py().hex(),
                why[number].as_py(),
                contacts,
            )
            for number, contacts in self._nobody.items()
        )

    def outcome(self, tables: dict[str, str]) -> Joined:
        """What is known now."""
        changed = np.unique(np.concatenate([np.empty(0, np.int64), *self._changed]))
        table = self._table
        known = {"code": self._code, "used": self._used}
        if self._before.has_master:
            known["contacts"] = self._contacts
        for name, values in known.items():
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, pa.array(values, table.schema.field(name).type))
        return Joined(
            self._before.known.with_changes(table, changed),
            self.customers,
            tuple(self._kinds),
            tables,
            self._before.has_master,
            self._met_nobody(),
            self.names,
            self.not_people,
        )


def _distinct(digests: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of hashes (uint8 of [n, 16]) the place of each among the distinct ones, and the first row of each of those."""
    index = binary_digests(digests).dictionary_encode().indices.to_numpy()
    first = np.empty(int(index.max(initial=-1)) + 1, np.int64)
    first[index[::-1]] = np.arange(len(index))[::-1]
    return index, first


def _digests(key: IdentityKey, identifiers: pa.Table) -> np.ndarray:
    """The hash of each identifier (`kind`, `value`): uint8 of [n, 16]."""
    kinds = sorted({str(k) for k in identifiers["kind"].unique().to_pylist()})
    place = pc.index_in(identifiers["kind"], pa.array(kinds, pa.string())).cast(pa.int8())
    values = identifiers["value"].combine_chunks()
    return key.digests(kinds, values, place.combine_chunks().to_numpy(zero_copy_only=False))


def _names(identifiers: pa.Table, digests: np.ndarray) -> pa.Table:
    kind = identifiers["kind"].combine_chunks().dictionary_encode()
    return pa.table({"hash": binary_digests(digests), "kind": kind, "value": identifiers["value"]}, NAMES)


def _matched(old: int, new: int) -> int:
    """Customers that an entry of `not_people` matches, of those before and the new ones."""
    if new == NOBODY_BUT_SHARED:
        return old or new
    return max(old, 0) + new if new else old
