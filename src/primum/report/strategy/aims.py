"""Pages about people and aims: customers, objectives, measurement, balance.

Owns these four. Refuses figures of its own.
"""

from collections.abc import Iterable

from primum.report.blocks import Block, Cell, Heading, Prose, Terms
from primum.report.phrases import clean, percent
from primum.report.strategy.cells import figure, figure_text, owner, several, table, text
from primum.report.strategy.owners import Owners
from primum.review.results import MeasureFigures, StrategyDocument
from primum.strategy.facets.balance import Judgement


def customers(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Segments, stages and personas."""
    customers = document.strategy.customers
    yield from table(
        "Segments",
        "segment|=who is in it",
        ((text(s.title or name, name if s.title else ""), text(s.when)) for name, s in customers.segments.items()),
    )
    yield from table(
        "Stages of the lifecycle, in the order they are tried",
        "stage|=who is in it",
        ((text(s.title or s.stage, s.stage if s.title else ""), text(s.when)) for s in customers.stages),
    )
    for name, persona in customers.personas.items():
        yield Heading(clean(persona.title or name, 120))
        if persona.says:
            yield Prose(clean(persona.says, 400))
        told = (
            ("Needs", persona.needs),
            ("Motivations", persona.motivations),
            ("Expects of contact", persona.expects),
            ("Mostly in", persona.segments),
        )
        yield Terms(tuple((term, clean("; ".join(words), 400)) for term, words in told if words))


def objectives(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """What is wanted, in figures."""
    metrics = document.strategy.measurement.metrics
    rows = []
    for name, o in document.strategy.objectives.items():
        unit = metrics[o.metric].unit if o.metric in metrics else "number"
        base = figure(o.baseline.value, unit) if o.baseline else figure(None)
        read = " · ".join(p for p in (o.baseline.on, o.baseline.source) if p) if o.baseline else ""
        rows.append(
            (
                text(o.title or name, o.aim),
                text(o.metric),
                Cell(base.text, base.sort, clean(read, 200), tone=base.tone),
                figure(o.target, unit),
                text(o.by),
                owner(o.owner, owners),
                several([*o.segments, *o.personas]),
            )
        )
    yield from table("Objectives", "objective|metric|#baseline|#target|by|owner|whom it is about", rows)


def measurement(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Metrics, control groups, samples, days of review."""
    metrics = document.strategy.measurement.metrics
    yield from table(
        "Metrics",
        "metric|=what is counted|better",
        ((text(m.title or name, name if m.title else ""), text(m.says), text(m.better)) for name, m in metrics.items()),
    )
    yield from table(
        "How each is measured",
        "what|metric|control group|#without the flow|#smallest effect|#sample|#sample needed|review|owner",
        (_measure(m, owners) for m in document.measures),
        "The sample needed shows the smallest effect four times in five, at a level of 5%.",
    )


def _measure(m: MeasureFigures, owners: Owners) -> tuple[Cell, ...]:
    control = text(percent(m.control) if m.control else None)
    return (
        text(m.name, m.kind),
        text(m.metric),
        text("none", m.without_control) if m.without_control else control,
        figure(m.expected, "share"),
        figure(m.minimum_effect, "share"),
        figure(m.sample),
        figure(m.needed),
        text(m.review),
        owner(m.owner, owners),
    )


def balance(document: StrategyDocument, owners: Owners) -> Iterable[Block]:
    """Initiatives with their judgements."""
    costs = {f.flow: f.month_cost for f in document.flows}
    for name, initiative in document.strategy.balance.items():
        yield Heading(clean(initiative.title or name, 120))
        known = [(flow, costs.get(flow)) for flow in initiative.flows]
        money = "; ".join(f"{flow} {figure_text(cost, 'money')} a month" for flow, cost in known if cost is not None)
        yield Terms(
            (
                ("Consists of", clean(", ".join(initiative.flows) or "no flow yet", 300)),
                ("Serves", clean(", ".join(initiative.objectives) or "no objective yet", 300)),
                ("Answers for it", owners.title(initiative.owner)),
                (f"Contacts cost, {document.strategy.strategy.currency}", money or "not computable"),
            )
        )
        judged = (("feasible", initiative.feasible), ("desirable", initiative.desirable), ("viable", initiative.viable))
        yield from table(
            f"{clean(initiative.title or name, 100)}: judgements",
            "judged|verdict|=why|by|evidence",
            (_judgement(kind, judgement) for kind, judgement in judged),
            bare=True,
        )


def _judgement(kind: str, judgement: Judgement | None) -> tuple[Cell, ...]:
    if judgement is None:
        return text(kind), Cell("not judged", tone="warn"), text(None), text(None), text(None)
    verdict = Cell(judgement.verdict or "none", tone="strong" if judgement.verdict == "yes" else "warn")
    return (
        text(kind),
        verdict,
        text(judgement.why),
        text(judgement.by, judgement.on or ""),
        text("; ".join(judgement.evidence)),
    )
