"""What contacts against the rules cost: money, and what customers did after them.

Owns the counts of a bucket and the arithmetic on the merged counts. Refuses to call a difference an effect: who is
contacted most is often a better customer, so that rates are compared within value bands and message classes, and
within customers; what is left is association.

Sources: E. B. Wilson, "Probable inference", JASA 22 (1927), for shares; S. Greenland and J. M. Robins, "Estimation of a
common effect parameter from sparse follow-up data", Biometrics 41 (1985), for the difference over strata.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum, sqrt

import numpy as np
import pyarrow as pa

from primum.audit import kernels as k
from primum.audit.counting import counted
from primum.audit.frame import Frame
from primum.audit.hear import Heard
from primum.audit.law import SEVERITIES, Law
from primum.audit.lookup import MICRO
from primum.audit.partial import Partial
from primum.audit.results_cost import Aftermath, Consequences, CostOfSeverity, Followed, Rate
from primum.words.time import US_PER_DAY

AFTER_DAYS = 7
FOLLOWED: tuple[Followed, ...] = ("opted_out", "complained", "bought")
BANDS = (1, 2, 4, 8)
"""Purchases before a contact from which on the next value band begins."""
Z = 1.959964
"""The 97.5% quantile of the normal distribution."""
WITHIN = 0
"""Group of contacts against no rule; 1 and on: those against each of SEVERITIES."""
HIGHER, LOWER = range(2)


@dataclass(frozen=True)
class Did:
    """What customers of a bucket did, a row each: customer and instant."""

    customer: np.ndarray
    at: np.ndarray


def swept_consequences(
    frame: Frame, law: Law, heard: Heard, against: np.ndarray, unsure: np.ndarray, number: int
) -> Partial:
    """What one bucket adds.

    Args:
        against: [n, 2], asks and the rules they are against.
        unsure: asks that only may be against one: neither against nor within.
    """
    severity = np.zeros((len(heard.at), len(SEVERITIES)), bool)
    severity[against[:, 0], law.severity_of_rule()[against[:, 1]]] = True
    groups = np.column_stack([~severity.any(axis=1), severity])
    groups[unsure, WITHIN] = False
    counts = {"against cost": _costs(frame, heard, severity)}
    tables: dict[str, dict[tuple[int, ...], int]] = {"after": {}, "after followed": {}}
    same = np.zeros((len(FOLLOWED), len(SEVERITIES), 2), np.int64)
    did = _did(frame, law, number)
    place = _followable(frame, heard)
    customer, at, tag = heard.customer[place], heard.at[place], heard.tag[place]
    band = np.searchsorted(BANDS, before(did[FOLLOWED.index("bought")], customer, at), side="right")
    purpose = frame.lookup.columns["purpose"].index[tag]
    for what, events in enumerate(did):
        after = before(events, customer, at + AFTER_DAYS * US_PER_DAY) > before(events, customer, at + 1)
        for group in range(groups.shape[1]):
            own = np.flatnonzero(groups[place, group])
            key = np.stack([np.full(len(own), what), np.full(len(own), group), purpose[own], band[own]], axis=1)
            tables["after"] |= counted(key)
            tables["after followed"] |= counted(key[after[own]])
            if group != WITHIN:
                same[what, group - 1] = _same(customer, after, groups[place, WITHIN], groups[place, group])
    return Partial(counts | {"after same": same}, {}, {}, {}, tables, {})


def nothing_followed() -> Partial:
    """What a bucket without contacts adds."""
    counts = {
        "against cost": np.zeros((len(SEVERITIES), 3), np.int64),
        "after same": np.zeros((len(FOLLOWED), len(SEVERITIES), 2), np.int64),
    }
    return Partial(counts, {}, {}, {}, {"after": {}, "after followed": {}}, {})


def _costs(frame: Frame, heard: Heard, severity: np.ndarray) -> np.ndarray:
    """Per severity: contacts, their cost in millionths, and those whose cost is not known."""
    look = frame.lookup
    cost = look.unit_cost[look.tags[heard.tag, k.CELL]].copy()
    if "cost" in heard.bucket.rows.column_names:
        own = heard.bucket.rows["cost"].to_numpy()[heard.bucket.asks[:, 0]].astype(np.float64)
        cost = np.where(np.isnan(own), cost, np.rint(np.nan_to_num(own) * MICRO).astype(np.int64))
    known = cost != k.MISSING
    return np.array([[s.sum(), cost[s & known].sum(), (s & ~known).sum()] for s in severity.T], np.int64)


def _followable(frame: Frame, heard: Heard) -> np.ndarray:
    """Asks that were received and pushed, early enough for what followed to be known."""
    flags = frame.lookup.tags[heard.tag, k.FLAGS]
    lasts = [s.last for s in frame.history.manifest.sources if s.kind in ("responses", "events") and s.last is not None]
    end = max(lasts, default=0)
    landed = (flags & k.RECEIVED > 0) & (flags & k.PUSHED > 0)
    return np.flatnonzero(landed & (heard.at + AFTER_DAYS * US_PER_DAY <= end))


def _did(frame: Frame, law: Law, number: int) -> tuple[Did, ...]:
    """By FOLLOWED, what customers did."""
    rows = frame.history.table("responses", number, ["customer", "at", "tag"])
    empty = np.empty(0, np.int64)
    if rows is None:
        return tuple(Did(empty, empty) for _ in FOLLOWED)
    kinds = frame.lookup.response_kind
    tag, customer = rows["tag"].to_numpy(), rows["customer"].to_numpy().astype(np.int64)
    at = rows["at"].cast(pa.int64()).to_numpy()
    found = []
    for what in FOLLOWED:
        meant = law.purchases if what == "bought" else (what,)
        own = np.array([kind in meant for kind in kinds], bool)[tag]
        found.append(Did(customer[own], at[own]))
    return tuple(found)


def before(did: Did, customer: np.ndarray, at: np.ndarray) -> np.ndarray:
    """How often the customer had done it before each instant (int64)."""
    events = len(did.at)
    who, when = np.concatenate([did.customer, customer]), np.concatenate([did.at, at])
    asked = np.arange(len(who)) >= events
    order = np.lexsort((~asked, when, who))
    seen = np.cumsum(~asked[order])
    count = np.empty(len(who), np.int64)
    count[order] = seen
    of_others = np.searchsorted(np.sort(did.customer), customer, side="left")
    return np.asarray(count[events:] - of_others)


def _same(customer: np.ndarray, after: np.ndarray, within: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Customers with contacts of both kinds: those whose share is higher after contacts against rules, and lower."""
    size = int(customer.max(initial=-1)) + 1
    one, other = (np.bincount(customer[g], minlength=size) for g in (against, within))
    did, did_other = (np.bincount(customer[g & after], minlength=size) for g in (against, within))
    both = (one > 0) & (other > 0)
    left, right = did * other, did_other * one
    return np.array([(both & (left > right)).sum(), (both & (left < right)).sum()], np.int64)


# Findings


def consequences(frame: Frame, total: Partial) -> Consequences:
    """What the audit found."""
    costs = tuple(
        CostOfSeverity(s, int(n), int(micro) / MICRO if n > unknown else None, int(unknown))  # type: ignore[arg-type]
        for s, (n, micro, unknown) in zip(SEVERITIES, total.counts["against cost"].tolist(), strict=True)
        if n
    )
    told = [what for i, what in enumerate(FOLLOWED) if any(key[0] == i for key in total.tables["after followed"])]
    return Consequences(
        AFTER_DAYS, costs, tuple(_aftermath(total, told)), tuple(what for what in FOLLOWED if what not in told)
    )


def _aftermath(total: Partial, told: list[Followed]) -> Iterator[Aftermath]:
    contacts, followed = total.tables["after"], total.tables["after followed"]
    for place, severity in enumerate(SEVERITIES, 1):
        for what in told:
            number = FOLLOWED.index(what)
            strata: dict[tuple[int, ...], list[int]] = {}
            for key, n in contacts.items():
                if key[0] == number and key[1] in (WITHIN, place):
                    cell = strata.setdefault(key[2:], [0, 0, 0, 0])
                    first = 0 if key[1] == place else 2
                    cell[first], cell[first + 1] = n, followed.get(key, 0)
            sums = np.array(list(strata.values()), np.int64).reshape(-1, 4).sum(axis=0).tolist()
            if not sums[0]:
                continue
            higher, lower = (int(n) for n in total.counts["after same"][number, place - 1])
            yield Aftermath(
                severity,  # type: ignore[arg-type]
                what,
                rate(sums[0], sums[1]),
                rate(sums[2], sums[3]),
                *difference(strata),
                higher + lower,
                higher,
                *wilson(higher, higher + lower),
            )


def rate(contacts: int, followed: int) -> Rate:
    """A share with its interval."""
    return Rate(contacts, followed, *wilson(followed, contacts))


def wilson(hits: int, count: int) -> tuple[float | None, float | None, float | None]:
    """A share and its 95% interval by Wilson (1927); None of nothing."""
    if not count:
        return None, None, None
    share, z = hits / count, Z * Z / count
    middle, half = share + z / 2, Z * sqrt(share * (1 - share) / count + z / (4 * count))
    low, high = (middle - half) / (1 + z), (middle + half) / (1 + z)
    return share, max(0.0, min(low, share)), min(1.0, max(high, share))


def difference(
    strata: Mapping[tuple[int, ...], list[int]],
) -> tuple[int, float | None, float | None, float | None]:
    """How many strata hold both, and the difference of the shares over them with its 95% interval.

    Args:
        strata: contacts against and those that something followed, contacts within and those; Mantel-Haenszel weights,
            the variance of Greenland and Robins (1985).
    """
    both = [cell for cell in strata.values() if cell[0] and cell[2]]
    if not both:
        return 0, None, None, None
    weight = fsum(n * m / (n + m) for n, _, m, _ in both)
    found = fsum((a * m - c * n) / (n + m) for n, a, m, c in both) / weight
    spread = fsum((a * (n - a) * m**3 + c * (m - c) * n**3) / (n * m * (n + m) ** 2) for n, a, m, c in both)
    half = Z * sqrt(spread) / weight
    return len(both), found, found - half, found + half
