"""The contact history, told to the ledger of a gate.

Owns the way from a bucket's arrays to the gate's records. Refuses to interpret: what sources said is told as it is,
with what the register adds where a source was silent.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from primum.customers.spec import SCOPES
from primum.customers.states import Spec, intervals_of, make_spec
from primum.gate.recording import ToldCustomer
from primum.gate.register import Register
from primum.gate.seeding import Batch, Counts, SeededContact, SeededResponse, SeededState, Seeding
from primum.history import History
from primum.history.rows import Rows
from primum.ledger.protocol import Ledger
from primum.strategy.models import Strategy

CUSTOMERS: Final = 2_000
"""Customers in one transaction."""
_CONTACT: Final = (
    "department",
    "channel",
    "brand",
    "purpose",
    "topic",
    "product",
    "communication",
    "initiated",
)
_RESPONSE: Final = ("channel", "brand", "communication")
_OF_A_CUSTOMER: Final = frozenset(("id", "hash", "kinds", "in_master", "looks", "not_person", "unit", "zone"))
LIST: Final = "\x1f"


def tell_history(
    history: History, strategy: Strategy, ledger: Ledger, register: Register, watermark: int
) -> Counts | None:
    """Tell all of a history; None where this very history was told before.

    Args:
        strategy: what it says of states and segments.
        watermark: the last instant that the history surely knows, in microseconds UTC.
    """
    seeding = Seeding(ledger, version_of(history), watermark)
    if not seeding.begin():
        return None
    spec = make_spec(history, strategy)
    for number in history.buckets:
        for batch in batches_of(history, number, register, spec):
            seeding.tell(batch)
    return seeding.finish()


def version_of(history: History) -> str:
    """A hash of what the history was made of."""
    manifest = (history.folder / "manifest.json").read_bytes()
    return "sha256:" + hashlib.sha256(manifest).hexdigest()


def batches_of(history: History, number: int, register: Register, spec: Spec) -> Iterator[Batch]:
    """A bucket, some customers at a time."""
    people = history.customers(number)
    bucket = history.bucket(number, ("content", "priority"))
    contacts = _Telling(history.tags("contacts"), bucket.contacts)
    responses = _Telling(history.tags("responses"), bucket.responses)
    told = people.to_pylist()
    states = _states(intervals_of(history, number, spec), [row["id"] for row in told])
    for begin in range(0, len(told), CUSTOMERS):
        own = range(begin, min(begin + CUSTOMERS, len(told)))
        yield Batch(
            [_customer(told[c]) for c in own],
            [one for c in own for one in contacts.contacts(c, told[c]["id"], register)],
            [one for c in own for one in responses.responses(c, told[c]["id"])],
            [one for c in own for one in states.get(c, ())],
        )


def _customer(row: Mapping[str, Any]) -> ToldCustomer:
    zone = row.get("zone")
    unit = row.get("unit")
    attributes = {name: str(v) for name, v in row.items() if name not in _OF_A_CUSTOMER and v is not None and v != ""}
    household = unit if unit is not None and unit != row["id"] else None
    return ToldCustomer(row["id"], (zone,) if zone else (), household, attributes)


class _Telling:
    """One relation of a bucket, customer by customer."""

    def __init__(self, tags: pa.Table, rows: Rows | None) -> None:
        self._tags: list[dict[str, Any]] = tags.to_pylist()
        self._rows = rows

    def _own(self, customer: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
        if self._rows is None:
            return
        for i in range(int(self._rows.offsets[customer]), int(self._rows.offsets[customer + 1])):
            yield i, int(self._rows.at[i]), self._tags[int(self._rows.tag[i])]

    def contacts(self, customer: int, id: str, register: Register) -> Iterator[SeededContact]:
        seen: Counter[str] = Counter()
        for i, at, tag in self._own(customer):
            attributes = _attributes(tag, _CONTACT)
            content = self._content(i)
            if content is not None:
                attributes["content"] = content
            attributes = _registered(attributes, register)
            own = _id(seen, at, tag.get("source"), attributes)
            precision = tag.get("at_precision") or "instant"
            yield SeededContact(own, id, at, precision, tag.get("status") or "sent", self._priority(i), attributes)

    def _content(self, i: int) -> str | None:
        assert self._rows is not None
        has = self._rows.has_content
        column = self._rows.columns.get("content")
        return None if column is None or (has is not None and not has[i]) else str(int(column[i]))

    def _priority(self, i: int) -> float:
        assert self._rows is not None
        column = self._rows.columns.get("priority")
        return 0.0 if column is None or np.isnan(column[i]) else float(column[i])

    def responses(self, customer: int, id: str) -> Iterator[SeededResponse]:
        seen: Counter[str] = Counter()
        for _, at, tag in self._own(customer):
            attributes = _attributes(tag, _RESPONSE)
            own = _id(seen, at, tag.get("source"), {**attributes, "kind": tag["kind"]})
            yield SeededResponse(own, id, at, tag.get("at_precision") or "instant", tag["kind"], attributes)


def _states(intervals: pa.Table, names: Sequence[str]) -> dict[int, list[SeededState]]:
    """States, segments and stages of a bucket, by customer."""
    found: dict[int, list[SeededState]] = defaultdict(list)
    table = intervals
    for name in ("start", "until", "as_of"):
        column = table.schema.get_field_index(name)
        table = table.set_column(column, name, table[name].cast(pa.int64()))
    for n, row in enumerate(table.to_pylist()):
        kind = "segment" if row["kind"] == "segment" else "state"
        scope = {name: row[name] for name in SCOPES if row.get(name) is not None}
        precisions = (row["start_precision"] or "instant", row["until_precision"] or "instant")
        ends = (row["start"], row["until"], row["as_of"])
        told = SeededState(str(n), names[row["customer"]], kind, row["state"], *ends, *precisions, scope)
        found[row["customer"]].append(told)
    return found


def _attributes(tag: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Attributes that a tag tells; lists are joined by U+001F."""
    found: dict[str, Any] = {}
    for name in names:
        value = tag.get(name)
        if value:
            parts = tuple(sorted(set(str(value).split(LIST))))
            found[name] = parts[0] if len(parts) == 1 else parts
    return found


def _registered(attributes: dict[str, Any], register: Register) -> dict[str, Any]:
    """With what the register knows, where the source was silent."""
    name = attributes.get("communication")
    if not isinstance(name, str):
        return attributes
    registered = register.look_up(name)
    return {**registered.attributes, **attributes, "communication": registered.name} if registered.known else attributes


def _id(seen: "Counter[str]", at: int, source: str | None, attributes: Mapping[str, Any]) -> str:
    """An id that another build of the history gives to the same row: what it says, and its number among its equals."""
    text = json.dumps([at, source, attributes], sort_keys=True)
    seen[text] += 1
    return hashlib.blake2b(f"{text}{seen[text]}".encode(), digest_size=12).hexdigest()
