"""The small parts of a rule: groups of keys, texts, whole numbers, dates, filters.

Owns how each is read and what is said when it cannot be. Refuses to know which rule needs which part.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from primum.rules.faults import Faults
from primum.strategy.positions import KeyPath
from primum.words.errors import did_you_mean
from primum.words.filters import Filter, Term
from primum.words.time import EPOCH_DAY

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY: Final = re.compile(r"([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Part:
    """A group of keys with the path of each: some may come from another group (the numbers that `except` leaves)."""

    name: str
    """What people call it, such as `rule "quiet-hours"`."""
    path: KeyPath
    values: Mapping[str, Any]
    paths: Mapping[str, KeyPath]

    def at(self, key: str) -> KeyPath:
        """The path of a key, present or not."""
        return self.paths.get(key, (*self.path, key))

    def only(self, keys: Sequence[str]) -> "Part":
        """The part with these keys alone."""
        kept = {key: value for key, value in self.values.items() if key in keys}
        return Part(self.name, self.path, kept, {key: self.at(key) for key in kept})

    def over(self, other: "Part") -> "Part":
        """This part's keys, and what the other has beside them."""
        paths = {key: other.at(key) for key in other.values} | {key: self.at(key) for key in self.values}
        return Part(self.name, self.path, {**other.values, **self.values}, paths)


def part_of(name: str, path: KeyPath, values: Mapping[str, Any]) -> Part:
    """A group of keys that all stand below one path."""
    return Part(name, path, values, {})


def found(value: Any) -> str:
    """What stands there, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool | int | float):
        return f"`{text_of(value)}`"
    if isinstance(value, str):
        return f'"{value if len(value) <= 40 else value[:39] + "…"}"'
    return "a group of keys" if isinstance(value, Mapping) else "a list"


def text_of(value: Any) -> str | None:
    """A plain value as the text by which attributes are compared: `true`, `10`, `2.5`; None for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int | str) and value != "" else None


def read_text(part: Part, key: str, faults: Faults) -> str | None:
    """An optional text."""
    value = part.values.get(key)
    if key not in part.values or (isinstance(value, str) and value.strip()):
        return value
    faults.add(part.at(key), f"`{key}` of {part.name} is {found(value)}, but must be a text.", "Write one in words.")
    return None


def read_word(part: Part, key: str, allowed: Sequence[str], default: str, faults: Faults) -> str:
    """One word of a closed list."""
    value = part.values.get(key, default)
    if value in allowed:
        return str(value)
    what = f"`{key}` of {part.name} is {found(value)}, which is not on the list."
    faults.add(part.at(key), what, did_you_mean(str(value), allowed))
    return default


def read_texts(part: Part, key: str, faults: Faults) -> tuple[str, ...]:
    """A text or a list of texts, in the file's order; nothing where the key is absent."""
    if key not in part.values:
        return ()
    value = part.values[key]
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) and item for item in items):
        faults.add(part.at(key), f"`{key}` of {part.name} must be a text or a list of texts.", "Write, as in [a, b].")
        return ()
    if len(set(items)) < len(items):
        faults.add(part.at(key), f"`{key}` of {part.name} names something twice.", "Take one of the two out.")
    return tuple(dict.fromkeys(items))


def read_whole(part: Part, key: str, faults: Faults) -> int | None:
    """A whole number of at least 1."""
    value = part.values[key]
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    what = f"`{key}` of {part.name} is {found(value)}, but must be a whole number of at least 1."
    faults.add(part.at(key), what, "To forbid it altogether write `never: always`." if value == 0 else "Write, say, 3.")
    return None


def day_number(text: Any) -> int | None:
    """Days since 1970-01-01 of a date such as 2026-06-30; None when it is none."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return (date.fromisoformat(text) - EPOCH_DAY).days
    except ValueError:
        return None


def month_day(text: Any) -> tuple[int, int] | None:
    """Month and day of every year, from 12-24; 29 February counts as a day. None when it is none."""
    found = _MONTH_DAY.fullmatch(text) if isinstance(text, str) else None
    if found is None or day_number(f"2024-{text}") is None:
        return None
    return int(found[1]), int(found[2])


def read_date(part: Part, key: str, faults: Faults) -> int | None:
    """An optional date, as days since 1970-01-01."""
    if key not in part.values:
        return None
    day = day_number(part.values[key])
    if day is None:
        what = f"`{key}` of {part.name} is {found(part.values[key])}, which is no date."
        faults.add(part.at(key), what, "Write year, month and day, such as 2026-09-01.")
    return day


# Filters


def read_filter(part: Part, key: str, faults: Faults) -> Filter:
    """The filter under a key; everything where the key is absent."""
    if key not in part.values:
        return Filter()
    return filter_of(part.values[key], part.at(key), f"`{key}` of {part.name}", faults)


def filter_of(value: Any, path: KeyPath, name: str, faults: Faults) -> Filter:
    """The filter that this value is; faults and a filter of the rest where it is none."""
    if not isinstance(value, Mapping):
        what = f"{name} is {found(value)}, but must be a filter: attributes and the values they must have."
        faults.add(path, what, "Write, as in {channel: email, purpose: [marketing, sales]}.")
        return Filter()
    terms = [_term(attribute, wanted, (*path, attribute), name, faults) for attribute, wanted in value.items()]
    return Filter(tuple(sorted((t for t in terms if t is not None), key=lambda t: t.attribute)))


def _term(attribute: str, wanted: Any, path: KeyPath, name: str, faults: Faults) -> Term | None:
    if attribute == "status":
        what = f"{name} asks for a status, which a filter may do under `counting` only."
        faults.add(path, what, "Write, as in `counting: {status: delivered}`.", at_key=True)
        return None
    negated = isinstance(wanted, Mapping)
    if isinstance(wanted, Mapping):
        if list(wanted) != ["not"]:
            what = f"`{attribute}` in {name} is a group of keys, of which only `not:` is allowed."
            cure = "Write a value, a list of values, or {not: value}. What needs more is a segment, a state or a tag."
            faults.add(path, what, cure)
            return None
        wanted, path = wanted["not"], (*path, "not")
    values = [text_of(v) for v in (wanted if isinstance(wanted, list) else [wanted])]
    if not values or None in values:
        what = f"`{attribute}` in {name} must be a text, a number, true or false, or a list of those."
        faults.add(path, what, f"Write, as in {{{attribute}: [a, b]}} or {{{attribute}: {{not: a}}}}.")
        return None
    return Term(attribute, tuple(sorted({v for v in values if v is not None})), negated)
