"""What the columns of a table fill in our words, once it is known what a row of it is.

Owns the proposed lines of `map`, each with how sure it is and an example that may be shown. Refuses to write a file:
`primum.app.starter` does.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from primum.sources.expressions import quoted
from primum.sources.guess_columns import FEW, Role, share
from primum.sources.guess_kinds import DATES, answer_named, is_desk
from primum.sources.guess_lines import (
    Draft,
    Line,
    closed_line,
    instant_line,
    number_line,
    plain_line,
    slug,
    text_lines,
    words_line,
)
from primum.sources.guess_masks import cut
from primum.sources.guess_tables import Column
from primum.sources.guess_values import channel_in, is_sending, meaning_of
from primum.sources.guess_words import DEPARTMENT_OF, SENTINELS, words_of
from primum.words.vocabulary import KNOWN_CHANNELS

_PURPOSE_BY_DEPARTMENT: Final = {
    "marketing": "marketing",
    "sales": "sales",
    "collections": "collections",
    "legal": "regulatory",
    "research": "survey",
}
_STATE_BY_NAME: Final = (("suppress", "suppressed"), ("consent", ""), ("prefer", ""), ("", "opted_out"))
_RESPONSE_BY_NAME: Final = (("open", "opened"), ("click", "clicked"), ("order", "bought"), ("purchase", "bought"))


def map_contacts(draft: Draft) -> None:
    """Lines of a source of contacts."""
    draft.add(message_id(draft))
    draft.add(instant_line(draft, "at", draft.role(*DATES), required=True))
    _said(draft)
    draft.add(closed_line(draft, "status"))
    _rest(draft)


def map_events(draft: Draft) -> None:
    """Lines of an event log: one row for each thing that happened to a message."""
    draft.add(message_id(draft))
    draft.add(_own_instant(draft) or instant_line(draft, "at", draft.role(*DATES), required=True))
    event = draft.role("event")
    if event is not None:
        draft.add(words_line(draft, "event", event, lambda w: meaning_of("log", w), closed=True))
    _said(draft)
    _rest(draft)


def message_id(draft: Draft) -> Line | None:
    """What tells one message of a customer from another."""
    platform, message = draft.seen.platform, draft.role("message_id")
    by_name = {words_of(c.name): quoted(c.name) for c in draft.seen.table.columns}
    if platform and platform.id and all(c in by_name for c in platform.id):
        sql = f"concat_ws('-', {', '.join(by_name[c] for c in platform.id)})"
        return Line("id", "sure", "together they name a sending", sql=sql)
    if platform and platform.id_else and all(c in by_name for c in platform.id_else):
        return Line("id", "sure", sql=f"coalesce({', '.join(by_name[c] for c in platform.id_else)})")
    is_log = draft.role("event") is not None
    if message is not None and (is_log or message.column.is_unique):
        return plain_line(draft, "id", message)
    return plain_line(draft, "id", draft.role("id"))


def _own_instant(draft: Draft) -> Line | None:
    """When an event happened, where each kind of event has a column of its own (`open.timestamp`)."""
    role, event = draft.role(*DATES), draft.role("event")
    if role is None or event is None or "." not in role.name or role.dates is None or role.dates.formats:
        return None
    kinds = {words_of(w) for w in event.column.words}
    last = role.name.rpartition(".")[2]
    names = [c.name.rpartition(".") for c in draft.seen.table.columns if c.name != role.name]
    own = [f"{first}.{end}" for first, _, end in names if words_of(first) in kinds and end == last]
    if not own:
        return None
    sql = f"coalesce({', '.join(map(quoted, [*own, role.name]))})"
    return Line("at", role.confidence, "each kind of event has its own", sql=sql)


def _said(draft: Draft) -> None:
    """Lines of what was said, by whom and through which channel."""
    department = None if "department" in draft.seen.roles else draft.seen.department
    draft.add(_channel(draft))
    draft.add(_department(draft))
    draft.add(_communication(draft))
    draft.add(closed_line(draft, "purpose") or _purpose(department))
    for line in text_lines(draft):
        draft.add(line)


def _communication(draft: Draft) -> Line | None:
    """What it is called: by a name, else by a number, else by a template or a subject that comes again and again."""
    named = plain_line(draft, "communication", draft.role("communication", "campaign_id"))
    if named is not None:
        return named
    found = next((r for n in ("template", "subject") if (r := draft.role(n)) and _comes_again(r.column)), None)
    line = plain_line(draft, "communication", found)
    return line and replace(line, confidence="likely", said="told apart by it, as nothing else names them")


def _comes_again(column: Column) -> bool:
    """Whether a column holds a few short texts, again and again."""
    few = column.filled >= 20 and column.distinct <= min(200, 0.2 * column.filled)
    return few and max(map(len, column.words)) <= 80 and not all(w.isdigit() for w in column.words)


def _rest(draft: Draft) -> None:
    """Lines of what a contact carries besides, and the question whose it is."""
    draft.add(plain_line(draft, "product", draft.role("product")))
    draft.add(instant_line(draft, "valid_until", draft.role("valid_until")))
    draft.add(closed_line(draft, "initiated"))
    for number in ("cost", "value"):
        draft.add(number_line(draft, number))
    for text in ("topic", "brand", "reference"):
        draft.add(plain_line(draft, text, draft.role(text)))
    if not draft.seen.department and "department" not in draft.seen.roles:
        draft.ask(4, "which department sent these? Put it at `department:` below.")


def map_responses(draft: Draft) -> None:
    """Lines of a source of responses."""
    draft.add(plain_line(draft, "id", draft.role("id")))
    draft.add(instant_line(draft, "at", draft.role(*DATES), required=True))
    draft.add(_event(draft))
    draft.add(_channel(draft, ask=False))
    draft.add(plain_line(draft, "communication", draft.role("communication", "campaign_id")))
    draft.add(number_line(draft, "value"))


def map_states(draft: Draft) -> None:
    """Lines of a source of states."""
    draft.add(_state(draft))
    draft.add(instant_line(draft, "from", draft.role("from", *DATES)))
    draft.add(instant_line(draft, "until", draft.role("until")))
    channel, left = draft.role("channel"), draft.role("from")
    draft.add(words_line(draft, "channel", channel, _channel_of) if channel else None)
    if channel is None and left is not None and "unsub" in words_of(left.name) and "email" in draft.seen.roles:
        draft.add(Line("channel", "likely", "they left by a link in an e-mail", value="email"))
        draft.add(Line("purpose", "likely", "what such links end", value="marketing"))
        return
    state = draft.role("state")
    said = " ".join(words_of(w) for w in (state.column.words if state else ())) + words_of(state.name if state else "")
    if "marketing" in said:
        draft.add(Line("purpose", "likely", "the words speak of marketing", value="marketing"))


def map_customers(draft: Draft) -> None:
    """Lines of a customer master."""
    draft.add(instant_line(draft, "since", draft.role("since", "when")))
    country, zone = draft.role("country"), draft.role("zone")
    if country and share(country.column.values, lambda v: re.fullmatch("[A-Z]{2}", v)) > 0.9:
        draft.add(plain_line(draft, "country", country))
    if zone and share(zone.column.values, lambda v: re.fullmatch(r"[A-Z]\w+/\w+|UTC", v)) > 0.9:
        draft.add(plain_line(draft, "zone", zone))
    draft.add(number_line(draft, "value"))


MAPPERS: Final[dict[str, Callable[[Draft], None]]] = {
    "contacts": map_contacts,
    "events": map_events,
    "responses": map_responses,
    "states": map_states,
    "customers": map_customers,
    "identifiers": lambda draft: None,
}


def _purpose(department: str | None) -> Line | None:
    purpose = _PURPOSE_BY_DEPARTMENT.get(department or "")
    return Line("purpose", "unsure", "from the department", value=purpose) if purpose else None


def _channel_of(word: str) -> tuple[str | None, bool]:
    """A known channel, else a channel of the company's own."""
    found, certain = meaning_of("channel", word)
    own = slug(word)
    return (found, certain) if found else ((own or None), own in KNOWN_CHANNELS)


def _channel(draft: Draft, *, ask: bool = True) -> Line | None:
    role = draft.role("channel")
    if role is not None:
        return words_line(draft, "channel", role, _channel_of)
    if (line := _channel_of_events(draft)) is not None:
        return line
    platform = draft.seen.platform
    if draft.seen.channel:
        said = "as the platform sends" if platform and platform.channel else "from the file's name"
        return Line("channel", "likely", said, value=draft.seen.channel)
    names = " ".join(words_of(c.name) for c in draft.seen.table.columns)
    for pattern, channel in ((r"\bsms\b|\btext message", "sms"), (r"\bcall|\bagent\b|\banruf|\bappel", "call")):
        if re.search(pattern, names):
            return Line("channel", "unsure", "from the names of the columns", value=channel)
    if "email" in draft.seen.roles and "phone" not in draft.seen.roles:
        return Line("channel", "unsure", "there are e-mail addresses", value="email")
    if ask:
        draft.ask(6, "through which channel were these sent? Map `channel:` to a column or to `{value: email}`.")
    return None


def _channel_of_events(draft: Draft) -> Line | None:
    """The channels that the names of events speak of, where all of them do."""
    event = draft.role("event")
    if event is None or not event.column.words or len(event.column.words) > FEW:
        return None
    told = {w: channel_in(w) for w in event.column.words}
    if not all(told.values()):
        return None
    if len(set(told.values())) == 1:
        return Line("channel", "likely", f'from the words of "{cut(event.name)}"', value=next(iter(told.values())))
    values = tuple((w, c) for w, c in told.items() if c)
    return Line("channel", "likely", "the events name it", column=event.name, values=values)


def _department_of(word: str) -> tuple[str | None, bool]:
    said = words_of(word)
    found = DEPARTMENT_OF.get(said) or next((DEPARTMENT_OF[w] for w in said.split() if w in DEPARTMENT_OF), None)
    return (found or slug(word) or None), True


def _department(draft: Draft) -> Line | None:
    role = draft.role("department")
    if role is None or not 0 < role.column.distinct <= 30:
        return None
    return words_line(draft, "department", role, _department_of)


def _answer(draft: Draft, word: str) -> tuple[str | None, bool]:
    return meaning_of("event", word) if meaning_of("event", word)[1] else meaning_of("log", word)


def _event(draft: Draft) -> Line | None:
    if is_desk(draft.seen.table):
        return Line("kind", "likely", "whoever opens a ticket asks for something", value="asked")
    role = draft.role("event")
    line = words_line(draft, "kind", role, lambda w: _answer(draft, w)) if role else None
    if line is not None:
        return line
    named = " ".join(draft.seen.words)
    kind = answer_named(draft.seen.words) or next((means for stem, means in _RESPONSE_BY_NAME if stem in named), None)
    if kind is None and ("reference" in draft.seen.roles or "value" in draft.seen.roles):
        kind = "bought"
    if kind is None:
        draft.ask(3, "what did the customer do? It stands at `kind:` below as `replied`.")
        return Line("kind", "unsure", value="replied")
    return Line("kind", "likely", "from the file's name and columns", value=kind)


def _state(draft: Draft) -> Line | None:
    role = draft.role("state")
    if role is not None and (line := words_line(draft, "state", role, _state_of(role.name))) is not None:
        return line
    named = " ".join((*draft.seen.words, *(words_of(c.name) for c in draft.seen.table.columns)))
    state = next(means for stem, means in _STATE_BY_NAME if stem in named)
    if not state:
        draft.ask(3, "do these people want to be contacted, or not? It stands at `state:` below as `opted_out`.")
    return Line("state", "likely" if state else "unsure", "everybody in this list", value=state or "opted_out")


def _state_of(name: str) -> Callable[[str], tuple[str | None, bool]]:
    """The meaning of a state; `yes` in a column named opt-out says the opposite of `yes` in one named opt-in."""
    said = words_of(name)
    is_leaving = re.search(r"\bout\b|unsub|suppress|optout|baja|abmeld|desinscri|\bno\b", said) is not None
    turned = {"opted_out": "opted_in", "opted_in": "opted_out"}

    def meaning(word: str) -> tuple[str | None, bool]:
        found, certain = meaning_of("state", word)
        is_flag = words_of(word) in ("yes", "no", "true", "false", "1", "0", "y", "n", "ja", "nein", "oui", "non", "si")
        return (turned.get(found or "", found), certain) if is_flag and is_leaving else (found, certain)

    return meaning


# Rows that hold sendings and answers


def parted_log(role: Role) -> tuple[list[str], list[str]]:
    """The words that make a contact, and those that are answers."""
    words = [w for w in role.column.words if w.lower() not in SENTINELS]
    sent = [w for w in words if is_sending(w)]
    first = [w for w in sent if meaning_of("status", w)[0] == "sent"] or sent
    return first, [w for w in words if w not in sent and meaning_of("log", w)[0]]


def unused(columns: Iterable[str], lines: Sequence[Line], others: Iterable[str]) -> tuple[str, ...]:
    """The columns that nothing was made of; `others` are those of keys and identifiers."""
    used = {line.column for line in lines} | set(others)
    asked = " ".join(line.sql or "" for line in lines)
    return tuple(c for c in columns if c not in used and quoted(c) not in asked)
