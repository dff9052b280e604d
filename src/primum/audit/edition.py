"""One department's edition of an audit: its own contacts in full, everybody else's as totals.

Owns what of a result another department's head may see. Refuses to recompute: figures are added where they can be,
and left out (None) where they cannot, such as customers reached by several departments, who would be counted twice.
A field that this module does not know is left empty in an edition, so that nothing new slips through.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields, replace
from statistics import median_low
from typing import Any, TypeVar

from primum.audit import edition_rules, edition_silence
from primum.audit import results as r
from primum.words.errors import UsageError, did_you_mean

OTHERS = "other departments"
"""Stands for all of them together, in totals."""
ANOTHER = "another department"
"""Stands for one of them, in examples; also for its communication, source and file."""

Word = str | None
T = TypeVar("T")
K = TypeVar("K")


def edition(result: r.AuditResult, department: str) -> r.AuditResult:
    """The audit as one department may see it.

    Its own rows stay as they are. Of the others, contacts, costs and the like are summed under "other departments";
    pairs with another department are summed by the own side, pairs among others among themselves. Communications of
    others, their names, titles, owners, subjects, sources and files are not in it; in examples and timelines their
    lines say when and through which channel, and "another department". People whose timeline shows nothing of this
    department are left out, and so are, in a revealed audit, identifiers that are listed without a timeline. Rows
    without a recorded department stay apart, without names.

    Raises: UsageError where no contact is this department's; it names those that are known.
    """
    known = sorted({d.department for d in result.departments if d.department is not None})
    if department not in known:
        raise UsageError(f"No contact is of a department called '{department}'. {did_you_mean(department, known)}")
    return _Edition(result, department).result()


class _Edition:
    def __init__(self, whole: r.AuditResult, department: str) -> None:
        self._whole, self._own = whole, department
        self._communications = {
            c.communication for c in whole.communications if department in c.departments or c.owner == department
        }
        self._strange_sources = {s.name for s in whole.sources if s.department not in (None, department)}
        self._eyes = edition_rules.Eyes(
            department, OTHERS, ANOTHER, self._side, self._line, frozenset(self._strange_sources)
        )

    def result(self) -> r.AuditResult:
        """The edition."""
        whole = self._whole
        return replace(
            whole,
            **_unknown_fields(),
            headline=self._headline(),
            sources=self._sources(),
            blind_spots=self._blind_spots(),
            who_says_what=self._cells(),
            departments=self._departments(),
            communications=tuple(self._communication(c) for c in whole.communications if self._is_own(c.communication)),
            months=self._months(),
            pressure=replace(
                whole.pressure,
                by_department=tuple(p for p in whole.pressure.by_department if p.department == self._own),
            ),
            duplicates=self._duplicates(),
            meetings=replace(whole.meetings, pairs=self._meetings()),
            live_offers=replace(whole.live_offers, by_department=self._offers()),
            silos=self._silos(),
            people=tuple(self._person(p) for p in whole.people if self._heard_from_us(p)),
            coverage=self._coverage(),
            register=replace(whole.register, never_sent=()),
            non_people=replace(whole.non_people, proposed=()),
            against_rules=edition_rules.against_rules(whole.against_rules, self._eyes),
            opt_out_lag=edition_rules.opt_out_lag(whole.opt_out_lag, self._eyes),
            clashes=edition_rules.clashes(whole.clashes, self._eyes),
            cures=edition_rules.cures(whole.cures, self._eyes),
            silence=edition_silence.silence(
                whole.silence, frozenset(c for c in self._communications if c is not None), self._own
            ),
            worst=tuple(
                edition_silence.worst(w, self._person(w.person), self._eyes)
                for w in whole.worst
                if self._heard_from_us(w.person)
            ),
            edition=self._own,
        )

    def _side(self, department: Word) -> Word:
        return department if department in (None, self._own) else OTHERS

    def _is_own(self, communication: Word) -> bool:
        return communication is not None and communication in self._communications

    def _sides(self, departments: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(self._side(d)) for d in departments))

    def _headline(self) -> r.Headline:
        common = self._whole.coverage.common
        spared = f" (small ones apart: {', '.join(common.left_out)})" if common and common.left_out else None
        sentences = self._whole.headline.sentences
        if spared:
            sentences = tuple(s.replace(spared, "") for s in sentences)
        return replace(self._whole.headline, sentences=sentences, story=())

    def _sources(self) -> tuple[r.SourceFigures, ...]:
        own = [s for s in self._whole.sources if s.name not in self._strange_sources]
        others = [s for s in self._whole.sources if s.name in self._strange_sources]
        return (*own, *([_summed_sources(others)] if others else []))

    def _blind_spots(self) -> tuple[r.BlindSpot, ...]:
        """Gaps of others' sources are summed by kind; the words that name one of them are left out."""
        own = [s for s in self._whole.blind_spots if s.source not in self._strange_sources and self._may_tell(s)]
        others = [s for s in self._whole.blind_spots if s.source in self._strange_sources]
        groups = _grouped(others, lambda s: (s.kind, s.unit))
        summed = [
            r.BlindSpot(kind, "In the data of other departments", sum(s.count for s in g), unit, "Ask them.", OTHERS)
            for (kind, unit), g in groups.items()
        ]
        return tuple(sorted([*map(_without_names, own), *summed], key=lambda s: -s.count))

    def _may_tell(self, spot: r.BlindSpot) -> bool:
        return spot.kind != "one_sender" or self._own in spot.what

    def _cells(self) -> tuple[r.Cell, ...]:
        own = [c for c in self._whole.who_says_what if c.department == self._own]
        rest = _grouped(
            (c for c in self._whole.who_says_what if c.department != self._own), lambda c: self._side(c.department)
        )
        return (*own, *(_summed_cells(side, cells) for side, cells in rest.items()))

    def _departments(self) -> tuple[r.DepartmentFigures, ...]:
        groups = _grouped(self._whole.departments, lambda d: self._side(d.department))
        found = [g[0] if side == self._own else _summed_departments(side, g) for side, g in groups.items()]
        return tuple(sorted(found, key=lambda d: -d.contacts))

    def _communication(self, c: r.CommunicationFigures) -> r.CommunicationFigures:
        return replace(c, departments=self._sides(c.departments))

    def _months(self) -> tuple[r.MonthFigures, ...]:
        groups = _grouped(self._whole.months, lambda m: (self._side(m.department), m.month))
        return tuple(r.MonthFigures(side, month, sum(m.contacts for m in g)) for (side, month), g in groups.items())

    def _duplicates(self) -> r.Duplicates:
        d = self._whole.duplicates
        pairs = _grouped(d.pairs, lambda p: (self._side(p.first), self._side(p.again)))
        told = [c for c in d.communications if self._own in (c.first_department, c.again_department)]
        alike = _grouped(told, self._duplicated)
        return replace(
            d,
            pairs=tuple(
                r.DuplicatePair(a, b, sum(p.repeats for p in g), _of_one([p.customers for p in g]))
                for (a, b), g in pairs.items()
            ),
            communications=tuple(
                r.DuplicatedCommunication(a, a_department, b, b_department, sum(c.repeats for c in g))
                for (a, a_department, b, b_department), g in alike.items()
            ),
            examples=tuple(
                replace(e, first=self._line(e.first), again=self._line(e.again))
                for e in d.examples
                if self._own in (e.first.department, e.again.department)
            ),
        )

    def _duplicated(self, c: r.DuplicatedCommunication) -> tuple[Word, Word, Word, Word]:
        first = c.first if c.first_department == self._own else ANOTHER
        again = c.again if c.again_department == self._own else ANOTHER
        return first, self._side(c.first_department), again, self._side(c.again_department)

    def _meetings(self) -> tuple[r.Meeting, ...]:
        groups = _grouped(self._whole.meetings.pairs, lambda p: self._unordered(p.a, p.b))
        return tuple(
            r.Meeting(a, b, sum(p.customer_days for p in g), _of_one([p.customers for p in g]))
            for (a, b), g in groups.items()
        )

    def _offers(self) -> tuple[r.OfferPair, ...]:
        groups = _grouped(self._whole.live_offers.by_department, lambda p: self._unordered(p.a, p.b))
        return tuple(r.OfferPair(a, b, sum(p.pairs for p in g)) for (a, b), g in groups.items())

    def _unordered(self, a: Word, b: Word) -> tuple[Word, Word]:
        """A pair without direction, the own side first."""
        sides = sorted((self._side(a), self._side(b)), key=lambda s: (s != self._own, s is None, s or ""))
        return sides[0], sides[1]

    def _silos(self) -> r.Silos:
        s = self._whole.silos
        strangers = [(a, b) for a, b in s.nothing_in_common if self._own in (a, b)]
        return replace(
            s,
            pairs=tuple(replace(p, a=self._one(p.a), b=self._one(p.b)) for p in s.pairs if self._own in (p.a, p.b)),
            nothing_in_common=tuple((self._one(a), self._one(b)) for a, b in strangers),
            shared_identifiers=() if self._whole.revealed else s.shared_identifiers,
            sources_without_responses=tuple(n for n in s.sources_without_responses if n not in self._strange_sources),
        )

    def _one(self, department: Word) -> Word:
        return department if department in (None, self._own) else ANOTHER

    def _heard_from_us(self, person: r.Person) -> bool:
        return any(line.department == self._own and line.response is None for line in person.timeline)

    def _person(self, person: r.Person) -> r.Person:
        most = person.most_on_one_day
        day = f", up to {most} on one day" if most > 1 else ""
        said = "1 message" if person.busiest_week == 1 else f"{person.busiest_week} messages"
        return replace(
            person,
            summary=f"Heard {said} in 7 days{day}.",
            timeline=tuple(self._line(line) for line in person.timeline),
        )

    def _line(self, line: r.ContactLine) -> r.ContactLine:
        """A contact or response as it may be shown: a stranger's keeps when, the channel and the status."""
        if line.department == self._own or (line.response is not None and self._is_own(line.communication)):
            return line
        return replace(
            line,
            department=self._one(line.department),
            purpose=None,
            communication=None if line.communication is None else ANOTHER,
            subject=None,
            source=ANOTHER,
            file=ANOTHER,
            row=0,
            status_history=None,
        )

    def _coverage(self) -> r.Coverage:
        whole = self._whole.coverage
        common = whole.common and replace(
            whole.common,
            departments=self._sides(whole.common.departments),
            left_out=self._sides(whole.common.left_out),
            begin_last=self._sides(whole.common.begin_last),
            end_first=self._sides(whole.common.end_first),
        )
        strange = self._strange_sources
        rejected = sum(j.rows for j in whole.rejects if j.source in strange)
        others = [s for s in whole.sources if s.source in strange]
        return r.Coverage(
            common,
            (*(s for s in whole.sources if s.source not in strange), *([_summed_weeks(others)] if others else [])),
            tuple(c for c in whole.control if c.source not in strange),
            (
                *(j for j in whole.rejects if j.source not in strange),
                *([r.RejectReason(OTHERS, None, "rows that could not be read", rejected)] if rejected else []),
            ),
            tuple(w for w in whole.warnings if w.source not in strange),
        )


def _without_names(spot: r.BlindSpot) -> r.BlindSpot:
    """The gap between the departments' periods names the departments that make it."""
    if spot.kind != "outside_common_period":
        return spot
    return replace(spot, cure="Export the same months from every department.")


KNOWN = frozenset(
    """company period headline volume sources blind_spots who_says_what departments communications months pressure
    duplicates meetings live_offers silos responses people method revealed coverage disclosure classification edition
    schema_version flags register non_people against_rules opt_out_lag clashes
    cures silence worst by_segment consequences""".split()
)
"""Fields of a result that this module deals with, or that name no department's communication."""


def _unknown_fields() -> dict[str, Any]:
    """Every field this module does not know, at its default: a new finding is left out until it is dealt with here."""
    unknown = [f for f in fields(r.AuditResult) if f.name not in KNOWN]
    return {f.name: f.default if f.default_factory is MISSING else f.default_factory() for f in unknown}


def _grouped(records: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Records by a key, in the order of first appearance."""
    groups: dict[K, list[T]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def _of_one(counts: Sequence[int | None]) -> int | None:
    """A count of distinct customers: that of a single row; of several it cannot be told."""
    return counts[0] if len(counts) == 1 else None


def _cost(costs: Iterable[float | None]) -> float | None:
    known = [c for c in costs if c is not None]
    return round(sum(known), 6) if known else None


def _summed_cells(side: Word, cells: Sequence[r.Cell]) -> r.Cell:
    one = cells[0] if len(cells) == 1 else None
    return r.Cell(
        side,
        None,
        None,
        sum(c.contacts for c in cells),
        sum(c.received for c in cells),
        sum(c.asked_for for c in cells),
        one.reach if one else None,
        one.customer_months if one else None,
        one.per_customer_month if one else None,
        _cost(c.cost for c in cells),
        sum(c.unregistered for c in cells),
    )


def _summed_departments(side: Word, group: Sequence[r.DepartmentFigures]) -> r.DepartmentFigures:
    return r.DepartmentFigures(
        side,
        None,
        None,
        sum(d.contacts for d in group),
        sum(d.received for d in group),
        sum(d.asked_for for d in group),
        _of_one([d.reach for d in group]),
        sum(d.share_of_contacts for d in group),
        _cost(d.cost for d in group),
        sum(d.unregistered for d in group),
        sum(d.communications for d in group),
    )


def _summed_sources(sources: Sequence[r.SourceFigures]) -> r.SourceFigures:
    masters = [s.found_in_master for s in sources]
    return r.SourceFigures(
        OTHERS,
        "contacts",
        OTHERS,
        (),
        sum(s.rows for s in sources),
        sum(s.rejected for s in sources),
        sum(s.unlinked for s in sources),
        min((s.first for s in sources if s.first), default=None),
        max((s.last for s in sources if s.last), default=None),
        (),
        sum(s.customers for s in sources),
        None if None in masters else sum(m for m in masters if m is not None),
        (),
        None,
        sum(s.folded for s in sources),
        sum(s.replaced for s in sources),
        sum(s.ignored for s in sources),
    )


def _summed_weeks(sources: Sequence[r.SourceCoverage]) -> r.SourceCoverage:
    weeks: dict[str, int] = {}
    for monday, rows in (w for s in sources for w in s.weeks):
        weeks[monday] = weeks.get(monday, 0) + rows
    return r.SourceCoverage(
        OTHERS,
        "contacts",
        OTHERS,
        min((s.first for s in sources if s.first), default=None),
        max((s.last for s in sources if s.last), default=None),
        tuple(sorted(weeks.items())),
        (),
        median_low(weeks.values()) if weeks else 0,
        max((s.newest for s in sources if s.newest), default=None),
        None,
        None,
    )
