"""Made-up cases, as plain data in the form of `primum decide`: what fails can be kept as a vector at once.

Biased so that rules bite in about half of the decisions, and so that events lie exactly on the edges of windows, or one
microsecond beside them. The story runs over the changes of the clocks in March 2026 in New York and London.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from generators.choosing import Choosing

Case = dict[str, Any]

BEGIN = datetime(2026, 3, 4, tzinfo=UTC)
HOURS = (0, 1, 7, 8, 12, 19, 20, 23)
WIDTHS = {"1 hour": 1, "6 hours": 6, "24 hours": 24, "2 days": 48, "7 days": 168}
LOCAL_WIDTHS = {"1 local day": 24, "2 local days": 48, "7 local days": 168}
PERIODS = ("an hour", "a day", "a week", "a half-month", "a month", "a quarter", "ever")
ZONES = (
    ["Europe/London"],
    ["America/New_York"],
    ["Asia/Kathmandu"],
    ["Australia/Lord_Howe"],
    ["Europe/London", "America/New_York"],
    ["Pacific/Auckland", "Pacific/Honolulu"],
)
VALUES = {
    "channel": ("email", "sms", "call"),
    "purpose": ("marketing", "service"),
    "brand": ("north", "south"),
    "content": ("c1", "c2"),
    "package": ("k1", "k2"),
}
STATUSES = ("sent", "sent", "sent", "delivered", "reserved", "bounced", "failed", "expired")
STATES = ("complaint_open", "opted_in")
SEGMENTS = ("vip", "new")
SPANS = ("08:00-20:00", "07:00-19:00", "22:00-02:00", "00:00-24:00")


def make_case(choose: Choosing, use: str | None = None, *, plain: bool = False, days: bool = False) -> Case:
    """A case. `plain`: one customer with a zone, no plans, nothing exempt; `days`: some events are dates alone."""
    rules = {f"r{n}": make_rule(choose, n) for n in choose.times(1, 4)}
    strategy: Case = {"rules": rules}
    if not plain:
        strategy |= _around_rules(choose, rules)
    zones = choose.pick(ZONES) if plain or choose.chance(92) else choose.pick([[], ["Mars/Olympus"]])
    instants = _instants(choose)
    use = use or choose.pick(("gate", "gate", "backtest", "audit", "plan"))
    case: Case = {
        "id": "made-up",
        "use": use,
        "strategy": strategy,
        "customer": {"id": "c1", "zones": zones, **_of_customer(choose, instants, days=days)},
        "history": [_event(choose, n, instants, days=days, plain=plain) for n in choose.times(1, 7)],
        "candidates": [_candidate(choose, n, instants, use, days=days) for n in choose.times(1, 3)],
    }
    if not plain and choose.chance(30):
        case["planned"] = [
            {**_contact(choose, f"p{n}", instants), "priority": choose.pick((0, 1, 2))} for n in range(2)
        ]
    return case


# Rules


def make_rule(choose: Choosing, number: int) -> Case:
    """A rule of any kind, with modifiers."""
    rule: Case = {"says": f"rule {number}", **_limit(choose)}
    if choose.chance(40):
        rule["to"] = _filter(choose)
    if choose.chance(60):
        rule["otherwise"] = "defer"
    if choose.chance(12):
        rule["mode"] = "shadow"
    if choose.chance(12):
        rule["for"] = choose.pick(
            ({"segment": "vip"}, {"segment": {"not": "new"}}, {"state": "opted_in"}, {"tier": "a"})
        )
    if choose.chance(10):
        rule["starts"] = _date(choose)
    if choose.chance(10):
        rule["ends"] = max(rule.get("starts", ""), _date(choose))
    if choose.chance(10):
        rule["level"] = "household"
    if "at_most" in rule and choose.chance(25):
        first = _date(choose)
        own = {"at_most": choose.pick((1, 2, 3))} if choose.chance(70) else {"never": "always"}
        ends = (first, first) if choose.chance(50) else ("03-20", "03-08")
        rule["except"] = [{"from": ends[0], "until": ends[1], **own}]
    return rule


def _limit(choose: Choosing) -> Case:
    kind = choose.pick(
        ("at_most",) * 6 + ("apart",) * 3 + ("hours",) * 3 + ("held",) * 3 + ("pause",) * 3 + ("once", "clash", "rare")
    )
    return _LIMITS[kind](choose)


def _at_most(choose: Choosing) -> Case:
    window = _window(choose)
    limit: Case = {"at_most": choose.pick((1, 1, 2, 3)), "within": window}
    if choose.chance(25):
        limit["per"] = choose.some(("brand", "channel", "tags"), 2) or ["brand"]
    if choose.chance(25):
        limit["counting"] = choose.pick(
            ("attempts", "delivered", {"channel": "email"}, {"status": "attempts", "purpose": {"not": "service"}})
        )
    if choose.chance(20):
        limit["distinct"] = choose.pick(("package", "brand"))
    if window in PERIODS[:-1] and choose.chance(30):
        limit["in"] = choose.pick(("UTC", "Europe/London", "America/New_York"))
    if window == "a week" and choose.chance(40):
        limit["week_starts"] = "saturday"
    return limit


def _window(choose: Choosing) -> str:
    return str(choose.pick(choose.pick((tuple(WIDTHS), tuple(WIDTHS), tuple(LOCAL_WIDTHS), PERIODS))))


def _duration(choose: Choosing) -> str:
    return str(choose.pick(choose.pick((tuple(WIDTHS), tuple(WIDTHS), tuple(LOCAL_WIDTHS)))))


def _apart(choose: Choosing) -> Case:
    limit: Case = {"apart": _duration(choose)}
    if choose.chance(40):
        limit["with"] = _filter(choose)
    if choose.chance(30):
        limit["only"] = "after"
    if choose.chance(25):
        limit["per"] = ["brand"]
    return limit


def _hours(choose: Choosing) -> Case:
    days = choose.pick((None, "mon-fri", "mon-sat", "sat-mon", "mon,wed,fri"))
    span = choose.pick(SPANS)
    limit: Case = {"between": span if days is None else {days: span}}
    if choose.chance(25):
        limit["closed"] = [_date(choose), _date(choose)]
    return limit


def _held(choose: Choosing) -> Case:
    limit: Case = {choose.pick(("never_if", "never_if", "only_if")): choose.pick(STATES)}
    if choose.chance(50):
        limit["per"] = ["channel"]
    return limit


def _pause(choose: Choosing) -> Case:
    limit: Case = {"pause": _duration(choose)}
    if choose.chance(25):
        return {**limit, "after": _filter(choose)}
    after: Case = {"response": "refused"}
    if choose.chance(50):
        after |= {"times": 2, "within": _window(choose)}
    if choose.chance(30):
        limit["per"] = ["channel"]
    return {**limit, "after": after}


def _once(choose: Choosing) -> Case:
    distinct = {"distinct": "package"} if choose.chance(20) else {}
    return {"once": _window(choose), "per": choose.pick((["content"], ["content", "brand"])), **distinct}


def _clash(choose: Choosing) -> Case:
    return {"clash": [_filter(choose), _filter(choose)], "within": _duration(choose)}


def _rare(choose: Choosing) -> Case:
    return dict(
        choose.pick(({"never": "always"}, {"hold_out": "50%"}, {"hold_out": "5%", "salt": "s"}, {"closed": "nowhere"}))
    )


_LIMITS = {
    "at_most": _at_most,
    "apart": _apart,
    "hours": _hours,
    "held": _held,
    "pause": _pause,
    "once": _once,
    "clash": _clash,
    "rare": _rare,
}


def _filter(choose: Choosing) -> Case:
    name = choose.pick(("channel", "purpose", "brand"))
    value: Any = choose.pick((VALUES[name][0], VALUES[name][1], list(VALUES[name][:2])))
    return {name: {"not": value} if choose.chance(25) else value}


def _around_rules(choose: Choosing, rules: Case) -> Case:
    found: Case = {}
    names = sorted(rules)
    if len(names) > 1 and choose.chance(30):
        for replacing, replaced in zip(names, names[1:], strict=False):
            rules[replacing]["instead_of"] = replaced
    if choose.chance(15):
        found["exempt"] = [{"to": {"brand": "south"}, "counts": choose.chance(50)}]
    if choose.chance(20):
        found["priorities"] = [{"purpose": "service"}, {"channel": ["sms", "call"]}]
    if choose.chance(15):
        found["zone"] = "Asia/Kathmandu"
    for rule in rules.values():
        if choose.chance(8):
            rule["if_unknown"] = "allow"
    return found


# Facts


def _instants(choose: Choosing) -> list[datetime]:
    """A few anchors, and instants exactly a window's width from them, or a microsecond beside."""
    anchors = [_somewhen(choose) for _ in range(2)]
    found = list(anchors)
    for _ in range(8):
        hours = choose.pick((*WIDTHS.values(), 0, 23, 25)) * choose.pick((-1, 1))
        beside = timedelta(microseconds=choose.pick((0, 0, 0, -1, 1)))
        found.append(choose.pick(anchors) + timedelta(hours=hours) + beside)
    return found


def _somewhen(choose: Choosing) -> datetime:
    return BEGIN + timedelta(days=choose.pick(range(28)), hours=choose.pick(HOURS))


def _date(choose: Choosing) -> str:
    return (BEGIN + timedelta(days=choose.pick(range(28)))).date().isoformat()


def _told(choose: Choosing, at: datetime, *, days: bool) -> str:
    return at.date().isoformat() if days and choose.chance(35) else at.isoformat().replace("+00:00", "Z")


def _attributes(choose: Choosing) -> Case:
    found = {name: choose.pick(values) for name, values in VALUES.items() if choose.chance(65)}
    if choose.chance(30):
        found["tags"] = choose.pick((["a"], ["a", "b"], ["b", "a"]))
    return found


def _contact(choose: Choosing, id: str, instants: Sequence[datetime], *, days: bool = False) -> Case:
    return {"id": id, "at": _told(choose, choose.pick(instants), days=days), **_attributes(choose)}


def _event(choose: Choosing, number: int, instants: Sequence[datetime], *, days: bool, plain: bool) -> Case:
    other: Case = {"customer": "c2"} if not plain and choose.chance(15) else {}
    if choose.chance(30):
        at = _told(choose, choose.pick(instants), days=days)
        return {"id": f"h{number}", "at": at, "response": "refused", "channel": choose.pick(VALUES["channel"]), **other}
    id = "a" if not plain and choose.chance(4) else f"h{number}"
    return {**_contact(choose, id, instants, days=days), "status": choose.pick(STATUSES), **other}


def _candidate(choose: Choosing, number: int, instants: Sequence[datetime], use: str, *, days: bool) -> Case:
    found = _contact(choose, "abc"[number], instants, days=days and use in ("audit", "backtest"))
    if choose.chance(30):
        found["priority"] = choose.pick((1, 2))
    if choose.chance(15) and "T" in found["at"]:
        at = datetime.fromisoformat(found["at"])
        found["not_after"] = (at + timedelta(hours=choose.pick((0, 6, 24, 168)))).isoformat()
    if use == "audit" and choose.chance(40):
        found["status"] = choose.pick(STATUSES[:-1])
    return found


def _of_customer(choose: Choosing, instants: Sequence[datetime], *, days: bool) -> Case:
    found: Case = {"tier": "a"} if choose.chance(50) else {}
    found["states"] = [_state(choose, "state", STATES, instants, days=days) for _ in choose.times(0, 2)]
    found["segments"] = [_state(choose, "segment", SEGMENTS, instants, days=days) for _ in choose.times(0, 2)]
    return found


def _state(choose: Choosing, kind: str, names: Sequence[str], instants: Sequence[datetime], *, days: bool) -> Case:
    ends = sorted((choose.pick(instants), choose.pick(instants)))
    begun, ended = (end.isoformat() for end in ends)
    if days and choose.chance(30):
        begun, ended = (end.date().isoformat() for end in ends)
    found: Case = {kind: choose.pick(names), "from": begun, "until": None if choose.chance(40) else ended}
    if days and choose.chance(15):
        found = {kind: found[kind], "as_of": ends[0].isoformat()}
        if choose.chance(40):
            first, last = (end.isoformat() for end in ends)
            found |= {"from": first, "as_of": last, "until": choose.pick((None, last))}
    if kind == "state" and choose.chance(50):
        found["channel"] = choose.pick(("email", ["email", "sms"]))
    return found
