"""Days, hours and instants: zones in every format, dates in files' names, contacts that land later than they left."""

import json
import os
import sqlite3
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from primum.app.pipeline import connect
from primum.sources import prepare
from primum.sources.file_dates import day_in_name
from primum.strategy.models import Strategy
from primum.words.errors import SourceError, StrategyError
from sources.making import CONTACT, read, rows

START = datetime(2026, 3, 5, 9)
TEXTS = ["2026-03-05", "2026-03-05T09:30", "2026-03-05T09"]


def as_csv(path):
    path.write_text("who,at\n" + "".join(f"a@x.org,{t}\n" for t in TEXTS))


def as_jsonl(path):
    path.write_text("".join(json.dumps({"who": "a@x.org", "at": t}) + "\n" for t in TEXTS))


def as_sqlite(path):
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE t (who, at)")
    con.executemany("INSERT INTO t VALUES ('a@x.org', ?)", [(t,) for t in TEXTS])
    con.commit()
    con.close()


def as_excel(path):
    book = Workbook()
    book.active.append(["who", "at"])
    for cell in (date(2026, 3, 5), datetime(2026, 3, 5, 9, 30), TEXTS[2]):
        book.active.append(["a@x.org", cell])
    book.save(path)


def as_parquet(path):
    pq.write_table(pa.table({"who": ["a@x.org"] * 3, "at": TEXTS}), path)


WRITERS = {"csv": as_csv, "jsonl": as_jsonl, "sqlite": as_sqlite, "xlsx": as_excel, "parquet": as_parquet}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_reads_dates_hours_and_times_in_the_zone_of_its_source(tmp_path, ending):
    WRITERS[ending](tmp_path / f"f.{ending}")
    got, prepared = read(tmp_path, CONTACT | {"files": f"f.{ending}", "zone": "Asia/Tokyo"}, zone="Europe/London")
    assert [(r["at"], r["at_precision"]) for r in got] == [
        (datetime(2026, 3, 4, 15), "day"),
        (datetime(2026, 3, 5, 0, 30), "instant"),
        (datetime(2026, 3, 5, 0), "hour"),
    ]
    assert prepared.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("kind", "hour", "expected"),
    [(pa.date32(), 0, "day"), (pa.timestamp("ms"), 8, "instant"), (pa.timestamp("ms"), 0, "day")],
    ids=["date", "time", "only midnights"],
)
def test_typed_dates_and_times_are_read_in_the_zone_of_their_source(tmp_path, kind, hour, expected):
    table = pa.table({"who": ["a@x.org"], "at": pa.array([datetime(2026, 3, 5, hour)]).cast(kind)})
    pq.write_table(table, tmp_path / "f.parquet")
    ((got,), _) = read(tmp_path, CONTACT | {"files": "f.parquet", "zone": "Asia/Tokyo"})
    assert (got["at"], got["at_precision"]) == (datetime(2026, 3, 4, 15) + timedelta(hours=hour), expected)


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("exports/mail_20260331.csv", "%Y%m%d", date(2026, 3, 31)),
        ("mail-2026-03-31-final.csv", "%Y-%m-%d", date(2026, 3, 31)),
        ("31.3.26 mail.csv", "%d.%m.%y", date(2026, 3, 31)),
        ("Mail March 7 2026.csv", "%B %d %Y", date(2026, 3, 7)),
        ("from_20260301_to_20260331.csv", "to_%Y%m%d", date(2026, 3, 31)),
        ("20260331235959.csv", "%Y%m%d%H%M%S", date(2026, 3, 31)),
        ("2026090.csv", "%Y%j", date(2026, 3, 31)),
    ],
)
def test_a_date_is_found_anywhere_in_a_name(name, form, expected):
    assert day_in_name(name, form) == expected


@pytest.mark.parametrize("name", ["mail.csv", "mail_202603311.csv", "mail_20261331.csv", "20260331/mail.csv"])
def test_a_name_without_the_date_is_named(name):
    with pytest.raises(ValueError, match=f"the file {name} holds no date as in '%Y%m%d'"):
        day_in_name(name, "%Y%m%d")


def test_a_name_with_two_dates_is_not_guessed():
    with pytest.raises(ValueError, match="several dates as in '%Y%m%d': 2026-03-01 and 2026-03-31"):
        day_in_name("a_20260301_20260331.csv", "%Y%m%d")


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%d.%m.%Y", "%y%m%d"]))
def test_every_date_is_found_as_it_was_written(day, form):
    assert day_in_name(f"x_{day.strftime(form)}_y.csv", form) == day


def contacts(folder, at, **more):
    return read(folder, CONTACT | {"files": "f_*.csv", "map": {"at": at}} | more)


def test_rows_take_the_date_of_their_files_name_as_a_day_in_the_sources_zone(tmp_path):
    for day in ("20260304", "20260305"):
        (tmp_path / f"f_{day}.csv").write_text("who\na@x.org\n")
    got, _ = contacts(tmp_path, {"file_name": "%Y%m%d"}, zone="Asia/Tokyo")
    assert [(r["at"], r["at_precision"]) for r in got] == [
        (datetime(2026, 3, 3, 15), "day"),
        (datetime(2026, 3, 4, 15), "day"),
    ]
    for name in ("f_march.csv", "f_april.csv"):
        (tmp_path / name).write_text("who\na@x.org\n")
    with pytest.raises(SourceError, match=r"f_april.csv holds no date as in .*f_march.csv holds no date"):
        contacts(tmp_path, {"file_name": "%Y%m%d"})


def test_rows_take_the_day_on_which_their_file_was_changed(tmp_path):
    (tmp_path / "f_1.csv").write_text("who\na@x.org\n")
    late = datetime.fromisoformat("2026-03-04T20:00:00+00:00").timestamp()
    os.utime(tmp_path / "f_1.csv", (late, late))
    assert contacts(tmp_path, {"file_date": True})[0][0]["at"] == datetime(2026, 3, 4)
    ((got,), _) = contacts(tmp_path, {"file_date": True}, zone="Asia/Tokyo")
    assert (got["at"], got["at_precision"]) == (datetime(2026, 3, 4, 15), "day")


STATE = {"kind": "states", "key": {"email": "who"}, "map": {"state": {"value": "vip"}, "from": "since"}}


@pytest.mark.parametrize(("as_of", "expected"), [("2026-06-30", "2026-06-30"), ({"file_name": "%Y%m%d"}, "2026-03-04")])
def test_only_flags_without_a_date_are_as_of_the_extract(tmp_path, as_of, expected):
    (tmp_path / "f_20260304.csv").write_text("who,since\na@x.org,2025-01-01\nb@x.org,\n")
    got, _ = read(tmp_path, STATE | {"files": "f_*.csv", "as_of": as_of})
    assert [r["as_of"] for r in got] == [None, expected]


def landed(folder, channels, source, zone="Europe/London"):
    (folder / "scratch").mkdir(exist_ok=True)
    declared = Strategy.model_validate(
        {"strategy": {"name": "T"}, "zone": zone, "channels": channels, "data": {"sources": {"s": source}}}
    )
    con = connect(folder / "scratch")
    prepared = prepare(con, "s", declared.data.sources["s"], declared, folder, folder / "scratch")
    return rows(con, prepared), prepared


def test_a_letter_stands_on_the_day_it_lands_and_keeps_when_it_was_handed_over(tmp_path):
    (tmp_path / "f.csv").write_text(
        "who,at,how\na@x.org,2026-03-27T14:00,post\na@x.org,2026-03-27,post\na@x.org,2026-03-27T14:00,email\n"
        "a@x.org,2026-03-27T14:00,courier\na@x.org,2026-03-27,courier\n"
    )
    channels = {"post": {"lands_after": "2 days"}, "courier": {"lands_after": "6 hours"}, "email": None}
    got, prepared = landed(tmp_path, channels, CONTACT | {"files": "f.csv", "map": {"at": "at", "channel": "how"}})
    left, day = datetime(2026, 3, 27, 14), datetime(2026, 3, 27)
    assert [(r["at"], r["at_precision"], r["handed_over"]) for r in got] == [
        (datetime(2026, 3, 29), "day", left),
        (datetime(2026, 3, 29), "day", day),
        (left, "instant", None),
        (datetime(2026, 3, 27, 20), "instant", left),
        (day, "day", day),
    ]
    assert prepared.columns["handed_over"] == "instant"


def test_a_landing_is_a_day_of_the_sources_calendar_across_a_change_of_clocks(tmp_path):
    (tmp_path / "f.csv").write_text("who,at\na@x.org,2026-03-28T23:30\n")
    mapping = {"at": "at", "channel": {"value": "post"}}
    source = CONTACT | {"files": "f.csv", "map": mapping, "zone": "Europe/Berlin"}
    ((got,), _) = landed(tmp_path, {"post": {"lands_after": "3 days"}}, source)
    assert got["at"] == datetime(2026, 3, 30, 22)
    ((got,), prepared) = landed(tmp_path, {"email": {"lands_after": "3 days"}}, source)
    assert "handed_over" not in got
    assert "handed_over" not in prepared.columns


def test_only_sources_whose_contacts_may_land_later_are_read_through_the_view(tmp_path):
    made = {"who": [1], "at": pa.array([START], pa.timestamp("us", "UTC")), "how": ["post"]}
    pq.write_table(pa.table(made), tmp_path / "f.parquet")
    declared = CONTACT | {"files": "f.parquet", "key": {"crm_id": "who"}}
    post, none = {"post": {"lands_after": "2 days"}}, {"post": None}
    for channel, channels, directly in (("how", none, True), ("how", post, False), ({"value": "email"}, post, True)):
        source = declared | {"map": {"at": "at", "channel": channel}}
        assert (landed(tmp_path, channels, source)[1].direct is not None) is directly


def test_dates_of_files_are_checked_in_the_strategy():
    from primum.strategy.check import checked_text

    text = """
strategy: {name: T}
data:
  sources:
    s:
      kind: contacts
      department: d
      key: {email: who}
      tables: {t: {files: f.csv}}
      query: SELECT * FROM t
      map: {at: {file_name: "%Y%m%d"}, channel: {value: post}}
    f:
      kind: states
      key: {email: who}
      files: f.csv
      as_of: 2026-02-30
      map: {state: {value: vip}, until: {file_name: yyyymmdd}}
departments: {d: }
channels: {post: }
"""
    with pytest.raises(StrategyError) as caught:
        checked_text(text)
    told = [c.what for c in caught.value.complaints]
    assert len(told) == 3
    assert "takes a date from a file, but the rows of a query come of no one file" in told[0]
    assert '"2026-02-30" in source "f" is no day of the calendar' in told[1]
    assert '"yyyymmdd" holds no directive' in told[2]
