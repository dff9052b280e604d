"""The text of a strategy file as plain data, with the place of every key and every value.

Owns the reading of YAML 1.2 and what a strategy file may not use of it. Refuses aliases and anchors before anything
is expanded, tags, duplicate keys, keys that are not texts, several documents, and files over 1 MB.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Never

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from primum.strategy.scalars import Scalar, plain, unsound
from primum.strategy.syntax import not_readable, not_yaml
from primum.words.errors import Complaint, StrategyError

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_COMPLAINTS: Final = 100

KeyPath = tuple[str | int, ...]
"""The way from the top of the file to a key or a list item: `("data", "sources", "esp", "files", 0)`."""

_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line and column count from 1. `cell` names the cell where the file is a table."""

    file: str
    line: int
    column: int
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Positions:
    """The place of every key and of every value of one file, and how its plain words are spelled."""

    file: str
    keys: Mapping[KeyPath, Place]
    values: Mapping[KeyPath, Place]
    spelled: Mapping[KeyPath, str]

    def has(self, path: KeyPath) -> bool:
        """Whether the file has a value there, whatever it is."""
        return path in self.values

    def children(self, path: KeyPath) -> tuple[str, ...]:
        """The keys that the file has directly below, in its order."""
        return tuple(str(p[-1]) for p in self.keys if p[:-1] == path)

    def key(self, path: KeyPath) -> Place:
        """Where the key stands; for what has no key, the nearest place around it."""
        return self._nearest(path, self.keys, self.values)

    def value(self, path: KeyPath) -> Place:
        """Where the value stands; for what is not in the file, the nearest key around it."""
        return self.values[path] if path in self.values else self.key(path)

    def _nearest(self, path: KeyPath, *tables: Mapping[KeyPath, Place]) -> Place:
        for length in range(len(path), -1, -1):
            for table in tables:
                if path[:length] in table:
                    return table[path[:length]]
        return Place(self.file, 0, 0)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a file, and what is wrong with it as YAML."""

    data: dict[str, Any]
    positions: Positions
    complaints: tuple[Complaint, ...]
    broken: frozenset[KeyPath]
    """Values that are there but could not be read (an alias, a tag): nothing more need be said of them."""
    whole: bool
    """Whether the text was read to its end; when not, whatever seems missing may only be unread."""


def read_text(path: Path, name: str | None = None) -> str:
    """The text of the file.

    Args:
        path: The file.
        name: What complaints call it; by default the path as given.

    Raises:
        StrategyError: the file is not there, cannot be opened, is over 1 MB, or is not UTF-8.
    """
    shown = name or str(path)
    try:
        with path.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(shown, "there is no such file.", "Name the strategy file, usually primum.yaml.")
    except IsADirectoryError:
        _refuse(shown, "is a folder, not a file.", "Name the strategy file in it, usually primum.yaml.")
    except OSError as error:
        _refuse(shown, f"the file cannot be opened: {error.strerror}.", "Check who may read it.")
    return decode(raw, shown)


def decode(raw: bytes, name: str) -> str:
    """The bytes of a strategy file as text, without a byte order mark.

    Raises:
        StrategyError: they are over 1 MB, or not UTF-8.
    """
    if len(raw) > MAX_BYTES:
        _refuse(name, "the file is over 1 MB.", "A strategy is short: keep data in files of its own, under `data`.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace")
        line, column = _line_and_column(before)
        raise StrategyError([Complaint(name, line, column, "the file is not UTF-8.", "Save it as UTF-8.")]) from None


def parse(text: str, name: str) -> Parsed:
    """The text as plain data with positions; whatever is wrong is among the complaints, never raised."""
    builder = _Builder(name)
    unprintable = _UNPRINTABLE.search(text)
    if len(text.encode("utf-8", errors="surrogatepass")) > MAX_BYTES:
        builder.complain_at(0, 0, "the file is over 1 MB.", "Keep data in files of its own, under `data`.")
    elif unprintable:
        line, column = _line_and_column(text[: unprintable.start()])
        code = f"U+{ord(unprintable[0]):04X}"
        builder.complain_at(line, column, f"a character that cannot be printed stands here ({code}).", "Take it out.")
    else:
        builder.read(text)
    return builder.parsed()


class _StopReadingError(Exception):
    """Nothing more can be learnt from this file."""


class _Builder:
    """Turns the events of the YAML reader into data; recursion is bounded by `MAX_DEPTH`."""

    def __init__(self, name: str):
        self.name = name
        self.data: dict[str, Any] = {}
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.spelled: dict[KeyPath, str] = {}
        self.complaints: list[Complaint] = []
        self.broken: set[KeyPath] = set()
        self.whole = False
        self.line = 0
        self.text = ""
        self.events: Iterator[Event] = iter(())

    def parsed(self) -> Parsed:
        positions = Positions(self.name, self.keys, self.values, self.spelled)
        return Parsed(self.data, positions, tuple(self.complaints), frozenset(self.broken), self.whole)

    def read(self, text: str) -> None:
        self.text = text
        self.events = iter(YAML(typ="safe", pure=True).parse(text))
        try:
            self._stream()
            self.whole = True
        except _StopReadingError:
            pass
        except YAMLError as error:
            self.complaints.append(not_yaml(self.name, error))
        except (ValueError, OverflowError, IndexError, AttributeError, TypeError, AssertionError):
            self.complaints.append(not_readable(self.name, self.line))

    # Complaints

    def complain_at(self, line: int, column: int, what: str, cure: str) -> None:
        self.complaints.append(Complaint(self.name, line, column, what, cure))
        if len(self.complaints) >= MAX_COMPLAINTS:
            raise _StopReadingError

    def complain(self, event: Event, what: str, cure: str) -> None:
        place = self._place(event)
        self.complain_at(place.line, place.column, what, cure)

    def _place(self, event: Event) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _next(self) -> Event:
        event = next(self.events)
        self.line = event.start_mark.line + 1
        return event

    # Documents

    def _stream(self) -> None:
        next(self.events)
        first = self._next()
        if isinstance(first, StreamEndEvent):
            self.complain_at(1, 1, "the file is empty.", "Begin it with `strategy:` and, below that, `name:`.")
            raise _StopReadingError
        self._document(first)
        second = self._next()
        if not isinstance(second, StreamEndEvent):
            self.complain(second, "a second document begins here.", "Keep one strategy in a file; take out the `---`.")

    def _document(self, start: Event) -> None:
        if isinstance(start, DocumentStartEvent) and start.version not in (None, (1, 2)):
            self.complain_at(1, 1, "the file says that it is not YAML 1.2.", "Take the %YAML line out.")
        top = self._next()
        if isinstance(top, MappingStartEvent):
            self.data = self._node(top, ())
        else:
            self._refuse_top(top)
        while not isinstance(self._next(), DocumentEndEvent):
            pass

    def _refuse_top(self, top: Event) -> Never:
        if isinstance(top, ScalarEvent) and top.implicit[0] and not top.value:
            self.complain_at(1, 1, "the file is empty.", "Begin it with `strategy:` and, below that, `name:`.")
        else:
            found = "a list" if isinstance(top, SequenceStartEvent) else "a text"
            self.complain(top, f"the file holds {found}, not keys.", "Begin it with `strategy:` and, below, `name:`.")
        raise _StopReadingError

    # Nodes

    def _node(self, event: Event, path: KeyPath) -> Any:
        self.values[path] = self._place(event)
        if len(path) > MAX_DEPTH:
            self.complain(event, f"the file is nested more than {MAX_DEPTH} deep.", "No part of a strategy is.")
            raise _StopReadingError
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        self._refuse_anchor_and_tag(event, path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event, path)

    def _alias(self, event: AliasEvent, path: KeyPath) -> None:
        cure = f"Write out what it stands for; if it is a text or a pattern, put it in quotes: '*{event.anchor}'."
        self.complain(event, f"`*{event.anchor}` is a YAML alias, which a strategy may not use.", cure)
        self.broken.add(path)
        if path[-1:] == ("<<",):
            self.broken.add(path[:-1])

    def _refuse_anchor_and_tag(self, event: Event, path: KeyPath | None) -> None:
        if not isinstance(event, NodeEvent):
            return
        if event.anchor is not None:
            what = f"`&{event.anchor}` is a YAML anchor, which a strategy may not use."
            self.complain(event, what, f"Take it out; if it begins a text, put the text in quotes: '&{event.anchor}'.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            if path is not None:
                self.broken.add(path)
            cure = "Take it out; to make a value a text, put it in quotes."
            self.complain(event, f"`{_short_tag(tag)}` is a YAML tag, which a strategy may not use.", cure)

    def _scalar(self, event: Event, path: KeyPath) -> Scalar:
        assert isinstance(event, ScalarEvent)
        if unsound(event.value):
            self.broken.add(path)
            what = "a backslash in this text makes a character that cannot be printed."
            self.complain(event, what, "Use single quotes, in which a backslash is only a backslash.")
            return None
        if not event.implicit[0]:
            return str(event.value)
        self.spelled[path] = event.value
        if not event.value and path in self.keys:
            self.values[path] = self.keys[path]
        return plain(event.value)

    def _sequence(self, path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._key(event)
            if key is None or self._is_duplicate(event, (*path, key)):
                self._skip(self._next())
                continue
            self.keys[(*path, key)] = self._place(event)
            found[key] = self._node(self._next(), (*path, key))
        return found

    def _key(self, event: Event) -> str | None:
        """The key's text, also when it was meant as a number; None when it cannot be a key at all."""
        if not isinstance(event, ScalarEvent) or unsound(event.value):
            self.complain(event, "a key must be a text.", "Write it out, as in `key: value`.")
            self._skip(event)
            return None
        self._refuse_anchor_and_tag(event, None)
        key = self._with_question_mark(event)
        if event.implicit[0] and not isinstance(plain(key), str):
            kind = {bool: "true or false", type(None): "nothing"}.get(type(plain(key)), "a number")
            self.complain(event, f"the key `{key}` is {kind}, but a key must be a text.", f"Write it '{key}'.")
        return key

    def _with_question_mark(self, event: ScalarEvent) -> str:
        """The key as it is written: inside braces the YAML reader loses the mark of `?b` without a word."""
        key = str(event.value)
        before = event.start_mark.index - 1
        if before < 0 or self.text[before] != "?":
            return key
        line, column = event.start_mark.line + 1, event.start_mark.column
        what = f"the key `?{key}` begins with a question mark."
        self.complain_at(line, column, what, f"Write it '?{key}'.")
        return f"?{key}"

    def _is_duplicate(self, event: Event, path: KeyPath) -> bool:
        if path not in self.keys:
            return False
        first = self.keys[path].line
        cure = f"It stands in line {first} already: keep one of them, or join what is below them."
        self.complain(event, f'the key "{path[-1]}" is there twice.', cure)
        return True

    def _skip(self, event: Event) -> None:
        """Pass over a node, whatever is in it."""
        depth = 0
        while True:
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
            depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
            if depth == 0:
                return
            if depth > MAX_DEPTH:
                raise _StopReadingError
            event = self._next()


def _short_tag(tag: Any) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!")


def _line_and_column(before: str) -> tuple[int, int]:
    """Where the character after this text stands."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def _refuse(name: str, what: str, cure: str) -> Never:
    raise StrategyError([Complaint(name, 0, 0, what, cure)])
