"""What could not be seen: every gap between the company's contacts and what its files say, counted, with a cure.

Owns the blind spots and the lines about sources. Refuses to soften: a figure nobody supplied is named as such.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from primum.audit import results as r
from primum.audit.findings import Ground, recognition
from primum.audit.masking import Mask
from primum.audit.sweep import SENDING
from primum.history.manifest import SourceEntry
from primum.words.time import from_us

USED = ("channel", "purpose", "communication", "content", "status", "initiated", "valid_until", "cost", "department")


def sources(ground: Ground) -> tuple[r.SourceFigures, ...]:
    """One line a source."""
    return tuple(
        r.SourceFigures(
            s.name,
            s.kind,
            s.department,
            tuple(r.FileFigures(f.name, f.bytes, f.rows, f.rejected) for f in s.files),
            s.rows,
            s.rejected,
            s.unlinked,
            _day(s.first, s),
            _day(s.last, s),
            s.key_kinds,
            s.customers,
            s.found_in_master,
            _missing(ground, s),
            s.reject_file,
            s.folded,
            s.replaced,
            s.ignored,
        )
        for s in ground.frame.history.manifest.sources
    )


def _day(us: int | None, source: SourceEntry) -> str | None:
    """The day of an instant in the zone in which the source's dates are days."""
    return None if us is None else from_us(us).astimezone(ZoneInfo(source.zone)).date().isoformat()


def _missing(ground: Ground, source: SourceEntry) -> tuple[str, ...]:
    if source.kind not in SENDING:
        return ()
    found = [a for a in USED if a not in source.mapped]
    if source.department:
        found = [a for a in found if a != "department"]
    if any(c.unit_cost is not None for c in ground.strategy.channels.values()):
        found = [a for a in found if a != "cost"]
    if any(c.purpose for c in ground.strategy.communications.values()) and "communication" in source.mapped:
        found = [a for a in found if a != "purpose"]
    return tuple(found)


_ORDER = ("too low", "unsure", "unchecked", "nothing")
_FIRST = ("no_common_period", "one_sender", "stale", "control", "nothing_in_common")
"""Kinds that come first in their group, whatever they count."""


def blind_spots(ground: Ground, volume: r.Volume, coverage: r.Coverage) -> tuple[r.BlindSpot, ...]:
    """Everything that could not be seen: what bears on the figures most comes first, then what touches most rows."""
    groups = (
        _of_departments(ground, volume),
        _of_coverage(volume, coverage),
        _of_sources(ground),
        _of_contacts(ground, volume),
        _of_people(ground),
        _of_warnings(coverage),
    )
    spots = [spot for group in groups for spot in group if spot.count]

    def rank(spot: r.BlindSpot) -> tuple[int, int, int]:
        first = _FIRST.index(spot.kind) if spot.kind in _FIRST else len(_FIRST)
        return _ORDER.index(spot.bears), first, -spot.count

    return tuple(sorted(spots, key=rank))


def _of_coverage(volume: r.Volume, coverage: r.Coverage) -> Iterator[r.BlindSpot]:
    named = {s.department for s in coverage.sources if s.department}
    if coverage.common is None and len(named) > 1 and volume.contacts:
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
    elif coverage.common is not None and coverage.common.outside:
        yield r.BlindSpot(
            "outside_common_period",
            "Contacts on days of which not all departments' data are here",
            coverage.common.outside,
            "contacts",
            "Export the same months from every department.",
            None,
            "They count in figures of one department, and in no figure across departments.",
            "too low",
        )
    yield from (_stale(s) for s in coverage.sources if s.stale_by_days)
    yield from (_undatable(s) for s in coverage.sources if s.fresh and s.stale_by_days is None)
    yield from (_holes(s) for s in coverage.sources if s.holes)
    yield from (_unsettled(c) for c in coverage.control if not c.settled)


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


def _unsettled(line: r.ControlLine) -> r.BlindSpot:
    more = line.difference > 0
    than = "more" if more else "fewer"
    return r.BlindSpot(
        "control",
        f"{line.month}: {line.held:,} contacts are here, the sender's own total is {line.control:,}",
        abs(line.difference),
        f"contacts {than}",
        "Look for a file that was read twice, or for test messages the sender does not bill."
        if more
        else "Look for a missing file; compare the days at both ends of the month and the rejected rows.",
        line.source,
        "Figures of that month may be too high." if more else "Figures of that month are too low.",
        "unsure" if more else "too low",
    )


def _of_warnings(coverage: r.Coverage) -> Iterator[r.BlindSpot]:
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


def _of_sources(ground: Ground) -> Iterator[r.BlindSpot]:
    for s in ground.frame.history.manifest.sources:
        if s.rejected:
            yield r.BlindSpot(
                "rejected",
                "Rows that could not be read",
                s.rejected,
                "rows",
                "Mend the export or its mapping; the rows are in .primum/rejects/, each with its reason.",
                s.name,
                "They are missing from every figure.",
                "too low",
            )
        if s.repeated:
            yield r.BlindSpot(
                "repeated",
                "Rows that repeat another row's id, customer and instant; counted once",
                s.repeated,
                "rows",
                "Nothing to do, unless the export should not overlap.",
                s.name,
                "None: exports that overlap double nothing.",
                "nothing",
            )
        yield from _of_ids(s)
        if not s.rows and not s.rejected:
            yield r.BlindSpot(
                "empty",
                "The export holds no rows",
                1,
                "source",
                "Export it again, or take it out of the strategy.",
                s.name,
                "Whatever it should tell is missing from every figure.",
                "too low",
            )
        if s.unlinked:
            yield r.BlindSpot(
                "unlinked",
                "Rows without a customer: the key is empty, stands for none, or is shared by many",
                s.unlinked,
                "rows",
                "Export the customer's key with every row.",
                s.name,
                "They count in volumes; pressure, repeats and meetings are lower bounds.",
                "too low",
            )
        if s.found_in_master is not None and s.kind in SENDING and s.customers > s.found_in_master:
            yield r.BlindSpot(
                "not_in_master",
                "Customers that no customer master knows: what else they received stays apart",
                s.customers - s.found_in_master,
                "customers",
                "Bring the master up to date, or add the source that knows these keys.",
                s.name,
                "Figures across departments are lower bounds.",
                "too low",
            )
        if s.dates_are == "campaign_start":
            yield r.BlindSpot(
                "no_send_date",
                "No send date: the start of the campaign stands for it, so days and weeks are the campaigns'",
                s.rows,
                "rows",
                "Export the day each message was sent.",
                s.name,
                "Busiest weeks and same-day meetings may be off by the length of a campaign.",
                "unsure",
            )


MOSTLY = 0.01
"""Share of a source's rows from which folded rows that tell no new status cast doubt on its ids."""


def _of_ids(s: SourceEntry) -> Iterator[r.BlindSpot]:
    """Ids that may be none."""

    def spot(kind: str, what: str, count: int, cure: str, unit: str = "rows") -> r.BlindSpot:
        return r.BlindSpot(kind, what, count, unit, cure, s.name)

    doubtful = s.alike > max(10, MOSTLY * s.rows)
    yield spot(
        "id_is_no_id",
        "Rows with the id of another contact of the same customer, though none tells another status: counted once",
        s.alike if doubtful else 0,
        "What is mapped as `id` may name a campaign, not a contact: map the message's own number, or take `id` out.",
    )
    yield spot(
        "ids_of_several",
        "Ids that stand under more than one customer: each customer keeps a contact of their own",
        s.ids_of_several,
        "If one message cannot have two recipients, look at how the rows of one id name their customer.",
        "ids",
    )


def _of_contacts(ground: Ground, volume: r.Volume) -> Iterator[r.BlindSpot]:
    def spot(kind: str, what: str, count: int, cure: str, effect: str) -> r.BlindSpot:
        return r.BlindSpot(kind, what, count, "contacts", cure, None, effect, "unchecked")

    yield spot(
        "no_department",
        "No sender recorded",
        volume.without_department,
        "Say `department` for the source, or map it.",
        "Whom they met on one day, and whose repeat they are, could not be checked.",
    )
    yield spot(
        "no_channel",
        "No channel recorded",
        volume.without_channel,
        "Map `channel`, or give it as a constant.",
        "They stand under 'not recorded'.",
    )
    yield spot(
        "no_purpose",
        "No message class recorded: pushes and service cannot be told apart",
        volume.without_purpose,
        "Map `purpose`, or register the communication.",
        "They count as pushed, also where they are service.",
    )
    yield spot(
        "no_content",
        "No content recorded: such contacts are never found to be duplicates",
        volume.without_content,
        "Map `content` (a subject or text).",
        "Repeats among them are not counted.",
    )
    yield spot(
        "no_cost",
        "No cost known",
        volume.without_cost,
        "Give the channel a `unit_cost`.",
        "They are missing from every cost.",
    )
    look = ground.look
    day_only = look.columns["at_precision"].holds(lambda w: w == "day")
    yield spot(
        "day_only",
        "Only the day is known, not the time",
        int(ground.total.counts["tags"][day_only].sum()),
        "Export times with the dates: gaps of hours cannot be checked.",
        "Days, weeks and meetings are right; the order within a day and gaps of hours are not known.",
    )


def _of_people(ground: Ground) -> Iterator[r.BlindSpot]:
    manifest = ground.frame.history.manifest
    shared = [s for s in manifest.shared if s.customers > 0 or s.contacts]
    yield r.BlindSpot(
        "shared_identifiers",
        "Identifiers that name no one person (placeholders, addresses shared by many): they link nobody",
        len(shared),
        "identifiers",
        "See the list under silos.",
        None,
        "Contacts to them count in volumes, and as nobody's.",
        "nothing",
    )
    yield r.BlindSpot(
        "unreadable_zone",
        "Customers whose time zone cannot be read; the company's zone was used",
        ground.count("unreadable_zone"),
        "customers",
        "Use IANA names such as Europe/Paris.",
        None,
        "Their days may begin some hours early or late.",
        "unsure",
    )
    if not any(s.kind in ("responses", "events") for s in manifest.sources):
        yield r.BlindSpot(
            "no_responses",
            "No source of responses: what customers did with the contacts is unknown",
            1,
            "gap",
            "Add opens, clicks, purchases, opt-outs or complaints as a source of kind `responses`.",
            None,
            "Who never responded could not be checked.",
            "unchecked",
        )


def _of_departments(ground: Ground, volume: r.Volume) -> Iterator[r.BlindSpot]:
    recorded = [
        d for d, n in zip(ground.look.departments[:-1], ground.total.counts["department_reach"][:-1], strict=True) if n
    ]
    if len(recorded) == 1 and volume.contacts:
        yield r.BlindSpot(
            "one_sender",
            f"Only one sender's contacts are here ({recorded[0]}): who else contacts these customers is unknown",
            1,
            "department",
            "Add the exports of the other departments.",
            None,
            "What lands on one customer is a lower bound; nothing can be said about meetings.",
            "too low",
        )
    strangers = [p for p in recognition(ground) if not (p.a_recognisable or p.b_recognisable)]
    yield r.BlindSpot(
        "nothing_in_common",
        "Pairs of departments whose customers cannot be recognised in each other's data at all",
        len(strangers),
        "pairs",
        "Add a customer master that holds both kinds of identifier.",
        None,
        "No meeting and no repeat between them can be found: figures across departments are lower bounds.",
        "too low",
    )


def silos(ground: Ground, volume: r.Volume, mask: Mask) -> r.Silos:
    """Who shares customers without seeing each other."""
    manifest = ground.frame.history.manifest
    pairs = recognition(ground)
    strangers = tuple((p.a, p.b) for p in pairs if not (p.a_recognisable or p.b_recognisable))
    shared = [s for s in manifest.shared if s.customers > 0 or s.contacts]
    return r.Silos(
        pairs,
        strangers,
        _unanswered(ground),
        volume.without_department,
        manifest.merged,
        tuple(
            r.SharedIdentifier(s.kind, mask.identifier(s.kind, s.value), s.why, s.customers, s.contacts)
            for s in shared[:20]
        ),
        len(shared),
    )


def _unanswered(ground: Ground) -> tuple[str, ...]:
    """Contact sources of which no response speaks: neither by communication nor by channel."""
    look = ground.look
    tags = ground.frame.history.tags("responses")
    channels = set(tags["channel"].to_pylist()) - {None}
    heard = {look.communications[c] for c in look.response_communication.tolist() if c >= 0}
    source, channel, communication = (look.columns[a] for a in ("source", "channel", "communication"))
    answered: set[str | None] = set()
    for s, c, m in zip(source.index, channel.index, communication.index, strict=True):
        if channel.words[c] in channels or communication.words[m] in heard:
            answered.add(source.words[s])
    held = [s.name for s in ground.frame.history.manifest.sources if s.kind in SENDING and s.rows]
    return tuple(s for s in held if s not in answered)
