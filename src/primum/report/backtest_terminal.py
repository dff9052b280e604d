"""A backtest in a terminal: how contacts would have ended, by rule and by sender, and what deferrals build up.

Owns tables that fit 100 columns. Refuses to print what a terminal would obey: foreign text is cleaned.
"""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from primum.backtest.results import Backlog, BacktestResult, Backtests, Delays, Ends, Group, RuleFigures, Stakes
from primum.report.backtest_stakes import ALL, MIDDLE, NOTHING, assumptions, one_range
from primum.report.phrases import NOT_RECORDED, clean, counted, day, listed, number, percent_of

MOST_RULES = 40
MOST_GROUPS = 12


def print_backtests(found: Backtests, console: Console, path: Path | None = None, page: Path | None = None) -> None:
    """Print one backtest in full; of several, the comparison first."""
    _line(console, f"Backtest: {clean(found.company, 120)}", "bold")
    if len(found.results) > 1:
        _compare(found, console)
    _one(found.results[0], console)
    if path is not None:
        console.print(Text(f"All figures: {clean(str(path), 4096)}"), soft_wrap=True, highlight=False)
    if page is not None:
        console.print(Text(f"The page: {clean(str(page), 4096)}"), soft_wrap=True, highlight=False)


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style, overflow="fold"), highlight=False)


def _table(title: str, *numbers: str) -> Table:
    """A table of numbers whose first column, of names, bears its title."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(Text(title), overflow="fold", min_width=max(len(title), 26))
    for name in numbers:
        table.add_column(name, justify="right")
    return table


# One rule set


def _one(result: BacktestResult, console: Console) -> None:
    ends = result.ends
    period = f"{day(result.first_day)} to {day(result.last_day)}" if result.first_day else "no contacts"
    _line(console, f"{clean(result.rule_set, 120)} · {period} · {counted(ends.asked, 'contact')}", "dim")
    console.print()
    for sentence in _sentences(result):
        _line(console, f"  {sentence}")
    console.print()
    if result.rules:
        _rules(result.rules, console)
    for title, groups in (("By department", result.departments), ("By channel", result.channels)):
        console.print(_groups(title, groups))
    if result.segments:
        console.print(_groups("By segment", result.segments))
    if ends.deferred or ends.overtaken:
        console.print(_delays(result.delays))
        _line(console, _waits(result.delays))
        _backlog(result.backlog, console)
    console.print(_peaks(result))
    console.print(_pressure(result))
    if result.stakes is not None and result.stakes.kinds:
        _stakes(result.stakes, console)


def _sentences(result: BacktestResult) -> list[str]:
    """The whole in plain words."""
    ends, people = result.ends, result.customers
    found = [
        f"{_share(ends.kept, ends)} would have gone out as they did, {_share(ends.deferred, ends)} later, "
        f"{_share(ends.stopped, ends)} not at all.",
    ]
    if ends.never:
        found.append(f"{_share(ends.never, ends)} must never have been sent (opted out and the like); counted apart.")
    if ends.overtaken:
        found.append(
            f"{counted(ends.overtaken, 'contact')} waited, and an opt-out, a complaint or the like came first."
        )
    found.append(
        f"Of {counted(people.asked, 'customer')}, {number(people.spared)} were spared a contact "
        f"and {number(people.silenced)} would have heard nothing any more."
    )
    left = result.left_out
    if left.not_people or left.unlinked:
        found.append(
            f"Not judged: {number(left.not_people)} to test addresses, staff and the like, "
            f"{number(left.unlinked)} without a customer."
        )
    return found


def _share(part: int, ends: Ends) -> str:
    return f"{number(part)} ({percent_of(part, ends.asked)})"


def _rules(rules: Sequence[RuleFigures], console: Console) -> None:
    """The rules that bite, most first; the others by name."""
    biting = [rule for rule in rules if rule.broken or rule.not_judged]
    shown = sorted(biting, key=lambda rule: (-rule.broken, rule.name))[:MOST_RULES]
    more = f" ({number(len(shown))} of {number(len(biting))})" if len(shown) < len(biting) else ""
    table = _table(f"By rule{more}", "broken", "stopped", "alone", "deferred", "alone", "not judged")
    for rule in shown:
        table.add_row(
            _named(rule),
            *(_blank(n) for n in (rule.broken, rule.stopped, rule.stopped_alone)),
            *(_blank(n) for n in (rule.deferred, rule.deferred_alone, rule.not_judged)),
        )
    console.print(table)
    _line(
        console,
        "A contact that breaks several rules counts for each of them, so the lines do not add up; alone: for no other "
        "enforced rule.",
        "dim",
    )
    quiet = [clean(rule.name, 60) for rule in rules if rule not in biting]
    if quiet:
        _line(console, f"Broken by no contact: {listed(quiet, MOST_RULES)}.", "dim")
    console.print()


def _blank(value: int) -> str:
    """A number; nothing for none, so that the others stand out."""
    return number(value) if value else ""


def _named(rule: RuleFigures) -> Text:
    text = Text(clean(rule.name, 60))
    if rule.monitor_only:
        text.append(" monitor only", style="italic dim")
    if not rule.evaluated:
        text.append(" not part of a backtest", style="italic dim")
    return text.append("" if rule.severity == "harm" else f" {rule.severity}", style="dim")


def _groups(title: str, groups: Sequence[Group]) -> Table:
    shown = groups[:MOST_GROUPS]
    more = f" ({number(len(shown))} of {number(len(groups))})" if len(shown) < len(groups) else ""
    table = _table(f"{title}{more}", "contacts", "kept", "deferred", "overtaken", "stopped", "never")
    for group in shown:
        e = group.ends
        name = clean(group.name, 60) if group.name is not None else NOT_RECORDED
        parts = (e.kept, e.deferred, e.overtaken, e.stopped, e.never)
        table.add_row(Text(name), number(e.asked), *(_cell(p, e) for p in parts))
    return table


def _cell(part: int, ends: Ends) -> str:
    return percent_of(part, ends.asked) if part else ""


# Deferrals, peaks, pressure


def _delays(delays: Delays) -> Table:
    table = _table("How long deferred contacts waited", "contacts", "")
    for band in delays.bands:
        if band.contacts:
            table.add_row(band.label, number(band.contacts), percent_of(band.contacts, delays.contacts))
    return table


def _waits(delays: Delays) -> str:
    """The waits in a sentence."""
    return (
        f"Half waited at most {counted(delays.median_hours or 0, 'hour')}, nine in ten at most "
        f"{number(delays.nine_in_ten_hours or 0)}, the longest {number(delays.longest_hours or 0)}."
    )


def _backlog(backlog: Backlog, console: Console) -> None:
    if not backlog.peak:
        return
    halved = f"half of it by {day(backlog.halved_day)}, " if backlog.halved_day else ""
    _line(
        console,
        f"At most {counted(backlog.peak, 'contact')} waited overnight, on {day(backlog.peak_day)}; "
        f"{halved}nothing any more from {day(backlog.cleared_day)} on.",
    )
    console.print()


def _peaks(result: BacktestResult) -> Table:
    table = _table("Busiest hour and day of each channel", "hour before", "after", "day before", "after")
    for peak in result.peaks[:MOST_GROUPS]:
        name = clean(peak.channel, 60) if peak.channel is not None else NOT_RECORDED
        values = (peak.hour_before, peak.hour_after, peak.day_before, peak.day_after)
        table.add_row(Text(name), *(number(v) for v in values))
    return table


def _pressure(result: BacktestResult) -> Table:
    pressure = result.pressure
    table = _table("Pushed contacts in the busiest seven days", "before", "after")
    for band in pressure.bands:
        label = f"{band.contacts} or more" if band is pressure.bands[-1] else str(band.contacts)
        table.add_row(f"customers with {label}", number(band.customers_before), number(band.customers_after))
    return table


# What is at stake


def _stakes(stakes: Stakes, console: Console) -> None:
    """What followed contacts that were not sent, as ranges."""
    _line(console, f"What followed the {counted(stakes.not_sent, 'contact')} that were not sent, never-events left out")
    for kind in stakes.kinds:
        _line(console, f"  {'may be spared' if kind.harm else 'at risk'}: {one_range(kind, stakes.currency)}")
    _line(console, f"From nothing ({NOTHING}) to all ({ALL}); middle: {MIDDLE}.", "dim")
    for text in assumptions(stakes):
        _line(console, text, "dim")
    console.print()


# Several


def _compare(found: Backtests, console: Console) -> None:
    """Rule sets side by side, and whether no rules reproduce history."""
    names = [clean(result.rule_set, 24) for result in found.results]
    table = _table("Side by side", *names)
    rows = (
        ("kept", [_share(r.ends.kept, r.ends) for r in found.results]),
        ("deferred", [_share(r.ends.deferred, r.ends) for r in found.results]),
        ("overtaken", [_share(r.ends.overtaken, r.ends) for r in found.results]),
        ("stopped", [_share(r.ends.stopped, r.ends) for r in found.results]),
        ("never", [_share(r.ends.never, r.ends) for r in found.results]),
        ("customers spared", [number(r.customers.spared) for r in found.results]),
        ("customers silenced", [number(r.customers.silenced) for r in found.results]),
        ("longest wait in hours", [number(r.delays.longest_hours or 0) for r in found.results]),
        ("waiting at most", [number(r.backlog.peak) for r in found.results]),
        ("busiest week, most", [number(r.pressure.most_after) for r in found.results]),
    )
    for label, cells in rows:
        table.add_row(label, *cells)
    console.print(table)
    calibration = found.calibration
    if calibration is not None:
        verb = "keep" if calibration.kept == calibration.asked else "do NOT keep"
        _line(console, f"Calibration: no rules {verb} all {counted(calibration.asked, 'contact')} where they were.")
        console.print()
