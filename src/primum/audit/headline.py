"""The first screen in plain sentences: what to read when nothing else is read.

Owns the wording of the headline. Refuses figures that another finding does not hold.
"""

from datetime import datetime

from primum.audit import results as r


def number(value: int) -> str:
    """A count with thousands separators."""
    return f"{value:,}"


def plural(value: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share as people say it: never 0% of something that happened, never 100% of nearly all."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"


def day(iso: str) -> str:
    """A date as people write it."""
    date = datetime.fromisoformat(iso)
    return f"{date.day} {date:%B %Y}"


def headline(
    period: r.Period | None,
    volume: r.Volume,
    departments: tuple[r.DepartmentFigures, ...],
    pressure: r.Pressure,
    duplicates: r.Duplicates,
    meetings: r.Meetings,
    offers: r.LiveOffers,
    silos: r.Silos,
    story: tuple[str, ...],
    common: r.CommonPeriod | None = None,
) -> r.Headline:
    """Put the findings into sentences, most general first."""
    if period is None:
        return r.Headline(("No contacts were found in the sources.",), (), False)
    named = sum(1 for d in departments if d.department is not None)
    strangers = any(p.a_recognisable < p.a_customers or p.b_recognisable < p.b_customers for p in silos.pairs)
    at_least = bool(volume.unlinked) or strangers or (common is None and named > 1)
    least = "At least " if at_least else ""
    sentences = [
        f"{plural(named, 'department')} sent {plural(volume.contacts, 'contact')} to "
        f"{plural(volume.customers_reached, 'customer')} between {day(period.first)} and {day(period.last)}."
    ]
    if volume.asked_for:
        sentences.append(
            f"Customers asked for {number(volume.asked_for)} of them themselves; the other {number(volume.pushed)} "
            "that arrived were pushed by the company."
        )
    if common is not None and common.outside and named > 1:
        sentences.append(_common(common))
    p = pressure.overall
    if p.customers:
        sentences.append(
            f"The most contacted 1% of customers received {percent(p.top_one_percent_share)} of what was pushed; the "
            f"most in any 7 days was {plural(p.week_max, 'message')} to one customer."
        )
    repeats = duplicates.within + duplicates.between
    if repeats:
        sentences.append(
            f"{least}{plural(repeats, 'message')} said exactly the same again within {duplicates.window_days} days, "
            f"{number(duplicates.between)} of them from another department."
        )
    if meetings.several:
        sentences.append(
            f"{least}{plural(meetings.several, 'time')} a customer heard from two or more departments on one day "
            f"({plural(meetings.customers, 'customer')}, up to {meetings.most_departments} departments)."
        )
    if offers.pairs:
        sentences.append(
            f"{plural(offers.customers, 'customer')} held two or more live offers at once, up to {offers.most_at_once}."
        )
    if volume.contacts:
        sentences.append(_owners(volume))
    return r.Headline(tuple(sentences), story, at_least)


def _common(common: r.CommonPeriod) -> str:
    """When figures across departments hold, in a sentence."""
    spared = f" (small ones apart: {', '.join(common.left_out)})" if common.left_out else ""
    return (
        f"What is said across departments holds for {day(common.first)} to {day(common.last)}, when all "
        f"{number(len(common.departments))} departments' data are here{spared}."
    )


def _owners(volume: r.Volume) -> str:
    if not volume.without_owner:
        return "Every contact belongs to a registered communication with an owner."
    share = percent(volume.without_owner / volume.contacts)
    said = f"{share} of contacts ({number(volume.without_owner)}) belong to a communication that nobody owns"
    if not volume.unregistered:
        return f"{said}."
    unregistered = percent(volume.unregistered / volume.contacts)
    if not volume.unregistered_communications:
        return f"{said}; {unregistered} of contacts name no communication at all."
    named = plural(volume.unregistered_communications, "communication is", "communications are")
    return f"{said}; {named} in no register: {unregistered} of contacts ({number(volume.unregistered)})."
