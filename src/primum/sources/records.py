"""Where the rows of a delimited text end, and what a row holds whose quotes are wrong.

Owns the strict reading of quotes: a quoted value begins after a delimiter and ends before one. Refuses to let an
unclosed quote swallow the rows below it: only the line on which it is opened is rejected.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_LINE_FEED, _RETURN = 10, 13
_LINE = re.compile(b"[^\\r\\n]*+(?:\\r\\n|\\r|\\n|\\Z)")
_END = re.compile(b"\\r\\n|\\r|\\n|\\Z")
_UNCLOSED = "a quote is opened and not closed; close it, or say `quote: ''` for the source"
_AFTER = "text stands after a closing quote; a quote inside a value is written twice, or say `quote: ''`"


@dataclass(frozen=True)
class Row:
    """One row read with care: its values, or what is wrong with it. `lines`: lines of the file it takes."""

    values: list[bytes]
    wrong: str = ""
    lines: int = 1


@dataclass(frozen=True)
class Strict:
    """How far the bytes from a row's beginning on can be trusted."""

    end: int
    """So many bytes are whole rows whose quotes are all in order."""
    clean: bool
    """Whether no quote out of order was seen behind them."""
    quotes: bool
    """Whether there is any quote at all."""


def strict_rows(window: bytes, delimiter: bytes, quote: bytes, last: bool) -> Strict:
    """How much of a window that begins where a row begins is whole rows in good order; `last`: the file ends there."""
    if not quote or quote not in window:
        return Strict(len(window) if last else window.rfind(b"\n") + 1, True, False)
    data = np.frombuffer(window, np.uint8)
    quotes = np.flatnonzero(data == quote[0])
    opening, closing = quotes[0::2], quotes[1::2]
    border = np.zeros(256, bool)
    border[[delimiter[0], quote[0], _LINE_FEED, _RETURN]] = True
    bad_opening = opening[~border[data[np.maximum(opening - 1, 0)]] & (opening > 0)]
    bad_closing = closing[~border[data[np.minimum(closing + 1, len(data) - 1)]] & (closing + 1 < len(data))]
    trusted = min((int(bad[0]) for bad in (bad_opening, bad_closing) if len(bad)), default=len(data))
    clean = trusted == len(data)
    if last and clean and len(quotes) % 2 == 0:
        return Strict(len(window), True, True)
    feeds = np.flatnonzero(data[:trusted] == _LINE_FEED)
    ends = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
    return Strict(int(ends[-1]) + 1 if len(ends) else 0, clean, True)


@dataclass(frozen=True)
class _Value:
    value: bytes
    end: int
    wrong: str = ""
    stray: bool = False
    """Whether a quote stands inside it though it is not quoted."""


class CarefulRows:
    """Reads rows one at a time, for text whose quotes are not in order."""

    def __init__(self, delimiter: bytes, quote: bytes) -> None:
        self._delimiter, self._quote = delimiter, quote
        d, q = re.escape(delimiter), re.escape(quote)
        self._quoted = re.compile(b"%s((?:[^%s]++|%s%s)*+)%s" % (q, q, q, q, q)) if quote else None
        self._plain = re.compile(b"[^%s\r\n]*+" % d)
        self.used = 0
        """Bytes that the rows handed out so far took."""

    def rows(self, window: bytes, last: bool) -> Iterator[Row]:
        """The rows of a window that begins where a row begins; stops before one that the window may not hold whole.

        With `last` the file ends where the window does.
        """
        self.used = 0
        while self.used < len(window):
            row = self._row(window, last)
            if row is None:
                return
            yield row

    def unclosed(self, window: bytes) -> Row:
        """The first line of a window, given up because what is open there does not end within any bearable length."""
        line = _LINE.match(window)
        assert line is not None
        self.used = line.end()
        return Row([], _UNCLOSED)

    def _row(self, window: bytes, last: bool) -> Row | None:
        found = self._value(window, self.used, last)
        values, stray = [], False
        while found is not None and not found.wrong:
            values.append(found.value)
            stray = stray or found.stray
            if window[found.end : found.end + 1] != self._delimiter:
                break
            found = self._value(window, found.end + 1, last)
        if found is None:
            return None
        lines = window.count(b"\n", self.used, found.end) + 1
        if found.wrong or (stray and lines > 1):
            row, end = Row([], found.wrong or _UNCLOSED), _LINE.match(window, self.used)
        else:
            row, end = Row(values, "", lines), _END.match(window, found.end)
        assert end is not None
        if not last and end.end() == len(window) and not window.endswith(b"\n"):
            return None
        self.used = end.end()
        return row

    def _value(self, window: bytes, at: int, last: bool) -> _Value | None:
        """The value that begins at `at`; None where more must be read to tell."""
        if self._quoted is None or window[at : at + 1] != self._quote:
            plain = self._plain.match(window, at)
            assert plain is not None
            if plain.end() == len(window) and not last:
                return None
            return _Value(plain[0], plain.end(), stray=bool(self._quote) and self._quote in plain[0])
        found = self._quoted.match(window, at)
        if found is None:
            return _Value(b"", at, _UNCLOSED) if last else None
        if found.end() == len(window) and not last:
            return None
        if window[found.end() : found.end() + 1] not in (self._delimiter, b"\n", b"\r", b""):
            return _Value(b"", at, _UNCLOSED if b"\n" in found[0] else _AFTER)
        return _Value(found[1].replace(self._quote * 2, self._quote), found.end())
