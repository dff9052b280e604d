"""Interning: combinations of attribute values become small integers, exactly.

Owns the hash tables and the growing table of tags. Refuses lossy hashing: equal tags are equal values.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

EMPTY = np.int64(-1)


@njit(cache=True, nogil=True, inline="never")
def _slot(table: np.ndarray, key: np.int64) -> np.int64:
    mask = table.shape[0] - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(mask))
    while table[at, 1] != EMPTY and table[at, 0] != key:
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True)
def _grown(table: np.ndarray) -> np.ndarray:
    larger = np.full((table.shape[0] * 2, 2), EMPTY, np.int64)
    for i in range(table.shape[0]):
        if table[i, 1] != EMPTY:
            at = _slot(larger, table[i, 0])
            larger[at, 0] = table[i, 0]
            larger[at, 1] = table[i, 1]
    return larger


@njit(cache=True, nogil=True)
def _intern(table: np.ndarray, count: int, keys: np.ndarray) -> tuple[np.ndarray, int, np.ndarray, np.ndarray]:
    """Number the keys in the order of their first appearance; returns (table, count, numbers, new keys)."""
    numbers = np.empty(keys.shape[0], np.int32)
    fresh = np.empty(1024, np.int64)
    first = count
    for i in range(keys.shape[0]):
        at = _slot(table, keys[i])
        if table[at, 1] == EMPTY:
            if 2 * (count + 1) > table.shape[0]:
                table = _grown(table)
                at = _slot(table, keys[i])
            if count - first == fresh.shape[0]:
                longer = np.empty(fresh.shape[0] * 2, np.int64)
                longer[: fresh.shape[0]] = fresh
                fresh = longer
            fresh[count - first] = keys[i]
            table[at, 0] = keys[i]
            table[at, 1] = count
            count += 1
        numbers[i] = table[at, 1]
    return table, count, numbers, fresh[: count - first]


class Numbering:
    """A growing, exact numbering of int64 keys: 0, 1, 2 ... in the order of first appearance."""

    def __init__(self) -> None:
        self._table = np.full((1 << 15, 2), EMPTY, np.int64)
        self.count = 0

    def numbers(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The number of each key (int32) and the keys seen for the first time (int64)."""
        self._table, self.count, numbers, fresh = _intern(self._table, self.count, np.ascontiguousarray(keys, np.int64))
        return numbers, fresh


class _Shape:
    """Batches alike: the same columns vary, the others hold the same word, and the codes fit the same bits.

    A row's varying codes are packed into one int64, numbered exactly; each number stands for a tag.
    """

    def __init__(self, constants: dict[int, int], bits: dict[int, int]) -> None:
        self.constants = constants
        self.bits = bits
        self.numbering = Numbering()
        self.tags = np.empty(0, np.int32)

    def digits(self, keys: np.ndarray, columns: int) -> np.ndarray:
        """The codes of packed keys, [keys, columns]."""
        out = np.empty((len(keys), columns), np.int64)
        for position, code in self.constants.items():
            out[:, position] = code
        shift = 0
        for position, bits in self.bits.items():
            out[:, position] = (keys >> shift) & ((1 << bits) - 1)
            shift += bits
        return out


class Tags:
    """The growing table of distinct attribute combinations of one relation."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._words: list[dict[str | None, int]] = [{None: 0} for _ in columns]
        self._pairs = [Numbering() for _ in columns]
        self._digits = [np.empty((0, len(self.columns)), np.int32)]
        """The codes of every tag, in pieces."""
        self._shapes: dict[tuple[tuple[int, int], ...], _Shape] = {}

    @classmethod
    def of(cls, table: pa.Table) -> "Tags":
        """A growing table that begins with these tags, each at its row."""
        tags = cls(table.column_names)
        digits = np.zeros((table.num_rows, len(tags.columns)), np.int64)
        for position, column in enumerate(tags.columns):
            indices, words = _encoded(table[column].combine_chunks())
            digits[:, position] = np.array([tags._code(position, w) for w in words], np.int64)[indices]
        tags._intern_rows(digits)
        return tags

    def codes(self, batch: dict[str, pa.Array | str | None], length: int) -> np.ndarray:
        """The tag of each row.

        Args:
            batch: per column an Arrow array of texts or integers of `length` rows, or one text (or None) for all.
            length: number of rows.

        Returns: int32 array of `length`.
        """
        constants: dict[int, int] = {}
        varying: dict[int, np.ndarray] = {}
        for position, column in enumerate(self.columns):
            value = batch.get(column)
            if value is None or isinstance(value, str):
                constants[position] = self._code(position, value)
                continue
            indices, words = _encoded(value)
            codes = np.array([self._code(position, w) for w in words], np.int64)
            if len(codes) == 1:
                constants[position] = int(codes[0])
            else:
                varying[position] = codes[indices]
        shape = self._shape(constants, varying)
        if shape is None:
            half = length // 2
            left = {c: v.slice(0, half) if isinstance(v, pa.Array) else v for c, v in batch.items()}
            right = {c: v.slice(half) if isinstance(v, pa.Array) else v for c, v in batch.items()}
            return np.concatenate([self.codes(left, half), self.codes(right, length - half)])
        return self._look_up(shape, varying, length)

    def _code(self, position: int, word: str | None) -> int:
        words = self._words[position]
        return words.setdefault(word, len(words))

    def _shape(self, constants: dict[int, int], varying: dict[int, np.ndarray]) -> _Shape | None:
        """The shape of a batch; None where its codes do not fit 63 bits (then half the rows have fewer words)."""
        bits = {p: max(8, (len(self._words[p]) - 1).bit_length()) for p in varying}
        if sum(bits.values()) > 63:
            bits = {p: int(varying[p].max(initial=0)).bit_length() for p in varying}
        if sum(bits.values()) > 63:
            return None
        key = (*constants.items(), (-1, 0), *bits.items())
        if key not in self._shapes:
            self._shapes[key] = _Shape(constants, bits)
        return self._shapes[key]

    def _look_up(self, shape: _Shape, varying: dict[int, np.ndarray], length: int) -> np.ndarray:
        packed, shift = np.zeros(length, np.int64), 0
        for position, bits in shape.bits.items():
            packed |= varying[position].astype(np.int64) << shift
            shift += bits
        numbers, fresh = shape.numbering.numbers(packed)
        if len(fresh):
            shape.tags = np.concatenate([shape.tags, self._intern_rows(shape.digits(fresh, len(self.columns)))])
        return np.asarray(shape.tags[numbers])

    def _intern_rows(self, digits: np.ndarray) -> np.ndarray:
        """The tags of combinations of codes, new ones added: pairs are numbered column after column, exactly."""
        tag = np.zeros(len(digits), np.int64)
        before = 0
        for position, numbering in enumerate(self._pairs):
            before = numbering.count
            numbers, _ = numbering.numbers((tag << np.int64(32)) | digits[:, position])
            tag = numbers.astype(np.int64)
        distinct, first = np.unique(tag, return_index=True)
        self._digits.append(digits[first[distinct >= before]].astype(np.int32))
        return tag.astype(np.int32)

    def words_of(self, column: str) -> list[str | None]:
        """The words of one column by their code (see `codes_of`); code 0 is None."""
        return list(self._words[self.columns.index(column)])

    def codes_of(self, column: str) -> np.ndarray:
        """Per tag, the code of its word in one column."""
        return self._all_digits()[:, self.columns.index(column)]

    def joined(self, first: np.ndarray, last: np.ndarray, columns: Sequence[str]) -> np.ndarray:
        """Tags (added where they are new) that say what `first` say, but in `columns` what `last` say."""
        pairs, inverse = np.unique(first.astype(np.int64) << 32 | last, return_inverse=True)
        rows = self._all_digits()
        digits = rows[pairs >> 32].astype(np.int64)
        positions = [self.columns.index(c) for c in columns]
        digits[:, positions] = rows[pairs & 0xFFFFFFFF][:, positions]
        return self._intern_rows(digits)[inverse.reshape(-1)]

    def _all_digits(self) -> np.ndarray:
        """The codes of every tag, [tags, columns]."""
        if len(self._digits) > 1:
            self._digits = [np.concatenate(self._digits)]
        return self._digits[0]

    def table(self) -> pa.Table:
        """One row per tag: the attributes' values (dictionary-encoded text, null where absent)."""
        rows = self._all_digits()
        data = {}
        for position, column in enumerate(self.columns):
            words = list(self._words[position])[1:]
            codes = rows[:, position]
            indices = pa.array(codes - 1, pa.int32(), mask=codes == 0)
            data[column] = pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))
        return pa.table(data)


def _encoded(value: pa.Array) -> tuple[np.ndarray, list[str | None]]:
    """Indices and words of a text array; a null has a word of its own (None)."""
    encoded = value if pa.types.is_dictionary(value.type) else value.dictionary_encode()
    words: list[str | None] = [None if w is None else str(w) for w in encoded.dictionary.to_pylist()]
    indices = encoded.indices
    if indices.null_count:
        indices = pc.fill_null(indices, len(words))
        words.append(None)
    elif len(words) == 0:
        words.append(None)
    return indices.to_numpy(zero_copy_only=False), words
