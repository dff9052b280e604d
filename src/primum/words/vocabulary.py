"""The closed lists of the trade: message classes, statuses, channels, kinds of source and of identifier.

Owns the names and their meaning. Refuses to hold anything a company may name freely (departments, topics, brands).
"""

from typing import Final

PURPOSES: Final = (
    "marketing",
    "sales",
    "survey",
    "service",
    "transactional",
    "security",
    "collections",
    "regulatory",
)
"""Message classes. People read "message class"; the file's key is `purpose`."""

STATUSES: Final = (
    "proposed",
    "planned",
    "reserved",
    "sent",
    "delivered",
    "bounced",
    "failed",
    "suppressed",
    "released",
    "expired",
)
"""What may have become of a contact."""

ATTEMPTED: Final = ("reserved", "sent", "delivered", "bounced", "failed")
"""Statuses that the audit counts as volume: somebody tried."""

RECEIVED: Final = ("reserved", "sent", "delivered")
"""Statuses that land on a customer: what pressure, duplicates and meetings count."""

KNOWN_CHANNELS: Final = ("email", "sms", "push", "inapp", "post", "call", "chat", "visit", "web", "social")
"""Usual channels; a strategy may declare others."""

RESPONSE_KINDS: Final = (
    "opened",
    "clicked",
    "replied",
    "visited",
    "bought",
    "opted_out",
    "opted_in",
    "complained",
    "bounced",
    "answered",
    "scored",
    "called",
    "asked",
    "redeemed",
    "returned",
    "refused",
    "paid",
)
"""What a customer may do; anything inbound is a response."""

IGNORED: Final = "ignore"
"""What an event of a log is called that means nothing here: such rows are counted and not used."""

EVENT_WORDS: Final = (*STATUSES, *(k for k in RESPONSE_KINDS if k not in STATUSES), IGNORED)
"""What a row of an event log may tell: a status of a message, or what the customer did (`bounced` is a status)."""

SOURCE_KINDS: Final = ("contacts", "responses", "states", "customers", "identifiers")
"""What a source may hold."""

KEY_KINDS: Final = ("email", "phone", "crm_id", "account", "loyalty_id", "device", "household")
"""Usual kinds of identifier; a strategy may name others (`key: {meter: meter_no}`)."""

FORMATS: Final = ("csv", "parquet", "jsonl", "excel", "sqlite")
"""File formats a source may have; by default told from the file's name."""

NON_PERSON_KINDS: Final = ("seed", "test", "staff", "agency", "shared")
"""What an address or number may be that is no customer."""

INITIATORS: Final = ("company", "customer")
"""Who asked for a contact: the company pushed it, or the customer asked for it."""

ALIKE: Final = "alike:"
"""Begins an id that was made of attributes (`one_row_per`): it says nothing of the customer, and many may have it."""
