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
from primum.sources.guess_columns import Confidence, Role, is_email, recognised, share
from primum.sources.guess_company import Company, company_of, is_timed
from primum.sources.guess_groups import Group, Part, groups_of, named_by_lists
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
from primum.sources.guess_kinds import CALENDAR, DATES, LOG, UNKNOWN, Seen, seen, stem_of
from primum.sources.guess_lines import Draft, Line, share_dates, slug
from primum.sources.guess_maps import MAPPERS, parted_log, unused
from primum.sources.guess_masks import Masks, cut, names_in
from primum.sources.guess_tables import Column, Table, tables_of
from primum.sources.guess_values import channel_in, meaning_of
from primum.sources.guess_words import SENTINELS, words_of
from primum.sources.resolve import SUFFIXES
from primum.words.errors import Complaint, SourceError

_ORDER: Final = ("customers", "identifiers", "contacts", "events", "responses", "states", CALENDAR, UNKNOWN)
_ASKED: Final = 2
"""Questions asked of one source."""


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
    parts: tuple[Part, ...] = ()
    """The files by the names that the query gives them."""
    query: str = ""
    """One SELECT over the parts, where they are more than parts of one table. For a calendar: a proposal."""
    zone: str | None = None
    """The zone of its times, where that is a fact."""
    platform: str = ""
    """Whose export it is, where that was told from its columns."""
    timed: bool = False
    """Whether its instants carry a time of day."""
    undated: bool = False
    """Whether it tells of states without saying since when: they are as of the extract."""
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
    found = [g for s, group in zip(looks, groups, strict=True) for g in _sources(s, group, masks, known)]
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


# Sources


def _sources(s: Seen, group: Group, masks: Masks, known: dict[str, set[str]]) -> list[SourceGuess]:
    """What one table becomes: mostly one source."""
    if s.kind == LOG:
        return _log(s, group, masks, known)
    inbound = _inbound_words(s)
    if s.kind == "contacts" and inbound:
        return _by_direction(s, group, inbound, masks, known)
    found = _source(s, group, masks, known)
    if s.kind != "customers":
        return [found]
    flags = _flags(s, found, masks)
    used = {line.column for flag in flags for line in flag.lines}
    return [replace(found, unused=tuple(c for c in found.unused if c not in used)), *flags]


def _log(s: Seen, group: Group, masks: Masks, known: dict[str, set[str]]) -> list[SourceGuess]:
    """A log of what happened to messages: one source where a column tells them apart, else sendings and answers."""
    events = _source(replace(s, kind="events"), group, masks, known)
    if any(line.attribute == "id" for line in events.lines):
        return [events]
    event = s.roles["event"]
    sent, answers = parted_log(event)
    ask = (
        f'no column tells one message from another: is each row whose "{cut(event.name)}" is '
        f"{_or(sent)} one contact, as in the query below?"
    )
    without = {n: r for n, r in s.roles.items() if n not in ("event", "status")}
    contacts = _source(replace(s, kind="contacts", roles=without), group, masks, known, ask)
    status = Line("status", "likely", "the rows that the query takes", value="sent")
    told = _only(event, answers)
    responses = _source(replace(s, kind="responses", roles={**s.roles, "event": told}), group, masks, known)
    return [
        replace(contacts, lines=(*contacts.lines, status), query=_rows_of(group, event, sent)),
        replace(responses, name=f"{responses.name}_answers", query=_rows_of(group, event, answers), questions=()),
    ]


def _or(words: Sequence[str]) -> str:
    return " or ".join(f'"{cut(w)}"' for w in words[:4])


def _only(role: Role, words: Sequence[str]) -> Role:
    """The role of a column as it is in the rows with these words."""
    kept = {w: n for w, n in role.column.words.items() if w in words}
    column = replace(role.column, words=kept, values=tuple(v for v in role.column.values if v in kept))
    return replace(role, column=column)


def _rows_of(group: Group, role: Role, words: Sequence[str], *, other: bool = False) -> str:
    """The rows of a table with these words in a column, or (`other`) all but these."""
    table = f"({group.query})" if group.query else "log"
    listed = ", ".join(literal(w) for w in words)
    column = f"coalesce(trim({quoted(role.name)}), '')" if other else f"trim({quoted(role.name)})"
    return f"SELECT * FROM {table} WHERE {column} {'NOT ' if other else ''}IN ({listed})"


# Both directions in one list


def _inbound_words(s: Seen) -> list[str]:
    """The words of rows that customers began, in a list of both directions."""
    role = s.roles.get("direction")
    if role is None:
        return []
    words = [w for w in role.column.words if w.lower() not in SENTINELS]
    inbound = [w for w in words if meaning_of("initiated", w)[0] == "customer"]
    return inbound if 0 < len(inbound) < len(words) else []


def _by_direction(
    s: Seen, group: Group, inbound: Sequence[str], masks: Masks, known: dict[str, set[str]]
) -> list[SourceGuess]:
    """Rows that the company began are contacts; those that customers began are responses, known by the caller."""
    role = s.roles["direction"]
    sent = {n: r for n, r in s.roles.items() if n != "direction"}
    mine = replace(s, roles=sent, why=f'{s.why}; "{cut(role.name)}" says who began')
    contacts = replace(_source(mine, group, masks, known), query=_rows_of(group, role, inbound, other=True))
    caller = s.roles.get("sender")
    if caller is None:
        return [contacts]
    kind = "email" if share(caller.column.values, is_email) > 0.5 else "phone"
    back = {n: r for n, r in s.roles.items() if n in (*DATES, "clock", "id", "channel")}
    theirs = replace(s, kind="responses", why=f'"{cut(role.name)}" says that customers began',
                     roles={**back, kind: replace(caller, role=kind)})  # fmt: skip
    found = _source(theirs, group, masks, known)
    channel = next((line.value for line in contacts.lines if line.attribute == "channel"), None)
    happened = Line("kind", "likely", "rows that customers began", value="called" if channel == "call" else "replied")
    lines = tuple(happened if line.attribute == "kind" else line for line in found.lines)
    answered = replace(
        found, name=f"{found.name}_inbound", lines=lines, questions=(), query=_rows_of(group, role, inbound)
    )
    return [contacts, answered]


# Flags of a customer master


_PERMITS: Final = re.compile(
    r"\b(accepts|consent|opt ?in|opt ?out|einwilligung|toestemming|unsubscribed|subscribed)\b(?! (ip|time))"
)


def _flags(s: Seen, master: SourceGuess, masks: Masks) -> list[SourceGuess]:
    """The columns of a master that say who may be contacted, each as a source of states; undated: as of the file."""
    columns = [c for c in s.table.columns if _PERMITS.search(words_of(c.name))]
    flags = [c for c in columns if 0 < c.distinct <= FLAG_WORDS and recognised("state", c) >= 0.8]
    dated = s.roles.get("from") if len(flags) == 1 else None
    found = []
    for column in flags:
        role = Role(column, "state", "likely", exact=True)
        roles = {"state": role, **({"from": dated} if dated else {})}
        draft = Draft(replace(s, kind="states", roles=roles), masks, [], [])
        MAPPERS["states"](draft)
        channel = channel_in(column.name)
        lines = [line for line in draft.lines if line.attribute != "channel"]
        lines += [Line("channel", "likely", "from the column's name", value=channel)] if channel else []
        dates, lines = share_dates(lines)
        name = f"{master.name}_{channel or slug(column.name)}"
        found.append(replace(
            master, name=name, kind="states", confidence="likely",
            why=f'"{cut(column.name)}" says who may be contacted', identifiers=(),
            dates=dates, lines=tuple(lines), unused=(), questions=(), notes=(), undated=dated is None,
        ))  # fmt: skip
    return found


FLAG_WORDS: Final = 8
"""So many different words a flag may have."""


def _source(s: Seen, group: Group, masks: Masks, known: dict[str, set[str]], first_question: str = "") -> SourceGuess:
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
        name=_name(group),
        kind=s.kind,
        confidence=s.confidence,
        why=s.why,
        table=s.table,
        files=group.files,
        department=s.department if s.kind in ("contacts", "events") and "department" not in s.roles else None,
        keys=keys,
        identifiers=identifiers,
        dates=dates,
        missing=nobody(s, keys),
        lines=tuple(lines),
        unused=unused(s.table.header, lines, named),
        questions=tuple(asked[:_ASKED]),
        notes=s.table.notes,
        parts=group.parts,
        query=group.query,
        zone=s.platform.zone if s.platform else None,
        timed=is_timed(s),
        platform=s.platform.name if s.platform else "",
        undated=s.kind == "states" and not any(line.attribute == "from" for line in lines),
    )


def _name(group: Group) -> str:
    files = group.files
    stem = stem_of(files[0].name)
    if len(files) > 1:
        stem = re.sub(r"[-_. ]*\d[\d-]*$", "", stem) or files[0].parent.name
    if len(group.parts) > 2:
        stem = files[0].parent.name
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
