"""What a row of a table is: a contact, a response, a state, a customer, an identifier, or none of these.

Owns the weighing of columns and file names. Refuses to decide what the columns fill: `guess_maps` does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from primum.sources.guess_columns import FEW, KEY_ROLES, Confidence, Role, roles_of
from primum.sources.guess_platforms import Platform, platform_of
from primum.sources.guess_tables import Table
from primum.sources.guess_values import CHANNEL_OF, is_sending, meaning_of
from primum.sources.guess_words import DEPARTMENT_OF, FILE_KIND_OF, SENTINELS, words_of

LOG: Final = "log"
"""A row per status: sendings and answers in one column."""
CALENDAR: Final = "calendar"
"""A row per campaign, nobody's in particular."""
UNKNOWN: Final = "unknown"
DATES: Final = ("handed_over", "sent_at", "when", "date")
_MESSAGE: Final = ("communication", "campaign_id", "subject", "channel", "status", "template", "purpose", "initiated")
_PERSON: Final = ("first_name", "last_name", "name", "person", "since", "country", "household")


@dataclass(frozen=True)
class Seen:
    """A table with what its columns are taken for, and what a row of it is."""

    table: Table
    roles: Mapping[str, Role]
    kind: str
    confidence: Confidence
    why: str
    words: tuple[str, ...]
    """The words of the file's name and of the sheet's or table's, pairs of words before single ones."""
    platform: Platform | None = None

    @property
    def keys(self) -> list[Role]:
        """Columns that may say whose a row is, the best first; those whose name says nothing come last."""
        named = [self.roles[r] for r in KEY_ROLES if r in self.roles]
        return named + [r for name, r in self.roles.items() if name.startswith("other ")]

    @property
    def department(self) -> str | None:
        """The department that the names speak of."""
        known = self.platform.department if self.platform else None
        return known or _first((*self.words, *_parts(self.table.path.parent.name)), DEPARTMENT_OF)

    @property
    def channel(self) -> str | None:
        """The channel that the file's name speaks of."""
        if self.platform and self.platform.channel:
            return self.platform.channel
        singular = tuple(w.removesuffix("s") if w not in CHANNEL_OF else w for w in self.words)
        return _first(singular, CHANNEL_OF)


def _first(words: tuple[str, ...], table: Mapping[str, str]) -> str | None:
    return next((table[w] for w in words if w in table), None)


def seen(table: Table) -> Seen:
    """Look at one table."""
    platform = platform_of(table.header)
    roles = roles_of(table, platform)
    words = _name_words(table)
    kind, confidence, why = _kind(table, roles, words)
    if platform and confidence == "likely":
        confidence = "sure"
    return Seen(table, roles, kind, confidence, why, words, platform)


def _name_words(table: Table) -> tuple[str, ...]:
    parts = (stem_of(table.path.name), table.spec.sheet or "", table.spec.table or "")
    return tuple(dict.fromkeys(word for part in parts for word in _parts(part)))


def _parts(name: str) -> list[str]:
    words = re.sub(r"\d+", " ", words_of(name)).split()
    return [" ".join(pair) for pair in pairwise(words)] + words


def stem_of(name: str) -> str:
    """A file's name without its endings."""
    return re.sub(r"(\.[A-Za-z]\w{1,7}){1,2}$", "", name) or name


def _kind(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> tuple[str, Confidence, str]:
    for look in (_calendar, _tickets, _states, _events, _identifiers, _contacts, _orders, _customers):
        found = look(table, roles, words)
        if found:
            return found
    return _fallback(table, roles, words)


Found = tuple[str, Confidence, str]


def _has_key(roles: Mapping[str, Role]) -> bool:
    return any(r in roles for r in KEY_ROLES) or any(r.startswith("other ") for r in roles)


def _calendar(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    if any(r in roles for r in KEY_ROLES):
        return None
    is_dated = any(r in roles for r in DATES)
    said = "communication" in roles or "list" in roles or "subject" in roles
    others = [r for r in roles if r.startswith("other ")]
    if "statistic" in roles and said:
        return CALENDAR, "sure", "a row per campaign with totals, and nobody's e-mail or number"
    if said and is_dated and not others:
        return CALENDAR, "likely", "campaigns with dates, and no column says whose a row is"
    return None


_DESK: Final = frozenset(
    ["ticket type", "ticket id", "ticket number", "requester", "requester email", "submitter", "assignee",
     "case number", "case id", "case owner", "first response time"]
)  # fmt: skip


def _tickets(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    """A service desk's list: whoever opened a ticket asked for something."""
    desk = _desk(table)
    if not is_desk(table) or not _has_key(roles) or not any(r in roles for r in DATES):
        return None
    columns = ", ".join(f'"{name}"' for name in desk[:3])
    return "responses", "likely", f"a row per ticket, with {columns}: customers who asked"


def _desk(table: Table) -> list[str]:
    return [c.name for c in table.columns if words_of(c.name) in _DESK]


def is_desk(table: Table) -> bool:
    """Whether the columns are those of a service desk."""
    return len(_desk(table)) >= 3


def _states(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    if not _has_key(roles):
        return None
    by_name = _first(words, FILE_KIND_OF) == "states"
    left = roles.get("from")
    if left and "unsub" in words_of(left.name) and left.column.filled >= 0.8 * max(1, left.column.rows):
        return "states", "sure", f'every row says when somebody left, in "{left.name}"'
    people = sum(r in roles for r in _PERSON)
    state = roles.get("state")
    is_master = people > 0 and sum(r in roles for r in KEY_ROLES) > 1
    if state and people <= 1 and not is_master and "subject" not in roles and state.column.distinct <= FEW:
        return "states", "sure" if state.confidence == "sure" or by_name else "likely", _column_says(state)
    if by_name and not any(r in roles for r in ("subject", "event")):
        return "states", "likely", "the file's name speaks of permissions"
    return None


def _column_says(role: Role) -> str:
    return f'the values of "{role.name}"'


def _events(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    event = roles.get("event")
    if not _has_key(roles):
        return None
    if event is None or not any(r in roles for r in DATES) or event.column.distinct > FEW:
        by_name = _first(words, FILE_KIND_OF) == "responses" or answer_named(words)
        if by_name and event is None and "status" not in roles and any(r in roles for r in DATES):
            return "responses", "likely", "the file's name speaks of responses"
        return None
    known = [w for w in event.column.words if w.lower() not in SENTINELS]
    sendings = [w for w in known if is_sending(w)]
    answers = [w for w in known if w not in sendings and meaning_of("log", w)[0]]
    if sendings and answers:
        return LOG, "sure", f'"{event.name}" holds sendings and answers'
    if len(sendings) > 1 and _repeats(roles.get("message_id")):
        return LOG, "sure", f'"{event.name}" holds what became of each message, a row at a time'
    if sendings and {meaning_of("log", w)[0] for w in sendings} != {"bounced"}:
        return "contacts", "likely", f'"{event.name}" holds sendings'
    return "responses", event.confidence, _column_says(event)


def _repeats(message: Role | None) -> bool:
    """Whether several rows are about one message."""
    return message is not None and message.column.distinct < 0.95 * message.column.filled


ANSWERS: Final = {
    "open": "opened", "opens": "opened", "opened": "opened", "click": "clicked", "clicks": "clicked",
    "clicked": "clicked", "bounce": "bounced", "bounces": "bounced", "complaint": "complained",
    "complaints": "complained", "unsubscribe": "opted_out", "replies": "replied",
}  # fmt: skip
"""Words of a file's name that say what every row of it is."""


def answer_named(words: tuple[str, ...]) -> str | None:
    """What customers did, by the file's name."""
    return _first(words, ANSWERS)


def _identifiers(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    ids = [r for name, r in roles.items() if name in (*KEY_ROLES, "household") or name.startswith("other ")]
    if len(ids) >= 2 and len(ids) == len(table.columns) and len(ids) <= 4:
        return "identifiers", "sure", "every column is an identifier"
    return None


def _contacts(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    dated = next((roles[r] for r in DATES if r in roles), None)
    if dated is None or not _has_key(roles):
        return None
    message = [r for r in _MESSAGE if r in roles and roles[r].confidence != "unsure"]
    people = [r for r in _PERSON if r in roles]
    by_name = _first(words, FILE_KIND_OF) == "contacts"
    if len(message) >= 2 or (message and (dated.role == "sent_at" or by_name)):
        columns = ", ".join(f'"{roles[r].name}"' for r in message[:3])
        sure: Confidence = "sure" if dated.role == "sent_at" or len(message) >= 3 else "likely"
        return "contacts", sure, f'"{dated.name}" with {columns}'
    if by_name and len(people) < 3:
        return "contacts", "likely", f'"{dated.name}", and the file\'s name'
    return None


def _orders(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    dated = any(r in roles for r in DATES)
    if dated and "value" in roles and ("reference" in roles or "product" in roles) and _has_key(roles):
        return "responses", "likely", "orders with dates and amounts: customers who bought"
    return None


def _customers(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found | None:
    named = [roles[r] for r in KEY_ROLES if r in roles]
    people = [r for r in _PERSON if r in roles]
    unique = any(r.column.is_unique or not r.column.filled for r in named)
    by_name = _first(words, FILE_KIND_OF) == "customers"
    if not named or not (unique or by_name):
        return None
    if len(named) >= 2 and (people or by_name):
        shown = ", ".join(f'"{r.name}"' for r in named[:3])
        return "customers", "sure" if unique else "likely", f"one row per customer, with {shown}"
    if len(people) >= 2 or by_name:
        return "customers", "sure" if unique and len(people) >= 2 else "likely", "one row per customer"
    return None


def _fallback(table: Table, roles: Mapping[str, Role], words: tuple[str, ...]) -> Found:
    named = [roles[r] for r in KEY_ROLES if r in roles]
    if len(named) >= 2:
        return "identifiers", "unsure", "several identifiers, and little else that is known"
    if named and any(r in roles for r in DATES):
        return "contacts", "unsure", "a date and an identifier, and little else that is known"
    return UNKNOWN, "unsure", "no column says whose a row is" if not named else "little but an identifier is known"
