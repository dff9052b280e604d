"""What a set of exports is in our words: sources with their kinds, keys and mappings, each with how sure it is.

Owns the order of the guessing: read samples, join parts, find out kinds, link tables by their values, map columns.
Refuses to write anything, and to settle what the files leave open: that comes out as questions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from primum.sources.expressions import literal, quoted
from primum.sources.guess_columns import Confidence, Role, is_phone
from primum.sources.guess_keys import (
    MASTERS,
    Key,
    apart,
    contact_keys,
    known_identifiers,
    master_keys,
    nobody,
    own_numbers,
    settled,
)
from primum.sources.guess_kinds import CALENDAR, LOG, UNKNOWN, Seen, seen, stem_of
from primum.sources.guess_maps import MAPPERS, Draft, Line, parted_log, share_dates, slug, unused
from primum.sources.guess_masks import Masks, cut, names_in
from primum.sources.guess_tables import Column, Table, tables_of
from primum.sources.guess_words import CALLING_CODES, DEPARTMENT_OF, FILE_KIND_OF, RESPONSE_OF, meaning_of, words_of
from primum.sources.resolve import SUFFIXES
from primum.words.errors import Complaint, SourceError

_ORDER: Final = ("customers", "identifiers", "contacts", "responses", "states", CALENDAR, UNKNOWN)
_ASKED: Final = 2
"""Questions asked of one source."""
_MONTHS: Final = frozenset(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september "
    "october november december januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin "
    "juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre q h part teil of copy final new export".split()
)


@dataclass(frozen=True)
class SourceGuess:
    """One proposed source. A kind of `calendar` or `unknown` is not a source yet: it can only be asked about."""

    name: str
    kind: str
    confidence: Confidence
    why: str
    table: Table
    files: tuple[Path, ...]
    department: str | None
    keys: tuple[Key, ...]
    identifiers: tuple[Key, ...]
    dates: tuple[str, ...]
    missing: tuple[str, ...]
    lines: tuple[Line, ...]
    unused: tuple[str, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...] = ()
    query: str = ""
    """For a file of which only some rows are meant: one SELECT over the table `log`. For a calendar: a proposal."""
    partner: "SourceGuess | None" = None
    """For a calendar: the list of people that the proposal joins it with."""


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
    country: str | None
    """The country of most telephone numbers in international form."""
    phones: bool
    """Whether telephone numbers are used as identifiers."""
    skipped: tuple[tuple[str, str], ...]
    """Files (or parts of them) that cannot be used, and why."""


def guess(paths: Iterable[Path]) -> Guess:
    """Look at exports; folders among them are searched for files of known formats.

    Raises: SourceError with every complaint, where no file can be read.
    """
    tables, skipped, complaints = _read(paths)
    if not tables:
        raise SourceError(complaints)
    groups = _groups(tables)
    looks = apart(settled([seen(_joined(group)) for group in groups]))
    files = [tuple(t.path for t in group) for group in groups]
    masks = Masks(names_in(r.column for s in looks for n, r in s.roles.items() if n in _NAMES))
    known = known_identifiers(looks)
    found = [g for s, paths in zip(looks, files, strict=True) for g in _sources(s, paths, masks, known)]
    found = [_about_calendar(g, found) if g.kind == CALENDAR else g for g in found]
    ordered = sorted(found, key=lambda g: (_ORDER.index(g.kind), g.name, [p.as_posix() for p in g.files]))
    phones = any(k.kind == "phone" for g in ordered for k in (*g.keys, *g.identifiers))
    return Guess(
        tuple(_uniquely_named(ordered)), _communications(found, masks), _country(looks), phones, tuple(skipped)
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


def _groups(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables that are parts of one: in one folder, with one header, read in one way, and named alike."""
    groups: dict[object, list[Table]] = {}
    for table in tables:
        header = tuple(sorted(table.header)) if table.format == "jsonl" else table.header
        spec = table.spec.model_copy(update={"files": ["*"]}).model_dump_json()
        groups.setdefault((table.path.parent, table.format, header, spec, _named_alike(table)), []).append(table)
    return list(groups.values())


def _named_alike(table: Table) -> tuple[str, ...]:
    """What must agree in the names of parts: every word, or, under a wide header, those that say what rows are."""
    words = re.sub(r"\d+", " ", words_of(stem_of(table.path.name))).split()
    said = [w for w in words if w not in _MONTHS and len(w) > 1]
    if len(table.columns) >= 4:
        said = [w for w in said if w in DEPARTMENT_OF or w in FILE_KIND_OF or w in RESPONSE_OF]
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


# Sources


def _sources(s: Seen, files: tuple[Path, ...], masks: Masks, known: dict[str, set[str]]) -> list[SourceGuess]:
    """What one table becomes: mostly one source; a log of sendings and answers becomes two."""
    if s.kind != LOG:
        return [_source(s, files, masks, known)]
    event = s.roles["event"]
    sent, answers = parted_log(event)
    ask = (
        f'this version reads contacts and answers apart: is each row whose "{cut(event.name)}" is '
        f"{_or(sent)} one contact, as in the query below?"
    )
    without = {n: r for n, r in s.roles.items() if n not in ("event", "status")}
    contacts = _source(replace(s, kind="contacts", roles=without), files, masks, known, ask)
    status = Line("status", "likely", "the rows that the query takes", value="sent")
    told = _only(event, answers)
    responses = _source(replace(s, kind="responses", roles={**s.roles, "event": told}), files, masks, known)
    return [
        replace(contacts, lines=(*contacts.lines, status), query=_rows_of(event, sent)),
        replace(responses, name=f"{responses.name}_answers", query=_rows_of(event, answers), questions=()),
    ]


def _or(words: Sequence[str]) -> str:
    return " or ".join(f'"{cut(w)}"' for w in words[:4])


def _only(role: Role, words: Sequence[str]) -> Role:
    """The role of a column as it is in the rows with these words."""
    kept = {w: n for w, n in role.column.words.items() if w in words}
    column = replace(role.column, words=kept, values=tuple(v for v in role.column.values if v in kept))
    return replace(role, column=column)


def _rows_of(role: Role, words: Sequence[str]) -> str:
    return f"SELECT * FROM log WHERE trim({quoted(role.name)}) IN ({', '.join(literal(w) for w in words)})"


def _source(
    s: Seen, files: tuple[Path, ...], masks: Masks, known: dict[str, set[str]], first_question: str = ""
) -> SourceGuess:
    draft = Draft(s, masks, [], [])
    asked = [first_question] if first_question else []
    keys, identifiers = tuple[Key, ...](), tuple[Key, ...]()
    if s.kind in MASTERS:
        keys, identifiers = master_keys(s, masks, known)
        asked += own_numbers(s)
    elif s.kind != CALENDAR:
        keys = contact_keys(s, masks, known, asked)
    if s.kind in MAPPERS or s.kind == CALENDAR:
        MAPPERS.get(s.kind, MAPPERS["contacts"])(draft)
    if s.confidence == "unsure" and s.kind in MAPPERS:
        asked.insert(0, f"is a row of this really one of {s.kind}? It was told from {s.why}.")
    dates, lines = share_dates(draft.lines)
    asked += [a.text for a in sorted(draft.asked, key=lambda a: a.rank)]
    named = (k.column for k in (*keys, *identifiers))
    return SourceGuess(
        name=_name(files),
        kind=s.kind,
        confidence=s.confidence,
        why=s.why,
        table=s.table,
        files=files,
        department=s.department if s.kind == "contacts" and "department" not in s.roles else None,
        keys=keys,
        identifiers=identifiers,
        dates=dates,
        missing=nobody(s, keys),
        lines=tuple(lines),
        unused=unused(s.table.header, lines, named),
        questions=tuple(asked[:_ASKED]),
        notes=(*s.table.notes, *_permissions(s)),
    )


_PERMITS: Final = re.compile(r"\b(accepts|consent|opt ?in|opt ?out|einwilligung)\b(?! (ip|time))")


def _permissions(s: Seen) -> tuple[str, ...]:
    """A word about columns of a customer master that say who may be contacted."""
    found = [n for n in s.table.header if _PERMITS.search(words_of(n))]
    if s.kind != "customers" or not found:
        return ()
    return (f'"{cut(found[0])}" says who may be contacted: read this file once more, as `kind: states`, to use it',)


def _name(files: Sequence[Path]) -> str:
    stem = stem_of(files[0].name)
    if len(files) > 1:
        stem = re.sub(r"[-_. ]*\d[\d-]*$", "", stem) or files[0].parent.name
    return slug(stem) or "source"


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
    people = [s for s in sources if s.keys and s.kind in ("customers", "contacts", "identifiers", UNKNOWN)]
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
        if source.kind != "contacts" or held is None:
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


def _country(looks: Sequence[Seen]) -> str | None:
    """The country whose calling code most international numbers have; None without a clear majority."""
    votes: Counter[str] = Counter()
    for s in looks:
        if "phone" not in s.roles:
            continue
        for value in s.roles["phone"].column.values:
            digits = re.sub(r"\D", "", value)
            if is_phone(value) and (value.startswith("+") or digits.startswith("00")):
                digits = digits.removeprefix("00")
                code = next((digits[:n] for n in (3, 2, 1) if digits[:n] in CALLING_CODES), "")
                votes[code] += 1
    code, most = votes.most_common(1)[0] if votes else ("", 0)
    return CALLING_CODES[code] if code and most > 0.6 * votes.total() else None
