"""What a mapping makes of a column: words, dates, numbers, keys, contents; and what rejects a row."""

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from primum.app.pipeline import connect
from primum.sources import check_rejects, prepare, write_rejects
from primum.words.errors import SourceError, TooManyRejectsError
from sources.making import CONTACT, read, rejects, strategy


def csv_rows(folder, text, zone="UTC", **options):
    (folder / "f.csv").write_text(text, encoding="utf-8")
    return read(folder, CONTACT | {"files": "f.csv"} | options, zone)[0]


def one(folder, column, entry, attribute, zone="UTC", **options):
    """The values of one attribute mapped from one column of texts."""
    text = "who,at,x\n" + "".join(f'a@x.org,2026-01-01,"{v}"\n' for v in column)
    got = csv_rows(folder, text, zone, map={"at": "at", attribute: entry}, **options)
    return [r[attribute] for r in got]


def test_value_tables_translate_and_closed_lists_reject_what_they_do_not_know(tmp_path):
    entry = {"column": "x", "values": {"Delivered": "delivered", "HB": "bounced"}}
    assert one(tmp_path, ["Delivered", "HB", "Sent", "", "Lost"], entry, "status") == [
        "delivered",
        "bounced",
        "sent",
        None,
    ]
    assert "'lost' is not a known status. Known: Delivered, HB, proposed" in rejects(tmp_path)[0]
    assert one(tmp_path, ["a", "b", ""], {"column": "x", "values": {"a": "A"}}, "channel") == ["A", "b", None]
    assert one(tmp_path, ["a", "b", ""], {"column": "x", "values": {"a": "A"}, "otherwise": "Z"}, "topic") == [
        "A",
        "Z",
        None,
    ]


def test_constants_stand_in_every_row(tmp_path):
    assert one(tmp_path, ["1", "2"], {"value": "email"}, "channel") == ["email", "email"]


def test_named_sentinels_are_missing_in_keys_numbers_and_dates(tmp_path):
    text = "who,at,cost\n-1,2026-01-01,5\na@x.org,2026-01-01,999\nb@x.org,-1,5\n"
    got = csv_rows(tmp_path, text, missing=["-1"], map={"at": "at", "cost": {"column": "cost", "missing": ["999"]}})
    assert [(r["key"], r["cost"]) for r in got] == [(None, 5.0), ("a@x.org", None)]
    assert "is empty; every row needs `at`" in rejects(tmp_path)[0]


def test_numbers_that_are_none_are_rejected(tmp_path):
    assert one(tmp_path, ["1.5", "-2", "1e3", "", "1.234,50", "nan", "inf"], "x", "cost") == [1.5, -2.0, 1000.0, None]
    assert "'1.234,50' is not a number such as 1234.50" in rejects(tmp_path)[0]


@pytest.mark.parametrize(
    ("text", "formats", "zone", "at", "precision"),
    [
        ("2026-07-01", [], "UTC", datetime(2026, 7, 1), "day"),
        ("2026-07-01", [], "Europe/Paris", datetime(2026, 6, 30, 22), "day"),
        ("2026-07-01T09", [], "UTC", datetime(2026, 7, 1, 9), "hour"),
        ("2026-07-01 09:30", [], "Europe/Paris", datetime(2026, 7, 1, 7, 30), "instant"),
        ("2026-07-01T09:30:15.123456Z", [], "Europe/Paris", datetime(2026, 7, 1, 9, 30, 15, 123456), "instant"),
        ("2026-07-01T09:30+02:00", [], "UTC", datetime(2026, 7, 1, 7, 30), "instant"),
        ("01/07/2026", ["%d/%m/%Y"], "UTC", datetime(2026, 7, 1), "day"),
        ("01/07/2026 14", ["%d/%m/%Y %H"], "UTC", datetime(2026, 7, 1, 14), "hour"),
        ("01/07/2026 02:05 PM", ["%d/%m/%Y", "%d/%m/%Y %I:%M %p"], "UTC", datetime(2026, 7, 1, 14, 5), "instant"),
        ("2026-07-01 09:30 +0200", ["%Y-%m-%d %H:%M %z"], "Europe/Paris", datetime(2026, 7, 1, 7, 30), "instant"),
    ],
)
def test_dates_as_they_are_written(tmp_path, text, formats, zone, at, precision):
    got = csv_rows(tmp_path, f"who,at\na@x.org,{text}\n", zone, dates=formats)
    assert [(r["at"], r["at_precision"]) for r in got] == [(at, precision)]


def test_local_times_that_a_clock_change_skips_or_repeats(tmp_path):
    """London 2026: 01:30 is skipped on 29 March and comes twice on 25 October."""
    got = csv_rows(tmp_path, "who,at\na,2026-03-29 01:30\na,2026-10-25 01:30\n", "Europe/London")
    assert [r["at"] for r in got] == [datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)]


def test_dates_that_do_not_exist_are_rejected_with_what_was_tried(tmp_path):
    assert csv_rows(tmp_path, "who,at\na,31/02/2026\nb,2026-13-01\n", dates=["%d/%m/%Y"]) == []
    assert "'31/02/2026' is not a date as in: %d/%m/%Y" in rejects(tmp_path)[0]


def test_years_of_two_digits_are_not_taken_for_antiquity(tmp_path):
    assert csv_rows(tmp_path, "who,at\na,01/07/24\n", dates=["%d/%m/%Y"]) == []
    assert [r["at"].year for r in csv_rows(tmp_path, "who,at\na,01/07/24\n", dates=["%d/%m/%y"])] == [2024]


def test_texts_of_typed_files_are_trimmed_and_composed_like_others(tmp_path):
    table = {"who": ["a"], "at": [datetime(2026, 1, 1)], "x": [" cafe\u0301\u00a0"]}
    pq.write_table(pa.table(table), tmp_path / "f.parquet")
    got, _ = read(tmp_path, CONTACT | {"files": "f.parquet", "map": {"at": "at", "topic": "x"}})
    assert got[0]["topic"] == "caf\u00e9"


def test_long_numbers_as_contents_are_equal_in_text_and_in_numbers(tmp_path):
    number = 8_234_567_890_123_456_789
    marks = one(tmp_path, [str(number), str(2**70)], "x", "content")
    pq.write_table(pa.table({"who": ["a"], "at": [datetime(2026, 1, 1)], "x": [number]}), tmp_path / "f.parquet")
    got, _ = read(tmp_path, CONTACT | {"files": "f.parquet", "map": {"at": "at", "content": "x"}})
    assert got[0]["content"] == marks[0] == number
    assert marks[1] is not None


def test_the_last_day_of_an_offer_ends_when_that_day_ends(tmp_path):
    last = timedelta(microseconds=-1)
    assert one(tmp_path, ["2026-06-30"], "x", "valid_until", "Europe/Paris") == [datetime(2026, 6, 30, 22) + last]
    assert one(tmp_path, ["2026-10-25"], "x", "valid_until", "Europe/Paris") == [datetime(2026, 10, 25, 23) + last]
    pq.write_table(
        pa.table({"who": ["a"], "at": [date(2026, 6, 1)], "x": pa.array([date(2026, 6, 30)])}), tmp_path / "f.parquet"
    )
    got, _ = read(tmp_path, CONTACT | {"files": "f.parquet", "map": {"at": "at", "valid_until": "x"}}, "Europe/Paris")
    assert got[0]["valid_until"] == datetime(2026, 6, 30, 22) + last
    assert (got[0]["at"], got[0]["at_precision"]) == (datetime(2026, 5, 31, 22), "day")


def test_typed_instants_with_and_without_a_zone(tmp_path):
    moment = datetime(2026, 7, 1, 9, tzinfo=UTC)
    table = pa.table(
        {
            "who": [1],
            "at": pa.array([moment], pa.timestamp("us", "America/New_York")),
            "x": pa.array([moment.replace(tzinfo=None)], pa.timestamp("ms")),
        }
    )
    pq.write_table(table, tmp_path / "f.parquet")
    got, _ = read(tmp_path, CONTACT | {"files": "f.parquet", "map": {"at": "at", "status_at": "x"}}, "Europe/Paris")
    assert got[0]["at"].replace(tzinfo=None) == datetime(2026, 7, 1, 9)
    assert got[0]["status_at"] == datetime(2026, 7, 1, 7)


def test_keys_the_first_kind_that_has_a_value_names_the_customer(tmp_path):
    got = csv_rows(
        tmp_path,
        "no,who,at\nK1,a@x.org,2026-01-01\n,b@x.org,2026-01-01\n,,2026-01-01\n",
        key={"crm_id": "no", "email": "who"},
    )
    assert [(r["key"], r["key_kind"]) for r in got] == [("K1", "crm_id"), ("b@x.org", "email"), (None, None)]


def test_numbers_as_keys_stay_numbers_and_floats_lose_their_point(tmp_path):
    pq.write_table(pa.table({"who": [17], "at": [datetime(2026, 1, 1)]}), tmp_path / "f.parquet")
    assert read(tmp_path, CONTACT | {"files": "f.parquet"})[0][0]["key"] == 17
    pq.write_table(pa.table({"who": [17.0], "at": [datetime(2026, 1, 1)]}), tmp_path / "f.parquet")
    assert read(tmp_path, CONTACT | {"files": "f.parquet"})[0][0]["key"] == "17"


def test_contents_are_equal_when_their_words_are(tmp_path):
    texts = ["Hello  World", "hello world ", "HELLO\tWORLD", "Hello World!", "caf\u00e9", "cafe\u0301", "42", ""]
    marks = one(tmp_path, texts, "x", "content")
    assert len({marks[0], marks[1], marks[2]}) == 1
    assert marks[3] not in marks[:3]
    assert marks[4] == marks[5]
    assert (marks[6], marks[7]) == (42, None)


def test_contents_that_mean_something_inside_their_source_only_never_meet_others(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,x\na,2026-01-01,42\n")
    marks = set()
    for name in ("one", "two"):
        source = CONTACT | {"files": "f.csv", "map": {"at": "at", "content": {"column": "x", "local": True}}}
        (tmp_path / "scratch").mkdir(exist_ok=True)
        con = connect(tmp_path / "scratch")
        declared = strategy(source)
        prepared = prepare(con, name, declared.data.sources["s"], declared, tmp_path, tmp_path / "scratch")
        marks.add(con.execute(f"SELECT content FROM {prepared.view}").fetchone()[0])
        con.close()
    assert len(marks | {42}) == 3


def test_lists_are_sorted_and_distinct(tmp_path):
    assert one(tmp_path, ["b; a|b", "", "solo"], "x", "product") == ["a\x1fb", None, "solo"]
    pq.write_table(pa.table({"who": ["a"], "at": [datetime(2026, 1, 1)], "x": [[3, 1, 3]]}), tmp_path / "f.parquet")
    got, _ = read(tmp_path, CONTACT | {"files": "f.parquet", "map": {"at": "at", "product": "x"}})
    assert got[0]["product"] == "1\x1f3"


def test_open_attributes_are_one_json_object(tmp_path):
    got = csv_rows(tmp_path, "who,at,x,y\na,2026-01-01,1,\n", attributes={"wave": "x", "agent": "y"})
    assert json.loads(got[0]["attributes"]) == {"wave": "1", "agent": None}


def test_texts_are_in_composed_form_whatever_the_file_says(tmp_path):
    got = csv_rows(tmp_path, "who,at\njose\u0301@x.org,2026-01-01\njos\u00e9@x.org ,2026-01-01\n")
    assert got[0]["key"] == got[1]["key"]


def test_a_query_joins_an_audience_with_a_calendar(tmp_path):
    (tmp_path / "audience.csv").write_text("campaign,who\nC1,a@x.org\nC1,b@x.org\nC2,a@x.org\n")
    (tmp_path / "calendar.jsonl").write_text(
        '{"campaign": "C1", "day": "2026-01-05"}\n{"campaign": "C2", "day": "2026-02-05"}\n'
    )
    source = {
        "kind": "contacts",
        "tables": {"audience": {"files": "audience.csv"}, "calendar": {"files": "calendar.jsonl"}},
        "query": "SELECT a.who, c.day, a.campaign FROM audience a JOIN calendar c USING (campaign)",
        "dates_are": "campaign_start",
        "key": {"email": "who"},
        "map": {"at": "day", "communication": "campaign"},
    }
    got, prepared = read(tmp_path, source)
    assert sorted((r["key"], r["communication"], r["at"].month) for r in got) == [
        ("a@x.org", "C1", 1),
        ("a@x.org", "C2", 2),
        ("b@x.org", "C1", 1),
    ]
    assert [(f.name, f.counted) for f in prepared.files][-1] == ("query of audience, calendar", True)
    again, _ = read(tmp_path, source)
    assert again == got, "rows of a query are in a fixed order"


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


def test_a_handful_of_rejects_is_forgiven_and_more_than_the_limit_stops(tmp_path):
    def write(good, bad):
        lines = ["who,at"] + ["a,2026-01-01"] * good + ["a,soon"] * bad
        (tmp_path / "f.csv").write_text("\n".join(lines) + "\n")

    source = CONTACT | {"files": "f.csv"}
    write(20, 5)
    assert checked(tmp_path, source) == 5
    write(20, 6)
    with pytest.raises(TooManyRejectsError, match=r"6 of 26 rows cannot be read \(the limit is 5.0%\)"):
        checked(tmp_path, source)
    assert checked(tmp_path, source | {"rejects_at_most": "50%"}) == 6
    write(0, 1)
    with pytest.raises(TooManyRejectsError):
        checked(tmp_path, source | {"rejects_at_most": "50%"})


@pytest.mark.parametrize(
    "column",
    [
        pa.array([datetime(2026, 1, 1), None], pa.timestamp("us")),
        pa.array(["2026-01-01", "soon"]),
        pa.array(["2026-01-01", ""]),
    ],
)
def test_typed_files_reject_too(tmp_path, column):
    pq.write_table(pa.table({"who": [1, 2], "at": column}), tmp_path / "f.parquet")
    got, prepared = read(tmp_path, CONTACT | {"files": "f.parquet", "rejects_at_most": 1.0})
    assert [r["row"] for r in got] == [1]
    assert prepared.can_reject
    assert prepared.direct is None
    assert len(rejects(tmp_path)) == 1


def test_a_word_outside_a_closed_list_in_a_typed_file_rejects_its_row(tmp_path):
    table = {"who": [1, 2, 3], "at": [datetime(2026, 1, 1)] * 3, "x": ["promo", "what?", None]}
    pq.write_table(pa.table(table), tmp_path / "f.parquet")
    mapping = {"at": "at", "purpose": {"column": "x", "values": {"promo": "marketing"}}}
    got, _ = read(tmp_path, CONTACT | {"files": "f.parquet", "map": mapping})
    assert [(r["row"], r["purpose"]) for r in got] == [(1, "marketing"), (3, None)]


@pytest.mark.parametrize(
    "sql",
    [
        "read_csv('/etc/passwd')",
        "(SELECT 1)",
        "getenv('HOME')",
        "current_setting('access_mode')",
        "x; DROP TABLE t",
        "x FROM read_text('/etc/passwd')",
        "count(*)",
        "nope",
        "x +",
        "glob('*')",
        "x, at",
        "EXISTS (FROM duckdb_tables())",
        "lambda y: y",
    ],
)
def test_expressions_that_reach_further_are_refused(tmp_path, sql):
    with pytest.raises(SourceError, match="is refused"):
        one(tmp_path, ["1"], {"sql": sql}, "topic")


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("upper(x)", "AB"),
        ("x || '-' || who", "ab-a@x.org"),
        ("CASE WHEN x = 'ab' THEN 'yes' ELSE 'no' END", "yes"),
        ("coalesce(nullif(x, 'ab'), 'other')", "other"),
        ("CAST(length(x) + 1 AS VARCHAR)", "3"),
        ("x IN ('ab', 'cd') AND NOT x LIKE 'z%'", "true"),
        ("substr(X, 1, 1)", "a"),
        ("'semi;colon -- no comment'", "semi;colon -- no comment"),
    ],
)
def test_expressions_over_the_columns_are_computed(tmp_path, sql, value):
    assert one(tmp_path, ["ab"], {"sql": sql}, "topic") == [value]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM 'f.csv'",
        "SELECT * FROM read_csv('f.csv')",
        "SELECT * FROM other",
        "SELECT * FROM main.a",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM duckdb_tables()",
        "COPY a TO 'x.csv'",
        "ATTACH 'x.db'",
        "PRAGMA database_list",
        "SET threads = 1",
        "INSTALL httpfs",
        "SELECT 1 FROM a; SELECT 2 FROM a",
        "SELECT getenv('HOME') FROM a",
        "SELECT (SELECT content FROM read_text('/etc/passwd')) FROM a",
        "WITH b AS (SELECT * FROM glob('*')) SELECT * FROM b",
        "FROM query('SELECT 1')",
        "CREATE TABLE b AS SELECT * FROM a",
    ],
)
def test_queries_read_the_declared_tables_and_nothing_else(tmp_path, query):
    (tmp_path / "f.csv").write_text("who,at\na,2026-01-01\n")
    source = {
        "kind": "contacts",
        "tables": {"a": {"files": "f.csv"}},
        "query": query,
        "key": {"email": "who"},
        "map": {"at": "at"},
    }
    with pytest.raises(SourceError, match=r"the query is refused.*It may read a, and nothing else"):
        read(tmp_path, source)
