"""The columns of a register in a spreadsheet: what people may fill in, and what an audit writes beside it.

Owns the headers, for the reader and for whoever writes the file. Refuses values.
"""

import re
from typing import Final

FIELDS: Final[dict[str, dict[str, str]]] = {
    "communications": {
        "name": "Name",
        "owner": "Owner",
        "purpose": "Message class",
        "title": "Title",
        "topic": "Topic",
        "channels": "Channels",
        "known_as": "Known as",
        "initiated": "Initiated by",
        "sample": "Sample",
    },
    "departments": {"name": "Name", "title": "Title", "owner": "Owner"},
    "topics": {"name": "Name", "title": "Title", "owner": "Owner"},
}
"""Per section: what a row may say -> the header that an audit writes."""

_ALSO: Final[dict[str, dict[str, str]]] = {
    "communications": {
        "communication": "name",
        "campaign": "name",
        "department": "owner",
        "owned by": "owner",
        "owning department": "owner",
        "purpose": "purpose",
        "class": "purpose",
        "channel": "channels",
        "other names": "known_as",
        "also known as": "known_as",
        "aliases": "known_as",
        "alias": "known_as",
        "initiated": "initiated",
        "asked for by": "initiated",
        "sample file": "sample",
    },
    "departments": {"department": "name", "person": "owner", "owned by": "owner", "head": "owner"},
    "topics": {"topic": "name", "department": "owner", "owned by": "owner"},
}

LISTS: Final = ("channels", "known_as")
"""What may hold several words, with `;` between them."""

COMPUTED: Final[dict[str, tuple[str, ...]]] = {
    "communications": (
        "Contacts",
        "Customers",
        "First",
        "Last",
        "Departments",
        "Channels used",
        "Sample subject",
        "Guessed message class",
        "How sure",
        "Why",
        "Guessed topic",
        "In the register",
    ),
    "departments": ("Contacts", "Communications"),
    "topics": ("Contacts", "Communications"),
}
"""Per section: the columns that an audit writes and nobody reads back."""

_WORDS: Final = re.compile(r"[^\w]+|_")


def header_key(title: str) -> str:
    """A header without regard to case, spacing and punctuation."""
    return " ".join(_WORDS.sub(" ", title.casefold()).split())


def headers_of(section: str) -> dict[str, str]:
    """Every header that is understood -> what it means."""
    return {header_key(title): field for field, title in FIELDS[section].items()} | {
        header_key(title): field for title, field in (*_ALSO[section].items(), *((f, f) for f in FIELDS[section]))
    }
