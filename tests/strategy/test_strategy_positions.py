"""YAML is read with positions, and what a strategy may not use of it is refused with a place and a cure."""

import time
from itertools import pairwise

import pytest

from primum.strategy.positions import MAX_BYTES, Place, parse, read_text
from primum.strategy.scalars import plain
from primum.words.errors import StrategyError


def complaints(text):
    return [str(c) for c in parse(text, "f.yaml").complaints]


def only(text):
    (complaint,) = complaints(text)
    return complaint


def test_every_key_and_value_has_its_place():
    parsed = parse("a: 1\nb:\n  c: [x, 'y']\n  d:\n    - z\n", "f.yaml")
    assert parsed.data == {"a": 1, "b": {"c": ["x", "y"], "d": ["z"]}}
    assert parsed.positions.keys == {
        ("a",): Place("f.yaml", 1, 1),
        ("b",): Place("f.yaml", 2, 1),
        ("b", "c"): Place("f.yaml", 3, 3),
        ("b", "d"): Place("f.yaml", 4, 3),
    }
    assert parsed.positions.values[("a",)] == Place("f.yaml", 1, 4)
    assert parsed.positions.values[("b", "c", 1)] == Place("f.yaml", 3, 10)
    assert parsed.positions.values[("b", "d", 0)] == Place("f.yaml", 5, 7)


def test_what_is_not_in_the_file_is_placed_at_the_nearest_key_around_it():
    positions = parse("a:\n  b: 1\n", "f.yaml").positions
    assert positions.value(("a", "b", "c", 3)) == Place("f.yaml", 2, 3)
    assert positions.value(("z",)) == Place("f.yaml", 1, 1)


def test_an_empty_value_stands_at_its_key():
    assert parse("a:\nb: 1\n", "f.yaml").positions.value(("a",)) == Place("f.yaml", 1, 1)


@pytest.mark.parametrize(
    "word",
    [
        *("NO", "no", "Yes", "yes", "on", "off", "y", "n", "21:30", "2024-01-01", "007", "0x1F", "0o17", "1_000"),
        *(".inf", ".nan", "1e999", "+1e", "0.0.1", ".", "12345678901234567890", "="),
    ],
)
def test_words_that_other_readers_change_stay_texts(word):
    assert plain(word) == word
    assert parse(f"a: {word}\n", "f.yaml").data == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *(("", None), ("~", None), ("null", None), ("true", True), ("FALSE", False), ("0", 0), ("-12", -12)),
        *(("+3", 3), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-0.0", -0.0)),
    ],
)
def test_words_of_the_core_schema_are_read(word, value):
    assert plain(word) == value
    assert type(plain(word)) is type(value)


def test_norway_is_a_country_also_as_a_key():
    assert parse("values: {NO: on, yes: no}\n", "f.yaml").data == {"values": {"NO": "on", "yes": "no"}}


def test_numbers_in_quotes_are_texts():
    assert parse("a: \"1\"\nb: 'true'\nc: |\n  5\n", "f.yaml").data == {"a": "1", "b": "true", "c": "5\n"}


def test_an_alias_bomb_is_refused_at_once():
    names = [chr(ord("a") + i) for i in range(26)]
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in pairwise(names))
    begin = time.perf_counter()
    said = complaints(bomb)
    assert time.perf_counter() - begin < 1
    assert said[0].startswith("f.yaml:1:4 - `&a` is a YAML anchor")
    assert said[2].startswith("f.yaml:2:8 - `*a` is a YAML alias")


def test_a_pattern_without_quotes_is_an_alias_and_the_cure_is_quotes():
    assert only("files: *.csv\n") == (
        "f.yaml:1:8 - `*.csv` is a YAML alias, which a strategy may not use. Write out what it stands for; "
        "if it is a text or a pattern, put it in quotes: '*.csv'."
    )


def test_reading_goes_on_after_what_is_refused():
    text = "a: *x\nb: &y 1\nc: !!python/name:os.system z\na: 2\n5: q\n? [k]\n: v\nd: 1\n"
    parsed = parse(text, "f.yaml")
    places = [(c.line, c.column) for c in parsed.complaints]
    assert places == [(1, 4), (2, 4), (3, 4), (4, 1), (5, 1), (6, 3)]
    assert parsed.whole
    assert parsed.data == {"a": None, "b": 1, "c": "z", "5": "q", "d": 1}
    assert parsed.broken == {("a",), ("c",)}


def test_a_duplicate_key_says_where_the_first_one_is():
    assert only("a:\n  b: 1\n  c: 2\n  b: 3\n") == (
        'f.yaml:4:3 - the key "b" is there twice. '
        "It stands in line 2 already: keep one of them, or join what is below them."
    )


@pytest.mark.parametrize(
    ("text", "start", "cure"),
    [
        ("a: !foo 1\n", "f.yaml:1:4 - `!foo` is a YAML tag", "put it in quotes"),
        ("!!str a: 1\n", "f.yaml:1:1 - `!!str` is a YAML tag", "Take it out"),
        ("1: a\n", "f.yaml:1:1 - the key `1` is a number", "Write it '1'."),
        ("a: 1\ntrue: a\n", "f.yaml:2:1 - the key `true` is true or false", "Write it 'true'."),
        ("~: a\n", "f.yaml:1:1 - the key `~` is nothing", "Write it '~'."),
        ("a: {?b: 1}\n", "f.yaml:1:5 - the key `?b` begins with a question mark.", "Write it '?b'."),
        ("*a : 1\n", "f.yaml:1:1 - a key must be a text.", "`key: value`"),
        ("a: 1\n---\nb: 1\n", "f.yaml:2:1 - a second document", "take out the `---`"),
        ("%YAML 1.1\n---\na: NO\n", "f.yaml:1:1 - the file says that it is not YAML 1.2.", "%YAML"),
        ("", "f.yaml:1:1 - the file is empty.", "`strategy:`"),
        ("# nothing\n", "f.yaml:1:1 - the file is empty.", "`strategy:`"),
        ("---\n", "f.yaml:1:1 - the file is empty.", "`strategy:`"),
        ("\n- a\n", "f.yaml:2:1 - the file holds a list, not keys.", "`strategy:`"),
        ("text\n", "f.yaml:1:1 - the file holds a text, not keys.", "`strategy:`"),
        ("a: 1\n\tb: 2\n", "f.yaml:2:1 - a tab stands where spaces are needed.", "Indent with spaces"),
        ("a: b: c\n", "f.yaml:1:5 - a second ':'", "in quotes"),
        ("a: [1, 2\nb: 3\n", "f.yaml:1:4 - a list or group in brackets is not closed", "close it"),
        ("a: 1\nb: 'x\nc: 1\n", "f.yaml:2:4 - a quoted text opens here and is never closed.", "Close the quote."),
        ('a: "C:\\work"\n', "f.yaml:1:8 - a backslash inside double quotes", "Use single quotes"),
        ('a: "C:\\exports"\n', "f.yaml:1:4 - a backslash in this text", "Use single quotes"),
        ('a: "\\ud800"\n', "f.yaml:1:4 - a backslash in this text", "Use single quotes"),
        ("a: - x\n", "f.yaml:1:4 - a list item", "on the line below"),
        ("a: @x\n", "f.yaml:1:4 - a text may not begin with '@'.", "in quotes"),
        ("a: 'b' c\n", "f.yaml:1:8 - this line's indentation", "quote a text as a whole"),
        ("a: 1\nb\nc: 1\n", "f.yaml:2:1 - this line is neither", "Write `key: value`"),
        ("a: x\x00y\n", "f.yaml:1:5 - a character that cannot be printed stands here (U+0000).", "Take it out."),
        ("a: |5x\n  y\n", "f.yaml:1:6 - the long text", "indent its lines"),
    ],
)
def test_what_may_not_be_used_is_refused_with_its_place_and_a_cure(text, start, cure):
    said = only(text)
    assert said.startswith(start)
    assert cure in said


def test_a_deep_nest_is_refused():
    assert "nested more than 20 deep" in only("a: " + "[" * 50_000)
    assert complaints("? " * 50_000)


def test_complaints_end_somewhere():
    assert len(complaints("a:\n" + "- *x\n" * 1000)) == 100


def test_the_yaml_readers_own_words_are_never_passed_on():
    for text in (
        "a: ,\n",
        "a: [x, y: z: w]\n",
        "a: !x!y z\n",
        '"\\U99999999": 1\n',
        "{a: b: c}",
        "%FOO\n",
        "a: |\n\t- x",
    ):
        for said in complaints(text):
            assert "token" not in said
            assert "expected" not in said
            assert "while" not in said


def test_a_file_that_is_not_there_is_a_complaint(tmp_path):
    with pytest.raises(StrategyError, match="no such file"):
        read_text(tmp_path / "primum.yaml")


def test_a_folder_is_a_complaint(tmp_path):
    with pytest.raises(StrategyError, match="is a folder"):
        read_text(tmp_path)


def test_bad_utf8_is_placed(tmp_path):
    path = tmp_path / "primum.yaml"
    path.write_bytes("strategy:\r\n  name: Bäcker\n".encode("latin-1"))
    with pytest.raises(StrategyError) as raised:
        read_text(path, "p.yaml")
    assert str(raised.value) == "p.yaml:2:10 - the file is not UTF-8. Save it as UTF-8."


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "primum.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert parse(read_text(path), "p.yaml").positions.key(("a",)) == Place("p.yaml", 1, 1)


def test_a_file_over_one_megabyte_is_refused(tmp_path):
    path = tmp_path / "primum.yaml"
    path.write_text("#" * MAX_BYTES + "\n")
    with pytest.raises(StrategyError, match="over 1 MB"):
        read_text(path)
    assert "over 1 MB" in only("#" * MAX_BYTES + "\n")
