"""Rules as a strategy's plain data, read into records.

Owns what the keys `rules`, `priorities`, `exempt`, `calendars` and `zone` may say, and the raising of every complaint
at once. Refuses to evaluate a rule, and to read a file: data and places come in (a strategy, a pack, or one case).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from primum.rules.faults import Fault, Faults, Nowhere, Places, complaints
from primum.rules.model import Except, Exempt, Never, Rule, RuleSet
from primum.rules.packs import joined
from primum.rules.parse_hours import Calendars, read_calendars
from primum.rules.parse_limits import LIMIT_KEYS, Reading, heads_of, read_limit
from primum.rules.parse_parts import (
    Part,
    day_number,
    filter_of,
    found,
    month_day,
    part_of,
    read_date,
    read_filter,
    read_text,
    read_texts,
    read_word,
)
from primum.strategy.formats import nearest_zone
from primum.words.errors import StrategyError, did_you_mean
from primum.words.time import is_zone

RULE_KEYS: Final = (
    "says",
    "owner",
    "to",
    "for",
    "otherwise",
    "severity",
    "disclose",
    "level",
    "mode",
    "starts",
    "ends",
    "except",
    "instead_of",
    "if_unknown",
    "source",
)
"""Keys that every rule may have, beside those of its limit."""

FACETS: Final = ("rules", "use", "priorities", "exempt", "calendars", "zone")
"""The keys of a strategy that say what a decision rests on."""


def parse_rules(data: Mapping[str, Any], places: Places | None = None) -> RuleSet:
    """The rule set that a strategy's plain data says.

    Args:
        data: the strategy as plain mappings, lists and scalars; keys other than `FACETS` are left alone.
        places: where keys and values stand, for complaints.

    Raises: StrategyError with every complaint.
    """
    rules, faults = read_rules(data)
    if faults:
        raise StrategyError(complaints(faults, places or Nowhere()))
    return rules


def read_rules(data: Mapping[str, Any]) -> tuple[RuleSet, list[Fault]]:
    """As much of the rule set as can be read, and everything that is wrong with it."""
    faults = Faults()
    both = joined(data, faults)
    calendars = read_calendars(both.calendars, faults) if both.calendars is not None else {}
    rules = tuple(sorted(_rules(both.rules, calendars, faults), key=lambda rule: rule.name))
    _check_replacements(both.rules, faults)
    priorities = tuple(
        filter_of(value, ("priorities", i), f"item {i + 1} of `priorities`", faults)
        for i, value in enumerate(_list(data, "priorities", faults))
    )
    exempt = tuple(_exempt(i, v, faults) for i, v in enumerate(_list(data, "exempt", faults)))
    zone = _zone(data, faults)
    return RuleSet(rules, priorities, tuple(e for e in exempt if e is not None), zone, calendars), faults.found


def _list(data: Mapping[str, Any], key: str, faults: Faults) -> list[Any]:
    value = data.get(key)
    if value is None or isinstance(value, list):
        return value or []
    faults.add((key,), f"`{key}` is {found(value)}, but must be a list.", "Write one item a line, each after a dash.")
    return []


def _zone(data: Mapping[str, Any], faults: Faults) -> str | None:
    zone = data.get("zone")
    if zone is None or (isinstance(zone, str) and is_zone(zone)):
        return zone
    near = nearest_zone(str(zone))
    hint = f" Did you mean '{near}'?" if near else ""
    what = f'unknown time zone "{zone}" in the strategy file.'
    faults.add(("zone",), what, f"Write an IANA name, such as Europe/Berlin or UTC.{hint}")
    return None


def _exempt(number: int, value: Any, faults: Faults) -> Exempt | None:
    name, path = f"item {number + 1} of `exempt`", ("exempt", number)
    if not isinstance(value, Mapping) or set(value) != {"to", "counts"}:
        what = f"{name} must say two things: `to` whom it applies, and whether it `counts`."
        faults.add(path, what, "Write, as in {to: {purpose: regulatory}, counts: false}.")
        return None
    if not isinstance(value["counts"], bool):
        what = f"`counts` of {name} is {found(value['counts'])}, but must be true or false."
        faults.add((*path, "counts"), what, "true: it uses up the customer's allowance. false: no rule sees it.")
    return Exempt(filter_of(value["to"], (*path, "to"), f"`to` of {name}", faults), value["counts"] is True)


# Rules


def _rules(value: Any, calendars: Calendars, faults: Faults) -> Iterator[Rule]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        faults.add(("rules",), f"`rules` is {found(value)}, but must hold names with their rules.", _HOW)
        return
    for name, keys in value.items():
        if isinstance(keys, Mapping):
            rule = _rule(name, part_of(f'rule "{name}"', ("rules", name), keys), calendars, faults)
            if rule is not None:
                yield rule
        else:
            what = f'rule "{name}" is {found(keys)}, but must say what it says, and its limit.'
            faults.add(("rules", name), what, _HOW, at_key=True)


_HOW: Final = "Write, as in `weekly: {says: Three a week., at_most: 3, within: 7 days}`."


def _rule(name: str, part: Part, calendars: Calendars, faults: Faults) -> Rule | None:
    before = len(faults)
    _refuse_unknown_keys(part, faults)
    misspelt = len(faults) > before
    to = read_filter(part, "to", faults)
    reading = Reading(to, name, calendars, faults)
    numbers = part.only(LIMIT_KEYS)
    limit = read_limit(numbers, reading) if heads_of(numbers) or not misspelt else None
    otherwise, channels = _otherwise(part, faults)
    starts, ends = read_date(part, "starts", faults), read_date(part, "ends", faults)
    if starts is not None and ends is not None and ends < starts:
        faults.add(part.at("ends"), f"{part.name} ends before it starts.", "Both dates belong to it; mend one.")
    says = _says(part, faults)
    rule = Rule(
        name,
        says,
        limit or Never(),
        to,
        read_filter(part, "for", faults),
        otherwise,
        channels,
        _severity(part, faults),
        read_text(part, "disclose", faults),
        _level(part, faults),
        read_word(part, "mode", ("enforce", "shadow"), "enforce", faults) == "shadow",
        starts,
        ends,
        _excepts(part, reading),
        read_text(part, "instead_of", faults),
        read_word(part, "if_unknown", ("hold", "allow"), "hold", faults) == "hold",
        read_text(part, "owner", faults),
        read_text(part, "source", faults),
    )
    return rule if len(faults) == before else None


def _says(part: Part, faults: Faults) -> str:
    if "says" in part.values:
        return read_text(part, "says", faults) or ""
    what = f"{part.name} does not say `says`: a sentence for the people it holds back."
    faults.add(part.path, what, "Write, say, `says: No more than three a week.`", at_key=True)
    return ""


def _severity(part: Part, faults: Faults) -> Literal["never", "harm", "courtesy"]:
    word = read_word(part, "severity", ("never", "harm", "courtesy"), "harm", faults)
    return "never" if word == "never" else "courtesy" if word == "courtesy" else "harm"


def _level(part: Part, faults: Faults) -> Literal["customer", "household"]:
    word = read_word(part, "level", ("customer", "household"), "customer", faults)
    return "household" if word == "household" else "customer"


def _otherwise(part: Part, faults: Faults) -> tuple[Literal["drop", "defer", "try_channels"], tuple[str, ...]]:
    value = part.values.get("otherwise", "drop")
    if value == "drop":
        return "drop", ()
    if value == "defer":
        return "defer", ()
    if isinstance(value, Mapping) and list(value) == ["try_channels"]:
        below = part_of(f"`otherwise` of {part.name}", part.at("otherwise"), value)
        return "try_channels", read_texts(below, "try_channels", faults)
    what = f"`otherwise` of {part.name} is {found(value)}, which is not on the list."
    cure = "Write drop, defer, or {try_channels: [email, post]}."
    faults.add(part.at("otherwise"), what, cure)
    return "drop", ()


def _refuse_unknown_keys(part: Part, faults: Faults) -> None:
    for key in part.values:
        if key not in RULE_KEYS and key not in LIMIT_KEYS:
            what = f'unknown key "{key}" in {part.name}.'
            faults.add(part.at(key), what, _cure_of_unknown(key), at_key=True)


def _cure_of_unknown(key: str) -> str:
    if key == "until":
        return "A rule's last day is its `ends`."
    return did_you_mean(key, (*RULE_KEYS, *LIMIT_KEYS))


# Exceptions


def _excepts(part: Part, reading: Reading) -> tuple[Except, ...]:
    value, path, faults = part.values.get("except"), part.at("except"), reading.faults
    if "except" not in part.values:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(v, Mapping) for v in value):
        what = f"`except` of {part.name} must be a list of stretches with other numbers."
        faults.add(path, what, "Write, as in [{from: 12-20, until: 12-26, at_most: 1}].")
        return ()
    found_excepts: list[Except] = []
    for number, keys in enumerate(value):
        one = _except(part_of(f"exception {number + 1} of {part.name}", (*path, number), keys), part, reading)
        if one is not None:
            if any((one.start, one.end) == (e.start, e.end) for e in found_excepts):
                what = f"exception {number + 1} of {part.name} names the same dates as one before it."
                faults.add((*path, number), what, "The first match wins, so this one never would: take one out.")
            found_excepts.append(one)
    return tuple(found_excepts)


def _except(own: Part, rule: Part, reading: Reading) -> Except | None:
    faults, before = reading.faults, len(reading.faults)
    for key in own.values:
        if key not in ("from", "until", *LIMIT_KEYS):
            what = f'unknown key "{key}" in {own.name}.'
            faults.add(own.at(key), what, did_you_mean(key, ("from", "until", *LIMIT_KEYS)), at_key=True)
    start, end = _end_of_except(own, "from", faults), _end_of_except(own, "until", faults)
    if start is not None and end is not None:
        _check_order(own, start, end, faults)
    limit = read_limit(_numbers(own.only(LIMIT_KEYS), rule.only(LIMIT_KEYS), faults), reading)
    if len(faults) > before or start is None or end is None or limit is None:
        return None
    return Except(start, end, limit)


def _numbers(own: Part, rule: Part, faults: Faults) -> Part:
    """The rule's numbers with the exception's own in their place; another limit stands alone."""
    if not own.values:
        what = f"{own.name} says no other numbers."
        faults.add(own.path, what, "Write what is different then, such as `at_most: 5`, or `never: always`.")
    heads = heads_of(own)
    return own if heads and not set(heads) <= set(heads_of(rule)) else own.over(rule)


def _end_of_except(own: Part, key: str, faults: Faults) -> int | tuple[int, int] | None:
    written = own.values.get(key)
    day = day_number(written)
    read = day if day is not None else month_day(written)
    if read is None:
        what = f"`{key}` of {own.name} is {found(written)}, which is no date."
        faults.add(own.at(key), what, "Write a date such as 2026-12-24, or 12-24 for every year.")
    return read


def _check_order(own: Part, start: int | tuple[int, int], end: int | tuple[int, int], faults: Faults) -> None:
    if isinstance(start, int) is not isinstance(end, int):
        what = f"{own.name} mixes a date of one year with one of every year."
        faults.add(own.at("until"), what, "Write both with a year, or both without.")
    elif isinstance(start, int) and isinstance(end, int) and end < start:
        faults.add(own.at("until"), f"{own.name} ends before it starts.", "Both dates belong to it; mend one.")


# Replacements


def _check_replacements(value: Any, faults: Faults) -> None:
    """Every `instead_of` names a rule, and no chain of them comes back to where it began."""
    if not isinstance(value, Mapping):
        return
    targets = {
        name: keys["instead_of"]
        for name, keys in value.items()
        if isinstance(keys, Mapping) and isinstance(keys.get("instead_of"), str)
    }
    for name, target in targets.items():
        path = ("rules", name, "instead_of")
        if target not in value:
            what = f'rule "{name}" stands instead of "{target}", and there is no such rule.'
            faults.add(path, what, did_you_mean(target, (n for n in value if n != name)))
        elif _comes_back(name, targets):
            what = f'rule "{name}" stands instead of itself: {" -> ".join(_chain(name, targets))}.'
            faults.add(path, what, "Take one `instead_of` of the circle out.")


def _chain(name: str, targets: Mapping[str, str]) -> list[str]:
    chain = [name]
    while chain[-1] in targets and chain.count(chain[-1]) == 1:
        chain.append(targets[chain[-1]])
    return chain


def _comes_back(name: str, targets: Mapping[str, str]) -> bool:
    return _chain(name, targets)[-1] == name and name in targets
