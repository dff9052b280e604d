"""Every accident is found with its count, and its innocent look-alike is left in peace."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from primum.sources.rejects import reject_reasons
from primum.sources.warnings import SourceWarning, cut_off, limit_of, masked, same_bytes
from primum.sources.zeros import Digits, eaten_zeros
from primum.words.errors import SourceError
from sources.making import read, strategy

BASE = {"kind": "contacts", "key": {"crm_id": "id"}, "map": {"at": "at"}}
HEADER = "id,at"


def days(n: int, start: str = "2026-03-02") -> list[str]:
    first = datetime.fromisoformat(start)
    return [(first + timedelta(days=i % 20)).date().isoformat() for i in range(n)]


def csv(folder: Path, lines: list[str], name: str = "f.csv", header: str = HEADER) -> None:
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def found(folder: Path, **more) -> dict[str, SourceWarning]:
    """The warnings of the source by kind; at most one a kind."""
    _, prepared = read(folder, {**BASE, "files": "*.csv", "rejects_at_most": 1.0, **more})
    assert len({w.kind for w in prepared.warnings}) == len(prepared.warnings), prepared.warnings
    return {w.kind: w for w in prepared.warnings}


def ids(values: list[str]) -> list[str]:
    return [f"{v},{d}" for v, d in zip(values, days(len(values)), strict=True)]


def test_an_ordinary_export_has_no_warning(tmp_path):
    csv(tmp_path, ids([f"K{i}" for i in range(300)]))
    assert found(tmp_path) == {}


# Files as a whole


class File:
    def __init__(self, name: str, rows: int) -> None:
        self.name, self.rows, self.counted = name, rows, True


@pytest.mark.parametrize("rows", [65_535, 65_536, 99_999, 100_000, 999_999, 1_000_000, 1_048_575, 1_048_576])
def test_a_file_of_exactly_so_many_rows_or_lines_may_be_cut_off(rows):
    (warning,) = cut_off("s", [File("march.csv", rows), File("april.csv", 7)])
    assert (warning.file, warning.count, warning.kind) == ("march.csv", rows, "cut_off")
    assert f"{rows:,}" in warning.what


@pytest.mark.parametrize("rows", [0, 65_534, 65_537, 99_998, 100_001, 1_048_574, 1_048_577])
def test_a_file_of_any_other_length_is_whole(rows):
    assert cut_off("s", [File("march.csv", rows)]) == []


def test_the_parts_of_an_export_are_not_cut_off_but_a_last_full_one_may_be():
    parts = [File("mail_1.csv", 100_000), File("mail_2.csv", 100_000), File("mail_3.csv", 4)]
    assert cut_off("s", parts) == []
    assert [w.file for w in cut_off("s", parts[:2])] == ["mail_2.csv"]
    months = [File("mail_2026-01.csv", 100_000), File("mail_2026-02.csv", 4)]
    assert [w.file for w in cut_off("s", months)] == ["mail_2026-01.csv"]


def test_parquet_likes_powers_of_two_and_equal_parts():
    names = ["a.parquet", "b.parquet"]
    assert limit_of(1_048_576, parquet=True) is None
    assert cut_off("s", [File(n, 1_000_000) for n in names], names) == []
    assert [w.count for w in cut_off("s", [File("a.parquet", 1_000_000)], names)] == [1_000_000]


def test_a_sheet_cut_at_its_limit_is_found_where_it_is_read(tmp_path):
    csv(tmp_path, [f"K{i % 9},2026-03-02" for i in range(65_535)])
    warning = found(tmp_path)["cut_off"]
    assert (warning.source, warning.file, warning.count) == ("s", "f.csv", 65_535)


def test_the_same_bytes_twice_are_found_and_empty_files_are_not():
    (warning,) = same_bytes("s", [("a.csv", "d1", 5), ("b.csv", "d2", 5), ("c.csv", "d1", 5), ("d.csv", "d1", 0)])
    assert (warning.file, warning.count) == ("c.csv", 5)
    assert "the very same bytes as a.csv" in warning.what
    assert same_bytes("s", [("a.csv", "", 5), ("b.csv", "", 5)]) == [], "files whose bytes nobody hashed"


# Identifiers


@pytest.mark.parametrize("value", ["4.91512E+11", "1,23457E+15", "5E+11", "-2.5e+09"])
def test_identifiers_in_scientific_notation_are_counted(tmp_path, value):
    csv(tmp_path, ids([f"K{i}" for i in range(30)]))
    (tmp_path / "g.csv").write_text(f'id,at\n"{value}",2026-03-02\n"{value}",2026-03-03\n', encoding="utf-8")
    warning = found(tmp_path)["scientific_notation"]
    assert (warning.column, warning.count, warning.total) == ("id", 2, 32)
    assert not set("12345") & set(warning.example), "the example is masked"
    assert "as text" in warning.cure


@pytest.mark.parametrize("value", ["7E10", "12E5", "4.9E11X", "1E+5", "E+11", "4912.5"])
def test_codes_that_only_look_like_powers_are_left_in_peace(tmp_path, value):
    csv(tmp_path, ids([value] * 30))
    assert found(tmp_path) == {}


def test_identifiers_that_end_in_point_zero_are_counted(tmp_path):
    csv(tmp_path, ids([f"{10_000 + i}.0" for i in range(25)] + ["10001", "10002"]))
    warning = found(tmp_path)["point_zero"]
    assert (warning.count, warning.total, warning.example) == (25, 27, "99999.9")


@pytest.mark.parametrize("value", ["1.0", "v12.0", "10.01", "100.00"])
def test_versions_and_amounts_are_no_identifiers_with_a_point(tmp_path, value):
    csv(tmp_path, ids([value] * 30))
    assert found(tmp_path) == {}


def test_amounts_in_other_columns_may_end_in_point_zero(tmp_path):
    csv(tmp_path, [f"{line},1200.0" for line in ids([f"K{i}" for i in range(30)])], header="id,at,cost")
    assert found(tmp_path, map={"at": "at", "cost": "cost"}) == {}


def digits(source: str, values: list[str], kind: str = "crm_id") -> Digits:
    plain = [v for v in values if v.isdecimal()]
    lengths = {n: sum(len(v) == n for v in plain) for n in {len(v) for v in plain}}
    return Digits(source, "f.csv", "id", kind, len(values), sum(v[0] == "0" for v in plain), lengths, "99")


CHANCE = random.Random(5)
WIDE = [f"{CHANCE.randrange(10**8):08d}" for _ in range(400)]
EATEN = [v.lstrip("0") for v in WIDE]


def test_zeros_that_a_spreadsheet_ate_are_found_against_another_file():
    (warning,) = eaten_zeros([digits("crm", WIDE), digits("calls", EATEN)])
    assert (warning.source, warning.kind) == ("calls", "eaten_zeros")
    assert warning.count == sum(len(v) < 8 for v in EATEN)
    assert warning.total == 400


@pytest.mark.parametrize(
    "others",
    [
        [digits("calls", WIDE)],
        [digits("calls", EATEN, kind="account")],
        [digits("calls", [f"1{v}" for v in EATEN])],
        [digits("calls", [v for v in WIDE if v[0] != "0"])],
        [digits("calls", ["7", "8", *[v for v in WIDE if v[0] != "0"]])],
        [digits("calls", [f"K{v}" for v in EATEN])],
        [digits("calls", EATEN[:10])],
    ],
    ids=["whole", "another kind", "wider", "none begins with 0", "two typing errors", "no numbers", "few"],
)
def test_numbers_of_other_widths_are_not_suspected(others):
    assert eaten_zeros([digits("crm", WIDE), *others]) == []


def test_where_no_file_has_leading_zeros_short_numbers_are_numbers():
    counted = [str(n) for n in range(9_000, 10_400)]
    assert eaten_zeros([digits("crm", [v for v in WIDE if v[0] != "0"]), digits("calls", counted)]) == []


def test_the_digits_of_identifiers_are_read_from_the_files(tmp_path):
    csv(tmp_path, ids(WIDE), "a.csv")
    csv(tmp_path, ids(EATEN), "b.csv")
    _, prepared = read(tmp_path, {**BASE, "files": "*.csv"})
    assert [(d.file, d.filled, d.zeros) for d in prepared.digits] == [
        ("a.csv", 400, sum(v[0] == "0" for v in WIDE)),
        ("b.csv", 400, 0),
    ]
    (warning,) = eaten_zeros(prepared.digits)
    assert (warning.file, warning.count) == ("b.csv", sum(len(v) < 8 for v in EATEN))


# Telephone numbers


def phones(folder: Path, values: list[str], country: str | None) -> dict[str, SourceWarning]:
    from primum.app.pipeline import connect
    from primum.sources import prepare

    csv(folder, ids(values))
    declared = strategy({**BASE, "key": {"phone": "id"}, "files": "*.csv"})
    declared = declared.model_copy(update={"customers": declared.customers.model_copy(update={"country": country})})
    (folder / "scratch").mkdir(exist_ok=True)
    with connect(folder / "scratch") as con:
        prepared = prepare(con, "s", declared.data.sources["s"], declared, folder, folder / "scratch")
    return {w.kind: w for w in prepared.warnings}


def test_numbers_from_abroad_without_their_plus_are_found(tmp_path):
    abroad = [f"3314268{i:04d}" for i in range(40)]
    home = [f"020 7183 {i:04d}" for i in range(60)]
    warning = phones(tmp_path, [*abroad, *home], "GB")["phones_without_plus"]
    assert (warning.count, warning.total) == (40, 40)
    assert set(warning.example) <= {"9"}


def test_national_numbers_are_read_with_or_without_their_zero(tmp_path):
    assert phones(tmp_path, [f"{z}309012{i:04d}" for i in range(40) for z in ("", "0", "+49", "49")], "DE") == {}


def test_two_ways_of_writing_need_a_country(tmp_path):
    values = [f"+49309012{i:04d}" for i in range(30)] + [f"0309012{i:04d}" for i in range(30)]
    warning = phones(tmp_path, values, None)["phones_without_country"]
    assert (warning.count, warning.total) == (30, 60)
    assert phones(tmp_path, values[:30], None) == {}


# Dates


def dated(folder: Path, values: list[str], formats: list[str]) -> SourceWarning | None:
    csv(folder, [f"K{i},{v}" for i, v in enumerate(values)])
    return found(folder, dates=formats).get("ambiguous_dates")


def written(first: datetime, n: int, form: str) -> list[str]:
    return [(first + timedelta(days=i)).strftime(form) for i in range(n)]


def test_two_allowed_orders_are_counted_where_they_matter(tmp_path):
    values = written(datetime(2026, 3, 1), 31, "%d/%m/%Y")
    warning = dated(tmp_path, values, ["%d/%m/%Y", "%m/%d/%Y"])
    assert (warning.count, warning.total) == (11, 31), "the 3rd of March is the same both ways"
    assert warning.example == "01/03/2026"


def test_an_order_that_only_fits_because_no_day_is_above_twelve(tmp_path):
    american = written(datetime(2026, 3, 1), 12, "%m/%d/%Y") * 3
    warning = dated(tmp_path, american, ["%d/%m/%Y"])
    assert (warning.count, warning.total) == (33, 36)
    assert "%m/%d/%Y" in warning.cure


def test_the_first_days_of_a_month_are_no_riddle(tmp_path):
    assert dated(tmp_path, written(datetime(2026, 3, 1), 12, "%d/%m/%Y") * 3, ["%d/%m/%Y"]) is None


def test_a_month_of_dates_settles_its_order(tmp_path):
    assert dated(tmp_path, written(datetime(2026, 3, 1), 31, "%d/%m/%Y"), ["%d/%m/%Y"]) is None


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d %b %Y", "%Y%m%d"])
def test_dates_that_can_be_read_one_way_only(tmp_path, form):
    assert dated(tmp_path, written(datetime(2026, 3, 1), 12, form), [form]) is None


@pytest.mark.parametrize("attribute", ["at", "valid_until"])
@pytest.mark.parametrize("direct", [True, False])
def test_typed_times_that_are_all_midnights_are_days(tmp_path, attribute, direct):
    times = [datetime(2026, 3, 1) + timedelta(days=i) for i in range(5)]
    real = [t + timedelta(hours=9) for t in times]
    columns = {"at": times if attribute == "at" else real, "valid_until": times if attribute != "at" else real}
    key = list(range(5)) if direct else [f"K{i}" for i in range(5)]
    pq.write_table(pa.table({"id": key, **columns}), tmp_path / "f.parquet")
    both = {"at": "at", "valid_until": "valid_until"}
    rows, prepared = read(tmp_path, {**BASE, "files": "f.parquet", "map": both})
    other = ({"at", "valid_until"} - {attribute}).pop()
    assert {r[f"{attribute}_precision"] for r in rows} == {"day"}
    assert {r[f"{other}_precision"] for r in rows} == {"instant"}
    (warning,) = prepared.warnings
    assert (warning.kind, warning.column) == ("read_as_days", attribute)
    assert (prepared.direct is not None) == direct
    if direct:
        (batch,) = prepared.direct.batches(100)
        for name in ("at", "at_precision", "valid_until", "valid_until_precision"):
            assert batch[name].to_pylist() == [r[name] for r in rows], name


def test_one_time_of_day_among_midnights_keeps_the_instants(tmp_path):
    times = [datetime(2026, 3, 1), datetime(2026, 3, 2, 0, 0, 1)]
    pq.write_table(pa.table({"id": [1, 2], "at": times}), tmp_path / "f.parquet")
    rows, prepared = read(tmp_path, {**BASE, "files": "f.parquet"})
    assert {r["at_precision"] for r in rows} == {"instant"}
    assert prepared.warnings == ()


# Columns


def channels(folder: Path, *files: list[str], **more) -> dict[str, SourceWarning]:
    for i, words in enumerate(files):
        lines = [f"K{j},{d},{w}" for j, (d, w) in enumerate(zip(days(len(words)), words, strict=True))]
        csv(folder, lines, f"f{i}.csv", "id,at,channel")
    return found(folder, map={"at": "at", "channel": {"column": "channel", **more}})


def test_words_that_no_other_file_has_are_shown(tmp_path):
    found = channels(tmp_path, ["email", "sms"] * 60, ["E-Mail", "SMS-Text"] * 60)
    assert set(found) == {"other_words"}
    assert (found["other_words"].file, found["other_words"].count) == ("f1.csv", 120)
    assert "(e-mail, sms-text)" in found["other_words"].what


def test_of_three_files_the_odd_one_is_shown_even_if_it_is_the_first(tmp_path):
    found = channels(tmp_path, ["E-Mail", "SMS-Text"] * 60, ["email", "sms"] * 60, ["sms", "email"] * 60)
    assert found["other_words"].file == "f0.csv"


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        (["email"] * 120, ["sms"] * 120, {}),
        (["email", "sms"] * 60, ["email", "push"] * 60, {}),
        (["email", "sms"] * 60, ["Email", "SMS"] * 60, {}),
        (["email", "sms"] * 60, ["post", "call"] * 20, {}),
        (["email", "sms"] * 60, ["E", "S"] * 60, {"values": {"E": "email", "S": "sms"}}),
    ],
    ids=["a file a channel", "one in common", "capitals", "few rows", "a table of words"],
)
def test_words_that_may_differ(tmp_path, first, second, more):
    assert channels(tmp_path, first, second, **more) == {}


def test_campaigns_of_one_month_are_not_those_of_the_next(tmp_path):
    for i in range(2):
        lines = [f"K{j},{d},m{i}-{j % 3}" for j, d in enumerate(days(200))]
        csv(tmp_path, lines, f"f{i}.csv", "id,at,campaign")
    assert found(tmp_path, map={"at": "at", "communication": "campaign"}) == {}


def test_a_column_that_changes_its_kind_is_shown(tmp_path):
    for i, word in enumerate(("Spring sale", "4711")):
        csv(tmp_path, [f"K{j},{d},{word}" for j, d in enumerate(days(60))], f"f{i}.csv", "id,at,campaign")
    warning = found(tmp_path, map={"at": "at", "communication": "campaign"})["changed_column"]
    assert (warning.file, warning.count) == ("f1.csv", 60)
    assert "numbers in this file, and words in f0.csv" in warning.what


def test_a_column_of_both_kinds_in_both_files_has_not_changed(tmp_path):
    for i in range(2):
        lines = [f"K{j},{d},{'4711' if (j + i) % 3 else 'Spring sale'}" for j, d in enumerate(days(60))]
        csv(tmp_path, lines, f"f{i}.csv", "id,at,campaign")
    assert found(tmp_path, map={"at": "at", "communication": "campaign"}) == {}


def test_a_column_that_is_suddenly_empty_is_shown(tmp_path):
    for i, word in enumerate(("x", "")):
        csv(tmp_path, [f"K{j},{d},{word}" for j, d in enumerate(days(200))], f"f{i}.csv", "id,at,campaign")
    warning = found(tmp_path, map={"at": "at", "communication": "campaign"})["emptied_column"]
    assert (warning.file, warning.count, warning.total) == ("f1.csv", 200, 200)


def test_a_column_that_is_seldom_filled_is_not_emptied(tmp_path):
    for i in range(2):
        lines = [f"K{j},{d},{'x' if j % 40 == 0 and not i else ''}" for j, d in enumerate(days(200))]
        csv(tmp_path, lines, f"f{i}.csv", "id,at,offer")
    assert found(tmp_path, map={"at": "at", "communication": "offer"}) == {}


def test_a_mapped_column_without_a_value_is_shown(tmp_path):
    csv(tmp_path, [f"K{j},{d}," for j, d in enumerate(days(50))], header="id,at,channel")
    warning = found(tmp_path, map={"at": "at", "channel": "channel"})["empty_column"]
    assert (warning.column, warning.count) == ("channel", 50)


def test_an_empty_column_that_nobody_maps_is_nobodys_business(tmp_path):
    csv(tmp_path, [f"K{j},{d}," for j, d in enumerate(days(50))], header="id,at,channel")
    assert found(tmp_path) == {}


@pytest.mark.parametrize(
    "text", ["SchÃ¶ne GrÃ¼ÃŸe", "weâ€™re here", "Preis: 5 â‚¬", "fa\ufffdade", "\ufeffHello", "Å¾ena"]
)
def test_garbled_letters_are_counted(tmp_path, text):
    csv(tmp_path, [f"K{j},{d},{text}" for j, d in enumerate(days(7))], header="id,at,subject")
    warning = found(tmp_path, map={"at": "at", "subject": "subject"})["garbled_text"]
    assert (warning.count, warning.total, warning.column) == (7, 7, "subject")
    assert warning.example in text, "the letters alone: a subject may name a customer"
    assert len(warning.example) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "Schöne Grüße",
        "we’re here",
        "5 €",
        "SÃO PAULO",
        "ROMÂNIA",
        "NÃO",
        "«Âge»",
        "Å være",
        "Åland – Ålesund",
        "Ça va ?",
    ],
)
def test_letters_of_other_languages_are_not_garbled(tmp_path, text):
    csv(tmp_path, [f"K{j},{d},{text}" for j, d in enumerate(days(7))], header="id,at,subject")
    assert found(tmp_path, map={"at": "at", "subject": "subject"}) == {}


# Rows that are none


@pytest.mark.parametrize("word", ["Total", "SUMME", "Gesamt:", "Total general", "Grand Total"])
def test_a_row_of_totals_is_found(tmp_path, word):
    lines = [f"{line},1.50" for line in ids([f"K{i}" for i in range(30)])]
    csv(tmp_path, [*lines, f"{word},,45.00"], header="id,at,cost")
    warning = found(tmp_path, map={"at": "at", "cost": "cost"})["totals_row"]
    assert (warning.count, warning.file, warning.example) == (1, "f.csv", f"{word} (row 32)")


@pytest.mark.parametrize("line", ["Total,2026-03-02,1.50", "Totalenergies,,4", "Total,,", "Total,soon,4"])
def test_a_customer_called_total_is_a_customer(tmp_path, line):
    csv(tmp_path, [f"{x},1.50" for x in ids([f"K{i}" for i in range(30)])] + [line], header="id,at,cost")
    assert found(tmp_path, map={"at": "at", "cost": "cost"}) == {}


def test_a_title_above_the_header_is_answered_with_the_way_out(tmp_path):
    (tmp_path / "f.csv").write_text("Campaign report\nMarch 2026\n\nid,at\nK1,2026-03-02\n", encoding="utf-8")
    with pytest.raises(SourceError) as error:
        read(tmp_path, {**BASE, "files": "f.csv"})
    assert "has its columns in line 4" in str(error.value)
    assert "skip_rows: 3" in str(error.value)
    rows, _ = read(tmp_path, {**BASE, "files": "f.csv", "skip_rows": 3})
    assert len(rows) == 1


def test_a_column_that_is_nowhere_is_answered_with_those_that_are_there(tmp_path):
    csv(tmp_path, ids(["K1"]))
    with pytest.raises(SourceError) as error:
        read(tmp_path, {**BASE, "files": "f.csv", "map": {"at": "att"}})
    assert "skip_rows" not in str(error.value)
    assert "Did you mean 'at'?" in str(error.value)


def test_reasons_of_rejects_are_counted_without_their_values(tmp_path):
    csv(tmp_path, [*ids(["K1"]), "K2,secret's is here", "K3,", "K4,other", "K5,2026-01-01,more"])
    read(tmp_path, {**BASE, "files": "f.csv"})
    reasons = reject_reasons(tmp_path / "rejects" / "s.csv")
    assert [(column, n) for column, _, n in reasons] == [("at", 2), ("", 1), ("at", 1)]
    assert reasons[0][1].startswith("a value is not a date as in: ISO 8601")
    assert not any(word in str(reasons) for word in ("secret", "other "))
    assert reject_reasons(tmp_path / "none.csv") == ()


def test_examples_of_identifiers_keep_their_form_alone():
    assert masked("Ann.Lee-07@example.org", True) == "xxx.xxx-99@xxxxxxx.xxx"
    assert masked("Ann", False) == "Ann"
    assert masked(None, True) is None
    assert len(masked("x" * 99, False)) == 60


def test_a_typed_source_is_looked_at_too(tmp_path):
    table = pa.table({"id": [f"{1000 + i}.0" for i in range(30)], "at": [datetime(2026, 3, 1, 9)] * 30})
    pq.write_table(table, tmp_path / "f.parquet")
    _, prepared = read(tmp_path, {**BASE, "files": "f.parquet"})
    assert {w.kind: w.count for w in prepared.warnings} == {"point_zero": 30}
