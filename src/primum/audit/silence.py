"""Silence and its opposite: who waits for an answer, a welcome or a notice, who hears nothing, who hears too much.

Owns these questions of one bucket, asked at the end of the history (`standing.End`), and their findings. Refuses to
judge by rules (`at_least` and `against_rules` do).

A question is a response `asked`. A complaint is a response `complained`, or a state `complaint_open` that began no
nearer than a day to one. Answered is what a later received contact to that customer follows that is of class *service*
or was asked for by the customer (a call-back), over any channel; responses carry no reference of their own, so that
none is compared. A complaint is answered, too, when it is closed (`complaint_closed`, or the end of the state). What is
known only to the day is taken as an answer on that day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
from numba import njit

from primum.audit import kernels as k
from primum.audit import results_silence as rs
from primum.audit.counting import counted
from primum.audit.frame import SENDING, Frame
from primum.audit.masking import Mask
from primum.audit.non_people import hidden_mask
from primum.audit.partial import BEST, Candidate, Partial
from primum.audit.standing import Closing, Standing, by_customer, owners
from primum.customers.days import NO_END, NO_START, begin_of, local_days
from primum.customers.open_attributes import open_column
from primum.history import Bucket
from primum.strategy.models import Strategy
from primum.words.time import US_PER_DAY, day_text

ANSWER_DAYS = 7
WELCOME_DAYS, WELCOMED_BEFORE = 14, 30
NOTICE_DAYS = 60
NEW_AFTER = 180
"""Where no source says since when somebody is a customer, a first purchase is one after so many days without any."""
UNHEARD_DAYS = (90, 180)
WASTE_DAYS, WASTE_MESSAGES = 180, 10
VALUED = 5
"""The top one of so many equal parts of all buyers."""
QUESTION, COMPLAINT = 0, 1
WHATS = ("question", "complaint")
KINDS = ("asked", "complained")
OPEN, CLOSED = "complaint_open", "complaint_closed"
WITHIN_A_DAY, IN_TIME, LATE, UNANSWERED, WAITING = range(5)
"""What became of a question."""
RENEWALS = ("renewal", "renewal_due", "contract_renewal", "contract_end", "contract_ends")
"""States that begin when a contract renews or ends."""
RENEWAL_DATES = ("renewal_date", "renews_on", "renews_at", "contract_end", "contract_ends")
"""Attributes of customers that hold such a date."""
GONE = ("deceased", "erased", "gone_away", "moved_away", "do_not_contact")
OPTED_OUT = ("opted_out", "unsubscribed", "objected")
_WELCOME = re.compile(r"welcom|onboard|getting.?started|first.steps|willkomm|bienvenu", re.IGNORECASE)
_RENEWAL = re.compile(r"renew|contract.?end|verl[aä]nger|renouvel", re.IGNORECASE)


@dataclass(frozen=True)
class Ears:
    """What the contacts' tags mean here (bool a tag): received, pushed besides, an answer, a welcome, a notice.

    `answers_until`: the first instant after which no source of answers tells anything.
    """

    received: np.ndarray
    pushed: np.ndarray
    answers: np.ndarray
    welcomes: np.ndarray
    notices: np.ndarray
    answers_until: int
    welcome_names: tuple[str, ...]
    notice_names: tuple[str, ...]


def make_ears(frame: Frame, strategy: Strategy, closing: Closing) -> Ears:
    """Read the tags once for all buckets."""
    look = frame.lookup
    flags = look.tags[:, k.FLAGS]
    received = flags & k.RECEIVED > 0
    answers = received & (look.columns["purpose"].holds(lambda w: w == "service") | (flags & k.PUSHED == 0))
    welcomes, notices = (received & _named(frame, strategy, words) for words in (_WELCOME, _RENEWAL))
    return Ears(
        received,
        received & (flags & k.PUSHED > 0),
        answers,
        welcomes,
        notices,
        min(closing.end.at, _last_of(frame, answers)),
        _names(frame, welcomes),
        _names(frame, notices),
    )


def _named(frame: Frame, strategy: Strategy, words: re.Pattern[str]) -> np.ndarray:
    """Tags whose communication or topic says so, by any of the names that the register has for it."""
    columns = frame.lookup.columns

    def told(name: str | None) -> bool:
        entry = strategy.communications.get(name) if name is not None else None
        known = (entry.title, entry.topic, entry.flow, entry.moment) if entry is not None else ()
        return any(word is not None and words.search(word) for word in (name, *known))

    topics = columns["topic"].holds(lambda w: w is not None and words.search(w) is not None)
    return np.asarray(columns["communication"].holds(told) | topics)


def _names(frame: Frame, tags: np.ndarray) -> tuple[str, ...]:
    column = frame.lookup.columns["communication"]
    return tuple(sorted({w for i in np.unique(column.index[tags]) if (w := column.words[i]) is not None}))


def _last_of(frame: Frame, tags: np.ndarray) -> int:
    """The end of the day on which the last source that has such tags ends."""
    column = frame.lookup.columns["source"]
    names = {column.words[i] for i in np.unique(column.index[tags])}
    ends = [s.last for s in frame.history.manifest.sources if s.kind in SENDING and s.name in names and s.last]
    return max(ends, default=NO_START + US_PER_DAY) + US_PER_DAY


def swept_silence(
    frame: Frame, closing: Closing, ears: Ears, bucket: Bucket, customers: pa.Table, stand: Standing
) -> Partial:
    """What one bucket adds."""
    asked = _asked(frame, closing, bucket, stand)
    tables, candidates = _questions(frame, ears, bucket, customers, stand, asked)
    tables |= _unheard(closing, ears, bucket, stand)
    welcome = _welcomes(closing, ears, frame, bucket, stand)
    notice = _notices(frame, closing, ears, bucket, stand)
    counts = {"owed": np.array([welcome, notice]), "waste": _waste(frame, closing, ears, bucket, stand)}
    return Partial(counts, {}, {}, {}, tables, candidates)


# Questions and complaints


@dataclass(frozen=True)
class Asked:
    """Questions and complaints of a bucket: `what` (QUESTION, COMPLAINT), whose, when, and the response's tag (-1)."""

    what: np.ndarray
    customer: np.ndarray
    at: np.ndarray
    tag: np.ndarray


def _asked(frame: Frame, closing: Closing, bucket: Bucket, stand: Standing) -> Asked:
    customer, at, tag = _responses(bucket)
    kinds = frame.lookup.response_kind
    what = np.array([KINDS.index(x) if x in KINDS else -1 for x in kinds], np.int64)[tag]
    own = np.flatnonzero(what >= 0)
    opened = stand.told.of((OPEN,))
    opened = opened[(stand.told.start[opened] != NO_START) & (stand.told.as_of[opened] <= closing.end.now)]
    whose, since = stand.told.customer[opened], stand.told.start[opened]
    new = ~_near(whose, since, customer[what == COMPLAINT], at[what == COMPLAINT])
    both = (
        np.concatenate([what[own], np.full(new.sum(), COMPLAINT)]),
        np.concatenate([customer[own], whose[new]]),
        np.concatenate([at[own], since[new]]),
        np.concatenate([tag[own], np.full(new.sum(), -1)]),
    )
    kept = stand.people[both[1]] & (both[2] < closing.end.at) & (both[2] >= closing.end.first)
    return Asked(*(a[kept] for a in both))


def _responses(bucket: Bucket) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, instant and tag of every response."""
    rows = bucket.responses
    if rows is None:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32)
    return owners(rows.offsets), rows.at, rows.tag


def _near(customer: np.ndarray, at: np.ndarray, others: np.ndarray, others_at: np.ndarray) -> np.ndarray:
    """Whether some other event of the same customer lies within a day."""
    found = np.zeros(len(customer), bool)
    low, high = (np.searchsorted(others, customer, side) for side in ("left", "right"))
    for i in range(len(customer)):
        found[i] = bool((np.abs(others_at[low[i] : high[i]] - at[i]) <= US_PER_DAY).any())
    return found


def _answers(frame: Frame, ears: Ears, bucket: Bucket, stand: Standing, what: int) -> tuple[np.ndarray, ...]:
    """(customer, instant, last instant it may have been) of everything that answers such questions, by customer."""
    rows = bucket.contacts
    own = np.flatnonzero(ears.answers[rows.tag])
    flags = frame.lookup.tags[rows.tag[own], k.FLAGS]
    width = np.where(flags & k.DAY_ONLY, US_PER_DAY - 1, np.where(flags & k.HOUR_ONLY, 3_600_000_000 - 1, 0))
    parts = [(owners(rows.offsets)[own], rows.at[own], rows.at[own] + width)]
    if what == COMPLAINT:
        customer, at, tag = _responses(bucket)
        closing = np.array([x == CLOSED for x in frame.lookup.response_kind], bool)[tag]
        parts.append((customer[closing], at[closing], at[closing]))
        ended = stand.told.of((OPEN,))
        ended = ended[stand.told.until[ended] != NO_END]
        until = stand.told.until[ended]
        parts.append((stand.told.customer[ended], until, until))
    customer, at, latest = (np.concatenate(x) for x in zip(*parts, strict=True))
    order = np.lexsort((at, customer))
    return customer[order].astype(np.int64), at[order], latest[order]


@njit(cache=True, nogil=True)
def _first_answers(
    low: np.ndarray, high: np.ndarray, at: np.ndarray, answers: np.ndarray, latest: np.ndarray
) -> np.ndarray:
    """How long each question waited for its first answer, in microseconds; -1 for none."""
    found = np.full(len(at), -1, np.int64)
    for i in range(len(at)):
        for j in range(low[i], high[i]):
            if latest[j] >= at[i]:
                found[i] = max(answers[j] - at[i], 0)
                break
    return found


def _questions(
    frame: Frame, ears: Ears, bucket: Bucket, customers: pa.Table, stand: Standing, asked: Asked
) -> tuple[dict[str, dict[tuple[int, ...], int]], dict[str, tuple[Candidate, ...]]]:
    told: dict[str, dict[tuple[int, ...], int]] = {"questions": {}, "question customers": {}}
    candidates: dict[str, tuple[Candidate, ...]] = {}
    hidden = hidden_mask(frame.hidden, bucket.number, customers)
    waiting = np.zeros(len(asked.at), bool)
    for what in (QUESTION, COMPLAINT):
        own = np.flatnonzero(asked.what == what)
        fate = _fates(ears, asked, own, _answers(frame, ears, bucket, stand, what))
        told["questions"] |= counted(np.column_stack([np.full(len(own), what), fate]))
        lost = own[fate == UNANSWERED]
        waiting[lost] = True
        people = len(np.unique(asked.customer[lost]))
        told["question customers"] |= {(what,): people} if people else {}
        shown = lost[~hidden[asked.customer[lost]]]
        candidates[f"unanswered {WHATS[what]}"] = _oldest(ears, bucket, customers, asked, shown)
    shown = np.flatnonzero(waiting & ~hidden[asked.customer])
    candidates["silence people"] = _pestered(ears, bucket, customers, asked, shown)
    return told, candidates


def _fates(ears: Ears, asked: Asked, own: np.ndarray, answers: tuple[np.ndarray, ...]) -> np.ndarray:
    """What became of some questions of one kind."""
    customer, at, latest = answers
    low, high = (np.searchsorted(customer, asked.customer[own], side) for side in ("left", "right"))
    lag = _first_answers(low, high, asked.at[own], at, latest)
    soon = ears.answers_until - asked.at[own] < ANSWER_DAYS * US_PER_DAY
    return np.select(
        [(lag >= 0) & (lag <= US_PER_DAY), (lag >= 0) & (lag <= ANSWER_DAYS * US_PER_DAY), lag >= 0, soon],
        [WITHIN_A_DAY, IN_TIME, LATE, WAITING],
        default=UNANSWERED,
    )


def _oldest(ears: Ears, bucket: Bucket, customers: pa.Table, asked: Asked, own: np.ndarray) -> tuple[Candidate, ...]:
    """The questions that have waited longest; `rows`: the response's tag and what was pushed meanwhile."""
    hashes = customers["hash"].to_numpy()
    order = own[np.lexsort((hashes[asked.customer[own]], asked.at[own]))][:BEST]
    return tuple(_candidate(ears, bucket, customers, asked, i, (int(asked.at[i]),)) for i in order.tolist())


def _pestered(ears: Ears, bucket: Bucket, customers: pa.Table, asked: Asked, own: np.ndarray) -> tuple[Candidate, ...]:
    """Who got no answer and most messages meanwhile, once each."""
    found: dict[int, Candidate] = {}
    for i in own.tolist():
        c = int(asked.customer[i])
        rank = (-_pushed_since(ears, bucket, c, int(asked.at[i])), int(asked.at[i]))
        if c not in found or rank < found[c].rank:
            found[c] = _candidate(ears, bucket, customers, asked, i, rank)
    return tuple(sorted(found.values())[:BEST])


def _candidate(
    ears: Ears, bucket: Bucket, customers: pa.Table, asked: Asked, i: int, rank: tuple[int, ...]
) -> Candidate:
    c, at = int(asked.customer[i]), int(asked.at[i])
    rows = (int(asked.tag[i]), _pushed_since(ears, bucket, c, at))
    return Candidate(rank, customers["hash"][c].as_py(), customers["id"][c].as_py(), bucket.number, c, rows)


def _pushed_since(ears: Ears, bucket: Bucket, customer: int, at: int) -> int:
    rows = bucket.contacts
    own = slice(int(rows.offsets[customer]), int(rows.offsets[customer + 1]))
    return int((ears.pushed[rows.tag[own]] & (rows.at[own] > at)).sum())


# Welcomes and notices


def _welcomes(closing: Closing, ears: Ears, frame: Frame, bucket: Bucket, stand: Standing) -> tuple[int, int]:
    """First purchases that a welcome was due for, and those without one."""
    end = closing.end
    firsts = [s.first for s in frame.history.manifest.sources if s.kind in ("responses", "events") and s.first]
    new_after = min(firsts, default=NO_END - NEW_AFTER * US_PER_DAY) + NEW_AFTER * US_PER_DAY
    new = np.where(stand.stated, stand.since >= end.first, stand.bought >= new_after)
    due = stand.people & (stand.bought != NO_END) & new & (stand.bought < end.at - WELCOME_DAYS * US_PER_DAY)
    own = np.flatnonzero(due)
    at = stand.bought[own]
    got = _had(bucket, ears.welcomes, own, at - WELCOMED_BEFORE * US_PER_DAY, at + WELCOME_DAYS * US_PER_DAY)
    return len(own), int((~got).sum())


def _notices(frame: Frame, closing: Closing, ears: Ears, bucket: Bucket, stand: Standing) -> tuple[int, int]:
    """Renewals that a notice was due for, and those without one."""
    told, end = stand.told, closing.end
    rows = told.of(RENEWALS)
    rows = rows[(told.start[rows] != NO_START) & (told.as_of[rows] <= end.now)]
    dated, at = _renewal_dates(frame, bucket)
    both = np.stack([np.concatenate([told.customer[rows], dated]), np.concatenate([told.start[rows], at])], axis=1)
    first = end.first + NOTICE_DAYS * US_PER_DAY
    both = np.unique(both[(both[:, 1] >= first) & (both[:, 1] < end.at) & stand.people[both[:, 0]]], axis=0)
    got = _had(bucket, ears.notices, both[:, 0], both[:, 1] - NOTICE_DAYS * US_PER_DAY, both[:, 1])
    return len(both), int((~got).sum())


def _renewal_dates(frame: Frame, bucket: Bucket) -> tuple[np.ndarray, np.ndarray]:
    """(customer, beginning of the day) of every date of a renewal among the customers' attributes."""
    known = frame.history.customers(bucket.number, ["id", "attributes"])
    customer: list[int] = []
    at: list[int] = []
    for name in RENEWAL_DATES if "attributes" in known.column_names else ():
        for c, text in enumerate(open_column(known["attributes"], name).to_pylist()):
            day = _date(text)
            if day is not None:
                customer.append(c)
                at.append(begin_of(day, frame.zone))
    return np.array(customer, np.int64), np.array(at, np.int64)


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _had(bucket: Bucket, tags: np.ndarray, customer: np.ndarray, start: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Whether each customer received such a contact within [start, after)."""
    rows = bucket.contacts
    own = np.flatnonzero(tags[rows.tag])
    whose, at = owners(rows.offsets)[own], rows.at[own]
    low, high = (np.searchsorted(whose, customer, side) for side in ("left", "right"))
    return np.array(
        [bool(((at[a:b] >= s) & (at[a:b] < e)).any()) for a, b, s, e in zip(low, high, start, after, strict=True)], bool
    )


# Nothing, and too much


def may_be_contacted(closing: Closing, stand: Standing) -> np.ndarray:
    """Who may be contacted: has given consent, or where no source tells of consent, has not opted out of anything."""
    told, now = stand.told, closing.end.now
    gone = told.customers(told.holding(told.of(GONE), now, surely=False))
    if "consent" in closing.states:
        allowed = told.customers(told.holding(told.of(("consent",)), now, surely=True))
    else:
        allowed = ~told.customers(told.holding(told.of(OPTED_OUT), now, surely=False))
    return np.asarray(allowed & ~gone & stand.people)


def _unheard(closing: Closing, ears: Ears, bucket: Bucket, stand: Standing) -> dict[str, dict[tuple[int, ...], int]]:
    """Buyers by bin of value; and those who may be contacted and were known before, by whether they heard anything."""
    rows, end = bucket.contacts, closing.end
    own = ears.received[rows.tag] & (rows.at < end.at)
    last = np.full(bucket.customers, NO_START)
    np.maximum.at(last, owners(rows.offsets)[own], rows.at[own])
    buyers = stand.people & (stand.value >= 0)
    allowed = may_be_contacted(closing, stand) & buyers
    found = {"buyers": counted(stand.value[buyers][:, None]), "unheard": {}}
    for place, days in enumerate(UNHEARD_DAYS):
        start = end.at - days * US_PER_DAY
        known = np.flatnonzero(allowed & (stand.since < start))
        heard = (last[known] >= start).astype(np.int64)
        found["unheard"] |= counted(np.column_stack([np.full(len(known), place), stand.value[known], heard]))
    return found


def _waste(frame: Frame, closing: Closing, ears: Ears, bucket: Bucket, stand: Standing) -> np.ndarray:
    """Customers with many messages, those of them who did nothing, and what these received."""
    rows, end = bucket.contacts, closing.end
    start = end.at - WASTE_DAYS * US_PER_DAY
    own = ears.pushed[rows.tag] & (rows.at >= start) & (rows.at < end.at)
    got = by_customer(owners(rows.offsets)[own], bucket.customers)
    customer, at, tag = _responses(bucket)
    alive = np.array([x != "bounced" for x in frame.lookup.response_kind], bool)[tag]
    alive &= (at >= start) & (at < end.at)
    many = stand.people & (got >= WASTE_MESSAGES)
    silent = many & (by_customer(customer[alive], bucket.customers) == 0)
    return np.array([many.sum(), silent.sum(), got[silent].sum()])


# Findings


def questions_told(frame: Frame, closing: Closing, ears: Ears, total: Partial, mask: Mask) -> tuple[rs.Questions, ...]:
    """What became of questions and of complaints."""
    return tuple(_told(frame, closing, ears, total, mask, what) for what in (QUESTION, COMPLAINT))


def _told(frame: Frame, closing: Closing, ears: Ears, total: Partial, mask: Mask, what: int) -> rs.Questions:
    fates = [total.tables["questions"].get((what, fate), 0) for fate in range(5)]
    oldest = tuple(
        _unanswered(frame, closing, mask, _what(what), c) for c in total.candidates[f"unanswered {WHATS[what]}"]
    )
    outcome: rs.SilenceOutcome = "found" if fates[UNANSWERED] else "none"
    customers = total.tables["question customers"].get((what,), 0)
    found = rs.Questions(
        _what(what),
        outcome,
        ANSWER_DAYS,
        sum(fates),
        fates[WITHIN_A_DAY],
        fates[WITHIN_A_DAY] + fates[IN_TIME],
        fates[LATE],
        fates[UNANSWERED],
        fates[WAITING],
        customers,
        oldest,
    )
    why = ""
    if KINDS[what] not in closing.kinds and not (what == COMPLAINT and OPEN in closing.states):
        why = f"no source supplies responses `{KINDS[what]}`" + (f" or a state `{OPEN}`" if what == COMPLAINT else "")
    elif not ears.answers.any():
        why = "no source supplies contacts of class service, so that no answer could be seen"
    return rs.Questions(_what(what), "not checkable", ANSWER_DAYS, why_not=why) if why else found


def _what(what: int) -> rs.What:
    return "complaint" if what == COMPLAINT else "question"


def _unanswered(frame: Frame, closing: Closing, mask: Mask, what: rs.What, candidate: Candidate) -> rs.Unanswered:
    at, (tag, pushed) = candidate.rank[0], candidate.rows
    channel = frame.history.tags("responses")["channel"][tag].as_py() if tag >= 0 else None
    day = int(local_days(np.array([at], np.int64), frame.zone)[0])
    return rs.Unanswered(mask.person(candidate.id), what, day_text(day), channel, closing.end.day - day, pushed)


def owed_told(closing: Closing, ears: Ears, total: Partial) -> Iterator[rs.Owed]:
    """Welcomes and notices that were due."""
    bought = closing.kinds & set(closing.purchases)
    (due, missed), (renewals, silent) = total.counts["owed"].tolist()
    welcome = rs.Owed("welcome", _outcome(missed), WELCOME_DAYS, due, missed, ears.welcome_names)
    if not bought:
        yield _blind(welcome, f"no source supplies purchases (responses `{', '.join(closing.purchases)}`)")
    elif not due:
        yield _blind(welcome, "of no purchase it can be told that it is the customer's first and 14 days old")
    else:
        named = "no communication is named, titled or filed (topic, flow, moment) as a welcome"
        yield welcome if ears.welcomes.any() else _blind(welcome, named)
    notice = rs.Owed("renewal notice", _outcome(silent), NOTICE_DAYS, renewals, silent, ears.notice_names)
    if not renewals:
        yield _blind(notice, "no source supplies when contracts renew (state `renewal`, attribute `renewal_date`)")
    else:
        named = "no communication is named, titled or filed (topic, flow, moment) as a renewal"
        yield notice if ears.notices.any() else _blind(notice, named)


def _outcome(missed: int) -> rs.SilenceOutcome:
    return "found" if missed else "none"


def _blind(owed: rs.Owed, why: str) -> rs.Owed:
    return replace(owed, outcome="not checkable", due=0, missed=0, why_not=why)


def unheard_told(closing: Closing, total: Partial) -> Iterator[rs.Unheard]:
    """Valued customers who may be contacted and heard nothing."""
    buyers = {key[0]: n for key, n in total.tables["buyers"].items()}
    least = top_part(buyers, VALUED)
    allowed_by: rs.AllowedBy = "consent" if "consent" in closing.states else "no opt-out"
    why = ""
    if not buyers:
        why = f"no source supplies purchases (responses `{', '.join(closing.purchases)}`)"
    elif allowed_by == "no opt-out" and not closing.states & set(OPTED_OUT):
        why = "no source supplies consent or opt-outs"
    for place, days in enumerate(UNHEARD_DAYS):
        short = closing.end.at - days * US_PER_DAY < closing.end.first
        because = why or (f"the history is shorter than {days} days" if short else "")
        own = [
            (heard, n)
            for (p, value, heard), n in total.tables["unheard"].items()
            if p == place and least is not None and value >= least
        ]
        silent = sum(n for heard, n in own if not heard)
        found = rs.Unheard(days, "found" if silent else "none", sum(n for _, n in own), silent, allowed_by)
        found = replace(found, valued_by="value" if closing.by_value else "purchases")
        blind = replace(found, outcome="not checkable", customers=0, unheard=0, why_not=because)
        yield blind if because else found


def top_part(buyers: dict[int, int], parts: int) -> int | None:
    """The least bin of the top one of so many equal parts of all buyers; who ties belongs to it; None: no buyers."""
    wanted, seen = -(-sum(buyers.values()) // parts), 0
    for value in sorted(buyers, reverse=True):
        seen += buyers[value]
        if seen >= wanted:
            return value
    return None


def waste_told(closing: Closing, total: Partial) -> rs.Waste:
    """Many messages and no sign of life."""
    many, silent, contacts = (int(n) for n in total.counts["waste"])
    if not closing.kinds - {"bounced"}:
        return rs.Waste(why_not="no source supplies responses")
    if closing.end.at - WASTE_DAYS * US_PER_DAY < closing.end.first:
        return rs.Waste(why_not=f"the history is shorter than {WASTE_DAYS} days")
    return rs.Waste(WASTE_DAYS, WASTE_MESSAGES, _outcome(silent), many, silent, contacts)
