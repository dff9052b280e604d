"""What requests say, strictly: unknown keys, wrong types and times without a zone are refused.

Owns the models (OpenAPI is made of them) and their way to the gate's records. Refuses to convert silently.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from primum.gate.asking import Question, Reserve
from primum.gate.recording import ToldContact, ToldResponse, ToldState
from primum.words.durations import DURATION_PATTERN, parse_duration
from primum.words.errors import Complaint, RequestError
from primum.words.time import instant_us

MOST: Final = 10_000
"""Questions, contacts, responses or states in one request."""


def _is_instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no instant: write, as in 2026-06-01T09:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("has no zone: write Z or an offset, as in 2026-06-01T09:00:00+02:00")
    return text


Text = Annotated[str, Field(min_length=1, max_length=1_000)]
Instant = Annotated[str, AfterValidator(_is_instant), Field(max_length=40, json_schema_extra={"format": "date-time"})]
Duration = Annotated[str, Field(pattern=DURATION_PATTERN, max_length=40)]
Attributes = Annotated[dict[Text, Text | Annotated[list[Text], Field(max_length=100)]], Field(max_length=64)]


class Body(BaseModel):
    """Base of all: strict, and refusing unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class QuestionBody(Body):
    """May this be said to this customer?"""

    customer: Text = Field(description="An identifier with its kind (`email:ann@example.org`), or a customer's id.")
    communication: Text = Field(description="Its name in the register.")
    channel: Text
    at: Instant | None = Field(default=None, description="When it would be sent; by default now.")
    id: Text | None = Field(default=None, description="Your own id of the contact: asking again takes the same place.")
    not_after: Instant | None = Field(default=None, description="The last instant that suits.")
    attributes: Attributes = Field(default_factory=dict, description="What rules may name: content, package, tags...")
    reserve: Reserve = Field(default="allowed_and_deferred", description="What a place is held for.")
    hold_for: Duration | None = Field(default=None, description="How long a place is held after its instant.")

    def record(self) -> Question:
        """As the gate has it."""
        return Question(
            self.customer,
            self.communication,
            self.channel,
            microseconds(self.at),
            self.id,
            microseconds(self.not_after),
            _attributes(self.attributes),
            self.reserve,
            None if self.hold_for is None else parse_duration(self.hold_for).microseconds,
        )


class ContactBody(Body):
    """A contact that was made, or a new status of one."""

    id: Text = Field(description="Your own id of it: told again, it changes nothing.")
    customer: Text
    at: Instant
    communication: Text
    channel: Text
    status: Text = "sent"
    status_at: Instant | None = None
    precision: Text = Field(default="instant", description="instant, hour or day.")
    attributes: Attributes = Field(default_factory=dict)
    reservation: Text | None = None

    def record(self) -> ToldContact:
        """As the gate has it."""
        return ToldContact(
            self.id,
            self.customer,
            microseconds(self.at) or 0,
            self.communication,
            self.channel,
            self.status,
            microseconds(self.status_at),
            self.precision,
            _attributes(self.attributes),
            self.reservation,
        )


class ResponseBody(Body):
    """Something a customer did."""

    id: Text
    customer: Text
    at: Instant
    kind: Text = Field(description="opened, clicked, bought, opted_out, complained...")
    precision: Text = "instant"
    attributes: Attributes = Field(default_factory=dict)

    def record(self) -> ToldResponse:
        """As the gate has it."""
        return ToldResponse(
            self.id, self.customer, microseconds(self.at) or 0, self.kind, self.precision, _attributes(self.attributes)
        )


class StateBody(Body):
    """A state that began (`from`), ended (`until`), or both."""

    id: Text
    customer: Text
    state: Text
    start: Instant | None = Field(default=None, alias="from")
    until: Instant | None = None
    precision: Text = "instant"
    scope: Attributes = Field(default_factory=dict)

    def record(self) -> ToldState:
        """As the gate has it."""
        ends = (microseconds(self.start), microseconds(self.until))
        return ToldState(self.id, self.customer, self.state, *ends, self.precision, _attributes(self.scope))


class ConfirmBody(Body):
    """What became of a reserved contact."""

    status: Text = "sent"
    at: Instant | None = Field(default=None, description="When; by default the instant it was reserved for.")


class ReleaseBody(Body):
    """Nothing to say."""


def microseconds(text: str | None) -> int | None:
    return None if text is None else instant_us(datetime.fromisoformat(text))


def _attributes(told: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


_Body = TypeVar("_Body", bound=Body)


def read_one(model: type[_Body], data: Any) -> _Body:
    """One body.

    Raises: RequestError with everything that is wrong.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise RequestError(_complaints(error, "")) from None


def read_many(model: type[_Body], rows: Sequence[Any], name: str) -> list[_Body]:
    """Several of them.

    Raises: RequestError with everything that is wrong in all of them.
    """
    if not 1 <= len(rows) <= MOST:
        raise RequestError([Complaint(name, 0, 0, f"{len(rows):,} of them.", f"Send 1 to {MOST:,} at a time.")])
    found: list[_Body] = []
    wrong: list[Complaint] = []
    for number, row in enumerate(rows):
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            wrong += _complaints(error, f"{name}[{number}]")
    if wrong:
        raise RequestError(wrong)
    return found


_SENTENCES: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "missing": lambda e: "it is missing.",
    "extra_forbidden": lambda e: "there is no such key.",
}


def _complaints(error: ValidationError, place: str) -> list[Complaint]:
    found = []
    for wrong in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join([*([place] if place else []), *(str(step) for step in wrong["loc"])])
        said = _SENTENCES.get(wrong["type"])
        what = said(dict(wrong)) if said else wrong["msg"].removeprefix("Value error, ") + "."
        found.append(Complaint(where or "body", 0, 0, what))
    return found
