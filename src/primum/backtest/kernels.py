"""Counting decisions: one pass over the asks of a bucket, and one over its customers.

Owns the compiled loops. Refuses names: codes come in, counts go out.
"""

import numpy as np

from primum.rules.cells import lent, width_of
from primum.rules.compiling import entry, folded
from primum.words.time import US_PER_DAY

KEPT, DEFERRED, OVERTAKEN, STOPPED, NEVER = range(5)
"""How a contact ends."""
ENDS = 5

BROKE, WAS_STOPPED, STOPPED_ALONE, WAS_DEFERRED, DEFERRED_ALONE = range(5)
"""What happened to contacts that break a rule."""
WHATS = 5

QUARTER_US = 900_000_000
HOUR_US = 3_600_000_000
WEEK_US = 7 * US_PER_DAY
HOURS_A_WEEK = 168

PUSHED, DAY_ONLY = 1, 2
"""Bits of what tags mean: received and not asked for; known only to the day."""

ASKED, SPARED, WAITED, SILENCED = range(4)
"""Customers asked about, spared a contact, who waited, to whom nothing was sent any more."""


@folded
def _end_of(ask: int, verdict: int, broken: np.ndarray, overtaken: bool, never: np.ndarray) -> int:
    """How an ask ended, by its verdict (0 allow, 1 defer, 2 deny)."""
    if verdict == 0:
        return KEPT
    if verdict == 1:
        return OVERTAKEN if overtaken else DEFERRED
    for w in range(width_of(broken)):
        if broken[ask, w] & never[w]:
            return NEVER
    return STOPPED


@folded
def _rules_in(masks: np.ndarray, ask: int, rule_of: np.ndarray, seen: np.ndarray, stamp: int, found: np.ndarray) -> int:
    """Put the rules that have a bit in an ask's mask into `found`, each once; returns how many."""
    count = 0
    for w in range(width_of(masks)):
        bits, bit = masks[ask, w], w * 64
        while bits:
            if bits & np.uint64(1) and seen[rule_of[bit]] != stamp:
                seen[rule_of[bit]] = stamp
                found[count] = rule_of[bit]
                count += 1
            bits >>= np.uint64(1)
            bit += 1
    return count


@entry
def end_asks(
    verdict: np.ndarray,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    overtaken: np.ndarray,
    never: np.ndarray,
    row: np.ndarray,
    line: np.ndarray,
    tag: np.ndarray,
    sender_of_line: np.ndarray,
    rule_of: np.ndarray,
    enforced: np.ndarray,
    ended: np.ndarray,
    by_rule: np.ndarray,
    not_judged: np.ndarray,
) -> None:
    """Tell how each ask ended, and count asks by the rules they break.

    Args:
        verdict, broken, unevaluated: as judged; overtaken: bool, by ask.
        never: the mask of enforced rows of severity `never`.
        row: the row of each ask; tag: by row; line: by tag; sender_of_line: by line.
        rule_of: the rule of each bit; enforced: whether a rule is (uint8).
        ended: filled; uint8. by_rule: [rules x senders, WHATS], the senders of one rule being neighbours; not_judged:
            [rules].
    """
    senders, rules = len(by_rule) // len(enforced) if len(enforced) else 0, len(enforced)
    broken, unevaluated, enforced, by_rule = lent(broken), lent(unevaluated), lent(enforced), lent(by_rule)
    room = np.full((2, rules), -1, np.int64)
    seen, found = lent(room[0]), lent(room[1])
    for a in range(len(ended)):
        end = _end_of(a, verdict[a], broken, overtaken[a], never)
        ended[a] = end
        touched = np.uint64(0)
        for w in range(width_of(broken)):
            touched |= broken[a, w] | unevaluated[a, w]
        if touched:
            for i in range(_rules_in(unevaluated, a, rule_of, seen, 2 * a, found)):
                not_judged[found[i]] += 1
            count = _rules_in(broken, a, rule_of, seen, 2 * a + 1, found)
            _count_rules(end, sender_of_line[line[tag[row[a]]]], senders, enforced, found, count, by_rule)


@folded
def _count_rules(
    end: int, sender: int, senders: int, enforced: np.ndarray, rules: np.ndarray, count: int, by_rule: np.ndarray
) -> None:
    """Count one ask under each rule that it breaks."""
    holding = 0
    for i in range(count):
        holding += enforced[rules[i]]
    for i in range(count):
        counts = rules[i] * senders + sender
        alone = enforced[rules[i]] and holding == 1
        by_rule[counts, BROKE] += 1
        if end >= STOPPED:
            by_rule[counts, WAS_STOPPED] += 1
            by_rule[counts, STOPPED_ALONE] += alone
        elif end != KEPT:
            by_rule[counts, WAS_DEFERRED] += 1
            by_rule[counts, DEFERRED_ALONE] += alone
        else:
            by_rule[counts, STOPPED_ALONE] += 1


@entry
def count_asks(
    row: np.ndarray,
    at: np.ndarray,
    tag: np.ndarray,
    line: np.ndarray,
    flags: np.ndarray,
    channel_of_line: np.ndarray,
    ended: np.ndarray,
    until: np.ndarray,
    begin: int,
    hour_of_quarter: np.ndarray,
    asked: np.ndarray,
    not_kept: np.ndarray,
    weeks: np.ndarray,
    hours: np.ndarray,
    hours_change: np.ndarray,
    days: np.ndarray,
    days_change: np.ndarray,
    delays: np.ndarray,
    waiting: np.ndarray,
) -> None:
    """Count asks by what they are, when they were, and how they ended.

    Most are kept; what is kept follows from the others, so those cost two counts, and only the others more.

    Args:
        row, ended, until: by ask; at, tag: by row; line, flags: by tag.
        begin: the instant at which a Monday of the company's begins; hour_of_quarter: the local hour, counted from
            there, of each quarter of an hour.
        asked: [lines]; not_kept: [lines, ends]; weeks: [weeks, ends], of those that are not kept.
        hours, days: [channels, hours] and [channels, days], before the rules: of contacts whose time is known, and of
            those known to the day; hours_change, days_change: what the rules add and take.
        delays: [hours]; waiting: [days], deferrals that begin to wait less those whose time has come.
    """
    last = len(hour_of_quarter) - 1
    for a in range(len(row)):
        r, end = row[a], ended[a]
        t, what = at[r], tag[r]
        here, by_day = line[what], flags[what] & DAY_ONLY
        channel = channel_of_line[here]
        hour = hour_of_quarter[min((t - begin) // QUARTER_US, last)]
        asked[here] += 1
        if by_day:
            days[channel, hour // 24] += 1
        else:
            hours[channel, hour] += 1
        if end == KEPT:
            continue
        not_kept[here, end] += 1
        weeks[hour // HOURS_A_WEEK, end] += 1
        if by_day:
            days_change[channel, hour // 24] -= 1
        else:
            hours_change[channel, hour] -= 1
        if end <= OVERTAKEN:
            then = hour_of_quarter[min((until[a] - begin) // QUARTER_US, last)]
            waiting[hour // 24] += 1
            waiting[then // 24] -= 1
            if end == DEFERRED:
                hours_change[channel, then] += 1
                delays[min((until[a] - t + HOUR_US - 1) // HOUR_US, len(delays) - 1)] += 1


@folded
def _most_in_a_week(instants: np.ndarray, count: int) -> int:
    """The most instants, of the first `count` in order, of which first and last lie less than seven days apart."""
    first, most = 0, 0
    for i in range(count):
        while instants[i] - instants[first] >= WEEK_US:
            first += 1
        most = max(most, i - first + 1)
    return most


@folded
def _insert(instants: np.ndarray, count: int, instant: int) -> None:
    """Put an instant among the first `count`, which are in order."""
    while count > 0 and instants[count - 1] > instant:
        instants[count] = instants[count - 1]
        count -= 1
    instants[count] = instant


@entry
def count_customers(
    row: np.ndarray,
    customer: np.ndarray,
    at: np.ndarray,
    tag: np.ndarray,
    flags: np.ndarray,
    ended: np.ndarray,
    until: np.ndarray,
    room: np.ndarray,
    touched: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
) -> None:
    """Count customers by what the rules did to them, and by their busiest seven days.

    Args:
        row, ended, until: by ask, the asks of one customer being neighbours, in order of time; customer, at, tag: by
            row; flags: by tag.
        room: [2, asks of the busiest customer]; scratch.
        touched: [4]; before, after: customers by contacts, the last for so many or more.
    """
    old, new = lent(room[0]), lent(room[1])
    a, top = 0, len(before) - 1
    while a < len(row):
        first, olds, news, worst, sent = customer[row[a]], 0, 0, KEPT, 0
        waited = False
        while a < len(row) and customer[row[a]] == first:
            r, end = row[a], ended[a]
            worst = max(worst, end)
            waited |= end == DEFERRED
            sent += end <= DEFERRED
            if flags[tag[r]] & PUSHED:
                old[olds] = at[r]
                olds += 1
                if end <= DEFERRED:
                    _insert(new, news, at[r] if end == KEPT else until[a])
                    news += 1
            a += 1
        touched[ASKED] += 1
        touched[SPARED] += worst >= OVERTAKEN
        touched[WAITED] += waited
        touched[SILENCED] += sent == 0
        if olds:
            most = _most_in_a_week(old, olds)
            before[min(most, top)] += 1
            after[min(most if worst == KEPT else _most_in_a_week(new, news), top)] += 1


@entry
def count_segments(
    row: np.ndarray,
    customer: np.ndarray,
    at: np.ndarray,
    ended: np.ndarray,
    offsets: np.ndarray,
    start: np.ndarray,
    until: np.ndarray,
    segment: np.ndarray,
    by_segment: np.ndarray,
) -> None:
    """Count asks by the segments that hold at their instant, each segment once.

    Args:
        row, ended: by ask; customer, at: by row.
        offsets, start, until, segment: customer c's memberships are offsets[c] : offsets[c + 1].
        by_segment: [segments, ends].
    """
    seen = np.full(len(by_segment), -1, np.int64)
    for a in range(len(row)):
        t, who = at[row[a]], customer[row[a]]
        for i in range(offsets[who], offsets[who + 1]):
            if start[i] <= t < until[i] and seen[segment[i]] != a:
                seen[segment[i]] = a
                by_segment[segment[i], ended[a]] += 1
