"""Secrets stay out of the strategy's files: what may come from the environment, and where.

Owns `${NAME}` and the refusal of passwords that are written out. Refuses to read the environment: whoever connects
hands it in.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from primum.strategy.positions import KeyPath, Parsed
from primum.strategy.sentences import complaint, subject
from primum.words.errors import Complaint, UsageError

CONNECTIONS: Final[tuple[KeyPath, ...]] = (("ledger",),)
"""The places of a strategy that name a connection, and so may name variables of the environment."""

OF_THE_DATA: Final[tuple[tuple[str, ...], ...]] = (
    *(
        ("data", "sources", "*", key)
        for key in ("map", "attributes", "key", "identifiers", "missing", "query", "tables")
    ),
    ("data", "sources", "*", "one_row_per"),
    ("data", "placeholders"),
    ("communications", "*", "known_as"),
)
"""Places that repeat words of the data, which may look like anything."""

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]+:([^/\s@]+)@")


def secrets_in(parsed: Parsed) -> list[Complaint]:
    """Complaints about variables where no connection stands, and about passwords written out anywhere."""
    return [c for path, text in _texts(parsed.data, ()) for c in _told(path, text, parsed)]


def filled_in(text: str, environment: Mapping[str, str], place: str) -> str:
    """A connection with its variables in place.

    Args:
        environment: name -> value, usually `os.environ`.
        place: what complaints call it, such as `ledger`.

    Raises: UsageError where a variable is not set.
    """
    missing = [name for name in _VARIABLE.findall(text) if name not in environment]
    if missing:
        raise UsageError(f"`{place}` needs the variable {missing[0]} of the environment, which is not set.")
    return _VARIABLE.sub(lambda found: environment[found[1]], text)


def _told(path: KeyPath, text: str, parsed: Parsed) -> Iterator[Complaint]:
    place = parsed.positions.value(path)
    variable = _VARIABLE.search(text)
    if variable is not None and path not in CONNECTIONS and not _is_of_the_data(path):
        legal = ", ".join(f"`{'.'.join(map(str, p))}`" for p in CONNECTIONS)
        what = f"{subject(path)} names the variable `{variable[0]}`, which may stand only where a connection is named."
        yield complaint(place, what, f"Write the value itself; variables may stand in {legal}.")
    password = _PASSWORD.search(text)
    if password is not None and _VARIABLE.fullmatch(password[1]) is None:
        what = f"{subject(path)} holds a password, which everybody who reads the strategy would know."
        yield complaint(place, what, "Put it into the environment and write ${NAME} in its place; then change it.")


def has_variable(text: str) -> bool:
    """Whether a text names a variable of the environment."""
    return _VARIABLE.search(text) is not None


def _is_of_the_data(path: KeyPath) -> bool:
    return any(
        len(path) >= len(place) and all(step in ("*", at) for step, at in zip(place, path, strict=False))
        for place in OF_THE_DATA
    )


def _texts(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*path, number))
