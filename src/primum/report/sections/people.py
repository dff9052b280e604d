"""The most contacted people, as timelines a person can read.

Owns this section. Refuses to show more than the records do: they are masked there, not here.
"""

from primum.audit.results import AuditResult, Person
from primum.report.blocks import Figure, Section, Timeline, Verdict
from primum.report.cells import days
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, number


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
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


def _person(person: Person, names: Names, position: int) -> Timeline:
    week = f"{day(person.busiest_week_first)} to {day(person.busiest_week_last)}"
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
