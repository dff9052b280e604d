"""The names that conditions of segments and stages may use beside the customers' own fields.

Owns the names and their meaning. Refuses to compute them (`measures`, `rfv`), and heavy libraries: `primum check` reads
this.
"""

import re

from primum.words.vocabulary import RESPONSE_KINDS

FIXED = ("recency_days", "frequency", "tenure_days", "days_since_contact", "days_since_response")
"""Whole days since the last purchase; local days with a purchase; whole days since the first contact, response or
`since`; since the last contact that was received; since the last response other than a bounce. Null where there was
none (`frequency`: 0). `purchase_value` is the sum of what purchases were worth."""

KINDS_COUNTED = ("contacts", "purchases", "responses")
_WINDOW = re.compile(rf"({'|'.join((*KINDS_COUNTED, *RESPONSE_KINDS))})_([1-9][0-9]{{0,3}})d")
VALUE = "purchase_value"
SCORES = ("recency_score", "frequency_score", "value_score")
"""1 (worst) to the number of parts; null for who has not bought."""


def window_of(name: str) -> tuple[str, int] | None:
    """What `contacts_30d` counts, and over how many days; None for any other name."""
    found = _WINDOW.fullmatch(name)
    return (found[1], int(found[2])) if found else None
