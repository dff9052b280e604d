"""Lists as files: any format and column order in, the same out, and nothing that a spreadsheet would run."""

import csv

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from primum.deliver.tables import as_it_was, neutralised, read_list, write_table
from primum.words.errors import SourceError

ROWS = [("Zoë", "zoe@example.org", "+44 1632 000000"), ("=HYPERLINK(1)", "bob@example.org", "-3.50")]
HEADER = ["name", "address", "mobile"]


def _written(path):
    if path.suffix == ".csv":
        text = "\n".join([";".join(HEADER), *(";".join(row) for row in ROWS)])
        path.write_text(text + "\n", encoding="cp1252")
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(HEADER)
        for row in ROWS:
            book.active.append(row)
        for cell in book.active["A"]:
            cell.data_type = "s"
        book.save(path)
    else:
        pq.write_table(pa.table(dict(zip(HEADER, zip(*ROWS, strict=True), strict=True))), path)
    return path


def _again(path):
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text("cp1252").splitlines(), delimiter=";"))
    if path.suffix == ".xlsx":
        return [[c.value for c in row] for row in openpyxl.load_workbook(path).active.iter_rows()]
    table = pq.read_table(path)
    return [table.schema.names, *map(list, zip(*(c.to_pylist() for c in table.columns), strict=True))]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_list_is_written_in_its_own_format_and_columns(tmp_path, ending):
    listed = read_list(_written(tmp_path / f"list{ending}"))
    out = tmp_path / f"out{ending}"
    assert write_table(listed, listed.table, out, {"list": "L1", "valid until": "tomorrow"}) == 1
    assert _again(out) == [HEADER, list(ROWS[0]), ["'=HYPERLINK(1)", *ROWS[1][1:]]]


def test_workbooks_and_parquet_say_of_which_list_they_are(tmp_path):
    stamp = {"list": "L1", "valid until": "2026-06-02T09:00:00Z"}
    for ending in (".xlsx", ".parquet"):
        listed = read_list(_written(tmp_path / f"list{ending}"))
        write_table(listed, listed.table, tmp_path / f"out{ending}", stamp)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").properties.title == "List L1"
    assert pq.read_schema(tmp_path / "out.parquet").metadata[b"primum valid until"] == b"2026-06-02T09:00:00Z"


@pytest.mark.parametrize("start", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+A1", "\t=1", "\r=1"])
def test_every_start_of_a_formula_is_neutralised_and_can_be_undone(start):
    table, cells = neutralised(pa.table({"a": [start, "plain", None]}))
    assert table["a"].to_pylist() == ["'" + start, "plain", None]
    assert cells == 1
    assert as_it_was("'" + start) == start


@pytest.mark.parametrize("text", ["+44 (0)1632 000-000", "-3.50", "'quoted'", ""])
def test_numbers_and_quotes_stay_as_they_are(text):
    table, cells = neutralised(pa.table({"a": [text]}))
    assert (table["a"].to_pylist(), cells) == ([text], 0)
    assert as_it_was(text) == text


def test_what_is_no_list_is_refused(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    for name in ("empty.csv", "absent.csv"):
        with pytest.raises(SourceError):
            read_list(tmp_path / name)
