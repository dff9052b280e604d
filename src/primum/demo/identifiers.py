"""Names, e-mail addresses, phones, account and meter numbers of made-up people, as their systems spell them.

Owns one function per identifier, from a person's number to its text. Refuses real people: mail domains are the reserved
example ones, phones lie in the unassigned area code 01632 (beyond a million people: in a mobile range).
"""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.demo.batch import AGENCY, COLLEAGUE, INFO_EMAIL, MANY_EMAIL, NO_EMAIL, OWN, PROOF, SEED, TEST, Array
from primum.demo.planted import UNICODE_PERSON

FIRST_NAMES = [
    "Amelia",
    "Oliver",
    "Isla",
    "George",
    "Ava",
    "Arthur",
    "Mia",
    "Noah",
    "Ivy",
    "Muhammad",
    "Lily",
    "Leo",
    "Freya",
    "Harry",
    "Priya",
    "Oscar",
    "Zofia",
    "Archie",
    "Grace",
    "Jack",
    "Sienna",
    "Henry",
    "Poppy",
    "Theo",
    "Elsie",
    "Ravi",
    "Willow",
    "Luca",
    "Evie",
    "Finley",
    "Nia",
    "Dylan",
]
LAST_NAMES = [
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Williams",
    "Wilson",
    "Johnson",
    "Davies",
    "Patel",
    "Robinson",
    "Wright",
    "Thompson",
    "Evans",
    "Walker",
    "White",
    "Roberts",
    "Green",
    "Hall",
    "Wood",
    "Jackson",
    "Clarke",
    "Kowalska",
    "Khan",
    "Lewis",
    "James",
    "Phillips",
    "Mitchell",
    "Ahmed",
    "Begum",
    "Cooper",
    "Ward",
    "Turner",
    "Osei",
]
DOMAINS = ("example.com", "example.org", "example.net")

UNICODE_MAILBOX = "zoë.müller-ångström@example.org"
INFO_MAILBOX = "info@harbour-homes.example"
MAILBOXES = {
    SEED: ("seed", "@inbox-seeds.example"),
    TEST: ("test.account", "@brightwater.example"),
    PROOF: ("proof-", "@mailcheck.example"),
    OWN: ("qa.basket", "@brightwater.example"),
    AGENCY: ("approvals", "@pixelfox.example"),
    COLLEAGUE: ("amy.lind", "@brightwater.example"),
}
"""Mailboxes that are not an ordinary customer's: what stands before and after the person's number."""
SHARED_MAILBOX = "office@rosewood-lettings.example"
PLACEHOLDER_MAILBOX = "noemail@example.com"
OWN_PLACEHOLDER_MAILBOX = "counter@brightwater.example"
PLACEHOLDER_PHONE = "0000000000"

DOMAIN_OF_PHONES = 1_000_000


def take(words: list[str] | tuple[str, ...], places: Array) -> pa.Array:
    """The words at the places."""
    return pa.array(words, pa.string()).take(pa.array(places))


def text(numbers: Array) -> pa.Array:
    """Whole numbers as texts."""
    return pc.cast(pa.array(numbers), pa.string())


def glue(*parts: pa.Array | str) -> pa.Array:
    """The parts one behind the other, row by row."""
    return pc.binary_join_element_wise(*(pa.scalar(p) if isinstance(p, str) else p for p in parts), "")


def either(condition: Array, yes: pa.Array | str | None, no: pa.Array | str | None) -> pa.Array:
    """`yes` where the condition holds, else `no`."""
    branches = [pa.scalar(b, pa.string()) if b is None or isinstance(b, str) else b for b in (yes, no)]
    return pc.if_else(pa.array(condition), *branches)


def _first(person: Array) -> Array:
    return np.asarray(person * 7 % len(FIRST_NAMES))


def _last(person: Array) -> Array:
    return np.asarray((person * 5 + person // len(LAST_NAMES)) % len(LAST_NAMES))


def names(person: Array) -> pa.Array:
    """First and last name."""
    return glue(take(FIRST_NAMES, _first(person)), " ", take(LAST_NAMES, _last(person)))


def crm(person: Array) -> pa.Array:
    """The customer number, as the customer master writes it."""
    return glue("BW", text(1_000_000 + person))


def email(email_of: Array, mailbox: Array | None = None) -> pa.Array:
    """The e-mail address of the person it belongs to; precomposed (NFC) where letters have marks.

    Args:
        mailbox: whose mailboxes they are (see `batch`); by default those of ordinary customers.
    """
    person = np.maximum(email_of, 0)
    first = take([n.lower() for n in FIRST_NAMES], _first(person))
    last = take([n.lower() for n in LAST_NAMES], _last(person))
    own = glue(first, ".", last, text(person), "@", take(DOMAINS, person % 3))
    if mailbox is not None and mailbox.any():
        for kind, (before, after) in MAILBOXES.items():
            own = either(mailbox == kind, glue(before, text(person), after), own)
    own = either(email_of == UNICODE_PERSON, unicodedata.normalize("NFC", UNICODE_MAILBOX), own)
    own = either(email_of == MANY_EMAIL, SHARED_MAILBOX, own)
    own = either(email_of == INFO_EMAIL, INFO_MAILBOX, own)
    return either(email_of == NO_EMAIL, PLACEHOLDER_MAILBOX, own)


def decomposed(addresses: pa.Array) -> pa.Array:
    """The same addresses with letters and marks apart (NFD), as the customer master happens to store them."""
    return pc.utf8_normalize(addresses, "NFD")


def _national(person: Array) -> pa.Array:
    """The national significant number: ten digits."""
    near = pc.utf8_lpad(text(person % DOMAIN_OF_PHONES), 6, "0")
    far = pc.utf8_lpad(text(person), 8, "0")
    return either(person < DOMAIN_OF_PHONES, glue("1632", near), glue("74", far))


def phone(person: Array) -> pa.Array:
    """The phone number, as the customer master writes it: international."""
    number = _national(person)
    return glue("+44 ", pc.utf8_slice_codeunits(number, 0, 4), " ", pc.utf8_slice_codeunits(number, 4, 10))


def dialled(person: Array, style: Array) -> pa.Array:
    """The phone number, as five people would type it (`style` is 0 to 4)."""
    number = _national(person)
    area, rest = pc.utf8_slice_codeunits(number, 0, 4), pc.utf8_slice_codeunits(number, 4, 10)
    out = glue("0", area, " ", rest)
    out = either(style == 1, glue("0", number), out)
    out = either(style == 2, glue("(0", area, ") ", rest), out)
    out = either(style == 3, glue("+44 (0)", area, " ", rest), out)
    return either(style == 4, glue("0044 ", number), out)


def account(person: Array) -> Array:
    """The account number, a whole number."""
    return np.asarray(410_000_000 + 3 * person.astype(np.int64))


def meter(person: Array) -> pa.Array:
    """The meter number, as the customer master's list of meters writes it."""
    return glue("MPX-", pc.utf8_lpad(text(person), 8, "0"))


def contract(person: Array) -> pa.Array:
    """The contract number, as billing writes it."""
    return glue("C-2019-", pc.utf8_lpad(text(person), 8, "0"))


def device(person: Array) -> pa.Array:
    """What the app calls its installation; no two people have the same (an odd factor is invertible modulo 2^32)."""
    return glue(
        "dev-", pc.utf8_lpad(text(person.astype(np.uint64) * np.uint64(2654435761) % np.uint64(2**32)), 10, "0")
    )
