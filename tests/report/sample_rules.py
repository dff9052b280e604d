"""What is against rules, opt-outs and clashes of the made-up company of `sample`: plausible, not computed."""

# ruff: noqa: E501

from collections.abc import Callable
from dataclasses import replace

from primum.audit import results as r

MONTHS = tuple(f"2025-{m:02d}" for m in range(1, 13))


def against_rules(line: Callable[..., r.ContactLine]) -> r.AgainstRules:
    """Six rules: two of each severity, with all three outcomes."""
    before = line("2025-03-03", "09:12", "marketing", "Summer tariff launch", channel="email")
    after = line("2025-03-06", "21:40", "sales", "Solar roof follow-up", channel="email")
    state = r.CountedEvent("state", "opted_out", "2025-02-11", None, None)
    example = r.RuleExample("Customer 31", after, (state, r.CountedEvent("contact", "", None, None, before)), 2)
    return r.AgainstRules(
        True,
        (r.RulePack("common-decency", "Common decency, our default", "2026-10-30"),),
        2_331_007,
        24_145,
        312,
        (
            r.SeverityFigures("never", 2, 1, 0, 1, 1_204, 811),
            r.SeverityFigures("harm", 2, 1, 1, 0, 30_118, 22_004),
            r.SeverityFigures("courtesy", 2, 1, 0, 1, 91_420, 40_113),
        ),
        (
            _rule("never.opted-out", "Who opted out is not advertised to.", "never", 1_204, examples=(example,)),
            _rule("never.complaint", "While a complaint is open, no advertising.", "never", 0, missing="complaint_open"),
            _rule("harm.night", "No calls at night.", "harm", 30_118),
            _rule("harm.letter", "The same letter not twice in thirty days.", "harm", 0),
            _rule("courtesy.week", "Three advertisements in seven days.", "courtesy", 91_420),
            _rule("courtesy.welcome", "No welcome to old customers.", "courtesy", 0, missing="established"),
        ),
    )  # fmt: skip


def _rule(
    name: str,
    says: str,
    severity: r.Severity,
    contacts: int,
    *,
    missing: str | None = None,
    examples: tuple[r.RuleExample, ...] = (),
) -> r.RuleFigures:
    found = contacts > 0
    outcome: r.Outcome = "not checkable" if missing else "against" if found else "none"
    governed = 1_000_000
    return r.RuleFigures(
        rule=name, says=says, owner="marketing" if found else None, severity=severity, pack="common-decency", source="Courtesy",
        monitor_only=False, outcome=outcome, governed=governed, contacts=contacts, customers=contacts // 2,
        share=contacts / governed, possible=44 if found else 0, possible_customers=40 if found else 0,
        first="2025-01-02" if found else None, last="2025-12-30" if found else None,
        departments=(
            r.RuleDepartment("marketing", 700_000, contacts, contacts // 2, 40),
            r.RuleDepartment("sales", 300_000, 0, 0, 4),
        ),
        communications=(r.RuleCommunication("Summer tariff launch", "marketing", contacts),) if found else (),
        communications_in_all=14 if found else 0,
        months=tuple(r.RuleMonth(m, 80_000, contacts // (i + 12)) for i, m in enumerate(MONTHS)),
        missing=(r.MissingFact("state", missing, True, ("crm",)),) if missing else (),
        unchecked=(r.Unchecked("no attribute", "purpose", "legacy", 210), r.Unchecked("time not known well enough", "", None, 31)),
        passed_by=(("country", 9),), examples=examples,
    )  # fmt: skip


def opt_outs() -> r.OptOutLag:
    """Two senders who went on."""

    def lag(source: str | None, receiver: str | None, sender: str | None, channel: str | None, n: int) -> r.LagFigures:
        return r.LagFigures(
            source, receiver, sender, sender is not None, channel, n, n, 3 * n, n // 3, n, 2 * n - n // 3, 7, 211, 1_904
        )

    return r.OptOutLag(
        9_004, 310, 7_790, 1_214, 1_198, 3_642, (r.Receiver("preferences", None), r.Receiver("desk", "service")),
        lag(None, None, None, None, 1_214),
        (lag(None, None, "marketing", None, 1_001), lag(None, None, "sales", None, 213)),
        (lag(None, None, "marketing", "email", 1_001), lag(None, None, "sales", "call", 213)),
        (lag("preferences", None, "marketing", None, 900), lag("desk", "service", "sales", None, 120)),
    )  # fmt: skip


def clashes(line: Callable[..., r.ContactLine]) -> r.Clashes:
    """Two cells, one topic from two departments, offers on other terms."""
    pair = r.ClashPair("Summer tariff launch", "marketing", "Contract renewal call", "sales", 812, 790)
    subject = r.SameSubject("topic", 7, 400_000, 12_000, 812, 790, 410.5, (("solar", 700), ("tariff", 112)), (pair,))
    first, again = (
        line("2025-05-02", "09:12", "marketing", "Solar roof offer"),
        line("2025-05-04", "10:12", "sales", "Wallbox offer"),
    )
    example = r.ContradictionExample("Customer 44", (("price", "49", "59"),), first, again)
    return r.Clashes(
        (r.ClashCell("marketing", "sales", 40_113, (pair,), 18), r.ClashCell("collections", "marketing", 204, (), 0)),
        subject,
        replace(subject, subject="product", cost=None),
        r.Contradictions(("price",), True, 9_120, 31, 30, 12.5, (pair,), (example,)),
    )  # fmt: skip


def calm(result: r.AuditResult) -> dict[str, object]:
    """Everything could be checked, and nothing was found."""
    rules = result.against_rules
    clear = tuple(
        replace(f, outcome="none", contacts=0, customers=0, missing=(), unchecked=(), examples=(), communications=())
        for f in rules.rules
    )
    told = tuple(
        replace(s, against=0, none=s.rules, not_checkable=0, contacts=0, customers=0) for s in rules.severities
    )
    c = result.clashes
    none = r.SameSubject("topic", 7, 400_000)
    return {
        "against_rules": replace(rules, rules=clear, severities=told, not_judged=0),
        "opt_out_lag": r.OptOutLag(9_004, 0, 9_004),
        "clashes": replace(
            c, matrix=(), same_topic=none, same_product=replace(none, subject="product"),
            contradictions=r.Contradictions(("price",), True, 9_120),
        ),
    }  # fmt: skip


def hostile(result: r.AuditResult, evil: Callable[[], str]) -> dict[str, object]:
    """The company's own words replaced."""

    def rule(f: r.RuleFigures) -> r.RuleFigures:
        return replace(
            f,
            rule=evil(),
            says=evil(),
            owner=evil(),
            pack=evil(),
            source=evil(),
            first=evil(),
            last=evil(),
            missing=tuple(replace(m, name=evil(), sources=(evil(),)) for m in f.missing),
            unchecked=tuple(replace(u, what=evil(), source=evil()) for u in f.unchecked),
            communications=tuple(replace(c, communication=evil(), department=evil()) for c in f.communications),
            months=(*f.months, r.RuleMonth(evil(), 3, 1)),
            passed_by=((evil(), 3),),
            examples=tuple(
                replace(
                    e,
                    customer=evil(),
                    contact=replace(e.contact, subject=evil(), file=evil()),
                    counted=tuple(replace(x, name=evil(), start=evil(), until=evil()) for x in e.counted),
                )
                for e in f.examples
            ),
        )

    def pair(p: r.ClashPair) -> r.ClashPair:
        return replace(p, first=evil(), again=evil())

    a, o, c = result.against_rules, result.opt_out_lag, result.clashes
    return {
        "against_rules": replace(a, packs=(r.RulePack(evil(), evil(), evil()),), by_default=False, rules=tuple(map(rule, a.rules))),
        "opt_out_lag": replace(o, by_receiver=tuple(replace(f, source=evil(), receiver=evil()) for f in o.by_receiver),
                               by_channel=tuple(replace(f, channel=evil()) for f in o.by_channel)),
        "clashes": replace(
            c, matrix=tuple(replace(x, pairs=tuple(map(pair, x.pairs))) for x in c.matrix),
            same_topic=replace(c.same_topic, subjects=((evil(), 3),), pairs=tuple(map(pair, c.same_topic.pairs))),
            contradictions=replace(
                c.contradictions, attributes=(evil(),),
                examples=tuple(replace(e, customer=evil(), differs=((evil(), evil(), evil()),)) for e in c.contradictions.examples),
            ),
        ),
    }  # fmt: skip


def cures() -> r.Cures:
    """One of each kind."""

    def effect(removed: int, moved: int = 0) -> r.CureEffect:
        return r.CureEffect(removed, moved, removed // 2, removed // 9, removed // 3, 12, 4)

    def cure(kind: str, department: str | None, communication: str | None, rule: str | None, n: int) -> r.Cure:
        into = ("Solar roof follow-up", "sales") if kind == "merge" else (None, None)
        says = "Who opted out is not advertised to." if rule else None
        return r.Cure(
            kind, department, department is None, department or "marketing", "A. Roth" if department else None,  # type: ignore[arg-type]
            communication, *into, rule, says, effect(n), effect(n - 10, 3), effect(2 * n, 3), 0.6, 0.2, None,
        )  # fmt: skip

    return r.Cures(
        19, 1_204, 30_118, 91_420,
        (
            cure("repair a suppression feed", "marketing", None, "never.opted-out", 910),
            cure("move", "sales", None, "harm.night", 800),
            cure("retire", "sales", "Solar roof follow-up", "courtesy.week", 700),
            cure("merge", "marketing", "Summer tariff launch", None, 600),
            cure("change an audience", "service", None, "never.complaint", 500),
            cure("set a rule", None, None, "courtesy.week", 400),
            cure("set a rule", "marketing", "Summer tariff launch", None, 300),
        ),
        "never", 4, 0.812,
    )  # fmt: skip


def consequences() -> r.Consequences:
    """Money and what followed, with one comparison that cannot be made."""
    some, none = r.Rate(30_118, 211, 0.007, 0.0061, 0.008), r.Rate(900_000, 4_100, 0.0046, 0.0044, 0.0047)
    return r.Consequences(
        7,
        (r.CostOfSeverity("never", 1_204, 55.4, 3), r.CostOfSeverity("harm", 30_118, 4_120.5, 0),
         r.CostOfSeverity("courtesy", 91_420, None, 91_420)),
        (r.Aftermath("harm", "opted_out", some, none, 9, 0.0021, 0.0011, 0.0031, 310, 201, 0.648, 0.593, 0.7),
         r.Aftermath("harm", "bought", some, none, 0, None, None, None, 0, 0, None, None, None)),
        ("complained",),
    )  # fmt: skip
