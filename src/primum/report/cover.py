"""The first screen: whose audit this is, what to read when nothing else is read, one real example.

Owns the headline. Refuses to rank: the audit put the sentences in order.
"""

from primum.audit.results import AuditResult
from primum.report.blocks import Cover, Figures, Story
from primum.report.keyfigures import key_figures, several_departments
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, name, number

_CAUTION = (
    "Figures that cross departments say 'at least': some customers cannot be recognised in every department's data."
)


def build_cover(result: AuditResult, classification: str | None) -> Cover:
    """The first screen."""
    names = Names(result)
    sentences = tuple(clean(s, 600) for s in result.headline.sentences)
    opening = sentences[0] if sentences else "The sources hold nothing that could be audited."
    story = tuple(clean(s, 600) for s in result.headline.story)
    return Cover(
        company=name(result.company.name),
        period=period(result),
        promise=clean(result.company.promise or "", 400),
        facts=_facts(result),
        departments=tuple((names.slot(d.department), names.department(d.department)) for d in result.departments[:12]),
        opening=opening,
        sentences=sentences[1:],
        figures=Figures(key_figures(result)),
        story=Story(story) if story else None,
        caution=_CAUTION if result.headline.at_least and several_departments(result) else "",
        classification=clean(classification or "", 120),
        footer=_footer(result),
    )


def period(result: AuditResult) -> str:
    """`1 Jan 2025 to 31 Dec 2025`, or that there is none."""
    p = result.period
    return f"{day(p.first)} to {day(p.last)}" if p else "no dated contact"


def _facts(result: AuditResult) -> tuple[tuple[str, str], ...]:
    p, v = result.period, result.volume
    length = f" ({counted(p.days, 'day')}, {p.months:.1f} months)" if p else ""
    rows = f"{counted(len(result.sources), 'source')}: {counted(v.contacts, 'contact')}"
    rows += f", {counted(v.responses, 'response')}, {counted(v.states, 'state')}"
    own = (("Edition", f"for {name(result.edition)}; others as totals"),) if result.edition else ()
    return (
        *own,
        ("Period", period(result) + length),
        ("Read", rows),
        ("Customer champion", name(result.company.customer_champion or "") or "nobody is named"),
    )


def _footer(result: AuditResult) -> tuple[str, ...]:
    m = result.method
    masked = "Personal data are shown in full." if result.revealed else "Personal data are masked."
    zone = clean(result.company.zone, 60)
    made = f"Made by Primum {clean(m.primum_version, 40)} as of {clean(m.as_of, 40)}; days in {zone}."
    return (made, masked, f"{number(len(result.sources))} sources read; this file loads nothing from a network.")
