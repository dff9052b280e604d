"""The people of Harbour & Finch: customers, and the addresses that are nobody's.

Owns who they are and under which identifiers exports know them. Refuses real people: mail domains are reserved example
ones, phones lie in the unassigned area code 01632.
"""

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["customer", "seed", "test", "staff", "mailbox"]

HOME: Final = "Europe/London"
ABROAD: Final = "America/New_York"
SEED_DOMAIN: Final = "seedlist.example"
OWN_DOMAIN: Final = "harbourfinch.example"
SEEDS: Final = tuple(f"inbox{n:02}@{SEED_DOMAIN}" for n in range(1, 6))
TESTS: Final = ("test.newsletter@example.com", "qa.test@example.org", "testing.proofs@example.net")
STAFF: Final = tuple(f"{name}@{OWN_DOMAIN}" for name in ("ada", "bram", "chidi", "dora", "emil", "fay"))
"""First names alone: nothing but the domain tells that they are staff."""

_FIRST: Final = "amara ben clara dev elin farid gwen hugo ines jonas kira liam mona nils orla petra quinn rosa".split()
_LAST: Final = "abbot barlow cole dunne ellis frost garner hale irwin jarvis keane lowe marsh nolan pryce".split()
_DOMAINS: Final = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or an address that is nobody's. `number` counts from 0; seeds and staff are in no customer master."""

    number: int
    role: Role
    email: str
    zone: str = HOME

    @property
    def crm_id(self) -> str:
        """The customer number."""
        return f"HF{2_000_000 + self.number}"

    @property
    def phone(self) -> str:
        """The phone number, international."""
        return f"+44 1632 {self.number % 1_000_000:06}"


def address_of(number: int) -> str:
    """A customer's own address."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    return f"{first}.{last}.{number}@{_DOMAINS[number % 3]}"


class Town:
    """Everybody, numbered as they come."""

    def __init__(self) -> None:
        self.everybody: list[Person] = []

    def newcomer(self, zone: str = HOME, email: str | None = None, role: Role = "customer") -> Person:
        """One more; `email` for those who have none of their own."""
        number = len(self.everybody)
        person = Person(number, role, email or address_of(number), zone)
        self.everybody.append(person)
        return person

    def newcomers(self, count: int, zone: str = HOME) -> list[Person]:
        """Several customers."""
        return [self.newcomer(zone) for _ in range(count)]
