"""The page as a text: one file, well formed, escaped, and honest about what was not checked."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from primum.audit import results
from primum.audit.results import AuditResult
from primum.report import html
from primum.report.html import render_html, write_html

from . import sample

SAMPLES = [sample.full, sample.hostile, sample.empty, sample.calm, sample.many]
_VOID = {"meta", "br", "img", "link", "input", "hr", "wbr", "base"}
_SVG = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clippath"}
_ATTRIBUTES = {
    "href", "src", "srcset", "action", "formaction", "poster", "data", "background", "xlink:href", "style",
}  # fmt: skip


class Page(HTMLParser):
    """Collects what a test asks about, and insists on matching tags."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []
        self.raw: dict[str, str] = {}
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _SVG, tag
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = data
        else:
            self.words.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda make: make.__name__)
def page(request: pytest.FixtureRequest) -> Page:
    make: Callable[[], AuditResult] = request.param
    return Page(render_html(make(), "Internal <b>"))


@pytest.fixture(scope="module")
def full() -> Page:
    return Page(render_html(sample.full()))


def test_the_page_refers_to_nothing_outside_itself(page: Page) -> None:
    for tag, attributes in page.tags:
        for name in _ATTRIBUTES & attributes.keys():
            assert name == "href", f"<{tag} {name}>"
            assert tag == "a", f"<{tag} {name}>"
            assert (attributes[name] or "").startswith("#")
        assert not [name for name in attributes if name.startswith(("on", "xmlns"))]
    assert {tag for tag, _ in page.tags} & {
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "image",
    } == set()
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]
    assert not re.search(r"\bfetch\b|XMLHttpRequest|import\(|innerHTML|eval", page.raw["script"])


def test_there_is_one_script_and_one_style_and_both_are_allowed_by_hash(page: Page) -> None:
    counted = [tag for tag, _ in page.tags]
    assert counted.count("script") == counted.count("style") == 1
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        allowed = b64encode(sha256(page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{allowed}'" in policy


def test_headings_are_in_order_and_every_anchor_leads_somewhere(page: Page) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    for above, below in zip(page.headings, page.headings[1:], strict=False):
        assert below <= above + 1
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        if tag == "a":
            assert (attributes["href"] or "")[1:] in ids
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids


def test_the_page_has_landmarks_a_language_and_a_title(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"] == {"lang": "en"}
    for landmark in ("header", "nav", "main", "footer", "title"):
        assert tags.count(landmark) == 1
    for tag, attributes in page.tags:
        if tag == "svg" and attributes.get("role") == "img":
            assert len(attributes["aria-label"] or "") > 20
        if tag == "th":
            assert attributes.get("scope") in ("col", "row")


def test_no_control_character_reaches_the_page() -> None:
    text = render_html(sample.hostile(), "\x1b[31m\x00secret\u202e")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)


def test_hostile_text_stands_on_the_page_as_text() -> None:
    page = Page(render_html(sample.hostile()))
    for text in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }} {% raw %} ${7*7}"):
        assert text in page.said
    assert "49" not in {word for word in page.said.split() if word == "49"}


def test_the_sections_stand_in_reading_order(full: Page) -> None:
    sections = [a["id"] for t, a in full.tags if t == "section"]
    order = (
        "headline blind-spots coverage who register never opt-outs rules pressure duplicates near meetings clashes "
        "silos responses states people cost fixes non-people method"
    )
    assert sections == order.split()


def test_figures_across_departments_say_at_least(full: Page) -> None:
    for text in ("at least 31", "at least 3,129", "at least 88,120", "at least 2,204", "at least 18,944"):
        assert text in full.said
    calm = Page(render_html(sample.calm()))
    assert "at least 31" not in calm.said


def test_match_rates_stand_beside_figures_across_departments(full: Page) -> None:
    assert full.said.count("Recognisable: first") == 4
    assert "92% of Marketing, 44% of Logistics" in full.said


def test_nobody_owns_and_not_recorded_are_said(full: Page) -> None:
    assert "nobody" in full.words
    assert "not recorded" in full.words
    assert "violation" not in full.said.lower()


@pytest.mark.parametrize(
    ("make", "clear", "blind"),
    [(sample.calm, 23, 1), (sample.empty, 0, 18), (sample.full, 2, 8)],
)
def test_checked_and_not_checkable_look_and_read_different(
    make: Callable[[], AuditResult], clear: int, blind: int
) -> None:
    page = Page(render_html(make()))
    verdicts = [a["class"] for t, a in page.tags if t == "div" and (a.get("class") or "").startswith("verdict")]
    assert verdicts.count("verdict clear") == clear == page.said.count("checked, none found")
    assert verdicts.count("verdict blind") == blind
    assert len(re.findall("not checkable *, *because", page.said)) == blind


def test_one_department_alone_makes_meetings_uncheckable_not_absent() -> None:
    full = sample.full()
    only = tuple(d for d in full.departments if d.department == "sales")
    page = Page(render_html(replace(full, departments=only, silos=replace(full.silos, pairs=(), nothing_in_common=()))))
    assert re.search("Same-day meetings: not checkable *, *because fewer than two departments", page.said)
    assert re.search("Repeats between departments: not checkable *, *because fewer", page.said)


def test_a_customer_with_100000_contacts_does_not_flatten_the_picture() -> None:
    full = sample.full()
    overall = replace(full.pressure.overall, week_max=100_000, week_histogram=((1, 500), (2, 100), (100_000, 1)))
    page = Page(render_html(replace(full, pressure=replace(full.pressure, overall=overall))))
    assert "The picture ends at 40; the table below goes on." in page.said
    assert "at least 100,000" in page.said


def test_long_tables_are_cut_and_say_so() -> None:
    page = Page(render_html(sample.many()))
    assert "The first 500 of 700 rows; the CSV and JSON files hold all of them." in page.said
    assert "The first 14 of 30 departments; the table below holds all." in page.said
    assert "other departments" in page.said


def test_personal_data_shown_in_full_are_announced() -> None:
    assert "Personal data are masked." in Page(render_html(sample.full())).said
    assert "Personal data are shown in full." in Page(render_html(replace(sample.full(), revealed=True))).said


def test_the_file_is_small_enough_for_an_email(tmp_path: Path) -> None:
    write_html(sample.full(), tmp_path / "audit.html")
    assert (tmp_path / "audit.html").stat().st_size < 700_000


def test_a_failure_leaves_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "audit.html"
    target.write_text("the last report")
    broken = replace(sample.full(), people=(results.Person,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        write_html(broken, target)

    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("primum.report.files.os.replace", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_html(sample.empty(), target)
    assert [p.name for p in tmp_path.iterdir()] == ["audit.html"]
    assert target.read_text() == "the last report"


def test_a_missing_extra_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from primum.words.errors import MissingExtraError

    def missing() -> None:
        raise ModuleNotFoundError("No module named 'jinja2'", name="jinja2")

    monkeypatch.setattr(html, "_environment", missing)
    with pytest.raises(MissingExtraError, match=r"jinja2.*pip install 'primum\[report\]'"):
        render_html(sample.empty())


def test_who_is_no_customer_is_shown_with_reasons_and_a_line_to_paste() -> None:
    proposed = (
        results.ProposedNonPerson("email:*@nordlicht.example", "staff", 1_204, 0, 0.0, ("its domain",), 31, True),
        results.ProposedNonPerson("Customer 11", "seed", 812, 28, 0.93, ("it received 93% of all",)),
    )
    confirmed = (
        results.ConfirmedNonPerson("email:*@seeds.example", "seed", 12, 4_400),
        results.ConfirmedNonPerson("email:g…@x.org", "test", 0, 0),
    )
    found = results.NonPeople(confirmed, proposed, 4_400, 12, 32, 2_016, 14, 30)
    page = Page(render_html(replace(sample.full(), non_people=found)))
    assert '{identifier: "email:*@nordlicht.example", why: staff}' in page.said
    assert "shown with --reveal" in page.said
    assert "it received 93% of all" in page.said
    assert "Nothing matches it: correct it, or take it out." in page.said
    assert "none of them shown among the worst hit" in page.said


def test_nearly_equal_texts_stand_side_by_side_with_what_differs_marked() -> None:
    left = results.NearText("marketing", "COM-003", (("Solar roof: now", False), ("<b>from 29</b>", True)), 4_100)
    right = results.NearText("sales", None, (("Solar roof: now", False), ("from 31", True)), 870)
    pair = results.NearDuplicate(left, right, 0.912, 212, True)
    found = results.NearDuplicates(7, 0.85, 90_000, 48, 3, 2, 1, (pair,), 1, 4, 0, 0, 212, 212)
    text = render_html(replace(sample.full(), near_duplicates=found))
    page = Page(text)
    assert "at least 212 customers received both, 91% alike" in page.said
    assert [t for t, _ in page.tags].count("mark") == 2
    assert "<mark><bdi>&lt;b&gt;from 29&lt;/b&gt;</bdi></mark>" in text
    assert "4 similar pairs reached no customer together." in page.said
    assert "48 distinct texts of 90,000 contacts were compared." in page.said
    assert "3 texts beyond the limit" in page.said


def test_the_classification_is_escaped_in_the_style_too() -> None:
    page = Page(render_html(sample.empty(), '"}</style><script>alert(1)</script>'))
    assert "alert(1)" not in page.raw["style"]
    assert '@bottom-left{content:"\\000022' in page.raw["style"]
    assert '"}</style><script>alert(1)</script>' in page.said
