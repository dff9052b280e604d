"""After an opt-out: who still sent, how long, and how much.

Owns this section. Refuses to call opt-outs kept where no source tells of any.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, LagFigures, OptOutLag
from primum.report.blocks import Block, Cell, Column, Figure, Figures, Prose, Section, Table, Verdict
from primum.report.cells import cut, number_cell, numbers, texts
from primum.report.names import Names
from primum.report.phrases import counted, name, number, percent_of

TITLE = "After an opt-out"
_LEAD = (
    "When a customer opts out, how long do others go on? Counted is what advertises, sells or surveys (or the message"
    " class, channel, topic or brand that the opt-out names) and was still sent behind it, until it ended or the"
    " customer opted in again. A bounced attempt counts as well."
)
_COLUMNS = numbers(
    "Opt-outs not heeded",
    "Customers",
    "Contacts behind them",
    "Within 48 hours",
    "Within 10 working days",
    "Later",
    "Half went on for",
    "1 in 20 went on for",
)


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    o = result.opt_out_lag
    return Section("opt-outs", TITLE, TITLE, _LEAD, tuple(_blocks(o, names)))


def _blocks(o: OptOutLag, names: Names) -> Iterator[Block]:
    if not o.opt_outs and not o.undated:
        why = "because no source tells of opt-outs. Map them as responses (`opted_out`) or as states."
        yield Verdict("not checkable", "What follows an opt-out", why)
        return
    if o.undated:
        why = "because it is not known since when they hold: no lag can be told from them."
        yield Verdict("not checkable", counted(o.undated, "opt-out"), why)
    if o.opt_outs and (o.overall is None or not o.contacts):
        yield Verdict("none found", "Contacts behind an opt-out", f"{counted(o.opt_outs, 'opt-out')} were followed up.")
    elif o.overall is not None:
        yield _figures(o, o.overall)
        yield _table("By who still sent", o.by_sender, names)
        yield _table("By who still sent, and through which channel", o.by_channel, names, channel=True)
        if len(o.receivers) > 1:
            yield _table("By whom the opt-out was given to", o.by_receiver, names, receiver=True)
    if o.overall is not None and o.overall.same_day:
        same = counted(o.overall.same_day, "contact")
        said = f"{same} on the opt-out's own day, where the time of one is not known, may lie before it: told apart."
        yield Prose(said, small=True)


def _figures(o: OptOutLag, all_: LagFigures) -> Figures:
    return Figures(
        (
            Figure(
                number(o.not_kept),
                "opt-outs behind which something was still sent",
                f"{percent_of(o.not_kept, o.opt_outs)} of {counted(o.opt_outs, 'dated opt-out')}",
            ),
            Figure(number(o.contacts), "contacts behind an opt-out", counted(o.customers, "customer")),
            Figure(number(all_.within_48_hours), "of them within 48 hours", ""),
            Figure(number(all_.within_10_working_days), "after that, within 10 working days", "Monday to Friday"),
            Figure(number(all_.later), "later than 10 working days", ""),
            Figure(lasted(all_.median_hours), "half of these went on at least so long", "to the last contact behind"),
        )
    )


def lasted(hours: int | None) -> str:
    """Hours as people say them: hours up to two days, then days."""
    if hours is None:
        return "–"
    if hours < 1:
        return "under an hour"
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")


def _table(
    caption: str, figures: tuple[LagFigures, ...], names: Names, *, channel: bool = False, receiver: bool = False
) -> Table:
    heads: tuple[Column, ...] = texts("Still sent by")
    if channel:
        heads += texts("Channel")
    if receiver:
        heads = (*texts("Opt-out given to"), *heads)
    rows, note = cut(
        [_row(f, names, channel, receiver) for f in figures], "From an opt-out to the last contact behind."
    )
    return Table(caption, (*heads, *_COLUMNS), rows, note, folded=channel)


def _row(f: LagFigures, names: Names, channel: bool, receiver: bool) -> tuple[Cell, ...]:
    first = [names.department_cell(f.sender)]
    if channel:
        first.append(names.plain_cell(f.channel))
    if receiver:
        told = names.department(f.receiver) if f.receiver else ""
        first.insert(0, Cell(name(f.source or ""), remark=told))
    return (
        *first,
        number_cell(f.opt_outs),
        number_cell(f.customers),
        number_cell(f.contacts),
        number_cell(f.within_48_hours),
        number_cell(f.within_10_working_days),
        number_cell(f.later),
        *(Cell(lasted(h), sort=float(-1 if h is None else h)) for h in (f.median_hours, f.p95_hours)),
    )
