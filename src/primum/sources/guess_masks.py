"""Examples that may stand in a file that is handed around: personal data in them is masked.

Owns what is shown of a value. Refuses to show an e-mail address, a telephone number, an identifier or a name as it is.
"""

import re
from collections.abc import Iterable
from typing import Final

from primum.sources.guess_columns import KEY_ROLES, Role, is_email, is_phone, without_sentinels
from primum.sources.guess_tables import Column

SHOWN: Final = 32
"""Characters of an example."""
_MAIL_INSIDE: Final = re.compile(r"[^\s@]+@[^\s@]+")
_DIGITS_INSIDE: Final = re.compile(r"\+?\d(?:[\s()./-]?\d){4,}")
_WORD: Final = re.compile(r"\w+")
_COMMON: Final = 2_000
_OPEN: Final = frozenset(
    ["status", "purpose", "channel", "event", "state", "initiated", "product", "department", "brand", "topic", "cost",
     "template", "country", "zone", "list", "priority"]
)  # fmt: skip
_TIMES: Final = frozenset(["sent_at", "when", "date", "since", "from", "until", "valid_until", "changed"])


class Masks:
    """Masks the values of one set of files; `names` are the words of people's names that occur in them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def example(self, role: Role) -> str:
        """A value of a column as it may be shown; empty where none may be."""
        values = without_sentinels(role.column)
        if not values:
            return ""
        if role.role in _TIMES:
            return self.text(values[len(values) // 2], dates=True)
        if role.role in KEY_ROLES or role.role in ("id", "household", "reference") or role.role.startswith("other "):
            return masked_identifier(values[0])
        if role.role in _OPEN:
            return self.text(next(iter(role.column.words)))
        if role.role in ("communication", "subject"):
            return self.text(frequent(role.column))
        return ""

    def text(self, value: str, *, dates: bool = False) -> str:
        """A text with addresses, names and (unless it is a date) long numbers taken out."""
        shown = _MAIL_INSIDE.sub("***", value)
        shown = shown if dates else _DIGITS_INSIDE.sub("***", shown)
        return cut(_WORD.sub(lambda m: "***" if m[0].casefold() in self._names else m[0], shown))

    def is_personal(self, value: str) -> bool:
        """Whether a word must not be written out: it holds an address, a long number, or is somebody's name."""
        if _MAIL_INSIDE.search(value) or is_phone(value) or re.search(r"\d{7,}", value):
            return True
        words = [w.casefold() for w in _WORD.findall(value)]
        return len(words) > 1 and sum(w in self._names for w in words) >= 2


def frequent(column: Column) -> str:
    """The most frequent value, if values come so often that they are not one person's."""
    word, rows = next(iter(column.words.items()), ("", 0))
    return word if rows >= 3 and column.distinct <= 0.2 * column.filled else ""


def cut(value: str) -> str:
    """A value on one line, of bounded length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in value[: 4 * SHOWN]).split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"


def masked_identifier(value: str) -> str:
    """An identifier of which only the shape is left."""
    if is_email(value):
        return f"{'*' * 3}@{'*' * 3}.{value.rpartition('.')[2][:3]}"
    kept = 3 if value.startswith("+") else 1
    return cut(value[:kept] + re.sub(r"\w", "*", value[kept:24]))


def names_in(columns: Iterable[Column]) -> set[str]:
    """The words of people's names in these columns."""
    found: set[str] = set()
    for column in columns:
        for value in list(column.words)[:_COMMON]:
            found.update(w.casefold() for w in _WORD.findall(value) if len(w) > 2)
    return found
