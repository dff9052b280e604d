"""Masking: reports are read by people who need not know who the customer is.

Owns pseudonyms and the masking of texts. Refuses pseudonyms that can be computed from an identifier: people are
numbered in the order in which a report mentions them.
"""

import re

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_DIGITS = re.compile(r"\d[\d\s./-]{4,}\d")


class Mask:
    """Names people for one report: `Customer 1`, `Customer 2`, or their id where that was asked for."""

    def __init__(self, *, reveal: bool) -> None:
        self.reveal = reveal
        self._numbers: dict[str, int] = {}

    def person(self, identity: str) -> str:
        """How a customer is called."""
        if self.reveal:
            return identity
        number = self._numbers.setdefault(identity, len(self._numbers) + 1)
        return f"Customer {number}"

    def text(self, text: str | None) -> str | None:
        """A subject or the like, without e-mail addresses and long numbers."""
        if text is None or self.reveal:
            return text
        return _DIGITS.sub("…", _MAIL.sub("…@…", text))

    def identifier(self, kind: str, value: str) -> str:
        """An identifier that can be recognised by who knows it, not read by who does not."""
        if self.reveal:
            return value
        if kind == "email" and "@" in value:
            box, domain = value.split("@", 1)
            return f"{box[:1]}…@{domain}"
        return f"…{value[-3:]}" if len(value) > 5 else "…"
