"""Typed files: types that clash, values that are none, and whether a row can be rejected, held against every row."""

import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.app.pipeline import connect
from primum.sources.prepare import prepare
from primum.words.errors import SourceError
from sources.making import CONTACT, read, rejects, strategy

AT = datetime(2026, 1, 1, 9)


def files(folder, *tables, **options):
    for number, columns in enumerate(tables):
        pq.write_table(pa.table(columns), folder / f"f{number}.parquet")
    return read(folder, CONTACT | {"files": "f*.parquet"} | options)


def test_numbers_of_two_types_stay_exact(tmp_path):
    big = 2**53 + 1
    got, prepared = files(tmp_path, {"who": [big], "at": [AT]}, {"who": [17.0], "at": [AT]})
    assert [r["key"] for r in got] == [str(big), "17"]
    assert "column who is whole number in one file, floating number in another" in prepared.warnings[0].what


def test_instants_with_a_zone_do_not_become_local_ones(tmp_path):
    aware = pa.array([AT.replace(tzinfo=UTC)], pa.timestamp("us", "UTC"))
    got, _ = files(tmp_path, {"who": ["a"], "at": aware}, {"who": ["b"], "at": [AT]}, zone="Europe/Paris")
    assert [r["at"] for r in got] == [AT, AT.replace(hour=8)]


def test_a_day_of_one_file_is_no_midnight_of_another(tmp_path):
    got, _ = files(tmp_path, {"who": ["a"], "at": [AT.date()]}, {"who": ["b"], "at": [AT]})
    assert [(r["at"], r["at_precision"]) for r in got] == [(datetime(2026, 1, 1), "day"), (AT, "instant")]


def test_an_empty_column_of_one_file_clashes_with_nothing(tmp_path):
    got, prepared = files(
        tmp_path,
        {"who": ["a"], "at": [AT], "x": pa.nulls(1)},
        {"who": ["b"], "at": [AT], "x": ["y"]},
        map={"at": "at", "topic": "x"},
    )
    assert [r["topic"] for r in got] == [None, "y"]
    assert prepared.warnings == ()


def test_files_that_spell_a_column_otherwise_or_lack_it(tmp_path):
    got, prepared = files(tmp_path, {"who": ["a"], "at": [AT], "x": ["y"]}, {"WHO": ["b"], "at": [AT]})
    assert [r["key"] for r in got] == ["a", "b"]
    assert [w.what for w in prepared.warnings] == ["f1.parquet lacks columns that other files of the source have: x"]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (pa.array([2**64 - 1], pa.uint64()), str(2**64 - 1)),
        (pa.array([Decimal(5)], pa.decimal128(38, 10)), "5"),
        (pa.array([Decimal("100.50")], pa.decimal128(9, 2)), "100.5"),
        (pa.array([Decimal(100)], pa.decimal128(9, 0)), "100"),
        (pa.array([float("nan")]), None),
        (pa.array([1e20]), "1e+20"),
        (pa.array([b"a@x.org "], pa.binary()), "a@x.org"),
        (pa.array([b"\xff"], pa.binary()), "\\xFF"),
        (pa.array(["  "]), None),
        (pa.array([""]), None),
        (pa.array(["\u00a0jose\u0301 "]), "jos\u00e9"),
        (pa.array(["x y"]).dictionary_encode(), "x y"),
        (pa.array([True]), "true"),
        (pa.array([-7], pa.int8()), -7),
    ],
)
def test_keys_of_every_type(tmp_path, values, key):
    assert files(tmp_path, {"who": values, "at": [AT]})[0][0]["key"] == key


def test_numbers_that_are_none_are_missing_and_endless_ones_are_rejected(tmp_path):
    got, prepared = files(
        tmp_path,
        {"who": [1, 2, 3], "at": [AT] * 3, "x": [1.5, float("nan"), float("inf")]},
        map={"at": "at", "cost": "x"},
    )
    assert [r["cost"] for r in got] == [1.5, None]
    assert prepared.can_reject
    assert rejects(tmp_path) == ["f0.parquet,3,x,'infinity' is not a number such as 1234.50"]


@pytest.mark.parametrize("missing", [["-1", "9999-12-31"], ["-1.0", "9999-12-31"]])
def test_sentinels_in_typed_columns(tmp_path, missing):
    table = {
        "who": [-1, 5],
        "at": [AT, AT],
        "d": [date(9999, 12, 31), date(2026, 2, 1)],
        "t": [datetime(9999, 12, 31), AT],
        "n": [-1.0, 2.0],
        "m": pa.array([Decimal("-1.00"), Decimal("2.50")], pa.decimal128(9, 2)),
    }
    mapping = {"at": "at", "status_at": "t", "valid_until": "d", "cost": "n", "value": "m"}
    got, _ = files(tmp_path, table, map=mapping, missing=missing, dates=["%d.%m.%Y"], attributes={"n": "m"})
    assert [(r["cost"], r["value"], r["status_at"]) for r in got] == [(None, None, None), (2.0, 2.5, AT)]
    assert [r["valid_until"] is None for r in got] == [True, False]
    if missing[0] == "-1":
        assert [r["key"] for r in got] == [None, "5"]
        assert [json.loads(r["attributes"])["n"] for r in got] == [None, "2.5"]


def test_lists_keep_what_stands_inside_their_items(tmp_path):
    got, _ = files(
        tmp_path, {"who": ["a"], "at": [AT], "x": [["b;c", " a ", None, ""]]}, map={"at": "at", "product": "x"}
    )
    assert got[0]["product"] == "a\x1fb;c"


@pytest.mark.parametrize("name", ["file_row_number", "file_index", "__row", "__FILE"])
def test_reserved_names_are_refused(tmp_path, name):
    with pytest.raises(SourceError, match=f"the name of the column '{name}' is reserved"):
        files(tmp_path, {"who": ["a"], "at": [AT], name: [1]})


def test_a_column_may_be_called_filename_or_row(tmp_path):
    table = {"who": ["a"], "at": [AT], "filename": ["x"], "row": ["y"], "file": ["z"]}
    got, _ = files(tmp_path, table, attributes={"n": "filename", "r": "row", "f": "file"})
    assert json.loads(got[0]["attributes"]) == {"f": "z", "n": "x", "r": "y"}
    assert got[0]["row"] == 1


def test_names_that_differ_only_in_capitals_are_refused(tmp_path):
    with pytest.raises(SourceError, match="'who' and 'WHO' differ only in capitals"):
        files(tmp_path, {"who": ["a"], "WHO": ["b"], "at": [AT]})


def test_formats_are_not_mixed(tmp_path):
    pq.write_table(pa.table({"who": ["a"], "at": [AT]}), tmp_path / "f1.parquet")
    (tmp_path / "f2.csv").write_text("who,at\n")
    with pytest.raises(SourceError, match="different formats: csv, parquet"):
        read(tmp_path, CONTACT | {"files": "f*"})


COLUMNS = {
    "at": pa.timestamp("us"),
    "day": pa.date32(),
    "text": pa.string(),
    "float": pa.float64(),
    "int": pa.int32(),
    "bytes": pa.binary(),
}
VALUES = {
    "at": st.sampled_from([None, AT]),
    "day": st.sampled_from([None, AT.date()]),
    "text": st.sampled_from([None, "", " ", "2026-01-01", "soon", "5", "-1", "sent", "Sent", "lost"]),
    "float": st.sampled_from([None, 1.5, -1.0, float("nan"), float("inf")]),
    "int": st.sampled_from([None, 1767225600, -1]),
    "bytes": st.sampled_from([None, b"", b"sent", b"x"]),
}
entries = st.fixed_dictionaries(
    {},
    optional={
        "missing": st.sampled_from([["-1"], ["soon"]]),
        "values": st.sampled_from([{"lost": "failed"}, {"soon": "2026-01-02", "5": "7"}]),
        "otherwise": st.just("sent"),
        "dates": st.sampled_from(["epoch", "%d.%m.%Y"]),
    },
)
entry = st.one_of(
    st.builds(lambda c, e: {"column": c} | e, st.sampled_from(sorted(COLUMNS)), entries),
    st.builds(lambda s: {"sql": s}, st.sampled_from(["CAST(text AS INTEGER)", "upper(text)", "day", "int / 2"])),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=4),
    at=entry,
    mapping=st.dictionaries(st.sampled_from(["status", "cost", "valid_until", "topic", "content", "product"]), entry),
    missing=st.sampled_from([[], ["-1"]]),
)
def test_a_source_that_cannot_reject_has_no_row_to_reject(tmp_path_factory, rows, at, mapping, missing):
    """The short cuts say what a look at every row says; and no value of any kind stops the reading."""
    folder = tmp_path_factory.mktemp("can")
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(COLUMNS)), folder / "f.parquet")
    source = {"kind": "contacts", "key": {"crm_id": "int"}, "files": "f.parquet", "missing": missing}
    declared = strategy(source | {"map": {"at": at} | mapping})
    con = connect(folder)
    seen = []
    module = sys.modules[prepare.__module__]
    original = module._can_reject

    def both(con, mapped, view, relation):
        seen.append(con.execute(f"SELECT count(*) FROM {view} WHERE reject_reason IS NOT NULL").fetchone()[0] > 0)
        seen.append(con.execute(f"SELECT count(*) FROM {view} WHERE reject_column IS NOT NULL").fetchone()[0] > 0)
        return original(con, mapped, view, relation)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_can_reject", both)
        prepared = prepare(con, "s", declared.data.sources["s"], declared, folder, folder)
    found = con.execute(f"FROM {prepared.view}").fetchall()
    con.close()
    assert seen == [prepared.can_reject] * 2
    assert len(found) == len(rows)
