"""Who may be no person: what the readable identifiers of a customer look like, noted as a few bits.

Owns the patterns of seed, test and shared addresses, and the match of identifiers with what the strategy says about
them. It runs while identifiers are readable and leaves numbers behind, never a text. Refuses to decide: a look is
evidence, only the strategy's `not_people` is a fact.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.identity.normalise import normalise_phones
from primum.words.vocabulary import NON_PERSON_KINDS

DOMAIN_SHIFT: Final = 8
"""`looks >> DOMAIN_SHIFT` is the number, from 1, of the domain among `People.domains` (0: none of them)."""
NOBODY_BUT_SHARED: Final = -1
"""Count of an entry that matches identifiers which name nobody anyway (placeholders, addresses shared by many)."""


class Look(IntFlag):
    """What an identifier of a customer looks like."""

    SEED = 1
    TEST = 2
    TEST_PHONE = 4
    ROLE = 8
    OWN_DOMAIN = 16
    AGENCY_DOMAIN = 32
    PERSON = 64
    """The strategy says that this is a person, whatever it looks like."""


TELLING: Final = Look.SEED | Look.TEST | Look.TEST_PHONE | Look.ROLE | Look.OWN_DOMAIN | Look.AGENCY_DOMAIN
"""Looks that are enough for a proposal."""

_TEST_WORDS: Final = "test|tests|tester|testing|testuser|testmail|testaccount|qa|dummy|probe|demo|fake|prueba|essai"
_AFTER_TEST: Final = "test|user|mail|account|kunde|customer|client|address|team|[0-9]+"
_SEED_WORDS: Final = "seed|seeds|seedlist|seedmail|inboxtest|deliverability"
_AFTER_SEED: Final = "seed|list|test|inbox|gmail|googlemail|gmx|web|yahoo|outlook|hotmail|live|icloud|aol|[0-9]+"
PATTERNS: Final = (
    (Look.TEST, "email", rf"^({_TEST_WORDS})([._+-]?({_AFTER_TEST}))*@|@([^@]*\.)?(test|invalid)$"),
    (Look.SEED, "email", rf"^({_SEED_WORDS})([._+-]?({_AFTER_SEED}))*@|@([^@]*\.)?(seed-?lists?|seeds|seed-?box)\."),
    (
        Look.ROLE,
        "email",
        "^(info|office|contact|kontakt|contacto|sales|admin|administrator|support|service|hello|mail|post|team|shop|store|"
        "reception|empfang|accueil|bureau|verwaltung|buchhaltung|accounts|accounting|billing|help|helpdesk|enquiries|"
        "hotline|webmaster|postmaster|marketing|noreply|no-reply|kundenservice)@",
    ),
    (Look.TEST_PHONE, "phone", r"^\+?(0{4,}[0-9]*|1555[0-9]{7}|1[0-9]{3}55501[0-9]{2})$"),
)
"""(look, kind of identifier, RE2 pattern of its normal form). A name that contains such a word (`anna.test@`) is none:
the whole mailbox must be made of them. Telephone: NANP numbers 555-0100 to 555-0199 are kept for fiction, and there is
no area code 555."""


@dataclass(frozen=True)
class People:
    """What the strategy says about who is a person."""

    not_people: tuple[str, ...] = ()
    """`kind:value` with `*` for any text."""
    people: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    agency_domains: tuple[str, ...] = ()
    country: str | None = None

    @property
    def domains(self) -> tuple[str, ...]:
        """The company's domains, then those of agencies, in lower case."""
        return tuple(d.strip().lower().lstrip("@") for d in (*self.own_domains, *self.agency_domains))


def with_looks(
    customers: pa.Table, nodes: pa.Table, code_of_node: np.ndarray, people: People, unusable: pa.Table
) -> tuple[pa.Table, tuple[int, ...]]:
    """The customers with two more columns, and how many customers each entry of `not_people` matches.

    Args:
        nodes: `kind` and `value` (normal form) of every identifier.
        code_of_node: the customer (row of `customers`) of each identifier.
        unusable: `kind` and `value` of identifiers that name nobody.

    Returns: (customers with `looks` (int32, see `Look`) and `not_person` (int16: the entry of `not_people` that one of
        their identifiers matches, the first of several, -1 for none), matches per entry).
    """
    looks = np.zeros(customers.num_rows, np.int32)
    values = _by_kind(nodes)
    for look, kind, pattern in PATTERNS:
        for place, texts in values(kind):
            _mark(looks, code_of_node[place[_matches(texts, pattern)]], look)
    for number, domain in enumerate(people.domains, 1):
        look = Look.OWN_DOMAIN if number <= len(people.own_domains) else Look.AGENCY_DOMAIN
        for place, texts in values("email"):
            found = code_of_node[place[_matches(texts, rf"@([^@]*\.)?{re.escape(domain)}$")]]
            found = np.unique(found[looks[found] >> DOMAIN_SHIFT == 0])
            _mark(looks, found, look | number << DOMAIN_SHIFT)
    entry = np.full(customers.num_rows, -1, np.int16)
    for declared in people.people:
        _mark(looks, code_of_node[_matching(values, declared, people.country)], Look.PERSON)
    nobody = _by_kind(unusable)
    counts = []
    for number, declared in enumerate(people.not_people):
        found = np.unique(code_of_node[_matching(values, declared, people.country)])
        found = found[(looks[found] & Look.PERSON) == 0]
        entry[found] = np.where(entry[found] < 0, number, entry[found])
        idle = not len(found) and len(_matching(nobody, declared, people.country))
        counts.append(NOBODY_BUT_SHARED if idle else len(found))
    table = customers.append_column("looks", pa.array(looks)).append_column("not_person", pa.array(entry))
    return table, tuple(counts)


def _mark(looks: np.ndarray, customers: np.ndarray, look: int) -> None:
    looks[np.unique(customers)] |= look


Values = Callable[[str], Sequence[tuple[np.ndarray, pa.Array]]]
"""The identifiers of one kind: their places and texts; none or one pair."""


def _by_kind(nodes: pa.Table) -> Values:
    kinds = nodes["kind"]

    def of(kind: str) -> Sequence[tuple[np.ndarray, pa.Array]]:
        place = np.flatnonzero(pc.equal(kinds, kind).to_numpy())
        return [(place, nodes["value"].take(pa.array(place)).combine_chunks())] if len(place) else []

    held: dict[str, Sequence[tuple[np.ndarray, pa.Array]]] = {}
    return lambda kind: held[kind] if kind in held else held.setdefault(kind, of(kind))


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), bool)


def _matching(values: Values, declared: str, country: str | None) -> np.ndarray:
    """Places of the identifiers that a declared one (`kind:value`, with `*`) stands for."""
    kind, _, value = declared.partition(":")
    pattern = pattern_of(kind.strip(), value.strip(), country)
    found = [place[_matches(texts, pattern)] for place, texts in values(kind.strip())]
    return found[0] if found else np.empty(0, np.int64)


def pattern_of(kind: str, value: str, country: str | None) -> str:
    """The pattern of a declared identifier's normal form; `*` is any text."""
    forms = [value.lower()]
    if kind == "phone":
        forms = _phone_forms(value, country)
    ways = (".*".join(re.escape(part) for part in form.split("*")) for form in forms)
    return f"^({'|'.join(ways)})$"


def _phone_forms(value: str, country: str | None) -> list[str]:
    """A number in E.164; of the beginning of one (`0171*`) also its international form."""
    if "*" not in value:
        return normalise_phones([value], country)
    from phonenumbers import country_code_for_region

    digits = re.sub(r"[\s()./-]", "", value)
    if digits.startswith("00"):
        return [digits, "+" + digits[2:]]
    code = country_code_for_region(country) if country and digits.startswith("0") else 0
    return [digits, f"+{code}{digits[1:]}"] if code else [digits]


def telling(looks: np.ndarray) -> np.ndarray:
    """Whether a customer's looks alone are enough to propose that this is no person."""
    return np.asarray(((looks & TELLING) != 0) & ((looks & Look.PERSON) == 0))


def kind_of_look(look: int) -> str:
    """What somebody with these looks seems to be: one of the kinds that `why` may name."""
    order = (
        (Look.SEED, "seed"), (Look.TEST | Look.TEST_PHONE, "test"), (Look.OWN_DOMAIN, "staff"),
        (Look.AGENCY_DOMAIN, "agency"), (Look.ROLE, "shared"),
    )  # fmt: skip
    return next((kind for bits, kind in order if look & bits), NON_PERSON_KINDS[-1])
