"""Rows of delimited files: what is a row, which number it has, and what a quote out of order costs."""

import csv
import gzip
import io
import resource

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.sources import delimited
from primum.sources.delimited import ROW, Delimited
from primum.sources.records import CarefulRows, strict_rows
from primum.sources.rejects import RejectLog
from primum.strategy.models import FileSpec
from primum.words.errors import SourceError


def read(path, longest=None, **options):
    """The rows (number, values) and the rejects (row, reason) of one delimited file."""
    log = RejectLog(path.name)
    found = []
    reader = Delimited(path, FileSpec(files=[path.name], **options), log, longest)
    for batch in reader.batches():
        columns = [c.to_pylist() for c in batch.columns]
        found += [(row[-1], list(row[:-1])) for row in zip(*columns, strict=True)]
        assert batch.schema.names == [*reader.names, ROW]
    return found, [(r.row, r.reason) for r in log.rejects]


def written(path, text, **options):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, **options)


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path):
    text = 'a,b,c\n1,"open,x\n2,two,y\n3,"fine",z\n4,"a ""b""",z\n5,"two\nlines",z\n'
    rows, rejected = written(tmp_path / "f.csv", text)
    assert rows == [
        (3, ["2", "two", "y"]),
        (4, ["3", "fine", "z"]),
        (5, ["4", 'a "b"', "z"]),
        (6, ["5", "two\nlines", "z"]),
    ]
    assert rejected == [(2, "a quote is opened and not closed; close it, or say `quote: ''` for the source")]


@pytest.mark.parametrize("line", ['1,"open', '1,"He said "hi" to me"', '1,"ab"c', '1,"', '1,"a""'])
def test_bad_quotes_are_told_and_the_rest_is_read(tmp_path, line):
    rows, rejected = written(tmp_path / "f.csv", f'a,b\n0,"ok"\n{line}\n2,"ok"\n3,plain\n')
    assert [r for r, _ in rows] == [2, 4, 5]
    assert [r for r, _ in rejected] == [3]
    assert "quote" in rejected[0][1]


def test_quotes_inside_unquoted_values_are_letters(tmp_path):
    rows, rejected = written(tmp_path / "f.csv", 'a,b\n1,5" pipe\n2,3" and 4" pipe\n3,"x"\n')
    assert [v[1] for _, v in rows] == ['5" pipe', '3" and 4" pipe', "x"]
    assert not rejected


def test_no_quoting_at_all(tmp_path):
    rows, rejected = written(tmp_path / "f.csv", 'a,b\n"1,"x\n', quote="")
    assert rows == [(2, ['"1', '"x'])]
    assert not rejected


def test_numbers_count_rows_as_a_spreadsheet_does(tmp_path):
    text = 'title\n"a\nx",b\n1,"two\n\nlines"\n\n\n2,z\nragged\n3,last'
    rows, rejected = written(tmp_path / "f.csv", text, skip_rows=1)
    assert [(r, v[0]) for r, v in rows] == [(3, "1"), (6, "2"), (8, "3")]
    assert [r for r, _ in rejected] == [7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path, end):
    rows, rejected = written(tmp_path / "f.csv", end.join(["a,b", "1,x", "", '2,"y"', ""]))
    assert rows == [(2, ["1", "x"]), (4, ["2", "y"])]
    assert not rejected


@pytest.mark.parametrize("delimiter", ["§", "¦", "\x1f", " ", ":", "^"])
def test_any_delimiter(tmp_path, delimiter):
    text = f'a{delimiter}b\n1{delimiter}"x{delimiter}y"\n'
    assert written(tmp_path / "f.csv", text, delimiter=delimiter)[0] == [(2, ["1", f"x{delimiter}y"])]


def test_a_file_with_one_column(tmp_path):
    assert written(tmp_path / "f.csv", "who\na\n\nb\n")[0] == [(2, ["a"]), (4, ["b"])]


def test_a_mark_of_utf8_is_no_text_and_its_bad_bytes_are_named(tmp_path):
    rows, rejected = written(tmp_path / "f.csv", b"\xef\xbb\xbfa,b\n1,x\n2,caf\xe9\n")
    assert rows == [(2, ["1", "x"])]
    assert rejected[0][1].startswith("byte 0xE9 is not utf-8")


def test_bytes_that_another_encoding_does_not_have(tmp_path):
    rows, rejected = written(tmp_path / "f.csv", b"a,b\n1,x\n2,\x81\n3,y\n", encoding="cp1252")
    assert [r for r, _ in rows] == [2, 4]
    assert "is not cp1252" in rejected[0][1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the file is empty"),
        (b"\na,b\n1,2\n", r"blank.*skip_rows: 1"),
        (b"a\0b\0", "NUL bytes.*utf-16"),
        (b'a,"b\n1,2\n', "header cannot be parsed"),
        (b"a,caf\xe9\n", r"header is not utf-8 \(byte 0xE9\).*encoding"),
        (b"a,b,a\n", "names 'a' more than once"),
    ],
)
def test_headers_that_are_none(tmp_path, text, message):
    with pytest.raises(SourceError, match=message):
        written(tmp_path / "f.csv", text)


def test_a_row_may_be_long_but_not_endless(tmp_path):
    long = "x" * 900
    rows, rejected = written(tmp_path / "f.csv", f"a,b\n1,{long}\n2,y\n", longest=1000)
    assert [len(v[1]) for _, v in rows] == [900, 1]
    assert not rejected
    with pytest.raises(SourceError, match=r"a row near line 3 is longer than 1,000 bytes"):
        written(tmp_path / "f.csv", f"a,b\n1,x\n2,{long * 5}\n3,y", longest=1000)


def test_an_unclosed_quote_does_not_hold_the_rest_of_a_long_file(tmp_path):
    body = "".join(f"{i},row\n" for i in range(1000))
    rows, rejected = written(tmp_path / "f.csv", f'a,b\n0,"open\n{body}', longest=2000)
    assert len(rows) == 1000
    assert [r for r, _ in rejected] == [2]


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_of_200_mb_fails_at_once_in_little_memory(tmp_path, packed):
    path = tmp_path / ("f.csv.gz" if packed else "f.csv")
    with gzip.open(path, "wb", 1) if packed else path.open("wb") as out:
        out.write(b"a,b\n1,")
        for _ in range(200):
            out.write(b"x" * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceError, match=f"longer than {delimited.LONGEST_LINE:,} bytes"):
        read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000, "kilobytes"


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
plain_cells = st.text("ab, ;\t|\"'\n\r", max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(st.tuples(cells | plain_cells, cells | plain_cells), max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    longest=st.sampled_from([200, 1000, None]),
)
def test_whatever_csv_writes_comes_back_exactly(tmp_path_factory, table, delimiter, encoding, longest):
    """Windows of any size; every value with every row's number. Rows of nothing are passed over."""
    path = tmp_path_factory.mktemp("any") / "f.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["n", "a", "b"])
    writer.writerows([[f"{i}", a, b] for i, (a, b) in enumerate(table)])
    path.write_bytes(out.getvalue().encode(encoding))
    rows, rejected = read(path, longest, delimiter=delimiter)
    assert rows == [(i + 2, [f"{i}", a, b]) for i, (a, b) in enumerate(table)]
    assert not rejected


@settings(max_examples=300, deadline=None)
@given(st.text('ab,"\n', max_size=40), st.integers(1, 12))
def test_no_line_is_lost_whatever_the_quotes(text, size):
    """Read through windows of any size or at once, the same rows; together they take every byte."""

    def through(windows):
        careful, rest, found = CarefulRows(b",", b'"'), b"", []
        for number, window in enumerate(windows, 1):
            rest += window
            found += careful.rows(rest, number == len(windows))
            rest = rest[careful.used :]
        assert rest == b""
        return found

    data = text.encode()
    at_once = through([data])
    assert through([data[i : i + size] for i in range(0, len(data), size)] or [b""]) == at_once
    assert sum(row.lines for row in at_once) == text.count("\n") + bool(text and not text.endswith("\n"))
    strict = strict_rows(data, b",", b'"', True)
    if strict.clean and strict.end == len(data):
        assert not any(row.wrong for row in at_once)
        assert [[v.decode() for v in r.values] for r in at_once if r.values != [b""]] == [
            r for r in csv.reader(io.StringIO(text, newline="")) if r not in ([], [""])
        ]
