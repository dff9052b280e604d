"""How a starter strategy is laid out: texts as YAML that nobody can misread, and comments one below the other.

Owns quoting and alignment. Refuses to know what a strategy says: `starter` does.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from primum.strategy.scalars import plain

WIDTH: Final = 100
ALIGNED: Final = 56
"""Comments stand one below the other up to this column."""
_PLAIN: Final = re.compile(r"[^\W\d][\w./*()+-]*(?: [\w./*()+-]+)*")
_SAID_BY_OTHERS: Final = frozenset("y n yes no on off true false null none nan inf".split())
"""Words that other readers of YAML take for something else than a text."""

Row = tuple[str, str]
"""A line of YAML and the comment behind it."""


def scalar(text: str) -> str:
    """A text as YAML: as it is where nobody can misread it, else in double quotes with everything odd escaped."""
    if _PLAIN.fullmatch(text) and text.isascii() and isinstance(plain(text), str) and not _misread(text):
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _misread(text: str) -> bool:
    return text.lower() in _SAID_BY_OTHERS


def _escaped(char: str) -> str:
    if char in '"\\\t':
        return "\\t" if char == "\t" else "\\" + char
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(pairs: Iterable[tuple[str, str]]) -> str:
    """A group on one line; the values are YAML already."""
    return "{" + ", ".join(f"{scalar(k)}: {v}" for k, v in pairs) + "}"


def listed(texts: Sequence[str]) -> str:
    """Texts as YAML: one alone as it is, several as a list on one line."""
    return scalar(texts[0]) if len(texts) == 1 else "[" + ", ".join(scalar(t) for t in texts) + "]"


def remark(text: str, limit: int = 400) -> str:
    """A text that may stand in a comment: on one line, nothing unprintable."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def said(confidence: str, why: str) -> str:
    """How sure a line is and why, as the comment behind it."""
    return f"{confidence}, {remark(why, 72)}" if why else confidence


def comment(text: str, indent: str, label: str = "") -> list[Row]:
    """A comment of its own, wrapped."""
    first, rest = f"{indent}# {label}", f"{indent}#   "
    lines = textwrap.wrap(
        remark(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return [(line, "") for line in lines]


def laid_out(rows: Sequence[Row]) -> list[str]:
    """Lines of one block, their comments one below the other."""
    lengths = [len(text) for text, comment in rows if comment and len(text) <= ALIGNED]
    column = max(lengths, default=0) + 2
    return [f"{text.ljust(column - 2)}  # {comment}" if comment else text for text, comment in rows]
