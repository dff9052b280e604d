"""The identifiers that a history knows, kept beside it so that new exports can be linked without reading the old ones.

Owns the files `identity/nodes-NNNN.arrow`: the keyed hash of every identifier with the customer it names, in the order
of its number for good (rows of linked histories hold that number). The first file is written with the buckets; a later
one holds only what changed since. Refuses readable forms: those are in the store, encrypted.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

COLUMNS = ("hash", "kind", "code", "in_master", "why", "used", "contacts")


@njit(cache=True, nogil=True)
def _numbers(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The row of `known` that equals each row of `wanted` (both uint64 of [n, 2], rows distinct), -1 where none does.

    The few that are wanted are put in a table; the many that are known pass by it once.
    """
    slots = 16
    while slots < 2 * wanted.shape[0]:
        slots *= 2
    mask = np.uint64(slots - 1)
    held = np.full(slots, -1, np.int64)
    for i in range(wanted.shape[0]):
        at = wanted[i, 0] & mask
        while held[at] >= 0:
            at = (at + np.uint64(1)) & mask
        held[at] = i
    out = np.full(wanted.shape[0], -1, np.int64)
    for n in range(known.shape[0]):
        at = known[n, 0] & mask
        while held[at] >= 0:
            i = held[at]
            if wanted[i, 0] == known[n, 0] and wanted[i, 1] == known[n, 1]:
                out[i] = n
            at = (at + np.uint64(1)) & mask
    return out


@dataclass(frozen=True)
class Known:
    """Every identifier: `hash`, `kind`, `code` (customer for good, -1 nobody), `in_master`, `why`, `used`, `contacts`.

    A row's place is its number for good. See `link.Linked.nodes` for what the columns mean.
    """

    table: pa.Table
    changed: np.ndarray
    """Numbers of those that differ from the base's file, new ones included."""
    base: int
    """How many the base's file holds."""

    def column(self, name: str) -> np.ndarray:
        """A column as an array (not for texts)."""
        found = self.table[name]
        return np.asarray((found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()).to_numpy(False))

    def usable(self) -> np.ndarray:
        """Which identifiers may name somebody."""
        return np.asarray(pc.is_null(self.table["why"]).to_numpy())

    def numbers_of(self, digests: np.ndarray) -> np.ndarray:
        """The numbers for good of identifiers by their hashes (uint8 of [n, 16]), -1 for those that are not known."""
        hashes = self.table["hash"].combine_chunks()
        chunks = hashes.chunks if isinstance(hashes, pa.ChunkedArray) else [hashes]
        held = [np.frombuffer(c.buffers()[1], "<u8")[2 * c.offset : 2 * (c.offset + len(c))] for c in chunks if len(c)]
        known = held[0] if len(held) == 1 else np.concatenate([np.empty(0, np.uint64), *held])
        wanted = np.ascontiguousarray(digests).view("<u8").reshape(-1, 2)
        return np.asarray(_numbers(known.reshape(-1, 2), wanted))

    def customers_of(self, source: int) -> np.ndarray:
        """The customers whom the keys of a source (by its bit) name, each once."""
        code = self.column("code")
        named = np.zeros(int(code.max(initial=-1)) + 1, bool)
        named[code[((self.column("used") >> source) & 1 > 0) & (code >= 0)]] = True
        return np.flatnonzero(named)

    def in_master(self, customers: int) -> np.ndarray:
        """Whether a customer master knows each customer, by number for good."""
        out = np.zeros(customers, bool)
        code = self.column("code")[self.column("in_master")]
        out[code[code >= 0]] = True
        return out

    def nodes_of(self, customers: np.ndarray) -> np.ndarray:
        """The identifier of each customer, where nobody is linked and a customer is one identifier."""
        code = self.column("code")
        place = np.full(int(code.max(initial=-1)) + 1, -1, np.int64)
        place[code[code >= 0]] = np.flatnonzero(code >= 0)
        return np.asarray(place[customers])

    def released(self, source: int, lost: np.ndarray, left: np.ndarray, *, contacts: bool) -> "Known":
        """The same once rows of a source are gone.

        Args:
            source: its bit.
            lost: the identifier of each row that is gone (-1 for none).
            left: the identifiers of its rows that stay.
            contacts: whether the rows were contacts of linked customers, so that they are counted.
        """
        lost = lost[lost >= 0]
        used, counts = self.column("used").copy(), self.column("contacts").copy()
        used[lost] &= ~(np.int64(1) << np.int64(source))
        used[left[left >= 0]] |= np.int64(1) << np.int64(source)
        if contacts:
            np.subtract.at(counts, lost, 1)
        return self._replaced(np.unique(lost), used=used, contacts=counts)

    def buried(self) -> tuple["Known", np.ndarray]:
        """The same without customers whom nothing names any more, and their numbers for good."""
        code = self.column("code")
        idle = np.flatnonzero((code >= 0) & (self.column("used") == 0) & ~self.column("in_master"))
        if not len(idle):
            return self, np.empty(0, np.int64)
        dead = code[idle].astype(np.int64)
        code = code.copy()
        code[idle] = -1
        return self._replaced(idle, code=code), dead

    def _replaced(self, changed: np.ndarray, **columns: np.ndarray) -> "Known":
        table = self.table
        for name, values in columns.items():
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, pa.array(values, table.schema.field(name).type))
        return self.with_changes(table, changed)

    def with_changes(self, table: pa.Table, changed: np.ndarray) -> "Known":
        """The same with another table; further rows of it differ from the base's."""
        fresh = np.arange(self.table.num_rows, table.num_rows)
        return Known(table, np.union1d(self.changed, np.union1d(changed, fresh)), self.base)

    def write(self, folder: Path, name: str) -> None:
        """Write what differs from the base's file."""
        part = self.table.take(pa.array(self.changed)).append_column("number", pa.array(self.changed, pa.int64()))
        _write(part, folder / f"{name}.arrow")


def renumbered(known: Known, numbers: np.ndarray, folder: Path, name: str) -> None:
    """Write everything that is known as a base's file, once customers were numbered anew.

    Args:
        numbers: the new number for good of each customer by the old one.
    """
    write_known(known.table, numbers, folder, name)


def write_known(nodes: pa.Table, good: np.ndarray, folder: Path, name: str) -> None:
    """Write the base's file: the nodes of a build; `good` is the number for good of each of its customers."""
    code = nodes["code"].to_numpy()
    numbers = np.where(code >= 0, good[np.maximum(code, 0)], -1).astype(np.int32) if len(good) else code
    at = nodes.schema.get_field_index("code")
    folder.mkdir(parents=True, exist_ok=True)
    _write(nodes.set_column(at, "code", pa.array(numbers)).select(COLUMNS), folder / f"{name}.arrow")


def read_known(folder: Path, base: str, delta: str) -> Known:
    """What is known as of now. Raises: FileNotFoundError where a file is missing."""
    table = _read(folder / f"{base}.arrow")
    known = Known(table, np.empty(0, np.int64), table.num_rows)
    if not delta:
        return known
    part = _read(folder / f"{delta}.arrow")
    number = part["number"].combine_chunks().to_numpy()
    part = part.drop_columns(["number"])
    old = number < known.base
    place = np.arange(known.base + int((~old).sum()))
    place[number] = known.base + np.arange(len(number))
    both = pa.concat_tables([table, part])
    return Known(both.take(pa.array(place)), number, known.base)


def _write(table: pa.Table, path: Path) -> None:
    half = path.with_suffix(".half")
    table = table.combine_chunks()
    with pa.OSFile(str(half), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    half.replace(path)


def _read(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
