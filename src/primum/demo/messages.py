"""What the made-up company says: its departments and channels, and every text, numbered by its place.

Owns the numbers and what a contact costs. Refuses to know who receives what.
"""

from dataclasses import dataclass
from typing import Final

from primum.demo.communication import Communication
from primum.demo.register import COLLECTIONS, LOGISTICS, MARKETING, SALES, SERVICE
from primum.demo.register_more import APP, BILLING, TEXTS

DEPARTMENTS: Final = ("marketing", "sales", "service", "collections", "logistics", "billing", "app")
KINDS: Final = ("email", "phone", "crm_id", "account", "meter", "contract", "device")
"""The identifier each department knows its customers by, in the order of `DEPARTMENTS`."""

SOURCES: Final = ("marketing", "sales", "sales_texts", "service", "collections", "logistics", "billing", "app")
"""The exports of contacts; sales has two, by phone number both."""

DAY_ONLY: Final = ("collections", "billing")
"""Departments whose systems know the day of a contact only."""

CHANNEL_COST: Final[dict[str, int | None]] = {
    "email": 2,
    "sms": 40,
    "push": 1,
    "post": 850,
    "call": 3200,
    "chat": 1100,
    "inapp": None,
}
"""Cost of one contact in thousandths of a pound; None: not declared."""


@dataclass(frozen=True)
class Message:
    """One text of one communication."""

    number: int
    communication: Communication
    subject: str | None
    place: int
    """Which of its communication's texts this is."""
    content: int
    """Equal for equal texts, -1 for none; a template number of logistics equals no text."""

    @property
    def department(self) -> int:
        """The sender, as an index into `DEPARTMENTS`."""
        return DEPARTMENTS.index(self.communication.department)

    @property
    def by_day(self) -> bool:
        """Whether only the day of it is known: letters, which land on a day, and what two systems write down."""
        said = self.communication
        return said.channel == "post" or said.department in DAY_ONLY

    @property
    def alias(self) -> str:
        """The communication's name in the exports."""
        return self.communication.alias or self.communication.name

    @property
    def template(self) -> int:
        """The template number, as logistics writes it."""
        return 1000 + self.number


COMMUNICATIONS: Final = (*MARKETING, *SALES, *TEXTS, *SERVICE, *COLLECTIONS, *LOGISTICS, *BILLING, *APP)


def _content(communication: Communication, subject: str | None, number: int, texts: dict[str, int]) -> int:
    if subject is None:
        return -1
    if communication.department == "logistics":
        return 10_000 + number
    return texts.setdefault(subject, len(texts))


def _catalogue() -> tuple[Message, ...]:
    messages: list[Message] = []
    texts: dict[str, int] = {}
    for communication in COMMUNICATIONS:
        for place, subject in enumerate(communication.subjects):
            number = len(messages)
            content = _content(communication, subject, number, texts)
            messages.append(Message(number, communication, subject, place, content))
    return tuple(messages)


MESSAGES: Final = _catalogue()


def message(communication: str, place: int = 0) -> int:
    """The number of a communication's text."""
    for m in MESSAGES:
        if m.communication.name == communication and m.place == place:
            return m.number
    raise KeyError(communication)


def call_cost(number: int) -> int:
    """What sales writes down as the cost of a call, by its text (thousandths)."""
    return 2500 + 150 * (number % 9)


def cost_of(number: int) -> int | None:
    """Cost of one contact with this text: sales writes it down, the others have a unit cost per channel."""
    said = MESSAGES[number].communication
    if said.source == "sales":
        return call_cost(number)
    return None if said.channel is None else CHANNEL_COST[said.channel]
