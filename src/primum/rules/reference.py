"""The law for one customer, in plain Python: what every other engine must answer too.

Owns the deciding (docs/rules.md, "Deciding", "Precedence", "Four uses"). Refuses to be fast, and to share code with
the compiled form: it gathers all that is known, asks every rule, and tries every instant at which an answer may change.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Final

from primum.rules.model import AtMost, Clash, Except, Hours, Limit, Rule, RuleSet
from primum.rules.reference_clock import Clock, When, exactly
from primum.rules.reference_limits import (
    Evidence,
    Known,
    Question,
    edges_of_states,
    moments,
    question,
    state_may_hold,
    state_surely_holds,
)
from primum.words.contacts import Candidate, Contact, Customer, Precision, Response, State, Use
from primum.words.decisions import Decision
from primum.words.filters import Term
from primum.words.time import EPOCH_DAY, US_PER_DAY, day_date, is_zone

HORIZON: Final = 400 * US_PER_DAY
"""A deferral reaches no further than this."""


def decide(
    rules: RuleSet,
    customer: Customer,
    history: Sequence[Contact | Response],
    planned: Sequence[Contact],
    candidates: Sequence[Candidate],
    use: Use,
    members: Sequence[Customer] = (),
) -> tuple[Decision, ...]:
    """Decide candidates of one customer, or of one household, by the law.

    Args:
        rules: the rule set.
        customer: whom the candidates are for, with segments and states.
        history: contacts and responses of the household, in any order; those of others than the candidate's customer
            count for rules of `level: household` only.
        planned: contacts that are planned and not yet sent (gate and plan).
        candidates: in the order of their arrival.
        use: which of the four uses.
        members: further customers of the household whom candidates may be for.

    Returns: a decision per candidate, in the order given.
    """
    judged = judge(rules, customer, history, planned, candidates, use, members)
    return tuple(judgement.decision for judgement in judged)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with all that it rests on, for those who ask why."""

    candidate: Candidate
    decision: Decision
    hearing: "Hearing"


def judge(
    rules: RuleSet,
    customer: Customer,
    history: Sequence[Contact | Response],
    planned: Sequence[Contact],
    candidates: Sequence[Candidate],
    use: Use,
    members: Sequence[Customer] = (),
) -> list[Judgement]:
    """As `decide`, with all that each decision rests on."""
    people = {person.id: person for person in (*members, customer)}
    world = World(rules, use, tuple(told_once(history)), tuple(planned), [])
    judged: dict[int, Judgement] = {}
    for number in in_order(candidates, rules, use):
        candidate = candidates[number]
        hearing = Hearing(world, candidate, people.get(candidate.customer, customer))
        judged[number] = Judgement(candidate, hearing.decide(), hearing)
        world.remember(candidate, judged[number].decision)
    return [judged[number] for number in range(len(candidates))]


# Facts


def told_once(events: Iterable[Contact | Response]) -> Iterator[Contact | Response]:
    """Each event once: its first row says what was said, to whom and when, its last row what became of it."""
    told: dict[tuple[type, str, str], Contact | Response] = {}
    for event in sorted(events, key=lambda event: event.at):
        first = told.setdefault((type(event), event.customer, event.id), event)
        if isinstance(first, Contact) and isinstance(event, Contact):
            told[(Contact, event.customer, event.id)] = replace(first, status=event.status)
    yield from told.values()


def is_same(contact: Contact, candidate: Candidate) -> bool:
    """Whether a contact is the candidate itself: an event belongs to one customer."""
    return (contact.customer, contact.id) == (candidate.customer, candidate.id)


def importance(contact: Contact | Candidate, rules: RuleSet) -> float:
    """The priority of a contact; higher is more important."""
    if not rules.priorities:
        return contact.priority
    ranks = (-rank for rank, wanted in enumerate(rules.priorities) if wanted.matches(contact.attributes))
    return next(ranks, -len(rules.priorities))


def in_order(candidates: Sequence[Candidate], rules: RuleSet, use: Use) -> list[int]:
    """The order in which the candidates are judged, as indices."""
    if use == "gate":
        return list(range(len(candidates)))
    return sorted(range(len(candidates)), key=lambda i: tie(candidates[i], rules, use))


def tie(contact: Contact | Candidate, rules: RuleSet, use: Use) -> tuple[float, float, str]:
    """What comes first: by instant, priority, id; in a plan by priority, instant, id."""
    rank = -importance(contact, rules)
    return (rank, contact.at, contact.id) if use == "plan" else (contact.at, rank, contact.id)


def exempt_counts(contact: Contact | Candidate, rules: RuleSet) -> bool | None:
    """Whether an exempt contact counts; None where it is not exempt."""
    return next((e.counts for e in rules.exempt if e.to.matches(contact.attributes)), None)


@dataclass(slots=True)
class World:
    """What the household's candidates are judged against; `kept` grows as they are decided."""

    rules: RuleSet
    use: Use
    events: tuple[Contact | Response, ...]
    planned: tuple[Contact, ...]
    kept: list[Contact]

    def remember(self, candidate: Candidate, decision: Decision) -> None:
        """Later candidates see what this one has become. It takes the place of whatever bore its id."""
        at = candidate.at if decision.until is None else decision.until
        exact = "instant" if decision.until is not None else candidate.precision
        if self.use == "audit":
            status, at, exact = candidate.status, candidate.at, candidate.precision
        elif decision.decision == "deny":
            return
        else:
            status = "reserved" if decision.decision == "defer" and self.use != "backtest" else "sent"
        self.kept = [c for c in self.kept if not is_same(c, candidate)]
        self.events = tuple(e for e in self.events if isinstance(e, Response) or not is_same(e, candidate))
        self.planned = tuple(c for c in self.planned if not is_same(c, candidate))
        self.kept.append(
            Contact(candidate.id, candidate.customer, at, status, candidate.attributes, candidate.priority, exact)
        )

    def contacts_for(self, candidate: Candidate) -> tuple[Contact, ...]:
        """The contacts that this candidate is judged against (docs/rules.md, "Four uses")."""
        told = [e for e in self.events if isinstance(e, Contact)]
        if self.use in ("gate", "plan"):
            plans = [replace(c, status="planned") for c in self.planned] + [c for c in told if c.status == "planned"]
            above = [c for c in plans if importance(c, self.rules) > importance(candidate, self.rules)]
            found = [c for c in told if c.status != "planned"] + above
        else:
            mine = tie(candidate, self.rules, self.use)
            promised = ("reserved",) if self.use == "backtest" else ()
            found = [c for c in told if tie(c, self.rules, self.use) < mine or c.status in promised]
            found = [c for c in found if c.status != "planned"]
        everything = [*found, *self.kept]
        return tuple(c for c in everything if not is_same(c, candidate) and exempt_counts(c, self.rules) is not False)


# One candidate


class Hearing:
    """One candidate, and all that is known when it is judged."""

    def __init__(self, world: World, candidate: Candidate, customer: Customer) -> None:
        self.rules, self.use, self.candidate = world.rules, world.use, candidate
        self.looks_ahead = self.use in ("gate", "plan")
        zones = customer.zones or ((world.rules.zone,) if world.rules.zone else ())
        self.unreadable = next((zone for zone in zones if not is_zone(zone)), None)
        self.has_home = bool(zones) and is_zone(zones[0])
        self.has_zones = bool(zones) and self.unreadable is None
        readable = tuple(zone for zone in zones if is_zone(zone)) if self.has_home else ()
        nothing = Known(candidate, customer, readable, (), (), (), bears_days=not self.looks_ahead)
        self.home: Clock = nothing.home
        # In gate and plan a candidate is asked about at its instant; in audit and backtest it is an event.
        self.when = exactly(candidate.at) if self.looks_ahead else self.home.when(candidate.at, candidate.precision)
        self.known = replace(
            nothing,
            contacts=world.contacts_for(candidate),
            responses=tuple(e for e in world.events if isinstance(e, Response) and self._is_known(e.at, e.precision)),
            states=self._known_states(customer.states),
        )
        self.segments = self._known_states(customer.segments)
        self.asked: dict[tuple[str, int], Question] = {}

    def _is_known(self, at: int | None, precision: Precision) -> bool:
        """In audit and backtest nothing is known that began after the candidate; ends already known stay known."""
        return self.looks_ahead or at is None or self.home.when(at, precision).first <= self.when.last

    def _known_states(self, states: Iterable[State]) -> tuple[State, ...]:
        return tuple(s for s in states if self._is_known(s.start, s.start_precision))

    # Deciding

    def decide(self) -> Decision:
        """The decision on the candidate."""
        if exempt_counts(self.candidate, self.rules) is not None:
            return Decision(self.candidate.id, "allow")
        broken = [rule for rule in self.governing if self.holds_back(rule, self.when)]
        missing = {rule.name: fact for rule in self.governing if (fact := self.missing(rule, self.when)) is not None}
        reasons = [rule for rule in broken if not rule.shadow]
        until = self._until(reasons) if reasons else None
        return Decision(
            candidate=self.candidate.id,
            decision="allow" if not reasons else "deny" if until is None else "defer",
            until=until,
            reasons=tuple(sorted(rule.name for rule in reasons)),
            alone={rule.name: self.first_free([rule], self.candidate.at + HORIZON) for rule in reasons},
            shadow=tuple(sorted(rule.name for rule in broken if rule.shadow)),
            unevaluated=tuple(sorted(missing)),
            missing=missing,
        )

    def _until(self, reasons: Iterable[Rule]) -> int | None:
        if any(rule.otherwise != "defer" for rule in reasons):
            return None
        last = self.candidate.at + HORIZON
        if self.candidate.not_after is not None:
            last = min(last, self.candidate.not_after)
        return self.first_free([rule for rule in self.governing if not rule.shadow], last)

    def first_free(self, rules: Sequence[Rule], last: int) -> int | None:
        """The first instant from the candidate's on, not after `last`, at which none of these rules holds it back."""
        suspects = list(rules)
        for at in self._turning_points(rules, last):
            holding = next((rule for rule in suspects if self.holds_back(rule, exactly(at))), None)
            if holding is None:
                return at
            suspects.remove(holding)
            suspects.insert(0, holding)
        return None

    def _turning_points(self, rules: Sequence[Rule], last: int) -> Iterator[int]:
        """Every instant at which an answer of these rules may change, and its neighbours, in order."""
        others = [r for rule in rules for r in self.replacers(rule)]
        asked = [self.ask(rule, number) for rule in rules for number in range(len(rule.excepts) + 1)]
        lasting = set(chain(*(self._points(rule) for rule in (*rules, *others)), *(q.points for q in asked)))
        begin, width = max(self.candidate.at, self.when.first), 2 * US_PER_DAY
        if begin <= last:  # the customer's day may begin later than the one it was told in
            yield begin
        while begin < last:
            end = min(begin + width, last)
            points = lasting.union(*(q.daily(begin, end) for q in asked))
            yield from sorted({p + step for p in points for step in (-1, 0, 1) if begin < p + step <= end})
            begin, width = end, 2 * width

    def _points(self, rule: Rule) -> set[int]:
        """Instants at which a rule may begin or cease to govern, or its numbers may change."""
        points = edges_of_states((*self.segments, *self.known.states), self.home) if rule.who.terms else set()
        days = {rule.starts, rule.ends} | {d for e in rule.excepts for d in self._dates(e)}
        for day in days - {None}:
            points |= self.home.turns(day) if day is not None else set()
        return points

    def _dates(self, exception: Except) -> Iterator[int]:
        this_year = day_date(self.home.day(self.candidate.at)).year
        for edge in (exception.start, exception.end):
            if isinstance(edge, int):
                yield edge
            else:
                for year in range(this_year - 1, this_year + 4):
                    yield from _days_around(year, *edge)

    # Which rules

    @cached_property
    def governing(self) -> tuple[Rule, ...]:
        """The rules whose `to` means this candidate; whether they govern at an instant is another question."""
        return tuple(rule for rule in self.rules.rules if _means(rule, self.candidate))

    def governs(self, rule: Rule, when: When, surely: bool) -> bool:
        """Whether a rule is live and its `for` means the customer."""
        return self.is_live(rule, when) and all(self._term_holds(term, when, surely) for term in rule.who.terms)

    def is_live(self, rule: Rule, when: When) -> bool:
        """Whether the local date lies between `starts` and `ends`; where no date can be told, a rule is live."""
        if not self.has_home:
            return True
        date = self.date(when)
        return (rule.starts is None or rule.starts <= date) and (rule.ends is None or date <= rule.ends)

    def date(self, when: When) -> int:
        """The customer's local date."""
        return self.home.day(when.at) if when.date is None else when.date

    def _term_holds(self, term: Term, when: When, surely: bool) -> bool:
        """Whether one part of `for` holds; an absent attribute does not match, a segment may."""
        if term.attribute not in ("segment", "state"):
            value = self.known.customer.attributes.get(term.attribute)
            return value is not None and term.holds(value)
        states = self.segments if term.attribute == "segment" else self.known.states
        meant = [s for s in states if s.name in term.values]
        holds: Callable[[State, int, Clock], bool]
        holds = state_surely_holds if surely is not term.negated else state_may_hold
        answers = [
            any(holds(s, at, self.home) for s in meant) is not term.negated
            for at in moments(when, edges_of_states(meant, self.home))
        ]
        return all(answers) if surely else any(answers)

    def replacers(self, rule: Rule) -> list[Rule]:
        """The enforced rules that stand instead of this one, for candidates such as this."""
        return [other for other in self.governing if other.instead_of == rule.name and not other.shadow]

    def stands(self, rule: Rule, when: When, surely: bool) -> bool:
        """Whether a rule governs and no other stands in its place."""
        return self.governs(rule, when, surely) and not any(
            self.governs(other, when, not surely) for other in self.replacers(rule)
        )

    # Is it broken?

    def holds_back(self, rule: Rule, when: When) -> bool:
        """Whether the rule is broken: in audit and backtest where it surely is, in gate and plan where it may be."""
        if self.lacks(rule, when) is not None:
            return rule.hold_if_unknown and self.stands(rule, when, surely=not self.looks_ahead)
        return self.evidence(rule, when, surely=not self.looks_ahead) is not None

    def missing(self, rule: Rule, when: When) -> str | None:
        """The fact without which a rule cannot be judged, None where it can."""
        lacking = self.lacks(rule, when)
        if lacking is not None:
            return lacking if self.stands(rule, when, surely=False) else None
        if self.looks_ahead or self.evidence(rule, when, True) is not None:
            return None
        return None if self.evidence(rule, when, False) is None else "time of day"

    def evidence(self, rule: Rule, when: When, surely: bool) -> Evidence | None:
        """What breaks the rule; None where nothing does, or where it does not stand."""
        found = self.ask(rule, self.numbers(rule, when)).broken(when, surely)
        return found if found is not None and self.stands(rule, when, surely) else None

    def because(self, name: str) -> Evidence:
        """What breaks a rule that is among the reasons; empty where nothing but the instant does."""
        rule = next(rule for rule in self.governing if rule.name == name)
        if self.lacks(rule, self.when) is not None:
            return ()
        return self.evidence(rule, self.when, surely=not self.looks_ahead) or ()

    def ask(self, rule: Rule, number: int) -> Question:
        """The question of the rule's own numbers (0) or of one of its exceptions."""
        key = (rule.name, number)
        if key not in self.asked:
            limit = rule.limit if number == 0 else rule.excepts[number - 1].limit
            self.asked[key] = question(rule, limit, self.known)
        return self.asked[key]

    def numbers(self, rule: Rule, when: When) -> int:
        """Which numbers are in force: the first exception whose dates hold the local date, else the rule's own."""
        if not rule.excepts or not self.has_home:
            return 0
        date = self.date(when)
        return next((i + 1 for i, e in enumerate(rule.excepts) if _within(e, date)), 0)

    def lacks(self, rule: Rule, when: When) -> str | None:
        """The fact that is missing to evaluate a rule at all."""
        limit = self.limit(rule, when)
        dated = rule.starts is not None or rule.ends is not None or bool(rule.excepts)
        if isinstance(limit, Hours):
            if limit.unknown_calendars:
                return f"calendar {limit.unknown_calendars[0]}"
            if not self.has_zones:
                return "zone" if self.unreadable is None else f"readable zone ({self.unreadable})"
        if (dated or _reads_local_days(limit)) and not self.has_home:
            return "zone" if self.unreadable is None else f"readable zone ({self.unreadable})"
        return None

    def limit(self, rule: Rule, when: When) -> Limit:
        """The limit whose numbers are in force."""
        number = self.numbers(rule, when)
        return rule.limit if number == 0 else rule.excepts[number - 1].limit


def _means(rule: Rule, candidate: Candidate) -> bool:
    """Whether the candidate is one that the rule can govern at all."""
    if not rule.to.matches(candidate.attributes):
        return False
    limit = rule.limit
    if isinstance(limit, Clash):
        return limit.one.matches(candidate.attributes) or limit.other.matches(candidate.attributes)
    if isinstance(limit, AtMost):
        return all(name in candidate.attributes for name in limit.needs)
    return True


def _reads_local_days(limit: Limit) -> bool:
    """Whether a limit needs the customer's calendar."""
    windows = [getattr(limit, name, None) for name in ("window", "within")]
    local = any(w is not None and w.zone is None and w.axis not in ("elapsed", "ever") for w in windows)
    duration = getattr(limit, "duration", None)
    return local or (duration is not None and duration.local_days > 0)


def _within(exception: Except, date: int) -> bool:
    """Whether a local date lies in an exception; a stretch of every year may run over New Year."""
    start, end = exception.start, exception.end
    if isinstance(start, int) and isinstance(end, int):
        return start <= date <= end
    day = day_date(date)
    today = (day.month, day.day)
    assert isinstance(start, tuple)
    assert isinstance(end, tuple)
    return start <= today <= end if start <= end else today >= start or today <= end


def _days_around(year: int, month: int, day: int) -> Iterator[int]:
    """The days next to a date of every year, which 29 February is not in most."""
    first = (day_date(0).replace(year=year, month=month) - EPOCH_DAY).days
    yield from (first + day - 2, first + day - 1, first + day)
