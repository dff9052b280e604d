"""Columns that hold identifiers, made unreadable before they are written anywhere.

Owns which hash a column gets: ids of contacts, addresses, references, accounts, and e-mail addresses within open
attributes. Refuses to keep a readable form: a row's file and row number lead back to its source.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.identity.keyed import IdentityKey, hex_texts
from primum.words.vocabulary import ALIKE

ID_BYTES = 8
"""Bytes of the hash that stands for the id of one row: rows of one source and customer are told apart by it."""
_MAIL = re.compile(r"[^\s@\"\\,;:<>()\[\]{}]+@[^\s@\"\\,;:<>()\[\]{}]+")


def hide(key: IdentityKey, what: str, values: pa.Array) -> pa.Array:
    """A column of texts (null stays null) in its unreadable form.

    Args:
        what: `id`: 16 hexadecimal digits of the hash of `id:VALUE` (behind `alike:` where it was made of attributes);
            `address`: 32 digits, of `email:VALUE` where it holds an @ (so it is that identifier's hash), else of
            `address:VALUE` without spaces and signs; `open`: the text, its e-mail addresses replaced by their hash;
            any other: 32 digits of `WHAT:VALUE`.
    """
    if what == "id":
        digests = np.ascontiguousarray(key.digests("id", values)[:, :ID_BYTES])
        hidden, made = hex_texts(digests), pc.fill_null(pc.starts_with(values, ALIKE), False)
        if pc.any(made).as_py():
            hidden = pc.if_else(made, pc.binary_join_element_wise(ALIKE, hidden, ""), hidden)
        return _with_nulls(hidden, values)
    if what == "address":
        return _addresses(key, _normal(values))
    if what == "open":
        return _without_mail(key, values)
    return key.texts(what, _normal(values))


def _with_nulls(texts: pa.Array, like: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_valid(like), texts, None) if like.null_count else texts


def _normal(values: pa.Array) -> pa.Array:
    """As linking compares identifiers (`normalise.normal_sql`)."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(values, form="NFC")))


def _addresses(key: IdentityKey, values: pa.Array) -> pa.Array:
    mail = pc.match_substring(values, "@")
    bare = pc.replace_substring_regex(values, r"[\s()./-]", "")
    kind_of = pc.fill_null(mail, True).cast(pa.int8()).to_numpy(zero_copy_only=False)
    return _with_nulls(hex_texts(key.digests(["address", "email"], pc.if_else(mail, values, bare), kind_of)), values)


def _without_mail(key: IdentityKey, values: pa.Array) -> pa.Array:
    """Only the texts with an @ are looked at, each distinct one once."""
    found = pc.fill_null(pc.match_substring(values, "@"), False)
    if not pc.any(found).as_py():
        return values
    encoded = values.filter(found).dictionary_encode()
    hidden = [_MAIL.sub(lambda m: key.one("email", m[0].lower()), text) for text in encoded.dictionary.to_pylist()]
    return pc.replace_with_mask(values, found, pa.array(hidden, pa.string()).take(encoded.indices))
