"""Since last time: an audit beside an earlier one, at the same rules and over the sources that both have.

Owns what may be compared, and which changes look like an accident of the data. Refuses to compare what differs for
another reason: other rules, other sources.

Contacts against rules are compared by share, since the periods differ in length; volumes by the month.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from primum.audit import results as r
from primum.audit.results_since import Alarm, Change, RuleChange, Since

STOPPED_DAYS = 28
"""A source has stopped where its last row lies so many days before the last contact of all..."""
STOPPED_SHARE = 0.1
"""... and a department fell silent where its last whole month holds less than this share of its usual month."""
LEAST = 20
"""A usual month of fewer contacts raises no alarm."""
SENDING = ("contacts", "events")


def since(now: r.AuditResult, then: r.AuditResult) -> Since:
    """What changed between two audits of one company."""
    before, after = ({s.name for s in x.sources} for x in (then, now))
    same_sources = before == after
    old, new = ({f.rule: f for f in x.against_rules.rules} for x in (then, now))
    same = [name for name in new if name in old and old[name].says == new[name].says]
    return Since(
        then.method.as_of,
        (then.period.first, then.period.last) if then.period else None,
        same_sources,
        tuple(sorted(before - after)),
        tuple(sorted(after - before)),
        tuple(sorted(set(old) - set(same))),
        tuple(sorted(set(new) - set(same))),
        tuple(_figures(now, then)) if same_sources else (),
        tuple(_rule(old[name], new[name]) for name in same) if same_sources else (),
        tuple(_departments(now, then, before & after)),
        tuple(_alarms(now, then)),
    )


def _rule(then: r.RuleFigures, now: r.RuleFigures) -> RuleChange:
    return RuleChange(
        now.rule,
        now.says,
        now.severity,
        then.outcome,
        now.outcome,
        then.contacts,
        now.contacts,
        then.share,
        now.share,
    )


def _figures(now: r.AuditResult, then: r.AuditResult) -> Iterator[Change]:
    """Figures over all departments, by the month where they grow with time."""
    counts = [_counts(x) for x in (then, now)]
    for what, before in counts[0].items():
        yield Change(f"{what} a month", _monthly(before, then), _monthly(counts[1][what], now))
    yield Change("contacts in the busiest 7 days, 99th percentile", *(_peak(x) for x in (then, now)))
    yield Change("communications nobody registered", *(float(x.register.unregistered) for x in (then, now)))


def _counts(x: r.AuditResult) -> dict[str, int | None]:
    d = x.duplicates
    return {
        "contacts": x.volume.contacts,
        "exact repeats within a department": d.within if d.checked else None,
        "exact repeats between departments": d.between if d.checked else None,
        "customer-days with several departments": x.meetings.several,
    }


def _peak(x: r.AuditResult) -> float | None:
    overall = x.pressure.overall
    return float(overall.week_p99) if overall.customers else None


def _monthly(count: int | None, x: r.AuditResult) -> float | None:
    return None if count is None or x.period is None else count / x.period.months


def _departments(now: r.AuditResult, then: r.AuditResult, both: set[str]) -> Iterator[Change]:
    """Departments all of whose sources both audits read; those that several share count where all are read."""
    strange = {s.department for x in (now, then) for s in x.sources if s.name not in both and s.kind in SENDING}
    if None in strange:
        return
    counts = [{d.department: d.contacts for d in x.departments} for x in (then, now)]
    for name in sorted({d for c in counts for d in c if d is not None} - strange):
        yield Change(name, *(_monthly(c.get(name, 0), x) for c, x in zip(counts, (then, now), strict=True)))


def _alarms(now: r.AuditResult, then: r.AuditResult) -> Iterator[Alarm]:
    yield from _stopped(now, then)
    yield from _silent(now)
    yield from _gone(now, then)
    heard = {d.department for d in then.departments}
    for d in now.departments:
        if d.department is not None and d.department not in heard and d.contacts:
            yield Alarm("new sender", d.department, None, 0, d.contacts)


def _stopped(now: r.AuditResult, then: r.AuditResult) -> Iterator[Alarm]:
    """Sources of both audits whose rows ended well before everybody's."""
    known = {s.name for s in then.sources}
    if now.period is None:
        return
    edge = date.fromisoformat(now.period.last) - timedelta(days=STOPPED_DAYS)
    for s in now.coverage.sources:
        recent = [n for week, n in s.weeks if date.fromisoformat(week) > edge]
        if s.source in known and s.last is not None and date.fromisoformat(s.last[:10]) <= edge and s.usual:
            yield Alarm("source stopped", s.source, s.last, s.usual, sum(recent))


def _silent(now: r.AuditResult) -> Iterator[Alarm]:
    """Departments whose last whole month is nearly empty beside their usual (median) month before it."""
    if now.period is None:
        return
    last = _last_whole_month(date.fromisoformat(now.period.last))
    months = sorted({m.month for m in now.months if m.month <= last})
    for name in sorted({m.department for m in now.months if m.department is not None}):
        own = {m.month: m.contacts for m in now.months if m.department == name}
        held = [m for m in months if own.get(m, 0)]
        earlier = sorted(own.get(m, 0) for m in months if held and held[0] <= m < last)
        usual = earlier[len(earlier) // 2] if earlier else 0
        if usual >= LEAST and own.get(last, 0) < STOPPED_SHARE * usual:
            yield Alarm("department fell silent", name, held[-1], usual, own.get(last, 0))


def _gone(now: r.AuditResult, then: r.AuditResult) -> Iterator[Alarm]:
    """Departments of the earlier audit of which this one holds nothing."""
    heard = {d.department for d in now.departments if d.contacts}
    for d in then.departments:
        if d.department is not None and d.department not in heard and d.contacts:
            monthly = round(_monthly(d.contacts, then) or 0)
            yield Alarm("department fell silent", d.department, then.period.last if then.period else None, monthly, 0)


def _last_whole_month(day: date) -> str:
    """The last calendar month that ends on or before a day, `YYYY-MM`."""
    following = day + timedelta(days=1)
    ended = following if following.day == 1 else day.replace(day=1)
    return (ended - timedelta(days=1)).strftime("%Y-%m")
