"""Workbooks, SQLite, JSON and gzip as they really come; and what rejects cost."""

import csv
import gzip
import json
import sqlite3
from contextlib import closing
from datetime import date, datetime, time

import openpyxl
import pytest

from primum.app.pipeline import connect
from primum.sources import check_rejects, database, prepare, write_rejects
from primum.sources.database import Database
from primum.sources.rejects import RejectLog, safe_cell
from primum.strategy.models import FileSpec
from primum.words.errors import SourceError, TooManyRejectsError
from sources.making import CONTACT, read, rejects, strategy


def test_what_a_workbook_cell_is_as_text(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["who", "at", "a", "b", "c", "d", None])
    sheet.append([123456789012, date(2026, 1, 5), 0.1, True, time(9, 30), "  x ", "beyond"])
    sheet.append([4.0, datetime(2026, 1, 5, 9, 30, 15), -5, False, None, None, None])
    book.save(tmp_path / "f.xlsx")
    attributes = {n: n for n in "abcd"} | {"e": "column 7"}
    got, _ = read(tmp_path, CONTACT | {"files": "f.xlsx", "attributes": attributes}, "Europe/Paris")
    assert [(r["key"], r["at"], r["row"]) for r in got] == [
        ("123456789012", datetime(2026, 1, 4, 23), 2),
        ("4", datetime(2026, 1, 5, 8, 30, 15), 3),
    ]
    assert json.loads(got[0]["attributes"]) == {"a": "0.1", "b": "true", "c": "09:30:00", "d": "x", "e": "beyond"}


def test_a_workbook_with_stated_dates_reads_its_real_dates_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["who", "at"])
    book.active.append(["a", "05.01.2026"])
    book.active.append(["b", datetime(2026, 1, 6, 9)])
    book.save(tmp_path / "f.xlsx")
    got, _ = read(tmp_path, CONTACT | {"files": "f.xlsx", "dates": "%d.%m.%Y"})
    assert [r["at"] for r in got] == [datetime(2026, 1, 5), datetime(2026, 1, 6, 9)]


def test_a_workbook_that_is_none(tmp_path):
    (tmp_path / "f.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(SourceError, match=r"workbook cannot be read.*save it again"):
        read(tmp_path, CONTACT | {"files": "f.xlsx"})


def database_of(path, *rows):
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE log (who, at)")
        con.executemany("INSERT INTO log VALUES (?, ?)", rows)
        con.commit()


def test_a_database_is_not_locked_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BATCH", 1)
    path = tmp_path / "a ?#%.db"
    database_of(path, ("a", "2026-01-01"), ("b", "2026-01-01"), ("c", "2026-01-01"))
    batches = Database(path, FileSpec(files=[path.name]), RejectLog(path.name)).batches()
    next(batches)
    with closing(sqlite3.connect(path, timeout=0)) as con:
        con.execute("INSERT INTO log VALUES ('new', ?)", ("x" * 5000,))
        con.commit()
    with pytest.raises(SourceError, match="written while it was read"):
        list(batches)
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]


def test_rows_that_wait_in_a_journal_are_read(tmp_path):
    path = tmp_path / "f.db"
    with closing(sqlite3.connect(path)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("CREATE TABLE log (who, at)")
        con.execute("INSERT INTO log VALUES ('a', '2026-01-01')")
        con.commit()
        assert (tmp_path / "f.db-wal").exists()
        assert [r["key"] for r in read(tmp_path, CONTACT | {"files": "f.db"})[0]] == ["a"]


def test_values_of_a_database(tmp_path):
    rows = [(2**62 + 1, "2026-01-01"), (5.0, "2026-01-01"), (b"\xff\x00", "2026-01-01"), (None, "2026-01-01")]
    database_of(tmp_path / "f.db", *rows)
    with closing(sqlite3.connect(tmp_path / "f.db")) as con:
        con.execute("INSERT INTO log VALUES (CAST(x'ff41' AS TEXT), '2026-01-01')")
        con.commit()
    got, _ = read(tmp_path, CONTACT | {"files": "f.db"})
    assert [r["key"] for r in got] == [str(2**62 + 1), "5", "ff00", None]
    assert rejects(tmp_path) == ["f.db,5,who,its bytes are not UTF-8; write it again as text"]


def test_a_database_without_the_table(tmp_path):
    database_of(tmp_path / "f.db", ("a", "2026-01-01"))
    with pytest.raises(SourceError, match=r"no table 'logs'.*Did you mean 'log'"):
        read(tmp_path, CONTACT | {"files": "f.db", "table": "logs"})


def json_lines(folder, *lines, name="f.jsonl", **options):
    (folder / name).write_bytes(b"".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return read(folder, CONTACT | {"files": name} | options)


GOOD = '{"who": "z", "at": "2026-01-01"}\n'


@pytest.mark.parametrize(
    "line",
    [
        "{oops\n",
        "[1]\n",
        '"text"\n',
        "[" * 100_000 + "\n",
        '{"who": ' + "1" * 5000 + ', "at": "2026-01-01"}\n',
        '{"who": "\\ud800", "at": "2026-01-01"}\n',
        b'{"who": "\xff", "at": "2026-01-01"}\n',
    ],
)
def test_a_bad_line_of_json_costs_itself_only(tmp_path, line):
    got, _ = json_lines(tmp_path, GOOD, line, GOOD)
    assert [r["row"] for r in got] == [1, 3]
    assert rejects(tmp_path)[0].startswith("f.jsonl,2,")


def test_values_of_json(tmp_path):
    lines = [
        '{"who": 1.0, "at": "2026-01-01", "x": {"y": {"z": true}}}\n',
        '{"at": "2026-01-01", "who": null, "x": {"y": {"z": ["b", "a"]}}}\n',
        '{"at": "2026-01-01", "new": "column", "who": "\u00e9"}\n',
    ]
    got, _ = json_lines(tmp_path, *lines, map={"at": "at", "product": "x.y.z", "topic": "new"})
    assert [(r["key"], r["product"], r["topic"]) for r in got] == [
        ("1", "true", None),
        (None, "a\x1fb", None),
        ("\u00e9", None, "column"),
    ]


def test_json_without_an_object(tmp_path):
    with pytest.raises(SourceError, match="no row tells its columns: the files are empty"):
        json_lines(tmp_path, "")
    with pytest.raises(SourceError, match=r"The first of 1 rows that cannot be read is row 1: not valid JSON"):
        json_lines(tmp_path, "{\n")


@pytest.mark.parametrize("name", ["f.csv.gz", "f.jsonl.gz"])
def test_damaged_gzip(tmp_path, name):
    packed = bytearray(gzip.compress(b"who,at\n" + b"".join(b"k%d,2026-01-01\n" % i for i in range(20_000))))
    for damaged in (packed[: len(packed) // 2], packed[:50] + b"\xff" * 50 + packed[100:], b"no gzip at all"):
        (tmp_path / name).write_bytes(bytes(damaged))
        with pytest.raises(SourceError, match="gzip file is damaged or cut off"):
            read(tmp_path, CONTACT | {"files": name})


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "f.csv").write_text("who,at\n")

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("primum.sources.delimited.open_bytes", refuse)
    with pytest.raises(SourceError, match=r"cannot be read \(Permission denied\)"):
        read(tmp_path, CONTACT | {"files": "f.csv"})


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_a_reject_file_is_a_formula(text):
    assert safe_cell(text) == "'" + text
    assert safe_cell("x" + text) == "x" + text


def test_a_reject_file_names_file_row_column_and_reason(tmp_path):
    (tmp_path / "=f.csv").write_text('who,at,=cost\na,2026-01-01,x"y\na,2026-01-01,"5,0"\na,2026-01-01,1\n')
    source = CONTACT | {"files": "=f.csv", "map": {"at": "at", "cost": "=cost"}}
    read(tmp_path, source)
    with (tmp_path / "rejects" / "s.csv").open(newline="") as handle:
        assert list(csv.reader(handle)) == [
            ["file", "row", "column", "reason"],
            ["'=f.csv", "2", "'=cost", "'x\"y' is not a number such as 1234.50"],
            ["'=f.csv", "3", "'=cost", "'5,0' is not a number such as 1234.50"],
        ]


def checked(folder, source):
    (folder / "scratch").mkdir(exist_ok=True)
    con = connect(folder / "scratch")
    try:
        declared = strategy(source)
        prepared = prepare(con, "s", declared.data.sources["s"], declared, folder, folder / "scratch")
        rejected = {"s": write_rejects(con, prepared, folder / "rejects")}
        check_rejects([prepared], rejected, declared.data, folder / "rejects")
        return rejected["s"]
    finally:
        con.close()


def test_rejects_of_the_tables_of_a_query_are_measured_by_those_tables(tmp_path):
    """Ten bad lines among a thousand are one in a hundred, however few rows the query makes."""
    good = "".join(f"k{i % 4},2026-01-01\n" for i in range(990))
    (tmp_path / "f.csv").write_text("who,at\n" + good + "bad\n" * 10)
    source = {
        "kind": "contacts",
        "tables": {"a": {"files": "f.csv"}},
        "query": "SELECT who, min(at) AS at FROM a GROUP BY who",
        "key": {"crm_id": "who"},
        "map": {"at": "at"},
    }
    assert checked(tmp_path, source) == 10
    with pytest.raises(TooManyRejectsError, match=r"10 of 1,000 rows cannot be read \(the limit is 0.5%\)"):
        checked(tmp_path, source | {"rejects_at_most": "0.5%"})


def test_sql_that_fails_for_a_row_rejects_that_row(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,x\na,2026-01-01,5\nb,2026-01-01,oops\nc,2026-01-01,\n")
    mapping = {"at": "at", "cost": {"sql": "CAST(nullif(x, '') AS INTEGER) * 2"}}
    got, _ = read(tmp_path, CONTACT | {"files": "f.csv", "map": mapping})
    assert [(r["key"], r["cost"]) for r in got] == [("a", 10.0), ("c", None)]
    assert rejects(tmp_path) == ["f.csv,3,cost,\"the SQL 'CAST(nullif(x, '') AS INTEGER) * 2' fails for this row\""]


@pytest.mark.parametrize(
    ("form", "text", "at"),
    [
        ("epoch", "1767225600", datetime(2026, 1, 1)),
        ("epoch", "1767225600.5", datetime(2026, 1, 1, 0, 0, 0, 500_000)),
        ("epoch_ms", "1767225600123", datetime(2026, 1, 1, 0, 0, 0, 123_000)),
        ("epoch", "99999999999999999999", None),
        ("epoch", "1767225600123", None),
        ("epoch", "soon", None),
        ("%d.%m.%Y", "01.01.26", None),
    ],
)
def test_seconds_since_1970_and_dates_that_cannot_be(tmp_path, form, text, at):
    (tmp_path / "f.csv").write_text(f"who,at\na,{text}\n")
    got, _ = read(tmp_path, CONTACT | {"files": "f.csv", "dates": form}, "Europe/Paris")
    assert [r["at"] for r in got] == ([at] if at else [])
    assert len(rejects(tmp_path)) == (at is None)


def test_value_tables_serve_every_type(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,x,y\na,never,free,a;b\nb,2026-01-01,5,c\n")
    mapping = {
        "at": {"column": "at", "values": {"never": "2026-02-02"}},
        "cost": {"column": "x", "values": {"free": "0"}},
        "product": {"column": "y", "values": {"a": "A", "c": "C"}},
    }
    got, _ = read(
        tmp_path,
        CONTACT | {"files": "f.csv", "map": mapping, "attributes": {"w": {"column": "x", "values": {"5": "five"}}}},
    )
    assert [(r["at"].month, r["cost"], r["product"]) for r in got] == [(2, 0.0, "A\x1fb"), (1, 5.0, "C")]
    assert [json.loads(r["attributes"])["w"] for r in got] == ["free", "five"]


def test_lists_of_sql_and_columns_of_sql_by_their_type(tmp_path):
    (tmp_path / "f.csv").write_text('who,at,x\na,2026-01-01,"q,p"\n')
    mapping = {
        "at": {"sql": "CAST(at AS DATE)"},
        "status_at": {"sql": "CAST(at AS TIMESTAMP) + INTERVAL 9 HOUR"},
        "product": {"sql": "string_split(x, ',')"},
        "content": {"sql": "42"},
    }
    row = read(tmp_path, CONTACT | {"files": "f.csv", "map": mapping})[0][0]
    assert (row["at"], row["at_precision"]) == (datetime(2026, 1, 1), "day")
    assert (row["status_at"], row["status_at_precision"]) == (datetime(2026, 1, 1, 9), "instant")
    assert (row["product"], row["content"]) == ("p\x1fq", 42)
