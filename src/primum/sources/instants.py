"""Dates and times as they are written, turned into UTC instants with their precision.

Owns the SQL of it. Refuses to read a date as midnight: a date alone stands at the first instant of its local day and
says `day`. Local times that a clock change skips or repeats are resolved as ICU does in DuckDB's `timezone(zone,
timestamp)`: a skipped time moves forward by the gap, of a repeated one the second (winter time) is meant.
"""

import re
from dataclasses import dataclass

from primum.sources.expressions import literal

EPOCHS = {"epoch": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_ISO_DATE = r"'\d{4}-\d{2}-\d{2}'"
_ISO_OFFSET = r"'.*\d(Z|z|[+-]\d{2}(:?\d{2})?)'"
_ISO_HOUR = r"'\d{4}-\d{2}-\d{2}[T ]\d{2}'"
_ISO = r"'\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?(Z|z|[+-]\d{2}(:?\d{2})?))?'"


@dataclass(frozen=True)
class Instant:
    """SQL of an instant (TIMESTAMP, UTC; NULL where it cannot be read) and of its precision."""

    value: str
    precision: str


def to_utc(local: str, zone: str) -> str:
    """SQL: a naive local timestamp of a zone, in UTC."""
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return local
    return f"(timezone({literal(zone)}, {local}) AT TIME ZONE 'UTC')"


def end_of_day(first: str, zone: str) -> str:
    """SQL: the last microsecond of the local day that begins at the UTC instant `first`."""
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return f"({first} + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND)"
    local = f"timezone({literal(zone)}, {first} AT TIME ZONE 'UTC')"
    return f"({to_utc(f'({local} + INTERVAL 1 DAY)', zone)} - INTERVAL 1 MICROSECOND)"


def typed(column: str, kind: str, zone: str) -> Instant | None:
    """An instant out of a column that has a date or time type already; None where it has not."""
    if kind == "DATE":
        return Instant(to_utc(f"{column}::TIMESTAMP", zone), "'day'")
    if kind == "TIMESTAMP WITH TIME ZONE":
        return Instant(f"({column} AT TIME ZONE 'UTC')", "'instant'")
    if kind == "TIMESTAMP":
        return Instant(to_utc(column, zone), "'instant'")
    if kind.startswith("TIMESTAMP"):
        return Instant(to_utc(f"{column}::TIMESTAMP", zone), "'instant'")
    return None


SENSIBLE = "BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2199-12-31'"
"""SQL: where instants may lie. A four-digit `%Y` reads "24" as the year 24: that is a mistake, not history."""


def written(raw: str, formats: list[str], zone: str) -> Instant:
    """An instant out of a text, in the stated formats, else ISO 8601."""
    if not formats:
        return _iso(raw, zone)
    values, precisions = [], []
    for form in formats:
        parsed = _parsed(raw, form, zone)
        values.append(parsed)
        precisions.append(f"WHEN {parsed} IS NOT NULL THEN {literal(precision_of(form))}")
    stamped = f"CASE WHEN regexp_full_match({raw}, {_ISO}) THEN {_iso(raw, zone).value} END"
    values.append(stamped)
    return Instant(f"coalesce({', '.join(values)})", f"CASE {' '.join(precisions)} ELSE 'instant' END")


def precision_of(form: str) -> str:
    """What a format knows: the instant, the hour or the day."""
    if form in EPOCHS or re.search(r"%-?[MSsfgncXT]", form):
        return "instant"
    return "hour" if re.search(r"%-?[HI]", form) else "day"


def _parsed(raw: str, form: str, zone: str) -> str:
    if form in EPOCHS:
        return f"TRY(make_timestamp((TRY_CAST({raw} AS DECIMAL(28, 6)) * {EPOCHS[form]})::BIGINT))"
    parsed = f"try_strptime({raw}, {literal(form)})"
    if "%z" in form or "%Z" in form:
        return f"(({parsed})::TIMESTAMPTZ AT TIME ZONE 'UTC')"
    return to_utc(parsed, zone)


def _iso(raw: str, zone: str) -> Instant:
    date = f"regexp_full_match({raw}, {_ISO_DATE})"
    hour = f"regexp_full_match({raw}, {_ISO_HOUR})"
    short = r"'([T ]\d{2}:\d{2})( ?[Zz+-].*)?$'"
    text = f"regexp_replace(replace({raw}, ',', '.'), {short}, '\\1:00\\2')"
    value = (
        f"CASE WHEN {date} THEN {to_utc(f'TRY_CAST({raw} AS TIMESTAMP)', zone)} "
        f"WHEN {hour} THEN {to_utc(f'''TRY_CAST({raw} || ':00' AS TIMESTAMP)''', zone)} "
        f"WHEN regexp_full_match({raw}, {_ISO}) AND regexp_full_match({raw}, {_ISO_OFFSET}) "
        f"THEN (TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC') "
        f"WHEN regexp_full_match({raw}, {_ISO}) THEN {to_utc(f'TRY_CAST({text} AS TIMESTAMP)', zone)} END"
    )
    return Instant(value, f"CASE WHEN {date} THEN 'day' WHEN {hour} THEN 'hour' ELSE 'instant' END")
