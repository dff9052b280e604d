"""Linking: which raw keys are one customer, decided once, globally, before the buckets are written.

Owns the graph of identifiers (one node per kind and normal form, one edge per claim of a customer master) and its
components. Refuses fuzzy matching; households group customers and never link them. Readable identifiers go no further
than this module: what leaves it are keyed hashes, and `names`, which is written encrypted or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.identity.keyed import IdentityKey, binary_digests, hex_bytes, hex_texts
from primum.identity.looks import People, with_looks
from primum.identity.normalise import normal_sql, normalise_phones, placeholder_sql
from primum.words.views import SourceView, usable

SHARED = "shared by many customers"
PLACEHOLDER = "stands for no identifier"
NAMES = pa.schema([("hash", pa.binary(16)), ("kind", pa.dictionary(pa.int32(), pa.string())), ("value", pa.string())])
LINKS = pa.schema([("hash", pa.binary(16)), ("id", pa.binary(16))])


@dataclass(frozen=True)
class SharedValue:
    """An identifier that names no one person: how many customers claim it, how many contacts use it as their key.

    `value` is readable: mask it before it is written anywhere.
    """

    kind: str
    value: str
    why: str
    customers: int
    contacts: int
    hash: str


@dataclass(frozen=True)
class KeyFigures:
    """Of one source: distinct customers its keys name, and how many of them a customer master knows."""

    customers: int
    found_in_master: int | None


@dataclass(frozen=True)
class Linked:
    """The outcome of linking.

    `customers` has a row per customer, in the order of `hash`: `id` (text: the keyed hash of the customer's canonical
    `kind:value`, 32 hexadecimal digits), `unit` (the same of the household where one is declared, else the id), `hash`
    (uint64, XXH64 of the unit, seed 0), `kinds` (uint64, bit i: an identifier of `kinds[i]` is known), `in_master`
    (bool), `looks` and `not_person` (see `looks.with_looks`). `tables` names, per source, a relation `(key, code)`,
    with `key_kind` where a source has keys of several kinds; `code` is the row of `customers`. Keys that name nobody
    are absent, or have the code -1.
    """

    customers: pa.Table
    kinds: tuple[str, ...]
    tables: dict[str, str]
    figures: dict[str, KeyFigures]
    shared: tuple[SharedValue, ...]
    merged: int
    names: pa.Table
    """Readable forms: `hash` (binary, 16 bytes), `kind`, `value` of every identifier, household and shared value."""
    links: pa.Table | None
    """`hash` of every identifier of customers who have several, with the customer's `id` (binary, 16 bytes both); None
    where nothing was linked."""
    not_people: tuple[int, ...]
    """Customers that each entry of the strategy's `not_people` matches (see `looks.NOBODY_BUT_SHARED`)."""
    nodes: pa.Table
    """Every identifier that was seen: `hash` (as in `names`), `kind`, `code` (the row of `customers`, -1 where it names
    nobody), `in_master`, `why` (null, or why it names nobody), `used` (bit i: source `keyed[i]` has such keys) and
    `contacts` (rows of contacts that use it as their key; only where `has_master`)."""
    keyed: tuple[str, ...]
    has_master: bool
    """Whether identifiers may be linked: then `tables` say of each key its `node` as well, a row of `nodes`."""


def link_customers(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[SourceView],
    *,
    key: IdentityKey,
    country: str | None,
    shared_by_at_most: int,
    placeholders: Sequence[str],
    counted: Mapping[str, pa.Table] | None = None,
    people: People | None = None,
) -> Linked:
    """Link the keys of all sources into customers.

    Args:
        con: the connection that holds the sources' views.
        key: makes identifiers unreadable.
        counted: per source whose keys are known already, its distinct keys (`key`, int64) and their counts (`n`).
        country: reads national phone numbers.
        shared_by_at_most: a value claimed by more customers of the master than this links nobody.
        placeholders: further texts that stand for "no identifier".
        people: what the strategy says about who is a person.
    """
    keyed = [s for s in sources if s.key_kinds]
    masters = [s for s in sources if s.identifier_kinds or s.kind == "identifiers"]
    normal_phones(con, keyed, masters, country)
    forms = collect_keys(con, keyed, counted or {})
    _collect_claims(con, masters)
    _mark_unusable(con, forms, shared_by_at_most, placeholders)
    _make_nodes(con, forms, masters)
    return _assemble(con, keyed, forms, bool(masters), key, people or People())


def _kind_sql(source: SourceView) -> str:
    return f"'{source.key_kinds[0]}'" if len(source.key_kinds) == 1 else "key_kind"


def _value_sql(kinds: Sequence[str], kind: str, raw: str) -> str:
    """The normal form of `raw`; phones are looked up in the table of normalised phones."""
    if "phone" not in kinds:
        return normal_sql("crm_id", raw)
    phone = f"coalesce(phones.value, {normal_sql('phone', raw)})"
    if list(kinds) == ["phone"]:
        return phone
    return f"CASE WHEN {kind} = 'phone' THEN {phone} ELSE {normal_sql('crm_id', raw)} END"


def normal_phones(
    con: duckdb.DuckDBPyConnection, keyed: Sequence[SourceView], masters: Sequence[SourceView], country: str | None
) -> None:
    """Table `phones (raw, value)`: every phone number that the sources hold, in its normal form."""
    selects = [
        f"SELECT key::VARCHAR AS raw FROM {s.view} WHERE {_kind_sql(s)} = 'phone'"
        for s in keyed
        if "phone" in s.key_kinds
    ]
    selects += [f"SELECT identifier_phone AS raw FROM {s.view}" for s in masters if "phone" in s.identifier_kinds]
    selects += [
        f"SELECT value::VARCHAR AS raw FROM {s.view} WHERE kind = 'phone'" for s in masters if "kind" in s.columns
    ]
    con.execute("CREATE OR REPLACE TEMP TABLE phones (raw VARCHAR, value VARCHAR)")
    if not selects:
        return
    union = " UNION ALL ".join(selects)
    raw = (
        con.execute(f"SELECT DISTINCT raw FROM ({union}) WHERE raw IS NOT NULL").to_arrow_table().column(0).to_pylist()
    )
    table = pa.table(
        {"raw": pa.array(raw, pa.string()), "value": pa.array(normalise_phones(raw, country), pa.string())}
    )
    con.register("phones_arrow", table)
    con.execute("INSERT INTO phones SELECT raw, value FROM phones_arrow")
    con.unregister("phones_arrow")


WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


@dataclass(frozen=True)
class Forms:
    """The raw keys of one type (whole numbers, or texts), each once, with their normal form.

    Table `forms_TYPE (key_kind, key, value)`; `keys` are the positions of the sources whose keys they are.
    """

    type: str
    keys: tuple[int, ...]

    @property
    def table(self) -> str:
        return f"forms_{self.type}"

    @property
    def link(self) -> str:
        """The table (key_kind, key, code) of the keys that name somebody."""
        return f"link_{self.type}"


def collect_keys(
    con: duckdb.DuckDBPyConnection,
    keyed: Sequence[SourceView],
    counted: Mapping[str, pa.Table],
    *,
    read_once: bool = False,
) -> list[Forms]:
    """Tables `keys_N (key_kind, key, n)`: each source's raw keys and how many rows use them; and their normal forms.

    Whole numbers stay numbers until all sources have been seen: a customer costs one text, not one a source. The normal
    forms are a view where they are `read_once`.
    """
    types: dict[str, list[int]] = {}
    for position, source in enumerate(keyed):
        rows = f"{source.view} WHERE key IS NOT NULL AND {usable(source)}"
        select = _by_kind(source.key_kinds, "key, count(*) AS n", rows)
        made = "TABLE"
        if source.name in counted:
            con.register(f"counted_{position}", counted[source.name])
            made, select = "VIEW", f"SELECT '{source.key_kinds[0]}' AS key_kind, key, n FROM counted_{position}"
        con.execute(f"CREATE OR REPLACE TEMP {made} keys_{position} AS {select}")
        described = {str(column): str(kind) for column, kind, *_ in con.execute(f"DESCRIBE keys_{position}").fetchall()}
        types.setdefault(described["key"], []).append(position)
    forms = [Forms(name, tuple(positions)) for name, positions in types.items()]
    for form in forms:
        kinds = sorted({k for i in form.keys for k in keyed[i].key_kinds})
        value = _value_sql(kinds, "key_kind", "key")
        if form.type in WHOLE and "phone" not in kinds:
            value = "key::VARCHAR"  # is in normal form
        phones = "LEFT JOIN phones ON phones.raw = key::VARCHAR" if "phone" in kinds else ""
        distinct = " UNION ALL ".join(f"SELECT key_kind, key FROM keys_{i}" for i in form.keys)
        if len(form.keys) > 1:
            distinct = _by_kind(kinds, "key", f"({distinct})")
        con.execute(
            f"CREATE OR REPLACE TEMP {'VIEW' if read_once else 'TABLE'} {form.table} AS "
            f"SELECT key_kind, key, {value} AS value FROM ({distinct}) {phones}"
        )
    return forms


def _by_kind(kinds: Sequence[str], columns: str, relation: str) -> str:
    """A grouping by kind and key; a single kind is no part of the hash."""
    if len(kinds) == 1:
        return f"SELECT '{kinds[0]}' AS key_kind, * FROM (SELECT {columns} FROM {relation} GROUP BY key)"
    return f"SELECT key_kind, {columns} FROM {relation} GROUP BY key_kind, key"


def _collect_claims(con: duckdb.DuckDBPyConnection, masters: Sequence[SourceView]) -> None:
    """Table `claims`: a customer master says that this customer has that identifier."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE claims (master_kind VARCHAR, master VARCHAR, kind VARCHAR, value VARCHAR)"
    )
    for source in masters:
        master = normal_sql("crm_id", "key")
        for kind in source.identifier_kinds:
            raw = f'"identifier_{kind}"'
            value = f"coalesce(phones.value, {raw})" if kind == "phone" else normal_sql(kind, raw)
            phones = f"LEFT JOIN phones ON phones.raw = {raw}" if kind == "phone" else ""
            con.execute(
                f"INSERT INTO claims SELECT DISTINCT {_kind_sql(source)}, {master}, '{kind}', {value} "
                f"FROM {source.view} {phones} WHERE key IS NOT NULL AND {raw} IS NOT NULL AND {usable(source)}"
            )
        if "kind" in source.columns:
            other = normal_sql("crm_id", "v.value")
            value = f"CASE WHEN v.kind = 'phone' THEN coalesce(phones.value, v.value) ELSE {other} END"
            con.execute(
                f"INSERT INTO claims SELECT DISTINCT {_kind_sql(source)}, {master}, v.kind, {value} "
                f"FROM {source.view} v LEFT JOIN phones ON phones.raw = v.value "
                f"WHERE key IS NOT NULL AND v.kind IS NOT NULL AND v.value IS NOT NULL AND {usable(source)}"
            )


def _mark_unusable(
    con: duckdb.DuckDBPyConnection, forms: Sequence[Forms], limit: int, placeholders: Sequence[str]
) -> None:
    """Table `unusable (kind, value, why, customers)`: placeholders, and values that too many customers share."""
    con.execute("CREATE OR REPLACE TEMP TABLE unusable (kind VARCHAR, value VARCHAR, why VARCHAR, customers BIGINT)")
    everything = " UNION ALL ".join([*_normal_forms(forms), "SELECT kind, value FROM claims"])
    kinds = {str(k) for (k,) in con.execute(f"SELECT DISTINCT kind FROM ({everything})").fetchall()}
    tests = " OR ".join(f"(kind = '{k}' AND {placeholder_sql(k, 'value', placeholders)})" for k in sorted(kinds))
    if not tests:
        return
    con.execute(
        f"INSERT INTO unusable SELECT kind, value, '{PLACEHOLDER}', "
        "(SELECT count(*) FROM claims c WHERE c.kind = e.kind AND c.value = e.value) "
        f"FROM (SELECT DISTINCT kind, value FROM ({everything}) WHERE {tests}) e"
    )
    con.execute(
        f"INSERT INTO unusable SELECT kind, value, '{SHARED}', count(*) "
        "FROM claims ANTI JOIN unusable USING (kind, value) "
        f"WHERE kind <> 'household' GROUP BY ALL HAVING count(*) > {limit}"
    )


def _normal_forms(forms: Sequence[Forms]) -> list[str]:
    return [f"SELECT key_kind AS kind, value FROM {form.table}" for form in forms]


def _make_nodes(con: duckdb.DuckDBPyConnection, forms: Sequence[Forms], masters: Sequence[SourceView]) -> None:
    """Table `nodes (kind, value, node)` of every usable identifier (households are none); `known` to a master."""
    tables = _normal_forms(forms)
    tables += ["SELECT kind, value FROM claims WHERE kind <> 'household'", "SELECT master_kind, master FROM claims"]
    allowed = "ANTI JOIN unusable USING (kind, value)" if con.execute("FROM unusable LIMIT 1").fetchone() else ""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE nodes AS SELECT kind, value, (row_number() OVER () - 1)::INTEGER AS node "
        f"FROM (SELECT DISTINCT kind, value FROM ({' UNION ALL '.join(tables)}) {allowed})"
    )
    known = ["SELECT master_kind AS kind, master AS value FROM claims", "SELECT kind, value FROM claims"]
    for source in masters:
        known.append(
            f"SELECT {_kind_sql(source)}, {normal_sql('crm_id', 'key')} FROM {source.view} "
            f"WHERE key IS NOT NULL AND {usable(source)}"
        )
    con.execute(f"CREATE OR REPLACE TEMP TABLE known AS SELECT DISTINCT kind, value FROM ({' UNION ALL '.join(known)})")


def _assemble(
    con: duckdb.DuckDBPyConnection,
    keyed: Sequence[SourceView],
    forms: Sequence[Forms],
    has_master: bool,
    key: IdentityKey,
    people: People,
) -> Linked:
    from primum.identity.unionfind import components

    nodes = con.execute(
        "SELECT n.node, n.kind, n.value, k.kind IS NOT NULL AS in_master "
        "FROM nodes n LEFT JOIN known k USING (kind, value)"
        if has_master
        else "SELECT node, kind, value, false AS in_master FROM nodes"
    ).to_arrow_table()
    nodes = nodes.take(pa.array(_inverse(nodes["node"].to_numpy())))
    edges = con.execute(
        "SELECT a.node AS a, b.node AS b FROM claims c JOIN nodes a ON a.kind = c.master_kind AND a.value = c.master "
        "JOIN nodes b ON b.kind = c.kind AND b.value = c.value"
    ).to_arrow_table()
    component, count = np.arange(nodes.num_rows, dtype=np.int32), nodes.num_rows
    if edges.num_rows:
        roots = components(nodes.num_rows, edges["a"].to_numpy(), edges["b"].to_numpy())
        members, component = np.unique(roots, return_inverse=True)
        count = len(members)
    named = _Named(key, nodes)
    customers, code_of_node, canonical = _customers(con, named, nodes, component, count)
    unusable = con.execute("SELECT kind, value FROM unusable").to_arrow_table()
    customers, matched = with_looks(customers, nodes, code_of_node, people, unusable)
    whole = _with_unusable(con, nodes, code_of_node)
    tables, figures, whole = _link_tables(con, keyed, forms, whole, customers, has_master)
    shared = _shared(con, keyed, forms, key)
    names = pa.concat_tables([named.table(), _other_names(con, key, shared)])
    return Linked(
        customers,
        named.kinds,
        tables,
        figures,
        shared,
        _merged(con, code_of_node),
        names,
        named.links(component, canonical) if edges.num_rows else None,
        matched,
        _hashed(whole, named),
        tuple(s.name for s in keyed),
        has_master,
    )


class _Named:
    """The identifiers of a graph and their hashes, one a node."""

    def __init__(self, key: IdentityKey, nodes: pa.Table) -> None:
        encoded = nodes["kind"].combine_chunks().dictionary_encode()
        self.key = key
        self.kinds = tuple(str(k) for k in encoded.dictionary.to_pylist())
        self.kind = encoded.indices.to_numpy(zero_copy_only=False)
        self.digests = np.empty((nodes.num_rows, 16), np.uint8)
        self._kind_column, self._value = encoded, nodes["value"]
        first = 0
        for chunk in nodes["value"].chunks:
            kind = self.kind[first : first + len(chunk)]
            self.digests[first : first + len(chunk)] = key.digests(self.kinds, chunk, kind)
            first += len(chunk)

    def table(self) -> pa.Table:
        """The readable form of each hash."""
        return pa.table({"hash": binary_digests(self.digests), "kind": self._kind_column, "value": self._value}, NAMES)

    def links(self, component: np.ndarray, canonical: np.ndarray) -> pa.Table:
        """The customer of each identifier that is not the customer's own id; `canonical`: the node of a component."""
        node = canonical[component]
        other = np.flatnonzero(node != np.arange(len(node)))
        return pa.table(
            {"hash": binary_digests(self.digests[other]), "id": binary_digests(self.digests[node[other]])}, LINKS
        )


def _other_names(con: duckdb.DuckDBPyConnection, key: IdentityKey, shared: Sequence[SharedValue]) -> pa.Table:
    """The readable forms of what is no customer's identifier: households, and values that name nobody."""
    households = con.execute("SELECT DISTINCT value FROM claims WHERE kind = 'household' ORDER BY value").fetchall()
    found = [("household", str(value)) for (value,) in households] + [(s.kind, s.value) for s in shared]
    kinds = sorted({kind for kind, _ in found})
    values = pa.array([value for _, value in found], pa.string())
    kind_of = np.array([kinds.index(kind) for kind, _ in found], np.int8)
    return pa.table(
        {
            "hash": binary_digests(key.digests(kinds, values, kind_of)),
            "kind": pa.array([kind for kind, _ in found], pa.string()).dictionary_encode(),
            "value": values,
        },
        NAMES,
    )


def _hashed(nodes: pa.Table, named: _Named) -> pa.Table:
    """The nodes with the hash of each instead of its readable form; those of a graph come first."""
    rest = nodes.slice(len(named.digests))
    kinds = sorted({str(k) for k in rest["kind"].unique().to_pylist()})
    kind_of = np.array([kinds.index(k) for k in rest["kind"].to_pylist()], np.int8)
    others = named.key.digests(kinds, rest["value"].combine_chunks(), kind_of)
    hashes = binary_digests(np.concatenate([named.digests, others]))
    return nodes.drop_columns(["value"]).add_column(0, "hash", hashes)


def _with_unusable(con: duckdb.DuckDBPyConnection, nodes: pa.Table, code_of_node: np.ndarray) -> pa.Table:
    """The nodes with their customers, and behind them the identifiers that name nobody; also as table `numbered`."""
    unusable = con.execute("SELECT kind, value, why FROM unusable WHERE kind <> 'household'").to_arrow_table()
    table = pa.table(
        {
            "kind": nodes["kind"],
            "value": nodes["value"],
            "code": pa.array(code_of_node, pa.int32()),
            "in_master": nodes["in_master"],
            "why": pa.nulls(nodes.num_rows, pa.string()),
        }
    )
    nobody = unusable.append_column("code", pa.array(np.full(unusable.num_rows, -1, np.int32)))
    nobody = nobody.append_column("in_master", pa.array(np.zeros(unusable.num_rows, bool)))
    return pa.concat_tables([table, nobody.select(table.column_names)])


def _inverse(order: np.ndarray) -> np.ndarray:
    """Where each number of a permutation stands."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def _customers(
    con: duckdb.DuckDBPyConnection, named: _Named, nodes: pa.Table, component: np.ndarray, count: int
) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """One row per component in the order of its hash, the customer code of each node, each component's chosen node."""
    from primum.identity.siphash import xxh64_of_hex

    mask = np.zeros(count, np.uint64)
    for bit in range(len(named.kinds)):
        mask[component[named.kind == bit]] |= np.uint64(1 << bit)
    in_master = np.zeros(count, bool)
    in_master[component[nodes["in_master"].to_numpy()]] = True
    canonical = _canonical_nodes(con, nodes, component, count)
    ids = named.digests[canonical]
    units = _units(con, named.key, component, ids)
    unit_texts = hex_texts(units)
    hashes = xxh64_of_hex(hex_bytes(unit_texts))
    id_texts = unit_texts if units is ids else hex_texts(ids)
    order = _unit_order(hashes, id_texts, units is ids)
    code_of_component = _inverse(order).astype(np.int32)
    unit_column = unit_texts.take(pa.array(order))
    table = pa.table(
        {
            "id": unit_column if units is ids else id_texts.take(pa.array(order)),
            "unit": unit_column,
            "hash": hashes[order],
            "kinds": mask[order],
            "in_master": in_master[order],
        }
    )
    return table, code_of_component[component], canonical


def _units(con: duckdb.DuckDBPyConnection, key: IdentityKey, component: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The hash of each component's unit: its household where one is declared (the first in text order), else its id."""
    found = con.execute(
        "SELECT n.node, min(c.value) AS value FROM claims c "
        "JOIN nodes n ON n.kind = c.master_kind AND n.value = c.master "
        "WHERE c.kind = 'household' GROUP BY n.node ORDER BY value DESC"
    ).to_arrow_table()
    if not found.num_rows:
        return ids
    units = ids.copy()
    units[component[found["node"].to_numpy()]] = key.digests("household", found["value"].combine_chunks())
    return units


def _unit_order(hashes: np.ndarray, ids: pa.Array, alone: bool) -> np.ndarray:
    """Customers by the hash of their unit, members of one household by id."""
    if alone:
        return np.argsort(hashes, kind="stable")
    table = pa.table({"hash": hashes, "id": ids})
    return np.asarray(pc.sort_indices(table, [("hash", "ascending"), ("id", "ascending")]).to_numpy())


def _canonical_nodes(con: duckdb.DuckDBPyConnection, nodes: pa.Table, component: np.ndarray, count: int) -> np.ndarray:
    """The node that names each component: the first `kind:value` in text order among the keys of masters, else among
    what a master knows, else among all. Chosen by the readable form, so that it does not depend on the key."""
    if count == nodes.num_rows:
        return _inverse(component)
    con.register("members", nodes.append_column("component", pa.array(component.astype(np.int32))))
    found = con.execute(
        "SELECT coalesce(arg_min(node, id) FILTER (is_master), arg_min(node, id) FILTER (in_master), arg_min(node, id))"
        " AS node FROM ("
        "  SELECT component, node, in_master, kind || ':' || value AS id, mm.master IS NOT NULL AS is_master"
        "  FROM members m LEFT JOIN (SELECT DISTINCT master_kind, master FROM claims) mm"
        "  ON mm.master_kind = m.kind AND mm.master = m.value)"
        " GROUP BY component ORDER BY component"
    ).to_arrow_table()
    con.unregister("members")
    return np.asarray(found["node"].to_numpy(), np.int64)


def _link_tables(
    con: duckdb.DuckDBPyConnection,
    keyed: Sequence[SourceView],
    forms: Sequence[Forms],
    nodes: pa.Table,
    customers: pa.Table,
    has_master: bool,
) -> tuple[dict[str, str], dict[str, KeyFigures], pa.Table]:
    """Per source, the relation (key, code[, node][, key_kind]) of its keys, and how many customers they name.

    Returns the nodes as well, with what uses them.
    """
    tables: dict[str, str] = {}
    figures: dict[str, KeyFigures] = {}
    code_of_node = nodes["code"].to_numpy()
    in_master = customers["in_master"].to_numpy()
    used, contacts = np.zeros(nodes.num_rows, np.int64), np.zeros(nodes.num_rows, np.int64)
    if has_master:
        numbers = pa.array(np.arange(nodes.num_rows, dtype=np.int32))
        con.register("numbered_nodes", nodes.select(["kind", "value"]).append_column("node", numbers))
    for form in forms:
        found = con.execute(
            f"SELECT f.key_kind, f.key, n.node FROM {form.table} f "
            f"JOIN {'numbered_nodes' if has_master else 'nodes'} n ON n.kind = f.key_kind AND n.value = f.value"
        ).to_arrow_table()
        found = found.append_column("code", pa.array(code_of_node[found["node"].to_numpy()]))
        con.register("found", found if has_master else found.drop_columns(["node"]))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {form.link} AS SELECT * FROM found")
        con.unregister("found")
        for position in form.keys:
            source = keyed[position]
            tables[source.name] = form.link
            if len(source.key_kinds) == 1:
                columns = "key, code, node" if has_master else "key, code"
                tables[source.name] = f"(SELECT {columns} FROM {form.link} WHERE key_kind = '{source.key_kinds[0]}')"
            node, count = _nodes_of(con, position, form, found, has_master)
            used[node] |= np.int64(1) << np.int64(min(position, 62))
            if has_master and source.kind in ("contacts", "events"):
                contacts[node] += count
            code = code_of_node[node]
            named = np.zeros(len(in_master), bool)
            named[code[code >= 0]] = True
            figures[source.name] = KeyFigures(int(named.sum()), int((named & in_master).sum()) if has_master else None)
    con.unregister("numbered_nodes")
    nodes = nodes.append_column("used", pa.array(used)).append_column("contacts", pa.array(contacts))
    return tables, figures, nodes


def _nodes_of(
    con: duckdb.DuckDBPyConnection, position: int, form: Forms, found: pa.Table, has_master: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The nodes of the keys of one source, each once a key, and the rows that use them (0 where nobody asks)."""
    if len(form.keys) == 1 and not has_master:
        return found["node"].to_numpy(), np.zeros(found.num_rows, np.int64)
    con.register("found", found)
    table = con.execute(
        f"SELECT f.node, k.n FROM keys_{position} k JOIN found f USING (key_kind, key)"
    ).to_arrow_table()
    con.unregister("found")
    node = table["node"].to_numpy()
    if not has_master:
        return node, np.zeros(len(node), np.int64)
    distinct, inverse = np.unique(node, return_inverse=True)
    return distinct, np.bincount(inverse, weights=table["n"].to_numpy(), minlength=len(distinct)).astype(np.int64)


def _shared(
    con: duckdb.DuckDBPyConnection, keyed: Sequence[SourceView], forms: Sequence[Forms], key: IdentityKey
) -> tuple[SharedValue, ...]:
    contacts = [
        f"SELECT f.key_kind AS kind, f.value, k.n FROM keys_{i} k JOIN {form.table} f USING (key_kind, key) "
        "SEMI JOIN unusable u ON u.kind = f.key_kind AND u.value = f.value"
        for form in forms
        for i in form.keys
        if keyed[i].kind in ("contacts", "events")
    ] or ["SELECT NULL AS kind, NULL AS value, 0 AS n WHERE false"]
    if not con.execute("FROM unusable LIMIT 1").fetchone():
        return ()
    rows = con.execute(
        "SELECT u.kind, u.value, u.why, u.customers, coalesce(sum(k.n), 0)::BIGINT AS contacts FROM unusable u "
        f"LEFT JOIN ({' UNION ALL '.join(contacts)}) k USING (kind, value) GROUP BY ALL ORDER BY 5 DESC, 4 DESC, 1, 2"
    ).fetchall()
    return tuple(SharedValue(k, v, why, customers, n, key.one(k, v)) for k, v, why, customers, n in rows)


def _merged(con: duckdb.DuckDBPyConnection, code_of_node: np.ndarray) -> int:
    """How many master customers were found to be the same as another one."""
    found = con.execute(
        "SELECT DISTINCT n.node FROM claims c JOIN nodes n ON n.kind = c.master_kind AND n.value = c.master"
    ).to_arrow_table()
    codes = code_of_node[found["node"].to_numpy()]
    return len(codes) - len(np.unique(codes))
