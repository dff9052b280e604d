"""Common decency in plain Python: which contacts of the made-up company are against which rule, by brute force.

Owns an independent account of the pack's rules, written from their sentences, over an independent reading of the
exports (`tests/demo/second_reading.py`). Imports nothing of ours.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ruamel.yaml import YAML

from demo.second_reading import LONDON, Contact, Links, read

ATTEMPTED = ("reserved", "sent", "delivered", "bounced", "failed")
SENT = ("reserved", "sent", "delivered")
SELLING, CALLS, POST = ("marketing", "sales"), ("call", "phone"), ("post", "letter")
SPARED = ("transactional", "security", "regulatory")
DAY_ONLY = ("collections", "billing")


@dataclass(frozen=True)
class Said:
    """A contact with what second_reading leaves to the strategy file."""

    c: Contact
    topic: str | None

    @property
    def whole(self) -> bool:
        """Known only to the day."""
        return self.c.source in DAY_ONLY or self.c.channel == "post"


@dataclass(frozen=True)
class OptOut:
    at: datetime
    whole: bool
    channel: str | None
    purpose: str | None = None


Rule = Callable[[Said, list[Said], list[OptOut]], str | None]
"""(contact, what the customer was sent before, opt-outs) -> against, vague, or None."""


def everything(folder: Path) -> tuple[dict[str, list[Said]], dict[str, list[OptOut]]]:
    """Attempts by customer (people only), in the order of time; and their opt-outs."""
    reading, links = read(folder)
    strategy = YAML(typ="safe").load((folder / "primum.yaml").read_text(encoding="utf-8"))
    topics = {name: entry.get("topic") for name, entry in strategy["communications"].items()}
    found: dict[str, list[Said]] = {}
    for c in sorted(reading.contacts, key=lambda c: (c.at, c.source)):
        if c.customer is not None and c.status in ATTEMPTED and c.customer not in reading.no_people:
            found.setdefault(c.customer, []).append(Said(c, topics.get(c.communication)))
    return found, _opt_outs(folder, links)


def _opt_outs(folder: Path, links: Links) -> dict[str, list[OptOut]]:
    found: dict[str, list[OptOut]] = {}
    with (folder / "exports" / "email_responses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            who = links.customer("email", row["email"])
            if row["event"] == "unsubscribe" and who:
                at = datetime.fromisoformat(row["when"]).astimezone(UTC)
                found.setdefault(who, []).append(OptOut(at, False, "email"))
    with (folder / "exports" / "preferences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            who = links.customer("email", row["email"])
            if who:
                at = datetime.combine(date.fromisoformat(row["since"]), datetime.min.time(), LONDON).astimezone(UTC)
                found.setdefault(who, []).append(OptOut(at, True, None, "marketing"))
    return found


def _pushed(s: Said, purposes: Iterable[str] = (), spared: Iterable[str] = (), channels: Iterable[str] = ()) -> bool:
    c = s.c
    fits = not c.asked and (not purposes or c.purpose in purposes) and c.purpose not in spared
    return fits and (not channels or c.channel in channels)


def _hours(to: Callable[[Said], bool], spans: dict[int, tuple[int, int]]) -> Rule:
    def rule(s: Said, before: list[Said], opted: list[OptOut]) -> str | None:
        if not to(s):
            return None
        if s.whole:
            return "vague" if s.c.day.weekday() in spans else "against"
        local = s.c.at.astimezone(LONDON)
        opens, closes = spans.get(local.weekday(), (0, 0))
        return None if opens <= local.hour * 60 + local.minute < closes else "against"

    return rule


def _at_most(
    to: Callable[[Said], bool],
    most: int,
    days: float | None,
    same: Callable[[Said], object] = lambda s: "",
    statuses: tuple[str, ...] = SENT,
    distinct: Callable[[Said], object] | None = None,
    counts: Callable[[Said], bool] | None = None,
) -> Rule:
    """`days`: width of the window; None: the local calendar day. `same`: None where the contact cannot be judged."""

    def rule(s: Said, before: list[Said], opted: list[OptOut]) -> str | None:
        if not to(s) or same(s) is None:
            return None
        near = [
            o
            for o in before
            if (counts or to)(o)
            and o.c.status in statuses
            and same(o) == same(s)
            and (o.c.day == s.c.day if days is None else s.c.at - o.c.at < timedelta(days=days))
        ]
        told = [*near, s]
        size = len({distinct(o) for o in told}) if distinct else len(told)
        return "against" if size > most else None

    return rule


def _opted_out(s: Said, before: list[Said], opted: list[OptOut]) -> str | None:
    if not _pushed(s, (*SELLING, "survey")):
        return None
    found = None
    for o in opted:
        if o.channel not in (None, s.c.channel) or o.purpose not in (None, s.c.purpose):
            continue
        if not s.whole and not o.whole:
            if o.at <= s.c.at:
                return "against"
        else:
            day = o.at.astimezone(LONDON).date()
            if day < s.c.day:
                return "against"
            found = "vague" if day == s.c.day else found
    return found


def _sender(s: Said) -> object:
    return s.c.department or object()


def _rules() -> dict[str, Rule]:
    def not_spared(s: Said) -> bool:
        return _pushed(s, spared=SPARED)

    def calls(s: Said) -> bool:
        return _pushed(s, spared=SPARED, channels=CALLS)

    def selling(s: Said) -> bool:
        return _pushed(s, SELLING)

    def debts(s: Said) -> bool:
        return _pushed(s, ("collections",))

    def light(s: Said) -> bool:
        return _pushed(s, channels=("sms", "push"))

    week = dict.fromkeys(range(7), (540, 1200))
    advertisement = lambda s: _pushed(s, ("marketing",)) and s.c.channel not in POST  # noqa: E731
    content, topic, product = (lambda s: s.c.content), (lambda s: s.topic), (lambda s: s.c.product)
    selling_post = lambda s: selling(s) and s.c.channel in POST  # noqa: E731
    selling_else = lambda s: selling(s) and s.c.channel not in POST  # noqa: E731
    return {
        "decency.opted-out": _opted_out,
        "decency.call-hours": _hours(calls, {**dict.fromkeys(range(5), (540, 1200)), 5: (600, 1020)}),
        "decency.marketing-hours": _hours(lambda s: light(s) and s.c.purpose in (*SELLING, "survey"), week),
        "decency.service-hours": _hours(
            lambda s: light(s) and s.c.purpose not in (*SELLING, "survey", *SPARED),
            dict.fromkeys(range(7), (480, 1260)),
        ),
        "decency.same-content": _at_most(advertisement, 1, 7, content),
        "decency.same-letter": _at_most(lambda s: _pushed(s, ("marketing",)) and s.c.channel in POST, 1, 30, content),
        "decency.same-topic": _at_most(selling, 1, 7, topic, distinct=_sender),
        "decency.same-topic.post": _at_most(selling_post, 1, 14, topic, distinct=_sender, counts=selling),
        "decency.same-topic.after-letter": _at_most(selling_else, 1, 14, topic, distinct=_sender, counts=selling_post),
        "decency.same-product": _at_most(selling, 1, 7, product, distinct=_sender),
        "decency.calls.day": _at_most(calls, 2, None, statuses=ATTEMPTED),
        "decency.calls.week": _at_most(calls, 5, 7, statuses=ATTEMPTED),
        "decency.collections.day": _at_most(debts, 1, None),
        "decency.collections.week": _at_most(debts, 7, 7, statuses=ATTEMPTED),
        "decency.selling.day": _at_most(selling, 1, None),
        "decency.selling.week": _at_most(selling, 3, 7),
        "decency.selling.month": _at_most(selling, 8, 30),
        "decency.all.day": _at_most(not_spared, 3, None),
        "decency.all.week": _at_most(not_spared, 7, 7),
        "decency.survey": _at_most(lambda s: _pushed(s, ("survey",)), 1, 30),
    }


@dataclass(frozen=True)
class Expected:
    """Of one rule: contacts against it, their customers, contacts whose times do not tell; last day; by department."""

    contacts: int
    customers: int
    vague: int
    last: str | None
    departments: dict[str | None, int]


def expected(folder: Path) -> dict[str, Expected]:
    """What the audit should find, rule by rule."""
    contacts, opt_outs = everything(folder)
    found = {}
    for name, rule in _rules().items():
        told = [
            (customer, s, answer)
            for customer, said in contacts.items()
            for i, s in enumerate(said)
            if (answer := rule(s, said[:i], opt_outs.get(customer, []))) is not None
        ]
        against = [(c, s) for c, s, answer in told if answer == "against"]
        found[name] = Expected(
            len(against),
            len({c for c, _ in against}),
            len(told) - len(against),
            max((s.c.day.isoformat() for _, s in against), default=None),
            dict(Counter(s.c.department for _, s in against)),
        )
    return found
