"""What is asked of the gate, and what it answers.

Owns the records and their JSON form. Refuses what only the register may say: message class, topic, priority and who
asked for it come from the communication, never from who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from primum.words.decisions import Verdict
from primum.words.errors import Complaint, RequestError
from primum.words.filters import Attributes
from primum.words.time import instant_text

Reserve = Literal["allowed_and_deferred", "allowed", "nothing"]
RESERVE: Final[tuple[Reserve, ...]] = ("allowed_and_deferred", "allowed", "nothing")

OF_THE_REGISTER: Final = ("purpose", "topic", "priority", "initiated", "communication", "channel", "department")
"""Attributes that no question may bring."""
OF_AN_EVENT: Final = (
    "id",
    "at",
    "customer",
    "status",
    "status_at",
    "precision",
    "not_after",
    "response",
    "reservation",
)
"""Words of an event that no attribute may be called."""
LONGEST_TEXT: Final = 1_000
MOST_ATTRIBUTES: Final = 64


@dataclass(frozen=True, slots=True)
class Question:
    """May this be said to this customer?

    `at` (microseconds UTC): when it would be sent; None for now. `id`: the department's own id of the contact, by which
    it may ask again. `hold_for` (microseconds): how long a reservation is held after its instant.
    """

    customer: str
    communication: str
    channel: str
    at: int | None = None
    id: str | None = None
    not_after: int | None = None
    attributes: Attributes = field(default_factory=dict)
    reserve: Reserve = "allowed_and_deferred"
    hold_for: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds the contact back. `disclosed` is what a department may read instead, where that is stated."""

    rule: str
    says: str
    until: int | None = None
    disclosed: str | None = None
    missing: str | None = None

    def plain(self, *, everything: bool) -> dict[str, Any]:
        """As JSON: as much as a department may read, or everything."""
        hidden = self.disclosed is not None and not everything
        told: dict[str, Any] = {"rule": None if hidden else self.rule}
        told["says"] = f"Not now: {self.disclosed}." if hidden else self.says
        if not hidden:
            told["until"] = instant(self.until)
        if self.missing is not None and not hidden:
            told["missing"] = self.missing
        if everything and self.disclosed is not None:
            told["disclosed"] = self.disclosed
        return told


@dataclass(frozen=True, slots=True)
class Alternative:
    """The decision on the same contact over another channel."""

    channel: str
    decision: Verdict
    until: int | None
    reasons: tuple[Reason, ...]

    def plain(self, *, everything: bool) -> dict[str, Any]:
        """As JSON."""
        return {
            "channel": self.channel,
            "decision": self.decision,
            "until": instant(self.until),
            "reasons": [r.plain(everything=everything) for r in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision on one question.

    `contact` is the id under which the contact is known from now on. `unregistered`: the register does not know the
    communication, so that it was judged as marketing of the lowest priority.
    """

    id: str
    contact: str
    customer: str
    decision: Verdict
    at: int
    until: int | None
    reasons: tuple[Reason, ...] = ()
    shadow: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    reservation: str | None = None
    expires_at: int | None = None
    unregistered: bool = False

    def plain(self, *, everything: bool = False) -> dict[str, Any]:
        """As JSON; `everything` also shows what a department may not read."""
        told: dict[str, Any] = {
            "id": self.id,
            "contact": self.contact,
            "customer": self.customer,
            "decision": self.decision,
            "at": instant(self.at),
            "until": instant(self.until),
            "reasons": [r.plain(everything=everything) for r in self.reasons],
            "alternatives": [a.plain(everything=everything) for a in self.alternatives],
            "reservation": self.reservation,
            "expires_at": instant(self.expires_at),
            "unregistered": self.unregistered,
        }
        return told | ({"monitor_only": list(self.shadow)} if everything else {})


def instant(at: int | None) -> str | None:
    """An instant as JSON tells it."""
    return None if at is None else instant_text(at)


# Checks


class Faults:
    """What is wrong with a request, gathered."""

    def __init__(self) -> None:
        self.found: list[Complaint] = []

    def add(self, place: str, what: str, cure: str = "") -> None:
        """One more."""
        self.found.append(Complaint(place, 0, 0, what, cure))

    def settle(self) -> None:
        """Raise where there are any.

        Raises: RequestError with all of them.
        """
        if self.found:
            raise RequestError(self.found)


def check_questions(questions: Sequence[Question]) -> None:
    """Refuse questions that cannot be answered.

    Raises: RequestError with everything that is wrong.
    """
    faults = Faults()
    seen: set[tuple[str, str]] = set()
    for number, question in enumerate(questions):
        place = f"questions[{number}]"
        for name in ("customer", "communication", "channel"):
            check_text(getattr(question, name), f"{place}.{name}", faults)
        check_attributes(question.attributes, f"{place}.attributes", OF_THE_REGISTER, faults)
        check_instants(question, place, faults)
        if question.id is not None:
            check_text(question.id, f"{place}.id", faults)
            if (question.customer, question.id) in seen:
                faults.add(f"{place}.id", "two questions of this batch are about the same contact.", "Ask once.")
            seen.add((question.customer, question.id))
    faults.settle()


def refuse_past(questions: Sequence[Question], earliest: int) -> None:
    """Refuse questions about a time that is over: what was sent is recorded, not asked for.

    Raises: RequestError.
    """
    faults = Faults()
    for number, question in enumerate(questions):
        if question.at is not None and question.at < earliest:
            cure = "Leave `at` out for now; what was sent already is told to /v1/contacts."
            faults.add(f"questions[{number}].at", "it lies in the past.", cure)
    faults.settle()


def check_instants(question: Question, place: str, faults: Faults) -> None:
    """Instants in an order that can be met."""
    for name in ("at", "not_after", "hold_for"):
        value = getattr(question, name)
        if value is not None and not 0 <= value < 2**62:
            faults.add(f"{place}.{name}", "it lies outside of what a clock can tell.")
    if question.at is not None and question.not_after is not None and question.not_after < question.at:
        faults.add(f"{place}.not_after", "it lies before `at`.", "Mend one of the two.")


def check_text(value: object, place: str, faults: Faults) -> None:
    """A text of a sensible length, without control characters."""
    if not isinstance(value, str) or not value.strip():
        faults.add(place, "it must be a text that is not empty.")
    elif len(value) > LONGEST_TEXT:
        faults.add(place, f"it is longer than {LONGEST_TEXT:,} characters.")
    elif any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) <= 0xDFFF for c in value):
        faults.add(place, "it holds control characters or half a character.")


def check_attributes(attributes: Attributes, place: str, owned: Sequence[str], faults: Faults) -> None:
    """Attributes as the law has them, none of them one that somebody else owns."""
    if len(attributes) > MOST_ATTRIBUTES:
        faults.add(place, f"there are more than {MOST_ATTRIBUTES} attributes.")
    for name, value in attributes.items():
        check_text(name, place, faults)
        if name in owned:
            cure = "The register says it (`communications` in the strategy): leave it out."
            faults.add(f"{place}.{name}", f"`{name}` is not the asker's to say.", cure)
        elif name in OF_AN_EVENT:
            faults.add(f"{place}.{name}", f"no attribute may be called `{name}`.")
        for one in value if isinstance(value, tuple) else (value,):
            check_text(one, f"{place}.{name}", faults)


def tidy(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes in their one form: lists sorted and distinct, a list of one the text itself."""
    told: dict[str, Any] = {}
    for name, value in attributes.items():
        if isinstance(value, tuple | list):
            texts = tuple(sorted(set(cast("Sequence[str]", value))))
            if texts:
                told[name] = texts[0] if len(texts) == 1 else texts
        else:
            told[name] = value
    return told
