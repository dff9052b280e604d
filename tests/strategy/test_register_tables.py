"""A section of the strategy may stand in a spreadsheet: read like YAML, complained of by sheet and cell."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from primum.strategy.check import check, checked
from primum.strategy.load import load
from primum.strategy.schema import json_schema
from primum.strategy.tables import cell_name
from primum.words.errors import StrategyError

HEAD = """\
strategy: {name: Aurora}
departments: {crm: {title: CRM Team}, sales: }
channels: {email: , sms: }
"""
POINTED = HEAD + "communications: {from: register.xlsx, sheet: Communications}\n"
COLUMNS = ["Name", "Owner", "Message class", "Channels", "Known as"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "primum.yaml").write_text(POINTED)
    return tmp_path


def write(folder, *rows, header=COLUMNS, sheet="Communications", name="register.xlsx"):
    book = Workbook()
    book.active.title = sheet
    for row in (header, *rows):
        book.active.append(list(row))
    book.save(folder / name)


def complaints(folder):
    with pytest.raises(StrategyError) as raised:
        checked(folder / "primum.yaml")
    return [str(c) for c in raised.value.complaints]


def warnings(folder):
    return [str(w) for w in check(checked(folder / "primum.yaml")).warnings]


def test_a_sheet_declares_what_yaml_would_declare(folder):
    write(folder, ["news", "crm", "marketing", "email; sms", "NL 1; NL 2"], ["bills"], [4711, "sales"])
    from_sheet = checked(folder / "primum.yaml")
    yaml = HEAD + (
        "communications:\n  news: {owner: crm, purpose: marketing, channels: [email, sms], known_as: [NL 1, NL 2]}\n"
        "  bills:\n  '4711': {owner: sales}\n"
    )
    (folder / "plain.yaml").write_text(yaml)
    assert from_sheet.strategy.communications == checked(folder / "plain.yaml").strategy.communications
    assert [(t.section, t.file, t.sheet, t.rows) for t in from_sheet.tables] == [
        ("communications", "register.xlsx", "Communications", 3)
    ]


def test_headers_and_words_may_be_written_as_people_write_them(folder):
    header = [" NAME", "owner ", "Message-Class", "channel", "Initiated by"]
    write(folder, ["news", "CRM Team", "Marketing", "Email; SMS", "Customer"], header=header)
    found = checked(folder / "primum.yaml").strategy.communications["news"]
    assert (found.owner, found.purpose, found.channels, found.initiated) == (
        "crm",
        "marketing",
        ["email", "sms"],
        "customer",
    )


def test_a_title_may_stand_above_the_header(folder):
    book = Workbook()
    book.active.title = "Communications"
    for row in (["Our register"], [], COLUMNS, ["news", "crm"], [], ["bills", "finance"]):
        book.active.append(row)
    book.save(folder / "register.xlsx")
    (told,) = complaints(folder)
    assert told.startswith('register.xlsx, sheet Communications, cell B6 - "owner" in communication "bills" names')


def test_all_mistakes_are_told_at_once_by_sheet_and_cell(folder):
    write(
        folder,
        ["news", "crmm", "marketting", "fax; email", "N"],
        ["bills", "crm", "service", "email, sms", "N"],
        [None, "crm"],
        ["news", "crm"],
    )
    told = complaints(folder)
    where = {t.split(" - ")[0].removeprefix("register.xlsx, sheet Communications, cell ") for t in told}
    assert where == {"B2", "C2", "D2", "D3", "E3", "A4", "A5"}
    assert len(told) == 7
    text = "\n".join(told)
    for words in ("Did you mean 'crm'?", "Did you mean 'marketing'?", "Put `;` between them", "has no name", "twice"):
        assert words in text


def test_a_mistaken_sheet_does_not_hide_mistakes_of_the_file(folder):
    write(folder, ["news", "nobody"])
    (folder / "primum.yaml").write_text(POINTED + "zone: Berlin\n")
    assert len(complaints(folder)) == 2


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("{from: registr.xlsx}", ["primum.yaml:4:24", "there is no file 'registr.xlsx'"]),
        ("{from: register.xlsx, sheet: Comunications}", ["primum.yaml:4:46", "Did you mean 'Communications'?"]),
        ("{from: register.xlsx, shet: Communications}", ["primum.yaml:4:39", "Did you mean 'sheet'?"]),
        ("{sheet: Communications}", ["primum.yaml:4:25", "names a sheet but no file"]),
        ("{from: broken.xlsx}", ["primum.yaml:4:24", "cannot be read"]),
        ("{from: register.csv, sheet: x}", ["primum.yaml:4:45", "has no sheets"]),
    ],
)
def test_a_table_that_cannot_be_read_is_told_where_it_is_named(folder, section, words):
    write(folder, ["news", "crm"])
    (folder / "broken.xlsx").write_bytes(b"no workbook")
    (folder / "register.csv").write_text("Name\nnews\n")
    (folder / "primum.yaml").write_text(HEAD + f"communications: {section}\n")
    (told,) = complaints(folder)
    for word in words:
        assert word in told


def test_an_unreadable_table_of_departments_does_not_make_every_department_undeclared(folder):
    (folder / "primum.yaml").write_text(
        "strategy: {name: A}\ndepartments: {from: gone.xlsx}\ncommunications: {news: {owner: crm}}\n"
    )
    (told,) = complaints(folder)
    assert "gone.xlsx" in told


@pytest.mark.parametrize(
    ("raw", "owner"),
    [
        (b"Name;Owner\nnews;crm\n", "crm"),
        ("\ufeffName,Owner,Title\nnews,sales,Für alle\n".encode(), "sales"),
        ("Name;Owner;Title\nnews;sales;Für alle\n".encode("cp1252"), "sales"),
        (b'Name\tOwner\n"news"\tcrm\n', "crm"),
    ],
)
def test_csv_is_read_with_its_own_delimiter_and_encoding(folder, raw, owner):
    (folder / "register.csv").write_bytes(raw)
    (folder / "primum.yaml").write_text(HEAD + "communications: {from: register.csv}\n")
    found = checked(folder / "primum.yaml").strategy.communications["news"]
    assert found.owner == owner
    assert found.title in (None, "Für alle")


def test_complaints_about_csv_name_the_cell(folder):
    (folder / "register.csv").write_text("Name,Owner\nnews,crm\nbills,nobody\n")
    (folder / "primum.yaml").write_text(HEAD + "communications: {from: register.csv}\n")
    (told,) = complaints(folder)
    assert told.startswith('register.csv, cell B3 - "owner" in communication "bills" names the department "nobody"')


def test_unknown_columns_are_left_alone_and_near_misses_are_refused(folder):
    write(folder, ["news", "crm", "ask Ann"], header=["Name", "Owner", "Remarks"])
    (told,) = warnings(folder)
    assert told.startswith('register.xlsx, sheet Communications, cell C1 - the column "Remarks" is not read.')
    write(folder, ["news", "crm"], header=["Name", "Ownr"])
    (told,) = complaints(folder)
    assert told.startswith("register.xlsx, sheet Communications, cell B1 - ")
    assert "Did you mean 'Owner'?" in told


def test_a_table_without_names_is_refused(folder):
    write(folder, ["news"], header=["Thing"])
    (told,) = complaints(folder)
    assert "cell A1" in told
    assert "there is no column `Name`; the first row holds Thing." in told


def test_rows_beside_yaml_the_file_wins_and_conflicts_are_told(folder):
    write(folder, ["news", "sales", "marketing"], ["bills", "crm"])
    (folder / "primum.yaml").write_text(
        HEAD + "communications:\n  from: register.xlsx\n  news: {owner: crm}\n  calls: {owner: sales}\n"
    )
    loaded = checked(folder / "primum.yaml")
    found = loaded.strategy.communications
    assert {name: c.owner for name, c in found.items()} == {"news": "crm", "calls": "sales", "bills": "crm"}
    assert found["news"].purpose == "marketing"
    (told,) = warnings(folder)
    assert told.startswith("register.xlsx, sheet Communications, cell B2 - ")
    assert '"sales" here and "crm" in the strategy file, which counts' in told


def test_rows_that_only_an_audit_wrote_register_nothing(folder):
    write(folder, ["news", None, 12], ["bills", "crm", 3], ["mine", None, None], header=["Name", "Owner", "Contacts"])
    loaded = checked(folder / "primum.yaml")
    assert set(loaded.strategy.communications) == {"bills", "mine"}
    assert loaded.tables[0].unfilled == 1


def test_departments_and_topics_may_be_tables_too(folder):
    book = Workbook()
    book.active.title = "Departments"
    for row in (["Department", "Title", "Owner"], ["crm", "CRM", "Ann Bell"]):
        book.active.append(row)
    topics = book.create_sheet("Topics")
    for row in (["Topic", "Owner"], ["solar", "CRM"]):
        topics.append(row)
    book.save(folder / "register.xlsx")
    (folder / "primum.yaml").write_text(
        "strategy: {name: A}\ndepartments: {from: register.xlsx}\ntopics: {from: register.xlsx}\n"
        "communications: {news: {owner: crm, topic: solar}}\n"
    )
    loaded = checked(folder / "primum.yaml")
    assert loaded.strategy.departments["crm"].owner == "Ann Bell"
    assert loaded.strategy.topics["solar"].owner == "crm"


def test_the_version_depends_on_what_the_table_says_and_on_nothing_else_of_it(folder):
    write(folder, ["news", "crm"])
    first = load(folder / "primum.yaml").version
    write(folder, ["news", "crm"], header=["NAME", "Owner"])
    assert load(folder / "primum.yaml").version == first
    write(folder, ["news", "sales"])
    assert load(folder / "primum.yaml").version != first


def test_a_communication_may_be_called_from(folder):
    (folder / "primum.yaml").write_text(HEAD + "communications: {from: {owner: crm}}\n")
    assert checked(folder / "primum.yaml").strategy.communications["from"].owner == "crm"


def test_the_schema_for_editors_knows_tables():
    import jsonschema

    good = {"strategy": {"name": "A"}, "communications": {"from": "r.xlsx", "sheet": "C", "news": {"owner": "crm"}}}
    jsonschema.validate(good, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"strategy": {"name": "A"}, "communications": {"from": 3}}, json_schema())
    json.dumps(json_schema())


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_cells_are_named_as_spreadsheets_name_them(row, column):
    from openpyxl.utils import get_column_letter

    if column < 18_278:
        assert cell_name(row, column) == f"{get_column_letter(column + 1)}{row + 1}"
