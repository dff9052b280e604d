"""Open attributes: what sources tell beyond the attributes that Primum knows, kept as JSON beside each row.

Owns the way from that JSON to a column of values as filters compare them. Refuses to parse a text per row: the value's
place is found by one expression over the column, and only distinct values are read.
"""

import json
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from primum.rules.parse_parts import text_of
from primum.words.filters import Value

_VALUE = r"(?P<value>\"(?:[^\"\\]|\\.)*\"|\[[^\]]*\]|[^,}\[{]+)"


def open_column(texts: pa.ChunkedArray, name: str) -> pa.Array:
    """The values of one open attribute: texts as a dictionary, or lists of texts where one of them is a list.

    Args:
        texts: JSON objects, or null.
    """
    whole = texts.combine_chunks() if texts.num_chunks != 1 else texts.chunk(0)
    found = pc.extract_regex(whole, f"[{{,]{re.escape(json.dumps(name, ensure_ascii=False))}:{_VALUE}")
    encoded = pc.struct_field(found, "value").dictionary_encode()
    indices = encoded.indices
    values = [as_value(json.loads(v)) for v in encoded.dictionary.to_pylist()]
    if any(isinstance(v, tuple) for v in values):
        lists = [[v] if isinstance(v, str) else v for v in values]
        return pa.array(lists, pa.list_(pa.string())).take(indices)
    places = pc.if_else(pa.array([v is not None for v in values], pa.bool_()).take(indices), indices, None)
    return pa.DictionaryArray.from_arrays(places, pa.array(values, pa.string()))


def as_value(given: Any) -> Value | None:
    """A value of JSON as filters compare it: numbers and truths as texts; None where there is none."""
    if isinstance(given, list):
        return tuple(v for v in map(text_of, given) if v is not None)
    return text_of(given)
