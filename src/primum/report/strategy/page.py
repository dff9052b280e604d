"""The document as one HTML file: a first page, a page for each facet, who owns what, and lines to sign on.

Owns the order and the first page. Refuses a network, and markup from the strategy: every text is escaped.
"""

from pathlib import Path

from primum.report.blocks import Cell, Column, Cover, Figure, Figures, Heading, Prose, Section, Signatures, Table
from primum.report.files import write_whole
from primum.report.html import render_page, static
from primum.report.phrases import clean, counted, name
from primum.report.strategy.facets import facet_sections
from primum.report.strategy.owners import Owners
from primum.review.results import Belongings, StrategyDocument
from primum.words.errors import MissingExtraError


def write_strategy_html(document: StrategyDocument, path: Path) -> None:
    """Write the document to `path`, whole or not at all."""
    write_whole(path, render_strategy_html(document))


def render_strategy_html(document: StrategyDocument) -> str:
    """The document as a text.

    Raises: MissingExtraError.
    """
    sections = [*facet_sections(document), _owners(document), _signed(document)]
    try:
        return render_page(_cover(document), sections, style=static("strategy.css"))
    except ImportError as missing:
        raise MissingExtraError(
            f"The document needs '{missing.name}', which is not installed. Run: pip install 'primum[report]'"
        ) from missing


def _cover(document: StrategyDocument) -> Cover:
    about = document.strategy.strategy
    errors = [r for r in document.remarks if r.level == "error"]
    opening = about.promise or "No promise to customers has been written down yet."
    state = (
        f"{counted(len(errors), 'thing')} of it {'does' if len(errors) == 1 else 'do'} not hold yet: each stands below."
        if errors
        else "All facets hold together."
    )
    return Cover(
        company=name(about.name),
        period=f"As of {document.as_of}" if document.as_of else "",
        promise="",
        facts=(
            ("Customer champion", name(about.customer_champion or "") or "nobody is named"),
            ("Version", clean(document.version, 19)),
            ("Time zone", name(document.strategy.zone)),
            ("Currency", name(about.currency)),
        ),
        departments=Owners(document.strategy).legend(document.strategy.departments),
        opening=clean(opening, 400),
        sentences=(state,),
        figures=Figures(_figures(document)),
        story=None,
        caution="",
        classification="",
        footer=(
            f"Made by Primum {clean(document.primum_version, 40)} from strategy {clean(document.version, 80)}.",
            "This file loads nothing from a network.",
        ),
        kind="contact strategy",
        asks=("The contact strategy of", ""),
    )


def _figures(document: StrategyDocument) -> tuple[Figure, ...]:
    s = document.strategy
    counts = (
        (len(s.objectives), "objectives"),
        (len(s.journey.stages), "stages of the journey"),
        (len(s.flows), "flows"),
        (len(s.moments), "moments of truth"),
        (len(document.rules), "rules"),
        (len(s.channels), "channels"),
    )
    return tuple(Figure(str(count), label) for count, label in counts)


def _owners(document: StrategyDocument) -> Section:
    owners = Owners(document.strategy)
    titles = ("department", "person", "communications", "flows, objectives", "stages, moments", "rules", "channels")
    columns = tuple(Column(title) for title in titles)
    rows = tuple(_belongings(b, owners) for b in document.belongings)
    lead = "Each department with the person who answers for it, and what is theirs to change and to stop."
    blocks = (Table("Who owns what", columns, rows, bare=True, shown=1000),) if rows else (Prose("No department yet."),)
    return Section("owners", "Who owns what", "Who owns what", lead, blocks)


def _belongings(b: Belongings, owners: Owners) -> tuple[Cell, ...]:
    person = Cell(name(b.person)) if b.person else Cell("nobody", tone="warn")
    rules = [rule for rule in b.rules if not rule.startswith("moment:")]
    lists = (b.communications, (*b.flows, *b.objectives), (*b.stages, *b.moments), rules, b.channels)
    cells = (Cell(clean(", ".join(names), 600)) if names else Cell("–", tone="missing") for names in lists)
    return (Cell(owners.title(b.department), swatch=owners.slot(b.department)), person, *cells)


def _signed(document: StrategyDocument) -> Section:
    about = document.strategy.strategy
    owners = Owners(document.strategy)
    people = [(name(about.customer_champion or "not named yet"), "Customer champion")]
    people += [(name(b.person or "not named yet"), owners.title(b.department)) for b in document.belongings]
    lead = f"Who signs has read version {clean(document.version, 19)} and stands by it."
    return Section(
        "signed",
        "Signed",
        "Signatures",
        lead,
        (Heading("For the customers and the departments"), Signatures(tuple(people))),
    )
