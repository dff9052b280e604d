"""From merged counts about rules to findings: every rule with its outcome and its reasons.

Owns the three outcomes: against, none, not checkable. Refuses rows: it sees merged counts, the law and the lookup.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from primum.audit import results_rules as rr
from primum.audit.against_rules import AGAINST, BLIND, OUTCOMES, POSSIBLE, VAGUE
from primum.audit.frame import Frame
from primum.audit.law import CONTACT, PERSON, RESPONSE, SEVERITIES, STATE, Law, Need, is_told_elsewhere
from primum.audit.lookup import Lookup
from primum.audit.partial import Partial
from primum.rules.model import AtLeast
from primum.words.filters import Filter
from primum.words.time import day_text

TOP_COMMUNICATIONS = 10


def against_rules(
    frame: Frame,
    law: Law,
    total: Partial,
    examples: Mapping[str, tuple[rr.RuleExample, ...]],
    mapped: Sequence[tuple[str, str, frozenset[str]]],
    unlinked: int,
) -> rr.AgainstRules:
    """What the audit found against the rules; those that ask for contacts are told of silence (`at_least`).

    Args:
        examples: by rule.
        mapped: (source, kind, attributes it maps).
        unlinked: contacts without a known customer.
    """
    told = _Told(frame, law, total, examples, mapped)
    asking = [isinstance(rule.limit, AtLeast) for rule in law.rules]
    figures = [told.figures(i) for i in range(len(law.rules)) if not asking[i]]
    figures.sort(key=lambda f: (SEVERITIES.index(f.severity), -f.contacts, f.outcome != "none", f.rule))
    return rr.AgainstRules(
        law.statute.by_default,
        tuple(rr.RulePack(*pack) for pack in law.statute.packs),
        int(total.counts["asks_by_tag"].sum()),
        unlinked,
        int(total.counts["asks_left_out"].sum()),
        tuple(_severity(s, figures, total, i) for i, s in enumerate(SEVERITIES)),
        tuple(figures),
    )


def _severity(name: str, figures: Sequence[rr.RuleFigures], total: Partial, place: int) -> rr.SeverityFigures:
    own = [f.outcome for f in figures if f.severity == name]
    return rr.SeverityFigures(
        name,  # type: ignore[arg-type]
        len(own),
        own.count("against"),
        own.count("none"),
        own.count("not checkable"),
        int(total.counts["severity_contacts"][place]),
        int(total.counts["severity_customers"][place]),
    )


class _Told:
    """The merged counts, read rule by rule."""

    def __init__(
        self,
        frame: Frame,
        law: Law,
        total: Partial,
        examples: Mapping[str, tuple[rr.RuleExample, ...]],
        mapped: Sequence[tuple[str, str, frozenset[str]]],
    ) -> None:
        self._frame, self._law, self._total, self._examples, self._mapped = frame, law, total, examples, mapped
        self._of = {name: self._by_rule(name) for name in OUTCOMES}

    @property
    def _look(self) -> Lookup:
        return self._frame.lookup

    def _by_rule(self, name: str) -> list[dict[tuple[int, ...], int]]:
        """Per rule: (department, communication, month) -> contacts."""
        found: list[dict[tuple[int, ...], int]] = [{} for _ in self._law.rules]
        for (rule, *rest), n in self._total.tables[name].items():
            found[rule][tuple(rest)] = n
        return found

    def figures(self, number: int) -> rr.RuleFigures:
        """One rule."""
        rule, against = self._law.rules[number], self._of[AGAINST][number]
        contacts = sum(against.values())
        governed = int(self._total.counts["governed"][number].sum())
        missing = tuple(self._missing_fact(n) for n in self._law.missing(number))
        unchecked = tuple(self._unchecked(number, governed))
        possible = sum(self._of[POSSIBLE][number].values())
        first, last = (int(x["against"][number]) for x in (self._total.first, self._total.last))
        communications = self._communications(against)
        return rr.RuleFigures(
            rule.name,
            rule.says,
            rule.owner,
            rule.severity,
            self._law.statute.pack_of.get(rule.name),
            rule.source,
            rule.shadow,
            self._outcome(number, contacts, governed, missing, unchecked, possible),
            governed,
            contacts,
            self._total.tables[f"customers {AGAINST}"].get((number,), 0),
            contacts / governed if governed else None,
            possible,
            self._total.tables[f"customers {POSSIBLE}"].get((number,), 0),
            day_text(first) if contacts else None,
            day_text(last) if contacts else None,
            self._departments(number),
            communications[:TOP_COMMUNICATIONS],
            len(communications),
            self._months(number),
            missing,
            unchecked,
            tuple(self._passed_by(number)),
            self._examples.get(rule.name, ()),
        )

    def _outcome(
        self,
        number: int,
        contacts: int,
        governed: int,
        missing: tuple[rr.MissingFact, ...],
        unchecked: tuple[rr.Unchecked, ...],
        possible: int,
    ) -> rr.Outcome:
        if self._law.is_void(number):
            return "not checkable"
        if contacts:
            return "against"
        seen = governed - possible - sum(u.contacts for u in unchecked if u.why != "no attribute")
        nothing_seen = seen <= 0 and (bool(unchecked) or possible > 0)
        return "not checkable" if missing or nothing_seen else "none"

    def _missing_fact(self, need: Need) -> rr.MissingFact:
        kinds = {CONTACT: ("contacts", "events"), STATE: ("states",), RESPONSE: ("responses", "events")}
        wanted = kinds.get(need.kind, ("customers",) if need.kind == PERSON else ())
        sources = tuple(n for n, kind, mapped in self._mapped if kind in wanted)
        return rr.MissingFact(need.kind, need.name, self._law.supplied.is_vital(need), sources)

    def _unchecked(self, number: int, governed: int) -> Iterator[rr.Unchecked]:
        void = [n for n in self._law.missing(number) if self._law.supplied.is_vital(n)]
        if self._law.is_void(number):
            what = ", ".join(f"{n.kind} {n.name}" for n in void)
            if is_told_elsewhere(self._law.rules[number]):
                what = "a limit that no single contact breaks"
            yield rr.Unchecked("fact missing", what, None, governed)
            return
        for name, why in ((BLIND, "no zone or calendar"), (VAGUE, "time not known well enough")):
            if n := sum(self._of[name][number].values()):
                yield rr.Unchecked(why, "", None, n)  # type: ignore[arg-type]
        yield from self._without_attributes(number)

    def _without_attributes(self, number: int) -> Iterator[rr.Unchecked]:
        """Contacts, by source, that lack an attribute without which the rule does not look at them."""
        rule = self._law.rules[number]
        names = [n.name for n in self._law.needs[number] if n.kind == CONTACT]
        wanted = {t.attribute for t in rule.to.terms if not t.negated} | self._needed_of_rows(number)
        for name in sorted(set(names) & wanted):
            lacking = self._lacking(rule.to, name)
            by_source = np.bincount(self._source_of_tag, weights=lacking, minlength=len(self._sources))
            for source in np.flatnonzero(by_source).tolist():
                yield rr.Unchecked("no attribute", name, self._sources[source], int(by_source[source]))

    def _needed_of_rows(self, number: int) -> set[str]:
        compiled = self._law.compiled
        return {name for row in compiled.rows_of(number) for name in compiled.rows[row].needs}

    @property
    def _sources(self) -> tuple[str | None, ...]:
        return self._look.columns["source"].words

    @property
    def _source_of_tag(self) -> np.ndarray:
        return self._look.columns["source"].index

    def _lacking(self, to: Filter, name: str) -> np.ndarray:
        """Per tag the asks that lack an attribute, of those that the rest of a filter means."""
        rest = [t for t in to.terms if t.attribute != name and t.attribute in self._look.columns]
        asks = self._total.counts["asks_by_tag"].copy()
        for term in rest:
            column = self._look.columns[term.attribute]
            asks[~column.holds(term.holds)] = 0
        if name in self._look.columns:
            column = self._look.columns[name]
            asks[~column.holds(lambda w: w is None)] = 0
            return asks
        return np.where(asks > 0, asks - self._total.counts[f"asks_with {name}"], 0)

    def _departments(self, number: int) -> tuple[rr.RuleDepartment, ...]:
        governed = self._total.counts["governed"][number].sum(axis=1)
        against, possible = self._sums(number, AGAINST, 0), self._sums(number, POSSIBLE, 0)
        customers = self._total.tables[f"customers of departments {AGAINST}"]
        found = [
            rr.RuleDepartment(
                name,
                int(governed[d]),
                against.get(d, 0),
                customers.get((number, d), 0),
                possible.get(d, 0),
            )
            for d, name in enumerate(self._look.departments)
            if governed[d]
        ]
        return tuple(sorted(found, key=lambda f: (-f.contacts, -f.governed, str(f.department))))

    def _sums(self, number: int, outcome: str, place: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for key, n in self._of[outcome][number].items():
            found[key[place]] = found.get(key[place], 0) + n
        return found

    def _communications(self, against: Mapping[tuple[int, ...], int]) -> tuple[rr.RuleCommunication, ...]:
        sums: dict[tuple[int, int], int] = {}
        for (department, communication, _), n in against.items():
            sums[communication, department] = sums.get((communication, department), 0) + n
        names = (*self._look.communications, None)
        found = [rr.RuleCommunication(names[c], self._look.departments[d], n) for (c, d), n in sums.items()]
        return tuple(sorted(found, key=lambda f: (-f.contacts, str(f.communication), str(f.department))))

    def _months(self, number: int) -> tuple[rr.RuleMonth, ...]:
        """Every month in which anything was judged, so that trends of rules stand beside each other."""
        governed, against = self._total.counts["governed"][number].sum(axis=0), self._sums(number, AGAINST, 2)
        return tuple(
            rr.RuleMonth(self._frame.months[m], int(governed[m]), against.get(m, 0)) for m in self._busy_months
        )

    @cached_property
    def _busy_months(self) -> list[int]:
        return np.flatnonzero(self._total.counts["months"].sum(axis=0)).tolist()

    def _passed_by(self, number: int) -> Iterator[tuple[str, int]]:
        for need in self._law.needs[number]:
            if need.kind == PERSON:
                without = int(self._total.counts[f"people_without {need.name}"][0])
                if without:
                    yield need.name, without
