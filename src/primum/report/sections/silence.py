"""Silence and its opposite: unanswered, unwelcomed, unheard; too much; and who can still be reached.

Owns this section. Refuses to call something clean that no source could show.
"""

from collections.abc import Iterator, Sequence

from primum.audit.results import AuditResult, Owed, Questions, Reachability, SilenceRule, Unheard, Waste
from primum.report.blocks import (
    Block,
    Cell,
    Figure,
    Figures,
    Heading,
    Matrix,
    MatrixCell,
    MatrixRow,
    Prose,
    Section,
    Table,
    Verdict,
)
from primum.report.cells import cut, day_cell, number_cell, numbers, sentences, shaded, text_cell, texts
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, listed, name, number, percent_of

TITLE = "Silence, and too much"
_LEAD = (
    "Silence does harm too: a complaint that nobody answers, a first purchase without a welcome, a good customer who"
    " hears nothing. The opposite is waste: many messages to somebody who gives no sign of life."
)
_ANSWERS = (
    "An answer is a later message of class service that was received, or a contact that the customer asked for, over"
    " any channel; a complaint is answered too when it is closed."
)


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None in an audit that asked nothing at the end of the history."""
    s = result.silence
    if s.end is None:
        return None
    blocks: list[Block] = [Prose(f"All of this is as of {day(s.end)}.", small=True), *_rules(s.rules)]
    blocks += [Heading("Questions and complaints"), Prose(_ANSWERS, small=True)]
    for questions in s.questions:
        blocks += _questions(questions, names)
    blocks += [Heading("Welcomes, notices, and good customers who hear nothing")]
    blocks += [_owed(o) for o in s.owed] + [_unheard(u) for u in s.unheard]
    blocks += [Heading("Too much, and no sign of life"), _waste(s.waste)]
    blocks += [Heading("Who could still be contacted"), *_reachability(s.reachability, names)]
    return Section("silence", TITLE, "Silence and waste", _LEAD, tuple(blocks))


def _rules(rules: Sequence[SilenceRule]) -> Iterator[Block]:
    """The rules that ask for contacts."""
    if not rules:
        return
    yield Heading("Rules that ask for contacts")
    found = [r for r in rules if r.outcome == "found"]
    if found:
        columns = (
            sentences("Rule"),
            *numbers("Heard too little", "Heard nothing", "Of customers it means", "Unsure, apart", "Too new, apart"),
            *texts("Owner"),
        )
        rows, note = cut([_rule(r) for r in found], "Counted in the window before the last day; severities as stated.")
        yield Table("Customers who heard less than a rule asks for", columns, rows, note)
    for rule in rules:
        said = clean(rule.says, 200).rstrip(".")
        if rule.outcome == "none":
            yield Verdict("none found", said, f"{counted(rule.customers, 'customer')} heard enough ({rule.within}).")
        elif rule.outcome == "not checkable":
            yield Verdict("not checkable", said, f"because {clean(rule.why_not, 300)}.")


def _rule(r: SilenceRule) -> tuple[Cell, ...]:
    remark = f"{clean(r.rule, 80)}; {r.severity}; at least {number(r.at_least)} within {clean(r.within, 40)}"
    return (
        Cell(name(r.says), remark=remark + ("; monitor only" if r.monitor_only else "")),
        Cell(number(r.short), sort=float(r.short), remark=percent_of(r.short, r.customers)),
        number_cell(r.none_at_all),
        number_cell(r.customers),
        number_cell(r.unsure),
        number_cell(r.too_new),
        text_cell(r.owner, "nobody"),
    )


def _questions(q: Questions, names: Names) -> Iterator[Block]:
    what, many = q.what, f"{q.what}s"
    if q.outcome == "not checkable":
        yield Verdict("not checkable", f"Unanswered {many}", f"because {clean(q.why_not, 300)}.")
        return
    if not q.unanswered:
        said = f"None of {number(q.asked)} is unanswered" if q.asked else "There were none"
        yield Verdict("none found", f"Unanswered {many}", f"{said}{_still(q)}.")
    else:
        yield Figures(
            (
                Figure(number(q.unanswered), f"{many} nobody has answered", counted(q.customers, "customer")),
                Figure(percent_of(q.in_time, q.asked), f"answered within {q.days} days", f"of {number(q.asked)}"),
                Figure(percent_of(q.within_a_day, q.asked), "answered within a day", ""),
                Figure(number(q.late), "answered later", _still(q).lstrip("; ")),
            )
        )
    if q.oldest:
        columns = (*texts("Customer", "Since"), *numbers("Days"), *texts("Channel"), *numbers("Pushed meanwhile"))
        rows = tuple(
            (
                Cell(clean(u.customer, 60)),
                day_cell(u.day),
                number_cell(u.days),
                names.plain_cell(u.channel),
                number_cell(u.pushed_since),
            )
            for u in q.oldest
        )
        yield Table(
            f"The {what}s that have waited longest", columns, rows, "Messages that the company pushed meanwhile."
        )


def _still(q: Questions) -> str:
    return f"; {number(q.waiting)} not yet {q.days} days old" if q.waiting else ""


def _owed(o: Owed) -> Verdict:
    welcome = o.what == "welcome"
    what = "First purchases with no welcome" if welcome else "Renewals with no notice"
    if o.outcome == "not checkable":
        return Verdict("not checkable", what, f"because {clean(o.why_not, 300)}.")
    counts = f"What counts: {listed([name(c) for c in o.communications], 5) or 'what is filed so'}."
    when = f"within {o.days} days" if welcome else f"in the {o.days} days before"
    if o.outcome == "none":
        return Verdict("none found", what, f"All {number(o.due)} had one {when}. {counts}")
    return Verdict("found", f"{number(o.missed)} {what[0].lower()}{what[1:]}", f"Of {number(o.due)}, {when}. {counts}")


def _unheard(u: Unheard) -> Verdict:
    what = f"Valued customers who received nothing for {u.days} days"
    if u.outcome == "not checkable":
        return Verdict("not checkable", what, f"because {clean(u.why_not, 300)}.")
    by = "what they spent" if u.valued_by == "value" else "days with a purchase"
    allowed = "have given consent" if u.allowed_by == "consent" else "have not opted out of anything"
    whom = f"Valued: the top fifth of buyers by {by}; asked of those who {allowed}."
    if u.outcome == "none":
        return Verdict("none found", what, f"All {number(u.customers)} heard something. {whom}")
    said = f"{number(u.unheard)} {what[0].lower()}{what[1:]}"
    return Verdict("found", said, f"Of {number(u.customers)}, {percent_of(u.unheard, u.customers)}. {whom}")


def _waste(w: Waste) -> Block:
    what = f"{w.messages} messages or more in {w.days} days, and no sign of life"
    if w.outcome == "not checkable":
        return Verdict("not checkable", what, f"because {clean(w.why_not, 300)}.")
    if w.outcome == "none":
        return Verdict(
            "none found", what, f"{counted(w.many, 'customer')} received so many; all of them did something."
        )
    share = percent_of(w.customers, w.many)
    return Figures(
        (
            Figure(number(w.customers), f"customers: {what}", f"{share} of {number(w.many)} who received so many"),
            Figure(number(w.contacts), "messages they received in these days", "a bounce is no sign of life"),
        )
    )


def _reachability(r: Reachability, names: Names) -> Iterator[Block]:
    if r.outcome == "not checkable":
        yield Verdict(
            "not checkable", "Who could still be contacted", "because no contact names its channel and class."
        )
        return
    advertised = f"{percent_of(r.anywhere, r.customers)} of {counted(r.customers, 'customer')}"
    yield Prose(
        f"{number(r.anywhere)} ({advertised}) can still be advertised to, sold to or surveyed over some channel: their"
        " address is known and works as far as we know, they are not gone, and they have not opted out of it."
    )
    for known, what in ((r.opt_outs_known, "opt-outs"), (r.dead_known, "dead addresses")):
        if not known:
            yield Verdict("not checkable", f"Who is out of reach by {what}", f"because no source tells of {what}.")
    yield _matrix(r, names)
    columns = (
        *texts("Channel", "Message class"),
        *numbers("Reachable", "Opted out", "Address dead", "No address", "Gone", "Of the reachable with consent"),
    )
    rows, note = cut(
        [
            (
                names.plain_cell(f.channel),
                names.plain_cell(f.purpose),
                number_cell(f.reachable),
                number_cell(f.opted_out),
                number_cell(f.dead_address),
                number_cell(f.no_address),
                number_cell(f.gone),
                number_cell(f.with_consent),
            )
            for f in r.channels
        ],
        "Each customer stands in one column. An address is known by an identifier, or because something arrived there.",
    )
    yield Table("Why the others cannot be reached", columns, rows, note, folded=True)


def _matrix(r: Reachability, names: Names) -> Matrix:
    classes = tuple(dict.fromkeys(f.purpose for f in r.channels))
    reachable = {(f.channel, f.purpose): f.reachable for f in r.channels}

    def cell(channel: str, purpose: str) -> MatrixCell:
        customers = reachable.get((channel, purpose), 0)
        return shaded(customers, r.customers, percent_of(customers, r.customers))

    rows = tuple(
        MatrixRow(names.plain(channel), "", tuple(cell(channel, purpose) for purpose in classes))
        for channel in dict.fromkeys(f.channel for f in r.channels)
    )
    titles = tuple(names.plain(c) for c in classes)
    return Matrix("Customers who could still be contacted", "Channel", titles, rows, "Counted in customers.")
