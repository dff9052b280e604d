"""The register workbook: what an audit writes, what people type stays, and the next audit reads it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from primum.audit import results as r
from primum.audit.results import AuditResult
from primum.report.html import render_html
from primum.report.register import write_register
from primum.report.register.workbook import cell_text
from primum.report.samples import read_html, read_samples
from primum.strategy.check import check, checked
from primum.strategy.models import Strategy
from primum.strategy.register_columns import COMPUTED, FIELDS
from primum.words.vocabulary import PURPOSES

from . import sample

HEAD = "strategy: {name: A}\nchannels: {email: , sms: }\n"
YAML = (
    HEAD
    + "departments: {marketing: {title: Marketing, owner: Ann}, sales: }\ncommunications:\n"
    + "  Weekly newsletter: {owner: marketing, purpose: marketing, topic: news, channels: [email, sms]}\n"
)
POINTING = HEAD + "".join(
    f"{name.lower()}: {{from: reports/register.xlsx, sheet: {name}}}\n"
    for name in ("Departments", "Topics", "Communications")
)


class Place:
    """A workspace whose audits all find the same."""

    def __init__(self, folder: Path, result: AuditResult):
        self.folder, self.result = folder, result
        self.path = folder / "reports" / "register.xlsx"
        self.says(YAML)

    def says(self, text: str) -> None:
        (self.folder / "primum.yaml").write_text(text)

    @property
    def strategy(self) -> Strategy:
        return checked(self.folder / "primum.yaml").strategy

    def audit(self) -> Path:
        return write_register(self.result, self.strategy, self.path, "reports/register.xlsx").path

    def rows(self, sheet: str = "Communications") -> dict[str, dict[str, Any]]:
        header, *rows = load_workbook(self.path)[sheet].iter_rows(values_only=True)
        return {row[0]: dict(zip(header, row, strict=True)) for row in rows}

    def fill(self, name: str, sheet: str = "Communications", **cells: str) -> None:
        """Type into cells as a person would; a name that is not there goes into the first empty row."""
        book = load_workbook(self.path)
        page = book[sheet]
        header = {c.value: c.column for c in page[1]}
        names = {page.cell(i, 1).value: i for i in range(2, page.max_row + 1)}
        row = names.get(name) or len([n for n in names if n]) + 2
        if name not in names:
            page.cell(row, 1).value = name
        for title, text in cells.items():
            page.cell(row, header[title.replace("_", " ")]).value = text
        book.save(self.path)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    full = sample.full()
    guess = r.ClassGuess("marketing", "likely", "its name says 'solar'")
    told = tuple(
        replace(c, communication=str(c.title), registered=c.title == "Weekly newsletter", guess=guess, subject="=1+1")
        for c in full.communications
    )
    never = r.Register(len(told), 1, len(told) - 1, 0, 10, 0, ("planned",), (r.TopicFigures("news", 1, 5),))
    return Place(tmp_path, replace(full, communications=told, register=never))


def test_the_workbook_lists_everything_that_was_found(place: Place) -> None:
    place.audit()
    rows = place.rows()
    assert list(rows) == [
        c.communication for c in sorted(place.result.communications, key=lambda c: (-c.contacts, c.communication))
    ] + ["planned"]
    for c in place.result.communications:
        row = rows[c.communication]
        assert (row["Contacts"], row["Customers"]) == (c.contacts, c.reach)
        assert (row["First"].date().isoformat(), row["Last"].date().isoformat()) == (c.first, c.last)
        assert (row["Guessed message class"], row["How sure"]) == ("marketing", "likely")
    assert rows["Solar roof offer"]["Owner"] is None
    assert rows["Weekly newsletter"]["Owner"] == "marketing"
    assert rows["Weekly newsletter"]["Channels"] == "email; sms"
    assert set(place.rows("Departments")) >= {"marketing", "sales", "logistics"}
    assert place.rows("Topics")["news"]["Contacts"] == 5


def test_cells_of_people_are_open_and_cells_of_the_audit_are_not(place: Place) -> None:
    page = load_workbook(place.audit())["Communications"]
    header = {c.value: c.column for c in page[1]}
    assert page.protection.sheet
    assert page.protection.password is None
    assert page.freeze_panes == "B2"
    for title, column in header.items():
        typed = title in FIELDS["communications"].values() and title != "Name"
        assert page.cell(2, column).protection.locked is not typed, title
    assert set(header) == {*FIELDS["communications"].values(), *COMPUTED["communications"]}


def test_there_are_lists_to_pick_from(place: Place) -> None:
    page = load_workbook(place.audit())["Communications"]
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    header = {c.value: c.coordinate.replace("1", "2") for c in page[1]}
    assert rules[header["Message class"]] == f'"{",".join(PURPOSES)}"'
    assert rules[header["Owner"]].startswith("=Departments!$A$2")
    assert rules[header["Initiated by"]] == '"company,customer"'


def test_the_guide_names_the_lines_that_point_to_the_file(place: Place) -> None:
    words = [c for row in load_workbook(place.audit())["How to fill this in"].values for c in row if c]
    lines = [w for w in words if "from: reports/register.xlsx" in w]
    place.says(HEAD + "\n".join(lines) + "\n")
    assert len(lines) == 3
    assert "Weekly newsletter" in place.strategy.communications


def test_what_people_fill_in_is_read_by_the_next_audit_and_survives_it(place: Place) -> None:
    place.audit()
    place.fill("Solar roof offer", Owner="sales", Message_class="marketing", Known_as="SRO; SRO 2")
    place.fill("New idea", Owner="marketing", Title="A new idea")
    place.says(POINTING)
    for _ in range(3):
        found = place.strategy.communications
        assert found["Solar roof offer"].owner == "sales"
        assert found["Solar roof offer"].known_as == ["SRO", "SRO 2"]
        assert found["New idea"].title == "A new idea"
        assert set(found) == {"Solar roof offer", "New idea", "Weekly newsletter"}
        assert not check(checked(place.folder / "primum.yaml")).warnings
        place.audit()
    rows = place.rows()
    assert rows["New idea"]["Contacts"] == 0
    assert len(rows) == len(place.result.communications) + 2


def test_columns_sheets_and_order_of_people_survive(place: Place) -> None:
    book = load_workbook(place.audit())
    page = book["Communications"]
    page.cell(1, page.max_column + 1).value = "Remarks"
    page.cell(3, page.max_column).value = "ask Ann"
    named = page.cell(3, 1).value
    page.move_range(f"A2:{page.cell(2, page.max_column).coordinate}", rows=60)
    book.create_sheet("Mine")["B2"] = "notes"
    book.save(place.path)
    place.audit()
    again = place.rows()
    assert again[named]["Remarks"] == "ask Ann"
    assert load_workbook(place.path)["Mine"]["B2"].value == "notes"
    assert len([n for n in again if n]) == len(place.result.communications) + 1


def test_what_the_strategy_file_says_is_brought_up_to_date_but_never_over_a_persons_word(place: Place) -> None:
    place.audit()
    place.fill("Weekly newsletter", Topic="our news")
    place.says(YAML.replace("owner: marketing", "owner: sales").replace("topic: news", "topic: other"))
    place.audit()
    row = place.rows()["Weekly newsletter"]
    assert (row["Owner"], row["Topic"]) == ("sales", "our news")
    place.says(YAML.replace("owner: marketing, ", ""))
    place.audit()
    assert place.rows()["Weekly newsletter"]["Owner"] is None


def test_a_new_communication_of_the_next_audit_goes_below_the_others(place: Place) -> None:
    first, *rest = place.result.communications
    place.result = replace(place.result, communications=tuple(rest))
    place.audit()
    before = list(place.rows())
    place.result = replace(place.result, communications=(first, *rest))
    place.audit()
    assert list(place.rows()) == [*before, first.communication]


def test_a_file_that_cannot_be_read_is_left_as_it_is(place: Place) -> None:
    place.path.parent.mkdir()
    place.path.write_bytes(b"typed for hours")
    written = write_register(place.result, place.strategy, place.path, "reports/register.xlsx")
    assert place.path.read_bytes() == b"typed for hours"
    assert (written.path.name, written.unreadable) == ("register-2.xlsx", place.path)
    assert load_workbook(written.path)["Communications"].max_row > 2


def test_names_that_a_workbook_cannot_hold_come_back_unharmed(place: Place) -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "_x0041_ literal", "<b>&\"'", "mail @ noon", "4711", "007", "esc\x1b[31m"]
    one = place.result.communications[0]
    place.result = replace(place.result, communications=tuple(replace(one, communication=n) for n in names))
    page = load_workbook(place.audit())["Communications"]
    assert all(c.data_type in ("s", "n", "d") for row in page.iter_rows() for c in row)
    for name in names:
        place.fill(cell_text(name), Owner="sales")
    place.says(POINTING)
    place.audit()
    assert set(place.strategy.communications) == set(names)
    assert len([n for n in place.rows() if n]) == len(names) + 1


# What communications look like


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def samples_of(folder: Path, **files: bytes) -> dict[str, Any]:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    entries = {name: {"sample": name.replace("_", ".")} for name in files}
    entries["outside"] = {"sample": "../secret.txt"}
    entries["absent"] = {"sample": "gone.png"}
    entries["folder"] = {"sample": "."}
    strategy = Strategy.model_validate({"strategy": {"name": "A"}, "communications": entries})
    found = read_samples(strategy, folder, lambda line: line.replace("ann@x.org", "…@…"))
    return {s.communication: s for s in found}


def test_pictures_texts_and_html_are_shown_and_everything_else_says_why_not(tmp_path: Path) -> None:
    page = (
        b"<html><style>x</style><p>Hi <b>Ann</b> ann@x.org<script>alert(1)</script></p><img alt=logo src=//evil></html>"
    )
    (tmp_path.parent / "secret.txt").write_text("secret")
    found = samples_of(
        tmp_path,
        a_png=PNG,
        b_txt=b"First\n\nSecond line",
        c_html=page,
        d_svg=b"<svg onload=alert(1)>",
        e_jpg=b"MZ\x00\x01",
        f_gif=b"GIF89a" + b"x" * 500_000,
    )
    assert found["a_png"].picture.startswith("data:image/png;base64,iVBOR")
    assert found["b_txt"].lines == ("First", "Second line")
    assert found["c_html"].lines == ("Hi Ann …@…", "[picture: logo]")
    for name, word in (("d_svg", "PNG"), ("e_jpg", "PNG"), ("f_gif", "500 kB"), ("outside", "outside")):
        assert not found[name].picture
        assert not found[name].lines
        assert word in found[name].note, name
    assert "no such file" in found["absent"].note
    assert "no file" in found["folder"].note


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("a<br>b", ["a", "b"]),
        ("<p>a <i>b</i>c</p><p>d", ["a bc", "d"]),
        ("<script>x</script><noscript>y</noscript>z", ["z"]),
        ("<style>x", []),
        ("&lt;b&gt; &amp;", ["<b> &"]),
        ("<tr><td>1</td><td>2</td></tr>", ["1 2"]),
        ("<!-- hidden --><a href='javascript:x'>link</a>", ["link"]),
        ("<svg><p>x</p></svg>y", ["y"]),
    ],
)
def test_html_is_read_as_its_text(html: str, lines: list[str]) -> None:
    assert [line.strip() for line in read_html(html) if line.strip()] == lines


def test_a_page_with_a_picture_allows_pictures_in_itself_and_nothing_more(tmp_path: Path) -> None:
    found = tuple(samples_of(tmp_path, a_png=PNG).values())
    page = render_html(sample.full(), None, found)
    assert "; img-src data:; base-uri" in page
    assert page.count("<img ") == 1
    assert 'src="data:image/png;base64,' in page
    assert "img-src" not in render_html(sample.full(), None, tuple(s for s in found if not s.picture))
