"""The audit's kernels again, as slowly and plainly as possible: the truth that the compiled ones are compared with.

Each function takes one customer's contacts as a list of dicts (`at` in microseconds, `day`, `department`, `content`,
`until`, `communication`, `products`), in time order.
"""

from collections import Counter
from itertools import combinations

NOBODY = None
DAY = 86_400_000_000


def busiest(contacts: list[dict], days: int) -> int:
    """Most contacts of which the first and the last lie less than so many days apart."""
    return max(
        (sum(1 for b in contacts if 0 <= b["at"] - a["at"] < days * DAY) for a in contacts),
        default=0,
    )


def repeats(contacts: list[dict], days: int) -> list[tuple[int, int]]:
    """Places (earlier, again): the nearest earlier contact of the same content less than so many days before."""
    found = []
    for i, again in enumerate(contacts):
        same = [j for j in range(i) if contacts[j]["content"] == again["content"] is not None]
        if same and again["at"] - contacts[same[-1]]["at"] < days * DAY:
            found.append((same[-1], i))
    return found


def meeting_days(contacts: list[dict]) -> dict[int, set]:
    """The recorded departments of each local day."""
    days: dict[int, set] = {}
    for contact in contacts:
        days.setdefault(contact["day"], set())
        if contact["department"] is not NOBODY:
            days[contact["day"]].add(contact["department"])
    return days


def meeting_pairs(contacts: list[dict]) -> Counter:
    """Customer-days by pair of departments."""
    return Counter(pair for present in meeting_days(contacts).values() for pair in combinations(sorted(present), 2))


def live_pairs(contacts: list[dict]) -> list[tuple[dict, dict]]:
    """Pairs of different offers whose closed intervals meet; a re-send while it is live extends its offer."""
    offers: list[dict] = []
    pairs = []
    for contact in contacts:
        if contact["until"] is None or contact["until"] < contact["at"]:
            continue
        live = [o for o in offers if o["until"] >= contact["at"]]
        again = [o for o in live if o["communication"] is not None and o["communication"] == contact["communication"]]
        if again:
            again[-1]["until"] = max(again[-1]["until"], contact["until"])
            continue
        pairs += [(o, contact) for o in live]
        offers.append(dict(contact))
    return pairs
