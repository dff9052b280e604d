"""What is wrong with a text that is not YAML, in our words.

Owns the translation of the YAML reader's complaints into sentences with a cure. Refuses to pass on the reader's own
wording, which speaks of tokens and blocks.
"""

import re
from typing import Final, NamedTuple

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from primum.words.errors import Complaint


class _Sentence(NamedTuple):
    pattern: str
    what: str
    cure: str
    at_start: bool = False


_QUOTES: Final = "Write the text in quotes: '...'."
_SENTENCES: Final = (
    _Sentence(r"'\\t' that cannot start", "a tab stands where spaces are needed.", "Indent with spaces, never tabs."),
    _Sentence(r"found character (.+) that cannot start", "a text may not begin with {0}.", _QUOTES),
    _Sentence(
        r"mapping values are not allowed",
        "a second ':' stands where no key can be.",
        "If it belongs to the text, write the text in quotes; otherwise check the indentation.",
    ),
    _Sentence(
        r"could not find expected ':'",
        "this line is neither `key: value` nor part of the line above.",
        "Write `key: value`, with a space after the colon.",
        at_start=True,
    ),
    _Sentence(
        r"expected ',' or|unclosed '\['",
        "a list or group in brackets is not closed, or lacks a comma.",
        "It opens here: close it with ] or }, and put a comma between its items.",
        at_start=True,
    ),
    _Sentence(
        r"expected <block end>",
        "this line's indentation fits no line above it, or a quoted text goes on after its closing quote.",
        "Give the keys of one level the same indentation, and quote a text as a whole.",
    ),
    _Sentence(
        r"unexpected end of stream|unexpected document separator",
        "a quoted text opens here and is never closed.",
        "Close the quote.",
        at_start=True,
    ),
    _Sentence(
        r"escape (character|sequence)",
        "a backslash inside double quotes begins an escape that YAML does not know.",
        "Use single quotes, in which a backslash is only a backslash: 'C:\\exports'.",
    ),
    _Sentence(
        r"sequence entries are not allowed",
        "a list item (`- `) stands where none can be.",
        "Begin the list on the line below its key.",
    ),
    _Sentence(r"mapping keys are not allowed", "a key stands where none can be.", "Begin it on a line of its own."),
    _Sentence(
        r"expected alphabetic or numeric character",
        "a text may not begin with * or &.",
        "Write a pattern in quotes: '*.csv'.",
        at_start=True,
    ),
    _Sentence(r"unexpected ':'", "a ':' stands inside a text in brackets.", _QUOTES),
    _Sentence(r"tag|expected URI", "the mark `!` says of what type a value is; here it cannot be read.", _QUOTES),
    _Sentence(
        r"chomping|indentation indicator|block scalar|more indented",
        "the long text that `|` or `>` begins cannot be read.",
        "Put nothing behind `|` or `>`, and indent its lines evenly below.",
    ),
    _Sentence(
        r"directive|YAML document|document (start|end)|digit",
        "a line that begins with `%`, or a document mark, cannot be read.",
        "Take it out: a strategy file needs neither `%YAML` nor `---`.",
    ),
    _Sentence(r"expected the node content", "a value is missing or begins with a character that it cannot.", _QUOTES),
)
_UNKNOWN: Final = _Sentence("", "this cannot be read as YAML.", "Check the brackets, quotes and indentation here.")


def not_yaml(name: str, error: YAMLError) -> Complaint:
    """The complaint about a text that the YAML reader gave up on, at the place where mending begins."""
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    sentence, words = _sentence_for(problem, context)
    line, column = _place(error, sentence.at_start)
    return Complaint(name, line, column, sentence.what.format(*words), sentence.cure)


def not_readable(name: str, line: int) -> Complaint:
    """The complaint about a text on which the YAML reader stumbled without saying why."""
    return Complaint(name, line, 0, _UNKNOWN.what, _UNKNOWN.cure)


def _sentence_for(problem: str, context: str) -> tuple[_Sentence, tuple[str, ...]]:
    for said in (problem, context):
        for sentence in _SENTENCES:
            found = re.search(sentence.pattern, said)
            if found:
                return sentence, tuple(str(g) for g in found.groups())
    return _UNKNOWN, ()


def _place(error: YAMLError, at_start: bool) -> tuple[int, int]:
    if not isinstance(error, MarkedYAMLError):
        return 0, 0
    first, second = error.problem_mark, error.context_mark
    mark = (second or first) if at_start else (first or second)
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)
