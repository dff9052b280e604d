"""What a column is: its name weighed against its values.

Owns the decision and how sure it is. Refuses to know what kind of source the column stands in: `guess_kinds` does.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from primum.sources.guess_dates import Dates, dates_of
from primum.sources.guess_platforms import Platform
from primum.sources.guess_tables import Column, Table
from primum.sources.guess_values import MEANINGS, meaning_of
from primum.sources.guess_words import ROLE_OF, SENTINELS, words_of
from primum.strategy.scalars import unsound
from primum.words.vocabulary import ATTEMPTED

Confidence = Literal["sure", "likely", "unsure"]

KEY_ROLES: Final = ("crm_id", "account", "loyalty_id", "email", "phone", "device", "lead")
"""Roles of columns that may say whose a row is, the best first."""
TIMES: Final = ("handed_over", "sent_at", "when", "date", "since", "from", "until", "changed", "valid_until")
WORDY: Final = ("status", "purpose", "channel", "event", "state", "initiated")
NUMBERS: Final = ("cost", "value", "priority")
FEW: Final = 60
"""So many different words a column of words may have."""
LONGEST: Final = 200
"""Characters of a column's name that a strategy will repeat."""

_EMAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]{2,}")
_PHONE: Final = re.compile(r"(?:\+|00|0|\()[\d\s()./-]{6,20}\d")
_BARE_PHONE: Final = re.compile(r"\+?[\d\s()./-]{7,20}")
_NUMBER: Final = re.compile(r"-?\d+([.]\d+)?")
_COMMA_NUMBER: Final = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d{1,4}")
_ID: Final = re.compile(r"(?=.*\d)[\w./:#-]{3,40}")
_SENDER: Final = re.compile(
    r"(from|frm|source|sender|reply to|von|absender|expediteur|remitente|de)( (e ?mail|address|name|adresse))*"
)
_TIME_OF_DAY: Final = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[APap][Mm])?")
_LEAVING: Final = frozenset(["unsub", "unsubscribe", "unsubscribed", "optout"])
_LONE: Final = frozenset(
    "id|name|type|date|time|to|from|le|de|day|jour|dia|tag|typ|art|total|state|text|title|list|what|reason|order|"
    "event|action|message|job|step|via|nom|mail|token|customer|account|contact|program|card|offer|value".split("|")
)
"""Names that mean something only when they stand alone."""


@dataclass(frozen=True)
class Role:
    """What a column is taken for; an empty `role` means that nobody knows."""

    column: Column
    role: str
    confidence: Confidence
    exact: bool = False
    """Whether the column's whole name is known."""
    dates: Dates | None = None
    kind: str = ""
    """The kind of identifier, where it is not the one that the role speaks of."""

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


def share(values: Iterable[str], test: Callable[[str], object]) -> float:
    """The share of values that pass; 0 without values."""
    found = [bool(test(v)) for v in values]
    return sum(found) / len(found) if found else 0.0


def is_email(value: str) -> bool:
    """Whether a value is an e-mail address."""
    return bool(_EMAIL.fullmatch(value))


def is_phone(value: str) -> bool:
    """Whether a value looks like a telephone number: it begins with +, 0 or a bracket."""
    return bool(_PHONE.fullmatch(value)) and 7 <= sum(c.isdigit() for c in value) <= 15


def is_number(value: str) -> bool:
    """Whether a value is a number with a decimal point, or a whole one."""
    return bool(_NUMBER.fullmatch(value))


def has_decimal_comma(value: str) -> bool:
    """Whether a value is a number with a decimal comma."""
    return bool(_COMMA_NUMBER.fullmatch(value))


def is_writable(name: str) -> bool:
    """Whether a strategy can name this column: its name is not endless, and holds nothing that YAML refuses."""
    return 0 < len(name) <= LONGEST and not unsound(name)


def is_sender(name: str) -> bool:
    """Whether a column is called as one of senders is (of nested names the last part counts)."""
    return bool(_SENDER.fullmatch(words_of(name.rpartition(".")[2]))) or ROLE_OF.get(words_of(name)) == "staff"


def without_sentinels(column: Column) -> list[str]:
    """The sampled values that stand for something."""
    return [v for v in column.values if v.lower() not in SENTINELS]


def recognised(attribute: str, column: Column, *, whole: bool = False) -> float:
    """The share of a column's rows whose word has a meaning for the attribute; 0 for columns of many words.

    `whole`: only words that are known as a whole count.
    """
    words = {w: n for w, n in column.words.items() if w.lower() not in SENTINELS}
    if not words or len(words) > FEW:
        return 0.0
    told = {w: meaning_of(attribute, w) for w in words}
    return sum(n for w, n in words.items() if told[w][0] and (told[w][1] or not whole)) / sum(words.values())


def roles_of(table: Table, platform: Platform | None = None) -> dict[str, Role]:
    """The columns of a table that are known, each role once: where two columns compete, the better.

    `platform`: whose export it is, for columns whose names mislead.
    """
    facts = platform.roles if platform else {}
    found: dict[str, Role] = {}
    for column in table.columns:
        if not is_writable(column.name):
            continue
        role = role_of(column, facts.get(words_of(column.name)))
        rival = found.get(role.role)
        if role.role and (rival is None or _rank(role) > _rank(rival)):
            found[role.role] = role
    return found


def _rank(role: Role) -> tuple[int, bool, float]:
    filled = role.column.filled / role.column.rows if role.column.rows else 0.0
    return (("unsure", "likely", "sure").index(role.confidence), role.exact, round(filled, 1))


def role_of(column: Column, known: str | None = None) -> Role:
    """What a column is taken for; `known`: what its name stands for, where that is a fact ('' for nothing)."""
    name = words_of(column.name)
    if known == "":
        return Role(column, "", "sure")
    named, exact = (known, True) if known else _named(name)
    if known in _TAKEN:
        return Role(column, known, "sure", exact=True)
    if _SENDER.fullmatch(name) and share(column.values[:100], lambda v: is_email(v) or is_phone(v)) > 0.5:
        return Role(column, "sender", "likely", exact=True)
    if _LEAVING & set(name.split()):
        named, exact = _leaving(name), True
    values = without_sentinels(column)
    if not values:
        return Role(column, named, "likely" if exact else "unsure", exact)
    return _by_values(column, values, named, exact)


_TAKEN: Final = ("message_id", "sender", "communication", "subject", "device")
"""Roles that a fact decides without a look at the values."""


def _named(name: str) -> tuple[str, bool]:
    """The role of a name, and whether it is the role of the whole name rather than of its end or beginning."""
    if name in ROLE_OF:
        return ROLE_OF[name], True
    words = name.split()
    for length in range(len(words) - 1, 0, -1):
        for part, left in ((words[-length:], ""), (words[:length], words[length])):
            said = " ".join(part)
            if said in ROLE_OF and said not in _LONE and left not in _ASIDE:
                return ROLE_OF[said], False
    return "", False


_ASIDE: Final = frozenset("type status id date time count number url link source variant version category".split())
"""Words behind a known name that make another thing of it: a campaign's type is no campaign."""


def _leaving(name: str) -> str:
    """The role of a column about an unsubscription."""
    if ROLE_OF.get(name) in ("from", "state"):
        return ROLE_OF[name]
    return "from" if {"time", "date", "at", "on"} & set(name.split()) else ""


def _by_values(column: Column, values: list[str], named: str, exact: bool) -> Role:
    for decide in (_apart, _email, _clock, _time, _phone, _identifier, _word, _number, _text):
        role = decide(column, values, named, exact)
        if role is not None:
            return role
    return _unnamed(column, values)


def _sure(exact: bool, further: bool = True) -> Confidence:
    return "sure" if exact and further else "likely"


def _apart(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    """Columns about the company's own people and machines: never a customer's key, whatever they hold."""
    if named == "staff":
        return Role(column, "staff", _sure(exact), exact)
    if named == "sender":
        return Role(column, "sender", _sure(exact), exact)
    return None


def _clock(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    """Times of day alone, beside a column of dates."""
    if named != "clock" and named not in TIMES:
        return None
    if share(values, _TIME_OF_DAY.fullmatch) > 0.9:
        return Role(column, "clock", _sure(exact), exact)
    return Role(column, "", "unsure") if named == "clock" else None


def _email(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    if named in ("id", "message_id"):
        return None
    part = share(values, is_email)
    if part >= 0.7 or (named == "email" and part >= 0.3):
        return Role(column, "email", _sure(part >= 0.9, named in ("email", "")), named == "email" and exact)
    if named == "email" and share(values, _BARE_PHONE.fullmatch) > 0.9:
        return Role(column, "phone", "likely", exact)
    return Role(column, "", "unsure") if named == "email" else None


def _time(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    """A column of dates: by its type, or because most values are dates and its name does not speak against it."""
    if column.type == "instant":
        return Role(column, named if named in TIMES else "date", _sure(named in TIMES and exact), exact)
    may_count = named in TIMES
    looks = share(values[:50], lambda v: re.search(r"\d\D\d", v) or re.search(r"\d [A-Za-z]|[A-Za-z] \d", v)) > 0.5
    dates = dates_of(values, serials=may_count) if may_count or (looks and named not in KEY_ROLES) else None
    if dates is None:
        return Role(column, "", "unsure") if named in TIMES else None
    return Role(column, named if may_count else "date", _sure(exact and may_count), exact, dates)


def _phone(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    if named == "phone":
        part = share(values, lambda v: _BARE_PHONE.fullmatch(v))
        return Role(column, "phone" if part >= 0.5 else "", _sure(exact and part > 0.9), exact)
    if named in ("", "crm_id") and share(values, is_phone) > 0.9 and share(values, lambda v: v[0] in "+(") > 0.3:
        return Role(column, "phone", "likely")
    return None


def _identifier(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    if named not in (*KEY_ROLES, "household"):
        return None
    if column.distinct <= 2 and column.filled >= 20:
        return Role(column, "", "unsure")
    part = share(values, lambda v: _ID.fullmatch(v) or v.isdigit())
    if part < 0.6:
        spaced = share(values, lambda v: " " in v and not any(c.isdigit() for c in v)) > 0.5
        return Role(column, "name" if spaced else "", "unsure")
    return Role(column, named, _sure(exact, part > 0.95), exact)


def _word(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    """A column of a closed list's words: its name proposes, its values decide."""
    shares = {attribute: recognised(attribute, column, whole=not named) for attribute in (*MEANINGS, "log")}
    if named in ("event", "status", "purpose", "") and shares["log"] >= 0.8 and _is_log(column):
        return Role(column, "event", "sure" if named == "event" and exact else "likely", exact)
    if named == "event" and shares["log"] >= 0.8:
        return Role(column, "event", _sure(exact), exact)
    if named in WORDY:
        if shares[named] >= 0.5:
            return Role(column, named, _sure(exact, shares[named] > 0.95), exact)
    elif named not in ("", "direction", "statistic", "department", "communication"):
        return None
    if named == "direction":
        return Role(column, "direction" if shares["initiated"] > 0.9 else "", "likely", exact)
    strong = [a for a in ("status", "channel", "event", "purpose") if shares[a] >= 0.8]
    may_be = named in WORDY or (not named and column.distinct > 1)
    if strong and may_be and share(values, lambda v: v.isdigit()) < 0.5:
        return Role(column, max(strong, key=lambda a: shares[a]), "likely" if named else "unsure")
    if named in WORDY:
        keep = named in ("channel", "event", "state", "status") and exact and column.distinct <= FEW
        return Role(column, named if keep else "", "unsure", exact)
    return None


def _is_log(column: Column) -> bool:
    """Whether the words speak of sendings and of answers: a row is something that happened to a message."""
    told = {meaning_of("log", w)[0] for w in column.words}
    return bool(told & set(ATTEMPTED)) and bool(told & {"opened", "clicked", "opted_out", "complained"})


def _number(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    if named not in NUMBERS:
        return None
    part = max(share(values, is_number), share(values, has_decimal_comma))
    return Role(column, named if part > 0.95 else "", _sure(exact), exact)


def _text(column: Column, values: list[str], named: str, exact: bool) -> Role | None:
    """Names of communications, subjects, products: any text will do, but not where it is as good as unique."""
    if not named or named in TIMES:
        return None
    if named in ("id", "message_id"):
        return Role(column, named if named == "message_id" or column.is_unique else "", _sure(exact), exact)
    if named == "communication" and column.filled > 20 and column.distinct > 0.5 * column.filled:
        return Role(column, "", "unsure")
    return Role(column, named, _sure(exact), exact)


def _unnamed(column: Column, values: list[str]) -> Role:
    """A column whose name says nothing: an identifier, if its values look like one."""
    looks = share(values, lambda v: _ID.fullmatch(v)) > 0.95 and not share(values, lambda v: "." in v) > 0.5
    if looks and column.distinct > max(3, 0.3 * column.filled):
        return Role(column, f"other {column.name}", "unsure")
    return Role(column, "", "unsure")
