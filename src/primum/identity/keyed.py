"""Identifiers as keyed hashes: who holds the key can find a person again, who does not sees 32 hexadecimal digits.

Owns the key in use, what is derived from it, and the one way an identifier (`kind:value`) becomes a hash. Refuses to
find, make or keep a key: `app.keys` does.

A keyed hash (a PRF, SipHash-2-4 with 128 bits) hides identifiers from whoever holds the files without the key: unlike
a plain hash of an e-mail address it cannot be looked up by hashing a list of addresses. It does not hide that two rows
are the same person's, nor how often and when that person was contacted.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KEY_BYTES = 32


class IdentityKey:
    """A workspace's key (256 bits), and what is derived from it by keyed BLAKE2b, one purpose each (RFC 7693)."""

    def __init__(self, secret: bytes) -> None:
        """Raises: ValueError where the secret has not 32 bytes."""
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, this one {len(secret)}")
        self._secret = secret

    def __repr__(self) -> str:
        return f"IdentityKey({self.mark})"

    def derived(self, purpose: str, size: int = KEY_BYTES) -> bytes:
        """`size` bytes for one purpose (a word of at most 16 ASCII characters), independent of any other purpose's."""
        return hashlib.blake2b(key=self._secret, person=purpose.encode("ascii"), digest_size=size).digest()

    @cached_property
    def mark(self) -> str:
        """Tells one key from another and nothing else about it; may be stored and shown."""
        return self.derived("primum mark", 8).hex()

    @cached_property
    def _halves(self) -> tuple[np.uint64, np.uint64]:
        halves = np.frombuffer(self.derived("primum hash", 16), "<u8")
        return halves[0], halves[1]

    def digests(self, kinds: str | Sequence[str], values: pa.Array, kind_of: np.ndarray | None = None) -> np.ndarray:
        """The hash of each `kind:value`.

        Args:
            kinds: the kind of all values, or the kinds that `kind_of` (int8 of n) points into.
            values: texts in their normal form; an absent one gets the hash of an empty text.

        Returns: uint8 of [n, 16].
        """
        from primum.identity.siphash import hash_texts

        words = [f"{k}:".encode() for k in ([kinds] if isinstance(kinds, str) else kinds)] or [b""]
        offsets, data = _buffers(values)
        found = hash_texts(
            np.zeros(len(values), np.int8) if kind_of is None else np.ascontiguousarray(kind_of, np.int8),
            np.frombuffer(b"".join(words), np.uint8),
            np.cumsum([0, *map(len, words)]).astype(np.int64),
            data,
            offsets,
            *self._halves,
        )
        return found.astype("<u8", copy=False).view(np.uint8).reshape(len(values), 16)

    def texts(self, kind: str, values: pa.Array) -> pa.Array:
        """The hash of each `kind:value` as 32 hexadecimal digits; null where the value is."""
        return hex_texts(self.digests(kind, values), mask=_missing(values))

    def one(self, kind: str, value: str) -> str:
        """The hash of one identifier in its normal form, as 32 hexadecimal digits."""
        return bytes(self.digests(kind, pa.array([value], pa.string()))[0]).hex()


def normal_form(kind: str, value: str, country: str | None) -> str:
    """The normal form of one identifier, as linking sees it (`normalise.normal_sql`, phones in E.164)."""
    from primum.identity.normalise import normalise_phones

    if kind == "phone":
        return normalise_phones([value], country)[0]
    return unicodedata.normalize("NFC", value.strip()).lower()


def hex_texts(digests: np.ndarray, mask: pa.Buffer | None = None) -> pa.Array:
    """Hashes (uint8 of [n, 16], or their first bytes) as an Arrow array of hexadecimal texts; `mask`: validity bits."""
    from primum.identity.siphash import to_hex

    count = len(digests)
    offsets = np.arange(count + 1, dtype=np.int64) * (2 * digests.shape[1])
    kind = pa.string()
    if offsets[-1] <= np.iinfo(np.int32).max:
        offsets = offsets.astype(np.int32)
    else:
        kind = pa.large_string()
    data = to_hex(np.ascontiguousarray(digests))
    return pa.Array.from_buffers(kind, count, [mask, pa.py_buffer(offsets), pa.py_buffer(data)])


def hex_bytes(texts: pa.Array) -> np.ndarray:
    """The bytes of hashes written as text: uint8 of [n, 32]."""
    from primum.identity.siphash import HEX_BYTES

    offsets, data = _buffers(texts)
    return data[offsets[0] : offsets[-1]].reshape(len(texts), HEX_BYTES)


def binary_digests(digests: np.ndarray) -> pa.Array:
    """Hashes (uint8 of [n, 16]) as an Arrow array of fixed-size binary."""
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(digests), [None, pa.py_buffer(digests.tobytes())])


def _missing(values: pa.Array) -> pa.Buffer | None:
    if not values.null_count:
        return None
    valid = pc.is_valid(values)
    return valid.buffers()[1]


def _buffers(values: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (n + 1) and bytes of an Arrow array of texts."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        values = values.cast(pa.string())
    width = np.int64 if pa.types.is_large_string(values.type) else np.int32
    _, offsets, data = values.buffers()
    if not len(values):
        return np.zeros(1, width), np.zeros(0, np.uint8)
    held = np.frombuffer(offsets, width)[values.offset : values.offset + len(values) + 1]
    return held, np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
