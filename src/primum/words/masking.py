"""Masking texts that people read: what names a person is taken out, what explains is left.

Owns what an e-mail address, a phone number and a long number look like inside a text. Refuses to promise more: a name
written out ("Dear Ann Smith") is not recognised by its form.
"""

import re

MAIL_MARK, NUMBER_MARK = "…@…", "…"

_MAIL = re.compile(r"[^\s@<>()\[\]{},;:'\"=|]+@[^\s@<>()\[\]{},;:'\"=|]+")
_DIGITS = re.compile(r"\+?\(?\d(?:[\s./()-]{0,2}\d){5,}")
_LONG = re.compile(r"\+?\d{9,}")
_MAIL_IN_FILE = re.compile(r"[^\s@/]+@[^\s@/]+?(?=\.\w{2,8}(?:\.gz)?$|/|$)")
_AMOUNT = re.compile(r"\d{1,5}\.\d{1,2}")
_SECOND = re.compile(r"\d{2}\.\d+")
_TIME = r"(?:[\sT_.-]{0,2}\d{1,2}(?:[:.-]?\d{2}(?:[:.-]?\d{2}(?:\.?\d{1,6})?)?)?)?$"
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<s>[-./]?)(?P<m>\d{2})(?P=s)(?P<d>\d{2})" + _TIME)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})(?P<s>[-./])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})" + _TIME)


def masked_text(text: str) -> str:
    """A text without e-mail addresses, phone-like and long numbers (six digits or more); dates and times stay."""
    return _DIGITS.sub(_masked_number, _MAIL.sub(MAIL_MARK, text))


def masked_identifier(kind: str, value: str) -> str:
    """An identifier that can be recognised by who knows it, not read by who does not."""
    if kind == "email" and "@" in value:
        box, domain = value.split("@", 1)
        return f"{box[:1]}…@{domain}"
    return f"…{value[-3:]}" if len(value) > 5 else "…"


def masked_file(name: str) -> str:
    """A file's name or path without e-mail addresses and numbers as long as a phone's; dates and times stay."""
    return _LONG.sub(_masked_number, _MAIL_IN_FILE.sub(MAIL_MARK, name))


def _masked_number(found: re.Match[str]) -> str:
    text, before = found[0], found.string[max(0, found.start() - 2) : found.start()]
    is_second = _SECOND.fullmatch(text) and before[-1:] == ":" and before[:1].isdigit()
    return text if is_second or _AMOUNT.fullmatch(text) or _is_date(text) else NUMBER_MARK


def _is_date(text: str) -> bool:
    """Whether a run of digits reads as a day, with or without a time: with signs by its form, without by its value."""
    found = _YEAR_FIRST.match(text) or _DAY_FIRST.match(text)
    if not found:
        return False
    year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    return bool(found["s"]) or (1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31)
