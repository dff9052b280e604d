"""Screened lists as they are kept, until their receipts come.

Owns the file: for each row its number, its customer's pseudonym and what became of it. Refuses readable identifiers.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from primum.deliver.screening import Order, Screened
from primum.words.errors import UsageError, did_you_mean

_KEY: Final = b"primum list"
_RECEIPT: Final = ".receipt.json"


@dataclass(frozen=True)
class StoredList:
    """A list that was screened: customer -> number of the row, for those allowed and those held."""

    order: Order
    allowed: dict[str, int]
    held: dict[str, int]


def store_list(folder: Path, screened: Screened, numbers: tuple[int, ...]) -> Path:
    """Keep a screened list in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.table(
        {
            "row": pa.array(numbers, pa.int64()),
            "customer": pa.array([r.customer for r in screened.rows], pa.string()),
            "outcome": pa.array([r.outcome for r in screened.rows], pa.string()),
        }
    )
    path = folder / f"{screened.order.list}.parquet"
    pq.write_table(table.replace_schema_metadata({_KEY: json.dumps(asdict(screened.order)).encode()}), path)
    return path


def read_stored(folder: Path, list_id: str) -> StoredList:
    """A list that was kept.

    Raises: UsageError where there is none of this id.
    """
    known = [path.stem for path in sorted(folder.glob("*.parquet"))]
    if list_id not in known:
        hint = did_you_mean(list_id, known)
        raise UsageError(f"No list '{list_id}' was screened here. {hint}".strip())
    table = pq.read_table(folder / f"{list_id}.parquet")
    allowed: dict[str, int] = {}
    held: dict[str, int] = {}
    places = {"allowed": allowed, "held": held}
    for row, customer, outcome in zip(*(c.to_pylist() for c in table.columns), strict=True):
        if outcome in places:
            places[outcome].setdefault(customer, row)
    return StoredList(_order(table.schema.metadata), allowed, held)


def _order(metadata: dict[bytes, bytes]) -> Order:
    return Order(**json.loads(metadata[_KEY]))


def store_receipt(folder: Path, list_id: str, told: dict[str, Any]) -> None:
    """Note that a list's receipt came, and what it said."""
    (folder / f"{list_id}{_RECEIPT}").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def never_returned(folder: Path, now: int) -> list[Order]:
    """The lists that are no longer valid, and whose receipts never came; the oldest first."""
    return sorted(_open_lists(folder, now), key=lambda order: (order.valid_until, order.list))


def _open_lists(folder: Path, now: int) -> Iterator[Order]:
    for path in folder.glob("*.parquet"):
        order = _order(pq.read_schema(path).metadata)
        if order.valid_until < now and not (folder / f"{order.list}{_RECEIPT}").exists():
            yield order
