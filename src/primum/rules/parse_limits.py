"""The limit of a rule: which it is, and its numbers.

Owns the list of limits with the keys that belong to each, and the reading of every one. Refuses to read the rest of a
rule (`rules.parse` does).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from primum.rules.faults import Faults
from primum.rules.model import (
    COUNTED,
    Apart,
    AtLeast,
    AtMost,
    Capacity,
    Clash,
    CountedStatus,
    Counting,
    Held,
    HoldOut,
    Limit,
    Never,
    PauseAfterContact,
    PauseAfterResponse,
)
from primum.rules.parse_hours import Calendars, read_hours
from primum.rules.parse_parts import Part, filter_of, found, read_filter, read_text, read_texts, read_whole, read_word
from primum.strategy.formats import nearest_zone
from primum.words.durations import Duration, parse_duration
from primum.words.filters import Filter
from primum.words.time import is_zone
from primum.words.windows import WEEKDAYS, Window, parse_window

_WHOLE: Final = 2**64


@dataclass(frozen=True, slots=True)
class Reading:
    """What a limit is read with: the rule's `to` (the default of what is counted), its name, the calendars."""

    to: Filter
    rule: str
    calendars: Calendars
    faults: Faults


def read_limit(part: Part, reading: Reading) -> Limit | None:
    """The one limit of these keys; None (and faults) where there is none, more than one, or a wrong one."""
    faults, before = reading.faults, len(reading.faults)
    heads = heads_of(part)
    if len(heads) != 1:
        _not_one_limit(part, heads, faults)
        return None
    _refuse_strangers(part, heads[0], faults)
    limit = _READ[heads[0]](part, reading)
    return limit if len(faults) == before else None


def heads_of(part: Part) -> tuple[str, ...]:
    """The limits that these keys name; `closed` belongs to `between` where both are there."""
    heads = tuple(key for key in part.values if key in _READ)
    return tuple(h for h in heads if h != "closed") if "between" in heads else heads


def _not_one_limit(part: Part, heads: tuple[str, ...], faults: Faults) -> None:
    if heads:
        what = f"{part.name} has {len(heads)} limits: {', '.join(heads)}."
        faults.add(part.at(heads[1]), what, "A rule has exactly one: write a rule for each.", at_key=True)
    else:
        faults.add(part.path, f"{part.name} has no limit.", f"Write one of {', '.join(_READ)}.", at_key=True)


def _refuse_strangers(part: Part, head: str, faults: Faults) -> None:
    for key in part.values:
        if key not in (head, *BELONG[head]):
            also = ", ".join(BELONG[head])
            allowed = f"With `{head}` you may write {also}." if also else f"`{head}` stands alone."
            what = f"`{key}` of {part.name} says nothing about `{head}`."
            faults.add(part.at(key), what, f"Take it out. {allowed}", at_key=True)


# Windows, durations, what is counted


def _window(part: Part, key: str, faults: Faults) -> Window:
    """The window under a key; a stand-in where it is missing or wrong."""
    if key not in part.values:
        what = f"{part.name} does not say `{key}`: in which stretch of time it counts."
        faults.add(part.path, what, f"Write, say, `{key}: 7 days`, `{key}: a month` or `{key}: ever`.", at_key=True)
        return Window("ever", 1)
    try:
        window = parse_window(str(part.values[key]))
    except ValueError as error:
        faults.add(part.at(key), f"`{key}` of {part.name}: {error}.")
        return Window("ever", 1)
    if window.axis not in ("ever", "elapsed"):
        return _in_its_zone(part, window, faults)
    for stranger in ("in", "week_starts"):
        if stranger in part.values and part.values.get(key) is not None:
            what = f"`{stranger}` of {part.name} says nothing about {found(part.values[key])}."
            faults.add(part.at(stranger), what, "It belongs to local days, days, weeks, months...", at_key=True)
    return window


def _in_its_zone(part: Part, window: Window, faults: Faults) -> Window:
    zone = read_text(part, "in", faults) if "in" in part.values else None
    zone = None if zone == "customer" else zone
    if zone is not None and not is_zone(zone):
        near = nearest_zone(zone)
        hint = f" Did you mean '{near}'?" if near else ""
        what = f'`in` of {part.name} names the unknown time zone "{zone}".'
        faults.add(part.at("in"), what, f"Write customer, UTC or an IANA name such as Europe/London.{hint}")
        zone = None
    starts = read_word(part, "week_starts", WEEKDAYS, "monday", faults)
    if "week_starts" in part.values and window.axis != "week":
        what = f"`week_starts` of {part.name} says nothing about {found(part.values.get('within'))}."
        faults.add(part.at("week_starts"), what, "It belongs to `a week`.", at_key=True)
    return Window(window.axis, window.width, zone, WEEKDAYS.index(starts) if window.axis == "week" else 0)


def _duration(part: Part, key: str, faults: Faults) -> Duration:
    if key not in part.values:
        what = f"{part.name} does not say `{key}`: how long."
        faults.add(part.path, what, f"Write, say, `{key}: 36 hours` or `{key}: 7 local days`.", at_key=True)
        return Duration()
    try:
        duration = parse_duration(str(part.values[key]))
    except ValueError as error:
        faults.add(part.at(key), f"`{key}` of {part.name}: {error}.")
        return Duration()
    if duration == Duration():
        what = f"`{key}` of {part.name} lasts no time at all."
        faults.add(part.at(key), what, "Write at least 1 microsecond, or take the rule out.")
    return duration


def _counting(part: Part, default: Filter, faults: Faults) -> Counting:
    """What `counting` says: a word about the status, or a filter in which `status` may be such a word."""
    value = part.values.get("counting", "sent")
    if isinstance(value, str):
        word = read_word(part, "counting", tuple(COUNTED), "sent", faults)
        return Counting(default, _counted(word))
    path = part.at("counting")
    if not isinstance(value, dict):
        return Counting(filter_of(value, path, f"`counting` of {part.name}", faults))
    attributes = {k: v for k, v in value.items() if k != "status"}
    counted = Part(f"`counting` of {part.name}", path, value, {})
    word = read_word(counted, "status", tuple(COUNTED), "sent", faults)
    return Counting(filter_of(attributes, path, counted.name, faults), _counted(word))


def _counted(word: str) -> CountedStatus:
    return "attempts" if word == "attempts" else "delivered" if word == "delivered" else "sent"


def _status_only(part: Part, instead: str, faults: Faults) -> CountedStatus:
    """`counting` where another key says which contacts are meant."""
    counting = _counting(part, Filter(), faults)
    if counting.filter.terms:
        what = f"`counting` of {part.name} names attributes, which `{instead}` does here."
        faults.add(part.at("counting"), what, f"Write them under `{instead}`, and under `counting` one word.")
    return counting.status


# The limits


def _at_most(part: Part, reading: Reading) -> Limit:
    faults = reading.faults
    distinct = read_text(part, "distinct", faults)
    return AtMost(
        read_whole(part, "at_most", faults) or 1,
        _window(part, "within", faults),
        _counting(part, reading.to, faults),
        read_texts(part, "per", faults),
        distinct,
    )


def _once(part: Part, reading: Reading) -> Limit:
    faults = reading.faults
    per = read_texts(part, "per", faults)
    if "per" not in part.values:
        what = f"{part.name} does not say `per`: once of what."
        faults.add(part.path, what, "Write, say, `per: content` or `per: [offer]`.", at_key=True)
    distinct = read_text(part, "distinct", faults)
    return AtMost(1, _window(part, "once", faults), _counting(part, reading.to, faults), per, distinct, per)


def _apart(part: Part, reading: Reading) -> Limit:
    faults = reading.faults
    others = read_filter(part, "with", faults) if "with" in part.values else reading.to
    only = read_word(part, "only", ("after",), "", faults) if "only" in part.values else ""
    counting = Counting(others, _status_only(part, "with", faults))
    return Apart(_duration(part, "apart", faults), counting, only == "after", read_texts(part, "per", faults))


def _clash(part: Part, reading: Reading) -> Limit:
    faults, value = reading.faults, part.values["clash"]
    if not isinstance(value, list) or len(value) != 2:
        what = f"`clash` of {part.name} must be a list of two filters."
        faults.add(part.at("clash"), what, "Write, as in [{purpose: promo}, {purpose: collections}].")
        value = [{}, {}]
    one, other = (filter_of(v, (*part.at("clash"), i), f"`clash` of {part.name}", faults) for i, v in enumerate(value))
    status = _status_only(part, "clash", faults)
    return Clash(one, other, _duration(part, "within", faults), status, read_texts(part, "per", faults))


def _never(part: Part, reading: Reading) -> Limit:
    if part.values["never"] != "always":
        what = f"`never` of {part.name} is {found(part.values['never'])}, but can only be `always`."
        cure = "Write `never: always`; what it is about is said by `to` and `for`, a state by `never_if`."
        reading.faults.add(part.at("never"), what, cure)
    return Never()


def _hours(part: Part, reading: Reading) -> Limit:
    return read_hours(part, reading.calendars, reading.faults) or Never()


def _never_if(part: Part, reading: Reading) -> Limit:
    return Held(read_texts(part, "never_if", reading.faults), False, read_texts(part, "per", reading.faults))


def _only_if(part: Part, reading: Reading) -> Limit:
    return Held(read_texts(part, "only_if", reading.faults), True, read_texts(part, "per", reading.faults))


def _pause(part: Part, reading: Reading) -> Limit:
    faults = reading.faults
    duration, per = _duration(part, "pause", faults), read_texts(part, "per", faults)
    value = part.values.get("after")
    if not isinstance(value, dict):
        what = f"{part.name} does not say `after`: what starts the pause."
        cure = "Write, say, `after: {response: complained}`, or a filter over contacts: `after: {channel: call}`."
        faults.add(part.at("after") if "after" in part.values else part.path, what, cure, at_key=True)
        return PauseAfterContact(duration, Counting(), per)
    after = Part(f"`after` of {part.name}", part.at("after"), value, {})
    if "response" in value:
        return _after_response(after, part, duration, per, faults)
    return _after_contact(after, part, duration, per, faults)


def _after_response(
    after: Part, part: Part, duration: Duration, per: tuple[str, ...], faults: Faults
) -> PauseAfterResponse:
    if "counting" in part.values:
        what = f"`counting` of {part.name} says nothing about responses."
        faults.add(part.at("counting"), what, "Take it out: it tells which contacts count.", at_key=True)
    kinds = read_texts(after, "response", faults)
    times = read_whole(after, "times", faults) or 1 if "times" in after.values else 1
    window = _window(after, "within", faults) if "within" in after.values else None
    own = ("response", "times", "within", "in", "week_starts")
    further = {key: value for key, value in after.values.items() if key not in own}
    return PauseAfterResponse(
        duration, tuple(sorted(kinds)), times, window, per, filter_of(further, after.path, after.name, faults)
    )


def _after_contact(
    after: Part, part: Part, duration: Duration, per: tuple[str, ...], faults: Faults
) -> PauseAfterContact:
    for key in ("times", "within"):
        if key in after.values:
            what = f"`{key}` in {after.name} belongs to responses, and it names none."
            faults.add(after.at(key), what, "Add `response: KIND`; contacts are counted by `at_most`.", at_key=True)
    attributes = {key: value for key, value in after.values.items() if key not in ("times", "within")}
    counted = filter_of(attributes, after.path, after.name, faults)
    return PauseAfterContact(duration, Counting(counted, _status_only(part, "after", faults)), per)


_PER: Final = re.compile(r"([0-9]+(?:[.][0-9]+)?)( of cost)? per (.+)")


def _capacity(part: Part, reading: Reading) -> Limit:
    value = part.values["capacity"]
    written = _PER.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if written is None:
            raise ValueError("no capacity")
        article = "an" if written[3] == "hour" else "a"
        window = parse_window(f"{article} {written[3]}")
    except ValueError:
        what = f"`capacity` of {part.name} is {found(value)}, which is no capacity."
        cure = "Write, say, `500 per day` or `2000 of cost per month`; a period is an hour, day, week, month..."
        reading.faults.add(part.at("capacity"), what, cure)
        return Never()
    return Capacity(float(written[1]), _in_its_zone(part, window, reading.faults), bool(written[2]))


def _at_least(part: Part, reading: Reading) -> Limit:
    faults = reading.faults
    number = read_whole(part, "at_least", faults) or 1
    return AtLeast(number, _window(part, "within", faults), _counting(part, reading.to, faults))


def _hold_out(part: Part, reading: Reading) -> Limit:
    share = _share(part.values["hold_out"])
    if share is None:
        what = f"`hold_out` of {part.name} is {found(part.values['hold_out'])}, but must be a share."
        reading.faults.add(part.at("hold_out"), what, "Five in a hundred are 5% or 0.05.")
        share = Fraction(0)
    salt = read_text(part, "salt", reading.faults) or reading.rule
    return HoldOut(-(-share * _WHOLE // 1), salt)


def _share(value: Any) -> Fraction | None:
    """A share from 0 to 1, exactly as written in decimals."""
    text = value.strip() if isinstance(value, str) else repr(value)
    number, percent = (text[:-1].strip(), True) if text.endswith("%") else (text, False)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]+([.][0-9]+)?(e-?[0-9]+)?", number):
        return None
    share = Fraction(number) / (100 if percent else 1)
    return share if share <= 1 else None


_CALENDAR: Final = ("in", "week_starts")
_READ: Final[dict[str, Callable[[Part, Reading], Limit]]] = {
    "at_most": _at_most,
    "apart": _apart,
    "clash": _clash,
    "once": _once,
    "never": _never,
    "between": _hours,
    "closed": _hours,
    "never_if": _never_if,
    "only_if": _only_if,
    "pause": _pause,
    "capacity": _capacity,
    "at_least": _at_least,
    "hold_out": _hold_out,
}
BELONG: Final[dict[str, tuple[str, ...]]] = {
    "at_most": ("within", "per", "counting", "distinct", *_CALENDAR),
    "apart": ("with", "only", "per", "counting"),
    "clash": ("within", "per", "counting"),
    "once": ("per", "counting", "distinct", *_CALENDAR),
    "never": (),
    "between": ("closed",),
    "closed": (),
    "never_if": ("per",),
    "only_if": ("per",),
    "pause": ("after", "per", "counting"),
    "capacity": _CALENDAR,
    "at_least": ("within", "counting", *_CALENDAR),
    "hold_out": ("salt",),
}
"""Limit -> the keys that say more about it."""

LIMIT_KEYS: Final = tuple(dict.fromkeys([*_READ, *(key for keys in BELONG.values() for key in keys)]))
"""Every key that says something about a limit."""
