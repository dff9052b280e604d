"""Case files as plain data: YAML or JSON, one case, a list of them, or one a line.

Owns the quick reading of many cases, with the same meaning of plain words as in a strategy (`21:30`, `on` and
`2026-06-01` stay texts). Places are looked up only when there is something to complain of. Refuses aliases, tags and
duplicate keys, as a strategy file does.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import yaml

from primum.strategy.positions import MAX_DEPTH, KeyPath, Place, Positions
from primum.strategy.scalars import plain
from primum.words.errors import CaseError, Complaint

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class CaseText:
    """One text of a case file: its plain data, and where its parts stand."""

    data: Any
    name: str
    text: str
    first_line: int = 1
    _positions: Positions | None = None

    def key(self, path: KeyPath) -> Place:
        """The place of the key at this path."""
        return self._places().key(path)

    def value(self, path: KeyPath) -> Place:
        """The place of the value at this path."""
        return self._places().value(path)

    def _places(self) -> Positions:
        if self._positions is None:
            reader = _Reader(self.name, self.first_line, with_places=True)
            reader.read(self.text)
            self._positions = Positions(self.name, reader.keys, reader.values, {})
        return self._positions


def read_cases(text: str, name: str) -> Iterator[CaseText]:
    """The parts of a case file: one for JSON or YAML, one a line for JSON Lines.

    Raises: CaseError where the text is neither, or uses what a case file may not.
    """
    if text.lstrip()[:1] != "{":
        yield read_case_text(text, name)
        return
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and _is_json(lines[0][1]):
        for number, line in lines:
            yield read_case_line(line, name, number)
    else:
        yield read_case_text(text, name)


def read_case_line(line: str, name: str, number: int) -> CaseText:
    """One line of JSON Lines.

    Raises: CaseError where it is no JSON.
    """
    try:
        return CaseText(json.loads(line), name, line, number)
    except json.JSONDecodeError as error:
        complaint = Complaint(name, number, error.colno, f"this line is no JSON: {error.msg}.", "Write a case a line.")
        raise CaseError([complaint]) from None


def read_case_text(text: str, name: str) -> CaseText:
    """A whole text, in YAML or JSON.

    Raises: CaseError where it is neither.
    """
    if text.lstrip()[:1] in ("[", "{") and _is_json(text):
        return CaseText(json.loads(text), name, text)
    return CaseText(_Reader(name, 1, with_places=False).read(text), name, text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True


class _Reader:
    """Turns the events of the YAML reader into data."""

    def __init__(self, name: str, first_line: int, *, with_places: bool) -> None:
        self.name, self.first_line, self.with_places = name, first_line, with_places
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.events: Iterator[Any] = iter(())

    def read(self, text: str) -> Any:
        """The data of the only document."""
        try:
            self.events = iter(yaml.parse(text, Loader=_LOADER))
            next(self.events)
            start = next(self.events)
            if isinstance(start, yaml.StreamEndEvent):
                return None
            data = self._node(next(self.events), ())
            next(self.events)
            self._end(next(self.events))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + self.first_line, mark.column + 1) if mark else (0, 0)
            self._refuse_at(line, column, f"this is no YAML: {error.problem or error.context}.")
        except yaml.YAMLError as error:
            self._refuse_at(0, 0, f"this is no YAML: {str(error).splitlines()[0]}.")
        return data

    def _end(self, event: Any) -> None:
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(event, "a second document begins here.", "Write all cases as one list; take out the `---`.")

    def _node(self, event: Any, path: KeyPath) -> Any:
        if self.with_places:
            self.values[path] = self._place(event)
        if len(path) > MAX_DEPTH:
            self._refuse(event, f"the file is nested more than {MAX_DEPTH} deep.", "No part of a case is.")
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event)
            return plain(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.MappingStartEvent):
            self._refuse_marks(event)
            return self._mapping(path)
        if not isinstance(event, yaml.SequenceStartEvent):
            self._refuse(event, "a YAML alias stands here, which a case may not use.", "Write out what it stands for.")
        self._refuse_marks(event)
        return self._sequence(path)

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"`&{event.anchor}` is a YAML anchor, which a case may not use.", "Take it out.")
        if event.tag is not None:
            self._refuse(event, "a YAML tag stands here, which a case may not use.", "Take it out.")

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "a key must be a text.", "Write it out, as in `key: value`.")
            if event.value in found:
                self._refuse(event, f'the key "{event.value}" is there twice.', "Keep one of them.")
            if self.with_places:
                self.keys[(*path, event.value)] = self._place(event)
            found[event.value] = self._node(next(self.events), (*path, event.value))
        return found

    def _sequence(self, path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + self.first_line, event.start_mark.column + 1)

    def _refuse(self, event: Any, what: str, cure: str = "") -> NoReturn:
        place = self._place(event)
        self._refuse_at(place.line, place.column, what, cure)

    def _refuse_at(self, line: int, column: int, what: str, cure: str = "") -> NoReturn:
        raise CaseError([Complaint(self.name, line, column, what, cure)])
