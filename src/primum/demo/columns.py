"""Columns of text, joined into lines and files fast.

Owns the ways from numbers to text that all exports share. Refuses to know an export.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.demo import identifiers as ids
from primum.demo.batch import DAY, DAYS, START, Array, Contacts, local_day
from primum.demo.messages import MESSAGES

FAR: Final = 100
"""Unreadable rows stand behind this many readable ones."""

EPOCH: Final = np.datetime64(START.isoformat(), "m")
SALT: Final = np.uint64(0x9E3779B97F4A7C15)


def quoted(word: str, separator: str) -> str:
    """The word as a CSV cell."""
    if any(c in word for c in (separator, '"', "\n", "\r")):
        return '"' + word.replace('"', '""') + '"'
    return word


def joined(separator: str, *columns: pa.Array) -> pa.Array:
    """The columns as lines of text; what is absent is empty."""
    return ids.glue(
        pc.binary_join_element_wise(*columns, separator, null_handling="replace", null_replacement=""), "\n"
    )


def as_bytes(lines: pa.Array) -> bytes:
    """The lines one behind the other, in UTF-8."""
    if len(lines) == 0:
        return b""
    flat = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    offsets = np.frombuffer(flat.buffers()[1], np.int32)[flat.offset : flat.offset + len(flat) + 1]
    return cast(bytes, flat.buffers()[2][int(offsets[0]) : int(offsets[-1])].to_pybytes())


def instants(minutes: Array, form: str) -> pa.Array:
    """Instants as texts, each distinct one formatted once."""
    distinct, place = np.unique(minutes, return_inverse=True)
    stamps = pa.array((EPOCH + distinct).astype("datetime64[s]"))
    return pc.strftime(stamps, form).take(pa.array(place))


@dataclass(frozen=True)
class Figures:
    """Rows of an export; of which rejected, repeating another, telling a further status of one, replaced by others."""

    rows: int
    rejected: int = 0
    repeated: int = 0
    folded: int = 0
    replaced: int = 0
    unlinked: int | None = None
    """Rows without a customer, where several rows tell of one contact."""


def picked(contacts: Contacts, which: Array) -> Contacts:
    """Some of the contacts: by a mask, or by their places."""
    return Contacts(*(getattr(contacts, name)[which] for name in Contacts.__dataclass_fields__))


def contacts_of(contacts: Contacts, source: str) -> Contacts:
    """The contacts of one export."""
    return picked(contacts, np.array([m.communication.source == source for m in MESSAGES])[contacts.message])


def marked(contacts: Contacts) -> Array:
    """A number for each contact, from what it is and no other's (an odd factor is invertible): it tells nothing."""
    place = contacts.person.astype(np.uint64) * np.uint64(2 * DAYS * DAY) + contacts.minute.astype(np.uint64)
    mixed = (place * np.uint64(len(MESSAGES)) + contacts.message.astype(np.uint64)) * SALT
    return np.asarray(mixed ^ (mixed >> np.uint64(29)))


def words(contacts: Contacts, catalogue: Sequence[str | None]) -> pa.Array:
    """A word per text of the catalogue, for each contact."""
    return pa.array(catalogue, pa.string()).take(pa.array(contacts.message))


def dice(contacts: Contacts, sides: int) -> Array:
    """A spelling for each contact, from what it is and not from chance."""
    mixed = (contacts.minute.astype(np.uint64) * np.uint64(31) + contacts.person.astype(np.uint64)) * SALT
    return ((mixed >> np.uint64(40)) % np.uint64(sides)).astype(np.int64)


def last_days(contacts: Contacts, form: str) -> pa.Array:
    """The offer's last local day, or nothing."""
    day = local_day(contacts.minute) + contacts.valid
    return ids.either(contacts.valid >= 0, instants(day * DAY, form), None)


class TextFile:
    """A text file that takes lines, and the unreadable ones after `FAR` readable ones."""

    def __init__(self, file: IO[bytes], header: str, unreadable: Sequence[bytes], encoding: str = "utf-8") -> None:
        self._file, self._unreadable, self._encoding = file, list(unreadable), encoding
        self.rejected = len(unreadable)
        self.rows = len(unreadable)
        if header:
            file.write((header + "\n").encode(encoding))

    def write(self, lines: pa.Array) -> None:
        """Append lines."""
        self.rows += len(lines)
        head = lines[:FAR] if self._unreadable else lines
        self._put(head)
        if self._unreadable:
            self._file.write(b"".join(self._unreadable))
            self._unreadable.clear()
            self._put(lines[FAR:])

    def _put(self, lines: pa.Array) -> None:
        data = as_bytes(lines)
        self._file.write(data if self._encoding == "utf-8" else data.decode().encode(self._encoding))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
