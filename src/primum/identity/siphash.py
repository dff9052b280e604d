"""SipHash-2-4 with 128 bits over columns of texts, and XXH64 of its hexadecimal form, compiled.

Owns the kernels. Refuses to know keys, kinds of identifier, or what an absent value means: a row is a text.

Source: Aumasson & Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012; the 128-bit output is that of the
authors' reference implementation. XXH64: Collet, "xxHash fast digest algorithm", specification 0.1.1.
"""

import numpy as np
from numba import njit

U = np.uint64
HEX_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
HEX_BYTES = 32
"""Length of a hash as text."""
_P1, _P2, _P3 = U(0x9E3779B185EBCA87), U(0xC2B2AE3D27D4EB4F), U(0x165667B19E3779F9)
_P4 = U(0x85EBCA77C2B2AE63)


@njit(inline="always")
def _turn(x: np.uint64, bits: int) -> np.uint64:
    return (x << U(bits)) | (x >> U(64 - bits))


@njit(inline="always")
def _round(a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    a += b
    c += d
    b = _turn(b, 13) ^ a
    d = _turn(d, 16) ^ c
    a = _turn(a, 32)
    c += b
    a += d
    b = _turn(b, 17) ^ c
    d = _turn(d, 21) ^ a
    c = _turn(c, 32)
    return a, b, c, d


@njit(cache=True, nogil=True)
def _sip(words: np.ndarray, length: int, k0: np.uint64, k1: np.uint64) -> tuple[np.uint64, np.uint64]:
    """The two halves of the hash of `length` bytes, held in `words` with zeros behind them."""
    a = k0 ^ U(0x736F6D6570736575)
    b = k1 ^ U(0x646F72616E646F6D) ^ U(0xEE)
    c = k0 ^ U(0x6C7967656E657261)
    d = k1 ^ U(0x7465646279746573)
    for i in range(length // 8 + 1):
        word = words[i]
        if i == length // 8:
            word |= U(length & 0xFF) << U(56)
        d ^= word
        a, b, c, d = _round(a, b, c, d)
        a, b, c, d = _round(a, b, c, d)
        a ^= word
    c ^= U(0xEE)
    for _ in range(4):
        a, b, c, d = _round(a, b, c, d)
    low = a ^ b ^ c ^ d
    b ^= U(0xDD)
    for _ in range(4):
        a, b, c, d = _round(a, b, c, d)
    return low, a ^ b ^ c ^ d


@njit(cache=True, nogil=True)
def hash_texts(
    prefix_of: np.ndarray,
    prefixes: np.ndarray,
    prefix_offsets: np.ndarray,
    data: np.ndarray,
    offsets: np.ndarray,
    k0: np.uint64,
    k1: np.uint64,
) -> np.ndarray:
    """The hash of each text behind its prefix.

    Args:
        prefix_of: which prefix each row has, int8 of n.
        prefixes, prefix_offsets: the prefixes' bytes one after another, uint8, and where each begins and ends.
        data, offsets: the texts' bytes (uint8), and n + 1 offsets into them: an Arrow array of texts.
        k0, k1: the key's halves, little-endian.

    Returns: uint64 of [n, 2]; the bytes of a row, little-endian, are the hash as the authors write it.
    """
    longest = np.int64(0)
    for i in range(prefix_of.shape[0]):
        longest = max(longest, np.int64(offsets[i + 1]) - np.int64(offsets[i]))
    room = (longest + prefixes.shape[0]) // 8 + 2
    words = np.zeros(room, np.uint64)
    held = words.view(np.uint8)
    out = np.empty((prefix_of.shape[0], 2), np.uint64)
    for i in range(prefix_of.shape[0]):
        length = 0
        for j in range(prefix_offsets[prefix_of[i]], prefix_offsets[prefix_of[i] + 1]):
            held[length] = prefixes[j]
            length += 1
        for j in range(offsets[i], offsets[i + 1]):
            held[length] = data[j]
            length += 1
        for j in range(length, (length // 8 + 1) * 8):
            held[j] = 0
        out[i, 0], out[i, 1] = _sip(words, length, k0, k1)
    return out


@njit(cache=True, nogil=True)
def to_hex(digests: np.ndarray) -> np.ndarray:
    """Hashes as text: uint8 of [n, 16] to uint8 of [n, 32], hexadecimal in lower case."""
    out = np.empty((digests.shape[0], 2 * digests.shape[1]), np.uint8)
    for i in range(digests.shape[0]):
        for j in range(digests.shape[1]):
            out[i, 2 * j] = HEX_DIGITS[digests[i, j] >> 4]
            out[i, 2 * j + 1] = HEX_DIGITS[digests[i, j] & 15]
    return out


@njit(inline="always")
def _lane(lane: np.uint64, word: np.uint64) -> np.uint64:
    return _turn(lane + word * _P2, 31) * _P1


@njit(inline="always")
def _merge(total: np.uint64, lane: np.uint64) -> np.uint64:
    return (total ^ _lane(U(0), lane)) * _P1 + _P4


@njit(cache=True, nogil=True)
def xxh64_of_hex(texts: np.ndarray) -> np.ndarray:
    """XXH64 with seed 0 of texts of exactly 32 bytes: uint8 of [n, 32], C order, to uint64 of n."""
    words = texts.reshape(texts.shape[0] * HEX_BYTES).view(np.uint64)
    out = np.empty(texts.shape[0], np.uint64)
    for i in range(texts.shape[0]):
        a = _lane(_P1 + _P2, words[4 * i])
        b = _lane(_P2, words[4 * i + 1])
        c = _lane(U(0), words[4 * i + 2])
        d = _lane(U(0) - _P1, words[4 * i + 3])
        total = _turn(a, 1) + _turn(b, 7) + _turn(c, 12) + _turn(d, 18)
        total = _merge(_merge(_merge(_merge(total, a), b), c), d) + U(HEX_BYTES)
        total = (total ^ (total >> U(33))) * _P2
        total = (total ^ (total >> U(29))) * _P3
        out[i] = total ^ (total >> U(32))
    return out
