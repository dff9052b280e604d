"""What one table becomes: mostly one source; a log without message numbers, a list of both directions, or a customer
master with flags become several.

Owns the choice, and what is asked of a source. Refuses to look at more than one table: `guess` knows them all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from primum.sources.expressions import literal, quoted
from primum.sources.guess_columns import Confidence, Role, is_email, recognised, share
from primum.sources.guess_company import is_timed
from primum.sources.guess_groups import Group, Part
from primum.sources.guess_keys import MASTERS, Key, contact_keys, master_keys, nobody, own_numbers
from primum.sources.guess_kinds import CALENDAR, DATES, LOG, Seen, stem_of
from primum.sources.guess_lines import Draft, Line, share_dates, slug
from primum.sources.guess_maps import MAPPERS, parted_log, unused
from primum.sources.guess_masks import Masks, cut
from primum.sources.guess_tables import Table
from primum.sources.guess_values import channel_in, meaning_of
from primum.sources.guess_words import SENTINELS, words_of

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
    department_from: str
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


def sources_of(s: Seen, group: Group, masks: Masks, known: dict[str, set[str]]) -> list[SourceGuess]:
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
        department_from="the platform" if s.platform and s.platform.department else "the names of file and folder",
        keys=keys,
        identifiers=identifiers,
        dates=dates,
        missing=nobody(s, keys),
        lines=tuple(lines),
        unused=unused(s.table.header, lines, named),
        questions=tuple(asked[:_ASKED]),
        notes=(*s.table.notes, *_other_numbers(s, keys)),
        parts=group.parts,
        query=group.query,
        zone=s.platform.zone if s.platform else None,
        timed=is_timed(s),
        platform=s.platform.name if s.platform else "",
        undated=s.kind == "states" and not any(line.attribute == "from" for line in lines),
    )


def _other_numbers(s: Seen, keys: Sequence[Key]) -> tuple[str, ...]:
    """A word about numbers that are not those of other files; of masters it is asked."""
    found = [k for k in keys if s.kind not in MASTERS and "crm_id" in s.roles and k.kind == s.roles["crm_id"].kind]
    return tuple(
        f'"{cut(k.column)}" holds other numbers than `crm_id` elsewhere; if they name the same customers, say `crm_id`'
        for k in found
    )


def _name(group: Group) -> str:
    files = group.files
    stem = stem_of(files[0].name)
    if len(files) > 1:
        stem = re.sub(r"[-_. ]*\d[\d-]*$", "", stem) or files[0].parent.name
    if len(group.parts) > 2:
        stem = files[0].parent.name
    return slug(stem) or "source"
