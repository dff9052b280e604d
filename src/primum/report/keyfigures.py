"""The figures of the first screen, for the page and the terminal alike.

Owns which figures come first and how they are worded. Refuses to compute: each is one field of the records.
"""

from primum.audit.results import AuditResult
from primum.report.blocks import Figure
from primum.report.names import Names
from primum.report.phrases import counted, number, percent, percent_of
from primum.report.rules import severity_figure

WEEK_LINE = 3
"""The first screen names the share of customers above this many contacts in their busiest week."""

NO_CONTENT = "no contact carries a content"
ONE_DEPARTMENT = "fewer than two departments are recorded"


def several_departments(result: AuditResult) -> bool:
    """Whether anything can be said across departments."""
    return len([d for d in result.departments if d.department is not None]) > 1


def key_figures(result: AuditResult) -> tuple[Figure, ...]:
    """The figures in the order they are read."""
    return (
        *severities(result),
        *_volumes(result),
        *_pressure(result),
        *_repeats(result),
        _meetings(result),
        _unregistered(result),
    )


def severities(result: AuditResult) -> tuple[Figure, ...]:
    """Contacts against the rules, by the three severities, which are never added up."""
    return tuple(severity_figure(s) for s in result.against_rules.severities if s.rules)


def _volumes(result: AuditResult) -> tuple[Figure, ...]:
    v = result.volume
    known = f"of {counted(v.customers_known, 'known customer')}" if v.customers_known else "no customer list was given"
    return (
        Figure(number(v.contacts), "contacts attempted", f"{number(v.received)} received by customers"),
        Figure(
            number(v.pushed),
            "received contacts the company pushed",
            f"{number(v.asked_for)} were asked for by customers",
        ),
        Figure(number(v.customers_reached), "customers reached", known),
    )


def _span(result: AuditResult) -> str:
    """`; 1 Mar 2026 to 31 Aug 2026`, where figures across departments do not count all days."""
    span = Names(result).span
    return f"; {span}" if span else ""


def _pressure(result: AuditResult) -> tuple[Figure, ...]:
    p = result.pressure.overall
    across = result.headline.at_least and several_departments(result)
    if not p.customers:
        return (_blind("contacts in one customer's busiest 7 days", "no received contact names its customer"),)
    above = percent(p.above[WEEK_LINE - 1]) if len(p.above) >= WEEK_LINE else "–"
    return (
        Figure(
            number(p.week_max),
            "contacts in 7 days, for the worst-hit customer",
            f"pushed and received{_span(result)}",
            across,
        ),
        Figure(
            above,
            f"of customers had more than {WEEK_LINE} contacts in 7 days",
            f"of {counted(p.customers, 'customer')} who received one or more{_span(result)}",
            across,
        ),
    )


def _repeats(result: AuditResult) -> tuple[Figure, ...]:
    d = result.duplicates
    within, between = "exact repeats within a department", "exact repeats between departments"
    if not d.checked:
        return (_blind(within, NO_CONTENT), _blind(between, NO_CONTENT))
    first = Figure(number(d.within), within, f"{counted(d.within_customers, 'customer')}, within {d.window_days} days")
    if not several_departments(result):
        return (first, _blind(between, ONE_DEPARTMENT))
    return (
        first,
        Figure(
            number(d.between),
            between,
            f"{counted(d.between_customers, 'customer')}, within {d.window_days} days{_span(result)}",
            result.headline.at_least,
        ),
    )


def _meetings(result: AuditResult) -> Figure:
    m, label = result.meetings, "customer-days with two departments or more"
    if not several_departments(result):
        return _blind(label, ONE_DEPARTMENT)
    return Figure(
        number(m.several),
        label,
        f"of {number(m.customer_days)} days with a contact{_span(result)}",
        result.headline.at_least,
    )


def _unregistered(result: AuditResult) -> Figure:
    v = result.volume
    share = percent_of(v.unregistered, v.contacts)
    return Figure(
        number(v.unregistered_communications),
        "communications nobody registered",
        f"{share} of contacts ({number(v.unregistered)}) belong to no registered communication",
    )


def _blind(label: str, why: str) -> Figure:
    return Figure("not checkable", label, f"because {why}", checkable=False)
