"""What a set of exports is in our words: sources with their kinds, keys and mappings, each with how sure it is.

Owns the order of the guessing: read samples, join parts, find out kinds, link tables by their values, map columns.
Refuses to write anything, and to settle what the files leave open: that comes out as questions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from primum.sources.expressions import quoted
from primum.sources.guess_company import Company, company_of
from primum.sources.guess_groups import groups_of, named_by_lists
from primum.sources.guess_keys import (
    apart,
    known_identifiers,
    settled,
)
from primum.sources.guess_kinds import CALENDAR, UNKNOWN, seen
from primum.sources.guess_lines import slug
from primum.sources.guess_masks import Masks, cut, names_in
from primum.sources.guess_sources import SourceGuess, sources_of
from primum.sources.guess_tables import Column, Table, tables_of
from primum.sources.guess_values import meaning_of
from primum.sources.guess_words import words_of
from primum.sources.resolve import SUFFIXES
from primum.words.errors import Complaint, SourceError

_ORDER: Final = ("customers", "identifiers", "contacts", "events", "responses", "states", CALENDAR, UNKNOWN)


@dataclass(frozen=True)
class Named:
    """A communication that the samples speak of."""

    name: str
    rows: int
    department: str | None
    channel: str | None
    purpose: str | None


@dataclass(frozen=True)
class Guess:
    """Everything that could be told from the files."""

    sources: tuple[SourceGuess, ...]
    communications: tuple[Named, ...]
    company: Company
    skipped: tuple[tuple[str, str], ...]
    """Files (or parts of them) that cannot be used, and why."""


def guess(paths: Iterable[Path]) -> Guess:
    """Look at exports; folders among them are searched for files of known formats.

    Raises: SourceError with every complaint, where no file can be read.
    """
    tables, skipped, complaints = _read(paths)
    if not tables:
        raise SourceError(complaints)
    groups = groups_of(tables)
    groups = named_by_lists(groups, [seen(group.table) for group in groups])
    looks = apart(settled([seen(group.table) for group in groups]))
    masks = Masks(names_in(r.column for s in looks for n, r in s.roles.items() if n in _NAMES))
    known = known_identifiers(looks)
    found = [g for s, group in zip(looks, groups, strict=True) for g in sources_of(s, group, masks, known)]
    found = [_about_calendar(g, found) if g.kind == CALENDAR else g for g in found]
    ordered = sorted(found, key=lambda g: (_ORDER.index(g.kind), g.name, [p.as_posix() for p in g.files]))
    phones = any(k.kind == "phone" for g in ordered for k in (*g.keys, *g.identifiers))
    return Guess(
        tuple(_uniquely_named(ordered)), _communications(found, masks), company_of(looks, phones), tuple(skipped)
    )


_NAMES: Final = ("first_name", "last_name", "name")


# Files


def _expanded(paths: Iterable[Path]) -> list[Path]:
    """Each file once, in the order of names; of a folder, what has a known format and is not hidden."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if path.is_dir() and (hidden or not file.is_file() or not _is_known(file)):
                continue
            found.setdefault(file.resolve(), file)
    return sorted(found)


def _is_known(path: Path) -> bool:
    return Path(path.name.lower().removesuffix(".gz")).suffix in SUFFIXES


def _read(paths: Iterable[Path]) -> tuple[list[Table], list[tuple[str, str]], list[Complaint]]:
    """The tables of all files, what is skipped and why, and the same as complaints."""
    tables: list[Table] = []
    skipped: list[tuple[str, str]] = []
    complaints: list[Complaint] = []
    for path in _expanded(paths):
        try:
            if not path.is_file():
                raise SourceError([Complaint(path.name, 0, 0, "there is no such file.", "")])
            found, notes = tables_of(path)
        except SourceError as error:
            complaints += error.complaints
            skipped += [(path.name, f"{c.what} {c.cure}".strip()) for c in error.complaints]
        else:
            tables += found
            skipped += [(path.name, note) for note in notes]
    if not tables and not complaints:
        complaints.append(Complaint("init", 0, 0, "no files were given that could be exports.", "Name some."))
    return tables, skipped, complaints


def _uniquely_named(sources: Sequence[SourceGuess]) -> list[SourceGuess]:
    """The sources, those of one file told apart by sheet or table, the rest by numbers."""
    often = Counter(s.name for s in sources)
    taken: set[str] = set()
    found = []
    for source in sources:
        inside = source.table.spec.sheet or source.table.spec.table
        base = name = slug(f"{source.name}_{inside}") if inside and often[source.name] > 1 else source.name
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        found.append(replace(source, name=name))
    return found


# Calendars


def _about_calendar(calendar: SourceGuess, sources: Sequence[SourceGuess]) -> SourceGuess:
    """A calendar with a query that joins it with a list of people, where a column of both holds the same words."""
    people = [
        s for s in sources if s.keys and s.kind in ("customers", "contacts", "identifiers", UNKNOWN) and not s.query
    ]
    for other in sorted(people, key=lambda s: s.name):
        pair = _shared_column(calendar.table, other.table)
        if pair:
            mine, theirs = (quoted(c.name) for c in pair)
            query = f"SELECT {_columns(calendar, other)} FROM audience a JOIN calendar c ON a.{theirs} = c.{mine}"
            same = f"everybody in {other.name} with the same {cut(pair[0].name)}"
            ask = f"was it sent to {same}? If so, use the source proposed below."
            lines = tuple(line for line in calendar.lines if line.attribute not in ("value", "cost"))
            return replace(calendar, query=query, questions=(ask,), partner=other, lines=lines)
    ask = "who was sent which campaign? Add the list of recipients, and join it with this calendar by a `query:`."
    return replace(calendar, questions=(ask,))


def _columns(calendar: SourceGuess, people: SourceGuess) -> str:
    """What the joined rows hold: the keys of the people, and what the calendar maps."""
    mine = dict.fromkeys(line.column for line in calendar.lines if line.column)
    keys = [f"a.{quoted(k.column)}" for k in people.keys]
    return ", ".join([*keys, *(f"c.{quoted(c)}" for c in mine if c not in {k.column for k in people.keys})])


def _shared_column(calendar: Table, people: Table) -> tuple[Column, Column] | None:
    for mine in calendar.columns:
        for theirs in people.columns:
            words = set(mine.words)
            if 0 < len(words) <= 5_000 and not all(w.isdigit() for w in words) and mine.type == theirs.type == "text":
                met = words & set(theirs.words)
                if len(met) >= 0.5 * min(len(words), theirs.distinct) and met:
                    return mine, theirs
    return None


# The whole company


def _communications(sources: Sequence[SourceGuess], masks: Masks) -> tuple[Named, ...]:
    """The communications of all contacts, most frequent first; names that may be people's are left out."""
    found: dict[str, Named] = {}
    for source in sources:
        lines = {line.attribute: line for line in source.lines}
        column = lines["communication"].column if "communication" in lines else None
        held = next((c for c in source.table.columns if c.name == column), None)
        if source.kind not in ("contacts", "events") or held is None:
            continue
        nothing = lines["communication"].missing
        channel, purpose = (lines[a].value if a in lines else None for a in ("channel", "purpose"))
        for name, rows in held.words.items():
            if name in nothing or masks.is_personal(name) or (rows < 2 and held.filled > 20):
                continue
            before = found.get(name)
            found[name] = Named(
                name,
                rows + (before.rows if before else 0),
                before.department if before else source.department,
                before.channel if before else channel,
                before.purpose if before else purpose or _purpose_of(name),
            )
    return tuple(sorted(found.values(), key=lambda n: (-n.rows, n.name)))


def _purpose_of(name: str) -> str | None:
    whole = meaning_of("purpose", name)[0]
    return whole or next((m for w in words_of(name).split() if (m := meaning_of("purpose", w)[0])), None)
