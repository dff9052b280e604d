"""A look at a source's columns as they stand in its files, for the accidents of exports.

Owns the scan (one aggregate a source, grouped by file, and small ones for words and dates) and what it may call an
accident. Refuses typed sources that are read directly, where a scan would cost more than it tells.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb

from primum.sources.expressions import literal, quoted
from primum.sources.mapping import BLANKS, Relation, plain
from primum.sources.totals import TOTALS, is_total
from primum.sources.warnings import AS_TEXT, SourceWarning, masked
from primum.sources.zeros import ENOUGH, NEARLY, Digits
from primum.strategy.models import COLUMNS, Entry, Source
from primum.words.masking import masked_file

BOUND: Final = 1_000_000
"""Rows of a typed file that are looked at."""
MOST_WORDS: Final = 12
PHONES: Final = 500
"""Phone numbers that are looked at one by one."""
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
_CLASSES: Final = {
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


@dataclass(frozen=True)
class Profile:
    """What the scan found; `digits` is compared across sources (see `zeros.eaten_zeros`)."""

    warnings: tuple[SourceWarning, ...] = ()
    digits: tuple[Digits, ...] = ()


def profiled(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: Source,
    relation: Relation,
    files: Sequence[str],
    country: str | None = None,
) -> Profile:
    """Look at every mapped column of a source.

    Args:
        files: names of the source's files, by their number `__file`.
        country: whose national phone numbers can be read (ISO 3166-1 alpha-2).
    """
    scan = _Scan(con, name, source, relation, files, country)
    return scan.profile() if scan.columns else Profile()


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
    name: str
    source: Source
    relation: Relation
    files: Sequence[str]
    country: str | None = None
    found: list[SourceWarning] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = mapped_columns(self.source, self.relation.types)
        self._typed = {c.name for c in self.columns if self.relation.types[c.name] != "VARCHAR"}

    def profile(self) -> Profile:
        rows = self._rows(self._aggregate())
        for i, column in enumerate(self.columns):
            self._empty(column, rows, i)
            if column.name not in self._typed:
                self._text(column, rows, i)
            if len(rows) > 1:
                self._changed(column, rows, i)
        self._totals()
        return Profile(tuple(self.found), tuple(self._digits(rows)))

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
        return f"SELECT {', '.join(parts)} FROM (SELECT __file, {inner} {self._from()}) GROUP BY __file ORDER BY __file"

    def _counts(self, c: str, i: int, column: Column) -> Iterator[str]:
        yield f"count({c}) AS filled_{i}"
        if len(self.files) > 1:
            for j, test in enumerate(_CLASSES.values()):
                yield f"count(*) FILTER ({test.format(c=c)}) AS class{j}_{i}"
        if column.name in self._typed:
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

    def _warn(self, kind: str, column: Column, count: int, total: int, example: str | None, what: str, cure: str,
              file: str | None = None) -> None:  # fmt: skip
        shown = masked(example, column.kind == "identifier")
        self.found.append(SourceWarning(kind, self.name, file, column.name, count, total, shown, what, cure))

    def _empty(self, column: Column, rows: list[dict[str, Any]], i: int) -> None:
        total = sum(r["n"] for r in rows)
        if total >= ENOUGH and not sum(r[f"filled_{i}"] for r in rows):
            what = f"The column is mapped as `{column.attribute}`, and is empty in every row"
            self._warn(
                "empty_column",
                column,
                total,
                total,
                None,
                what,
                "Export it with its values, or take it out of the mapping.",
            )

    def _text(self, column: Column, rows: list[dict[str, Any]], i: int) -> None:
        filled = sum(r[f"filled_{i}"] for r in rows)
        for kind, (what, cure) in _FORMS.items():
            count = sum(r.get(f"{kind}_{i}") or 0 for r in rows)
            if count:
                examples = [r[f"{kind}_example_{i}"] for r in rows if r[f"{kind}_example_{i}"] is not None]
                self._warn(_KINDS[kind], column, count, filled, min(examples), what, cure)
        if column.kind == "instant":
            self._dates(column)
        if column.kind == "identifier" and column.attribute == "phone":
            self._phones(column)

    def _phones(self, column: Column) -> None:
        """Numbers that cannot be read because their + or their country is gone."""
        international, bare = "v[1] = '+' OR starts_with(v, '00')", "v[1] BETWEEN '1' AND '9' AND length(d) >= 8"
        rows = f"SELECT {self._value(column)} AS v, regexp_replace(v, '[^0-9]', '', 'g') AS d {self._from()}"
        (found,) = self._rows(
            f"SELECT count(v) AS n, count(*) FILTER ({international}) AS abroad, count(*) FILTER ({bare}) AS bare, "
            f"count(*) FILTER (NOT ({international}) AND length(d) >= 6) AS national FROM ({rows})"
        )
        if self.country is None:
            if min(found["abroad"], found["national"]) >= ENOUGH:
                what = "Numbers are written with and without their country: the same number twice would be two people"
                cure = "Say `customers: {country: GB}` (yours), or export numbers in international form."
                self._warn("phones_without_country", column, found["national"], found["n"], None, what, cure)
            return
        if found["bare"] < ENOUGH:
            return
        sample = self._rows(f"SELECT DISTINCT v FROM ({rows}) WHERE {bare} ORDER BY md5(v) LIMIT {PHONES}")
        lost = [r["v"] for r in sample if _lacks_plus(r["v"], self.country)]
        if len(lost) >= max(5, 0.05 * len(sample)):
            what = "Numbers from abroad have lost their +: they are read as other numbers, and match nobody"
            self._warn("phones_without_plus", column, len(lost), len(sample), min(lost), what, AS_TEXT)

    def _dates(self, column: Column) -> None:
        """Dates of which day and month may be exchanged."""
        formats = (column.entry.dates if column.entry else []) or self.source.dates
        both = {order for f in formats if (order := _order(f))}
        first = next((f for f in formats if _order(f)), None)
        if first is None:
            return
        reads = f"try_strptime({self._value(column)}, {literal(first)})"
        found = self._rows(
            f"SELECT count(*) AS n, count(*) FILTER (day(d) <= 12 AND day(d) <> month(d)) AS either, "
            f"count(*) FILTER (day(d) > 12) AS clear, count(DISTINCT d::DATE) AS days, "
            f"count(DISTINCT day(d)) AS day_numbers, count(DISTINCT month(d)) AS months, "
            f"arg_min(v, d) FILTER (day(d) <= 12 AND day(d) <> month(d)) AS example "
            f"FROM (SELECT {reads} AS d, {self._value(column)} AS v {self._from()}) WHERE d IS NOT NULL"
        )[0]
        if not found["either"]:
            return
        if len(both) > 1:
            what = (
                "Two orders of day and month are allowed, and these dates can be read either way: the first was taken"
            )
            cure = "Export dates as 2026-03-01, or allow one order only."
        elif not found["clear"] and found["days"] >= 5 and found["day_numbers"] < found["months"]:
            what = "No day is above 12, and the days would lie closer together with day and month exchanged"
            cure = f"Look at a date you know: `{_exchanged(first)}` reads as well as `{first}`."
        else:
            return
        self._warn("ambiguous_dates", column, found["either"], found["n"], found["example"], what, cure)

    def _changed(self, column: Column, rows: list[dict[str, Any]], i: int) -> None:
        """Columns that mean one thing in one file and another in another."""
        wide = [r for r in rows if r["n"] >= 5 * ENOUGH]
        full = next((r for r in wide if r[f"filled_{i}"] >= NEARLY * r["n"]), None)
        bare = [r for r in wide if r[f"filled_{i}"] <= (1 - NEARLY) * r["n"]]
        if full and bare:
            what = f"The column is filled in {masked_file(self._file(full))}, and empty in this file"
            cure = "Export the file again, or look whether the column has another name there."
            for r in bare:
                count = r["n"] - r[f"filled_{i}"]
                self._warn("emptied_column", column, count, r["n"], None, what, cure, self._file(r))
        first: tuple[str, str] | None = None
        for r in rows:
            form = self._form(r, i)
            if form is None:
                continue
            first = first or (form, self._file(r))
            if form != first[0]:
                what = f"The column holds {form} in this file, and {first[0]} in {masked_file(first[1])}"
                cure = "Look whether the export has shifted its columns or changed their meaning."
                self._warn("changed_column", column, r[f"filled_{i}"], r["n"], None, what, cure, self._file(r))
        if column.attribute in CLOSED_LIKE and column.kind == "text":
            self._words(column)

    def _file(self, row: dict[str, Any]) -> str:
        return str(self.files[row["__file"]])

    def _form(self, row: dict[str, Any], i: int) -> str | None:
        """What nearly all values of a column are in one file; None where they are mixed or few."""
        filled = row[f"filled_{i}"]
        if filled < ENOUGH:
            return None
        counts = {name: row[f"class{j}_{i}"] for j, name in enumerate(_CLASSES)}
        best = max(counts, key=lambda name: counts[name])
        if counts[best] >= NEARLY * filled:
            return best
        return "words" if sum(counts.values()) <= (1 - NEARLY) * filled else None

    def _words(self, column: Column) -> None:
        """Files whose few words have nothing in common with those of the others."""
        value = self._value(column)
        rows = self._rows(
            f"SELECT __file, {value} AS word, count(*) AS n {self._from()} GROUP BY ALL "
            f"ORDER BY __file, n DESC, word LIMIT {len(self.files) * (MOST_WORDS + 1)}"
        )
        table = {plain(k): v for k, v in ((column.entry.values if column.entry else None) or {}).items()}
        words: dict[int, dict[str, int]] = defaultdict(dict)
        for r in rows:
            if r["word"] is not None:
                word = table.get(r["word"], r["word"]).casefold()
                words[r["__file"]][word] = words[r["__file"]].get(word, 0) + r["n"]
        several = {f: w for f, w in words.items() if 2 <= len(w) <= MOST_WORDS and sum(w.values()) >= 5 * ENOUGH}
        others = {f: {w for g, theirs in several.items() if g != f for w in theirs} for f in several}
        odd = [f for f, own in several.items() if others[f] and not others[f] & own.keys()]
        for f in odd[len(odd) == len(several) :]:
            shown, known = (", ".join(_word(w) for w in sorted(words)[:4]) for words in (several[f], others[f]))
            what = f"The words of this file ({shown}) are in no other file of the source (they have {known})"
            cure = "If they mean the same, say so under `values:`; else look whether columns have shifted."
            count = sum(several[f].values())
            self._warn("other_words", column, count, count, None, what, cure, self.files[f])

    def _totals(self) -> None:
        """Rows of totals that a report appended: a word for it, and otherwise numbers only."""
        names = [c for c in self.relation.types if not c.startswith("__")]
        keys = [c.name for c in self.columns if c.kind == "identifier"]
        looked = list(dict.fromkeys([*names[:1], *keys]))
        looked = [c for c in looked if self.relation.types[c] == "VARCHAR"]
        if not looked:
            return
        words = ", ".join(literal(w) for w in sorted(TOTALS))
        tests = " OR ".join(f"lower(rtrim(trim({quoted(c)}), ': ')) IN ({words})" for c in looked)
        where = "AND" if "WHERE" in self._from() else "WHERE"
        rows = self._rows(f"SELECT * {self._from()} {where} ({tests}) ORDER BY __file, __row LIMIT 1000")
        totals = [r for r in rows if is_total([r[n] for n in names])]
        by_file: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for r in totals:
            by_file[r["__file"]].append(r)
        for f, found in by_file.items():
            shown = next(str(found[0][c]) for c in looked if str(found[0][c]).strip().rstrip(": ").lower() in TOTALS)
            what = "A row of totals stands among the rows: it is no contact, and is read as one or rejected"
            cure = "Export the rows without totals, or delete the row."
            example = f"{shown} (row {found[0]['__row']})"
            self.found.append(
                SourceWarning(
                    "totals_row", self.name, self.files[f], looked[0], len(found), len(found), example, what, cure
                )
            )

    def _digits(self, rows: list[dict[str, Any]]) -> Iterator[Digits]:
        for i, column in enumerate(self.columns):
            if not column.is_number_like or column.name in self._typed or column.attribute == "phone":
                continue
            for r in rows:
                lengths = {int(k): int(n) for k, n in (r[f"lengths_{i}"] or ())}
                shortest = masked(r[f"shortest_{i}"], True)
                yield Digits(
                    self.name, self._file(r), column.name, column.attribute, r[f"filled_{i}"], r[f"zeros_{i}"],
                    lengths, shortest,
                )  # fmt: skip


def _lacks_plus(value: str, country: str) -> bool:
    """Whether a number is none of the country, and one with a + in front (ITU-T E.164, by `phonenumbers`)."""
    import phonenumbers

    def valid(text: str) -> bool:
        try:
            return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, country)))
        except phonenumbers.NumberParseException:
            return False

    return not valid(value) and valid(f"+{value}")


def _word(word: str) -> str:
    """A word that may be shown: where columns have shifted it may be somebody's address or number."""
    return str(masked(word, bool(re.search(r"@|\d{5}", word))))


def _with_example(kind: str, c: str, i: int, test: str, shown: str = "{c}") -> Iterator[str]:
    """How many values meet a test, and the first of them (or the part of it that may be shown)."""
    yield f"count(*) FILTER ({test}) AS {kind}_{i}"
    yield f"min({shown.format(c=c)}) FILTER ({test}) AS {kind}_example_{i}"


_KINDS: Final = {"power": "scientific_notation", "point": "point_zero", "garbled": "garbled_text"}
_FORMS: Final = {
    "power": (
        "Identifiers were turned into rounded numbers: their last digits are lost, and they match nobody",
        AS_TEXT,
    ),
    "point": (
        "Identifiers end in .0: a program took them for numbers, and they match nobody who is written without",
        AS_TEXT,
    ),
    "garbled": (
        "Letters are garbled, as when UTF-8 is read in another encoding",
        "Say the right `encoding:` for the source; where the file itself is garbled, export it again as UTF-8.",
    ),
}


def _order(form: str) -> str:
    """Whether a format reads day or month first; empty where they cannot be confused."""
    day, month = form.find("%d"), form.find("%m")
    if min(day, month) < 0 or form.startswith(("%Y", "%y")):
        return ""
    return "day" if day < month else "month"


def _exchanged(form: str) -> str:
    return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
