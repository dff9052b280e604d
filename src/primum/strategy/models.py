"""The models of the strategy file: its top, and the parts that an audit needs (the other facets: `strategy.facets`).

Owns the shape of `primum.yaml`. Refuses unknown keys, wrong types and silent conversions (all models are strict).
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from primum.strategy.facets.balance import Initiative
from primum.strategy.facets.channels import Channel
from primum.strategy.facets.customers import Customers
from primum.strategy.facets.flows import Flow
from primum.strategy.facets.journey import Journey
from primum.strategy.facets.measurement import Measurement
from primum.strategy.facets.moments import Moment
from primum.strategy.facets.needs import Need
from primum.strategy.facets.objectives import Objective
from primum.strategy.parts import DAY_PATTERN, Duration, Model, Month, Share, Text, Texts, nothing_more
from primum.strategy.rules_schema import CALENDARS, EXEMPT, PRIORITIES, RULES, USE

Purpose = Literal["marketing", "sales", "survey", "service", "transactional", "security", "collections", "regulatory"]
SourceKind = Literal["contacts", "responses", "states", "customers", "identifiers", "events"]
Format = Literal["csv", "parquet", "jsonl", "excel", "sqlite"]


class About(Model):
    """Who the strategy is for, and who answers for it."""

    name: Text = Field(description="The company or brand, as people say it.")
    customer_champion: Text | None = Field(default=None, description="The person who speaks for the customer.")
    promise: Text | None = Field(default=None, description="What customers may expect, in a sentence.")
    currency: Text = Field(default="EUR", description="The currency of every cost and value (ISO 4217).")


class Department(Model):
    """A part of the company that contacts customers."""

    title: Text | None = Field(default=None, description="The department's name as people say it.")
    owner: Text | None = Field(default=None, description="The person who answers for what it sends.")


class Topic(Model):
    """Something that communications are about."""

    title: Text | None = Field(default=None, description="The topic's name as people say it.")
    owner: Text | None = Field(default=None, description="The department that owns it.")


class Communication(Model):
    """Something the company says, as registered by its owner."""

    title: Text | None = Field(default=None, description="The communication's name as people say it.")
    owner: Text | None = Field(default=None, description="The department that owns it.")
    purpose: Purpose | None = Field(default=None, description="The message class.")
    topic: Text | None = Field(default=None, description="What it is about.")
    channels: Texts = Field(default_factory=list, description="Channels it may use.")
    known_as: Texts = Field(default_factory=list, description="Other names under which sources know it.")
    sample: Text | None = Field(
        default=None, description="What it looks like: a picture, text or HTML file, relative to the strategy file."
    )
    initiated: Literal["company", "customer"] | None = Field(
        default=None,
        description="Who asks for it: `customer` for one-time codes, order confirmations, requested call-backs.",
    )
    priority: float | None = Field(default=None, description="How important it is; higher is more important.")
    valid_for: Duration | None = Field(
        default=None, description="How long it may wait: the gate refuses what would have to wait longer."
    )
    flow: Text | None = Field(default=None, description="The flow it belongs to, if to one.")
    moment: Text | None = Field(default=None, description="The moment of truth it serves, if one.")


DeclaredDepartment = Annotated[Department, BeforeValidator(nothing_more, json_schema_input_type=Department | None)]
DeclaredChannel = Annotated[Channel, BeforeValidator(nothing_more, json_schema_input_type=Channel | None)]
DeclaredTopic = Annotated[Topic, BeforeValidator(nothing_more, json_schema_input_type=Topic | None)]
DeclaredCommunication = Annotated[
    Communication, BeforeValidator(nothing_more, json_schema_input_type=Communication | None)
]
"""A declared name may stand alone: `email:` with nothing behind it declares the channel `email`."""


class Entry(Model):
    """Where one attribute of a relation comes from: exactly one of `column`, `value`, `sql`."""

    column: Text | None = Field(default=None, description="A column of the source.")
    value: str | int | float | bool | None = Field(default=None, description="The same value for every row.")
    sql: Text | None = Field(default=None, description="A SQL expression over the source's columns (allow-listed).")
    values: dict[str, str] | None = Field(default=None, description="A table from the source's words to Primum's.")
    otherwise: Text | None = Field(default=None, description="The value for words that `values` does not list.")
    dates: Texts = Field(default_factory=list, description="Formats of this date, as strptime writes them.")
    missing: Texts = Field(default_factory=list, description="Values that mean 'nothing', in this column only.")
    file_name: Text | None = Field(
        default=None, description="A date that stands in the file's name, in this format, as strptime writes it."
    )
    file_date: bool = Field(default=False, description="The day on which the file was last changed.")
    local: bool = Field(
        default=False, description="The value means something inside this source only (a template number, not a text)."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> "Entry":
        ways = ("column", "value", "sql", "file_name", "file_date")
        given = [n for n in ways if (self.file_date if n == "file_date" else getattr(self, n) is not None)]
        if len(given) != 1:
            found = " and ".join(given) if given else "none of them"
            raise ValueError(f"needs exactly one of {', '.join(ways)}; found {found}")
        return self


def _column_name(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Mapping = Annotated[Entry, BeforeValidator(_column_name, json_schema_input_type=Text | Entry)]
"""A column's name, or an `Entry`."""


class AsOf(Model):
    """The day an extract tells of, where it does not stand in a column."""

    day: Annotated[str, Field(pattern=DAY_PATTERN)] | None = Field(default=None, description="That day, as 2026-06-30.")
    file_name: Text | None = Field(default=None, description="The date in the file's name, in this format.")
    file_date: bool = Field(default=False, description="The day on which the file was last changed.")

    @model_validator(mode="after")
    def _exactly_one(self) -> "AsOf":
        if sum(bool(v) for v in (self.day, self.file_name, self.file_date)) != 1:
            raise ValueError("needs exactly one of day, file_name, file_date")
        return self


def _day_alone(value: Any) -> Any:
    return {"day": value} if isinstance(value, str) else value


ExtractDay = Annotated[AsOf, BeforeValidator(_day_alone, json_schema_input_type=Text | AsOf)]
"""A day such as 2026-06-30, or an `AsOf`."""


class FileSpec(Model):
    """Files that hold one table, and how to read them."""

    files: Texts = Field(description="A file, a pattern, or several; relative to the strategy file.")
    format: Format | None = Field(default=None, description="By default told from the file's name.")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        default=None, description="CSV: by default told from the first lines."
    )
    encoding: Text | None = Field(
        default=None, description="Text files: by default UTF-8 (or what a byte order mark says)."
    )
    quote: Annotated[str, Field(max_length=1)] = Field(
        default='"', description="CSV: the quoting character; '' for none."
    )
    sheet: Text | None = Field(default=None, description="Excel: the sheet; by default the first.")
    table: Text | None = Field(default=None, description="SQLite: the table or view; needed when there are several.")
    skip_rows: int = Field(default=0, ge=0, description="Lines above the header.")


class Source(FileSpec):
    """An export or table of one department or system, and what its columns mean."""

    files: Texts = Field(default_factory=list, description="Files or patterns, relative to the strategy file.")
    kind: SourceKind = Field(description="What a row of this source is.")
    department: Text | None = Field(default=None, description="Who sent these contacts; `map` may say so instead.")
    tables: dict[str, FileSpec] = Field(default_factory=dict, description="Several tables for a `query`.")
    query: Text | None = Field(default=None, description="One SELECT over `tables`; nothing else can be read.")
    zone: Text | None = Field(default=None, description="Zone of times that carry none; by default the strategy's.")
    dates: Texts = Field(default_factory=list, description="Formats of every date here, as strptime writes them.")
    dates_are: Literal["sent", "campaign_start"] = Field(
        default="sent",
        description="`campaign_start`: the instant is when a campaign began, not when each message was sent.",
    )
    missing: Texts = Field(default_factory=list, description="Values that mean 'nothing' in every column.")
    key: dict[str, Text] = Field(
        default_factory=dict, description="Kind of identifier -> column. The first that has a value names the customer."
    )
    identifiers: dict[str, Text] = Field(
        default_factory=dict, description="Further identifiers of the same customer: kind -> column."
    )
    map: dict[str, Mapping] = Field(default_factory=dict, description="Attribute -> column, or an entry.")
    attributes: dict[str, Mapping] = Field(default_factory=dict, description="Any other attribute a rule may name.")
    rejects_at_most: Share | None = Field(default=None, description="Share of unreadable rows that stops the run.")
    as_of: ExtractDay | None = Field(
        default=None, description="The day this extract tells of: a flag without a date was true on that day."
    )
    fresh: Duration | None = Field(default=None, description="How old its newest row may be.")
    control: dict[Month, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="What the sender's own books say: month (2026-03) -> contacts."
    )
    one_row_per: Texts = Field(
        default_factory=list,
        description="Attributes that tell one contact from another where rows carry no id; rows alike in them are one.",
    )
    replaces: dict[str, Texts] = Field(
        default_factory=dict, description="A corrected file -> the files whose rows it replaces."
    )
    mode: Literal["copy", "virtual"] = Field(
        default="copy", description="`virtual`: read in place at every run; nothing of it stays in the history."
    )

    @property
    def dated_by_change(self) -> bool:
        """Whether the time at which a file was last changed dates its rows."""
        entries = (*self.map.values(), *self.attributes.values())
        return any(e.file_date for e in entries) or (self.as_of is not None and self.as_of.file_date)

    @model_validator(mode="after")
    def _one_way_in(self) -> "Source":
        if self.query and not self.tables:
            raise ValueError("has a query but no tables to read: declare them under `tables`")
        if self.tables and not self.query:
            raise ValueError("has tables but no query that says how they make rows")
        if bool(self.files) == bool(self.tables):
            raise ValueError("needs either files, or tables with a query")
        return self


class Data(Model):
    """Where the facts come from."""

    sources: dict[str, Source] = Field(default_factory=dict, description="Name -> export or table.")
    shared_by_at_most: int = Field(
        default=5, ge=1, description="An identifier shared by more customers than this links nobody."
    )
    placeholders: Texts = Field(default_factory=list, description="Further values that stand for 'no identifier'.")
    rejects_at_most: Share = Field(default=0.05, description="Share of unreadable rows of a source that stops the run.")
    needs: dict[str, Need] = Field(default_factory=dict, description="Name -> something that must be known.")


class Strategy(Model):
    """The whole file."""

    strategy: About = Field(description="Who the strategy is for, and who answers for it.")
    extends: Text | None = Field(
        default=None, description="A base strategy: what this file says stands in the place of what that one says."
    )
    include: Texts = Field(default_factory=list, description="Further files that hold parts of this strategy.")
    zone: Text = Field(default="UTC", description="The company's time zone (IANA name).")
    departments: dict[str, DeclaredDepartment] = Field(
        default_factory=dict, description="Who contacts customers: name -> department."
    )
    channels: dict[str, DeclaredChannel] = Field(
        default_factory=dict, description="The ways customers are reached: name -> channel."
    )
    topics: dict[str, DeclaredTopic] = Field(default_factory=dict, description="What is spoken about: name -> topic.")
    communications: dict[str, DeclaredCommunication] = Field(
        default_factory=dict, description="The register of what the company says: name -> communication."
    )
    customers: Customers = Field(default_factory=lambda: Customers(), description="Who the customers are.")
    data: Data = Field(default_factory=lambda: Data(), description="Where the facts come from.")
    objectives: dict[str, Objective] = Field(default_factory=dict, description="What is wanted: name -> objective.")
    journey: Journey = Field(default_factory=lambda: Journey(), description="The customer's way with the company.")
    flows: dict[str, Flow] = Field(default_factory=dict, description="Lifecycle flows: name -> flow.")
    measurement: Measurement = Field(
        default_factory=lambda: Measurement(), description="How the company will know whether it worked."
    )
    moments: dict[str, Moment] = Field(default_factory=dict, description="Moments of truth: name -> moment.")
    balance: dict[str, Initiative] = Field(default_factory=dict, description="Initiatives judged: name -> initiative.")
    ledger: Text | None = Field(
        default=None,
        description="Where the gate's ledger is: a file, or postgresql://... (a password belongs into PRIMUM_LEDGER).",
    )
    rules: Annotated[Any, WithJsonSchema(RULES)] = Field(default=None, description="Contact rules: name -> rule.")
    use: Annotated[Any, WithJsonSchema(USE)] = Field(
        default=None, description="Packs: rules that come with Primum, by name; `rules` goes before them."
    )
    priorities: Annotated[Any, WithJsonSchema(PRIORITIES)] = Field(
        default=None, description="What is most important: filters, the most important first."
    )
    exempt: Annotated[Any, WithJsonSchema(EXEMPT)] = Field(
        default=None, description="What no rule holds back, and whether it counts."
    )
    calendars: Annotated[Any, WithJsonSchema(CALENDARS)] = Field(
        default=None, description="Closed dates by name: name -> dates."
    )


CONTACT_COLUMNS: dict[str, str] = {
    "id": "text",
    "at": "instant",
    "channel": "text",
    "department": "text",
    "brand": "text",
    "purpose": "text",
    "topic": "text",
    "product": "list",
    "communication": "text",
    "content": "content",
    "direction": "text",
    "initiated": "text",
    "status": "text",
    "status_at": "instant",
    "outcome": "text",
    "valid_until": "instant",
    "priority": "number",
    "cost": "number",
    "value": "number",
    "package": "text",
    "reference": "text",
    "address": "text",
    "subject": "text",
}
"""Attributes of a contact that `map` may name, each with its type."""

RESPONSE_COLUMNS: dict[str, str] = {
    "id": "text",
    "at": "instant",
    "kind": "text",
    "channel": "text",
    "brand": "text",
    "communication": "text",
    "contact": "text",
    "value": "number",
}
STATE_COLUMNS: dict[str, str] = {
    "state": "text",
    "from": "instant",
    "until": "instant",
    "channel": "text",
    "purpose": "text",
    "topic": "text",
    "brand": "text",
    "address": "text",
    "account": "text",
}
CUSTOMER_COLUMNS: dict[str, str] = {"zone": "text", "country": "text", "since": "instant", "value": "number"}
IDENTIFIER_COLUMNS: dict[str, str] = {"kind": "text", "value": "text"}

EVENT_COLUMNS: dict[str, str] = {
    **{name: kind for name, kind in CONTACT_COLUMNS.items() if name not in ("status", "status_at", "outcome")},
    "event": "text",
}
"""A row of an event log is something that happened to a message: `event` is a status or a kind of response."""

COLUMNS: dict[str, dict[str, str]] = {
    "contacts": CONTACT_COLUMNS,
    "responses": RESPONSE_COLUMNS,
    "events": EVENT_COLUMNS,
    "states": STATE_COLUMNS,
    "customers": CUSTOMER_COLUMNS,
    "identifiers": IDENTIFIER_COLUMNS,
}
"""Per kind of source: the attributes `map` may name."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "contacts": ("at",),
    "responses": ("at", "kind"),
    "events": ("id", "at", "event"),
    "states": ("state",),
    "customers": (),
    "identifiers": (),
}
"""Per kind of source: the attributes `map` must name."""
