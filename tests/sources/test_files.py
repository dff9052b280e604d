"""Every format, delimiter and encoding gives the same rows, numbered as a spreadsheet numbers them."""

import csv
import gzip
import io
import json
import sqlite3
from contextlib import closing
from datetime import datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.sources import delimited
from primum.words.errors import SourceError
from sources.making import CONTACT, read, rejects

TEXT = (
    "who,at,what\nann@x.org,2026-01-01T09:00,Grüße\n"
    '"bob@x.org",2026-01-02T09:00,"two\nlines, quoted"\n\n'
    "cy@x.org,2026-01-03T09:00,\n"
)
EXPECTED = [
    ("ann@x.org", datetime(2026, 1, 1, 9), "Grüße", 2),
    ("bob@x.org", datetime(2026, 1, 2, 9), "two\nlines, quoted", 3),
    ("cy@x.org", datetime(2026, 1, 3, 9), None, 5),
]


def source(**options):
    return CONTACT | {"files": "f*", "map": {"at": "at", "subject": "what"}} | options


def found(folder, **options):
    return [(r["key"], r["at"], r["subject"], r["row"]) for r in read(folder, source(**options))[0]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encodings(tmp_path, encoding):
    (tmp_path / "f.csv").write_bytes(TEXT.encode(encoding))
    stated = {} if encoding in ("utf-8", "utf-8-sig", "utf-16") else {"encoding": encoding}
    assert found(tmp_path, **stated) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_from_the_first_lines(tmp_path, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(csv.reader(io.StringIO(TEXT)))
    (tmp_path / "f.csv").write_text(out.getvalue())
    assert [f[:3] for f in found(tmp_path)] == [e[:3] for e in EXPECTED]


def test_gzip_and_lines_above_the_header(tmp_path):
    with gzip.open(tmp_path / "f.csv.gz", "wt", encoding="utf-8") as out:
        out.write("A title\nanother\n" + TEXT)
    assert [f[3] for f in found(tmp_path, skip_rows=2)] == [4, 5, 7]


def test_json_lines_and_a_json_array(tmp_path):
    objects = [{"who": k, "at": a.isoformat(), "what": s} for k, a, s, _ in EXPECTED]
    (tmp_path / "f.jsonl").write_text("".join(json.dumps(o) + "\n" for o in objects))
    assert [f[:3] for f in found(tmp_path)] == [e[:3] for e in EXPECTED]
    (tmp_path / "f.jsonl").rename(tmp_path / "old")
    (tmp_path / "f.json").write_text(json.dumps(objects))
    assert [f[3] for f in found(tmp_path)] == [1, 2, 3]


def test_nested_names_and_big_numbers_of_json_stay_exact(tmp_path):
    (tmp_path / "f.jsonl").write_text('{"c": {"id": 12345678901234567890}, "at": "2026-01-01"}\n')
    got, _ = read(tmp_path, CONTACT | {"files": "f.jsonl", "key": {"crm_id": "c.id"}})
    assert got[0]["key"] == "12345678901234567890"


def test_workbooks(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Calls")
    sheet.append(["Calls of 2026"])
    sheet.append(["who", "at", "what", "number"])
    sheet.append(["ann@x.org", datetime(2026, 1, 1, 9), "Grüße", 4411])
    sheet.append([None, None, None, None])
    sheet.append(["cy@x.org", datetime(2026, 1, 3, 9), None, 12.5])
    book.save(tmp_path / "f.xlsx")
    options = source(sheet="Calls", skip_rows=1) | {"attributes": {"number": "number"}}
    got, _ = read(tmp_path, options)
    assert [(r["key"], r["at"], r["row"]) for r in got] == [
        ("ann@x.org", datetime(2026, 1, 1, 9), 3),
        ("cy@x.org", datetime(2026, 1, 3, 9), 5),
    ]
    assert [json.loads(r["attributes"])["number"] for r in got] == ["4411", "12.5"]
    with pytest.raises(SourceError, match=r"no sheet 'Cals'.*Did you mean 'Calls'"):
        read(tmp_path, source(sheet="Cals"))


def test_sqlite_tables_are_read_and_never_written(tmp_path):
    path = tmp_path / "f.sqlite"
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE log (who TEXT, at TEXT, what)")
        con.executemany("INSERT INTO log VALUES (?, ?, ?)", [(k, a.isoformat(), s) for k, a, s, _ in EXPECTED])
        con.commit()
    before = path.read_bytes()
    assert [f[:3] for f in found(tmp_path)] == [e[:3] for e in EXPECTED]
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE other (x)")
        con.commit()
    with pytest.raises(SourceError, match=r"several tables.*log, other"):
        found(tmp_path)
    path.write_bytes(b"not a database, but long enough to look like one" * 10)
    with pytest.raises(SourceError, match="cannot be read"):
        found(tmp_path, table="log")


def test_parquet_by_pattern_unites_columns_and_numbers_rows_per_file(tmp_path):
    at = pa.array([e[1] for e in EXPECTED], pa.timestamp("us"))
    keys = [e[0] for e in EXPECTED]
    pq.write_table(pa.table({"who": keys, "at": at, "what": [e[2] for e in EXPECTED]}), tmp_path / "f1.parquet")
    pq.write_table(pa.table({"who": keys, "at": at}), tmp_path / "f2.parquet")
    got, prepared = read(tmp_path, source())
    assert [(r["file"], r["row"], r["subject"]) for r in got][:4] == [
        (0, 1, "Grüße"),
        (0, 2, "two\nlines, quoted"),
        (0, 3, None),
        (1, 1, None),
    ]
    assert [f.rows for f in prepared.files] == [3, 3]


def test_files_of_one_source_may_lack_columns_and_that_is_said(tmp_path):
    (tmp_path / "f1.csv").write_text("who,at,what\na@x.org,2026-01-01,x\n")
    (tmp_path / "f2.csv").write_text("at,who\n2026-01-02,b@x.org\n")
    got, prepared = read(tmp_path, source())
    assert [(r["key"], r["subject"], r["file"]) for r in got] == [("a@x.org", "x", 0), ("b@x.org", None, 1)]
    assert "f2.csv lacks columns" in prepared.warnings[0].what
    assert "what" in prepared.warnings[0].what


def test_a_missing_file_names_its_neighbours(tmp_path):
    (tmp_path / "mailings.csv").write_text("x\n")
    with pytest.raises(SourceError, match=r"source 's': no such file.*mailings\.csv"):
        read(tmp_path, source(files="mailing.csv"))


def test_an_unknown_column_names_the_nearest(tmp_path):
    (tmp_path / "f.csv").write_text("who,sent_at,what\n")
    with pytest.raises(SourceError) as caught:
        read(tmp_path, source() | {"map": {"at": "sentat", "subject": "whta"}})
    text = str(caught.value)
    assert "no column 'sentat'" in text
    assert "Did you mean 'sent_at'" in text
    assert "Did you mean 'what'" in text


def test_bytes_that_are_not_text_reject_only_their_row(tmp_path):
    rows = [b"who,at,what", b"a@x.org,2026-01-01,fine", b"b@x.org,2026-01-01,caf\xe9", b"c@x.org,2026-01-01,fine"] * 1
    (tmp_path / "f.csv").write_bytes(b"\n".join(rows) + b"\n")
    got, prepared = read(tmp_path, source())
    assert [r["row"] for r in got] == [2, 4]
    assert prepared.files[0].rejected == 1
    assert rejects(tmp_path) == [
        'f.csv,3,what,"byte 0xE9 is not utf-8; the file may be Windows-1252 here: say `encoding: cp1252`, '
        'or export it again as UTF-8"'
    ]


def test_ragged_rows_and_an_unclosed_quote_are_rejected_and_every_line_counted(tmp_path):
    (tmp_path / "f.csv").write_text(
        'who,at,what\na@x.org,2026-01-01\nb@x.org,2026-01-01,x,y\nc@x.org,2026-01-01,"open\n1\n2\n'
    )
    got, prepared = read(tmp_path, source())
    assert got == []
    lines = rejects(tmp_path)
    assert lines[0].startswith("f.csv,2,,2 values where the header has 3 columns")
    assert "a quote is opened and not closed" in lines[2]
    assert prepared.files[0].rows == prepared.files[0].rejected >= 5


def test_truncated_files_say_so(tmp_path):
    pq.write_table(pa.table({"who": ["a"] * 1000}), tmp_path / "f.parquet")
    (tmp_path / "f.parquet").write_bytes((tmp_path / "f.parquet").read_bytes()[:-20])
    with pytest.raises(SourceError, match="damaged or cut off"):
        read(tmp_path, source())
    (tmp_path / "f.parquet").unlink()
    whole = gzip.compress(TEXT.encode() * 5000)
    (tmp_path / "f.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="gzip file is damaged or cut off"):
        read(tmp_path, source())


def test_an_endless_line_is_refused_in_bounded_memory(tmp_path, monkeypatch):
    """A sparse file stands for a 5 GB line: it takes no disk, and no more than the limit is read of it."""
    path = tmp_path / "f.csv"
    with path.open("wb") as out:
        out.write(b"who,at,what\n")
        out.truncate(5 << 30)
    taken = []
    original = delimited.Utf8.readinto

    def counting(self, buffer):
        taken.append(original(self, buffer))
        return taken[-1]

    monkeypatch.setattr(delimited.Utf8, "readinto", counting)
    with pytest.raises(SourceError, match=r"a row near line 2 is longer than"):
        read(tmp_path, source())
    assert sum(taken) < 8 * delimited.LONGEST_LINE


def test_an_empty_export_has_no_rows_and_an_empty_file_is_wrong(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,what\n")
    assert read(tmp_path, source())[0] == []
    (tmp_path / "f.csv").write_text("")
    with pytest.raises(SourceError, match="the file is empty"):
        read(tmp_path, source())


def test_a_header_that_names_a_column_twice_is_refused(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,who\n")
    with pytest.raises(SourceError, match="names 'who' more than once"):
        read(tmp_path, source())


def test_bad_json_lines_are_rejected_one_by_one(tmp_path):
    (tmp_path / "f.jsonl").write_text(
        '{"who": "a@x.org", "at": "2026-01-01"}\n{oops\n[1]\n\n{"who": "b@x.org", "at": "2026-01-02"}\n'
    )
    got, prepared = read(tmp_path, CONTACT | {"files": "f.jsonl"})
    assert [r["row"] for r in got] == [1, 5]
    assert prepared.files[0].rejected == 2
    assert "not valid JSON" in rejects(tmp_path)[0]
    assert "a list where an object is needed" in rejects(tmp_path)[1]


def test_odd_json_is_rejected_and_never_a_traceback(tmp_path):
    lines = [
        '{"who": "\\ud800", "at": "2026-01-01"}',
        "[" * 100_000,
        '{"who": 1' + "0" * 5000 + "}",
        '{"who": "ok", "at": "2026-01-01"}',
    ]
    (tmp_path / "f.jsonl").write_text("\n".join(lines) + "\n")
    got, _ = read(tmp_path, CONTACT | {"files": "f.jsonl"})
    assert [r["row"] for r in got] == [4]
    assert len(rejects(tmp_path)) == 3


def test_old_line_ends_and_blank_rows(tmp_path):
    (tmp_path / "f.csv").write_bytes(b"who,at,what\ra@x.org,2026-01-01,x\r,,\r\rb@x.org,2026-01-01,y\r, ,\r")
    assert [(f[0], f[3]) for f in found(tmp_path)] == [("a@x.org", 2), ("b@x.org", 5)]
    assert rejects(tmp_path) == []


def test_a_gzipped_database_is_asked_to_be_unpacked(tmp_path):
    (tmp_path / "f.sqlite.gz").write_bytes(gzip.compress(b"x"))
    with pytest.raises(SourceError, match="Unpack it first"):
        read(tmp_path, source())


def test_reject_files_hold_no_formulas(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,what\na@x.org,=1+1,x\n")
    got, _ = read(tmp_path, source())
    assert got == []
    assert ",'=1+1' is not a date" in rejects(tmp_path)[0].replace('"', "") or "'=1+1'" in rejects(tmp_path)[0]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_any_text_that_csv_writes_comes_back(tmp_path_factory, table, delimiter):
    """Values come back exactly, but for outer white space and Unicode's composed form."""
    import unicodedata

    folder = tmp_path_factory.mktemp("any")
    with (folder / "f.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(["who", "at", "what", "more"])
        writer.writerows([["a@x.org", "2026-01-01", a, b] for a, b in table])
    got, _ = read(folder, source(delimiter=delimiter) | {"map": {"at": "at", "subject": "what", "reference": "more"}})

    def plain(text):
        return unicodedata.normalize("NFC", text).strip(" \t\r\n\u00a0") or None

    def unified(text):
        return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")

    assert [(unified(r["subject"]), unified(r["reference"])) for r in got] == [
        (unified(plain(a)), unified(plain(b))) for a, b in table
    ]
