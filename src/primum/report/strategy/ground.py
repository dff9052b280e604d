"""Pages about what everything rests on: data, rules.

Owns these two. Refuses figures of its own.
"""

from collections.abc import Iterable
from typing import Final

from primum.report.blocks import Block, Cell, Heading
from primum.report.phrases import clean
from primum.report.strategy.cells import owner, several, table, text
from primum.report.strategy.owners import Owners
from primum.review.results import StrategyDocument

_ORIGINS: Final = {
    "this strategy": "Our own rules",
    "a moment of truth": "Rules of moments of truth",
    "a pack": "Rules of packs",
}


def data(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Needs and sources."""
    data = document.strategy.data
    yield from table(
        "What must be known",
        "need|=in words|from|may be old|who may see it|owner",
        (
            (
                text(name, ", ".join(need.facets)),
                text(need.says),
                text(need.source) if need.source else Cell("a gap", remark=clean(need.gap or "", 300), tone="warn"),
                text(need.fresh),
                several(owners.title(key) for key in need.access),
                owner(need.owner, owners),
            )
            for name, need in data.needs.items()
        ),
    )
    yield from table(
        "Where facts come from",
        "source|holds|department|fresh|files",
        (
            (
                text(name),
                text(s.kind),
                text(owners.title(s.department) if s.department else None),
                text(s.fresh),
                several(s.files),
            )
            for name, s in data.sources.items()
        ),
    )


def rules(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Rules for people and in exact words."""
    for origin in (o for o in _ORIGINS if any(rule.origin == o for rule in document.rules)):
        yield Heading(_ORIGINS[origin])
        yield from table(
            _ORIGINS[origin],
            "=rule|=exactly|owner|severity",
            (
                (
                    text(rule.says, " · ".join(p for p in (rule.name, rule.source) if p)),
                    Cell(clean(" ".join(rule.reading), 900)),
                    text(owners.title(rule.owner) if rule.owner else None),
                    text(rule.severity),
                )
                for rule in document.rules
                if rule.origin == origin
            ),
            bare=True,
        )
    yield from table(
        "What comes first",
        "#place|=what",
        ((Cell(str(n), float(n)), text(what)) for n, what in enumerate(document.priorities, 1)),
    )
    yield from table("Held back by no rule", "=what", ((text(what),) for what in document.exempt))
