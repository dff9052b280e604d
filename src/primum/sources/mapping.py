"""From a source's columns to our words: one SELECT per source.

Owns the SQL of every type of attribute and what makes a row unusable. Refuses silent conversions: a value that cannot
be read rejects its row, with column and reason.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from primum.sources import instants
from primum.sources.expressions import RefusedSqlError, checked_expression, literal, quoted
from primum.strategy.models import COLUMNS, REQUIRED, Entry, Source
from primum.words.errors import did_you_mean
from primum.words.vocabulary import INITIATORS, PURPOSES, STATUSES

CLOSED = {"purpose": PURPOSES, "status": STATUSES, "initiated": INITIATORS}
"""Attributes of contacts with a closed list of values."""
INTEGERS = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT", "HUGEINT")
SEPARATOR = "chr(31)"
BLANKS = " \t\r\n\u00a0"
LAST_DAYS = ("valid_until",)
"""Instants that, given as a date alone, mean the end of that day."""


@dataclass(frozen=True)
class Relation:
    """What a source's rows look like before mapping: a relation with `__file`, `__row` and typed columns."""

    name: str
    types: dict[str, str]
    texts: bool
    """Whether every column is text as it stood in a file (trimmed and normalised here)."""


@dataclass(frozen=True)
class Check:
    """What makes a row unusable: the column shown, the condition and the reason (SQL over the mapped columns).

    `probe`: a SELECT that has a row if any row of a typed source meets the condition, without mapping every row;
    None where there is no such short cut.
    """

    column: str
    condition: str
    reason: str
    probe: str | None = None


@dataclass
class Mapped:
    """A source's SELECT and what is known about it."""

    sql: str = ""
    bare: str = ""
    """The same SELECT for a source of which no row can be rejected: the reasons are constant NULLs."""
    columns: dict[str, str] = field(default_factory=dict)
    key_kinds: tuple[str, ...] = ()
    identifier_kinds: tuple[str, ...] = ()
    checks: list[Check] = field(default_factory=list)
    complaints: list[tuple[str, str]] = field(default_factory=list)
    """(what, cure)."""


def map_source(source: Source, relation: Relation, zone: str, name: str) -> Mapped:
    """Build the SELECT; complaints about columns that do not exist and SQL that is refused are collected."""
    return _Mapper(source, relation, zone, name).build()


class _Mapper:
    def __init__(self, source: Source, relation: Relation, zone: str, name: str) -> None:
        self._source, self._relation, self._name = source, relation, name
        self._zone = source.zone or zone
        self._by_name = {c.casefold(): c for c in relation.types}
        self._out = Mapped()
        self._inner: list[str] = []
        self._outer: list[str] = []

    def build(self) -> Mapped:
        out = self._out
        self._inner += ["__file AS file", "__row AS row"]
        self._outer += ["file", "row"]
        self._key()
        for kind, column in self._source.identifiers.items():
            self._take(f"identifier_{kind}", self._raw(column))
        out.identifier_kinds = tuple(self._source.identifiers)
        types = COLUMNS[self._source.kind]
        for attribute, entry in self._source.map.items():
            self._attribute(attribute, types.get(attribute, "text"), entry)
        self._attributes()
        for attribute in REQUIRED[self._source.kind]:
            if attribute in self._source.map:
                self._require(attribute, self._source.map[attribute])
        column = _case((c.condition, literal(c.column)) for c in out.checks)
        reason = _case((c.condition, c.reason) for c in out.checks)
        out.sql = self._select(column, reason)
        out.bare = self._select("NULL::VARCHAR", "NULL::VARCHAR")
        return out

    def _select(self, column: str, reason: str) -> str:
        inner = f"SELECT {', '.join(self._inner)} FROM {self._relation.name}"
        outer = [*self._outer, f"{column} AS reject_column", f"{reason} AS reject_reason"]
        return f"SELECT {', '.join(outer)} FROM ({inner})"

    def _require(self, attribute: str, entry: Entry) -> None:
        probe = None
        if entry.column is not None and not (entry.missing or self._source.missing):
            found = self._by_name.get(entry.column.casefold())
            if found is not None and self._relation.types[found] != "VARCHAR":
                probe = f"SELECT 1 FROM {self._relation.name} WHERE {quoted(found)} IS NULL LIMIT 1"
        why = literal(f"is empty; every row needs {attribute}")
        self._out.checks.append(Check(entry.column or attribute, f"{quoted(attribute)} IS NULL", why, probe))

    def _take(self, name: str, sql: str) -> None:
        self._inner.append(f"{sql} AS {quoted(name)}")
        self._outer.append(quoted(name))

    def _column(self, column: str) -> str | None:
        found = self._by_name.get(column.casefold())
        if found is None:
            shown = [c for c in self._relation.types if not c.startswith("__")]
            self._out.complaints.append((f"there is no column '{column}'.", did_you_mean(column, shown)))
        return found

    def _type(self, column: str) -> str:
        return self._relation.types[self._by_name[column.casefold()]]

    def _raw(self, column: str, missing: Iterable[str] = ()) -> str:
        """A column as text: trimmed, normalised, and NULL where it is empty or a named sentinel."""
        found = self._column(column)
        if found is None:
            return "NULL::VARCHAR"
        kind, sql = self._relation.types[found], quoted(found)
        if kind in ("DOUBLE", "FLOAT"):
            whole = f"{sql} = trunc({sql}) AND abs({sql}) < 1e15"
            sql = f"CASE WHEN {whole} THEN {sql}::BIGINT::VARCHAR ELSE {sql}::VARCHAR END"
        elif kind != "VARCHAR":
            sql = f"{sql}::VARCHAR"
        if kind == "VARCHAR":
            sql = f"trim(nfc_normalize({sql}), {literal(BLANKS)})"
        return _without(f"nullif({sql}, '')", [*self._source.missing, *missing])

    def _key(self) -> None:
        kinds = list(self._source.key.items())
        self._out.key_kinds = tuple(kind for kind, _ in kinds)
        if not kinds:
            self._take("key", "NULL::VARCHAR")
            self._take("key_kind", "NULL::VARCHAR")
            return
        if len(kinds) == 1:
            kind, column = kinds[0]
            found = self._column(column)
            if found is not None and self._relation.types[found] in INTEGERS and not self._source.missing:
                self._take(
                    "key", quoted(found) if self._relation.types[found] == "BIGINT" else f"{quoted(found)}::BIGINT"
                )
            else:
                self._take("key", self._raw(column))
            self._take("key_kind", literal(kind))
            return
        raws = [self._raw(column) for _, column in kinds]
        self._take("key", f"coalesce({', '.join(raws)})")
        self._take("key_kind", _case((f"{r} IS NOT NULL", literal(k)) for (k, _), r in zip(kinds, raws, strict=True)))

    def _value(self, entry: Entry) -> tuple[str, str]:
        """SQL of an entry's raw value, and its type."""
        if entry.value is not None:
            text = str(entry.value).lower() if isinstance(entry.value, bool) else str(entry.value)
            return literal(text), "VARCHAR"
        if entry.sql is not None:
            try:
                sql, _ = checked_expression(entry.sql, [c for c in self._relation.types if not c.startswith("__")])
            except RefusedSqlError as error:
                self._out.complaints.append((f"the SQL '{entry.sql[:60]}' is refused: {error}", ""))
                return "NULL::VARCHAR", "VARCHAR"
            return f"({sql})", ""
        assert entry.column is not None
        found = self._column(entry.column)
        if found is None:
            return "NULL::VARCHAR", "VARCHAR"
        return quoted(found), self._relation.types[found]

    def _text(self, entry: Entry) -> str:
        """An entry as text (see `_raw`)."""
        if entry.column is not None:
            return self._raw(entry.column, entry.missing)
        sql, kind = self._value(entry)
        text = sql if kind == "VARCHAR" else f"{sql}::VARCHAR"
        return _without(f"nullif({text}, '')", entry.missing) if entry.sql is not None else text

    def _attribute(self, attribute: str, kind: str, entry: Entry) -> None:
        shown = entry.column or attribute
        if kind == "instant":
            self._instant(attribute, shown, entry)
        elif kind == "number":
            self._number(attribute, shown, entry)
        elif kind == "content":
            self._take(attribute, self._content(entry))
        elif kind == "list":
            self._take(attribute, self._list(entry))
        else:
            self._word(attribute, shown, entry)
        self._out.columns[attribute] = kind

    def _word(self, attribute: str, shown: str, entry: Entry) -> None:
        closed = CLOSED.get(attribute) if self._source.kind == "contacts" else None
        source_kind = self._type(entry.column) if entry.column and entry.column.casefold() in self._by_name else ""
        plain = not (entry.values or entry.missing or self._source.missing or closed)
        if plain and source_kind in INTEGERS and not self._relation.texts and attribute != "id":
            self._take(attribute, quoted(self._by_name[str(entry.column).casefold()]))
            return
        value = self._mapped_word(self._text(entry), entry, lowered=bool(closed) and entry.value is None)
        self._take(attribute, value)
        if closed and entry.value is None:
            self._close(attribute, shown, entry, value, closed)

    def _mapped_word(self, raw: str, entry: Entry, *, lowered: bool) -> str:
        """A text by the entry's value table; words that are not in it stay (in lower case for a closed list)."""
        kept = f"lower({raw})" if lowered else raw
        if not entry.values:
            return kept
        rest = f"CASE WHEN {raw} IS NOT NULL THEN {literal(entry.otherwise)} END" if entry.otherwise else kept
        branches = " ".join(f"WHEN {literal(k.strip())} THEN {literal(v)}" for k, v in entry.values.items())
        return f"CASE {raw} {branches} ELSE {rest} END"

    def _close(self, attribute: str, shown: str, entry: Entry, value: str, closed: tuple[str, ...]) -> None:
        """Reject rows whose word is not in the closed list."""
        name = quoted(attribute)
        condition = " AND ".join(f"{name} <> {literal(word)}" for word in closed)
        known = ", ".join(dict.fromkeys([*(entry.values or {}), *closed]))
        why = f"{quote_of(name)} || {literal(f' is not a known {attribute}. Known: {known}')}"
        probe = None
        if entry.column is not None and (found := self._by_name.get(entry.column.casefold())) is not None:
            few = f"SELECT DISTINCT {quoted(found)} FROM {self._relation.name}"
            probe = f"SELECT 1 FROM (SELECT {value} AS {name} FROM ({few})) WHERE {condition} LIMIT 1"
        self._out.checks.append(Check(shown, condition, why, probe))

    def _instant(self, attribute: str, shown: str, entry: Entry) -> None:
        sql, kind = self._value(entry)
        found = (
            instants.typed(sql, kind, self._zone)
            if entry.sql is None and not (entry.missing or self._source.missing)
            else None
        )
        if entry.sql is not None and found is None:
            found = instants.written(self._text(entry), [], self._zone)
        if found is not None and entry.sql is None:
            whole_day = attribute in LAST_DAYS and found.precision == "'day'"
            self._take(attribute, instants.end_of_day(found.value, self._zone) if whole_day else found.value)
            self._take(f"{attribute}_precision", found.precision)
            return
        formats = entry.dates or self._source.dates
        raw = f"__{attribute}"
        self._inner.append(f"{self._text(entry)} AS {quoted(raw)}")
        found = instants.written(quoted(raw), formats, self._zone)
        value = quoted("__at_" + attribute)
        if attribute in LAST_DAYS:
            value = (
                f"CASE WHEN {found.precision} = 'day' THEN {instants.end_of_day(value, self._zone)} ELSE {value} END"
            )
        self._outer.append(f"{value} AS {quoted(attribute)}")
        self._outer.append(f"{found.precision} AS {quoted(attribute + '_precision')}")
        self._pending(attribute, raw, found.value)
        tried = ", ".join(formats) if formats else "ISO 8601 (2026-01-31 or 2026-01-31T09:00)"
        why = f"{quote_of(quoted(raw))} || {literal(f' is not a date as in: {tried}')}"
        read = quoted("__at_" + attribute)
        unread = f"{quoted(raw)} IS NOT NULL AND ({read} IS NULL OR NOT {read} {instants.SENSIBLE})"
        self._out.checks.append(Check(shown, unread, why))

    def _pending(self, attribute: str, raw: str, value: str) -> None:
        """A value computed from another computed one: DuckDB lets later columns of a SELECT use earlier aliases."""
        self._inner.append(f"{value} AS {quoted('__at_' + attribute)}")

    def _number(self, attribute: str, shown: str, entry: Entry) -> None:
        sql, kind = self._value(entry)
        numeric = kind in INTEGERS or kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL")
        if numeric and not (entry.missing or self._source.missing):
            self._take(attribute, f"{sql}::DOUBLE")
            return
        raw = f"__{attribute}"
        self._inner.append(f"{self._text(entry)} AS {quoted(raw)}")
        self._take(attribute, f"TRY_CAST({quoted(raw)} AS DOUBLE)")
        why = f"{quote_of(quoted(raw))} || {literal(' is not a number such as 1234.50')}"
        wrong = f"{quoted(raw)} IS NOT NULL AND ({quoted(attribute)} IS NULL OR NOT isfinite({quoted(attribute)}))"
        self._out.checks.append(Check(shown, wrong, why))

    def _content(self, entry: Entry) -> str:
        sql, kind = self._value(entry)
        if entry.column is not None and kind in INTEGERS and not (entry.missing or self._source.missing):
            mark = sql if kind == "BIGINT" else f"{sql}::BIGINT"
        else:
            raw = self._text(entry)
            folded = f"lower(regexp_replace(nfc_normalize({raw}), '[\\s\\p{{Z}}]+', ' ', 'g'))"
            whole = f"CASE WHEN regexp_full_match({raw}, '0|-?[1-9][0-9]{{0,18}}') THEN TRY_CAST({raw} AS BIGINT) END"
            mark = f"coalesce({whole}, (md5_number_lower({folded}) >> 1)::BIGINT)"
        return f"xor({mark}, {local_mark(self._name)})" if entry.local else mark

    def _list(self, entry: Entry) -> str:
        sql, kind = self._value(entry)
        if kind.endswith("[]"):
            items = f"list_transform({sql}, lambda x: x::VARCHAR)"
        else:
            raw = self._text(entry)
            items = f"list_transform(regexp_split_to_array({raw}, '\\s*[;|]\\s*'), lambda x: trim(x))"
        kept = f"list_sort(list_distinct(list_filter({items}, lambda x: x <> '')))"
        return f"nullif(array_to_string({kept}, {SEPARATOR}), '')"

    def _attributes(self) -> None:
        entries = self._source.attributes
        if not entries:
            return
        pairs = ", ".join(f"{literal(n)}, {self._text(entries[n])}" for n in sorted(entries))
        self._take("attributes", f"json_object({pairs})::VARCHAR")
        self._out.columns["attributes"] = "text"


def local_mark(source: str) -> int:
    """A constant of the source's name, so that equal numbers of two sources never meet."""
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:7], "big")


def quote_of(value: str) -> str:
    """SQL: a value as it is quoted in a reason, cut to 60 characters."""
    mark = literal("'")
    return f"{mark} || left({value}, 60) || {mark}"


def _without(sql: str, missing: Iterable[str]) -> str:
    words = list(missing)
    if not words:
        return sql
    return f"CASE WHEN {sql} IN ({', '.join(literal(w) for w in words)}) THEN NULL ELSE {sql} END"


def _case(branches: Iterable[tuple[str, str]]) -> str:
    found = [f"WHEN {condition} THEN {value}" for condition, value in branches]
    return f"CASE {' '.join(found)} END" if found else "NULL::VARCHAR"
