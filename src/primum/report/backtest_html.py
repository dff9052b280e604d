"""A backtest as one HTML file: the audit's page, style and rules, with what a rule set would have done.

Owns the first screen and the order of the sections. Refuses arithmetic: every figure is a field of the records.
"""

from pathlib import Path

from primum.backtest.results import BacktestResult, Backtests
from primum.report.backtest_sections import build_sections
from primum.report.blocks import Cover, Figure, Figures
from primum.report.files import write_whole
from primum.report.html import render_page
from primum.report.phrases import clean, counted, day, name, number, percent_of
from primum.words.errors import MissingExtraError

CAUTION = "What did not happen cannot be counted: customers might have answered otherwise had they heard less."


def write_backtest_html(found: Backtests, path: Path) -> None:
    """Write the page to `path`, whole or not at all."""
    write_whole(path, render_backtest_html(found))


def render_backtest_html(found: Backtests) -> str:
    """The page as a text: the first rule set in full, the others beside it.

    Raises: MissingExtraError.
    """
    try:
        return render_page(_cover(found), build_sections(found))
    except ImportError as missing:
        raise MissingExtraError(
            f"The report needs '{missing.name}', which is not installed. Run: pip install 'primum[report]'"
        ) from missing


def _cover(found: Backtests) -> Cover:
    result = found.results[0]
    opening, *further = _sentences(result)
    return Cover(
        company=name(found.company),
        period=_period(result),
        promise="",
        facts=_facts(found),
        departments=(),
        opening=opening,
        sentences=(*further, CAUTION),
        figures=Figures(_figures(result)),
        story=None,
        caution="",
        classification="",
        footer=_footer(found),
        kind="backtest",
        asks=("What these rules would have done at", ""),
    )


def _period(result: BacktestResult) -> str:
    return f"{day(result.first_day)} to {day(result.last_day)}" if result.first_day else "no contacts"


def _sentences(result: BacktestResult) -> list[str]:
    ends, people = result.ends, result.customers
    found = [
        f"Of {counted(ends.asked, 'contact')}, {number(ends.kept)} ({percent_of(ends.kept, ends.asked)}) would have"
        f" gone out as they did, {number(ends.deferred)} ({percent_of(ends.deferred, ends.asked)}) later,"
        f" and {number(ends.stopped)} ({percent_of(ends.stopped, ends.asked)}) not at all.",
        f"Of {counted(people.asked, 'customer')}, {number(people.spared)} would have been spared a contact or more,"
        f" and {number(people.silenced)} would have heard nothing any more.",
    ]
    if ends.never:
        found.append(
            f"{counted(ends.never, 'contact')} ({percent_of(ends.never, ends.asked)}) should never have been made"
            " (opted out and the like): counted apart from those stopped."
        )
    if ends.overtaken:
        found.append(
            f"{counted(ends.overtaken, 'contact')} would have waited, and an opt-out, a complaint or the like came"
            " first: not sent."
        )
    return found


def _figures(result: BacktestResult) -> tuple[Figure, ...]:
    e = result.ends
    told = (
        (e.kept, "contacts kept", "sent when they were sent"),
        (e.deferred, "contacts deferred", "sent later, once no rule is broken"),
        (e.overtaken, "contacts overtaken", "while they waited"),
        (e.stopped, "contacts stopped", "a rule that cannot be waited for"),
        (e.never, "never-events stopped", "of rules of severity never"),
    )
    shares = [
        Figure(number(part), label, f"{percent_of(part, e.asked)} of contacts; {remark}")
        for part, label, remark in told
    ]
    people = result.customers
    of = f"of {counted(people.asked, 'customer')} contacted"
    return (*shares, Figure(number(people.spared), "customers spared a contact or more", of))


def _facts(found: Backtests) -> tuple[tuple[str, str], ...]:
    first, *others = found.results
    compared = (("Compared with", ", ".join(name(r.rule_set) for r in others)),) if others else ()
    return (
        ("Rules", f"{name(first.rule_set)} ({counted(len(first.rules), 'rule')})"),
        *compared,
        ("Period", _period(first)),
        ("Asked about", f"{counted(first.ends.asked, 'contact')} to {counted(first.customers.asked, 'customer')}"),
    )


def _footer(found: Backtests) -> tuple[str, ...]:
    m = found.method
    made = f"Made by Primum {clean(m.primum_version, 40)} as of {clean(m.as_of, 40)}; days in {clean(found.zone, 60)}."
    return (made, "Nothing was sent, and nothing was changed.", "This file loads nothing from a network.")
