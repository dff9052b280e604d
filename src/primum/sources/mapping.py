"""From a source's columns to our words: one SELECT per source.

Owns the SQL of every type of attribute and what makes a row unusable. Refuses silent conversions: a value that cannot
be read rejects its row, with column and reason.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from primum.sources import instants
from primum.sources.derived import derive
from primum.sources.expressions import RefusedSqlError, checked_expression, literal, quoted
from primum.sources.file_dates import DatedFile, by_file, days
from primum.strategy.models import COLUMNS, REQUIRED, Entry, Source
from primum.words.errors import did_you_mean
from primum.words.vocabulary import EVENT_WORDS, INITIATORS, PURPOSES, STATUSES

CLOSED = {"purpose": PURPOSES, "status": STATUSES, "initiated": INITIATORS, "event": EVENT_WORDS}
"""Attributes of contacts and events with a closed list of values."""
WITH_CLOSED = ("contacts", "events")
"""Kinds of source that have them."""
INTEGERS = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT")
"""Types of whole numbers that are kept as they are; larger ones become text."""
FLOATS = ("DOUBLE", "FLOAT")
_NEVER_BLANK = (*INTEGERS, "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
"""Types of which every value that is there is a value (a text may be blank, a floating number none)."""
NUMBERS = (*INTEGERS, *FLOATS, "UBIGINT", "HUGEINT", "UHUGEINT")
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
    """Whether every column is text as it stood in a file."""
    type_of: Callable[[str], str]
    """The type of an expression over the relation; raises ValueError, in words, where it does not fit the columns."""
    some: Callable[[str], bool] = lambda condition: True
    """Whether some row meets an SQL condition: ends at the first that does."""


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
    only_days: dict[str, str] = field(default_factory=dict)
    """Attributes whose typed times are all midnights, with their columns: they are read as days."""
    complaints: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    """(where below the source in the strategy, what, cure)."""


@dataclass(frozen=True)
class Setting:
    """What a mapping takes from outside the source's declaration.

    `zone`: the strategy's; `files`: those whose rows are used, none where the rows of a query come of no one file;
    `lands_after`: how long a contact is under way (microseconds), by channel.
    """

    zone: str
    files: tuple[DatedFile, ...] = ()
    lands_after: Mapping[str, int] = field(default_factory=dict)


def map_source(source: Source, relation: Relation, setting: Setting, name: str) -> Mapped:
    """Build the SELECT; complaints about columns that do not exist and SQL that is refused are collected."""
    return _Mapper(source, relation, setting, name).build()


class _Mapper:
    def __init__(self, source: Source, relation: Relation, setting: Setting, name: str) -> None:
        self._source, self._relation, self._name, self._setting = source, relation, name, setting
        self._zone = source.zone or setting.zone
        self._by_name = {c.casefold(): c for c in relation.types}
        self._out = Mapped()
        self._at: tuple[str, ...] = ()
        self._computed: dict[tuple[str, ...], tuple[str, str]] = {}
        """SQL entries by their place in the strategy: the column that holds the outcome, and its type."""
        self._base: list[str] = []
        self._raws: list[str] = []
        self._inner: list[str] = []
        self._outer: list[str] = []

    def build(self) -> Mapped:
        out = self._out
        self._inner += ["__file AS file", "__row AS row"]
        self._outer += ["file", "row"]
        self._key()
        for kind, column in self._source.identifiers.items():
            self._at = ("identifiers", kind)
            self._take(f"identifier_{kind}", self._raw(column))
        out.identifier_kinds = tuple(self._source.identifiers)
        types = COLUMNS[self._source.kind]
        for attribute, entry in self._source.map.items():
            self._at = ("map", attribute)
            self._attribute(attribute, types.get(attribute, "text"), entry)
        self._attributes()
        for attribute in REQUIRED[self._source.kind]:
            if attribute in self._source.map and not (attribute == "id" and self._source.one_row_per):
                self._require(attribute, self._source.map[attribute])
        setting = self._setting
        derived = derive(self._source, out.columns, setting.files, self._zone, setting.lands_after)
        held = [*out.columns, *(f"{n}_precision" for n in out.columns)]
        out.columns |= derived.types
        out.complaints += derived.complaints
        column = _case((c.condition, literal(c.column)) for c in out.checks)
        reason = _case((c.condition, c.reason) for c in out.checks)
        out.sql = derived.over(self._select(column, reason), held)
        out.bare = derived.over(self._select("NULL::VARCHAR", "NULL::VARCHAR"), held)
        return out

    def _select(self, column: str, reason: str) -> str:
        base = f"SELECT {', '.join(['*', *self._base])} FROM {self._relation.name}"
        raws = f"SELECT {', '.join(['*', *self._raws])} FROM ({base})"
        inner = f"SELECT {', '.join(self._inner)} FROM ({raws})"
        outer = [*self._outer, f"{column} AS reject_column", f"{reason} AS reject_reason"]
        return f"SELECT {', '.join(outer)} FROM ({inner})"

    def _require(self, attribute: str, entry: Entry) -> None:
        probe = None
        if entry.column is not None and not self._is_missing(entry):
            found = self._by_name.get(entry.column.casefold())
            if found is not None and self._relation.types[found] in _NEVER_BLANK:
                probe = f"SELECT 1 FROM {self._relation.name} WHERE {quoted(found)} IS NULL LIMIT 1"
        why = literal(f"is empty; every row needs `{attribute}`")
        self._out.checks.append(Check(entry.column or attribute, f"{quoted(attribute)} IS NULL", why, probe))

    def _take(self, name: str, sql: str) -> None:
        self._inner.append(f"{sql} AS {quoted(name)}")
        self._outer.append(quoted(name))

    def _column(self, column: str) -> str | None:
        found = self._by_name.get(column.casefold())
        if found is None:
            shown = [c for c in self._relation.types if not c.startswith("__")]
            self._out.complaints.append((self._at, f"there is no column '{column}'.", did_you_mean(column, shown)))
        return found

    def _type(self, column: str) -> str:
        return self._relation.types[self._by_name[column.casefold()]]

    def _raw(self, column: str, missing: Iterable[str] = ()) -> str:
        """A column as text: trimmed, normalised, and NULL where it is empty or a named sentinel."""
        found = self._column(column)
        if found is None:
            return "NULL::VARCHAR"
        return self._present(as_text(quoted(found), self._relation.types[found]), missing)

    def _present(self, text: str, missing: Iterable[str]) -> str:
        """A text, or NULL where it is a named sentinel."""
        return _without(text, [*self._source.missing, *missing])

    def _key(self) -> None:
        kinds = list(self._source.key.items())
        self._out.key_kinds = tuple(kind for kind, _ in kinds)
        if not kinds:
            self._take("key", "NULL::VARCHAR")
            self._take("key_kind", "NULL::VARCHAR")
            return
        if len(kinds) == 1:
            kind, column = kinds[0]
            self._at = ("key", kind)
            found = self._column(column)
            if found is not None and self._relation.types[found] in INTEGERS and not self._source.missing:
                self._take(
                    "key", quoted(found) if self._relation.types[found] == "BIGINT" else f"{quoted(found)}::BIGINT"
                )
            else:
                self._take("key", self._raw(column))
            self._take("key_kind", literal(kind))
            return
        raws = []
        for kind, column in kinds:
            self._at = ("key", kind)
            raws.append(self._raw(column))
        self._take("key", f"coalesce({', '.join(raws)})")
        self._take("key_kind", _case((f"{r} IS NOT NULL", literal(k)) for (k, _), r in zip(kinds, raws, strict=True)))

    def _value(self, entry: Entry) -> tuple[str, str]:
        """SQL of an entry's raw value, and its type."""
        if entry.value is not None:
            text = str(entry.value).lower() if isinstance(entry.value, bool) else str(entry.value)
            return literal(text), "VARCHAR"
        if entry.sql is not None:
            return self._computed_value(entry.sql)
        if entry.column is None:
            return self._day_of_file(entry.file_name), "DATE"
        found = self._column(entry.column)
        if found is None:
            return "NULL::VARCHAR", "VARCHAR"
        return quoted(found), self._relation.types[found]

    def _day_of_file(self, form: str | None) -> str:
        """SQL: the day in the name of a row's file, or on which it was last changed."""
        try:
            return by_file(days(self._setting.files, form, self._zone), "__file")
        except ValueError as error:
            self._out.complaints.append((self._at, str(error), "Rename the file, or mend the format."))
            return "NULL::DATE"

    def _computed_value(self, written: str) -> tuple[str, str]:
        """The value of a SQL entry, computed for each row by itself: a row that it fails for is rejected."""
        if self._at not in self._computed:
            try:
                sql, _ = checked_expression(written, [c for c in self._relation.types if not c.startswith("__")])
                kind = self._relation.type_of(sql)
            except RefusedSqlError as error:
                self._out.complaints.append((self._at, f"the SQL '{written[:60]}' is refused: {error}", ""))
                return "NULL::VARCHAR", "VARCHAR"
            except ValueError as error:
                self._out.complaints.append((self._at, f"the SQL '{written[:60]}' does not fit: {error}", ""))
                return "NULL::VARCHAR", "VARCHAR"
            outcome, failed = quoted(f"sql of {'.'.join(self._at)}"), quoted(f"no sql of {'.'.join(self._at)}")
            self._base.append(f"TRY(struct_pack(v := {sql})) AS {outcome}")
            self._inner.append(f"{outcome} IS NULL AS {failed}")
            why = literal(f"the SQL '{written[:60]}' fails for this row")
            self._out.checks.append(Check(self._at[-1], failed, why))
            self._computed[self._at] = (f"struct_extract({outcome}, 'v')", kind)
        return self._computed[self._at]

    def _text(self, entry: Entry) -> str:
        """An entry as text (see `_raw`)."""
        if entry.column is not None:
            return self._raw(entry.column, entry.missing)
        sql, kind = self._value(entry)
        return sql if entry.value is not None else self._present(as_text(sql, kind), entry.missing)

    def _read(self, attribute: str, entry: Entry, missing: Iterable[str] = ()) -> str:
        """A column that holds an entry as text, by its value table: what is read as an instant or a number."""
        name = quoted(f"text of {attribute}")
        text = _without(self._mapped_word(self._text(entry), entry, lowered=False), missing)
        self._raws.append(f"{text} AS {name}")
        return name

    def _is_missing(self, entry: Entry) -> bool:
        """Whether a typed value may be named as a sentinel, or be given another by a table."""
        return bool(entry.missing or self._source.missing or entry.values)

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
        closed = CLOSED.get(attribute) if self._source.kind in WITH_CLOSED else None
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
        table = {plain(word): ours for word, ours in entry.values.items()}
        pairs = ", ".join(f"{literal(word)}: {literal(ours)}" for word, ours in table.items())
        return f"coalesce(map_extract_value(MAP {{{pairs}}}, {raw}), {rest})"

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
        found = None if entry.values else instants.typed(sql, kind, self._zone)
        if found is not None:
            if entry.column is not None and kind.startswith("TIMESTAMP") and kind != "TIMESTAMP WITH TIME ZONE":
                found = self._perhaps_days(attribute, entry.column, found)
            self._typed_instant(attribute, shown, entry, found)
            return
        formats = entry.dates or self._source.dates
        text = self._read(attribute, entry)
        found = instants.written(text, formats, self._zone)
        value = quoted(f"read of {attribute}")
        self._inner += [f"{text} AS {text}", f"{found.value} AS {value}"]
        last = value
        if attribute in LAST_DAYS:
            last = f"CASE WHEN {found.precision} = 'day' THEN {instants.end_of_day(value, self._zone)} ELSE {value} END"
        self._outer += [f"{last} AS {quoted(attribute)}", f"{found.precision} AS {quoted(attribute + '_precision')}"]
        tried = ", ".join(formats) if formats else "ISO 8601 (2026-01-31 or 2026-01-31T09:00)"
        why = f"{quote_of(text)} || {literal(f' is not a date as in: {tried}')}"
        unread = f"{text} IS NOT NULL AND ({value} IS NULL OR NOT {value} {instants.SENSIBLE})"
        self._out.checks.append(Check(shown, unread, why))

    def _perhaps_days(self, attribute: str, column: str, found: instants.Instant) -> instants.Instant:
        """Times that are all midnights are dates: nobody sends everything at 00:00."""
        name = quoted(self._by_name[column.casefold()])
        midnight = f"date_trunc('day', {name})"
        if self._relation.some(f"{name} <> {midnight}") or not self._relation.some(f"{name} = {midnight}"):
            return found
        self._out.only_days[attribute] = column
        return instants.Instant(found.value, "'day'")

    def _typed_instant(self, attribute: str, shown: str, entry: Entry, found: instants.Instant) -> None:
        value = found.value
        if attribute in LAST_DAYS and found.precision == "'day'":
            value = instants.end_of_day(value, self._zone)
        if self._is_missing(entry):
            sql, kind = self._value(entry)
            midnight = f"regexp_replace({as_text(sql, kind)}, ' 00:00:00([+]00)?$', '')"
            value = f"CASE WHEN {self._present(midnight, entry.missing)} IS NULL THEN NULL ELSE {value} END"
        self._take(attribute, value)
        self._take(f"{attribute}_precision", found.precision)
        self._endless(attribute, shown, entry, "is no instant of any calendar")

    def _endless(self, attribute: str, shown: str, entry: Entry, why: str) -> None:
        """Reject typed values that have no end."""
        probe = None
        if entry.column is not None:
            column = quoted(self._by_name[entry.column.casefold()])
            probe = f"SELECT 1 FROM {self._relation.name} WHERE isinf({column}) LIMIT 1"
        self._out.checks.append(Check(shown, f"isinf({quoted(attribute)})", literal(f"'infinity' {why}"), probe))

    def _number(self, attribute: str, shown: str, entry: Entry) -> None:
        sql, kind = self._value(entry)
        if (kind in NUMBERS or kind.startswith("DECIMAL")) and not self._is_missing(entry):
            if kind in FLOATS:
                self._take(attribute, f"CASE WHEN isnan({sql}) THEN NULL ELSE {sql}::DOUBLE END")
                self._endless(attribute, shown, entry, "is not a number such as 1234.50")
            else:
                self._take(attribute, f"{sql}::DOUBLE")
            return
        text = self._read(attribute, entry)
        value = _without_number(f"TRY_CAST({text} AS DOUBLE)", [*self._source.missing, *entry.missing])
        self._inner.append(f"{text} AS {text}")
        self._take(attribute, value)
        why = f"{quote_of(text)} || {literal(' is not a number such as 1234.50')}"
        wrong = f"{text} IS NOT NULL AND NOT coalesce(isfinite(TRY_CAST({text} AS DOUBLE)), false)"
        self._out.checks.append(Check(shown, wrong, why))

    def _content(self, entry: Entry) -> str:
        sql, kind = self._value(entry)
        if entry.column is not None and kind in INTEGERS and not self._is_missing(entry):
            mark = sql if kind == "BIGINT" else f"{sql}::BIGINT"
        else:
            raw = self._mapped_word(self._text(entry), entry, lowered=False)
            folded = f"lower(regexp_replace(nfc_normalize({raw}), '[\\s\\p{{Z}}]+', ' ', 'g'))"
            whole = f"CASE WHEN regexp_full_match({raw}, '0|-?[1-9][0-9]{{0,18}}') THEN TRY_CAST({raw} AS BIGINT) END"
            mark = f"coalesce({whole}, (md5_number_lower({folded}) >> 1)::BIGINT)"
        return f"xor({mark}, {local_mark(self._name)})" if entry.local else mark

    def _list(self, entry: Entry) -> str:
        sql, kind = self._value(entry)
        if kind.endswith("[]"):
            items = f"list_transform({sql}, lambda x: trim(nfc_normalize(x::VARCHAR), {literal(BLANKS)}))"
        else:
            raw = self._text(entry)
            items = f"list_transform(regexp_split_to_array({raw}, '\\s*[;|]\\s*'), lambda x: trim(x))"
        if entry.values:
            items = f"list_transform({items}, lambda x: {self._mapped_word('x', entry, lowered=False)})"
        kept = f"list_sort(list_distinct(list_filter({items}, lambda x: x <> '')))"
        return f"nullif(array_to_string({kept}, {SEPARATOR}), '')"

    def _attributes(self) -> None:
        entries = self._source.attributes
        if not entries:
            return
        pairs = []
        for name in sorted(entries):
            self._at = ("attributes", name)
            entry = entries[name]
            pairs.append(f"{literal(name)}, {self._mapped_word(self._text(entry), entry, lowered=False)}")
        self._take("attributes", f"json_object({', '.join(pairs)})::VARCHAR")
        self._out.columns["attributes"] = "text"


def local_mark(source: str) -> int:
    """A constant of the source's name, so that equal numbers of two sources never meet."""
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:7], "big")


def quote_of(value: str) -> str:
    """SQL: a value as it is quoted in a reason, cut to 60 characters."""
    mark = literal("'")
    return f"{mark} || left({value}, 60) || {mark}"


def plain(text: str) -> str:
    """A text of the strategy as texts of files are compared: composed and trimmed."""
    return unicodedata.normalize("NFC", text).strip(BLANKS)


def as_text(sql: str, kind: str) -> str:
    """SQL: a value of a type as text; whole numbers without a point, texts trimmed and composed; NULL for '' and nan.

    A text of printable ASCII without outer blanks is what it is already: a pattern tells that faster than trimming.
    """
    if kind == "VARCHAR":
        tidied = f"nullif(trim(nfc_normalize({sql}), {literal(BLANKS)}), '')"
        return f"CASE WHEN regexp_full_match({sql}, '[!-~]([ -~]*[!-~])?') THEN {sql} ELSE {tidied} END"
    if kind in FLOATS:
        whole = f"{sql} = trunc({sql}) AND abs({sql}) < 1e15"
        return f"CASE WHEN isnan({sql}) THEN NULL WHEN {whole} THEN {sql}::BIGINT::VARCHAR ELSE {sql}::VARCHAR END"
    if kind.startswith("DECIMAL"):
        return f"regexp_replace(regexp_replace({sql}::VARCHAR, '([.][0-9]*?)0+$', '\\1'), '[.]$', '')"
    if kind == "BLOB":
        return f"nullif(trim(coalesce(TRY(decode({sql})), {sql}::VARCHAR), {literal(BLANKS)}), '')"
    return f"{sql}::VARCHAR"


def _without(sql: str, missing: Iterable[str]) -> str:
    words = [plain(w) for w in missing]
    if not words:
        return sql
    return f"CASE WHEN list_contains([{', '.join(literal(w) for w in words)}], {sql}) THEN NULL ELSE {sql} END"


def _without_number(sql: str, missing: Iterable[str]) -> str:
    """Sentinels that are numbers are meant as numbers: 999.00 is 999."""
    numbers = []
    for word in missing:
        try:
            numbers.append(repr(float(word)))
        except ValueError:
            continue
    numbers = [n for n in numbers if n not in ("nan", "inf", "-inf")]
    if not numbers:
        return sql
    return f"CASE WHEN list_contains([{', '.join(numbers)}]::DOUBLE[], {sql}) THEN NULL ELSE {sql} END"


def _case(branches: Iterable[tuple[str, str]]) -> str:
    found = [f"WHEN {condition} THEN {value}" for condition, value in branches]
    return f"CASE {' '.join(found)} END" if found else "NULL::VARCHAR"
