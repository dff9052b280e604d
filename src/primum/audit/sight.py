"""What could not be seen: every gap between the company's contacts and what its files say, counted, with a cure.

Owns the blind spots and the lines about sources. Refuses to soften: a figure nobody supplied is named as such.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from primum.audit import results as r
from primum.audit.findings import Ground, recognition
from primum.audit.flags import WITHOUT_DAY
from primum.audit.gaps import of_coverage, of_warnings
from primum.audit.masking import Mask
from primum.audit.sweep import SENDING
from primum.history.manifest import SourceEntry
from primum.words.time import from_us

USED = ("channel", "purpose", "communication", "content", "status", "initiated", "valid_until", "cost", "department")


SHARED_SHOWN = 20


def sources(ground: Ground, mask: Mask) -> tuple[r.SourceFigures, ...]:
    """One line a source."""
    return tuple(
        r.SourceFigures(
            s.name,
            s.kind,
            s.department,
            tuple(r.FileFigures(mask.file(f.name), f.bytes, f.rows, f.rejected) for f in s.files),
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
        of_coverage(coverage, _recorded(ground)),
        _of_sources(ground),
        _of_contacts(ground, volume),
        _of_people(ground),
        of_warnings(coverage),
    )
    spots = [spot for group in groups for spot in group if spot.count]

    def rank(spot: r.BlindSpot) -> tuple[int, int, int]:
        first = _FIRST.index(spot.kind) if spot.kind in _FIRST else len(_FIRST)
        return _ORDER.index(spot.bears), first, -spot.count

    return tuple(sorted(spots, key=rank))


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

    def spot(kind: str, what: str, count: int, cure: str, effect: str, unit: str = "rows") -> r.BlindSpot:
        return r.BlindSpot(kind, what, count, unit, cure, s.name, effect, "unsure")

    doubtful = s.alike > max(10, MOSTLY * s.rows)
    yield spot(
        "id_is_no_id",
        "Rows with the id of another contact of the same customer, though none tells another status: counted once",
        s.alike if doubtful else 0,
        "What is mapped as `id` may name a campaign, not a contact: map the message's own number, or take `id` out.",
        "Volumes and pressure may be too low.",
    )
    yield spot(
        "ids_of_several",
        "Ids that stand under more than one customer: each customer keeps a contact of their own",
        s.ids_of_several,
        "If one message cannot have two recipients, look at how the rows of one id name their customer.",
        "Volumes may be too high.",
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
    undated = int(ground.total.counts["flags"][WITHOUT_DAY].sum())
    yield r.BlindSpot(
        "undated_flags",
        "States without a date, of an extract whose day is not known either: all their cases are possible ones",
        undated,
        "rows",
        "Map `from`, or say `as_of` for the source: a day, or where it stands in the file's name.",
        None,
        "Contacts while such a state held are possible cases only, counted apart.",
        "unchecked",
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
        "not_people_unmatched",
        "Entries of `customers.not_people` that match no identifier",
        sum(1 for customers in manifest.not_people if customers == 0),
        "entries",
        "Correct them (kind:value, `*` for any text), or take them out: see the page about who is no customer.",
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


def _recorded(ground: Ground) -> list[str]:
    """Departments whose contacts reached somebody."""
    reach = ground.total.counts["department_reach"]
    return [str(d) for d, n in zip(ground.look.departments[:-1], reach[:-1], strict=True) if n]


def _of_departments(ground: Ground, volume: r.Volume) -> Iterator[r.BlindSpot]:
    recorded = _recorded(ground)
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
            r.SharedIdentifier(s.kind, mask.identifier(s.hash, s.value), s.why, s.customers, s.contacts)
            for s in shared[:SHARED_SHOWN]
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
