"""The physical layout: which columns a relation has, and which of them are interned together as one tag.

Owns column names and Arrow types of the files below `.primum/history/`. Refuses to read or write them.

A contact is (customer, at, tag) plus a few plain columns. A *tag* is one distinct combination of the low-cardinality
attributes; it is a row of `tags`. Thus filters and counts by attribute run over the few tags, never over the contacts.
"""

from dataclasses import dataclass

import pyarrow as pa

VERSION = 1
INSTANT = pa.timestamp("us")


@dataclass(frozen=True)
class Relation:
    """One relation of the history.

    `at` names the source's attribute that orders the rows; `tag` lists the interned attributes; `plain` the others.
    """

    name: str
    kind: str
    at: str
    tag: tuple[str, ...]
    plain: dict[str, pa.DataType]

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
    ),
    {
        "id": pa.string(),
        "content": pa.int64(),
        "valid_until": INSTANT,
        "status_at": INSTANT,
        "priority": pa.float64(),
        "cost": pa.float64(),
        "value": pa.float64(),
        "package": pa.string(),
        "reference": pa.string(),
        "address": pa.string(),
        "subject": pa.string(),
        "attributes": pa.string(),
    },
)

RESPONSES = Relation(
    "responses",
    "responses",
    "at",
    ("source", "kind", "channel", "brand", "communication", "at_precision"),
    {"id": pa.string(), "contact": pa.string(), "value": pa.float64(), "attributes": pa.string()},
)

STATES = Relation(
    "states",
    "states",
    "from",
    ("source", "state", "channel", "purpose", "topic", "brand", "from_precision", "until_precision"),
    {"until": INSTANT, "address": pa.string(), "account": pa.string(), "attributes": pa.string()},
)

RELATIONS = (CONTACTS, RESPONSES, STATES)
TARGET_BUCKET_ROWS = 600_000


def bucket_count(rows: int) -> int:
    """How many buckets a history of `rows` contacts gets: a power of two, about 600,000 rows each."""
    count = 1
    while count * TARGET_BUCKET_ROWS < rows and count < 4096:
        count *= 2
    return count
