"""One customer's intervals as lines a person can read.

Owns the way from microseconds to local words. Refuses to find the customer: `app` does.
"""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc

from primum.customers.fold import NEVER_SURE
from primum.customers.results import TrueLine
from primum.customers.spec import SCOPES
from primum.customers.states import Spec, intervals_of
from primum.history import History
from primum.words.time import from_us, instant_us


def truths(history: History, bucket: int, customer: int, spec: Spec, zone: str) -> list[TrueLine]:
    """What is true of one customer (its number within the bucket), in time order."""
    table = intervals_of(history, bucket, spec)
    own = table.filter(pc.equal(table["customer"], customer))
    in_time = [("start", "ascending", "at_start"), ("state", "ascending"), ("until", "ascending")]
    return [_line(row, ZoneInfo(zone)) for row in own.sort_by(in_time).to_pylist()]


def _line(row: dict[str, Any], zone: ZoneInfo) -> TrueLine:
    about = tuple((s, row[s]) for s in SCOPES if row[s] is not None)
    until = _told(row["until"], row["until_precision"], zone)
    return TrueLine(
        row["state"], row["kind"], _told(row["start"], row["start_precision"], zone), until, _certain(row, zone), about
    )


def _certain(row: dict[str, Any], zone: ZoneInfo) -> str | None:
    if row["as_of"] is None:
        return None
    never = row["as_of"] >= _naive(NEVER_SURE) or (row["until"] is not None and row["as_of"] >= row["until"])
    return "never" if never else _told(row["as_of"], "instant", zone)


def _naive(us: int) -> datetime:
    return from_us(us).replace(tzinfo=None)


def _told(at: datetime | None, precision: str, zone: ZoneInfo) -> str | None:
    """A local instant; a date where no more is known, or where it begins that day."""
    if at is None:
        return None
    local = from_us(instant_us(at.replace(tzinfo=ZoneInfo("UTC")))).astimezone(zone)
    if precision == "day" or local.time() == time():
        return local.date().isoformat()
    return local.strftime("%Y-%m-%d %H:%M")
