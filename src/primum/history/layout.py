"""The physical layout: which columns a relation has, and which of them are interned together as one tag.

Owns column names and Arrow types of the files below `.primum/history/`. Refuses to read or write them.

A contact is (customer, at, tag) plus a few plain columns. A *tag* is one distinct combination of the low-cardinality
attributes; it is a row of `tags`. Thus filters and counts by attribute run over the few tags, never over the contacts.
"""

from dataclasses import dataclass

import pyarrow as pa

VERSION = 2
INSTANT = pa.timestamp("us")
ROW = ("customer", "at", "tag")
"""What every row of a bucket is, before its further columns."""


@dataclass(frozen=True)
class Relation:
    """One relation of the history.

    `at` names the source's attribute that orders the rows; `tag` lists the interned attributes; `plain` the others;
    `hidden` those of the others that are keyed hashes here, and of what.
    """

    name: str
    kind: str
    at: str
    tag: tuple[str, ...]
    plain: dict[str, pa.DataType]
    hidden: dict[str, str]

    @property
    def precision(self) -> str:
        """The attribute that says how exactly `at` is known."""
        return f"{self.at}_precision"


CONTACTS = Relation(
    "contacts",
    "contacts",
    "at",
    (
        "source",
        "department",
        "channel",
        "brand",
        "purpose",
        "topic",
        "product",
        "communication",
        "direction",
        "initiated",
        "status",
        "outcome",
        "at_precision",
        "valid_until_precision",
        "status_at_precision",
    ),
    {
        "id": pa.string(),
        "content": pa.int64(),
        "valid_until": INSTANT,
        "handed_over": INSTANT,
        "status_at": INSTANT,
        "status_history": pa.string(),
        "priority": pa.float64(),
        "cost": pa.float64(),
        "value": pa.float64(),
        "package": pa.string(),
        "reference": pa.string(),
        "address": pa.string(),
        "subject": pa.string(),
        "attributes": pa.string(),
    },
    {"id": "id", "reference": "reference", "address": "address", "subject": "open", "attributes": "open"},
)

RESPONSES = Relation(
    "responses",
    "responses",
    "at",
    ("source", "kind", "channel", "brand", "communication", "at_precision"),
    {"id": pa.string(), "contact": pa.string(), "value": pa.float64(), "attributes": pa.string()},
    {"id": "id", "contact": "id", "attributes": "open"},
)

STATES = Relation(
    "states",
    "states",
    "from",
    ("source", "state", "channel", "purpose", "topic", "brand", "from_precision", "until_precision", "as_of"),
    {"until": INSTANT, "address": pa.string(), "account": pa.string(), "attributes": pa.string()},
    {"address": "address", "account": "account", "attributes": "open"},
)

RELATIONS = (CONTACTS, RESPONSES, STATES)

_ROWS_OF_EVENTS = {"contacts": "status IS NOT NULL", "responses": "kind IS NOT NULL"}
"""Which rows of an event log belong to a relation (SQL over its view)."""


def rows_for(relation: Relation, kind: str) -> str | None:
    """SQL condition: which rows of a source of this kind the relation holds; None where it holds none of them."""
    if kind == "events":
        return _ROWS_OF_EVENTS.get(relation.name)
    return "true" if relation.kind == kind else None


def column_for(relation: Relation, kind: str, name: str) -> str:
    """The column of a source's view that fills a column of the relation."""
    return "response_id" if (relation.name, kind, name) == ("responses", "events", "id") else name


TARGET_BUCKET_ROWS = 600_000


def bucket_count(rows: int) -> int:
    """How many buckets a history of `rows` contacts gets: a power of two, about 600,000 rows each."""
    count = 1
    while count * TARGET_BUCKET_ROWS < rows and count < 4096:
        count *= 2
    return count
