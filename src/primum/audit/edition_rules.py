"""What one department may see of rules, opt-outs, clashes and cures: its own in full, everybody else's as totals.

Owns these four findings in an edition (`audit.edition`). Refuses to recompute: what cannot be added up is left out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from primum.audit import results as r
from primum.audit import results_rules as rr

Word = str | None
NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Eyes:
    """What a department may see: `side` of a department in totals, `one` in examples, a `line` of a timeline."""

    own: str
    others: str
    another: str
    side: Callable[[Word], Word]
    line: Callable[[r.ContactLine], r.ContactLine]
    strange_sources: frozenset[str]
    """Sources of other departments."""

    def communication(self, name: Word, department: Word) -> Word:
        """A communication's name; another department's is not told."""
        return name if department == self.own or name is None else self.another

    def source(self, name: Word) -> Word:
        """A source's name; another department's is not told."""
        return self.others if name in self.strange_sources else name


def against_rules(a: r.AgainstRules, eyes: Eyes) -> r.AgainstRules:
    """Rules are everybody's; what was sent against them is its sender's."""
    return replace(a, rules=tuple(_rule(f, eyes) for f in a.rules))


def _rule(f: r.RuleFigures, eyes: Eyes) -> r.RuleFigures:
    own = tuple(c for c in f.communications if c.department == eyes.own)
    return replace(
        f,
        owner=f.owner if f.owner == eyes.own else None,
        departments=_departments(f.departments, eyes),
        communications=own,
        communications_in_all=len(own),
        missing=tuple(
            replace(m, sources=tuple(s for s in m.sources if s not in eyes.strange_sources)) for m in f.missing
        ),
        unchecked=_unchecked(f.unchecked, eyes),
        examples=tuple(_example(e, eyes) for e in f.examples if e.contact.department == eyes.own),
    )


def _departments(told: Iterable[r.RuleDepartment], eyes: Eyes) -> tuple[r.RuleDepartment, ...]:
    groups: dict[Word, list[r.RuleDepartment]] = {}
    for one in told:
        groups.setdefault(eyes.side(one.department), []).append(one)
    return tuple(
        rr.RuleDepartment(
            side,
            sum(d.governed for d in group),
            sum(d.contacts for d in group),
            group[0].customers if len(group) == 1 else None,
            sum(d.possible for d in group),
        )
        for side, group in groups.items()
    )


def _unchecked(told: Iterable[r.Unchecked], eyes: Eyes) -> tuple[r.Unchecked, ...]:
    groups: dict[tuple[str, str, Word], r.Unchecked] = {}
    for one in told:
        source = eyes.source(one.source)
        key = (one.why, one.what, source)
        before = groups[key].contacts if key in groups else 0
        groups[key] = replace(one, source=source, contacts=before + one.contacts)
    return tuple(groups.values())


def _example(e: r.RuleExample, eyes: Eyes) -> r.RuleExample:
    counted = tuple(replace(c, line=eyes.line(c.line)) if c.line is not None else c for c in e.counted)
    return replace(e, contact=eyes.line(e.contact), counted=counted)


def opt_out_lag(o: r.OptOutLag, eyes: Eyes) -> r.OptOutLag:
    """Opt-outs by sender: one's own, and the others' together."""
    return replace(
        o,
        receivers=tuple(
            replace(x, source=eyes.source(x.source) or x.source, department=eyes.side(x.department))
            for x in o.receivers
        ),
        by_sender=_lags(o.by_sender, eyes),
        by_channel=tuple(f for f in o.by_channel if f.sender == eyes.own),
        by_receiver=_lags([f for f in o.by_receiver if eyes.own in (f.sender, f.receiver)], eyes),
    )


def _lags(told: Iterable[r.LagFigures], eyes: Eyes) -> tuple[r.LagFigures, ...]:
    groups: dict[tuple[Word, Word, Word], list[r.LagFigures]] = {}
    for f in told:
        groups.setdefault((eyes.source(f.source), eyes.side(f.receiver), eyes.side(f.sender)), []).append(f)
    return tuple(_summed_lag(*key, group) for key, group in groups.items())


def _summed_lag(source: Word, receiver: Word, sender: Word, group: Sequence[r.LagFigures]) -> r.LagFigures:
    """Several together: contacts add up; customers, opt-outs and quantiles do not."""
    one = group[0]
    if len(group) == 1:
        return replace(one, source=source, receiver=receiver, sender=sender)
    return replace(
        one,
        source=source,
        receiver=receiver,
        sender=sender,
        opt_outs=None,
        customers=None,
        contacts=sum(f.contacts for f in group),
        within_48_hours=sum(f.within_48_hours for f in group),
        within_10_working_days=sum(f.within_10_working_days for f in group),
        later=sum(f.later for f in group),
        same_day=sum(f.same_day for f in group),
        median_hours=None,
        p95_hours=None,
    )


def clashes(c: r.Clashes, eyes: Eyes) -> r.Clashes:
    """Clashes with oneself in them, the other side as "another department"."""
    return r.Clashes(
        _matrix(c.matrix, eyes),
        replace(c.same_topic, subjects=(), pairs=_pairs(c.same_topic.pairs, eyes)),
        replace(c.same_product, subjects=(), pairs=_pairs(c.same_product.pairs, eyes)),
        replace(
            c.contradictions,
            pairs=_pairs(c.contradictions.pairs, eyes),
            examples=tuple(
                _contradiction(e, eyes)
                for e in c.contradictions.examples
                if eyes.own in (e.first.department, e.again.department)
            ),
        ),
    )


def _matrix(cells: Iterable[r.ClashCell], eyes: Eyes) -> tuple[r.ClashCell, ...]:
    groups: dict[tuple[Word, Word], list[r.ClashCell]] = {}
    for cell in cells:
        sides = sorted((eyes.side(cell.a), eyes.side(cell.b)), key=lambda s: (s != eyes.own, s is None, s or ""))
        groups.setdefault((sides[0], sides[1]), []).append(cell)
    found = []
    for (a, b), group in groups.items():
        pairs = _pairs([p for cell in group for p in cell.pairs], eyes)
        found.append(r.ClashCell(a, b, sum(cell.customer_days for cell in group), pairs, len(pairs)))
    return tuple(found)


def _pairs(pairs: Iterable[r.ClashPair], eyes: Eyes) -> tuple[r.ClashPair, ...]:
    groups: dict[tuple[Word, Word, Word, Word], list[r.ClashPair]] = {}
    for p in pairs:
        if eyes.own in (p.first_department, p.again_department):
            key = (
                eyes.communication(p.first, p.first_department),
                eyes.side(p.first_department),
                eyes.communication(p.again, p.again_department),
                eyes.side(p.again_department),
            )
            groups.setdefault(key, []).append(p)
    return tuple(
        r.ClashPair(*key, sum(p.times for p in g), g[0].customers if len(g) == 1 else None) for key, g in groups.items()
    )


def _contradiction(e: r.ContradictionExample, eyes: Eyes) -> r.ContradictionExample:
    """The other side's terms are not told: only that they differ."""
    ours = [line.department == eyes.own for line in (e.first, e.again)]
    differs = tuple(
        (what, first if ours[0] else NOT_SHOWN, again if ours[1] else NOT_SHOWN) for what, first, again in e.differs
    )
    return replace(e, differs=differs, first=eyes.line(e.first), again=eyes.line(e.again))


def cures(c: r.Cures, eyes: Eyes) -> r.Cures:
    """One's own cures, and those that are everybody's; what is merged with another department's keeps no name of it."""
    own = [x for x in c.cures if x.everybody or eyes.own in (x.department, x.owner)]
    return replace(c, cures=tuple(_cure(x, eyes) for x in own))


def _cure(x: r.Cure, eyes: Eyes) -> r.Cure:
    ours = x.owner in (None, eyes.own)
    return replace(
        x,
        department=eyes.side(x.department),
        owner=x.owner if ours else eyes.another,
        owner_name=x.owner_name if ours else None,
        communication=eyes.communication(x.communication, x.department),
        into=eyes.communication(x.into, x.into_department),
        into_department=eyes.side(x.into_department),
    )
