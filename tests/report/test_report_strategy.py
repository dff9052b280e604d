"""The strategy as a document: everything it says is there, nothing of it is markup, and it reads at two widths."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import primum
from primum.demo.examples import strategy_text
from primum.report.strategy import render_strategy_html
from primum.report.strategy.drawing import wrapped
from primum.review.results import StrategyDocument
from primum.strategy.completeness import FACETS

TODAY = date(2026, 11, 24)
HOSTILE = '<img src=x onerror=alert(1)>"&\u202e'


def document(folder: Path, text: str) -> StrategyDocument:
    (folder / "primum.yaml").write_text(text, encoding="utf-8")
    return primum.open(folder).document(TODAY)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> StrategyDocument:
    return document(tmp_path_factory.mktemp("bank"), strategy_text("bank"))


def words(page: str) -> str:
    """The page's text, as a person reads it."""
    body = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_facet_has_a_page_and_all_that_is_declared_is_on_it(bank: StrategyDocument) -> None:
    page = render_strategy_html(bank)
    assert all(f'<section id="{facet}"' in page for facet in FACETS)
    text, s = words(page), bank.strategy
    for part in (s.objectives, s.flows, s.moments, s.balance, s.channels, s.customers.personas, s.journey.stages):
        for name, entry in part.items():
            assert (entry.title or name) in text, name
    for rule in bank.rules:
        assert rule.says in text
        assert rule.reading[0] in text
    assert all(name in text for name in s.communications if any(name in b.communications for b in bank.belongings))
    assert s.strategy.customer_champion is not None
    assert text.count(s.strategy.customer_champion) > 2


def test_every_flow_and_stage_is_drawn_with_words_that_stand_in_for_the_picture(bank: StrategyDocument) -> None:
    page = render_strategy_html(bank)
    labels = [unescape(label) for label in re.findall(r'<svg[^>]*aria-label="([^"]*)"', page)]
    for name, flow in bank.strategy.flows.items():
        told = [label for label in labels if label.startswith(f"{flow.title or name}:")]
        assert len(told) == 2, "in two widths"
        assert all(step.communication in told[0] for step in flow.steps.values())
    assert sum("The journey in stages" in label for label in labels) == 2


def test_figures_of_flows_are_counted_by_hand(bank: StrategyDocument) -> None:
    help_ = next(f for f in bank.flows if f.flow == "early-help")
    assert [(load.channel, load.per_day, load.capacity) for load in help_.loads] == [
        ("sms", 60, 6000),
        ("call", 60, 220),
        ("post", 60, 3000),
    ]
    assert help_.month_cost == pytest.approx(30 * 60 * (0.04 + 5.2 + 0.85))


def test_what_does_not_hold_stands_on_the_page_of_its_facet(tmp_path: Path) -> None:
    text = strategy_text("bank").replace("    exit: {response: [opted_out, bought], after: 30 days}\n", "")
    page = render_strategy_html(document(tmp_path, text))
    flows = page[page.index('<section id="flows"') : page.index('<section id="measurement"')]
    assert "The flow &#34;come-back&#34; has no exit." in flows
    assert "1 thing of it does not hold yet" in page


def test_an_empty_strategy_has_a_document_that_says_what_is_missing(tmp_path: Path) -> None:
    text = words(render_strategy_html(document(tmp_path, "strategy: {name: Small}\n")))
    assert text.count("This page is empty.") == 10
    assert "nobody is named" in text


def test_nothing_in_a_strategy_becomes_markup(tmp_path: Path) -> None:
    text = f"""\
strategy: {{name: '{HOSTILE}', customer_champion: '{HOSTILE}', promise: '{HOSTILE}'}}
departments: {{'{HOSTILE}': {{title: '{HOSTILE}', owner: '{HOSTILE}'}}}}
channels: {{'{HOSTILE}': {{senders: '{HOSTILE}'}}}}
communications: {{'{HOSTILE}': {{owner: '{HOSTILE}', channels: '{HOSTILE}'}}}}
journey: {{stages: {{'{HOSTILE}': {{says: '{HOSTILE}', touchpoints: {{'{HOSTILE}': {{direction: inbound, pains: '{HOSTILE}'}}}}}}}}}}
flows: {{'{HOSTILE}': {{title: '{HOSTILE}', entry: {{response: bought}}, steps: {{'{HOSTILE}': {{communication: '{HOSTILE}'}}}}}}}}
moments: {{'{HOSTILE}': {{says: '{HOSTILE}', promise: {{says: '{HOSTILE}'}}}}}}
rules: {{'{HOSTILE}': {{says: '{HOSTILE}', to: {{topic: '{HOSTILE}'}}, never: always}}}}
"""  # noqa: E501
    page = render_strategy_html(document(tmp_path, text))
    assert "<img" not in page
    assert "\u202e" not in page
    assert "&lt;img" in page


def test_lines_fit_and_lose_no_word() -> None:
    text = "Reach people in the first days, by the softest means that works; Donaudampfschifffahrtsgesellschaft"
    for width in (60, 120, 400):
        lines = wrapped(text, width)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(len(line) * 13 * 0.54 <= width + 8 for line in lines)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        yield started
        started.close()


@pytest.mark.browser
def test_the_document_is_silent_fits_two_widths_and_prints_a_page_a_facet(
    browser: Browser, bank: StrategyDocument, tmp_path: Path
) -> None:
    file = tmp_path / "strategy.html"
    file.write_text(render_strategy_html(bank), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    texts = page.evaluate(
        "[...document.querySelectorAll('svg.wide')].flatMap(svg => { const own = svg.getBoundingClientRect();"
        " return [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect())"
        ".filter(t => t.right > own.right + 1 || t.left < own.left - 1).length })"
    )
    assert sum(texts) == 0, "no line of a drawing runs out of it"
    page.emulate_media(media="print")
    breaks = page.evaluate("[...document.querySelectorAll('main > section')].map(s => getComputedStyle(s).breakBefore)")
    assert breaks == ["auto", *["page"] * 12]
    assert noise == []
    page.close()
