"""Complaints about keys and values, in sentences people can act on.

Owns the wording: what is wrong, what is allowed, how to write it. Refuses to let through the validator's own wording,
and to decide what is wrong.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final, get_origin

from primum.strategy.facets.customers import IDENTIFIER_PATTERN
from primum.strategy.models import (
    COLUMNS,
    About,
    AsOf,
    Entry,
    FileSpec,
    Source,
)
from primum.strategy.parts import DAY_PATTERN, MONTH_PATTERN, RATE_PATTERN
from primum.strategy.positions import KeyPath, Place, Positions
from primum.strategy.shapes import keys_of, known_part, listed, shape_at, wanted
from primum.words.durations import DURATION_PATTERN
from primum.words.errors import Complaint, did_you_mean

_TRUE: Final = ("yes", "y", "on", "true")
_FALSE: Final = ("no", "n", "off", "false")
_ENTITIES: Final = {
    ("departments",): "department",
    ("channels",): "channel",
    ("communications",): "communication",
    ("data", "sources"): "source",
    ("data", "needs"): "need",
    ("customers", "personas"): "persona",
    ("objectives",): "objective",
    ("journey", "stages"): "stage of the journey",
    ("flows",): "flow",
    ("moments",): "moment",
    ("balance",): "initiative",
    ("measurement", "metrics"): "metric",
}


def complaint(place: Place, what: str, cure: str) -> Complaint:
    """A complaint about what stands at this place."""
    return Complaint(place.file, place.line, place.column, what, cure, place.cell)


def group(path: KeyPath) -> str:
    """What people call the part of the file at this path: `source "esp"`, `"map.at" of source "esp"`."""
    if not path:
        return "the strategy file"
    for above, name in _ENTITIES.items():
        size = len(above)
        if path[:size] == above and len(path) > size:
            entity = f'{name} "{path[size]}"'
            rest = path[size + 1 :]
            return f"{_quoted(rest)} of {entity}" if rest else entity
    return _quoted(path)


def subject(path: KeyPath) -> str:
    """A key with the part of the file that it stands in: `"zone" in source "esp"`."""
    if path in _ENTITIES or len(path) <= 1 or path[:-1] in _ENTITIES:
        return group(path)
    if isinstance(path[-1], int):
        return f"item {path[-1] + 1} of {subject(path[:-1])}"
    return f'"{path[-1]}" in {group(path[:-1])}'


def _quoted(path: KeyPath) -> str:
    return '"' + ".".join(str(p) for p in path) + '"'


def found(value: Any, spelled: str | None = None) -> str:
    """What stands there, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return spelled or str(value).lower()
    if isinstance(value, int | float):
        return spelled if spelled and "%" in spelled else f"the number {spelled or value}"
    if isinstance(value, str):
        return f'the text "{_short(value)}"'
    return "a list" if isinstance(value, list) else "a group of keys"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


# What the validator found


def translated(errors: Iterable[Any], positions: Positions) -> list[Complaint]:
    """The validator's findings (`ValidationError.errors()`) as complaints in our words, each once."""
    said = (_TELL.get(error["type"], _wrong_type)(error, positions) for error in errors)
    return list(dict.fromkeys(said))


def _unknown_key(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = error["loc"]
    key, above = str(path[-1]), path[:-1]
    shape = shape_at(above)
    cure = _for_the_map(key) if shape is Source else ""
    what = f'unknown key "{key}" in {group(above)}.'
    return complaint(positions.key(path), what, cure or did_you_mean(key, keys_of(shape)))


def _for_the_map(key: str) -> str:
    """The cure for an attribute that stands beside `map` instead of in it; empty when the key is none."""
    attributes = {name for columns in COLUMNS.values() for name in columns}
    keys = keys_of(Source)
    near = get_close_matches(key.casefold(), [*attributes, *keys], n=1, cutoff=0.6)
    if not near or near[0] in keys:
        return ""
    hint = "" if near[0] == key else f" Did you mean '{near[0]}'?"
    return f"Allowed: {', '.join(keys)}; what a column means is said under `map`.{hint}"


def _missing_key(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = error["loc"]
    key, above = str(path[-1]), path[:-1]
    shape = shape_at(path)
    words = listed(shape)
    cure = f"Write `{key}:` and one of {', '.join(words)}." if words else _how_to_add(key, shape)
    return complaint(positions.key(above), f'{group(above)} lacks the key "{key}".', cure)


def _how_to_add(key: str, shape: Any) -> str:
    if shape is About:
        return "Begin the file with `strategy:` and, indented below it, `name:` with the company's name."
    return f"Add `{key}:` with {wanted(shape)}."


def _not_listed(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    value, words = error["input"], listed(shape_at(path))
    what = f"{subject(path)} is {found(value, positions.spelled.get(path))}, which is not on the list."
    cure = did_you_mean(str(value), words) if isinstance(value, str) else f"Allowed: {', '.join(words)}."
    return complaint(positions.value(path), what, cure)


def _wrong_type(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    shape, value, spelled = shape_at(path), error["input"], positions.spelled.get(path)
    must = "a share, such as 5% or 0.05" if _is_share(path) else wanted(shape)
    if value is None:
        what = f"{subject(path)} is empty; it must be {must}."
    else:
        what = f"{subject(path)} is {found(value, spelled)}, but must be {must}."
    return complaint(positions.value(path), what, _how_to_write(shape, value, spelled))


def _how_to_write(shape: Any, value: Any, spelled: str | None) -> str:
    if value is None:
        return "Write one, or take the line out."
    if shape is bool:
        return _how_to_write_a_truth(value)
    if shape in (int, float):
        return _how_to_write_a_number(shape, value)
    if keys_of(shape) and shape is not Entry:
        return f"Write its keys on the lines below, indented: {', '.join(keys_of(shape))}."
    if get_origin(shape) is dict:
        return "Write `name: value` on the lines below, indented."
    if isinstance(value, int | float):
        return f'Write it in quotes: "{spelled or value}".'
    return "Write a single text." if shape is str else "Write it as one of these."


def _how_to_write_a_truth(value: Any) -> str:
    word = str(value).casefold()
    if isinstance(value, str) and word in _TRUE + _FALSE:
        return f"`{value}` is a text: write {'true' if word in _TRUE else 'false'}, without quotes."
    return "Write true or false, without quotes."


def _how_to_write_a_number(shape: Any, value: Any) -> str:
    if isinstance(value, str):
        number = value.strip().replace(",", ".")
        if number.replace(".", "", 1).isdecimal() and (shape is float or number.isdecimal()):
            return f"Write {number}, without quotes."
    return "Write a whole number, such as 5." if shape is int else "Write a number, such as 0.05."


def _empty_text(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    return complaint(positions.value(path), f"{subject(path)} is an empty text.", "Write one, or take the line out.")


def _too_long(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    what = f"{subject(path)} is {found(error['input'])}, but must be a single character."
    return complaint(positions.value(path), what, "For a tab write \"\\t\", in double quotes; else as in ';'.")


def _wrong_form(error: Any, positions: Positions) -> Complaint:
    """A text that is not written as its pattern asks."""
    path: KeyPath = known_part(error["loc"])
    known = _FORMS.get(error["ctx"]["pattern"])
    if known is None:
        return _not_a_country(error, positions)
    is_not, cure = known
    what = f"{subject(path)} is {found(error['input'], positions.spelled.get(path))}, which is {is_not}."
    return complaint(positions.value(path), what, cure)


_FORMS: Final = {
    DURATION_PATTERN: ("no duration", "Write a whole number and a unit, such as 7 days, 36 hours or 90 minutes."),
    MONTH_PATTERN: ("no month", "Write year and month, such as 2026-03."),
    DAY_PATTERN: ("no day", "Write year, month and day, such as 2026-06-30."),
    RATE_PATTERN: ("no rate", "Write a whole number and a period (hour, day, week, month), such as 500 per day."),
    IDENTIFIER_PATTERN: ("no identifier", "Write its kind, a colon and the value, such as email:seed@example.org."),
}


def _not_a_country(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    value = str(error["input"])
    what = f"{subject(path)} is {found(value)}, which is not a country code."
    likely = value.strip().upper()
    hint = f" Did you mean {likely}?" if len(likely) == 2 and likely.isascii() and likely.isalpha() else ""
    return complaint(positions.value(path), what, f"Write two capital letters (ISO 3166-1), such as DE or FR.{hint}")


def _out_of_range(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    limits = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}
    limit = " and ".join(f"{limits[k]} {v:g}" for k, v in error["ctx"].items() if k in limits)
    what = f"{subject(path)} is {found(error['input'], positions.spelled.get(path))}, but must be {limit}."
    cure = "Five in a hundred are 5% or 0.05." if _is_share(path) else f"Write a number that is {limit}."
    return complaint(positions.value(path), what, cure)


def _is_share(path: KeyPath) -> bool:
    return path[-1:] in _SHARES


_SHARES: Final = tuple((key,) for key in ("rejects_at_most", "control", "expected", "minimum_effect"))


def _not_finite(error: Any, positions: Positions) -> Complaint:
    path: KeyPath = known_part(error["loc"])
    return complaint(positions.value(path), f"{subject(path)} has no end.", "Write a number, such as 0.05.")


def _our_own(error: Any, positions: Positions) -> Complaint:
    """What the models' own validators say is a sentence already."""
    path: KeyPath = known_part(error["loc"])
    cure = _OUR_CURES.get(shape_at(path), "")
    return complaint(positions.key(path), f"{group(path)} {error['ctx']['error']}.", cure)


_OUR_CURES: Final[dict[Any, str]] = {
    Entry: "Keep one: `column` reads a column, `value` is the same for every row, `sql` computes it, `file_name` and "
    "`file_date` take the file's.",
    AsOf: "Write the day itself, or where the file tells it.",
    Source: "Write `files:` to read files as they are, or `tables:` and `query:` to make rows of several.",
    FileSpec: "Write `files:`.",
}
_TELL: Final[dict[str, Callable[[Any, Positions], Complaint]]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "literal_error": _not_listed,
    "string_too_short": _empty_text,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _wrong_form,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "finite_number": _not_finite,
    "value_error": _our_own,
}
