"""The page in Chromium, opened from a file: silent, without network, usable by mouse and keyboard at two widths."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from primum.audit.results import AuditResult
from primum.report.html import write_html

from . import sample

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SAMPLES: dict[str, Callable[[], AuditResult]] = {
    "full": sample.full, "hostile": sample.hostile, "empty": sample.empty, "many": sample.many,
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, make in SAMPLES.items():
        write_html(make(), folder / f"{name}.html", "Internal")
    return {name: folder / f"{name}.html" for name in SAMPLES}


@pytest.fixture
def page(browser: Browser, files: dict[str, Path]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened.goto(files["full"].as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_is_silent_and_does_not_scroll_sideways(
    browser: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 844})
    noise: list[str] = []

    def refuse(dialog: Dialog) -> None:
        noise.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    requests: list[str] = []
    opened.on("console", lambda message: noise.append(message.text))
    opened.on("pageerror", lambda error: noise.append(str(error)))
    opened.on("dialog", refuse)
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(files[name].as_uri())
    opened.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    opened.wait_for_timeout(150)
    assert noise == []
    assert requests == [files[name].as_uri()]
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


def _column(page: Page, caption: str, column: int) -> list[str]:
    script = """([caption, column]) => {
      const table = [...document.querySelectorAll("table")].find((t) => t.caption.textContent.includes(caption));
      return [...table.tBodies[0].rows].filter((r) => !r.hidden).map((r) => r.cells[column].textContent.trim());
    }"""
    found: list[str] = page.evaluate(script, [caption, column])
    return found


def test_a_table_sorts_by_click_and_says_how(page: Page) -> None:
    table = page.locator("table", has=page.locator("caption", has_text="Departments, all channels"))
    head = table.locator("thead th").nth(1)
    assert _column(page, "Departments, all", 1)[0] == "1,148,210"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert _column(page, "Departments, all", 1)[0] == "1,148,210"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert _column(page, "Departments, all", 1) == ["28,750", "84,402", "201,540", "408,116", "512,884", "1,148,210"]
    table.locator("thead th").nth(0).get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert _column(page, "Departments, all", 0)[0] == "Collections"


def test_a_table_sorts_by_keyboard(page: Page) -> None:
    button = page.locator("table", has=page.locator("caption", has_text="Departments, all channels")).get_by_role(
        "button"
    )
    button.first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Contacts"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus must be seen"
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert _column(page, "Departments, all", 1)[0] == "28,750"
    assert page.evaluate("document.activeElement.textContent") == "Contacts", "sorting must not lose the focus"


def test_dates_and_percentages_sort_by_what_they_mean(page: Page) -> None:
    page.locator("table", has=page.locator("caption", has_text="How sources name")).get_by_role("button").nth(3).click()
    shares = [text.split("%")[0] for text in _column(page, "How sources name", 3)]
    assert shares[:3] == ["100", "99", "96"]


def test_long_tables_open_and_sort_over_all_rows(page: Page) -> None:
    assert len(_column(page, "widest reach first", 0)) == 12
    table = page.locator("table", has=page.locator("caption", has_text="widest reach first"))
    table.get_by_role("button", name="Communication").click()
    assert _column(page, "widest reach first", 0)[0] == "App download reminder not in the register"
    page.get_by_role("button", name="Show all 30 rows").click()
    assert len(_column(page, "widest reach first", 0)) == 30


def test_only_tables_that_scroll_are_stops_of_the_keyboard(browser: Browser, files: dict[str, Path]) -> None:
    opened = browser.new_page(viewport={"width": 390, "height": 844})
    opened.goto(files["full"].as_uri())
    opened.wait_for_timeout(100)
    odd = """[...document.querySelectorAll(".scroll")].filter(
      (box) => !box.closest("details:not([open])")
        && (box.scrollWidth > box.clientWidth + 1) !== (box.tabIndex === 0)).length"""
    assert opened.evaluate(odd) == 0
    opened.close()


def test_the_skip_link_is_the_first_stop(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"


def test_the_numbers_of_a_picture_appear_on_pointing(page: Page) -> None:
    bar = page.locator("#who .chart svg.wide path[data-tip]").first
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    bar.hover()
    tip = page.locator(".tip")
    assert tip.is_visible()
    assert tip.inner_text().startswith("Marketing, Jan 2025: ")


def test_each_width_shows_its_own_picture(browser: Browser, files: dict[str, Path]) -> None:
    for width, shown, hidden in ((1280, "wide", "narrow"), (390, "narrow", "wide")):
        opened = browser.new_page(viewport={"width": width, "height": 844})
        opened.goto(files["full"].as_uri())
        assert opened.locator(f"#who svg.{shown}").is_visible()
        assert not opened.locator(f"#who svg.{hidden}").is_visible()
        opened.close()


def test_the_contents_follow_the_reader(page: Page) -> None:
    page.get_by_role("link", name="Silos", exact=True).click()
    expect(page.locator(".contents [aria-current]")).to_have_text("Silos")


def test_it_reads_without_script(browser: Browser, files: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(files["full"].as_uri())
    assert opened.get_by_text("Payment plan call", exact=True).first.is_visible()
    context.close()


def test_it_prints_on_a4(page: Page) -> None:
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in printed or b"/MediaBox [0 0 595" in printed
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    assert page.evaluate("[...document.querySelectorAll('.person')].every((one) => one.open)")


def test_sentences_are_read_without_scrolling_on_a_phone(browser: Browser, files: dict[str, Path]) -> None:
    """What a gap does to the figures and what would mend it stand beneath it, with their titles."""
    opened = browser.new_page(viewport={"width": 390, "height": 844})
    opened.goto(files["full"].as_uri())
    table = opened.locator("#blind-spots table.stacks").first
    assert table.evaluate("e => e.scrollWidth <= e.parentElement.clientWidth")
    cell = table.locator("td[data-title='What would mend it']").first
    box = cell.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"What would mend it: "'
    opened.close()
