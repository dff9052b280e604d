"""Ten customers as timelines a person can read: a never-event, a clash, a silence, and those who hear most.

Owns this section. Refuses to show more than the records do: they are masked there, not here.
"""

from collections.abc import Sequence
from dataclasses import replace

from primum.audit.results import AuditResult, Person, WorstCustomer
from primum.report.blocks import Figure, Section, Timeline, Verdict
from primum.report.cells import days
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, number


def build(result: AuditResult, names: Names) -> Section:
    """The section: the ten that were chosen for what is wrong, else the most contacted."""
    if result.worst:
        return _worst(result.worst, names)
    people = result.people
    title = "The most contacted customers" if len(people) != 10 else "Ten customers"
    if not people:
        why = "because no received contact names its customer."
        return Section("people", title, "Ten customers", "", (Verdict("not checkable", "Timelines", why),))
    lead = (
        "The customers who hear most, day by day: what a customer sees and no department does. Hollow marks are"
        " contacts the customer asked for; arrows are what the customer did."
    )
    timelines = tuple(_person(person, names, i) for i, person in enumerate(people))
    return Section("people", title, "Ten customers", lead, timelines)


_CHOSEN = {
    "never-event": "a message that should never have been sent",
    "clash": "departments that clash",
    "silence": "somebody whom nobody answered",
    "pressure": "most messages in 7 days",
}


def _worst(worst: Sequence[WorstCustomer], names: Names) -> Section:
    title = "Ten customers" if len(worst) == 10 else f"{counted(len(worst), 'customer')} to look at"
    lead = (
        "A never-event, a clash and a silence, where there are any, and the customers who hear most: what a customer"
        " sees and no department does. Each line says which rules that message was against, judged by what had really"
        " been sent before it. Hollow marks are contacts the customer asked for; arrows are what the customer did."
    )
    missing = [_CHOSEN[kind] for kind in ("never-event", "clash", "silence") if all(kind not in w.why for w in worst)]
    note = [Verdict("none found", f"Nobody here for {what}") for what in missing]
    timelines = (_chosen(w, names, i) for i, w in enumerate(worst))
    return Section("people", title, "Ten customers", lead, (*timelines, *note))


def _chosen(worst: WorstCustomer, names: Names, position: int) -> Timeline:
    told = _person(worst.person, names, position)
    return replace(told, title=f"{told.title}: {_CHOSEN[worst.why[0]]}")


def _person(person: Person, names: Names, position: int) -> Timeline:
    first, last = person.busiest_week_first, person.busiest_week_last
    week = f"{day(first)} to {day(last)}" if first else ""
    departments = "department" if person.departments == 1 else "departments"
    figures = (
        Figure(number(person.contacts), "contacts", "in the whole period", names.at_least),
        Figure(number(person.departments), departments, "", names.at_least),
        Figure(number(person.busiest_week), "in the busiest 7 days", week, names.at_least),
        Figure(number(person.most_on_one_day), "on one day", "the most", names.at_least),
    )
    left_out = person.shown < person.contacts
    note = f"{counted(person.shown, 'contact or response', 'contacts and responses')} shown"
    note += "; the rest is left out for length." if left_out else "."
    return Timeline(
        clean(person.customer, 60),
        clean(person.summary, 600),
        figures,
        days(names, person.timeline),
        note,
        open=position == 0,
    )
