"""Rules as they are told: a severity in one figure, a table of rules, their trends, one rule that opens.

Owns the words for the three outcomes. Refuses to add severities up, and to call a rule clean whose facts no source
supplies.
"""

from collections.abc import Iterator, Sequence

from primum.audit.results import (
    CountedEvent,
    RuleCommunication,
    RuleDepartment,
    RuleExample,
    RuleFigures,
    RuleMonth,
    SeverityFigures,
    Unchecked,
)
from primum.report.blocks import Block, Cell, Chart, Column, Figure, Fold, Prose, Table, Timeline, Verdict
from primum.report.cells import cut, day_cell, days, number_cell, numbers, sentences, texts
from primum.report.multiples import Multiple, multiples
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, listed, month, name, number, percent, percent_of

NAMES = {"never": "Never-events", "harm": "Harm", "courtesy": "Courtesy"}
_LABELS = {
    "never": "never-events: contacts that should not have been made",
    "harm": "contacts that do harm",
    "courtesy": "contacts that a courtesy forbids",
}
FACTS = {
    "attribute": "the attribute",
    "state": "the state",
    "response": "the response",
    "segment": "the segment",
    "customer attribute": "the customer's",
}


def severity_figure(s: SeverityFigures) -> Figure:
    """What a severity came to, in one figure; not checkable where no rule of it could be checked."""
    unseen = f"; {number(s.not_checkable)} not checkable" if s.not_checkable else ""
    if s.not_checkable == s.rules:
        why = "because no source supplies what these rules rest on"
        return Figure("not checkable", NAMES[s.severity].lower(), why, checkable=False)
    rules = f"against {number(s.against)} of {counted(s.rules, 'rule')}{unseen}"
    return Figure(number(s.contacts), _LABELS[s.severity], f"{counted(s.customers, 'customer')}; {rules}")


def told(rules: Sequence[RuleFigures], names: Names, level: int) -> Iterator[Block]:
    """Rules of one severity: what was found, then what was not, then what could not be checked.

    Args:
        level: of headings below the one that stands above.
    """
    against = [r for r in rules if r.outcome == "against"]
    if against:
        yield _table(against)
        if any(len(r.months) > 1 for r in against):
            yield _trends(against)
        yield from (_opened(r, names, level) for r in against)
    free = [r for r in rules if r.outcome == "none"]
    if free:
        yield Verdict("none found", counted(len(free), "rule"), "Every contact that they govern was within them.")
        yield _free(free)
    for rule in rules:
        if rule.outcome == "not checkable":
            yield Verdict("not checkable", name(rule.says).rstrip("."), why_not(rule))
    for rule in against:
        if rule.missing:
            yield Verdict("not checkable", f"A part of “{name(rule.says).rstrip('.')}”", why_not(rule))


def _table(rules: Sequence[RuleFigures]) -> Table:
    columns = (
        sentences("Rule"),
        *numbers("Contacts against it", "Customers", "Of those it governs", "Possibly, apart"),
        *texts("Last", "Owner"),
    )
    note = "Possibly, apart: an undated flag may have held already when these contacts were made; in no other figure."
    rows, note = cut([_row(r) for r in rules], note)
    return Table("Rules that contacts are against", columns, rows, note)


def _row(r: RuleFigures) -> tuple[Cell, ...]:
    remark = clean(r.rule, 80) + ("; monitor only" if r.monitor_only else "")
    return (
        Cell(name(r.says), remark=remark),
        number_cell(r.contacts),
        number_cell(r.customers),
        Cell(percent(r.share or 0), sort=r.share or 0, remark=f"of {number(r.governed)}"),
        number_cell(r.possible),
        day_cell(r.last),
        Cell(name(r.owner) if r.owner else "nobody", tone="" if r.owner else "missing"),
    )


def _trends(rules: Sequence[RuleFigures]) -> Chart:
    pictures = [
        Multiple(
            name(r.says),
            f"{counted(r.contacts, 'contact')}, {percent(r.share or 0)}",
            tuple((m.month, m.contacts / m.governed if m.governed else 0.0, _tip(m)) for m in r.months),
        )
        for r in rules
    ]
    said = "; ".join(f"{name(r.says)} {counted(r.contacts, 'contact')}" for r in rules)
    note = "Bars: the share against the rule of the contacts that it governs, by month; each picture by its own height."
    return multiples("Month by month", said, pictures, note)


def _tip(m: RuleMonth) -> str:
    return f"{month(m.month)}: {number(m.contacts)} of {number(m.governed)}, {percent_of(m.contacts, m.governed)}"


def _free(rules: Sequence[RuleFigures]) -> Table:
    columns = (sentences("Rule"), *numbers("Contacts it governs"), Column("Not looked at", wide=True))
    rows, note = cut([(Cell(name(r.says)), number_cell(r.governed), _unseen(r.unchecked)) for r in rules])
    return Table("Rules that were checked, with none against them", columns, rows, note, folded=True)


def _unseen(unchecked: Sequence[Unchecked]) -> Cell:
    said = listed([_reason(u) for u in unchecked], 3)
    return Cell(said or "–", tone="" if said else "missing")


def _reason(u: Unchecked) -> str:
    if u.why == "no attribute":
        where = f" of the source {name(u.source)}" if u.source else ""
        return f"{counted(u.contacts, 'contact')}{where} without {_word(u.what)}"
    return f"{counted(u.contacts, 'contact')}: {u.why}"


def _word(attribute: str) -> str:
    """An attribute as people read it."""
    return {"purpose": "a message class", "topic": "a topic", "content": "a content", "product": "a product"}.get(
        attribute, clean(attribute, 60)
    )


def why_not(rule: RuleFigures) -> str:
    """Why a rule is not checkable, or a part of it, in a sentence."""
    if rule.missing:
        groups = {kind: [f.name for f in rule.missing if f.kind == kind] for kind in FACTS}
        facts = [
            f"{FACTS[kind]}{'s' if len(held) > 1 and kind != 'customer attribute' else ''} "
            f"{listed([clean(n, 60).replace('_', ' ') for n in held])}"
            for kind, held in groups.items()
            if held
        ]
        return f"because no source supplies {listed(facts)}."
    reasons = listed([_reason(u) for u in rule.unchecked], 3)
    if rule.possible:
        reasons = listed([r for r in (reasons, f"{counted(rule.possible, 'contact')} before an undated flag") if r])
    return f"because nothing can be said of any contact ({reasons})."


def _opened(rule: RuleFigures, names: Names, level: int) -> Fold:
    blocks: list[Block] = [*_facts(rule, names), _departments(rule.departments, names)]
    if rule.communications:
        blocks.append(_communications(rule, names))
    blocks += [_example(e, names, level) for e in rule.examples]
    remark = f"{counted(rule.contacts, 'contact')}, {counted(rule.customers, 'customer')}, last {day(rule.last)}"
    return Fold(name(rule.says), remark, tuple(blocks))


def _facts(rule: RuleFigures, names: Names) -> Iterator[Block]:
    parts = [f"Rule {clean(rule.rule, 80)}"]
    parts += [f"of the pack {clean(rule.pack, 60)}"] if rule.pack else []
    parts += [f"from {clean(rule.source, 120)}"] if rule.source else []
    yield Prose(f"{', '.join(parts)}.", small=True)
    unseen = listed([_reason(u) for u in rule.unchecked], 6)
    if unseen:
        yield Prose(f"Not looked at: {unseen}.", small=True)
    if rule.passed_by:
        lack = listed([f"{counted(n, 'customer')} without {clean(a, 60)}" for a, n in rule.passed_by])
        yield Prose(f"The rule passed by {lack}.", small=True)


def _departments(departments: Sequence[RuleDepartment], names: Names) -> Table:
    columns = (*texts("Department"), *numbers("Contacts against it", "Customers", "Of those it governs", "Possibly"))
    rows, note = cut(
        [
            (
                names.department_cell(d.department),
                number_cell(d.contacts),
                number_cell(d.customers),
                Cell(percent_of(d.contacts, d.governed), remark=f"of {number(d.governed)}", sort=float(d.contacts)),
                number_cell(d.possible),
            )
            for d in departments
        ]
    )
    return Table("By department", columns, rows, note)


def _communications(rule: RuleFigures, names: Names) -> Table:
    def row(c: RuleCommunication) -> tuple[Cell, ...]:
        return Cell(names.communication(c.communication)), names.department_cell(c.department), number_cell(c.contacts)

    columns = (*texts("Communication", "From"), *numbers("Contacts against it"))
    rows, note = cut([row(c) for c in rule.communications])
    more = rule.communications_in_all > len(rule.communications)
    if more:
        note = f"The first {number(len(rule.communications))} of {number(rule.communications_in_all)}. {note}".strip()
    return Table("What was sent", columns, rows, note)


def _example(example: RuleExample, names: Names, level: int) -> Timeline:
    lines = [e.line for e in example.counted if e.line is not None]
    states = listed([_state(e) for e in example.counted if e.what == "state"])
    summary = f"{states[:1].upper()}{states[1:]}." if states else ""
    if example.counted_in_all > len(example.counted):
        summary = f"{counted(example.counted_in_all, 'event')} were counted; the last {len(example.counted)} are shown."
    shown = sorted([*lines, example.contact], key=lambda line: (line.at, line is example.contact))
    title = f"{clean(example.customer, 60)}, {day(example.contact.day)}"
    return Timeline(title, summary, (), days(names, shown), level=level)


def _state(event: CountedEvent) -> str:
    said = clean(event.name, 60).replace("_", " ")
    since = f" since {_when(event.start)}" if event.start else ""
    return f"{said}{since}{f' until {_when(event.until)}' if event.until else ''}"


def _when(told: str) -> str:
    return day(told) if "T" not in told else f"{day(told)} {clean(told[11:16], 5)} UTC"
