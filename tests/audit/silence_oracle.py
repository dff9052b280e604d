"""Silence, waste, reachability and groups of `small_silence`, counted as slowly and plainly as possible.

States are taken as the product folds them (`customers` has its own tests); all else is counted from the rows.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from audit.small_silence import CHANNELS, CLASSES, LAST

END = datetime(LAST.year, LAST.month, LAST.day) + timedelta(days=1)
DAY = timedelta(days=1)
RECEIVED = ("sent", "delivered", "reserved")
ATTEMPTS = (*RECEIVED, "bounced", "failed")
STOPPED = ("marketing", "sales", "survey")
LONG_AGO, NEVER = datetime(1900, 1, 1), datetime(9999, 1, 1)


class World:
    """The rows by customer; `held`: (customer, kind, state, start, until, scopes) as folded."""

    def __init__(self, people, contacts, responses, held) -> None:
        self.people = {p["key"]: p for p in people}
        self.contacts, self.responses, self.held = defaultdict(list), defaultdict(list), defaultdict(list)
        for row in contacts:
            self.contacts[row["key"]].append(row)
            self.people.setdefault(row["key"], {})
        for row in responses:
            self.responses[row["key"]].append(row)
            self.people.setdefault(row["key"], {})
        for row in held:
            self.held[row[0]].append(row[1:])

    def received(self, who):
        return [c for c in self.contacts[who] if c["status"] in RECEIVED]

    def pushed(self, who):
        return [c for c in self.received(who) if c["initiated"] != "customer"]

    def since(self, who):
        stated = self.people[who].get("since")
        if stated is not None:
            return stated
        return min((e["at"] for e in (*self.contacts[who], *self.responses[who])), default=None)

    def now(self, who, state, kind="state", at=END):
        return [h for h in self.held[who] if h[:2] == (kind, state) and h[2] <= at < h[3]]


def fates(world: World) -> Counter:
    """(what, fate) -> questions."""
    answered_until = END
    found = Counter()
    for who in world.people:
        opened = [(h[2], h[3]) for h in world.held[who] if h[:2] == ("state", "complaint_open")]
        cries = [r["at"] for r in world.responses[who] if r["kind"] == "complained"]
        complaints = cries + [s for s, _ in opened if all(abs(s - c) > DAY for c in cries)]
        answers = [
            (c["at"], c["at"] + DAY - timedelta(microseconds=1) if c["at_precision"] == "day" else c["at"])
            for c in world.received(who)
            if c["purpose"] == "service" or c["initiated"] == "customer"
        ]
        closings = [r["at"] for r in world.responses[who] if r["kind"] == "complaint_closed"]
        closings += [u for _, u in opened if u != NEVER]
        asked = [("question", r["at"], answers) for r in world.responses[who] if r["kind"] == "asked"]
        asked += [("complaint", at, [*answers, *((c, c) for c in closings)]) for at in complaints]
        for what, at, possible in asked:
            if at >= END:
                continue
            after = sorted(a for a, latest in possible if latest >= at)
            if not after:
                found[what, "waiting" if answered_until - at < 7 * DAY else "unanswered"] += 1
            else:
                lag = max(after[0] - at, timedelta())
                if lag <= DAY:
                    found[what, "within_a_day"] += 1
                found[what, "in_time" if lag <= 7 * DAY else "late"] += 1
    return found


def welcomes(world: World) -> tuple[int, int]:
    """First purchases due for a welcome, and those without."""
    first_response = min(r["at"] for rows in world.responses.values() for r in rows)
    due = missed = 0
    for who, person in world.people.items():
        bought = sorted(r["at"] for r in world.responses[who] if r["kind"] == "bought")
        if not bought:
            continue
        at, stated = bought[0], person.get("since")
        new = stated >= datetime(2025, 1, 1) if stated is not None else at >= first_response + 180 * DAY
        if new and at < END - 14 * DAY:
            due += 1
            missed += not any(
                c["communication"] == "hello-pack" and at - 30 * DAY <= c["at"] < at + 14 * DAY
                for c in world.received(who)
            )
    return due, missed


def notices(world: World) -> tuple[int, int]:
    """Renewals due for a notice, and those without."""
    due = {
        (who, h[2])
        for who in world.people
        for h in world.held[who]
        if h[:2] == ("state", "renewal") and datetime(2025, 1, 1) + 60 * DAY <= h[2] < END
    }
    missed = [
        1
        for who, at in due
        if not any(c["communication"] == "your-renewal" and at - 60 * DAY <= c["at"] < at for c in world.received(who))
    ]
    return len(due), len(missed)


def value(world: World, who) -> int | None:
    """Cents spent; None for who has not bought."""
    bought = [r for r in world.responses[who] if r["kind"] == "bought" and r["at"] < END]
    return sum(round(r["value"] * 100) for r in bought) if bought else None


def unheard(world: World, days: int) -> tuple[int, int]:
    """Valued customers who may be contacted, and those of them who received nothing in the last so many days."""
    worth = {who: v for who in world.people if (v := value(world, who)) is not None}
    top = sorted(worth.values(), reverse=True)[-(-len(worth) // 5) - 1]
    known = [
        who
        for who, v in worth.items()
        if v >= top and world.now(who, "consent") and not gone(world, who) and world.since(who) < END - days * DAY
    ]
    silent = [w for w in known if not any(END - days * DAY <= c["at"] < END for c in world.received(w))]
    return len(known), len(silent)


def gone(world: World, who) -> bool:
    """Whether the customer is deceased."""
    return bool(world.now(who, "deceased"))


def waste(world: World) -> tuple[int, int, int]:
    """Ten or more in 180 days: customers, those who did nothing, and what these received."""
    start = END - 180 * DAY
    got = {who: sum(start <= c["at"] < END for c in world.pushed(who)) for who in world.people}
    many = [who for who, n in got.items() if n >= 10]
    silent = [w for w in many if not any(start <= r["at"] < END and r["kind"] != "bounced" for r in world.responses[w])]
    return len(many), len(silent), sum(got[w] for w in silent)


def reach(world: World) -> dict[tuple[str, str], Counter]:
    """(channel, class) -> customers by what became of them."""
    found = {(channel, purpose): Counter() for channel in CHANNELS for purpose in CLASSES}
    for (channel, purpose), counts in found.items():
        for who, person in world.people.items():
            has = any(c["channel"] == channel for c in world.received(who))
            has |= channel == "email" and person.get("identifier_email") is not None
            dead = any(h[4]["channel"] in (None, channel) for h in world.now(who, "hard_bounced"))
            fate = "reachable"
            if gone(world, who):
                fate = "gone"
            elif not has:
                fate = "no_address"
            elif dead:
                fate = "dead_address"
            elif _covered(world, who, "opted_out", channel, purpose):
                fate = "opted_out"
            counts[fate] += 1
            counts["with_consent"] += fate == "reachable" and _covered(world, who, "consent", channel, purpose)
    return found


def _covered(world, who, state, channel, purpose) -> bool:
    return any(
        h[4]["topic"] is None
        and h[4]["channel"] in (None, channel)
        and (h[4]["purpose"] == purpose or (h[4]["purpose"] is None and purpose in STOPPED))
        for h in world.now(who, state)
    )


def short(world: World, n, start, counts, means=lambda who: True) -> tuple[int, int, int, int]:
    """(customers meant, short, none at all, too new) of a rule that asks for `n` from `start` on."""
    meant = lacking = nothing = new = 0
    for who in world.people:
        since = world.since(who)
        if not means(who):
            continue
        if since is not None and since > start:
            new += 1
            continue
        got = sum(counts(c) and start <= _latest(c) and c["at"] < END for c in world.contacts[who])
        meant, lacking, nothing = meant + 1, lacking + (got < n), nothing + (got == 0)
    return meant, lacking, nothing, new


def _latest(contact) -> datetime:
    return contact["at"] + (DAY - timedelta(microseconds=1) if contact["at_precision"] == "day" else timedelta())


def busiest_week(contacts) -> int:
    """Most contacts of which the first and last lie less than seven days apart."""
    at = sorted(c["at"] for c in contacts)
    return max((sum(a <= b < a + 7 * DAY for b in at) for a in at), default=0)
