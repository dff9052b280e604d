"""Counting decisions: one pass over the asks of a bucket, and one over its customers.

Owns the compiled loops. Refuses names: codes come in, counts go out.
"""

import numpy as np
from numba import njit

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

LINE, SENDER, CHANNEL, TAG_FLAGS = range(4)
"""Columns of what tags mean."""
PUSHED, DAY_ONLY = 1, 2
"""Bits of TAG_FLAGS: received and not asked for; known only to the day."""


@njit(cache=True, nogil=True)
def ends_of(verdict: np.ndarray, broken: np.ndarray, overtaken: np.ndarray, never: np.ndarray) -> np.ndarray:
    """How each ask ended (uint8).

    Args:
        verdict, broken: as judged (0 allow, 1 defer, 2 deny; masks).
        never: the mask of enforced rows of severity `never`.
    """
    found = np.empty(len(verdict), np.uint8)
    for a in range(len(verdict)):
        if verdict[a] == 0:
            found[a] = KEPT
        elif verdict[a] == 1:
            found[a] = OVERTAKEN if overtaken[a] else DEFERRED
        else:
            found[a] = STOPPED
            for w in range(broken.shape[1]):
                if broken[a, w] & never[w]:
                    found[a] = NEVER
    return found


@njit(cache=True, nogil=True)
def count_asks(
    row: np.ndarray,
    at: np.ndarray,
    tag: np.ndarray,
    meaning: np.ndarray,
    ended: np.ndarray,
    until: np.ndarray,
    begin: int,
    hour_of_quarter: np.ndarray,
    by_line: np.ndarray,
    by_week: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    days_before: np.ndarray,
    days_after: np.ndarray,
    delays: np.ndarray,
    begun: np.ndarray,
    over: np.ndarray,
) -> None:
    """Count asks by what they are, when they were, and how they ended.

    Args:
        row: the row of each ask; `at`, `tag` are by row.
        meaning: [tags, 4], columns LINE to TAG_FLAGS.
        begin: the instant at which a Monday of the company's begins; `hour_of_quarter`: the local hour, counted
            from there, of each quarter of an hour.
        by_line: [lines, ends]; by_week: [weeks, ends]; before, after: [channels, hours]; days_before,
            days_after: [channels, days]; delays: [hours]; begun, over: [days], deferrals that begin and end to wait.
    """
    last = len(hour_of_quarter) - 1
    for a in range(len(row)):
        r, end = row[a], ended[a]
        t, what = at[r], meaning[tag[r]]
        hour = hour_of_quarter[min((t - begin) // QUARTER_US, last)]
        day = hour // 24
        channel, timed = what[CHANNEL], not what[TAG_FLAGS] & DAY_ONLY
        by_line[what[LINE], end] += 1
        by_week[day // 7, end] += 1
        days_before[channel, day] += 1
        if timed:
            before[channel, hour] += 1
        if end == KEPT:
            days_after[channel, day] += 1
            if timed:
                after[channel, hour] += 1
        elif end <= OVERTAKEN:
            then = hour_of_quarter[min((until[a] - begin) // QUARTER_US, last)]
            begun[day] += 1
            over[then // 24] += 1
            if end == DEFERRED:
                days_after[channel, then // 24] += 1
                after[channel, then] += 1
                delays[min((until[a] - t + HOUR_US - 1) // HOUR_US, len(delays) - 1)] += 1


@njit(cache=True, nogil=True)
def _rules_in(masks: np.ndarray, ask: int, rule_of: np.ndarray, seen: np.ndarray, stamp: int, found: np.ndarray) -> int:
    """Put the rules that have a bit in an ask's mask into `found`, each once; returns how many."""
    count = 0
    for w in range(masks.shape[1]):
        bits, bit = masks[ask, w], w * 64
        while bits:
            if bits & np.uint64(1) and seen[rule_of[bit]] != stamp:
                seen[rule_of[bit]] = stamp
                found[count] = rule_of[bit]
                count += 1
            bits >>= np.uint64(1)
            bit += 1
    return count


@njit(cache=True, nogil=True)
def count_rules(
    sender: np.ndarray,
    ended: np.ndarray,
    broken: np.ndarray,
    unevaluated: np.ndarray,
    rule_of: np.ndarray,
    enforced: np.ndarray,
    by_rule: np.ndarray,
    not_judged: np.ndarray,
) -> None:
    """Count asks by the rules they break.

    Args:
        sender: the sender's code of each ask.
        rule_of: the rule of each bit; enforced: whether a rule is.
        by_rule: [rules, senders, WHATS]; not_judged: [rules].
    """
    seen, found = np.full(len(enforced), -1, np.int64), np.empty(len(enforced), np.int64)
    for a in range(len(ended)):
        for i in range(_rules_in(unevaluated, a, rule_of, seen, 2 * a, found)):
            not_judged[found[i]] += 1
        count = _rules_in(broken, a, rule_of, seen, 2 * a + 1, found)
        if count == 0:
            continue
        holding = 0
        for i in range(count):
            holding += enforced[found[i]]
        end, who = ended[a], sender[a]
        for i in range(count):
            rule = found[i]
            by_rule[rule, who, BROKE] += 1
            alone = holding == 1 if enforced[rule] else holding == 0
            if end >= STOPPED:
                by_rule[rule, who, WAS_STOPPED] += 1
                by_rule[rule, who, STOPPED_ALONE] += alone and enforced[rule]
            elif end != KEPT:
                by_rule[rule, who, WAS_DEFERRED] += 1
                by_rule[rule, who, DEFERRED_ALONE] += alone and enforced[rule]
            else:
                by_rule[rule, who, STOPPED_ALONE] += alone and not enforced[rule]


@njit(cache=True, nogil=True)
def _most_in_a_week(instants: np.ndarray, count: int) -> int:
    """The most instants, of the first `count` in order, of which first and last lie less than seven days apart."""
    first, most = 0, 0
    for i in range(count):
        while instants[i] - instants[first] >= WEEK_US:
            first += 1
        most = max(most, i - first + 1)
    return most


@njit(cache=True, nogil=True)
def count_customers(
    customer: np.ndarray,
    at: np.ndarray,
    pushed: np.ndarray,
    ended: np.ndarray,
    until: np.ndarray,
    touched: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
) -> None:
    """Count customers by what the rules did to them, and by their busiest seven days.

    Args:
        customer, at, pushed, ended, until: by ask, the asks of one customer being neighbours, in order of time.
        touched: [4]: customers asked about, spared something, who waited, who received nothing any more.
        before, after: [contacts], the last for so many or more.
    """
    longest = run = 0
    for a in range(len(customer)):
        run = run + 1 if a > 0 and customer[a] == customer[a - 1] else 1
        longest = max(longest, run)
    old, new = np.empty(longest, np.int64), np.empty(longest, np.int64)
    a, top = 0, len(before) - 1
    while a < len(customer):
        first, olds, news, sent = a, 0, 0, 0
        spared = waited = False
        while a < len(customer) and customer[a] == customer[first]:
            end = ended[a]
            spared |= end >= OVERTAKEN
            waited |= end == DEFERRED
            sent += end <= DEFERRED
            if pushed[a]:
                old[olds] = at[a]
                olds += 1
                if end <= DEFERRED:
                    place, instant = news, at[a] if end == KEPT else until[a]
                    while place > 0 and new[place - 1] > instant:
                        new[place] = new[place - 1]
                        place -= 1
                    new[place] = instant
                    news += 1
            a += 1
        touched[0] += 1
        touched[1] += spared
        touched[2] += waited
        touched[3] += sent == 0
        if olds:
            before[min(_most_in_a_week(old, olds), top)] += 1
            after[min(_most_in_a_week(new, news), top)] += 1


@njit(cache=True, nogil=True)
def count_segments(
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
        offsets, start, until, segment: customer c's memberships are offsets[c] : offsets[c + 1].
        by_segment: [segments, ends].
    """
    seen = np.full(len(by_segment), -1, np.int64)
    for a in range(len(customer)):
        for i in range(offsets[customer[a]], offsets[customer[a] + 1]):
            if start[i] <= at[a] < until[i] and seen[segment[i]] != a:
                seen[segment[i]] = a
                by_segment[segment[i], ended[a]] += 1
