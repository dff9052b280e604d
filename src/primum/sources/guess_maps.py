"""What the columns of a table fill in our words, once it is known what a row of it is.

Owns the proposed lines of `map`, each with how sure it is and an example that may be shown. Refuses to write a file:
`primum.app.starter` does.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from primum.sources.expressions import quoted
from primum.sources.guess_columns import FEW, Confidence, Role, has_decimal_comma, is_writable, share
from primum.sources.guess_kinds import DATES, Seen
from primum.sources.guess_masks import Masks, cut
from primum.sources.guess_words import DEPARTMENT_OF, SENTINELS, is_sending, meaning_of, words_of
from primum.strategy.formats import faults_of_format
from primum.words.vocabulary import KNOWN_CHANNELS

WORD: Final = 60
"""Characters of a word that a value table may hold."""
_CLOSED: Final = ("purpose", "status", "initiated")
_PURPOSE_BY_DEPARTMENT: Final = {
    "marketing": "marketing",
    "sales": "sales",
    "collections": "collections",
    "legal": "regulatory",
    "research": "survey",
}
_STATE_BY_NAME: Final = (("suppress", "suppressed"), ("consent", ""), ("prefer", ""), ("", "opted_out"))
_RESPONSE_BY_NAME: Final = (("open", "opened"), ("click", "clicked"), ("order", "bought"), ("purchase", "bought"))


@dataclass(frozen=True)
class Line:
    """One proposed line: where an attribute comes from, how sure that is, and why or what a value looks like."""

    attribute: str
    confidence: Confidence
    said: str = ""
    column: str | None = None
    value: str | None = None
    sql: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    local: bool = False
    unsure: tuple[str, ...] = ()
    """Words of `values` whose meaning was told from a part of the word."""


@dataclass(frozen=True)
class Asked:
    """A question; of one source the most urgent (lowest rank) are asked."""

    rank: int
    text: str


@dataclass
class Draft:
    """The lines of one source while they are found."""

    seen: Seen
    masks: Masks
    lines: list[Line]
    asked: list[Asked]

    def role(self, *names: str) -> Role | None:
        """The first of these roles that the table has."""
        return next((self.seen.roles[n] for n in names if n in self.seen.roles), None)

    def add(self, line: Line | None) -> None:
        """Keep a line, if there is one."""
        if line is not None:
            self.lines.append(line)

    def ask(self, rank: int, text: str) -> None:
        """Note a question."""
        self.asked.append(Asked(rank, text))


def slug(text: str) -> str:
    """A name as a strategy's own keys are written: small letters, digits and underscores."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(c))
    found = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:40].rstrip("_")
    return found if found[:1].isalpha() or not found else f"s_{found}"


def map_contacts(draft: Draft) -> None:
    """Lines of a source of contacts."""
    department = None if "department" in draft.seen.roles else draft.seen.department
    draft.add(_plain(draft, "id", draft.role("id")))
    draft.add(_instant(draft, "at", draft.role(*DATES), required=True))
    draft.add(_channel(draft))
    draft.add(_department(draft))
    draft.add(_plain(draft, "communication", draft.role("communication")))
    draft.add(_closed(draft, "purpose") or _purpose(department))
    for line in _texts(draft):
        draft.add(line)
    draft.add(_plain(draft, "product", draft.role("product")))
    draft.add(_instant(draft, "valid_until", draft.role("valid_until")))
    draft.add(_closed(draft, "initiated"))
    draft.add(_closed(draft, "status"))
    for number in ("cost", "value"):
        draft.add(_number(draft, number))
    for text in ("topic", "brand", "reference"):
        draft.add(_plain(draft, text, draft.role(text)))
    if not draft.seen.department and "department" not in draft.seen.roles:
        draft.ask(4, "which department sent these? Put it at `department:` below.")


def map_responses(draft: Draft) -> None:
    """Lines of a source of responses."""
    draft.add(_instant(draft, "at", draft.role(*DATES), required=True))
    draft.add(_event(draft))
    draft.add(_channel(draft, ask=False))
    draft.add(_plain(draft, "communication", draft.role("communication")))
    draft.add(_number(draft, "value"))


def map_states(draft: Draft) -> None:
    """Lines of a source of states."""
    draft.add(_state(draft))
    draft.add(_instant(draft, "from", draft.role("from", *DATES)))
    draft.add(_instant(draft, "until", draft.role("until")))
    channel = draft.role("channel")
    draft.add(_words(draft, "channel", channel, _channel_of) if channel else None)
    state = draft.role("state")
    said = " ".join(words_of(w) for w in (state.column.words if state else ())) + words_of(state.name if state else "")
    if "marketing" in said:
        draft.add(Line("purpose", "likely", "the words speak of marketing", value="marketing"))


def map_customers(draft: Draft) -> None:
    """Lines of a customer master."""
    draft.add(_instant(draft, "since", draft.role("since")))
    country, zone = draft.role("country"), draft.role("zone")
    if country and share(country.column.values, lambda v: re.fullmatch("[A-Z]{2}", v)) > 0.9:
        draft.add(_plain(draft, "country", country))
    if zone and share(zone.column.values, lambda v: re.fullmatch(r"[A-Z]\w+/\w+|UTC", v)) > 0.9:
        draft.add(_plain(draft, "zone", zone))
    draft.add(_number(draft, "value"))


MAPPERS: Final[dict[str, Callable[[Draft], None]]] = {
    "contacts": map_contacts,
    "responses": map_responses,
    "states": map_states,
    "customers": map_customers,
    "identifiers": lambda draft: None,
}


# Columns as they are


def _as_in(draft: Draft, role: Role) -> str:
    shown = draft.masks.example(role)
    return f"as in {shown}" if shown else ""


def nothing_words(role: Role) -> tuple[str, ...]:
    """The values of a column that stand for nothing, as they are spelled there."""
    return tuple(sorted(w for w in role.column.words if w.lower() in SENTINELS))[:6]


def _plain(draft: Draft, attribute: str, role: Role | None) -> Line | None:
    if role is None:
        return None
    said = _as_in(draft, role)
    return Line(attribute, role.confidence, said, column=role.name, missing=nothing_words(role))


def _texts(draft: Draft) -> list[Line]:
    """`subject` where texts are short, and `content` from the text, else from the template's number."""
    role, template = draft.role("subject"), draft.role("template")
    found = []
    if role is not None:
        line = _plain(draft, "subject", role)
        assert line is not None
        lengths = [len(v) for v in role.column.values] or [0]
        if sum(lengths) / len(lengths) <= 120:
            found.append(line)
        found.append(replace(line, attribute="content", said="equal texts count as the same content"))
    elif template is not None:
        said = "a number that means something here only"
        found.append(Line("content", "likely", said, column=template.name, local=True))
    return found


def _number(draft: Draft, attribute: str) -> Line | None:
    role = draft.role(attribute)
    if role is None:
        return None
    comma = share(role.column.values, has_decimal_comma) > 0.3
    said = _as_in(draft, role) if attribute == "cost" else ""
    if comma:
        sql = f"replace(replace({quoted(role.name)}, '.', ''), ',', '.')"
        return Line(attribute, "likely", "decimal commas", sql=sql)
    return Line(attribute, role.confidence, said, column=role.name, missing=nothing_words(role))


# Instants


def _instant(draft: Draft, attribute: str, role: Role | None, *, required: bool = False) -> Line | None:
    if role is None:
        return None
    if required and role.column.rows and role.column.filled < 0.95 * role.column.rows:
        lacking = 1 - role.column.filled / role.column.rows
        draft.ask(2, f'{lacking:.0%} of the rows have no date in "{cut(role.name)}" and will be left out; all right?')
    said, missing = _as_in(draft, role), nothing_words(role)
    dates = role.dates
    if dates is None:
        return Line(attribute, role.confidence, said, column=role.name)
    if dates.epoch:
        return _counted(attribute, role, said, missing)
    if dates.ambiguous:
        _ask_order(draft, role, dates.formats[0])
    if dates.fits < 0.995:
        said = f"{said}; {1 - dates.fits:.1%} of the values cannot be read"
    sure: Confidence = "unsure" if dates.ambiguous else role.confidence
    return Line(attribute, sure, said, column=role.name, missing=missing, dates=dates.formats)


def _ask_order(draft: Draft, role: Role, form: str) -> None:
    first, other = ("day", "month") if form.find("%d") < form.find("%m") else ("month", "day")
    draft.ask(1, f'"{cut(role.name)}": is the {first} or the {other} first? Every value fits both; {first} is assumed.')


def _counted(attribute: str, role: Role, said: str, missing: tuple[str, ...]) -> Line:
    """Instants counted since 1970: by a format where the strategy knows it, else by an expression."""
    assert role.dates is not None
    unit = role.dates.epoch
    if not faults_of_format(unit):
        return Line(attribute, role.confidence, said, column=role.name, missing=missing, dates=(unit,))
    known, scale = {"epoch": ("seconds", ""), "epoch_ms": ("milliseconds", " / 1000")}[unit]
    seconds = f"CAST(floor(TRY_CAST({quoted(role.name)} AS DOUBLE){scale}) AS BIGINT)"
    sql = f"CAST(CAST('1970-01-01' AS TIMESTAMP) + {seconds} * INTERVAL 1 SECOND AS VARCHAR) || 'Z'"
    return Line(attribute, role.confidence, f"{known} since 1970, {said}", sql=sql)


# Words


def _words(
    draft: Draft, attribute: str, role: Role, meaning: Callable[[str], tuple[str | None, bool]], *, closed: bool = False
) -> Line | None:
    """A column of words with the table that makes them ours; words without a meaning are asked about."""
    words = [w for w in role.column.words if w.lower() not in SENTINELS]
    if len(words) > FEW or any(draft.masks.is_personal(w) or not is_writable(w) or len(w) > WORD for w in words):
        return None
    told = {w: meaning(w) for w in words}
    unknown = [w for w in words if told[w][0] is None]
    known = tuple((w, m) for w, (m, _) in told.items() if m is not None)
    values = known if any(m != (w.lower() if closed else w) for w, m in known) else ()
    doubtful = tuple(w for w, (m, certain) in told.items() if m is not None and not certain)
    missing = (*nothing_words(role), *(unknown if closed else ()))
    if unknown and closed:
        draft.ask(5, f'what do {_listed(unknown)} in "{cut(role.name)}" mean as a {_noun(attribute)}?')
    confidence: Confidence = "unsure" if doubtful or unknown else role.confidence
    said = "" if values else _as_in(draft, role)
    return Line(attribute, confidence, said, role.name, None, None, values, missing, (), False, doubtful)


def _noun(attribute: str) -> str:
    return {"purpose": "message class", "initiated": "answer to who asked for the contact"}.get(attribute, attribute)


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(f'"{cut(w)}"' for w in words[:3])
    return f"{shown} and {len(words) - 3} more" if len(words) > 3 else shown


def _closed(draft: Draft, attribute: str) -> Line | None:
    role = draft.role(attribute)
    if role is None and attribute == "status":
        role = draft.role("event")
    if role is None:
        return None
    return _words(draft, attribute, role, lambda w: meaning_of(attribute, w), closed=True)


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
        return _words(draft, "channel", role, _channel_of)
    if draft.seen.channel:
        return Line("channel", "likely", "from the file's name", value=draft.seen.channel)
    names = " ".join(words_of(c.name) for c in draft.seen.table.columns)
    for pattern, channel in ((r"\bsms\b|\btext message", "sms"), (r"\bcall|\bagent\b|\banruf|\bappel", "call")):
        if re.search(pattern, names):
            return Line("channel", "unsure", "from the names of the columns", value=channel)
    if "email" in draft.seen.roles and "phone" not in draft.seen.roles:
        return Line("channel", "unsure", "there are e-mail addresses", value="email")
    if ask:
        draft.ask(6, "through which channel were these sent? Map `channel:` to a column or to `{value: email}`.")
    return None


def _department_of(word: str) -> tuple[str | None, bool]:
    said = words_of(word)
    found = DEPARTMENT_OF.get(said) or next((DEPARTMENT_OF[w] for w in said.split() if w in DEPARTMENT_OF), None)
    return (found or slug(word) or None), True


def _department(draft: Draft) -> Line | None:
    role = draft.role("department")
    if role is None or not 0 < role.column.distinct <= 30:
        return None
    return _words(draft, "department", role, _department_of)


def _event(draft: Draft) -> Line | None:
    role = draft.role("event")
    line = _words(draft, "kind", role, lambda w: meaning_of("event", w)) if role else None
    if line is not None:
        return line
    named = " ".join(draft.seen.words)
    kind = next((means for stem, means in _RESPONSE_BY_NAME if stem in named), None)
    if kind is None and ("reference" in draft.seen.roles or "value" in draft.seen.roles):
        kind = "bought"
    if kind is None:
        draft.ask(3, "what did the customer do? It stands at `kind:` below as `replied`.")
        return Line("kind", "unsure", value="replied")
    return Line("kind", "likely", "from the file's name and columns", value=kind)


def _state(draft: Draft) -> Line | None:
    role = draft.role("state")
    if role is not None and (line := _words(draft, "state", role, _state_of(role.name))) is not None:
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


# Dates of a whole source


def share_dates(lines: Sequence[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """The formats that can be said once for the source, and the lines without them.

    Said once only where no date of the source is in ISO form, which a list of formats would not read, and where all
    formats have one order of day and month.
    """
    dated = [line for line in lines if line.dates]
    timed = [line for line in lines if line.attribute in _INSTANTS and line.column]
    formats = tuple(dict.fromkeys(f for line in dated for f in line.dates))
    orders = {("d" if f.find("%d") < f.find("%m") else "m") for f in formats if "%m" in f and not f.startswith("%Y")}
    if not formats or len(dated) < len(timed) or len(orders) > 1 or any(f.startswith("epoch") for f in formats):
        return (), list(lines)
    return formats, [replace(line, dates=()) for line in lines]


_INSTANTS: Final = ("at", "valid_until", "from", "until", "since", "status_at")


# Rows that hold sendings and answers


def parted_log(role: Role) -> tuple[list[str], list[str]]:
    """The words that make a contact, and those that are answers."""
    words = [w for w in role.column.words if w.lower() not in SENTINELS]
    sent = [w for w in words if is_sending(w)]
    first = [w for w in sent if meaning_of("status", w)[0] == "sent"] or sent
    return first, [w for w in words if w not in sent and meaning_of("event", w)[0]]


def unused(columns: Iterable[str], lines: Sequence[Line], others: Iterable[str]) -> tuple[str, ...]:
    """The columns that nothing was made of; `others` are those of keys and identifiers."""
    used = {line.column for line in lines} | set(others)
    asked = " ".join(line.sql or "" for line in lines)
    return tuple(c for c in columns if c not in used and quoted(c) not in asked)
