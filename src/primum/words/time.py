"""Zones as tables: local days without asking a library once per contact.

Owns the transition table of a zone and the local calendar of an instant. Refuses to read a clock.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

US_PER_SECOND = 1_000_000
US_PER_DAY = 86_400 * US_PER_SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1)


def instant_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z of an aware datetime."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(us: int) -> datetime:
    """The aware UTC datetime of an instant in microseconds."""
    return EPOCH + timedelta(microseconds=int(us))


def offset_us(zone: ZoneInfo, us: int) -> int:
    """Local time minus UTC at an instant, in microseconds."""
    found = from_us(us).astimezone(zone).utcoffset()
    return 0 if found is None else found // timedelta(microseconds=1)


def is_zone(name: str) -> bool:
    """Whether the machine knows this time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def transitions(zone: str, first_us: int, last_us: int) -> tuple[list[int], list[int]]:
    """Instants at which the zone's offset changes, and the offset that holds from each on.

    Args:
        zone: IANA name.
        first_us, last_us: the stretch of time to cover, in microseconds since 1970.

    Returns: two lists of equal length, ascending; the first entry is `first_us` itself.
        Offsets are local time minus UTC, in microseconds.

    Raises: zoneinfo.ZoneInfoNotFoundError.
    """
    info = ZoneInfo(zone)
    step = 7 * US_PER_DAY
    instants, offsets = [first_us], [offset_us(info, first_us)]
    at = first_us
    while at < last_us:
        following = min(at + step, last_us)
        if offset_us(info, following) != offsets[-1] or _flickers(info, at, following, offsets[-1]):
            change = _first_change(info, at, following, offsets[-1])
            instants.append(change)
            offsets.append(offset_us(info, change))
            at = change
        else:
            at = following
    return instants, offsets


def _flickers(zone: ZoneInfo, low: int, high: int, offset: int) -> bool:
    """Whether the offset changes and changes back inside a step (it happens: Ramadan rules, wartime errors)."""
    return offset_us(zone, low + (high - low) // 2) != offset


def _first_change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    if offset_us(zone, high) == offset:
        high = low + (high - low) // 2
    while high - low > US_PER_SECOND:
        middle = (low + high) // 2 // US_PER_SECOND * US_PER_SECOND
        if middle <= low:
            break
        if offset_us(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return -(-high // US_PER_SECOND) * US_PER_SECOND


def day_date(day: int) -> date:
    """The date of a day number (days since 1970-01-01)."""
    return EPOCH_DAY + timedelta(days=int(day))


def day_text(day: int) -> str:
    """ISO date of a day number."""
    return day_date(day).isoformat()


def instant_text(us: int) -> str:
    """ISO 8601 in UTC with Z, whole seconds where possible."""
    return from_us(us).isoformat().replace("+00:00", "Z")
