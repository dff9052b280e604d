"""Hashes of identifiers: the authors' function, exactly, whatever the shape of the column; one purpose, one key."""

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.identity.hidden import hide
from primum.identity.keyed import IdentityKey, binary_digests, hex_bytes, hex_texts
from primum.identity.siphash import hash_texts, xxh64_of_hex

PUBLISHED = {
    0: "a3817f04ba25a8e66df67214c7550293",
    1: "da87c1d86b99af44347659119b22fc45",
    2: "8177228da4a45dc7fca38bdef60affe4",
    7: "a1f1ebbed8dbc153c0b84aa61ff08239",
    8: "3b62a9ba6258f5610f83e264f31497b4",
    9: "264499060ad9baabc47f8b02bb6d71ed",
    15: "5493e99933b0a8117e08ec0f97cfc3d9",
    16: "6ee2a4ca67b054bbfd3315bf85230577",
    23: "c9d184ddd5a9f5e0cf8ce29a9abf691c",
    31: "2939b0183223fafc1723de4f52c43d35",
    32: "7c3956ca5eeafc3e363e9d556546eb68",
    47: "e61c432b720b19d18ec8d84bdc63151b",
    55: "67f14984c7da791248e32bb5922583da",
    63: "5150d1772f50834a503e069a973fbd7c",
}
"""SipHash-2-4 with 128 bits of the bytes 0, 1, 2 ... of each length under the key 00 01 .. 0f: `vectors_sip128` of the
authors' reference implementation."""
M64 = (1 << 64) - 1


def siphash(key: bytes, text: bytes) -> bytes:
    """SipHash-2-4 with 128 bits, from the paper and the reference's rule for the longer output, in plain Python."""
    k0, k1 = (int.from_bytes(key[i : i + 8], "little") for i in (0, 8))
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D ^ 0xEE, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def turn(x: int, bits: int) -> int:
        return (x << bits | x >> (64 - bits)) & M64

    def sip_rounds(count: int) -> None:
        for _ in range(count):
            for low, high, left in ((0, 1, 13), (2, 3, 16), (2, 1, 17), (0, 3, 21)):
                v[low] = (v[low] + v[high]) & M64
                v[high] = turn(v[high], left) ^ v[low]
                if left in (13, 17):
                    v[low] = turn(v[low], 32)

    padded = text + bytes(7 - len(text) % 8) + bytes([len(text) % 256])
    for i in range(0, len(padded), 8):
        word = int.from_bytes(padded[i : i + 8], "little")
        v[3] ^= word
        sip_rounds(2)
        v[0] ^= word
    v[2] ^= 0xEE
    sip_rounds(4)
    low = v[0] ^ v[1] ^ v[2] ^ v[3]
    v[1] ^= 0xDD
    sip_rounds(4)
    return low.to_bytes(8, "little") + (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")


@pytest.mark.parametrize("length", PUBLISHED)
def test_the_kernel_gives_the_published_hashes(length):
    key = np.frombuffer(bytes(range(16)), "<u8")
    data = np.arange(length, dtype=np.uint8)
    none = np.zeros(0, np.uint8), np.zeros(2, np.int64)
    found = hash_texts(np.zeros(1, np.int8), *none, data, np.array([0, length], np.int32), key[0], key[1])
    assert found.astype("<u8").tobytes().hex() == PUBLISHED[length] == siphash(bytes(range(16)), bytes(data)).hex()


@settings(max_examples=100, deadline=None)
@given(
    st.binary(min_size=32, max_size=32),
    st.lists(st.tuples(st.sampled_from(["email", "crm_id", "x"]), st.none() | st.text(max_size=40)), max_size=12),
    st.integers(0, 3),
)
def test_every_row_of_a_column_is_hashed_like_one_text_alone(secret, rows, skipped):
    """Slices, absent values and texts of any length: against plain Python over `kind:value`."""
    key = IdentityKey(secret)
    rows = rows[min(skipped, len(rows)) :]
    kinds = ["crm_id", "email", "x"]
    column = pa.array(["left out"] * skipped + [v for _, v in rows], pa.string()).slice(skipped)
    found = key.digests(kinds, column, np.array([kinds.index(k) for k, _ in rows], np.int8))
    wanted = [siphash(key.derived("primum hash", 16), f"{k}:{v or ''}".encode()).hex() for k, v in rows]
    assert [bytes(row).hex() for row in found] == wanted
    texts = hex_texts(found)
    assert texts.to_pylist() == wanted
    assert binary_digests(found).to_pylist() == [bytes.fromhex(w) for w in wanted]
    assert xxh64_of_hex(hex_bytes(texts)).tolist() == [xxhash.xxh64_intdigest(w.encode()) for w in wanted]


def test_an_absent_value_stays_absent_and_large_texts_hash_alike():
    key = IdentityKey(bytes(range(32)))
    found = key.texts("address", pa.array(["a", None, "b"]))
    assert found.to_pylist() == [key.one("address", "a"), None, key.one("address", "b")]
    assert key.texts("address", pa.array(["a", None, "b"], pa.large_string())).equals(found)
    assert key.texts("id", pa.array([], pa.string())).to_pylist() == []


def test_kinds_keys_and_purposes_are_told_apart():
    key, other = IdentityKey(bytes(32)), IdentityKey(bytes([1] * 32))
    assert key.one("email", "a@x.org") != key.one("phone", "a@x.org")
    assert key.one("email", "a@x.org") != other.one("email", "a@x.org")
    assert len({key.derived("primum hash"), key.derived("primum names"), other.derived("primum names")}) == 3
    assert key.mark != other.mark
    assert key.mark not in bytes(32).hex()
    assert "00000000" not in repr(key)


def test_a_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        IdentityKey(b"short")


def test_addresses_within_open_attributes_are_hashed_and_the_rest_stays():
    key = IdentityKey(bytes(range(32)))
    given = ['{"cc":"Ann.Smith@x.org","note":"see bob@x.org, or not","shop":"7"}', '{"shop":"7"}', None]
    ann, bob = key.one("email", "ann.smith@x.org"), key.one("email", "bob@x.org")
    assert hide(key, "open", pa.array(given)).to_pylist() == [
        f'{{"cc":"{ann}","note":"see {bob}, or not","shop":"7"}}',
        *given[1:],
    ]
    assert hide(key, "open", pa.array(given[1:])).to_pylist() == given[1:]


def test_columns_of_identifiers_keep_their_absent_values_and_compare_like_identifiers():
    key = IdentityKey(bytes(range(32)))
    found = hide(key, "address", pa.array([" Ann@X.org", "+44 20/7183-8750", None])).to_pylist()
    assert found == [key.one("email", "ann@x.org"), key.one("address", "+442071838750"), None]
    assert hide(key, "id", pa.array(["A", None])).to_pylist() == [key.one("id", "A")[:16], None]
    assert hide(key, "account", pa.array(["A1 ", None])).to_pylist() == [key.one("account", "a1"), None]
