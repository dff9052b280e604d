"""A little history drawn as a table, read into a case.

    weekly: {to: {purpose: marketing}, at_most: 1, within: 7 days, otherwise: defer}

    Mon 1 June 09:00   email, marketing         sent
    Tue 2 June 09:00   sms, marketing       ->  wait until Mon 8 June 09:00: weekly

Lines with a colon in the first word are rules and settings; a line with an arrow is a candidate and its verdict; every
other line is something that happened: a contact with its status, `customer` and a response, or a state from .. until.
Times are in 2026 and local (Europe/London), and a date without a time is all that is known.
"""

import re
from datetime import date
from textwrap import dedent

from primum.rules.cases import Case, read_case
from primum.strategy.case_text import read_case_text
from primum.words.vocabulary import KNOWN_CHANNELS, PURPOSES, STATUSES

SETTINGS = ("use", "zone", "customer", "members", "exempt", "priorities", "calendars")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_AT = re.compile(
    r"(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<day>\d+) (?P<month>[A-Z][a-z]+)(?: (?P<year>\d{4}))?"
    r"(?: (?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?P<offset>Z|[+-]\d\d:\d\d)?)?"
)
_VERDICT = re.compile(
    r"(?:(?P<allow>send)|(?P<deny>do not send)|wait until (?P<until>[^;]*?\d\d:\d\d\S*?))(?:: (?P<why>[^;]+))?"
)


def case_of(text: str) -> Case:
    """The case that a table draws, with the verdicts as what it expects."""
    case, faults = read_case(case_data(text))
    assert not faults, faults
    assert case is not None
    return case


def case_data(text: str) -> dict:
    """The same as plain data."""
    rows = [line.strip() for line in dedent(text).strip().splitlines() if line.strip()]
    settings = [row for row in rows if re.match(r"[\w.-]+: ", row)]
    data = _settings(settings)
    for row in rows:
        if row not in settings:
            _event(row, data)
    return data


def _settings(rows: list[str]) -> dict:
    said = {key: value for row in rows for key, value in read_case_text(row, "table").data.items()}
    strategy = {key: said[key] for key in ("zone", "exempt", "priorities", "calendars") if key in said}
    rules = {name: {"says": name, **keys} for name, keys in said.items() if name not in SETTINGS}
    customer = {"id": "c1", "zones": ["Europe/London"], **said.get("customer", {})}
    data = {"use": said.get("use", "gate"), "strategy": {**strategy, "rules": rules}, "customer": customer}
    empty = {"history": [], "planned": [], "candidates": [], "expect": {}}
    return {**data, **empty, "members": said.get("members", [])}


def _event(row: str, data: dict) -> None:
    drawn, _, verdict = row.partition("->")
    if ".." in drawn:
        data["customer"].setdefault("states", []).append(_state(drawn))
        return
    when, what = re.split(r"\s{2,}", drawn.strip(), maxsplit=1)
    event = {"at": instant(when), **_what(what)}
    if verdict:
        event = {"id": "abcdefghij"[len(data["candidates"])], **event}
        data["candidates"].append(event)
        data["expect"][event["id"]] = _verdict(verdict.strip())
    else:
        event = {"id": f"h{len(data['history']) + len(data['planned']) + 1}", **event}
        data["planned" if event.get("status") == "planned" else "history"].append(event)


def _state(drawn: str) -> dict:
    ends, what = re.split(r"\s{2,}", drawn.strip(), maxsplit=1)
    begun, ended = (end.strip() for end in ends.split(".."))
    name, *scopes = (word.strip() for word in what.split(","))
    found = {"state": name, "from": instant(begun) if begun else None, "until": instant(ended) if ended else None}
    return {**found, **dict(_word(scope) for scope in scopes)}


def _what(text: str) -> dict:
    words = [word.strip() for word in re.split(r",|\s{2,}", text) if word.strip()]
    found: dict = {}
    for word in words:
        if word.startswith("customer "):
            found["response"] = word.removeprefix("customer ")
        elif word.startswith("not after "):
            found["not_after"] = instant(word.removeprefix("not after "))
        else:
            key, value = _word(word)
            found[key] = value
    return found


def _word(word: str) -> tuple:
    for key, known in (("status", STATUSES), ("channel", KNOWN_CHANNELS), ("purpose", PURPOSES)):
        if word in known:
            return key, word
    key, equals, value = word.partition("=")
    assert equals, f"{word!r} is no channel, message class or status: write attribute=value"
    if key == "priority":
        return key, float(value)
    return key, value.split("+") if "+" in value else value


def _verdict(text: str) -> dict:
    said, *further = (part.strip() for part in text.split(";"))
    found = _VERDICT.fullmatch(said)
    assert found, f"{said!r} is no verdict: write send, do not send: RULES, or wait until TIME: RULES"
    decision = "allow" if found["allow"] else "deny" if found["deny"] else "defer"
    expected = {"decision": decision, "until": instant(found["until"]) if found["until"] else None}
    expected |= {"reasons": _names(found["why"] or ""), "shadow": [], "unevaluated": []}
    for part in further:
        key, _, names = part.partition(": ")
        expected[{"monitor only": "shadow", "not judged": "unevaluated"}[key]] = _names(names)
    return expected


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def instant(text: str) -> str:
    """`Mon 1 June 09:00` as ISO 8601; the weekday must be right."""
    found = _AT.fullmatch(text)
    assert found, f"{text!r} is no time: write, as in Mon 1 June 09:00"
    month = MONTHS.index(found["month"][:3]) + 1
    day = date(int(found["year"] or 2026), month, int(found["day"]))
    assert found["weekday"] == f"{day:%a}", f"{day} is a {day:%A}"
    return day.isoformat() + (f"T{found['time']}{found['offset'] or ''}" if found["time"] else "")
