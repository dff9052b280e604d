"""Open attributes are read off their JSON without parsing each row."""

import json

import pyarrow as pa

from primum.customers.open_attributes import open_column


def column(rows, name, **how):
    texts = [None if row is None else json.dumps(row, separators=(",", ":"), **how) for row in rows]
    return open_column(pa.chunked_array([pa.array(texts, pa.string())]), name).to_pylist()


def test_values_are_texts_as_filters_compare_them():
    rows = [{"a": "x", "b": 5}, {"b": 2.5}, {"b": 10.0}, {"b": True}, {"b": None}, {"b": ""}, None, {}]
    assert column(rows, "b") == ["5", "2.5", "10", "true", None, None, None, None]
    assert column(rows, "a") == ["x", *[None] * 7]


def test_a_list_is_several_values():
    assert column([{"tags": ["a", "b"]}, {"tags": "c"}, {"x": 1}], "tags") == [["a", "b"], ["c"], None]


def test_what_looks_like_a_key_inside_a_value_is_none():
    rows = [{"note": ',"b":"no"', "b": "yes"}, {"note": '{"b":"no"}'}, {"ab": "no"}, {"b": 'say "so", {ok}'}]
    assert column(rows, "b") == ["yes", None, None, 'say "so", {ok}']
    assert column([{"ü b.c": "1"}], "ü b.c", ensure_ascii=False) == ["1"]


def test_nothing_at_all_is_all_absent():
    assert column([None, None], "a") == [None, None]
