"""From findings to cures worth trying: each a kind, an owner, and the rules whose enforcing stands for it.

Owns which finding asks for which kind of cure. Refuses to say what a cure would do: `cure_counts` tries it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from primum.audit import results as r
from primum.audit.law import SEVERITIES, Law
from primum.audit.results_cures import CureKind
from primum.rules.model import AtLeast, Capacity, Held, Hours, Never, PauseAfterResponse, Rule
from primum.rules.parse import parse_rules
from primum.strategy.models import Strategy
from primum.words.filters import Filter, Term

MOST_TRIED = 24
"""More proposals than this are not tried: the gravest and largest are."""
MOST_DEPARTMENTS, MOST_PAIRS = 3, 4
"""Departments tried for each rule, and pairs of communications of each finding."""
RETIRE_FROM = 0.8
"""A communication is proposed to be retired where at least this share of its contacts is against one rule..."""
RETIRE_LEAST = 10
"""... and that many are."""
FED = frozenset(
    "opted_out do_not_contact deceased erased gone_away hard_bounced invalid_address returned_mail unsubscribed".split()
)
"""States and responses that reach a sender by a suppression feed; others are a matter of whom an audience is of."""
WINDOW = "7 days"
Word = str | None


@dataclass(frozen=True)
class Proposal:
    """A cure to be tried: `enforces` are names of rules, `adds` those of them that the law does not hold.

    `weight`: (place of the severity, contacts): the gravest and largest are tried.
    """

    kind: CureKind
    department: Word
    everybody: bool
    owner: Word
    communication: Word
    into: Word
    into_department: Word
    rule: Rule | None
    enforces: tuple[str, ...]
    adds: tuple[Rule, ...]
    weight: tuple[int, int]


@dataclass(frozen=True)
class Findings:
    """What cures are derived from."""

    against: r.AgainstRules
    duplicates: r.Duplicates
    clashes: r.Clashes
    communications: Sequence[r.CommunicationFigures]


def propose(findings: Findings, law: Law, strategy: Strategy, departments: Sequence[str]) -> tuple[Proposal, ...]:
    """Cures worth trying, the gravest and largest first.

    Args:
        departments: all that are recorded.
    """
    maker = _Maker(findings, law, strategy, departments)
    found = [*maker.of_rules(), *maker.mergers()]
    found.sort(key=lambda p: (p.weight[0], -p.weight[1], p.enforces))
    return tuple(found[:MOST_TRIED])


class _Maker:
    def __init__(self, findings: Findings, law: Law, strategy: Strategy, departments: Sequence[str]) -> None:
        self._findings, self._departments = findings, departments
        self._rules = {rule.name: rule for rule in law.rules}
        self._replacers = {rule.instead_of: rule.name for rule in law.rules if rule.instead_of and not rule.shadow}
        self._owners = {name: c.owner for name, c in strategy.communications.items()}
        self._contacts = {c.communication: c.contacts for c in findings.communications}
        self._number = 0

    def of_rules(self) -> Iterator[Proposal]:
        """What the contacts against each rule ask for."""
        for figures in self._findings.against.rules:
            rule = self._rules.get(figures.rule)
            if rule is None or not figures.contacts or isinstance(rule.limit, Capacity | AtLeast):
                continue
            yield from self._retired(figures, rule)
            kind = kind_of(rule)
            if kind == "set a rule" or rule.name in self._replacers:
                yield self._whole(figures, rule)
            elif kind is not None:
                yield from self._narrowed(figures, rule, kind)

    def _whole(self, figures: r.RuleFigures, rule: Rule) -> Proposal:
        """The rule as it stands, with what stands in its place for some."""
        names, other = [rule.name], self._replacers.get(rule.name)
        while other is not None:
            names.append(other)
            other = self._replacers.get(other)
        weight = (SEVERITIES.index(rule.severity), figures.contacts)
        owner = rule.owner if rule.owner in self._departments else _busiest(figures)
        return Proposal("set a rule", None, True, owner, None, None, None, rule, tuple(names), (), weight)

    def _narrowed(self, figures: r.RuleFigures, rule: Rule, kind: CureKind) -> Iterator[Proposal]:
        """The rule enforced upon one department's contacts."""
        for d in figures.departments[:MOST_DEPARTMENTS]:
            if d.contacts:
                otherwise: Any = "defer" if kind == "move" else rule.otherwise
                new = self._new(replace(rule, otherwise=otherwise), {"department": self._is(d.department)})
                weight = (SEVERITIES.index(rule.severity), d.contacts)
                owner = d.department
                yield Proposal(kind, d.department, False, owner, None, None, None, rule, (new.name,), (new,), weight)

    def _retired(self, figures: r.RuleFigures, rule: Rule) -> Iterator[Proposal]:
        """Communications that are hardly ever within the rule, whoever sends them."""
        sums: dict[str, int] = {}
        department: dict[str, Word] = {}
        for c in figures.communications:
            if c.communication is not None:
                sums[c.communication] = sums.get(c.communication, 0) + c.contacts
                department.setdefault(c.communication, c.department)
        for name, contacts in sums.items():
            if contacts >= max(RETIRE_LEAST, RETIRE_FROM * self._contacts.get(name, 0)):
                new = self._new(Rule("", "", Never()), {"communication": Term("communication", (name,))})
                of, weight = department[name], (SEVERITIES.index(rule.severity), contacts)
                owner = self._owners.get(name) or of
                yield Proposal("retire", of, False, owner, name, None, None, rule, (new.name,), (new,), weight)

    def mergers(self) -> Iterator[Proposal]:
        """Pairs of communications that say the same to the same customers, and those sent twice."""
        f, last = self._findings, len(SEVERITIES)
        pairs = [
            *((p.first, p.first_department, p.again, p.again_department, p.repeats) for p in _top(f.duplicates)),
            *(
                (p.first, p.first_department, p.again, p.again_department, p.times)
                for found in (f.clashes.same_topic, f.clashes.same_product, f.clashes.contradictions)
                for p in found.pairs[:MOST_PAIRS]
            ),
        ]
        seen = set()
        for first, first_of, again, again_of, times in pairs:
            key = (first, first_of, again, again_of)
            if first is None or again is None or key in seen:
                continue
            seen.add(key)
            rule = self._merged(first, first_of, again, again_of)
            owner = self._owners.get(again) or again_of
            kind: CureKind = "set a rule" if (first, first_of) == (again, again_of) else "merge"
            yield Proposal(
                kind, again_of, False, owner, again, first, first_of, None, (rule.name,), (rule,), (last, times)
            )

    def _merged(self, first: str, first_of: Word, again: str, again_of: Word) -> Rule:
        """The second is not sent where the first went out within the window; one alone, not twice with one content."""
        if (first, first_of) == (again, again_of):
            limit: dict[str, Any] = {"once": WINDOW, "per": ["content"]}
        else:
            limit = {"apart": WINDOW, "with": self._said(first, first_of), "only": "after"}
        told = {"says": "Said already.", "to": self._said(again, again_of), **limit}
        return self._new(parse_rules({"rules": {"merged": told}}).rules[0], {})

    def _new(self, rule: Rule, only: Mapping[str, Term]) -> Rule:
        """A rule of its own name, narrowed to some contacts."""
        self._number += 1
        terms = (*rule.to.terms, *only.values())
        return replace(rule, name=f"~cure {self._number:03d}", to=Filter(terms), shadow=False, instead_of=None)

    def _is(self, department: Word) -> Term:
        if department is not None:
            return Term("department", (department,))
        return Term("department", tuple(sorted(self._departments)), negated=True)

    def _said(self, communication: str, department: Word) -> dict[str, Any]:
        of: Any = {"not": sorted(self._departments)} if department is None else department
        named = {"communication": communication}
        return named if department is None and not self._departments else named | {"department": of}


def kind_of(rule: Rule) -> CureKind | None:
    """What mends contacts against a rule."""
    limit = rule.limit
    if isinstance(limit, Hours):
        return "move"
    if isinstance(limit, PauseAfterResponse):
        return "repair a suppression feed" if FED & set(limit.kinds) else "change an audience"
    if isinstance(limit, Held):
        fed = not limit.only and FED & set(limit.states)
        return "repair a suppression feed" if fed else "change an audience"
    return None if isinstance(limit, Never) else "set a rule"


def _busiest(figures: r.RuleFigures) -> Word:
    return figures.departments[0].department if figures.departments else None


def _top(duplicates: r.Duplicates) -> Sequence[r.DuplicatedCommunication]:
    return sorted(duplicates.communications, key=lambda c: -c.repeats)[: 2 * MOST_PAIRS]
