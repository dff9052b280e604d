"""A look at a source's columns as they stand in its files, for the accidents of exports.

Owns the scan (one aggregate a source, grouped by file, and small ones for words and dates): what it saw is kept file by
file, so that files which come later are judged together with those that were read long ago (`accidents`). Refuses typed
sources that are read directly, where a scan would cost more than it tells, and to keep a value that is not masked.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from primum.sources.expressions import literal, quoted
from primum.sources.mapping import BLANKS, Relation, plain
from primum.sources.totals import TOTALS, is_total
from primum.sources.warnings import masked
from primum.strategy.models import COLUMNS, Entry, Source

BOUND: Final = 1_000_000
"""Rows of a typed file that are looked at."""
MOST_WORDS: Final = 12
PHONES: Final = 500
"""Phone numbers that are looked at one by one."""
DAYS: Final = 5
"""So many distinct dates are enough to say how they lie."""
CLOSED_LIKE: Final = ("channel", "purpose", "status", "event", "initiated", "direction", "kind", "state", "outcome")
"""Attributes whose few words stay the same from file to file; campaigns and products change by themselves."""
ID_KINDS_READ: Final = ("email",)
"""Identifiers that no spreadsheet takes for a number."""
_LATE = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What Windows-1252 makes of the bytes 0x80 to 0x9F."""
MOJIBAKE: Final = (
    f"[\u00c2\u00c3][\u0080-\u00bf{_LATE}]|\u00c5[\u0080-\u009f\u00a1-\u00bf‚„…ˆ‰Š]|\u00e2\u20ac[\u0080-\u00bf{_LATE}]"
    "|\u00e2\u201a\u00ac|\ufffd|\ufeff"
)
"""UTF-8 read as Windows-1252 or Latin-1, the mark of a lost letter, a byte order mark inside a value."""
SCIENTIFIC: Final = r"-?\d([.,]\d+)?[eE][+]\d{2}"
POINT_ZERO: Final = r"\d{3,}[.]0"
CLASSES: Final = {
    "numbers": "TRY_CAST({c} AS DOUBLE) IS NOT NULL",
    "e-mail addresses": "contains({c}, '@')",
    "dates": r"regexp_matches({c}, '^\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}')",
}


@dataclass(frozen=True)
class Column:
    """A column that the mapping reads, and what for."""

    name: str
    attribute: str
    """What it is mapped to; an identifier's kind."""
    kind: str
    """identifier, or the attribute's type."""
    entry: Entry | None = None

    @property
    def is_number_like(self) -> bool:
        """Whether a spreadsheet may have taken the identifier for a number."""
        return self.kind == "identifier" and self.attribute not in ID_KINDS_READ


Facts = dict[str, Any]
"""What was seen of one file: `n` rows, `totals` (rows of totals: column, how many, an example; or None), and per column
(`columns`, by name) how many values are `filled`, and of these how many have which form. Plain JSON."""


def profiled(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    relation: Relation,
    files: int,
    country: str | None = None,
) -> tuple[Facts, ...]:
    """What every mapped column of a source holds, by file.

    Args:
        files: how many files the source has; `__file` counts them.
        country: whose national phone numbers can be read (ISO 3166-1 alpha-2).
    """
    scan = _Scan(con, source, relation, mapped_columns(source, relation.types), country)
    return scan.facts(files)


def mapped_columns(source: Source, types: Iterable[str]) -> list[Column]:
    """The columns that a mapping reads, each once; identifiers first."""
    known = {t.casefold(): t for t in types}
    found: dict[str, Column] = {}

    def add(column: str | None, attribute: str, kind: str, entry: Entry | None = None) -> None:
        spelled = known.get(column.casefold()) if column else None
        if spelled is not None:
            found.setdefault(spelled, Column(spelled, attribute, kind, entry))

    for kind, column in (*source.key.items(), *source.identifiers.items()):
        add(column, kind, "identifier")
    for attribute, entry in (*source.map.items(), *source.attributes.items()):
        add(entry.column, attribute, COLUMNS[source.kind].get(attribute, "text"), entry)
    return list(found.values())


@dataclass
class _Scan:
    con: duckdb.DuckDBPyConnection
    source: Source
    relation: Relation
    columns: list[Column]
    country: str | None

    def facts(self, files: int) -> tuple[Facts, ...]:
        """What was seen, by file."""
        found: list[Facts] = [{"n": 0, "totals": None, "columns": {}} for _ in range(files)]
        for row in self._rows(self._aggregate()) if self.columns else ():
            own = {c.name: self._column(row, i, c) for i, c in enumerate(self.columns)}
            found[row["__file"]] |= {"n": row["n"], "columns": own}
        for column in self.columns:
            for name, look in self._looks(column):
                for file, seen in look(column).items():
                    found[file]["columns"][column.name][name] = seen
        for file, totals in self._totals().items():
            found[file]["totals"] = totals
        return tuple(found)

    def _looks(self, column: Column) -> Iterator[tuple[str, Callable[[Column], dict[int, Any]]]]:
        """What is looked at more closely."""
        if column.attribute in CLOSED_LIKE and column.kind == "text":
            yield "words", self._words
        if not self._is_text(column):
            return
        if column.kind == "instant":
            yield "dates", self._dates
        if column.kind == "identifier" and column.attribute == "phone":
            yield "phones", self._phones

    def _is_text(self, column: Column) -> bool:
        return self.relation.types[column.name] == "VARCHAR"

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        return list(self.con.execute(sql).to_arrow_table().to_pylist())

    def _from(self) -> str:
        bound = "" if self.relation.texts else f" WHERE __row <= {BOUND}"
        return f"FROM {self.relation.name}{bound}"

    def _value(self, column: Column) -> str:
        """SQL: a column's value as text, NULL where it is empty or a named sentinel."""
        text = f"trim({quoted(column.name)}::VARCHAR, {literal(BLANKS)})"
        words = [plain(w) for w in (*self.source.missing, *(column.entry.missing if column.entry else ()))]
        nothing = ", ".join(literal(w) for w in ("", *words))
        return f"CASE WHEN {text} NOT IN ({nothing}) THEN {text} END"

    def _aggregate(self) -> str:
        """One row a file: how many values of each column have which form."""
        inner = ", ".join(f"{self._value(c)} AS c{i}" for i, c in enumerate(self.columns))
        parts = ["__file", "count(*) AS n"]
        for i, column in enumerate(self.columns):
            parts += self._counts(f"c{i}", i, column)
        return f"SELECT {', '.join(parts)} FROM (SELECT __file, {inner} {self._from()}) GROUP BY __file"

    def _counts(self, c: str, i: int, column: Column) -> Iterator[str]:
        yield f"count({c}) AS filled_{i}"
        for j, test in enumerate(CLASSES.values()):
            yield f"count(*) FILTER ({test.format(c=c)}) AS class{j}_{i}"
        if not self._is_text(column):
            return
        wrong = f"strlen({c}) <> length({c}) AND regexp_matches({c}, {literal(MOJIBAKE)})"
        letters = f"regexp_extract({{c}}, {literal(MOJIBAKE)})"
        yield from _with_example("garbled", c, i, wrong, letters)
        if column.is_number_like:
            yield from _with_example("power", c, i, f"contains({c}, '+') AND regexp_full_match({c}, '{SCIENTIFIC}')")
            yield from _with_example("point", c, i, f"ends_with({c}, '.0') AND regexp_full_match({c}, '{POINT_ZERO}')")
            digits = f"regexp_full_match({c}, '[0-9]+')"
            yield f"count(*) FILTER ({c}[1] = '0' AND {digits}) AS zeros_{i}"
            yield f"histogram(length({c})) FILTER ({digits}) AS lengths_{i}"
            yield f"arg_min({c}, (length({c}), {c})) FILTER ({digits}) AS shortest_{i}"

    def _column(self, row: dict[str, Any], i: int, column: Column) -> Facts:
        seen: Facts = {"filled": row[f"filled_{i}"], "classes": [row[f"class{j}_{i}"] for j in range(len(CLASSES))]}
        for form in ("garbled", "power", "point"):
            if count := row.get(f"{form}_{i}"):
                seen[form] = [count, masked(row[f"{form}_example_{i}"], column.kind == "identifier")]
        if f"zeros_{i}" in row:
            seen["zeros"] = row[f"zeros_{i}"]
            seen["lengths"] = {str(k): int(n) for k, n in (row[f"lengths_{i}"] or ())}
            seen["shortest"] = masked(row[f"shortest_{i}"], True)
        return seen

    def _phones(self, column: Column) -> dict[int, Any]:
        """Numbers with their country, without it, and of a sample those that are none without their +."""
        international, bare = "v[1] = '+' OR starts_with(v, '00')", "v[1] BETWEEN '1' AND '9' AND length(d) >= 8"
        rows = f"SELECT __file, {self._value(column)} AS v, regexp_replace(v, '[^0-9]', '', 'g') AS d {self._from()}"
        found = self._rows(
            f"SELECT __file, count(v) AS n, count(*) FILTER ({international}) AS abroad, count(*) FILTER ({bare})"
            f" AS bare, count(*) FILTER (NOT ({international}) AND length(d) >= 6) AS national"
            f" FROM ({rows}) GROUP BY __file"
        )
        seen = {r.pop("__file"): r | {"looked": 0, "lost": 0, "example": None} for r in found}
        if self.country is None or not any(r["bare"] for r in seen.values()):
            return seen
        sample = self._rows(
            f"SELECT __file, v FROM (SELECT DISTINCT __file, v FROM ({rows}) WHERE {bare}) "
            f"QUALIFY row_number() OVER (PARTITION BY __file ORDER BY md5(v)) <= {PHONES}"
        )
        for r in sample:
            own = seen[r["__file"]]
            own["looked"] += 1
            if _lacks_plus(r["v"], self.country):
                own["lost"] += 1
                own["example"] = min(filter(None, (own["example"], masked(r["v"], True))))
        return seen

    def _dates(self, column: Column) -> dict[int, Any]:
        """Of dates whose day or month comes first: how they lie, and which can be read either way."""
        first = next((f for f in formats_of(column, self.source) if order_of(f)), None)
        if first is None:
            return {}
        reads = f"try_strptime({self._value(column)}, {literal(first)})"
        either = "day(d) <= 12 AND day(d) <> month(d)"
        found = self._rows(
            f"SELECT __file, count(*) AS n, count(*) FILTER ({either}) AS either, count(*) FILTER (day(d) > 12)"
            f" AS clear, list_sort(list(DISTINCT d::DATE::VARCHAR))[1:{DAYS}] AS days,"
            f" list_sort(list(DISTINCT day(d))) AS day_numbers,"
            f" list_sort(list(DISTINCT month(d))) AS months, (min(d) FILTER ({either}))::VARCHAR AS least,"
            f" arg_min(v, d) FILTER ({either}) AS example"
            f" FROM (SELECT __file, {reads} AS d, {self._value(column)} AS v {self._from()}) WHERE d IS NOT NULL"
            " GROUP BY __file"
        )
        return {r.pop("__file"): r for r in found}

    def _words(self, column: Column) -> dict[int, Any]:
        """The most frequent words of a file, by ours; empty where there are more than a closed list has."""
        value = self._value(column)
        rows = self._rows(
            f"SELECT * FROM (SELECT __file, {value} AS word, count(*) AS n {self._from()} GROUP BY ALL) "
            f"WHERE word IS NOT NULL "
            f"QUALIFY row_number() OVER (PARTITION BY __file ORDER BY n DESC, word) <= {MOST_WORDS + 1}"
        )
        table = {plain(k): v for k, v in ((column.entry.values if column.entry else None) or {}).items()}
        words: dict[int, dict[str, int]] = {}
        for r in rows:
            own = words.setdefault(r["__file"], {})
            word = table.get(r["word"], r["word"]).casefold()
            own[word] = own.get(word, 0) + r["n"]
        return {
            file: [[_word(w), n] for w, n in sorted(own.items())] if len(own) <= MOST_WORDS else []
            for file, own in words.items()
        }

    def _totals(self) -> dict[int, Any]:
        """Rows of totals that a report appended: a word for it, and otherwise numbers only."""
        names = [c for c in self.relation.types if not c.startswith("__")]
        keys = [c.name for c in self.columns if c.kind == "identifier"]
        looked = list(dict.fromkeys([*names[:1], *keys]))
        looked = [c for c in looked if self.relation.types[c] == "VARCHAR"]
        if not looked or not self.columns:
            return {}
        words = ", ".join(literal(w) for w in sorted(TOTALS))
        tests = " OR ".join(f"lower(rtrim(trim({quoted(c)}), ': ')) IN ({words})" for c in looked)
        where = "AND" if "WHERE" in self._from() else "WHERE"
        rows = self._rows(
            f"SELECT * {self._from()} {where} ({tests}) "
            "QUALIFY row_number() OVER (PARTITION BY __file ORDER BY __row) <= 1000 ORDER BY __file, __row"
        )
        found: dict[int, Any] = {}
        for r in rows:
            if not is_total([r[n] for n in names]):
                continue
            shown = next(str(r[c]) for c in looked if str(r[c]).strip().rstrip(": ").lower() in TOTALS)
            own = found.setdefault(r["__file"], {"column": looked[0], "n": 0, "example": f"{shown} (row {r['__row']})"})
            own["n"] += 1
        return found


def formats_of(column: Column, source: Source) -> list[str]:
    """The formats of a column's dates."""
    return list((column.entry.dates if column.entry else []) or source.dates)


def order_of(form: str) -> str:
    """Whether a format reads day or month first; empty where they cannot be confused."""
    day, month = form.find("%d"), form.find("%m")
    if min(day, month) < 0 or form.startswith(("%Y", "%y")):
        return ""
    return "day" if day < month else "month"


def _word(word: str) -> str:
    """A word that may be kept and shown: where columns have shifted it may be somebody's address or number."""
    return str(masked(word, bool(re.search(r"@|\d{5}", word))))


def _with_example(kind: str, c: str, i: int, test: str, shown: str = "{c}") -> Iterator[str]:
    """How many values meet a test, and the first of them (or the part of it that may be shown)."""
    yield f"count(*) FILTER ({test}) AS {kind}_{i}"
    yield f"min({shown.format(c=c)}) FILTER ({test}) AS {kind}_example_{i}"


def _lacks_plus(value: str, country: str) -> bool:
    """Whether a number is none of the country, and one with a + in front (ITU-T E.164, by `phonenumbers`)."""
    import phonenumbers

    def valid(text: str) -> bool:
        try:
            return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, country)))
        except phonenumbers.NumberParseException:
            return False

    return not valid(value) and valid(f"+{value}")
