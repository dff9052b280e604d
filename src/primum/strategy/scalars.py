"""What a plain word in the file means: nothing, true or false, a number, or a text.

Owns the reading of unquoted words, narrower than YAML 1.2's core schema. Refuses every reading that would lose
something: `NO`, `on`, `21:30`, `2024-01-01`, `007`, `0x1F` and `.inf` stay the texts that somebody wrote.
"""

import math
import re
from typing import Final

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FRACTION: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*|(?=[.][0-9]))(?:[.][0-9]*)?(?:[eE][-+]?[0-9]+)?")


def plain(word: str) -> Scalar:
    """The value of an unquoted word.

    A number with leading zeros, or with more digits than a whole number of 64 bits holds, is a text: a template
    number `007` must not become 7.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    if _FRACTION.fullmatch(word) and not word.lstrip("+-").isdigit():
        number = float(word)
        return number if math.isfinite(number) else word
    return word


_UNSOUND: Final = re.compile("[\ud800-\udfff\x00\x07\x08\x0b\x0c\x1b]")


def unsound(text: str) -> bool:
    """Whether an escape made something of the text that nobody can have meant.

    `\\ud800` is half a character; `"C:\\exports"` holds the character Escape. Control characters that serve as
    delimiters are let through.
    """
    return bool(_UNSOUND.search(text))
