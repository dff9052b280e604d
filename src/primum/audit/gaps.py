"""Gaps that coverage and warnings tell of, as blind spots: what is missing, what it does to the figures, the cure.

Owns their wording. Refuses to count: coverage and the sources did.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from primum.audit import results as r
from primum.audit.headline import day


def of_coverage(coverage: r.Coverage, departments: Sequence[str]) -> Iterator[r.BlindSpot]:
    """What lies outside the common period, is out of date, missing in between, or differs from the senders' books.

    Args:
        departments: those whose contacts reached somebody.
    """
    if coverage.common is None and len(departments) > 1:
        yield r.BlindSpot(
            "no_common_period",
            "There is no day of which all departments' contacts are here: their exports tell of different times",
            1,
            "gap",
            "Export the same months from every department.",
            None,
            "Figures across departments hold the whole time, and are far too low.",
            "too low",
        )
    elif coverage.common is not None and coverage.common.outside and len(departments) > 1:
        yield r.BlindSpot(
            "outside_common_period",
            "Contacts on days of which not all departments' data are here",
            coverage.common.outside,
            "contacts",
            _longer(coverage.common),
            None,
            "They count in figures of one department, and in no figure across departments.",
            "too low",
        )
    yield from (_stale(s) for s in coverage.sources if s.stale_by_days)
    yield from (_undatable(s) for s in coverage.sources if s.fresh and s.stale_by_days is None)
    yield from (_holes(s) for s in coverage.sources if s.holes)
    yield from (_unsettled(c) for c in coverage.control if not c.settled)


def _longer(common: r.CommonPeriod) -> str:
    """What would lengthen the common period."""
    late, early = (
        " and ".join(d[:3]) + (" and others" if len(d) > 3 else "") for d in (common.begin_last, common.end_first)
    )
    said = f"the days in common begin with {late} on {day(common.first)} and end with {early} on {day(common.last)}"
    return f"Export the same months from every department: {said}."


def _stale(source: r.SourceCoverage) -> r.BlindSpot:
    return r.BlindSpot(
        "stale",
        f"The newest row is of {source.newest}; it may be {source.fresh} old",
        source.stale_by_days or 0,
        "day" if source.stale_by_days == 1 else "days",
        "Export it again.",
        source.source,
        "What was said since then is missing from every figure.",
        "too low",
    )


def _undatable(source: r.SourceCoverage) -> r.BlindSpot:
    return r.BlindSpot(
        "freshness_unknown",
        "Nothing tells how old the rows are, though `fresh:` is stated",
        1,
        "source",
        "Map a date, or take `fresh:` out.",
        source.source,
        "Whether it is up to date could not be checked.",
        "unchecked",
    )


def _holes(source: r.SourceCoverage) -> r.BlindSpot:
    weeks = len(source.holes)
    shown = ", ".join(source.holes[:3]) + (" ..." if weeks > 3 else "")
    return r.BlindSpot(
        "holes",
        f"Weeks without a row, where the usual week has {source.usual:,} (beginning {shown})",
        weeks,
        "week" if weeks == 1 else "weeks",
        "Ask the sender whether nothing was sent, or whether a file is missing.",
        source.source,
        "If something was sent, every figure of these weeks is too low.",
        "too low",
    )


def _month(month: str) -> str:
    """`April 2026` for `2026-04`."""
    return f"{datetime.fromisoformat(f'{month}-01'):%B %Y}"


def _unsettled(line: r.ControlLine) -> r.BlindSpot:
    more = line.difference > 0
    than = "more" if more else "fewer"
    return r.BlindSpot(
        "control",
        f"{_month(line.month)}: {line.held:,} contacts are here, the sender's own total is {line.control:,}",
        abs(line.difference),
        f"contacts {than}",
        "Look for a file that was read twice, or for test messages the sender does not bill."
        if more
        else "Look for a missing file; compare the days at both ends of the month and the rejected rows.",
        line.source,
        "Figures of that month may be too high." if more else "Figures of that month are too low.",
        "unsure" if more else "too low",
    )


def of_warnings(coverage: r.Coverage) -> Iterator[r.BlindSpot]:
    """What looks like an accident in an export."""
    for w in coverage.warnings:
        where = " ".join(
            part for part in (f"column {w.column}" if w.column else "", f"in {w.file}" if w.file else "") if part
        )
        low = w.kind in ("cut_off", "scientific_notation", "point_zero", "eaten_zeros", "emptied_column")
        yield r.BlindSpot(
            f"warning_{w.kind}",
            w.what + (f" ({where})" if where and w.kind not in ("lacking_columns", "two_types") else ""),
            max(w.count, 1),
            "rows" if w.count else "column",
            w.cure,
            w.source,
            _EFFECTS.get(w.kind, ""),
            "too low" if low else "unsure",
        )


_APART = "These customers are counted apart from themselves: figures across departments are too low."
_EFFECTS = {
    "cut_off": "What was cut off is missing from every figure.",
    "same_file": "Volumes and repeats may be too high.",
    "lacking_columns": "Figures that need these columns leave the file's rows out.",
    "two_types": "None, unless the two types write one value differently.",
    "replaces_nothing": "None, if the old file is gone; else its rows count beside the corrected ones.",
    "read_as_days": "Days are right; gaps of hours cannot be checked.",
    "empty_column": "Figures that need this column leave the source out.",
    "scientific_notation": _APART,
    "point_zero": _APART,
    "eaten_zeros": _APART,
    "phones_without_country": _APART,
    "phones_without_plus": _APART,
    "garbled_text": "Equal texts may look different, so that repeats stay unseen.",
    "ambiguous_dates": "Contacts may stand on wrong days: weeks, months and meetings with them.",
    "emptied_column": "Figures that need this column leave the file's rows out.",
    "changed_column": "Figures that need this column may mix two meanings.",
    "other_words": "Figures by this column may show one thing under two names.",
    "totals_row": "A total may count as a contact.",
    "all_at_midnight": "Days are right; gaps of hours are not.",
    "one_stamp": "Days are right; gaps of minutes and hours are the job's.",
    "in_the_future": "These contacts may stand on wrong days.",
}
"""What each kind of warning does to the figures."""
