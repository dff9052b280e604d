"""Masking: reports are read by people who need not know who the customer is.

Owns pseudonyms, and when a text is shown as it is. Refuses pseudonyms that can be computed from an identifier: people
are numbered in the order in which a report mentions them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from primum.words.masking import MAIL_MARK, masked_file, masked_identifier, masked_text

_HASH = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])")
"""The hash of an e-mail address, as it stands within a text of the history."""


class Names(Protocol):
    """Where readable identifiers are to be had; needs the workspace's key."""

    def readable(self, hashes: Iterable[str]) -> Mapping[str, str]:
        """`kind:value` of each of some hashes; those that are not known are absent."""


class Mask:
    """Names people for one report: `Customer 1`, `Customer 2`, or their identifier where `names` can tell it."""

    def __init__(self, names: Names | None = None) -> None:
        """Args:
        names: gives readable identifiers, and makes texts be shown as they are; None masks everything.
        """
        self.reveal = names is not None
        self._names = names
        self._known: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def look_up(self, hashes: Iterable[str]) -> None:
        """Fetch the readable forms of everybody who will be named, in one go; nothing where all is masked."""
        wanted = set(hashes)
        if self._names is not None and wanted:
            self._known |= self._names.readable(wanted)

    def person(self, identity: str) -> str:
        """How a customer is called."""
        if self.reveal:
            return self._known.get(identity, identity)
        number = self._numbers.setdefault(identity, len(self._numbers) + 1)
        return f"Customer {number}"

    def text(self, text: str | None) -> str | None:
        """A subject or the like, without e-mail addresses, phone-like and long numbers.

        A history holds addresses within texts as hashes: revealed, they read again, where they are a customer's.
        """
        if text is None or not self.reveal:
            return text if text is None else masked_text(_HASH.sub(MAIL_MARK, text))
        self.look_up(set(_HASH.findall(text)) - self._known.keys())
        return _HASH.sub(lambda found: self._known.get(found[0], "").partition(":")[2] or MAIL_MARK, text)

    def declared(self, identifier: str) -> str:
        """An identifier of the strategy (`kind:value`, `*` for any text); where all of a domain is meant, as it is."""
        kind, _, value = identifier.partition(":")
        if self.reveal or value.startswith("*@"):
            return identifier
        return f"{kind}:{masked_identifier(kind, value)}"

    def file(self, name: str) -> str:
        """A file's name, without e-mail addresses and numbers as long as a phone's."""
        return name if self.reveal else masked_file(name)

    def identifier(self, hashed: str, masked: str) -> str:
        """An identifier's value: as it is where it may be shown, else its masked form."""
        return self._known[hashed].partition(":")[2] if hashed in self._known else masked
