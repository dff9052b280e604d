"""What follows from a mapped row: an id where there is none, what a row of an event log tells, when a contact lands.

Owns the SQL over columns that are in our words already. Refuses the source's own columns: `mapping` has read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from primum.sources.expressions import literal, quoted
from primum.sources.file_dates import DatedFile, by_file, days
from primum.sources.instants import to_utc
from primum.strategy.models import AsOf, Source
from primum.words.errors import did_you_mean
from primum.words.time import US_PER_DAY
from primum.words.vocabulary import ALIKE, RESPONSE_KINDS, STATUSES


@dataclass
class Derived:
    """Columns to put over a mapped row: SQL by name, and the types of those that are attributes."""

    columns: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    complaints: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)

    def over(self, select: str, held: list[str]) -> str:
        """The SELECT with these columns over it; `held` names the columns that it has."""
        if not self.columns:
            return select
        replaced = [f"{sql} AS {quoted(n)}" for n, sql in self.columns.items() if n in held]
        added = [f"{sql} AS {quoted(n)}" for n, sql in self.columns.items() if n not in held]
        star = f"* REPLACE ({', '.join(replaced)})" if replaced else "*"
        return f"SELECT {', '.join([star, *added])} FROM ({select})"


def derive(
    source: Source, types: dict[str, str], files: Sequence[DatedFile], zone: str, lands_after: Mapping[str, int]
) -> Derived:
    """What follows from a source's mapped attributes.

    Args:
        types: attribute -> type.
        files: those whose rows are used.
        zone: in which dates are days.
        lands_after: how long a contact is under way (microseconds), by channel.
    """
    out = Derived()
    _ids(source, types, out)
    if source.kind == "events":
        _events(types, out)
    if source.kind in ("contacts", "events") and {"at", "channel"} <= types.keys():
        always = source.map["channel"].value
        possible = {c: n for c, n in lands_after.items() if always is None or c == always}
        if possible:
            _landings(source.kind, zone, possible, out)
    if source.kind == "states" and source.as_of is not None:
        _extract_day(source.as_of, types, files, zone, out)
    return out


def _ids(source: Source, types: dict[str, str], out: Derived) -> None:
    """Rows alike in the attributes of `one_row_per` get one id, where they have none of their own."""
    unknown = [n for n in source.one_row_per if n not in types]
    for name in unknown:
        what = f"one_row_per names '{name}', which is not mapped."
        out.complaints.append((("one_row_per",), what, did_you_mean(name, types)))
    if unknown or not source.one_row_per:
        return
    said = ", ".join(f"coalesce({quoted(n)}::VARCHAR, chr(30))" for n in source.one_row_per)
    mark = f"{literal(ALIKE)} || md5(concat_ws(chr(31), {said}))"
    out.columns["id"] = f"coalesce(id, {mark})" if "id" in types else mark
    out.types["id"] = "text"


def _events(types: dict[str, str], out: Derived) -> None:
    """`status` and its instant for rows about a message; `kind` and `contact` for those about what a customer did."""
    identity = out.columns.get("id", "id" if "id" in types else "NULL::VARCHAR")
    statuses = ", ".join(literal(w) for w in STATUSES)
    kinds = ", ".join(literal(w) for w in RESPONSE_KINDS if w not in STATUSES)
    out.columns |= {
        "status": f"CASE WHEN event IN ({statuses}) THEN event END",
        "status_at": '"at"',
        "status_at_precision": "at_precision",
        "kind": f"CASE WHEN event IN ({kinds}) THEN event END",
        "contact": identity,
        "response_id": f"{identity} || ' ' || event",
    }
    out.types |= {"status": "text", "status_at": "instant", "kind": "text", "contact": "text"}


def _landings(kind: str, zone: str, lands_after: Mapping[str, int], out: Derived) -> None:
    """A contact stands where it lands; `handed_over` is when it left.

    One that is under way for a day or more lands on a day, not at an instant. One of which only the day is known and
    that is under way for less than a day stays on its day.
    """
    statuses = ", ".join(literal(w) for w in STATUSES)
    contact = f"event IN ({statuses})" if kind == "events" else "true"
    at, precision = [], []
    for channel, under_way in lands_after.items():
        here = f"WHEN channel::VARCHAR = {literal(channel)} AND {contact}"
        later = f"to_microseconds({under_way})"
        if under_way >= US_PER_DAY:
            local = f"timezone({literal(zone)}, \"at\" AT TIME ZONE 'UTC') + {later}"
            day = f"date_trunc('day', {local})::TIMESTAMP"
            at.append(f"{here} THEN {to_utc(day, zone)}")
            precision.append(f"{here} THEN 'day'")
        else:
            at.append(f"{here} AND at_precision <> 'day' THEN \"at\" + {later}")
    channels = ", ".join(literal(c) for c in lands_after)
    out.columns |= {
        "at": f'CASE {" ".join(at)} ELSE "at" END',
        "at_precision": f"CASE {' '.join(precision)} ELSE at_precision END" if precision else "at_precision",
        "handed_over": f'CASE WHEN channel::VARCHAR IN ({channels}) AND {contact} THEN "at" END',
    }
    out.types["handed_over"] = "instant"


def _extract_day(as_of: AsOf, types: dict[str, str], files: Sequence[DatedFile], zone: str, out: Derived) -> None:
    """`as_of`: the day of the extract, for flags that do not say since when they hold."""
    try:
        day = f"DATE {literal(as_of.day)}" if as_of.day else by_file(days(files, as_of.file_name, zone), "file")
    except ValueError as error:
        out.complaints.append((("as_of",), str(error), "Rename the file, or mend the format."))
        return
    undated = '"from" IS NULL' if "from" in types else "true"
    out.columns["as_of"] = f"CASE WHEN {undated} THEN ({day})::VARCHAR END"
    out.types["as_of"] = "text"
