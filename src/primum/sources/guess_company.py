"""What the files tell of the company as a whole: its country, its time zone, its own e-mail domains.

Owns the votes. Refuses to guess a zone for a country that has several: then a person is asked.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from primum.sources.guess_columns import Role, is_phone, is_sender
from primum.sources.guess_kinds import CALENDAR, DATES, UNKNOWN, Seen
from primum.sources.guess_words import CALLING_CODES
from primum.strategy.formats import zones

ZONE_OF: Final = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "CZ": "Europe/Prague",
    "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
    "GB": "Europe/London", "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata", "IT": "Europe/Rome", "JP": "Asia/Tokyo", "LU": "Europe/Luxembourg", "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo", "PL": "Europe/Warsaw", "SE": "Europe/Stockholm", "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "TR": "Europe/Istanbul",
}  # fmt: skip
"""Countries (ISO 3166-1) whose mainland keeps one time, and its zone (IANA)."""
_DOMAIN: Final = re.compile(r"@([\w-]+(?:\.[\w-]+)+)")
_ANYBODYS: Final = frozenset(
    "gmail.com googlemail.com hotmail.com outlook.com live.com yahoo.com icloud.com gmx.de gmx.net web.de t-online.de "
    "orange.fr wanadoo.fr free.fr laposte.net aol.com proton.me protonmail.com ziggo.nl kpnmail.nl".split()
)
"""Domains at which anybody may have an address."""
_CLEAR: Final = 0.6


@dataclass(frozen=True)
class Company:
    """What the files tell of the company as a whole."""

    country: str | None
    """The country of most telephone numbers in international form, else of most customers."""
    zone: str | None
    """The zone of most customers, else that of the country, where it has one."""
    zone_from: str
    phones: bool
    """Whether national telephone numbers are used as identifiers."""
    zoneless: bool
    """Whether some times carry no zone."""
    domains: tuple[str, ...]
    """The e-mail domains of most senders and staff."""


def company_of(looks: Sequence[Seen], phones: bool) -> Company:
    """What the tables tell; `phones`: whether telephone numbers are used as identifiers."""
    country = _country(looks)
    zone, told = _most(w for s in looks for w in _words(s, "zone") if w in zones()), "where most customers live"
    if zone is None and country is not None:
        zone, told = ZONE_OF.get(country), "the country"
    return Company(country, zone, told if zone else "", phones, any(map(_is_zoneless, looks)), _domains(looks))


def _words(s: Seen, role: str) -> list[str]:
    """The sampled values of a role, each as often as it comes."""
    return list(s.roles[role].column.values) if role in s.roles else []


def _most(votes: Iterable[str]) -> str | None:
    """What most votes are for, by a clear majority."""
    counted = Counter(votes)
    first, most = counted.most_common(1)[0] if counted else ("", 0)
    return first if first and most > _CLEAR * counted.total() else None


def _is_zoneless(s: Seen) -> bool:
    """Whether the instants of a table carry a time of day and no zone, and none is known."""
    if s.kind in (CALENDAR, UNKNOWN) or (s.platform and s.platform.zone):
        return False
    role = _instant(s)
    return role is not None and is_timed(s) and not (role.dates and role.dates.zoned)


def _instant(s: Seen) -> Role | None:
    return next((s.roles[n] for n in ("from", *DATES, "since") if n in s.roles), None)


def is_timed(s: Seen) -> bool:
    """Whether the instants of a table carry a time of day."""
    role = _instant(s)
    if role is None:
        return False
    if role.dates is None:
        return role.column.type == "instant"
    return role.dates.times or "clock" in s.roles


def _country(looks: Sequence[Seen]) -> str | None:
    """The country whose calling code most international numbers have, else that of most customers."""
    codes = [c for s in looks for v in _words(s, "phone") if (c := _calling_code(v)) is not None]
    code = _most(codes)
    if code is not None or codes:
        return CALLING_CODES.get(code or "")
    return _most(w for s in looks for w in _words(s, "country") if w in ZONE_OF)


def _calling_code(number: str) -> str | None:
    """The calling code of a number in international form, '' for one that is not known; None for other numbers."""
    digits = re.sub(r"\D", "", number)
    if not is_phone(number) or not (number.startswith("+") or digits.startswith("00")):
        return None
    digits = digits.removeprefix("00")
    return next((digits[:n] for n in (3, 2, 1) if digits[:n] in CALLING_CODES), "")


def _domains(looks: Sequence[Seen]) -> tuple[str, ...]:
    """The domain of most addresses from which messages come or staff work."""
    votes: Counter[str] = Counter()
    for s in looks:
        for column in s.table.columns:
            role = next((r.role for r in s.roles.values() if r.column is column), "")
            if role in ("sender", "staff") or is_sender(column.name):
                votes.update(d.lower() for v in column.values[:500] for d in _DOMAIN.findall(v))
    domain = _most(votes.elements())
    return (domain,) if domain and domain not in _ANYBODYS else ()
