"""The compiled questions of the audit, one kernel each, asked of a bucket sorted by (customer, instant).

Owns the loops and the arrays they fill. Refuses names and texts: it sees codes, and its callers know what they stand
for. The plain twin of every kernel is in `tests/audit/naive.py`.

`reach` goes over all contacts and hands on those that count for pressure (received and pushed) as `Counted`; every
other kernel is one more loop over that shorter list.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

US_PER_DAY = 86_400_000_000
MONTH_US = 30 * US_PER_DAY
MISSING = np.iinfo(np.int64).min
HISTOGRAM = 512
OFFER_CAP = 200

ATTEMPTED, RECEIVED, PUSHED, DAY_ONLY, HOUR_ONLY = 1, 2, 4, 8, 16
"""Bits of a tag's flags."""

FLAGS, DEPARTMENT, CELL, COMMUNICATION, PRODUCTS, ZONE = range(6)
"""Columns of the tag matrix: one row a tag, so that a contact costs one look-up."""


class Calendar(NamedTuple):
    """Zones as transition tables (see `words.time.transitions`), and months by day."""

    zone: np.ndarray
    """Zone of each customer of the bucket, int16."""
    first: np.ndarray
    """Zone z's transitions are first[z] : first[z + 1]; zone 0 is the company's own, the next are the sources'."""
    instant: np.ndarray
    offset: np.ndarray
    day0: int
    month: np.ndarray
    """Month code of day day0 + i."""


class Reach(NamedTuple):
    """Filled by `reach`. D departments (the last is "not recorded"), K cells, C communications, M months."""

    cell_received: np.ndarray
    cell_asked: np.ndarray
    cell_reach: np.ndarray
    cell_customer_months: np.ndarray
    department_reach: np.ndarray
    communication_reach: np.ndarray
    communication_first: np.ndarray
    """First local day, number since 1970."""
    communication_last: np.ndarray
    communication_responders: np.ndarray
    months: np.ndarray
    """[D, M] contacts."""
    shared: np.ndarray
    """[D, D], upper half: customers who received something from both."""
    kinds: np.ndarray
    """[D, kind sets]: customers reached, by the set of identifier kinds known of them."""
    days: np.ndarray
    """First and last local day with a contact."""
    reached: np.ndarray
    """[1]: customers who received something."""


class Counted(NamedTuple):
    """The contacts that were received and pushed, in the bucket's order."""

    offsets: np.ndarray
    row: np.ndarray
    """Place in the bucket, int32."""
    day: np.ndarray
    department: np.ndarray


@njit(cache=True, nogil=True)
def reach(
    offsets: np.ndarray,
    at: np.ndarray,
    tag: np.ndarray,
    tags: np.ndarray,
    calendar: Calendar,
    kind_set: np.ndarray,
    response_offsets: np.ndarray,
    response_communication: np.ndarray,
    out: Reach,
    counted: Counted,
) -> int:
    """Volumes by month, reach of everything, responders; gathers what counts.

    A contact's day is the customer's; of one that is known only to the day it is the date that its source wrote, which
    begins at the contact's instant in the source's zone.

    Args:
        offsets, at, tag: the bucket's contacts (see `history.Rows`).
        tags: [tags, 6] int32, see the column constants.
        kind_set: per customer, the code of its set of identifier kinds.
        response_offsets: customer offsets of the responses (length 1: there are none).
        response_communication: communication code of each response, -1 where it names none.

    Returns: how many entries of `counted` are filled.
    """
    cells, communications, departments = len(out.cell_reach), len(out.communication_reach), len(out.department_reach)
    nobody = departments - 1
    cell_mark = np.full(cells, -1, np.int32)
    cell_month = np.zeros(cells, np.int32)
    department_mark = np.full(departments, -1, np.int32)
    communication_mark = np.full(communications, -1, np.int32)
    responder_mark = np.full(communications, -1, np.int32)
    seen = np.empty(departments, np.int32)
    first_day, last_day = out.days[0], out.days[1]
    n = 0
    for c in range(offsets.shape[0] - 1):
        counted.offsets[c] = n
        low, high = offsets[c], offsets[c + 1]
        if low == high:
            continue
        zone = calendar.zone[c]
        here, here_end = calendar.first[zone], calendar.first[zone + 1]
        source_zone, there, there_end = np.int32(-1), calendar.first[0], calendar.first[0]
        present = 0
        for i in range(low, high):
            meaning = tags[tag[i]]
            flags = meaning[FLAGS]
            if not flags & ATTEMPTED:
                continue
            if flags & DAY_ONLY:
                if meaning[ZONE] != source_zone:
                    source_zone = meaning[ZONE]
                    there, there_end = calendar.first[source_zone], calendar.first[source_zone + 1]
                while there + 1 < there_end and calendar.instant[there + 1] <= at[i]:
                    there += 1
                day = (at[i] + calendar.offset[there]) // US_PER_DAY
            else:
                while here + 1 < here_end and calendar.instant[here + 1] <= at[i]:
                    here += 1
                day = (at[i] + calendar.offset[here]) // US_PER_DAY
            first_day, last_day = min(first_day, day), max(last_day, day)
            month = calendar.month[day - calendar.day0]
            department, cell, communication = meaning[DEPARTMENT], meaning[CELL], meaning[COMMUNICATION]
            out.months[department, month] += 1
            if communication >= 0:
                if day < out.communication_first[communication]:
                    out.communication_first[communication] = day
                if day > out.communication_last[communication]:
                    out.communication_last[communication] = day
            if not flags & RECEIVED:
                continue
            out.cell_received[cell] += 1
            if cell_mark[cell] != c:
                cell_mark[cell] = c
                cell_month[cell] = -1
                out.cell_reach[cell] += 1
            if cell_month[cell] < month:
                cell_month[cell] = month
                out.cell_customer_months[cell] += 1
            if department_mark[department] != c:
                department_mark[department] = c
                seen[present] = department
                present += 1
            if communication >= 0 and communication_mark[communication] != c:
                communication_mark[communication] = c
                out.communication_reach[communication] += 1
            if not flags & PUSHED:
                out.cell_asked[cell] += 1
                continue
            counted.row[n] = i
            counted.day[n] = day
            counted.department[n] = department
            n += 1
        out.reached[0] += present > 0
        for a in range(present):
            first = seen[a]
            out.department_reach[first] += 1
            out.kinds[first, kind_set[c]] += 1
            for b in range(a + 1, present):
                second = seen[b]
                if first != nobody and second != nobody:
                    out.shared[min(first, second), max(first, second)] += 1
        if response_offsets.shape[0] > 1:
            for r in range(response_offsets[c], response_offsets[c + 1]):
                communication = response_communication[r]
                if communication < 0 or communication_mark[communication] != c or responder_mark[communication] == c:
                    continue
                responder_mark[communication] = c
                out.communication_responders[communication] += 1
    counted.offsets[offsets.shape[0] - 1] = n
    out.days[0], out.days[1] = first_day, last_day
    return n


@njit(cache=True, nogil=True)
def busiest(offsets: np.ndarray, at: np.ndarray, week_us: int, week: np.ndarray, month: np.ndarray) -> None:
    """Busiest 7 and 30 days of each customer (see `pressure`), by no department."""
    for c in range(offsets.shape[0] - 1):
        low = offsets[c]
        start7, start30, most7, most30 = low, low, 0, 0
        for i in range(low, offsets[c + 1]):
            now = at[i]
            while now - at[start7] >= week_us:
                start7 += 1
            while now - at[start30] >= MONTH_US:
                start30 += 1
            most7 = max(most7, i - start7 + 1)
            most30 = max(most30, i - start30 + 1)
        week[c], month[c] = most7, most30


@njit(cache=True, nogil=True)
def pressure(
    offsets: np.ndarray,
    at: np.ndarray,
    department: np.ndarray,
    departments: int,
    week_us: int,
    week: np.ndarray,
    month: np.ndarray,
    by_department: np.ndarray,
) -> np.ndarray:
    """Busiest 7 and 30 days of each customer, over all departments and of each department.

    A window holds contacts whose first and last lie less than its width apart (rules.md, section 3).

    Args:
        at: instants of the counted contacts, int64 microseconds; `department`: their departments.
        week, month: filled per customer.
        by_department: [3, departments, HISTOGRAM], filled with customers by busiest 7 days, 30 days and total.

    Returns: [n, 4] int64, (department, busiest 7 days, busiest 30 days, total) too large for `by_department`.
    """
    overflow = np.empty((at.shape[0] // HISTOGRAM + 1, 4), np.int64)
    spilled = 0
    longest = 1
    for c in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    members = np.empty(longest, np.int64)
    done = np.full(departments, -1, np.int32)
    for c in range(offsets.shape[0] - 1):
        low, high = offsets[c], offsets[c + 1]
        start7, start30, most7, most30 = low, low, 0, 0
        several = False
        for i in range(low, high):
            now = at[i]
            while now - at[start7] >= week_us:
                start7 += 1
            while now - at[start30] >= MONTH_US:
                start30 += 1
            most7 = max(most7, i - start7 + 1)
            most30 = max(most30, i - start30 + 1)
            several |= department[i] != department[low]
        week[c], month[c] = most7, most30
        for i in range(low, high):
            d = department[i]
            if done[d] == c:
                continue
            done[d] = c
            total = high - low
            if several:
                total = 0
                for j in range(i, high):
                    if department[j] == d:
                        members[total] = at[j]
                        total += 1
                start7, start30, most7, most30 = 0, 0, 0, 0
                for m in range(total):
                    while members[m] - members[start7] >= week_us:
                        start7 += 1
                    while members[m] - members[start30] >= MONTH_US:
                        start30 += 1
                    most7 = max(most7, m - start7 + 1)
                    most30 = max(most30, m - start30 + 1)
            if total < HISTOGRAM:
                by_department[0, d, most7] += 1
                by_department[1, d, most30] += 1
                by_department[2, d, total] += 1
            else:
                overflow[spilled, 0], overflow[spilled, 1] = d, most7
                overflow[spilled, 2], overflow[spilled, 3] = most30, total
                spilled += 1
    return overflow[:spilled]


class Meetings(NamedTuple):
    """Filled by `meetings`; D departments, the last of them "not recorded", which never meets anybody."""

    days: np.ndarray
    """[D, D], upper half: customer-days."""
    customers: np.ndarray
    """[D, D], upper half."""
    departments_on_day: np.ndarray
    """[D + 1]: customer-days by number of recorded departments."""
    met: np.ndarray
    """[1]: customers with at least one meeting."""
    best: np.ndarray
    """customer, day, departments, contacts of the day on which one customer heard from the most departments."""


@njit(cache=True, nogil=True)
def meetings(
    offsets: np.ndarray, day: np.ndarray, department: np.ndarray, most_on_day: np.ndarray, out: Meetings
) -> None:
    """Local days on which several recorded departments met at one customer; the busiest day of each customer.

    Days are sorted first where they need it: a date without a time stands at its source's midnight, and beside a
    customer in a far zone it may come a day early or late.
    """
    departments = out.days.shape[0]
    nobody = departments - 1
    mark = np.full((departments, departments), -1, np.int32)
    seen = np.empty(departments, np.int32)
    for c in range(offsets.shape[0] - 1):
        low, high = offsets[c], offsets[c + 1]
        for i in range(low + 1, high):
            j = i
            while j > low and day[j - 1] > day[j]:
                day[j - 1], day[j] = day[j], day[j - 1]
                department[j - 1], department[j] = department[j], department[j - 1]
                j -= 1
        met = False
        i = low
        while i < high:
            today, start, present = day[i], i, 0
            while i < high and day[i] == today:
                d = department[i]
                known = d == nobody
                for k in range(present):
                    known |= seen[k] == d
                if not known:
                    seen[present] = d
                    present += 1
                i += 1
            contacts = i - start
            out.departments_on_day[present] += 1
            most_on_day[c] = max(most_on_day[c], contacts)
            if present > out.best[2] or (present == out.best[2] and contacts > out.best[3]):
                out.best[0], out.best[1], out.best[2], out.best[3] = c, today, present, contacts
            for a in range(present):
                for b in range(a + 1, present):
                    met = True
                    first, second = min(seen[a], seen[b]), max(seen[a], seen[b])
                    out.days[first, second] += 1
                    if mark[first, second] != c:
                        mark[first, second] = c
                        out.customers[first, second] += 1
        out.met[0] += met


@njit(cache=True, nogil=True)
def repeats(
    offsets: np.ndarray, at: np.ndarray, content: np.ndarray, usable: np.ndarray, repeat_us: int
) -> tuple[np.ndarray, int]:
    """Contacts whose content the same customer received less than `repeat_us` before.

    Args:
        content: fingerprint of each counted contact; `usable`: whether it has one (length 0: all have).

    Returns: ([n, 3] int32: customer, place of the nearest earlier contact, place of the repeat; contacts checked).
    """
    longest = 1
    for c in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    slots = 2
    while slots < 2 * longest:
        slots *= 2
    owner = np.full(slots, -1, np.int32)
    place = np.empty(slots, np.int32)
    found = np.empty((1024, 3), np.int32)
    n, checked = 0, 0
    for c in range(offsets.shape[0] - 1):
        low, high = offsets[c], offsets[c + 1]
        mask = 1
        while mask < 2 * (high - low):
            mask *= 2
        mask -= 1
        for i in range(low, high):
            if usable.shape[0] and not usable[i]:
                continue
            checked += 1
            mixed = np.uint64(content[i]) * np.uint64(0x9E3779B97F4A7C15)
            slot = np.int64((mixed >> np.uint64(32)) & np.uint64(mask))
            while owner[slot] == c and content[place[slot]] != content[i]:
                slot = (slot + 1) & mask
            if owner[slot] == c and at[i] - at[place[slot]] < repeat_us:
                if n == found.shape[0]:
                    larger = np.empty((2 * n, 3), np.int32)
                    larger[:n] = found
                    found = larger
                found[n, 0], found[n, 1], found[n, 2] = c, place[slot], i
                n += 1
            owner[slot] = c
            place[slot] = i
    return found[:n], checked


class Offers(NamedTuple):
    """Filled by `offers`; D departments."""

    pairs: np.ndarray
    """[D, D], upper half with diagonal."""
    totals: np.ndarray
    """offers, most at once, same-product pairs, customers over the cap."""


EVERY_PAIR, ONE_DEPARTMENT, BETWEEN = range(3)
"""Which pairs of offers are counted."""


@njit(cache=True, nogil=True)
def offers(
    offsets: np.ndarray,
    at: np.ndarray,
    until: np.ndarray,
    department: np.ndarray,
    communication: np.ndarray,
    products: np.ndarray,
    overlap: np.ndarray,
    which: int,
    held: np.ndarray,
    out: Offers,
) -> None:
    """Pairs of one customer's offers that are live at once; a re-sent offer (same communication) extends itself.

    Args:
        until: last instant of each counted contact's offer, MISSING where it has none.
        products: code of its product set, -1 where none is named.
        overlap: [P, P] bool, whether two product sets meet; [0, 0] where that is not checked.
        which: EVERY_PAIR, ONE_DEPARTMENT (pairs of offers of one department) or BETWEEN (of two).
        held: [customers, 2] bool, set where a customer holds a counted pair, and one of the same product.
    """
    live_until = np.empty(OFFER_CAP, np.int64)
    live = np.empty(OFFER_CAP, np.int64)
    for c in range(offsets.shape[0] - 1):
        count, pairs, product_pairs = 0, 0, 0
        capped = False
        for i in range(offsets[c], offsets[c + 1]):
            if until[i] == MISSING:
                continue
            out.totals[0] += 1
            kept = 0
            for o in range(count):
                if live_until[o] >= at[i]:
                    live_until[kept], live[kept] = live_until[o], live[o]
                    kept += 1
            count = kept
            if until[i] < at[i]:
                continue
            again = -1
            for o in range(count):
                if communication[i] >= 0 and communication[live[o]] == communication[i]:
                    again = o
            if again >= 0:
                live_until[again] = max(live_until[again], until[i])
                continue
            for o in range(count):
                other = live[o]
                a, b = min(department[i], department[other]), max(department[i], department[other])
                if (which == ONE_DEPARTMENT and a != b) or (which == BETWEEN and a == b):
                    continue
                out.pairs[a, b] += 1
                pairs += 1
                if overlap.shape[0] and products[i] >= 0 and products[other] >= 0:
                    product_pairs += overlap[products[i], products[other]]
            if count == OFFER_CAP:
                capped = True
                continue
            live_until[count], live[count] = until[i], i
            count += 1
            out.totals[1] = max(out.totals[1], count)
        held[c, 0] |= pairs > 0
        held[c, 1] |= product_pairs > 0
        out.totals[2] += product_pairs
        out.totals[3] += capped


class Zones(NamedTuple):
    """Zones as transition tables; zone 0 is the company's own."""

    first: np.ndarray
    instant: np.ndarray
    offset: np.ndarray


AHEAD, STAMPED = 32, 64
"""Further bits of a group's flags: what is only proposed or planned; what is known to the instant."""


class Groups(NamedTuple):
    """Tags that a survey need not tell apart: those of one source, department and flags. G groups, S sources."""

    of_tag: np.ndarray
    """Per tag its group, int32."""
    source: np.ndarray
    flags: np.ndarray
    zone: np.ndarray
    """[G] the zone of the group's source."""
    limit: np.ndarray
    """[G] the instant after which nothing of this source can have been sent."""
    elsewhere: np.ndarray
    """[G] its place in `Survey.own`, -1 where the source's days are the company's."""


class Survey(NamedTuple):
    """Filled by `survey`. N local days."""

    days: np.ndarray
    """[G, N] rows by local day: the company's, or for a date without a time the date that the source wrote."""
    own: np.ndarray
    """[E, N] rows of the groups whose source lives in another zone, by the source's local day."""
    newest: np.ndarray
    """[G] last instant not after `now`."""
    midnight: np.ndarray
    """[G] rows at midnight of the source's zone."""
    late: np.ndarray
    """[G] rows after the group's limit."""
    sampled: np.ndarray
    """[S, N] rows known to the instant that were asked for their stamp, by the source's local day; [0, 0]: none."""
    leader: np.ndarray
    """[S, N] the one instant that may hold most of them."""
    lead: np.ndarray
    """[S, N] by how much (a majority vote: an instant of more than half of the rows always leads)."""


@njit(cache=True, nogil=True)
def survey(
    at: np.ndarray,
    tag: np.ndarray,
    row: np.ndarray,
    groups: Groups,
    now: int,
    zones: Zones,
    day0: int,
    every: int,
    out: Survey,
) -> None:
    """When each source and department has rows: one look at every row, linked or not.

    Args:
        row: each row's number in its file; asked for its stamp where it is a multiple of `every`, a power of two
            (length 0: all are asked).
        now: the instant of the audit.
        day0: the first local day of the tables.
    """
    place = zones.first[:-1].copy()
    home, home_end = zones.first[0], zones.first[1]
    for i in range(at.shape[0]):
        moment, g = at[i], groups.of_tag[tag[i]]
        while home > 0 and zones.instant[home] > moment:
            home -= 1
        while home + 1 < home_end and zones.instant[home + 1] <= moment:
            home += 1
        local = moment + zones.offset[home]
        day = local // US_PER_DAY - day0
        own, own_day, flags = local, day, groups.flags[g]
        z = groups.zone[g]
        if z != 0:
            p = place[z]
            while p > zones.first[z] and zones.instant[p] > moment:
                p -= 1
            while p + 1 < zones.first[z + 1] and zones.instant[p + 1] <= moment:
                p += 1
            place[z] = p
            own = moment + zones.offset[p]
            own_day = own // US_PER_DAY - day0
            out.own[groups.elsewhere[g], own_day] += 1
            if flags & DAY_ONLY:
                day = own_day
        out.days[g, day] += 1
        if moment > out.newest[g] and moment <= now:
            out.newest[g] = moment
        if own == (own_day + day0) * US_PER_DAY:
            out.midnight[g] += 1
        if moment > groups.limit[g]:
            out.late[g] += 1
        if out.sampled.shape[0] == 0 or not flags & STAMPED or (row.shape[0] and row[i] & (every - 1)):
            continue
        s = groups.source[g]
        out.sampled[s, own_day] += 1
        if out.lead[s, own_day] == 0:
            out.leader[s, own_day] = moment
            out.lead[s, own_day] = 1
        elif out.leader[s, own_day] == moment:
            out.lead[s, own_day] += 1
        else:
            out.lead[s, own_day] -= 1


@njit(cache=True, nogil=True)
def census(
    offsets: np.ndarray, tag: np.ndarray, tags: np.ndarray, known: np.ndarray, departments: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per customer: contacts (attempts), distinct communications among the `known`, distinct departments."""
    customers = offsets.shape[0] - 1
    contacts = np.zeros(customers, np.int64)
    communications = np.zeros(customers, np.int64)
    senders = np.zeros(customers, np.int64)
    mark = np.full(known.shape[0], -1, np.int32)
    sender_mark = np.full(departments, -1, np.int32)
    for c in range(customers):
        for i in range(offsets[c], offsets[c + 1]):
            meaning = tags[tag[i]]
            if not meaning[FLAGS] & ATTEMPTED:
                continue
            contacts[c] += 1
            department, communication = meaning[DEPARTMENT], meaning[COMMUNICATION]
            if sender_mark[department] != c:
                sender_mark[department] = c
                senders[c] += department < departments - 1
            if communication >= 0 and known[communication] and mark[communication] != c:
                mark[communication] = c
                communications[c] += 1
    return contacts, communications, senders


@njit(cache=True, nogil=True)
def near(
    customer: np.ndarray,
    at: np.ndarray,
    node: np.ndarray,
    wording: np.ndarray,
    inside: np.ndarray,
    first: np.ndarray,
    other: np.ndarray,
    pair: np.ndarray,
    across: np.ndarray,
    window_us: int,
    hits: np.ndarray,
) -> np.ndarray:
    """Customers who received both of a pair of nearly equal texts less than `window_us` apart, in other words.

    Args:
        customer, at: of contacts whose text is in some pair, sorted by customer and instant.
        node: what was said by whom; `wording`: the very text, by a code.
        inside: whether the contact lies in the days that all departments cover.
        first, other, pair: node n is paired with other[first[n]:first[n + 1]], as the pairs of these numbers.
        across: per pair, whether its departments differ: then both contacts must lie inside.
        hits: filled per pair with its customers.

    Returns: [3]: customers with a pair within a department, between departments, with any.

    Of each node two contacts are remembered: the latest, and the latest in another wording than that one. Whatever
    wording comes next, one of the two is the latest contact that differs from it.
    """
    nodes, pairs = first.shape[0] - 1, hits.shape[0]
    owner = np.full(nodes, -1, np.int64)
    latest = np.full((nodes, 2), -1, np.int64)
    counted = np.full(pairs, -1, np.int64)
    held = np.full(3, -1, np.int64)
    totals = np.zeros(3, np.int64)
    for i in range(customer.shape[0]):
        c, n = customer[i], node[i]
        for e in range(first[n], first[n + 1]):
            b, p = other[e], pair[e]
            if owner[b] != c or counted[p] == c:
                continue
            j = latest[b, 0]
            if wording[j] == wording[i]:
                j = latest[b, 1]
            if j < 0 or at[i] - at[j] >= window_us or (across[p] and not (inside[i] and inside[j])):
                continue
            counted[p] = c
            hits[p] += 1
            for kind in (1 if across[p] else 0, 2):
                if held[kind] != c:
                    held[kind] = c
                    totals[kind] += 1
        if owner[n] != c:
            owner[n] = c
            latest[n, 0], latest[n, 1] = i, -1
        elif wording[latest[n, 0]] == wording[i]:
            latest[n, 0] = i
        else:
            latest[n, 1] = latest[n, 0]
            latest[n, 0] = i
    return totals
