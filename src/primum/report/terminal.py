"""The audit in a terminal: the headline, the key figures, the worst blind spots, one example, where the report is.

Owns a summary that fits 80 columns. Refuses to print what a terminal would obey: foreign text is stripped of control
characters and never read as markup.
"""

from pathlib import Path

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from primum.audit.results import Alarm, AuditResult, SourceCoverage
from primum.report.alike import places, together
from primum.report.blocks import Figure
from primum.report.cover import period
from primum.report.cures import reach, told
from primum.report.keyfigures import key_figures
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, listed, name, number

_MOST_SPOTS = 5
_MOST_CURES = 3


def print_summary(result: AuditResult, console: Console, report_path: Path | None) -> None:
    """Print the summary; `report_path` is named at the end when there is a report."""
    title = Text(f"Contact audit: {clean(result.company.name, 120)}", style="bold")
    _print(console, Text())
    _print(console, title)
    _print(console, Text(period(result), style="dim"))
    if result.classification:
        _print(console, Text(clean(result.classification, 120), style="bold"))
    if result.edition:
        _print(console, Text(f"Edition for {clean(result.edition, 120)}; others as totals", style="dim"))
    _print(console, Text())
    _sentences(result, console)
    console.print(_figures(result))
    _fixes(result, console)
    _alarms(result, console)
    _silences(result, console)
    _blind_spots(result, console)
    _exports(result, console)
    if result.headline.story:
        _print(console, Text("One real example", style="bold"))
        _print(console, Text(" ".join(clean(s, 600) for s in result.headline.story), style="italic"), indent=2)
        _print(console, Text())
    if report_path is not None:
        _print(console, Text("The report:", style="bold"))
        console.print(Text(f"  {clean(str(report_path), 4096)}"), soft_wrap=True, highlight=False)


def _print(console: Console, text: Text, indent: int = 0) -> None:
    text.overflow = "fold"
    console.print(Padding(text, (0, 0, 0, indent)), highlight=False)


def _sentences(result: AuditResult, console: Console) -> None:
    sentences = result.headline.sentences or ("The sources hold nothing that could be audited.",)
    for sentence in sentences:
        _print(console, Text(clean(sentence, 600)), indent=2)
    _print(console, Text())


def _figures(result: AuditResult) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Key figures", title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("", justify="right", overflow="fold", ratio=2)
    table.add_column("", overflow="fold", ratio=4)
    table.add_column("", style="dim", overflow="fold", ratio=4)
    table.show_header = False
    for figure in key_figures(result):
        table.add_row(_value(figure), Text(clean(figure.label, 120)), Text(clean(figure.remark, 120)))
    return table


def _value(figure: Figure) -> Text:
    if not figure.checkable:
        return Text(figure.value, style="yellow italic")
    value = Text("at least ", style="italic") if figure.at_least else Text()
    return value.append(clean(figure.value, 40), style="bold not italic")


def _exports(result: AuditResult, console: Console) -> None:
    """One line on what looks wrong with the exports themselves."""
    c = result.coverage
    stale = [s for s in c.sources if s.stale_by_days]
    open_totals = [line for line in c.control if not line.settled]
    parts = [
        counted(len(c.warnings), "warning about an export", "warnings about exports") if c.warnings else "",
        f"{counted(len(stale), 'source')} out of date ({_late(stale)})" if stale else "",
        counted(len(open_totals), "month differs from the sender's books", "months differ from the senders' books")
        if open_totals
        else "",
    ]
    said = "; ".join(part for part in parts if part)
    if said:
        line = Text.assemble(("Exports to look at: ", "bold"), f"{said}.", (" The report lists them.", "dim"))
        _print(console, line)
        _print(console, Text())


def _fixes(result: AuditResult, console: Console) -> None:
    """The first cures."""
    found = result.cures.cures
    if not found:
        return
    shown = found[:_MOST_CURES]
    more = f" ({number(len(shown))} of {number(len(found))}; the report has all)" if len(shown) < len(found) else ""
    _print(console, Text.assemble(("What to fix first", "bold"), (more, "dim")))
    names = Names(result)
    for place, cure in enumerate(shown, 1):
        _print(console, Text(clean(f"{place}. {told(cure, names)}", 400)), indent=2)
    if said := reach(result.cures):
        _print(console, Text(said, style="dim"), indent=2)
    _print(console, Text())


def _alarms(result: AuditResult, console: Console) -> None:
    """What looks like an accident of the data since an earlier audit."""
    if result.since is None or not result.since.alarms:
        return
    _print(console, Text("Since last time", style="bold"))
    for one in result.since.alarms[:_MOST_SPOTS]:
        _print(console, Text(clean(alarm(one), 300)), indent=2)
    _print(console, Text())


def alarm(a: Alarm) -> str:
    """An alarm as a sentence."""
    if a.kind == "new sender":
        return f"{name(a.what)} is a new sender ({counted(a.now, 'contact')})."
    if a.kind == "source stopped":
        return f"The source {name(a.what)} stopped on {day(a.last)}."
    return f"{name(a.what)} fell silent: {number(a.now)} contacts where {number(a.then)} a month are usual."


def _late(stale: list[SourceCoverage]) -> str:
    return listed([f"{clean(s.source, 40)} by {counted(s.stale_by_days or 0, 'day')}" for s in stale], 3)


def _silences(result: AuditResult, console: Console) -> None:
    """One line on who waits, who hears nothing and who hears too much."""
    s = result.silence
    parts = [
        counted(q.unanswered, f"{q.what} unanswered", f"{q.what}s unanswered") for q in s.questions if q.unanswered
    ]
    parts += [f"{counted(o.missed, 'customer')} without a {o.what}" for o in s.owed if o.missed]
    parts += [f"{counted(u.unheard, 'good customer')} unheard for {u.days} days" for u in s.unheard[:1] if u.unheard]
    parts += [counted(s.waste.customers, "silent customer") + " with ten messages or more"] if s.waste.customers else []
    parts += [f"{counted(x.short, 'customer')} short of “{clean(x.says, 60).rstrip('.')}”" for x in s.rules if x.short]
    if parts:
        line = Text.assemble(("Silence and waste: ", "bold"), f"{'; '.join(parts)}.", (" The report says more.", "dim"))
        _print(console, line)
        _print(console, Text())


def _blind_spots(result: AuditResult, console: Console) -> None:
    spots = together(result.blind_spots)
    if not spots:
        return
    shown = spots[:_MOST_SPOTS]
    more = f" ({number(len(shown))} of {number(len(spots))}; the report lists all)" if len(shown) < len(spots) else ""
    _print(console, Text.assemble(("What we could not see", "bold"), (more, "dim")))
    for alike in shown:
        spot, where = alike[0], places(alike)
        what = f"{clean(spot.what, 200)}: {number(spot.count)} {clean(spot.unit, 40)}{f' {where}' if where else ''}."
        _print(console, Text.assemble(what, (f" {clean(spot.cure, 200)}", "dim")), indent=2)
    _print(console, Text())
