"""Ids of contacts: which rows of one customer share an id, and which ids stand under several customers.

Owns the hashing of ids and the counting. Refuses to take two ids for one because their hashes are: within a customer
their bytes are compared.
"""

import numpy as np
import pyarrow as pa
from numba import njit

SAMPLE = 4_000_000
"""From so many ids on, only some are looked at for several customers."""


@njit(cache=True, nogil=True)
def hashes_of(offsets: np.ndarray, data: np.ndarray, valid: np.ndarray, source: np.ndarray) -> np.ndarray:
    """A hash of each row's source and id (FNV-1a, mixed), 0 where it has no id."""
    out = np.zeros(offsets.shape[0] - 1, np.uint64)
    for i in range(out.shape[0]):
        if not valid[i]:
            continue
        h = np.uint64(0xCBF29CE484222325) ^ (np.uint64(source[i]) * np.uint64(0x9E3779B97F4A7C15))
        for j in range(offsets[i], offsets[i + 1]):
            h = (h ^ np.uint64(data[j])) * np.uint64(0x100000001B3)
        h = (h ^ (h >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        out[i] = max(h ^ (h >> np.uint64(33)), np.uint64(1))
    return out


@njit(cache=True, nogil=True)
def _same_text(offsets: np.ndarray, data: np.ndarray, a: int, b: int) -> bool:
    length = offsets[a + 1] - offsets[a]
    if offsets[b + 1] - offsets[b] != length:
        return False
    return bool(np.all(data[offsets[a] : offsets[a] + length] == data[offsets[b] : offsets[b] + length]))


@njit(cache=True, nogil=True)
def leaders(
    order: np.ndarray,
    bounds: np.ndarray,
    source: np.ndarray,
    hashes: np.ndarray,
    offsets: np.ndarray,
    data: np.ndarray,
) -> tuple[np.ndarray, int]:
    """Per row, the first row (by `order`) with the same customer, source and id (-1 without an id); how many follow."""
    longest = 1
    for c in range(bounds.shape[0] - 1):
        longest = max(longest, bounds[c + 1] - bounds[c])
    slots = 2
    while slots < 2 * longest:
        slots *= 2
    owner = np.full(slots, -1, np.int64)
    held = np.empty(slots, np.int64)
    leader = np.full(order.shape[0], -1, np.int64)
    following = 0
    for c in range(bounds.shape[0] - 1):
        mask = 1
        while mask < 2 * (bounds[c + 1] - bounds[c]):
            mask *= 2
        mask -= 1
        for i in range(bounds[c], bounds[c + 1]):
            row = order[i]
            if hashes[row] == 0:
                continue
            slot = np.int64(hashes[row] & np.uint64(mask))
            while owner[slot] == c:
                other = held[slot]
                if (
                    hashes[other] == hashes[row]
                    and source[other] == source[row]
                    and _same_text(offsets, data, other, row)
                ):
                    break
                slot = (slot + 1) & mask
            if owner[slot] == c:
                leader[row] = held[slot]
                following += 1
            else:
                owner[slot] = c
                held[slot] = row
                leader[row] = row
    return leader, following


def buffers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (one more than there are rows) and bytes of a text array."""
    _, where, data = texts.buffers()
    offsets = np.frombuffer(where, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return offsets, np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)


def identity_hashes(ids: pa.Array, source: np.ndarray) -> np.ndarray:
    """A hash of each row's source (its position) and id, 0 where it has no id."""
    offsets, data = buffers(ids)
    return np.asarray(hashes_of(offsets, data, ids.is_valid().to_numpy(zero_copy_only=False), source))


def sampled(rows: int) -> int:
    """One in how many ids is looked at among so many rows."""
    one_in = 1
    while rows // one_in > SAMPLE:
        one_in *= 2
    return one_in


class IdSample:
    """Which ids stand under several customers: counted over all buckets, exactly up to a few million ids.

    Beyond, one in 2, 4, 8 ... ids is looked at, by its hash, and the count is scaled. Two ids with one 64-bit hash
    would count as one.
    """

    def __init__(self, rows: int, sources: int) -> None:
        """Args:
        rows: about how many ids will come.
        """
        self._sources = sources
        self._one_in = sampled(rows)
        self._ids: list[np.ndarray] = []
        self._of: list[np.ndarray] = []

    def add(self, ids: np.ndarray, sources: np.ndarray) -> None:
        """The ids of one bucket: the hash of each customer's each id, and the position of its source."""
        kept = ids % np.uint64(self._one_in) == 0
        self._ids.append(ids[kept])
        self._of.append(sources[kept])

    def of_several(self) -> np.ndarray:
        """Per source, how many ids stand under more than one customer."""
        if not self._ids:
            return np.zeros(self._sources, np.int64)
        ids, sources = np.concatenate(self._ids), np.concatenate(self._of)
        order = np.argsort(ids, kind="stable")
        new = np.ones(len(ids) + 1, bool)
        new[1:-1] = np.diff(ids[order]) != 0
        starts = np.flatnonzero(new)
        several = starts[:-1][np.diff(starts) > 1]
        return np.asarray(np.bincount(sources[order[several]], minlength=self._sources) * self._one_in)
