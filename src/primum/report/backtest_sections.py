"""The sections of a backtest's page, in reading order.

Owns what each shows and says. Refuses arithmetic and markup; a rule set's figures are read off `backtest.results`.
"""

from collections.abc import Sequence

from primum.backtest.results import BacktestResult, Backtests, Ends, Group, RuleFigures
from primum.report import charts
from primum.report.backtest_stakes import build_stakes
from primum.report.blocks import (
    Block,
    Cell,
    Chart,
    Figure,
    Figures,
    Heading,
    Prose,
    Section,
    Table,
    Terms,
    Verdict,
)
from primum.report.cells import cut, number_cell, numbers, portion_cell, sentences, text_cell, texts
from primum.report.phrases import clean, counted, day, name, number, percent_of

ENDS = (("d1", "kept"), ("d6", "deferred"), ("d2", "overtaken"), ("d5", "stopped"), ("d7", "never"))
"""The style of each end."""
BEFORE_AFTER = (("d0", "before the rules"), ("d1", "after"))


def build_sections(found: Backtests) -> tuple[Section, ...]:
    """All sections of a backtest; those that have nothing to say are left out."""
    result = found.results[0]
    made = (
        _compared(found) if len(found.results) > 1 else None,
        _rules(result),
        _never(result),
        _groups(result),
        _weeks(result),
        _waiting(result),
        _pressure(result),
        build_stakes(result),
        _method(found),
    )
    return tuple(section for section in made if section is not None)


# Side by side


def _compared(found: Backtests) -> Section:
    rows = tuple(_side(result) for result in found.results)
    columns = (
        *texts("Rules"),
        *numbers("Contacts", "Kept", "Deferred", "Overtaken", "Stopped", "Never-events"),
        *numbers("Customers spared", "Customers silenced", "Longest wait, hours", "Waiting at most"),
        *numbers("Busiest week, half have", "Busiest week, most"),
    )
    blocks: list[Block] = [Table("Rule sets side by side", columns, rows), _losers(found)]
    lead = "The same history, each rule set alone in force. Shares are of contacts; the numbers stand beneath."
    return Section("compared", "Rule sets side by side", "Side by side", lead, tuple(blocks))


def _side(result: BacktestResult) -> tuple[Cell, ...]:
    people, pressure = result.customers, result.pressure
    return (
        text_cell(result.rule_set),
        *_end_cells(result.ends),
        number_cell(people.spared),
        number_cell(people.silenced),
        number_cell(result.delays.longest_hours or 0),
        number_cell(result.backlog.peak),
        number_cell(pressure.median_after),
        number_cell(pressure.most_after),
    )


def _losers(found: Backtests) -> Table:
    """Who loses what: contacts of each department that are not sent, under each rule set."""
    names = [g.name for g in found.results[0].departments]
    by_set = [{g.name: g.ends for g in result.departments} for result in found.results]
    rows, note = cut(
        [
            (text_cell(department, "not recorded"), *(_loss(ends.get(department)) for ends in by_set))
            for department in names
        ],
        "Stopped, never-events among them not counted.",
    )
    columns = (*texts("Department"), *numbers(*(name(r.rule_set) for r in found.results)))
    return Table("Contacts stopped, by department and rule set", columns, rows, note)


def _loss(ends: Ends | None) -> Cell:
    return portion_cell(ends.stopped, ends.asked) if ends else number_cell(None)


def _end_cells(ends: Ends) -> tuple[Cell, ...]:
    parts = (ends.kept, ends.deferred, ends.overtaken, ends.stopped, ends.never)
    return (number_cell(ends.asked), *(portion_cell(part, ends.asked) for part in parts))


# Rules


def _rules(result: BacktestResult) -> Section | None:
    if not result.rules:
        return None
    biting = [rule for rule in result.rules if rule.broken or rule.not_judged]
    quiet = [rule for rule in result.rules if rule not in biting]
    blocks: list[Block] = []
    if biting:
        blocks += [_rule_table(biting), _sender_table(biting)]
    else:
        blocks.append(Verdict("none found", "Contacts that break a rule"))
    if quiet:
        blocks.append(Prose(f"Broken by no contact: {', '.join(name(r.name) for r in quiet[:200])}.", small=True))
    lead = (
        f"{counted(len(biting), 'rule')} of {number(len(result.rules))} would have held something back. A contact that"
        " breaks several rules counts for each of them, so lines do not add up; 'alone' are those that break no other"
        " enforced rule: what goes out at once where only this rule is dropped."
    )
    return Section("rules", "What each rule would have done", "By rule", lead, tuple(blocks))


def _rule_table(rules: Sequence[RuleFigures]) -> Table:
    order = sorted(rules, key=lambda rule: (-rule.broken, rule.name))
    most = max(rule.broken for rule in rules)
    rows, note = cut([_rule_row(rule, most) for rule in order])
    columns = (
        *texts("Rule"),
        sentences("Says"),
        *texts("Owner", "Severity"),
        *numbers("Broken by", "Stopped", "... alone", "Deferred", "... alone", "Not judged"),
    )
    return Table("By rule", columns, rows, note)


def _rule_row(rule: RuleFigures, most: int) -> tuple[Cell, ...]:
    remark = "monitor only" if rule.monitor_only else "" if rule.evaluated else "not part of a backtest"
    return (
        Cell(name(rule.name), remark=remark),
        Cell(clean(rule.says, 300)),
        text_cell(rule.owner),
        Cell(rule.severity),
        number_cell(rule.broken, most),
        *(number_cell(n) for n in (rule.stopped, rule.stopped_alone, rule.deferred, rule.deferred_alone)),
        number_cell(rule.not_judged),
    )


def _sender_table(rules: Sequence[RuleFigures]) -> Table:
    rows, note = cut(
        [
            (
                Cell(name(rule.name)),
                text_cell(sender.department, "not recorded"),
                text_cell(sender.channel, "not recorded"),
                number_cell(sender.stopped),
                number_cell(sender.deferred),
            )
            for rule in rules
            for sender in rule.senders
        ]
    )
    columns = (*texts("Rule", "Department", "Channel"), *numbers("Stopped", "Deferred"))
    return Table("Whose contacts each rule holds back", columns, rows, note, folded=True)


def _never(result: BacktestResult) -> Section | None:
    rules = [rule for rule in result.rules if rule.severity == "never" and not rule.monitor_only]
    if not rules:
        return None
    title, lead = "What should never have been made", ""
    blocks: tuple[Block, ...] = (Verdict("none found", "Never-events"),)
    if result.ends.never:
        share = percent_of(result.ends.never, result.ends.asked)
        lead = (
            f"{counted(result.ends.never, 'contact')} ({share}) break a rule of severity never: no trade-off is meant"
            " for them, so they are not counted among those stopped, here or anywhere else on this page."
        )
        departments = [g for g in result.departments if g.ends.never]
        by_department = Table(
            "Never-events by department",
            (*texts("Department"), *numbers("Never-events")),
            tuple((text_cell(g.name, "not recorded"), portion_cell(g.ends.never, g.ends.asked)) for g in departments),
        )
        told = [rule for rule in rules if rule.broken]
        blocks = (_rule_table(told), by_department) if told else (by_department,)
    return Section("never", title, "Never-events", lead, blocks)


# Groups and weeks


def _groups(result: BacktestResult) -> Section:
    tables = (
        ("Department", result.departments),
        ("Channel", result.channels),
        ("Message class", result.classes),
        ("Segment", result.segments),
        ("Communication", result.communications),
    )
    blocks = tuple(_group_table(title, groups) for title, groups in tables if groups)
    lead = "Shares are of the line's own contacts; the numbers stand beneath."
    return Section("whose", "Whose contacts", "Whose contacts", lead, blocks)


def _group_table(title: str, groups: Sequence[Group]) -> Table:
    rows, note = cut([(text_cell(g.name, "not recorded"), *_end_cells(g.ends)) for g in groups])
    if title == "Segment":
        note = f"A contact counts in each segment that its customer was in at its instant. {note}".strip()
    columns = (*texts(title), *numbers("Contacts", "Kept", "Deferred", "Overtaken", "Stopped", "Never-events"))
    return Table(f"By {title.lower()}", columns, rows, note)


def _weeks(result: BacktestResult) -> Section | None:
    if not result.weeks:
        return None
    rows = tuple((Cell(day(g.name)), *_end_cells(g.ends)) for g in result.weeks)
    columns = (*texts("Week from"), *numbers("Contacts", "Kept", "Deferred", "Overtaken", "Stopped", "Never-events"))
    table = Table("The numbers behind this picture", columns, rows, folded=True)
    return Section("weeks", "Week by week", "Weeks", "", (_week_chart(result.weeks), table))


def _week_chart(weeks: Sequence[Group]) -> Chart:
    labels = [day(week.name)[:-5] if len(weeks) <= 52 else day(week.name) for week in weeks]
    labels = labels if len(set(labels)) == len(weeks) else [day(week.name) for week in weeks]
    points = [
        (label, charts.Point(label, part, f"week from {day(week.name)}: {number(part)} {end}", style=style))
        for label, week in zip(labels, weeks, strict=True)
        for (style, end), part in zip(ENDS, _parts(week.ends), strict=True)
        if part
    ]
    draw = charts.stacked(points, labels, [style for style, _ in ENDS], "contacts")
    describes = (
        "Bars: the contacts of each week (Monday to Sunday, by their own instant), by how they would have ended."
    )
    return charts.chart("Contacts by week", describes, draw, ENDS)


def _parts(ends: Ends) -> tuple[int, ...]:
    return (ends.kept, ends.deferred, ends.overtaken, ends.stopped, ends.never)


# Deferrals


def _waiting(result: BacktestResult) -> Section | None:
    delays, backlog = result.delays, result.backlog
    if not (delays.contacts or backlog.peak):
        return None
    figures = (
        Figure(counted(delays.median_hours or 0, "hour"), "half waited no longer"),
        Figure(counted(delays.nine_in_ten_hours or 0, "hour"), "nine in ten waited no longer"),
        Figure(counted(delays.longest_hours or 0, "hour"), "the longest wait"),
        Figure(number(backlog.peak), "contacts waiting at most", f"at the end of {day(backlog.peak_day)}"),
    )
    rows = tuple(
        (Cell(band.label), portion_cell(band.contacts, delays.contacts)) for band in delays.bands if band.contacts
    )
    table = Table("How long deferred contacts waited", (*texts("Wait"), *numbers("Contacts")), rows)
    blocks: list[Block] = [Figures(figures), table]
    if backlog.days:
        blocks.append(_backlog_chart(result))
    return Section("waiting", "What deferrals build up", "Waiting", "", tuple(blocks))


def _backlog_chart(result: BacktestResult) -> Chart:
    backlog = result.backlog
    points = [charts.Point(d.day, d.waiting, "") for d in backlog.days]
    halved = f" half of it by {day(backlog.halved_day)}," if backlog.halved_day else ""
    says = (
        f"At most {counted(backlog.peak, 'contact')} waited overnight, on {day(backlog.peak_day)};{halved}"
        f" nothing any more from {day(backlog.cleared_day)} on."
    )
    note = "Overtaken contacts are among them until their new time: until then nobody knew."
    draw = charts.over_days(points, "contacts waiting", says)
    return charts.chart("Contacts waiting at the end of each day", says, draw, note=note)


# Pressure


def _pressure(result: BacktestResult) -> Section:
    p = result.pressure
    title = "How much lands on one customer, before and after"
    if not p.customers:
        why = "because no received contact that the company pushed names its customer."
        return Section("pressure", title, "Pressure", "", (Verdict("not checkable", "Pressure", why),))
    lead = (
        f"In their busiest seven days half of {counted(p.customers, 'customer')} received"
        f" {number(p.median_before or 0)} pushed contacts or fewer before the rules,"
        f" and {number(p.median_after or 0)} or fewer after; the most were"
        f" {number(p.most_before)} before and {number(p.most_after)} after."
    )
    labels = [f"{b.contacts} or more" if b is p.bands[-1] else str(b.contacts) for b in p.bands]
    rows = tuple(
        (Cell(label, sort=float(b.contacts)), number_cell(b.customers_before), number_cell(b.customers_after))
        for label, b in zip(labels, p.bands, strict=True)
    )
    columns = (*texts("Contacts in the busiest seven days"), *numbers("Customers before", "Customers after"))
    blocks = (
        _pressure_chart(result, labels),
        Table("The numbers behind this picture", columns, rows, folded=True),
        _peaks(result),
    )
    return Section("pressure", title, "Pressure", lead, blocks)


def _pressure_chart(result: BacktestResult, labels: Sequence[str]) -> Chart:
    points = []
    for label, band in zip(labels, result.pressure.bands, strict=True):
        at = label.replace(" or more", "+")
        for (style, when), customers in zip(BEFORE_AFTER, (band.customers_before, band.customers_after), strict=True):
            points.append(
                charts.Point(at, customers, f"{label}, {when}: {counted(customers, 'customer')}", style=style)
            )
    draw = charts.side_by_side(
        points, [style for style, _ in BEFORE_AFTER], "contacts in the customer's busiest seven days", "customers"
    )
    describes = (
        "Bars: how many customers had how many contacts in their busiest seven days, before and after the rules."
    )
    note = "Customers to whom nothing is sent any more stand in no bar after the rules."
    return charts.chart("The busiest week of every customer", describes, draw, BEFORE_AFTER, note)


def _peaks(result: BacktestResult) -> Table:
    rows = tuple(
        (
            text_cell(peak.channel, "not recorded"),
            _peak(peak.hour_before, peak.busiest_hour_before),
            _peak(peak.hour_after, peak.busiest_hour_after),
            _peak(peak.day_before, peak.busiest_day_before),
            _peak(peak.day_after, peak.busiest_day_after),
        )
        for peak in result.peaks
    )
    columns = (*texts("Channel"), *numbers("Hour before", "Hour after", "Day before", "Day after"))
    note = "What the capacity of channels must bear: deferred contacts tend to fall together at an opening hour."
    return Table("The busiest hour and day of each channel, in contacts", columns, rows, note)


def _peak(value: int, when: str | None) -> Cell:
    return Cell(number(value), sort=float(value), remark=clean(when or "", 40))


# Method


ASSUMPTIONS = (
    "The company would have tried to make the same contacts: nobody replans, and nothing is sent in the place of what"
    " was stopped.",
    "Customers would have done the same: opt-outs, complaints and responses stand where they stood, though some of them"
    " answered contacts that would not have been sent.",
    "Shared capacity and minimums are not part of a backtest; their rules say so.",
)


def _method(found: Backtests) -> Section:
    m, left = found.method, found.results[0].left_out
    words: tuple[tuple[str, str], ...] = tuple((clean(a, 80), clean(b, 600)) for a, b in m.definitions)
    out = (
        (
            "Never attempted",
            f"{counted(left.inventory, 'contact')}: proposed, planned, suppressed, released or expired",
        ),
        ("To no customer", f"{counted(left.not_people, 'contact')}: to test addresses, staff and the like"),
        ("Without a customer", f"{counted(left.unlinked, 'row')}: rules cannot judge them"),
    )
    versions = (
        ("Primum", clean(m.primum_version, 40)),
        ("Strategy file", clean(m.strategy_version, 80)),
        ("As of", clean(m.as_of, 40)),
        ("Time zone of days", clean(found.zone, 60)),
        ("Time zone data", clean(m.tzdata_version, 40)),
        ("Buckets", number(m.buckets)),
        ("Result schema", clean(found.schema_version, 20)),
    )
    blocks: tuple[Block, ...] = (
        Heading("Calibration"),
        _calibration(found),
        Heading("What is assumed"),
        *(Prose(text) for text in ASSUMPTIONS),
        Heading("What words mean here"),
        Terms(words),
        Heading("Left out"),
        Terms(out),
        Heading("Versions"),
        Terms(versions),
    )
    lead = "Each contact is judged in the order of time, against what the rules let through before it."
    return Section("method", "Method and assumptions", "Method", lead, blocks)


def _calibration(found: Backtests) -> Block:
    c = found.calibration
    if c is None:
        return Prose("Not made here: compare with another rule set (`--vs`), and no rules at all are tried as well.")
    if c.kept == c.asked:
        return Prose(f"No rules keep all {counted(c.asked, 'contact')} where they were, as they must.")
    return Prose(
        f"No rules do NOT keep all contacts where they were: {number(c.kept)} of {number(c.asked)}. Do not use this."
    )
