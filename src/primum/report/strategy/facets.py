"""One page for each facet: what it says, who owns it, what it still lacks.

Owns these ten sections. Refuses figures of its own.
"""

from collections.abc import Callable, Iterable
from typing import Final

from primum.report.blocks import Block, Remarked, Section
from primum.report.phrases import clean
from primum.report.strategy import aims, ground, ways
from primum.report.strategy.owners import Owners
from primum.review.results import StrategyDocument

_LEADS: Final = {
    "customers": "Who the customers are: by value, by behaviour, as people.",
    "objectives": "What the company wants of its contacts, in figures with a date.",
    "journey": "The customer's way with the company, as the customer lives it.",
    "flows": "Who hears what and when, and what ends it.",
    "measurement": "How the company will know whether it worked.",
    "moments": "When customers remember what the company did: what it promises then, and what must not be near.",
    "balance": "Each initiative judged: can it be done, is it wanted, does it pay. Each judgement is a person's.",
    "data": "What must be known, from where, how fresh, and who may see it.",
    "rules": "What holds a message back, in a sentence for people and in exact words.",
    "channels": "The ways of reaching a customer: what each can do, costs and bears.",
}
_TITLES: Final = {
    "customers": "1. Customers",
    "objectives": "2. Objectives",
    "journey": "3. Journey",
    "flows": "4. Flows",
    "measurement": "5. Measurement",
    "moments": "6. Moments of truth",
    "balance": "7. Balance",
    "data": "8. Data",
    "rules": "9. Rules",
    "channels": "10. Channels",
}


def facet_sections(document: StrategyDocument) -> list[Section]:
    """The ten pages, in the order of the design."""
    owners = Owners(document.strategy)
    return [_section(document, facet.name, owners) for facet in document.facets]


def _section(document: StrategyDocument, name: str, owners: Owners) -> Section:
    blocks = tuple(_BLOCKS[name](document, owners))
    title = _TITLES[name]
    return Section(name, title, title.split(". ", 1)[1], _LEADS[name], (*blocks, *_lacks(document, name)))


def _lacks(document: StrategyDocument, name: str) -> Iterable[Block]:
    """What the review remarks about this facet."""
    facet = next(f for f in document.facets if f.name == name)
    if not facet.present:
        yield Remarked("This page is empty.", f"It lacks {clean(facet.lacks, 300)}.")
    told = [r for r in document.remarks if r.facet == name and r.code != "facet-empty"]
    for remark in told:
        what = clean(remark.complaint.what, 400)
        yield Remarked(what[:1].upper() + what[1:], clean(f"{remark.why} {remark.complaint.cure}", 500))


_BLOCKS: Final[dict[str, Callable[[StrategyDocument, Owners], Iterable[Block]]]] = {
    "customers": aims.customers,
    "objectives": aims.objectives,
    "journey": ways.journey,
    "flows": ways.flows,
    "measurement": aims.measurement,
    "moments": ways.moments,
    "balance": aims.balance,
    "data": ground.data,
    "rules": ground.rules,
    "channels": ways.channels,
}
