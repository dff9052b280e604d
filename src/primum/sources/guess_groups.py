"""Which files belong together: parts of one table, a file per kind of event, a list that names what others number.

Owns the joining of tables into one that is looked at as a whole, and the query that reads it so. Refuses to say what a
row is: `guess_kinds` does.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from primum.sources.expressions import literal, quoted
from primum.sources.guess_kinds import CALENDAR, Seen, stem_of
from primum.sources.guess_tables import Column, Table
from primum.sources.guess_values import RESPONSE_OF, meaning_of
from primum.sources.guess_words import DEPARTMENT_OF, FILE_KIND_OF, words_of
from primum.words.vocabulary import ATTEMPTED

EVENT: Final = "event"
"""The column that says from which file of a family a row comes."""
_MONTHS: Final = frozenset(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september "
    "october november december januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin "
    "juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre januari februari maart mei augustus q h part teil of copy final new export".split()
)
_ALIGNED: Final = 500
"""So many rows of a list may be read value by value."""


@dataclass(frozen=True)
class Part:
    """Some files of one table, under the name that a query gives them."""

    name: str
    tables: tuple[Table, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """The files, in order."""
        return tuple(t.path for t in self.tables)


@dataclass(frozen=True)
class Group:
    """Tables that are looked at as one; `query` says how they become one where they are not just parts."""

    table: Table
    parts: tuple[Part, ...]
    query: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        """All files."""
        return tuple(f for p in self.parts for f in p.files)


def groups_of(tables: Sequence[Table]) -> list[Group]:
    """The tables, parts of one joined, and files that hold a kind of event each made one log."""
    plain = [Group(_joined(found), (Part("log", tuple(found)),)) for found in _parts_of(tables)]
    return _families(plain)


# Parts of one table


def _parts_of(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables that are parts of one: in one folder, with one header, read in one way, and named alike."""
    groups: dict[object, list[Table]] = {}
    for table in tables:
        groups.setdefault((*_read_alike(table), _named_alike(table)), []).append(table)
    return list(groups.values())


def _read_alike(table: Table) -> tuple[object, ...]:
    header = tuple(sorted(table.header)) if table.format == "jsonl" else table.header
    spec = table.spec.model_copy(update={"files": ["*"]}).model_dump_json()
    return table.path.parent, table.format, header, spec


def _named_alike(table: Table) -> tuple[str, ...]:
    """What must agree in the names of parts: every word, or, under a wide header, those that say what rows are."""
    words = re.sub(r"\d+", " ", words_of(stem_of(table.path.name))).split()
    said = [w for w in words if w not in _MONTHS and len(w) > 1]
    if len(table.columns) >= 4:
        said = [w for w in said if w in DEPARTMENT_OF or w in FILE_KIND_OF or w in RESPONSE_OF or w in ("send", "sent")]
    return tuple(said)


def _joined(group: Sequence[Table]) -> Table:
    """One table out of its parts: their samples together."""
    if len(group) == 1:
        return group[0]
    columns = []
    for name in group[0].header:
        parts = [c for t in group for c in t.columns if c.name == name]
        words: Counter[str] = Counter()
        for part in parts:
            words.update(part.words)
        values = tuple(v for p in parts for v in p.values[: max(50, 2_000 // len(parts))])
        ranked = dict(sorted(words.items(), key=lambda w: -w[1]))
        filled, rows = sum(p.filled for p in parts), sum(p.rows for p in parts)
        columns.append(Column(name, parts[0].type, values, ranked, filled, rows))
    return replace(group[0], columns=tuple(columns), rows=sum(t.rows for t in group))


# A file per kind of event


def _families(groups: Sequence[Group]) -> list[Group]:
    """Groups with one header in one folder, each named by what happened, as one log."""
    alike: dict[object, dict[str, Group]] = {}
    for group in groups:
        word = _event_named(group)
        if word:
            alike.setdefault(_read_alike(group.table), {}).setdefault(word, group)
    found = [_family(f) for f in alike.values() if len(f) > 1 and any(_means(w) in ATTEMPTED for w in f)]
    taken = {path for family in found for path in family.files}
    return [*(g for g in groups if g.files[0] not in taken), *found]


def _event_named(group: Group) -> str:
    """The word of a file's name that says what happened, spelled as a name in a query; empty where there is none."""
    said = re.sub(r"\d+", " ", words_of(stem_of(group.files[0].name))).strip()
    meaning, certain = meaning_of("log", said)
    return said.replace(" ", "_") if meaning and certain and len(said.split()) <= 3 else ""


def _means(word: str) -> str | None:
    return meaning_of("log", word)[0]


def _family(files: dict[str, Group]) -> Group:
    """One log out of a file per kind of event."""
    tables = {word: group.table for word, group in files.items()}
    table = _joined(list(tables.values()))
    words = {w: t.rows for w, t in sorted(tables.items(), key=lambda p: -p[1].rows)}
    values = tuple(w for w, t in tables.items() for _ in range(min(t.rows, 50)))
    event = Column(EVENT, "text", values, words, table.rows, table.rows)
    parts = tuple(Part(word, files[word].parts[0].tables) for word in sorted(files))
    query = " UNION ALL ".join(f"SELECT *, {literal(p.name)} AS {EVENT} FROM {p.name}" for p in parts)
    return Group(replace(table, columns=(*table.columns, event)), parts, query)


# A list that names what others number


def named_by_lists(groups: Sequence[Group], looks: Sequence[Seen]) -> list[Group]:
    """Groups whose campaigns are only numbers, joined with the list that names them; that list is one of them no more.

    A list names another's numbers where both have a column of one name, the list holds each number once, and nearly all
    of the other's.
    """
    lists = [(g, s) for g, s in zip(groups, looks, strict=True) if s.kind == CALENDAR or not _says_whose(s)]
    used: set[int] = set()
    found = []
    for group, seen in zip(groups, looks, strict=True):
        pair = _namer(group, seen, lists)
        if pair is None:
            found.append(group)
            continue
        names, column, wanted = pair
        used.add(id(names))
        found.append(_with_names(group, names, column, wanted))
    return [g for g in found if id(g) not in used]


def _says_whose(seen: Seen) -> bool:
    return any(r.column.distinct > 3 for r in seen.keys if not r.role.startswith("other "))


def _namer(group: Group, seen: Seen, lists: Sequence[tuple[Group, Seen]]) -> tuple[Group, Column, list[Column]] | None:
    if "communication" in seen.roles or not _says_whose(seen):
        return None
    for names, list_seen in lists:
        wanted = [list_seen.roles[r].column for r in ("communication", "subject") if r in list_seen.roles]
        for column in group.table.columns:
            theirs = next((c for c in names.table.columns if c.name == column.name), None)
            if wanted and theirs and theirs.is_unique and column.words and names is not group:
                met = sum(n for w, n in column.words.items() if w in theirs.words)
                if met >= 0.9 * column.filled and theirs not in wanted:
                    return names, theirs, wanted
    return None


def _with_names(group: Group, names: Group, key: Column, wanted: Sequence[Column]) -> Group:
    mine = next(c for c in group.table.columns if c.name == key.name)
    added = [_named_column(mine, names.table, key, w) for w in wanted if w.name not in group.table.header]
    shown = "".join(f", names.{quoted(c.name)}" for c in added)
    inner = f"({group.query})" if group.query else "log"
    query = (
        f"SELECT log.*{shown} FROM {inner} AS log LEFT JOIN names ON log.{quoted(key.name)} = names.{quoted(key.name)}"
    )
    table = replace(group.table, columns=(*group.table.columns, *added))
    return Group(table, (*group.parts, replace(names.parts[0], name="names")), query)


def _named_column(mine: Column, names: Table, key: Column, wanted: Column) -> Column:
    """The wanted column as it stands beside the rows that are named."""
    aligned = names.rows <= _ALIGNED and key.filled == wanted.filled == names.rows
    words: Counter[str] = Counter(wanted.words)
    if aligned:
        table = dict(zip(key.values, wanted.values, strict=True))
        words = Counter()
        for number, rows in mine.words.items():
            words[table.get(number, "")] += rows
        words.pop("", None)
    ranked = dict(words.most_common())
    return Column(wanted.name, "text", tuple(ranked), ranked, mine.filled, mine.rows)
