"""Normal forms of identifiers, so that the same e-mail or phone written two ways meets itself.

Owns what "the same identifier" means per kind, and what stands for "no identifier". Refuses to repair: dots and plus
tags of e-mail addresses stay, leading zeros of customer numbers stay.
"""

from collections.abc import Iterable, Sequence

PLACEHOLDER_WORDS = (
    "",
    "-",
    "--",
    ".",
    "0",
    "n/a",
    "na",
    "nan",
    "nil",
    "none",
    "null",
    "unknown",
    "undefined",
    "not available",
    "no email",
    "noemail",
    "no phone",
    "test",
    "tbc",
    "tbd",
    "x",
    "xx",
    "xxx",
)
"""Texts that people type where a form demands an identifier."""

PLACEHOLDER_MAILBOXES = (
    "noemail",
    "no-email",
    "no.email",
    "no_email",
    "nomail",
    "none",
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "notprovided",
    "not.provided",
    "unknown",
    "na",
    "n/a",
)
"""Mailbox names (before the @) that stand for "the customer gave none"."""


def _sql_list(words: Iterable[str]) -> str:
    return ", ".join("'" + w.replace("'", "''") + "'" for w in words)


def normal_sql(kind: str, value: str) -> str:
    """SQL for the normal form of `value` (an SQL expression) of a kind other than `phone`.

    All kinds: Unicode NFC, no outer white space, lower case. Phones need a library: see `normalise_phones`.
    """
    text = f"nfc_normalize(trim({value}::VARCHAR))"
    return f"lower({text})" if kind != "phone" else text


def placeholder_sql(kind: str, value: str, extra: Sequence[str]) -> str:
    """SQL condition: the normal form `value` stands for "no identifier".

    True for the words above, for `extra`, for five or more times one digit (00000, +9999999999), and for known
    mailboxes.
    """
    words = [*PLACEHOLDER_WORDS, *(e.strip().lower() for e in extra)]
    tests = [f"{value} IN ({_sql_list(words)})"]
    digits = f"ltrim({value}, '+')"
    tests.append(f"(length({digits}) >= 5 AND {digits}[1] BETWEEN '0' AND '9' AND ltrim({digits}, {digits}[1]) = '')")
    if kind == "phone":
        tests.append(f"regexp_full_match({value}, '\\+?[0-9]{{0,3}}(0{{7,}}|1{{7,}}|9{{7,}})')")
    if kind == "email":
        mailboxes = _sql_list([*PLACEHOLDER_MAILBOXES, *(e.strip().lower().rstrip("@") for e in extra)])
        tests.append(f"split_part({value}, '@', 1) IN ({mailboxes})")
    return "(" + " OR ".join(tests) + ")"


def normalise_phones(values: Sequence[str], country: str | None) -> list[str]:
    """Each number in E.164 (`+442071838750`); a number that is not possible stays as its digits.

    Args:
        values: raw texts, national or international.
        country: ISO 3166-1 alpha-2 of national numbers; without it only international numbers are read.

    Source: ITU-T E.164, by the `phonenumbers` library (Google's libphonenumber metadata).
    """
    import phonenumbers

    def one(text: str) -> str:
        candidate = "+" + text[2:] if text.startswith("00") else text
        try:
            number = phonenumbers.parse(candidate, country)
        except phonenumbers.NumberParseException:
            return _digits(text)
        if not phonenumbers.is_possible_number(number):
            return _digits(text)
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    return [one(v) for v in values]


def _digits(text: str) -> str:
    digits = "".join(c for c in text if c.isdigit())
    return digits or text.strip().lower()
